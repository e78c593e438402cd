//! Rule: `rust-version` is exactly what the dependencies of the published crates need, so that no
//! user is excluded without a reason and the version is sufficient for all dependencies.
//!
//! Whether our own code needs more is checked only by clippy's `incompatible_msrv`: it knows the
//! functions of the standard library, not syntax, and CI does not build with an older toolchain.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use serde_json::Value;
use xshell::{Shell, cmd};

use super::Finding;
use crate::workspace;

/// The version that the edition 2024 needs.
const EDITION: Version = [1, 85, 0];

type Version = [u64; 3];

/// A version of Rust, and the dependency that needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    version: Version,
    by: String,
}

pub(super) fn check(sh: &Shell) -> anyhow::Result<Vec<Finding>> {
    let text = cmd!(sh, "cargo metadata --format-version 1 --all-features").quiet().read()?;
    findings(&serde_json::from_str(&text).context("cargo metadata printed no JSON")?)
}

/// Crates that declare the same version share it: one of them has to need it.
fn findings(metadata: &Value) -> anyhow::Result<Vec<Finding>> {
    let graph = Graph::new(metadata)?;
    let mut groups: BTreeMap<Version, Vec<(String, Need)>> = BTreeMap::new();
    for package in workspace::published(metadata)? {
        let declared = package.json["rust_version"].as_str().context("no `rust-version`")?;
        let need = graph.need(package.json["id"].as_str().unwrap_or_default())?;
        groups.entry(parse(declared)?).or_default().push((package.manifest(), need));
    }
    let mut findings = Vec::new();
    for (declared, members) in groups {
        let Some((manifest, need)) = members.into_iter().max_by(|a, b| a.1.cmp(&b.1)) else {
            continue;
        };
        if need.version != declared {
            let message = format!(
                "`rust-version` is {}, and its dependencies need {} ({})",
                show(declared),
                show(need.version),
                need.by
            );
            findings.push(Finding::failure(&manifest, 1, message));
        }
    }
    Ok(findings)
}

/// The resolved packages, for all platforms.
struct Graph<'a> {
    packages: BTreeMap<&'a str, &'a Value>,
    nodes: BTreeMap<&'a str, &'a Value>,
    members: BTreeSet<&'a str>,
}

impl<'a> Graph<'a> {
    fn new(metadata: &'a Value) -> anyhow::Result<Self> {
        let by_id = |list: &'a Value| -> Option<BTreeMap<&'a str, &'a Value>> {
            list.as_array()?.iter().map(|entry| Some((entry["id"].as_str()?, entry))).collect()
        };
        Ok(Self {
            packages: by_id(&metadata["packages"]).context("no packages in the metadata")?,
            nodes: by_id(&metadata["resolve"]["nodes"]).context("no resolve in the metadata")?,
            members: metadata["workspace_members"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect(),
        })
    }

    /// Returns the version that the normal and build dependencies of a package need.
    fn need(&self, root: &str) -> anyhow::Result<Need> {
        let mut most = Need { version: EDITION, by: "edition 2024".to_owned() };
        let mut seen = BTreeSet::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let package = self.packages.get(id).context("a package is not in the metadata")?;
            if let Some(version) = package["rust_version"].as_str()
                && !self.members.contains(id)
            {
                let by = format!(
                    "{} {}",
                    package["name"].as_str().unwrap_or_default(),
                    package["version"].as_str().unwrap_or_default()
                );
                most = most.max(Need { version: parse(version)?, by });
            }
            let dependencies = self.nodes.get(id).and_then(|node| node["deps"].as_array());
            for dependency in dependencies.into_iter().flatten() {
                let kinds = dependency["dep_kinds"].as_array();
                if kinds.into_iter().flatten().any(|kind| kind["kind"] != "dev") {
                    open.extend(dependency["pkg"].as_str());
                }
            }
        }
        Ok(most)
    }
}

fn parse(text: &str) -> anyhow::Result<Version> {
    let mut version = [0; 3];
    let parts = text.split('.');
    for (at, part) in parts.enumerate() {
        let (Some(slot), Ok(number)) = (version.get_mut(at), part.parse()) else {
            bail!("invalid rust-version `{text}`");
        };
        *slot = number;
    }
    Ok(version)
}

fn show(version: Version) -> String {
    let [major, minor, patch] = version;
    if patch == 0 { format!("{major}.{minor}") } else { format!("{major}.{minor}.{patch}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Two crates over one dependency, and a development dependency that needs much.
    fn metadata(declared: &str, needed: &str) -> Value {
        let ours = |name: &str| {
            json!({
                "id": name, "name": name, "version": "0.1.0", "publish": null,
                "manifest_path": format!("/w/crates/{name}/Cargo.toml"), "rust_version": declared,
            })
        };
        let theirs = |name: &str, needed: &str| {
            json!({
                "id": name, "name": name, "version": "3.1.0", "publish": null, "source": "registry",
                "manifest_path": format!("/r/{name}/Cargo.toml"), "rust_version": needed,
            })
        };
        let normal = json!([{ "kind": null }]);
        json!({
            "workspace_root": "/w",
            "workspace_members": ["low", "high"],
            "packages": [ours("low"), ours("high"), theirs("dep", needed), theirs("dev", "1.99")],
            "resolve": { "nodes": [
                { "id": "low", "deps": [{ "pkg": "dev", "dep_kinds": [{ "kind": "dev" }] }] },
                { "id": "high", "deps": [
                    { "pkg": "low", "dep_kinds": normal },
                    { "pkg": "dep", "dep_kinds": normal },
                ] },
                { "id": "dep", "deps": [] },
                { "id": "dev", "deps": [] },
            ] },
        })
    }

    #[track_caller]
    fn messages(declared: &str, needed: &str) -> Vec<String> {
        let found = findings(&metadata(declared, needed)).unwrap();
        found.into_iter().map(|f| format!("{}: {}", f.path, f.message)).collect()
    }

    #[test]
    fn version_that_the_dependencies_need_passes() {
        assert_eq!(messages("1.89", "1.89.0"), Vec::<String>::new());
        assert_eq!(messages("1.85", "1.60"), Vec::<String>::new());
    }

    #[test]
    fn version_above_the_need_fails() {
        let found = messages("1.95", "1.89.0");
        assert_eq!(found.len(), 1, "{found:?}");
        let expected = "crates/high/Cargo.toml: `rust-version` is 1.95, and its dependencies need 1.89 (dep 3.1.0)";
        assert_eq!(found[0], expected);
        assert!(messages("1.90", "1.60")[0].contains("need 1.85 (edition 2024)"));
    }

    #[test]
    fn version_below_the_need_fails() {
        assert!(messages("1.85", "1.89.1")[0].contains("need 1.89.1 (dep 3.1.0)"));
    }

    #[test]
    fn invalid_version_is_an_error() {
        assert!(parse("1.x").is_err() && parse("1.2.3.4").is_err());
    }
}
