//! SQL on DataFusion, in the dialect of Databricks.
//!
//! Statements run on the engine's own threads. Tables created by statements are in memory and
//! shared by all sessions; apart from them, statements can only read the folder given to the
//! builder.

mod added_nulls;
mod alter;
mod ambiguous_names;
mod bare_functions;
mod builder;
mod calendar;
mod call_names;
mod char_padding;
mod checks;
mod coercion;
mod command;
mod constant_operands;
mod constants;
mod data_folder;
mod date_pattern;
mod ddl;
mod decimal_comparisons;
mod decimals;
mod definition;
mod describe;
mod details;
mod dialect;
mod dml;
mod equalities;
mod errors;
mod functions;
mod generators;
mod grouping_keys;
mod groups;
mod information_schema;
mod inline_rows;
mod inline_tables;
mod interval;
mod join_keys;
mod kept_order;
mod lambda_calls;
mod lateral_aliases;
mod lateral_rows;
mod lazy_conditions;
mod limits;
mod literals;
mod memory_table;
mod merge;
mod names;
mod not_in;
mod null_operands;
mod numbers;
mod operators;
mod outer_columns;
mod own_expressions;
mod parameters;
mod pass_through;
mod pivots;
mod planner;
mod predicates;
mod progress;
mod qualifiers;
mod query_forms;
mod range;
mod refusals;
mod result_rows;
mod rewrite;
mod session;
mod set_operations;
mod settings;
mod shared;
mod shorthand;
mod show;
mod sorting;
mod statement;
mod stop;
mod store;
mod subqueries;
mod text_form;
mod threads;
mod time_names;
mod time_syntax;
mod time_zones;
mod token_forms;
mod typed_literals;
mod typed_names;
mod types;
mod using_joins;
mod value;
mod view_checks;
mod window_names;
mod windows;

use std::sync::Arc;

pub use self::builder::DataFusionEngineBuilder;
use self::session::Session;
use self::shared::Shared;
use dbsql_local::engine::{Engine, EngineSession, SessionOptions, SqlError};

/// An engine that runs SQL on DataFusion. Dropping it ends its threads.
///
/// ```
/// use dbsql_local::engine::{Engine, ProgressSink, Query, SessionOptions, SqlError};
/// use dbsql_warehouse::DataFusionEngine;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), SqlError> {
/// let engine = DataFusionEngine::builder().build()?;
/// let session = engine.open_session(&SessionOptions::default())?;
/// let output = session.execute(Query::new("SELECT * FROM RANGE(10)"), ProgressSink::ignored()).await?;
/// assert_eq!(output.batches[0].num_rows(), 10);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct DataFusionEngine {
    shared: Arc<Shared>,
}

impl DataFusionEngine {
    /// Returns a builder for the tables, limits and threads of a new engine.
    pub fn builder() -> DataFusionEngineBuilder {
        DataFusionEngineBuilder::default()
    }

    fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Returns the number of tasks on the engine's threads: one or more per running statement. The
    /// tasks of a stopped statement count until their work has really ended.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.shared.threads.tasks()
    }
}

impl Engine for DataFusionEngine {
    fn open_session(&self, options: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError> {
        Ok(Arc::new(Session::open(Arc::clone(&self.shared), options)?))
    }
}
