//! The folder whose files are tables. No other files can be read, and none can be written.

use std::fs;
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result as PlanResult;
use datafusion::common::config::TableParquetOptions;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::ProjectionExec;
use futures_util::FutureExt as _;

use super::errors::{Result, from_datafusion, into_datafusion, quoted};
use super::memory_table::plain_schema;
use dbsql_local::engine::SqlError;

/// The maximum depth of folders within a table's folder.
const MAX_DEPTH: usize = 8;

/// A folder whose files and folders are tables, named by their stems.
#[derive(Debug)]
pub(super) struct DataFolder {
    /// With symbolic links and dots resolved.
    root: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Format {
    Parquet,
    Csv,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "parquet" => Some(Self::Parquet),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// The files of a table, all in one format.
#[derive(Debug)]
pub(super) struct TableFiles {
    format: Format,
    files: Vec<PathBuf>,
}

impl DataFolder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let root = path.canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::NotADirectory,
                "the data folder is not a folder",
            ));
        }
        Ok(Self { root })
    }

    /// Returns the names of the tables, in lower case.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .entries()
            .into_iter()
            .filter(|(_, path)| self.files(path).is_some())
            .map(|(name, _)| name)
            .collect();
        names.dedup();
        names
    }

    /// Returns whether there is a table with this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries().iter().any(|(known, path)| known == name && self.files(path).is_some())
    }

    /// Returns the files of a table. Two files or folders that would have the same name are an
    /// error.
    pub(super) fn find(&self, name: &str) -> Result<Option<TableFiles>> {
        // The name is compared with those in the folder and never becomes part of a path.
        let entries = self.entries().into_iter().filter(|(known, _)| known == name);
        let mut found = entries.filter_map(|(_, path)| Some((self.files(&path)?, path)));
        let Some((files, path)) = found.next() else { return Ok(None) };
        if let Some((_, other)) = found.next() {
            let message = format!(
                "The table {} has two sources in the data folder, {} and {}: rename one of them.",
                quoted([name]),
                file_name(&path),
                file_name(&other)
            );
            return Err(SqlError::new("AMBIGUOUS_REFERENCE", "42704", message));
        }
        Ok(Some(files))
    }

    /// Returns the names and paths directly in the folder, in order.
    fn entries(&self) -> Vec<(String, PathBuf)> {
        let mut entries: Vec<_> = children(&self.root)
            .into_iter()
            .filter_map(|path| {
                let stem = if path.is_dir() { path.file_name() } else { path.file_stem() };
                Some((stem?.to_str()?.to_lowercase(), path.clone()))
            })
            .filter(|(name, _)| !name.is_empty() && !name.starts_with(['.', '_']))
            .collect();
        entries.sort();
        entries
    }

    fn files(&self, path: &Path) -> Option<TableFiles> {
        let mut files = Vec::new();
        self.collect(path, 0, &mut files);
        let format = files.iter().map(|(format, _)| *format).min()?;
        files.retain(|(known, _)| *known == format);
        let mut files: Vec<_> = files.into_iter().map(|(_, path)| path).collect();
        files.sort();
        Some(TableFiles { format, files })
    }

    fn collect(&self, path: &Path, depth: usize, files: &mut Vec<(Format, PathBuf)>) {
        // A symbolic link out of the folder is not followed.
        let Ok(real) = path.canonicalize() else { return };
        if !real.starts_with(&self.root) {
            return;
        }
        if real.is_dir() && depth < MAX_DEPTH {
            for child in children(&real) {
                let hidden = child
                    .file_name()
                    .and_then(|name| name.to_str())
                    .is_none_or(|name| name.starts_with(['.', '_']));
                if !hidden {
                    self.collect(&child, depth + 1, files);
                }
            }
        } else if real.is_file()
            && let Some(format) = Format::of(path)
        {
            files.push((format, real));
        }
    }
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

impl TableFiles {
    /// Opens the table, with the columns that its files have now.
    pub(super) async fn open(&self, state: &SessionState) -> Result<Arc<dyn TableProvider>> {
        let error = match self.guarded(state).await {
            Ok(table) => return Ok(table),
            Err(error) => error,
        };
        // Which of the files is it?
        for file in &self.files {
            let alone = Self { format: self.format, files: vec![file.clone()] };
            if let Err(error) = alone.guarded(state).await {
                return Err(cannot_read(file, &error));
            }
        }
        Err(error)
    }

    /// Damaged files make the readers of their formats panic, too.
    async fn guarded(&self, state: &SessionState) -> Result<Arc<dyn TableProvider>> {
        match AssertUnwindSafe(self.listing(state)).catch_unwind().await {
            Ok(table) => table.map_err(from_datafusion),
            Err(_) => Err(SqlError::internal("The file is damaged.")),
        }
    }

    async fn listing(&self, state: &SessionState) -> PlanResult<Arc<dyn TableProvider>> {
        let format: Arc<dyn FileFormat> = match self.format {
            Format::Parquet => {
                let global = state.config_options().execution.parquet.clone();
                let options = TableParquetOptions { global, ..TableParquetOptions::default() };
                Arc::new(ParquetFormat::default().with_options(options))
            }
            Format::Csv => Arc::new(CsvFormat::default().with_has_header(true)),
        };
        let urls = self.files.iter().map(|file| url(file)).collect::<PlanResult<Vec<_>>>()?;
        // The files have been selected already, whatever the case of their extensions.
        let options = ListingOptions::new(format).with_file_extension("");
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(options)
            .infer_schema(state)
            .await?;
        let Some(files) = config.file_schema.clone() else {
            return Err(into_datafusion(SqlError::internal("a table without columns")));
        };
        let schema = plain_schema(&files).map_err(into_datafusion)?;
        // The files' own names, with the metadata of the table's columns.
        let fields = files.fields().iter().zip(schema.fields());
        let fields = fields.map(|(file, plain)| plain.as_ref().clone().with_name(file.name()));
        let config = config.with_schema(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
        let table = ListingTable::try_new(config)?;
        Ok(Arc::new(FileTable { table, schema }))
    }
}

fn cannot_read(file: &Path, error: &SqlError) -> SqlError {
    let message = format!("Error while reading file {}. {}", file_name(file), error.message);
    SqlError::new("FAILED_READ_FILE.NO_HINT", "KD001", message)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn url(file: &Path) -> PlanResult<ListingTableUrl> {
    // As a URL: in a path, `*` and similar characters would be patterns.
    let text = url::Url::from_file_path(file).map_err(|()| {
        into_datafusion(SqlError::internal("the path of a data file is not absolute"))
    })?;
    ListingTableUrl::try_new(text, None)
}

/// The files of a table, with column names in lower case.
#[derive(Debug)]
struct FileTable {
    table: ListingTable,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let plan = self.table.scan(state, projection, &[], limit).await?;
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let columns = projection.unwrap_or(&all);
        let inner = plan.schema();
        let renamed =
            columns.iter().zip(inner.fields()).enumerate().map(|(index, (&column, field))| {
                let expr = Arc::new(Column::new(field.name(), index)) as Arc<_>;
                (expr, self.schema.field(column).name().clone())
            });
        let renamed: Vec<_> = renamed.collect();
        Ok(Arc::new(ProjectionExec::try_new(renamed, plan)?))
    }
}
