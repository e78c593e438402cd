//! A warehouse with something to look at.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use dbsql::{AsyncExecution, Client, Config, SqlProtocol};
use dbsql_local::TestWarehouse;
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::runtime::Runtime;
use dbsql_tests::web;
use dbsql_tests::webdriver::Failure;
use hyper::Request;
use serde_json::json;
use tokio::task::JoinHandle;

pub(crate) const SLOW: &str = "OPTIMIZE sales";
pub(crate) const HOSTILE_SQL: &str = "SELECT '<img src=x onerror=\"document.title=1\">'";
pub(crate) const HOSTILE_AGENT: &str = "\"><iframe src=//evil.example>/1";
const HOSTILE_ERROR: &str = "<script>document.title='owned'</script>";

const ROWS: &str = "SELECT * FROM trips WHERE fare > 10";
const DELETE: &str = "DELETE FROM trips WHERE id = 7";
const TYPO: &str = "SELECT fair FROM trips";

pub(crate) struct Stage {
    pub(crate) warehouse: TestWarehouse,
}

impl Stage {
    pub(crate) async fn start() -> Result<Self, Failure> {
        let slow = Answer::endless().reporting(0.5, "half of it").after(Duration::from_secs(600));
        let hostile = SqlError::new("<b>CLASS</b>", "42000", HOSTILE_ERROR);
        let typo = "A column with name `fair` cannot be resolved. Did you mean `fare`?";
        let typo = SqlError::new("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", typo);
        let engine = ScriptedEngine::new(Runtime::real())
            .on(SLOW, slow)
            .on(HOSTILE_SQL, Answer::fail(hostile))
            .on(ROWS, Answer::rows(vec![numbers(125_000)?]).after(Duration::from_millis(300)))
            .on(DELETE, Answer::affected(1).after(Duration::from_millis(40)))
            .on(TYPO, Answer::fail(typo));
        Ok(Self { warehouse: TestWarehouse::builder().engine(engine).start().await? })
    }

    fn client(&self, name: &str, protocol: SqlProtocol) -> Result<Client, Failure> {
        let config = Config::new(self.warehouse.host(), self.warehouse.http_path())
            .token(self.warehouse.token())
            .user_agent_entry(name)
            .protocol(protocol);
        Ok(Client::new(config)?)
    }

    /// Runs the slow statement until the handle is dropped.
    pub(crate) fn run_slow(&self) -> Running {
        let client = self.client("browse-page", SqlProtocol::Thrift);
        Running(tokio::spawn(async move {
            let execution = client?.execute_async(SLOW).await?;
            execution.wait().await?;
            Ok(())
        }))
    }

    /// Runs a statement whose text, client and error are markup.
    pub(crate) async fn run_hostile(&self) -> Result<(), Failure> {
        let status = self.submit(HOSTILE_SQL, HOSTILE_AGENT).await?;
        if status == 200 { Ok(()) } else { Err(format!("the submit got {status}").into()) }
    }

    /// Returns the HTTP status of a submit over the Statement Execution API.
    pub(crate) async fn submit_with_sea(&self) -> Result<u16, Failure> {
        self.submit(DELETE, "browse-page").await
    }

    async fn submit(&self, sql: &str, agent: &str) -> Result<u16, Failure> {
        let body = json!({ "warehouse_id": "local", "statement": sql, "wait_timeout": "10s" });
        let request = Request::post(format!("{}/api/2.0/sql/statements", self.warehouse.host()))
            .header("authorization", format!("Bearer {}", self.warehouse.token()))
            .header("content-type", "application/json")
            .header("user-agent", agent)
            .body(body.to_string())?;
        Ok(web::send(request).await?.status().as_u16())
    }

    /// Runs statements as a real day would have them, one of them still.
    pub(crate) async fn run_example(&self) -> Result<Vec<AsyncExecution>, Failure> {
        let report = self.client("nightly-report/2.1", SqlProtocol::Sea)?;
        let service = self.client("order-service/0.9", SqlProtocol::Thrift)?;
        let mut result = report.execute(ROWS).await?;
        while result.next().await?.is_some() {}
        let _ = service.execute(TYPO).await;
        for _ in 0..2 {
            let _ = service.execute(DELETE).await?;
        }
        let running = service.execute_async(SLOW).await?;
        let _ = report.execute(ROWS).await?;
        Ok(vec![running])
    }
}

/// A statement in the background.
pub(crate) struct Running(JoinHandle<Result<(), Failure>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn numbers(count: i64) -> Result<RecordBatch, Failure> {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..count));
    Ok(RecordBatch::try_from_iter([("id", ids)])?)
}
