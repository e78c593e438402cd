//! The values for `:name` and `?`, inserted into the tree as typed literals, never into the text.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    CastKind, DataType as SqlType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, Interval, ObjectName, Statement, UnaryOperator,
    Value, VisitMut as _, VisitorMut,
};

use super::dialect::parse_type;
use super::errors::{self, Result};
use dbsql_local::engine::{Parameter, SqlError};

/// Replaces the markers by the values.
pub(super) fn bind(statement: &mut Statement, parameters: &[Parameter]) -> Result<()> {
    let mut binder = Binder { parameters, next: 0 };
    match statement.visit(&mut binder) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Binder<'a> {
    parameters: &'a [Parameter],
    /// The position of the next `?`.
    next: usize,
}

impl VisitorMut for Binder<'_> {
    type Break = SqlError;

    // After the children, so that a replaced marker is not visited again.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<SqlError> {
        let Expr::Value(value) = expr else { return ControlFlow::Continue(()) };
        let Value::Placeholder(marker) = &value.value else { return ControlFlow::Continue(()) };
        match self.value_of(marker) {
            Ok(literal) => {
                *expr = literal;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl Binder<'_> {
    fn value_of(&mut self, marker: &str) -> Result<Expr> {
        let found = match marker.strip_prefix(':') {
            Some(name) => self.parameters.iter().find(|parameter| {
                parameter.name.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(name))
            }),
            None if marker == "?" => {
                self.next += 1;
                let nameless = self.parameters.iter().filter(|parameter| parameter.name.is_none());
                nameless.clone().nth(self.next - 1)
            }
            None => None,
        };
        found.map_or_else(|| Err(self.unbound(marker)), literal)
    }

    fn unbound(&self, marker: &str) -> SqlError {
        let marker = match marker.strip_prefix(':') {
            Some(name) => name.to_owned(),
            None => format!("_{}", self.next.saturating_sub(1)),
        };
        let message = format!(
            "Found the unbound parameter: {marker}. Please, fix `args` and provide a mapping of \
             the parameter to either a SQL literal or collection constructor functions such as \
             `map()`, `array()`, `struct()`."
        );
        SqlError::new("UNBOUND_SQL_PARAMETER", "42P02", message)
    }
}

/// Returns the value as an expression.
fn literal(parameter: &Parameter) -> Result<Expr> {
    let type_name = parameter.sql_type.trim().to_ascii_uppercase();
    let text = match (type_name.as_str(), &parameter.value) {
        ("ARRAY", _) => return Ok(call("array", arguments(parameter)?)),
        ("MAP", _) => return map(parameter),
        ("VOID" | "", None) => return Ok(value(Value::Null)),
        (_, None) => return Ok(cast(Value::Null, parse_type(&type_name)?)),
        (_, Some(text)) => text.trim(),
    };
    let whole = |low: i64, high: i64| -> Result<i64> {
        let number: Option<i64> = text.parse().ok();
        number
            .filter(|number| (low..=high).contains(number))
            .ok_or_else(|| errors::invalid_cast(text, "STRING", &type_name))
    };
    match type_name.as_str() {
        "STRING" | "" => {
            // Untrimmed.
            let text = parameter.value.clone().unwrap_or_default();
            Ok(value(Value::SingleQuotedString(text)))
        }
        "BOOLEAN" => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(value(Value::Boolean(true))),
            "false" => Ok(value(Value::Boolean(false))),
            _ => Err(errors::invalid_cast(text, "STRING", "BOOLEAN")),
        },
        "TINYINT" | "BYTE" => whole(i8::MIN.into(), i8::MAX.into())
            .map(|n| cast_of(number(n, false), SqlType::TinyInt(None))),
        "SMALLINT" | "SHORT" => whole(i16::MIN.into(), i16::MAX.into())
            .map(|n| cast_of(number(n, false), SqlType::SmallInt(None))),
        "INT" | "INTEGER" => whole(i32::MIN.into(), i32::MAX.into()).map(|n| number(n, false)),
        "BIGINT" | "LONG" => whole(i64::MIN, i64::MAX).map(|n| number(n, true)),
        interval if interval.starts_with("INTERVAL") => interval_of(text, interval),
        _ => Ok(cast(Value::SingleQuotedString(text.to_owned()), parse_type(&type_name)?)),
    }
}

