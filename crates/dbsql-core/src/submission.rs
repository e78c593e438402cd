//! The state of a submit according to the query history.

use dbsql_protocol::handle::{ExecutionHandle, QueryId};

use crate::status::ExecutionStatus;

/// The result of [`Client::find_submitted`](crate::Client::find_submitted).
///
/// ```
/// use std::time::SystemTime;
/// use dbsql_core::{Client, Statement, Submission};
/// # use dbsql_core::{Config, SqlProtocol};
/// # use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// # use dbsql_local::{Service, faults::Step, runtime::Runtime};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), dbsql_core::Error> {
/// # let engine = ScriptedEngine::new(Runtime::real()).on("OPTIMIZE t", Answer::affected(1));
/// # let service = Service::builder().engine(engine).build();
/// # let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token("t");
/// # let config = config.protocol(SqlProtocol::Sea);
/// # let client = Client::builder(config).transport(service.transport()).build()?;
/// # service.script("sea-execute", [Step::reset().accepted()]);
/// let statement = Statement::new("OPTIMIZE t").submit_nonce("nightly-2024-02-29");
/// // The connection breaks before the response.
/// let error = client.execute_async(statement).await.expect_err("it may be running");
/// match client.find_submitted("nightly-2024-02-29", SystemTime::now()).await? {
///     Submission::Sea { handle, .. } => {
///         let query = client.get_async_execution(handle).await?;
///         assert!(query.wait().await?.is_terminal());
/// #       assert!(query.is_finished());
///     }
///     Submission::Thrift { query_id, status, .. } => println!("{query_id} is {status}"),
///     // It may run nevertheless: search again after a while.
///     _ => return Err(error),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Submission {
    /// The statement was accepted by the Statement Execution API.
    #[non_exhaustive]
    Sea {
        /// Its handle, for [`get_async_execution`](crate::Client::get_async_execution): the result can be
        /// read as long as the server keeps it.
        handle: ExecutionHandle,
        /// Its status in the query history, which may be behind.
        status: ExecutionStatus,
    },
    /// The statement was accepted by Thrift. The query history does not contain the secret, which
    /// is needed to pick it up.
    #[non_exhaustive]
    Thrift {
        /// Its id.
        query_id: QueryId,
        /// Its status in the query history, which may be behind.
        status: ExecutionStatus,
    },
    /// No statement with the nonce is in the query history. This is no proof that it did not run.
    NotFound,
}
