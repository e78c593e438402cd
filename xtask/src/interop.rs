//! `cargo xtask interop`: runs against software that this project did not write.
//!
//! It installs everything in one folder: `DBSQL_INTEROP_DIR`, or `interop` in cargo's target
//! folder.

mod at_once;
pub(crate) mod browser;
pub(crate) mod clients;
pub(crate) mod config;
mod debian;
mod integrations;
pub(crate) mod net;
pub(crate) mod npm;
pub(crate) mod reliability;
mod sign_in;
pub(crate) mod spark;
mod sql;
pub(crate) mod thrift;
pub(crate) mod venv;

use std::path::PathBuf;

use anyhow::Context as _;
use xshell::Shell;

use crate::{flags, workspace};

impl flags::Interop {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        match self.subcommand {
            flags::InteropCmd::Thrift(_) => thrift::run(sh),
            flags::InteropCmd::Browser(command) => command.run(sh),
            flags::InteropCmd::Page(command) => command.run(sh),
            flags::InteropCmd::Clients(command) => command.run(sh),
            flags::InteropCmd::Config(_) => config::run(sh),
            flags::InteropCmd::Integrations(_) => integrations::run(sh),
            flags::InteropCmd::Reliability(command) => command.run(sh),
            flags::InteropCmd::Net(_) => net::run(sh),
            flags::InteropCmd::Spark(command) => command.run(sh),
            flags::InteropCmd::Sql(_) => sql::run(sh),
        }
    }
}

/// Returns the folder for installations and runs of the interop commands, creating it if it is
/// missing.
pub(crate) fn cache_dir(sh: &Shell) -> anyhow::Result<PathBuf> {
    let dir = match sh.var_os("DBSQL_INTEROP_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => PathBuf::from(dir),
        None => workspace::target_dir(sh)?.join("interop"),
    };
    let dir = std::path::absolute(&dir)?;
    sh.create_dir(&dir).with_context(|| format!("cannot make {}", dir.display()))
}
