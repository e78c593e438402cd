//! A statement, from its text to its result.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use arrow_array::{Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::Result as PlanResult;
use datafusion::execution::context::{SQLOptions, SessionState};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::ExecutionPlanProperties as _;
use datafusion::sql::sqlparser::ast::{Expr, Query as SqlQuery, Statement};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::command::Command;
use super::definition::Definition;
use super::dialect::Tokens;
use super::errors::{self, Result, from_datafusion};
use super::names::{name_expressions, separate_aggregates, separate_duplicates, written_names};
use super::planner::Planner;
use super::progress::QueryProgress;
use super::result_rows::Outer;
use super::session::{SessionValues, lock};
use super::shared::Shared;
use super::stop::Stop;
use super::{
    bare_functions, checks, constants, decimal_comparisons, generators, lambda_calls,
    lateral_aliases, lazy_conditions, memory_table, names, not_in, parameters, refusals, rewrite,
    settings, time_names, typed_names, window_names,
};
use dbsql_local::engine::catalog::Show;
use dbsql_local::engine::{ProgressSink, Query, QueryOutput, SqlError};

/// A running statement.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) shared: Arc<Shared>,
    pub(super) values: Arc<Mutex<SessionValues>>,
    pub(super) planner: Planner,
    pub(super) stop: Stop,
}

impl Run {
    pub(super) fn new(
        shared: Arc<Shared>,
        values: Arc<Mutex<SessionValues>>,
        sink: ProgressSink,
    ) -> Self {
        let (namespace, user, views) = {
            let values = lock(&values);
            (values.namespace.clone(), Arc::clone(&values.user), values.views.clone())
        };
        let mut state = shared.state.clone();
        // `now()` is the start of the statement.
        state.mark_start_execution();
        let store = Arc::clone(&shared.store);
        let progress = QueryProgress::new(sink);
        let own_tables = BTreeMap::new();
        let lateral = Arc::default();
        let planner =
            Planner { store, state, namespace, user, views, own_tables, progress, lateral };
        Self { shared, values, planner, stop: Stop::default() }
    }

    pub(super) async fn run(self, query: Query) -> Result<QueryOutput> {
        for (key, value) in &query.configuration {
            settings::check(key, value)?;
        }
        if query.sql.contains("${") {
            return Err(errors::unsupported(
                "`${..}`, which Spark replaces by the value of a variable before it reads the statement",
            ));
        }
        let tokens = Tokens::new(&query.sql)?;
        if let Some(show) = Show::parse(&query.sql).filter(Show::is_deep) {
            return show.run(&self.contents().await?);
        }
        if let Some(command) = Command::parse(&tokens)? {
            return self.command(command, &tokens).await;
        }
        if let Some(definition) = Definition::parse(&tokens)? {
            return self.define(definition, &tokens, &query).await;
        }
        let mut statement = tokens.parse()?;
        refusals::check(&statement)?;
        parameters::bind(&mut statement, &query.parameters)?;
        bare_functions::place(&mut statement, &self.planner).await?;
        normalize(&mut statement)?;
        match statement {
            Statement::Query(select) => self.select(*select, &tokens, query.row_limit).await,
            Statement::Explain { statement, analyze: false, .. } => match *statement {
                Statement::Query(select) => self.explain(*select).await,
                other => Err(errors::unsupported(format!("EXPLAIN of {}", first_word(&other)))),
            },
            Statement::Insert(insert) => self.insert(insert).await,
            Statement::Update(update) => self.update(update).await,
            Statement::Delete(delete) => self.delete(delete).await,
            Statement::Truncate(truncate) => self.truncate(truncate).await,
            Statement::Merge(merge) => self.merge(merge).await,
            drop @ Statement::Drop { .. } => self.drop_objects(drop),
            other => Err(errors::unsupported(format!("{} statements", first_word(&other)))),
        }
    }

    /// Returns the rows of a query with the names that users see.
    async fn select(
        &self,
        query: SqlQuery,
        tokens: &Tokens,
        row_limit: Option<u64>,
    ) -> Result<QueryOutput> {
        let (mut plan, names) = self.plan_named(query, tokens).await?;
        if let Some(rows) = row_limit {
            let rows = usize::try_from(rows).unwrap_or(usize::MAX);
            plan = LogicalPlanBuilder::from(plan)
                .limit(0, Some(rows))
                .and_then(LogicalPlanBuilder::build)
                .map_err(from_datafusion)?;
        }
        let (schema, batches) = self.collect(&plan).await?;
        let outer = Outer::new(&schema, &names);
        let batches = batches.iter().map(|batch| outer.batch(batch)).collect::<Result<_, _>>();
        let batches = batches.map_err(|error| from_datafusion(error.into()))?;
        Ok(QueryOutput::new(Arc::clone(outer.schema()), batches))
    }

