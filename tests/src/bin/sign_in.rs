//! Signs in with the settings of the environment and prints, as one line of JSON, the user from
//! `SELECT current_user()`, or the error.

#![expect(clippy::print_stdout, reason = "standard output is what the caller reads")]

use std::error::Error;
use std::process::ExitCode;

use dbsql::arrow::array::{Array as _, StringArray};
use dbsql::auth::{AzureCli, AzureClientSecret};
use dbsql::{Client, Config};
use dbsql_local::serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match user().await {
        Ok(user) => {
            println!("{}", json!({ "user": user }));
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{}", json!({ "error": with_causes(&*error) }));
            ExitCode::FAILURE
        }
    }
}

async fn user() -> Result<String, Box<dyn Error>> {
    let set = |name| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let mut config = Config::discover()?;
    // The hosts of Azure cannot be configured: the caller replaces them in both clients.
    if let Ok(url) = std::env::var("DBSQL_ENTRA_URL") {
        let entra = AzureClientSecret::new(set("ARM_CLIENT_ID")?, set("ARM_CLIENT_SECRET")?);
        let entra = entra.resource_id(set("DATABRICKS_AZURE_RESOURCE_ID")?).authority(url);
        config = config.credentials(entra);
    } else if std::env::var_os("DBSQL_IN_AZURE").is_some() {
        let cli = AzureCli::new().resource_id(set("DATABRICKS_AZURE_RESOURCE_ID")?);
        config = config.credentials(cli);
    }
    let client = Client::new(config)?;
    let batches = client.execute("SELECT current_user()").await?.fetch_all().await?;
    let column = batches.first().ok_or("there are no rows")?.column(0);
    let users = column.as_any().downcast_ref::<StringArray>().ok_or("this is no text")?;
    Ok(users.value(0).to_owned())
}

/// Returns the error with its causes.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    text
}
