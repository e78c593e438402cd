//! The settings of a client: endpoint, credentials, session, timeouts and limits.

mod connection;
mod discovery;
mod environment;
mod explain;
mod file_system;
mod host;
mod ini;
mod jdbc;
mod layer;
mod limits;
mod origin;
mod problem;
mod profile_file;
mod resolved;
mod session_options;
mod setting;
mod sign_in;
mod sources;
mod target;
#[cfg(test)]
mod testing;
mod url;

use std::time::Duration;

use dbsql_auth::SharedTokenProvider;
use dbsql_transport::HttpOptions;
use dbsql_transport::retry::RetryPolicy;

pub use self::discovery::Discovery;
pub(crate) use self::host::HostUrl;
pub(crate) use self::limits::Limits;
pub(crate) use self::resolved::Resolved;
pub(crate) use self::session_options::SessionOptions;
use self::sources::Sources;
use crate::link_policy::LinkPolicy;
use crate::poll_schedule::PollSchedule;
use crate::query_tags::QueryTag;
use crate::sql_protocol::SqlProtocol;

/// The maximum duration of a setting: far more than any call needs, and far less than what
/// overflows a clock.
const MAX_DURATION: Duration = Duration::from_secs(365 * 86_400);

/// The settings of a [`Client`](crate::Client). Plain data: it is checked when the client is built.
///
/// The endpoint and the credentials come from code ([`new`](Self::new)), from a URL
/// ([`FromStr`](#impl-FromStr-for-Config)), from the environment and the profile file as for the
/// official tools ([`discover`](Self::discover)), or from only one of these two
/// ([`from_env`](Self::from_env), [`from_profile`](Self::from_profile)). Settings from code take
/// precedence. [`explain`](Self::explain) describes what was found where, and what is missing.
///
/// | Setting | Default |
/// |---|---|
/// | [`protocol`](Self::protocol) | [`SqlProtocol::Auto`] |
/// | [`response_timeout`](Self::response_timeout) | 60 s |
/// | [`submit_response_timeout`](Self::submit_response_timeout) | 15 min |
/// | [`download_stall_timeout`](Self::download_stall_timeout) | 30 s |
/// | [`retry`](Self::retry) | see [`RetryPolicy`] |
/// | [`poll_schedule`](Self::poll_schedule) | see [`PollSchedule`] |
/// | [`keep_alive`](Self::keep_alive) | every 60 s |
/// | [`fetch_bytes`](Self::fetch_bytes) | 8 MiB |
/// | [`byte_budget`](Self::byte_budget) | 64 MiB |
/// | [`confirm_end`](Self::confirm_end) | `false` |
/// | [`inline_results`](Self::inline_results) | `false` |
/// | [`submit_nonces`](Self::submit_nonces) | `false` |
/// | [`progress_from_history`](Self::progress_from_history) | `false` |
/// | [`record_query_text`](Self::record_query_text) | `false` |
/// | [`max_requests_in_flight`](Self::max_requests_in_flight) | 256 |
/// | [`max_polls_in_flight`](Self::max_polls_in_flight) | 192 |
/// | [`max_polls_per_second`](Self::max_polls_per_second) | 200 |
/// | [`max_downloads`](Self::max_downloads) | 32 |
/// | [`link_policy`](Self::link_policy) | see [`LinkPolicy`] |
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
    sources: Sources,
    /// Takes precedence over the sign-in in the sources.
    provider: Option<SharedTokenProvider>,
    pub(crate) allowed_auth_hosts: Vec<String>,
    pub(crate) session: SessionOptions,
    pub(crate) protocol: SqlProtocol,
    pub(crate) http: Option<HttpOptions>,
    pub(crate) storage_http: Option<HttpOptions>,
    pub(crate) sign_in_http: Option<HttpOptions>,
    pub(crate) retry: RetryPolicy,
    pub(crate) poll: PollSchedule,
    pub(crate) response_timeout: Duration,
    pub(crate) submit_response_timeout: Duration,
    pub(crate) download_stall_timeout: Duration,
    pub(crate) link_policy: LinkPolicy,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) fetch_bytes: u64,
    pub(crate) byte_budget: u64,
    pub(crate) confirm_end: bool,
    pub(crate) inline_results: bool,
    pub(crate) user_agent_entry: Option<String>,
    pub(crate) submit_nonces: bool,
    pub(crate) progress_from_history: bool,
    pub(crate) record_query_text: bool,
    max_requests_in_flight: usize,
    /// `None` follows `max_requests_in_flight`.
    max_polls_in_flight: Option<usize>,
    max_polls_per_second: u32,
    max_downloads: usize,
}

