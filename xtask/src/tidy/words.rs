//! Rule: nothing in the tree points at one developer's machine, and `canceled` has one l.

use std::sync::LazyLock;

use super::{
    Finding,
    rust_source::{RustSource, is_word},
    tree::{is_fixture, is_generated},
};

/// Roots of paths that exist on somebody's machine only. Spelled in parts: this file is checked too.
static MACHINE_PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    ["home", "root", "Users", "work", "tmp"].map(|folder| format!("/{folder}/")).into()
});

/// Hosts of package registries: where packages come from is the business of who builds.
static REGISTRY_HOSTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    [
        ("static.crates", "io"),
        ("index.crates", "io"),
        ("pypi", "org"),
        ("files.pythonhosted", "org"),
        ("registry.npmjs", "org"),
        ("registry.yarnpkg", "com"),
        ("repo1.maven", "org"),
        ("repo.maven.apache", "org"),
        ("proxy.golang", "org"),
    ]
    .into_iter()
    .map(|(host, top)| format!("{host}.{top}"))
    .collect()
});

/// Names that other people's APIs spell with two l.
const FOREIGN_NAMES: &[&str] = &["is_cancelled", "cancelled_owned", "run_until_cancelled"];

/// On a line whose literal repeats what a server sends.
const SERVER_TEXT: &str = "// tidy: server text";

pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if path == "Cargo.lock" {
        return findings;
    }
    for (line, content) in (1..).zip(text.lines()) {
        for root in MACHINE_PATHS.iter().filter(|root| names_path(content, root)) {
            let message = format!("`{root}`: an absolute path of one machine");
            findings.push(Finding::failure(path, line, message));
        }
        for host in REGISTRY_HOSTS.iter().filter(|host| content.contains(*host)) {
            findings.push(Finding::failure(
                path,
                line,
                format!("`{host}`: a package registry's host"),
            ));
        }
    }
    let is_product = path.starts_with("crates/") && path.contains("/src/") && path.ends_with(".rs");
    if is_product && !is_generated(path) && !is_fixture(path) {
        findings.extend(two_l(&RustSource::new(path, text)));
    }
    findings
}

/// Whether the line names a path that begins with `root`, rather than one that has it in the middle.
fn names_path(line: &str, root: &str) -> bool {
    line.match_indices(root).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| is_word(c) || matches!(c, '.' | '-' | '}' | ']' | '>' | '~' | '*'))
    })
}

fn two_l(source: &RustSource) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lower = source.text.to_ascii_lowercase();
    for (at, word) in lower.match_indices("cancelled") {
        let line = source.line_text(at);
        let line_start = source.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let in_backticks = source.text[line_start..at].matches('`').count() % 2 == 1;
        // A literal is blank in the code; in a test it is what some server said.
        let in_code = source.code[at..].starts_with(&source.text[at..at + word.len()]);
        let in_test_literal = !in_code && source.is_test(at);
        let foreign = FOREIGN_NAMES.iter().any(|name| line.contains(name));
        if !(in_backticks || in_test_literal || foreign || line.contains(SERVER_TEXT)) {
            let message = "`cancelled`: we spell `canceled`, as the protocol does";
            findings.push(Finding::failure(&source.path, source.line(at), message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(path, text).into_iter().map(|f| f.line).collect()
    }

    #[track_caller]
    fn passes(path: &str, text: &str) {
        assert!(check(path, text).is_empty(), "{text}");
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        for folder in ["home", "root", "Users", "work", "tmp"] {
            assert_eq!(lines("a.md", &format!("x\nsee /{folder}/me/a")), [2], "{folder}");
            assert_eq!(lines("a.md", &format!("\"/{folder}/me\"")), [1], "{folder}");
        }
    }

    #[test]
    fn other_paths_pass() {
        passes("a.md", "docs/home/a.md $HOME/root/a https://host/home/a /var/a ~/home/");
    }

    #[test]
    fn registry_hosts_are_found_outside_of_the_lock_file() {
        let text = format!("https://index.{}/a", "crates.io");
        assert_eq!(lines("a.toml", &text), [1]);
        passes("Cargo.lock", &text);
        passes("README.md", "published on crates.io");
    }

    #[test]
    fn cancelled_with_two_l_is_found_in_the_crates() {
        let path = "crates/a/src/b.rs";
        assert_eq!(
            lines(path, "/// When cancelled.\nfn is_cancelled_by() {}\nstruct Cancelled;\n"),
            [1, 3]
        );
        passes("docs/a.md", "cancelled");
        passes(path, "/// The query was canceled.\n");
    }

    #[test]
    fn foreign_spellings_pass() {
        let path = "crates/a/src/b.rs";
        passes(path, "/// Servers say `query cancelled`.\n");
        passes(path, "if error.is_cancelled() {}\n");
        passes(path, "let a = \"query cancelled\"; // tidy: server text\n");
        assert_eq!(lines(path, "let a = \"query cancelled\";\n"), [1]);
        passes(path, "#[cfg(test)]\nmod tests {\n const A: &str = \"cancelled\";\n}\n");
    }
}
