//! Generators such as `explode` in a select list, in LATERAL VIEW and in FROM.
//!
//! Each is moved to the FROM clause, as a PIVOT that no user can write: its table is what the
//! generator is applied to, its function the generator. [`Generators`] plans it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use arrow_schema::DataType;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{Column, Result as PlanResult, TableReference, UnnestOptions};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr as PlanExpr, ExprSchemable as _, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{
    Expr, ExprWithAlias, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
    Ident, Join, JoinConstraint, JoinOperator, LateralView, ObjectName, OrderByKind,
    PivotValueSource, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    TableAlias, TableAliasColumnDef, TableFactor, TableWithJoins, Value, VisitMut, VisitorMut,
    WildcardAdditionalOptions,
};

use super::errors::{self, Result, into_datafusion};
use super::functions::member_at;
use super::lateral_rows;
use super::memory_table::with_written_name;
use super::names;
use super::own_expressions;
use super::parameters::call;
use super::token_forms::DEFAULT_COLUMNS;
use super::{using_joins, windows};
use dbsql_local::engine::SqlError;

/// The generators; each also has a form that ends in `_outer`.
const NAMES: &[&str] = &["explode", "posexplode", "inline", "stack"];
/// What the functions that make the rows of a generator are called.
const ROWS: &str = "dbsql_rows_";
/// The name of a generator that has none.
const UNNAMED: &str = "__dbsql_generator";
/// A table of one row without columns.
const NOTHING: &str = "__dbsql_nothing";
/// The column with the rows of a generator.
const COLUMN: &str = "__dbsql_rows";