impl Config {
    /// Creates the settings for a host such as `adb-1234.5.azuredatabricks.net` (or
    /// `http://127.0.0.1:10000` for a server on this machine) and the HTTP path from the connection
    /// details of the warehouse or cluster.
    ///
    /// Neither the environment nor a file is read: use [`discover`](Self::discover) for that.
    pub fn new(host: impl Into<String>, http_path: impl Into<String>) -> Self {
        Self::with_sources(Sources::default()).host(host).http_path(http_path)
    }

    /// Returns the default settings of a client, with the endpoint from these sources.
    fn with_sources(sources: Sources) -> Self {
        Self {
            sources,
            provider: None,
            allowed_auth_hosts: Vec::new(),
            session: SessionOptions::default(),
            protocol: SqlProtocol::default(),
            http: None,
            storage_http: None,
            sign_in_http: None,
            retry: RetryPolicy::default(),
            poll: PollSchedule::default(),
            response_timeout: Duration::from_secs(60),
            submit_response_timeout: Duration::from_secs(900),
            download_stall_timeout: Duration::from_secs(30),
            link_policy: LinkPolicy::default(),
            keep_alive: Some(Duration::from_secs(60)),
            fetch_bytes: 8 << 20,
            byte_budget: 64 << 20,
            confirm_end: false,
            inline_results: false,
            user_agent_entry: None,
            submit_nonces: false,
            progress_from_history: false,
            record_query_text: false,
            max_requests_in_flight: 256,
            max_polls_in_flight: None,
            max_polls_per_second: 200,
            max_downloads: 32,
        }
    }

    /// Sets the initial catalog of every session.
    pub fn catalog(mut self, catalog: impl Into<String>) -> Self {
        self.session.catalog = Some(catalog.into());
        self
    }

