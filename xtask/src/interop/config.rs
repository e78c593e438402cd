//! `cargo xtask interop config`: the official SDK for Python and this project's client resolve the same
//! environments and profile files.
//!
//! `cases.py` writes the cases, `sdk.py` resolves them with the SDK, and the program `resolve-config` with
//! ours: the same host, sign-in and credentials, or an error on both sides. `differences.json`
//! lists the intended differences with their reasons. Then both sign in: see [`sign_in`].

mod outcome;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Map, Value};
use xshell::Shell;

use self::outcome::Outcome;
use crate::interop::{cache_dir, sign_in, venv};
use crate::{report, workspace};

/// The SDK whose rules we follow.
const SDK: &str = "databricks-sdk==0.162.0";
/// A statement that succeeds if it is installed.
const PROBE: &str = "import databricks.sdk.config";

/// The minimum number of cases; fewer would be a bug in their list.
const FEWEST_CASES: usize = 80;

/// The prefix of every secret in the cases, which no output for users may contain.
const CANARY: &str = "canary";

/// The environment of both sides, and the program that resolves with ours.
struct Stage {
    venv: PathBuf,
    scripts: PathBuf,
    program: PathBuf,
    /// The environments and files of the cases.
    cases: PathBuf,
}

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let stage = Stage::ready(sh)?;
    resolving(sh, &stage)?;
    sign_in::run(sh, &stage.venv)
}

impl Stage {
    /// Installs and builds everything that both sides need.
    fn ready(sh: &Shell) -> anyhow::Result<Self> {
        let venv = venv::ensure(sh, "sdk", SDK, PROBE)?;
        Ok(Self {
            venv,
            scripts: workspace::root().join("xtask/src/interop/config"),
            program: workspace::programs(sh)?.join("resolve-config"),
            cases: cache_dir(sh)?.join("config-cases"),
        })
    }

    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(venv::python(&self.venv));
        command.arg(self.scripts.join(name));
        command
    }
}

/// Resolves every case on both sides, and compares.
fn resolving(sh: &Shell, stage: &Stage) -> anyhow::Result<()> {
    sh.remove_path(&stage.cases)?;
    let mut write = stage.script("cases.py");
    write.arg(&stage.cases);
    let cases = output(write, "")?;
    let theirs = outcomes(&output(stage.script("sdk.py"), &cases)?)?;
    let ours_text = output(Command::new(&stage.program), &cases)?;
    let ours = outcomes(&ours_text)?;
    check_secrets(&ours_text)?;
    let known = differences(&stage.scripts.join("differences.json"))?;
    ensure!(theirs.len() >= FEWEST_CASES, "there are only {} cases", theirs.len());
    ensure!(theirs.keys().eq(ours.keys()), "the two sides resolved other cases");

    let verdicts = compare(&theirs, &ours, &known);
    for problem in &verdicts {
        report::problem(problem);
    }
    ensure!(verdicts.is_empty(), "{} cases are not as they should be", verdicts.len());
    report::say(&format!(
        "{} cases: {} come to the same, {} of them to an error on both sides; {} differ on purpose",
        theirs.len(),
        theirs.len() - known.len(),
        ours.iter().filter(|(name, ours)| ours.is_error() && !known.contains_key(*name)).count(),
        known.len(),
    ));
    for (name, reason) in &known {
        report::say(&format!("  {name}: {reason}"));
    }
    Ok(())
}

/// Returns the problems: unlisted differences, and listed ones that do not exist.
fn compare(
    theirs: &BTreeMap<String, Outcome>,
    ours: &BTreeMap<String, Outcome>,
    known: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, theirs) in theirs {
        let Some(ours) = ours.get(name) else { continue };
        match (theirs.is_the_same(ours), known.contains_key(name)) {
            (true, false) | (false, true) => {}
            (false, false) => problems.push(format!(
                "{name}: the two differ\n  SDK:  {}\n  ours: {}",
                theirs.shown(),
                ours.shown()
            )),
            (true, true) => problems.push(format!(
                "{name}: listed as a difference, and there is none ({})",
                ours.shown()
            )),
        }
    }
    for name in known.keys().filter(|name| !theirs.contains_key(*name)) {
        problems.push(format!("{name}: listed as a difference, and there is no such case"));
    }
    problems
}

/// The intended differences, each with its reason.
fn differences(path: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).context("cannot read the differences")?;
    let value: Map<String, Value> = serde_json::from_str(&text)?;
    let mut known = BTreeMap::new();
    for (reason, names) in value {
        for name in names.as_array().context("a reason has no list of cases")? {
            let name = name.as_str().context("the name of a case is no text")?;
            let earlier = known.insert(name.to_owned(), reason.clone());
            ensure!(earlier.is_none(), "{name} is listed twice");
        }
    }
    Ok(known)
}

fn outcomes(text: &str) -> anyhow::Result<BTreeMap<String, Outcome>> {
    let found: Map<String, Value> =
        serde_json::from_str(text).context("a side printed something that is not JSON")?;
    Ok(found.into_iter().map(|(name, value)| (name, Outcome::new(value))).collect())
}

/// Checks that the output for users contains no secret of the case.
fn check_secrets(ours: &str) -> anyhow::Result<()> {
    let found: Map<String, Value> = serde_json::from_str(ours)?;
    for (name, outcome) in &found {
        let shown = outcome["shown"].as_str().context("our side shows nothing of a case")?;
        if shown.contains(CANARY) {
            bail!("{name}: what people see has a secret:\n{shown}");
        }
    }
    Ok(())
}

/// Runs a program, with its input on standard input, and returns what it printed.
fn output(mut command: Command, input: &str) -> anyhow::Result<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // Both sides read all of it before they print.
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{command:?} ended with {}", output.status);
    String::from_utf8(output.stdout).context("a side printed something that is not UTF-8")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(outcomes: &[(&str, Value)]) -> BTreeMap<String, Outcome> {
        let outcomes = outcomes.iter().cloned();
        outcomes.map(|(name, value)| (name.to_owned(), Outcome::new(value))).collect()
    }

    #[test]
    fn only_listed_differences_pass_and_only_while_they_are_there() {
        let same = json!({"host": "h", "kind": "pat", "credentials": {}});
        let other = json!({"host": "i", "kind": "pat", "credentials": {}});
        let theirs = of(&[("a", same.clone()), ("b", same.clone())]);
        let known = |names: &[&str]| -> BTreeMap<String, String> {
            names.iter().map(|name| ((*name).to_owned(), "why".to_owned())).collect()
        };
        let ours = of(&[("a", same), ("b", other)]);
        assert!(compare(&theirs, &ours, &known(&["b"])).is_empty());
        assert!(compare(&theirs, &ours, &known(&[]))[0].starts_with("b: the two differ"));
        assert!(compare(&theirs, &ours, &known(&["a", "b"]))[0].contains("there is none"));
        assert!(compare(&theirs, &ours, &known(&["b", "c"]))[0].contains("no such case"));
    }

    #[test]
    fn secret_in_what_people_see_is_found() {
        assert!(check_secrets(r#"{"a": {"shown": "nothing", "credentials": "canary"}}"#).is_ok());
        assert!(check_secrets(r#"{"a": {"shown": "a canary"}}"#).is_err());
        assert!(check_secrets(r#"{"a": {}}"#).is_err());
    }
}
