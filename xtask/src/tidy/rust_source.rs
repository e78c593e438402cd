//! A Rust file as the rules see it: its code without comments and literals, and which lines are tests.
//!
//! This is no parser. It knows just enough of Rust's lexical rules that a banned word in a comment or a
//! string is not mistaken for code, and that the extent of a `#[cfg(test)]` item is right.

use std::ops::Range;

/// One Rust file.
#[derive(Debug)]
pub(crate) struct RustSource {
    /// The path below the workspace's root, with `/`.
    pub(crate) path: String,
    /// The text as it is.
    pub(crate) text: String,
    /// The text with every comment and literal overwritten by spaces, byte for byte, so that an offset
    /// is the same place in both.
    pub(crate) code: String,
    tests: Vec<Range<usize>>,
}

impl RustSource {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let code = blank_comments_and_literals(text);
        let tests = if is_test_path(path) || code.contains("#![cfg(test)]") {
            std::iter::once(0..code.len()).collect()
        } else {
            test_items(&code)
        };
        Self { path: path.to_owned(), text: text.to_owned(), code, tests }
    }

    /// The number, from 1, of the line that holds the offset.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.text.as_bytes()[..offset].iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    /// The text of the line that holds the offset.
    pub(crate) fn line_text(&self, offset: usize) -> &str {
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |at| offset + at);
        &self.text[start..end]
    }

    /// Whether the offset is in a test: a `#[cfg(test)]` item, or a file that holds only tests.
    pub(crate) fn is_test(&self, offset: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&offset))
    }

    /// Whether the whole file holds tests.
    pub(crate) fn is_test_file(&self) -> bool {
        self.tests.first().is_some_and(|range| *range == (0..self.code.len()))
    }

    /// How many lines the file has outside of `#[cfg(test)]` items; a test file counts whole.
    pub(crate) fn lines_before_tests(&self) -> usize {
        let all = self.text.lines().count();
        if self.is_test_file() {
            return all;
        }
        let in_tests: usize =
            self.tests.iter().map(|range| self.line(range.end) - self.line(range.start) + 1).sum();
        all.saturating_sub(in_tests)
    }

    /// The offsets at which `pattern` stands in the code as a word of its own.
    pub(crate) fn find<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(pattern).map(|(at, _)| at).filter(move |&at| {
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + pattern.len()..].chars().next();
            let joined_before = pattern.starts_with(is_word) && before.is_some_and(is_word);
            let joined_after = pattern.ends_with(is_word) && after.is_some_and(is_word);
            !joined_before && !joined_after
        })
    }
}

/// Whether the character can be part of an identifier.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Files whose code runs only in tests: `tests.rs`, `tests/`, `benches/` and transport conformance checks.
fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(part, "tests" | "tests.rs" | "benches" | "conformance" | "conformance.rs")
    })
}

fn blank_comments_and_literals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if let Some(end) = end_of_comment_or_literal(text, at) {
            out.extend(text[at..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            let next = text[at..].chars().next().map_or(at + 1, |c| at + c.len_utf8());
            out.push_str(&text[at..next]);
            at = next;
        }
    }
    out
}

