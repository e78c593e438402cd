//! Rule: a snippet that its page does not compile stands in a file that something compiles.
//!
//! Snippets of most pages are doc tests. Those that are not, ` ```rust,ignore `, name their file in the
//! line above, `<!-- compiled: folder/file.rs -->`, and stand in it word for word.

use super::{Finding, tree::Tree};

const MARK: &str = "<!-- compiled: ";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.files.iter().filter(|file| file.path.ends_with(".md"));
    let mut findings = Vec::new();
    for page in pages {
        for (line, snippet) in snippets(&page.text) {
            if let Err(message) =
                snippet.and_then(|snippet| snippet.look_up(|path| tree.text(path)))
            {
                findings.push(Finding::failure(&page.path, line, message));
            }
        }
    }
    findings
}

struct Snippet<'a> {
    file: &'a str,
    code: String,
}

impl Snippet<'_> {
    fn look_up<'t>(&self, text: impl Fn(&str) -> Option<&'t str>) -> Result<(), String> {
        let Self { file, code } = self;
        match text(file) {
            None => Err(format!("the snippet is said to be in {file}, which is not there")),
            Some(text) if code.is_empty() || !text.contains(code.as_str()) => {
                Err(format!("the snippet is not what stands in {file}"))
            }
            Some(_) => Ok(()),
        }
    }
}

/// The snippets of a page that are no doc tests, with their lines.
fn snippets(page: &str) -> Vec<(usize, Result<Snippet<'_>, String>)> {
    let mut found = Vec::new();
    let mut file = None;
    let mut lines = (1..).zip(page.lines());
    while let Some((at, line)) = lines.next() {
        let named = file.take();
        if let Some(rest) = line.strip_prefix(MARK) {
            file = rest.strip_suffix(" -->");
        } else if let Some(info) = line.strip_prefix("```") {
            // To its end, so that the closing fence opens nothing.
            let code = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
            let code: String = code.map(|line| format!("{line}\n")).collect();
            match named {
                Some(file) => found.push((at, Ok(Snippet { file, code }))),
                None if info == "rust,ignore" => {
                    let message =
                        format!("nothing compiles this snippet: name its file, {MARK}...");
                    found.push((at, Err(message)));
                }
                None => {}
            }
        } else if named.is_some() {
            found.push((at - 1, Err("no snippet follows in the next line".to_owned())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::TextFile;

    fn findings(page: &str) -> Vec<(usize, String)> {
        let file = |path: &str, text: &str| TextFile { path: path.into(), text: text.into() };
        let code = file("docs/a.rs", "//! Head.\n\nfn a() {}\n\nfn b() {}\n");
        let tree = Tree { files: vec![file("docs/a.md", page), code] };
        check(&tree).into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn snippet_of_a_file_passes() {
        let page = "x\n\n<!-- compiled: docs/a.rs -->\n```rust,ignore\nfn a() {}\n```\n\n```rust\nx\n```\n";
        assert_eq!(findings(page), []);
    }

    #[test]
    fn stale_snippet_fails() {
        let page = "<!-- compiled: docs/a.rs -->\n```rust,ignore\nfn a(x: u8) {}\n```\n";
        assert_eq!(findings(page), [(2, "the snippet is not what stands in docs/a.rs".to_owned())]);
        assert_eq!(findings(&page.replace("a.rs", "b.rs")).len(), 1);
    }

    #[test]
    fn snippet_that_nothing_compiles_fails() {
        assert!(findings("```rust,ignore\nfn a() {}\n```\n")[0].1.starts_with("nothing compiles"));
        assert_eq!(findings("<!-- compiled: docs/a.rs -->\n\n```rust\nx\n```\n").len(), 1);
    }
}
