//! The settings of a service, as plain data.

mod oauth;
mod sea;
mod socket;

use std::path::PathBuf;
use std::time::Duration;

pub use self::oauth::{
    Consent, DatabricksConfig, EntraSettings, OAuthOverrides, OAuthSettings, TokenForm,
};
pub use self::sea::{SeaQuirks, SeaSettings};
pub use self::socket::SocketSettings;

use crate::store::StoreQuirks;
use crate::thrift::ThriftVersion;

/// The behavior of a service. Set the fields that matter and leave the rest to
/// `..Settings::default()`. A limit of `Duration::MAX` is never reached.
///
/// ```
/// use std::time::Duration;
/// use dbsql_local::{Service, Settings};
///
/// // Results are sent as links to small files, which clients download.
/// let settings = Settings { link_threshold: 0, file_bytes: 64 * 1024, ..Settings::default() };
/// let service = Service::builder().settings(settings).build();
/// assert_eq!(service.settings().warehouse_id(), "local");
///
/// // From now on links expire after a second.
/// service.change_settings(|settings| settings.link_lifetime = Duration::from_secs(1));
/// assert_eq!(service.settings().link_lifetime, Duration::from_secs(1));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The path of the Thrift endpoint. `/sql/1.0/warehouses/local` by default.
    pub http_path: String,
    /// The newest version of the Thrift protocol that a session can use. The newest version by
    /// default.
    pub thrift_version: ThriftVersion,
    /// How long a request for direct results waits for the statement. 5 seconds by default.
    pub direct_result_window: Duration,
    /// How long a status call waits for the status to change. 5 seconds by default. A cancel ends
    /// the wait; a client that makes its calls one after another, as the Python connector does, can
    /// only cancel between two of them, and so sooner with a shorter wait.
    pub status_window: Duration,
    /// The timeout of a statement without its own. 2 days by default.
    pub statement_timeout: Duration,
    /// How long a Thrift operation may be idle before it is closed, running or not. 1 hour by
    /// default.
    pub operation_idle: Duration,
    /// How long a session may be idle before it is closed with all its operations. 8 hours by
    /// default.
    pub session_idle: Duration,
    /// The maximum number of open sessions. 10 000 by default. More are rejected, so that a client
    /// that leaks is detected, and one that runs away cannot exhaust the machine.
    pub max_sessions: usize,
    /// The maximum number of open operations per session, likewise. 20 000 by default.
    pub max_session_operations: usize,
    /// Results above this size in bytes are sent as links, if the client supports them. 2 MiB by
    /// default.
    pub link_threshold: u64,
    /// The maximum size of a result file in bytes, before compression. 20 MiB by default.
    pub file_bytes: u64,
    /// The maximum number of links in a response, with or without direct results. 16 by default, so
    /// that clients download several files at once. Otherwise only the size that the client
    /// requests limits them.
    pub links_per_page: usize,
    /// How long links are valid. 15 minutes by default.
    pub link_lifetime: Duration,
    /// The maximum size of an inline Arrow batch in bytes. 2 MiB by default.
    pub batch_bytes: u64,
    /// The maximum size of the rows in a response, whatever the client requests. Ignored for links.
    /// 32 MiB by default.
    pub page_bytes: u64,
    /// The maximum number of rows in a response, whatever the client requests. Ignored for links.
    /// No limit by default.
    pub page_rows: u64,
    /// Whether results are sent as Arrow to clients that request it; otherwise as columns, as by
    /// old servers. On by default.
    pub arrow: bool,
    /// The maximum size of all results in memory in bytes. 1 GiB by default. Beyond it results, and
    /// the files that they are downloaded as, are held in temporary files without a name, which are
    /// deleted with their operation and when the program ends, however it ends. Results that were
    /// [encoded in advance](crate::engine::EncodedRows) belong to their engine and do not count.
    pub result_memory: u64,
    /// The folder of these temporary files. By default that of the system, such as `/tmp`.
    pub result_folder: Option<PathBuf>,
    /// How results are read: by offset by default.
    pub reading: Reading,
    /// How long the warehouse takes to start: it is stopped until the first session, statement or
    /// start request, and statements wait. Zero by default: it is running.
    pub cold_start: Duration,
    /// The maximum number of statements in the query history, of both protocols together. 10 000 by
    /// default; the oldest are dropped. At most 8 KiB of each text are stored. A closed statement
    /// of the Statement Execution API is known for as long as it is in the history.
    pub history_length: usize,
    /// The settings of the Statement Execution API.
    pub sea: SeaSettings,
    /// The limits of connections.
    pub socket: SocketSettings,
    /// The settings of the sign-in endpoints.
    pub oauth: OAuthSettings,
    /// Legal but rare behavior.
    pub quirks: Quirks,
}

