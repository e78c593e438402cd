//! `cargo xtask public-api`: writes the public API of each published crate to one file, so that a
//! change of it shows in the diff for the reviewer, and a release knows what it breaks.
//!
//! The lines come from rustdoc, with all features, without blanket and auto trait implementations.

pub(crate) mod difference;
mod foreign;
pub(crate) mod rustdoc;

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, bail};
use xshell::Shell;

use self::difference::Difference;
use crate::{flags, report, workspace};

/// The folder of the snapshots, below the workspace's root.
const FOLDER: &str = "api";

/// The command that updates stale snapshots.
const COMMAND: &str = "cargo xtask public-api";

/// The snapshot of a crate, below the workspace's root.
pub(crate) fn snapshot(package: &str) -> String {
    format!("{FOLDER}/{package}.txt")
}

impl flags::PublicApi {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        run(sh, &self.packages, self.check)
    }
}

/// Writes or checks the snapshots of these crates, or of all.
pub(crate) fn run(sh: &Shell, only: &[String], check: bool) -> anyhow::Result<()> {
    let metadata = workspace::metadata(sh)?;
    let all = workspace::published(&metadata)?;
    if let Some(name) = only.iter().find(|name| all.iter().all(|package| package.name != **name)) {
        bail!("no published crate is called `{name}`");
    }
    let is_wanted = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
    let names: Vec<&str> = all.iter().map(|p| p.name).filter(|name| is_wanted(name)).collect();

    let mut problems = Vec::new();
    let mut stale = 0_usize;
    for (name, lines) in rustdoc::public_items(sh, &names)? {
        problems.extend(foreign::problems(name, &lines));
        let path = snapshot(name);
        let file = workspace::root().join(&path);
        let old = fs::read_to_string(&file).unwrap_or_default();
        let difference = Difference::between(&old, &lines);
        if difference.is_empty() {
            continue;
        }
        report::say(&format!("{path}:\n{difference}"));
        stale += 1;
        if !check {
            let folder = file.parent().context("a snapshot without a folder")?;
            fs::create_dir_all(folder)?;
            fs::write(&file, &lines).with_context(|| format!("cannot write {path}"))?;
        }
    }
    // Snapshots of crates that were renamed or are no longer published.
    if only.is_empty() {
        let kept: BTreeSet<String> =
            all.iter().map(|package| format!("{}.txt", package.name)).collect();
        for entry in fs::read_dir(workspace::root().join(FOLDER)).into_iter().flatten() {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if kept.contains(&name) {
                continue;
            }
            report::say(&format!("{FOLDER}/{name}: no published crate has this name"));
            stale += 1;
            if !check {
                fs::remove_file(entry.path())?;
            }
        }
    }
    for problem in &problems {
        report::problem(problem);
    }
    match (check, stale) {
        (true, 1..) => bail!("public-api: {stale} stale file(s); `{COMMAND}` writes them"),
        _ if !problems.is_empty() => bail!("public-api: {} finding(s)", problems.len()),
        (true, 0) => report::say(&format!("public-api: {} snapshots are fresh", names.len())),
        (false, _) => report::say(&format!("public-api: {stale} file(s) written")),
    }
    Ok(())
}
