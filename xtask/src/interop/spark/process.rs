//! A process that can be identified later, even by another run of this command.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

/// The time limit for a process to exit after the signal.
const GRACE: Duration = Duration::from_secs(20);

/// A process id with the start time of the process: ids are reused, the pair is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: u32,
    started: u64,
}

impl Process {
    /// Returns the running process with this id.
    pub(super) fn find(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        Some(Self { pid, started: started(&stat)? })
    }

    /// Returns the process in a file, if it is still running.
    pub(super) fn from_file(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let (pid, started) = text.trim().split_once(' ')?;
        let process = Self { pid: pid.parse().ok()?, started: started.parse().ok()? };
        process.is_alive().then_some(process)
    }

    /// Writes the process to a file for [`Process::from_file`].
    pub(super) fn write_to(self, path: &Path) -> anyhow::Result<()> {
        fs::write(path, format!("{} {}\n", self.pid, self.started))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    pub(super) fn is_alive(self) -> bool {
        Self::find(self.pid) == Some(self)
    }

    /// Terminates the process, kills it if it does not exit, and returns when it is gone.
    pub(super) fn terminate(self, sh: &Shell) -> anyhow::Result<()> {
        for signal in ["-TERM", "-KILL"] {
            if !self.is_alive() {
                return Ok(());
            }
            let pid = self.pid.to_string();
            // It may exit between the check and the signal.
            cmd!(sh, "kill {signal} {pid}").quiet().ignore_status().ignore_stderr().run()?;
            let asked = Instant::now();
            while self.is_alive() && asked.elapsed() < GRACE {
                thread::sleep(Duration::from_millis(100));
            }
        }
        ensure!(!self.is_alive(), "process {} does not end", self.pid);
        Ok(())
    }
}

/// Returns the start time in a line of `/proc/PID/stat`; `None` for a zombie.
fn started(stat: &str) -> Option<u64> {
    // The command name is in parentheses and may contain anything, even parentheses and spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let state = fields.next()?;
    let started = fields.nth(18)?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(started)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_time_is_field_22() {
        let fields = (4..=30).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(started(&format!("7 (a) b) S {fields}")), Some(22));
        assert_eq!(started(&format!("7 (a) Z {fields}")), None);
        assert_eq!(started("7 (a) S 4 5"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_is_recognised_and_an_id_used_again_is_not() {
        let own = Process::find(std::process::id()).unwrap();
        assert!(own.is_alive());
        assert!(!Process { started: own.started + 1, ..own }.is_alive());
    }
}
