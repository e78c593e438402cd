//! A result being read: Arrow batches in order.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use dbsql_protocol::handle::QueryId;
use dbsql_runtime::{Instant, Tasks};
use dbsql_transport::BoxFuture;
use futures_core::Stream;
use tracing::Instrument;

use crate::backend::ResultSource;
use crate::deadline::{Deadline, resolve};
use crate::operation::Operation;
use crate::{Error, ErrorKind, Result};

/// A result being read, batch by batch, in order, each row once.
///
/// Read it with [`next`](Self::next), as a [`Stream`], or at once with
/// [`fetch_all`](Self::fetch_all). After an error of the network the same call may be repeated
/// and goes on where it was; [`position`](Self::position) and
/// [`get_results_from`](crate::AsyncExecution::get_results_from) resume it elsewhere.
///
/// While it is open and nobody reads, the operation is kept alive on the server (see
/// [`Config::keep_alive`](crate::Config::keep_alive)).
#[must_use = "a result does nothing unless it is read"]
pub struct ResultSet {
    operation: Arc<Operation>,
    schema: SchemaRef,
    source: Source,
    position: u64,
    close: CloseOnEnd,
    until: Option<Instant>,
    /// Ready when the deadline passes; for a pull that began under another one.
    expiry: Option<BoxFuture<'static, ()>>,
    keep_alive: Option<KeepAlive>,
}

/// Whether the operation is closed when its result is drained or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseOnEnd {
    /// It belongs to this result alone (`execute`).
    Yes,
    /// It belongs to whoever holds a handle (`execute_async`).
    No,
}

type Pulled = (Box<dyn ResultSource>, Result<Option<RecordBatch>>);

enum Source {
    Idle(Box<dyn ResultSource>),
    /// A pull under way. It stays here when the caller's future is dropped, and the next call
    /// goes on with it: nothing is lost.
    Pulling(BoxFuture<'static, Pulled>),
    Ended,
}

impl ResultSet {
    pub(crate) fn new(
        operation: Arc<Operation>,
        source: Box<dyn ResultSource>,
        position: u64,
        close: CloseOnEnd,
    ) -> Self {
        Self {
            schema: source.schema(),
            keep_alive: KeepAlive::start(&operation),
            operation,
            source: Source::Idle(source),
            position,
            close,
            until: None,
            expiry: None,
        }
    }

