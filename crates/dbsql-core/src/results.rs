//! A result being read: Arrow batches in order.

mod affected;
mod crew;
mod cursor;
mod file;
mod inline;
mod keep_alive;
mod page_order;
mod paging;
mod pipeline;
mod reader;
mod ready;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use dbsql_protocol::handle::QueryId;
use dbsql_runtime::RuntimeId;
use dbsql_transport::BoxFuture;
use futures_core::Stream;
use tokio::sync::Mutex;
use tracing::Instrument;

use self::crew::Fetcher;
use self::cursor::Cursor;
use self::keep_alive::KeepAlive;
use self::reader::{Reader, broken_direct_result};
use crate::backend::Until;
use crate::backend::pages::{PageAccess, Pages};
use crate::deadline::{Deadline, resolve};
use crate::exclusive::Exclusive;
use crate::operation::Operation;
use crate::telemetry::Observation;
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// The result of a statement: reads its rows as Arrow batches, in order, each row once.
///
/// Read it with [`next`](Self::next), as a [`Stream`], or at once with
/// [`fetch_all`](Self::fetch_all).
///
/// # Retrying
///
/// After a transient error, [`next`](Self::next) may be called again on the same `ResultSet`: it
/// continues where it was. This applies to every `ResultSet`, including one from
/// [`execute`](crate::Client::execute).
///
/// [`Error::retry`] is about the call that created the `ResultSet`:
///
/// * [`get_results`](crate::AsyncExecution::get_results) may be repeated, so a transient error is
///   [`RepeatCall`](RetryAdvice::RepeatCall). To continue in another task or process, pass
///   [`position`](Self::position) to
///   [`get_results_from`](crate::AsyncExecution::get_results_from).
/// * Repeating [`execute`](crate::Client::execute) would run the statement again, so every error of
///   its `ResultSet` that could otherwise be retried is [`Unsafe`](RetryAdvice::Unsafe).
///
/// # The end
///
/// Rows are checked by their numbers, so a gap, a repeated row, or an end before a row that was
/// read is an error. Only the server knows where the end is. Databricks reports with the last rows
/// that there are no more, which is trusted unless
/// [`Config::confirm_end`](crate::Config::confirm_end) is set. Apache Spark, HiveServer2 and Apache
/// Kyuubi report it with an empty response. A response without rows that does not report the end,
/// or that starts at an unexpected row, must be followed by a second one.
///
/// # One cursor per result
///
/// Apache Spark, HiveServer2 and Apache Kyuubi keep one cursor per result, so only one reader can
/// read at a time. After a lost response the result is read again from the start and rows returned
/// before are skipped; [`get_results_from`](crate::AsyncExecution::get_results_from) does the same.
///
/// * HiveServer2 does not report which rows a response contains. There, another reader that moves the
///   cursor at the same time cannot be detected.
/// * Some engines behind Kyuubi cannot rewind. There, a result is read once, by the client that
///   submitted the statement and if its handle was not requested before; otherwise the error is
///   [`Unsupported`](ErrorKind::Unsupported). After a lost response it is
///   [`ResultGone`](ErrorKind::ResultGone).
///
/// # Runtimes and tasks
///
/// Downloads and fetches run in tasks that the `ResultSet` owns. They end when it is dropped. It
/// may be read from one tokio runtime after another: what was in flight in the first is fetched
/// again in the second.
///
/// While it is open and not being read, a task in the runtime that it was last read in keeps the
/// operation alive on the server (see [`Config::keep_alive`](crate::Config::keep_alive)).
///
/// # Examples
///
/// ```
/// use dbsql_core::{Client, Error};
///
/// # async fn sample(client: Client) -> Result<(), Error> {
/// let query = client.execute_async("SELECT id FROM RANGE(1000000)").await?;
/// let mut results = query.get_results().await?;
/// let mut rows = 0;
/// while let Some(batch) = results.next().await? {
///     rows += batch.num_rows();
/// }
/// assert_eq!(results.position(), rows as u64);
/// # Ok(()) }
/// ```
#[must_use = "the statement has run: read its result, or drop it with `let _ =`"]
pub struct ResultSet {
    operation: Arc<Operation>,
    pages: Arc<dyn Pages>,
    /// `None` after the end. Locked only by the pull, so that dropping one loses nothing.
    reader: Option<Arc<Mutex<Reader>>>,
    /// A call of `next` that was started. It is kept when the caller's future is dropped, and the
    /// next call continues with it.
    pull: Exclusive<Option<Pull>>,
    position: u64,
    /// The number of modified rows, from the only row that was read.
    affected: Option<u64>,
    owner: Owner,
    until: Until,
    keep_alive: Option<KeepAlive>,
    /// The tokio runtime that it was last read in.
    home: Option<RuntimeId>,
    /// Whether it has ended with an error as a stream.
    stream_failed: bool,
    /// Begins with the first read.
    observation: Option<Observation>,
}

