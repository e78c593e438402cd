//! Plans SQL trees: resolves the names of tables and functions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use arrow_schema::{DataType, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::config::ConfigOptions;
use datafusion::common::{
    Column, DFSchema, DataFusionError, Result as PlanResult, ScalarValue, SchemaError,
    TableReference,
};
use datafusion::datasource::cte_worktable::CteWorkTable;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::planner::{
    ContextProvider, ExprPlanner, RelationPlanner, TypePlanner,
};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{
    AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, LogicalPlanBuilder, ScalarUDF, TableSource,
    WindowUDF,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::parser::Statement as AnyStatement;
use datafusion::sql::planner::{NullOrdering, ParserOptions, SqlToRel};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, GroupByExpr, Query, Select, SelectItem, Statement, Visit, Visitor,
    visit_expressions,
};
use dbsql_local::transport::BoxFuture;

use super::checks;
use super::equalities;
use super::errors::{self, Result, from_datafusion, into_datafusion, quoted};
use super::functions::{lambdas, named, of_statement};
use super::generators::{self, Generators};
use super::groups;
use super::information_schema;
use super::inline_tables::{self, InlineTables};
use super::lateral_aliases;
use super::outer_columns;
use super::pivots::Pivots;
use super::progress::QueryProgress;
use super::query_forms;
use super::range::range;
use super::session::{Namespace, TemporaryViews, lock};
use super::set_operations::{self, SetOperations};
use super::store::{INFORMATION_SCHEMA, Relation, Store, TableName, View};
use super::subqueries::Subqueries;
use super::types::SqlTypes;
use super::using_joins;
use dbsql_local::engine::SqlError;

/// The maximum number of aliases that other items of a select list use.
const MAX_ALIASES: usize = 100;
/// The maximum number of expressions that a statement may have when aliases are replaced by what they
/// stand for, which may double it for each.
const MAX_EXPRESSIONS: usize = 10_000;
/// The maximum nesting depth of views.
const MAX_VIEW_DEPTH: usize = 50;

/// Plans the queries of a statement.
#[derive(Clone, Debug)]
pub(super) struct Planner {
    pub(super) store: Arc<Store>,
    pub(super) state: SessionState,
    pub(super) namespace: Namespace,
    /// The result of `current_user()`.
    pub(super) user: Arc<str>,
    pub(super) views: TemporaryViews,
    /// Tables of this statement alone, by names that no user can know.
    pub(super) own_tables: BTreeMap<String, Arc<dyn TableProvider>>,
    pub(super) progress: QueryProgress,
    /// The aliases that later items of their select lists use.
    pub(super) lateral: Arc<Mutex<BTreeSet<String>>>,
}

impl Planner {
    /// Plans a query.
    pub(super) async fn plan(&self, query: Query) -> Result<LogicalPlan> {
        self.plan_at(query, self.namespace.clone(), 0).await
    }

