//! What a client needs to know: where, as whom, and how patient to be.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use dbsql_auth::{AuthError, Basic, Secret, SharedTokenProvider, StaticToken, TokenProvider};
use dbsql_transport::HttpOptions;
use dbsql_transport::retry::RetryPolicy;

use crate::poll_schedule::PollSchedule;
use crate::{Error, ErrorKind, Result};

/// Settings of a [`Client`](crate::Client): plain data, checked when the client is built.
///
/// ```
/// use dbsql_core::Config;
///
/// let config = Config::new("adb-1234.5.azuredatabricks.net", "/sql/1.0/warehouses/abc123")
///     .token("dapi...")
///     .catalog("main")
///     .schema("default");
/// assert!(!format!("{config:?}").contains("dapi"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Config {
    pub(crate) host: String,
    pub(crate) http_path: String,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) session: SessionOptions,
    pub(crate) http: Option<HttpOptions>,
    pub(crate) retry: RetryPolicy,
    pub(crate) poll: PollSchedule,
    pub(crate) answer_timeout: Duration,
    pub(crate) submit_answer_timeout: Duration,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) fetch_bytes: u64,
    pub(crate) byte_budget: u64,
    pub(crate) user_agent_entry: Option<String>,
    pub(crate) limits: Limits,
}

/// How much of the client is in flight at once, for each runtime that it is used from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_requests_in_flight: usize,
    pub(crate) max_polls_in_flight: usize,
    pub(crate) max_polls_per_second: u32,
    pub(crate) max_downloads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_requests_in_flight: 256,
            max_polls_in_flight: 192,
            max_polls_per_second: 200,
            max_downloads: 16,
        }
    }
}

/// How requests prove who asks; turned into a provider when the client is built, which is where
/// a token that no header can carry is reported.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    Token(Secret),
    Basic { user: String, password: Secret },
    Provider(SharedTokenProvider),
}

impl Credentials {
    pub(crate) fn provider(&self) -> Result<SharedTokenProvider, AuthError> {
        Ok(match self {
            Self::Token(token) => SharedTokenProvider::new(StaticToken::new(token.clone())?),
            Self::Basic { user, password } => {
                SharedTokenProvider::new(Basic::new(user, password.clone())?)
            }
            Self::Provider(provider) => provider.clone(),
        })
    }
}

/// What a session is opened with; applied again when it has to be opened anew.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct SessionOptions {
    pub(crate) catalog: Option<String>,
    pub(crate) schema: Option<String>,
    pub(crate) configuration: BTreeMap<String, String>,
}

/// Values of a configuration may be keys to somebody's storage.
impl fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptions")
            .field("catalog", &self.catalog)
            .field("schema", &self.schema)
            .field("configuration", &self.configuration.keys())
            .finish()
    }
}

