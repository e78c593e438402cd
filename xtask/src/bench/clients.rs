//! The programs that read results.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::bench::figures::Outcome;
use crate::bench::server::Server;
use crate::bench::works::Kind;
use crate::bench::{Plan, text};
use crate::workspace;

/// The time limit of one measurement.
const LIMIT: Duration = Duration::from_secs(300);

/// The folder of the built programs.
pub(crate) struct Programs {
    pub(crate) folder: PathBuf,
}

impl Programs {
    pub(crate) fn bench_server(&self) -> PathBuf {
        self.folder.join("bench-server")
    }

    pub(crate) fn bench_rows(&self) -> PathBuf {
        self.folder.join("bench-rows")
    }

    pub(crate) fn fleet(&self) -> PathBuf {
        self.folder.join("fleet")
    }
}

/// A client under measurement.
#[derive(Clone, Debug)]
pub(crate) enum Client {
    Floor,
    Ours,
    Python {
        /// The name in its script.
        name: &'static str,
        title: &'static str,
        python: PathBuf,
    },
    Node {
        title: &'static str,
        modules: PathBuf,
    },
}

impl Client {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Floor => "floor",
            Self::Ours => "dbsql",
            Self::Python { title, .. } | Self::Node { title, .. } => title,
        }
    }

    /// Whether it is another project's client.
    pub(crate) fn is_peer(&self) -> bool {
        matches!(self, Self::Python { .. } | Self::Node { .. })
    }
}

/// Runs a client once, with `times` statements.
pub(crate) fn run(
    programs: &Programs,
    server: &Server,
    client: &Client,
    plan: Plan,
    times: usize,
) -> anyhow::Result<Outcome> {
    let Plan { work, protocol, scale, .. } = plan;
    let (sql, times) = (work.sql(scale), times.to_string());
    let scripts = workspace::root().join("xtask/src/bench/peers");
    let certificate = match &server.certificate {
        Some(certificate) => text(certificate)?,
        None => "",
    };
    let mut command = match client {
        Client::Floor | Client::Ours => {
            let mut command = Command::new(programs.folder.join("bench-client"));
            let name = if matches!(client, Client::Floor) { "floor" } else { "ours" };
            command.args(["--client", name, "--url", &server.url]);
            command.args(["--http-path", &server.http_path, "--sql", &sql, "--times", &times]);
            command.args(["--protocol", protocol.name()]);
            if work.is_inline() {
                command.arg("--inline-results");
            }
            command.args(["--connections", &work.floor_connections().to_string()]);
            // The bare loop has one thread, and a single query needs no more: with two, most of its
            // cost would be waking the other thread.
            if matches!(work.kind, Kind::Small { .. }) {
                command.args(["--threads", "1"]);
            }
            if !certificate.is_empty() {
                command.args(["--root-certificate", certificate]);
            }
            command
        }
        Client::Python { name, python, .. } => {
            let mut command = Command::new(python);
            command.arg(scripts.join("python.py"));
            command.args([*name, &server.url, &server.http_path, &sql, &times, certificate]);
            command
        }
        Client::Node { modules, .. } => {
            let mut command = Command::new("node");
            command.arg(scripts.join("node.js")).env("NODE_PATH", modules);
            if !certificate.is_empty() {
                command.env("NODE_EXTRA_CA_CERTS", certificate);
            }
            // With links it does not request LZ4, so it gets the same rows uncompressed.
            let plain = matches!(work.kind, Kind::Links(_) | Kind::Inline(_));
            let sql = if plain { format!("{sql} plain") } else { sql };
            command.args([&server.url, &server.http_path, &sql, &times, certificate]);
            command
        }
    };
    let report = last_json_line(&mut command)?;
    Outcome::parse(&report)
}

/// Runs a program and returns the last line of its output that is a JSON object with figures.
fn last_json_line(command: &mut Command) -> anyhow::Result<Value> {
    let process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = Stopped(process.spawn().context("it cannot be started")?);
    let (mut out, mut err) = (process.0.stdout.take(), process.0.stderr.take());
    // Read concurrently: a program that fills the pipe would block otherwise.
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
    let mut is_stopped = false;
    while process.0.try_wait()?.is_none() {
        if began.elapsed() > LIMIT {
            is_stopped = true;
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    drop(process);
    let (lines, errors) = (lines.join().unwrap_or_default(), errors.join().unwrap_or_default());
    if is_stopped {
        bail!("it was stopped after {} s", LIMIT.as_secs());
    }
    let object = |line: &str| serde_json::from_str(line).ok().filter(Value::is_object);
    let figures = lines.lines().rev().find_map(|line| {
        object(line).filter(|figures: &Value| figures.get("wall_seconds").is_some())
    });
    figures.with_context(|| {
        let last = errors.lines().chain(lines.lines()).rfind(|line| !line.trim().is_empty());
        format!("it printed no figures: {}", last.unwrap_or("nothing at all").trim())
    })
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
