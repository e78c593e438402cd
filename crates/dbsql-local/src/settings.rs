//! What can be set on a service, as plain data.

mod oauth;
mod sea;

use std::time::Duration;

pub use self::oauth::{
    Consent, DatabricksConfig, EntraSettings, OAuthOverrides, OAuthSettings, TokenForm,
};
pub use self::sea::{SeaQuirks, SeaSettings};

use crate::store::StoreQuirks;
use crate::thrift::ThriftVersion;

/// How a service behaves. Take what matters and leave the rest to `..Settings::default()`.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The path that speaks Thrift. `/sql/1.0/warehouses/local` by default.
    pub http_path: String,
    /// The newest version of the Thrift protocol that a session can have. The newest there is by
    /// default.
    pub thrift_version: ThriftVersion,
    /// How long an answer with direct results waits for the statement. 5 seconds by default.
    pub direct_result_window: Duration,
    /// How long a status call is held until the status changes. 5 seconds by default.
    pub status_window: Duration,
    /// The time limit of a statement that has none of its own. 2 days by default.
    pub statement_timeout: Duration,
    /// How long an operation of Thrift may be idle before it is closed, running or not. 1 hour by
    /// default.
    pub operation_idle: Duration,
    /// How long a session may be idle before it is closed with all its operations. 8 hours by
    /// default.
    pub session_idle: Duration,
    /// The most sessions that can be open. 10 000 by default. More are refused, so that a client that
    /// leaks is found, and one that runs away cannot take the whole machine.
    pub max_sessions: usize,
    /// The most operations of a session that are not closed, likewise. 20 000 by default.
    pub max_session_operations: usize,
    /// Results above this size in bytes go behind links, if the client can follow them. 2 MiB by
    /// default.
    pub link_threshold: u64,
    /// The largest result file in bytes, before compression. 20 MiB by default.
    pub file_bytes: u64,
    /// The most links in one answer. 16 by default.
    pub links_per_page: usize,
    /// How long links are valid. 15 minutes by default.
    pub link_lifetime: Duration,
    /// The largest inline Arrow batch in bytes. 2 MiB by default.
    pub batch_bytes: u64,
    /// The most bytes of rows in one answer, whatever the client asks for. 32 MiB by default.
    pub page_bytes: u64,
    /// The most rows in one answer, whatever the client asks for. Does not count for links. No limit
    /// by default.
    pub page_rows: u64,
    /// Whether results are sent as Arrow to clients that ask for it; else in columns, as by old
    /// servers. On by default.
    pub arrow: bool,
    /// How results are read: by offset by default.
    pub reading: Reading,
    /// How long the warehouse takes to start: it is stopped until the first session, statement or request
    /// to start it, and statements wait. Zero by default: it runs.
    pub cold_start: Duration,
    /// The most statements in the query history, of both protocols together. 10 000 by default; the oldest
    /// are dropped. Of each text at most 8 KiB are kept. A statement of the Statement Execution API that is
    /// closed is known for as long as it is in the history.
    pub history_length: usize,
    /// The Statement Execution API.
    pub sea: SeaSettings,
    /// The sign-in endpoints.
    pub oauth: OAuthSettings,
    /// What is legal and rare.
    pub quirks: Quirks,
}

/// What a server may do and seldom does, and what differs between servers. All off by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// Sessions of Thrift are refused with SQLSTATE `KP001`, as by a warehouse that speaks the Statement
    /// Execution API alone.
    pub refuse_thrift: bool,
    /// Compressed batches and files are so many frames, one of them empty, when more than 1.
    pub lz4_frames: usize,
    /// Rows in each file beyond those that its link counts.
    pub padding_rows: u64,
    /// Before each answer with rows comes one without any that says there are more.
    pub empty_pages: bool,
    /// `FETCH_FIRST` is rejected, as by engines whose rows can be read once only.
    pub reject_fetch_first: bool,
    /// The expiry of links is in seconds, not in milliseconds.
    pub expiry_in_seconds: bool,
    /// The operation is closed together with a direct result whose rows are all behind links.
    pub close_with_links: bool,
    /// How a handle that is gone, or never was, is answered.
    pub gone: Gone,
    /// Bodies of answers arrive in two pieces with a pause before each. In process they arrive in one
    /// piece otherwise.
    pub split_bodies: bool,
    /// A load balancer with two nodes: `OpenSession` is answered with a cookie, whose attributes are
    /// these (`Path=/; HttpOnly` for example), and only calls that return the cookie reach the node
    /// of their session. All others get `Invalid SessionHandle`.
    pub node_cookie: Option<String>,
    /// A token that has expired is answered with 403, as some gateways do, not with 401.
    pub forbid_expired_tokens: bool,
    /// Every struct of an answer has fields that no public IDL lists, with ids from 3329 on and of
    /// every type, as servers have them for each other. A client must skip them.
    pub unknown_fields: bool,
    /// How long the bitmaps of NULLs in columnar rows are.
    pub null_bitmaps: NullBitmaps,
    /// What the object store does with downloads.
    pub store: StoreQuirks,
    /// What the Statement Execution API does.
    pub sea: SeaQuirks,
    /// How long operations stay in `INITIALIZED_STATE`, whose number is 0, before they are
    /// pending. The engine hears of a statement when it runs.
    pub initialized_for: Duration,
    /// How long operations stay in `PENDING_STATE` before they run, as in a queue. Without it they
    /// are pending for a moment.
    pub pending_for: Duration,
}

impl Settings {
    /// Apache Spark's own Thrift server: none of Databricks' extensions (direct results, offsets,
    /// Arrow, links, catalogs of a session), one cursor for each result, and every page says that
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

    /// Like [`spark`](Self::spark), and every page says that it starts at row 0, as with HiveServer2.
    #[must_use]
    pub fn hive() -> Self {
        Self { reading: Reading::ByCursor(PageStart::Zero), ..Self::spark() }
    }

    /// Like [`spark`](Self::spark), and every page says that it starts at the row after its last one,
    /// as with Apache Kyuubi.
    #[must_use]
    pub fn kyuubi() -> Self {
        Self { reading: Reading::ByCursor(PageStart::End), ..Self::spark() }
    }

    /// The id of the warehouse: the last part of its path.
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
    /// Each fetch names its first row, any number of readers may read, and pages say whether more
    /// rows follow.
    #[default]
    ByOffset,
    /// One cursor for each result, which `FETCH_FIRST` sets to the start: offsets are ignored, and
    /// every page says that no more rows follow.
    ByCursor(PageStart),
}

/// What the pages of a server with cursors say that they start at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageStart {
    /// Their first row.
    #[default]
    FirstRow,
    /// Row 0, each of them.
    Zero,
    /// The row after their last one.
    End,
}

/// How a server answers a call about a session or an operation that it does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gone {
    /// HTTP 400 or 404 with a header that says what is gone, as Databricks does.
    #[default]
    Http,
    /// An error status with a text, as Spark does.
    Text,
    /// `INVALID_HANDLE_STATUS` without a text.
    InvalidHandle,
}

/// How long the bitmap of NULLs of a column is, which has a bit for each row, the lowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NullBitmaps {
    /// As many bytes as its rows need.
    #[default]
    Exact,
    /// Not longer than up to the last NULL, and empty without one: a bit that is missing stands
    /// for a value.
    Short,
    /// Eight bytes longer, and every bit that belongs to no row is set.
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
            reading: Reading::ByOffset,
            cold_start: Duration::ZERO,
            history_length: 10_000,
            sea: SeaSettings::default(),
            oauth: OAuthSettings::default(),
            quirks: Quirks::default(),
        }
    }
}