impl Config {
    /// A host such as `adb-1234.5.azuredatabricks.net` (or `http://127.0.0.1:10000` for a server on
    /// this machine) and the HTTP path from the connection details of a warehouse or cluster.
    pub fn new(host: impl Into<String>, http_path: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            http_path: http_path.into(),
            credentials: None,
            session: SessionOptions::default(),
            http: None,
            retry: RetryPolicy::default(),
            poll: PollSchedule::default(),
            answer_timeout: Duration::from_secs(60),
            submit_answer_timeout: Duration::from_secs(900),
            keep_alive: Some(Duration::from_secs(60)),
            fetch_bytes: 16 << 20,
            byte_budget: 64 << 20,
            user_agent_entry: None,
            limits: Limits::default(),
        }
    }

    /// Reads the environment: `DATABRICKS_HOST` (or `DATABRICKS_SERVER_HOSTNAME`),
    /// `DATABRICKS_HTTP_PATH` (or `DATABRICKS_WAREHOUSE_ID`) and `DATABRICKS_TOKEN`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] naming the variable that is missing or is not Unicode.
    pub fn from_env() -> Result<Self> {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<Self> {
        let read = |name: &str| match lookup(name).map(std::ffi::OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) if text.trim().is_empty() => Ok(None),
            Some(Ok(text)) => Ok(Some(text.trim().to_owned())),
            Some(Err(_)) => {
                Err(Error::new(ErrorKind::Config, format!("{name} is not valid Unicode")))
            }
        };
        let missing = |names: &str| {
            Error::new(ErrorKind::Config, format!("the environment has no {names}"))
                .with_next_step("set it, or build the Config by hand with Config::new")
        };
        let host = match read("DATABRICKS_HOST")? {
            Some(host) => host,
            None => {
                read("DATABRICKS_SERVER_HOSTNAME")?.ok_or_else(|| missing("DATABRICKS_HOST"))?
            }
        };
        let http_path = match read("DATABRICKS_HTTP_PATH")? {
            Some(path) => path,
            None => read("DATABRICKS_WAREHOUSE_ID")?
                .map(|id| format!("/sql/1.0/warehouses/{id}"))
                .ok_or_else(|| missing("DATABRICKS_HTTP_PATH"))?,
        };
        let token = read("DATABRICKS_TOKEN")?.ok_or_else(|| missing("DATABRICKS_TOKEN"))?;
        Ok(Self::new(host, http_path).token(token))
    }

    /// A personal access token, or any other bearer token that does not change.
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.credentials = Some(Credentials::Token(token.into()));
        self
    }

    /// User and password, for HiveServer2 and Apache Spark's own Thrift server.
    pub fn basic(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        let (user, password) = (user.into(), password.into());
        self.credentials = Some(Credentials::Basic { user, password });
        self
    }

    /// Where the `Authorization` of each request comes from.
    pub fn credentials(mut self, provider: impl TokenProvider) -> Self {
        self.credentials = Some(Credentials::Provider(SharedTokenProvider::new(provider)));
        self
    }

    /// The catalog that statements start in.
    pub fn catalog(mut self, catalog: impl Into<String>) -> Self {
        self.session.catalog = Some(catalog.into());
        self
    }

    /// The schema that statements start in.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.session.schema = Some(schema.into());
        self
    }

    /// A session parameter such as `TIMEZONE` or `ANSI_MODE`, for every session of the client.
    pub fn configuration(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.session.configuration.insert(key.into(), value.into());
        self
    }

    /// Settings of the built-in transport. Together with a transport of one's own they are an
    /// error when the client is built.
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = Some(options);
        self
    }

    /// How calls that may be repeated are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How often a running statement is asked for its status.
    pub fn poll_schedule(mut self, schedule: PollSchedule) -> Self {
        self.poll = schedule;
        self
    }

    /// How long one attempt of a call that may be repeated waits for its answer; 60 s unless set.
    /// Servers hold a status call for about 5 s, so keep it well above that.
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.answer_timeout = timeout;
        self
    }

    /// How long opening a session and submitting a statement wait for their answer; 15 minutes
    /// unless set, since a stopped warehouse answers when it has started. A submit that runs into
    /// it has an unknown outcome.
    pub fn submit_answer_timeout(mut self, timeout: Duration) -> Self {
        self.submit_answer_timeout = timeout;
        self
    }

    /// How often an open result that nobody reads is touched, so that the server does not reap it
    /// as idle; each 60 s unless set, never when `None`.
    pub fn keep_alive(mut self, every: Option<Duration>) -> Self {
        self.keep_alive = every;
        self
    }

    /// About how many bytes of rows one fetch asks for, at least 64 KiB; 16 MiB unless set.
    pub fn fetch_bytes(mut self, bytes: u64) -> Self {
        self.fetch_bytes = bytes.max(64 << 10);
        self
    }

    /// About how many bytes of a result may be on their way or waiting at once; 64 MiB unless set.
    /// A single piece of a result may be larger. A batch leaves the budget when it is handed over.
    pub fn byte_budget(mut self, bytes: u64) -> Self {
        self.byte_budget = bytes;
        self
    }

    /// What stands in parentheses behind this crate's name in the `User-Agent`: the name of the
    /// application.
    pub fn user_agent_entry(mut self, entry: impl Into<String>) -> Self {
        self.user_agent_entry = Some(entry.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Config> {
        Config::from_lookup(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_environment_is_read_under_both_names() {
        let config = from(&[
            ("DATABRICKS_SERVER_HOSTNAME", "h.example"),
            ("DATABRICKS_WAREHOUSE_ID", "abc"),
            ("DATABRICKS_TOKEN", "secret-canary"),
        ])
        .unwrap();
        assert_eq!(config.host, "h.example");
        assert_eq!(config.http_path, "/sql/1.0/warehouses/abc");
        assert!(!format!("{config:?}").contains("canary"));
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = from(&[("DATABRICKS_HOST", "h"), ("DATABRICKS_HTTP_PATH", " ")]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("DATABRICKS_HTTP_PATH"), "{error}");
    }
}
