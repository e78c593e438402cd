//! The syntax of intervals, and of functions whose first argument is a unit of time.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    DataType as SqlType, DateTimeField, ExactNumberInfo, Expr, ExtractSyntax, Function,
    FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Interval as IntervalExpr,
    NamedWindowDefinition, NamedWindowExpr, Select, SelectItem, UnaryOperator, Value,
    VisitMut as _, VisitorMut, WindowSpec, WindowType,
};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::errors;
use super::functions::literal_function;
use super::interval::{Interval, Span, Unit};
use super::parameters::{call, cast_of};
use dbsql_local::engine::SqlError;

/// Functions whose first argument may be a unit of time.
const WITH_UNIT: &[(&str, &str)] = &[
    ("datediff", "timestampdiff"),
    ("date_diff", "timestampdiff"),
    ("timestampdiff", "timestampdiff"),
    ("dateadd", "timestampadd"),
    ("date_add", "timestampadd"),
    ("timestampadd", "timestampadd"),
];

const UNITS: &[&str] = &[
    "YEAR",
    "QUARTER",
    "MONTH",
    "WEEK",
    "DAY",
    "DAYOFYEAR",
    "HOUR",
    "MINUTE",
    "SECOND",
    "MILLISECOND",
    "MICROSECOND",
];

/// Parses `EXTRACT(field FROM value)`, with the field as it is written.
pub(super) fn extract(parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
    let is_word = |at: usize, name: &str| matches!(&parser.peek_nth_token_ref(at).token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name));
    let is_open = matches!(parser.peek_nth_token_ref(1).token, Token::LParen);
    if !is_word(0, "EXTRACT") || !is_open || !is_word(3, "FROM") {
        return None;
    }
    let Token::Word(field) = &parser.peek_nth_token_ref(2).token else { return None };
    let field = DateTimeField::Custom(Ident::new(field.value.clone()));
    for _ in 0..4 {
        parser.next_token();
    }
    Some(parser.parse_expr().and_then(|expr| {
        parser.expect_token(&Token::RParen)?;
        Ok(Expr::Extract { field, syntax: ExtractSyntax::From, expr: Box::new(expr) })
    }))
}

/// Parses an interval literal, if there is one: `INTERVAL 2 HOURS 30 MINUTES`,
/// `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 day'`.
pub(super) fn literal(parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
    let is_word = |token: &Token, name: &str| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name));
    if !is_word(&parser.peek_nth_token_ref(0).token, "INTERVAL") {
        return None;
    }
    let sign = matches!(parser.peek_nth_token_ref(1).token, Token::Minus | Token::Plus);
    let value = &parser.peek_nth_token_ref(if sign { 2 } else { 1 }).token;
    value_of(value)?;
    parser.next_token();
    Some(interval(parser).map(as_expr))
}

fn value_of(token: &Token) -> Option<String> {
    match token {
        Token::Number(digits, false) => Some(digits.clone()),
        Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => Some(text.clone()),
        _ => None,
    }
}

fn interval(parser: &mut Parser<'_>) -> Result<Interval, ParserError> {
    let refused = || ParserError::ParserError("unsupported: such an interval".to_owned());
    let mut parts = Vec::new();
    loop {
        let negative = match parser.peek_nth_token_ref(0).token {
            Token::Minus => Some(true),
            Token::Plus => Some(false),
            _ => None,
        };
        let at = usize::from(negative.is_some());
        let value = value_of(&parser.peek_nth_token_ref(at).token);
        let unit = match &parser.peek_nth_token_ref(at + 1).token {
            Token::Word(word) if is_unit(&word.value) => Some(word.value.clone()),
            _ => None,
        };
        let (Some(mut value), Some(unit)) = (value.clone(), unit) else {
            // A text may hold the units itself.
            let (true, Some(text)) = (parts.is_empty(), value) else { break };
            for _ in 0..=at {
                parser.next_token();
            }
            let sum = Interval::of_units(&spelled(&text).ok_or_else(refused)?);
            let sum = sum.ok_or_else(refused)?;
            let amount = if negative == Some(true) { -sum.amount } else { sum.amount };
            return Ok(Interval { amount, ..sum });
        };
        for _ in 0..at + 2 {
            parser.next_token();
        }
        if negative == Some(true) {
            value = match value.trim().strip_prefix('-') {
                Some(positive) => positive.to_owned(),
                None => format!("-{}", value.trim()),
            };
        }
        let is_to = matches!(&parser.peek_nth_token_ref(0).token, Token::Word(word) if word.value.eq_ignore_ascii_case("TO"));
        if is_to && parts.is_empty() {
            parser.next_token();
            let last = parser.next_token().token;
            let Token::Word(last) = last else { return Err(refused()) };
            let first = Unit::named(&unit).ok_or_else(refused)?;
            let last = Unit::named(&last.value).ok_or_else(refused)?;
            let span = Span::new(first, last).ok_or_else(refused)?;
            return Interval::parse(&value, span).ok_or_else(refused);
        }
        parts.push((value, unit));
    }
    Interval::of_units(&parts).ok_or_else(refused)
}

