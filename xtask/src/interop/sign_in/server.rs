//! The local warehouse that the clients sign in to, as a separate program.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::Context as _;
use serde_json::Value;

/// The running program; stopped when dropped.
pub(super) struct SignInServer {
    program: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// Its address, and the settings of each kind of sign-in.
    pub(super) facts: Value,
}

impl SignInServer {
    pub(super) fn start(program: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let input = child.stdin.take().context("the program has no standard input")?;
        let output = child.stdout.take().context("the program has no standard output")?;
        let output = BufReader::new(output).lines();
        let mut server = Self { program: child, input, output, facts: Value::Null };
        server.facts = server.line()?;
        Ok(server)
    }

    /// Returns the number of issued tokens, by grant.
    pub(super) fn grants(&mut self) -> anyhow::Result<Value> {
        self.input.write_all(b"\n").context("the local warehouse has ended")?;
        self.line()
    }

    fn line(&mut self) -> anyhow::Result<Value> {
        let line = self.output.next().context("the local warehouse has ended")??;
        serde_json::from_str(&line).with_context(|| format!("no JSON: {line}"))
    }
}

impl Drop for SignInServer {
    fn drop(&mut self) {
        // A child that was not waited for, so the pid cannot have been reused.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
