//! The location and the cargo metadata of the workspace.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde_json::Value;
use xshell::{Shell, cmd};

/// The workspace's root folder.
pub(crate) fn root() -> PathBuf {
    // `cargo run` sets the variable, which stays right when the clone has been moved.
    let manifest_dir =
        env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&manifest_dir).parent().map(Path::to_owned).unwrap_or_default()
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