/// Moves generators to where they are planned.
///
/// # Errors
///
/// There is a generator where none may be.
pub(super) fn place(tree: &mut impl VisitMut) -> Result<()> {
    match tree.visit(&mut Placing) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Placing;

impl VisitorMut for Placing {
    type Break = SqlError;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<SqlError> {
        let sorted = query.order_by.iter().map(|order| &order.kind);
        let sorted = sorted.filter_map(|kind| match kind {
            OrderByKind::Expressions(sorted) => Some(sorted),
            OrderByKind::All(_) => None,
        });
        for key in sorted.flatten() {
            if let Err(error) = refuse_inside(&key.expr, "OUTSIDE_SELECT") {
                return ControlFlow::Break(error);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<SqlError> {
        match place_in(select) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// A call of a generator.
struct Generator {
    call: Expr,
    outer: bool,
}

/// The generator that an expression is.
fn generator(expr: &Expr) -> Result<Option<Generator>> {
    let Expr::Function(function) = expr else { return Ok(None) };
    let name = function.name.to_string().to_lowercase();
    let (plain, outer) = match name.strip_suffix("_outer") {
        Some(plain) => (plain, true),
        None => (name.as_str(), false),
    };
    if !NAMES.contains(&plain) {
        return Ok(None);
    }
    let FunctionArguments::List(list) = &function.args else { return Ok(None) };
    let arguments = list.args.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    });
    let mut arguments: Vec<_> = arguments.collect();
    for argument in &arguments {
        refuse_inside(argument, "NESTED_IN_EXPRESSIONS")?;
    }
    if plain == "stack" {
        let invalid = || {
            let message = "The number of rows of `stack` must be a positive constant.";
            SqlError::new("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "42K09", message)
        };
        if arguments.len() < 2 {
            return Err(errors::wrong_argument_count(&name, arguments.len()));
        }
        let rows = match arguments.remove(0) {
            Expr::Value(value) => match &value.value {
                Value::Number(digits, _) => digits.parse::<usize>().ok(),
                _ => None,
            },
            _ => None,
        };
        let rows = rows.filter(|rows| (1..=10_000).contains(rows)).ok_or_else(invalid)?;
        // The number of rows is part of the types.
        let marks = (0..rows).map(|_| Expr::Value(Value::Null.into()));
        let names = (0..rows).map(|at| at.to_string());
        let mark = quoted_call(&super::functions::struct_with(names), marks.collect());
        arguments.insert(0, mark);
    } else if arguments.is_empty() && plain == "explode" {
        let message = format!("Cannot invoke {name} without its argument.");
        return Err(SqlError::new("REQUIRED_PARAMETER_NOT_FOUND", "4274K", message));
    } else if arguments.len() != 1 {
        return Err(errors::wrong_argument_count(&name, arguments.len()));
    }
    Ok(Some(Generator { call: call(&format!("{ROWS}{plain}"), arguments), outer }))
}

/// A call of a function whose name is not an ordinary one.
pub(super) fn quoted_call(name: &str, arguments: Vec<Expr>) -> Expr {
    let mut made = call("struct", arguments);
    if let Expr::Function(function) = &mut made {
        function.name = ObjectName::from(vec![Ident::with_quote('`', name)]);
    }
    made
}

fn place_in(select: &mut Select) -> Result<()> {
    place_joins(select)?;
    for view in std::mem::take(&mut select.lateral_views) {
        let LateralView { lateral_view, lateral_view_name, lateral_col_alias, outer } = view;
        let Some(mut generator) = generator(&lateral_view)? else {
            return Err(misplaced("NOT_GENERATOR"));
        };
        generator.outer |= outer;
        let name = lateral_view_name.0.last().and_then(|part| part.as_ident()).cloned();
        let name = name.unwrap_or_else(|| Ident::new(UNNAMED));
        let mut columns = lateral_col_alias;
        columns.retain(|column| column.value != DEFAULT_COLUMNS);
        apply(select, generator, name, columns);
    }
    place_items(select)
}

fn joined(relation: TableFactor) -> TableWithJoins {
    TableWithJoins { relation, joins: Vec::new() }
}

/// All of the FROM clause as one table.
fn taken_from(select: &mut Select) -> TableFactor {
    let mut tables = std::mem::take(&mut select.from).into_iter();
    let Some(first) = tables.next() else {
        return table_named(NOTHING);
    };
    tables.fold(nested(first), |left, right| {
        let join = Join {
            relation: nested(right),
            global: false,
            join_operator: JoinOperator::CrossJoin(JoinConstraint::None),
        };
        nested(TableWithJoins { relation: left, joins: vec![join] })
    })
}

fn nested(table: TableWithJoins) -> TableFactor {
    if table.joins.is_empty() {
        return table.relation;
    }
    TableFactor::NestedJoin { table_with_joins: Box::new(table), alias: None }
}

fn table_named(name: &str) -> TableFactor {
    TableFactor::Table {
        name: ObjectName::from(vec![Ident::new(name)]),
        alias: None,
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

/// Applies a generator to all that is in the FROM clause.
fn apply(select: &mut Select, generator: Generator, name: Ident, columns: Vec<Ident>) {
    let left = taken_from(select);
    select.from = vec![joined(applied(left, generator, name, columns))];
}

fn applied(
    left: TableFactor,
    generator: Generator,
    name: Ident,
    columns: Vec<Ident>,
) -> TableFactor {
    let expr = match generator.outer {
        true => call(&format!("{ROWS}outer"), vec![generator.call]),
        false => generator.call,
    };
    let column = |name| TableAliasColumnDef { name, data_type: None };
    let columns = columns.into_iter().map(column).collect();
    TableFactor::Pivot {
        table: Box::new(left),
        aggregate_functions: vec![ExprWithAlias { expr, alias: None }],
        value_column: Vec::new(),
        value_source: PivotValueSource::List(Vec::new()),
        default_on_null: None,
        alias: Some(TableAlias { explicit: true, name, columns, at: None }),
    }
}

/// A generator as a table, with its name and those of its columns.
fn table_function(factor: &TableFactor) -> Result<Option<(Generator, Ident, Vec<Ident>)>> {
    let (name, args, alias) = match factor {
        TableFactor::Derived { lateral: true, subquery, alias, sample: None } => {
            let Some(row) = lateral_rows::row_of(subquery, alias.as_ref())? else {
                return Ok(None);
            };
            let row = call(&format!("{ROWS}inline"), vec![call("dbsql_array", vec![row])]);
            let name = alias.as_ref().map(|alias| alias.name.clone());
            let name = name.unwrap_or_else(|| Ident::new(UNNAMED));
            let columns = alias.iter().flat_map(|alias| &alias.columns);
            let columns = columns.map(|column| column.name.clone()).collect();
            return Ok(Some((Generator { call: row, outer: false }, name, columns)));
        }
        TableFactor::Function { name, args, alias, .. } => (name, args, alias),
        TableFactor::Table { name, args: Some(args), alias, .. } => (name, &args.args, alias),
        _ => return Ok(None),
    };
    let arguments = args.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    });
    let function = call(&name.to_string(), arguments.collect());
    let Some(generator) = generator(&function)? else { return Ok(None) };
    let (name, columns) = match alias {
        Some(alias) => {
            let columns = alias.columns.iter().map(|column| column.name.clone());
            (alias.name.clone(), columns.collect())
        }
        None => (Ident::new(UNNAMED), Vec::new()),
    };
    Ok(Some((generator, name, columns)))
}

/// Generators in the FROM clause: `explode(..)`, `, LATERAL explode(..)` and `JOIN LATERAL ..`.
fn place_joins(select: &mut Select) -> Result<()> {
    let mut has_any = false;
    for table in &select.from {
        let factors = std::iter::once(&table.relation);
        for factor in factors.chain(table.joins.iter().map(|join| &join.relation)) {
            has_any |= table_function(factor)?.is_some();
        }
    }
    if !has_any {
        return Ok(());
    }
    for TableWithJoins { relation, joins } in std::mem::take(&mut select.from) {
        match table_function(&relation)? {
            Some((generator, name, columns)) => {
                apply(select, generator, name, columns);
            }
            None => select.from.push(joined(relation)),
        }
        for join in joins {
            let Some((generator, name, columns)) = table_function(&join.relation)? else {
                let Some(last) = select.from.last_mut() else { continue };
                last.joins.push(join);
                continue;
            };
            match &join.join_operator {
                JoinOperator::Join(JoinConstraint::None)
                | JoinOperator::Inner(JoinConstraint::None)
                | JoinOperator::CrossJoin(JoinConstraint::None) => {}
                // There is a row for each.
                JoinOperator::Left(JoinConstraint::On(on))
                | JoinOperator::LeftOuter(JoinConstraint::On(on))
                    if matches!(join.relation, TableFactor::Derived { .. }) && is_true(on) => {}
                _ => return Err(errors::unsupported("a join with a generator on a condition")),
            }
            apply(select, generator, name, columns);
        }
    }
    Ok(())
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Boolean(true))
}

/// The generator in the select list.
fn place_items(select: &mut Select) -> Result<()> {
    let mut found = Vec::new();
    for (at, item) in select.projection.iter().enumerate() {
        let (expr, columns) = match item {
            SelectItem::UnnamedExpr(expr) => (expr, Vec::new()),
            SelectItem::ExprWithAlias { expr, alias } => (expr, vec![alias.clone()]),
            SelectItem::ExprWithAliases { expr, aliases } => (expr, aliases.clone()),
            _ => continue,
        };
        match generator(expr)? {
            Some(generator) => found.push((at, generator, columns)),
            None if windows::any(expr) && calls_generator(expr) => {
                return Err(errors::unsupported("a generator in a window"));
            }
            None => refuse_inside(expr, "NESTED_IN_EXPRESSIONS")?,
        }
    }
    for clause in select.selection.iter().chain(&select.having).chain(&select.qualify) {
        refuse_inside(clause, "OUTSIDE_SELECT")?;
    }
    if let GroupByExpr::Expressions(exprs, _) = &select.group_by {
        exprs.iter().try_for_each(|expr| refuse_inside(expr, "OUTSIDE_SELECT"))?;
    }
    for key in &select.sort_by {
        refuse_inside(&key.expr, "OUTSIDE_SELECT")?;
    }
    for join in select.from.iter().flat_map(|table| &table.joins) {
        if let Some(JoinConstraint::On(on)) = using_joins::constraint(&join.join_operator) {
            refuse_inside(on, "OUTSIDE_SELECT")?;
        }
    }
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(exprs, _) => !exprs.is_empty(),
    };
    let several = found.len() > 1;
    for (number, (at, mut generator, columns)) in found.into_iter().enumerate() {
        let arguments = Calls::of(generator.call.clone());
        if grouped || arguments.aggregates {
            if several {
                return Err(errors::unsupported("several generators beside GROUP BY"));
            }
            split(select, at, &mut generator)?;
        }
        let mut others = select.projection.iter().enumerate().filter(|(index, _)| *index != at);
        let name = Ident::new(format!("{UNNAMED}_{number}"));
        if others.any(|(_, item)| matches!(item, SelectItem::Wildcard(_))) {
            // The columns of the generator are the last of all.
            if at + 1 != select.projection.len() || select.projection.len() != 2 {
                return Err(errors::unsupported("a generator beside `*` but behind it"));
            }
            select.projection.remove(at);
        } else {
            select.projection[at] = all_of(&name);
        }
        apply(select, generator, name, columns);
    }
    Ok(())
}

/// `name.*`
fn all_of(name: &Ident) -> SelectItem {
    let all = ObjectName::from(vec![name.clone()]);
    let all = SelectItemQualifiedWildcardKind::ObjectName(all);
    SelectItem::QualifiedWildcard(all, WildcardAdditionalOptions::default())
}

/// Makes `x.*` the members of the struct `x`, for an `x` that is no table; returns whether there was one.
pub(super) fn expand_struct(tree: &mut impl VisitMut, name: &str) -> bool {
    let mut stars = Stars { name, found: false };
    let _: ControlFlow<()> = tree.visit(&mut stars);
    stars.found
}

struct Stars<'a> {
    name: &'a str,
    found: bool,
}

impl VisitorMut for Stars<'_> {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for at in 0..select.projection.len() {
            let SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(object),
                _,
            ) = &select.projection[at]
            else {
                continue;
            };
            let parts: Vec<_> =
                object.0.iter().filter_map(|part| part.as_ident()).cloned().collect();
            let names: Vec<_> = parts.iter().map(|part| part.value.to_lowercase()).collect();
            if names.join(".") != self.name {
                continue;
            }
            let value = match <[Ident; 1]>::try_from(parts) {
                Ok([column]) => Expr::Identifier(column),
                Err(parts) => Expr::CompoundIdentifier(parts),
            };
            let rows = call(&format!("{ROWS}inline"), vec![call("dbsql_array", vec![value])]);
            let own = Ident::new(format!("{UNNAMED}_struct_{at}"));
            select.projection[at] = all_of(&own);
            apply(select, Generator { call: rows, outer: false }, own, Vec::new());
            self.found = true;
        }
        ControlFlow::Continue(())
    }
}

