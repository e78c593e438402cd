//! LIMIT and OFFSET as they are written.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    DataType as SqlType, Expr, LimitClause, Query, SelectItem, SetExpr, Value, visit_expressions,
};

use dbsql_local::engine::SqlError;

use super::errors::unsupported;
use super::generators::calls_generator;
use super::parameters::is_null;

/// What Spark rejects in LIMIT and OFFSET.
pub(super) fn error(query: &Query) -> Option<SqlError> {
    let Some(LimitClause::LimitOffset { limit, offset, .. }) = &query.limit_clause else {
        return None;
    };
    let offset = offset.as_ref().map(|offset| &offset.value);
    let both = || limit.iter().chain(offset);
    let invalid = |subclass: &str, message: &str| {
        let class = format!("INVALID_LIMIT_LIKE_EXPRESSION.{subclass}");
        Some(SqlError::new(class, "42K0E", message))
    };
    if both().any(is_long) || offset.is_some_and(is_null) {
        return invalid("DATA_TYPE", "The limit must be an INT.");
    }
    if both().any(|expr| matches!(expr, Expr::Cast { expr, .. } if is_null(expr))) {
        return invalid("IS_NULL", "The limit must not be NULL.");
    }
    if both().any(calls_generator) {
        return Some(unsupported("a generator in LIMIT or OFFSET"));
    }
    let columns: Vec<_> = both().flat_map(columns).collect();
    match &*query.body {
        SetExpr::Select(select) if !columns.is_empty() => {
            let output = |item: &SelectItem| match item {
                SelectItem::ExprWithAlias { alias: name, .. }
                | SelectItem::UnnamedExpr(Expr::Identifier(name)) => {
                    Some(name.value.to_lowercase())
                }
                _ => None,
            };
            let outputs: Vec<_> = select.projection.iter().map(output).collect();
            if columns.iter().all(|column| outputs.contains(&Some(column.clone()))) {
                return invalid("IS_UNFOLDABLE", "The limit must be a constant.");
            }
            if outputs.contains(&None) {
                return Some(unsupported("a column in LIMIT or OFFSET"));
            }
        }
        _ => {}
    }
    let sum = both().map(number).try_fold(0_i64, |sum, rows| sum.checked_add(rows?))?;
    (sum > i64::from(i32::MAX)).then(|| {
        let message = "The sum of LIMIT and OFFSET must fit into an INT.";
        SqlError::new("SUM_OF_LIMIT_AND_OFFSET_EXCEEDS_MAX_INT", "22003", message)
    })
}

/// The names of the columns in it.
fn columns(expr: &Expr) -> Vec<String> {
    let mut found = Vec::new();
    let _: ControlFlow<()> = visit_expressions(expr, |expr| {
        if let Expr::Identifier(name) = expr {
            found.push(name.value.to_lowercase());
        }
        ControlFlow::Continue(())
    });
    found
}

/// The integer that is written.
fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// An integer that is no INT, as written.
fn is_long(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, is_long) => {
                *is_long || digits.parse::<i64>().is_ok_and(|rows| i32::try_from(rows).is_err())
            }
            _ => false,
        },
        Expr::Cast { data_type, .. } => {
            matches!(data_type, SqlType::BigInt(_) | SqlType::SmallInt(_) | SqlType::TinyInt(_))
        }
        _ => false,
    }
}
