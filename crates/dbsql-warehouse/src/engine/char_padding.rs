//! Comparisons of CHAR columns: the shorter side is padded with spaces, as the column is stored.

use std::collections::HashMap;

use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::{Case, InList};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::errors::{into_datafusion, unsupported};

/// The metadata key of a field for the length of its type CHAR.
const LENGTH: &str = "dbsql.char";

/// The metadata of a column of this type.
pub(super) fn metadata(length: usize) -> HashMap<String, String> {
    HashMap::from([(LENGTH.to_owned(), length.to_string())])
}

/// Pads what a column is compared with. BETWEEN is two comparisons by then.
///
/// # Errors
///
/// The other side is computed, or is a CHAR column of another length.
pub(super) fn pad(expr: &mut Expr, schema: &DFSchema) -> Result<bool> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if compares(*op) => {
            pad_pair(left, right, schema)
        }
        Expr::InList(InList { expr, list, .. }) => pad_all(expr, list.iter_mut(), schema),
        Expr::Case(Case { expr: Some(operand), when_then_expr, .. }) => {
            pad_all(operand, when_then_expr.iter_mut().map(|(value, _)| &mut **value), schema)
        }
        Expr::ScalarFunction(call) if call.name() == "nullif" => match &mut call.args[..] {
            [left, right] => pad_pair(left, right, schema),
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}

fn compares(op: Operator) -> bool {
    op.supports_propagation()
        || matches!(op, Operator::NotEq | Operator::IsDistinctFrom | Operator::IsNotDistinctFrom)
}

fn pad_all<'a>(
    one: &mut Expr,
    others: impl Iterator<Item = &'a mut Expr>,
    schema: &DFSchema,
) -> Result<bool> {
    let mut changed = false;
    for other in others {
        changed |= pad_pair(one, other, schema)?;
    }
    Ok(changed)
}

fn pad_pair(left: &mut Expr, right: &mut Expr, schema: &DFSchema) -> Result<bool> {
    match (length(left, schema), length(right, schema)) {
        (Some(left), Some(right)) if left == right => Ok(false),
        (Some(_), Some(_)) => Err(refused("a comparison of CHAR columns of several lengths")),
        (Some(length), None) => pad_text(right, length),
        (None, Some(length)) => pad_text(left, length),
        (None, None) => Ok(false),
    }
}

fn refused(what: &str) -> DataFusionError {
    into_datafusion(unsupported(what))
}

/// Pads a literal. Columns of other types are compared as they are.
fn pad_text(expr: &mut Expr, length: usize) -> Result<bool> {
    match expr {
        Expr::Literal(ScalarValue::Utf8(Some(text)), _) => {
            let letters = text.chars().count();
            if letters > length && text.trim_end_matches(' ').chars().count() <= length {
                *text = text.chars().take(length).collect();
                return Ok(true);
            }
            text.extend(std::iter::repeat_n(' ', length.saturating_sub(letters)));
            Ok(true)
        }
        Expr::Literal(..) | Expr::Column(_) | Expr::OuterReferenceColumn(..) => Ok(false),
        _ => Err(refused("a comparison of a CHAR column with what is no literal")),
    }
}

fn length(expr: &Expr, schema: &DFSchema) -> Option<usize> {
    let metadata = match expr {
        Expr::Column(column) => {
            schema.qualified_field_from_column(column).ok()?.1.metadata().clone()
        }
        Expr::OuterReferenceColumn(field, _) => field.metadata().clone(),
        _ => return None,
    };
    metadata.get(LENGTH)?.parse().ok()
}
