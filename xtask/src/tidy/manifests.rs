//! Rule: members inherit from the workspace, dependencies stand once in the root manifest, nothing
//! comes from git, and the lock file is part of the tree.

use super::{
    Finding,
    toml::{self, Entry},
    tree::Tree,
};

/// What each member takes over from `[workspace.package]`.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license"];
/// Members that are not for others to depend on.
const UNPUBLISHED: &[&str] = &["xtask/Cargo.toml", "tests/Cargo.toml"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    if tree.text("Cargo.lock").is_none() {
        findings.push(Finding::failure("Cargo.lock", 1, "the lock file must be part of the tree"));
    }
    for file in tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        findings.extend(if file.path == "Cargo.toml" {
            check_root(&file.text)
        } else {
            check_member(&file.path, &file.text)
        });
    }
    findings
}

fn check_root(text: &str) -> Vec<Finding> {
    let path = "Cargo.toml";
    let entries = toml::entries(text);
    let mut findings = sources(path, &entries);
    for entry in entries.iter().filter(|entry| entry.section == "workspace.dependencies") {
        if entry.field("path").is_some() {
            if entry.field("default-features") != Some("false") {
                let message = format!(
                    "`{}`: an internal crate needs `default-features = false` here, a member cannot switch them off",
                    entry.key
                );
                findings.push(Finding::failure(path, entry.line, message));
            }
            if entry.field("version").is_none() {
                let message =
                    format!("`{}`: a published crate needs a version beside the path", entry.key);
                findings.push(Finding::failure(path, entry.line, message));
            }
        }
    }
    findings
}

fn check_member(path: &str, text: &str) -> Vec<Finding> {
    let entries = toml::entries(text);
    let mut findings = sources(path, &entries);
    let package = |key: &str| entries.iter().find(|e| e.section == "package" && e.key == key);
    for key in INHERITED {
        match package(key) {
            Some(entry) if entry.is_inherited() => {}
            Some(entry) => {
                findings.push(Finding::failure(
                    path,
                    entry.line,
                    format!("write `{key}.workspace = true`"),
                ));
            }
            None => findings.push(Finding::failure(
                path,
                1,
                format!("`{key}.workspace = true` is missing"),
            )),
        }
    }
    if !entries.iter().any(|e| e.section == "lints" && e.key == "workspace" && e.value == "true") {
        findings.push(Finding::failure(path, 1, "`[lints] workspace = true` is missing"));
    }
    let unpublished = package("publish").is_some_and(|entry| entry.value == "false");
    if UNPUBLISHED.contains(&path) && !unpublished {
        findings.push(Finding::failure(path, 1, "`publish = false` is missing"));
    }
    if !package("description").is_some_and(|e| e.value.len() > 2 && !e.value.contains("TODO")) {
        findings.push(Finding::failure(path, 1, "the package has no description"));
    }
    for entry in &entries {
        if let Some(kind) = dependency_kind(&entry.section) {
            // A dev-dependency on a crate above has a path and no version, or publishing goes in circles.
            let circular = kind == "dev-dependencies"
                && entry.field("path").is_some()
                && entry.field("version").is_none();
            if !entry.is_inherited() && !circular {
                let message =
                    format!("`{}`: take the dependency with `workspace = true`", entry.key);
                findings.push(Finding::failure(path, entry.line, message));
            }
        } else if ["dependencies.", "dev-dependencies.", "build-dependencies."]
            .iter()
            .any(|prefix| entry.section.starts_with(prefix))
        {
            let message = format!("`[{}]`: write the dependency on one line", entry.section);
            findings.push(Finding::failure(path, entry.line, message));
        }
    }
    findings
}

/// Which of the three dependency tables the section is, also one of a `target`.
fn dependency_kind(section: &str) -> Option<&'static str> {
    ["dev-dependencies", "build-dependencies", "dependencies"].into_iter().find(|kind| {
        section.strip_suffix(kind).is_some_and(|before| {
            before.is_empty() || (before.starts_with("target.") && before.ends_with('.'))
        })
    })
}

