//! `cargo xtask release <patch|minor|major> [--dry-run]`, with this checklist.
//!
//! Nothing is written before everything has passed, and quick steps come first:
//!
//! 1. the tree is clean, on `main`, and the new version has no tag;
//! 2. the changelog has entries under `Unreleased`;
//! 3. the level fits the change of the public API since the last release: the snapshots in `api/`
//!    against those of the last tag `v*`, by cargo's rules (before 1.0 a minor release may be
//!    breaking), and `cargo-semver-checks` if it is installed;
//! 4. the licences of all dependencies are allowed (`deny.toml`);
//! 5. no dependency has a known vulnerability; skipped without an advisory database;
//! 6. `cargo xtask ci` has passed for this commit; missing parts are run (this also proves that the
//!    snapshots are current);
//! 7. in a separate work tree below the target folder, all versions are bumped in lock-step, the
//!    changelog is rolled, and every published crate builds from its package alone;
//! 8. the branch moves to the commit with the tag `vX.Y.Z`; a dry run only shows them;
//! 9. publishing, dependencies first. It cannot be undone, so it asks; without a terminal it only
//!    prints the commands. Pushing is left to the maintainer.
//!
//! The work tree is always removed. The target folder of the workspace is used, so that
//! dependencies are not recompiled for the packages.

mod changelog;
mod checks;
mod level;
mod licences;
mod packages;
mod repository;
#[cfg(test)]
mod tests;
mod versions;

use std::{
    io::{self, BufRead as _, IsTerminal as _},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context as _;
use semver::Version;
use xshell::{Shell, cmd};

pub(crate) use self::level::Level;
use self::repository::{Scratch, tag};
use crate::{ci, flags, report, workspace};

/// The branch that releases are made from.
const BRANCH: &str = "main";

impl flags::Release {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        let with = With { ci: ci_passes, may_publish };
        run(sh, self.level, self.dry_run, &with)
    }
}

/// The external decisions of a release, which tests replace.
struct With {
    /// Runs the parts of CI that have not passed for the commit, and returns a summary.
    ci: fn(&Shell) -> anyhow::Result<String>,
    /// Whether the maintainer wants to publish now.
    may_publish: fn() -> anyhow::Result<bool>,
}

/// The parameters of a release.
struct Plan {
    level: Level,
    old: Version,
    new: Version,
    /// The tag of the last release.
    last: Option<String>,
    dry_run: bool,
}

fn run(sh: &Shell, level: Level, dry_run: bool, with: &With) -> anyhow::Result<()> {
    let old = versions::current(&sh.read_file("Cargo.toml")?)?;
    let new = level.raise(&old);
    let plan = Plan { level, new, last: repository::last_release(sh)?, old, dry_run };
    let first = if plan.last.is_none() { ", the first release" } else { "" };
    report::say(&format!("{level} release: {} -> {}{first}", plan.old, plan.new));

    type Check = fn(&Shell, &Plan) -> anyhow::Result<String>;
    let checks: [(&str, Check); 5] = [
        ("tree", repository::check),
        ("changelog", |sh, _| checks::changelog(sh)),
        ("public API", checks::public_api),
        ("licences", |sh, _| checks::licences(sh)),
        ("advisories", |sh, _| checks::advisories(sh)),
    ];
    for (name, check) in checks {
        step(name, || check(sh, &plan))?;
    }
    step("ci", || (with.ci)(sh))?;

    let metadata = workspace::metadata(sh)?;
    let order = packages::order(&metadata)?;
    let scratch = Scratch::new(sh)?;
    let commit = step("prepare", || prepare(&scratch.sh, &plan))
        .and_then(|()| step("packages", || packages::build(sh, &scratch.sh, &order, &plan.new)))
        .and_then(|()| scratch.commit())?;
    // Before the branch moves, since this may fail, too.
    let shown = scratch.show(&commit)?;
    drop(scratch);

    if dry_run {
        report::say(&format!("\nwould commit:\n{shown}\nwould tag: {}", tag(&plan.new)));
        report::say(&publishing(&plan, &order));
        report::say("dry run: nothing was written");
        return Ok(());
    }
    step("commit and tag", || repository::advance(sh, &commit, &plan.new))?;
    report::say(&publishing(&plan, &order));
    if !(with.may_publish)()? {
        report::say("not published; the commands above do it");
        return Ok(());
    }
    step("publish", || {
        let packages = order.iter().flat_map(|name| ["--package", name]);
        // Each package was built above.
        cmd!(sh, "cargo publish --locked --no-verify {packages...}").run()?;
        Ok(format!("{} crates", order.len()))
    })
}

/// Runs one step and prints its outcome.
fn step(name: &str, run: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<()> {
    let note = run().with_context(|| format!("release: {name}"))?;
    report::say(&format!("{name}: {note}"));
    Ok(())
}

/// Bumps the versions and rolls the changelog in the work tree.
fn prepare(sh: &Shell, plan: &Plan) -> anyhow::Result<String> {
    let metadata = workspace::metadata(sh)?;
    let names = packages::members(&metadata)?;
    let manifest = versions::raise_manifest(&sh.read_file("Cargo.toml")?, &plan.new)?;
    sh.write_file("Cargo.toml", manifest)?;
    // Folders outside of the workspace, such as `fuzz`, have their own.
    let locks = cmd!(sh, "git ls-files -- Cargo.lock */Cargo.lock").quiet().read()?;
    for lock in locks.lines() {
        let text = versions::raise_lock(lock, &sh.read_file(lock)?, &names, &plan.new)?;
        sh.write_file(lock, text)?;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let text = sh.read_file(changelog::PATH)?;
    sh.write_file(changelog::PATH, changelog::roll(&text, &plan.new, &changelog::date(now))?)?;
    let message = format!("Release {}", plan.new);
    cmd!(sh, "git commit --quiet --all --message {message}").quiet().run()?;
    Ok(format!(
        "{} in Cargo.toml, {} lock file(s) and {}",
        plan.new,
        locks.lines().count(),
        changelog::PATH
    ))
}

/// Returns the commands to publish, and the next steps.
fn publishing(plan: &Plan, order: &[String]) -> String {
    let commands = order.iter().map(|name| format!("  cargo publish --locked --package {name}\n"));
    let (commands, tag) = (commands.collect::<String>(), tag(&plan.new));
    format!(
        "\nto publish, dependencies first:\n{commands}then, to share the release:\n  git push --atomic origin {BRANCH} {tag}"
    )
}

fn ci_passes(sh: &Shell) -> anyhow::Result<String> {
    let skipped = ci::pass(sh)?;
    let skipped: Vec<String> =
        skipped.iter().map(|(step, why)| format!("; {step} skipped: {why}")).collect();
    Ok(format!("passed for this commit{}", skipped.concat()))
}

fn may_publish() -> anyhow::Result<bool> {
    let input = io::stdin();
    if !input.is_terminal() {
        return Ok(false);
    }
    report::say("publish now? This cannot be undone. Type `yes`:");
    let mut answer = String::new();
    input.lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
