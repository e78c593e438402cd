//! The location and the cargo metadata of the workspace.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::cargo_variables;

/// The workspace's root folder.
pub(crate) fn root() -> PathBuf {
    // What cargo told stays right when the clone has been moved.
    let package =
        cargo_variables::package().unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&package).parent().map(Path::to_owned).unwrap_or_default()
}

/// `cargo metadata` of the workspace's own packages.
pub(crate) fn metadata(sh: &Shell) -> anyhow::Result<Value> {
    let text = cmd!(sh, "cargo metadata --format-version 1 --no-deps").quiet().read()?;
    serde_json::from_str(&text).context("cargo metadata printed something that is not JSON")
}

/// Returns cargo's target folder.
pub(crate) fn target_dir(sh: &Shell) -> anyhow::Result<PathBuf> {
    let metadata = metadata(sh)?;
    let dir =
        metadata["target_directory"].as_str().context("no target_directory in the metadata")?;
    Ok(PathBuf::from(dir))
}

/// Compiles the programs of the members, and returns their folder.
///
/// They are those that `cargo test --workspace` compiles: after it, nothing is left to do. Without
/// its development dependencies, most crates would have other features and be compiled again.
pub(crate) fn programs(sh: &Shell) -> anyhow::Result<PathBuf> {
    let _dir = sh.push_dir(root());
    // Cargo compiles the programs of a package for its integration tests.
    let tests = ["--test", "programs", "--test", "sql"];
    cmd!(sh, "cargo test --workspace --no-run --quiet {tests...}").run()?;
    Ok(target_dir(sh)?.join("debug"))
}

/// A member that is published.
#[derive(Debug, Clone)]
pub(crate) struct Package<'a> {
    pub(crate) name: &'a str,
    /// The folder below the workspace's root, with `/`.
    pub(crate) folder: String,
    /// The output of `cargo metadata`.
    pub(crate) json: &'a Value,
}

impl Package<'_> {
    /// The path of the manifest below the workspace's root.
    pub(crate) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

/// The members that are published, in the order of the metadata.
pub(crate) fn published(metadata: &Value) -> anyhow::Result<Vec<Package<'_>>> {
    let root = metadata["workspace_root"].as_str().context("no workspace_root in the metadata")?;
    let packages = metadata["packages"].as_array().context("no packages in the metadata")?;
    // `publish` is null unless it names registries; `publish = false` is an empty list.
    let packages = packages.iter().filter(|package| package["source"].is_null());
    let packages = packages.filter(|package| package["publish"].is_null());
    let read = |json| {
        let package: &Value = json;
        let name = package["name"].as_str().context("a package without a name")?;
        let manifest = package["manifest_path"].as_str().context("a package without a manifest")?;
        let folder = Path::new(manifest).parent().and_then(|p| p.strip_prefix(root).ok());
        let folder = folder.and_then(Path::to_str).context("a member outside of the workspace")?;
        Ok(Package { name, folder: folder.replace('\\', "/"), json: package })
    };
    packages.map(read).collect()
}
