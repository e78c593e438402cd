//! How do I show the progress of a statement?
//!
//! ```sh
//! cargo run --example progress-bar -- "SELECT sleep(5)"
//! ```
//!
//! `status_changes()` is a stream of the changes, with the progress where the server reports it. The
//! bar goes to standard error, and only to a terminal, so that the output can be piped.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be looked at")]

#[path = "shared/local.rs"]
mod local;

use std::error::Error;
use std::io::IsTerminal;

use arrow_cast::pretty::pretty_format_batches;
use dbsql::{Client, StatusChange};
use futures_util::TryStreamExt;

/// Takes a while on any warehouse.
const SLOW: &str = "SELECT count(*) FROM RANGE(20000) a CROSS JOIN RANGE(20000) b";
const WIDTH: usize = 30;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let sql = std::env::args().nth(1).unwrap_or_else(|| SLOW.to_owned());
    let (config, _local) = local::config().await?;
    // Over Thrift the progress is part of the status. The Statement Execution API has it only in
    // its query history, which is queried in addition if enabled.
    let client = Client::new(config.progress_from_history(true))?;
    let query = client.execute_async(sql).await?;

    let is_terminal = std::io::stderr().is_terminal();
    let mut changes = query.status_changes();
    while let Some(change) = changes.try_next().await? {
        if is_terminal {
            // Back to the start of the line, and clear it.
            eprint!("\r\x1b[K{}", line(&change));
        }
    }
    if is_terminal {
        eprintln!();
    }

    let batches = query.get_results().await?.fetch_all().await?;
    println!("{}", pretty_format_batches(&batches)?);
    query.close().await?;
    Ok(())
}

/// A queued statement has no progress, and a server may never report any: then only the status is
/// shown.
fn line(change: &StatusChange) -> String {
    let status = change.status;
    match &change.progress {
        Some(progress) => {
            let fraction = progress.fraction.clamp(0.0, 1.0);
            let filled = (fraction * WIDTH as f64).round() as usize;
            let (done, left) = ("#".repeat(filled), "-".repeat(WIDTH - filled));
            format!("[{done}{left}] {:3.0} % {status}", fraction * 100.0)
        }
        None => format!("{status}"),
    }
}
