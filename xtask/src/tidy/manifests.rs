//! Rule: dependencies are declared once in the root manifest, our own crates can be published, and
//! every member uses the lints of the workspace.
//!
//! cargo-deny checks the rest of a manifest: no wildcards, nothing from git.

use toml::de::{DeTable, DeValue};

use super::{Finding, tree::Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let root = tree.text(ROOT).unwrap_or_default();
    let mut findings = check_root(root);
    let ours = our_crates(root);
    for file in &tree.files {
        let Some(folder) = file.path.strip_suffix("/Cargo.toml") else { continue };
        findings.extend(check_member(&file.path, &file.text, &ours));
        // Without one, clippy ignores the settings and bans of the other members.
        if tree.text(&format!("{folder}/clippy.toml")).is_none() {
            findings.push(Finding::failure(&file.path, 1, "there is no `clippy.toml` beside it"));
        }
    }
    findings
}

const ROOT: &str = "Cargo.toml";

fn check_root(text: &str) -> Vec<Finding> {
    let manifest = match Manifest::parse(ROOT, text) {
        Ok(manifest) => manifest,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    for dependency in manifest.dependencies(&["workspace", "dependencies"]) {
        let Dependency { name, line, .. } = dependency;
        if !dependency.has("path") {
            continue;
        }
        if dependency.bool("default-features") != Some(false) {
            let message = format!(
                "`{name}`: an internal crate needs `default-features = false` here, a member cannot switch them off"
            );
            findings.push(Finding::failure(ROOT, line, message));
        }
        if !dependency.has("version") {
            let message = format!("`{name}`: a published crate needs a version beside the path");
            findings.push(Finding::failure(ROOT, line, message));
        }
    }
    findings
}

/// The names of the crates of this workspace that others may depend on.
fn our_crates(root: &str) -> Vec<String> {
    let Ok(manifest) = Manifest::parse(ROOT, root) else { return Vec::new() };
    let dependencies = manifest.dependencies(&["workspace", "dependencies"]);
    dependencies.into_iter().filter(|d| d.has("path")).map(|d| d.name.to_owned()).collect()
}

fn check_member(path: &str, text: &str, ours: &[String]) -> Vec<Finding> {
    let manifest = match Manifest::parse(path, text) {
        Ok(manifest) => manifest,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    let lints = manifest.value(&["lints", "workspace"]);
    if lints.and_then(DeValue::as_bool) != Some(true) {
        findings.push(Finding::failure(path, 1, "`[lints] workspace = true` is missing"));
    }
    let publish = manifest.value(&["package", "publish"]);
    let is_published = publish.and_then(DeValue::as_bool) != Some(false);
    for (kind, dependency) in manifest.member_dependencies() {
        let Dependency { name, line, .. } = dependency;
        let crate_name = dependency.string("package").unwrap_or(name);
        let is_ours = ours.iter().any(|ours| ours == crate_name);
        let has_path_alone = dependency.has("path") && !dependency.has("version");
        if kind == "dev-dependencies" && is_ours && is_published {
            if !has_path_alone {
                let message = format!(
                    "`{name}`: a dev-dependency of our own has a `path` and no version, or publishing goes in circles"
                );
                findings.push(Finding::failure(path, line, message));
            }
        } else if dependency.bool("workspace") != Some(true) {
            let message = format!("`{name}`: take the dependency with `workspace = true`");
            findings.push(Finding::failure(path, line, message));
        }
    }
    findings
}

/// A manifest, and the locations of its parts.
struct Manifest<'a> {
    text: &'a str,
    table: DeTable<'a>,
}

/// One dependency of a manifest.
struct Dependency<'m> {
    name: &'m str,
    value: &'m DeValue<'m>,
    line: usize,
}

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

impl<'a> Manifest<'a> {
    fn parse(path: &str, text: &'a str) -> Result<Self, Finding> {
        match DeTable::parse(text) {
            Ok(table) => Ok(Self { text, table: table.into_inner() }),
            Err(error) => {
                let line = error.span().map_or(1, |span| line_at(text, span.start));
                Err(Finding::failure(path, line, error.message()))
            }
        }
    }

    fn value(&self, path: &[&str]) -> Option<&DeValue<'a>> {
        let (first, rest) = path.split_first()?;
        let mut value = self.table.get(*first)?.get_ref();
        for key in rest {
            value = value.as_table()?.get(*key)?.get_ref();
        }
        Some(value)
    }

    fn dependencies(&self, path: &[&str]) -> Vec<Dependency<'_>> {
        let table = self.value(path).and_then(DeValue::as_table);
        let entries = table.into_iter().flatten();
        entries
            .map(|(key, value)| Dependency {
                name: key.get_ref(),
                value: value.get_ref(),
                line: line_at(self.text, key.span().start),
            })
            .collect()
    }

    /// Returns the dependencies of a member, including those of a `target`, each with the kind of
    /// its table.
    fn member_dependencies(&self) -> Vec<(&'static str, Dependency<'_>)> {
        let targets = self.value(&["target"]).and_then(DeValue::as_table);
        let targets = targets.into_iter().flatten().map(|(target, _)| target.get_ref().as_ref());
        let targets: Vec<&str> = targets.collect();
        let mut found = Vec::new();
        for kind in KINDS {
            found.extend(self.dependencies(&[kind]).into_iter().map(|d| (kind, d)));
            for target in &targets {
                let path = ["target", target, kind];
                found.extend(self.dependencies(&path).into_iter().map(|d| (kind, d)));
            }
        }
        found
    }
}

