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
use datafusion::logical_expr::{Expr, LogicalPlan, Operator, Volatility};

use super::errors::{into_datafusion, unsupported};
use super::functions::{COALESCE, check_shares};

/// Checks the constant expressions of an optimized plan.
///
/// # Errors
///
/// The error of the first one that cannot be computed.
pub(super) fn check(plan: &LogicalPlan, state: &SessionState) -> Result<()> {
    let over = Over::Tables;
    plan.apply_with_subqueries(|node| node.apply_expressions(|expr| check_in(expr, over, state)))?;
    Ok(())
}

/// What the rows are from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Tables,
    /// Spark computes AND and OR over VALUES row by row.
    Values,
}

impl Over {
    fn of(plan: &LogicalPlan) -> Result<Self> {
        let is_values = |node: &LogicalPlan| Ok(matches!(node, LogicalPlan::Values(_)));
        Ok(if plan.exists(is_values)? { Self::Values } else { Self::Tables })
    }
}

/// Checks those of the conditions of a plan before it is optimized: Spark computes them before it
/// removes any, unlike columns that nothing needs.
///
/// # Errors
///
/// The error of the first one that cannot be computed.
pub(super) fn check_conditions(plan: &LogicalPlan, state: &SessionState) -> Result<()> {
    let over = Over::of(plan)?;
    plan.apply_with_subqueries(|node| match node {
        LogicalPlan::Filter(_) | LogicalPlan::Join(_) => {
            node.apply_expressions(|expr| check_in(expr, over, state))
        }
        // What becomes AND and OR later is not meant.
        _ if over == Over::Values => node.apply_expressions(|expr| {
            expr.apply(|expr| match expr {
                Expr::BinaryExpr(binary) if is_condition(binary.op) => check_in(expr, over, state),
                _ => Ok(TreeNodeRecursion::Continue),
            })
        }),
        _ => Ok(TreeNodeRecursion::Continue),
    })?;
    Ok(())
}

fn check_in(expr: &Expr, over: Over, state: &SessionState) -> Result<TreeNodeRecursion> {
    expr.apply(|expr| match expr {
        Expr::BinaryExpr(binary) if over == Over::Values && is_condition(binary.op) => {
            for side in [&binary.left, &binary.right] {
                if check_in(side, over, state).is_err() {
                    let what = "a constant that fails beside AND or OR, over VALUES";
                    return Err(into_datafusion(unsupported(what)));
                }
            }
            Ok(TreeNodeRecursion::Jump)
        }
        // Only the first condition is computed for each row; that of `coalesce` Spark leaves alone.
        Expr::Case(case) => {
            if let (None, Some((condition, _))) = (&case.expr, case.when_then_expr.first())
                && !matches!(**condition, Expr::IsNotNull(_))
            {
                check_in(condition, over, state)?;
            }
            Ok(TreeNodeRecursion::Jump)
        }
        // Computed before a branch that uses it twice.
        Expr::Alias(alias) if alias.name.starts_with("__common_expr_") => {
            Ok(TreeNodeRecursion::Jump)
        }
        Expr::ScalarFunction(call) if matches!(call.name(), "coalesce" | COALESCE) => {
            Ok(TreeNodeRecursion::Jump)
        }
        Expr::AggregateFunction(call) => {
            check_shares(call.func.name(), &call.params.args)?;
            Ok(TreeNodeRecursion::Continue)
        }
        // NULL, whatever the other side is.
        Expr::BinaryExpr(binary) if is_null(&binary.left) || is_null(&binary.right) => {
            Ok(TreeNodeRecursion::Jump)
        }
        expr => {
            if !is_constant(expr)? {
                return Ok(TreeNodeRecursion::Continue);
            }
            compute(expr, state)?;
            Ok(TreeNodeRecursion::Jump)
        }
    })?;
    Ok(TreeNodeRecursion::Continue)
}

fn is_condition(op: Operator) -> bool {
    matches!(op, Operator::And | Operator::Or)
}

/// Whether it is computed from literals alone.
fn is_constant(expr: &Expr) -> Result<bool> {
    match expr {
        Expr::ScalarFunction(call)
            if call.func.signature().volatility != Volatility::Volatile
                && call.name() != "assert_true"
                && !call.args.is_empty() => {}
        Expr::Cast(_) | Expr::BinaryExpr(_) | Expr::Negative(_) => {}
        _ => return Ok(false),
    }
    let mut constant = true;
    expr.apply_children(|child| {
        constant &= matches!(child, Expr::Literal(..)) || is_constant(child)?;
        Ok(match constant {
            true => TreeNodeRecursion::Continue,
            false => TreeNodeRecursion::Stop,
        })
    })?;
    Ok(constant)
}

/// Whether it is NULL or a NULL of some type.
pub(super) fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value, _) => value.is_null(),
        Expr::Cast(cast) => is_null(&cast.expr),
        Expr::ScalarFunction(call) if matches!(call.name(), "cast" | "try_cast") => {
            call.args.iter().all(is_null)
        }
        _ => false,
    }
}

fn compute(expr: &Expr, state: &SessionState) -> Result<()> {
    let physical = state.create_physical_expr(expr.clone(), &DFSchema::empty())?;
    let one_row = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &one_row)?;
    physical.evaluate(&row).map(drop)
}
