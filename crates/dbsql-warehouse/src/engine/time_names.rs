//! The names that Spark gives to expressions of dates, intervals and windows.

use std::collections::BTreeSet;
use std::ops::Range;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType as SqlType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, NullTreatment, OrderByExpr, Value, WindowFrameBound, WindowFrameUnits,
    WindowSpec, WindowType,
};

use super::interval::Span;
use super::names::{CASTS, text};
use super::parameters::is_null;
use super::time_syntax::{of_expr, with_unit};

/// Arguments that are shown though they were not written: the function, how many were, and what follows.
const DEFAULTS: &[(&str, usize, &str)] = &[
    ("months_between", 2, "true"),
    ("from_unixtime", 1, "yyyy-MM-dd HH:mm:ss"),
    ("unix_timestamp", 1, "yyyy-MM-dd HH:mm:ss"),
    ("to_unix_timestamp", 1, "yyyy-MM-dd HH:mm:ss"),
    ("percentile_approx", 2, "10000"),
    ("approx_percentile", 2, "10000"),
    ("percentile", 2, "1"),
    ("lag", 1, "1, NULL"),
    ("lag", 2, "NULL"),
    ("lead", 1, "1, NULL"),
    ("lead", 2, "NULL"),
];

/// Functions that have another name in results.
const RENAMED: &[(&str, &str)] = &[
    ("current_schema", "current_database"),
    ("user", "current_user"),
    ("curdate", "current_date"),
    ("dateadd", "date_add"),
    ("array_agg", "collect_list"),
];

/// The name; `None` for what has nothing to do with time or windows.
pub(super) fn name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Interval(interval) => Some(of_expr(interval)?.to_string()),
        Expr::Extract { field, expr, .. } => Some(format!("extract({field} FROM {})", text(expr))),
        Expr::BinaryOp { left, op, right } => operation(left, op, right),
        Expr::Function(function) => called(function),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Date,
    Time,
    Interval(Span),
    Other,
}

/// What an expression is, as far as it shows.
fn kind(expr: &Expr) -> Kind {
    match expr {
        Expr::Nested(inner) => kind(inner),
        Expr::Interval(interval) => {
            of_expr(interval).map_or(Kind::Other, |interval| Kind::Interval(interval.span))
        }
        Expr::TypedString(typed) => of_type(&typed.data_type),
        Expr::Cast { data_type, .. } => of_type(data_type),
        Expr::Function(function) => match function.name.to_string().to_lowercase().as_str() {
            "current_date" | "curdate" | "to_date" | "make_date" | "date_add" | "date_sub"
            | "add_months" | "last_day" | "next_day" | "trunc" | "date" => Kind::Date,
            "now" | "current_timestamp" | "to_timestamp" | "make_timestamp" | "timestamp"
            | "date_trunc" | "localtimestamp" => Kind::Time,
            "coalesce" | "nvl" | "ifnull" | "nullif" | "greatest" | "least" => {
                of_arguments(function, 0)
            }
            "nvl2" | "if" => of_arguments(function, 1),
            _ => Kind::Other,
        },
        Expr::BinaryOp { left, op, right } => match (kind(left), op, kind(right)) {
            (Kind::Date, BinaryOperator::Minus, Kind::Date) => Kind::Interval(Span::DAYS),
            (Kind::Time, BinaryOperator::Minus, Kind::Date | Kind::Time)
            | (Kind::Date, BinaryOperator::Minus, Kind::Time) => Kind::Interval(Span::DAY_SECOND),
            (
                Kind::Interval(left),
                BinaryOperator::Plus | BinaryOperator::Minus,
                Kind::Interval(right),
            ) => Kind::Interval(left.with(right)),
            (Kind::Interval(span), BinaryOperator::Multiply | BinaryOperator::Divide, _)
            | (_, BinaryOperator::Multiply, Kind::Interval(span)) => {
                let is_months = span.data_type() == Span::YEAR_MONTH.data_type();
                Kind::Interval(if is_months { Span::YEAR_MONTH } else { Span::DAY_SECOND })
            }
            (Kind::Date, _, Kind::Interval(span)) | (Kind::Interval(span), _, Kind::Date) => {
                moved_date(span)
            }
            (Kind::Date, BinaryOperator::Plus | BinaryOperator::Minus, _) => Kind::Date,
            (Kind::Time, _, Kind::Interval(_)) | (Kind::Interval(_), _, Kind::Time) => Kind::Time,
            _ => Kind::Other,
        },
        _ => Kind::Other,
    }
}

