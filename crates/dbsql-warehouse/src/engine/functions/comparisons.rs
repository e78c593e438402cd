//! Keys and extremes that DataFusion compares otherwise: -0.0 is 0.0 in Spark, all NaN are one, and
//! NULL is less than other members of a struct.

use std::sync::Arc;

use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Float32Array, Float64Array};
use arrow_schema::DataType;
use datafusion::arrow::array::AsArray as _;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{AggregateFunction, InSubquery, WindowFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    AggregateUDF, ColumnarValue, Distinct, Expr, LogicalPlan, LogicalPlanBuilder,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Subquery, Volatility, WindowFrame,
    WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition, lit,
};
use datafusion::optimizer::AnalyzerRule;

use super::aggregate::Aggregate;
use super::aggregates::of_parts;
use super::define::{Function, Types, rows};
use crate::engine::errors::{into_datafusion, unsupported};
use crate::engine::operators::type_of;
use crate::engine::value::Value;

/// The functions.
pub(super) const ALL: &[Function] = &[BITS, RANGE_KEY];

/// A floating point number as an integer: -0.0 is not 0.0, and all NaN are one.
const BITS: Function = Function::typed(
    "dbsql_bits",
    |arguments| match arguments {
        [own] if own.is_floating() => Some(Types::new([own.clone()], DataType::Int64)),
        _ => None,
    },
    |values, _| {
        Ok(match values.first().and_then(Value::double) {
            Some(number) if number.is_nan() => Value::Integer(i64::MAX),
            Some(number) => Value::Integer(number.to_bits().cast_signed()),
            None => Value::Null,
        })
    },
)
.counts(1, 1);

/// The key of a window with a RANGE of numbers, if its type has the ends of the range: Spark's are out
/// of range there, and the engine's are cut.
const RANGE_KEY: Function = Function::typed(
    "dbsql_range_key",
    |arguments| match arguments {
        [own, DataType::Int64] if own.is_integer() => {
            Some(Types::new([own.clone(), DataType::Int64], own.clone()))
        }
        _ => None,
    },
    |values, types| {
        let [Value::Integer(key), Value::Integer(distance)] = values else {
            return Ok(Value::Null);
        };
        let (least, most) = match types.result {
            DataType::Int8 => (i64::from(i8::MIN), i64::from(i8::MAX)),
            DataType::Int16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
            DataType::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let end = key.checked_add(*distance);
        match end.is_some_and(|end| (least..=most).contains(&end)) {
            true => Ok(Value::Integer(*key)),
            false => Err(unsupported("a RANGE beyond the least or greatest integer of its type")),
        }
    },
)
.counts(2, 2);

/// The value that stands for all that are equal to it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    signature: Signature,
}

impl ScalarUDFImpl for Key {
    fn name(&self) -> &str {
        "dbsql_key"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments.first().cloned().unwrap_or(DataType::Null))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if let [ColumnarValue::Array(array)] = &args.args[..] {
            if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
                let keys: Float64Array = numbers.unary(double_key);
                return Ok(ColumnarValue::Array(Arc::new(keys)));
            }
            if let Some(numbers) = array.as_primitive_opt::<Float32Type>() {
                let keys: Float32Array = numbers.unary(float_key);
                return Ok(ColumnarValue::Array(Arc::new(keys)));
            }
        }
        let result = args.return_type().clone();
        rows(&args, &result, |values| Ok(values.first().map_or(Value::Null, key)))
    }
}

/// 0.0 for -0.0, and one NaN for all.
fn double_key(number: f64) -> f64 {
    if number.is_nan() { f64::NAN } else { number + 0.0 }
}

fn float_key(number: f32) -> f32 {
    if number.is_nan() { f32::NAN } else { number + 0.0 }
}

fn key(value: &Value) -> Value {
    match value {
        Value::Float(number) => Value::Float(float_key(*number)),
        Value::Double(number) => Value::Double(double_key(*number)),
        Value::List(items) => Value::List(items.iter().map(key).collect()),
        Value::Struct(members) => Value::Struct(members.iter().map(key).collect()),
        other => other.clone(),
    }
}

