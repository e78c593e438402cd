//! What can be set for the Statement Execution API.

use std::collections::BTreeMap;
use std::time::Duration;

/// How the Statement Execution API behaves. What both protocols share, such as
/// [`file_bytes`](crate::Settings::file_bytes), stands in [`Settings`](crate::Settings).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeaSettings {
    /// How long a request for the status is held until the statement ends. Zero by default; real servers
    /// may hold it for 5 seconds.
    pub status_window: Duration,
    /// The most links in one answer, for a result that is always behind links. 1 by default. A result of
    /// the hybrid disposition has all its links in the first answer.
    pub links_per_answer: usize,
    /// The largest result that can be in the answer, in bytes. 25 MiB by default; the statement fails if
    /// its result is larger.
    pub inline_bytes: u64,
    /// The most bytes of rows in one chunk of such a result. 5 MiB by default.
    pub inline_chunk_bytes: u64,
    /// How long a result lives after its statement has succeeded, whatever is asked about it. 1 hour by
    /// default. Then the statement is closed.
    pub result_lifetime: Duration,
    /// How long a statement that has ended is known, from its end on. 12 hours by default. Then it is
    /// answered like one that never was.
    pub record_lifetime: Duration,
    /// Headers that a download needs, told with each link. None by default.
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

/// What a server of the Statement Execution API may do and seldom does. All off by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeaQuirks {
    /// Fields whose value is zero, false or empty are left out.
    pub omit_zeros: bool,
    /// A statement whose whole result is in the answer to its submit is `CLOSED` there, and not known
    /// afterwards.
    pub close_early: bool,
    /// The manifest tells neither chunks nor counts.
    pub omit_counts: bool,
    /// A request with `row_offset` gets chunks that begin with that row and end where no other request
    /// has them end.
    pub cut_anew: bool,
    /// A result of the hybrid disposition is never behind links: it consists of attachments of so many
    /// rows, when more than 0.
    pub attachment_rows: u64,
    /// The hybrid disposition is refused with status 400, as to clients that the server does not know.
    pub refuse_hybrid: bool,
    /// Parameters without a name are refused with status 400.
    pub refuse_positional: bool,
    /// A statement of a session fails while another one of the session runs.
    pub busy_sessions: bool,
}
