//! The server process as this process sees it.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::flags::Plan;

/// The number of readings of the server's clock; the fastest one is used.
const CLOCK_READINGS: usize = 50;

/// A server in a child process. Dropping it ends the process.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub(crate) url: String,
}

impl ServerProcess {
    pub(crate) fn start(plan: Plan) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(plan.to_arguments())
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            child.kill()?;
            return Err("the server process has no standard input or output".into());
        };
        let output = BufReader::new(output);
        let mut server = Self { child, input, output, url: String::new() };
        server.url = server.line()?;
        Ok(server)
    }

    /// Returns when the server's clock was zero, by the clock of this process, and the uncertainty.
    pub(crate) fn clock_zero(&mut self) -> Result<(Instant, Duration), Box<dyn Error>> {
        let mut best: Option<(Instant, Duration)> = None;
        for _ in 0..CLOCK_READINGS {
            let asked = Instant::now();
            let micros: u64 = self.ask("time")?.parse()?;
            let took = asked.elapsed();
            let zero = (asked + took / 2).checked_sub(Duration::from_micros(micros));
            let zero = zero.ok_or("the server's clock started before that of this machine")?;
            if best.is_none_or(|(_, least)| took / 2 < least) {
                best = Some((zero, took / 2));
            }
        }
        best.ok_or_else(|| "the server's clock was not read".into())
    }

    /// Starts the countdown; returns its start in the server's time.
    pub(crate) fn start_countdown(&mut self) -> Result<Duration, Box<dyn Error>> {
        Ok(Duration::from_micros(self.ask("start")?.parse()?))
    }

    /// Returns the counts of the server.
    pub(crate) fn counts(&mut self) -> Result<Value, Box<dyn Error>> {
        Ok(serde_json::from_str(&self.ask("count")?)?)
    }

    fn ask(&mut self, request: &str) -> Result<String, Box<dyn Error>> {
        writeln!(self.input, "{request}")?;
        self.input.flush()?;
        self.line()
    }

    fn line(&mut self) -> Result<String, Box<dyn Error>> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("the server process has ended".into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // Both fail only if it has exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
