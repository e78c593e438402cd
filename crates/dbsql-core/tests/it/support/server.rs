//! The server of these tests: an in-process local warehouse with a scripted engine whose statements
//! are all alike.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use dbsql_core::Runtime;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::engine::{QueryOutput, SqlError};
use dbsql_local::faults::{FaultPlan, Step};
use dbsql_local::{Gone, Quirks, SeenRequest, Service, Settings};
use dbsql_protocol::rpc::Rpc;
use dbsql_transport::{Body, BoxFuture, Transport, TransportError};
use http::{Request, Response};

use super::PATH;

/// Properties of statements. Their result is one BIGINT column that counts from 0.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// How long they run.
    pub(crate) runs_for: Duration,
    /// The state that they report after half of that time.
    pub(crate) progress: Option<f64>,
    /// Whether they fail.
    pub(crate) fails: bool,
    /// Number of result rows.
    pub(crate) rows: u64,
    /// Maximum number of rows per response.
    pub(crate) page: u64,
    /// How long the server holds a status call while they run.
    pub(crate) holds: Duration,
    /// Whether they have a result set; DDL has none.
    pub(crate) has_rows: bool,
    /// Rows changed by DML.
    pub(crate) modified: Option<u64>,
    /// All rows are 7, instead of counting from 0.
    pub(crate) constant: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            runs_for: Duration::ZERO,
            progress: None,
            fails: false,
            rows: 10,
            page: 4,
            holds: Duration::ZERO,
            has_rows: true,
            modified: None,
            constant: false,
        }
    }
}

impl Plan {
    fn answer(&self) -> Answer {
        let answer = match self.fails {
            true => {
                Answer::fail(SqlError::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", "no such table"))
            }
            false => Answer::output(self.output()),
        };
        let half = self.runs_for / 2;
        match self.progress {
            _ if self.runs_for.is_zero() => answer,
            Some(fraction) => answer.after(half).reporting(fraction, "").after(half),
            None => answer.after(self.runs_for),
        }
    }

    fn output(&self) -> QueryOutput {
        if !self.has_rows {
            return QueryOutput::new(Arc::new(Schema::empty()), Vec::new());
        }
        let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
        let id = |row| if self.constant { 7 } else { row as i64 };
        let ids = Int64Array::from_iter_values((0..self.rows).map(id));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(ids)]);
        let batches = vec![batch.expect("one column")];
        QueryOutput { rows_affected: self.modified, ..QueryOutput::new(schema, batches) }
    }
}

/// An in-process server. Clones are the same server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    service: Service,
    engine: ScriptedEngine,
    plan: Arc<Mutex<Plan>>,
}

impl Server {
    /// A server like a Databricks warehouse: offsets, direct results. Rows are columnar.
    pub(crate) fn databricks() -> Self {
        Self::with(Settings { arrow: false, ..Settings::default() })
    }

    /// A server like Apache Spark: one cursor per result, and it never reports that there are more
    /// rows.
    pub(crate) fn spark() -> Self {
        Self::with(Settings::spark())
    }

    /// A server like HiveServer2, whose pages do not have a start row.
    pub(crate) fn hive() -> Self {
        Self::with(Settings::hive())
    }

    /// A server like Apache Kyuubi, whose pages report their end.
    pub(crate) fn kyuubi() -> Self {
        Self::with(Settings::kyuubi())
    }

    /// A server of one of these kinds whose results can be read only once, from start to end.
    pub(crate) fn once(settings: Settings) -> Self {
        let quirks = Quirks { reject_fetch_first: true, ..settings.quirks };
        Self::with(Settings { quirks, ..settings })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self::with_faults(settings, FaultPlan::default())
    }

