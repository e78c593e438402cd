//! Rule: a published crate has everything that a registry and docs.rs show: a description,
//! keywords, categories, a README whose examples compile, the licence, and docs with all features.
//! A feature with another crate's types has its major version in the name.

use serde_json::Value;

use super::{Finding, tree::Tree};
use crate::workspace::{self, Package};

/// The limit of a registry.
const MAX_KEYWORDS: usize = 5;

pub(super) fn check(metadata: &Value, tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in workspace::published(metadata)? {
        let manifest = package.manifest();
        let problems = manifest_problems(package.json).into_iter();
        let problems = problems.chain(file_problems(&package, tree));
        findings.extend(problems.map(|problem| Finding::failure(&manifest, 1, problem)));
    }
    Ok(findings)
}

/// Returns the problems of the manifest, from `cargo metadata`.
fn manifest_problems(package: &Value) -> Vec<String> {
    let len = |key: &str| package[key].as_array().map_or(0, Vec::len);
    let mut problems = Vec::new();
    if package["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
        problems.push("`description` is missing".to_owned());
    }
    if !(1..=MAX_KEYWORDS).contains(&len("keywords")) {
        problems.push(format!("`keywords`: expected 1 to {MAX_KEYWORDS}"));
    }
    if len("categories") == 0 {
        problems.push("`categories` is missing".to_owned());
    }
    if package["license"].as_str().is_none() {
        problems.push("`license` is missing".to_owned());
    }
    if package["readme"].as_str() != Some("README.md") {
        problems.push("`readme`: expected `README.md`, in the crate's own folder".to_owned());
    }
    let docs = &package["metadata"]["docs"]["rs"];
    let arguments = docs["rustdoc-args"].as_array().map(Vec::as_slice).unwrap_or_default();
    if docs["all-features"] != Value::Bool(true) || !arguments.iter().any(|a| a == "docsrs") {
        let expected = "`all-features = true` and `rustdoc-args = [\"--cfg\", \"docsrs\"]`";
        problems.push(format!("`[package.metadata.docs.rs]`: expected {expected}"));
    }
    problems.extend(features_without_major(package).map(|name| {
        format!("feature `{name}` has the name of a dependency: add its major, such as `chrono-04`")
    }));
    problems
}

/// Features with the bare name of an optional dependency: a second major of it would have no name.
fn features_without_major(package: &Value) -> impl Iterator<Item = &str> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let optional = dependencies.filter(|d| d["optional"] == Value::Bool(true));
    let names = optional.filter_map(|d| d["rename"].as_str().or(d["name"].as_str()));
    names.filter(|name| package["features"].get(name).is_some())
}

