//! Rewrites a tree of Databricks SQL so that it has the same meaning in DataFusion.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType as SqlType, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArguments, GroupByExpr, Ident, LimitClause, ObjectName, OrderByKind,
    Query, Select, SetExpr, TableAlias, TableAliasColumnDef, TableFactor, TimezoneInfo,
    UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut, WindowFrame, WindowFrameBound,
    WindowType,
};

use super::dialect::decimal_of;
use super::formats::chrono_format;
use super::parameters::{call, cast_of};
use super::shorthand;

/// Functions that may be written without parentheses in Spark.
const BARE_FUNCTIONS: &[&str] = &[
    "current_user",
    "current_date",
    "current_timestamp",
    "current_catalog",
    "current_schema",
    "current_database",
];

/// Functions whose integer arguments must stay literals for the planner.
const LITERAL_FUNCTIONS: &[&str] = &[
    "round",
    "bround",
    "ceil",
    "ceiling",
    "floor",
    "ntile",
    "lag",
    "lead",
    "nth_value",
    "truncate",
];

/// Converts double-quoted text to strings and bare functions to calls, before expressions get their
/// names.
pub(super) fn normalize(tree: &mut impl VisitMut) {
    let _: ControlFlow<()> = tree.visit(&mut Normalizer);
}

/// Gives literals and operators their types and meanings.
pub(super) fn rewrite(tree: &mut impl VisitMut) {
    let _: ControlFlow<()> = tree.visit(&mut Rewriter);
}

struct Normalizer;

impl VisitorMut for Normalizer {
    type Break = ();

    fn post_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::DoubleQuotedString(text) = &mut value.value {
            value.value = Value::SingleQuotedString(std::mem::take(text));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(name) if name.quote_style.is_none() => {
                let lower = name.value.to_lowercase();
                if BARE_FUNCTIONS.contains(&lower.as_str()) {
                    *expr = call(&lower, Vec::new());
                }
            }
            Expr::Function(function) => {
                let lower = function.name.to_string().to_lowercase();
                if BARE_FUNCTIONS.contains(&lower.as_str())
                    && matches!(function.args, FunctionArguments::None)
                {
                    *expr = call(&lower, Vec::new());
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// `VALUES` without column names: Spark calls them `col1`, `col2`.
    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let TableFactor::Derived { subquery, alias, .. } = factor else {
            return ControlFlow::Continue(());
        };
        let SetExpr::Values(values) = &*subquery.body else { return ControlFlow::Continue(()) };
        let width = values.rows.first().map_or(0, |row| row.len());
        let alias = alias.get_or_insert_with(|| TableAlias {
            explicit: true,
            name: Ident::with_quote('`', "values"),
            columns: Vec::new(),
            at: None,
        });
        if alias.columns.is_empty() {
            let column = |index| TableAliasColumnDef::from_name(format!("col{index}"));
            alias.columns = (1..=width).map(column).collect();
        }
        ControlFlow::Continue(())
    }
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Value(value) => {
                if let Value::Number(digits, long) = &value.value
                    && let Some(typed) = number(digits, *long)
                {
                    *expr = typed;
                }
            }
            Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => {
                if let Some(smallest) = smallest(inner) {
                    *expr = smallest;
                } else if !is_literal(inner) {
                    *expr = call("negative", vec![(**inner).clone()]);
                }
            }
            Expr::UnaryOp { op: UnaryOperator::Plus, expr: inner } => {
                *expr = call("positive", vec![(**inner).clone()]);
            }
            Expr::Interval(interval) => bare(&mut interval.value),
            Expr::BinaryOp { left, op: BinaryOperator::Spaceship, right } => {
                *expr = Expr::IsNotDistinctFrom(left.clone(), right.clone());
            }
            Expr::UnaryOp { op, .. } if *op == UnaryOperator::BangNot => *op = UnaryOperator::Not,
            Expr::Function(function) => {
                match shorthand::function(function).or_else(|| other_form(function)) {
                    Some(other) => *expr = other,
                    None => self::function(function),
                }
            }
            other => {
                if let Some(call) = shorthand::form(other) {
                    *other = call;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if let GroupByExpr::Expressions(exprs, _) = &mut select.group_by {
            exprs.iter_mut().for_each(bare);
        }
        select.sort_by.iter_mut().for_each(|sort| bare(&mut sort.expr));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if let Some(order) = &mut query.order_by
            && let OrderByKind::Expressions(exprs) = &mut order.kind
        {
            exprs.iter_mut().for_each(|sort| bare(&mut sort.expr));
        }
        match &mut query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                limit.iter_mut().for_each(bare);
                offset.iter_mut().for_each(|offset| bare(&mut offset.value));
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                bare(offset);
                bare(limit);
            }
            None => {}
        }
        ControlFlow::Continue(())
    }
}

/// Gives a number its type: INT if it fits, then BIGINT, then DECIMAL. `None` if it is correct
/// already.
fn number(digits: &str, long: bool) -> Option<Expr> {
    let text = |text: &str| Expr::Value(Value::SingleQuotedString(text.to_owned()).into());
    if digits.contains(['e', 'E']) {
        return Some(cast_of(text(digits), SqlType::Double(ExactNumberInfo::None)));
    }
    if long {
        return None;
    }
    if !digits.contains('.') {
        if digits.parse::<i32>().is_ok() {
            let plain = Expr::Value(Value::Number(digits.to_owned(), false).into());
            return Some(cast_of(plain, SqlType::Int(None)));
        }
        if digits.parse::<i64>().is_ok() {
            return None;
        }
    }
    let data_type = match decimal_of(digits) {
        SqlType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, _)) if precision > 38 => {
            SqlType::Double(ExactNumberInfo::None)
        }
        decimal => decimal,
    };
    Some(cast_of(text(digits), data_type))
}

