//! Getting a file from where results are stored: no credentials, no redirect to another scheme,
//! repeated until the deadline.

use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::retry::{RetryBudget, RetryPolicy, retry_after};
use dbsql_transport::{CollectError, SharedTransport, TransportErrorKind};
use http::header::LOCATION;
use http::{HeaderMap, Method, Request, Uri};
use tracing::Instrument;

use crate::deadline::earlier;
use crate::{Error, ErrorKind, Result};

/// Largest file collected; servers cut results into files of some twenty megabytes.
const FILE_LIMIT: usize = 1 << 30;

/// How often a store may send a download somewhere else.
const REDIRECTS: usize = 3;

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

    /// One try, through the redirects that the store asks for.
    async fn attempt(&self, url: &Uri, headers: &HeaderMap) -> Result<Download, Failure> {
        let mut url = url.clone();
        for _ in 0..REDIRECTS {
            match self.ask(&url, headers).await? {
                Answer::Done(download) => return Ok(download),
                Answer::Elsewhere(next) => url = next,
            }
        }
        let host = url.host().unwrap_or_default();
        let message = "the result store sends a download from place to place";
        let error = Error::new(ErrorKind::Protocol, message).with_host(host);
        Err(Failure { error, wait: None, passing: false })
    }

    async fn ask(&self, url: &Uri, headers: &HeaderMap) -> Result<Answer, Failure> {
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
                return Ok(Answer::Done(Download::Refused(refused(ErrorKind::ResultGone, text))));
            }
            301 | 302 | 303 | 307 | 308 => {
                let next = elsewhere(url, response.headers(), headers.is_empty());
                return next.map(Answer::Elsewhere).map_err(|text| {
                    let error = refused(ErrorKind::Protocol, text);
                    Failure { error, wait: None, passing: false }
                });
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
        Ok(Answer::Done(Download::File(body)))
    }
}

/// What one request for a file came to.
enum Answer {
    Done(Download),
    Elsewhere(Uri),
}

/// Where a redirect leads, if one may go there: never to another scheme, and to another host only
/// without headers, since those of a link may be meant for its host alone.
fn elsewhere(from: &Uri, answer: &HeaderMap, no_headers: bool) -> Result<Uri, &'static str> {
    let text = answer.get(LOCATION).and_then(|location| location.to_str().ok());
    let target = text.and_then(|text| text.parse::<Uri>().ok());
    let mut parts = target.ok_or("the result store redirects to no place")?.into_parts();
    if parts.authority.is_none() && parts.scheme.is_none() {
        parts.authority = from.authority().cloned();
        parts.scheme = from.scheme().cloned();
    }
    let to = Uri::from_parts(parts).map_err(|_| "the result store redirects to no place")?;
    if to.scheme() != from.scheme() {
        return Err("the result store redirects to another scheme, which is not followed");
    }
    if to.authority() != from.authority() && !no_headers {
        return Err("the result store redirects a request with headers to another host");
    }
    Ok(to)
}

struct Failure {
    error: Error,
    wait: Option<Duration>,
    /// Whether trying again may help.
    passing: bool,
}
