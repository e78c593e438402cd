//! AND and OR as in Spark, which computes the right side only for rows that the left side leaves open:
//! `WHERE b <> 0 AND a / b > 1` has no division by zero.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{BooleanArray, RecordBatch};
use arrow_schema::{DataType, Schema};
use datafusion::arrow::compute::kernels::boolean::{and_kleene, or_kleene};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::logical_expr::{ColumnarValue, Operator};
use datafusion::physical_expr::expressions::{BinaryExpr, CastExpr};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

use super::null_operands;

/// Replaces the conditions of a plan whose right sides may fail.
pub(super) fn apply(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let applied = plan.transform_up(|node| {
        if let Some(filter) = node.downcast_ref::<FilterExec>() {
            let predicate = lazy(filter.predicate())?;
            if !predicate.transformed {
                return Ok(Transformed::no(node));
            }
            let filter = FilterExecBuilder::from(filter).with_predicate(predicate.data).build()?;
            return Ok(Transformed::yes(Arc::new(filter) as _));
        }
        if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
            let mut changed = false;
            let mut columns = Vec::with_capacity(projection.expr().len());
            for column in projection.expr() {
                let expr = lazy(&column.expr)?;
                changed |= expr.transformed;
                columns.push(ProjectionExpr { expr: expr.data, alias: column.alias.clone() });
            }
            if changed {
                let input = Arc::clone(projection.input());
                let projection = ProjectionExec::try_new(columns, input)?;
                return Ok(Transformed::yes(Arc::new(projection) as _));
            }
        }
        Ok(Transformed::no(node))
    })?;
    Ok(applied.data)
}

fn lazy(expr: &Arc<dyn PhysicalExpr>) -> Result<Transformed<Arc<dyn PhysicalExpr>>> {
    Arc::clone(expr).transform_up(|expr| {
        if let Some(guarded) = null_operands::guarded(&expr)? {
            return Ok(Transformed::yes(guarded));
        }
        let Some(binary) = expr.downcast_ref::<BinaryExpr>() else {
            return Ok(Transformed::no(expr));
        };
        let is_and = match binary.op() {
            Operator::And => true,
            Operator::Or => false,
            _ => return Ok(Transformed::no(expr)),
        };
        if !can_fail(binary.right())? {
            return Ok(Transformed::no(expr));
        }
        let (left, right) = (Arc::clone(binary.left()), Arc::clone(binary.right()));
        Ok(Transformed::yes(Arc::new(Condition { is_and, left, right }) as _))
    })
}

/// Comparisons of columns and literals cannot.
pub(super) fn can_fail(expr: &Arc<dyn PhysicalExpr>) -> Result<bool> {
    expr.exists(|expr| {
        let computes = |binary: &BinaryExpr| binary.op().is_numerical_operators();
        Ok(expr.downcast_ref::<ScalarFunctionExpr>().is_some()
            || expr.downcast_ref::<CastExpr>().is_some()
            || expr.downcast_ref::<BinaryExpr>().is_some_and(computes))
    })
}

/// `left AND right` or `left OR right`.
#[derive(Debug)]
struct Condition {
    is_and: bool,
    left: Arc<dyn PhysicalExpr>,
    right: Arc<dyn PhysicalExpr>,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.is_and == other.is_and && *self.left == *other.left && *self.right == *other.right
    }
}

impl Eq for Condition {}

impl Hash for Condition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.is_and, &self.left, &self.right).hash(state);
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.left, if self.is_and { "AND" } else { "OR" }, self.right)
    }
}

impl PhysicalExpr for Condition {
    fn data_type(&self, _input_schema: &Schema) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn nullable(&self, _input_schema: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let rows = batch.num_rows();
        let left = self.left.evaluate(batch)?.into_array(rows)?;
        let left = left.as_boolean();
        // NULL AND false is false.
        let is_open = |value: Option<bool>| value != Some(!self.is_and);
        let open: BooleanArray = left.iter().map(|value| Some(is_open(value))).collect();
        if open.true_count() == 0 {
            return Ok(ColumnarValue::Array(Arc::new(left.clone())));
        }
        let right = self.right.evaluate_selection(batch, &open)?.into_array(rows)?;
        let right = right.as_boolean();
        let both = match self.is_and {
            true => and_kleene(left, right)?,
            false => or_kleene(left, right)?,
        };
        Ok(ColumnarValue::Array(Arc::new(both)))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.left, &self.right]
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let mut children = children.into_iter();
        let left = children.next().unwrap_or_else(|| Arc::clone(&self.left));
        let right = children.next().unwrap_or_else(|| Arc::clone(&self.right));
        Ok(Arc::new(Self { is_and: self.is_and, left, right }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
