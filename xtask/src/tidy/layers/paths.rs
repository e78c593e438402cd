//! The paths in Rust code, such as `crate::a::B` or each one of `use crate::{a::B, c};`.

use crate::tidy::source::{Line, without_comment};

/// One path below a root, and the line on which it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedPath {
    pub(super) line: usize,
    /// Its names below the root; a glob ends with `*`.
    pub(super) names: Vec<String>,
    /// The name of an import: the one after `as`, or else its last one.
    pub(super) alias: String,
}

/// Returns every path in the lines that starts with `root`, such as `crate` or a crate's name.
pub(super) fn below(root: &str, lines: &[Line<'_>]) -> Vec<NamedPath> {
    let code = Code::new(lines);
    let mut found = Vec::new();
    for (at, _) in code.text.match_indices(root) {
        let before = &code.text[..at];
        let after = &code.text[at + root.len()..];
        // `a::super::b` continues the path that starts at `a`, which is found separately.
        let begins = !before.ends_with(|c| is_word(c) || c == ':');
        if begins && after.trim_start().starts_with("::") {
            Tree { text: &code.text, at: at + root.len() }.collect(&mut Vec::new(), &mut |path| {
                found.push(NamedPath { line: code.line(path.at), ..path.named });
            });
        }
    }
    found
}

/// Every path that a `use` in the lines imports.
pub(super) fn imports(lines: &[Line<'_>]) -> Vec<NamedPath> {
    let code = Code::new(lines);
    let mut found = Vec::new();
    for (at, word) in code.text.match_indices("use ") {
        let starts = !code.text[..at].ends_with(is_word);
        if starts {
            Tree { text: &code.text, at: at + word.len() }.name(&mut Vec::new(), &mut |path| {
                found.push(NamedPath { line: code.line(path.at), ..path.named });
            });
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Lines as one text, since an import may have several lines.
struct Code {
    text: String,
    /// The position of each line in the text, and its number.
    starts: Vec<(usize, usize)>,
}

impl Code {
    fn new(lines: &[Line<'_>]) -> Self {
        let (mut text, mut starts) = (String::new(), Vec::new());
        for &(number, line) in lines {
            starts.push((text.len(), number));
            text.push_str(without_comment(line));
            text.push('\n');
        }
        Self { text, starts }
    }

    fn line(&self, at: usize) -> usize {
        let after = self.starts.partition_point(|&(start, _)| start <= at);
        self.starts[..after].last().map_or(1, |&(_, number)| number)
    }
}

/// A parsed path, and the position of its last part.
struct Read {
    at: usize,
    named: NamedPath,
}

/// A reader of a path or a tree of imports.
struct Tree<'a> {
    text: &'a str,
    at: usize,
}

impl Tree<'_> {
    /// Reads the rest after a name: `::` and more, or the end of the path.
    fn collect(&mut self, names: &mut Vec<String>, found: &mut impl FnMut(Read)) {
        let end = self.at;
        if self.eat("::") {
            if self.eat("{") {
                while !self.eat("}") && self.at < self.text.len() {
                    self.name(names, found);
                    self.eat(",");
                }
                return;
            }
            if self.eat("*") {
                names.push("*".to_owned());
                self.report(end, names, found);
                names.pop();
                return;
            }
            if self.starts_with(is_word) {
                self.name(names, found);
                return;
            }
            // `::<` starts type arguments.
        }
        self.report(end, names, found);
    }

    /// Reads a name, and the rest after it.
    fn name(&mut self, names: &mut Vec<String>, found: &mut impl FnMut(Read)) {
        let Some(name) = self.word() else {
            // Not valid in an import: skip it, to make progress.
            self.at += self.text[self.at..].chars().next().map_or(1, char::len_utf8);
            return;
        };
        names.push(name);
        self.collect(names, found);
        names.pop();
    }

    fn report(&mut self, end: usize, names: &[String], found: &mut impl FnMut(Read)) {
        let Some(last) = names.last() else { return };
        let at = end.saturating_sub(last.len());
        let before_alias = self.at;
        let alias = if self.word().as_deref() == Some("as") { self.word() } else { None };
        if alias.is_none() {
            self.at = before_alias;
        }
        let alias = alias.unwrap_or_else(|| last.clone());
        found(Read { at, named: NamedPath { line: 0, names: names.to_vec(), alias } });
    }

    fn skip_spaces(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn starts_with(&mut self, what: impl Fn(char) -> bool) -> bool {
        self.skip_spaces();
        self.text[self.at..].starts_with(what)
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip_spaces();
        let eaten = self.text[self.at..].starts_with(token);
        self.at += if eaten { token.len() } else { 0 };
        eaten
    }

    fn word(&mut self) -> Option<String> {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        self.at += len;
        (len > 0).then(|| rest[..len].to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Line<'_>> {
        (1..).zip(text.lines()).collect()
    }

    fn paths(found: &[NamedPath]) -> Vec<(usize, String)> {
        found.iter().map(|path| (path.line, path.names.join("::"))).collect()
    }

    #[track_caller]
    fn names(text: &str, expected: &[(usize, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(line, path)| (line, path.into())).collect();
        assert_eq!(paths(&below("crate", &lines(text))), expected, "{text}");
    }

    #[test]
    fn each_import_of_a_tree_is_found_on_its_line() {
        names("use crate::a::B;", &[(1, "a::B")]);
        names(
            "use crate::a::{B, c::{D, E as F}, self};",
            &[(1, "a::B"), (1, "a::c::D"), (1, "a::c::E"), (1, "a::self")],
        );
        names(
            "use crate::{\n    a::B, // why\n    c::*,\n};\nuse std::d;",
            &[(2, "a::B"), (3, "c::*")],
        );
    }

    #[test]
    fn paths_in_expressions_and_types_are_found() {
        names("let a = crate::b::c(crate::D::<E>::new());", &[(1, "b::c"), (1, "D")]);
        names("fn a(b: &crate::c::D<crate::e::F>) {", &[(1, "c::D"), (1, "e::F")]);
        names("pub(in crate::a) struct B;", &[(1, "a")]);
        names("$crate::a::b!(c)", &[(1, "a::b")]);
    }

    #[test]
    fn comments_and_other_words_are_no_path() {
        names("/// [`A`](crate::a::A)\n// crate::b", &[]);
        names("my_crate::a; pub(crate) fn b() {} a::crate::c", &[]);
    }

    #[test]
    fn imports_know_their_alias() {
        let found = imports(&lines("pub use a::{B, C as D};\npub use crate::e::F;\nreuse (g::H);"));
        let aliases: Vec<_> = found.iter().map(|path| path.alias.as_str()).collect();
        assert_eq!(aliases, ["B", "D", "F"]);
        assert_eq!(paths(&found)[2], (2, "crate::e::F".to_owned()));
    }
}
