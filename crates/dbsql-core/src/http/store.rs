//! Result storage: fetches a file, without credentials, and retries until the deadline.

pub(crate) mod url;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::{Instant, PerRuntime, Runtime};
use dbsql_transport::retry::{RetryBudget, RetryPolicy, retry_after};
use dbsql_transport::{CollectError, SharedTransport, TransportErrorKind};
use http::{HeaderMap, Method, Request, Uri};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument;

use super::attempt::no_runtime;
use super::retries::{Next, OverBudget, Retries};
use crate::deadline::earlier;
use crate::{Error, ErrorKind, Result};

/// The size limit of a file. Servers split results into files of about 20 MB.
const FILE_BYTES_LIMIT: usize = 1 << 30;

/// Most requests for one file, the first and those that follow redirects.
const MAX_REQUESTS: usize = 3;

/// How often a host that cannot be reached is tried: the caller should hear of a blocked host soon.
const CONNECT_ATTEMPTS: u32 = 3;

/// The storage of result files.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    pub(crate) transport: SharedTransport,
    pub(crate) runtime: Runtime,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    /// How long one attempt may take.
    pub(crate) answer_timeout: Duration,
    pub(crate) slots: DownloadSlots,
}

/// How many downloads may be in flight at once, for each tokio runtime: one that does not run
/// cannot release a slot, and must not block another. Clones share the slots.
///
/// A slot belongs to a task, never to a future that its owner may keep without polling it.
#[derive(Clone, Debug)]
pub(crate) struct DownloadSlots {
    max_downloads: usize,
    slots: Arc<PerRuntime<Arc<Semaphore>>>,
}

/// The outcome of a download.
#[derive(Debug)]
pub(crate) enum Old {
    File(Bytes),
    /// The storage rejected the link, as it does when it has expired. It is believed over the
    /// clock.
    Rejected(Error),
}

impl DownloadSlots {
    /// `max_downloads` of 0 counts as 1.
    pub(crate) fn new(max_downloads: usize) -> Self {
        let max_downloads = max_downloads.clamp(1, Semaphore::MAX_PERMITS);
        Self { max_downloads, slots: Arc::new(PerRuntime::new()) }
    }

    async fn take(&self, runtime: &Runtime) -> Result<OwnedSemaphorePermit> {
        let make = || Arc::new(Semaphore::new(self.max_downloads));
        let slots = self.slots.get_or_make(runtime, make).map_err(no_runtime)?;
        Semaphore::acquire_owned(Arc::clone(&slots)).await.map_err(|error| {
            Error::new(ErrorKind::Transport, "downloads have ended").with_source(error)
        })
    }
}

impl Storage {
    /// # Errors
    ///
    /// `StorageUnreachable` when the host cannot be reached, `Transport` when it answers with
    /// errors, `Deadline`.
    pub(crate) async fn get(
        &self,
        url: &Uri,
        headers: &HeaderMap,
        until: Option<Instant>,
    ) -> Result<Old> {
        let host = url.host().unwrap_or_default();
        let mut retries = Retries::new(&self.runtime, &self.retry, &self.budget, until);
        let mut unreachable = 0;
        loop {
            // Held during an attempt, not between two.
            let slot = self.runtime.timeout_at(until, self.slots.take(&self.runtime)).await;
            let slot = slot.map_err(|_| deadline_passed(host))??;
            // The URL carries a signature: the span names the host and nothing else.
            let span = tracing::debug_span!("dbsql.download", host);
            let timeout = self.runtime.now().checked_add(self.answer_timeout);
            let attempt = self.attempt(url, headers).instrument(span);
            let outcome = self.runtime.timeout_at(earlier(until, timeout), attempt).await;
            drop(slot);
            let (error, wait) = match outcome {
                Ok(Ok(download)) => {
                    retries.succeeded();
                    return Ok(download);
                }
                Ok(Err(Failure { error, wait, transient: true })) => (error, wait),
                Ok(Err(Failure { error, .. })) => return Err(error),
                Err(_) if until.is_some_and(|until| self.runtime.now() >= until) => {
                    return Err(deadline_passed(host));
                }
                Err(_) => {
                    let message = "the download of a result file timed out";
                    (Error::new(ErrorKind::Transport, message).with_host(host), None)
                }
            };
            tracing::debug!(%error, "download failed");
            unreachable += u32::from(error.kind() == ErrorKind::StorageUnreachable);
            if unreachable >= CONNECT_ATTEMPTS {
                return Err(error);
            }
            let Next::At(wake) = retries.after_failure(wait, OverBudget::GiveUp) else {
                return Err(error.after(wait));
            };
            self.runtime.sleep_until(wake).await;
        }
    }

