//! Where to connect and how to sign in: from code, from the environment and from profiles.

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
    /// The environment wins over the profile, and what is set on the result wins over both. The profile is
    /// that of `DATABRICKS_CONFIG_PROFILE`, else the `default_profile` of `[__settings__]`, else
    /// `[DEFAULT]`; another profile inherits nothing from `[DEFAULT]`. One that is not named is ignored
    /// when a host or a credential is found elsewhere. `DATABRICKS_CONFIG_FILE` names another file.
    ///
    /// The names of all settings, and which sign-in they lead to, are in `docs/connecting.md`.
    /// [`Discovery`] looks at another environment, or at a profile that code names.
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
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a profile that does not exist, a profile file
    /// that cannot be read or parsed or has more than 10 MiB, and a variable that is not Unicode. What is
    /// missing, contradictory or ambiguous is reported when the client is built, since it may be set until
    /// then, and by [`explain`](Self::explain).
    pub fn discover() -> Result<Self> {
        Discovery::new().load()
    }

    /// Reads the settings from the environment alone: `DATABRICKS_HOST`, `DATABRICKS_HTTP_PATH` (or
    /// `DATABRICKS_WAREHOUSE_ID`), `DATABRICKS_TOKEN` and the others that [`discover`](Self::discover)
    /// knows. No profile is read, also when `DATABRICKS_CONFIG_PROFILE` names one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a variable that is not valid Unicode. What is
    /// missing is reported when the client is built, since it may be set until then.
    pub fn from_env() -> Result<Self> {
        Discovery::new().load_scope(Scope::Environment)
    }

    /// Reads the settings from one profile alone, of `~/.databrickscfg` or of the file that
    /// `DATABRICKS_CONFIG_FILE` names. No other variable counts, so that neither the host nor the
    /// credentials are replaced; [`Discovery::profile`] lets them count.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a file that does not exist, a profile that is
    /// not in it (the error lists those that are), and a file that cannot be read or parsed.
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

    /// Sets the id of the SQL warehouse, in the place of the HTTP path.
    pub fn warehouse_id(self, id: impl Into<String>) -> Self {
        self.set_target(Key::WarehouseId, id.into())
    }

    /// Sets the id of the cluster, in the place of the HTTP path. In the path, the id of its workspace is
    /// that of [`workspace_id`](Self::workspace_id) or of the `?o=` of the host, else 0.
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

    /// Signs in with user and password, for HiveServer2 and Apache Spark's own Thrift server.
    pub fn basic(self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.set(Key::Username, user.into()).set(Key::Password, password).auth_type("basic")
    }

    /// Signs in as a service principal, with its id and an OAuth secret of it.
    pub fn client_credentials(self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.set(Key::ClientId, id.into()).set(Key::ClientSecret, secret).auth_type("oauth-m2m")
    }

    /// Chooses the way to sign in by its name, such as `databricks-cli`, and forgets a provider that was
    /// set before. Its settings are those that were found or that [`setting`](Self::setting) sets.
    ///
    /// [`token`](Self::token), [`basic`](Self::basic) and
    /// [`client_credentials`](Self::client_credentials) choose as well; the last call counts.
    pub fn auth_type(mut self, name: impl Into<String>) -> Self {
        self.provider = None;
        self.set(Key::AuthType, name.into())
    }

    /// Sets the provider of the `Authorization` of each request. It wins over everything that was found.
    pub fn credentials(mut self, provider: impl TokenProvider) -> Self {
        self.provider = Some(SharedTokenProvider::new(provider));
        self
    }

    /// Allows that a sign-in sends credentials to this host, beside the workspace and the known hosts of
    /// Databricks and Microsoft Entra.
    pub fn allow_auth_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_auth_hosts.push(host.into());
        self
    }

    /// Sets any setting by its key in profiles, such as `azure_tenant_id`. Unlike the methods that have a
    /// name of their own, it does not choose the way to sign in.
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
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a key that is not known.
    pub fn setting(self, key: &str, value: impl Into<Secret>) -> Result<Self> {
        match Key::from_name(key) {
            Some(key) => Ok(self.set(key, value)),
            None => Err(Problem::new("the setting is not known", known_settings()).into()),
        }
    }

    /// Returns the value of a setting that counts, by its key in profiles; `None` when it is not set or not
    /// known. A provider of [`credentials`](Self::credentials) is no setting.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Secret> {
        self.sources.merge().get(Key::from_name(key)?).map(Secret::from)
    }

    /// Returns the name of the way to sign in, such as `pat` or `oauth-m2m`; `None` for a provider that was
    /// set with [`credentials`](Self::credentials). Nothing is sent for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when the settings lead to none or to several, or to
    /// one that is not built in.
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

/// What an error says about a setting that is not known.
pub(super) fn known_settings() -> String {
    let names: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
    format!("use one of {}", list(&names))
}