/// What the first argument after these of which it shows is.
fn of_arguments(function: &Function, skipped: usize) -> Kind {
    let FunctionArguments::List(list) = &function.args else { return Kind::Other };
    let mut kinds = list.args.iter().skip(skipped).map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => kind(value),
        _ => Kind::Other,
    });
    kinds.find(|kind| *kind != Kind::Other).unwrap_or(Kind::Other)
}

fn moved_date(by: Span) -> Kind {
    let stays = by == Span::DAYS || by.data_type() == Span::YEAR_MONTH.data_type();
    if stays { Kind::Date } else { Kind::Time }
}

fn of_type(data_type: &SqlType) -> Kind {
    match data_type {
        SqlType::Date => Kind::Date,
        SqlType::Timestamp(..) | SqlType::TimestampNtz(_) => Kind::Time,
        _ => Kind::Other,
    }
}

fn operation(left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<String> {
    // Only what has a name here is written: else each level of a chain would be written twice.
    let write = |form: &dyn Fn(String, String) -> String| Some(form(text(left), text(right)));
    match (kind(left), op, kind(right)) {
        (Kind::Interval(_), _, Kind::Interval(_)) => None,
        (Kind::Date, BinaryOperator::Plus, Kind::Interval(Span::DAYS)) => {
            write(&|left, right| format!("date_add({left}, extractansiintervaldays({right}))"))
        }
        (Kind::Interval(Span::DAYS), BinaryOperator::Plus, Kind::Date) => {
            write(&|left, right| format!("date_add({right}, extractansiintervaldays({left}))"))
        }
        (Kind::Date, BinaryOperator::Minus, Kind::Interval(Span::DAYS)) => {
            write(&|left, right| format!("date_add({left}, (- extractansiintervaldays({right})))"))
        }
        // NULL becomes an interval.
        (_, _, Kind::Interval(_)) if is_null(left) => None,
        (Kind::Interval(_), _, _) if is_null(right) => None,
        (_, BinaryOperator::Plus, Kind::Interval(_)) => {
            write(&|left, right| format!("{left} + {right}"))
        }
        (Kind::Interval(_), BinaryOperator::Plus, _) => {
            write(&|left, right| format!("{right} + {left}"))
        }
        (_, BinaryOperator::Minus, Kind::Interval(_)) => {
            write(&|left, right| format!("{left} - {right}"))
        }
        (_, BinaryOperator::Multiply, Kind::Interval(_)) => {
            write(&|left, right| format!("({right} * {left})"))
        }
        (Kind::Date, BinaryOperator::Plus, Kind::Other) => {
            write(&|left, right| format!("date_add({left}, {right})"))
        }
        (Kind::Other, BinaryOperator::Plus, Kind::Date) => {
            write(&|left, right| format!("date_add({right}, {left})"))
        }
        (Kind::Date, BinaryOperator::Minus, Kind::Other) if is_number(right) || is_null(right) => {
            write(&|left, right| format!("date_sub({left}, {right})"))
        }
        _ => None,
    }
}

/// The name of a DATE that was named without knowing that it is one: `d + INTERVAL '1' DAY`, `(d + 1)`.
pub(super) fn of_date(name: &str) -> Option<String> {
    let of_left = |left: &str| of_date(left).unwrap_or_else(|| left.to_owned());
    if let Some(inner) = name.strip_prefix('(').and_then(|name| name.strip_suffix(')')) {
        let (left, sign, right) = last_sum(inner)?;
        return Some(match sign {
            " + " if is_digits(left) => format!("date_add({}, {left})", of_left(right)),
            " + " => format!("date_add({}, {right})", of_left(left)),
            _ => format!("date_sub({}, {right})", of_left(left)),
        });
    }
    let (at, sign) = [" + ", " - "]
        .into_iter()
        .filter_map(|sign| Some((name.rfind(&format!("{sign}INTERVAL '"))?, sign)))
        .max()?;
    let (left, days) = (&name[..at], &name[at + sign.len()..]);
    let amount = days.strip_prefix("INTERVAL '")?.strip_suffix("' DAY")?;
    if !amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let left = of_left(left);
    Some(match sign {
        " + " => format!("date_add({left}, extractansiintervaldays({days}))"),
        _ => format!("date_add({left}, (- extractansiintervaldays({days})))"),
    })
}

/// The operands of the last `+` or `-` outside of parentheses, and the sign.
fn last_sum(name: &str) -> Option<(&str, &'static str, &str)> {
    let mut depth = 0_usize;
    for (at, letter) in name.char_indices().rev() {
        match letter {
            ')' => depth += 1,
            '(' => depth = depth.checked_sub(1)?,
            ' ' if depth == 0 => {
                for sign in [" + ", " - "] {
                    if let Some(right) = name[at..].strip_prefix(sign) {
                        return Some((&name[..at], sign, right));
                    }
                }
            }
            _ => {}
        }
    }
    None
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name in which these columns are dates: what is added to them is written as a call.
pub(super) fn with_dates(name: &str, dates: &BTreeSet<String>) -> String {
    let mut written = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((at, moved)) = first_moved_date(rest, dates) {
        written.push_str(&rest[..at.start]);
        written.push_str(&moved);
        rest = &rest[at.end..];
    }
    written + rest
}

/// The first `d + INTERVAL '1' DAY` or `(d + 1)`, and its name.
fn first_moved_date(name: &str, dates: &BTreeSet<String>) -> Option<(Range<usize>, String)> {
    let signs = name.match_indices(" + ").chain(name.match_indices(" - "));
    let mut signs: Vec<usize> = signs.map(|(at, _)| at).collect();
    signs.sort_unstable();
    signs.into_iter().find_map(|at| {
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
        let start = name[..at].trim_end_matches(is_part).len();
        let column = name[start..at].rsplit('.').next()?;
        if !dates.contains(&column.to_lowercase()) {
            return None;
        }
        let after = at + " + ".len();
        let right = &name[after..];
        if right.starts_with("INTERVAL '") {
            let end = after + right.find("' DAY")? + "' DAY".len();
            let is_whole = !name[end..].starts_with(" TO");
            return is_whole
                .then(|| of_date(&name[start..end]))
                .flatten()
                .map(|to| (start..end, to));
        }
        let start = start.checked_sub(1).filter(|start| name[*start..].starts_with('('))?;
        let end = after + right.find(')')? + 1;
        is_digits(&name[after..end - 1])
            .then(|| of_date(&name[start..end]))
            .flatten()
            .map(|to| (start..end, to))
    })
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::Number(..)))
}

