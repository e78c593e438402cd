//! `cargo xtask interop reliability`: the official Python connector and this project's client under
//! the same faults of the local warehouse, as the table of `docs/reliability.md`.

mod run;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use xshell::Shell;

use self::run::Ended;
use self::table::Row;
use crate::interop::{at_once, venv};
use crate::{flags, report, workspace};

/// The page with the table.
const PAGE: &str = "docs/reliability.md";

/// The connector in the table.
const CONNECTOR: &str = "databricks-sql-connector[pyarrow]==4.8.0";
/// A statement that succeeds if it is installed.
const PROBE: &str = "import databricks.sql, pyarrow";

/// The number of concurrent scenarios with this project's client. It is CPU-bound, and slow in a
/// debug build: more would only slow all of them down.
const OURS_AT_ONCE: usize = 2;
/// The same with the Python connector, which sleeps most of the time.
const THEIRS_AT_ONCE: usize = 8;

impl flags::Reliability {
    pub(crate) fn run(self, sh: &Shell) -> anyhow::Result<()> {
        if self.check { check(sh) } else { measure(sh, self.only.as_deref()) }
    }
}

/// Runs both clients and prints the table.
fn measure(sh: &Shell, only: Option<&str>) -> anyhow::Result<()> {
    let venv = venv::ensure(sh, "connector", CONNECTOR, PROBE)?;
    let program = build(sh)?;
    let mut scenarios = scenarios(&program)?;
    scenarios.retain(|scenario| only.is_none_or(|name| name == scenario.name));
    ensure!(!scenarios.is_empty(), "there is no such scenario");
    let script = workspace::root().join("xtask/src/interop/reliability/python_faults.py");
    let ours = all(&scenarios, OURS_AT_ONCE, |scenario| {
        run::scenario(&program, scenario, ours(&program))
    })?;
    let connector = || {
        let mut command = Command::new(venv::python(&venv));
        command.arg(&script);
        command
    };
    let theirs =
        all(&scenarios, THEIRS_AT_ONCE, |scenario| run::scenario(&program, scenario, connector()))?;
    let mut rows = Vec::new();
    for ((scenario, ours), theirs) in scenarios.iter().zip(ours).zip(theirs) {
        for (client, ended) in [("connector", &theirs), ("dbsql", &ours)] {
            report::problem(&format!("{}, {client}: {}", scenario.name, ended.in_full()));
        }
        rows.push(Row { title: scenario.title.clone(), theirs: Some(theirs), ours });
    }
    report::say(&table::show(&rows));
    Ok(())
}

/// Runs this project's client and compares it with the page. Outcomes of the other client are only
/// measured, so they cannot fail the command.
pub(crate) fn check(sh: &Shell) -> anyhow::Result<()> {
    let program = build(sh)?;
    let scenarios = scenarios(&program)?;
    let path = workspace::root().join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
    let ended = all(&scenarios, OURS_AT_ONCE, |scenario| {
        run::scenario(&program, scenario, ours(&program))
    })?;
    let rows: Vec<Row> = scenarios
        .iter()
        .zip(ended)
        .map(|(scenario, ours)| Row { title: scenario.title.clone(), theirs: None, ours })
        .collect();
    let differences = table::differences(&page, &rows);
    for difference in &differences {
        report::problem(difference);
    }
    if !differences.is_empty() {
        bail!(
            "{PAGE} says something else: mend what is wrong, or `cargo xtask interop reliability`"
        );
    }
    report::say(&format!("{} scenarios end as {PAGE} says", rows.len()));
    Ok(())
}

/// A fault during an action of a client.
#[derive(Debug)]
pub(crate) struct Scenario {
    name: String,
    title: String,
    does: String,
    /// The statement whose runs are counted.
    statement: String,
}

/// The program that is the warehouse, and this project's client.
fn build(sh: &Shell) -> anyhow::Result<PathBuf> {
    Ok(workspace::programs(sh)?.join("reliability"))
}

fn ours(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("client");
    command
}

fn scenarios(program: &Path) -> anyhow::Result<Vec<Scenario>> {
    let output = Command::new(program).arg("scenarios").output()?;
    let lines = String::from_utf8(output.stdout)?;
    let scenario = |line: &str| {
        let json: Value = serde_json::from_str(line)?;
        let text = |key: &str| {
            json[key].as_str().map(str::to_owned).with_context(|| format!("{line}: no {key}"))
        };
        Ok(Scenario {
            name: text("name")?,
            title: text("title")?,
            does: text("does")?,
            statement: text("statement")?,
        })
    };
    lines.lines().map(scenario).collect()
}

/// Runs all scenarios, this many concurrently, each with its own warehouse; the results are in
/// order.
fn all(
    scenarios: &[Scenario],
    at_once: usize,
    run: impl Fn(&Scenario) -> anyhow::Result<Ended> + Sync,
) -> anyhow::Result<Vec<Ended>> {
    at_once::all(scenarios, at_once, |scenario| {
        run(scenario).with_context(|| format!("scenario {}", scenario.name))
    })
}
