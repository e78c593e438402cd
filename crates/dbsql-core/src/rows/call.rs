//! Rows in a chain with the call that opens a result.

use serde::de::DeserializeOwned;

use super::Rows;
use crate::Result;
use crate::call::Call;
use crate::results::ResultSet;

/// With the feature `rows`.
impl Call<ResultSet> {
    /// Reads the rows of the result as `T`.
    ///
    /// # Errors
    ///
    /// When awaited: those of this call, and of [`ResultSet::rows`].
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn sample(query: dbsql_core::AsyncExecution) -> Result<(), dbsql_core::Error> {
    /// let ids: Vec<i64> = query.get_results().rows().fetch_all().await?;
    /// # drop(ids); Ok(()) }
    /// ```
    pub fn rows<T: DeserializeOwned + 'static>(self) -> Call<Rows<T>> {
        self.then(ResultSet::rows)
    }
}

/// With the feature `rows`. The deadline of the call also bounds reading the rows.
impl<T: DeserializeOwned + 'static> Call<Rows<T>> {
    /// Returns all rows of the result; see [`Rows::fetch_all`].
    ///
    /// # Errors
    ///
    /// Those of the call, and of [`Rows::next`].
    pub async fn fetch_all(self) -> Result<Vec<T>> {
        self.open().await?.fetch_all().await
    }

    /// Returns the first row of the result; see [`Rows::fetch_one`].
    ///
    /// # Errors
    ///
    /// Those of the call, and of [`Rows::fetch_one`].
    pub async fn fetch_one(self) -> Result<T> {
        self.open().await?.fetch_one().await
    }

    /// Returns the first row of the result, `None` if there is none; see [`Rows::fetch_optional`].
    ///
    /// # Errors
    ///
    /// Those of the call, and of [`Rows::next`].
    pub async fn fetch_optional(self) -> Result<Option<T>> {
        self.open().await?.fetch_optional().await
    }

    async fn open(self) -> Result<Rows<T>> {
        let until = self.until();
        Ok(self.await?.until(until))
    }
}
