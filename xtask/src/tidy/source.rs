//! A Rust file for the rules: its lines outside of tests, without comments.
//!
//! This is not a parser. It relies on the layout of rustfmt, which CI checks first: an item ends on
//! the first line with the indentation of its attribute that closes it.

/// One line outside of tests: its number, from 1, and its text.
pub(super) type Line<'a> = (usize, &'a str);

/// Returns the lines outside of `#[cfg(test)]` items. A file with only tests has none.
pub(super) fn shipped_lines<'a>(path: &str, text: &'a str) -> Vec<Line<'a>> {
    if is_test_file(path, text) {
        return Vec::new();
    }
    let mut shipped = Vec::new();
    let mut test: Option<TestItem<'_>> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(item) = &mut test {
            if item.ends_with(line) {
                test = None;
            }
        } else if is_test_attribute(line.trim_start()) {
            let indentation = &line[..line.len() - line.trim_start().len()];
            test = Some(TestItem { indentation, has_body: false });
        } else {
            shipped.push((number, line));
        }
    }
    shipped
}

/// Whether the whole file runs only in tests.
pub(super) fn is_test_file(path: &str, text: &str) -> bool {
    let is_test_part =
        |part| matches!(part, "tests" | "tests.rs" | "benches" | "conformance" | "conformance.rs");
    path.split('/').any(is_test_part) || text.lines().any(|line| line == "#![cfg(test)]")
}

/// A line without the comment at its end.
pub(super) fn without_comment(line: &str) -> &str {
    let mut quotes = 0;
    for (at, part) in line.match_indices(['"', '/']) {
        if part == "\"" && !line[..at].ends_with(['\\', '\'']) {
            quotes += 1;
        } else if quotes % 2 == 0 && line[at..].starts_with("//") {
            return &line[..at];
        }
    }
    line
}

/// An open item under `#[cfg(test)]`.
struct TestItem<'a> {
    indentation: &'a str,
    has_body: bool,
}

impl TestItem<'_> {
    /// Whether the item ends with this line, the next one of the file.
    fn ends_with(&mut self, line: &str) -> bool {
        let Some(rest) = line.strip_prefix(self.indentation) else { return false };
        if rest.starts_with([' ', '#']) || rest.starts_with("//") {
            return false;
        }
        let rest = without_comment(rest).trim_end();
        if self.has_body {
            return rest.starts_with('}');
        }
        self.has_body = rest.ends_with('{');
        rest.ends_with([';', '}', ','])
    }
}

fn is_test_attribute(line: &str) -> bool {
    ["#[cfg(test)]", "#[cfg(all(test,", "#[cfg(all(test)"].iter().any(|a| line.starts_with(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "crates/a/src/b.rs";

    fn shipped(text: &str) -> Vec<usize> {
        shipped_lines(PATH, text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn test_module_ends_at_its_closing_brace() {
        let text = "fn a() {}\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n";
        assert_eq!(shipped(text), [1, 8]);
        let text = "#[cfg(test)]\nmod tests {\n    const B: &str = \"\nuse b;\n\";\n}\nfn c() {}\n";
        assert_eq!(shipped(text), [7]);
    }

    #[test]
    fn test_items_of_one_statement_end_with_it() {
        assert_eq!(shipped("#[cfg(test)]\nmod tests;\nfn a() {}\n"), [3]);
        assert_eq!(shipped("#[cfg(test)]\nuse a::{\n    b,\n};\nfn a() {}\n"), [5]);
        assert_eq!(shipped("#[cfg(all(test, unix))]\nfn a() {}\nfn b() {}\n"), [3]);
        assert_eq!(shipped("struct A {\n    #[cfg(test)]\n    b: u8,\n    c: u8,\n}\n"), [1, 4, 5]);
    }

    #[test]
    fn test_functions_with_long_signatures_are_left_out() {
        let text = "impl A {\n    #[cfg(test)]\n    fn b(\n        c: u8,\n    ) -> u8 {\n        c\n    }\n\n    fn d() {}\n}\n";
        assert_eq!(shipped(text), [1, 8, 9, 10]);
    }

    #[test]
    fn features_named_like_a_test_are_no_test() {
        let text = "#[cfg(feature = \"test\")]\nfn a() {}\n#[cfg(test_util)]\nfn b() {}\n";
        assert_eq!(shipped(text), [1, 2, 3, 4]);
    }

    #[test]
    fn files_of_tests_have_no_shipped_line() {
        for path in ["crates/a/tests/it/main.rs", "crates/a/src/b/tests.rs"] {
            assert_eq!(shipped_lines(path, "fn a() {}\n"), [], "{path}");
        }
        assert_eq!(shipped("//! Helpers.\n#![cfg(test)]\nfn a() {}\n"), [] as [usize; 0]);
    }

    #[test]
    fn comments_are_cut_and_strings_are_not() {
        assert_eq!(without_comment("a; // b"), "a; ");
        assert_eq!(without_comment("/// [`a`]"), "");
        assert_eq!(without_comment("\"https://a\", b / c // d"), "\"https://a\", b / c ");
        assert_eq!(without_comment("'\"', \"\\\"\" // d"), "'\"', \"\\\"\" ");
    }
}
