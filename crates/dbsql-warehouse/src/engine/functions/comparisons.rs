//! Keys and extremes that DataFusion compares otherwise: -0.0 is 0.0 in Spark, all NaN are one, and
//! NULL is less than other members of a struct.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    AggregateUDF, Distinct, Expr, LogicalPlan, LogicalPlanBuilder, WindowFunctionDefinition,
};
use datafusion::optimizer::AnalyzerRule;

use super::aggregate::Aggregate;
use super::aggregates::of_parts;
use super::define::{Function, Types};
use crate::engine::operators::type_of;
use crate::engine::value::Value;

/// The value that stands for all that are equal to it.
pub(super) const ALL: &[Function] = &[KEY];

const KEY: Function = Function::typed(
    "dbsql_key",
    |arguments| match arguments {
        [own] => Some(Types::new([own.clone()], own.clone())),
        _ => None,
    },
    |values, _| Ok(values.first().map_or(Value::Null, key)),
)
.counts(1, 1);

fn key(value: &Value) -> Value {
    match value {
        Value::Float(number) if number.is_nan() => Value::Float(f32::NAN),
        Value::Double(number) if number.is_nan() => Value::Double(f64::NAN),
        // 0.0 for -0.0.
        Value::Float(number) => Value::Float(number + 0.0),
        Value::Double(number) => Value::Double(number + 0.0),
        Value::List(items) => Value::List(items.iter().map(key).collect()),
        Value::Struct(members) => Value::Struct(members.iter().map(key).collect()),
        other => other.clone(),
    }
}

/// Replaces the keys of windows and groups by [`KEY`], and `min` and `max` of nested values. This runs
/// after all types are known.
#[derive(Debug)]
pub(in crate::engine) struct Comparisons;

impl AnalyzerRule for Comparisons {
    fn name(&self) -> &str {
        "comparisons"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(node)?.data)
    }
}

fn node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let schema = merge_schema(&plan.inputs());
    match &plan {
        LogicalPlan::Distinct(Distinct::All(input)) => {
            let columns = input.schema().iter().map(|(table, field)| {
                let column = Expr::Column((table, field).into());
                match has_floats(field.data_type()) {
                    true => keyed(column).alias_qualified(table.cloned(), field.name()),
                    false => column,
                }
            });
            let columns: Vec<_> = columns.collect();
            if !columns.iter().any(|column| matches!(column, Expr::Alias(_))) {
                return Ok(Transformed::no(plan));
            }
            let input = LogicalPlanBuilder::from(input.as_ref().clone()).project(columns)?;
            input.distinct()?.build().map(Transformed::yes)
        }
        LogicalPlan::Sort(sort) => {
            let mut sort = sort.clone();
            let changed = key_all(sort.expr.iter_mut().map(|key| &mut key.expr), &schema)?;
            let plan = LogicalPlan::Sort(sort);
            Ok(if changed { Transformed::yes(plan) } else { Transformed::no(plan) })
        }
        LogicalPlan::Window(_) => with_names(plan, |expr| replaced(expr, &schema)),
        LogicalPlan::Aggregate(aggregate) => {
            let keys = aggregate.group_expr.clone();
            with_names(plan, |expr| match expr {
                Expr::GroupingSet(_) => Ok(Transformed::no(expr)),
                expr if keys.contains(&expr) => {
                    let floats = has_floats(&type_of(&expr, &schema)?);
                    Ok(if floats { Transformed::yes(keyed(expr)) } else { Transformed::no(expr) })
                }
                expr => replaced(expr, &schema),
            })
        }
        _ => with_names(plan, |expr| replaced(expr, &schema)),
    }
}

fn with_names(
    plan: LogicalPlan,
    replace: impl Fn(Expr) -> Result<Transformed<Expr>>,
) -> Result<Transformed<LogicalPlan>> {
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        Ok(replace(expr)?.update_data(|expr| name.restore(expr)))
    })
}

fn replaced(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    expr.transform_up(|expr| match expr {
        Expr::WindowFunction(call) => window(*call, schema),
        Expr::AggregateFunction(call) => aggregate(call, schema),
        Expr::InList(mut list) => {
            let value = &mut *list.expr;
            let keys = std::iter::once(value).chain(&mut list.list);
            let changed = key_all(keys, schema)?;
            let expr = Expr::InList(list);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        Expr::Case(mut case) if case.expr.is_some() => {
            let values = case.when_then_expr.iter_mut().map(|(value, _)| &mut **value);
            let changed = key_all(case.expr.as_deref_mut().into_iter().chain(values), schema)?;
            let expr = Expr::Case(case);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        other => Ok(Transformed::no(other)),
    })
}

/// Replaces those that have floating point numbers.
fn key_all<'a>(exprs: impl Iterator<Item = &'a mut Expr>, schema: &DFSchema) -> Result<bool> {
    let mut changed = false;
    for expr in exprs {
        if has_floats(&type_of(expr, schema)?) {
            *expr = keyed(std::mem::take(expr));
            changed = true;
        }
    }
    Ok(changed)
}

fn window(mut call: WindowFunction, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let sorted = call.params.order_by.iter_mut().map(|sort| &mut sort.expr);
    let mut changed = key_all(call.params.partition_by.iter_mut().chain(sorted), schema)?;
    if let WindowFunctionDefinition::AggregateUDF(own) = &call.fun
        && let Some(other) = own_extreme(own.name(), &call.params.args, schema)?
    {
        call.fun = WindowFunctionDefinition::AggregateUDF(other);
        changed = true;
    }
    let expr = Expr::WindowFunction(Box::new(call));
    Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
}

fn aggregate(mut call: AggregateFunction, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let by_value = call.params.distinct
        || matches!(call.func.name(), "approx_distinct" | "approx_count_distinct");
    let mut changed = by_value && key_all(call.params.args.iter_mut(), schema)?;
    if let Some(other) = own_extreme(call.func.name(), &call.params.args, schema)? {
        call.func = other;
        changed = true;
    }
    let expr = Expr::AggregateFunction(call);
    Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
}

/// The function in place of `min` or `max`, of values that have parts, and of floating point numbers.
fn own_extreme(
    name: &str,
    arguments: &[Expr],
    schema: &DFSchema,
) -> Result<Option<Arc<AggregateUDF>>> {
    let ([argument], "min" | "max") = (arguments, name) else { return Ok(None) };
    let own = type_of(argument, schema)?;
    // NaN is the greatest in Spark, and in groups of DataFusion the first.
    let is_own = matches!(own, DataType::Struct(_) | DataType::List(_)) || own.is_floating();
    Ok(of_parts(name).filter(|_| is_own).map(Aggregate::into_udaf))
}

fn keyed(expr: Expr) -> Expr {
    KEY.into_udf().call(vec![expr])
}

fn has_floats(data_type: &DataType) -> bool {
    match data_type {
        DataType::Float32 | DataType::Float64 => true,
        DataType::List(item) => has_floats(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_floats(field.data_type())),
        _ => false,
    }
}
