//! A table in memory that statements can modify.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as PlanResult;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use tokio::sync::{Mutex as AsyncMutex, MutexGuard};

use super::errors::{Result, duplicate_column};

/// The metadata key of a field for the original spelling of its name. Inside the engine names are
/// in lower case, since SQL is case-insensitive.
const WRITTEN: &str = "dbsql.written";

/// Returns the columns with names in lower case.
pub(super) fn plain_schema(written: &Schema) -> Result<SchemaRef> {
    let mut fields: Vec<Field> = Vec::with_capacity(written.fields().len());
    for field in written.fields() {
        let name = field.name().to_lowercase();
        if fields.iter().any(|known| *known.name() == name) {
            return Err(duplicate_column(field.name()));
        }
        let mut metadata = field.metadata().clone();
        if name != *field.name() {
            metadata.insert(WRITTEN.to_owned(), field.name().clone());
        }
        fields.push(field.as_ref().clone().with_name(name).with_metadata(metadata));
    }
    Ok(Arc::new(Schema::new(fields)))
}

/// Returns the metadata of a column whose name was written like this, if it is not in lower case.
pub(super) fn with_written_name(written: &str) -> Option<BTreeMap<String, String>> {
    (written.to_lowercase() != written)
        .then(|| BTreeMap::from([(WRITTEN.to_owned(), written.to_owned())]))
}

/// Returns the original spelling of a column's name, if the field still has that name.
pub(super) fn written_name(field: &Field) -> &str {
    match field.metadata().get(WRITTEN) {
        Some(written) if written.to_lowercase() == *field.name() => written,
        _ => field.name(),
    }
}

/// A table in memory. The rows that a statement reads do not change while it runs.
#[derive(Debug)]
pub(super) struct MemoryTable {
    schema: SchemaRef,
    rows: Mutex<Arc<Vec<RecordBatch>>>,
    /// Held from reading to replacing: statements that modify a table are serialized.
    writing: AsyncMutex<()>,
}

impl MemoryTable {
    /// Creates a table with these batches, whose columns match `written`, ignoring case.
    pub(super) fn new(written: &Schema, batches: Vec<RecordBatch>) -> Result<Self> {
        let schema = plain_schema(written)?;
        let rows = batches
            .into_iter()
            .map(|batch| relabel(&batch, &schema))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| super::errors::from_datafusion(error.into()))?;
        Ok(Self { schema, rows: Mutex::new(Arc::new(rows)), writing: AsyncMutex::new(()) })
    }

    /// Returns the columns as they were written.
    pub(super) fn written_columns(&self) -> Vec<Field> {
        let fields = self.schema.fields().iter();
        fields
            .map(|field| {
                let data_type = field.data_type().clone();
                Field::new(written_name(field), data_type, field.is_nullable())
            })
            .collect()
    }

    /// Returns the columns, with names in lower case.
    pub(super) fn columns(&self) -> &SchemaRef {
        &self.schema
    }

    /// Waits until no other statement modifies the table.
    pub(super) async fn lock(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().await
    }

    pub(super) fn rows(&self) -> Arc<Vec<RecordBatch>> {
        Arc::clone(&self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Atomically replaces the rows, for statements that start later.
    pub(super) fn replace(&self, rows: Vec<RecordBatch>) {
        *self.rows.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(rows);
    }
}

/// Returns the same columns with the names and metadata of this schema.
fn relabel(
    batch: &RecordBatch,
    schema: &SchemaRef,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns().to_vec(), &options)
}

#[async_trait]
impl TableProvider for MemoryTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let rows = self.rows();
        let schema = Arc::clone(&self.schema);
        Ok(MemorySourceConfig::try_new_exec(
            std::slice::from_ref(rows.as_ref()),
            schema,
            projection.cloned(),
        )?)
    }
}
