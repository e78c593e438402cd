//! One client in one scenario, with its own warehouse and process, and a time limit.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;

use crate::interop::reliability::Scenario;

/// The time limit of a client. A retry of the Python connector takes a minute.
const LIMIT: Duration = Duration::from_secs(90);

/// The outcome of a client.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) outcome: String,
    /// The number of runs of the scenario's statement.
    pub(crate) runs: u64,
    pub(crate) seconds: f64,
    /// Its message, for investigation.
    detail: String,
    requests: String,
}

impl Ended {
    pub(crate) fn in_full(&self) -> String {
        let Self { outcome, runs, seconds, detail, requests } = self;
        format!("{outcome}, ran {runs}, {seconds:.1} s, {requests} {detail}")
    }
}

#[cfg(test)]
impl Ended {
    pub(crate) fn of(outcome: &str, runs: u64) -> Self {
        let (detail, requests) = (String::new(), String::new());
        Self { outcome: outcome.to_owned(), runs, seconds: 1.0, detail, requests }
    }
}

/// Runs `client DOES URL` against a warehouse with the faults of the scenario.
pub(crate) fn scenario(
    program: &Path,
    scenario: &Scenario,
    mut client: Command,
) -> anyhow::Result<Ended> {
    let mut warehouse = Warehouse::start(program, &scenario.name)?;
    client.args([&scenario.does, &warehouse.url]);
    let report = report(client)?;
    let counts = warehouse.counts()?;
    let runs = counts["statements"][&scenario.statement].as_u64().unwrap_or_default();
    let (outcome, detail, seconds) = match report {
        Some(report) => (
            report["outcome"].as_str().context("the client told no outcome")?.to_owned(),
            report["detail"].as_str().unwrap_or_default().to_owned(),
            report["seconds"].as_f64().unwrap_or_default(),
        ),
        None => ("still trying".to_owned(), String::new(), LIMIT.as_secs_f64()),
    };
    Ok(Ended { outcome, runs, seconds, detail, requests: counts["requests"].to_string() })
}

/// Returns the line that the client prints; `None` if it had to be stopped.
fn report(mut client: Command) -> anyhow::Result<Option<Value>> {
    let process = client.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut client = Stopped(process.spawn().context("cannot start the client")?);
    let (mut out, mut err) = (client.0.stdout.take(), client.0.stderr.take());
    // Read concurrently: a client that fills the pipe would block otherwise.
    let errors = thread::spawn(move || {
        let mut text = String::new();
        let _ = err.as_mut().map(|err| err.read_to_string(&mut text));
        text
    });
    let lines = thread::spawn(move || {
        let mut text = String::new();
        let _ = out.as_mut().map(|out| out.read_to_string(&mut text));
        text
    });
    let began = Instant::now();
    while client.0.try_wait()?.is_none() {
        if began.elapsed() > LIMIT {
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
    let (lines, errors) = (lines.join().unwrap_or_default(), errors.join().unwrap_or_default());
    let line =
        lines.lines().last().with_context(|| format!("the client said nothing: {errors}"))?;
    serde_json::from_str(line).map(Some).with_context(|| format!("{line}: not JSON"))
}

/// A child that is stopped when dropped.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // A child that was not waited for, so the pid cannot have been reused.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A warehouse with faults.
struct Warehouse {
    process: Stopped,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Warehouse {
    fn start(program: &Path, name: &str) -> anyhow::Result<Self> {
        let mut process = Command::new(program)
            .args(["warehouse", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = process.stdout.take().context("the warehouse has no standard output")?;
        let output = BufReader::new(output);
        let mut warehouse = Self { process: Stopped(process), output, url: String::new() };
        let line = warehouse.line()?;
        warehouse.url = line["url"].as_str().context("the warehouse told no URL")?.to_owned();
        Ok(warehouse)
    }

    fn counts(&mut self) -> anyhow::Result<Value> {
        let input = self.process.0.stdin.as_mut().context("the warehouse has no standard input")?;
        writeln!(input, "runs")?;
        self.line()
    }

    fn line(&mut self) -> anyhow::Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| format!("the warehouse said {line:?}"))
    }
}
