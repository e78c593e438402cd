//! Rows of a result as a custom type.

mod call;
mod execute;

use std::any::type_name;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use arrow_schema::SchemaRef;
use dbsql_arrow::rows::{BatchRows, RowError, RowReader};
use dbsql_protocol::handle::QueryId;
use futures_core::Stream;
use serde::de::DeserializeOwned;

pub use self::execute::ExecuteRows;
use crate::backend::Until;
use crate::deadline::Deadline;
use crate::results::ResultSet;
use crate::{Error, ErrorKind, Result};

/// The number of rows converted before yielding to other tasks: at most about a hundred
/// microseconds.
const ROWS_PER_TURN: u32 = 512;

/// The rows of a result as a custom type, in order, each once.
///
/// Any type that implements serde's `Deserialize` and borrows nothing can be a row:
///
/// * A struct is read from the columns with the names of its fields; others are ignored. The
///   attributes of serde work: `rename`, `alias`, `default`, `with`, `flatten`. A field without a
///   column is an error, unless it is an `Option` or has a default.
/// * A tuple is read from all columns by position.
/// * A map from names to values is read from all columns.
/// * Any other type, such as `i64`, `Option<String>` or an enum, is read from the only column.
///
/// The type is checked against the schema once, when the `Rows` is created, even for a result
/// without rows.
///
/// # Values
///
/// | SQL | Rust |
/// |---|---|
/// | TINYINT to BIGINT | any integer that holds the value; a float that equals it |
/// | FLOAT, DOUBLE | `f64`; `f32` for FLOAT |
/// | DECIMAL | `String`, `rust_decimal::Decimal` and others that parse text; [`Unscaled`](crate::Unscaled); integers if the scale is 0 |
/// | STRING | `String`, an enum with the variant of that name |
/// | BINARY | `Vec<u8>`, `[u8; N]` |
/// | DATE | `String` (`2024-02-29`), `chrono::NaiveDate`, `jiff::civil::Date` |
/// | TIMESTAMP | `String` (`2024-02-29T12:34:56.120000Z`, in UTC), `chrono::DateTime`, `jiff::Timestamp` |
/// | TIMESTAMP_NTZ | `String` (`2024-02-29T12:34:56.120000`), `chrono::NaiveDateTime`, `jiff::civil::DateTime` |
/// | INTERVAL | `String`; `jiff::Span` where the server does not send its own text |
/// | ARRAY | `Vec`, sets, tuples, arrays |
/// | MAP | maps, structs, `Vec` of pairs |
/// | STRUCT | a struct, a map, a tuple |
/// | NULL | `None` |
///
/// # Errors
///
/// A type that does not fit is [`InvalidInput`](ErrorKind::InvalidInput), which names the column, its
/// Arrow type and the Rust type. So is a value that does not fit its type, such as a NULL for a
/// type that is not an `Option` or a number out of range, which also names the row. The other
/// errors are those of [`ResultSet::next`].
///
/// # Examples
///
/// ```
/// use dbsql_core::{Client, Error};
///
/// #[derive(serde::Deserialize)]
/// struct Trip {
///     id: i64,
///     #[serde(rename = "pickup_zip")]
///     zip: Option<String>,
/// }
///
/// # async fn sample(client: Client) -> Result<(), Error> {
/// let mut trips = client.execute("SELECT id, pickup_zip FROM trips").rows::<Trip>().await?;
/// while let Some(trip) = trips.next().await? {
///     println!("{}: {:?}", trip.id, trip.zip);
/// }
/// # Ok(()) }
/// ```
#[must_use = "the statement has run: read its result, or drop it with `let _ =`"]
pub struct Rows<T> {
    results: ResultSet,
    reader: RowReader<T>,
    /// The rest of the current batch.
    batch: Option<BatchRows<T>>,
    /// The number of the first row of the batch.
    first: u64,
    position: u64,
    /// Rows since the last yield to other tasks.
    since_turn: u32,
    /// Whether the stream has ended with an error.
    stream_failed: bool,
}

