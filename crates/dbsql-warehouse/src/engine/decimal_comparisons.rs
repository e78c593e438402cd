//! Comparisons of integers with decimal literals: Spark compares with the next integer, and so names
//! the column.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType as SqlType, Expr, GroupByExpr, Query, Select, SelectItem, SetExpr,
    UnaryOperator, Value,
};

use super::{decimals, own_expressions};

/// The values in a select list that are compared with decimal literals, and are no plain columns.
pub(super) fn operands(query: &Query) -> Vec<Expr> {
    let mut comparisons = Comparisons { known: None, operands: Vec::new() };
    comparisons.visit_list(&mut query.clone());
    comparisons.operands
}

/// The query with the next integer in place of the literal, where the value of the same place is an
/// integer.
pub(super) fn rounded(query: &Query, are_integers: Vec<bool>) -> Query {
    let mut query = query.clone();
    let known = Some(are_integers.into_iter());
    Comparisons { known, operands: Vec::new() }.visit_list(&mut query);
    query
}

/// A query for the type of such a value: with the keys of GROUP BY, or for a value inside of an
/// aggregate without them.
pub(super) fn asking(query: &Query, operand: &Expr, is_grouped: bool) -> Query {
    let mut query = query.clone();
    query.order_by = None;
    query.limit_clause = None;
    if let Some(select) = select_of(&mut query.body) {
        let mut select = select.clone();
        select.projection = vec![SelectItem::UnnamedExpr(operand.clone())];
        select.distinct = None;
        select.having = None;
        select.qualify = None;
        if !is_grouped {
            select.group_by = GroupByExpr::Expressions(Vec::new(), Vec::new());
        }
        query.body = Box::new(SetExpr::Select(Box::new(select)));
    }
    query
}

/// The query that the names of the columns are from.
fn select_of(body: &mut SetExpr) -> Option<&mut Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::SetOperation { left, .. } => select_of(left),
        _ => None,
    }
}

struct Comparisons {
    /// Whether the values are integers, in their order; `None` while they are collected.
    known: Option<std::vec::IntoIter<bool>>,
    operands: Vec<Expr>,
}

impl Comparisons {
    fn visit_list(&mut self, query: &mut Query) {
        let Some(select) = select_of(&mut query.body) else { return };
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr) = item {
                own_expressions::change(expr, |expr| self.look_at(expr));
            }
        }
    }

    fn look_at(&mut self, expr: &mut Expr) {
        match expr {
            Expr::BinaryOp { left, op, right } => {
                // `>=` and `<` need the next greater one.
                let is_up = match op {
                    BinaryOperator::GtEq | BinaryOperator::Lt => true,
                    BinaryOperator::Gt | BinaryOperator::LtEq => false,
                    _ => return,
                };
                if next_integer(right, is_up).is_some() {
                    self.compare(left, right, is_up);
                } else {
                    self.compare(right, left, !is_up);
                }
            }
            Expr::Between { expr, low, high, .. } => {
                self.compare(expr, low, true);
                self.compare(expr, high, false);
            }
            _ => {}
        }
    }

    /// Looks at `value operator literal`.
    fn compare(&mut self, value: &Expr, literal: &mut Expr, is_up: bool) {
        let Some(whole) = next_integer(literal, is_up) else { return };
        // The names of plain columns are enough to find their types, once the query is planned.
        let is_column = matches!(value, Expr::Identifier(_));
        if is_column || next_integer(value, is_up).is_some() {
            return;
        }
        match &mut self.known {
            None => self.operands.push(value.clone()),
            Some(known) => {
                if known.next() == Some(true) {
                    *literal = whole;
                }
            }
        }
    }
}

/// The integer for a decimal literal, not less or not greater than it.
fn next_integer(literal: &Expr, is_up: bool) -> Option<Expr> {
    let (negative, digits) = match literal {
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => (true, decimal_digits(expr)?),
        other => (false, decimal_digits(other)?),
    };
    let (number, exponent) = decimals::parse(digits)?;
    let number = if negative { -number } else { number };
    let number = number.checked_mul(decimals::power(u32::try_from(exponent).unwrap_or(0))?)?;
    let scale = u32::try_from(exponent.checked_neg()?).unwrap_or(0);
    let divisor = decimals::power(scale)?;
    let floor = number.div_euclid(divisor);
    let whole = if is_up && number.rem_euclid(divisor) != 0 { floor + 1 } else { floor };
    let whole = i64::try_from(whole).ok()?;
    let positive = Expr::Value(Value::Number(whole.unsigned_abs().to_string(), false).into());
    Some(match whole < 0 {
        true => Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(positive) },
        false => positive,
    })
}

fn decimal_digits(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, false)
                if digits.contains('.') && !digits.contains(['e', 'E']) =>
            {
                Some(digits)
            }
            _ => None,
        },
        Expr::TypedString(typed) => match (&typed.data_type, &typed.value.value) {
            (SqlType::Decimal(_), Value::SingleQuotedString(digits)) => Some(digits),
            _ => None,
        },
        _ => None,
    }
}
