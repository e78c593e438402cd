//! Stops a statement inside an operator that computes for a long time without yielding.
//!
//! A stopped task ends where it waits, and an operator waits only between batches. A join may
//! compare for minutes before it has one, so its condition checks whether the statement was
//! stopped.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_schema::{DataType, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr::expressions::BinaryExpr;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::joins::utils::JoinFilter;
use datafusion::physical_plan::joins::{
    HashJoinExec, NestedLoopJoinExec, NestedLoopJoinExecBuilder,
};

use super::errors::into_datafusion;
use dbsql_local::engine::SqlError;

/// Whether a statement was stopped. Clones share the flag.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(super) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Rewrites the plan so that joins yield after each batch and end when they are stopped.
    pub(super) fn watch(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &Arc<ConfigOptions>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let watched = plan.transform_up(|node| {
            let join: Arc<dyn ExecutionPlan> =
                if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
                    match join.filter() {
                        Some(filter) => {
                            let filter = self.watch_filter(filter, config)?;
                            let builder = NestedLoopJoinExecBuilder::from(join);
                            Arc::new(builder.with_filter(Some(filter)).build()?)
                        }
                        None => Arc::clone(&node),
                    }
                } else if let Some(join) = node.downcast_ref::<HashJoinExec>() {
                    match join.filter() {
                        Some(filter) => {
                            let filter = self.watch_filter(filter, config)?;
                            join.builder().with_filter(Some(filter)).build_exec()?
                        }
                        None => Arc::clone(&node),
                    }
                } else if node.name().ends_with("JoinExec") {
                    Arc::clone(&node)
                } else {
                    return Ok(Transformed::no(node));
                };
            Ok(Transformed::yes(Arc::new(CooperativeExec::new(join)) as _))
        });
        Ok(watched?.data)
    }

    fn watch_filter(&self, filter: &JoinFilter, config: &Arc<ConfigOptions>) -> Result<JoinFilter> {
        let wanted = ScalarUDF::new_from_impl(Wanted::new(self.clone()));
        let wanted = ScalarFunctionExpr::try_new(
            Arc::new(wanted),
            Vec::new(),
            &Schema::empty(),
            Arc::clone(config),
        )?;
        let left: Arc<dyn PhysicalExpr> = Arc::new(wanted);
        let both = BinaryExpr::new(left, Operator::And, Arc::clone(filter.expression()));
        Ok(JoinFilter::new(
            Arc::new(both),
            filter.column_indices().to_vec(),
            Arc::clone(filter.schema()),
        ))
    }
}

/// True, or an error once the statement is stopped.
#[derive(Debug)]
struct Wanted {
    signature: Signature,
    stop: Stop,
}

impl Wanted {
    fn new(stop: Stop) -> Self {
        Self { signature: Signature::nullary(Volatility::Volatile), stop }
    }
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.stop.0, &other.stop.0)
    }
}

impl Eq for Wanted {}

impl Hash for Wanted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.signature.hash(state);
    }
}

impl ScalarUDFImpl for Wanted {
    fn name(&self) -> &str {
        "dbsql_wanted"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if self.stop.is_stopped() {
            let error = SqlError::new("OPERATION_CANCELED", "HY008", "The statement was stopped.");
            return Err(into_datafusion(error));
        }
        Ok(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true))))
    }
}
