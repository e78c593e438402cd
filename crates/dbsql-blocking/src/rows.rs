//! Rows of a result as a custom type, as an iterator.

use std::any::type_name;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::sync::Arc;

use dbsql::__blocking::next_in_memory;
use dbsql::arrow::schema::SchemaRef;
use dbsql::{Deadline, QueryId, Result};
use serde::de::DeserializeOwned;

use crate::reader::Reader;
use crate::results::Known;
use crate::submit::Execute;

/// An iterator over the rows of a result as a custom type, in order, each once. See [`dbsql::Rows`]
/// for the types that can be a row, and the conversion of SQL types.
///
/// The background thread fetches batches; rows are converted on the caller's thread, on demand.
///
/// The iterator ends after its first error; [`try_next`](Self::try_next) may be called again after
/// one.
///
/// ```
/// use dbsql_blocking::{Client, Error};
///
/// #[derive(serde::Deserialize)]
/// struct Trip {
///     id: i64,
///     #[serde(rename = "pickup_zip")]
///     zip: Option<String>,
/// }
///
/// # fn sample(client: Client) -> Result<(), Error> {
/// for trip in client.execute("SELECT id, pickup_zip FROM trips").rows::<Trip>().run()? {
///     let trip = trip?;
///     println!("{}: {:?}", trip.id, trip.zip);
/// }
/// # Ok(()) }
/// ```
#[must_use = "the statement has run: read its result, or drop it with `let _ =`"]
pub struct Rows<T> {
    reader: Reader<dbsql::Rows<T>>,
    schema: SchemaRef,
    query_id: QueryId,
    position: u64,
    is_truncated: Option<bool>,
    /// Whether the iterator has ended with an error.
    failed: bool,
}

impl<T> Rows<T> {
    pub(crate) fn new(reader: Reader<dbsql::Rows<T>>, known: &Known) -> Self {
        Self {
            reader,
            schema: Arc::clone(&known.schema),
            query_id: known.query_id,
            position: known.position,
            is_truncated: known.is_truncated,
            failed: false,
        }
    }

    /// Sets the deadline for reading, for all calls together; see
    /// [`ResultSet::deadline`](crate::ResultSet::deadline).
    pub fn deadline(self, deadline: impl Into<Deadline>) -> Self {
        let deadline = deadline.into();
        let reader = self.reader.deadline(deadline, |inner| inner.deadline(deadline));
        Self { reader, ..self }
    }

    /// Returns the schema.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Returns the id of the query whose rows these are.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.query_id
    }

    /// Returns the number of the next row, counted from 0 at the start of the result: where
    /// [`get_results_from`](crate::AsyncExecution::get_results_from) continues.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns whether the server truncated the result; see
    /// [`ResultSet::is_truncated`](crate::ResultSet::is_truncated).
    #[must_use]
    pub fn is_truncated(&self) -> Option<bool> {
        self.is_truncated
    }
}

impl<T: DeserializeOwned + Send + 'static> Rows<T> {
    /// Returns the next row; `None` at the end. `next` of the async API.
    ///
    /// A conversion error concerns only its row: the next call continues with the row after it.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when a value does not fit its type, and those of
    /// [`ResultSet::try_next`](crate::ResultSet::try_next).
    pub fn try_next(&mut self) -> Result<Option<T>> {
        if let Some(rows) = self.reader.get_mut()
            && let Some(row) = next_in_memory(rows)
        {
            self.position = rows.position();
            return row.map(Some);
        }
        let (next, position, is_truncated) = self.reader.call(|mut rows| async {
            let next = rows.next().await;
            ((next, rows.position(), rows.is_truncated()), rows)
        })?;
        (self.position, self.is_truncated) = (position, is_truncated);
        next
    }

    /// Returns all remaining rows.
    ///
    /// # Errors
    ///
    /// As for [`try_next`](Self::try_next). The rows read before the error are lost.
    pub fn fetch_all(mut self) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        while let Some(row) = self.try_next()? {
            rows.push(row);
        }
        Ok(rows)
    }

    /// Returns the next row, and drops the rest of the result: add `LIMIT 1` to a statement that may have
    /// many rows.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when there is no row, and as for
    /// [`try_next`](Self::try_next).
    pub fn fetch_one(mut self) -> Result<T> {
        if let Some(rows) = self.reader.get_mut()
            && let Some(row) = next_in_memory(rows)
        {
            return row;
        }
        self.reader.finish(|rows| rows.fetch_one())
    }

    /// Returns the next row, `None` at the end, and drops the rest of the result.
    ///
    /// # Errors
    ///
    /// As for [`try_next`](Self::try_next).
    pub fn fetch_optional(mut self) -> Result<Option<T>> {
        self.try_next()
    }
}

