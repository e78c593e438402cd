//! Rule: a test that a page names exists.
//!
//! Pages cite tests as `` `folder/file.rs`: `name`, `name` ``, so that every guarantee has a test.

use super::{Finding, tree::Tree};

/// The paths of the folders in citations.
const FOLDERS: &[(&str, &str)] = &[
    ("end_to_end/", "tests/tests/end_to_end/"),
    ("local/", "tests/tests/local/"),
    ("core/", "crates/dbsql-core/tests/it/"),
    ("blocking/", "crates/dbsql-blocking/tests/it/"),
    ("warehouse/", "crates/dbsql-local/tests/it/"),
    ("sql/", "crates/dbsql-warehouse/tests/sql/"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.files.iter().filter(|file| file.path.ends_with(".md"));
    let mut findings = Vec::new();
    for page in pages {
        for (line, text) in (1..).zip(page.text.lines()) {
            for citation in citations(text) {
                if let Err(message) = look_up(&citation, |path| tree.text(path)) {
                    findings.push(Finding::failure(&page.path, line, message));
                }
            }
        }
    }
    findings
}

#[derive(Debug, PartialEq, Eq)]
struct Citation<'a> {
    file: &'a str,
    tests: Vec<&'a str>,
}

/// Returns the citations in a line. A citation starts with a Rust file in backticks.
fn citations(line: &str) -> Vec<Citation<'_>> {
    // The odd parts are in backticks.
    let parts: Vec<&str> = line.split('`').collect();
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate().skip(1).step_by(2) {
        if !FOLDERS.iter().any(|(folder, _)| part.starts_with(folder)) || !part.ends_with(".rs") {
            continue;
        }
        let separators = std::iter::once(": ").chain(std::iter::repeat(", "));
        let tests = parts[at + 1..]
            .chunks_exact(2)
            .zip(separators)
            .take_while(|(pair, separator)| pair[0] == *separator)
            .map(|(pair, _)| pair[1]);
        found.push(Citation { file: part, tests: tests.collect() });
    }
    found
}

fn look_up<'t>(
    citation: &Citation<'_>,
    text: impl Fn(&str) -> Option<&'t str>,
) -> Result<(), String> {
    let Citation { file, tests } = citation;
    let path = FOLDERS
        .iter()
        .find_map(|(folder, path)| Some(format!("{path}{}", file.strip_prefix(folder)?)))
        .unwrap_or_else(|| (*file).to_owned());
    let text = text(&path).ok_or_else(|| format!("`{file}` is cited, and there is no {path}"))?;
    if tests.is_empty() {
        return Err(format!("`{file}` is cited without a test: name it after a colon"));
    }
    match tests.iter().find(|test| !text.contains(&format!("fn {test}("))) {
        Some(test) => Err(format!("`{test}` is cited, and {path} has no such test")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: &str) -> Option<String> {
        let file = |path: &str| {
            (path == "tests/tests/local/a.rs").then_some("async fn one() {}\nfn two() {}\n")
        };
        citations(line).iter().find_map(|citation| look_up(citation, file).err())
    }

    #[test]
    fn tests_that_exist_pass() {
        assert_eq!(problem("| `x()` | yes | `local/a.rs`: `one`, `two` |"), None);
        assert_eq!(problem("`local/a.rs`: `two`; `local/a.rs`: `one`"), None);
        assert_eq!(problem("`other/a.rs` and `local` are no citations"), None);
    }

    #[test]
    fn tests_and_files_that_do_not_exist_are_found() {
        assert!(problem("`local/a.rs`: `three`").unwrap().contains("`three`"));
        assert!(problem("`local/a.rs`: `one`, `three`").unwrap().contains("`three`"));
        assert!(problem("`local/b.rs`: `one`").unwrap().contains("tests/tests/local/b.rs"));
        assert!(problem("`local/a.rs` shows it").unwrap().contains("without a test"));
    }
}
