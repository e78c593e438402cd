//! The resources that a process has used, as reported in `/proc`.

use std::fs;
use std::io;

/// Returns the CPU seconds that this process has used so far, in user space and in the kernel.
///
/// The nanoseconds of the live threads, or the ticks of the whole process if they are more: threads
/// that have exited count only in the ticks.
///
/// # Errors
///
/// If `/proc` cannot be read.
pub fn cpu_seconds() -> io::Result<f64> {
    let mut nanoseconds = 0_u64;
    for task in fs::read_dir("/proc/self/task")? {
        // A thread may exit between the two.
        let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
        let on_cpu = text.split_whitespace().next().and_then(|text| text.parse().ok());
        nanoseconds += on_cpu.unwrap_or(0_u64);
    }
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The command name comes first, in parentheses, and may contain anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok());
    let by_ticks = ticks.sum::<u64>() as f64 / TICKS_PER_SECOND;
    let by_threads = nanoseconds as f64 / 1e9;
    Ok(if by_ticks > by_threads + TICKS_BEHIND { by_ticks } else { by_threads })
}

/// The tick rate of `/proc`, whatever the kernel uses internally.
const TICKS_PER_SECOND: f64 = 100.0;
/// The maximum excess of ticks over nanoseconds, in seconds, if no thread has exited.
const TICKS_BEHIND: f64 = 0.03;

/// The peak of resident memory since creation.
#[derive(Clone, Copy, Debug)]
pub struct PeakMemory {
    idle: u64,
}

impl PeakMemory {
    /// Starts to watch: resets the kernel's peak (`VmHWM`) to the currently resident memory.
    ///
    /// # Errors
    ///
    /// If `/proc` cannot be written to.
    pub fn watch() -> io::Result<Self> {
        fs::write("/proc/self/clear_refs", "5")?;
        Ok(Self { idle: status("VmRSS:")? })
    }

    /// Returns the peak of resident bytes beyond those at the start.
    ///
    /// # Errors
    ///
    /// If `/proc` cannot be read.
    pub fn over_idle(self) -> io::Result<u64> {
        Ok(status("VmHWM:")?.saturating_sub(self.idle))
    }

    /// Returns the number of bytes that were resident at the start.
    #[must_use]
    pub fn idle(self) -> u64 {
        self.idle
    }
}

/// Returns a value of `/proc/self/status`, in bytes.
fn status(name: &str) -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kib = kib.and_then(|kib| kib.trim().parse::<u64>().ok());
    Ok(kib.ok_or_else(|| io::Error::other(format!("no {name} in /proc/self/status")))? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_cpu_and_memory() {
        let before = cpu_seconds().unwrap();
        let memory = PeakMemory::watch().unwrap();
        let filled: Vec<u64> = (0..4_000_000).map(|n| n ^ 7).collect();
        assert_eq!(filled.iter().max(), Some(&3_999_999));
        drop(filled);
        assert!(memory.over_idle().unwrap() > 16_000_000);
        assert!(memory.idle() > 0);
        let mut sum = 0_u64;
        while cpu_seconds().unwrap() < before + 0.05 {
            sum = std::hint::black_box(sum + 1);
        }
    }
}
