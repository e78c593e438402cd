//! What every test here needs: a warehouse, and an example as a process.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use dbsql::SqlProtocol;
use dbsql_local::{Settings, TestWarehouse};
use dbsql_warehouse::DataFusionEngine;

/// For how long a test waits for a line of output, on a slow machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A warehouse that speaks this protocol alone.
pub(crate) async fn warehouse(protocol: SqlProtocol) -> TestWarehouse {
    let mut settings = Settings::default();
    settings.quirks.refuse_thrift = protocol == SqlProtocol::Sea;
    let engine = DataFusionEngine::builder().build().unwrap();
    TestWarehouse::builder().engine(engine).settings(settings).start().await.unwrap()
}

/// Waits until this holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let becomes_so = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(LIMIT, becomes_so).await.is_ok(), "never: {what}");
}

/// The example as this build has it, with arguments, on a machine where nothing is configured.
pub(crate) fn example(name: &str, arguments: &[&str]) -> Command {
    let programs = Path::new(env!("CARGO_BIN_EXE_pick-up")).parent().unwrap();
    let program = programs.join("examples").join(name);
    assert!(program.with_extension(std::env::consts::EXE_EXTENSION).exists(), "{NOT_BUILT}");
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    command
}

/// The same on a machine that is set up for this warehouse.
pub(crate) fn example_at(at: &TestWarehouse, name: &str, arguments: &[&str]) -> Command {
    let mut command = example(name, arguments);
    command
        .env("DATABRICKS_HOST", at.host())
        .env("DATABRICKS_HTTP_PATH", at.http_path())
        .env("DATABRICKS_TOKEN", at.token());
    command
}

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// What was not read before.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A process that runs. Dropping it kills it.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    errors: JoinHandle<String>,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let (output, mut errors) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, lines, errors }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of its output.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(LIMIT).expect("a line of output")
    }

    pub(crate) fn line_that_begins(&self, with: &str) -> String {
        std::iter::repeat_with(|| self.line()).find(|line| line.starts_with(with)).unwrap()
    }

    /// What Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let kill = format!("kill -INT {}", self.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// What a crash does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub(crate) fn end(mut self) -> Ended {
        let mut stdout: String = self.lines.iter().map(|line| line + "\n").collect();
        let status = self.child.wait().unwrap();
        stdout.truncate(stdout.trim_end().len());
        let errors = std::mem::replace(&mut self.errors, std::thread::spawn(String::new));
        Ended { status, stdout, stderr: errors.join().unwrap() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs it to its end.
pub(crate) fn run(command: Command) -> Ended {
    Running::start(command).end()
}

/// Runs it to its end, which has to be a success, and returns its output.
pub(crate) fn output(command: Command) -> String {
    let ended = run(command);
    assert!(ended.status.success(), "{ended:?}");
    ended.stdout
}

const NOT_BUILT: &str = "the example is not built; `cargo test --workspace` builds it, and so does \
                         `cargo build --package dbsql-tests --examples`";
