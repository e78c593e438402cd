//! Helpers that run a statement and compare the result.

use std::sync::Arc;

use dbsql_local::engine::{
    Engine as _, EngineSession, Parameter, ProgressSink, Query, QueryOutput, SessionOptions,
    SqlError,
};
use dbsql_warehouse::DataFusionEngine;
use tokio::runtime::Runtime;

/// A session of an engine, for tests that are not concurrent.
pub(crate) struct Warehouse {
    pub(crate) runtime: Runtime,
    pub(crate) engine: DataFusionEngine,
    pub(crate) session: Arc<dyn EngineSession>,
}

impl Warehouse {
    pub(crate) fn new() -> Self {
        Self::of(DataFusionEngine::builder().build().unwrap())
    }

    pub(crate) fn of(engine: DataFusionEngine) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let session = engine.open_session(&SessionOptions::default()).unwrap();
        Self { runtime, engine, session }
    }

    /// Another session.
    pub(crate) fn open(&self) -> Arc<dyn EngineSession> {
        self.engine.open_session(&SessionOptions::default()).unwrap()
    }

    pub(crate) fn query(&self, query: Query) -> Result<QueryOutput, SqlError> {
        self.runtime.block_on(self.session.execute(query, ProgressSink::ignored()))
    }

    #[track_caller]
    pub(crate) fn run(&self, sql: &str) -> QueryOutput {
        match self.query(Query::new(sql)) {
            Ok(output) => output,
            Err(error) => panic!("{sql}: {error:?}"),
        }
    }

    /// Compares the result with lines: names with types, then a line for each row.
    #[track_caller]
    pub(crate) fn check(&self, sql: &str, expected: &[&str]) {
        assert_eq!(lines(&self.run(sql)), expected, "{sql}");
    }

    /// Compares only the rows.
    #[track_caller]
    pub(crate) fn rows(&self, sql: &str, expected: &[&str]) {
        assert_eq!(lines(&self.run(sql))[1..], *expected, "{sql}");
    }

    /// Checks the class and SQLSTATE of the error, and words of its message.
    #[track_caller]
    pub(crate) fn fails(&self, sql: &str, class: &str, state: &str, words: &str) {
        let error = match self.query(Query::new(sql)) {
            Ok(output) => panic!("{sql}: {:?}", lines(&output)),
            Err(error) => error,
        };
        let found = (error.error_class.as_deref(), error.sql_state.as_deref());
        let sql = &sql[..sql.len().min(200)];
        assert_eq!(found, (Some(class), Some(state)), "{sql}: {error}");
        assert!(error.message.contains(words), "{sql}: {error}");
    }
}

#[track_caller]
pub(crate) fn check(sql: &str, expected: &[&str]) {
    Warehouse::new().check(sql, expected);
}

pub(crate) fn parameter(name: Option<&str>, sql_type: &str, value: Option<&str>) -> Parameter {
    Parameter {
        name: name.map(str::to_owned),
        sql_type: sql_type.to_owned(),
        value: value.map(str::to_owned),
        ..Parameter::default()
    }
}

/// Formats `a: Int32, b: Utf8`, then `1|x` for each row.
pub(crate) fn lines(output: &QueryOutput) -> Vec<String> {
    use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

    let columns = output.schema.fields().iter();
    let columns: Vec<_> =
        columns.map(|field| format!("{}: {}", field.name(), field.data_type())).collect();
    let mut lines = vec![columns.join(", ")];
    let options = FormatOptions::default().with_null("NULL");
    for batch in &output.batches {
        assert_eq!(batch.schema(), output.schema);
        let cells: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<_> = cells.iter().map(|cells| cells.value(row).to_string()).collect();
            lines.push(cells.join("|"));
        }
    }
    lines
}
