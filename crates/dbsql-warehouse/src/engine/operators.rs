//! Operators that Spark and DataFusion define differently.

use arrow_schema::DataType;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawBinaryExpr, RawFieldAccessExpr,
};
use datafusion::logical_expr::{ExprSchemable as _, GetFieldAccess, cast, lit};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::functions::{divide, integer_divide};

/// Plans division and list access.
#[derive(Debug)]
pub(super) struct Operators;

impl ExprPlanner for Operators {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        match expr.op {
            BinaryOperator::MyIntegerDivide => {
                Ok(PlannerResult::Planned(integer_divide(expr.left, expr.right)))
            }
            BinaryOperator::Divide => {
                let types = (expr.left.get_type(schema), expr.right.get_type(schema));
                match types {
                    (Ok(left), Ok(right)) if is_double(&left, &right) => {
                        Ok(PlannerResult::Planned(divide(expr.left, expr.right)))
                    }
                    _ => Ok(PlannerResult::Original(expr)),
                }
            }
            _ => Ok(PlannerResult::Original(expr)),
        }
    }

    /// `list[0]` is the first element, which is number 1 in DataFusion.
    fn plan_field_access(
        &self,
        mut expr: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        if let GetFieldAccess::ListIndex { key } = &mut expr.field_access
            && expr.expr.get_type(schema).is_ok_and(|data_type| is_list(&data_type))
        {
            let from_one = cast(key.as_ref().clone(), DataType::Int64) + lit(1_i64);
            **key = from_one;
        }
        Ok(PlannerResult::Original(expr))
    }
}

fn is_list(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..))
}

/// Returns `true` if the quotient of these types is a DOUBLE: unless one is a decimal and none a
/// DOUBLE.
fn is_double(left: &DataType, right: &DataType) -> bool {
    let plain = |side: &DataType| {
        side.is_integer() || side.is_floating() || side.is_string() || side.is_null()
    };
    let decimal = |side: &DataType| side.is_decimal();
    (plain(left) && plain(right))
        || (left.is_floating() && decimal(right))
        || (decimal(left) && right.is_floating())
}
