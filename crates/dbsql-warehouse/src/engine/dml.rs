//! Statements that modify the rows of a table in memory.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, StringArray, new_null_array,
};
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::compute::{filter_record_batch, not};
use datafusion::sql::sqlparser::ast::{
    AssignmentTarget, CaseWhen, Delete, Expr, FromTable, Ident, Insert, ObjectName,
    Query as SqlQuery, SelectItem, SetExpr, Statement, TableFactor, TableObject, TableWithJoins,
    Truncate, Update, Value, helpers::attached_token::AttachedToken,
};

use super::ddl::{name_parts, table_reference};
use super::details::{Details, Length};
use super::dialect::Tokens;
use super::errors::{self, Result, quoted, unsupported};
use super::functions;
use super::memory_table::{MemoryTable, written_name};
use super::planner::not_found;
use super::rewrite::rewrite;
use super::statement::{Run, counts, prepared};
use super::store::{Relation, Store, TableName};
use dbsql_local::engine::{QueryOutput, SqlError};
use tokio::sync::MutexGuard;

impl Run {
    pub(super) async fn insert(&self, insert: Insert) -> Result<QueryOutput> {
        let TableObject::TableName(name) = &insert.table else {
            return Err(unsupported("INSERT into what is no table"));
        };
        if insert.on.is_some() || insert.partitioned.is_some() || insert.returning.is_some() {
            return Err(unsupported("this kind of INSERT"));
        }
        let Some(source) = insert.source else {
            return Err(unsupported("INSERT without a query or VALUES"));
        };
        let target = self.target(name)?;
        let table = &target.table;
        let positions = positions(table, name, &insert.columns)?;
        let plan = self.plan_query(prepared(*source)).await?;
        let width = plan.schema().fields().len();
        if width != positions.len() {
            let message = format!(
                "Cannot write to {name}: {} columns are to be written, and the data has {width}.",
                positions.len()
            );
            let class = if width < positions.len() {
                "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
            } else {
                "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS"
            };
            return Err(SqlError::new(class, "21S01", message));
        }
        let schema = table.columns();
        for (from, to) in plan.schema().fields().iter().zip(&positions) {
            functions::check_stored(from.data_type(), schema.field(*to).data_type())?;
        }
        let _writing = target.lock(&self.shared.store).await?;
        let (_, batches) = self.collect(&plan).await?;
        let new = batches.iter().map(|batch| {
            let columns = (0..schema.fields().len()).map(|column| {
                match positions.iter().position(|known| *known == column) {
                    Some(from) => Arc::clone(batch.column(from)),
                    None => new_null_array(schema.field(column).data_type(), batch.num_rows()),
                }
            });
            target.stored(&columns.collect::<Vec<_>>(), batch.num_rows())
        });
        let new = new.collect::<Result<Vec<_>>>()?;
        let rows = new.iter().map(RecordBatch::num_rows).sum();
        let mut all = if insert.overwrite { Vec::new() } else { table.rows().as_ref().clone() };
        all.extend(new);
        table.replace(all);
        counts(&["num_affected_rows", "num_inserted_rows"], rows)
    }

    pub(super) async fn delete(&self, delete: Delete) -> Result<QueryOutput> {
        if delete.using.is_some() || delete.limit.is_some() || !delete.order_by.is_empty() {
            return Err(unsupported("DELETE with more than a condition"));
        }
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = delete.from;
        let from = single(from)?;
        let target = self.target(relation_name(&from)?)?;
        let table = &target.table;
        let _writing = target.lock(&self.shared.store).await?;
        let columns = column_names(table).map(Expr::Identifier).collect();
        let changed = self.marked(from, columns, delete.selection).await?;
        let mut kept = Vec::new();
        let mut deleted = 0;
        for Marked { rows, marks } in changed {
            deleted += marks.true_count();
            let rows = target.stored(&rows, marks.len())?;
            let rest = not(&marks).and_then(|rest| filter_record_batch(&rows, &rest));
            kept.push(rest.map_err(|error| errors::from_datafusion(error.into()))?);
        }
        table.replace(kept);
        counts(&["num_affected_rows"], deleted)
    }

