//! The rows of a metadata call: collected as servers send them, then filtered, sorted and converted
//! to the columns of JDBC.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, PrimitiveBuilder, StringBuilder};
use arrow_array::types::{ArrowPrimitiveType, Int16Type, Int32Type};
use arrow_array::{ArrayRef, RecordBatch};
use dbsql_arrow::batch;

use super::shape::{Column, ColumnType, Sent, Shape};
use super::value::Value;
use crate::metadata_request::{Filter, Kind, Request};
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// The number of rows in a batch of the result.
const BATCH_ROWS: usize = 8192;

/// The maximum size of the rows, whatever the budget: the strings of a batch have 32-bit offsets.
const MAX_BYTES: usize = 1 << 30;

/// Rows as servers sent them.
#[derive(Debug)]
pub(super) struct Rows {
    sets: Vec<Set>,
    bytes: usize,
    limit: usize,
}

/// Rows with the same columns.
#[derive(Debug)]
struct Set {
    batch: RecordBatch,
    requested: Arc<RequestedNames>,
}

/// The names in the request, which replace names that are missing in the rows.
#[derive(Debug, Default)]
pub(super) struct RequestedNames {
    catalog: Option<String>,
    schema: Option<String>,
    table: Option<String>,
}

impl RequestedNames {
    pub(super) fn by(request: &Request) -> Self {
        let table = request.table.as_ref();
        Self {
            catalog: request.catalog.clone().or(table.map(|name| name.catalog.clone())),
            schema: table.map(|name| name.schema.clone()),
            table: table.map(|name| name.table.clone()),
        }
    }

    /// Returns the name for a column of the result.
    fn name(&self, column: &str) -> Option<&str> {
        match column {
            "TABLE_CAT" | "TABLE_CATALOG" | "FUNCTION_CAT" | "FKTABLE_CAT" => {
                self.catalog.as_deref()
            }
            "TABLE_SCHEM" | "FKTABLE_SCHEM" => self.schema.as_deref(),
            "TABLE_NAME" | "FKTABLE_NAME" => self.table.as_deref(),
            _ => None,
        }
    }
}

/// The location of a row.
#[derive(Clone, Copy, Debug)]
struct Entry {
    set: usize,
    row: usize,
    position: i32,
}

impl Rows {
    /// `byte_budget` covers the rows as received and as returned.
    pub(super) fn new(byte_budget: u64) -> Self {
        let budget = usize::try_from(byte_budget).unwrap_or(usize::MAX);
        Self { sets: Vec::new(), bytes: 0, limit: (budget / 2).min(MAX_BYTES) }
    }

    /// # Errors
    ///
    /// `Config` when the rows take more than half of the byte budget.
    pub(super) fn add(
        &mut self,
        batch: &RecordBatch,
        requested: &Arc<RequestedNames>,
    ) -> Result<()> {
        // The batch may share memory with others.
        let batch = batch::compact(batch);
        self.bytes = self.bytes.saturating_add(batch::memory_size(&batch));
        if self.bytes > self.limit {
            let message = format!("the metadata take more than {} bytes", self.limit);
            return Err(Error::new(ErrorKind::Config, message)
                .with_retry(RetryAdvice::Never)
                .with_next_step(
                    "narrow the call by a catalog and patterns, or raise Config::byte_budget, of \
                     which metadata may take one half",
                ));
        }
        self.sets.push(Set { batch, requested: Arc::clone(requested) });
        Ok(())
    }

