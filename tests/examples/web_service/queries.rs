//! The queries of a web service, by the tokens of its callers.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow_cast::display::array_value_to_string;
use dbsql::{AsyncExecution, Client, ExecutionStatus, Runtime};
use futures_util::future::join_all;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The maximum number of rows in a response, which is in memory.
const MAX_ROWS: usize = 1000;
/// The time limit of the shutdown.
const LIMIT: Duration = Duration::from_secs(10);

/// A real service also removes queries that are no longer requested.
pub(crate) struct Queries {
    client: Client,
    by_token: Mutex<BTreeMap<String, AsyncExecution>>,
}

impl Queries {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, by_token: Mutex::default() }
    }

    /// Submits a statement and returns its token, which is random and means nothing elsewhere.
    pub(crate) async fn submit(&self, sql: String) -> Result<String> {
        // If the caller disconnects, hyper drops this future, and the statement is canceled.
        let query = self.client.execute_async(sql).cancel_on_drop().await?;
        let token = format!("{:032x}", u128::from_be_bytes(Runtime::real().random_bytes()?));
        self.lock().insert(token.clone(), query);
        Ok(token)
    }

    /// Returns the status and, after success, the first rows; `None` for an unknown token.
    pub(crate) async fn show(&self, token: &str) -> Result<Option<Value>> {
        let Some(query) = self.lock().get(token).cloned() else { return Ok(None) };
        if query.is_running() {
            // The warehouse responds when the status changes, or after some seconds: a long poll.
            query.sync_status().await?;
        }
        let mut shown = json!({ "status": query.status().to_string() });
        if query.status() == ExecutionStatus::Finished {
            shown["rows"] = first_rows(&query).await?;
        } else if let Some(error) = query.failure() {
            shown["error"] = error.to_string().into();
        }
        Ok(Some(shown))
    }

    /// Stops the statement if it runs, and frees its result. Returns whether there was one.
    pub(crate) async fn delete(&self, token: &str) -> Result<bool> {
        let Some(query) = self.lock().remove(token) else { return Ok(false) };
        query.close().await?;
        Ok(true)
    }

    /// Closes the remaining queries, which can no longer be requested, and waits for late cancels.
    pub(crate) async fn stop(&self) -> Result<usize> {
        let left = std::mem::take(&mut *self.lock());
        let closes = left.values().map(|query| query.close().deadline(LIMIT).into_future());
        for closed in join_all(closes).await {
            closed?;
        }
        self.client.shutdown(LIMIT).await?;
        Ok(left.len())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, AsyncExecution>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns each row as a list of strings.
async fn first_rows(query: &AsyncExecution) -> Result<Value> {
    let mut results = query.get_results().await?;
    let mut rows = Vec::new();
    while let Some(batch) = results.next().await?.filter(|_| rows.len() < MAX_ROWS) {
        for row in 0..batch.num_rows().min(MAX_ROWS - rows.len()) {
            let texts = batch.columns().iter().map(|column| match column.is_null(row) {
                true => Ok(Value::Null),
                false => array_value_to_string(column, row).map(Value::from),
            });
            rows.push(texts.collect::<std::result::Result<Value, _>>()?);
        }
    }
    Ok(rows.into())
}
