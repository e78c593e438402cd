//! Names for the calls with OVER in a plan.

use datafusion::common::Result as PlanResult;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{Expr, LogicalPlan, Window};

/// Names every call with OVER. This runs before a plan is optimized.
///
/// All calls of one node have the same keys, and must have them in the optimized plan. But a key that
/// several of them have in common is computed once, by an optimizer rule that writes it in another way
/// into a call with a name than into one without.
pub(super) fn complete(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    let named = plan.transform_up_with_subqueries(|plan| {
        let LogicalPlan::Window(window) = plan else { return Ok(Transformed::no(plan)) };
        let window_expr = window.window_expr.into_iter().map(named).collect();
        Ok(Transformed::yes(LogicalPlan::Window(Window { window_expr, ..window })))
    })?;
    Ok(named.data)
}

fn named(call: Expr) -> Expr {
    if matches!(call, Expr::Alias(_)) {
        return call;
    }
    let name = call.schema_name().to_string();
    call.alias(name)
}