    /// Returns a mark for [`truncate`](Self::truncate).
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.sets.len(), self.bytes)
    }

    /// Drops the rows that were added after the mark.
    pub(super) fn truncate(&mut self, (sets, bytes): (usize, usize)) {
        self.sets.truncate(sets);
        self.bytes = bytes;
    }

    /// Returns the values of the first column of the shape, which are names.
    pub(super) fn names(&self, kind: Kind) -> Result<Vec<String>> {
        let request = Request::new(kind);
        let view = View::new(&self.sets, Shape::of(kind))?;
        let entries = view.entries(&request);
        let names =
            entries.iter().filter_map(|entry| Some(view.value(0, *entry).as_text()?.to_owned()));
        Ok(names.collect())
    }

    /// Returns the requested rows, in order, in the shape of the call.
    ///
    /// # Errors
    ///
    /// `Protocol` when a column that is never null is missing.
    pub(super) fn into_batches(self, request: &Request) -> Result<Vec<RecordBatch>> {
        let shape = Shape::of(request.kind);
        let view = View::new(&self.sets, shape)?;
        let entries = view.entries(request);
        let schema = shape.schema();
        let mut batches = Vec::new();
        for chunk in entries.chunks(BATCH_ROWS) {
            let arrays = (0..shape.columns.len()).map(|index| view.array(index, chunk));
            let arrays = arrays.collect::<Result<Vec<_>>>()?;
            let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|error| {
                let message = "the metadata do not have the shape of their call";
                Error::new(ErrorKind::Protocol, message).with_source(error)
            })?;
            batches.push(batch);
        }
        Ok(batches)
    }
}

/// The rows, seen through a shape.
struct View<'a> {
    sets: &'a [Set],
    shape: Shape,
    /// For each set and column of the shape, the column of the set.
    sources: Vec<Vec<Option<usize>>>,
    /// For each set, the column with the ordinal position.
    ordinals: Vec<Option<usize>>,
}

impl<'a> View<'a> {
    fn new(sets: &'a [Set], shape: Shape) -> Result<Self> {
        let sources = |set: &Set| {
            let source = |column: &Column| {
                let source = find(&set.batch, column.from);
                let is_needed = !column.nullable && !column.from.is_empty();
                // A missing column may have a default value.
                let is_given = source.is_some()
                    || !is_needed
                    || set.requested.name(column.name).is_some()
                    || (column.make)(&Sent { value: Value::Null, position: 1 }) != Value::Null;
                if is_given { Ok(source) } else { Err(missing(column)) }
            };
            shape.columns.iter().map(source).collect::<Result<Vec<_>>>()
        };
        Ok(Self {
            sources: sets.iter().map(sources).collect::<Result<_>>()?,
            ordinals: sets
                .iter()
                .map(|set| find(&set.batch, &["ORDINAL_POSITION", "ordinalPosition"]))
                .collect(),
            sets,
            shape,
        })
    }

    /// The rows that satisfy the filters of a call, in order.
    fn entries(&self, request: &Request) -> Vec<Entry> {
        let all = self.sets.iter().enumerate().flat_map(|(set, rows)| {
            (0..rows.batch.num_rows()).map(move |row| Entry { set, row, position: 0 })
        });
        let filters: Vec<(usize, Filter)> = request
            .filters()
            .into_iter()
            .filter_map(|(name, filter)| Some((self.shape.index_of(name)?, filter)))
            .collect();
        let column = self.shape.index_of("COLUMN_NAME");
        // Columns are numbered before some are filtered out.
        let is_late = |index: usize| request.kind == Kind::Columns && Some(index) == column;
        let admits = |entry: &Entry, late: bool| {
            filters
                .iter()
                .filter(|(index, _)| is_late(*index) == late)
                .all(|(index, filter)| filter.admits(self.value(*index, *entry).as_text()))
        };
        let mut entries: Vec<Entry> = all.filter(|entry| admits(entry, false)).collect();
        for (entry, position) in entries.iter_mut().zip(1..) {
            entry.position = position;
        }
        let order: Vec<usize> =
            self.shape.order.iter().filter_map(|name| self.shape.index_of(name)).collect();
        entries.sort_by(|one, other| self.order(&order, *one, *other));
        if request.kind == Kind::Columns {
            self.count_columns(&order, &mut entries);
            entries.retain(|entry| admits(entry, true));
        }
        entries
    }

