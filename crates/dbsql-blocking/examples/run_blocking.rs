//! Runs a query and polls for its result: `cargo run -p dbsql-blocking --example run_blocking`, with
//! `DATABRICKS_HOST`, `DATABRICKS_HTTP_PATH` and `DATABRICKS_TOKEN` set.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

use std::thread;
use std::time::Duration;

use dbsql_blocking::{Client, Config, Statement};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new(Config::from_env()?)?;
    let connection = client.connect().open()?;
    let query = connection
        .execute_async(Statement::new("SELECT :param `p`, * FROM RANGE(10)").bind("param", "foo"))
        .submit()?;

    // Poll for the result every second
    while query.is_running() {
        thread::sleep(Duration::from_secs(1));
        query.sync_status()?;
    }

    // An error of kind `Canceled` if the query was canceled
    let batches = query.get_results()?.fetch_all()?;
    let rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    println!("{rows} rows");

    query.close()?;
    connection.close()?;
    Ok(())
}
