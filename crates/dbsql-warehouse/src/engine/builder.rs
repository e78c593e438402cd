//! How an engine is put together.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::DataFusionEngine;
use super::data_folder::DataFolder;
use super::errors::Result;
use super::memory_table::MemoryTable;
use super::shared::{Shared, session_state};
use super::store::{DEFAULT_CATALOG, DEFAULT_SCHEMA, Relation, Store, TableName};
use super::threads::Threads;
use dbsql_local::engine::SqlError;

/// What the sorts and joins of all statements may take together by default.
const MEMORY_BYTES: usize = 4 << 30;
/// What one result may take by default.
const RESULT_BYTES: usize = 1 << 30;

/// Builds a [`DataFusionEngine`].
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it builds"]
pub struct DataFusionEngineBuilder {
    data: Option<PathBuf>,
    tables: Vec<(String, Vec<RecordBatch>)>,
    threads: Option<NonZero<usize>>,
    memory_bytes: Option<usize>,
    result_bytes: Option<usize>,
}

impl DataFusionEngineBuilder {
    /// A folder whose Parquet and CSV files are tables. Each file in it, and each folder of files,
    /// is a table named by its stem. SQL reads nothing else of the disk, and writes nowhere.
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// A table in memory, in the schema `main.default`. Its columns are those of the first batch.
    pub fn table(
        mut self,
        name: impl Into<String>,
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Self {
        self.tables.push((name.into(), batches.into_iter().collect()));
        self
    }

    /// How many threads run SQL: as many as the machine has cores, unless said here. There are
    /// always at least two.
    pub fn threads(mut self, threads: NonZero<usize>) -> Self {
        self.threads = Some(threads);
        self
    }

    /// How much memory the sorts, joins and groups of all statements may take together; 4 GiB
    /// unless said here. What needs more fails.
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.memory_bytes = Some(bytes);
        self
    }

    /// How much memory one result may take; 1 GiB unless said here. A larger one fails.
    pub fn result_limit(mut self, bytes: usize) -> Self {
        self.result_bytes = Some(bytes);
        self
    }

    /// Starts the engine and its threads.
    ///
    /// # Errors
    ///
    /// When the data folder cannot be read, a table has no batch or two columns of one name, two
    /// tables have one name, or the threads cannot be started.
    pub fn build(self) -> Result<DataFusionEngine, SqlError> {
        let folder = match &self.data {
            Some(path) => Some(DataFolder::open(path).map_err(|error| {
                SqlError::internal(format!("the data folder {}: {error}", path.display()))
            })?),
            None => None,
        };
        let store = Store::new(folder);
        for (name, batches) in self.tables {
            let schema =
                batches.first().map_or_else(|| Schema::empty().into(), RecordBatch::schema);
            let table = Relation::Table(Arc::new(MemoryTable::new(&schema, batches)?));
            let name = TableName {
                catalog: DEFAULT_CATALOG.to_owned(),
                schema: DEFAULT_SCHEMA.to_owned(),
                table: name.to_lowercase(),
            };
            store.create(&name, table, false)?;
        }
        let threads = Threads::start(self.threads)
            .map_err(|error| SqlError::internal(format!("starting the threads: {error}")))?;
        let shared = Shared {
            threads: Arc::new(threads),
            store: Arc::new(store),
            state: session_state(self.memory_bytes.unwrap_or(MEMORY_BYTES))?,
            result_bytes: self.result_bytes.unwrap_or(RESULT_BYTES),
        };
        Ok(DataFusionEngine::new(Arc::new(shared)))
    }
}
