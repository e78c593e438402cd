//! What runs the statements: the trait that the service knows, and what passes through it.

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
    EncodedBatch, EncodedColumns, EncodedFile, EncodedRows, FilePlace, StoredFile,
};
pub use crate::engine::output::{QueryOutput, SQL_TYPE_NAME, Table};
pub use crate::engine::progress::{Progress, ProgressSink};
pub use crate::engine::query::{Parameter, Query};
pub use crate::engine::sql_error::SqlError;

/// What a session starts with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// The catalog that names without one belong to.
    pub catalog: Option<String>,
    /// The schema that names without one belong to.
    pub schema: Option<String>,
    /// The settings that the client gave, keys as it spelled them.
    pub configuration: BTreeMap<String, String>,
    /// Who opened it: the user or service principal that its token was issued to. `None` when an engine
    /// is used without a service.
    pub user: Option<String>,
}

/// Something that runs SQL. One engine serves all sessions of a service.
pub trait Engine: Debug + Send + Sync + 'static {
    /// Opens a session: what `USE`, `SET` and temporary views belong to.
    ///
    /// It must not block: what takes time belongs to the first statement.
    ///
    /// # Errors
    ///
    /// [`SqlError`] when there can be no session like that, for example because there is no such
    /// catalog. A panic counts as an error of class `INTERNAL_ERROR`.
    fn open_session(&self, options: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError>;
}

/// A session of an [`Engine`]. The service drops it when the session is closed.
pub trait EngineSession: Debug + Send + Sync + 'static {
    /// Rejects a statement before it is accepted, for example because it cannot be parsed: there is
    /// no handle then. Everything passes unless an engine says otherwise; what fails later fails
    /// with a handle. It must not block.
    ///
    /// # Errors
    ///
    /// [`SqlError`] with the reason.
    fn admit(&self, query: &Query) -> Result<(), SqlError> {
        let _ = query;
        Ok(())
    }

    /// Runs one statement. Dropping the future stops the work, and nothing that the statement
    /// would still have done happens.
    ///
    /// Several statements of a session may run at the same time. A panic, here or in the future,
    /// counts as an error of class `INTERNAL_ERROR`.
    fn execute(
        &self,
        query: Query,
        progress: ProgressSink,
    ) -> BoxFuture<'static, Result<QueryOutput, SqlError>>;

    /// What metadata calls show. Nothing unless an engine says otherwise.
    fn contents(&self) -> BoxFuture<'static, Result<CatalogContents, SqlError>> {
        Box::pin(std::future::ready(Ok(CatalogContents::default())))
    }

    /// The value that a setting has in this session now, after every `SET`; `key` in any case.
    /// `None` when the engine does not know it: then what the session was opened with counts. The
    /// service asks for `STATEMENT_TIMEOUT`, in seconds.
    fn setting(&self, key: &str) -> Option<String> {
        let _ = key;
        None
    }
}