/// Replaces the keys of windows and groups by [`Key`], and `min` and `max` of nested values. This runs
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
        LogicalPlan::Join(join) if join.on.iter().any(|(left, _)| is_float(left, &schema)) => {
            let mut join = join.clone();
            for (left, right) in &mut join.on {
                if is_float(left, &schema) {
                    *left = keyed(std::mem::take(left));
                    *right = keyed(std::mem::take(right));
                }
            }
            with_names(LogicalPlan::Join(join), |expr| replaced(expr, &schema))
                .map(|joined| Transformed { transformed: true, ..joined })
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
        Expr::BinaryExpr(mut binary) if binary.op.supports_propagation() => {
            let is_needed = has_floats(&type_of(&binary.left, schema)?);
            if is_needed {
                for side in [&mut binary.left, &mut binary.right] {
                    if !matches!(**side, Expr::Literal(..)) {
                        **side = keyed(std::mem::take(&mut **side));
                    }
                }
            }
            let expr = Expr::BinaryExpr(binary);
            Ok(if is_needed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        Expr::InSubquery(list) => {
            let own = type_of(&list.expr, schema)?;
            match has_floats(&own) {
                true => in_subquery(list, &own).map(Transformed::yes),
                false => Ok(Transformed::no(Expr::InSubquery(list))),
            }
        }
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

/// `value IN (subquery)`. NOT IN tells -0.0 from 0.0 in Spark.
fn in_subquery(list: InSubquery, own: &DataType) -> Result<Expr> {
    if list.negated && !own.is_floating() {
        return Err(into_datafusion(unsupported("NOT IN of nested values and a query")));
    }
    let keyed = |expr| match list.negated {
        true => BITS.into_udf().call(vec![expr]),
        false => keyed(expr),
    };
    let plan = Arc::unwrap_or_clone(list.subquery.subquery);
    let columns = plan.schema().iter().map(|(table, field)| {
        keyed(Expr::Column((table, field).into())).alias_qualified(table.cloned(), field.name())
    });
    let columns: Vec<_> = columns.collect();
    let subquery = Arc::new(LogicalPlanBuilder::from(plan).project(columns)?.build()?);
    let subquery = Subquery { subquery, ..list.subquery };
    Ok(Expr::InSubquery(InSubquery { expr: Box::new(keyed(*list.expr)), subquery, ..list }))
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
    let frame = &call.params.window_frame;
    if let (WindowFrameUnits::Range, [key]) = (frame.units, &mut call.params.order_by[..])
        && type_of(&key.expr, schema)?.is_integer()
    {
        for distance in distances(frame) {
            let distance = if key.asc { distance } else { distance.saturating_neg() };
            let own = std::mem::take(&mut key.expr);
            key.expr = RANGE_KEY.into_udf().call(vec![own, lit(distance)]);
            changed = true;
        }
    }
    if let WindowFunctionDefinition::AggregateUDF(own) = &call.fun
        && let Some(other) = own_extreme(own.name(), &call.params.args, schema)?
    {
        call.fun = WindowFunctionDefinition::AggregateUDF(other);
        changed = true;
    }
    let expr = Expr::WindowFunction(Box::new(call));
    Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
}

/// How far the ends of a frame are from the row, in ascending order.
fn distances(frame: &WindowFrame) -> Vec<i64> {
    let distance = |bound: &WindowFrameBound| {
        let (value, sign) = match bound {
            WindowFrameBound::Preceding(value) => (value, -1),
            WindowFrameBound::Following(value) => (value, 1),
            WindowFrameBound::CurrentRow => return None,
        };
        let rows: i64 = value.to_string().parse().ok()?;
        rows.checked_mul(sign)
    };
    [&frame.start_bound, &frame.end_bound].into_iter().filter_map(distance).collect()
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
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::new_from_impl(Key { signature }).call(vec![expr])
}

fn is_float(expr: &Expr, schema: &DFSchema) -> bool {
    type_of(expr, schema).is_ok_and(|own| has_floats(&own))
}

fn has_floats(data_type: &DataType) -> bool {
    match data_type {
        DataType::Float32 | DataType::Float64 => true,
        DataType::List(item) => has_floats(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_floats(field.data_type())),
        _ => false,
    }
}
