//! A download that survives broken connections: it is resumed at the byte where the last one ended.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::Instant;
use dbsql_transport::Body;
use http::{HeaderMap, Uri};
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use super::Storage;
use super::request::{Failure, Opened, Response, Wanted, host};
use super::version::{Comparison, Version};
use crate::deadline::earlier;
use crate::http::retries::{Next, OverBudget, Retries};
use crate::telemetry::download_span;
use crate::{Error, ErrorKind, Result};

/// The number of attempts for an unreachable host: the caller should learn of a blocked host soon.
const CONNECT_ATTEMPTS: u32 = 3;

/// How long a download may stall before it is restarted, if that loses nothing: another connection
/// is often fast when one is stuck. Doubles each time.
const STRAGGLER_AFTER: Duration = Duration::from_secs(3);
const MAX_RESTARTS: u32 = 3;

/// How long to wait for the end of a body when all its bytes have arrived. Aborting it would reset
/// a stream of an HTTP/2 connection, and too many resets end the connection.
const BODY_END_TIMEOUT: Duration = Duration::from_millis(100);

/// A file, or a range of its bytes. Holds a connection and a slot of
/// [`DownloadSlots`](super::DownloadSlots) from the first [`chunk`](Self::chunk) to the end, a
/// failure or [`suspend`](Self::suspend); none between two attempts. Dropping it releases both.
pub(crate) struct Download {
    storage: Storage,
    url: Uri,
    headers: HeaderMap,
    until: Option<Instant>,
    position: u64,
    to: Option<u64>,
    version: Version,
    /// Whether bytes of this version were returned to the caller, so that those of another version
    /// are wrong.
    version_is_fixed: bool,
    resumes: Option<bool>,
    open: Option<Open>,
    /// The whole file, if it is available already.
    content: Option<Bytes>,
    /// Whether the body ended without an announced length.
    ended: bool,
    retries: Retries,
    unreachable: u32,
    /// How often it was restarted for stalling; the maximum unless it is impatient.
    restarts: u32,
    /// The position of the last failure, or the start.
    failed_at: u64,
}

/// The result of reading the next part of a file.
#[derive(Debug)]
pub(crate) enum Chunk {
    Bytes(Bytes),
    End,
    /// The link expired or was rejected: [`relink`](Download::relink) sets a fresh one.
    Rejected(Error),
    /// The file behind the link is not the one that was started.
    Changed(Error),
}

/// A response whose body is being read.
struct Open {
    body: Body,
    /// The offset in the file of the next byte of the body.
    at: u64,
    end: Option<u64>,
    /// The deadline for the first byte.
    first_byte_by: Option<Instant>,
    /// `None` once it was released for others.
    slot: Option<OwnedSemaphorePermit>,
}

type Step = Result<Option<Chunk>, Failure>;

impl Download {
    pub(super) fn new(
        storage: Storage,
        url: Uri,
        headers: HeaderMap,
        from: u64,
        to: Option<u64>,
        until: Option<Instant>,
    ) -> Self {
        let retries = Retries::new(&storage.runtime, &storage.retry, &storage.budget, until);
        Self {
            storage,
            url,
            headers,
            until,
            position: from,
            to,
            version: Version::default(),
            version_is_fixed: false,
            resumes: None,
            open: None,
            content: None,
            ended: false,
            retries,
            unreachable: 0,
            restarts: MAX_RESTARTS,
            failed_at: from,
        }
    }

    /// Sets the contents of the file: nothing is requested.
    pub(crate) fn of(mut self, content: Bytes) -> Self {
        self.version.total = Some(content.len() as u64);
        self.content = Some(content);
        self
    }

    /// Creates a download of another range of the same version of the file.
    pub(crate) fn part(&self, from: u64, to: Option<u64>) -> Self {
        let (url, headers) = (self.url.clone(), self.headers.clone());
        Self {
            version: self.version.clone(),
            version_is_fixed: self.version != Version::default(),
            resumes: self.resumes,
            ..Self::new(self.storage.clone(), url, headers, from, to, self.until)
        }
    }

