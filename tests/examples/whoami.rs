//! Shows the connection settings of this machine and the signed-in user: `cargo run --example
//! whoami`.
//!
//! Prints the settings and their sources, connects with them, and prints the user, the warehouse,
//! the protocol and the session. `-- --profile NAME` reads that profile, and `-- URL` a connection
//! URL.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be looked at")]

use std::process::ExitCode;
use std::time::Duration;

use dbsql::arrow::array::cast::AsArray;
use dbsql::{Client, Config, Error, ErrorKind};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let config = match words[..] {
        [] => Config::discover(),
        ["--profile", name] => Config::from_profile(name),
        [url] if !url.starts_with('-') => url.parse(),
        _ => {
            eprintln!("expected nothing, --profile NAME, or a connection URL");
            return ExitCode::FAILURE;
        }
    };
    match config {
        Ok(config) => {
            println!("{}", config.explain());
            match who_am_i(config).await {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&error),
            }
        }
        Err(error) => failed(&error),
    }
}

async fn who_am_i(config: Config) -> Result<(), Error> {
    let path = config.get("http_path").or_else(|| config.get("warehouse_id"));
    let client = Client::new(config)?;
    let connection = client.connect().deadline(Duration::from_secs(300)).await?;
    let query = connection.execute_async("SELECT current_user()").await?;
    let batches = query.get_results().await?.fetch_all().await?;
    let user = batches.first().and_then(|batch| {
        let column = batch.column(0).as_string_opt::<i32>()?;
        (batch.num_rows() > 0).then(|| column.value(0).to_owned())
    });
    println!("user          {}", user.as_deref().unwrap_or("not told by the server"));
    if let Some(path) = path {
        println!("warehouse     {}", path.expose());
    }
    let protocol = query.handle().map(|handle| format!("{:?}", handle.protocol()));
    println!("protocol      {}", protocol.unwrap_or_default());
    println!("session       open, query {}", query.query_id());
    query.close().await?;
    connection.close().await?;
    client.shutdown(Duration::from_secs(10)).await
}

/// Prints the error, its cause, and the next step.
fn failed(error: &Error) -> ExitCode {
    eprintln!("failed        {:?}: {error}", error.kind());
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        eprintln!("because       {error}");
        cause = error.source();
    }
    if error.kind() == ErrorKind::Config {
        eprintln!("settings      see docs/connecting.md");
    }
    ExitCode::FAILURE
}
