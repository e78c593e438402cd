//! `<=>` between the two sides of a join.
//!
//! DataFusion makes keys of it, with a flag of the join that NULL equals NULL for all keys. Its rules
//! lose the flag when they reorder joins, and add keys of `=` to such a join, for which NULL would
//! equal NULL, too.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{NullEquality, Result, ScalarValue};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, ExprSchemable as _, Join, LogicalPlan, lit};
use datafusion::optimizer::extract_equijoin_predicate::ExtractEquijoinPredicate;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Finds the keys of joins as DataFusion's rule does, which it takes the place of. `a <=> b` becomes
/// the two keys `a IS NULL = b IS NULL` and `coalesce(a, x) = coalesce(b, x)` with any value `x`.
#[derive(Debug, Default)]
pub(super) struct NullSafeKeys {
    keys: ExtractEquijoinPredicate,
}

impl OptimizerRule for NullSafeKeys {
    fn name(&self) -> &str {
        self.keys.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.keys.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Join(join) = &plan else { return Ok(Transformed::no(plan)) };
        if join.null_equality == NullEquality::NullEqualsNull {
            return self.keys.rewrite(plan, config);
        }
        let found = self.keys.rewrite(plan.clone(), config)?;
        match found.data {
            LogicalPlan::Join(join) if join.null_equality == NullEquality::NullEqualsNull => {
                // Without such a value it remains a condition.
                Ok(match with_plain_keys(join) {
                    Ok(join) => Transformed::yes(LogicalPlan::Join(join)),
                    Err(_) => Transformed::no(plan),
                })
            }
            other => Ok(Transformed { data: other, ..found }),
        }
    }
}

/// The same join with keys that compare as `=`.
fn with_plain_keys(mut join: Join) -> Result<Join> {
    let mut keys = Vec::with_capacity(2 * join.on.len());
    for (left, right) in join.on {
        let value = ScalarValue::new_default(&left.get_type(join.left.schema())?)?;
        let present = |side: &Expr| coalesce(vec![side.clone(), lit(value.clone())]);
        keys.push((present(&left), present(&right)));
        keys.push((left.is_null(), right.is_null()));
    }
    join.on = keys;
    join.null_equality = NullEquality::NullEqualsNothing;
    Ok(join)
}
