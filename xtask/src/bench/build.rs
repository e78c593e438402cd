//! `cargo xtask bench build`: the build time of the facade, compared with the crates that any
//! client of this kind needs.
//!
//! Both are built from scratch in turns, by packages outside of the workspace with the versions of
//! its `Cargo.lock`. On a machine with other load, compare the CPU time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

use crate::{report, workspace};

/// The maximum number of crates in the dependency tree of the facade.
pub(crate) const MAX_CRATES: usize = 160;

/// The maximum build time of the facade, as a multiple of the floor's.
const MAX_RATIO: f64 = 1.3;

const ROUNDS: usize = 3;

/// A package that is built from scratch.
struct Package {
    name: &'static str,
    dependencies: String,
}

pub(crate) fn run(sh: &Shell, rounds: Option<usize>) -> anyhow::Result<()> {
    let crates = crates(sh)?.len();
    report::say(&format!("crates in the tree of `dbsql`: {crates} (at most {MAX_CRATES})"));
    ensure!(crates <= MAX_CRATES, "the facade has {crates} crates in its tree");

    let folder = workspace::target_dir(sh)?.join("bench-build");
    let facade = workspace::root().join("crates/dbsql");
    let packages = [
        Package {
            name: "tokio + hyper + hyper-rustls + arrow-ipc",
            dependencies: FLOOR.to_owned(),
        },
        Package { name: "dbsql", dependencies: format!("dbsql = {{ path = {facade:?} }}\n") },
    ];
    let folders: Vec<PathBuf> = packages
        .iter()
        .zip(["floor", "facade"])
        .map(|(package, name)| write(sh, &folder.join(name), name, package))
        .collect::<anyhow::Result<_>>()?;

    let rounds = rounds.unwrap_or(ROUNDS).max(1);
    let mut times = [Vec::new(), Vec::new()];
    for round in 1..=rounds {
        for (at, folder) in folders.iter().enumerate() {
            report::problem(&format!("round {round} of {rounds}: {}", packages[at].name));
            times[at].push(build(sh, folder)?);
        }
    }
    report::say("\n| cold build | crates | CPU | wall |\n|---|---:|---:|---:|");
    let mut medians = Vec::new();
    for ((package, folder), times) in packages.iter().zip(&folders).zip(&times) {
        let (cpu, wall) =
            (median(times.iter().map(|t| t.cpu)), median(times.iter().map(|t| t.wall)));
        let count = names(sh, folder)?.len() - 1;
        let (name, cpu_text, wall_text) =
            (package.name, report::seconds(cpu), report::seconds(wall));
        report::say(&format!("| {name} | {count} | {cpu_text} | {wall_text} |"));
        medians.push((cpu.as_secs_f64(), wall.as_secs_f64()));
    }
    let (cpu, wall) = (medians[1].0 / medians[0].0, medians[1].1 / medians[0].1);
    report::say(&format!("\nratio: CPU {cpu:.2}x, wall {wall:.2}x (wanted: at most {MAX_RATIO}x)"));
    Ok(())
}

/// Returns the crates in the dependency tree of the facade with default features.
pub(crate) fn crates(sh: &Shell) -> anyhow::Result<Vec<String>> {
    let listing =
        cmd!(sh, "cargo tree --package dbsql --edges normal,build --prefix none").quiet().read()?;
    Ok(distinct(&listing))
}

/// Returns the crates in the dependency tree of a package outside of the workspace, including
/// itself.
fn names(sh: &Shell, folder: &Path) -> anyhow::Result<Vec<String>> {
    let manifest = folder.join("Cargo.toml");
    let listing = cmd!(
        sh,
        "cargo tree --manifest-path {manifest} --edges normal,build --prefix none --offline"
    )
    .quiet()
    .read()?;
    Ok(distinct(&listing))
}

/// Returns the name and version of each crate in a listing, once.
fn distinct(listing: &str) -> Vec<String> {
    let first_two = |line: &str| {
        let mut words = line.split_whitespace();
        Some(format!("{} {}", words.next()?, words.next()?))
    };
    let mut crates: Vec<String> = listing.lines().filter_map(first_two).collect();
    crates.sort_unstable();
    crates.dedup();
    crates
}

/// The crates that any client over HTTP and TLS with Arrow needs, with the features that the facade
/// enables.
const FLOOR: &str = r#"tokio = { version = "1", features = ["macros", "net", "rt", "sync", "time"] }
hyper = { version = "1", features = ["client", "http1", "http2"] }
hyper-rustls = { version = "0.27", default-features = false, features = ["http1", "http2", "ring", "tls12"] }
arrow-ipc = { version = "59", default-features = false }
"#;

/// Writes a package, with the lock file of the workspace so that both build the same versions.
fn write(sh: &Shell, folder: &Path, name: &str, package: &Package) -> anyhow::Result<PathBuf> {
    let Package { dependencies, .. } = package;
    sh.create_dir(folder.join("src"))?;
    sh.write_file(folder.join("src/lib.rs"), "")?;
    let manifest = format!(
        "[package]\nname = \"bench-{name}\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n[workspace]\n"
    );
    sh.write_file(folder.join("Cargo.toml"), manifest)?;
    sh.copy_file(workspace::root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    // Fetches, so that no download is measured, and removes unused packages from the lock file.
    let manifest = folder.join("Cargo.toml");
    cmd!(sh, "cargo fetch --manifest-path {manifest}").quiet().run()?;
    Ok(folder.to_owned())
}

#[derive(Clone, Copy, Debug)]
struct Times {
    cpu: Duration,
    wall: Duration,
}

/// Builds a package into an empty folder.
fn build(sh: &Shell, folder: &Path) -> anyhow::Result<Times> {
    let target = folder.join("target");
    sh.remove_path(&target)?;
    let manifest = folder.join("Cargo.toml");
    // `times` prints the CPU time of the shell, then that of its children.
    let script =
        "cargo build --quiet --offline --manifest-path \"$0\" --target-dir \"$1\" && times";
    let began = Instant::now();
    let printed = cmd!(sh, "sh -c {script} {manifest} {target}")
        .env("CARGO_INCREMENTAL", "0")
        .quiet()
        .read()?;
    let wall = began.elapsed();
    let cpu =
        children(&printed).with_context(|| format!("`times` of the shell printed {printed:?}"))?;
    sh.remove_path(&target)?;
    Ok(Times { cpu, wall })
}

/// Returns the user and system time of the children, from the output of `times`.
fn children(printed: &str) -> Option<Duration> {
    let line = printed.lines().last()?;
    let seconds = line.split_whitespace().map(|time| {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    });
    Some(Duration::from_secs_f64(seconds.sum::<Option<f64>>()?))
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    times[times.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_children_are_read() {
        let printed = "0m0.001s 0m0.002s\n1m10.500000s 0m4.250000s\n";
        assert_eq!(children(printed), Some(Duration::from_millis(74_750)));
        assert_eq!(children("nothing"), None);
    }

    #[test]
    fn crates_are_counted_once() {
        let listing = "a v1.0.0 (/x)\nb v1.0.0\nb v1.0.0 (*)\nb v2.0.0\n\n";
        assert_eq!(distinct(listing), ["a v1.0.0", "b v1.0.0", "b v2.0.0"]);
    }
}