/// Groups below the generator: the other items and its arguments become columns of a subquery.
fn split(select: &mut Select, at: usize, generator: &mut Generator) -> Result<()> {
    let Expr::Function(function) = &mut generator.call else { return Ok(()) };
    let FunctionArguments::List(list) = &mut function.args else { return Ok(()) };
    let mut inner = select.clone();
    inner.distinct = None;
    inner.projection.clear();
    let mut outer = Vec::new();
    for (index, item) in select.projection.iter().enumerate() {
        if index == at {
            outer.push(item.clone());
            continue;
        }
        let (expr, name) = match item {
            SelectItem::UnnamedExpr(expr @ Expr::Identifier(name)) => (expr, name.clone()),
            SelectItem::UnnamedExpr(expr) => {
                (expr, Ident::with_quote('`', names::text(expr).to_lowercase()))
            }
            SelectItem::ExprWithAlias { expr, alias } => (expr, alias.clone()),
            _ => return Err(errors::unsupported("a generator beside `*` and GROUP BY")),
        };
        inner
            .projection
            .push(SelectItem::ExprWithAlias { expr: expr.clone(), alias: name.clone() });
        outer.push(SelectItem::UnnamedExpr(Expr::Identifier(name)));
    }
    for (index, argument) in list.args.iter_mut().enumerate() {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument else { continue };
        let alias = Ident::new(format!("__dbsql_argument_{index}"));
        let column = Expr::Identifier(alias.clone());
        let expr = std::mem::replace(expr, column);
        inner.projection.push(SelectItem::ExprWithAlias { expr, alias });
    }
    select.projection = outer;
    select.selection = None;
    select.having = None;
    select.qualify = None;
    select.group_by = GroupByExpr::Expressions(Vec::new(), Vec::new());
    select.from = vec![joined(TableFactor::Derived {
        lateral: false,
        subquery: Box::new(Query {
            with: None,
            body: Box::new(SetExpr::Select(Box::new(inner))),
            order_by: None,
            limit_clause: None,
            fetch: None,
            locks: Vec::new(),
            for_clause: None,
            settings: None,
            format_clause: None,
            pipe_operators: Vec::new(),
        }),
        alias: None,
        sample: None,
    })];
    Ok(())
}

