//! The endpoint and the credentials: from code, from the environment and from profiles.

use dbsql_auth::{Secret, SharedTokenProvider, TokenProvider};

use super::Config;
use super::discovery::{Discovery, Scope};
use super::origin::Origin;
use super::problem::{Problem, list};
use super::resolved::Parts;
use super::setting::{Key, SETTINGS};
use crate::Result;

impl Config {
    /// Finds the settings as the official SDKs and the Databricks CLI do: in the environment, and in a
    /// profile of `~/.databrickscfg`.
    ///
    /// The environment takes precedence over the profile, and settings from code over both. The
    /// profile is `DATABRICKS_CONFIG_PROFILE`, or else the `default_profile` of `[__settings__]`,
    /// or else `[DEFAULT]`; other profiles inherit nothing from `[DEFAULT]`. A default profile is
    /// ignored when a host or a credential is found elsewhere. `DATABRICKS_CONFIG_FILE` selects
    /// another file.
    ///
    /// The names of all settings, and the sign-ins they select, are in `docs/connecting.md`.
    /// [`Discovery`] uses another environment, or a profile chosen in code.
    ///
    /// ```
    /// use dbsql_core::{Client, Config};
    ///
    /// # fn sample() -> Result<(), dbsql_core::Error> {
    /// let config = Config::discover()?.catalog("main");
    /// println!("{}", config.explain());
    /// let client = Client::new(config)?;
    /// # drop(client); Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a profile that does not exist, a profile
    /// file that cannot be read or parsed or is larger than 10 MiB, and a variable that is not
    /// Unicode. Missing, contradictory or ambiguous settings are reported when the client is built,
    /// since they may be set until then, and by [`explain`](Self::explain).
    pub fn discover() -> Result<Self> {
        Discovery::new().load()
    }

    /// Reads the settings from the environment only: `DATABRICKS_HOST`, `DATABRICKS_HTTP_PATH` (or
    /// `DATABRICKS_WAREHOUSE_ID`), `DATABRICKS_TOKEN` and the others that
    /// [`discover`](Self::discover) supports. No profile is read, even if
    /// `DATABRICKS_CONFIG_PROFILE` is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a variable that is not valid Unicode.
    /// Missing settings are reported when the client is built, since they may be set until then.
    pub fn from_env() -> Result<Self> {
        Discovery::new().load_scope(Scope::Environment)
    }

    /// Reads the settings from one profile only, of `~/.databrickscfg` or of the file in
    /// `DATABRICKS_CONFIG_FILE`. Other variables are ignored, so that neither the host nor the
    /// credentials are replaced; use [`Discovery::profile`] to include them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a file that does not exist, a profile
    /// that is not in it (the error lists those that are), and a file that cannot be read or
    /// parsed.
    pub fn from_profile(name: impl Into<String>) -> Result<Self> {
        Discovery::new().profile(name).load_scope(Scope::Profile)
    }

    /// Sets the host, such as `adb-1234.5.azuredatabricks.net`.
    pub fn host(self, host: impl Into<String>) -> Self {
        self.set(Key::Host, host.into())
    }

    /// Sets the HTTP path from the connection details of the warehouse or cluster.
    pub fn http_path(self, http_path: impl Into<String>) -> Self {
        self.set_target(Key::HttpPath, http_path.into())
    }

    /// Sets the id of the SQL warehouse, instead of the HTTP path.
    pub fn warehouse_id(self, id: impl Into<String>) -> Self {
        self.set_target(Key::WarehouseId, id.into())
    }

    /// Sets the id of the cluster, instead of the HTTP path. The workspace id in the path is that
    /// of [`workspace_id`](Self::workspace_id) or of the `?o=` of the host, or else 0.
    pub fn cluster_id(self, id: impl Into<String>) -> Self {
        self.set_target(Key::ClusterId, id.into())
    }

    /// Sets the workspace, for a host that serves several. It is sent with every request, as
    /// `x-databricks-workspace-id` and, when it is a number, as `x-databricks-org-id`.
    pub fn workspace_id(self, id: impl Into<String>) -> Self {
        self.set(Key::WorkspaceId, id.into())
    }

