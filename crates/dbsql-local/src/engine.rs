//! The engines that run statements: the trait, and the data that passes through it.

mod encoded;
mod output;
mod progress;
mod query;
mod sql_error;

pub mod catalog;
pub mod scripted;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use dbsql_transport::BoxFuture;

use crate::engine::catalog::CatalogContents;
pub(crate) use crate::engine::encoded::KeptColumns;
pub use crate::engine::encoded::{
    EncodedBatch, EncodedColumns, EncodedFile, EncodedRows, FileLocation, StoredFile,
};
pub use crate::engine::output::{COLUMN_COMMENT, QueryOutput, SQL_TYPE_NAME, Table};
pub use crate::engine::progress::{Progress, ProgressSink};
pub use crate::engine::query::{Parameter, Query};
pub use crate::engine::sql_error::SqlError;

/// The initial state of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// The default catalog.
    pub catalog: Option<String>,
    /// The default schema.
    pub schema: Option<String>,
    /// The settings from the client, with the spelling of their keys.
    pub configuration: BTreeMap<String, String>,
    /// The user or service principal whose token opened the session. `None` when an engine is used
    /// without a service.
    pub user: Option<String>,
}

/// Runs SQL. One engine serves all sessions of a service.
///
/// # Examples
///
/// An engine that returns the text of each statement as its only row:
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use dbsql_local::Service;
/// use dbsql_local::engine::{
///     Engine, EngineSession, ProgressSink, Query, QueryOutput, SessionOptions, SqlError,
/// };
/// use dbsql_local::transport::BoxFuture;
///
/// #[derive(Debug)]
/// struct Echo;
///
/// impl Engine for Echo {
///     fn open_session(&self, _: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError> {
///         Ok(Arc::new(Self))
///     }
/// }
///
/// impl EngineSession for Echo {
///     fn execute(
///         &self,
///         query: Query,
///         _: ProgressSink,
///     ) -> BoxFuture<'static, Result<QueryOutput, SqlError>> {
///         Box::pin(async move {
///             let text: ArrayRef = Arc::new(StringArray::from(vec![query.sql]));
///             let batch = RecordBatch::try_from_iter([("text", text)])
///                 .map_err(|error| SqlError::internal(error.to_string()))?;
///             Ok(QueryOutput::new(batch.schema(), vec![batch]))
///         })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), SqlError> {
/// # let session = Echo.open_session(&SessionOptions::default())?;
/// # let output = session.execute(Query::new("SELECT 1"), ProgressSink::ignored()).await?;
/// # assert_eq!(output.rows_as_text(), [[Some("SELECT 1".to_owned())]]);
/// let service = Service::builder().engine(Echo).build();
/// # drop(service); Ok(()) }
/// ```
pub trait Engine: Debug + Send + Sync + 'static {
    /// Opens a session, which holds the effects of `USE` and `SET` and temporary views.
    ///
    /// It must not block: slow work belongs to the first statement.
    ///
    /// # Errors
    ///
    /// [`SqlError`] when such a session cannot be opened, for example because the catalog does not
    /// exist. A panic counts as an error of class `INTERNAL_ERROR`.
    fn open_session(&self, options: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError>;
}

/// A session of an [`Engine`]. The service drops it when the session is closed.
pub trait EngineSession: Debug + Send + Sync + 'static {
    /// Rejects a statement before it is accepted, for example because it cannot be parsed: there is
    /// no handle in that case. By default all statements are admitted; a statement that fails later
    /// has a handle. It must not block.
    ///
    /// # Errors
    ///
    /// [`SqlError`] with the reason.
    fn admit(&self, query: &Query) -> Result<(), SqlError> {
        let _ = query;
        Ok(())
    }

    /// Runs a statement. Dropping the future stops the work, so that nothing more is done for the
    /// statement.
    ///
    /// Several statements of a session may run at the same time. A panic, here or in the future,
    /// counts as an error of class `INTERNAL_ERROR`.
    ///
    /// # Errors
    ///
    /// [`SqlError`] with the reason why the statement failed. It was accepted, so its handle
    /// reports the error.
    fn execute(
        &self,
        query: Query,
        progress: ProgressSink,
    ) -> BoxFuture<'static, Result<QueryOutput, SqlError>>;

    /// What metadata calls show. Nothing unless an engine says otherwise.
    ///
    /// # Errors
    ///
    /// [`SqlError`] when they cannot be listed: the metadata call fails with it.
    fn contents(&self) -> BoxFuture<'static, Result<CatalogContents, SqlError>> {
        Box::pin(std::future::ready(Ok(CatalogContents::default())))
    }

    /// Returns the current value of a setting in this session, after any `SET`; `key` is
    /// case-insensitive. `None` if the engine does not know it: then the value from opening the
    /// session applies. The service uses it for `STATEMENT_TIMEOUT`, in seconds.
    fn setting(&self, key: &str) -> Option<String> {
        let _ = key;
        None
    }
}