    /// Plans a query and names its columns. Only here may two columns have the same name.
    pub(super) async fn plan_named(
        &self,
        query: SqlQuery,
        tokens: &Tokens,
    ) -> Result<(LogicalPlan, Vec<String>)> {
        let original = self.with_whole_decimals(&query).await?;
        let mut query = prepared(query);
        let mut renamed = BTreeMap::new();
        let plan = match self.plan_query(query.clone()).await {
            Err(error) if is_duplicate(&error) => {
                renamed = separate_duplicates(&mut query);
                separate_aggregates(&mut query);
                // The first error uses the names that the user wrote.
                self.plan_query(query).await.map_err(|_| match error.error_class.as_deref() {
                    Some("COLUMN_ALREADY_EXISTS") => {
                        errors::unsupported("columns of one name in a subquery")
                    }
                    Some("AMBIGUOUS_REFERENCE") if names::sorts_by_alias_beside_star(&original) => {
                        errors::unsupported("ORDER BY the alias of a column that a star has, too")
                    }
                    _ => error,
                })?
            }
            other => other?,
        };
        let lateral = lock(&self.planner.lateral).clone();
        let written = match lateral.is_empty() {
            true => written_names(&original, tokens),
            false => written_names(&lateral_aliases::marked(&original, &lateral), tokens),
        };
        let names = outer_names(&written, &renamed, &plan);
        let is_empty = |name: &String| {
            ["scalarsubquery()", "exists()", "listquery()"].iter().any(|call| name.contains(call))
        };
        let floats = columns_below(&plan, DataType::is_floating);
        if names.iter().any(|name| typed_names::has_float_range(name, &floats)) {
            let what = "the name of a RANGE between floating point numbers (give it an alias)";
            return Err(errors::unsupported(what));
        }
        if names.iter().any(is_empty) && checks::has_correlated(&plan) {
            let what = "the name of a subquery that uses columns without their table";
            return Err(errors::unsupported(what));
        }
        Ok((plan, names))
    }

    /// The query with integers in place of the decimals that integers are compared with, as the names
    /// of its columns show them.
    async fn with_whole_decimals(&self, query: &SqlQuery) -> Result<SqlQuery> {
        let mut are_integers = Vec::new();
        for operand in decimal_comparisons::operands(query) {
            are_integers.push(self.is_integer(query, &operand).await?);
        }
        Ok(decimal_comparisons::rounded(query, are_integers))
    }

    /// Whether an expression of the select list is an integer.
    async fn is_integer(&self, query: &SqlQuery, expr: &Expr) -> Result<bool> {
        for is_grouped in [true, false] {
            let asking = decimal_comparisons::asking(query, expr, is_grouped);
            if let Ok(plan) = self.plan_query(prepared(asking)).await {
                let fields = plan.schema().fields();
                return Ok(fields.first().is_some_and(|field| field.data_type().is_integer()));
            }
        }
        let what = "the name of this comparison with a decimal number (give it an alias)";
        Err(errors::unsupported(what))
    }