/// The end of the comment or literal that begins at `at`, if one does.
fn end_of_comment_or_literal(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    match rest.as_bytes()[0] {
        b'/' if rest.starts_with("//") => Some(rest.find('\n').map_or(text.len(), |n| at + n)),
        b'/' if rest.starts_with("/*") => Some(at + block_comment_len(rest)),
        b'"' => Some(at + string_len(rest)),
        b'\'' => char_len(rest).map(|len| at + len),
        b'r' | b'b' | b'c' if !text[..at].ends_with(is_word) => {
            let prefix = rest.len() - rest.trim_start_matches(['r', 'b', 'c']).len();
            let hashes = rest[prefix..].len() - rest[prefix..].trim_start_matches('#').len();
            let literal = &rest[prefix + hashes..];
            if literal.starts_with('"') && rest[..prefix].contains('r') {
                let close = format!("\"{}", "#".repeat(hashes));
                let end = literal[1..].find(&close).map_or(literal.len(), |n| 1 + n + close.len());
                Some(at + prefix + hashes + end)
            } else if literal.starts_with('"') && hashes == 0 {
                Some(at + prefix + string_len(literal))
            } else if prefix == 1 && rest.starts_with("b'") {
                char_len(&rest[1..]).map(|len| at + 1 + len)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn block_comment_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut i) = (0, 0);
    while i + 1 < bytes.len() {
        match &bytes[i..i + 2] {
            b"/*" => (depth, i) = (depth + 1, i + 2),
            b"*/" => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    rest.len()
}

fn string_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut i = 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    rest.len()
}

/// The length of a character literal; `None` for a lifetime or a label.
fn char_len(rest: &str) -> Option<usize> {
    let mut chars = rest[1..].char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        // The character after the backslash may itself be a quote.
        return rest.get(3..)?.find('\'').map(|n| 3 + n + 1);
    }
    let (end, second) = chars.next()?;
    (second == '\'').then_some(1 + end + 1)
}

/// The extents of the items marked `#[cfg(test)]` or `#[cfg(all(test, ..))]`.
fn test_items(code: &str) -> Vec<Range<usize>> {
    let mut items: Vec<Range<usize>> = Vec::new();
    for (start, _) in code.match_indices("#[cfg(") {
        let condition = code[start + "#[cfg(".len()..].trim_start_matches("all(");
        let is_test =
            condition.starts_with("test") && !condition["test".len()..].starts_with(is_word);
        if is_test && items.last().is_none_or(|last| last.end <= start) {
            items.push(start..item_end(code, start));
        }
    }
    items
}

/// The end of the item whose first attribute begins at `start`: its closing brace or its semicolon.
fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    for (i, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i + 1;
                }
            }
            b';' if depth == 0 => return i + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        RustSource::new("crates/a/src/lib.rs", text).code
    }

    #[test]
    fn comments_and_literals_are_blanked_in_place() {
        let text =
            "a /* x /* y */ z */ b // c\nd(\"e\\\"f\", r#\"g\"h\"#, 'i', '\\'', b'j', b\"k\") l";
        let blanked = code(text);
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.split_whitespace().collect::<String>(), "abd(,,,,,)l");
        assert_eq!(blanked.find('l'), text.find(" l").map(|at| at + 1));
    }

    #[test]
    fn lifetimes_labels_and_raw_identifiers_stay() {
        let text = "fn f<'a>(r#type: &'a str, b: &'static u8) { 'outer: loop { break 'outer; } }";
        assert_eq!(code(text), text);
    }

    #[test]
    fn multi_byte_characters_do_not_shift_offsets() {
        let text = "let s = \"žluť\"; let c = 'ž'; x";
        assert_eq!(code(text).len(), text.len());
        assert!(code(text).ends_with("; x"));
    }

    #[test]
    fn a_test_module_is_known_to_its_closing_brace() {
        let text = "fn a() {}\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n fn b() { \"}\"; }\n}\nfn c() {}\n";
        let source = RustSource::new("crates/a/src/lib.rs", text);
        assert!(!source.is_test(text.find("fn a").unwrap()));
        assert!(source.is_test(text.find("fn b").unwrap()));
        assert!(!source.is_test(text.find("fn c").unwrap()));
        assert_eq!(source.lines_before_tests(), 2);
        assert_eq!(source.line(text.find("fn c").unwrap()), 7);
    }

    #[test]
    fn a_feature_named_like_a_test_is_no_test() {
        let text = "#[cfg(feature = \"test\")]\nfn a() {}\n#[cfg(test_util)]\nfn b() {}\n";
        let source = RustSource::new("crates/a/src/lib.rs", text);
        assert!(!source.is_test(text.find("fn a").unwrap()));
        assert!(!source.is_test(text.find("fn b").unwrap()));
    }

    #[test]
    fn a_declared_test_file_ends_at_its_semicolon() {
        let text = "#[cfg(test)]\nmod tests;\nfn a() {}\n";
        let source = RustSource::new("crates/a/src/lib.rs", text);
        assert!(!source.is_test(text.find("fn a").unwrap()));
        assert!(RustSource::new("crates/a/src/b/tests.rs", "fn a() {}").is_test_file());
        assert!(RustSource::new("crates/a/tests/it/main.rs", "fn a() {}").is_test_file());
    }

    #[test]
    fn words_are_found_whole() {
        let source = RustSource::new("a.rs", "unsafe_code unsafe my_unsafe std::unsafe");
        assert_eq!(source.find("unsafe").collect::<Vec<_>>(), [12, 34]);
    }
}