    fn plan_at(
        &self,
        query: Query,
        namespace: Namespace,
        depth: usize,
    ) -> BoxFuture<'_, Result<LogicalPlan>> {
        Box::pin(async move {
            if depth > MAX_VIEW_DEPTH {
                let message = "A view uses itself, or views are nested too deep.";
                return Err(SqlError::new("RECURSIVE_VIEW", "42K0H", message));
            }
            let statement = Statement::Query(Box::new(query));
            let any = AnyStatement::Statement(Box::new(statement.clone()));
            let (references, _) = resolve_table_references(&any, true).map_err(from_datafusion)?;
            drop(any);
            let mut tables = BTreeMap::new();
            for reference in references {
                if let Some(table) = self.table(&reference, &namespace, depth).await? {
                    tables.insert(reference, provider_as_source(table));
                }
            }
            let functions = of_statement(&namespace, &self.user, &self.progress);
            let relations: [Arc<dyn RelationPlanner>; 5] = [
                Arc::new(Generators),
                Arc::new(InlineTables),
                Arc::new(SetOperations),
                Arc::new(Subqueries),
                Arc::new(Pivots),
            ];
            let names =
                Names { planner: self, namespace: &namespace, tables, functions, relations };
            let sql = SqlToRel::new_with_options(&names, parser_options());
            // An alias may be used by later items of the same select list.
            let mut statement = statement;
            inline_tables::place(&mut statement);
            let mut placed = set_operations::any_counts_rows(&statement)
                && set_operations::place(&mut statement);
            // What `name.*` was taken for a struct.
            let mut stars = Vec::new();
            for _ in 0..MAX_ALIASES {
                let planned = sql.sql_statement_to_plan(statement.clone()).and_then(|plan| {
                    checks::check_unconverted(&plan)?;
                    equalities::unify(plan)
                });
                match planned {
                    Err(error) => {
                        let alias = unresolved_start(&error);
                        let misused = alias
                            .as_ref()
                            .and_then(|name| lateral_aliases::error(&statement, name));
                        if let Some(error) = misused {
                            return Err(error);
                        }
                        let alias =
                            alias.filter(|name| lateral_aliases::substitute(&mut statement, name));
                        let used = alias.is_some();
                        if used && lateral_aliases::size(&statement) > MAX_EXPRESSIONS {
                            return Err(errors::too_complex());
                        }
                        if depth == 0 {
                            lock(&self.lateral).extend(alias);
                        }
                        let star = invalid_qualifier(&error);
                        let used = used
                            || star.as_ref().is_some_and(|name| {
                                generators::expand_struct(&mut statement, name)
                            });
                        if !used
                            && stars.iter().any(|star| unresolved(&error).as_ref() == Some(star))
                        {
                            return Err(errors::star_of_nothing());
                        }
                        if !used {
                            return Err(planning_error(error, &statement));
                        }
                        stars.extend(star);
                    }
                    Ok(plan) if !placed && set_operations::any_mixes_types(&plan) => {
                        placed = set_operations::place(&mut statement);
                        if !placed {
                            return Ok(plan);
                        }
                    }
                    Ok(plan) => return Ok(plan),
                }
            }
            Err(errors::too_complex())
        })
    }

    /// Returns the table or view for a reference; `None` if there is none: it may be a CTE.
    async fn table(
        &self,
        reference: &TableReference,
        namespace: &Namespace,
        depth: usize,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        if let TableReference::Bare { table } = reference
            && let Some(view) = self.views.get(table.as_ref())
        {
            return self.view(&view.clone(), depth).await.map(Some);
        }
        if let TableReference::Bare { table } = reference
            && let Some(own) = self.own_tables.get(table.as_ref())
        {
            return Ok(Some(Arc::clone(own)));
        }
        let name = namespace.resolve(reference);
        if name.schema == INFORMATION_SCHEMA {
            return Ok(information_schema::table(&name, self));
        }
        match self.store.relation(&name) {
            Some(Relation::Table(table)) => Ok(Some(table)),
            Some(Relation::View(view)) => self.view(&view, depth).await.map(Some),
            None => {
                let folder = self.store.folder_of(&name.catalog, &name.schema);
                let Some(folder) = folder else { return Ok(None) };
                match folder.find(&name.table)? {
                    Some(files) => files.open(&self.state).await.map(Some),
                    None => Ok(None),
                }
            }
        }
    }

    /// Returns the columns of a table or view, with names in lower case.
    pub(super) async fn columns(&self, reference: &TableReference) -> Result<SchemaRef> {
        match self.table(reference, &self.namespace, 0).await? {
            Some(table) => Ok(table.schema()),
            None => Err(not_found(reference)),
        }
    }

    async fn view(&self, view: &View, depth: usize) -> Result<Arc<dyn TableProvider>> {
        let namespace = Namespace { catalog: view.catalog.clone(), schema: view.schema.clone() };
        let mut query = view.query.clone();
        query_forms::keep_order(&mut query);
        let plan = self.plan_at(query, namespace, depth + 1).await?;
        let plan = with_column_names(plan, &view.columns)?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }
}

/// A column that is neither aggregated nor grouped has an error of its own where nothing is grouped, and
/// where it is used after grouping.
fn planning_error(error: DataFusionError, statement: &Statement) -> SqlError {
    if invalid_qualifier(&error).is_some() {
        return errors::star_of_nothing();
    }
    if let Some(column) = unresolved_column(&error)
        && outer_columns::any_of(statement, column)
    {
        return errors::unsupported(format!("the column {column} of an outer query there"));
    }
    if let Some(column) = unresolved_column(&error)
        && column.relation.is_none()
        && using_joins::any_with(statement, &column.name)
    {
        return errors::unresolved_using(&column.name);
    }
    let error = from_datafusion(error);
    let class = error.error_class.as_deref();
    if class == Some("INVALID_SUBQUERY_EXPRESSION") && any_wide_in(statement) {
        let class = "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH";
        return SqlError::new(class, "42K09", error.message);
    }
    if class == Some("NESTED_AGGREGATE_FUNCTION") && !groups::any_nested_aggregate(statement) {
        return errors::unsupported("an alias of an aggregate function in another");
    }
    if !matches!(class, Some("MISSING_AGGREGATION" | "MISSING_GROUP_BY")) {
        return error;
    }
    let mut grouping = Grouping::default();
    let _: ControlFlow<()> = statement.visit(&mut grouping);
    let is_after = ["Column in HAVING must", "Column in ORDER BY must"]
        .iter()
        .any(|start| error.message.starts_with(start));
    let column = error.message.split_once("column \"").and_then(|(_, rest)| rest.split_once('"'));
    match column {
        Some((column, _)) if is_after && grouping.has_alias(column) => {
            errors::unsupported(format!("{column}, a column and an alias, after GROUP BY"))
        }
        Some((column, _)) if is_after => errors::unresolved_after_grouping(column),
        _ if grouping.any => error,
        _ if grouping.aggregates_in_order && !grouping.aggregates => {
            let message = "The query operator `Sort` contains one or more unsupported \
                           expression types Aggregate.";
            SqlError::new("UNSUPPORTED_EXPR_FOR_OPERATOR", "0A000", message)
        }
        _ => SqlError::new("MISSING_GROUP_BY", "42803", error.message),
    }
}

