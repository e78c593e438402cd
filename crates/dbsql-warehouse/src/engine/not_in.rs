//! NOT IN with a subquery that uses the columns of the outer row.
//!
//! DataFusion joins all rows of the subquery at once: a NULL of one outer row would count for the
//! others. As NOT EXISTS the same condition is computed for each outer row.

use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan, LogicalPlanBuilder, Subquery};

use super::constants::is_null;
use super::errors::{into_datafusion, unsupported};
use super::functions::is_operation;

/// Replaces such conditions of WHERE. The types are known, and equal on both sides.
///
/// # Errors
///
/// The subquery cannot be planned with the condition, or the value is computed with NULL.
pub(super) fn replace(plan: LogicalPlan) -> Result<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(node)?.data)
}

fn node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Filter(Filter { predicate, input, .. }) = &plan else {
        return Ok(Transformed::no(plan));
    };
    let schema = input.schema();
    let mut changed = false;
    let conditions = split_conjunction_owned(predicate.clone()).into_iter().map(|condition| {
        let Expr::InSubquery(list) = condition else { return Ok(condition) };
        if list.negated && computes_with_null(&list.expr)? {
            let what = "NOT IN with a subquery of an expression with NULL";
            return Err(into_datafusion(unsupported(what)));
        }
        if !list.negated || list.subquery.outer_ref_columns.is_empty() {
            return Ok(Expr::InSubquery(list));
        }
        changed = true;
        exists(list, schema)
    });
    let conditions = conditions.collect::<Result<Vec<_>>>()?;
    match conjunction(conditions) {
        Some(predicate) if changed => {
            let filter = Filter::try_new(predicate, input.clone())?;
            Ok(Transformed::yes(LogicalPlan::Filter(filter)))
        }
        _ => Ok(Transformed::no(plan)),
    }
}

/// Whether the value is NULL for all rows: Spark finds so, and answers no rows even if the subquery has
/// none.
fn computes_with_null(value: &Expr) -> Result<bool> {
    value.exists(|expr| match expr {
        Expr::BinaryExpr(binary) => Ok(is_null(&binary.left) || is_null(&binary.right)),
        Expr::ScalarFunction(call) if is_operation(call.name()) => {
            Ok(call.args.iter().any(is_null))
        }
        _ => Ok(false),
    })
}

/// `NOT EXISTS (SELECT .. WHERE column = value OR column IS NULL OR value IS NULL)`.
fn exists(list: InSubquery, schema: &DFSchema) -> Result<Expr> {
    let value = list.expr.clone().transform(|expr| match expr {
        Expr::Column(column) => {
            let (_, field) = schema.qualified_field_from_column(&column)?;
            Ok(Transformed::yes(Expr::OuterReferenceColumn(field.clone(), column)))
        }
        other => Ok(Transformed::no(other)),
    })?;
    let value = value.data;
    let mut outer = list.subquery.outer_ref_columns.clone();
    value.apply(|expr| {
        if let Expr::OuterReferenceColumn(..) = expr
            && !outer.contains(expr)
        {
            outer.push(expr.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let below = list.subquery.subquery.as_ref().clone();
    // The planner has checked that there is one.
    let Some(column) = below.schema().columns().into_iter().next() else {
        return Ok(Expr::InSubquery(list));
    };
    let column = Expr::Column(column);
    let found = column.clone().eq(value.clone()).or(column.is_null()).or(value.is_null());
    let found = LogicalPlanBuilder::from(below).filter(found)?.build()?;
    let spans = list.subquery.spans;
    let subquery = Subquery { subquery: found.into(), outer_ref_columns: outer, spans };
    Ok(Expr::Exists(Exists { subquery, negated: true }))
}
