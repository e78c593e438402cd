//! How do I stop the statement when the user presses Ctrl-C?
//!
//! ```sh
//! cargo run --example cancel-on-ctrl-c -- "SELECT sleep(60)"
//! ```
//!
//! A program that just exits leaves its statement running on the warehouse. This one cancels it,
//! waits until the server reports that it was canceled, and exits with 130, as shells expect.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

#[path = "shared/local.rs"]
mod local;

use std::error::Error;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use dbsql::{AsyncExecution, Client};

/// Takes a while on any warehouse.
const SLOW: &str = "SELECT count(*) FROM RANGE(20000) a CROSS JOIN RANGE(20000) b";
/// The time limit for the cancel after Ctrl-C.
const LIMIT: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let sql = std::env::args().nth(1).unwrap_or_else(|| SLOW.to_owned());
    let (config, _local) = local::config().await?;
    let client = Client::new(config)?;
    let mut interrupt = pin!(tokio::signal::ctrl_c());

    // Until the response to the submit arrives, there is no id to cancel: `cancel_on_drop` cancels
    // the statement as soon as the response arrives, even after this future was dropped.
    let submit = client.execute_async(sql).cancel_on_drop();
    let query = tokio::select! {
        biased;
        pressed = &mut interrupt => {
            pressed?;
            client.shutdown(LIMIT).await?; // waits for that late cancel
            println!("stopped before the statement was accepted");
            return Ok(ExitCode::from(130));
        }
        query = submit => query?,
    };
    println!("running   {}; Ctrl-C cancels it", query.query_id());

    tokio::select! {
        biased;
        pressed = interrupt => {
            pressed?;
            stop(&query).await?;
            Ok(ExitCode::from(130))
        }
        results = query.get_results() => {
            let rows: usize = results?.fetch_all().await?.iter().map(|batch| batch.num_rows()).sum();
            println!("finished  with {rows} rows");
            query.close().await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn stop(query: &AsyncExecution) -> Result<(), dbsql::Error> {
    // Only a request: the statement may still finish first. Wait for its status.
    query.cancel().deadline(LIMIT).await?;
    let status = query.wait().deadline(LIMIT).await?;
    println!("{status}");
    query.close().deadline(LIMIT).await
}
