//! The unified settings: one table of their names in profiles and in the environment.

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(super) key: Key,
    /// The key in a profile, and the parameter of a connection URL.
    pub(super) name: &'static str,
    /// The environment variables; the first one that is set wins.
    pub(super) variables: &'static [&'static str],
    pub(super) shown: Shown,
    pub(super) family: Family,
}

/// How a value may be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Plain,
    Never,
    /// If it has the expected form: a connection URL or a token may have been set by mistake.
    Host,
    Path,
    Name,
    User,
    Url,
}

/// The settings of a sign-in. Settings of two sign-ins without an `auth_type` are ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Belongs to no sign-in, or to several.
    None,
    Pat,
    Basic,
    OAuth,
    EnvOidc,
    FileOidc,
    Azure,
    Google,
    MetadataService,
}

macro_rules! settings {
    ($($key:ident $name:literal [$($variable:literal),*] $shown:ident $family:ident;)*) => {
        /// A setting of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Key { $($key,)* }

        /// The table, in the order of printing.
        pub(crate) const SETTINGS: &[Setting] = &[$(Setting {
            key: Key::$key,
            name: $name,
            variables: &[$($variable),*],
            shown: Shown::$shown,
            family: Family::$family,
        },)*];
    };
}

// The names are those of the official SDKs (`config.py` of databricks-sdk 0.162), except for
// `http_path` and `DATABRICKS_SERVER_HOSTNAME`, which are those of the official SQL connectors.
#[rustfmt::skip]
settings! {
    Host "host" ["DATABRICKS_HOST", "DATABRICKS_SERVER_HOSTNAME"] Host None;
    HttpPath "http_path" ["DATABRICKS_HTTP_PATH"] Path None;
    WarehouseId "warehouse_id" ["DATABRICKS_WAREHOUSE_ID"] Name None;
    ClusterId "cluster_id" ["DATABRICKS_CLUSTER_ID"] Name None;
    WorkspaceId "workspace_id" ["DATABRICKS_WORKSPACE_ID"] Name None;
    AccountId "account_id" ["DATABRICKS_ACCOUNT_ID"] Name None;
    AuthType "auth_type" ["DATABRICKS_AUTH_TYPE"] Name None;
    Token "token" ["DATABRICKS_TOKEN"] Never Pat;
    Username "username" ["DATABRICKS_USERNAME"] User Basic;
    Password "password" ["DATABRICKS_PASSWORD"] Never Basic;
    ClientId "client_id" ["DATABRICKS_CLIENT_ID"] Name OAuth;
    ClientSecret "client_secret" ["DATABRICKS_CLIENT_SECRET"] Never OAuth;
    Scopes "scopes" [] Plain None;
    DiscoveryUrl "discovery_url" ["DATABRICKS_DISCOVERY_URL"] Url None;
    OidcTokenEnv "oidc_token_env" ["DATABRICKS_OIDC_TOKEN_ENV"] Name EnvOidc;
    OidcTokenFilepath "oidc_token_filepath" ["DATABRICKS_OIDC_TOKEN_FILEPATH", "DATABRICKS_OIDC_TOKEN_FILE"] Plain FileOidc;
    TokenAudience "token_audience" ["DATABRICKS_TOKEN_AUDIENCE"] Url None;
    AzureClientId "azure_client_id" ["ARM_CLIENT_ID"] Name Azure;
    AzureClientSecret "azure_client_secret" ["ARM_CLIENT_SECRET"] Never Azure;
    AzureTenantId "azure_tenant_id" ["ARM_TENANT_ID"] Name Azure;
    AzureWorkspaceResourceId "azure_workspace_resource_id" ["DATABRICKS_AZURE_RESOURCE_ID"] Plain Azure;
    AzureEnvironment "azure_environment" ["ARM_ENVIRONMENT"] Name None;
    AzureUseMsi "azure_use_msi" ["ARM_USE_MSI"] Name Azure;
    DatabricksCliPath "databricks_cli_path" ["DATABRICKS_CLI_PATH"] Plain None;
    MetadataServiceUrl "metadata_service_url" ["DATABRICKS_METADATA_SERVICE_URL"] Never MetadataService;
    GoogleCredentials "google_credentials" ["GOOGLE_CREDENTIALS"] Never Google;
    GoogleServiceAccount "google_service_account" ["DATABRICKS_GOOGLE_SERVICE_ACCOUNT"] Plain Google;
    GroupId "group_id" ["DATABRICKS_GROUP_ID"] Name None;
}

