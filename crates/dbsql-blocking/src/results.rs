//! Results, as an iterator of batches.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use dbsql::arrow::{array::RecordBatch, schema::SchemaRef};
use dbsql::{Deadline, QueryId, Result};

use crate::background::{Afterwards, Background};
use crate::reader::Reader;
#[cfg(feature = "rows")]
use crate::rows::Rows;

/// The result of a finished statement: an iterator over Arrow batches, in order, each row once.
///
/// Reads ahead on the background thread, within [`Config::byte_budget`](crate::Config::byte_budget),
/// while the caller works on a batch. Dropping it, at any row, frees everything without blocking.
/// See [`dbsql::ResultSet`] for the guarantees about order and completeness, and for servers with
/// one cursor.
///
/// The iterator ends after its first error, so that no adapter loops on a repeated error;
/// [`try_next`](Self::try_next) may be called again after a transient one.
///
/// ```
/// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
/// let query = client.execute_async("SELECT id FROM RANGE(1000000)").submit()?;
/// let mut rows = 0;
/// for batch in query.get_results()? {
///     rows += batch?.num_rows();
/// }
/// assert_eq!(rows, 1_000_000);
/// # Ok(()) }
/// ```
#[must_use = "the statement has run: read its result, or drop it with `let _ =`"]
pub struct ResultSet {
    reader: Reader<dbsql::ResultSet>,
    known: Known,
    /// Whether the iterator has ended with an error.
    failed: bool,
}

/// The properties of a result that remain known when its reader is lost.
pub(crate) struct Known {
    pub(crate) schema: SchemaRef,
    pub(crate) query_id: QueryId,
    pub(crate) position: u64,
    rows_affected: Option<u64>,
    pub(crate) is_truncated: Option<bool>,
}

impl Known {
    fn of(inner: &dbsql::ResultSet) -> Self {
        Self {
            schema: inner.schema(),
            query_id: inner.query_id(),
            position: inner.position(),
            rows_affected: inner.rows_affected(),
            is_truncated: inner.is_truncated(),
        }
    }
}

impl ResultSet {
    pub(crate) fn new(
        background: Arc<Background>,
        inner: dbsql::ResultSet,
        afterwards: Afterwards,
    ) -> Self {
        let known = Known::of(&inner);
        Self { reader: Reader::new(background, inner, afterwards), known, failed: false }
    }

    /// Sets the deadline for reading, for all calls together.
    ///
    /// It holds even while a response stalls. After [`Deadline`](crate::ErrorKind::Deadline) the
    /// `ResultSet` remains usable: set another deadline and continue.
    pub fn deadline(self, deadline: impl Into<Deadline>) -> Self {
        let deadline = deadline.into();
        let reader = self.reader.deadline(deadline, |inner| inner.deadline(deadline));
        Self { reader, ..self }
    }

    /// Returns the schema. Known before the first batch, even for a result without rows.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.known.schema)
    }

    /// Returns the id of the query whose result this is.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.known.query_id
    }

    /// Returns the number of the next row, counted from 0 at the start of the result.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.known.position
    }

    /// Returns how many rows a DML statement changed, if the server reports it: at once, or in the
    /// result, which then has to be read to its end.
    #[must_use]
    pub fn rows_affected(&self) -> Option<u64> {
        self.known.rows_affected
    }

    /// Returns whether the server truncated the result at a limit; `None` where the protocol does
    /// not report it, as over Thrift.
    #[must_use]
    pub fn is_truncated(&self) -> Option<bool> {
        self.known.is_truncated
    }

    /// Returns the next batch, never an empty one; `None` at the end. `next` of the async API.
    ///
    /// The arrays of a batch share the buffer of the chunk of the result in which they arrived: to
    /// keep one, see [`batch`](crate::batch).
    ///
    /// # Errors
    ///
    /// After these the call may be repeated and continues where it was:
    /// [`Transport`](crate::ErrorKind::Transport), [`Throttled`](crate::ErrorKind::Throttled),
    /// [`StorageUnreachable`](crate::ErrorKind::StorageUnreachable) and
    /// [`Deadline`](crate::ErrorKind::Deadline).
    ///
    /// [`Decode`](crate::ErrorKind::Decode), [`Protocol`](crate::ErrorKind::Protocol) and
    /// [`Truncated`](crate::ErrorKind::Truncated) when the response is invalid or the result incomplete;
    /// [`ResultGone`](crate::ErrorKind::ResultGone) when the server no longer has it, or cannot go back to
    /// it; [`Failed`](crate::ErrorKind::Failed) for a statement that fails while its rows are read;
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the start row is beyond the end;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) when another reader moves the only cursor of the
    /// result; [`Config`](crate::ErrorKind::Config) for a page that is larger than
    /// [`Config::byte_budget`](crate::Config::byte_budget).
    ///
    /// When reading panicked, or something blocked the background thread beyond the deadline, the reader is
    /// lost: every later call returns that error, and
    /// [`get_results_from`](crate::AsyncExecution::get_results_from) continues at
    /// [`position`](Self::position).
    pub fn try_next(&mut self) -> Result<Option<RecordBatch>> {
        let (next, known) = self.reader.call(|mut inner| async {
            let next = inner.next().await;
            ((next, Known::of(&inner)), inner)
        })?;
        self.known = known;
        next
    }

    /// Returns all remaining batches, which have to fit into memory.
    ///
    /// # Errors
    ///
    /// As for [`try_next`](Self::try_next). The batches read before the error are lost.
    pub fn fetch_all(self) -> Result<Vec<RecordBatch>> {
        self.reader.finish(|inner| inner.fetch_all())
    }
}

#[cfg(feature = "rows")]
#[cfg_attr(docsrs, doc(cfg(feature = "rows")))]
impl ResultSet {
    /// Reads the rows as `T`, from the next batch on.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the type does not fit the columns: a field has
    /// no column, or a column has another type. See [`dbsql::Rows`].
    ///
    /// # Examples
    ///
    /// ```
    /// # fn sample(query: dbsql_blocking::AsyncExecution) -> Result<(), dbsql_blocking::Error> {
    /// let pairs: Vec<(i64, String)> = query.get_results()?.rows()?.fetch_all()?;
    /// # drop(pairs); Ok(()) }
    /// ```
    pub fn rows<T>(self) -> Result<Rows<T>>
    where
        T: serde::de::DeserializeOwned + Send + 'static,
    {
        Ok(Rows::new(self.reader.try_map(dbsql::ResultSet::rows)?, &self.known))
    }
}

impl Iterator for ResultSet {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.try_next();
        self.failed = next.is_err();
        next.transpose()
    }
}

impl FusedIterator for ResultSet {}

impl fmt::Debug for ResultSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultSet")
            .field("query_id", &format_args!("{}", self.known.query_id))
            .field("position", &self.known.position)
            .finish_non_exhaustive()
    }
}
