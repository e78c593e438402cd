//! Resolves the cases of `cargo xtask interop config`: reads them from standard input, and prints
//! the result of each as JSON. No request leaves the process: the client has a transport that
//! records requests.
//!
//! A case has an environment, explicit settings, and optionally a profile and a profile file. The
//! result has a host, a sign-in and credentials, or an error. `shown` is everything that would be
//! printed.

#![expect(clippy::print_stdout, reason = "standard output is how the two processes talk")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dbsql::http::{Request, Response, header::AUTHORIZATION};
use dbsql::transport::Body;
use dbsql::{
    BoxFuture, Client, Config, Discovery, RetryPolicy, SharedTransport, Transport, TransportError,
};
use serde_json::{Map, Value, json};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The settings with the credentials of each sign-in, and their names in the other client.
/// Credentials with a constant header are read from a request.
const CREDENTIALS: &[(&str, &[(&str, &str)])] = &[
    (
        "oauth-m2m",
        &[("client_id", "client_id"), ("client_secret", "client_secret"), ("scopes", "scopes")],
    ),
    ("env-oidc", &[("oidc_token_env", "oidc_token_env"), ("client_id", "client_id")]),
    ("file-oidc", &[("oidc_token_filepath", "oidc_token_filepath"), ("client_id", "client_id")]),
    ("github-oidc", &[("client_id", "client_id"), ("token_audience", "token_audience")]),
    (
        "azure-client-secret",
        &[
            ("client_id", "azure_client_id"),
            ("client_secret", "azure_client_secret"),
            ("tenant", "azure_tenant_id"),
            ("resource", "azure_workspace_resource_id"),
        ],
    ),
    ("azure-cli", &[("azure_workspace_resource_id", "azure_workspace_resource_id")]),
    ("databricks-cli", &[("databricks_cli_path", "databricks_cli_path")]),
    ("external-browser", &[("client_id", "client_id")]),
];

/// Records the `Authorization` of the last request, and fails every request.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Option<String>>>);

impl Transport for Recorder {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let value = request.headers().get(AUTHORIZATION).map(|value| value.as_bytes().to_vec());
        let value = value.and_then(|value| String::from_utf8(value).ok());
        if let Ok(mut kept) = self.0.lock() {
            *kept = value;
        }
        Box::pin(async { Err(TransportError::connect("no request is sent")) })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let cases: Vec<Value> = serde_json::from_reader(std::io::stdin())?;
    let mut found = Map::new();
    for case in &cases {
        let name = case["name"].as_str().ok_or("a case has no name")?;
        let outcome = match discovered(case) {
            Ok(config) => outcome(config).await,
            Err(error) => json!({ "error": error, "shown": error }),
        };
        found.insert(name.to_owned(), outcome);
    }
    println!("{}", Value::Object(found));
    Ok(())
}

/// Returns the configuration of a case, with a path, which a client requires.
fn discovered(case: &Value) -> Result<Config, String> {
    let strings = |value: &Value| -> BTreeMap<String, String> {
        let entries = value.as_object().into_iter().flatten();
        entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    };
    let mut discovery = Discovery::new().environment(strings(&case["environment"]));
    if let Some(profile) = case["profile"].as_str() {
        discovery = discovery.profile(profile);
    }
    if let Some(path) = case["config_file"].as_str() {
        discovery = discovery.config_file(path);
    }
    let mut config = discovery.load().map_err(|error| format!("{error} {error:?}"))?;
    for (key, value) in strings(&case["explicit"]) {
        config = config.setting(&key, value).map_err(|error| error.to_string())?;
    }
    Ok(config.http_path("/sql/1.0/warehouses/w"))
}

async fn outcome(config: Config) -> Value {
    let shown = format!("{config:?}\n{}", config.explain());
    let recorder = Recorder::default();
    let transport = SharedTransport::new(recorder.clone());
    let config = config.retry(RetryPolicy::none());
    let resolved = config
        .sign_in()
        .and_then(|kind| Ok((kind, Client::builder(config.clone()).transport(transport).build()?)));
    let (kind, client) = match resolved {
        Ok((kind, client)) => (kind.unwrap_or("custom"), client),
        Err(error) => {
            let shown = format!("{shown}\n{error}\n{error:?}");
            return json!({ "error": error.to_string(), "shown": shown });
        }
    };
    let value = |key: &str| config.get(key).map(|value| value.expose().to_owned());
    let credentials = match CREDENTIALS.iter().find(|(name, _)| *name == kind) {
        Some((_, keys)) => {
            let entries = keys.iter().map(|(name, key)| ((*name).to_owned(), json!(value(key))));
            Value::Object(entries.collect())
        }
        None => {
            // It fails, since the transport sends nothing.
            let _ = client.execute_async("SELECT 1").await;
            let sent = recorder.0.lock().ok().and_then(|mut kept| kept.take());
            json!({ "authorization": sent })
        }
    };
    json!({ "host": value("host"), "kind": kind, "credentials": credentials, "shown": shown })
}