/// Profile keys of the official tools that have no meaning here.
pub(super) const OF_OTHER_TOOLS: &[&str] = &[
    "authorization_details",
    "cloud",
    "debug_headers",
    "debug_truncate_bytes",
    "disable_async_token_refresh",
    "disable_oauth_refresh_token",
    "http_timeout_seconds",
    "rate_limit",
    "retry_timeout_seconds",
    "serverless_compute_id",
];

impl Key {
    pub(crate) fn setting(self) -> &'static Setting {
        // The macro writes both in the same order.
        &SETTINGS[self as usize]
    }

    /// Returns the key in a profile.
    pub(crate) fn name(self) -> &'static str {
        self.setting().name
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        // The name in profiles of the SDK for Go.
        let name = if name == "audience" { "token_audience" } else { name };
        SETTINGS.iter().find(|setting| setting.name == name).map(|setting| setting.key)
    }
}

impl Family {
    /// Returns the name in errors of the official SDKs.
    pub(super) fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::None => return None,
            Self::Pat => "pat",
            Self::Basic => "basic",
            Self::OAuth => "oauth",
            Self::EnvOidc => "env-oidc",
            Self::FileOidc => "file-oidc",
            Self::Azure => "azure",
            Self::Google => "google",
            Self::MetadataService => "metadata-service",
        })
    }
}

impl Shown {
    /// Returns the value as it may be printed.
    pub(super) fn show(self, value: &str) -> String {
        let of = |more: &[u8]| {
            value.len() <= 256
                && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        let has_form = match self {
            Self::Never => false,
            Self::Plain => value.len() <= 1024,
            Self::Name => of(b"-_.") && !value.starts_with("dapi"),
            Self::User => of(b"-_.@+\\"),
            Self::Host => of(b"-._:/[]?=") && !value.contains("dapi"),
            Self::Path => of(b"-._/?=&") && !value.contains("dapi"),
            Self::Url => of(b"-._:/[]"),
        };
        if has_form { value.escape_debug().to_string() } else { "(not shown)".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_the_order_of_its_keys_without_duplicates() {
        let mut names: Vec<_> = OF_OTHER_TOOLS.to_vec();
        let mut variables = Vec::new();
        for (index, setting) in SETTINGS.iter().enumerate() {
            assert_eq!(setting.key as usize, index);
            assert_eq!(setting.key.name(), setting.name);
            assert_eq!(Key::from_name(setting.name), Some(setting.key));
            names.push(setting.name);
            variables.extend(setting.variables);
        }
        for mut all in [names, variables] {
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count);
        }
    }

    #[test]
    fn value_of_unexpected_form_is_not_printed() {
        for (shown, value) in [
            (Shown::Never, "anything"),
            (Shown::Host, "databricks://token:canary@h"),
            (Shown::Host, "jdbc:spark://h:443;PWD=canary"),
            (Shown::Path, "/sql/1.0/warehouses/x;PWD=canary"),
            (Shown::Name, "dapi0123"),
            (Shown::Name, "a b"),
            (Shown::User, "me:canary"),
            (Shown::Url, "https://h/x?sig=canary"),
            (Shown::Url, "https://u:p@h/"),
        ] {
            assert_eq!(shown.show(value), "(not shown)", "{value}");
        }
        assert_eq!(Shown::Host.show("https://h:443/?o=1"), "https://h:443/?o=1");
        assert_eq!(Shown::Plain.show("C:\\a\nb"), "C:\\\\a\\nb");
    }
}