/// Findings about where dependencies come from, in any section.
fn sources(path: &str, entries: &[Entry]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in entries {
        if entry.field("git").is_some() || (entry.key == "git" && entry.section != "package") {
            let message = format!("`{}`: a dependency from git cannot be published", entry.key);
            findings.push(Finding::failure(path, entry.line, message));
        }
        let version = entry.field("version").unwrap_or(&entry.value);
        if entry.section.ends_with("dependencies") && version.contains('*') {
            let message = format!("`{}`: a wildcard is no version", entry.key);
            findings.push(Finding::failure(path, entry.line, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\ndescription = \"An a\"\nversion.workspace = true\n\
        edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\n\
        [dependencies]\nbytes.workspace = true\ndbsql-runtime = { workspace = true, features = [\"x\"] }\n\n\
        [lints]\nworkspace = true\n";

    fn messages(text: &str) -> Vec<String> {
        check_member("crates/a/Cargo.toml", text).into_iter().map(|f| f.message).collect()
    }

    #[track_caller]
    fn fails(from: &str, to: &str, expected: &str) {
        assert!(GOOD.contains(from), "{from}");
        let found = messages(&GOOD.replace(from, to));
        assert!(found.iter().any(|m| m.contains(expected)), "{to}: {found:?}");
    }

    #[test]
    fn a_member_that_inherits_passes() {
        assert_eq!(messages(GOOD), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_inherited_fails() {
        fails("version.workspace = true", "version = \"1.0.0\"", "`version.workspace = true`");
        fails("edition.workspace = true\n", "", "`edition.workspace = true` is missing");
        fails("[lints]\nworkspace = true\n", "", "`[lints] workspace = true`");
        fails("\"An a\"", "\"TODO\"", "description");
    }

    #[test]
    fn a_dependency_of_its_own_fails() {
        fails("bytes.workspace = true", "bytes = \"1\"", "`bytes`");
        fails("bytes.workspace = true", "bytes = { path = \"../b\" }", "`bytes`");
        fails("bytes.workspace = true", "bytes = { git = \"b\" }", "from git");
        fails("bytes.workspace = true", "bytes = \"*\"", "wildcard");
        fails("[lints]", "[dependencies.c]\nversion = \"1\"\n\n[lints]", "on one line");
        fails("[lints]", "[target.'cfg(unix)'.dependencies]\nc = \"1\"\n\n[lints]", "`c`");
    }

    #[test]
    fn a_dev_dependency_upwards_has_a_path_alone() {
        let with = |dependency: &str| {
            GOOD.replace("[lints]", &format!("[dev-dependencies]\n{dependency}\n\n[lints]"))
        };
        assert_eq!(messages(&with("dbsql = { path = \"../dbsql\" }")), Vec::<String>::new());
        assert_eq!(messages(&with("dbsql = { path = \"../dbsql\", version = \"1\" }")).len(), 1);
    }

    #[test]
    fn unpublished_members_say_so() {
        let found = check_member("xtask/Cargo.toml", GOOD);
        assert!(found[0].message.contains("publish = false"), "{found:?}");
        let text = GOOD.replace("[package]", "[package]\npublish = false");
        assert_eq!(check_member("xtask/Cargo.toml", &text), []);
    }

    #[test]
    fn internal_crates_have_no_default_features_in_the_root() {
        let line = "a = { path = \"crates/a\", version = \"0.1.0\", default-features = false }";
        let root = |line: &str| check_root(&format!("[workspace.dependencies]\n{line}\n"));
        assert_eq!(root(line), []);
        assert_eq!(root(&line.replace(", default-features = false", "")).len(), 1);
        assert_eq!(root(&line.replace(", version = \"0.1.0\"", "")).len(), 1);
        assert_eq!(root("b = { git = \"x\" }").len(), 1);
    }
}