    /// Until when reading may take, all of it together.
    pub fn with_deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.operation.engine.runtime);
        self.expiry = None;
        self
    }

    /// The columns. Known before the first batch, also for a result without rows.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The query whose result this is.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.operation.query_id()
    }

    /// The number of the next row, counted from 0 at the start of the result.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How many rows a DML statement changed, where the server tells.
    #[must_use]
    pub fn rows_affected(&self) -> Option<u64> {
        self.operation.status.borrow().report.rows_affected
    }

    /// Whether the server says that it cut the result off at a limit. Thrift has no such word, so
    /// over Thrift this is always `false`, also when a row limit was reached.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        false
    }

    /// The next batch, never an empty one; `None` when the end of the result is proven.
    ///
    /// Cancel-safe: dropping the future loses no row, the next call goes on.
    ///
    /// # Errors
    ///
    /// [`Transport`](crate::ErrorKind::Transport), [`Throttled`](crate::ErrorKind::Throttled) and
    /// [`Deadline`](crate::ErrorKind::Deadline), after which the call may be repeated;
    /// [`ResultGone`](crate::ErrorKind::ResultGone), [`Failed`](crate::ErrorKind::Failed) for a
    /// statement that fails while its rows are read, [`Decode`](crate::ErrorKind::Decode),
    /// [`Protocol`](crate::ErrorKind::Protocol) and [`Truncated`](crate::ErrorKind::Truncated)
    /// when what arrives is not the whole result,
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when reading was to start beyond its end.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        std::future::poll_fn(|cx| self.poll_pull(cx)).await
    }

    /// All batches that are left. Holds them in memory, all of them.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next); what was read is lost then.
    pub async fn fetch_all(mut self) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        while let Some(batch) = self.next().await? {
            batches.push(batch);
        }
        Ok(batches)
    }

    fn poll_pull(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<RecordBatch>>> {
        if let Source::Idle(_) = self.source
            && let Source::Idle(mut source) = std::mem::replace(&mut self.source, Source::Ended)
        {
            let until = self.until;
            let pull = async move {
                let pulled = source.next(until).await;
                (source, pulled)
            };
            let span = self.operation.span().clone();
            self.source = Source::Pulling(Box::pin(pull.instrument(span)));
        }
        let Source::Pulling(pull) = &mut self.source else { return Poll::Ready(Ok(None)) };
        let Poll::Ready((source, pulled)) = pull.as_mut().poll(cx) else {
            return self.poll_expiry(cx).map(Err);
        };
        if let Some(keep_alive) = &self.keep_alive {
            keep_alive.was_read();
        }
        let operation = &self.operation;
        let pulled = pulled.map_err(|error| operation.was_alive(error));
        let now = operation.engine.runtime.now();
        let early = self.until.is_none_or(|until| now < until);
        match &pulled {
            // The deadline of the call that began it, which is not the one of this.
            Err(error) if error.kind() == ErrorKind::Deadline && early => {
                self.source = Source::Idle(source);
                return self.poll_pull(cx);
            }
            Ok(None) => {
                self.source = Source::Ended;
                self.keep_alive = None;
                self.close_now();
            }
            Ok(Some(batch)) => {
                self.position += batch.num_rows() as u64;
                self.source = Source::Idle(source);
            }
            Err(_) => self.source = Source::Idle(source),
        }
        Poll::Ready(pulled)
    }

    /// A pull keeps to the deadline that it began under. Another call may have another one, and
    /// leaves the pull to the next.
    fn poll_expiry(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let Some(until) = self.until else { return Poll::Pending };
        let operation = &self.operation;
        let expiry = self.expiry.get_or_insert_with(|| {
            let runtime = operation.engine.runtime.clone();
            Box::pin(async move { runtime.sleep_until(until).await })
        });
        std::task::ready!(expiry.as_mut().poll(cx));
        self.expiry = None;
        let message = "the deadline passed while rows were on their way";
        Poll::Ready(operation.label(Error::new(ErrorKind::Deadline, message)))
    }

    fn close_now(&mut self) {
        if std::mem::replace(&mut self.close, CloseOnEnd::No) == CloseOnEnd::Yes {
            self.operation.close_later();
        }
    }
}

impl Stream for ResultSet {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_pull(cx).map(Result::transpose)
    }
}

impl Drop for ResultSet {
    fn drop(&mut self) {
        // A pull under way would hold the server's only cursor until it is done; end it first.
        self.source = Source::Ended;
        self.close_now();
    }
}

impl fmt::Debug for ResultSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultSet")
            .field("query_id", &format_args!("{}", self.query_id()))
            .field("position", &self.position)
            .field("ended", &matches!(self.source, Source::Ended))
            .finish_non_exhaustive()
    }
}

/// Touches the operation from time to time while nobody reads its result, so that the server does
/// not reap it as idle. Ends with its owner.
struct KeepAlive {
    read_lately: Arc<AtomicBool>,
    _tasks: Tasks,
}

/// After so many failures in a row there is nothing left to keep alive.
const MAX_FAILURES: u32 = 10;

/// How long one touch may take.
const TOUCH: Duration = Duration::from_secs(30);

impl KeepAlive {
    fn start(operation: &Arc<Operation>) -> Option<Self> {
        let every = operation.engine.defaults.keep_alive?;
        if operation.closed_at_submit() || every.is_zero() {
            return None;
        }
        let runtime = operation.engine.runtime.clone();
        let read_lately = Arc::new(AtomicBool::new(false));
        let tasks = runtime.tasks();
        let (operation, read) = (Arc::clone(operation), Arc::clone(&read_lately));
        tasks.spawn(async move {
            let mut failures = 0;
            while failures < MAX_FAILURES {
                runtime.sleep(every).await;
                if read.swap(false, Ordering::Relaxed) {
                    continue;
                }
                let until = runtime.now().checked_add(TOUCH);
                failures = match operation.sync(until).await {
                    Ok(_) => 0,
                    Err(_) => failures + 1,
                };
            }
        });
        Some(Self { read_lately, _tasks: tasks })
    }

    fn was_read(&self) {
        self.read_lately.store(true, Ordering::Relaxed);
    }
}
