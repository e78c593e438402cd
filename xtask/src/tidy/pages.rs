//! Rules for pages: the target of a link exists, the index names every page of `docs/`, and Rust
//! code in a page is compiled.

use std::collections::BTreeSet;

use super::{Finding, tree::Tree};

/// The index of the book.
const INDEX: &str = "docs/README.md";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        for (line, target) in links(&page.text) {
            if let Err(message) = look_up(&page.path, target, tree) {
                findings.push(Finding::failure(&page.path, line, message));
            }
        }
        findings.extend(code(&page.path, &page.text, tree));
    }
    findings.extend(index(tree));
    findings
}

/// Returns the targets of the links of a page, each with its line. Code is ignored.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, text) in prose(text) {
        let outside_code = text.split('`').step_by(2);
        for part in outside_code {
            let mut rest = part;
            while let Some(at) = rest.find("](") {
                rest = &rest[at + 2..];
                let end = rest.find([')', ' ']).unwrap_or(rest.len());
                found.push((line, &rest[..end]));
            }
        }
    }
    found
}

/// The lines of a page outside of fenced code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

fn look_up(page: &str, target: &str, tree: &Tree) -> Result<(), String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return Ok(());
    }
    let (path, anchor) = target.split_once('#').map_or((target, None), |(p, a)| (p, Some(a)));
    let path = if path.is_empty() { page.to_owned() } else { resolve(page, path) };
    let folder = format!("{}/", path.trim_end_matches('/'));
    let Some(text) = tree.text(&path) else {
        let is_folder = tree.files.iter().any(|file| file.path.starts_with(&folder));
        let exists = is_folder || tree.binaries.contains(&path);
        return if exists && anchor.is_none() {
            Ok(())
        } else {
            Err(format!("the link `{target}` leads to {path}, which does not exist"))
        };
    };
    match anchor {
        Some(anchor) if path.ends_with(".md") && !anchors(text).contains(anchor) => {
            Err(format!("the link `{target}` names no heading of {path}"))
        }
        _ => Ok(()),
    }
}

/// Returns the path below the root of a relative link in a page.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns the anchors that common viewers generate for the headings of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let headings = prose(text).filter_map(|(_, line)| line.strip_prefix('#'));
    for heading in headings {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let slug: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let mut repeated = 0;
        let mut anchor = slug.clone();
        while !anchors.insert(anchor) {
            repeated += 1;
            anchor = format!("{slug}-{repeated}");
        }
    }
    anchors
}

/// Rust code that no doc test compiles.
fn code(page: &str, text: &str, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (line, text) in (1..).zip(text.lines()) {
        let Some(info) = text.trim_start().strip_prefix("```") else { continue };
        fenced = !fenced;
        let mut words = info.split(',').map(str::trim);
        if !fenced || words.next() != Some("rust") {
            continue;
        }
        // Code that is marked `ignore` is the subject of the rule about snippets.
        if !words.any(|word| word == "ignore") && !is_compiled(page, tree) {
            let message = "Rust code in a page that no crate includes for its doc tests";
            findings.push(Finding::failure(page, line, message));
            break;
        }
    }
    findings
}

/// Whether a source file includes the page.
fn is_compiled(page: &str, tree: &Tree) -> bool {
    let sources = tree.files.iter().filter(|file| file.path.ends_with(".rs"));
    let mut included = sources.flat_map(|source| {
        source.text.split("include_str!(\"").skip(1).filter_map(|rest| {
            let (path, _) = rest.split_once('"')?;
            Some(resolve(&source.path, path))
        })
    });
    included.any(|path| path == page)
}

/// Pages of the book that the index does not link to.
fn index(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(INDEX) else {
        return vec![Finding::failure(INDEX, 1, "the index of the book does not exist")];
    };
    let without_anchor = |target: &str| resolve(INDEX, target.split('#').next().unwrap_or(target));
    let linked: BTreeSet<String> =
        links(text).into_iter().map(|(_, target)| without_anchor(target)).collect();
    tree.files
        .iter()
        .filter(|file| file.path.starts_with("docs/") && file.path.ends_with(".md"))
        .filter(|file| file.path.matches('/').count() == 1 && file.path != INDEX)
        .filter(|file| !linked.contains(&file.path))
        .map(|file| Finding::failure(INDEX, 1, format!("{} is not in the index", file.path)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::TextFile;

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        let file = |&(path, text): &(&str, &str)| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let binaries = vec!["docs/a.png".to_owned()];
        let tree = Tree { files: files.iter().map(file).collect(), binaries };
        check(&tree).into_iter().map(|f| format!("{}:{} {}", f.path, f.line, f.message)).collect()
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let index = "# Book\n[a](a.md#two-words) [b](../README.md) [c](https://x.org/#y) [d](#book) ![e](a.png)\n\
                     [crates](../crates) `[no](link)`\n```text\n[no](link)\n```\n";
        let files = [
            ("docs/README.md", index),
            ("docs/a.md", "# A\n## Two `words`!\n"),
            ("README.md", "[docs](docs/)\n"),
            ("crates/x/Cargo.toml", ""),
        ];
        assert_eq!(messages(&files), [] as [String; 0]);
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let files = [("docs/README.md", "# Book\n\n[a](b.md) [c](#d)\n")];
        let found = messages(&files);
        assert!(found[0].contains(":3 ") && found[0].contains("docs/b.md"), "{found:?}");
        assert!(found[1].contains("names no heading"), "{found:?}");
    }

    #[test]
    fn page_that_the_index_does_not_name_is_found() {
        let found = messages(&[("docs/README.md", "# Book\n"), ("docs/a.md", "# A\n")]);
        assert!(found[0].contains("docs/a.md is not in the index"), "{found:?}");
    }

    #[test]
    fn code_that_is_not_compiled_is_found() {
        let page = "# A\n```rust\nfn a() {}\n```\n```sh\nls\n```\n";
        let index = ("docs/README.md", "[a](a.md)\n");
        let found = messages(&[index, ("docs/a.md", page)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("docs/a.md:2 "), "{found:?}");

        let source = ("crates/x/src/lib.rs", "#[doc = include_str!(\"../../../docs/a.md\")]\n");
        assert_eq!(messages(&[index, ("docs/a.md", page), source]), [] as [String; 0]);
    }
}