    fn order(&self, by: &[usize], one: Entry, other: Entry) -> Ordering {
        let by_column = |index: &usize| {
            let column = self.shape.columns.get(*index);
            match column.is_some_and(|column| column.name == "ORDINAL_POSITION") {
                true => self.ordinal(one).cmp(&self.ordinal(other)),
                false => self.value(*index, one).order(&self.value(*index, other)),
            }
        };
        by.iter().map(by_column).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// Returns the ordinal position as the server counts it, from zero or from one.
    fn ordinal(&self, entry: Entry) -> i64 {
        let source = self.ordinals.get(entry.set).copied().flatten();
        let sent =
            source.map(|source| Value::of(self.sets[entry.set].batch.column(source), entry.row));
        sent.and_then(|sent| sent.as_number()).unwrap_or(entry.position.into())
    }

    /// Numbers the columns of each table from one.
    fn count_columns(&self, order: &[usize], entries: &mut [Entry]) {
        let Some((_, table)) = order.split_last() else { return };
        let mut before: Option<Entry> = None;
        for entry in entries {
            let is_next =
                before.is_some_and(|before| self.order(table, before, *entry) == Ordering::Equal);
            entry.position = match before {
                Some(before) if is_next => before.position.saturating_add(1),
                _ => 1,
            };
            before = Some(*entry);
        }
    }

    /// The value of a column of the shape.
    fn value(&self, index: usize, entry: Entry) -> Value<'a> {
        let set = &self.sets[entry.set];
        let Some(column) = self.shape.columns.get(index) else { return Value::Null };
        let source = self.sources[entry.set][index];
        let mut value =
            source.map_or(Value::Null, |source| Value::of(set.batch.column(source), entry.row));
        // An empty string is not replaced: a server without catalogs sends it.
        if let (Value::Null, Some(requested)) = (&value, set.requested.name(column.name)) {
            value = Value::text(requested);
        }
        (column.make)(&Sent { value, position: entry.position })
    }

    fn array(&self, index: usize, entries: &[Entry]) -> Result<ArrayRef> {
        let column = &self.shape.columns[index];
        let values = entries.iter().map(|entry| {
            let value = self.value(index, *entry);
            match value {
                Value::Null if !column.nullable => Err(missing(column)),
                value => Ok(value),
            }
        });
        Ok(match column.data_type {
            ColumnType::Text => {
                let mut builder = StringBuilder::with_capacity(entries.len(), entries.len() * 8);
                for value in values {
                    builder.append_option(text_of(&value?));
                }
                Arc::new(builder.finish())
            }
            ColumnType::Boolean => {
                let mut builder = BooleanBuilder::with_capacity(entries.len());
                for value in values {
                    builder.append_option(value?.as_truth());
                }
                Arc::new(builder.finish())
            }
            ColumnType::Int => numbers::<Int32Type>(column, values)?,
            ColumnType::Short => numbers::<Int16Type>(column, values)?,
        })
    }
}

fn numbers<'a, T>(
    column: &Column,
    values: impl Iterator<Item = Result<Value<'a>>>,
) -> Result<ArrayRef>
where
    T: ArrowPrimitiveType<Native: TryFrom<i64>>,
{
    let mut builder = PrimitiveBuilder::<T>::new();
    for value in values {
        let number = value?.as_number().map(T::Native::try_from).transpose().map_err(|_| {
            let message = format!("a value of {} is out of range", column.name);
            Error::new(ErrorKind::Protocol, message)
        })?;
        builder.append_option(number);
    }
    Ok(Arc::new(builder.finish()))
}

/// Converts a value to text, also from numbers and booleans.
fn text_of<'a>(value: &'a Value<'_>) -> Option<Cow<'a, str>> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Truth(truth) => Some(truth.to_string().into()),
    }
}

/// Returns the column with the first of these names that exists, ignoring case.
fn find(batch: &RecordBatch, names: &[&str]) -> Option<usize> {
    let schema = batch.schema_ref();
    names.iter().find_map(|name| {
        schema.fields().iter().position(|field| field.name().eq_ignore_ascii_case(name))
    })
}

fn missing(column: &Column) -> Error {
    let message = format!(
        "the metadata from the server have no {}, which is never missing",
        column.from.first().unwrap_or(&column.name)
    );
    Error::new(ErrorKind::Protocol, message).with_retry(RetryAdvice::Never)
}
