//! The program `dbsql-warehouse`: SQL on DataFusion on a loopback port.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints")]

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use dbsql_local::runtime::Runtime;
use dbsql_local::{OAuthClient, Server, Service, Settings, TlsCertificate};
use dbsql_warehouse::DataFusionEngine;

mod flags {
    #![allow(unreachable_pub, missing_debug_implementations, reason = "made by a macro")]

    use super::{OAuthClientFlag, PathBuf};

    xflags::xflags! {
        /// A local Databricks SQL warehouse, for trying out clients and for tests without an
        /// account.
        cmd dbsql-warehouse {
            /// The port of 127.0.0.1 to listen on; 0 selects a free port. 8080 by default.
            optional --port port: u16
            /// A folder whose Parquet and CSV files are tables, named after the files.
            optional --data folder: PathBuf
            /// The token to accept. Without it, any token is accepted.
            optional --token token: String
            /// A service principal for sign-in, as ID:SECRET; may be repeated. Without one and
            /// without --token, any token is accepted.
            repeated --oauth-client client: OAuthClientFlag
            /// The lifetime of tokens issued at sign-in, in seconds. 3600 by default.
            optional --token-lifetime seconds: u64
            /// The token for changes at the page and the admin endpoint. A random one by default,
            /// which is printed.
            optional --admin-token token: String
            /// How long a Thrift status call waits for a running statement, in milliseconds. 1000 by
            /// default.
            optional --status-window milliseconds: u64
            /// A certificate (PEM) for TLS, for clients that require it. Needs --tls-key.
            optional --tls-cert file: PathBuf
            /// The private key of the certificate (PEM).
            optional --tls-key file: PathBuf
            /// Print the version, and end.
            optional --version
        }
    }
}

fn main() -> ExitCode {
    let flags = flags::DbsqlWarehouse::from_env_or_exit();
    if flags.version {
        println!("dbsql-warehouse {}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let served = match runtime {
        Ok(runtime) => runtime.block_on(serve(flags)),
        Err(error) => Err(format!("failed to start the threads: {error}")),
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
    for OAuthClientFlag { id, secret } in &flags.oauth_client {
        service = service.oauth_client(OAuthClient::confidential(id, secret));
    }
    let admin_token = match &flags.admin_token {
        Some(token) if token.is_empty() => return Err("--admin-token is empty".to_owned()),
        Some(token) => token.clone(),
        None => random_token()?,
    };
    let service = service.settings(settings(&flags)).admin_token(&admin_token).build();

    let port = flags.port.unwrap_or(8080);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let started = match certificate(&flags)? {
        None => Server::start(service.clone(), address).await,
        Some(certificate) => Server::start_tls(service.clone(), address, certificate).await,
    };
    let server = started.map_err(|error| {
        format!("cannot listen on port {port} of 127.0.0.1: {error}; --port 0 selects a free port")
    })?;
    let sign_in = match (&flags.token, flags.oauth_client.first()) {
        (Some(_), _) => SignIn::Token("the-token-that-you-gave"),
        (None, Some(client)) => SignIn::Client(&client.id),
        (None, None) => SignIn::Token("anything"),
    };
    // A token that was given is not repeated: the output may end up in a log.
    let admin_token = flags.admin_token.as_ref().map_or(&*admin_token, |_| GIVEN_ADMIN_TOKEN);
    let http_path = &service.settings().http_path;
    println!("{}", greeting(&server.url(), http_path, sign_in, admin_token));

    let interrupted = tokio::signal::ctrl_c().await;
    server.shutdown().await;
    interrupted.map_err(|error| format!("failed to wait for Ctrl-C: {error}"))
}

/// What the greeting says in place of an admin token that was given.
const GIVEN_ADMIN_TOKEN: &str = "the-admin-token-that-you-gave";

fn random_token() -> Result<String, String> {
    let bytes = Runtime::real().random_bytes();
    let bytes = bytes.map_err(|error| format!("failed to make an admin token: {error}"))?;
    Ok(format!("{:032x}", u128::from_le_bytes(bytes)))
}

fn settings(flags: &flags::DbsqlWarehouse) -> Settings {
    // Short, since some clients cancel a statement only between two status calls.
    let status_window = Duration::from_millis(flags.status_window.unwrap_or(1_000));
    let mut settings = Settings { status_window, ..Settings::default() };
    if let Some(seconds) = flags.token_lifetime {
        settings.oauth.token_lifetime = Duration::from_secs(seconds);
    }
    settings
}

/// A service principal on the command line.
#[derive(Clone)]
struct OAuthClientFlag {
    id: String,
    secret: String,
}

impl fmt::Debug for OAuthClientFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the secret.
        f.debug_tuple("OAuthClientFlag").field(&self.id).finish()
    }
}

