//! Starts a query in one process and picks it up in another:
//!
//! ```text
//! handle=$(cargo run -p dbsql-blocking --example pick_up_blocking)
//! cargo run -p dbsql-blocking --example pick_up_blocking -- "$handle"
//! ```
//!
//! with `DATABRICKS_HOST`, `DATABRICKS_HTTP_PATH` and `DATABRICKS_TOKEN` set. The handle is a credential
//! for this one result: a real program stores it like a password.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

use std::error::Error;
use std::thread;
use std::time::Duration;

use dbsql_blocking::{Client, Config, ExecutionHandle, Statement};

fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(Config::from_env()?)?;
    match std::env::args().nth(1) {
        None => start(&client),
        Some(handle) => pick_up(&client, handle.parse()?),
    }
}

fn start(client: &Client) -> Result<(), Box<dyn Error>> {
    let connection = client.connect().open()?;
    let query = connection
        .execute_async(Statement::new("SELECT :param `p`, * FROM RANGE(10)").bind("param", "foo"))
        .submit()?;
    println!("{}", query.serialize()?);
    connection.close()?; // leaves the session open, since closing it would end the query
    Ok(())
}

fn pick_up(client: &Client, handle: ExecutionHandle) -> Result<(), Box<dyn Error>> {
    let query = client.get_async_execution(handle)?;
    while query.is_running() {
        thread::sleep(Duration::from_secs(1));
        query.sync_status()?;
    }
    let batches = query.get_results()?.fetch_all()?;
    let rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    println!("{rows} rows");
    query.close()?;
    Ok(())
}
