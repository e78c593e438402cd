//! Errors of constant expressions.
//!
//! Spark computes what is constant while it plans a query, so an error in it fails the query, whatever
//! the rows are. DataFusion leaves it in the plan, to fail with the first row, if there is one.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};

use super::functions::check_shares;

/// Checks the constant expressions of an optimized plan.
///
/// # Errors
///
/// The error of the first one that cannot be computed.
pub(super) fn check(plan: &LogicalPlan, state: &SessionState) -> Result<()> {
    plan.apply_with_subqueries(|node| node.apply_expressions(|expr| check_in(expr, state)))?;
    Ok(())
}

fn check_in(expr: &Expr, state: &SessionState) -> Result<TreeNodeRecursion> {
    expr.apply(|expr| match expr {
        // Only the first condition is computed for each row; that of `coalesce` Spark leaves alone.
        Expr::Case(case) => {
            if let (None, Some((condition, _))) = (&case.expr, case.when_then_expr.first())
                && !matches!(**condition, Expr::IsNotNull(_))
            {
                check_in(condition, state)?;
            }
            Ok(TreeNodeRecursion::Jump)
        }
        Expr::AggregateFunction(call) => {
            check_shares(call.func.name(), &call.params.args)?;
            Ok(TreeNodeRecursion::Continue)
        }
        expr => {
            if is_constant(expr)? {
                compute(expr, state)?;
            }
            Ok(TreeNodeRecursion::Continue)
        }
    })?;
    Ok(TreeNodeRecursion::Continue)
}

/// Whether it is made of literals alone. Larger ones are computed by DataFusion already.
fn is_constant(expr: &Expr) -> Result<bool> {
    match expr {
        Expr::ScalarFunction(call)
            if call.func.signature().volatility != Volatility::Volatile
                && call.name() != "assert_true" => {}
        Expr::Cast(_) | Expr::BinaryExpr(_) | Expr::Negative(_) => {}
        _ => return Ok(false),
    }
    let (mut literals, mut others) = (0, 0);
    expr.apply_children(|child| {
        match child {
            Expr::Literal(..) => literals += 1,
            _ => others += 1,
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(literals > 0 && others == 0)
}

fn compute(expr: &Expr, state: &SessionState) -> Result<()> {
    let physical = state.create_physical_expr(expr.clone(), &DFSchema::empty())?;
    let one_row = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &one_row)?;
    physical.evaluate(&row).map(drop)
}
