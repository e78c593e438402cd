//! The repository of a release: its preconditions, the work tree in which a release is prepared,
//! and the one step that moves the branch.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use semver::Version;
use xshell::{Shell, cmd};

use super::{BRANCH, Plan};
use crate::{report, workspace};

pub(super) fn tag(version: &Version) -> String {
    format!("v{version}")
}

/// Returns the tag of the highest version released before the current commit.
pub(super) fn last_release(sh: &Shell) -> anyhow::Result<Option<String>> {
    let tags = cmd!(sh, "git tag --list v* --merged HEAD").quiet().read()?;
    let version = |tag: &&str| tag.strip_prefix('v').and_then(|text| Version::parse(text).ok());
    let tags = tags.lines().filter(|tag| version(tag).is_some());
    Ok(tags.max_by_key(version).map(str::to_owned))
}

/// Checks that the tree is clean and on the release branch, and that the new version has no tag.
pub(super) fn check(sh: &Shell, plan: &Plan) -> anyhow::Result<String> {
    let changes = cmd!(sh, "git status --porcelain").quiet().read()?;
    if !changes.is_empty() {
        bail!("uncommitted changes; commit them or put them aside:\n{changes}");
    }
    let tag = tag(&plan.new);
    if !cmd!(sh, "git tag --list {tag}").quiet().read()?.is_empty() {
        bail!("the tag `{tag}` exists already");
    }
    let branch = cmd!(sh, "git branch --show-current").quiet().read()?;
    let branch = if branch.is_empty() { "no branch" } else { &branch };
    match (branch == BRANCH, plan.dry_run) {
        (true, _) => Ok(format!("clean, on `{BRANCH}`")),
        (false, true) => Ok(format!("clean, on `{branch}`; a release needs `{BRANCH}`")),
        (false, false) => bail!("on `{branch}`: releases are made from `{BRANCH}`"),
    }
}

/// Moves the current branch to the commit and tags it: both or neither.
pub(super) fn advance(sh: &Shell, commit: &str, version: &Version) -> anyhow::Result<String> {
    let tag = tag(version);
    let message = format!("Release {version}");
    cmd!(sh, "git tag --annotate {tag} --message {message} {commit}").quiet().run()?;
    // Fails if the branch has moved or the tree has changed in the meantime.
    if let Err(error) = cmd!(sh, "git merge --quiet --ff-only {commit}").quiet().run() {
        cmd!(sh, "git tag --delete {tag}").quiet().ignore_stdout().run()?;
        return Err(error).context("the branch or the tree changed during the release");
    }
    Ok(format!("{commit}, `{tag}`"))
}

/// A work tree for the preparation of a release, removed when dropped.
pub(super) struct Scratch<'s> {
    owner: &'s Shell,
    folder: PathBuf,
    /// A shell in the work tree.
    pub(super) sh: Shell,
}

impl<'s> Scratch<'s> {
    pub(super) fn new(owner: &'s Shell) -> anyhow::Result<Self> {
        let folder = workspace::target_dir(owner)?.join("release-tree");
        let sh = owner.clone();
        sh.change_dir(&folder);
        let scratch = Self { owner, folder, sh };
        // The remains of a release that was killed.
        scratch.remove();
        let folder = &scratch.folder;
        cmd!(owner, "git worktree add --quiet --detach {folder} HEAD").quiet().run()?;
        Ok(scratch)
    }

    /// Returns the commit of the preparation.
    pub(super) fn commit(&self) -> anyhow::Result<String> {
        Ok(cmd!(self.sh, "git rev-parse HEAD").quiet().read()?)
    }

    /// Returns the text of the commit and its changes.
    pub(super) fn show(&self, commit: &str) -> anyhow::Result<String> {
        Ok(cmd!(self.sh, "git show --no-color --stat --patch --format=%s {commit}")
            .quiet()
            .read()?)
    }

    fn remove(&self) {
        let Self { owner, folder, .. } = self;
        let remove = cmd!(owner, "git worktree remove --force {folder}").quiet();
        let _ = remove.ignore_stderr().ignore_stdout().run();
        let _ = owner.remove_path(folder);
        if let Err(error) = cmd!(owner, "git worktree prune").quiet().run() {
            report::problem(&format!("cannot remove {}: {error}", folder.display()));
        }
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}
