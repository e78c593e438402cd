//! Columns that were constant until an operator added rows with NULL for them.
//!
//! DataFusion takes `y.a` for constant in `x LEFT JOIN y ON x.k = y.k AND y.a = 1`, and `b` in
//! `WHERE b = 10 GROUP BY ROLLUP(b)`. It then sorts by no such column, and takes the rows of a window
//! or of a group for complete when the next value comes.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{JoinType, Result};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::joins::{
    HashJoinExec, NestedLoopJoinExec, PiecewiseMergeJoinExec, SortMergeJoinExec,
};

use super::pass_through::PassThrough;

/// Hides what is known about the rows of outer joins and of grouping sets. It runs before DataFusion's
/// rules.
#[derive(Debug)]
pub(super) struct AddedNulls;

impl PhysicalOptimizerRule for AddedNulls {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let hidden = plan.transform_up(|node| {
            if !adds_nulls(node.as_ref()) {
                return Ok(Transformed::no(node));
            }
            Ok(Transformed::yes(Arc::new(PassThrough::unknown(node)) as _))
        });
        Ok(hidden?.data)
    }

    fn name(&self) -> &str {
        "added_nulls"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn adds_nulls(node: &dyn ExecutionPlan) -> bool {
    if let Some(aggregate) = node.downcast_ref::<AggregateExec>() {
        return !aggregate.group_expr().is_single();
    }
    let join = node
        .downcast_ref::<HashJoinExec>()
        .map(|join| *join.join_type())
        .or_else(|| node.downcast_ref::<NestedLoopJoinExec>().map(|join| *join.join_type()))
        .or_else(|| node.downcast_ref::<SortMergeJoinExec>().map(SortMergeJoinExec::join_type))
        .or_else(|| {
            node.downcast_ref::<PiecewiseMergeJoinExec>().map(PiecewiseMergeJoinExec::join_type)
        });
    matches!(join, Some(JoinType::Left | JoinType::Right | JoinType::Full))
}