fn called(function: &Function) -> Option<String> {
    let written = function.name.to_string().to_lowercase();
    let FunctionArguments::List(list) = &function.args else { return None };
    if !list.clauses.is_empty() {
        return None;
    }
    if let ("datepart", [field, moment]) = (written.as_str(), &list.args[..])
        && function.over.is_none()
    {
        return Some(format!("datepart({} FROM {})", argument(field), argument(moment)));
    }
    // A cast by a function is called what it casts.
    if let [one] = &list.args[..]
        && function.over.is_none()
        && CASTS.contains(&written.as_str())
    {
        return Some(argument(one));
    }
    let renamed = RENAMED.iter().find(|(name, _)| *name == written).map(|(_, name)| *name);
    let name = with_unit(function).or(renamed).unwrap_or(&written);
    let count = list.args.len();
    let default = DEFAULTS.iter().find(|(known, written, _)| *known == name && *written == count);
    let is_of_values =
        matches!(name, "first" | "last" | "any_value" | "first_value" | "last_value");
    let ignores_by_argument = is_of_values && count == 2;
    let ignores = function.null_treatment == Some(NullTreatment::IgnoreNulls);
    // With the words they have the name of the other function.
    let name = match name {
        "first_value" if ignores => "first",
        "last_value" if ignores => "last",
        name => name,
    };
    let is_other = name != written || default.is_some();
    let is_plain = function.over.is_none()
        && function.within_group.is_empty()
        && function.filter.is_none()
        && !ignores_by_argument;
    if !is_other && is_plain {
        return None;
    }
    // Written only now: else each level of nested calls would be written twice.
    let mut arguments: Vec<_> = list.args.iter().map(argument).collect();
    let offset = arguments.get(1).cloned().unwrap_or_else(|| "1".to_owned());
    if let Some((_, _, default)) = default {
        arguments.push((*default).to_owned());
    }
    if ignores_by_argument {
        arguments.truncate(1);
    }
    let distinct = list.duplicate_treatment.map(|word| format!("{word} ")).unwrap_or_default();
    // These have no arguments to show, and are in upper case.
    let mut call = match name {
        "rank" | "dense_rank" | "percent_rank" => format!("{}()", name.to_uppercase()),
        name => format!("{name}({distinct}{})", arguments.join(", ")),
    };
    if !function.within_group.is_empty() {
        let sorts: Vec<_> = function
            .within_group
            .iter()
            .map(|sort| {
                let descending = if sort.options.asc == Some(false) { " DESC" } else { "" };
                format!("{}{descending}", text(&sort.expr))
            })
            .collect();
        call += &format!(" WITHIN GROUP (ORDER BY {})", sorts.join(", "));
    }
    if let Some(filter) = &function.filter {
        call += &format!(" FILTER (WHERE {})", text(filter));
    }
    match &function.over {
        None => {}
        Some(WindowType::WindowSpec(window)) => {
            if ignores && name == "nth_value" {
                call += " ignore nulls";
            }
            let frame = match name {
                "lag" => {
                    let offset = match offset.strip_prefix('-') {
                        Some(ahead) => ahead.to_owned(),
                        None => format!("-{offset}"),
                    };
                    Some(format!("ROWS BETWEEN {offset} FOLLOWING AND {offset} FOLLOWING"))
                }
                "lead" => Some(format!("ROWS BETWEEN {offset} FOLLOWING AND {offset} FOLLOWING")),
                "row_number" | "rank" | "dense_rank" | "percent_rank" | "ntile" | "cume_dist" => {
                    let units = if name == "cume_dist" { "RANGE" } else { "ROWS" };
                    Some(format!("{units} BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"))
                }
                _ => None,
            };
            call += &format!(" OVER ({})", over(window, frame));
        }
        Some(WindowType::NamedWindow(_)) => return None,
    }
    Some(call)
}

