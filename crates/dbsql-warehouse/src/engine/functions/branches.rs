//! The types of CASE and of set operations: where Spark finds another type for a set operation than
//! DataFusion, it is refused.

use arrow_schema::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, JoinType, NullEquality, Result};
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable as _, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::cast::cast;
use super::define::{Function, Types};
use crate::engine::coercion::common_of;
use crate::engine::errors::{self, into_datafusion};
use crate::engine::operators::type_of;
use crate::engine::types::outer_type;
use crate::engine::value::Value;

/// Runs before DataFusion finds types.
#[derive(Debug)]
pub(in crate::engine) struct Branches;

impl AnalyzerRule for Branches {
    fn name(&self) -> &str {
        "branches"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(node)?.data)
    }
}

fn node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    match &plan {
        LogicalPlan::Union(union) => {
            for (at, field) in union.schema.fields().iter().enumerate() {
                let types: Vec<_> = union
                    .inputs
                    .iter()
                    .map(|input| outer_type(input.schema().field(at).data_type()))
                    .collect();
                let same = types.iter().all(|one| *one == types[0]);
                if !same {
                    let found = common_of(&types);
                    let Some(found) = found else {
                        let message = "The columns of a set operation have incompatible types.";
                        let class = "INCOMPATIBLE_COLUMN_TYPE";
                        let error = dbsql_local::engine::SqlError::new(class, "42825", message);
                        return Err(into_datafusion(error));
                    };
                    let texts = |side: &DataType| crate::engine::coercion::is_text(side);
                    if found != outer_type(field.data_type()) || types.iter().any(texts) {
                        return Err(refused("UNION of columns of different types"));
                    }
                }
            }
        }
        LogicalPlan::Join(join)
            if matches!(join.join_type, JoinType::LeftSemi | JoinType::LeftAnti)
                && join.null_equality == NullEquality::NullEqualsNull =>
        {
            for (left, right) in &join.on {
                let left = outer_type(&left.get_type(join.left.schema())?);
                let right = outer_type(&right.get_type(join.right.schema())?);
                if left != right {
                    return Err(refused("INTERSECT and EXCEPT of columns of different types"));
                }
            }
        }
        _ => {}
    }
    let schema = merge_schema(&plan.inputs());
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let converted = expr.transform_up(|expr| branches(expr, &schema))?;
        Ok(converted.update_data(|expr| name.restore(expr)))
    })
}

fn refused(what: &str) -> datafusion::common::DataFusionError {
    into_datafusion(errors::unsupported(what))
}

fn branches(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::Case(case) = expr else { return Ok(Transformed::no(expr)) };
    let Case { expr: operand, when_then_expr, else_expr } = case;
    let mut types = Vec::new();
    let mut pairs = Vec::with_capacity(when_then_expr.len());
    for (condition, value) in when_then_expr {
        let data_type = type_of(&condition, schema)?;
        if operand.is_none() && !matches!(data_type, DataType::Boolean | DataType::Null) {
            let error = errors::wrong_argument_types("CASE", &[data_type]);
            return Err(into_datafusion(error));
        }
        let value = value_itself(*value);
        types.push(outer_type(&type_of(&value, schema)?));
        pairs.push((condition, value));
    }
    let otherwise = else_expr.map(|value| value_itself(*value));
    if let Some(value) = &otherwise {
        types.push(outer_type(&type_of(value, schema)?));
    }
    let Some(found) = common_of(&types) else {
        let error = errors::wrong_argument_types("CASE", &types);
        return Err(into_datafusion(error));
    };
    let mut types = types.into_iter();
    let mut converted = |value: Expr| {
        let same = types.next().as_ref() == Some(&found);
        Box::new(if same { value } else { cast(value, found.clone()) })
    };
    let when_then_expr =
        pairs.into_iter().map(|(condition, value)| (condition, converted(value))).collect();
    let else_expr = otherwise.map(&mut converted);
    Ok(Transformed::yes(Expr::Case(Case { expr: operand, when_then_expr, else_expr })))
}

/// The first value of a CASE is planned with the type that all of them have in common; see
/// [`COMMON`].
fn value_itself(value: Expr) -> Expr {
    match value {
        Expr::ScalarFunction(mut call) if call.name() == COMMON && !call.args.is_empty() => {
            call.args.swap_remove(0)
        }
        other => other,
    }
}

/// Returns its first argument, with the type of all: what uses a CASE is planned with the type of its
/// first value.
pub(in crate::engine) const COMMON: &str = "dbsql_common";

/// The function of that name.
pub(super) const ALL: &[Function] = &[Function::typed(
    COMMON,
    |arguments| {
        let plain: Vec<_> = arguments.iter().map(outer_type).collect();
        let found = common_of(&plain)?;
        Some(Types::new(vec![found.clone(); plain.len()], found))
    },
    |values, _| Ok(values.first().cloned().unwrap_or(Value::Null)),
)
.takes_nulls()];
