//! The builder of an engine.

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
use super::store::{DEFAULT_CATALOG, DEFAULT_SCHEMA, Entry, Relation, Store, TableName};
use super::threads::Threads;
use dbsql_local::engine::SqlError;

/// The default memory limit of the sorts and joins of all statements.
const MEMORY_BYTES: usize = 4 << 30;
/// The default size limit of a result.
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
    /// Sets a folder whose Parquet and CSV files are tables. Each file in it, and each folder of
    /// files, is a table named by its stem. SQL reads no other files, and writes none.
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// Adds a table in memory, in the schema `main.default`. Its columns are those of the first
    /// batch.
    pub fn table(
        mut self,
        name: impl Into<String>,
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Self {
        self.tables.push((name.into(), batches.into_iter().collect()));
        self
    }

    /// Sets the number of threads that run SQL: by default the number of cores, and at least two.
    pub fn threads(mut self, threads: NonZero<usize>) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Sets the memory limit for the sorts, joins and groups of all statements together; 4 GiB by
    /// default. A statement that exceeds it fails.
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.memory_bytes = Some(bytes);
        self
    }

    /// Sets the size limit of a result in memory; 1 GiB by default. A statement with a larger one
    /// fails.
    pub fn result_limit(mut self, bytes: usize) -> Self {
        self.result_bytes = Some(bytes);
        self
    }

    /// Starts the engine and its threads.
    ///
    /// # Errors
    ///
    /// If the data folder cannot be read, a table has no batch or two columns with the same name,
    /// two tables have the same name, or the threads cannot be started.
    pub fn build(self) -> Result<DataFusionEngine, SqlError> {
        let folder = match &self.data {
            Some(path) => Some(DataFolder::open(path).map_err(|error| {
                SqlError::internal(format!(
                    "cannot use the data folder {}: {error}",
                    path.display()
                ))
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
            let entry = Entry { relation: table, details: Arc::default() };
            store.create(&name, entry, false)?;
        }
        let threads = Threads::start(self.threads)
            .map_err(|error| SqlError::internal(format!("failed to start the threads: {error}")))?;
        let shared = Shared {
            threads: Arc::new(threads),
            store: Arc::new(store),
            state: session_state(self.memory_bytes.unwrap_or(MEMORY_BYTES))?,
            result_bytes: self.result_bytes.unwrap_or(RESULT_BYTES),
        };
        Ok(DataFusionEngine::new(Arc::new(shared)))
    }
}
