//! The types of CASE and of set operations: where Spark finds another than DataFusion, they are refused.

use arrow_schema::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, JoinType, NullEquality, Result};
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable as _, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::cast::cast;
use crate::engine::coercion::common_of;
use crate::engine::errors::{self, into_datafusion};
use crate::engine::operators::type_of;
use crate::engine::types::outer_type;

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
    plan.map_expressions(|expr| expr.transform_up(|expr| branches(expr, &schema)))
}

fn refused(what: &str) -> datafusion::common::DataFusionError {
    into_datafusion(errors::unsupported(what))
}

fn branches(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::Case(case) = expr else { return Ok(Transformed::no(expr)) };
    let Case { expr: operand, when_then_expr, else_expr } = case;
    let mut types = Vec::new();
    for (condition, value) in &when_then_expr {
        let data_type = type_of(condition, schema)?;
        if operand.is_none() && !matches!(data_type, DataType::Boolean | DataType::Null) {
            let error = errors::wrong_argument_types("CASE", &[data_type]);
            return Err(into_datafusion(error));
        }
        types.push(outer_type(&type_of(value, schema)?));
    }
    if let Some(value) = &else_expr {
        types.push(outer_type(&type_of(value, schema)?));
    }
    let same = types.iter().all(|one| *one == types[0]);
    if same {
        let case = Case { expr: operand, when_then_expr, else_expr };
        return Ok(Transformed::no(Expr::Case(case)));
    }
    let Some(found) = common_of(&types) else {
        let error = errors::wrong_argument_types("CASE", &types);
        return Err(into_datafusion(error));
    };
    // What uses the result was planned with the type of the first value.
    let planned = types.iter().find(|one| !one.is_null());
    if planned != Some(&found) {
        return Err(refused("CASE with values of different types"));
    }
    let mut types = types.into_iter();
    let mut converted = |value: Box<Expr>| {
        let same = types.next().as_ref() == Some(&found);
        if same { value } else { Box::new(cast(*value, found.clone())) }
    };
    let when_then_expr = when_then_expr
        .into_iter()
        .map(|(condition, value)| (condition, converted(value)))
        .collect();
    let else_expr = else_expr.map(&mut converted);
    Ok(Transformed::yes(Expr::Case(Case { expr: operand, when_then_expr, else_expr })))
}
