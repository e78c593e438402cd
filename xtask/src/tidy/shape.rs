//! Rule: every Rust file starts with its purpose, there is no `mod.rs`, and no file is too large.

use super::{
    Finding,
    source::{is_test_file, shipped_lines},
    tree::is_generated,
};

/// Lines before tests above which a file should be split.
const WARN_LINES: usize = 500;
/// Lines before tests that a file must not exceed.
const MAX_LINES: usize = 800;

pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if path == "mod.rs" || path.ends_with("/mod.rs") {
        findings.push(Finding::failure(path, 1, "name the file after its module, not `mod.rs`"));
    }
    if is_generated(path) {
        return findings;
    }
    if !text.starts_with("//!") {
        findings.push(Finding::failure(
            path,
            1,
            "the file does not open with `//!` saying what it is for",
        ));
    }
    // In a file of tests all lines count.
    let lines = if is_test_file(path, text) {
        text.lines().count()
    } else {
        shipped_lines(path, text).len()
    };
    if lines > MAX_LINES {
        let message = format!("{lines} lines before tests, more than {MAX_LINES}: split the file");
        findings.push(Finding::failure(path, 1, message));
    } else if lines > WARN_LINES {
        let message =
            format!("{lines} lines before tests, more than {WARN_LINES}: think of splitting it");
        findings.push(Finding::warning(path, 1, message));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Severity;

    fn file_of(lines: usize) -> String {
        format!("//! Many lines.\n{}", "fn a() {}\n".repeat(lines - 1))
    }

    #[test]
    fn a_documented_file_passes() {
        assert_eq!(check("crates/a/src/b.rs", "//! What it is for.\n"), []);
    }

    #[test]
    fn a_file_without_docs_fails() {
        let found = check("crates/a/src/b.rs", "use std::fmt;\n//! Too late.\n");
        assert!(found[0].message.contains("does not open"), "{found:?}");
    }

    #[test]
    fn a_mod_rs_fails() {
        let found = check("crates/a/src/b/mod.rs", "//! Docs.\n");
        assert!(found[0].message.contains("mod.rs"), "{found:?}");
    }

    #[test]
    fn size_warns_then_fails_and_tests_do_not_count() {
        assert_eq!(check("a.rs", &file_of(500)), []);
        assert_eq!(check("a.rs", &file_of(501))[0].severity, Severity::Warning);
        assert_eq!(check("a.rs", &file_of(801))[0].severity, Severity::Failure);
        let with_tests =
            format!("//! A.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "    fn a() {}\n".repeat(900));
        assert_eq!(check("a.rs", &with_tests), []);
        assert_eq!(check("a/tests.rs", &file_of(801))[0].severity, Severity::Failure);
        assert_eq!(check("crates/a/src/generated/b.rs", &file_of(5000)), []);
    }
}