    /// Signs in with a personal access token, or any other bearer token that does not change.
    pub fn token(self, token: impl Into<Secret>) -> Self {
        self.set(Key::Token, token).auth_type("pat")
    }

    /// Signs in with user and password, for HiveServer2 and the Thrift server of Apache Spark.
    pub fn basic(self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.set(Key::Username, user.into()).set(Key::Password, password).auth_type("basic")
    }

    /// Signs in as a service principal, with its id and OAuth secret.
    pub fn client_credentials(self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.set(Key::ClientId, id.into()).set(Key::ClientSecret, secret).auth_type("oauth-m2m")
    }

    /// Selects the sign-in by name, such as `databricks-cli`, and removes a provider that was set
    /// before. It uses the settings that were found or set with [`setting`](Self::setting).
    ///
    /// [`token`](Self::token), [`basic`](Self::basic) and
    /// [`client_credentials`](Self::client_credentials) also select a sign-in; the last call
    /// counts.
    pub fn auth_type(mut self, name: impl Into<String>) -> Self {
        self.provider = None;
        self.set(Key::AuthType, name.into())
    }

    /// Sets the provider of the `Authorization` of each request. It takes precedence over all other
    /// settings.
    pub fn credentials(mut self, provider: impl TokenProvider) -> Self {
        self.provider = Some(SharedTokenProvider::new(provider));
        self
    }

    /// Allows sign-ins to send credentials to this host, in addition to the workspace and the known
    /// hosts of Databricks and Microsoft Entra.
    pub fn allow_auth_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_auth_hosts.push(host.into());
        self
    }

    /// Sets any setting by its key in profiles, such as `azure_tenant_id`. Unlike the specific
    /// methods, it does not select the sign-in.
    ///
    /// ```
    /// use dbsql_core::Config;
    ///
    /// let config = Config::new("adb-1234.5.azuredatabricks.net", "/sql/1.0/warehouses/abc123")
    ///     .setting("azure_tenant_id", "72f988bf-0000-0000-0000-000000000000")?
    ///     .auth_type("azure-cli");
    /// # Ok::<(), dbsql_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for an unknown key.
    pub fn setting(self, key: &str, value: impl Into<Secret>) -> Result<Self> {
        match Key::from_name(key) {
            Some(key) => Ok(self.set(key, value)),
            None => Err(Problem::new("unknown setting", known_settings()).into()),
        }
    }

    /// Returns the effective value of a setting, by its key in profiles; `None` if it is not set or
    /// unknown. A provider of [`credentials`](Self::credentials) is not a setting.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Secret> {
        self.sources.merge().get(Key::from_name(key)?).map(Secret::from)
    }

    /// Returns the name of the selected sign-in, such as `pat` or `oauth-m2m`; `None` for a
    /// provider that was set with [`credentials`](Self::credentials). It sends no requests.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the settings select no sign-in or
    /// several, or one that is not built in.
    pub fn sign_in(&self) -> Result<Option<&'static str>> {
        let parts = Parts::of(self, &self.sources.merge());
        parts.credentials?;
        Ok(parts.sign_in.map(|choice| choice.name()))
    }

    pub(super) fn set(self, key: Key, value: impl Into<Secret>) -> Self {
        self.set_from(Origin::Code, key, value)
    }

    pub(super) fn set_from(mut self, origin: Origin, key: Key, value: impl Into<Secret>) -> Self {
        self.sources.explicit.set(key, value, origin);
        self
    }

    /// The last of the three that was set in code counts.
    fn set_target(mut self, key: Key, value: String) -> Self {
        for other in [Key::HttpPath, Key::WarehouseId, Key::ClusterId] {
            self.sources.explicit.remove(other);
        }
        self.set(key, value)
    }
}

/// The advice for an unknown setting.
pub(super) fn known_settings() -> String {
    let names: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
    format!("use one of {}", list(&names))
}
