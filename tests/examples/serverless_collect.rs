//! How does a serverless function collect the result of a long query? The second half: see
//! `serverless_start.rs`.
//!
//! Reads the text of the handle from its argument or, since other users of a machine can see
//! arguments, from standard input. If the statement is still running at the time limit of the
//! function, it continues, and the exit code is 75 ("try again later").

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be looked at")]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use arrow_cast::pretty::pretty_format_batches;
use dbsql::{Client, Config, ErrorKind, ExecutionHandle};

/// The time limit of the wait: less than that of the platform.
const LIMIT: Duration = Duration::from_secs(5);
const TRY_AGAIN: u8 = 75;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let text = match std::env::args().nth(1) {
        Some(text) => text,
        None => std::io::read_to_string(std::io::stdin())?,
    };
    let handle: ExecutionHandle = text.trim().parse()?;
    let client = Client::new(Config::discover()?)?;
    let query = client.get_async_execution(handle).await?;

    match query.wait().deadline(LIMIT).await {
        // Only the wait has ended; the statement continues, and its handle remains valid.
        Err(error) if error.kind() == ErrorKind::Deadline => {
            eprintln!("{} is {}: collect it later", query.query_id(), query.status());
            return Ok(ExitCode::from(TRY_AGAIN));
        }
        status => eprintln!("{} is {}", query.query_id(), status?),
    }
    let batches = query.get_results().await?.fetch_all().await?;
    println!("{}", pretty_format_batches(&batches)?);
    // Not earlier: until it is closed, a function that crashed can be run again.
    query.close().await?;
    Ok(ExitCode::SUCCESS)
}
