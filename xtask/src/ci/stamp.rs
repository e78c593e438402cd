//! The steps that have passed for a commit: a file in the target folder, so that a release need not
//! repeat steps that have just passed.
//!
//! Steps of several runs accumulate, such as `--only test` and `--skip-tests`, while the commit is
//! the same and the tree is clean. Uncommitted changes, before or after a step, count as another
//! commit.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::workspace;

/// How a step passed: an empty string, or why it was skipped.
pub(crate) type Passed = BTreeMap<String, String>;

/// Returns the current commit, unless the tree has changes or is not a repository.
pub(crate) fn clean_commit(sh: &Shell) -> Option<String> {
    let git = |command: xshell::Cmd<'_>| command.quiet().ignore_stderr().read().ok();
    let changes = git(cmd!(sh, "git -c safe.directory=* status --porcelain"))?;
    changes.is_empty().then(|| git(cmd!(sh, "git -c safe.directory=* rev-parse HEAD")))?
}

/// Returns the steps that have passed for the commit.
pub(crate) fn read(sh: &Shell, commit: &str) -> anyhow::Result<Passed> {
    Ok(parse(&fs::read_to_string(file(sh)?).unwrap_or_default(), commit))
}

/// Adds a step that has passed for the commit.
pub(super) fn add(sh: &Shell, commit: &str, step: &str, note: &str) -> anyhow::Result<()> {
    let file = file(sh)?;
    let mut passed = read(sh, commit)?;
    passed.insert(step.to_owned(), note.lines().next().unwrap_or_default().to_owned());
    fs::write(&file, text(commit, &passed))
        .with_context(|| format!("cannot write {}", file.display()))
}

fn file(sh: &Shell) -> anyhow::Result<PathBuf> {
    let folder = workspace::target_dir(sh)?;
    fs::create_dir_all(&folder)?;
    Ok(folder.join("ci-passed.txt"))
}

fn text(commit: &str, passed: &Passed) -> String {
    let lines =
        passed.iter().map(|(step, note)| format!("{step} {note}").trim_end().to_owned() + "\n");
    format!("{commit}\n{}", lines.collect::<String>())
}

fn parse(text: &str, commit: &str) -> Passed {
    let mut lines = text.lines();
    if lines.next() != Some(commit) {
        return Passed::new();
    }
    let step = |line: &str| {
        let (step, note) = line.split_once(' ').unwrap_or((line, ""));
        (step.to_owned(), note.to_owned())
    };
    lines.map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamp_of_another_commit_is_empty() {
        let passed = Passed::from([
            ("deny".to_owned(), "not installed".to_owned()),
            ("test".to_owned(), String::new()),
        ]);
        let text = text("abc", &passed);
        assert_eq!(text, "abc\ndeny not installed\ntest\n");
        assert_eq!(parse(&text, "abc"), passed);
        assert_eq!(parse(&text, "abd"), Passed::new());
        assert_eq!(parse("", "abc"), Passed::new());
    }
}