    /// Returns the next bytes, in order and each once. Connects when necessary, and after a failure
    /// that a retry may resolve.
    ///
    /// It may be called again after an error. Cancel-safe: dropping the future drops the
    /// connection, and the next call resumes at the same byte.
    ///
    /// # Errors
    ///
    /// `StorageUnreachable` when the host cannot be reached, `Transport` and `Protocol` for
    /// failures that retries did not resolve, `Config` for a link that must not be followed,
    /// `Deadline`.
    pub(crate) async fn chunk(&mut self) -> Result<Chunk> {
        loop {
            if let Some(content) = self.content.take().filter(|_| self.position == 0) {
                self.position = content.len() as u64;
                return Ok(Chunk::Bytes(content));
            }
            if self.is_at_end() {
                self.finish().await;
                return Ok(Chunk::End);
            }
            let step = match self.open.take() {
                Some(open) => self.read(open).await,
                None => self.connect().await,
            };
            match step {
                Ok(Some(chunk)) => return Ok(chunk),
                Ok(None) => {}
                Err(failure) => self.recover(failure).await?,
            }
        }
    }

    /// Resumes at the same byte with a fresh link to the file.
    pub(crate) fn relink(&mut self, url: Uri, headers: HeaderMap) {
        self.suspend();
        (self.url, self.headers) = (url, headers);
        self.renew_retries();
    }

    /// Allows restarts, a few times, when it stalls for a few seconds.
    pub(crate) fn impatient(mut self) -> Self {
        self.restarts = 0;
        self
    }

    /// Releases connection and slot. The next [`chunk`](Self::chunk) resumes at the same byte.
    pub(crate) fn suspend(&mut self) {
        self.open = None;
    }

    /// Releases connection and slot, like [`suspend`](Self::suspend). If it could not resume
    /// afterwards, since the file has no version, it keeps the connection and releases only the
    /// slot: the download that waits for the slot may be the one that this one waits for.
    pub(crate) fn give_way(&mut self) {
        if !self.version_is_fixed || self.version.is_known() {
            self.suspend();
        } else if let Some(open) = &mut self.open {
            drop(open.slot.take());
        }
    }

    /// Returns the offset of the next byte.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Returns the length of the whole file, once a response has reported it.
    pub(crate) fn total(&self) -> Option<u64> {
        self.version.total
    }

    /// Returns whether the store honors ranges, once that is known.
    pub(crate) fn resumes(&self) -> Option<bool> {
        self.resumes
    }

    /// Returns the version of the file according to the response.
    pub(crate) fn version(&self) -> &Version {
        &self.version
    }

    /// Returns `true` if a response has the same version of the file as this download.
    pub(crate) fn is_of(&self, version: &Version) -> bool {
        self.version.compare(version) == Comparison::Same
    }

    /// Continues to the end of the file. Returns `false` if the end is unknown: the response is a
    /// part of a file whose length the store does not report.
    pub(crate) fn read_to_end(&mut self) -> bool {
        let is_part = self.to.take().is_some();
        !is_part || self.version.total.is_some()
    }

    /// Stops before this byte: another download takes the rest.
    pub(crate) fn end_at(&mut self, to: u64) {
        self.to = Some(self.to.map_or(to, |old| old.min(to)));
    }

    fn is_at_end(&self) -> bool {
        let reached = |end: Option<u64>| end.is_some_and(|end| self.position >= end);
        self.ended || reached(self.to) || reached(self.version.total)
    }

    /// Completes the response, if only its end is missing.
    async fn finish(&mut self) {
        if let Some(mut open) = self.open.take()
            && open.end == Some(open.at)
        {
            let limit = self.storage.runtime.now().checked_add(BODY_END_TIMEOUT);
            // Nothing more of it is needed.
            let _ = self.storage.runtime.timeout_at(limit, open.body.chunk()).await;
        }
    }