impl ResultSet {
    /// Reads the rows as `T`, from the next batch on.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when the type does not fit the columns: a field has no
    /// column, or a column has another type. See [`Rows`].
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn sample(query: dbsql_core::AsyncExecution) -> Result<(), dbsql_core::Error> {
    /// let pairs: Vec<(i64, String)> = query.get_results().await?.rows()?.fetch_all().await?;
    /// # drop(pairs); Ok(()) }
    /// ```
    pub fn rows<T: DeserializeOwned>(self) -> Result<Rows<T>> {
        let reader =
            RowReader::new(&self.schema()).map_err(|error| self.label(conversion_error(&error)))?;
        let position = self.position();
        Ok(Rows {
            results: self,
            reader,
            batch: None,
            first: position,
            position,
            since_turn: 0,
            stream_failed: false,
        })
    }
}

impl<T: DeserializeOwned> Rows<T> {
    /// Returns the next row; `None` at the end.
    ///
    /// A conversion error concerns only its row: the next call continues with the row after it.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when a value does not fit its type, and those of
    /// [`ResultSet::next`], after which the call may be repeated.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no row.
    pub async fn next(&mut self) -> Result<Option<T>> {
        std::future::poll_fn(|cx| self.poll_row(cx)).await
    }

    /// Returns all remaining rows.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next). The rows read before the error are lost.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the result and the rows read so far.
    pub async fn fetch_all(mut self) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next().await? {
            if rows.len() == rows.capacity() {
                rows.reserve(self.batch.as_ref().map_or(0, ExactSizeIterator::len) + 1);
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// Returns the next row, and drops the rest of the result: add `LIMIT 1` to a statement that may
    /// have many rows.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when there is no row, and as for
    /// [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the result.
    pub async fn fetch_one(mut self) -> Result<T> {
        self.next().await?.ok_or_else(|| {
            let error = Error::new(ErrorKind::InvalidInput, "the result has no row");
            self.results.label(error.with_next_step("use fetch_optional where there may be none"))
        })
    }

    /// Returns the next row, `None` at the end, and drops the rest of the result.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the result.
    pub async fn fetch_optional(mut self) -> Result<Option<T>> {
        self.next().await
    }

    /// Returns the next row of the current batch; `None` at its end.
    pub(crate) fn next_in_memory(&mut self) -> Option<Result<T>> {
        let row = self.batch.as_mut()?.next()?;
        self.position += 1;
        Some(
            row.map_err(|error| {
                self.results.label(conversion_error(&error.counted_from(self.first)))
            }),
        )
    }

    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        loop {
            if self.batch.is_some() {
                if self.since_turn == ROWS_PER_TURN {
                    self.since_turn = 0;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                if let Some(row) = self.next_in_memory() {
                    self.since_turn += 1;
                    return Poll::Ready(row.map(Some));
                }
                self.batch = None;
            }
            self.first = self.position;
            let batch = match ready!(self.results.poll_pull(cx))? {
                Some(batch) => batch,
                None => return Poll::Ready(Ok(None)),
            };
            // If it came over the network, other tasks have run.
            self.since_turn = 0;
            let rows = self.reader.read(&batch);
            self.batch = Some(rows.map_err(|error| self.results.label(conversion_error(&error)))?);
        }
    }
}

impl<T> Rows<T> {
    /// Sets the deadline for reading, for all calls together; see [`ResultSet::deadline`].
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.results = self.results.deadline(deadline);
        self
    }

    fn until(self, until: Until) -> Self {
        match until {
            Some(until) => self.deadline(until),
            None => self,
        }
    }

    /// Returns the schema.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.results.schema()
    }

    /// Returns the id of the query whose rows these are.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.results.query_id()
    }

    /// Returns the number of the next row, counted from 0 at the start of the result: where
    /// [`get_results_from`](crate::AsyncExecution::get_results_from) continues.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns whether the server truncated the result; see [`ResultSet::is_truncated`].
    #[must_use]
    pub fn is_truncated(&self) -> Option<bool> {
        self.results.is_truncated()
    }
}

/// Returns the error about a type or a value that does not fit.
fn conversion_error(error: &RowError) -> Error {
    Error::new(ErrorKind::InvalidInput, error.to_string()).with_next_step(
        "change the type that the rows are read as, or the columns of the statement",
    )
}

/// Ends after the last row, or after the first error. [`Rows::next`] may be called again after one.
impl<T: DeserializeOwned> Stream for Rows<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.stream_failed {
            return Poll::Ready(None);
        }
        let polled = ready!(self.poll_row(cx));
        self.stream_failed = polled.is_err();
        Poll::Ready(polled.transpose())
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("row_type", &type_name::<T>())
            .field("query_id", &format_args!("{}", self.query_id()))
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