/// Whether the subquery of an IN has several columns.
fn any_wide_in(statement: &Statement) -> bool {
    visit_expressions(statement, |expr| match expr {
        SqlExpr::InSubquery { subquery, .. } if query_forms::width(&subquery.body) != Some(1) => {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// What a statement groups and aggregates.
#[derive(Default)]
struct Grouping {
    any: bool,
    aggregates: bool,
    aggregates_in_order: bool,
    aliases: Vec<String>,
}

impl Grouping {
    /// Whether there is an alias with the name of this column.
    fn has_alias(&self, column: &str) -> bool {
        let name = column.rsplit('.').next().unwrap_or(column).to_lowercase();
        self.aliases.contains(&name)
    }
}

impl Visitor for Grouping {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let nothing = GroupByExpr::Expressions(Vec::new(), Vec::new());
        self.any |= select.group_by != nothing;
        self.aliases.extend(select.projection.iter().filter_map(|item| match item {
            SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.to_lowercase()),
            _ => None,
        }));
        self.aggregates |= select.having.is_some() || groups::any_aggregate(&select.projection);
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.aggregates_in_order |= groups::any_aggregate(&query.order_by);
        ControlFlow::Continue(())
    }
}

/// Renames the columns of the plan, if names are given.
pub(super) fn with_column_names(plan: LogicalPlan, names: &[String]) -> Result<LogicalPlan> {
    if names.is_empty() {
        return Ok(plan);
    }
    let columns = plan.schema().columns();
    if columns.len() != names.len() {
        let message = format!(
            "The query has {} columns, and {} names were given.",
            columns.len(),
            names.len()
        );
        return Err(SqlError::new("CREATE_VIEW_COLUMN_ARITY_MISMATCH", "21S01", message));
    }
    let renamed =
        columns.into_iter().zip(names).map(|(column, name)| Expr::Column(column).alias(name));
    LogicalPlanBuilder::from(plan)
        .project(renamed.collect::<Vec<_>>())
        .and_then(LogicalPlanBuilder::build)
        .map_err(from_datafusion)
}

pub(super) fn not_found(reference: &TableReference) -> SqlError {
    let parts = [reference.catalog(), reference.schema(), Some(reference.table())];
    errors::table_not_found(&quoted(parts.into_iter().flatten()))
}

fn parser_options() -> ParserOptions {
    ParserOptions::new()
        .with_parse_float_as_decimal(true)
        .with_map_string_types_to_utf8view(false)
        // NULL comes first in ascending order, last in descending order.
        .with_default_null_ordering(NullOrdering::NullsMin)
}

impl Namespace {
    pub(super) fn resolve(&self, reference: &TableReference) -> TableName {
        TableName {
            catalog: reference.catalog().unwrap_or(&self.catalog).to_owned(),
            schema: reference.schema().unwrap_or(&self.schema).to_owned(),
            table: reference.table().to_owned(),
        }
    }
}

/// Resolves the names in a query.
struct Names<'a> {
    planner: &'a Planner,
    namespace: &'a Namespace,
    tables: BTreeMap<TableReference, Arc<dyn TableSource>>,
    functions: BTreeMap<String, Arc<ScalarUDF>>,
    relations: [Arc<dyn RelationPlanner>; 5],
}

impl Names<'_> {
    /// Evaluates the arguments of a table function to constants.
    fn constants(&self, arguments: Vec<Expr>) -> PlanResult<Vec<ScalarValue>> {
        let state = &self.planner.state;
        let context = SimplifyContext::builder()
            .with_config_options(Arc::clone(state.config_options()))
            .with_query_execution_start_time(state.execution_props().query_execution_start_time)
            .build();
        let simplifier = ExprSimplifier::new(context);
        let schema = DFSchema::empty();
        arguments
            .into_iter()
            .map(|argument| {
                let argument = simplifier.coerce(argument, &schema)?;
                match simplifier.simplify(argument)? {
                    Expr::Literal(value, _) => Ok(value),
                    other => {
                        let message = format!("The argument {other} must be a constant.");
                        let class = "NON_FOLDABLE_ARGUMENT";
                        Err(into_datafusion(SqlError::new(class, "42K08", message)))
                    }
                }
            })
            .collect()
    }
}

