//! The order of a sorted subquery, which Spark keeps: `collect_list(v)` of it is in that order. Where
//! nothing requires the order, DataFusion's rules would drop it.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::physical_expr::OrderingRequirements;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::sorts::sort::SortExec;

use super::pass_through::PassThrough;

/// Puts an operator that requires its order above each sort. It runs before DataFusion's rules, when
/// there are only the sorts of the statement.
#[derive(Debug)]
pub(super) struct KeepOrder;

impl PhysicalOptimizerRule for KeepOrder {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let kept = plan.transform_up(|node| {
            // One with a limit is kept anyway.
            let order = match node.downcast_ref::<SortExec>() {
                Some(sort) if sort.fetch().is_none() => sort.expr().clone(),
                _ => return Ok(Transformed::no(node)),
            };
            let order = OrderingRequirements::from(order);
            Ok(Transformed::yes(Arc::new(PassThrough::ordered(node, order)) as _))
        });
        Ok(kept?.data)
    }

    fn name(&self) -> &str {
        "keep_order"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
