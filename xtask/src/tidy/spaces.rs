//! Rule: no trailing spaces, no tabs in Rust files, Unix line ends, a newline at the end of the file.

use super::{
    Finding,
    tree::{is_fixture, is_generated},
};

pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if is_fixture(path) || is_generated(path) || text.is_empty() {
        return findings;
    }
    for (line, content) in (1..).zip(text.split('\n')) {
        if content.ends_with('\r') {
            findings.push(Finding::failure(path, line, "carriage return at the end of the line"));
        } else if content.ends_with([' ', '\t']) {
            findings.push(Finding::failure(path, line, "trailing space"));
        }
        if path.ends_with(".rs") && content.contains('\t') {
            findings.push(Finding::failure(path, line, "tab in a Rust file"));
        }
    }
    let last_line = text.lines().count();
    if !text.ends_with('\n') {
        findings.push(Finding::failure(path, last_line, "no newline at the end of the file"));
    } else if text.ends_with("\n\n") {
        findings.push(Finding::failure(path, last_line, "empty line at the end of the file"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(path, text).into_iter().map(|f| format!("{}: {}", f.line, f.message)).collect()
    }

    #[test]
    fn clean_text_passes() {
        assert_eq!(messages("a.rs", "fn a() {}\n\nfn b() {}\n"), Vec::<String>::new());
        assert_eq!(messages("Makefile", "a:\n\tb\n"), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_reported_with_its_line() {
        assert_eq!(messages("a.md", "a\nb \n"), ["2: trailing space"]);
        assert_eq!(messages("a.rs", "a\n\tb\n"), ["2: tab in a Rust file"]);
        assert_eq!(messages("a.md", "a\r\n"), ["1: carriage return at the end of the line"]);
        assert_eq!(messages("a.md", "a\nb"), ["2: no newline at the end of the file"]);
        assert_eq!(messages("a.md", "a\n\n"), ["2: empty line at the end of the file"]);
    }

    #[test]
    fn recorded_and_generated_files_are_left_alone() {
        assert!(check("crates/a/tests/fixtures/b.json", "{} ").is_empty());
        assert!(check("crates/a/src/generated/b.rs", "a \n").is_empty());
    }
}
