//! Rule: a snippet that is not compiled with its page is part of a file that is compiled.
//!
//! Snippets of most pages are doc tests. The others, ` ```rust,ignore `, name their file in the
//! line above, `<!-- compiled: folder/file.rs -->`, and must be in it verbatim.

use super::{Finding, tree::Tree};

const MARK: &str = "<!-- compiled: ";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.files.iter().filter(|file| file.path.ends_with(".md"));
    let mut findings = Vec::new();
    for page in pages {
        for Snippet { line, file, code } in snippets(&page.text) {
            let Some(file) = file else {
                let message = "nothing compiles this snippet: name its file in the line above";
                findings.push(Finding::failure(&page.path, line, message));
                continue;
            };
            if code.is_empty() || !tree.text(file).is_some_and(|text| text.contains(&code)) {
                let message = format!("the snippet does not stand in {file}, word for word");
                findings.push(Finding::failure(&page.path, line, message));
            }
        }
    }
    findings
}

struct Snippet<'a> {
    line: usize,
    /// The file that is named for it.
    file: Option<&'a str>,
    /// Empty if no snippet follows the name of the file.
    code: String,
}

/// Returns the snippets of a page that are not doc tests.
fn snippets(page: &str) -> Vec<Snippet<'_>> {
    let mut found = Vec::new();
    let mut file = None;
    let mut lines = (1..).zip(page.lines());
    while let Some((line, text)) = lines.next() {
        let named = file.take();
        let mut code = String::new();
        let mut is_ignored = false;
        if let Some(info) = text.strip_prefix("```") {
            is_ignored = info == "rust,ignore";
            // Up to its end, so that the closing fence does not open another snippet.
            let body = lines.by_ref().map(|(_, text)| text).take_while(|text| *text != "```");
            code.extend(body.map(|text| format!("{text}\n")));
        } else if let Some(rest) = text.strip_prefix(MARK) {
            file = rest.strip_suffix(" -->");
        }
        if named.is_some() || is_ignored {
            found.push(Snippet { line, file: named, code });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{Severity, tree::TextFile};

    fn findings(page: &str) -> Vec<(usize, Severity, String)> {
        let file = |path: &str, text: &str| TextFile { path: path.into(), text: text.into() };
        let code = file("docs/a.rs", "//! Head.\n\nfn a() {}\n\nfn b() {}\n");
        let tree = Tree { files: vec![file("docs/a.md", page), code], ..Tree::default() };
        check(&tree).into_iter().map(|f| (f.line, f.severity, f.message)).collect()
    }

    #[test]
    fn snippet_of_a_file_passes() {
        let page = "x\n\n<!-- compiled: docs/a.rs -->\n```rust,ignore\nfn a() {}\n```\n\n```rust\nx\n```\n";
        assert_eq!(findings(page), []);
    }

    #[test]
    fn stale_snippet_fails() {
        let page = "<!-- compiled: docs/a.rs -->\n```rust,ignore\nfn a(x: u8) {}\n```\n";
        let message = |file| format!("the snippet does not stand in docs/{file}, word for word");
        assert_eq!(findings(page), [(2, Severity::Failure, message("a.rs"))]);
        let page = page.replace("a.rs", "b.rs");
        assert_eq!(findings(&page), [(2, Severity::Failure, message("b.rs"))]);
        let page = "<!-- compiled: docs/a.rs -->\n\n```rust\nfn a() {}\n```\n";
        assert_eq!(findings(page), [(2, Severity::Failure, message("a.rs"))]);
    }

    #[test]
    fn snippet_that_nothing_compiles_is_found() {
        let found = findings("```rust,ignore\nfn a() {}\n```\n");
        assert_eq!((found[0].0, found[0].1), (1, Severity::Failure));
        assert!(found[0].2.starts_with("nothing compiles"));
    }
}
