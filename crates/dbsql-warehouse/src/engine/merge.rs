//! `MERGE INTO`.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    AssignmentTarget, CaseWhen, Expr, Ident, Join, JoinConstraint, JoinOperator, Merge,
    MergeAction, MergeClause, MergeClauseKind, MergeInsertKind, ObjectName, ObjectNamePart, Query,
    SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, Value,
};

use super::ddl::name_parts;
use super::dml::{Target, column_names, condition, last_part, positions, template};
use super::errors::{self, Result, from_datafusion, quoted, unsupported};
use super::planner::Planner;
use super::rewrite::rewrite;
use super::statement::{Run, counted, prepared};
use super::token_forms::ALL_COLUMNS;
use dbsql_local::engine::{QueryOutput, SqlError};

/// The tables of a MERGE under names of its own, and the column that numbers their rows.
const TARGET: &str = "__dbsql_target";
const SOURCE: &str = "__dbsql_source";
const ROW: &str = "__dbsql_row";

/// A side of a MERGE.
struct Side {
    table: &'static str,
    alias: TableAlias,
    schema: SchemaRef,
    /// With the numbers of the rows in the last column.
    rows: Vec<RecordBatch>,
}

/// A clause with what its columns are set to, by position in the target; `None` to delete.
struct Clause {
    condition: Expr,
    values: Option<Vec<Expr>>,
    unconditional: bool,
}

impl Run {
    pub(super) async fn merge(&self, merge: Merge) -> Result<QueryOutput> {
        if merge.output.is_some() {
            return Err(unsupported("OUTPUT and RETURNING of MERGE"));
        }
        let TableFactor::Table { name, alias, args: None, .. } = &merge.table else {
            return Err(unsupported("changing what is no table"));
        };
        let target = self.target(name)?;
        let source = self.source(&merge.source).await?;
        let _writing = target.lock(&self.shared.store).await?;
        let alias = match alias {
            Some(alias) => alias.clone(),
            None => alias_of(name)?,
        };
        let table = target.table.columns();
        let target_side = Side::new(TARGET, alias, table, target.table.rows().as_ref())?;

        let mut matched = Vec::new();
        let mut unmatched = Vec::new();
        let mut orphaned = Vec::new();
        for clause in &merge.clauses {
            let read = clause_of(clause, &target, name, &target_side, &source)?;
            match clause.clause_kind {
                MergeClauseKind::Matched => matched.push(read),
                MergeClauseKind::NotMatched | MergeClauseKind::NotMatchedByTarget => {
                    unmatched.push(read);
                }
                MergeClauseKind::NotMatchedBySource => orphaned.push(read),
            }
        }

        // The pairs of rows: both numbers, the number of the clause, and the new values.
        let join = Join {
            relation: source.factor(),
            global: false,
            join_operator: JoinOperator::Inner(JoinConstraint::On(*merge.on.clone())),
        };
        let from = TableWithJoins { relation: target_side.factor(), joins: vec![join] };
        let numbers = vec![target_side.column(ROW), source.column(ROW)];
        let old = target_side.columns(&target);
        let pairs = self.changes(from, numbers, &matched, &old, &[&target_side, &source]).await?;
        let mut changed = Outcome::default();
        let mut paired_sources = BTreeSet::new();
        let mut paired_targets = BTreeSet::new();
        for batch in &pairs {
            let (own, other) = (numbers_of(batch, 0)?, numbers_of(batch, 1)?);
            paired_targets.extend(own.values().iter().copied());
            paired_sources.extend(other.values().iter().copied());
        }
        let deletes_only =
            matches!(&matched[..], [only] if only.unconditional && only.values.is_none());
        changed.take(
            &pairs,
            2,
            &matched,
            &target,
            |batch, row| numbers_of(batch, 0).map(|numbers| numbers.value(row)),
            deletes_only,
        )?;

        // The rows of the target without a partner.
        let rest = target_side.without(&paired_targets)?;
        let from = TableWithJoins { relation: rest.factor(), joins: Vec::new() };
        let numbers = vec![rest.column(ROW)];
        let orphans = self.changes(from, numbers, &orphaned, &old, &[&rest]).await?;
        changed.take(
            &orphans,
            1,
            &orphaned,
            &target,
            |batch, row| numbers_of(batch, 0).map(|numbers| numbers.value(row)),
            false,
        )?;

        // The rows of the source without a partner.
        let rest = source.without(&paired_sources)?;
        let from = TableWithJoins { relation: rest.factor(), joins: Vec::new() };
        let nulls = vec![Expr::Value(Value::Null.into()); old.len()];
        let numbers = vec![rest.column(ROW)];
        let new = self.changes(from, numbers, &unmatched, &nulls, &[&rest]).await?;
        let inserted = chosen(&new, 1, &target)?;

        let mut kept = Vec::new();
        for batch in &target_side.rows {
            let numbers = batch.column(batch.num_columns() - 1).as_primitive::<Int64Type>();
            let stays = numbers.values().iter().map(|number| !changed.gone.contains(number));
            let stays = BooleanArray::from(stays.collect::<Vec<_>>());
            let batch = filter_record_batch(batch, &stays);
            let batch = batch.map_err(|error| from_datafusion(error.into()))?;
            let columns = batch.columns()[..batch.num_columns() - 1].to_vec();
            kept.push(target.stored(&columns, batch.num_rows())?);
        }
        let insertions = inserted.iter().map(RecordBatch::num_rows).sum::<usize>();
        kept.extend(changed.rows);
        kept.extend(inserted);
        target.table.replace(kept);
        let (updated, deleted) = (changed.updated, changed.deleted);
        let affected = updated + deleted + insertions;
        counted(
            &[
                ("num_affected_rows", affected),
                ("num_updated_rows", updated),
                ("num_deleted_rows", deleted),
                ("num_inserted_rows", insertions),
            ],
            affected,
        )
    }

