//! The output of commands: results to standard output, problems to standard error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints")]

use std::time::Duration;

/// Prints a line of the command's output.
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Prints a line about a problem.
pub(crate) fn problem(line: &str) {
    eprintln!("{line}");
}

/// Formats a duration: `0.4 s`, `12.3 s`, `4 min 05 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(59)), "59.0 s");
        assert_eq!(seconds(Duration::from_secs(245)), "4 min 05 s");
    }
}
