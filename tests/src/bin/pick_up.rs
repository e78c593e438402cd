//! Picks up an execution in a separate process: reads a handle from standard input and prints the
//! first column of its rows, one value per line. It knows only the handle and the server.
//!
//! `pick-up submit thrift|sea SQL` is the other half: it submits, prints the handle and exits.

#![expect(clippy::print_stdout, reason = "standard output is how the two processes talk")]

use std::io::Read;

use dbsql::arrow::array::{Array, Int32Array, Int64Array};
use dbsql::{Client, ExecutionHandle};
use dbsql_tests::{Server, SqlProtocol};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::from_env()?.ok_or("no server was named")?;
    let mut arguments = std::env::args().skip(1);
    let submits = arguments.next().as_deref() == Some("submit");
    let is_sea = arguments.next().as_deref() == Some("sea");
    // Picking up needs no protocol: the handle has one.
    let protocol = if is_sea { SqlProtocol::Sea } else { SqlProtocol::Auto };
    let client = Client::new(server.config().protocol(protocol))?;
    if submits {
        let sql = arguments.next().ok_or("no SQL was given")?;
        let query = client.execute_async(sql).await?;
        println!("{}", query.serialize()?);
        return Ok(());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let handle: ExecutionHandle = text.trim().parse()?;
    let query = client.get_async_execution(handle).await?;
    let mut rows = query.get_results().await?;
    while let Some(batch) = rows.next().await? {
        let column = batch.column(0);
        if let Some(ints) = column.as_any().downcast_ref::<Int32Array>() {
            ints.values().iter().for_each(|value| println!("{value}"));
        } else if let Some(longs) = column.as_any().downcast_ref::<Int64Array>() {
            longs.values().iter().for_each(|value| println!("{value}"));
        } else {
            return Err(format!("a column of {} cannot be printed", column.data_type()).into());
        }
    }
    Ok(())
}
