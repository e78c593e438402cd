//! The programs of `cargo xtask interop net`: a warehouse behind real proxies and TLS, and this
//! project's client.
//!
//! `net-probe serve [CERT KEY]` is the warehouse, with TLS if files are given; it prints its port
//! and exits when standard input ends. `net-probe query host=.. [setting=value ..]` is the client:
//! it prints one line of JSON.

#![expect(clippy::print_stdout, reason = "standard output is how the processes talk")]

mod query;
mod serve;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => serve::run(None).await,
        ["serve", certificate, key] => serve::run(Some((certificate, key))).await,
        ["query", settings @ ..] => {
            println!("{}", query::run(settings).await?);
            Ok(())
        }
        _ => Err("serve [CERT KEY], or query host=.. [setting=value ..]".into()),
    }
}
