//! How does a serverless function start a long query? The first half: start, and end.
//!
//! ```sh
//! cargo run -p dbsql-warehouse -- --port 8080   # or a real one; then set what it prints
//! cargo run --example serverless-start -- "SELECT sleep(20)" > handle
//! cargo run --example serverless-collect < handle
//! ```
//!
//! The function pays for the submit alone: the statement runs on after its process has ended. What it
//! returns is the text of the handle, which is a credential: keep it where passwords may be kept, such
//! as an encrypted queue or table, and out of logs and URLs.

#![expect(clippy::print_stdout, reason = "standard output is where the handle goes")]

use std::error::Error;
use std::time::Duration;

use dbsql::{Client, Config};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let sql = std::env::args().nth(1).ok_or("usage: serverless-start SQL")?;
    // Should nobody ever come for the result, the server stops the statement after an hour.
    let config = Config::discover()?.configuration("STATEMENT_TIMEOUT", "3600");
    let client = Client::new(config)?;
    // A platform that runs a failed function again may do so only after an error whose `retry()` is
    // `SafeToResubmit`: after others, the statement may have run.
    let query = client.execute_async(sql).deadline(Duration::from_secs(30)).await?;
    println!("{}", query.serialize()?);
    Ok(())
}
