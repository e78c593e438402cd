//! Calls and comparisons whose result is NULL if an operand is.
//!
//! Spark computes the operands one after the other, and none behind a NULL: an error there does not
//! fail the statement. DataFusion computes all of them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{Array as _, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema};
use datafusion::arrow::compute::kernels::boolean::{and, is_not_null};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Operator};
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

use super::functions::is_null_of_null;
use super::lazy_conditions::can_fail;

/// The same expression, which computes no operand behind a NULL; `None` if that makes no difference.
pub(super) fn guarded(expr: &Arc<dyn PhysicalExpr>) -> Result<Option<Arc<dyn PhysicalExpr>>> {
    let is_meant =
        match (expr.downcast_ref::<BinaryExpr>(), expr.downcast_ref::<ScalarFunctionExpr>()) {
            (Some(binary), _) => compares(*binary.op()),
            (_, Some(call)) => is_null_of_null(call.name()),
            _ => false,
        };
    if !is_meant {
        return Ok(None);
    }
    let operands = in_order(expr);
    let first = operands.iter().position(|(_, operand)| !operand.is::<Literal>());
    for (_, operand) in operands.iter().skip(first.map_or(operands.len(), |at| at + 1)) {
        if can_fail(operand)? {
            return Ok(Some(Arc::new(Guarded { inner: Arc::clone(expr) })));
        }
    }
    Ok(None)
}

/// The operands with their positions, as Spark computes them: a divisor before what is divided.
fn in_order(expr: &Arc<dyn PhysicalExpr>) -> Vec<(usize, &Arc<dyn PhysicalExpr>)> {
    let mut operands: Vec<_> = expr.children().into_iter().enumerate().collect();
    let divides = expr.downcast_ref::<ScalarFunctionExpr>().is_some_and(|call| {
        let name = call.name().trim_start_matches("dbsql_");
        matches!(name, "divide" | "mod" | "div" | "pmod" | "try_divide" | "try_mod")
    });
    if divides {
        operands.reverse();
    }
    operands
}

fn compares(op: Operator) -> bool {
    matches!(
        op,
        Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq
    )
}

#[derive(Debug)]
struct Guarded {
    inner: Arc<dyn PhysicalExpr>,
}

impl PartialEq for Guarded {
    fn eq(&self, other: &Self) -> bool {
        *self.inner == *other.inner
    }
}

impl Eq for Guarded {}

impl Hash for Guarded {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl fmt::Display for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl PhysicalExpr for Guarded {
    fn data_type(&self, input_schema: &Schema) -> Result<DataType> {
        self.inner.data_type(input_schema)
    }

    fn nullable(&self, input_schema: &Schema) -> Result<bool> {
        self.inner.nullable(input_schema)
    }

    fn return_field(&self, input_schema: &Schema) -> Result<Arc<Field>> {
        self.inner.return_field(input_schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let rows = batch.num_rows();
        // The rows without a NULL so far; `None` are all.
        let mut open: Option<BooleanArray> = None;
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        let mut operands: Vec<_> = self.inner.children().into_iter().cloned().collect();
        for (at, operand) in in_order(&self.inner) {
            // A function may need to know a literal.
            if operand.is::<Literal>() {
                continue;
            }
            let value = match &open {
                Some(open) => operand.evaluate_selection(batch, open)?,
                None => operand.evaluate(batch)?,
            };
            let array = value.into_array(rows)?;
            if array.logical_null_count() > 0 {
                let known = is_not_null(&array)?;
                open = Some(match open {
                    Some(open) => and(&open, &known)?,
                    None => known,
                });
            }
            let name = format!("operand {}", arrays.len());
            operands[at] = Arc::new(Column::new(&name, arrays.len()));
            let field = operand.return_field(batch.schema_ref())?;
            fields.push(field.as_ref().clone().with_name(name).with_nullable(true));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new_with_options(schema, arrays, &options)?;
        Arc::clone(&self.inner).with_new_children(operands)?.evaluate(&batch)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        self.inner.children()
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let inner = Arc::clone(&self.inner).with_new_children(children)?;
        Ok(Arc::new(Self { inner }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt_sql(f)
    }
}
