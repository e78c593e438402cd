//! The local warehouse as a program, for the duration of a command.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, ensure};

/// The running program; stopped when dropped.
pub(super) struct Warehouse {
    program: Child,
    /// Kept open: without a reader of its output, the program would exit at its next line.
    _output: Lines<BufReader<ChildStdout>>,
    pub(super) url: String,
    pub(super) http_path: String,
}

impl Warehouse {
    /// Starts it on a free port, with these flags.
    pub(super) fn start(program: &Path, flags: &[&OsStr]) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["--port", "0"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("the program has no standard output")?;
        let mut lines = BufReader::new(output).lines();
        let (mut url, mut http_path) = (String::new(), String::new());
        // It prints how to connect, for users; the two lines for Rust are easy to parse.
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
        // A child that was not waited for, so the pid cannot have been reused.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