fn is_unit(word: &str) -> bool {
    let upper = word.to_uppercase();
    let name = upper.strip_suffix('S').unwrap_or(&upper);
    Unit::named(name).is_some() || matches!(name, "WEEK" | "MILLISECOND" | "MICROSECOND")
}

/// `1 day 2 hours`, as values and units.
fn spelled(text: &str) -> Option<Vec<(String, String)>> {
    let text = text.trim();
    let text = match text.get(..8) {
        Some(word) if word.eq_ignore_ascii_case("interval") => text[8..].trim(),
        _ => text,
    };
    let words: Vec<_> = text.split_whitespace().collect();
    let pairs = words.chunks(2).map(|pair| match pair {
        [value, unit] if is_unit(unit) => Some(((*value).to_owned(), (*unit).to_owned())),
        _ => None,
    });
    pairs.collect()
}

/// Its text, with the first and the last field.
fn as_expr(interval: Interval) -> Expr {
    let field = |unit| match unit {
        Unit::Year => DateTimeField::Year,
        Unit::Month => DateTimeField::Month,
        Unit::Day => DateTimeField::Day,
        Unit::Hour => DateTimeField::Hour,
        Unit::Minute => DateTimeField::Minute,
        Unit::Second => DateTimeField::Second,
    };
    let Span { first, last } = interval.span;
    Expr::Interval(IntervalExpr {
        value: Box::new(Expr::Value(Value::SingleQuotedString(interval.text()).into())),
        leading_field: Some(field(first)),
        leading_precision: None,
        last_field: (first != last).then(|| field(last)),
        fractional_seconds_precision: None,
    })
}

/// The literal that [`literal`] parsed.
pub(super) fn of_expr(expr: &IntervalExpr) -> Option<Interval> {
    let Expr::Value(value) = &*expr.value else { return None };
    let Value::SingleQuotedString(text) = &value.value else { return None };
    let first = Unit::named(&expr.leading_field.as_ref()?.to_string())?;
    let last = match &expr.last_field {
        Some(last) => Unit::named(&last.to_string())?,
        None => first,
    };
    Interval::parse(text, Span::new(first, last)?)
}

/// The same in functions that the planner knows; `None` if nothing changes.
pub(super) fn rewritten(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Interval(interval) => {
            let interval = of_expr(interval)?;
            Some(call(&literal_function(interval.span), vec![whole(interval.amount)]))
        }
        Expr::Extract { field, expr, .. } => {
            Some(call(part_function(&field.to_string()), vec![(**expr).clone()]))
        }
        Expr::Function(function) => called(function),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => negated(expr),
        _ => None,
    }
}

/// The negative of an interval literal, which is a call already.
fn negated(expr: &Expr) -> Option<Expr> {
    let function = match expr {
        Expr::Nested(inner) => return negated(inner),
        Expr::Function(function) => function,
        _ => return None,
    };
    let name = function.name.to_string();
    let FunctionArguments::List(list) = &function.args else { return None };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(amount))] = &list.args[..] else { return None };
    name.starts_with("dbsql_interval_").then_some(())?;
    let amount = match amount {
        Expr::UnaryOp { expr, .. } => (**expr).clone(),
        positive => Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(positive.clone()) },
    };
    Some(call(&name, vec![amount]))
}

fn whole(number: i64) -> Expr {
    let digits = number.unsigned_abs().to_string();
    let positive = Expr::Value(Value::Number(digits, false).into());
    if number >= 0 {
        return positive;
    }
    Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(positive) }
}

fn called(function: &Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = function.name.to_string().to_lowercase();
    let arguments = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    let arguments: Vec<_> = arguments.collect::<Option<_>>()?;
    match (name.as_str(), &arguments[..]) {
        ("date_part" | "datepart", [Expr::Value(field), moment]) => match &field.value {
            Value::SingleQuotedString(field) => {
                Some(call(part_function(field), vec![(*moment).clone()]))
            }
            Value::Null => Some(null_part()),
            _ => None,
        },
        ("date_part" | "datepart", [Expr::Cast { expr, .. }, _]) if matches!(&**expr, Expr::Value(value) if value.value == Value::Null) => {
            Some(null_part())
        }
        ("timestampadd" | "timestampdiff", [Expr::Identifier(_), rest @ ..]) if rest.len() != 2 => {
            Some(call(&format!("{name}_of_such_arguments"), Vec::new()))
        }
        ("unix_timestamp", []) => Some(call("unix_timestamp", vec![call("now", Vec::new())])),
        ("localtimestamp", []) => {
            Some(cast_of(call("now", Vec::new()), SqlType::TimestampNtz(None)))
        }
        ("curdate", []) => Some(call("current_date", Vec::new())),
        ("getdate", []) => Some(call("now", Vec::new())),
        (name, [Expr::Identifier(unit), count, moment]) => {
            let (_, target) = WITH_UNIT.iter().find(|(function, _)| *function == name)?;
            let Some(unit) = unit_named(unit) else {
                // Only these two have no other form.
                let is_other = !name.starts_with("timestamp");
                return (!is_other).then(|| call(&format!("{name}_of_unknown_unit"), Vec::new()));
            };
            let unit = Expr::Value(Value::SingleQuotedString(unit.to_owned()).into());
            Some(call(target, vec![unit, (*count).clone(), (*moment).clone()]))
        }
        _ => None,
    }
}