/// The owner of an operation: it determines whether the operation is closed when its result is
/// drained or dropped, and what may be repeated after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The result alone (`execute`).
    Result,
    /// The holders of a handle (`execute_async`).
    Handle,
}

struct Pull {
    pulled: BoxFuture<'static, Result<Option<RecordBatch>>>,
    /// Ready when the deadline passes; for a pull that was started under another one.
    expiry: Option<BoxFuture<'static, ()>>,
}

impl ResultSet {
    /// Opens the result of a finished operation for reading from `row`.
    pub(crate) async fn open(
        operation: Arc<Operation>,
        row: u64,
        owner: Owner,
        until: Until,
    ) -> Result<Self> {
        let opened = operation.open_result(until).await;
        let pages = opened.map_err(|error| match operation.closed_at_submit() {
            true => broken_direct_result(error),
            false => error,
        })?;
        Self::read(operation, pages, row, owner)
    }

    /// Reads these pages of an operation from `row` on.
    fn read(
        operation: Arc<Operation>,
        pages: Arc<dyn Pages>,
        row: u64,
        owner: Owner,
    ) -> Result<Self> {
        let engine = &operation.engine;
        let only_reader = match pages.access() {
            PageAccess::ByCursor => Some(
                engine
                    .reading
                    .cursors
                    .take(operation.query_id())
                    .ok_or_else(|| operation.label(second_reader()))?,
            ),
            PageAccess::ByRow | PageAccess::AttachedOnly => None,
        };
        let fetcher = Fetcher {
            pages: Arc::clone(&pages),
            storage: engine.reading.storage.clone(),
            runtime: engine.runtime.clone(),
            page_bytes: engine.reading.page_bytes,
            confirm_end: engine.reading.confirm_end,
        };
        let cursor = Cursor::new(only_reader);
        let reader = Reader::new(fetcher, cursor, engine.reading.byte_budget, row);
        Ok(Self {
            pages,
            reader: Some(Arc::new(Mutex::new(reader))),
            pull: Exclusive::new(None),
            position: row,
            affected: None,
            owner,
            until: None,
            keep_alive: None,
            home: None,
            stream_failed: false,
            observation: None,
            operation,
        }
        .with_keep_alive())
    }

    fn with_keep_alive(mut self) -> Self {
        self.home = self.operation.engine.runtime.current().ok();
        self.keep_alive = self.home.and_then(|_| KeepAlive::start(&self.operation));
        self
    }