    async fn connect(&mut self) -> Step {
        let runtime = &self.storage.runtime;
        let slot = runtime.timeout_at(self.until, self.storage.slots.take(runtime)).await;
        let slot = slot.map_err(|_| self.deadline_passed())?.map_err(Failure::lasting)?;
        let span = download_span(&self.url, self.retries.begin());
        let wanted = Wanted {
            url: &self.url,
            headers: &self.headers,
            from: self.position,
            to: self.to,
            etag: self.version.strong_etag(),
            span: &span,
        };
        let first_byte_by = runtime.now().checked_add(self.storage.response_timeout);
        let stuck_by = self.stuck_by();
        let bound = earlier(self.until, earlier(first_byte_by, stuck_by));
        let request = self.storage.request(&wanted).instrument(span.clone());
        match runtime.timeout_at(bound, request).await {
            Err(_) if self.is_stuck(stuck_by) => Ok(None),
            Err(_) => Err(self.timed_out("the download of a result file timed out")),
            Ok(Err(failure)) => Err(failure),
            Ok(Ok(Response::Rejected(error))) => Ok(Some(Chunk::Rejected(error))),
            Ok(Ok(Response::OutOfRange { total, error })) => Ok(self.out_of_range(total, error)),
            Ok(Ok(Response::File(opened))) => self.accept(opened, first_byte_by, slot),
        }
    }

    /// Handles an offset beyond the end of the file.
    fn out_of_range(&mut self, total: Option<u64>, error: Error) -> Option<Chunk> {
        let known = self.version.total;
        if total.is_some() && known.is_some() && total != known {
            return Some(Chunk::Changed(self.changed()));
        }
        if total == Some(self.position) {
            self.ended = true;
            self.version.total = total;
            return None;
        }
        Some(Chunk::Rejected(error))
    }

    fn accept(
        &mut self,
        opened: Opened,
        first_byte_by: Option<Instant>,
        slot: OwnedSemaphorePermit,
    ) -> Step {
        let Opened { body, span, version, is_part, accepts_ranges } = opened;
        let asked_for_part = self.position > 0 || self.to.is_some();
        if is_part && span.start != self.position {
            let message = "result storage sent other bytes of a file than requested";
            return Err(Failure::transient(self.error(ErrorKind::Protocol, message)));
        }
        if self.version_is_fixed {
            let comparison = self.version.compare(&version);
            // The store compared the tag when it decided to send a part.
            let vouched = is_part && self.version.strong_etag().is_some();
            match comparison {
                Comparison::Same => {}
                Comparison::Unknown if vouched => {}
                Comparison::Changed | Comparison::Unknown => {
                    return Ok(Some(Chunk::Changed(self.changed())));
                }
                Comparison::Contradictory => {
                    let message = "result storage reported different lengths of a file";
                    return Err(Failure::transient(self.error(ErrorKind::Protocol, message)));
                }
            }
            self.version.learn(version);
        } else {
            self.version = version;
        }
        let ignored = asked_for_part && !is_part;
        if ignored && self.position == 0 {
            // The whole file is being sent: another request would start from the beginning again.
            self.to = None;
        }
        self.resumes = if ignored { Some(false) } else { accepts_ranges.or(self.resumes) };
        self.retries.succeeded();
        let open = Open { body, at: span.start, end: span.end, first_byte_by, slot: Some(slot) };
        self.open = Some(open);
        Ok(None)
    }