/// Rare but legal behavior of servers, and differences between them. All off by default.
///
/// ```
/// use std::time::Duration;
/// use dbsql_local::{Quirks, Service, Settings};
///
/// let quirks = Quirks {
///     empty_pages: true,
///     unknown_fields: true,
///     pending_for: Duration::from_secs(2),
///     ..Quirks::default()
/// };
/// let service = Service::builder().settings(Settings { quirks, ..Settings::default() }).build();
/// assert!(service.settings().quirks.empty_pages);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// Thrift sessions are rejected with SQLSTATE `KP001`, as by a warehouse that only supports the
    /// Statement Execution API.
    pub refuse_thrift: bool,
    /// The number of frames of compressed batches and files, one of them empty, if more than 1.
    pub lz4_frames: usize,
    /// The number of padding rows in each file.
    pub padding_rows: u64,
    /// Each response with rows is preceded by one without rows that announces more.
    pub empty_pages: bool,
    /// `FETCH_FIRST` is rejected, as by engines whose rows can be read only once.
    pub reject_fetch_first: bool,
    /// The expiry of links is in seconds instead of milliseconds.
    pub expiry_in_seconds: bool,
    /// The operation is closed together with a direct result whose rows are all behind links.
    pub close_with_links: bool,
    /// Closing a session leaves its operations: they and their results stay until they are closed
    /// or idle for too long. By default they end with it. Both are known of servers.
    pub keep_operations: bool,
    /// The response to a call on an unknown handle.
    pub gone: Gone,
    /// Bodies of responses arrive in two pieces with a pause before each. Otherwise they arrive in
    /// one piece in process.
    pub split_bodies: bool,
    /// A load balancer with two nodes: `OpenSession` returns a cookie with these attributes (such
    /// as `Path=/; HttpOnly`), and only calls that return the cookie reach the node of their
    /// session. All others get `Invalid SessionHandle`.
    pub node_cookie: Option<String>,
    /// An expired token gets a 403, as from some gateways, instead of a 401.
    pub forbid_expired_tokens: bool,
    /// Every struct of a response has undocumented fields, with ids from 3329 on and of every type,
    /// which servers use internally. A client must skip them.
    pub unknown_fields: bool,
    /// The length of null bitmaps in columnar rows.
    pub null_bitmaps: NullBitmaps,
    /// The behavior of the object store.
    pub store: StoreQuirks,
    /// The behavior of the Statement Execution API.
    pub sea: SeaQuirks,
    /// How long operations stay in `INITIALIZED_STATE`, whose number is 0, before they are pending.
    /// The engine is called when a statement starts to run.
    pub initialized_for: Duration,
    /// How long operations stay in `PENDING_STATE` before they run, as in a queue. If zero, they
    /// are pending for a moment.
    pub pending_for: Duration,
}

impl Settings {
    /// The Thrift server of Apache Spark: none of Databricks' extensions (direct results, offsets,
    /// Arrow, links, catalogs of a session), one cursor per result, and every page claims that
    /// there are no more rows.
    #[must_use]
    pub fn spark() -> Self {
        Self {
            thrift_version: ThriftVersion::HIVE_V10,
            reading: Reading::ByCursor(PageStart::FirstRow),
            quirks: Quirks { gone: Gone::Text, ..Quirks::default() },
            ..Self::default()
        }
    }

    /// Like [`spark`](Self::spark), and every page claims to start at row 0, as with HiveServer2.
    #[must_use]
    pub fn hive() -> Self {
        Self { reading: Reading::ByCursor(PageStart::Zero), ..Self::spark() }
    }

    /// Like [`spark`](Self::spark), and every page claims to start at the row after its last one,
    /// as with Apache Kyuubi.
    #[must_use]
    pub fn kyuubi() -> Self {
        Self { reading: Reading::ByCursor(PageStart::End), ..Self::spark() }
    }

    /// Returns the id of the warehouse: the last segment of its path.
    #[must_use]
    pub fn warehouse_id(&self) -> &str {
        let path = self.http_path.split('?').next().unwrap_or_default();
        path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }
}

/// How the rows of a result are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// Each fetch specifies its first row, there may be any number of readers, and pages say
    /// whether there are more rows.
    #[default]
    ByOffset,
    /// There is one cursor per result, which `FETCH_FIRST` sets to the start: offsets are ignored,
    /// and every page claims that there are no more rows.
    ByCursor(PageStart),
}

/// The start row that pages of a server with cursors claim to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageStart {
    /// Their first row.
    #[default]
    FirstRow,
    /// Row 0 for every page.
    Zero,
    /// The row after their last one.
    End,
}

/// The response to a call on an unknown session or operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gone {
    /// HTTP 400 or 404 with a header that names what is gone, as from Databricks.
    #[default]
    Http,
    /// An error status with a message, as from Spark.
    Text,
    /// `INVALID_HANDLE_STATUS` without a message.
    InvalidHandle,
}

/// The length of a column's null bitmap, which has one bit per row, lowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NullBitmaps {
    /// As many bytes as the rows need.
    #[default]
    Exact,
    /// Up to the last NULL, and empty if there is none: a missing bit means a value.
    Short,
    /// Eight bytes longer, with every bit beyond the rows set.
    Long,
}

impl Default for Settings {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        const MINUTE: Duration = Duration::from_secs(60);
        Self {
            http_path: "/sql/1.0/warehouses/local".to_owned(),
            thrift_version: ThriftVersion::default(),
            direct_result_window: Duration::from_secs(5),
            status_window: Duration::from_secs(5),
            statement_timeout: 2 * 24 * 60 * MINUTE,
            operation_idle: 60 * MINUTE,
            session_idle: 8 * 60 * MINUTE,
            max_sessions: 10_000,
            max_session_operations: 20_000,
            link_threshold: 2 * MIB,
            file_bytes: 20 * MIB,
            links_per_page: 16,
            link_lifetime: 15 * MINUTE,
            batch_bytes: 2 * MIB,
            page_bytes: 32 * MIB,
            page_rows: u64::MAX,
            arrow: true,
            result_memory: 1024 * MIB,
            result_folder: None,
            reading: Reading::ByOffset,
            cold_start: Duration::ZERO,
            history_length: 10_000,
            sea: SeaSettings::default(),
            socket: SocketSettings::default(),
            oauth: OAuthSettings::default(),
            quirks: Quirks::default(),
        }
    }
}
