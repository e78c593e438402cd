//! Result storage: downloads files, or parts of them, without the workspace's credentials.

mod download;
mod policy;
mod refusal;
mod request;
mod slots;
pub(crate) mod url;
mod version;

use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::SharedTransport;
use dbsql_transport::retry::{RetryBudget, RetryPolicy};
use http::{HeaderMap, Uri};

pub(crate) use self::download::{Chunk, Download};
pub(crate) use self::policy::LinkRules;
pub(crate) use self::slots::DownloadSlots;
pub(crate) use self::version::Version;

/// The storage of result files.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    pub(crate) transport: SharedTransport,
    pub(crate) runtime: Runtime,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    /// The timeout of the first byte of a response.
    pub(crate) response_timeout: Duration,
    /// The maximum pause between two bytes of a body.
    pub(crate) stall_timeout: Duration,
    /// The rules for links.
    pub(crate) links: Arc<LinkRules>,
    pub(crate) slots: DownloadSlots,
}

impl Storage {
    /// A download of the bytes `from..to`. Nothing is sent before the first
    /// [`chunk`](Download::chunk).
    pub(crate) fn download(
        &self,
        url: Uri,
        headers: HeaderMap,
        from: u64,
        to: Option<u64>,
        until: Option<Instant>,
    ) -> Download {
        Download::new(self.clone(), url, headers, from, to, until)
    }
}

#[cfg(test)]
mod tests;