/// The smallest INT and the smallest BIGINT: without their sign they need a wider type.
fn smallest(positive: &Expr) -> Option<Expr> {
    let of = |text: &str, data_type| {
        let text = Value::SingleQuotedString(text.to_owned());
        Some(cast_of(Expr::Value(text.into()), data_type))
    };
    match positive {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, false) if digits == "2147483648" => {
                of("-2147483648", SqlType::Int(None))
            }
            _ => None,
        },
        Expr::Cast { expr, .. } => match &**expr {
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(digits) if digits == "9223372036854775808" => {
                    of("-9223372036854775808", SqlType::BigInt(None))
                }
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// A number or its cast, which keeps its sign.
fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Value(_) | Expr::TypedString(_) | Expr::Interval(_) => true,
        Expr::Cast { expr, .. } => is_literal(expr),
        _ => false,
    }
}

/// Removes the type of an integer where its position gives it another meaning.
fn bare(expr: &mut Expr) {
    if let Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } = expr {
        bare(inner);
    }
    if let Expr::Cast { expr: inner, data_type: SqlType::Int(None), .. } = expr
        && let Expr::Value(value) = &**inner
        && matches!(value.value, Value::Number(..))
    {
        *expr = (**inner).clone();
    }
}

/// Converts `year(d)` to `date_part('year', d)`, and `int(x)` to `CAST(x AS INT)`.
fn other_form(function: &Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = function.name.to_string().to_lowercase();
    let argument = match &list.args[..] {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] => argument,
        [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(pattern))),
        ] => match &pattern.value {
            Value::SingleQuotedString(pattern) => return with_pattern(&name, argument, pattern),
            _ => return None,
        },
        _ => return None,
    };
    let part = match name.as_str() {
        "year" | "quarter" | "month" | "week" | "day" | "dayofweek" => name.as_str(),
        "weekofyear" => "week",
        "dayofmonth" => "day",
        "dayofyear" => "doy",
        _ => {
            let data_type = match name.as_str() {
                "tinyint" => SqlType::TinyInt(None),
                "smallint" => SqlType::SmallInt(None),
                "int" => SqlType::Int(None),
                "bigint" => SqlType::BigInt(None),
                "float" => SqlType::Float4,
                "double" => SqlType::Double(ExactNumberInfo::None),
                "boolean" => SqlType::Boolean,
                "binary" => SqlType::Binary(None),
                "date" => SqlType::Date,
                "timestamp" => SqlType::Timestamp(None, TimezoneInfo::None),
                "to_timestamp" => return Some(to_timestamp(vec![argument.clone()])),
                "count_if" if function.over.is_none() => {
                    let never = Expr::Value(Value::Boolean(false).into());
                    let value = call("nullif", vec![argument.clone(), never]);
                    let value = match &value {
                        Expr::Function(function) => shorthand::function(function),
                        _ => None,
                    };
                    return value.map(|value| call("count", vec![value]));
                }
                "string" => SqlType::String(None),
                _ => return None,
            };
            return Some(cast_of(argument.clone(), data_type));
        }
    };
    let part = Expr::Value(Value::SingleQuotedString(part.to_owned()).into());
    Some(call("date_part", vec![part, argument.clone()]))
}

/// Converts functions with a value and a literal pattern.
fn with_pattern(name: &str, argument: &Expr, pattern: &str) -> Option<Expr> {
    let text = |text: String| Expr::Value(Value::SingleQuotedString(text).into());
    match name {
        "date_format" => {
            Some(call("date_format", vec![argument.clone(), text(chrono_format(pattern)?)]))
        }
        "to_date" => Some(call("to_date", vec![argument.clone(), text(chrono_format(pattern)?)])),
        "to_timestamp" => Some(to_timestamp(vec![argument.clone(), text(chrono_format(pattern)?)])),
        _ => None,
    }
}

fn to_timestamp(arguments: Vec<Expr>) -> Expr {
    let plain = call("to_timestamp", arguments);
    cast_of(plain, SqlType::Timestamp(None, TimezoneInfo::None))
}

fn function(function: &mut Function) {
    if let Some(WindowType::WindowSpec(window)) = &mut function.over
        && let Some(WindowFrame { start_bound, end_bound, .. }) = &mut window.window_frame
    {
        for bound in std::iter::once(start_bound).chain(end_bound) {
            if let WindowFrameBound::Preceding(Some(rows))
            | WindowFrameBound::Following(Some(rows)) = bound
            {
                bare(rows);
            }
        }
    }
    let name = function.name.to_string().to_lowercase();
    let FunctionArguments::List(list) = &mut function.args else { return };
    if LITERAL_FUNCTIONS.contains(&name.as_str()) {
        for argument in list.args.iter_mut().skip(1) {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument {
                bare(expr);
            }
        }
        if name == "ntile"
            && let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))) = list.args.first_mut()
        {
            bare(expr);
        }
    }
    // Aliases.
    let other = match name.as_str() {
        "first" | "any_value" => "first_value",
        "last" => "last_value",
        "approx_count_distinct" => "approx_distinct",
        "rand" if list.args.is_empty() => "random",
        "sequence" => "generate_series",
        "array_size" | "cardinality" => "size",
        "std" => "stddev",
        "every" => "bool_and",
        "some" | "any" => "bool_or",
        "datediff" => "date_diff",
        "dateadd" => "date_add",
        _ => return,
    };
    function.name = ObjectName::from(vec![Ident::new(other)]);
}
