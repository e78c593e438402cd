//! Rule: dependencies point one way. Each crate has a row here with its allowed dependencies, and
//! so do the folders inside of two crates.

mod folders;
mod paths;

use anyhow::Context as _;
use serde_json::Value;

use super::{Finding, tree::Tree};

/// The allowed normal and build dependencies of one crate.
struct Layer {
    name: &'static str,
    /// Crates of this workspace.
    ours: &'static [&'static str],
    /// Families of heavy crates.
    heavy: &'static [Heavy],
}

/// Crates that are expensive for users, that tie a layer to a runtime, a transport or a data
/// format, or that make a run unrepeatable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heavy {
    Randomness,
    Tokio,
    Http,
    Tls,
    Arrow,
    DataFusion,
}

/// The table. A crate that is not in it fails, so a new crate requires a decision.
#[rustfmt::skip]
const LAYERS: &[Layer] = &[
    Layer { name: "dbsql-runtime", ours: &[], heavy: &[Heavy::Tokio, Heavy::Randomness] },
    Layer { name: "dbsql-protocol", ours: &[], heavy: &[] },
    Layer { name: "dbsql-arrow", ours: &["dbsql-protocol"], heavy: &[Heavy::Arrow] },
    Layer {
        name: "dbsql-transport",
        ours: &["dbsql-runtime"],
        heavy: &[Heavy::Tokio, Heavy::Http, Heavy::Tls],
    },
    Layer { name: "dbsql-auth", ours: &["dbsql-transport", "dbsql-runtime"], heavy: &[] },
    Layer {
        name: "dbsql-core",
        ours: &[
            "dbsql-runtime",
            "dbsql-protocol",
            "dbsql-arrow",
            "dbsql-transport",
            "dbsql-auth",
        ],
        heavy: &[Heavy::Tokio, Heavy::Arrow],
    },
    // Re-exports these crates whole, and nothing else.
    Layer {
        name: "dbsql",
        ours: &["dbsql-core", "dbsql-transport", "dbsql-auth"],
        heavy: &[Heavy::Arrow],
    },
    // Its own runtime around the facade.
    Layer { name: "dbsql-blocking", ours: &["dbsql"], heavy: &[Heavy::Tokio] },
    Layer {
        name: "dbsql-local",
        ours: &["dbsql-protocol", "dbsql-transport", "dbsql-runtime"],
        heavy: &[Heavy::Tokio, Heavy::Http, Heavy::Tls, Heavy::Arrow],
    },
    Layer {
        name: "dbsql-warehouse",
        ours: &["dbsql-local"],
        // HTTP only for its features, so that DataFusion is compiled once.
        heavy: &[Heavy::Tokio, Heavy::Http, Heavy::Arrow, Heavy::DataFusion],
    },
    Layer {
        name: "dbsql-tests",
        ours: &[
            "dbsql",
            "dbsql-arrow",
            "dbsql-protocol",
            "dbsql-transport",
            "dbsql-local",
            "dbsql-warehouse",
        ],
        heavy: &[Heavy::Tokio, Heavy::Http, Heavy::Tls, Heavy::Arrow],
    },
    Layer {
        name: "dbsql-fuzz-targets",
        ours: &["dbsql-arrow", "dbsql-core", "dbsql-local", "dbsql-protocol"],
        heavy: &[Heavy::Tokio, Heavy::Arrow],
    },
    // An application with a custom transport.
    Layer {
        name: "dbsql-no-hyper",
        ours: &["dbsql-core", "dbsql-transport"],
        heavy: &[Heavy::Tokio],
    },
    Layer { name: "xtask", ours: &[], heavy: &[] },
];

/// The families that a crate belongs to.
fn families(name: &str) -> Vec<Heavy> {
    let is = |family: &str| name == family || name.starts_with(&format!("{family}-"));
    let is_random = ["fastrand", "getrandom", "rand"].contains(&name) || name.starts_with("rand_");
    [
        (Heavy::Randomness, is_random),
        (Heavy::Tokio, is("tokio")),
        (Heavy::Http, is("hyper") || is("h2")),
        (Heavy::Tls, is("rustls") || name.ends_with("-rustls")),
        (Heavy::Arrow, is("arrow")),
        (Heavy::DataFusion, is("datafusion")),
    ]
    .into_iter()
    .filter_map(|(family, belongs)| belongs.then_some(family))
    .collect()
}

/// A workspace member as the rule sees it.
#[derive(Debug, PartialEq, Eq)]
struct Member {
    name: String,
    manifest: String,
    /// Normal and build dependencies with their lines in the manifest.
    dependencies: Vec<(String, usize)>,
}

/// Returns the members from `cargo metadata`. Dev-dependencies may point upwards and are omitted.
fn members(metadata: &Value, tree: &Tree) -> anyhow::Result<Vec<Member>> {
    let root = metadata["workspace_root"].as_str().context("no workspace_root in the metadata")?;
    let packages = metadata["packages"].as_array().context("no packages in the metadata")?;
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().context("a package without a name")?;
            let manifest =
                package["manifest_path"].as_str().context("a package without a manifest")?;
            let manifest = manifest.trim_start_matches(root).replace('\\', "/");
            let manifest = manifest.trim_start_matches('/').to_owned();
            let text = tree.text(&manifest).unwrap_or_default();
            let dependencies =
                package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
            let dependencies = dependencies
                .iter()
                .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
                .filter_map(|dependency| dependency["name"].as_str())
                .map(|dependency| (dependency.to_owned(), line_of(text, dependency)))
                .collect();
            Ok(Member { name: name.to_owned(), manifest, dependencies })
        })
        .collect()
}