impl FromStr for OAuthClientFlag {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, secret) = text.split_once(':').unwrap_or_default();
        match id.is_empty() || secret.is_empty() {
            true => Err("expected ID:SECRET"),
            false => Ok(Self { id: id.to_owned(), secret: secret.to_owned() }),
        }
    }
}

fn certificate(flags: &flags::DbsqlWarehouse) -> Result<Option<TlsCertificate>, String> {
    match (&flags.tls_cert, &flags.tls_key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => TlsCertificate::from_pem_files(certificate, key)
            .map(Some)
            .map_err(|error| format!("cannot use the TLS certificate: {error}")),
        _ => Err("--tls-cert and --tls-key must be used together".to_owned()),
    }
}

/// The way to sign in, for the greeting.
#[derive(Clone, Copy)]
enum SignIn<'a> {
    Token(&'a str),
    /// As the service principal with this id.
    Client(&'a str),
}

/// The text that is printed when the program is ready.
fn greeting(url: &str, http_path: &str, sign_in: SignIn<'_>, admin_token: &str) -> String {
    let trust = if url.starts_with("https:") {
        "\n        _tls_trusted_ca_file=\"the file of --tls-cert\","
    } else {
        "  # plain http"
    };
    let secret = "the-secret-that-you-gave";
    let exports = match sign_in {
        SignIn::Token(token) => format!("export DATABRICKS_TOKEN={token}"),
        SignIn::Client(id) => format!(
            "export DATABRICKS_CLIENT_ID={id}\n    export DATABRICKS_CLIENT_SECRET={secret}"
        ),
    };
    let (imports, credentials) = match sign_in {
        SignIn::Token(token) => (String::new(), format!("access_token=\"{token}\"")),
        SignIn::Client(id) => (
            format!(
                "\n    from databricks.sdk.core import Config, oauth_service_principal\n\n    \
                 config = Config(host=\"{url}\", client_id=\"{id}\", client_secret=\"{secret}\")"
            ),
            "credentials_provider=lambda: oauth_service_principal(config)".to_owned(),
        ),
    };
    format!(
        r#"The local warehouse is ready. It keeps nothing: what you create is gone when it ends.

From Rust, with dbsql::Config::from_env():

    export DATABRICKS_HOST={url}
    export DATABRICKS_HTTP_PATH={http_path}
    {exports}

From Python, with databricks-sql-connector:

    from databricks import sql{imports}

    connection = sql.connect(
        server_hostname="127.0.0.1",
        http_path="{http_path}",
        {credentials},
        _connection_uri="{url}{http_path}",{trust}
        enable_telemetry=False,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM RANGE(10)")
        print(cursor.fetchall())
    connection.close()

In a browser, what it is doing, and switches for faults:

    {url}/#token={admin_token}

Ctrl-C ends it."#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://127.0.0.1:8080";
    const PATH: &str = "/sql/1.0/warehouses/local";

    #[test]
    fn greeting_can_be_pasted() {
        let text = greeting(URL, PATH, SignIn::Token("anything"), "abc");
        assert!(text.contains("DATABRICKS_HOST=http://127.0.0.1:8080\n"));
        let uri = r#"_connection_uri="http://127.0.0.1:8080/sql/1.0/warehouses/local","#;
        assert!(text.contains(uri));
        assert!(text.contains("    access_token=\"anything\",\n"), "{text}");
        assert!(text.contains("\n    http://127.0.0.1:8080/#token=abc\n"), "{text}");
    }

    #[test]
    fn greeting_names_the_service_principal() {
        let text = greeting(URL, PATH, SignIn::Client("me"), "abc");
        assert!(text.contains(
            "\n    export DATABRICKS_CLIENT_ID=me\n    export DATABRICKS_CLIENT_SECRET="
        ));
        assert!(text.contains("import sql\n    from databricks.sdk.core import"), "{text}");
        assert!(
            text.contains(
                "        credentials_provider=lambda: oauth_service_principal(config),\n"
            )
        );
        assert!(!text.contains("DATABRICKS_TOKEN"), "{text}");
    }

    #[test]
    fn service_principal_flag_is_an_id_and_a_secret() {
        let client: OAuthClientFlag = "id:a:b".parse().unwrap();
        assert_eq!((client.id.as_str(), client.secret.as_str()), ("id", "a:b"));
        for text in ["", "id", "id:", ":secret"] {
            assert!(text.parse::<OAuthClientFlag>().is_err(), "{text}");
        }
    }
}
