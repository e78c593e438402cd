//! `cargo xtask interop clients`: official clients against the local warehouse. They are the judges
//! of what it says on the wire.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

use crate::interop::venv;
use crate::{report, workspace};

/// The official Python connector, with what it needs for Arrow and links.
pub(crate) const CONNECTOR: &str = "databricks-sql-connector[pyarrow]==4.8.0";
/// What works when it is installed.
pub(crate) const PROBE: &str = "import databricks.sql, pyarrow";

/// Builds and starts the warehouse on a free port, runs the clients and stops it.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let venv = venv::ensure(sh, "connector", CONNECTOR, PROBE)?;
    let root = workspace::root();
    sh.change_dir(&root);
    cmd!(sh, "cargo build --package dbsql-warehouse").run()?;
    let program = workspace::target_dir(sh)?.join("debug").join("dbsql-warehouse");
    let warehouse = Warehouse::start(&program)?;
    report::say(&format!("the local warehouse is at {}", warehouse.url));
    let (url, path) = (&warehouse.url, &warehouse.http_path);
    let python = venv::python(&venv);
    let script = root.join("xtask/src/interop/clients/python_thrift.py");
    cmd!(sh, "{python} {script} {url} {path}").run().context("the Python connector over Thrift")?;
    Ok(())
}

/// The running program; stopped when dropped.
struct Warehouse {
    program: Child,
    /// Kept open: a program whose output nobody can take ends at its next line.
    _output: Lines<BufReader<ChildStdout>>,
    url: String,
    http_path: String,
}

impl Warehouse {
    fn start(program: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("the program has no standard output")?;
        let mut lines = BufReader::new(output).lines();
        let (mut url, mut http_path) = (String::new(), String::new());
        // It says how to connect, for people; the two lines for Rust are easy to read.
        for line in &mut lines {
            let line = line?;
            if let Some(value) = line.trim().strip_prefix("export DATABRICKS_HOST=") {
                value.clone_into(&mut url);
            }
            if let Some(value) = line.trim().strip_prefix("export DATABRICKS_HTTP_PATH=") {
                value.clone_into(&mut http_path);
                break;
            }
        }
        let warehouse = Self { program: child, _output: lines, url, http_path };
        ensure!(!warehouse.http_path.is_empty(), "the local warehouse ended before it was ready");
        Ok(warehouse)
    }
}

impl Drop for Warehouse {
    fn drop(&mut self) {
        // Its own child, so the pid cannot be anybody else's.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