    pub(super) async fn update(&self, update: Update) -> Result<QueryOutput> {
        if update.from.is_some() || update.limit.is_some() || update.returning.is_some() {
            return Err(unsupported("UPDATE with more than a condition"));
        }
        let from = single(vec![update.table])?;
        let name = relation_name(&from)?.clone();
        let target = self.target(&name)?;
        let table = &target.table;
        let mut columns: Vec<_> = column_names(table).map(Expr::Identifier).collect();
        let condition = condition(update.selection.clone());
        for assignment in update.assignments {
            let AssignmentTarget::ColumnName(column) = assignment.target else {
                return Err(unsupported("UPDATE of several columns at once"));
            };
            let [at] = positions(table, &name, &[last_part(&column)])?[..] else {
                return Err(unsupported("UPDATE of what is no column"));
            };
            let old = columns[at].clone();
            columns[at] = Expr::Case {
                case_token: AttachedToken::empty(),
                end_token: AttachedToken::empty(),
                operand: None,
                conditions: vec![CaseWhen {
                    condition: condition.clone(),
                    result: assignment.value,
                }],
                else_result: Some(Box::new(old)),
            };
        }
        let _writing = target.lock(&self.shared.store).await?;
        let changed = self.marked(from, columns, update.selection).await?;
        let mut rows = Vec::new();
        let mut updated = 0;
        for Marked { rows: columns, marks } in changed {
            updated += marks.true_count();
            rows.push(target.stored(&columns, marks.len())?);
        }
        table.replace(rows);
        counts(&["num_affected_rows"], updated)
    }

    pub(super) async fn truncate(&self, truncate: Truncate) -> Result<QueryOutput> {
        for named in &truncate.table_names {
            let target = self.target(&named.name)?;
            let _writing = target.lock(&self.shared.store).await?;
            target.table.replace(Vec::new());
        }
        Ok(super::statement::nothing())
    }

    /// Returns the table in memory that a statement may modify.
    pub(super) fn target(&self, name: &ObjectName) -> Result<Target> {
        let parts = name_parts(name)?;
        let temporary = matches!(&parts[..], [only] if self.planner.views.contains_key(only));
        let full = self.full_name(name)?;
        let details = self.shared.store.details(&full);
        match self.shared.store.relation(&full) {
            _ if temporary => Err(unsupported("changing a view")),
            Some(Relation::Table(table)) => Ok(Target { name: full, table, details }),
            Some(Relation::View(_)) => Err(unsupported("changing a view")),
            None if self.shared.store.exists(&full) => {
                Err(unsupported("changing the files of the data folder"))
            }
            None => Err(not_found(&table_reference(name)?)),
        }
    }