fn misplaced(class: &str) -> SqlError {
    let message = "The generator is not supported here: only one is allowed, as an item of a select \
                   list.";
    SqlError::new(format!("UNSUPPORTED_GENERATOR.{class}"), "42K0E", message)
}

fn refuse_inside(expr: &Expr, class: &str) -> Result<()> {
    if Calls::of(expr.clone()).generators { Err(misplaced(class)) } else { Ok(()) }
}

/// Whether a generator is called in the expression.
pub(super) fn calls_generator(expr: &Expr) -> bool {
    refuse_inside(expr, "OUTSIDE_SELECT").is_err()
}

/// What is called in an expression outside of subqueries, which have their own.
#[derive(Default)]
struct Calls {
    generators: bool,
    aggregates: bool,
}

impl Calls {
    fn of(mut expr: Expr) -> Self {
        let mut calls = Self::default();
        own_expressions::change(&mut expr, |expr| {
            if let Expr::Function(Function { name, over: None, .. }) = expr {
                let name = name.to_string().to_lowercase();
                calls.generators |= NAMES.contains(&name.strip_suffix("_outer").unwrap_or(&name));
                calls.aggregates |= matches!(
                    name.as_str(),
                    "collect_list"
                        | "collect_set"
                        | "array_agg"
                        | "max"
                        | "min"
                        | "first"
                        | "last"
                        | "any_value"
                        | "max_by"
                        | "min_by"
                        | "histogram_numeric"
                        | "percentile"
                        | "percentile_approx"
                        | "approx_percentile"
                );
            }
        });
        calls
    }
}

