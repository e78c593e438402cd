//! `cargo xtask ci`: everything that must pass before a merge, in order.
//!
//! CI runs only this, so a failure there can be reproduced here with the same message.

pub(crate) mod stamp;
mod steps;

use std::{fmt::Write as _, time::Instant};

use anyhow::{Context as _, bail};
use xshell::Shell;

use self::steps::{Outcome, STEPS, Step};
use crate::{flags, report};

impl flags::Ci {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        if let Some(name) = &self.only {
            let step = STEPS.iter().find(|step| step.name == name).with_context(|| {
                let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
                format!("no step `{name}`; there are {}", names.join(", "))
            })?;
            return run(sh, std::iter::once((step, None)));
        }
        let left_out = |step: &Step| {
            if self.skip_tests && step.name == "test" {
                Some("--skip-tests")
            } else if self.skip_interop && step.name.starts_with("interop") {
                Some("--skip-interop")
            } else {
                None
            }
        };
        run(sh, STEPS.iter().map(|step| (step, left_out(step))))
    }
}

/// Runs the steps that have not passed yet for the current commit, and returns the skipped steps
/// with the reason.
pub(crate) fn pass(sh: &Shell) -> anyhow::Result<stamp::Passed> {
    let commit = stamp::clean_commit(sh).context("the tree has uncommitted changes")?;
    let passed = stamp::read(sh, &commit)?;
    let missing: Vec<&Step> = STEPS.iter().filter(|s| !passed.contains_key(s.name)).collect();
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|step| step.name).collect();
        report::say(&format!("not passed yet for this commit: {}", names.join(", ")));
        run(sh, missing.into_iter().map(|step| (step, None)))?;
    }
    let mut passed = stamp::read(sh, &commit)?;
    let lost = STEPS.iter().find(|step| !passed.contains_key(step.name));
    if let Some(step) = lost {
        bail!("step `{}` passed, and it or something else changed the tree", step.name);
    }
    passed.retain(|_, reason| !reason.is_empty());
    Ok(passed)
}

/// The outcome of one step, for the final table.
struct Row {
    name: &'static str,
    result: &'static str,
    time: String,
    note: String,
}

/// Runs the steps up to the first failure; a step with a reason to be skipped is only listed.
fn run<'a>(
    sh: &Shell,
    steps: impl Iterator<Item = (&'a Step, Option<&'static str>)>,
) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut failed = None;
    for (step, left_out) in steps {
        let name = step.name;
        if failed.is_some() || left_out.is_some() {
            let (result, note) = match left_out {
                Some(flag) => ("skipped", flag.to_owned()),
                None => ("not run", String::new()),
            };
            rows.push(Row { name, result, time: String::new(), note });
            continue;
        }
        report::say(&format!("\n==> {name}: {}", step.about));
        let commit = stamp::clean_commit(sh);
        let began = Instant::now();
        let (result, note) = match (step.run)(sh) {
            Ok(Outcome::Done) => ("ok", String::new()),
            Ok(Outcome::Skipped(reason)) => ("skipped", reason),
            Err(error) => {
                failed = Some(name);
                ("FAILED", format!("{error:#}"))
            }
        };
        if let Some(commit) = commit
            && failed.is_none()
            && stamp::clean_commit(sh).is_some_and(|after| after == commit)
        {
            stamp::add(sh, &commit, name, &note)?;
        }
        let time = report::seconds(began.elapsed());
        let because = if note.is_empty() { String::new() } else { format!(": {note}") };
        report::say(&format!("<== {name}: {result} after {time}{because}"));
        rows.push(Row { name, result, time, note });
    }
    report::say(&table(&rows));
    match failed {
        Some(name) => bail!("ci: step `{name}` failed; `cargo xtask ci --only {name}` repeats it"),
        None => Ok(()),
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = format!("\n{:<14} {:<8} {:>12}  note\n", "step", "result", "time");
    for Row { name, result, time, note } in rows {
        // An error may have several lines; the step's own output has all of them.
        let note = note.lines().next().unwrap_or_default();
        let line = format!("{name:<14} {result:<8} {time:>12}  {note}");
        writeln!(table, "{}", line.trim_end()).expect("a string takes all text");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell whose steps leave no stamp, and the folder that it is in.
    fn no_repository() -> (Shell, xshell::TempDir) {
        let sh = Shell::new().unwrap();
        let folder = sh.create_temp_dir().unwrap();
        sh.change_dir(folder.path());
        (sh, folder)
    }

    fn step(name: &'static str, run: fn(&Shell) -> anyhow::Result<Outcome>) -> Step {
        Step { name, about: "a step of a test", run }
    }

    fn fine(_: &Shell) -> anyhow::Result<Outcome> {
        Ok(Outcome::Done)
    }

    fn broken(_: &Shell) -> anyhow::Result<Outcome> {
        bail!("it broke")
    }

    fn must_not_run(_: &Shell) -> anyhow::Result<Outcome> {
        panic!("a step ran that should not have")
    }

    #[test]
    fn steps_after_a_failure_do_not_run() {
        let steps = [step("a", fine), step("b", broken), step("c", must_not_run)];
        let error = run(&no_repository().0, steps.iter().map(|step| (step, None))).unwrap_err();
        assert!(error.to_string().contains("step `b` failed"), "{error}");
    }

    #[test]
    fn a_step_that_is_left_out_does_not_run() {
        let steps = [(&step("a", fine), None), (&step("b", must_not_run), Some("--skip-tests"))];
        run(&no_repository().0, steps.into_iter()).unwrap();
    }

    #[test]
    fn the_table_lists_every_step() {
        let row = |name, result, note: &str| Row {
            name,
            result,
            time: "1.0 s".to_owned(),
            note: note.to_owned(),
        };
        let table = table(&[row("fmt", "ok", ""), row("deny", "skipped", "not installed\nat all")]);
        let lines: Vec<&str> = table.trim().lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert!(lines[1].starts_with("fmt") && lines[1].ends_with("1.0 s"), "{table}");
        assert!(lines[2].ends_with("not installed"), "{table}");
    }

    #[test]
    fn step_names_are_unique() {
        let mut names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }
}