    /// Sets the deadline for reading, for all calls together.
    ///
    /// It bounds every await, including a response that stalls. After
    /// [`Deadline`](ErrorKind::Deadline) the `ResultSet` is still usable: set another one and
    /// continue.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.operation.engine.runtime);
        if let Some(pull) = self.pull.get_mut() {
            pull.expiry = None;
        }
        self
    }

    /// Returns the schema. Known before the first batch, also for a result without rows.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(self.pages.layout().schema())
    }

    /// Returns the id of the query whose result this is.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.operation.query_id()
    }

    /// Returns the number of the next row, counted from 0 at the start of the result.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns the number of rows that a DML statement modified, if the server reports it.
    ///
    /// If it is reported with the status, it is known immediately. Other servers may report it in
    /// the result, which is a single row then: it is known once the result was read from row 0 to
    /// its end. The names of its columns, all BIGINT, start with `num_`; the number is
    /// `num_affected_rows`, or else the sum of those of `num_inserted_rows`, `num_updated_rows` and
    /// `num_deleted_rows` that are present. For any other result it is `None`.
    #[must_use]
    pub fn rows_affected(&self) -> Option<u64> {
        let reported = self.operation.status.borrow().report.rows_affected;
        // One row is the whole result once the end was seen after it.
        reported.or_else(|| self.affected.filter(|_| self.reader.is_none()))
    }

    /// Returns whether the server truncated the result at a limit; `None` if the protocol does not
    /// report it. Thrift does not, so with Thrift this is always `None`, even if a row limit was
    /// reached.
    #[must_use]
    pub fn is_truncated(&self) -> Option<bool> {
        self.pages.truncated()
    }

    /// Returns the next batch, never an empty one; `None` at the end (see [*the end*](Self#the-end)).
    ///
    /// The arrays of a batch share the buffer of the part of the result, such as a file, that
    /// contained it, often with other batches. Keeping one batch keeps the whole buffer in memory,
    /// and [`get_array_memory_size`](RecordBatch::get_array_memory_size) counts that buffer once
    /// for each array. [`batch::memory_size`](crate::batch::memory_size) returns the size of the
    /// rows, and [`batch::compact`](crate::batch::compact) a copy that keeps nothing else.
    ///
    /// # Errors
    ///
    /// After these the call may be repeated and continues where it was:
    /// [`Transport`](ErrorKind::Transport), [`Throttled`](ErrorKind::Throttled),
    /// [`StorageUnreachable`](ErrorKind::StorageUnreachable) and [`Deadline`](ErrorKind::Deadline).
    ///
    /// [`Decode`](ErrorKind::Decode), [`Protocol`](ErrorKind::Protocol) and
    /// [`Truncated`](ErrorKind::Truncated) when the result is damaged or incomplete;
    /// [`ResultGone`](ErrorKind::ResultGone) when the server no longer has it, or cannot rewind to
    /// it: the error contains the first row that was not read, the [`position`](Self::position);
    /// [`Failed`](ErrorKind::Failed) for a statement that fails while its rows are read;
    /// [`InvalidInput`](ErrorKind::InvalidInput) when reading started beyond the end;
    /// [`Unsupported`](ErrorKind::Unsupported) when another reader moves the only cursor of the
    /// result; [`Config`](ErrorKind::Config) outside a tokio runtime, and for a page that is larger
    /// than [`Config::byte_budget`](crate::Config::byte_budget).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no row: the next call continues with what was started.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        std::future::poll_fn(|cx| self.poll_pull(cx)).await
    }

    /// Returns all remaining batches. Holds all of them in memory, with the buffers that they
    /// share; see [`next`](Self::next).
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next). The batches read so far are lost then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the result and the batches read so far.
    pub async fn fetch_all(mut self) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        while let Some(batch) = self.next().await? {
            batches.push(batch);
        }
        Ok(batches)
    }

    /// Puts the query and the host on an error about the result.
    #[cfg(feature = "rows")]
    pub(crate) fn label(&self, error: Error) -> Error {
        self.operation.label(error)
    }

    pub(crate) fn poll_pull(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<RecordBatch>>> {
        let polled = loop {
            let Some(reader) = &self.reader else { return Poll::Ready(Ok(None)) };
            let here = match self.operation.engine.runtime.current() {
                Ok(here) => here,
                Err(error) => {
                    let config = Error::new(ErrorKind::Config, error.to_string());
                    break Err(config.with_next_step(error.next_step()));
                }
            };
            let moved = self.home.replace(here) != Some(here);
            if moved {
                // Timers and tasks of the other runtime may never wake anything again.
                *self.pull.get_mut() = None;
                self.keep_alive = KeepAlive::start(&self.operation);
            }
            let until = self.until;
            let pull = self.pull.get_mut().get_or_insert_with(|| {
                let reader = Arc::clone(reader);
                let pulled = async move { reader.lock_owned().await.next(here, until).await };
                let observation = self.observation.get_or_insert_with(|| {
                    self.operation.engine.telemetry.begin(&self.operation.call("fetch"))
                });
                observation.reads();
                let span = observation.span().clone();
                Pull { pulled: Box::pin(pulled.instrument(span)), expiry: None }
            });
            let Poll::Ready(pulled) = pull.pulled.as_mut().poll(cx) else {
                let error = ready!(self.poll_expiry(cx));
                break Err(error);
            };
            *self.pull.get_mut() = None;
            let now = self.operation.engine.runtime.now();
            let early = self.until.is_none_or(|until| now < until);
            match pulled {
                // The deadline of the call that began it, which is not the one of this.
                Err(error) if error.kind() == ErrorKind::Deadline && early => {}
                other => break other,
            }
        };
        if let Some(keep_alive) = &self.keep_alive {
            keep_alive.was_read();
        }
        self.observe(&polled);
        Poll::Ready(match polled {
            Ok(Some(batch)) => {
                self.affected = if self.position == 0 { affected::of(&batch) } else { None };
                self.position += batch.num_rows() as u64;
                Ok(Some(batch))
            }
            Ok(None) => {
                self.end();
                Ok(None)
            }
            Err(error) => {
                let error = self.operation.was_alive(error);
                let is_gone = error.kind() == ErrorKind::ResultGone;
                let error = if is_gone { error.unread_from(self.position) } else { error };
                Err(self.owner.advise(error))
            }
        })
    }

    fn observe(&mut self, polled: &Result<Option<RecordBatch>>) {
        let Some(observation) = &mut self.observation else { return };
        match polled {
            Ok(batch) => {
                observation.succeeded();
                observation
                    .returned_rows(batch.as_ref().map_or(0, |batch| batch.num_rows() as u64));
            }
            Err(error) => observation.failed(error),
        }
    }

    /// A pull keeps to the deadline that it began under. Another call may have another one, and
    /// leaves the pull to the next.
    fn poll_expiry(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let (Some(until), Some(pull)) = (self.until, self.pull.get_mut()) else {
            return Poll::Pending;
        };
        let expiry = pull.expiry.get_or_insert_with(|| {
            let runtime = self.operation.engine.runtime.clone();
            Box::pin(async move { runtime.sleep_until(until).await })
        });
        ready!(expiry.as_mut().poll(cx));
        pull.expiry = None;
        let message = "the deadline passed while rows were in flight";
        Poll::Ready(Error::new(ErrorKind::Deadline, message))
    }

    /// Ends reading, and closes the operation where it belongs to the result alone.
    fn end(&mut self) {
        // First the reader and its tasks, which may hold the server's only cursor.
        *self.pull.get_mut() = None;
        self.keep_alive = None;
        self.observation = None;
        if self.reader.take().is_some() && self.owner == Owner::Result {
            self.operation.close_later();
        }
    }
}

