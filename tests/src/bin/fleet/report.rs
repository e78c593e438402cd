//! The figures of a run.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use crate::flags::Plan;

/// The shortest pause of the client's default poll schedule, and its share of the statement's age:
/// unless a limit is reached, the lag is about this.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const SHARE_OF_AGE: f64 = 0.02;

/// Memory, descriptors and CPU time, before the submits and during the waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) idle_kib: u64,
    pub(crate) waiting_kib: u64,
    pub(crate) idle_descriptors: usize,
    pub(crate) descriptors: usize,
    /// Of this process, during the waits.
    pub(crate) cpu_seconds: f64,
}

#[derive(Debug)]
pub(crate) struct Report {
    plan: Plan,
    submitted_in: Duration,
    clock_error: Duration,
    memory: Memory,
    /// The lags of successful waits, sorted.
    lags: Vec<Duration>,
    errors: Vec<String>,
    /// The total counts of the server.
    counts: Value,
    /// Polls per second during the waits.
    polls_per_second: f64,
    /// The maximum number of polls in one second of the whole run.
    most_polls_in_a_second: u64,
}

impl Report {
    /// `counts` are the server's at the start of the countdown, at the end of the first statement,
    /// and at the end of the run.
    pub(crate) fn new(
        plan: Plan,
        submitted_in: Duration,
        clock_error: Duration,
        memory: Memory,
        lags: Vec<Result<Duration, String>>,
        [before, waiting, counts]: [Value; 3],
    ) -> Self {
        let mut errors = Vec::new();
        let mut ended: Vec<Duration> = lags
            .into_iter()
            .filter_map(|lag| lag.map_err(|error| errors.push(error)).ok())
            .collect();
        ended.sort_unstable();
        let total = |counts: &Value| counts["polls_total"].as_u64().unwrap_or(0);
        let polls = total(&waiting).saturating_sub(total(&before)) as f64;
        let by_second = counts["polls_by_second"].as_array().map_or(&[][..], Vec::as_slice);
        let most_polls_in_a_second = by_second.iter().filter_map(Value::as_u64).max().unwrap_or(0);
        Self {
            plan,
            submitted_in,
            clock_error,
            memory,
            lags: ended,
            errors,
            counts,
            polls_per_second: polls / plan.ends_after.as_secs_f64(),
            most_polls_in_a_second,
        }
    }

    /// Whether every wait succeeded.
    pub(crate) fn is_complete(&self) -> bool {
        self.errors.is_empty()
    }

    fn percentile(&self, percent: usize) -> Duration {
        let last = self.lags.len().saturating_sub(1);
        self.lags.get(last * percent / 100).copied().unwrap_or_default()
    }

    /// The lag that the limits allow, or the pause of the poll schedule if that is longer.
    fn bound(&self) -> Duration {
        let age = self.plan.ends_after + self.plan.spread + self.submitted_in;
        let pause = match self.plan.hold {
            Some(_) => SHORTEST_PAUSE,
            None => age.mul_f64(SHARE_OF_AGE).clamp(SHORTEST_PAUSE, Duration::from_secs(5)),
        };
        self.plan.lag_by_caps().max(pause)
    }

    fn kib_per_execution(&self) -> f64 {
        let more = self.memory.waiting_kib.saturating_sub(self.memory.idle_kib);
        more as f64 / f64::from(self.plan.executions)
    }

    pub(crate) fn to_json(&self) -> Value {
        let seconds = |duration: Duration| duration.as_secs_f64();
        let (bound, max) = (seconds(self.bound()), seconds(self.percentile(100)));
        json!({
            "executions": self.plan.executions,
            "hold_seconds": self.plan.hold.map(seconds),
            "submitted_in_seconds": seconds(self.submitted_in),
            "lag_seconds": {
                "p50": seconds(self.percentile(50)),
                "p99": seconds(self.percentile(99)),
                "max": max,
                "clock_error": seconds(self.clock_error),
            },
            "bound_seconds": bound,
            "max_lag_to_bound": max / bound,
            "caps": {
                "polls_per_second": self.plan.caps.polls_per_second(),
                "polls_in_flight": self.plan.caps.polls_in_flight(),
            },
            "connections_peak": self.counts["connections_peak"],
            "connections_total": self.counts["connections_total"],
            "polls_in_flight_peak": self.counts["polls_peak"],
            "polls_total": self.counts["polls_total"],
            "polls_per_second_waiting": self.polls_per_second,
            "polls_per_second_peak": self.most_polls_in_a_second,
            "resident_kib": { "idle": self.memory.idle_kib, "waiting": self.memory.waiting_kib },
            "cpu_seconds_waiting": self.memory.cpu_seconds,
            "kib_per_execution_with_connections": self.kib_per_execution(),
            "descriptors": {
                "idle": self.memory.idle_descriptors,
                "waiting": self.memory.descriptors,
            },
            "failed_waits": self.errors.len(),
            "first_failure": self.errors.first(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plan, memory) = (&self.plan, &self.memory);
        let mode = match plan.hold {
            Some(hold) => format!("polls held for up to {hold:?}"),
            None => "polls answered at once".to_owned(),
        };
        writeln!(
            f,
            "{} executions, {mode}, submitted in {:.1?}",
            plan.executions, self.submitted_in
        )?;
        let [p50, p99, max] = [50, 99, 100].map(|percent| self.percentile(percent));
        let bound = self.bound();
        let ratio = max.as_secs_f64() / bound.as_secs_f64();
        writeln!(
            f,
            "lag          p50 {p50:.1?}, p99 {p99:.1?}, max {max:.1?} (clocks within {:.1?}); bound \
             {bound:.1?} at {} polls a second and {} in flight: max is {ratio:.2} of it",
            self.clock_error,
            plan.caps.polls_per_second(),
            plan.caps.polls_in_flight(),
        )?;
        writeln!(
            f,
            "connections  at most {} at once, {} in all",
            self.counts["connections_peak"], self.counts["connections_total"]
        )?;
        writeln!(
            f,
            "polls        at most {} in flight, {:.0} a second while waiting, at most {} in a second, {} \
             in all",
            self.counts["polls_peak"],
            self.polls_per_second,
            self.most_polls_in_a_second,
            self.counts["polls_total"]
        )?;
        writeln!(
            f,
            "memory       {} KiB idle, {} KiB waiting: {:.1} KiB an execution, connections included",
            memory.idle_kib,
            memory.waiting_kib,
            self.kib_per_execution()
        )?;
        writeln!(
            f,
            "descriptors  {} idle, {} waiting",
            memory.idle_descriptors, memory.descriptors
        )?;
        match self.errors.first() {
            None => Ok(()),
            Some(first) => writeln!(f, "failed waits {}, such as {first}", self.errors.len()),
        }
    }
}