    /// Selects these columns of every row of a table, with a mark where the condition holds.
    async fn marked(
        &self,
        target: TableWithJoins,
        columns: Vec<Expr>,
        selection: Option<Expr>,
    ) -> Result<Vec<Marked>> {
        let mut query = template()?;
        if let SetExpr::Select(select) = &mut *query.body {
            let width = columns.len();
            let items = columns.into_iter().chain([condition(selection)]).enumerate();
            select.projection = items
                .map(|(index, expr)| SelectItem::ExprWithAlias {
                    expr,
                    // The last is the mark.
                    alias: Ident::with_quote('`', format!("__dbsql_{index}_{width}")),
                })
                .collect();
            select.from = vec![target];
        }
        rewrite(&mut query);
        let plan = self.plan_query(query).await?;
        let (_, batches) = self.collect(&plan).await?;
        let marked = batches.into_iter().map(|batch| {
            let mut rows = batch.columns().to_vec();
            let marks = rows.pop().and_then(|marks| marks.as_boolean_opt().cloned());
            let marks = marks.ok_or_else(|| {
                let message = "The condition of the statement is not a BOOLEAN.";
                SqlError::new("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "42K09", message)
            })?;
            Ok(Marked { rows, marks })
        });
        marked.collect()
    }
}

/// Rows, and which of them satisfy a condition.
struct Marked {
    rows: Vec<ArrayRef>,
    marks: BooleanArray,
}

/// Returns the condition with NULL mapped to false; without a condition, always true.
pub(super) fn condition(selection: Option<Expr>) -> Expr {
    match selection {
        Some(selection) => Expr::IsTrue(Box::new(Expr::Nested(Box::new(selection)))),
        None => Expr::Value(Value::Boolean(true).into()),
    }
}

/// Returns a query template.
pub(super) fn template() -> Result<SqlQuery> {
    match Tokens::new("SELECT 1 FROM t")?.parse()? {
        Statement::Query(query) => Ok(*query),
        _ => Err(SqlError::internal("a query is not a query")),
    }
}

fn single(mut tables: Vec<TableWithJoins>) -> Result<TableWithJoins> {
    match (tables.pop(), tables.is_empty()) {
        (Some(table), true) if table.joins.is_empty() => Ok(table),
        _ => Err(unsupported("changing more than one table at once")),
    }
}

fn relation_name(table: &TableWithJoins) -> Result<&ObjectName> {
    match &table.relation {
        TableFactor::Table { name, args: None, .. } => Ok(name),
        _ => Err(unsupported("changing what is no table")),
    }
}

pub(super) fn column_names(table: &MemoryTable) -> impl Iterator<Item = Ident> {
    table.columns().fields().iter().map(|field| Ident::with_quote('`', field.name().clone()))
}

pub(super) fn last_part(name: &ObjectName) -> ObjectName {
    ObjectName(name.0.last().cloned().into_iter().collect())
}

/// Returns the positions of the named columns; of all columns if none is named.
pub(super) fn positions(
    table: &MemoryTable,
    name: &ObjectName,
    columns: &[ObjectName],
) -> Result<Vec<usize>> {
    let fields = table.columns().fields();
    if columns.is_empty() {
        return Ok((0..fields.len()).collect());
    }
    let mut positions = Vec::with_capacity(columns.len());
    for column in columns {
        let parts = name_parts(column)?;
        let found = parts.last().and_then(|last| table.columns().index_of(last).ok());
        let Some(position) = found else {
            let known: Vec<_> = fields.iter().map(|field| quoted([written_name(field)])).collect();
            return Err(errors::unresolved_column(&quoted(&parts), &known));
        };
        if positions.contains(&position) {
            let message = format!("The column {column} is named twice for {name}.");
            return Err(SqlError::new("COLUMN_ALREADY_EXISTS", "42711", message));
        }
        positions.push(position);
    }
    Ok(positions)
}

/// A table that a statement modifies.
pub(super) struct Target {
    pub(super) name: TableName,
    pub(super) table: Arc<MemoryTable>,
    details: Arc<Details>,
}

impl Target {
    /// Waits until no other statement modifies the table. It fails if the table has been replaced
    /// by then.
    pub(super) async fn lock(&self, store: &Store) -> Result<MutexGuard<'_, ()>> {
        let guard = self.table.lock().await;
        match store.relation(&self.name) {
            Some(Relation::Table(table)) if Arc::ptr_eq(&table, &self.table) => Ok(guard),
            _ => Err(errors::changed_meanwhile()),
        }
    }

    /// Converts columns to the types of the table.
    pub(super) fn stored(&self, columns: &[ArrayRef], rows: usize) -> Result<RecordBatch> {
        let schema = self.table.columns();
        let columns = columns.iter().zip(schema.fields()).map(|(column, field)| {
            if !field.is_nullable() && column.logical_null_count() > 0 {
                let message =
                    format!("NOT NULL constraint violated for column: {}.", written_name(field));
                return Err(SqlError::new("DELTA_NOT_NULL_CONSTRAINT_VIOLATED", "23502", message));
            }
            let column = functions::stored(column, field.data_type())?;
            match self.details.length_of(field.name()) {
                Some(length) => fitted(&column, length),
                None => Ok(column),
            }
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
            .map_err(|error| errors::from_datafusion(error.into()))
    }
}

/// Applies the length of `VARCHAR(n)` and `CHAR(n)`.
fn fitted(column: &ArrayRef, length: Length) -> Result<ArrayRef> {
    let Some(texts) = column.as_string_opt::<i32>() else { return Ok(Arc::clone(column)) };
    let fitted = texts.iter().map(|text| text.map(|text| length.fit(text)).transpose());
    Ok(Arc::new(fitted.collect::<Result<StringArray>>()?))
}
