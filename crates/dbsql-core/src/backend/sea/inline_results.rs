//! Whether small results are requested inline, which a server may not allow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dbsql_protocol::sea::{Disposition, ExecuteStatement, WaitTimeout};

use crate::{Error, ErrorKind};

/// Whether statements are sent with the hybrid disposition, `INLINE_OR_EXTERNAL_LINKS`. Clones
/// share what was learned from the server.
#[derive(Clone, Debug)]
pub(super) struct InlineResults(Arc<AtomicBool>);

impl InlineResults {
    pub(super) fn new(wanted: bool) -> Self {
        Self(Arc::new(AtomicBool::new(wanted)))
    }

    /// Returns `true` if inline results are enabled and the server has not rejected them.
    pub(super) fn is_wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Requests inline rows. With this disposition, any wait timeout other than none or the
    /// server's default was observed to truncate results of several chunks.
    pub(super) fn ask(request: ExecuteStatement) -> ExecuteStatement {
        let wait_timeout = request.wait_timeout.filter(|wait| *wait == WaitTimeout::NONE);
        let disposition = Some(Disposition::InlineOrExternalLinks);
        ExecuteStatement { disposition, wait_timeout, ..request }
    }

    /// Returns `true` if a statement was rejected only because of its disposition. Databricks
    /// allows it to clients that it knows: `not a supported disposition`.
    pub(super) fn is_refused(error: &Error) -> bool {
        let text = error.server_diagnostics().unwrap_or_default().to_lowercase();
        error.kind() == ErrorKind::Rejected
            && text.contains("disposition")
            && text.contains("support")
    }

    /// Requests results as links from now on.
    pub(super) fn refused(&self, error: &Error) {
        if self.0.swap(false, Ordering::Relaxed) {
            tracing::info!(%error, "the server does not support inline results: requesting links instead");
        }
    }
}
