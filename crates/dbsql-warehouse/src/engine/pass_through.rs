//! An operator that passes on the rows of its input, and tells the planner something about them.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{EquivalenceProperties, OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::execution_plan::PlanProperties;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, SendableRecordBatchStream,
};

/// Passes on the rows of its input.
#[derive(Debug)]
pub(super) struct PassThrough {
    input: Arc<dyn ExecutionPlan>,
    order: Option<OrderingRequirements>,
    properties: Arc<PlanProperties>,
}

impl PassThrough {
    /// The rows, which must be in this order.
    pub(super) fn ordered(input: Arc<dyn ExecutionPlan>, order: OrderingRequirements) -> Self {
        let properties = Arc::clone(input.properties());
        Self { input, order: Some(order), properties }
    }

    /// The rows, about which nothing is known: no order, no constants, no equal columns.
    pub(super) fn unknown(input: Arc<dyn ExecutionPlan>) -> Self {
        let known = input.properties();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            known.output_partitioning().clone(),
            known.emission_type,
            known.boundedness,
        );
        Self { input, order: None, properties: Arc::new(properties) }
    }
}

impl DisplayAs for PassThrough {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for PassThrough {
    fn name(&self) -> &str {
        if self.order.is_some() { "Ordered" } else { "Unknown" }
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order.clone()]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        // Else a sort above would be done below, with what is known there.
        vec![self.order.is_some()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let [input] = <[_; 1]>::try_from(children)
            .map_err(|_| DataFusionError::Internal("rows of several inputs".to_owned()))?;
        Ok(Arc::new(match &self.order {
            Some(order) => Self::ordered(input, order.clone()),
            None => Self::unknown(input),
        }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }
}
