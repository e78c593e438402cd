//! PIVOT and UNPIVOT.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use arrow_schema::DataType;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{
    Column, DFSchema, ExprSchema as _, Result as PlanResult, TableReference, UnnestOptions,
};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{
    BinaryExpr, Expr as PlanExpr, ExprSchemable as _, LogicalPlanBuilder, Operator, lit, when,
};
use datafusion::sql::sqlparser::ast::{
    DataType as SqlType, Expr, ExprWithAlias, Ident, NullInclusion, PivotValueSource, Statement,
    TableFactor, UnaryOperator, Value, VisitMut as _, VisitorMut,
};
use datafusion::sql::sqlparser::tokenizer::Location;

use super::coercion::{common_of, is_number, is_text};
use super::errors::{self, into_datafusion};
use super::functions::{cast, member_at, named, struct_with};
use super::generators;
use super::memory_table::with_written_name;
use super::names::text;
use super::parameters::call;
use super::types::outer_type;
use dbsql_local::engine::SqlError;

/// The column with the rows that UNPIVOT makes of one.
const COLUMN: &str = "__dbsql_unpivoted";

/// Gives quoted names their spelling, since they are names of columns of the result.
pub(super) fn spell(statement: &mut Statement, spelled: &BTreeMap<Location, String>) {
    let _: ControlFlow<()> = statement.visit(&mut Spelling { spelled });
}

struct Spelling<'a> {
    spelled: &'a BTreeMap<Location, String>,
}

impl Spelling<'_> {
    fn spell(&self, ident: &mut Ident) {
        if ident.quote_style.is_some()
            && let Some(spelled) = self.spelled.get(&ident.span.start)
        {
            ident.value.clone_from(spelled);
        }
    }
}

impl VisitorMut for Spelling<'_> {
    type Break = ();

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Pivot { aggregate_functions, value_source, .. } => {
                let values = match value_source {
                    PivotValueSource::List(values) => &mut values[..],
                    _ => &mut [],
                };
                for named in aggregate_functions.iter_mut().chain(values) {
                    named.alias.iter_mut().for_each(|alias| self.spell(alias));
                }
            }
            TableFactor::Unpivot { value, name, columns, .. } => {
                if let Expr::Identifier(value) = value {
                    self.spell(value);
                }
                self.spell(name);
                for ExprWithAlias { expr, alias } in columns {
                    let own = match expr {
                        Expr::Identifier(own) => Some(&*own),
                        Expr::CompoundIdentifier(parts) => parts.last(),
                        _ => None,
                    };
                    let alias = match alias {
                        Some(alias) => alias,
                        None => match own {
                            Some(own) => alias.insert(own.clone()),
                            None => continue,
                        },
                    };
                    self.spell(alias);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Gives names to what has none, as they are parts of the names of columns.
pub(super) fn name(factor: &mut TableFactor) {
    let TableFactor::Pivot { aggregate_functions, value_source, .. } = factor else { return };
    if generators::is_generator(aggregate_functions) {
        return;
    }
    for ExprWithAlias { expr, alias } in aggregate_functions {
        alias.get_or_insert_with(|| Ident::with_quote('`', text(expr)));
    }
    let PivotValueSource::List(values) = value_source else { return };
    for ExprWithAlias { expr, alias } in values {
        if alias.is_none() {
            *alias = value_name(expr).map(|name| Ident::with_quote('`', name));
        }
    }
}

/// A value as text; `None` where that takes a computation.
fn value_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Nested(inner) => value_name(inner),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            Value::Number(digits, _) if digits.bytes().next()?.is_ascii_digit() => {
                let is_plain = !digits.contains(['e', 'E']) && !digits.ends_with('.');
                let zeros = digits.starts_with('0') && !digits.starts_with("0.") && digits != "0";
                (is_plain && !zeros).then(|| digits.clone())
            }
            Value::Boolean(value) => Some(value.to_string()),
            Value::Null => Some("null".to_owned()),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match &**expr {
            Expr::Value(value) if matches!(value.value, Value::Number(..)) => {
                value_name(expr).filter(|digits| digits != "0").map(|digits| format!("-{digits}"))
            }
            _ => None,
        },
        Expr::TypedString(typed) if typed.data_type == SqlType::Date => match &typed.value.value {
            Value::SingleQuotedString(text) => {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                (digits && text.len() == "2024-01-01".len()).then(|| text.clone())
            }
            _ => None,
        },
        _ => None,
    }
}

/// Plans PIVOT and UNPIVOT.
#[derive(Debug)]
pub(super) struct Pivots;