impl<'m> Dependency<'m> {
    fn field(&self, name: &str) -> Option<&'m DeValue<'m>> {
        self.value.as_table()?.get(name).map(toml::Spanned::get_ref)
    }

    fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    fn bool(&self, name: &str) -> Option<bool> {
        self.field(name)?.as_bool()
    }

    fn string(&self, name: &str) -> Option<&'m str> {
        self.field(name)?.as_str()
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::TextFile;

    const WORKSPACE: &str = "[workspace.dependencies]\n\
        b = { path = \"crates/b\", version = \"0.1.0\", default-features = false }\n\
        bytes = { version = \"1\", features = [\n    \"serde\", # why\n] }\n";
    const GOOD: &str = "[package]\nname = \"a\"\n\n\
        [dependencies]\nbytes.workspace = true\nb = { workspace = true, features = [\"x\"] }\n\n\
        [dev-dependencies]\nbytes.workspace = true\n\n\
        [lints]\nworkspace = true\n";

    fn messages(text: &str) -> Vec<String> {
        let found = check_member("crates/a/Cargo.toml", text, &our_crates(WORKSPACE));
        found.into_iter().map(|f| format!("{}: {}", f.line, f.message)).collect()
    }

    #[track_caller]
    fn fails(from: &str, to: &str, expected: &str) {
        assert!(GOOD.contains(from), "{from}");
        let found = messages(&GOOD.replacen(from, to, 1));
        assert!(found.iter().any(|m| m.contains(expected)), "{to}: {found:?}");
        assert_eq!(found.len(), 1, "{to}: {found:?}");
    }

    #[track_caller]
    fn passes(from: &str, to: &str) {
        assert!(GOOD.contains(from), "{from}");
        assert_eq!(messages(&GOOD.replacen(from, to, 1)), Vec::<String>::new(), "{to}");
    }

    #[test]
    fn member_that_inherits_passes() {
        assert_eq!(messages(GOOD), Vec::<String>::new());
    }

    #[test]
    fn member_without_the_lints_fails() {
        fails("[lints]\nworkspace = true\n", "", "1: `[lints] workspace = true`");
        fails("[lints]\nworkspace = true\n", "[lints.rust]\n", "`[lints] workspace = true`");
    }

    #[test]
    fn dependency_with_its_own_version_fails() {
        fails("bytes.workspace = true", "bytes = \"1\"", "5: `bytes`");
        fails("bytes.workspace = true", "bytes = { path = \"../b\" }", "5: `bytes`");
        fails("[lints]", "[dependencies.c]\nversion = \"1\"\n\n[lints]", "`c`");
        fails("[lints]", "[target.'cfg(unix)'.dependencies]\nc = \"1\"\n\n[lints]", "12: `c`");
        fails("[lints]", "[build-dependencies]\nc = \"1\"\n\n[lints]", "`c`");
    }

    #[test]
    fn dev_dependency_of_our_own_has_a_path_alone() {
        let other = "[dev-dependencies]\n";
        passes(other, "[dev-dependencies]\nb = { path = \"../b\", features = [\"x\"] }\n");
        passes(other, "[dev-dependencies]\nd = { path = \"../b\", package = \"b\" }\n");
        let expected = "`path` and no version";
        for b in ["b = { path = \"../b\", version = \"1\" }", "b.workspace = true", "b = \"1\""] {
            fails(other, &format!("[dev-dependencies]\n{b}\n"), expected);
            fails(
                "[lints]",
                &format!("[target.'cfg(unix)'.dev-dependencies]\n{b}\n\n[lints]"),
                expected,
            );
        }
        let renamed = "d = { path = \"../b\", package = \"b\", version = \"1\" }";
        fails(other, &format!("[dev-dependencies]\n{renamed}\n"), expected);
    }

    #[test]
    fn unpublished_member_takes_our_own_from_the_workspace() {
        let unpublished = GOOD.replace("[package]", "[package]\npublish = false");
        let text =
            unpublished.replace("[dev-dependencies]", "[dev-dependencies]\nb.workspace = true");
        assert_eq!(messages(&text), Vec::<String>::new());
    }

    #[test]
    fn internal_crates_have_no_default_features_in_the_root() {
        assert_eq!(check_root(WORKSPACE), []);
        for (from, expected) in [
            (", default-features = false", "default-features"),
            (", version = \"0.1.0\"", "version"),
        ] {
            let found = check_root(&WORKSPACE.replace(from, ""));
            assert_eq!((found.len(), found[0].line), (1, 2), "{found:?}");
            assert!(found[0].message.contains(expected), "{found:?}");
        }
    }

    #[test]
    fn manifest_that_is_no_toml_fails_with_its_line() {
        let found = check_member("crates/a/Cargo.toml", "[package]\nname = \n", &[]);
        assert_eq!((found.len(), found[0].line), (1, 2), "{found:?}");
    }

    #[test]
    fn member_without_clippy_settings_fails() {
        let file =
            |path: &str, text: &str| TextFile { path: path.to_owned(), text: text.to_owned() };
        let mut tree = Tree {
            files: vec![file("Cargo.toml", WORKSPACE), file("crates/a/Cargo.toml", GOOD)],
            ..Tree::default()
        };
        let found = check(&tree);
        assert!(found.len() == 1 && found[0].message.contains("clippy.toml"), "{found:?}");
        tree.files.push(file("crates/a/clippy.toml", ""));
        assert_eq!(check(&tree), []);
    }
}
