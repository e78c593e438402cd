//! The kinds of sign-in that the SDK and this client both support, and the settings of each.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

/// One sign-in with its settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) title: &'static str,
    /// Its name in the unified configuration.
    pub(super) name: &'static str,
    /// The grant by which the local warehouse issues its token.
    pub(super) grant: Option<&'static str>,
    /// The signed-in user; `None` for wrong settings.
    pub(super) user: Option<&'static str>,
    /// Variables and their values, with placeholders for values of the server.
    pub(super) settings: &'static [(&'static str, &'static str)],
}

const EXCHANGE: Option<&str> = Some("urn:ietf:params:oauth:grant-type:token-exchange");

#[rustfmt::skip]
pub(super) const KINDS: &[Kind] = &[
    Kind {
        title: "personal access token",
        name: "pat",
        grant: None,
        user: Some("ann@example.com"),
        settings: &[("DATABRICKS_TOKEN", "{token}")],
    },
    Kind {
        title: "wrong personal access token",
        name: "pat",
        grant: None,
        user: None,
        settings: &[("DATABRICKS_TOKEN", "dapi-wrong")],
    },
    Kind {
        title: "client credentials",
        name: "oauth-m2m",
        grant: Some("client_credentials"),
        user: Some("principal"),
        settings: &[
            ("DATABRICKS_CLIENT_ID", "{client_id}"),
            ("DATABRICKS_CLIENT_SECRET", "{client_secret}"),
        ],
    },
    Kind {
        title: "client credentials with a wrong secret",
        name: "oauth-m2m",
        grant: None,
        user: None,
        settings: &[
            ("DATABRICKS_CLIENT_ID", "{client_id}"),
            ("DATABRICKS_CLIENT_SECRET", "wrong"),
        ],
    },
    Kind {
        title: "token of another issuer in the environment",
        name: "env-oidc",
        grant: EXCHANGE,
        user: Some("job@example.com"),
        settings: &[("DATABRICKS_OIDC_TOKEN", "{subject_token}")],
    },
    Kind {
        title: "token of another issuer in another variable, for a service principal",
        name: "env-oidc",
        grant: EXCHANGE,
        user: Some("principal"),
        settings: &[
            // With a client id they find two kinds, and need the kind to be set.
            ("DATABRICKS_AUTH_TYPE", "env-oidc"),
            ("DATABRICKS_OIDC_TOKEN_ENV", "MY_TOKEN"),
            ("MY_TOKEN", "{subject_token}"),
            ("DATABRICKS_CLIENT_ID", "{client_id}"),
        ],
    },
    Kind {
        title: "token of nobody in the environment",
        name: "env-oidc",
        grant: None,
        user: None,
        settings: &[("DATABRICKS_OIDC_TOKEN", "e30.e30.AAAA")],
    },
    Kind {
        title: "token of another issuer in a file",
        name: "file-oidc",
        grant: EXCHANGE,
        user: Some("job@example.com"),
        settings: &[("DATABRICKS_OIDC_TOKEN_FILE", "{subject_token_file}")],
    },
    Kind {
        title: "GitHub Actions",
        name: "github-oidc",
        grant: EXCHANGE,
        user: Some("principal"),
        settings: &[
            ("DATABRICKS_CLIENT_ID", "{client_id}"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "{github_url}"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "{github_token}"),
        ],
    },
    Kind {
        title: "browser",
        name: "external-browser",
        grant: Some("authorization_code"),
        user: Some("ann@example.com"),
        settings: &[("DATABRICKS_AUTH_TYPE", "external-browser"), ("BROWSER", "{browser}")],
    },
    Kind {
        title: "Databricks CLI, by a stand-in",
        name: "databricks-cli",
        grant: None,
        user: Some("ann@example.com"),
        settings: &[
            ("DATABRICKS_AUTH_TYPE", "databricks-cli"),
            ("DATABRICKS_CLI_PATH", "{databricks_program}"),
        ],
    },
    Kind {
        title: "Databricks CLI that is not there",
        name: "databricks-cli",
        grant: None,
        user: None,
        settings: &[
            ("DATABRICKS_AUTH_TYPE", "databricks-cli"),
            ("DATABRICKS_CLI_PATH", "/no/such/program"),
        ],
    },
    Kind {
        title: "Azure CLI, by a stand-in",
        name: "azure-cli",
        grant: None,
        user: Some("ann@example.com"),
        settings: &[
            ("DATABRICKS_AUTH_TYPE", "azure-cli"),
            ("DATABRICKS_AZURE_RESOURCE_ID", "{azure_resource_id}"),
            ("DBSQL_IN_AZURE", "1"),
            ("PATH", "{program_path}"),
        ],
    },
    Kind {
        title: "Entra client secret",
        name: "azure-client-secret",
        grant: Some("entra"),
        user: Some("entra-app"),
        settings: &[
            ("ARM_CLIENT_ID", "{azure_client_id}"),
            ("ARM_CLIENT_SECRET", "{azure_client_secret}"),
            ("DATABRICKS_AZURE_RESOURCE_ID", "{azure_resource_id}"),
            ("DBSQL_ENTRA_URL", "{host}"),
        ],
    },
    Kind {
        title: "wrong Entra client secret",
        name: "azure-client-secret",
        grant: None,
        user: None,
        settings: &[
            ("ARM_CLIENT_ID", "{azure_client_id}"),
            ("ARM_CLIENT_SECRET", "wrong"),
            ("DATABRICKS_AZURE_RESOURCE_ID", "{azure_resource_id}"),
            ("DBSQL_ENTRA_URL", "{host}"),
        ],
    },
];

impl Kind {
    /// Returns the variables with the values of the server. Files are written below `home`.
    pub(super) fn settings(
        &self,
        facts: &Value,
        home: &Path,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let common = [("DATABRICKS_HOST", "{host}"), ("DATABRICKS_HTTP_PATH", "{http_path}")];
        common
            .iter()
            .chain(self.settings)
            .map(|(name, value)| Ok(((*name).to_owned(), filled(value, facts, home)?)))
            .collect()
    }
}

fn filled(value: &str, facts: &Value, home: &Path) -> anyhow::Result<String> {
    let Some(name) = value.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else {
        return Ok(value.to_owned());
    };
    let fact = |name: &str| {
        let fact = facts[name].as_str().map(str::to_owned);
        fact.with_context(|| format!("the server does not tell its {name}"))
    };
    let Some(name) = name.strip_suffix("_file") else { return fact(name) };
    let file = home.join(name);
    fs::write(&file, fact(name)?).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file.display().to_string())
}