impl Owner {
    /// The advice of an error that comes after the statement was accepted.
    fn advise(self, error: Error) -> Error {
        match (self, error.retry()) {
            (
                Self::Result,
                RetryAdvice::RepeatCall
                | RetryAdvice::RepeatCallAfter(_)
                | RetryAdvice::SafeToResubmit,
            ) => error.with_retry(RetryAdvice::Unsafe).with_next_step(
                "the statement ran: call next on the same ResultSet to continue; calling execute \
                 again would run it again",
            ),
            _ => error,
        }
    }
}

fn second_reader() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "the server keeps one cursor for each result, and another reader holds it",
    )
    .with_next_step("drain or drop the other reader first, or share its batches")
}

/// Ends after the last batch, or after the first error, so that no combinator spins on an error
/// that repeats. [`ResultSet::next`] may be called again after one.
impl Stream for ResultSet {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.stream_failed {
            return Poll::Ready(None);
        }
        let polled = ready!(self.poll_pull(cx));
        self.stream_failed = polled.is_err();
        Poll::Ready(polled.transpose())
    }
}

impl Drop for ResultSet {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for ResultSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultSet")
            .field("query_id", &format_args!("{}", self.query_id()))
            .field("position", &self.position)
            .field("ended", &self.reader.is_none())
            .finish_non_exhaustive()
    }
}