impl RelationPlanner for Pivots {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> PlanResult<RelationPlanning> {
        match relation {
            TableFactor::Pivot { ref aggregate_functions, .. }
                if generators::is_generator(aggregate_functions) =>
            {
                Ok(RelationPlanning::Original(Box::new(relation)))
            }
            TableFactor::Pivot {
                table,
                aggregate_functions,
                value_column,
                value_source: PivotValueSource::List(values),
                default_on_null: None,
                alias: None,
            } => {
                let [column] = &value_column[..] else {
                    return refused("PIVOT by several columns");
                };
                pivot(context, *table, aggregate_functions, column.clone(), values)
            }
            TableFactor::Pivot { .. } => refused("this PIVOT"),
            TableFactor::Unpivot { table, value, null_inclusion, name, columns, alias } => {
                let Expr::Identifier(value) = value else {
                    return refused("UNPIVOT to several columns of values");
                };
                let with_nulls = null_inclusion == Some(NullInclusion::IncludeNulls);
                let plan = unpivot(context, *table, (&name, &value), columns, with_nulls)?;
                Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
            }
            other => Ok(RelationPlanning::Original(Box::new(other))),
        }
    }
}

fn refused<T>(what: &str) -> PlanResult<T> {
    Err(into_datafusion(errors::unsupported(what)))
}

/// Aggregate functions that leave out NULL.
const WITHOUT_NULLS: &[&str] =
    &["max", "min", "count", "sum", "avg", "mean", "collect_list", "array_agg", "collect_set"];

fn pivot(
    context: &mut dyn RelationPlannerContext,
    table: TableFactor,
    aggregates: Vec<ExprWithAlias>,
    column: Expr,
    values: Vec<ExprWithAlias>,
) -> PlanResult<RelationPlanning> {
    let input = context.plan(table)?;
    let schema = input.schema().as_ref().clone();
    let PlanExpr::Column(column) = context.sql_to_expr(column, &schema)? else {
        return refused("PIVOT by what is no column");
    };
    let column_type = outer_type(schema.field_from_column(&column)?.data_type());
    let mut used: HashSet<Column> = HashSet::from([column.clone()]);
    let mut planned = Vec::new();
    // The cell of a value without rows is NULL, except where Spark has no place for such a cell.
    let mut has_cells = true;
    for ExprWithAlias { expr, alias } in aggregates {
        let expr = context.sql_to_expr(expr, &schema)?;
        let PlanExpr::AggregateFunction(function) = expr.unalias() else {
            return refused("PIVOT of what is no aggregate function");
        };
        if function.params.filter.is_some() {
            return refused("FILTER in PIVOT");
        }
        let expr = PlanExpr::AggregateFunction(function.clone());
        let data_type = outer_type(&expr.get_type(&schema)?);
        has_cells &= is_number(&data_type) || data_type == DataType::Boolean;
        used.extend(expr.column_refs().into_iter().cloned());
        let name = alias.map(|alias| alias.value).unwrap_or_default();
        planned.push((function, name));
    }
    let known = |name: &str| WITHOUT_NULLS.contains(&name);
    if !has_cells && !planned.iter().all(|(function, _)| known(function.func.name())) {
        return refused("such an aggregate function in PIVOT");
    }
    let one = Expr::Value(Value::Number("1".to_owned(), false).into());
    let PlanExpr::AggregateFunction(count) =
        context.sql_to_expr(call("count", vec![one]), &schema)?.unalias()
    else {
        return refused("PIVOT");
    };
    let groups = schema.columns().into_iter().filter(|own| !used.contains(own));
    let groups: Vec<_> = groups.map(PlanExpr::Column).collect();
    let mut names: HashSet<_> = groups.iter().map(|own| own.schema_name().to_string()).collect();
    let nothing = DFSchema::empty();
    let mut computed = Vec::new();
    let mut results = groups.clone();
    for (row, ExprWithAlias { expr, alias }) in values.into_iter().enumerate() {
        let Some(value_name) = alias.map(|alias| alias.value) else {
            return refused("a value of PIVOT without a name");
        };
        let value = context.sql_to_expr(expr, &nothing)?;
        let value = match value.get_type(&nothing)? {
            own if outer_type(&own) == column_type => value,
            _ => cast(value, column_type.clone()),
        };
        let condition = PlanExpr::BinaryExpr(BinaryExpr::new(
            Box::new(PlanExpr::Column(column.clone())),
            Operator::IsNotDistinctFrom,
            Box::new(value),
        ));
        let rows = format!("__dbsql_rows_{row}");
        let mut counted = count.clone();
        counted.params.filter = Some(Box::new(condition.clone()));
        computed.push(PlanExpr::AggregateFunction(counted).alias(&rows));
        for (at, (function, function_name)) in planned.iter().enumerate() {
            let own = format!("__dbsql_pivoted_{row}_{at}");
            let mut function = function.clone();
            function.params.filter = Some(Box::new(condition.clone()));
            computed.push(PlanExpr::AggregateFunction(function).alias(&own));
            let mut cell = PlanExpr::Column(Column::from_name(own));
            if has_cells {
                let some = PlanExpr::Column(Column::from_name(&rows)).gt(lit(0_i64));
                cell = when(some, cell).end()?;
            }
            let name = match planned.len() {
                1 => value_name.clone(),
                _ => format!("{value_name}_{function_name}"),
            };
            if !names.insert(name.to_lowercase()) {
                return refused("columns of one name in PIVOT");
            }
            results.push(written(cell, &name));
        }
    }
    let plan =
        LogicalPlanBuilder::from(input).aggregate(groups, computed)?.project(results)?.build()?;
    Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
}

