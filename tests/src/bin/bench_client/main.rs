//! One client reads one result from a `bench-server`: this project's, or a bare loop with the
//! minimum work of any client.
//!
//! Prints one line of JSON: wall time, CPU seconds of the whole process
//! (`/proc/self/task/*/schedstat`), the peak of resident memory beyond that before the work
//! (`VmHWM`, reset through `/proc/self/clear_refs`), rows, and the sum of the column `id`, so that
//! skipped rows are detected. Connecting and a first small query precede the measurement.
//!
//! `cargo xtask bench` builds and runs it. `--help` lists the flags.

#![expect(clippy::print_stdout, reason = "the report")]

mod connection;
mod flags;
mod floor;
mod lz4;
mod ours;

use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use dbsql_tests::measure::{PeakMemory, cpu_seconds};
use serde_json::json;

use crate::flags::{BenchClient, Reader};

/// Any error: the program prints it and exits.
type Problem = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Problem> {
    let flags = BenchClient::from_env_or_exit();
    match flags.client {
        Reader::Ours => ours::run(&flags),
        Reader::Floor => floor::run(&flags),
    }
}

/// The rows that were read.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    rows: u64,
    id_sum: i64,
}

impl Tally {
    fn add(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        self.rows += batch.num_rows() as u64;
        let ids = batch.column_by_name("id").ok_or("no column `id`")?;
        let ids = ids.as_primitive_opt::<Int64Type>().ok_or("`id` is no BIGINT")?;
        self.id_sum = ids.values().iter().fold(self.id_sum, |sum, &id| sum.wrapping_add(id));
        Ok(())
    }
}

/// A running measurement.
#[derive(Debug)]
struct Measurement {
    memory: PeakMemory,
    cpu: f64,
    began: Instant,
}

impl Measurement {
    fn start() -> Result<Self, Problem> {
        let (memory, cpu) = (PeakMemory::watch()?, cpu_seconds()?);
        Ok(Self { memory, cpu, began: Instant::now() })
    }

    /// Prints it. `tally` is `None` when the rows were not decoded, `each` are the times of single
    /// statements.
    fn finish(self, tally: Option<Tally>, mut each: Vec<Duration>) -> Result<(), Problem> {
        let wall = self.began.elapsed();
        let cpu = cpu_seconds()? - self.cpu;
        each.sort_unstable();
        let percentile = |percent: usize| {
            let at = (each.len() * percent).div_ceil(100).saturating_sub(1);
            each.get(at).map(|time| time.as_secs_f64() * 1e3)
        };
        println!(
            "{}",
            json!({
                "wall_seconds": wall.as_secs_f64(),
                "cpu_seconds": cpu,
                "idle_bytes": self.memory.idle(),
                "memory_bytes": self.memory.over_idle()?,
                "rows": tally.map(|tally| tally.rows),
                "id_sum": tally.map(|tally| tally.id_sum),
                "p50_ms": percentile(50),
                "p99_ms": percentile(99),
            })
        );
        Ok(())
    }
}
