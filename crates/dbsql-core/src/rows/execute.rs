//! Running a statement and reading its rows as a custom type in one chain.

use std::any::type_name;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use dbsql_transport::BoxFuture;
use serde::de::DeserializeOwned;

use super::Rows;
use crate::Result;
use crate::deadline::Deadline;
use crate::submit::Execute;

/// A call that runs a statement to its end and reads its rows as `T`. Nothing is sent before
/// `.await`.
///
/// Await it for a stream of [`Rows`], or one of [`fetch_all`](Self::fetch_all),
/// [`fetch_one`](Self::fetch_one) and [`fetch_optional`](Self::fetch_optional).
///
/// # Errors
///
/// When awaited: those of [`Execute`] and of [`ResultSet::rows`](crate::ResultSet::rows). If the
/// type of the rows does not fit, the statement has run nevertheless.
///
/// # Cancel safety
///
/// As for [`Execute`].
///
/// # Examples
///
/// ```
/// use dbsql_core::Client;
///
/// # async fn sample(client: Client) -> Result<(), dbsql_core::Error> {
/// let count: i64 = client.execute("SELECT count(*) FROM trips").rows().fetch_one().await?;
/// # let _ = count; Ok(()) }
/// ```
#[must_use = "nothing is sent before it is awaited"]
pub struct ExecuteRows<T> {
    execute: Execute,
    row_type: PhantomData<fn() -> T>,
}

/// With the feature `rows`.
impl Execute {
    /// Reads the rows of the result as `T`.
    pub fn rows<T: DeserializeOwned>(self) -> ExecuteRows<T> {
        ExecuteRows { execute: self, row_type: PhantomData }
    }
}

impl<T: DeserializeOwned> ExecuteRows<T> {
    /// Sets the deadline for submitting, waiting and opening the result together; with
    /// [`fetch_all`](Self::fetch_all), [`fetch_one`](Self::fetch_one) or
    /// [`fetch_optional`](Self::fetch_optional) also for reading it.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.execute = self.execute.deadline(deadline);
        self
    }

    /// Cancels the statement when this future is dropped before the result is open.
    pub fn cancel_on_drop(mut self) -> Self {
        self.execute = self.execute.cancel_on_drop();
        self
    }

    /// Returns all rows of the result; see [`Rows::fetch_all`].
    ///
    /// # Errors
    ///
    /// Those of [`Execute`], and of [`Rows::next`].
    pub async fn fetch_all(self) -> Result<Vec<T>> {
        self.open_until().await?.fetch_all().await
    }

    /// Returns the first row of the result; see [`Rows::fetch_one`].
    ///
    /// # Errors
    ///
    /// Those of [`Execute`], and of [`Rows::fetch_one`].
    pub async fn fetch_one(self) -> Result<T> {
        self.open_until().await?.fetch_one().await
    }

    /// Returns the first row of the result, `None` if there is none; see [`Rows::fetch_optional`].
    ///
    /// # Errors
    ///
    /// Those of [`Execute`], and of [`Rows::next`].
    pub async fn fetch_optional(self) -> Result<Option<T>> {
        self.open_until().await?.fetch_optional().await
    }

    async fn open(self) -> Result<Rows<T>> {
        self.execute.await?.rows()
    }

    async fn open_until(self) -> Result<Rows<T>> {
        let until = self.execute.until();
        Ok(self.open().await?.until(until))
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for ExecuteRows<T> {
    type Output = Result<Rows<T>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
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