impl ContextProvider for Names<'_> {
    fn get_table_source(&self, name: TableReference) -> PlanResult<Arc<dyn TableSource>> {
        if let Some(table) = self.tables.get(&name) {
            return Ok(Arc::clone(table));
        }
        let resolved = self.namespace.resolve(&name);
        let error =
            if name.catalog().is_some() && !self.planner.store.has_catalog(&resolved.catalog) {
                errors::catalog_not_found(&quoted([&resolved.catalog]))
            } else {
                not_found(&name)
            };
        Err(into_datafusion(error))
    }

    fn get_table_function_source(
        &self,
        name: &str,
        arguments: Vec<Expr>,
    ) -> PlanResult<Arc<dyn TableSource>> {
        if name.trim_matches('`').eq_ignore_ascii_case("range") {
            let constants = self.constants(arguments)?;
            let table = range(&constants, self.planner.progress.clone());
            return Ok(provider_as_source(table.map_err(into_datafusion)?));
        }
        let message = format!("Could not resolve {} to a table-valued function.", quoted([name]));
        let class = "UNRESOLVABLE_TABLE_VALUED_FUNCTION";
        Err(into_datafusion(SqlError::new(class, "42883", message)))
    }

    fn create_cte_work_table(
        &self,
        name: &str,
        schema: SchemaRef,
    ) -> PlanResult<Arc<dyn TableSource>> {
        Ok(provider_as_source(Arc::new(CteWorkTable::new(name, schema))))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        self.planner.state.expr_planners()
    }

    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        &self.relations
    }

    fn get_type_planner(&self) -> Option<Arc<dyn TypePlanner>> {
        Some(Arc::new(SqlTypes))
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        let ours = self.functions.get(name).cloned().or_else(|| named(name));
        ours.or_else(|| self.planner.state.scalar_functions().get(name).cloned())
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        lambdas::named(name)
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.planner.state.aggregate_functions().get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.planner.state.window_functions().get(name).cloned()
    }

    fn get_variable_type(&self, _variable_names: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.planner.state.config_options()
    }

    fn udf_names(&self) -> Vec<String> {
        let ours = self.functions.keys().filter(|name| !name.starts_with("dbsql_"));
        sorted(ours.chain(self.planner.state.scalar_functions().keys()))
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        let names = lambdas::ALL.iter().map(|(name, _)| (*name).to_owned());
        let mut names: Vec<_> = names.filter(|name| !name.starts_with("dbsql_")).collect();
        names.sort();
        names
    }

    fn udaf_names(&self) -> Vec<String> {
        sorted(self.planner.state.aggregate_functions().keys())
    }

    fn udwf_names(&self) -> Vec<String> {
        sorted(self.planner.state.window_functions().keys())
    }
}

/// The name in `name.*` that is no table.
fn invalid_qualifier(error: &DataFusionError) -> Option<String> {
    match error.find_root() {
        DataFusionError::Plan(message) => message
            .strip_prefix("Invalid qualifier ")
            .map(|rest| rest.split_whitespace().next().unwrap_or(rest).replace(['`', '"'], "")),
        _ => None,
    }
}

/// The column that could not be resolved.
fn unresolved_column(error: &DataFusionError) -> Option<&Column> {
    match error.find_root() {
        DataFusionError::SchemaError(error, _) => match error.as_ref() {
            SchemaError::FieldNotFound { field, .. } => Some(field),
            _ => None,
        },
        _ => None,
    }
}

/// The name without a table that could not be resolved.
fn unresolved(error: &DataFusionError) -> Option<String> {
    let column = unresolved_column(error).filter(|column| column.relation.is_none());
    column.map(|column| column.name.clone())
}

/// The first part of the name that could not be resolved: of `s.a`, `s` may be a struct.
fn unresolved_start(error: &DataFusionError) -> Option<String> {
    let column = unresolved_column(error)?;
    match &column.relation {
        Some(relation) => {
            let parts = [relation.catalog(), relation.schema(), Some(relation.table())];
            parts.into_iter().flatten().next().map(str::to_owned)
        }
        None => Some(column.name.clone()),
    }
}

/// In a stable order, since error messages suggest the first match.
fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut names: Vec<_> = names.cloned().collect();
    names.sort();
    names
}
