//! The checks of a release before anything is prepared. Each returns a summary, or an error that
//! says what is wrong and where.

use anyhow::{Context as _, bail};
use semver::Version;
use xshell::{Shell, cmd};

use super::{Level, Plan, changelog, licences, packages};
use crate::{
    public_api::{difference::Difference, snapshot},
    workspace,
};

pub(super) fn changelog(sh: &Shell) -> anyhow::Result<String> {
    let count = changelog::entries(&sh.read_file(changelog::PATH)?)?;
    Ok(format!("{count} entries"))
}

/// Compares the snapshots of the last release with those of the tree.
pub(super) fn public_api(sh: &Shell, plan: &Plan) -> anyhow::Result<String> {
    let metadata = workspace::metadata(sh)?;
    let mut current = Vec::new();
    for package in workspace::published(&metadata)? {
        let path = snapshot(package.name);
        let text = sh.read_file(&path).with_context(|| {
            format!("{path}: no snapshot of the public API; `cargo xtask public-api` writes it")
        })?;
        current.push((path, text));
    }
    let Some(last) = &plan.last else {
        return Ok("the first release: nothing to compare with".to_owned());
    };
    let mut difference = Vec::new();
    for (path, text) in &current {
        // A new crate has no snapshot there.
        let old = cmd!(sh, "git show {last}:{path}").quiet().ignore_stderr().read();
        if let Ok(old) = old {
            difference.push((path.as_str(), Difference::between(&old, text)));
        }
    }
    // The removal of a crate breaks its dependents.
    let listed = cmd!(sh, "git ls-tree --name-only {last} api/").quiet().read()?;
    let gone: Vec<&str> =
        listed.lines().filter(|old| current.iter().all(|(path, _)| path != old)).collect();
    let note = judge(plan.level, &plan.old, last, &difference, &gone)?;
    Ok(format!("{note}; {}", semver_checks(sh, plan, last)?))
}

/// Whether the level allows the differences.
fn judge(
    level: Level,
    old: &Version,
    last: &str,
    differences: &[(&str, Difference)],
    gone: &[&str],
) -> anyhow::Result<String> {
    let removed = gone.iter().map(|path| format!("\n  {path}: the crate is no longer published"));
    let breaking = differences.iter().flat_map(|(path, difference)| {
        difference.breaking().map(move |line| format!("\n  {path}: {line}"))
    });
    let breaking: Vec<String> = removed.chain(breaking).collect();
    let added: usize = differences.iter().map(|(_, difference)| difference.added.len()).sum();
    let need = |what: &str, least: Level, lines: &[String]| {
        anyhow::anyhow!(
            "{what} since {last}: a {level} release must not, `{least}` may:{}",
            lines.concat()
        )
    };
    let least = Level::that_breaks(old);
    if !breaking.is_empty() && level < least {
        return Err(need(&format!("{} breaking change(s)", breaking.len()), least, &breaking));
    }
    let least = Level::that_adds(old);
    if added > 0 && level < least {
        let added = differences.iter().flat_map(|(path, difference)| {
            difference.added.iter().map(move |line| format!("\n  {path}: {line}"))
        });
        return Err(need("additions", least, &added.collect::<Vec<_>>()));
    }
    Ok(format!("since {last} {} breaking change(s), {added} new line(s)", breaking.len()))
}

/// Runs `cargo-semver-checks` if it is installed: it finds more than the lines of a snapshot show.
fn semver_checks(sh: &Shell, plan: &Plan, last: &str) -> anyhow::Result<String> {
    let version = cmd!(sh, "cargo semver-checks --version").quiet();
    if version.ignore_stdout().ignore_stderr().run().is_err() {
        return Ok("cargo-semver-checks is not installed".to_owned());
    }
    let level = plan.level.to_string();
    cmd!(sh, "cargo semver-checks --workspace --baseline-rev {last} --release-type {level}")
        .run()
        .context("cargo-semver-checks has found a change that the level does not allow")?;
    Ok("cargo-semver-checks agrees".to_owned())
}

pub(super) fn licences(sh: &Shell) -> anyhow::Result<String> {
    if has_cargo_deny(sh) {
        cmd!(sh, "cargo deny check licenses").run()?;
        return Ok("allowed, says cargo-deny".to_owned());
    }
    let allowed = licences::allowed(&sh.read_file("deny.toml")?)?;
    let metadata = cmd!(sh, "cargo metadata --format-version 1 --all-features").quiet().read()?;
    let count = licences::check(&serde_json::from_str(&metadata)?, &allowed)?;
    Ok(format!("those of {count} packages are allowed by deny.toml"))
}

/// Only with an advisory database on this machine: cargo-deny keeps one below cargo's home.
pub(super) fn advisories(sh: &Shell) -> anyhow::Result<String> {
    let home = packages::cargo_home(sh)?;
    let databases = ["advisory-dbs", "advisory-db"].map(|name| home.join(name));
    if !databases.iter().any(|path| path.is_dir()) {
        return Ok("skipped: there is no database on this machine".to_owned());
    }
    if !has_cargo_deny(sh) {
        return Ok("skipped: cargo-deny is not installed".to_owned());
    }
    if cmd!(sh, "cargo deny check --disable-fetch advisories").run().is_err() {
        bail!("cargo-deny has found an advisory, see above");
    }
    Ok("none, by the database on this machine".to_owned())
}

fn has_cargo_deny(sh: &Shell) -> bool {
    cmd!(sh, "cargo deny --version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(level: Level, version: &str, old: &str, new: &str) -> Result<String, String> {
        let difference = [("api/a.txt", Difference::between(old, new))];
        let version = version.parse().unwrap();
        judge(level, &version, "v0", &difference, &[]).map_err(|error| error.to_string())
    }

    #[test]
    fn levels_allow_what_cargo_says() {
        let (one, two) = ("pub fn a::one()\n", "pub fn a::one()\npub fn a::two()\n");
        for (level, version, adds, breaks) in [
            (Level::Patch, "0.1.0", true, false),
            (Level::Minor, "0.1.0", true, true),
            (Level::Major, "0.1.0", true, true),
            (Level::Patch, "1.0.0", false, false),
            (Level::Minor, "1.0.0", true, false),
            (Level::Major, "1.0.0", true, true),
        ] {
            assert_eq!(judged(level, version, one, two).is_ok(), adds, "{level} {version}");
            assert_eq!(judged(level, version, two, one).is_ok(), breaks, "{level} {version}");
            assert!(judged(level, version, one, one).is_ok());
        }
    }

    #[test]
    fn removed_crate_breaks() {
        let judge = |level| judge(level, &Version::new(0, 1, 0), "v0", &[], &["api/b.txt"]);
        assert!(judge(Level::Minor).is_ok());
        assert!(judge(Level::Patch).unwrap_err().to_string().contains("api/b.txt: the crate"));
    }
}