    /// Reads the source of a MERGE.
    async fn source(&self, factor: &TableFactor) -> Result<Side> {
        let alias = match factor {
            TableFactor::Table { alias: Some(alias), .. }
            | TableFactor::Derived { alias: Some(alias), .. } => alias.clone(),
            TableFactor::Table { name, args: None, .. } => alias_of(name)?,
            _ => return Err(unsupported("a source of MERGE without a name")),
        };
        let mut query = template()?;
        if let SetExpr::Select(select) = &mut *query.body {
            select.projection = vec![SelectItem::Wildcard(Default::default())];
            select.from = vec![TableWithJoins { relation: factor.clone(), joins: Vec::new() }];
        }
        let plan = self.plan_query(prepared(query)).await?;
        let (schema, batches) = self.collect(&plan).await?;
        // The alias may have named the columns, and they have these names now.
        let alias = TableAlias { columns: Vec::new(), ..alias };
        Side::new(SOURCE, alias, &schema, &batches)
    }

    /// Selects the numbers, the number of the first clause that applies (0 for none) and the new
    /// values of every column of the target.
    async fn changes(
        &self,
        from: TableWithJoins,
        numbers: Vec<Expr>,
        clauses: &[Clause],
        old: &[Expr],
        sides: &[&Side],
    ) -> Result<Vec<RecordBatch>> {
        let mut items = numbers;
        let number = |index: usize| Expr::Value(Value::Number(index.to_string(), false).into());
        let conditions = clauses.iter().map(|clause| &clause.condition);
        let numbered = conditions.zip(1..).map(|(condition, at)| (condition.clone(), number(at)));
        items.push(case(numbered.collect(), number(0)));
        for (column, old) in old.iter().enumerate() {
            let values = clauses.iter().map(|clause| {
                let value = clause.values.as_ref().map_or(old, |values| &values[column]);
                (clause.condition.clone(), value.clone())
            });
            items.push(case(values.collect(), old.clone()));
        }
        let mut query = template()?;
        if let SetExpr::Select(select) = &mut *query.body {
            let named = items.into_iter().enumerate().map(|(index, expr)| {
                let alias = Ident::with_quote('`', format!("__dbsql_{index}"));
                SelectItem::ExprWithAlias { expr, alias }
            });
            select.projection = named.collect();
            select.from = vec![from];
        }
        self.run_on(query, sides).await
    }

    async fn run_on(&self, mut query: Query, sides: &[&Side]) -> Result<Vec<RecordBatch>> {
        let mut own_tables = self.planner.own_tables.clone();
        for side in sides {
            own_tables.insert(side.table.to_owned(), side.provider()?);
        }
        let planner = Planner { own_tables, ..self.planner.clone() };
        rewrite(&mut query);
        let plan = planner.plan(query).await?;
        let (_, batches) = self.collect(&plan).await?;
        Ok(batches)
    }
}

