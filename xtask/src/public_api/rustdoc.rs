//! Gets the public items of crates from rustdoc.
//!
//! Its JSON is unstable, so the stable toolchain needs `RUSTC_BOOTSTRAP`. Set for cargo, it would
//! change the fingerprint of every build script and recompile everything; so cargo runs this
//! program as its rustdoc, which sets the variable only for rustdoc.

use std::{
    env,
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::Context as _;
use public_api::PublicItem;
use xshell::{Shell, cmd};

use crate::{report, workspace};

/// The path of the real rustdoc; set for this program when it is the wrapper.
const REAL_RUSTDOC: &str = "DBSQL_XTASK_RUSTDOC";

/// Runs rustdoc if cargo started this program as the wrapper.
pub(crate) fn wrapper() -> Option<ExitCode> {
    let rustdoc = env::var_os(REAL_RUSTDOC)?;
    let mut command = Command::new(rustdoc);
    command.args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1");
    Some(match command.status() {
        Ok(status) => status
            .code()
            .and_then(|c| u8::try_from(c).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            report::problem(&format!("error: cannot start rustdoc: {error}"));
            ExitCode::FAILURE
        }
    })
}

/// Returns the public items of each crate with all features, one per line, sorted.
pub(super) fn public_items<'n>(
    sh: &Shell,
    names: &[&'n str],
) -> anyhow::Result<Vec<(&'n str, String)>> {
    let this = env::current_exe().context("where this program is")?;
    let real = env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    // One invocation, so that dependencies are resolved and compiled once for all crates.
    let packages = names.iter().flat_map(|name| ["--package", name]);
    cmd!(sh, "cargo doc --no-deps --lib --all-features {packages...}")
        .env("RUSTDOC", this)
        .env(REAL_RUSTDOC, real)
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints allow")
        .run()?;
    let folder = workspace::target_dir(sh)?.join("doc");
    let read = |&name: &&'n str| {
        let file = folder.join(format!("{}.json", name.replace('-', "_")));
        Ok((name, lines(&file)?))
    };
    names.iter().map(read).collect()
}

fn lines(file: &Path) -> anyhow::Result<String> {
    let api = public_api::Builder::from_rustdoc_json(file)
        .omit_auto_trait_impls(true)
        .omit_blanket_impls(true)
        .build()
        .with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines: Vec<String> = api.items().map(PublicItem::to_string).collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}