/// Returns the line of the dependency in the manifest.
fn line_of(manifest: &str, dependency: &str) -> usize {
    let names = |line: &str| {
        line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    manifest.lines().position(names).map_or(1, |index| index + 1)
}

/// Checks the dependencies between crates, and between the folders of a crate.
pub(super) fn check(metadata: &Value, tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = between_crates(&members(metadata, tree)?);
    findings.extend(folders::check(&tree.files));
    Ok(findings)
}

fn between_crates(members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == member.name) else {
            let message = format!(
                "`{}` has no row in the layer table (xtask/src/tidy/layers.rs)",
                member.name
            );
            findings.push(Finding::failure(&member.manifest, 1, message));
            continue;
        };
        for (dependency, line) in &member.dependencies {
            let is_ours = LAYERS.iter().any(|layer| layer.name == dependency);
            let allowed = if is_ours {
                layer.ours.contains(&dependency.as_str())
            } else {
                families(dependency).iter().all(|family| layer.heavy.contains(family))
            };
            if !allowed {
                let message =
                    format!("`{}` must not depend on `{dependency}` (layer table)", layer.name);
                findings.push(Finding::failure(&member.manifest, *line, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::TextFile;

    fn findings(name: &str, dependencies: &[&str]) -> Vec<String> {
        let member = Member {
            name: name.to_owned(),
            manifest: format!("crates/{name}/Cargo.toml"),
            dependencies: dependencies.iter().map(|&d| (d.to_owned(), 1)).collect(),
        };
        between_crates(&[member]).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn the_arrows_of_the_design_pass() {
        let none = Vec::<String>::new();
        assert_eq!(findings("dbsql-protocol", &["bytes", "thiserror"]), none);
        assert_eq!(
            findings("dbsql-transport", &["dbsql-runtime", "hyper", "hyper-rustls", "tokio"]),
            none
        );
        assert_eq!(
            findings("dbsql-core", &["dbsql-auth", "dbsql-protocol", "arrow-array", "tokio"]),
            none
        );
        assert_eq!(findings("dbsql", &["dbsql-core", "arrow-array"]), none);
        assert_eq!(findings("dbsql-blocking", &["dbsql", "tokio"]), none);
        assert_eq!(
            findings("dbsql-local", &["dbsql-protocol", "hyper", "arrow-ipc", "tokio-rustls"]),
            none
        );
        assert_eq!(findings("dbsql-warehouse", &["dbsql-local", "datafusion", "tokio"]), none);
    }

    #[test]
    fn an_arrow_upwards_fails() {
        for (name, dependency) in [
            ("dbsql-runtime", "dbsql-transport"),
            ("dbsql-auth", "dbsql-protocol"),
            ("dbsql-local", "dbsql-core"),
            ("dbsql-local", "dbsql-warehouse"),
            ("dbsql-warehouse", "dbsql-core"),
            ("dbsql", "dbsql-local"),
            ("dbsql", "dbsql-blocking"),
            ("dbsql-blocking", "dbsql-core"),
            ("xtask", "dbsql-protocol"),
        ] {
            assert_eq!(findings(name, &[dependency]).len(), 1, "{name} -> {dependency}");
        }
    }

    #[test]
    fn a_heavy_dependency_in_the_wrong_layer_fails() {
        for (name, dependency) in [
            ("dbsql-protocol", "tokio"),
            ("dbsql-protocol", "arrow-schema"),
            ("dbsql-auth", "tokio"),
            ("dbsql-core", "hyper"),
            ("dbsql-core", "hyper-rustls"),
            ("dbsql-core", "rustls-platform-verifier"),
            ("dbsql-core", "tokio-rustls"),
            ("dbsql-transport", "arrow-array"),
            ("dbsql", "datafusion"),
            ("dbsql-local", "datafusion-spark"),
            ("dbsql-core", "getrandom"),
            ("dbsql-local", "rand"),
            ("dbsql-tests", "rand_chacha"),
            ("xtask", "fastrand"),
        ] {
            assert_eq!(findings(name, &[dependency]).len(), 1, "{name} -> {dependency}");
        }
    }

    #[test]
    fn a_crate_without_a_row_fails() {
        assert!(findings("dbsql-extra", &[])[0].contains("no row"));
    }

    #[test]
    fn metadata_gives_the_members_without_dev_dependencies() {
        let metadata = serde_json::json!({
            "workspace_root": "/w",
            "packages": [{
                "name": "dbsql-auth",
                "manifest_path": "/w/crates/dbsql-auth/Cargo.toml",
                "dependencies": [
                    { "name": "bytes", "kind": null },
                    { "name": "dbsql", "kind": "dev" },
                    { "name": "cc", "kind": "build" },
                ],
            }],
        });
        let manifest = TextFile {
            path: "crates/dbsql-auth/Cargo.toml".to_owned(),
            text: "[dependencies]\nbytes-utils = \"1\"\nbytes.workspace = true\n".to_owned(),
        };
        let tree = Tree { files: vec![manifest], ..Tree::default() };
        let expected = Member {
            name: "dbsql-auth".to_owned(),
            manifest: "crates/dbsql-auth/Cargo.toml".to_owned(),
            dependencies: vec![("bytes".to_owned(), 3), ("cc".to_owned(), 1)],
        };
        assert_eq!(members(&metadata, &tree).unwrap(), [expected]);
    }
}