/// A column with the name that was written.
fn written(expr: PlanExpr, name: &str) -> PlanExpr {
    let metadata = with_written_name(name).map(FieldMetadata::from);
    let lower = name.to_lowercase();
    expr.alias_qualified_with_metadata(None::<TableReference>, lower, metadata)
}

fn unpivot(
    context: &mut dyn RelationPlannerContext,
    table: TableFactor,
    (name, value): (&Ident, &Ident),
    columns: Vec<ExprWithAlias>,
    with_nulls: bool,
) -> PlanResult<datafusion::logical_expr::LogicalPlan> {
    let input = context.plan(table)?;
    let schema = input.schema().as_ref().clone();
    let mut found = Vec::new();
    for ExprWithAlias { expr, alias } in columns {
        let (PlanExpr::Column(column), Some(alias)) = (context.sql_to_expr(expr, &schema)?, alias)
        else {
            return refused("UNPIVOT of what is no column");
        };
        let data_type = outer_type(schema.field_from_column(&column)?.data_type());
        found.push((column, alias.value, data_type));
    }
    let types: Vec<_> = found.iter().map(|(.., data_type)| data_type.clone()).collect();
    let others = types.iter().any(|other| !is_text(other) && !other.is_null());
    let shared = common_of(&types).filter(|_| !(others && types.iter().any(is_text)));
    let Some(shared) = shared else {
        let message = "The columns to unpivot have no common type.";
        let error = SqlError::new("UNPIVOT_VALUE_DATA_TYPE_MISMATCH", "42K09", message);
        return Err(into_datafusion(error));
    };
    let is_kept = |column: &Column| !found.iter().any(|(own, ..)| own == column);
    let kept: Vec<_> = schema.columns().into_iter().filter(is_kept).collect();
    let [lower_name, lower_value] = [name, value].map(|ident| ident.value.to_lowercase());
    let is_taken = |own: &str| kept.iter().any(|column| column.name == own);
    if lower_name == lower_value || is_taken(&lower_name) || is_taken(&lower_value) {
        return refused("columns of one name in UNPIVOT");
    }
    let provider = context.context_provider();
    let (Some(list), Some(row)) =
        (provider.get_function_meta("dbsql_array"), named(&struct_with(["name", "value"])))
    else {
        return refused("UNPIVOT");
    };
    let rows = found.into_iter().map(|(column, name, own)| {
        let column = PlanExpr::Column(column);
        let value = if own == shared { column } else { cast(column, shared.clone()) };
        row.call(vec![lit(name), value])
    });
    let rows = list.call(rows.collect());
    let kept: Vec<_> = kept.into_iter().map(PlanExpr::Column).collect();
    let made = PlanExpr::Column(Column::from_name(COLUMN));
    let member = |at: usize, own: &DataType, name: &Ident| {
        written(member_at(made.clone(), at, own), &name.value)
    };
    let results = [member(0, &DataType::Utf8, name), member(1, &shared, value)];
    let options = UnnestOptions::new().with_preserve_nulls(false);
    let plan = LogicalPlanBuilder::from(input)
        .project(kept.iter().cloned().chain([rows.alias(COLUMN)]).collect::<Vec<_>>())?
        .unnest_column_with_options(Column::from_name(COLUMN), options)?
        .project(kept.into_iter().chain(results).collect::<Vec<_>>())?;
    if with_nulls {
        return plan.build();
    }
    let value = PlanExpr::Column(Column::from_name(lower_value));
    plan.filter(value.is_not_null())?.build()
}