/// Whether a PIVOT of these functions is a generator.
pub(super) fn is_generator(functions: &[ExprWithAlias]) -> bool {
    match functions {
        [ExprWithAlias { expr: Expr::Function(function), .. }] => {
            function.name.to_string().starts_with(ROWS)
        }
        _ => false,
    }
}

/// Plans the generators.
#[derive(Debug)]
pub(super) struct Generators;

impl RelationPlanner for Generators {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> PlanResult<RelationPlanning> {
        let TableFactor::Pivot { aggregate_functions, .. } = &relation else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        if !is_generator(aggregate_functions) {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        }
        let TableFactor::Pivot { table, mut aggregate_functions, alias, .. } = relation else {
            return Err(into_datafusion(SqlError::internal("a generator without a table")));
        };
        let (Some(alias), Some(function)) = (alias, aggregate_functions.pop()) else {
            return Err(into_datafusion(SqlError::internal("a generator without a name")));
        };
        let left = match &*table {
            TableFactor::Table { name, .. } if name.to_string() == NOTHING => {
                LogicalPlanBuilder::empty(true).build()?
            }
            _ => context.plan(*table)?,
        };
        let rows = context.sql_to_expr(function.expr, left.schema())?;
        let data_type = rows.get_type(left.schema())?;
        let mut columns: BTreeMap<usize, (String, DataType)> = BTreeMap::new();
        if let DataType::List(item) = &data_type
            && let DataType::Struct(fields) = item.data_type()
        {
            for (at, field) in fields.iter().enumerate() {
                columns.insert(at, (field.name().clone(), field.data_type().clone()));
            }
        }
        if !alias.columns.is_empty() {
            if alias.columns.len() != columns.len() {
                let message = format!(
                    "The number of aliases supplied in the AS clause does not match the number of \
                     columns output by the generator: {} for {}.",
                    alias.columns.len(),
                    columns.len()
                );
                let error = SqlError::new("UDTF_ALIAS_NUMBER_MISMATCH", "42802", message);
                return Err(into_datafusion(error));
            }
            for (column, given) in columns.values_mut().zip(&alias.columns) {
                column.0.clone_from(&given.name.value);
            }
        }
        let own = TableReference::bare(context.normalize_ident(alias.name));
        let kept: Vec<_> = left.schema().columns().into_iter().map(PlanExpr::Column).collect();
        let with_rows = kept.iter().cloned().chain([rows.alias(COLUMN)]);
        let options = UnnestOptions::new().with_preserve_nulls(false);
        let made = PlanExpr::Column(Column::from_name(COLUMN));
        let made = columns.into_iter().map(|(at, (name, data_type))| {
            let metadata = with_written_name(&name).map(FieldMetadata::from);
            let lower = name.to_lowercase();
            member_at(made.clone(), at, &data_type).alias_qualified_with_metadata(
                Some(own.clone()),
                lower,
                metadata,
            )
        });
        let plan = LogicalPlanBuilder::from(left)
            .project(with_rows.collect::<Vec<_>>())?
            .unnest_column_with_options(Column::from_name(COLUMN), options)?
            .project(kept.into_iter().chain(made).collect::<Vec<_>>())?
            .build()?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
    }
}
