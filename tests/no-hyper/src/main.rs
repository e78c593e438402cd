//! An application over the socket transport of `docs/transports.md`: neither hyper nor rustls is in its
//! tree. Runs the statement of its command line on the warehouse that the environment names.

#![expect(clippy::print_stdout, reason = "its output is the result")]

#[path = "../../../crates/dbsql-transport/examples/transports/socket.rs"]
#[expect(unreachable_pub, reason = "as an author writes it in a crate")]
mod socket;

use dbsql_core::{Client, Config};

use self::socket::SocketTransport;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sql = std::env::args().nth(1).unwrap_or_else(|| "SELECT 1".to_owned());
    let client = Client::builder(Config::from_env()?).transport(SocketTransport).build()?;
    let query = client.execute_async(sql).await?;
    let rows = query.get_results().await?.fetch_all().await?;
    println!(
        "{} rows",
        rows.iter().map(dbsql_core::arrow_array::RecordBatch::num_rows).sum::<usize>()
    );
    Ok(())
}
