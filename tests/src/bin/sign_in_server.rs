//! A local warehouse for programs that sign in: prints, as one line of JSON, its address and the
//! settings of each kind of sign-in, and exits when standard input ends. For each line of input it
//! prints another line: how many tokens were issued, by grant.
//!
//! `SELECT current_user()` returns the signed-in user; no other statement is supported.

#![expect(clippy::print_stdout, reason = "standard output is how programs ask it")]

use std::io::BufRead as _;
use std::sync::Arc;

use dbsql::Runtime;
use dbsql::arrow::array::{RecordBatch, StringArray};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::engine::{Engine, EngineSession, SessionOptions, SqlError};
use dbsql_local::serde_json::json;
use dbsql_local::{
    Consent, EntraSettings, ForeignIssuer, OAuthClient, OAuthSettings, Server, Service, Settings,
};

const ISSUER: &str = "https://issuer.example";
const TOKEN: &str = "dapi-of-the-suite";
const RESOURCE_ID: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces/w";

/// An engine that knows its user.
#[derive(Debug)]
struct CurrentUser(Runtime);

impl Engine for CurrentUser {
    fn open_session(&self, options: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError> {
        let user = StringArray::from_iter([options.user.as_deref()]);
        let rows = RecordBatch::try_from_iter([("user", Arc::new(user) as _)]);
        let rows =
            rows.map_err(|error| SqlError::new("INTERNAL_ERROR", "XX000", error.to_string()))?;
        let engine = ScriptedEngine::new(self.0.clone());
        engine.on("SELECT current_user()", Answer::rows(vec![rows])).open_session(options)
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::real();
    let entra = EntraSettings {
        required_resource_id: Some(RESOURCE_ID.to_owned()),
        ..EntraSettings::default()
    };
    let tenant = entra.tenant.clone();
    let oauth = OAuthSettings { consent: Consent::Allow, entra, ..OAuthSettings::default() };
    let service = Service::builder()
        .engine(CurrentUser(runtime.clone()))
        .runtime(runtime)
        .settings(Settings { oauth, ..Settings::default() })
        .accept_token(TOKEN)
        .oauth_client(OAuthClient::confidential("principal", "its/secret+"))
        .entra_client("entra-app", "entra/secret+")
        .user("ann@example.com")
        .foreign_issuer(ForeignIssuer::new(ISSUER))
        .foreign_issuer(ForeignIssuer::github_actions())
        .build();
    let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await?;
    let url = server.url();
    let subject_token = service.id_token(ISSUER, json!({ "sub": "job@example.com" }));
    let [(_, github_url), (_, github_token)] = service.github_actions(&url);
    let facts = json!({
        "host": url,
        "http_path": service.settings().http_path,
        "token": TOKEN,
        "client_id": "principal",
        "client_secret": "its/secret+",
        "azure_client_id": "entra-app",
        "azure_client_secret": "entra/secret+",
        "azure_tenant_id": tenant,
        "azure_resource_id": RESOURCE_ID,
        "subject_token": subject_token,
        "github_url": github_url,
        "github_token": github_token,
    });
    println!("{facts}");
    for line in std::io::stdin().lock().lines() {
        line?;
        println!("{}", json!(service.grants()));
    }
    server.shutdown().await;
    Ok(())
}
