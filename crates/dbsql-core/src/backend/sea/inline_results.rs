//! Whether small results are asked for in the responses themselves, which a server may not allow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dbsql_protocol::sea::{Disposition, ExecuteStatement, WaitTimeout};

use crate::{Error, ErrorKind};

/// Whether statements are sent with the hybrid disposition, `INLINE_OR_EXTERNAL_LINKS`. Clones share what
/// the server said about it.
#[derive(Clone, Debug)]
pub(super) struct InlineResults(Arc<AtomicBool>);

impl InlineResults {
    pub(super) fn new(wanted: bool) -> Self {
        Self(Arc::new(AtomicBool::new(wanted)))
    }

    /// Whether they were set, and the server has not refused them.
    pub(super) fn is_wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks for rows in the response. With this disposition any other wait than none at all, or as long
    /// as the server likes, was seen to cut results of several chunks off.
    pub(super) fn ask(request: ExecuteStatement) -> ExecuteStatement {
        let wait_timeout = request.wait_timeout.filter(|wait| *wait == WaitTimeout::NONE);
        let disposition = Some(Disposition::InlineOrExternalLinks);
        ExecuteStatement { disposition, wait_timeout, ..request }
    }

    /// Whether a statement was rejected for its disposition alone. Databricks lets only clients in that it
    /// knows: `not a supported disposition`.
    pub(super) fn is_refused(error: &Error) -> bool {
        let text = error.server_diagnostics().unwrap_or_default().to_lowercase();
        error.kind() == ErrorKind::Rejected
            && text.contains("disposition")
            && text.contains("support")
    }

    /// From now on results are asked for as links.
    pub(super) fn refused(&self, error: &Error) {
        if self.0.swap(false, Ordering::Relaxed) {
            tracing::info!(%error, "the server sends no rows in its responses: they come as links");
        }
    }
}