fn file_problems(package: &Package<'_>, tree: &Tree) -> Vec<String> {
    let folder = &package.folder;
    let text = |path: &str| tree.text(&format!("{folder}/{path}")).unwrap_or_default();
    let mut problems = Vec::new();
    if text("README.md").is_empty() {
        problems.push("there is no `README.md` beside it".to_owned());
    }
    // A symbolic link that was checked out as a text file is recognized by its content.
    if text("LICENSE") != tree.text("LICENSE").unwrap_or_default() {
        problems.push("`LICENSE` beside it is not a link to the one of the workspace".to_owned());
    }
    let lib = text("src/lib.rs");
    let readme = text("README.md");
    // A README with a table of features lists them all, as the documentation does.
    if readme.contains("| Feature |") {
        let features = package.json["features"].as_object().into_iter().flat_map(|all| all.keys());
        for feature in features.filter(|feature| *feature != "default") {
            let cell = format!("`{feature}`");
            let lists = |text: &str| text.lines().any(|l| l.contains("| ") && l.contains(&cell));
            if !lists(lib) || !lists(readme) {
                let files = "README.md and src/lib.rs";
                problems
                    .push(format!("feature {cell} is not in the tables of features of {files}"));
            }
        }
    }
    if !lib.contains("#[doc = include_str!(\"../README.md\")]") {
        let expected = "`#[cfg(doctest)] #[doc = include_str!(\"../README.md\")] struct Readme;`";
        problems.push(format!("src/lib.rs does not compile the README's examples: {expected}"));
    }
    if !lib.contains("cfg_attr(docsrs, feature(doc_cfg))") {
        let expected = "`#![cfg_attr(docsrs, feature(doc_cfg))]`";
        problems.push(format!("src/lib.rs lacks {expected}: docs.rs would not name features"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tidy::tree::TextFile;

    fn complete() -> Value {
        json!({
            "name": "a", "manifest_path": "/w/crates/a/Cargo.toml", "publish": null,
            "description": "An a", "keywords": ["sql"], "categories": ["database"],
            "license": "Apache-2.0", "readme": "README.md",
            "features": { "chrono-04": ["dep:chrono"] },
            "dependencies": [{ "name": "chrono", "optional": true }],
            "metadata": { "docs": { "rs": {
                "all-features": true, "rustdoc-args": ["--cfg", "docsrs"],
            } } },
        })
    }

    const LIB: &str = "#![cfg_attr(docsrs, feature(doc_cfg))]\n\
                       #[cfg(doctest)]\n#[doc = include_str!(\"../README.md\")]\nstruct Readme;\n";

    fn tree() -> Tree {
        let files = [
            ("LICENSE", "text"),
            ("crates/a/LICENSE", "text"),
            ("crates/a/README.md", "# a"),
            ("crates/a/src/lib.rs", LIB),
        ];
        let file =
            |(path, text): (&str, &str)| TextFile { path: path.to_owned(), text: text.to_owned() };
        Tree { files: files.into_iter().map(file).collect(), ..Tree::default() }
    }

    fn messages(package: &Value, tree: &Tree) -> Vec<String> {
        let metadata = json!({
            "workspace_root": "/w", "packages": [package], "workspace_members": [],
        });
        let found = check(&metadata, tree).unwrap();
        found.into_iter().map(|f| format!("{}: {}", f.path, f.message)).collect()
    }

    #[track_caller]
    fn fails(package: &Value, expected: &str) {
        let found = messages(package, &tree());
        assert!(found.len() == 1 && found[0].contains(expected), "{expected}: {found:?}");
        assert!(found[0].starts_with("crates/a/Cargo.toml: "), "{found:?}");
    }

    #[test]
    fn complete_package_passes() {
        assert_eq!(messages(&complete(), &tree()), Vec::<String>::new());
    }

    #[test]
    fn missing_metadata_is_named() {
        for key in ["description", "keywords", "categories", "license", "readme"] {
            let mut package = complete();
            package[key] = Value::Null;
            fails(&package, &format!("`{key}`"));
        }
        let mut package = complete();
        package["readme"] = "../../README.md".into();
        fails(&package, "own folder");
        let mut package = complete();
        package["keywords"] = json!(["a", "b", "c", "d", "e", "f"]);
        fails(&package, "1 to 5");
    }

    #[test]
    fn docs_without_all_features_fail() {
        for key in ["all-features", "rustdoc-args"] {
            let mut package = complete();
            package["metadata"]["docs"]["rs"][key] = Value::Null;
            fails(&package, "docs.rs");
        }
    }

    #[test]
    fn feature_with_the_name_of_a_dependency_fails() {
        let mut package = complete();
        package["features"] = json!({ "chrono": ["dep:chrono"] });
        fails(&package, "feature `chrono`");
    }

    #[test]
    fn missing_files_are_named() {
        for (path, expected) in
            [("crates/a/LICENSE", "`LICENSE`"), ("crates/a/README.md", "no `README.md`")]
        {
            let mut tree = tree();
            tree.files.retain(|file| file.path != path);
            let found = messages(&complete(), &tree);
            assert!(found.len() == 1 && found[0].contains(expected), "{found:?}");
        }
        let mut tree = tree();
        tree.files.retain(|file| file.path != "crates/a/src/lib.rs");
        assert_eq!(messages(&complete(), &tree).len(), 2);
    }

    #[test]
    fn unpublished_package_needs_nothing() {
        let package = json!({
            "name": "a", "manifest_path": "/w/a/Cargo.toml", "publish": [],
        });
        assert_eq!(messages(&package, &tree()), Vec::<String>::new());
    }
}