/// A text where the name of a unit belongs: `timestampadd('month', 1, d)`.
pub(super) fn unit_error(function: &Function) -> Option<SqlError> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = function.name.to_string().to_lowercase();
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(unit))), _, _] = &list.args[..]
    else {
        return None;
    };
    let (Value::SingleQuotedString(unit) | Value::DoubleQuotedString(unit)) = &unit.value else {
        return None;
    };
    let has_unit = WITH_UNIT.iter().any(|(known, _)| *known == name);
    has_unit.then(|| errors::invalid_unit(&name, unit))
}

/// The part of a date that has no name.
fn null_part() -> Expr {
    let double = SqlType::Double(ExactNumberInfo::None);
    cast_of(Expr::Value(Value::Null.into()), double)
}

fn unit_named(name: &Ident) -> Option<&'static str> {
    let named = |unit: &&&str| unit.eq_ignore_ascii_case(&name.value);
    name.quote_style.is_none().then(|| UNITS.iter().find(named).copied())?
}

/// The function that a call with a unit of time is for; with the arguments.
pub(super) fn with_unit(function: &Function) -> Option<&'static str> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = function.name.to_string().to_lowercase();
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(unit))), _, _] =
        &list.args[..]
    else {
        return None;
    };
    unit_named(unit)?;
    WITH_UNIT.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}

/// The function for a field of `extract`.
fn part_function(field: &str) -> &'static str {
    match field.to_uppercase().as_str() {
        "YEAR" | "Y" | "YEARS" | "YR" | "YRS" => "dbsql_years",
        "YEAROFWEEK" => "dbsql_yearofweek",
        "QUARTER" | "QTR" => "dbsql_quarter",
        "MONTH" | "MON" | "MONS" | "MONTHS" => "dbsql_months",
        "WEEK" | "W" | "WEEKS" => "dbsql_week",
        "DAY" | "D" | "DAYS" => "dbsql_days",
        "DAYOFWEEK" | "DOW" => "dbsql_dayofweek",
        "DAYOFWEEK_ISO" | "DOW_ISO" => "dbsql_dayofweek_iso",
        "DOY" => "dbsql_dayofyear",
        "HOUR" | "H" | "HOURS" | "HR" | "HRS" => "dbsql_hours",
        "MINUTE" | "M" | "MIN" | "MINS" | "MINUTES" => "dbsql_minutes",
        "SECOND" | "S" | "SEC" | "SECONDS" | "SECS" => "dbsql_second",
        _ => "dbsql_no_field",
    }
}

/// A bound of a window is a literal, not the function that makes one.
pub(super) fn as_bound(expr: &mut Expr) {
    let Expr::Function(function) = expr else { return };
    let name = function.name.to_string();
    let FunctionArguments::List(list) = &function.args else { return };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(amount))] = &list.args[..] else { return };
    let unit = match name.strip_prefix("dbsql_interval_") {
        Some(span) if span.starts_with("year") || span.starts_with("month") => "MONTH",
        Some(_) => "MICROSECOND",
        None => return,
    };
    let text = Value::SingleQuotedString(format!("{amount} {unit}"));
    *expr = Expr::Interval(IntervalExpr {
        value: Box::new(Expr::Value(text.into())),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    });
}

/// Puts named windows where they are used: the names of columns show them.
pub(super) fn inline_windows(select: &mut Select) {
    if select.named_window.is_empty() {
        return;
    }
    let mut inliner = Inliner(select.named_window.clone());
    for item in &mut select.projection {
        let expr = match item {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => expr,
            _ => continue,
        };
        let _: ControlFlow<()> = expr.visit(&mut inliner);
    }
}

/// The name in `OVER w` or `OVER (w)`.
fn named_window(over: &WindowType) -> Option<&Ident> {
    match over {
        WindowType::NamedWindow(name) => Some(name),
        WindowType::WindowSpec(WindowSpec {
            window_name,
            partition_by,
            order_by,
            window_frame: None,
        }) if partition_by.is_empty() && order_by.is_empty() => window_name.as_ref(),
        WindowType::WindowSpec(_) => None,
    }
}

struct Inliner(Vec<NamedWindowDefinition>);

impl VisitorMut for Inliner {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && let Some(name) = function.over.as_ref().and_then(named_window)
        {
            let found = self.0.iter().find(|definition| definition.0.value == name.value);
            if let Some(NamedWindowDefinition(_, NamedWindowExpr::WindowSpec(window))) = found {
                function.over = Some(WindowType::WindowSpec(window.clone()));
            }
        }
        ControlFlow::Continue(())
    }
}
