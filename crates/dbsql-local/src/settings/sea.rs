//! The settings of the Statement Execution API.

use std::collections::BTreeMap;
use std::time::Duration;

/// The behavior of the Statement Execution API. Settings common to both protocols, such as
/// [`file_bytes`](crate::Settings::file_bytes), are in [`Settings`](crate::Settings).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeaSettings {
    /// How long a status request waits for the statement to end. Zero by default; real servers may
    /// wait for 5 seconds.
    pub status_window: Duration,
    /// The maximum number of links in a response, for a result that is always behind links. 1 by
    /// default. A result with the hybrid disposition has all its links in the first response.
    pub links_per_answer: usize,
    /// The maximum size of an inline result in bytes. 25 MiB by default; a statement with a larger
    /// result fails.
    pub inline_bytes: u64,
    /// The maximum size of the rows in an inline chunk in bytes. 5 MiB by default.
    pub inline_chunk_bytes: u64,
    /// How long a result is kept after its statement has succeeded, whatever is requested of it. 1
    /// hour by default. Then the statement is closed.
    pub result_lifetime: Duration,
    /// How long a statement is known after its end. 12 hours by default. Then it is unknown.
    pub record_lifetime: Duration,
    /// The headers that a download must have, returned with each link. None by default.
    pub link_headers: BTreeMap<String, String>,
}

impl Default for SeaSettings {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        const HOUR: Duration = Duration::from_secs(60 * 60);
        Self {
            status_window: Duration::ZERO,
            links_per_answer: 1,
            inline_bytes: 25 * MIB,
            inline_chunk_bytes: 5 * MIB,
            result_lifetime: HOUR,
            record_lifetime: 12 * HOUR,
            link_headers: BTreeMap::new(),
        }
    }
}

/// Rare but legal behavior of the Statement Execution API. All off by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeaQuirks {
    /// Fields that are zero, false or empty are omitted.
    pub omit_zeros: bool,
    /// A statement whose whole result is in the response to its submit is `CLOSED` there, and
    /// unknown afterwards.
    pub close_early: bool,
    /// The manifest has neither chunks nor counts.
    pub omit_counts: bool,
    /// A request with `row_offset` gets chunks that start at that row and end at other rows than in
    /// any other request.
    pub cut_anew: bool,
    /// A result with the hybrid disposition is never behind links: it consists of attachments of
    /// this many rows, if more than 0.
    pub attachment_rows: u64,
    /// The hybrid disposition is rejected with status 400, as for clients that the server does not
    /// know.
    pub refuse_hybrid: bool,
    /// Parameters without a name are rejected with status 400.
    pub refuse_positional: bool,
    /// A statement fails while another one of its session is running.
    pub busy_sessions: bool,
}
