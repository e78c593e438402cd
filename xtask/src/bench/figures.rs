//! The figures of measurements.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::bench::server::Counters;

/// One run of a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) memory: f64,
    /// `None` if the client does not decode them.
    rows: Option<(u64, i64)>,
    p50_ms: Option<f64>,
    counters: Counters,
}

impl Outcome {
    /// Parses the client's report.
    pub(crate) fn parse(report: &Value) -> anyhow::Result<Self> {
        let number = |key: &str| report[key].as_f64().with_context(|| format!("it told no {key}"));
        Ok(Self {
            wall: number("wall_seconds")?,
            cpu: number("cpu_seconds")?,
            memory: number("memory_bytes")?,
            rows: report["rows"].as_u64().zip(report["id_sum"].as_i64()),
            p50_ms: report["p50_ms"].as_f64(),
            counters: Counters::default(),
        })
    }

    /// Adds the differences of the server's counters.
    pub(crate) fn with_counters(mut self, before: &Counters, after: &Counters) -> Self {
        self.counters = Counters {
            requests: after.requests - before.requests,
            connections: after.connections - before.connections,
            file_connections: after.file_connections - before.file_connections,
            bytes: after.bytes - before.bytes,
            cpu_seconds: after.cpu_seconds - before.cpu_seconds,
        };
        self
    }

    /// Fails unless every row was read.
    pub(crate) fn check(&self, (rows, id_sum): (u64, i64), times: usize) -> anyhow::Result<()> {
        let Some((read, sum)) = self.rows else { return Ok(()) };
        let times = times as u64;
        ensure!(read == rows * times, "it read {read} of {} rows without an error", rows * times);
        ensure!(sum == id_sum.wrapping_mul(times as i64), "it read other rows than were sent");
        Ok(())
    }
}

/// The runs of one client, without the cost of connecting and closing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    baseline: Counters,
    runs: Vec<Outcome>,
}

/// The minimum, the median and the maximum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (&least, &most) = (values.first()?, values.last()?);
        let middle = values.len() / 2;
        let median = match values.len() % 2 {
            1 => values[middle],
            _ => f64::midpoint(values[middle - 1], values[middle]),
        };
        Some(Self { least, median, most })
    }
}

impl Figures {
    /// Returns the figures without runs, given the cost of a run with only the first statement.
    pub(crate) fn after(baseline: &Outcome) -> Self {
        Self { baseline: baseline.counters, runs: Vec::new() }
    }

    pub(crate) fn add(&mut self, run: Outcome) {
        self.runs.push(run);
    }

    pub(crate) fn rounds(&self) -> usize {
        self.runs.len()
    }

    fn spread(&self, of: impl Fn(&Outcome) -> f64) -> Option<Spread> {
        Spread::of(self.runs.iter().map(of))
    }

    pub(crate) fn wall(&self) -> Option<Spread> {
        self.spread(|run| run.wall)
    }

    pub(crate) fn cpu(&self) -> Option<Spread> {
        self.spread(|run| run.cpu)
    }

    /// Bytes above idle.
    pub(crate) fn memory(&self) -> Option<Spread> {
        self.spread(|run| run.memory)
    }

    /// The median time of a statement, in milliseconds.
    pub(crate) fn p50_ms(&self) -> Option<Spread> {
        Spread::of(self.runs.iter().filter_map(|run| run.p50_ms))
    }

    pub(crate) fn requests(&self) -> Option<Spread> {
        let baseline = self.baseline.requests;
        self.spread(|run| run.counters.requests.saturating_sub(baseline) as f64)
    }

    /// All opened connections.
    pub(crate) fn connections(&self) -> Option<Spread> {
        self.spread(|run| run.counters.connections as f64)
    }

    pub(crate) fn file_connections(&self) -> Option<Spread> {
        let baseline = self.baseline.file_connections;
        self.spread(|run| run.counters.file_connections.saturating_sub(baseline) as f64)
    }

    /// The bytes of responses.
    pub(crate) fn bytes(&self) -> Option<Spread> {
        let baseline = self.baseline.bytes;
        self.spread(|run| run.counters.bytes.saturating_sub(baseline) as f64)
    }

    pub(crate) fn server_cpu(&self) -> Option<Spread> {
        let baseline = self.baseline.cpu_seconds;
        self.spread(|run| (run.counters.cpu_seconds - baseline).max(0.0))
    }

    pub(crate) fn to_json(&self) -> Value {
        let spread = |spread: Option<Spread>| {
            spread.map(|Spread { least, median, most }| {
                json!({ "min": least, "median": median, "max": most })
            })
        };
        json!({
            "rounds": self.runs.len(),
            "wall_seconds": spread(self.wall()),
            "cpu_seconds": spread(self.cpu()),
            "memory_bytes": spread(self.memory()),
            "p50_ms": spread(self.p50_ms()),
            "requests": spread(self.requests()),
            "connections": spread(self.connections()),
            "file_connections": spread(self.file_connections()),
            "answer_bytes": spread(self.bytes()),
            "server_cpu_seconds": spread(self.server_cpu()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(wall: f64, rows: u64) -> Outcome {
        Outcome { wall, rows: Some((rows, 7)), ..Outcome::default() }
    }

    #[test]
    fn median_of_an_even_number_lies_between() {
        let mut figures = Figures::default();
        assert!(figures.wall().is_none());
        for wall in [4.0, 1.0, 3.0, 2.0] {
            figures.add(outcome(wall, 1));
        }
        let Spread { least, median, most } = figures.wall().unwrap();
        assert_eq!([least, median, most], [1.0, 2.5, 4.0]);
    }

    #[test]
    fn rows_that_are_missing_or_wrong_fail() {
        outcome(1.0, 5).check((5, 7), 1).unwrap();
        outcome(1.0, 4).check((5, 7), 1).unwrap_err();
        outcome(1.0, 5).check((5, 8), 1).unwrap_err();
        outcome(1.0, 10).check((5, 7), 2).unwrap_err();
    }

    #[test]
    fn cost_of_connecting_is_subtracted() {
        let count = |requests: u64| Counters { requests, ..Counters::default() };
        let run = |requests: u64| outcome(1.0, 1).with_counters(&count(10), &count(10 + requests));
        let mut figures = Figures::after(&run(3));
        figures.add(run(8));
        assert_eq!(figures.requests().unwrap().median, 5.0);
    }
}
