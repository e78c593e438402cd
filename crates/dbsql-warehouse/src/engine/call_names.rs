//! How Spark prints calls whose name or arguments are not shown as written.

use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, Value};

use super::names::text;

/// The name of LIKE ANY and LIKE ALL whose patterns are not all literals: a condition for each.
pub(super) fn patterns(name: &str, arguments: &[FunctionArg]) -> Option<String> {
    let (negated, word) = match name {
        "dbsql_like_all" => (false, "AND"),
        "dbsql_like_any" => (false, "OR"),
        "dbsql_not_like_all" => (true, "AND"),
        "dbsql_not_like_any" => (true, "OR"),
        _ => return None,
    };
    let exprs = arguments.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    let exprs = exprs.collect::<Option<Vec<_>>>()?;
    let (value, patterns) = exprs.split_first()?;
    let is_text = |expr: &&&Expr| match expr {
        // Of ILIKE.
        Expr::Function(_) => true,
        Expr::Value(value) => {
            matches!(value.value, Value::SingleQuotedString(_) | Value::DoubleQuotedString(_))
        }
        _ => false,
    };
    if patterns.iter().filter(is_text).count() == patterns.len() {
        return None;
    }
    let like = |pattern: &&Expr| {
        let like = format!("{} LIKE {}", text(value), text(pattern));
        if negated { format!("(NOT {like})") } else { like }
    };
    patterns.iter().map(like).reduce(|all, next| format!("({all} {word} {next})"))
}

/// The text of a call with these arguments.
pub(super) fn call(name: &str, mut arguments: Vec<String>) -> String {
    let count = arguments.len();
    let shown = match name {
        "acos" | "acosh" | "asin" | "asinh" | "atan" | "atan2" | "atanh" | "cbrt" | "cos"
        | "cosh" | "cot" | "csc" | "degrees" | "e" | "exp" | "expm1" | "hypot" | "log"
        | "log10" | "log1p" | "log2" | "pi" | "power" | "radians" | "regexp" | "rlike"
        | "regexp_like" | "sec" | "signum" | "sin" | "sinh" | "sqrt" | "tan" | "tanh" => {
            name.to_uppercase()
        }
        "ceil" | "floor" if count == 1 => name.to_uppercase(),
        "to_varchar" => "to_char".to_owned(),
        "dbsql_like_all" => "likeall".to_owned(),
        "dbsql_like_any" => "likeany".to_owned(),
        "dbsql_not_like_all" => "notlikeall".to_owned(),
        "dbsql_not_like_any" => "notlikeany".to_owned(),
        name => name.to_owned(),
    };
    let usual: &[&str] = match (name, count) {
        ("if", 3) => return format!("(IF({}))", arguments.join(", ")),
        ("like", 2) => return format!("{} LIKE {}", arguments[0], arguments[1]),
        ("ltrim", 2) => return format!("TRIM(LEADING {} FROM {})", arguments[0], arguments[1]),
        ("rtrim", 2) => return format!("TRIM(TRAILING {} FROM {})", arguments[0], arguments[1]),
        ("trim", 2) => return format!("TRIM(BOTH {} FROM {})", arguments[0], arguments[1]),
        ("lpad" | "rpad", 2) if arguments[0].starts_with("X'") => &["X'00'"],
        ("lpad" | "rpad", 2) => &[" "],
        ("replace", 2) => &[""],
        ("substr" | "substring", 2) => &["2147483647"],
        ("isnull", 1) => return format!("({} IS NULL)", arguments[0]),
        ("isnotnull", 1) => return format!("({} IS NOT NULL)", arguments[0]),
        ("assert_true", 1) => {
            let message = format!("'{}' is not true!", arguments[0]);
            return format!("assert_true({}, {message})", arguments[0]);
        }
        ("log", 1) => return format!("{shown}(E(), {})", arguments[0]),
        ("positive", 1) => return format!("(+ {})", arguments[0]),
        ("dbsql_like_all" | "dbsql_like_any" | "dbsql_not_like_all" | "dbsql_not_like_any", _) => {
            arguments.truncate(1);
            &[]
        }
        // A map is named by its entries.
        ("from_json", _) if count > 1 && arguments[1].to_lowercase().starts_with("map<") => {
            return "entries".to_owned();
        }
        ("from_csv" | "from_json", _) if count > 1 => {
            arguments.remove(1);
            &[]
        }
        ("round" | "bround", 1) | ("regexp_instr", 2) => &["0"],
        ("regexp_extract" | "regexp_extract_all" | "locate" | "position" | "charindex", 2)
        | ("regexp_replace", 3) => &["1"],
        ("split", 2) | ("overlay", 3) => &["-1"],
        ("mask", 1) => &["X", "x", "n", "NULL"],
        ("mask", 2) => &["x", "n", "NULL"],
        ("mask", 3) => &["n", "NULL"],
        ("mask", 4) => &["NULL"],
        ("str_to_map", 1) => &[",", ":"],
        ("str_to_map", 2) => &[":"],
        ("unix_timestamp", 0) => &["current_timestamp()", "yyyy-MM-dd HH:mm:ss"],
        _ => &[],
    };
    arguments.extend(usual.iter().map(|argument| (*argument).to_owned()));
    format!("{shown}({})", arguments.join(", "))
}