impl Side {
    fn new(
        table: &'static str,
        alias: TableAlias,
        schema: &Schema,
        batches: &[RecordBatch],
    ) -> Result<Self> {
        let mut fields: Vec<Field> =
            schema.fields().iter().map(|field| field.as_ref().clone()).collect();
        fields.push(Field::new(ROW, DataType::Int64, false));
        let schema = Arc::new(Schema::new(fields));
        let mut first = 0_i64;
        let rows = batches.iter().map(|batch| {
            let next = first.saturating_add(i64::try_from(batch.num_rows()).unwrap_or(i64::MAX));
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(first..next));
            first = next;
            let columns = batch.columns().iter().cloned().chain([numbers]).collect();
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
        });
        let rows = rows.collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(|error| from_datafusion(error.into()))?;
        Ok(Self { table, alias, schema, rows })
    }

    /// Returns the side without the rows of these numbers.
    fn without(&self, paired: &BTreeSet<i64>) -> Result<Self> {
        let rows = self.rows.iter().map(|batch| {
            let numbers = batch.column(batch.num_columns() - 1).as_primitive::<Int64Type>();
            let stays = numbers.values().iter().map(|number| !paired.contains(number));
            filter_record_batch(batch, &BooleanArray::from(stays.collect::<Vec<_>>()))
        });
        let rows = rows.collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(|error| from_datafusion(error.into()))?;
        let (alias, schema) = (self.alias.clone(), Arc::clone(&self.schema));
        Ok(Self { table: self.table, alias, schema, rows })
    }

    fn provider(&self) -> Result<Arc<dyn TableProvider>> {
        let table = MemTable::try_new(Arc::clone(&self.schema), vec![self.rows.clone()]);
        Ok(Arc::new(table.map_err(from_datafusion)?))
    }

    fn factor(&self) -> TableFactor {
        let name = Ident::with_quote('`', self.table);
        TableFactor::Table {
            name: ObjectName(vec![ObjectNamePart::Identifier(name)]),
            alias: Some(self.alias.clone()),
            args: None,
            with_hints: Vec::new(),
            version: None,
            with_ordinality: false,
            partitions: Vec::new(),
            json_path: None,
            sample: None,
            index_hints: Vec::new(),
        }
    }

    /// Returns a column of this side.
    fn column(&self, name: &str) -> Expr {
        let alias = Ident::with_quote('`', self.alias.name.value.to_lowercase());
        Expr::CompoundIdentifier(vec![alias, Ident::with_quote('`', name)])
    }

    fn columns(&self, target: &Target) -> Vec<Expr> {
        column_names(&target.table).map(|name| self.column(&name.value)).collect()
    }

    /// Returns the column with the name of a column of the target.
    fn same_column(&self, name: &str) -> Result<Expr> {
        if self.schema.index_of(name).is_ok() {
            return Ok(self.column(name));
        }
        let known: Vec<_> =
            self.schema.fields().iter().map(|field| quoted([field.name()])).collect();
        let message = format!(
            "Cannot resolve {} in a clause of MERGE given columns {}.",
            quoted([name]),
            known[..known.len().saturating_sub(1)].join(", ")
        );
        Err(SqlError::new("DELTA_MERGE_UNRESOLVED_EXPRESSION", "42601", message))
    }
}

/// What has become of the rows of the target.
#[derive(Default)]
struct Outcome {
    /// The numbers of the rows that were updated or deleted.
    gone: BTreeSet<i64>,
    rows: Vec<RecordBatch>,
    updated: usize,
    deleted: usize,
}

impl Outcome {
    /// Takes the changes of a query. A row that is changed twice is an error, unless it is deleted
    /// both times without a condition.
    fn take(
        &mut self,
        batches: &[RecordBatch],
        numbers: usize,
        clauses: &[Clause],
        target: &Target,
        number: impl Fn(&RecordBatch, usize) -> Result<i64>,
        may_repeat: bool,
    ) -> Result<()> {
        for batch in batches {
            let actions = actions(batch, numbers)?;
            for (row, action) in actions.iter().enumerate() {
                let Some(clause) = action.checked_sub(1).and_then(|index| clauses.get(index))
                else {
                    continue;
                };
                if !self.gone.insert(number(batch, row)?) {
                    if may_repeat {
                        continue;
                    }
                    let message = "Cannot perform Merge as multiple source rows matched and \
                                   attempted to modify the same target row in the Delta table in \
                                   possibly conflicting ways.";
                    let class = "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE";
                    return Err(SqlError::new(class, "21506", message));
                }
                match clause.values {
                    Some(_) => self.updated += 1,
                    None => self.deleted += 1,
                }
            }
            let updates = actions.iter().map(|action| {
                action
                    .checked_sub(1)
                    .and_then(|index| clauses.get(index))
                    .is_some_and(|clause| clause.values.is_some())
            });
            let updates = BooleanArray::from(updates.collect::<Vec<_>>());
            let updated = filter_record_batch(batch, &updates);
            let updated = updated.map_err(|error| from_datafusion(error.into()))?;
            let columns = &updated.columns()[numbers + 1..];
            self.rows.push(target.stored(columns, updated.num_rows())?);
        }
        Ok(())
    }
}

