//! cargo-fuzz: installs the version that is known to work, and builds targets with it.

use std::path::PathBuf;

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::workspace;

const VERSION: &str = "0.13.2";

/// cargo-fuzz and the folder for what it makes.
pub(super) struct Tool {
    program: PathBuf,
    pub(super) folder: PathBuf,
    /// The target triple of this machine.
    host: String,
}

impl Tool {
    /// Installs cargo-fuzz below cargo's target folder when it is not there.
    pub(super) fn install(sh: &Shell) -> anyhow::Result<Self> {
        let target_dir = workspace::target_dir(sh)?;
        let tools = target_dir.join("tools");
        let program = tools.join("bin/cargo-fuzz");
        let found = cmd!(sh, "{program} --version").quiet().ignore_stderr().read();
        if !found.is_ok_and(|found| found.ends_with(VERSION)) {
            cmd!(sh, "cargo install cargo-fuzz --locked --version {VERSION} --root {tools}")
                .run()?;
        }
        let rustc = cmd!(sh, "rustc --version --verbose").quiet().read()?;
        let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.context("rustc does not name its host")?.to_owned();
        Ok(Self { program, folder: target_dir.join("fuzz"), host })
    }

    /// Builds a target, and returns the path of its program.
    pub(super) fn build(&self, sh: &Shell, target: &str) -> anyhow::Result<PathBuf> {
        let Self { program, folder, host } = self;
        // Every sanitizer needs a nightly toolchain.
        cmd!(sh, "{program} build --sanitizer none --fuzz-dir fuzz --target-dir {folder} {target}")
            .run()?;
        Ok(folder.join(host).join("release").join(target))
    }
}