    pub(crate) fn with_faults(settings: Settings, faults: FaultPlan) -> Self {
        /// Longer than any test waits.
        const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        let runtime = Runtime::seeded(3);
        let plan = Arc::new(Mutex::new(Plan::default()));
        let planned = Arc::clone(&plan);
        let engine = ScriptedEngine::new(runtime.clone())
            .on_any(move |_| Some(planned.lock().unwrap_or_else(PoisonError::into_inner).answer()));
        let settings = Settings {
            http_path: PATH.to_owned(),
            operation_idle: NEVER,
            session_idle: NEVER,
            quirks: Quirks { gone: Gone::Text, split_bodies: true, ..settings.quirks },
            ..settings
        };
        let builder = Service::builder().engine(engine.clone()).runtime(runtime);
        let service = builder.settings(settings).faults(faults).record_requests().build();
        let server = Self { service, engine, plan };
        server.plan(|_| ());
        server
    }

    /// Sets the properties of statements from now on.
    pub(crate) fn plan(&self, change: impl FnOnce(&mut Plan)) {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut plan);
        let Plan { page, holds, .. } = *plan;
        self.service.change_settings(|settings| {
            settings.page_rows = page;
            settings.status_window = holds;
        });
    }

    /// Changes the settings of the service.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) {
        self.service.change_settings(change);
    }

    /// Scripts the next requests of a method, one by one.
    pub(crate) fn script(&self, method: &str, steps: impl IntoIterator<Item = Step>) {
        self.service.script(method, steps);
    }

    /// Scripts each request of a method from now on.
    pub(crate) fn always(&self, method: &str, step: impl Fn() -> Step + Send + 'static) {
        self.service.always(method, step);
    }

    /// Ends [`always`](Self::always) for a method.
    pub(crate) fn recover(&self, method: &str) {
        self.service.recover(method);
    }

    /// How the server reports an unknown handle.
    pub(crate) fn says_gone(&self, gone: Gone) {
        self.service.change_settings(|settings| settings.quirks.gone = gone);
    }

    /// Deletes every session and its operations.
    pub(crate) fn lose_sessions(&self) {
        self.service.lose_sessions();
    }

    /// Deletes every operation.
    pub(crate) fn lose_operations(&self) {
        self.service.lose_operations();
    }

    /// Moves the cursor of every result, as another reader would.
    pub(crate) fn move_cursors(&self, row: u64) {
        self.service.move_cursors(row);
    }

    /// The text of each statement that ran, in order.
    pub(crate) fn executions(&self) -> Vec<String> {
        self.engine.queries().into_iter().map(|query| query.sql).collect()
    }

    pub(crate) fn open_sessions(&self) -> usize {
        self.service.live_sessions()
    }

    pub(crate) fn open_operations(&self) -> usize {
        self.service.live_operations()
    }

    /// Running operations: neither ended nor canceled.
    pub(crate) fn running(&self) -> usize {
        self.service.running_operations()
    }

    /// Number of requests of a method.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.seen().iter().filter(|seen| seen.name() == method).count()
    }

    /// Number of requests.
    pub(crate) fn total(&self) -> usize {
        self.seen().len()
    }

    /// Number of requests of a method in flight.
    pub(crate) fn in_flight(&self, method: &str) -> usize {
        self.service.in_flight(method).now as usize
    }

    /// Maximum number of requests of a method in flight at once.
    pub(crate) fn most_in_flight(&self, method: &str) -> usize {
        self.service.in_flight(method).most as usize
    }

    /// The requests of a method.
    pub(crate) fn requests<R: Rpc>(&self) -> Vec<R::Request> {
        self.service.calls::<R>()
    }

    /// The times of the requests of a method.
    pub(crate) fn times(&self, method: &str) -> Vec<Duration> {
        let seen = self.seen();
        seen.iter().filter(|seen| seen.name() == method).map(SeenRequest::at).collect()
    }

    /// All requests.
    pub(crate) fn seen(&self) -> Vec<SeenRequest> {
        self.service.seen()
    }
}

impl Transport for Server {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let transport = self.service.transport();
        Box::pin(async move { transport.send(request).await })
    }
}