    /// Returns the next bytes of the body, skipping those that the caller has: a store that ignores
    /// ranges sends them again.
    async fn read(&mut self, mut open: Open) -> Step {
        let runtime = &self.storage.runtime;
        let stalled = runtime.now().checked_add(self.storage.stall_timeout);
        let limit = match open.first_byte_by.take() {
            Some(first) => stalled.map(|stalled| stalled.max(first)),
            None => stalled,
        };
        let stuck_by = self.stuck_by();
        let limit = earlier(self.until, earlier(limit, stuck_by));
        let read = match runtime.timeout_at(limit, open.body.chunk()).await {
            Ok(read) => read,
            Err(_) if self.is_stuck(stuck_by) => return Ok(None),
            Err(_) => return Err(self.timed_out("the download of a result file stalled")),
        };
        let read = read.map_err(|error| {
            let message = "the download of a result file was interrupted";
            Failure::transient(self.error(ErrorKind::Transport, message).with_source(error))
        })?;
        let Some(mut bytes) = read else { return self.body_ended(&open) };
        if let Some(end) = open.end {
            let room = usize::try_from(end.saturating_sub(open.at)).unwrap_or(usize::MAX);
            bytes.truncate(room);
        }
        let start = open.at;
        open.at = start.saturating_add(bytes.len() as u64);
        self.open = Some(open);
        let known = usize::try_from(self.position.saturating_sub(start)).unwrap_or(usize::MAX);
        let mut bytes = bytes.slice(known.min(bytes.len())..);
        if let Some(to) = self.to {
            let room = to.saturating_sub(self.position);
            bytes.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        self.position = self.position.saturating_add(bytes.len() as u64);
        self.version_is_fixed = true;
        Ok(Some(Chunk::Bytes(bytes)))
    }

    /// Returns when it is restarted unless bytes arrive; `None` if that would lose bytes, or was
    /// done often enough.
    fn stuck_by(&self) -> Option<Instant> {
        let is_free =
            !self.version_is_fixed || self.resumes == Some(true) && self.version.is_known();
        let wait = STRAGGLER_AFTER * (1 << self.restarts);
        let is_sooner = wait < self.storage.stall_timeout.min(self.storage.response_timeout);
        let now = self.storage.runtime.now();
        (is_free && is_sooner && self.restarts < MAX_RESTARTS).then(|| now.checked_add(wait))?
    }

    fn is_stuck(&mut self, stuck_by: Option<Instant>) -> bool {
        let now = self.storage.runtime.now();
        let is_past = |at: Option<Instant>| at.is_some_and(|at| now >= at);
        let is_stuck = is_past(stuck_by) && !is_past(self.until);
        if is_stuck {
            self.restarts += 1;
            tracing::debug!(position = self.position, "a download stalled: restarting it");
        }
        is_stuck
    }

    /// Handles a body that ended as if it were complete.
    fn body_ended(&mut self, open: &Open) -> Step {
        match open.end {
            Some(end) if open.at < end => {
                let message = "the download of a result file ended early";
                Err(Failure::transient(self.error(ErrorKind::Transport, message)))
            }
            // A part shorter than requested: the next one follows.
            Some(_) => Ok(None),
            None if open.at < self.position && self.version.has_etag() => {
                let message = "the download of a result file ended early";
                Err(Failure::transient(self.error(ErrorKind::Transport, message)))
            }
            None if open.at < self.position => Ok(Some(Chunk::Changed(self.changed()))),
            None => {
                self.ended = true;
                Ok(None)
            }
        }
    }

    /// Waits until the next attempt may start.
    async fn recover(&mut self, failure: Failure) -> Result<()> {
        let Failure { error, wait, transient } = failure;
        let has_advanced = self.failed_at < self.position;
        if has_advanced {
            self.renew_retries();
            // The attempt that brought bytes and failed is the first one at this byte.
            self.retries.begin();
        }
        let error = self.retries.tell(error);
        if !transient {
            return Err(error);
        }
        tracing::debug!(%error, position = self.position, "download failed");
        // A connection that breaks repeatedly but makes progress each time is not an outage.
        let over_budget = if has_advanced { OverBudget::WaitLonger } else { OverBudget::GiveUp };
        self.failed_at = self.position;
        self.unreachable += u32::from(error.kind() == ErrorKind::StorageUnreachable);
        let next = match self.unreachable {
            CONNECT_ATTEMPTS.. => Next::GiveUp,
            _ => self.retries.after_failure(wait, over_budget),
        };
        let Next::At(wake) = next else {
            self.renew_retries();
            return Err(error.after(wait));
        };
        self.storage.runtime.sleep_until(wake).await;
        Ok(())
    }

    fn renew_retries(&mut self) {
        let Storage { runtime, retry, budget, .. } = &self.storage;
        self.retries = Retries::new(runtime, retry, budget, self.until);
        self.unreachable = 0;
    }

    fn timed_out(&self, message: &str) -> Failure {
        if self.until.is_some_and(|until| self.storage.runtime.now() >= until) {
            return self.deadline_passed();
        }
        Failure::transient(self.error(ErrorKind::Transport, message))
    }

    fn deadline_passed(&self) -> Failure {
        let message = "the deadline passed during the download of a result file";
        Failure::lasting(self.error(ErrorKind::Deadline, message))
    }

    fn changed(&self) -> Error {
        let message = "the result file was replaced while it was read";
        self.error(ErrorKind::ResultGone, message)
    }

    fn error(&self, kind: ErrorKind, message: &str) -> Error {
        Error::new(kind, message).with_host(host(&self.url))
    }
}

/// Prints only the host: the URL is secret.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("host", &host(&self.url))
            .field("position", &self.position)
            .field("to", &self.to)
            .field("total", &self.version.total)
            .finish_non_exhaustive()
    }
}