/// Returns the new rows of the source rows that a clause inserts.
fn chosen(batches: &[RecordBatch], numbers: usize, target: &Target) -> Result<Vec<RecordBatch>> {
    let rows = batches.iter().map(|batch| {
        let marks = actions(batch, numbers)?.into_iter().map(|action| action > 0);
        let rows = filter_record_batch(batch, &BooleanArray::from(marks.collect::<Vec<_>>()));
        let rows = rows.map_err(|error| from_datafusion(error.into()))?;
        target.stored(&rows.columns()[numbers + 1..], rows.num_rows())
    });
    rows.collect()
}

/// Returns the number of the clause for each row.
fn actions(batch: &RecordBatch, column: usize) -> Result<Vec<usize>> {
    let numbers = super::result_rows::to_type(batch.column(column), &DataType::Int64)
        .map_err(|error| from_datafusion(error.into()))?;
    let numbers = numbers.as_primitive::<Int64Type>();
    Ok(numbers.values().iter().map(|number| usize::try_from(*number).unwrap_or(0)).collect())
}

fn numbers_of(batch: &RecordBatch, column: usize) -> Result<&Int64Array> {
    let numbers = batch.column(column).as_primitive_opt::<Int64Type>();
    numbers.ok_or_else(|| SqlError::internal("the number of a row is no number"))
}

/// Returns `CASE WHEN .. THEN .. ELSE .. END`.
fn case(branches: Vec<(Expr, Expr)>, other: Expr) -> Expr {
    if branches.is_empty() {
        return other;
    }
    let conditions =
        branches.into_iter().map(|(condition, result)| CaseWhen { condition, result }).collect();
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions,
        else_result: Some(Box::new(other)),
    }
}

fn alias_of(name: &ObjectName) -> Result<TableAlias> {
    let last = name_parts(name)?.pop().unwrap_or_default();
    Ok(TableAlias {
        explicit: true,
        name: Ident::with_quote('`', last),
        columns: Vec::new(),
        at: None,
    })
}

fn is_all(name: &str) -> bool {
    name == ALL_COLUMNS
}

fn clause_of(
    clause: &MergeClause,
    target: &Target,
    name: &ObjectName,
    target_side: &Side,
    source: &Side,
) -> Result<Clause> {
    let table = &target.table;
    let unconditional = clause.predicate.is_none();
    let condition = condition(clause.predicate.clone());
    let all = || {
        column_names(table).map(|column| source.same_column(&column.value)).collect::<Result<_>>()
    };
    let values = match &clause.action {
        MergeAction::Delete { .. } => None,
        MergeAction::Update(update) => {
            let mut values = target_side.columns(target);
            for assignment in &update.assignments {
                let AssignmentTarget::ColumnName(column) = &assignment.target else {
                    return Err(unsupported("UPDATE of several columns at once"));
                };
                let parts = name_parts(column)?;
                if parts.len() == 1 && is_all(&parts[0]) {
                    values = all()?;
                    continue;
                }
                let [at] = positions(table, name, &[last_part(column)])?[..] else {
                    return Err(unsupported("UPDATE of what is no column"));
                };
                values[at] = assignment.value.clone();
            }
            Some(values)
        }
        MergeAction::Insert(insert) => {
            let MergeInsertKind::Values(values) = &insert.kind else {
                return Err(unsupported("INSERT ROW"));
            };
            let [row] = &values.rows[..] else {
                return Err(errors::syntax("Syntax error: INSERT of MERGE has one row of values."));
            };
            if let [Expr::Identifier(only)] = &row.content[..]
                && is_all(&only.value)
            {
                Some(all()?)
            } else {
                let positions = positions(table, name, &insert.columns)?;
                if positions.len() != row.content.len() {
                    let message = format!(
                        "INSERT of MERGE names {} columns and has {} values.",
                        positions.len(),
                        row.content.len()
                    );
                    return Err(SqlError::new(
                        "MERGE_INSERT_VALUE_COUNT_MISMATCH",
                        "21S01",
                        message,
                    ));
                }
                let null = Expr::Value(Value::Null.into());
                let mut new = vec![null; table.columns().fields().len()];
                for (at, value) in positions.into_iter().zip(&row.content) {
                    new[at] = value.clone();
                }
                Some(new)
            }
        }
    };
    Ok(Clause { condition, values, unconditional })
}
