//! A complete example: `cargo run --example quickstart`, without an account or settings.
//!
//! Starts a local warehouse, submits a slow query, prints its status while it runs, prints its
//! result; passes the handle of another query to a second process; cancels a third; runs a small
//! one in one call. `-- --protocol sea` uses the Statement Execution API, `-- --protocol thrift`
//! Thrift. With `DATABRICKS_HOST`, `DATABRICKS_HTTP_PATH` and `DATABRICKS_TOKEN` set, it runs
//! against that warehouse instead.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

use std::error::Error;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use arrow_cast::pretty::pretty_format_batches;
use dbsql::{Client, Config, Connection, ExecutionHandle, ExecutionStatus, SqlProtocol, Statement};
use futures_util::StreamExt;

type Failure = Box<dyn Error + Send + Sync>;

/// A slow query of the local warehouse.
const SLEEP: &str = "SELECT sleep(1.5) AS slept";

const VARIABLES: [&str; 3] = ["DATABRICKS_HOST", "DATABRICKS_HTTP_PATH", "DATABRICKS_TOKEN"];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("pick-up") {
        return pick_up().await;
    }
    let protocol = protocol()?;
    let missing: Vec<_> =
        VARIABLES.into_iter().filter(|name| std::env::var_os(name).is_none()).collect();
    if missing.len() < VARIABLES.len() {
        if !missing.is_empty() {
            return Err(format!("{} is missing beside the others", missing.join(", ")).into());
        }
        let host = std::env::var("DATABRICKS_HOST")?;
        println!("warehouse   {host}, from the environment");
        // A real warehouse has no sleep function, so this counts many rows.
        let slow = if host.contains("127.0.0.1") || host.contains("localhost") {
            SLEEP
        } else {
            "SELECT count(*) AS pairs FROM RANGE(100000) a CROSS JOIN RANGE(100000) b"
        };
        let settings: Vec<_> = VARIABLES
            .iter()
            .map(|name| Ok(((*name).to_owned(), std::env::var(name)?)))
            .collect::<Result<_, std::env::VarError>>()?;
        return show(Config::from_env()?.protocol(protocol), slow, &settings).await;
    }
    let warehouse = dbsql_warehouse::start().await?;
    println!("warehouse   local, on a free port of this machine");
    let settings = [warehouse.host(), warehouse.http_path(), warehouse.token()].map(str::to_owned);
    let settings: Vec<_> = VARIABLES.iter().map(|name| (*name).to_owned()).zip(settings).collect();
    let config = Config::new(warehouse.host(), warehouse.http_path())
        .token(warehouse.token())
        .protocol(protocol);
    let shown = show(config, SLEEP, &settings).await;
    warehouse.shutdown().await;
    shown
}

/// The protocol from the command line.
fn protocol() -> Result<SqlProtocol, Failure> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let protocol = match words[..] {
        [] => return Ok(SqlProtocol::Auto),
        ["--protocol", "thrift"] => SqlProtocol::Thrift,
        ["--protocol", "sea"] => SqlProtocol::Sea,
        _ => return Err("expected nothing, --protocol thrift or --protocol sea".into()),
    };
    println!("protocol    {}", words[1]);
    Ok(protocol)
}

async fn show(config: Config, slow: &str, settings: &[(String, String)]) -> Result<(), Failure> {
    let client = Client::new(config)?;
    let connection = client.connect().await?;

    println!("\n1. Submit a slow query; the handle is there at once");
    let query = connection.execute_async(slow).await?;
    println!("   submitted; it runs: {}", query.is_running());
    let mut changes = query.status_changes();
    let mut last = None;
    while let Some(change) = changes.next().await {
        let status = match change?.status {
            // Queued for a moment, which counts as running.
            ExecutionStatus::Pending => continue,
            status => status,
        };
        // Progress is a change as well.
        if last.replace(status) != Some(status) {
            println!("   status: {status}");
        }
    }
    print_rows(&query.get_results().await?.fetch_all().await?)?;
    query.close().await?;

    println!("\n2. Hand a query to a second process, by its handle alone");
    let statement = Statement::new("SELECT :param `p`, * FROM RANGE(3)").bind("param", "foo");
    let query = connection.execute_async(statement).await?;
    pick_up_in_second_process(&query.serialize()?, settings)?;
    query.close().await?;

    println!("\n3. Cancel a query");
    cancel(&connection, slow).await?;

    println!("\n4. A small query in one call: submit, wait, rows, close");
    print_rows(&connection.execute("SELECT 1 AS one").await?.fetch_all().await?)?;

    connection.close().await?;
    client.shutdown(Duration::from_secs(10)).await?;
    Ok(())
}

async fn cancel(connection: &Connection, slow: &str) -> Result<(), Failure> {
    let query = connection.execute_async(slow).await?;
    query.cancel().await?;
    println!("   after cancel: {}", query.wait().await?);
    if let Err(error) = query.get_results().await {
        println!("   its result: {:?} error", error.kind());
    }
    query.close().await?;
    Ok(())
}

/// Starts this program again, with the address of the warehouse in its environment and the text of
/// the handle on its standard input.
fn pick_up_in_second_process(handle: &str, settings: &[(String, String)]) -> Result<(), Failure> {
    let mut second = Command::new(std::env::current_exe()?)
        .arg("pick-up")
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = second.stdin.take() {
        input.write_all(handle.as_bytes())?;
    }
    let status = second.wait()?;
    if !status.success() {
        return Err(format!("the second process ended with {status}").into());
    }
    Ok(())
}

/// The second process.
async fn pick_up() -> Result<(), Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let handle: ExecutionHandle = text.parse()?;
    let client = Client::new(Config::from_env()?)?;
    let query = client.get_async_execution(handle).await?;
    println!("   the second process picked it up");
    print_rows(&query.get_results().await?.fetch_all().await?)
}

fn print_rows(batches: &[dbsql::arrow::array::RecordBatch]) -> Result<(), Failure> {
    for line in pretty_format_batches(batches)?.to_string().lines() {
        println!("   {line}");
    }
    Ok(())
}
