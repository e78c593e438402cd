//! Where the workspace is and what cargo says about it.

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

/// The folder that cargo builds into.
pub(crate) fn target_dir(sh: &Shell) -> anyhow::Result<PathBuf> {
    let metadata = metadata(sh)?;
    let dir =
        metadata["target_directory"].as_str().context("no target_directory in the metadata")?;
    Ok(PathBuf::from(dir))
}