fn arguments(parameter: &Parameter) -> Result<Vec<Expr>> {
    parameter.arguments.iter().map(literal).collect()
}

fn map(parameter: &Parameter) -> Result<Expr> {
    let mut keys = Vec::new();
    let mut values = Vec::new();
    for (index, argument) in arguments(parameter)?.into_iter().enumerate() {
        if index % 2 == 0 { keys.push(argument) } else { values.push(argument) }
    }
    Ok(call("map_from_arrays", vec![call("array", keys), call("array", values)]))
}

/// `1-2` of `INTERVAL YEAR TO MONTH`, `1 02:03:04.5` of `INTERVAL DAY TO SECOND`, `3` of `INTERVAL DAY`.
fn interval_of(text: &str, type_name: &str) -> Result<Expr> {
    let unit = type_name.trim_start_matches("INTERVAL").trim();
    let malformed = || errors::invalid_cast(text, "STRING", type_name);
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let sign = if negative { -1 } else { 1 };
    match unit {
        "YEAR TO MONTH" => {
            let months = months(unsigned).ok_or_else(malformed)?;
            Ok(of_arrow_type(sign * months, false, "Interval(YearMonth)"))
        }
        "DAY TO SECOND" => {
            let microseconds = microseconds(unsigned).ok_or_else(malformed)?;
            Ok(of_arrow_type(sign * microseconds, true, "Duration(Microsecond)"))
        }
        "YEAR" | "MONTH" | "DAY" | "HOUR" | "MINUTE" | "SECOND" => {
            text.parse::<f64>().map_err(|_| malformed())?;
            Ok(Expr::Interval(Interval {
                value: Box::new(value(Value::SingleQuotedString(format!("{text} {unit}")))),
                leading_field: None,
                leading_precision: None,
                last_field: None,
                fractional_seconds_precision: None,
            }))
        }
        _ => Err(errors::unsupported(format!("a parameter of the type {type_name}"))),
    }
}

/// `years-months`
fn months(text: &str) -> Option<i64> {
    let (years, months) = text.split_once('-')?;
    let months: i64 = months.parse().ok().filter(|months| *months < 12)?;
    let all = years.parse::<i64>().ok()?.checked_mul(12)?.checked_add(months)?;
    (all <= i64::from(i32::MAX)).then_some(all)
}

/// `days hours:minutes:seconds.fraction`
fn microseconds(text: &str) -> Option<i64> {
    let (days, clock) = text.split_once(' ')?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<i64> = clock.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [hours @ 0..24, minutes @ 0..60, seconds @ 0..60] = parts[..] else { return None };
    let fraction: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let seconds =
        days.parse::<i64>().ok()?.checked_mul(86_400)? + hours * 3600 + minutes * 60 + seconds;
    seconds.checked_mul(1_000_000)?.checked_add(fraction)
}

/// Returns an integer as the Arrow type that it counts in.
fn of_arrow_type(count: i64, long: bool, arrow_type: &str) -> Expr {
    let arrow_type = value(Value::SingleQuotedString(arrow_type.to_owned()));
    call("arrow_cast", vec![number(count, long), arrow_type])
}

fn value(value: Value) -> Expr {
    Expr::Value(value.into())
}

/// Returns an integer; `long` ones are always BIGINT.
fn number(number: i64, long: bool) -> Expr {
    let digits = value(Value::Number(number.unsigned_abs().to_string(), long));
    if number < 0 {
        Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(digits) }
    } else {
        digits
    }
}

fn cast(from: Value, data_type: SqlType) -> Expr {
    cast_of(value(from), data_type)
}

pub(super) fn cast_of(expr: Expr, data_type: SqlType) -> Expr {
    let kind = CastKind::Cast;
    Expr::Cast { kind, expr: Box::new(expr), data_type, array: false, format: None }
}

/// Whether it is the word NULL.
pub(super) fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null)
}

/// Returns a function call.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let arguments =
        arguments.into_iter().map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)));
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments.collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
