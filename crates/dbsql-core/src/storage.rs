//! Getting a file from where results are stored: no credentials, no redirects, repeated until the
//! deadline.

use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::retry::{RetryBudget, RetryPolicy, retry_after};
use dbsql_transport::{CollectError, SharedTransport, TransportErrorKind};
use http::{HeaderMap, Method, Request, Uri};
use tracing::Instrument;

use crate::deadline::earlier;
use crate::{Error, ErrorKind, Result};

/// Largest file collected; servers cut results into files of some twenty megabytes.
const FILE_LIMIT: usize = 1 << 30;

/// How often a host that cannot be reached is tried: who waits should hear of a blocked host soon.
const CONNECT_ATTEMPTS: u32 = 3;

/// The way to the stored files of results.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    pub(crate) transport: SharedTransport,
    pub(crate) runtime: Runtime,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    /// How long one attempt may take.
    pub(crate) answer_timeout: Duration,
}

/// What came of a download.
#[derive(Debug)]
pub(crate) enum Download {
    File(Bytes),
    /// The store says that the link does not hold, as they do when it has expired. It is believed
    /// over the clock.
    Refused(Error),
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
    ) -> Result<Download> {
        let host = url.host().unwrap_or_default();
        let mut backoff = self.retry.backoff();
        let mut unreachable = 0;
        loop {
            // The URL carries a signature: the span names the host and nothing else.
            let span = tracing::debug_span!("dbsql.download", host);
            let timeout = self.runtime.now().checked_add(self.answer_timeout);
            let attempt = self.attempt(url, headers).instrument(span);
            let outcome = self.runtime.timeout_at(earlier(until, timeout), attempt).await;
            let (error, wait) = match outcome {
                Ok(Ok(download)) => {
                    self.budget.credit();
                    return Ok(download);
                }
                Ok(Err(Failure { error, wait, passing: true })) => (error, wait),
                Ok(Err(Failure { error, .. })) => return Err(error),
                Err(_) if until.is_some_and(|until| self.runtime.now() >= until) => {
                    let message = "the deadline passed during the download of a result file";
                    return Err(Error::new(ErrorKind::Deadline, message).with_host(host));
                }
                Err(_) => {
                    let message = "a result file did not arrive in time";
                    (Error::new(ErrorKind::Transport, message).with_host(host), None)
                }
            };
            tracing::debug!(%error, "a download failed");
            unreachable += u32::from(error.kind() == ErrorKind::StorageUnreachable);
            if unreachable >= CONNECT_ATTEMPTS {
                return Err(error);
            }
            let delay = backoff.next_delay(&self.runtime, wait);
            let Some(delay) = delay.filter(|_| self.budget.try_spend()) else {
                return Err(error.after(wait));
            };
            let wake = self.runtime.now() + delay;
            if until.is_some_and(|until| wake >= until) {
                return Err(error.after(wait));
            }
            self.runtime.sleep_until(wake).await;
        }
    }

    async fn attempt(&self, url: &Uri, headers: &HeaderMap) -> Result<Download, Failure> {
        let host = url.host().unwrap_or_default();
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers.clone();
        let response = self.transport.send(request).await.map_err(|error| {
            let passing = !error.is_tls() && error.kind() != TransportErrorKind::Other;
            let unreachable = error.kind() == TransportErrorKind::Connect || !passing;
            let kind =
                if unreachable { ErrorKind::StorageUnreachable } else { ErrorKind::Transport };
            let message = format!("a result file cannot be fetched: {error}");
            Failure {
                error: Error::new(kind, message).with_host(host).with_source(error),
                wait: None,
                passing,
            }
        })?;
        let status = response.status();
        let wait = retry_after(response.headers(), self.runtime.wall_now());
        let refused = |kind, text: &str| {
            Error::new(kind, format!("{text} (HTTP {})", status.as_u16())).with_host(host)
        };
        match status.as_u16() {
            200 => {}
            401 | 403 | 404 | 410 => {
                let text = "the link to a result file does not hold any more";
                return Ok(Download::Refused(refused(ErrorKind::ResultGone, text)));
            }
            408 | 425 | 429 | 500..=599 => {
                let text = "the result store failed to answer";
                let error = refused(ErrorKind::Transport, text);
                return Err(Failure { error, wait, passing: true });
            }
            _ => {
                let text = "the result store gave an answer that cannot be used";
                let error = refused(ErrorKind::Protocol, text);
                return Err(Failure { error, wait: None, passing: false });
            }
        }
        let body = response.into_body().collect(FILE_LIMIT).await.map_err(|error| {
            let passing = matches!(error, CollectError::Transport(_));
            let message = "a result file was cut off on its way";
            let error =
                Error::new(ErrorKind::Transport, message).with_host(host).with_source(error);
            Failure { error, wait: None, passing }
        })?;
        Ok(Download::File(body))
    }
}

struct Failure {
    error: Error,
    wait: Option<Duration>,
    /// Whether trying again may help.
    passing: bool,
}