    /// Plans a prepared query; a query that would modify something is rejected.
    pub(super) async fn plan_query(&self, query: SqlQuery) -> Result<LogicalPlan> {
        let plan = self.planner.plan(query).await?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|_| errors::unsupported("a query that changes something"))?;
        Ok(plan)
    }

    /// Runs a plan.
    pub(super) async fn collect(
        &self,
        plan: &LogicalPlan,
    ) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let state = &self.planner.state;
        let optimized = optimized(plan, state).map_err(|error| {
            let error = from_datafusion(error);
            // The columns of the statement were found already.
            match error.error_class.as_deref() {
                Some(class)
                    if class.starts_with("UNRESOLVED_COLUMN")
                        || matches!(class, "COLUMN_ALREADY_EXISTS" | "AMBIGUOUS_REFERENCE") =>
                {
                    errors::unsupported("a correlated subquery of this form")
                }
                _ => error,
            }
        })?;
        let planner = state.query_planner();
        let physical = planner.create_physical_plan(&optimized, state).await;
        let physical = physical.and_then(lazy_conditions::apply).map_err(from_datafusion)?;
        let watched = self.stop.watch(physical, state.config_options());
        let physical = watched.map_err(from_datafusion)?;
        let schema = physical.schema();
        let partitions = physical.output_partitioning().partition_count();
        // One after another: the rows of a UNION ALL come in the order of its parts.
        let mut stream = stream::iter(0..partitions)
            .map(|partition| physical.execute(partition, state.task_ctx()))
            .try_flatten();
        let mut batches = Vec::new();
        let mut bytes = 0_usize;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(from_datafusion).map_err(|error| {
                let is_of_value =
                    error.sql_state.as_deref().is_some_and(|state| state.starts_with("22"));
                match is_of_value && checks::filters_twice(plan) {
                    true => errors::unsupported(
                        "an error of a condition over a subquery with another: both were computed \
                         for all rows",
                    ),
                    false => error,
                }
            })?;
            bytes = bytes.saturating_add(batch.get_array_memory_size());
            if bytes > self.shared.result_bytes {
                let message = format!(
                    "The result exceeds the limit of {} bytes of the local warehouse. \
                     Select fewer rows or raise the limit.",
                    self.shared.result_bytes
                );
                return Err(SqlError::new("RESULT_TOO_LARGE", "54000", message));
            }
            if batch.num_rows() > 0 {
                batches.push(batch);
            }
        }
        Ok((schema, batches))
    }

    async fn explain(&self, query: SqlQuery) -> Result<QueryOutput> {
        let plan = self.plan_query(prepared(query)).await?;
        let state = &self.planner.state;
        let optimized = optimized(&plan, state).map_err(from_datafusion)?;
        let planner = state.query_planner();
        let physical = planner.create_physical_plan(&optimized, state).await;
        let physical = physical.map_err(from_datafusion)?;
        let physical = datafusion::physical_plan::displayable(physical.as_ref()).indent(false);
        let text = format!("== Logical Plan ==\n{optimized}\n\n== Physical Plan ==\n{physical}");
        text_rows(&["plan"], &[vec![text]])
    }
}

/// Optimizes a plan, and checks what Spark would find in it before and after.
fn optimized(plan: &LogicalPlan, state: &SessionState) -> PlanResult<LogicalPlan> {
    let analyzer = state.analyzer();
    let analyzed = analyzer.execute_and_check(plan.clone(), state.config_options(), |_, _| {})?;
    let analyzed = not_in::replace(analyzed)?;
    checks::check(&analyzed)?;
    constants::check_conditions(&analyzed, state)?;
    let analyzed = window_names::complete(analyzed)?;
    let optimized = state.optimizer().optimize(analyzed, state, |_, _| {})?;
    constants::check(&optimized, state)?;
    Ok(optimized)
}

/// Writes a statement as the planner knows it.
pub(super) fn normalize(statement: &mut Statement) -> Result<()> {
    rewrite::normalize(statement);
    lambda_calls::check(statement)?;
    generators::place(statement)
}

/// Prepares a query for planning.
pub(super) fn prepared(mut query: SqlQuery) -> SqlQuery {
    name_expressions(&mut query);
    rewrite::rewrite(&mut query);
    query
}

fn is_duplicate(error: &SqlError) -> bool {
    matches!(error.error_class.as_deref(), Some("COLUMN_ALREADY_EXISTS" | "AMBIGUOUS_REFERENCE"))
}

/// Returns the names of the columns: as written, and for a star, as in the tables.
fn outer_names(
    written: &[Option<String>],
    renamed: &BTreeMap<String, String>,
    plan: &LogicalPlan,
) -> Vec<String> {
    let schema = plan.schema().as_arrow();
    let dates = columns_below(plan, |own| *own == DataType::Date32);
    let structs = columns_below(plan, |own| matches!(own, DataType::Struct(_)));
    let lists = columns_below(plan, is_list_of_structs);
    let columns = columns_below(plan, |_| true);
    let integers = columns_below(plan, DataType::is_integer);
    let width = schema.fields().len();
    let front = written.iter().take_while(|name| name.is_some()).count();
    let back = written.iter().rev().take_while(|name| name.is_some()).count();
    let known = |index: usize| {
        let from_end = width - index;
        if index < front {
            written.get(index)?.as_deref()
        } else if from_end <= back && front < written.len() {
            written.get(written.len() - from_end)?.as_deref()
        } else {
            None
        }
    };
    let fields = schema.fields().iter().enumerate();
    fields
        .map(|(index, field)| {
            let name = known(index).or_else(|| renamed.get(field.name()).map(String::as_str));
            if let (Some(name), DataType::Date32) = (name, field.data_type())
                && let Some(name) = time_names::of_date(name)
            {
                return name;
            }
            match name {
                Some(name) => {
                    let name = time_names::with_dates(name, &dates);
                    let name = typed_names::with_members(&name, &structs, &lists, &columns);
                    typed_names::with_integers(&name, &integers)
                }
                None => memory_table::written_name(field).to_owned(),
            }
        })
        .collect()
}