fn argument(argument: &FunctionArg) -> String {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => text(expr),
        // `count(*)` is called `count(1)`.
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => "1".to_owned(),
        other => other.to_string(),
    }
}

fn over(window: &WindowSpec, frame: Option<String>) -> String {
    let mut parts = Vec::new();
    if !window.partition_by.is_empty() {
        let keys: Vec<_> = window.partition_by.iter().map(text).collect();
        parts.push(format!("PARTITION BY {}", keys.join(", ")));
    }
    if !window.order_by.is_empty() {
        let keys: Vec<_> = window.order_by.iter().map(sort).collect();
        parts.push(format!("ORDER BY {}", keys.join(", ")));
    }
    let frame = frame.unwrap_or_else(|| match &window.window_frame {
        Some(frame) => {
            let units = match frame.units {
                WindowFrameUnits::Rows => "ROWS",
                WindowFrameUnits::Range => "RANGE",
                WindowFrameUnits::Groups => "GROUPS",
            };
            let end = frame.end_bound.as_ref().unwrap_or(&WindowFrameBound::CurrentRow);
            format!("{units} BETWEEN {} AND {}", bound(&frame.start_bound), bound(end))
        }
        None if window.order_by.is_empty() => {
            "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING".to_owned()
        }
        None => "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW".to_owned(),
    });
    parts.push(frame);
    parts.join(" ")
}

fn sort(sort: &OrderByExpr) -> String {
    let ascending = sort.options.asc != Some(false);
    let first = sort.options.nulls_first.unwrap_or(ascending);
    format!(
        "{} {} NULLS {}",
        text(&sort.expr),
        if ascending { "ASC" } else { "DESC" },
        if first { "FIRST" } else { "LAST" }
    )
}

fn bound(bound: &WindowFrameBound) -> String {
    match bound {
        WindowFrameBound::CurrentRow => "CURRENT ROW".to_owned(),
        WindowFrameBound::Preceding(None) => "UNBOUNDED PRECEDING".to_owned(),
        WindowFrameBound::Following(None) => "UNBOUNDED FOLLOWING".to_owned(),
        WindowFrameBound::Preceding(Some(rows)) => format!("{} PRECEDING", text(rows)),
        WindowFrameBound::Following(Some(rows)) => format!("{} FOLLOWING", text(rows)),
    }
}
