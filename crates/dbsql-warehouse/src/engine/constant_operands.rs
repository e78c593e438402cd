//! Comparisons with a constant before the operator.

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, binary_expr};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Writes the constants of conditions behind the operator: `a = 1` for `1 = a`. It runs after
/// DataFusion's rule that computes constants.
///
/// That rule writes them so before it computes them, and not in joins. When conditions are moved,
/// DataFusion takes `a = 1 AND 1 = a` for false, and `a >= 1 AND 1 < a` for `a >= 1`.
#[derive(Debug)]
pub(super) struct ConstantOperands;

impl OptimizerRule for ConstantOperands {
    fn name(&self) -> &str {
        "constant_operands"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Filter(_) | LogicalPlan::Join(_) => {
                plan.map_expressions(|condition| condition.transform_up(behind))
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

fn behind(expr: Expr) -> Result<Transformed<Expr>> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if matches!(*left, Expr::Literal(..))
                && !matches!(*right, Expr::Literal(..))
                && let Some(op) = op.swap() =>
        {
            Ok(Transformed::yes(binary_expr(*right, op, *left)))
        }
        other => Ok(Transformed::no(other)),
    }
}