    /// One attempt, with the redirects that it meets.
    async fn attempt(&self, url: &Uri, headers: &HeaderMap) -> Result<Old, Failure> {
        let mut url = url.clone();
        for _ in 0..MAX_REQUESTS {
            match self.request(&url, headers).await? {
                Response::Done(download) => return Ok(download),
                Response::Redirect(next) => url = next,
            }
        }
        let host = url.host().unwrap_or_default();
        let message = "too many redirects from result storage";
        let error = Error::new(ErrorKind::Protocol, message).with_host(host);
        Err(Failure { error, wait: None, transient: false })
    }

    async fn request(&self, url: &Uri, headers: &HeaderMap) -> Result<Response, Failure> {
        let host = url.host().unwrap_or_default();
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers.clone();
        let response = self.transport.send(request).await.map_err(|error| {
            let transient = !error.is_tls() && error.kind() != TransportErrorKind::Other;
            let unreachable = error.kind() == TransportErrorKind::Connect || !transient;
            let kind =
                if unreachable { ErrorKind::StorageUnreachable } else { ErrorKind::Transport };
            let message = "the download of a result file failed";
            Failure {
                error: Error::new(kind, message).with_host(host).with_source(error),
                wait: None,
                transient,
            }
        })?;
        let status = response.status();
        let wait = retry_after(response.headers(), self.runtime.wall_now());
        let rejected = |kind, text: &str| {
            Error::new(kind, format!("{text} (HTTP {})", status.as_u16())).with_host(host)
        };
        match status.as_u16() {
            200 => {}
            401 | 403 | 404 | 410 => {
                let text = "the result link expired or was rejected";
                return Ok(Response::Done(Old::Rejected(rejected(ErrorKind::ResultGone, text))));
            }
            301 | 302 | 303 | 307 | 308 => {
                let next = url::redirected(url, response.headers(), headers.is_empty());
                return next.map(Response::Redirect).map_err(|text| {
                    let error = rejected(ErrorKind::Protocol, text);
                    Failure { error, wait: None, transient: false }
                });
            }
            408 | 425 | 429 | 500..=599 => {
                let text = "result storage failed";
                let error = rejected(ErrorKind::Transport, text);
                return Err(Failure { error, wait, transient: true });
            }
            _ => {
                let text = "invalid response from result storage";
                let error = rejected(ErrorKind::Protocol, text);
                return Err(Failure { error, wait: None, transient: false });
            }
        }
        let body = response.into_body().collect(FILE_BYTES_LIMIT).await.map_err(|error| {
            let transient = matches!(error, CollectError::Transport(_));
            let message = "the download of a result file was interrupted";
            let error =
                Error::new(ErrorKind::Transport, message).with_host(host).with_source(error);
            Failure { error, wait: None, transient }
        })?;
        Ok(Response::Done(Old::File(body)))
    }
}

/// The response to one request for a file.
enum Response {
    Done(Old),
    Redirect(Uri),
}

struct Failure {
    error: Error,
    wait: Option<Duration>,
    /// Whether a retry may help.
    transient: bool,
}

fn deadline_passed(host: &str) -> Error {
    let message = "the deadline passed during the download of a result file";
    Error::new(ErrorKind::Deadline, message).with_host(host)
}

/// One file.
#[derive(Debug)]
pub(crate) struct Download {
    storage: Storage,
    url: Uri,
    headers: HeaderMap,
    until: Option<Instant>,
    position: u64,
    done: bool,
}
#[derive(Debug)]
pub(crate) enum Chunk {
    Bytes(Bytes),
    End,
    Rejected(Error),
    Changed(Error),
}
impl Storage {
    pub(crate) fn download(
        &self,
        url: Uri,
        headers: HeaderMap,
        _from: u64,
        _to: Option<u64>,
        until: Option<Instant>,
    ) -> Download {
        Download { storage: self.clone(), url, headers, until, position: 0, done: false }
    }
}
impl Download {
    pub(crate) async fn chunk(&mut self) -> Result<Chunk> {
        if self.done {
            return Ok(Chunk::End);
        }
        match self.storage.get(&self.url, &self.headers, self.until).await? {
            self::Old::File(b) => {
                self.done = true;
                self.position += b.len() as u64;
                if b.is_empty() { Ok(Chunk::End) } else { Ok(Chunk::Bytes(b)) }
            }
            self::Old::Rejected(e) => Ok(Chunk::Rejected(e)),
        }
    }
    pub(crate) fn relink(&mut self, url: Uri, headers: HeaderMap) {
        self.url = url;
        self.headers = headers;
    }
    pub(crate) fn suspend(&mut self) {}
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
}
impl DownloadSlots {
    pub(crate) fn max_downloads(&self) -> usize {
        self.max_downloads
    }
}