fn is_list_of_structs(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(item) if matches!(item.data_type(), DataType::Struct(_)))
}

/// The names of columns of some types below the select list.
fn columns_below(plan: &LogicalPlan, is_wanted: impl Fn(&DataType) -> bool) -> BTreeSet<String> {
    let (mut wanted, mut others) = (BTreeSet::new(), BTreeSet::new());
    let mut node = plan;
    let (mut is_below, mut is_sorted) = (false, false);
    loop {
        let is_list = matches!(node, LogicalPlan::Projection(_));
        if is_below {
            for field in node.schema().fields() {
                let names = if is_wanted(field.data_type()) { &mut wanted } else { &mut others };
                names.insert(field.name().clone());
            }
        }
        // Below a sort by other columns there is the select list with them.
        let adds_keys = is_sorted && is_list;
        is_sorted = matches!(node, LogicalPlan::Sort(_));
        let computes = adds_keys
            || is_sorted
            || matches!(node, LogicalPlan::Aggregate(_) | LogicalPlan::Window(_));
        let [input] = node.inputs()[..] else { break };
        if is_below && !computes {
            break;
        }
        is_below |= is_list;
        node = input;
    }
    &wanted - &others
}

fn first_word(statement: &Statement) -> String {
    let text = statement.to_string();
    let words = text
        .split_whitespace()
        .take_while(|word| word.chars().all(|letter| letter.is_ascii_uppercase()));
    words.take(2).collect::<Vec<_>>().join(" ")
}

/// Returns a result of strings.
pub(super) fn text_rows(columns: &[&str], rows: &[Vec<String>]) -> Result<QueryOutput> {
    let rows: Vec<Vec<_>> =
        rows.iter().map(|row| row.iter().cloned().map(Some).collect()).collect();
    nullable_rows(columns, &rows)
}

/// Returns a result of strings and NULLs.
pub(super) fn nullable_rows(columns: &[&str], rows: &[Vec<Option<String>>]) -> Result<QueryOutput> {
    let fields: Vec<_> =
        columns.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = (0..columns.len()).map(|column| {
        let values = rows.iter().map(|row| row.get(column)?.as_deref());
        Arc::new(values.collect::<StringArray>()) as _
    });
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays.collect())
        .map_err(|error| from_datafusion(error.into()))?;
    Ok(QueryOutput::new(schema, vec![batch]))
}

/// Returns the result of a statement without rows, which has a column as in Spark.
pub(super) fn nothing() -> QueryOutput {
    let result = Field::new("Result", DataType::Utf8, true);
    QueryOutput::new(Arc::new(Schema::new(vec![result])), Vec::new())
}

/// Returns the result of a statement that modified rows: one row of counts.
pub(super) fn counts(columns: &[&str], rows: usize) -> Result<QueryOutput> {
    let counts: Vec<_> = columns.iter().map(|name| (*name, rows)).collect();
    counted(&counts, rows)
}

/// Returns one row of different counts.
pub(super) fn counted(columns: &[(&str, usize)], affected: usize) -> Result<QueryOutput> {
    let schema = count_columns(columns.iter().map(|(name, _)| *name));
    let arrays = columns.iter().map(|(_, count)| {
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        Arc::new(Int64Array::from(vec![count])) as _
    });
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays.collect())
        .map_err(|error| from_datafusion(error.into()))?;
    let affected = Some(u64::try_from(affected).unwrap_or(u64::MAX));
    Ok(QueryOutput { rows_affected: affected, ..QueryOutput::new(schema, vec![batch]) })
}

/// The result of `CREATE TABLE AS`: the columns of an INSERT, and no row.
pub(super) fn created() -> QueryOutput {
    let schema = count_columns(["num_affected_rows", "num_inserted_rows"].into_iter());
    QueryOutput::new(schema, Vec::new())
}

fn count_columns<'a>(names: impl Iterator<Item = &'a str>) -> SchemaRef {
    let fields: Vec<_> = names.map(|name| Field::new(name, DataType::Int64, true)).collect();
    Arc::new(Schema::new(fields))
}
