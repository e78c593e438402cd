//! Integer addition, subtraction and multiplication in which an overflow is an error, as in Spark.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::numeric::{add, mul, sub};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable as _, LogicalPlan, Operator, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::optimizer::AnalyzerRule;

/// `a + b`, `a - b` or `a * b`.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    operation: Operation,
    /// The type of the result.
    data_type: DataType,
    signature: Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Add,
    Subtract,
    Multiply,
}

impl Operation {
    fn of(operator: Operator) -> Option<Self> {
        match operator {
            Operator::Plus => Some(Self::Add),
            Operator::Minus => Some(Self::Subtract),
            Operator::Multiply => Some(Self::Multiply),
            _ => None,
        }
    }
}

/// Replaces DataFusion's operators, which wrap around, by [`Checked`]. This runs after all types
/// are known: determining them while a chain of operators is planned takes cubic time.
#[derive(Debug)]
pub(in crate::engine) struct CheckedArithmetic;

impl AnalyzerRule for CheckedArithmetic {
    fn name(&self) -> &str {
        "checked_arithmetic"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(checked_node)?.data)
    }
}

fn checked_node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        let table = scan.table_name.clone();
        let source = DFSchema::try_from_qualified_schema(table, &scan.source.schema())?;
        schema.merge(&source);
    }
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let checked = expr.transform_up(|expr| checked(expr, &schema))?;
        Ok(checked.update_data(|expr| name.restore(expr)))
    })
}

/// Returns the expression, checked if it computes with two integers.
fn checked(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else {
        return Ok(Transformed::no(expr));
    };
    let types = [whole_type(&left, schema)?, whole_type(&right, schema)?];
    match (Operation::of(op), types) {
        (Some(operation), [Some(left_type), Some(right_type)]) => {
            let data_type = wider(&[left_type, right_type]);
            let signature = Signature::any(2, Volatility::Immutable);
            let function = ScalarUDF::new_from_impl(Checked { operation, data_type, signature });
            let call = ScalarFunction::new_udf(Arc::new(function), vec![*left, *right]);
            Ok(Transformed::yes(Expr::ScalarFunction(call)))
        }
        _ => Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right }))),
    }
}

/// Returns the type of an expression, if it is an integer.
fn whole_type(expr: &Expr, schema: &DFSchema) -> Result<Option<DataType>> {
    if let Expr::ScalarFunction(call) = expr
        && let Some(checked) = call.func.inner().downcast_ref::<Checked>()
    {
        return Ok(Some(checked.data_type.clone()));
    }
    Ok(Some(expr.get_type(schema)?).filter(DataType::is_integer))
}

/// Returns the type of the result: the wider of the two.
fn wider(types: &[DataType]) -> DataType {
    let width = |data_type: &DataType| match data_type {
        DataType::Int8 => 1,
        DataType::Int16 | DataType::UInt8 => 2,
        DataType::Int32 | DataType::UInt16 => 4,
        _ => 8,
    };
    match types.iter().map(width).max() {
        Some(1) => DataType::Int8,
        Some(2) => DataType::Int16,
        Some(4) => DataType::Int32,
        _ => DataType::Int64,
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Add => "add",
            Operation::Subtract => "subtract",
            Operation::Multiply => "multiply",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.data_type.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalars = args.args.iter().all(|side| matches!(side, ColumnarValue::Scalar(_)));
        let sides = ColumnarValue::values_to_arrays(&args.args)?;
        let data_type = &self.data_type;
        let [left, right] = &sides[..] else {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from(data_type)?));
        };
        let (left, right) = (cast(left, data_type)?, cast(right, data_type)?);
        let result = match self.operation {
            Operation::Add => add(&left, &right),
            Operation::Subtract => sub(&left, &right),
            Operation::Multiply => mul(&left, &right),
        }?;
        if scalars {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}
