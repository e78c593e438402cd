//! The program `dbsql-warehouse`: SQL on DataFusion on a port of this machine.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints")]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use dbsql_local::{Server, Service, TlsCertificate};
use dbsql_warehouse::DataFusionEngine;

mod flags {
    #![allow(unreachable_pub, missing_debug_implementations, reason = "made by a macro")]

    use super::PathBuf;

    xflags::xflags! {
        /// A Databricks SQL warehouse on this machine, for trying and testing without an account.
        cmd dbsql-warehouse {
            /// The port of 127.0.0.1 to listen on; 0 picks a free one. 8080 by default.
            optional --port port: u16
            /// A folder whose Parquet and CSV files are tables, named after the files.
            optional --data folder: PathBuf
            /// The only token to accept. Without it, any token is accepted.
            optional --token token: String
            /// A certificate (PEM) to speak TLS with, for clients that know nothing else. Needs --tls-key.
            optional --tls-cert file: PathBuf
            /// The private key of the certificate (PEM).
            optional --tls-key file: PathBuf
        }
    }
}

fn main() -> ExitCode {
    let flags = flags::DbsqlWarehouse::from_env_or_exit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let served = match runtime {
        Ok(runtime) => runtime.block_on(serve(flags)),
        Err(error) => Err(format!("starting the threads: {error}")),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: flags::DbsqlWarehouse) -> Result<(), String> {
    let mut engine = DataFusionEngine::builder();
    if let Some(folder) = &flags.data {
        engine = engine.data(folder);
    }
    let engine = engine.build().map_err(|error| error.to_string())?;
    let mut service = Service::builder().engine(engine);
    if let Some(token) = &flags.token {
        service = service.accept_token(token);
    }
    let service = service.build();

    let port = flags.port.unwrap_or(8080);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let started = match certificate(&flags)? {
        None => Server::start(service.clone(), address).await,
        Some(certificate) => Server::start_tls(service.clone(), address, certificate).await,
    };
    let server = started.map_err(|error| {
        format!("listening on port {port} of 127.0.0.1: {error}; --port 0 picks a free one")
    })?;
    let token = if flags.token.is_some() { "the-token-that-you-gave" } else { "anything" };
    println!("{}", greeting(&server.url(), &service.settings().http_path, token));

    let interrupted = tokio::signal::ctrl_c().await;
    server.shutdown().await;
    interrupted.map_err(|error| format!("waiting for Ctrl-C: {error}"))
}

fn certificate(flags: &flags::DbsqlWarehouse) -> Result<Option<TlsCertificate>, String> {
    match (&flags.tls_cert, &flags.tls_key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => TlsCertificate::from_pem_files(certificate, key)
            .map(Some)
            .map_err(|error| format!("the certificate for TLS: {error}")),
        _ => Err("--tls-cert and --tls-key go together".to_owned()),
    }
}

/// What the program prints when it is ready.
fn greeting(url: &str, http_path: &str, token: &str) -> String {
    let trust = if url.starts_with("https:") {
        "\n        _tls_trusted_ca_file=\"the file of --tls-cert\","
    } else {
        "  # plain http"
    };
    format!(
        r#"The local warehouse is ready. It keeps nothing: what you create is gone when it ends.

From Rust, with dbsql::Config::from_env():

    export DATABRICKS_HOST={url}
    export DATABRICKS_HTTP_PATH={http_path}
    export DATABRICKS_TOKEN={token}

From Python, with databricks-sql-connector:

    from databricks import sql

    connection = sql.connect(
        server_hostname="127.0.0.1",
        http_path="{http_path}",
        access_token="{token}",
        _connection_uri="{url}{http_path}",{trust}
        enable_telemetry=False,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM RANGE(10)")
        print(cursor.fetchall())
    connection.close()

Ctrl-C ends it."#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greeting_can_be_pasted() {
        let text = greeting("http://127.0.0.1:8080", "/sql/1.0/warehouses/local", "anything");
        assert!(text.contains("DATABRICKS_HOST=http://127.0.0.1:8080\n"));
        let uri = r#"_connection_uri="http://127.0.0.1:8080/sql/1.0/warehouses/local","#;
        assert!(text.contains(uri));
    }
}
