//! How does a serverless function start a long query? The first half: start it and exit.
//!
//! ```sh
//! cargo run -p dbsql-warehouse -- --port 8080   # or a real one; then set what it prints
//! cargo run --example serverless-start -- "SELECT sleep(20)" > handle
//! cargo run --example serverless-collect < handle
//! ```
//!
//! The function runs only for the submit: the statement continues after its process has exited. It
//! returns the text of the handle, which is a credential: store it like a password, such as in an
//! encrypted queue or table, and keep it out of logs and URLs.

#![expect(clippy::print_stdout, reason = "standard output is where the handle goes")]

use std::error::Error;
use std::time::Duration;

use dbsql::{Client, Config};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let sql = std::env::args().nth(1).ok_or("usage: serverless-start SQL")?;
    // If the result is never collected, the server stops the statement after an hour.
    let config = Config::discover()?.configuration("STATEMENT_TIMEOUT", "3600");
    let client = Client::new(config)?;
    // Let the platform retry the function only after an error whose `retry()` is `SafeToResubmit`:
    // after others, the statement may have run.
    let query = client.execute_async(sql).deadline(Duration::from_secs(30)).await?;
    println!("{}", query.serialize()?);
    Ok(())
}
