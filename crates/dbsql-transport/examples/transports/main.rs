//! Checks the two transports of `docs/transports.md`: `cargo run -p dbsql-transport --all-features
//! --example transports`. With the name of a check as the argument, that one alone.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]
#![expect(clippy::disallowed_methods, reason = "its transports have their own timer")]

#[expect(unreachable_pub, reason = "as an author writes it in a crate")]
mod reqwest;
#[expect(unreachable_pub, reason = "as an author writes it in a crate")]
mod socket;

use std::error::Error;

use dbsql_transport::conformance::{Report, Suite};

use self::reqwest::ReqwestTransport;
use self::socket::SocketTransport;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let only = std::env::args().nth(1);
    let client = ReqwestTransport::new()?;
    for (name, suite) in [
        ("socket", Suite::new(|| SocketTransport)),
        ("reqwest", Suite::new(move || client.clone())),
    ] {
        let suite = match &only {
            Some(check) => suite.only(check)?,
            None => suite,
        };
        let report: Report = suite.run().await;
        println!("{name}: {report}\n");
        if !report.is_pass() {
            return Err("it breaks the contract".into());
        }
    }
    Ok(())
}
