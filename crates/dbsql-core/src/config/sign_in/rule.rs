//! The sign-ins, in the order in which the official SDKs try them.

use dbsql_auth::SharedTokenProvider;

use super::{azure, build};
use crate::config::origin::Origin;
use crate::config::problem::Problem;
use crate::config::setting::Key;
use crate::config::sources::Merged;

/// A sign-in.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its name, as in `auth_type`.
    pub(super) name: &'static str,
    /// The settings that it requires.
    pub(super) needs: &'static [Key],
    /// Whether it applies if those are set; the second argument says whether `auth_type` selects
    /// it.
    pub(super) fit: fn(&Merged<'_>, bool) -> Fit,
    /// Why it applies, if it needs no setting.
    pub(super) why: &'static str,
    /// What to do if it does not apply.
    pub(super) advice: &'static str,
    pub(super) is_supported: bool,
    pub(super) build: fn(&Merged<'_>) -> Result<SharedTokenProvider, Problem>,
}

/// Whether a sign-in applies.
pub(super) enum Fit {
    Yes,
    /// The reason, as part of a sentence; empty if there is nothing to say.
    No(&'static str),
}

impl Rule {
    pub(super) fn missing(&self, settings: &Merged<'_>) -> Vec<Key> {
        self.needs.iter().copied().filter(|key| settings.given(*key).is_none()).collect()
    }
}

/// Applies whenever its settings are set.
const PLAIN: Rule = Rule {
    name: "",
    needs: &[],
    fit: |_, _| Fit::Yes,
    why: "",
    advice: "",
    is_supported: true,
    build: build::pat,
};

/// A sign-in of the official SDKs that is not built in. It is in the chain so that its settings are
/// never ignored silently.
const fn foreign(
    name: &'static str,
    needs: &'static [Key],
    fit: fn(&Merged<'_>, bool) -> Fit,
    build: fn(&Merged<'_>) -> Result<SharedTokenProvider, Problem>,
) -> Rule {
    Rule { name, needs, fit, build, is_supported: false, ..PLAIN }
}

macro_rules! foreign {
    ($name:literal, $needs:expr, $fit:expr) => {
        foreign($name, $needs, $fit, |_| Err(not_built_in($name)))
    };
}

// The order of databricks-sdk 0.162 for Python; azure-msi, which only the SDK for Go has, follows
// the client secret, which takes precedence over it.
pub(super) const CHAIN: &[Rule] = &[
    Rule { name: "pat", needs: &[Key::Token], ..PLAIN },
    Rule {
        name: "basic",
        needs: &[Key::Username, Key::Password],
        fit: basic,
        advice: "set auth_type to basic, or use Config::basic, for HiveServer2 or Apache Spark",
        build: build::basic,
        ..PLAIN
    },
    foreign!("metadata-service", &[Key::MetadataServiceUrl], |_, _| Fit::Yes),
    Rule {
        name: "oauth-m2m",
        needs: &[Key::ClientId, Key::ClientSecret],
        build: build::oauth_m2m,
        ..PLAIN
    },
    Rule {
        name: "env-oidc",
        fit: env_oidc,
        why: "the environment variable with the OIDC token is set",
        advice: "set DATABRICKS_OIDC_TOKEN, or the variable in oidc_token_env",
        build: build::env_oidc,
        ..PLAIN
    },
    Rule { name: "file-oidc", needs: &[Key::OidcTokenFilepath], build: build::file_oidc, ..PLAIN },
    Rule {
        name: "github-oidc",
        needs: &[Key::ClientId],
        fit: github,
        advice: "give the job of GitHub Actions the permission `id-token: write`",
        build: build::github_oidc,
        ..PLAIN
    },
    Rule {
        name: "azure-client-secret",
        needs: &[Key::AzureClientId, Key::AzureClientSecret],
        build: build::azure_client_secret,
        ..PLAIN
    },
    foreign!("azure-msi", &[Key::AzureUseMsi], msi),
    foreign!("github-oidc-azure", &[Key::AzureClientId], github),
    Rule {
        name: "azure-cli",
        fit: azure_cli,
        why: "the host is an Azure workspace, and `az` is on the PATH",
        advice: "install the Azure CLI and run `az login`",
        build: build::azure_cli,
        ..PLAIN
    },
    foreign!("azure-devops-oidc", &[Key::ClientId], azure_devops),
    Rule {
        name: "external-browser",
        fit: |_, named| if named { Fit::Yes } else { Fit::No("") },
        build: build::external_browser,
        ..PLAIN
    },
    Rule {
        name: "databricks-cli",
        fit: databricks_cli,
        why: "nothing else is configured, and `databricks` is on the PATH",
        advice: "install the Databricks CLI and run `databricks auth login`, or set \
                 databricks_cli_path (DATABRICKS_CLI_PATH)",
        build: build::databricks_cli,
        ..PLAIN
    },
    foreign!("runtime-oauth", &[Key::Scopes], in_notebook),
    foreign!("runtime", &[], in_notebook),
    foreign!("google-credentials", &[Key::GoogleCredentials], |_, _| Fit::Yes),
    foreign!("google-id", &[Key::GoogleServiceAccount], |_, _| Fit::Yes),
    foreign!("model-serving", &[], in_model_serving),
];

fn not_built_in(name: &str) -> Problem {
    Problem::new(
        format!("the sign-in {name} is not built in"),
        "set a provider with Config::credentials, such as those in docs/connecting.md, or configure \
         another sign-in",
    )
}

/// Databricks accepts no passwords: only one that is meant for another server is sent.
fn basic(settings: &Merged<'_>, named: bool) -> Fit {
    let is_explicit = |key| {
        settings.given(key).is_some_and(|given| matches!(given.origin, Origin::Code | Origin::Url))
    };
    if named || (is_explicit(Key::Username) && is_explicit(Key::Password)) {
        Fit::Yes
    } else {
        Fit::No(
            "username and password are set, which Databricks no longer accepts (for HiveServer2 or \
             Apache Spark, set auth_type to basic)",
        )
    }
}

/// Applies with a token in the variable. Without an environment, an explicit selection is trusted.
fn env_oidc(settings: &Merged<'_>, named: bool) -> Fit {
    let variable = settings.get(Key::OidcTokenEnv);
    if settings.has_variable(variable.unwrap_or(build::OIDC_TOKEN)) {
        return Fit::Yes;
    }
    match (settings.surroundings, variable) {
        (None, _) if named => Fit::Yes,
        (_, None) if !named => Fit::No(""),
        (_, None) => Fit::No("the environment variable DATABRICKS_OIDC_TOKEN is not set"),
        (_, Some(_)) => Fit::No("the environment variable in oidc_token_env is not set"),
    }
}

fn github(settings: &Merged<'_>, named: bool) -> Fit {
    let variables = ["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"];
    let in_actions = variables.iter().all(|name| settings.has_variable(name));
    if in_actions || (named && settings.surroundings.is_none()) {
        Fit::Yes
    } else if named {
        Fit::No(
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN and ACTIONS_ID_TOKEN_REQUEST_URL of GitHub Actions are \
             not set",
        )
    } else {
        Fit::No("")
    }
}

fn msi(settings: &Merged<'_>, named: bool) -> Fit {
    let is_on = settings
        .get(Key::AzureUseMsi)
        .is_some_and(|value| ["true", "1", "yes"].iter().any(|on| value.eq_ignore_ascii_case(on)));
    if is_on || named { Fit::Yes } else { Fit::No("") }
}

fn azure_cli(settings: &Merged<'_>, named: bool) -> Fit {
    let is_azure = azure::is_azure(settings);
    match settings.surroundings {
        Some(surroundings) if is_azure && surroundings.has_az => Fit::Yes,
        Some(_) if is_azure => Fit::No("the program `az` is not on the PATH"),
        None if is_azure && named => Fit::Yes,
        _ if named => Fit::No("the host is not an Azure workspace"),
        _ => Fit::No(""),
    }
}

fn databricks_cli(settings: &Merged<'_>, named: bool) -> Fit {
    match settings.surroundings {
        _ if settings.get(Key::DatabricksCliPath).is_some() => Fit::Yes,
        Some(surroundings) if surroundings.has_databricks => Fit::Yes,
        Some(_) => Fit::No("the program `databricks` is not on the PATH"),
        None if named => Fit::Yes,
        // A program is not run if all settings come from code, without an explicit selection.
        None => Fit::No(""),
    }
}

fn azure_devops(settings: &Merged<'_>, named: bool) -> Fit {
    let applies = ["SYSTEM_ACCESSTOKEN", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI"]
        .iter()
        .all(|name| settings.has_variable(name));
    if applies || named { Fit::Yes } else { Fit::No("") }
}

fn in_notebook(settings: &Merged<'_>, named: bool) -> Fit {
    let applies = settings.has_variable("DATABRICKS_RUNTIME_VERSION");
    if applies || named { Fit::Yes } else { Fit::No("") }
}

fn in_model_serving(settings: &Merged<'_>, named: bool) -> Fit {
    let names = ["IS_IN_DB_MODEL_SERVING_ENV", "IS_IN_DATABRICKS_MODEL_SERVING_ENV"];
    let applies = names.iter().any(|name| settings.has_variable(name));
    if applies || named { Fit::Yes } else { Fit::No("") }
}