impl<T: DeserializeOwned + Send + 'static> Iterator for Rows<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.try_next();
        self.failed = next.is_err();
        next.transpose()
    }
}

impl<T: DeserializeOwned + Send + 'static> FusedIterator for Rows<T> {}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("row_type", &type_name::<T>())
            .field("query_id", &format_args!("{}", self.query_id))
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

/// A call that runs a statement to its end and reads its rows as `T`. Nothing is sent before
/// [`run`](Self::run), [`fetch_all`](Self::fetch_all), [`fetch_one`](Self::fetch_one) or
/// [`fetch_optional`](Self::fetch_optional).
///
/// ```
/// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
/// let count: i64 = client.execute("SELECT count(*) FROM trips").rows().fetch_one()?;
/// # let _ = count; Ok(()) }
/// ```
#[must_use = "nothing is sent before `run` or a fetch"]
pub struct ExecuteRows<T> {
    execute: Execute,
    row_type: PhantomData<fn() -> T>,
}

#[cfg_attr(docsrs, doc(cfg(feature = "rows")))]
impl Execute {
    /// Reads the rows of the result as `T`.
    pub fn rows<T>(self) -> ExecuteRows<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        ExecuteRows { execute: self, row_type: PhantomData }
    }
}

impl<T: DeserializeOwned + Send + 'static> ExecuteRows<T> {
    /// Sets the deadline for submitting, waiting and opening the result together; with
    /// [`fetch_all`](Self::fetch_all), [`fetch_one`](Self::fetch_one) or
    /// [`fetch_optional`](Self::fetch_optional) also for reading it.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.execute = self.execute.deadline(deadline);
        self
    }

    /// Cancels the statement when the deadline passes before the result is open. (`cancel_on_drop` in the
    /// async API.)
    pub fn cancel_at_deadline(mut self) -> Self {
        self.execute = self.execute.cancel_at_deadline();
        self
    }

    /// Runs the statement and opens its result.
    ///
    /// # Errors
    ///
    /// Those of [`Execute::run`] and of [`ResultSet::rows`](crate::ResultSet::rows). If the type of
    /// the rows does not fit, the statement has run nevertheless.
    pub fn run(self) -> Result<Rows<T>> {
        self.execute.run()?.rows()
    }

    /// Returns all rows of the result; see [`Rows::fetch_all`].
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run), and of [`Rows::try_next`].
    pub fn fetch_all(self) -> Result<Vec<T>> {
        self.open()?.fetch_all()
    }

    /// Returns the first row of the result; see [`Rows::fetch_one`].
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run), and of [`Rows::fetch_one`].
    pub fn fetch_one(self) -> Result<T> {
        self.open()?.fetch_one()
    }

    /// Returns the first row of the result, `None` if there is none; see [`Rows::fetch_optional`].
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run), and of [`Rows::try_next`].
    pub fn fetch_optional(self) -> Result<Option<T>> {
        self.open()?.fetch_optional()
    }

    fn open(self) -> Result<Rows<T>> {
        let until = self.execute.until();
        let rows = self.run()?;
        Ok(match until {
            Some(until) => rows.deadline(until),
            None => rows,
        })
    }
}

impl<T> Clone for ExecuteRows<T> {
    fn clone(&self) -> Self {
        Self { execute: self.execute.clone(), row_type: PhantomData }
    }
}

impl<T> fmt::Debug for ExecuteRows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecuteRows")
            .field("row_type", &type_name::<T>())
            .field("execute", &self.execute)
            .finish()
    }
}
