//! How do I run very many statements from one process?
//!
//! ```sh
//! cargo run --example thousand-queries -- 1000
//! ```
//!
//! One `Client` for all: its tasks share connections, polls and limits. A waiting execution needs
//! only a few KiB, so many may be in flight; a result needs memory while it is read, so few are
//! read concurrently. With both limits, the memory does not grow with the number of statements.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

#[path = "shared/local.rs"]
mod local;

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::Int64Type;
use dbsql::{AsyncExecution, Client, Statement};
use futures_util::{StreamExt, stream};

/// Statements in flight. A SQL warehouse queues a thousand, for all of its users.
const IN_FLIGHT: usize = 250;
/// Results that are read concurrently, each within the byte budget.
const READ_AT_ONCE: usize = 8;
const BYTE_BUDGET: u64 = 16 * 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let count = std::env::args().nth(1).map_or(Ok(1000), |count| count.parse::<i64>())?;
    let (config, _local) = local::config().await?;
    let client = Client::new(config.byte_budget(BYTE_BUDGET))?;
    let gauge = Gauge::default();

    // Each stage has a limited number of futures: the next statement is submitted when one has
    // ended.
    let mut sums = stream::iter(0..count)
        .map(|n| run(&client, &gauge, n))
        .buffer_unordered(IN_FLIGHT)
        .map(|query| async { sum(query?).await })
        .buffer_unordered(READ_AT_ONCE);

    let (mut finished, mut failed, mut total) = (0, 0, 0);
    while let Some(sum) = sums.next().await {
        match sum {
            Ok(sum) => (finished, total) = (finished + 1, total + sum),
            Err(error) => {
                failed += 1;
                println!("{:?}: {error}", error.kind());
            }
        }
    }
    drop(sums);
    println!("finished        {finished}");
    println!("failed          {failed}");
    println!("sum of all      {total}");
    println!("peak in flight  {}", gauge.peak.into_inner());
    client.shutdown(Duration::from_secs(10)).await?;
    Ok(())
}

/// Submits one statement and waits until it has ended, however it ends.
async fn run(client: &Client, gauge: &Gauge, n: i64) -> Result<AsyncExecution, dbsql::Error> {
    gauge.enter();
    let ended = async {
        let statement = Statement::new("SELECT id * :n AS product FROM RANGE(10)").bind("n", n);
        let query = client.execute_async(statement).await?;
        query.wait().await?;
        Ok(query)
    };
    let ended = ended.await;
    gauge.leave();
    ended
}

/// Reads a result, one batch in memory at a time, and frees it on the server.
async fn sum(query: AsyncExecution) -> Result<i64, dbsql::Error> {
    let mut results = query.get_results().await?; // the error of a statement that failed
    let mut sum = 0;
    while let Some(batch) = results.next().await? {
        if let Some(column) = batch.column(0).as_primitive_opt::<Int64Type>() {
            sum += column.iter().flatten().sum::<i64>();
        }
    }
    query.close().await?;
    Ok(sum)
}

/// The current number and its peak.
#[derive(Default)]
struct Gauge {
    now: AtomicUsize,
    peak: AtomicUsize,
}

impl Gauge {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.peak.fetch_max(now, Ordering::Relaxed);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::Relaxed);
    }
}