    /// Sets the initial schema of every session.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.session.schema = Some(schema.into());
        self
    }

    /// Sets a session parameter such as `TIMEZONE` or `ANSI_MODE` for every session of the client.
    pub fn configuration(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.session.configuration.insert(key.into(), value.into());
        self
    }

    /// Adds a query tag to every statement of the client, replacing one with the same key. See
    /// [`Statement::query_tag`](crate::Statement::query_tag) for the rules, which are checked when
    /// the client is built.
    pub fn query_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.session.query_tags.replace(QueryTag::new(key.into(), value.into()));
        self
    }

    /// Sets whether every statement carries a new nonce; `false` by default. An error that leaves
    /// open whether the statement was accepted contains the nonce
    /// ([`Error::submit_nonce`](crate::Error::submit_nonce)), so that
    /// [`Client::find_submitted`](crate::Client::find_submitted) can look for the statement.
    ///
    /// The nonce of a statement takes precedence: see
    /// [`Statement::submit_nonce`](crate::Statement::submit_nonce).
    pub fn submit_nonces(mut self, carry: bool) -> Self {
        self.submit_nonces = carry;
        self
    }

    /// Sets whether the progress of a running statement of the Statement Execution API is read from the
    /// query history, since its own status has none; `false` by default.
    ///
    /// While a statement is polled, the history is queried at most every 5 seconds, within the
    /// limits of polls and never with the last slot that a poll may need. If the history does not
    /// respond or has nothing useful, there is no progress; nothing fails. The fraction is the
    /// elapsed time divided by itself plus the remaining time that the server projects.
    pub fn progress_from_history(mut self, ask: bool) -> Self {
        self.progress_from_history = ask;
        self
    }

    /// Sets whether the spans of calls that send a statement have its text, as `db.query.text`; `false`
    /// by default, since literals in it may be secrets. The text is recorded as it is. The values of
    /// parameters are never recorded, whatever this says.
    pub fn record_query_text(mut self, record: bool) -> Self {
        self.record_query_text = record;
        self
    }

    /// Sets the protocol of new statements; [`SqlProtocol::Auto`] by default. With
    /// [`SqlProtocol::Sea`], building a client for anything but a SQL warehouse is an error.
    pub fn protocol(mut self, protocol: SqlProtocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Sets the options of the built-in transport: TLS, proxies, timeouts. They apply to the
    /// workspace, to downloads of result files and to sign-ins. Building a client with these and a
    /// custom transport is an error.
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = Some(options);
        self
    }

    /// Sets separate options for downloads of result files, replacing all those of
    /// [`http`](Self::http). Building a client with these and a custom storage transport is an
    /// error.
    pub fn storage_http(mut self, options: HttpOptions) -> Self {
        self.storage_http = Some(options);
        self
    }

    /// Sets separate options for sign-in requests, replacing all those of [`http`](Self::http).
    /// Building a client with these and a custom sign-in transport is an error.
    pub fn sign_in_http(mut self, options: HttpOptions) -> Self {
        self.sign_in_http = Some(options);
        self
    }

    /// Sets the policy for retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how often the status of a running statement is polled.
    pub fn poll_schedule(mut self, schedule: PollSchedule) -> Self {
        self.poll = schedule;
        self
    }

    /// Sets how long one attempt of a retryable call waits for its response; 60 s by default. Servers
    /// hold a status call for about 5 s, so the timeout should be well above that.
    ///
    /// Zero is rejected when the client is built; more than 365 days is clamped to that.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout.min(MAX_DURATION);
        self
    }

    /// Sets how long opening a session and submitting a statement wait for their response; 15 minutes by
    /// default, since a stopped warehouse responds once it has started. A submit that exceeds it has an
    /// unknown outcome.
    ///
    /// Zero is rejected when the client is built; more than 365 days is clamped to that.
    pub fn submit_response_timeout(mut self, timeout: Duration) -> Self {
        self.submit_response_timeout = timeout.min(MAX_DURATION);
        self
    }

    /// Sets how long the download of a result file may stall between two bytes before it is aborted
    /// and resumed; 30 s by default. The first byte may take as long as
    /// [`response_timeout`](Self::response_timeout), the whole file as long as it needs.
    ///
    /// Zero is rejected when the client is built; more than 365 days is clamped to that.
    pub fn download_stall_timeout(mut self, timeout: Duration) -> Self {
        self.download_stall_timeout = timeout.min(MAX_DURATION);
        self
    }

    /// Sets which hosts the links to result files may lead to.
    pub fn link_policy(mut self, policy: LinkPolicy) -> Self {
        self.link_policy = policy;
        self
    }

    /// Sets how often the operation of an open result that is not being read is kept alive with a status
    /// call, so that the server does not drop it as idle; every 60 s by default, never for `None`.
    ///
    /// Zero is rejected when the client is built; more than 365 days is clamped to that.
    pub fn keep_alive(mut self, every: Option<Duration>) -> Self {
        self.keep_alive = every.map(|every| every.min(MAX_DURATION));
        self
    }

    /// Sets about how many bytes of rows one fetch requests, at least 64 KiB; 8 MiB by default. The
    /// next page is fetched while one is read, so two of them are held. Pages of links to files may
    /// lead to more.
    pub fn fetch_bytes(mut self, bytes: u64) -> Self {
        self.fetch_bytes = bytes.max(64 << 10);
        self
    }

    /// Sets how many bytes of a result may be in flight or buffered at once; 64 MiB by default.
    /// Only bytes that are really held count: as they arrive, as they are decompressed, and while
    /// they wait to be read. A batch leaves the budget when it is returned to the caller.
    ///
    /// One page, and one Arrow message after decompression, must fit into it. A larger one is a
    /// [`Config`](crate::ErrorKind::Config) error that names this setting.
    ///
    /// Zero is rejected when the client is built.
    pub fn byte_budget(mut self, bytes: u64) -> Self {
        self.byte_budget = bytes;
        self
    }

    /// Sets whether the end of a result is confirmed; `false` by default.
    ///
    /// A server that lets fetches specify their first row, such as Databricks, says with the last
    /// rows that there are no more. This is trusted by default. With `true`, one more fetch
    /// requests the rows after the end: any rows returned are read like all others, so a server
    /// that is wrong once costs a round trip and no rows. Other servers must report the end in a
    /// separate response in any case. A direct result that is complete cannot be confirmed.
    pub fn confirm_end(mut self, confirm: bool) -> Self {
        self.confirm_end = confirm;
        self
    }

    /// Sets whether small results of the Statement Execution API are requested inline in its
    /// responses, instead of in files; `false` by default. Thrift always does so, and ignores this
    /// setting.
    ///
    /// With `true`, a small query with [`execute`](crate::Client::execute) is one request and no
    /// download, and results can be read where result storage cannot be reached. The server decides
    /// what is small; larger results are still returned as files.
    ///
    /// * It uses the disposition `INLINE_OR_EXTERNAL_LINKS`, which Databricks does not document and allows
    ///   only to clients that it knows. If a server rejects it, before anything runs, the same statement is
    ///   sent again without it, and it is not used again by the client.
    /// * The request of `execute` then waits until the statement ends, for as long as the server allows:
    ///   a wait beyond [`submit_response_timeout`](Self::submit_response_timeout) is an
    ///   [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown). Use
    ///   [`execute_async`](crate::Client::execute_async) for statements that run for minutes: it has the
    ///   handle after one round trip, as always.
    /// * A response may have 25 MiB of rows, which are not bound by [`byte_budget`](Self::byte_budget)
    ///   until they are read.
    pub fn inline_results(mut self, inline: bool) -> Self {
        self.inline_results = inline;
        self
    }

    /// Sets the name of the application, which is added to the `User-Agent` in parentheses.
    pub fn user_agent_entry(mut self, entry: impl Into<String>) -> Self {
        self.user_agent_entry = Some(entry.into());
        self
    }

    /// Sets how many requests to the workspace may be in flight at once; 256 by default. Further
    /// ones are queued. 16 of them are kept free of polls, so that a cancel or close never waits
    /// for one; fewer than 17 are rejected when the client is built.
    ///
    /// This and the next three limits apply to all clones of a client together, on each runtime
    /// that the client is used from.
    pub fn max_requests_in_flight(mut self, requests: usize) -> Self {
        self.max_requests_in_flight = requests;
        self
    }

    /// Sets how many polls may be in flight at once; 192 by default, or what
    /// [`max_requests_in_flight`](Self::max_requests_in_flight) leaves if that is less. Further ones are
    /// queued.
    ///
    /// Zero, and more than `max_requests_in_flight` minus 16, are rejected when the client is built.
    pub fn max_polls_in_flight(mut self, polls: usize) -> Self {
        self.max_polls_in_flight = Some(polls);
        self
    }

    /// Sets how many polls may be sent per second; 200 by default. Zero is rejected when the client
    /// is built.
    pub fn max_polls_per_second(mut self, polls: u32) -> Self {
        self.max_polls_per_second = polls;
        self
    }

    /// Sets how many result files may be downloaded at once, where each range of a file counts; 32 by
    /// default. Zero is rejected when the client is built.
    pub fn max_downloads(mut self, downloads: usize) -> Self {
        self.max_downloads = downloads;
        self
    }
}

#[cfg(test)]
mod tests;
