//! Functions and operators that are written as others.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, DataType as SqlType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, JsonPathElem, TrimWhereField, UnaryOperator, Value,
};

use super::functions::COALESCE;
use super::parameters::{call, cast_of};

/// The arguments of a plain call.
fn arguments(function: &Function) -> Option<Vec<Expr>> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let plain = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().map(plain).collect()
}

fn case(condition: Expr, result: Expr, other: Expr) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: Some(Box::new(other)),
    }
}

/// `left <=> right`, for which NULL is a value as another.
pub(super) fn same(left: Box<Expr>, right: Box<Expr>) -> Expr {
    let same = Expr::BinaryOp { left, op: BinaryOperator::Spaceship, right };
    Expr::Nested(Box::new(same))
}

/// `div(x, y)`, which even has the name of the operator.
pub(super) fn division(function: &Function) -> Option<Expr> {
    let [left, right] = arguments(function)?.try_into().ok()?;
    Some(Expr::Nested(Box::new(Expr::BinaryOp {
        left: Box::new(Expr::Nested(Box::new(left))),
        op: BinaryOperator::MyIntegerDivide,
        right: Box::new(Expr::Nested(Box::new(right))),
    })))
}

/// A function as `CASE`, `coalesce` or a test: what is not needed is not evaluated then.
pub(super) fn function(function: &Function) -> Option<Expr> {
    let arguments = arguments(function)?;
    let zero = || Expr::Value(Value::Number("0".to_owned(), false).into());
    let is_not_null = |value: &Expr| Expr::IsNotNull(Box::new(value.clone()));
    let name = function.name.to_string().to_lowercase();
    Some(match (name.as_str(), &arguments[..]) {
        ("if" | "iff", [condition, result, other]) => {
            case(condition.clone(), result.clone(), other.clone())
        }
        ("nvl2", [value, result, other]) => case(is_not_null(value), result.clone(), other.clone()),
        ("nvl" | "ifnull", [value, other]) => call(COALESCE, vec![value.clone(), other.clone()]),
        ("zeroifnull", [value]) => call(COALESCE, vec![value.clone(), zero()]),
        ("nullifzero", [value]) => call("nullif", vec![value.clone(), zero()]),
        ("decode", [value, rest @ ..]) if rest.len() > 1 => {
            let (pairs, other) = rest.as_chunks::<2>();
            let part = |[search, result]: &[Expr; 2]| CaseWhen {
                condition: same(Box::new(value.clone()), Box::new(search.clone())),
                result: result.clone(),
            };
            Expr::Case {
                case_token: AttachedToken::empty(),
                end_token: AttachedToken::empty(),
                operand: None,
                conditions: pairs.iter().map(part).collect(),
                // Without another value it is a NULL of the type of texts.
                else_result: Some(Box::new(match other.first() {
                    Some(other) => other.clone(),
                    None => cast_of(Expr::Value(Value::Null.into()), SqlType::String(None)),
                })),
            }
        }
        ("mod", [left, right]) => Expr::Nested(Box::new(Expr::BinaryOp {
            left: Box::new(left.clone()),
            op: BinaryOperator::Modulo,
            right: Box::new(right.clone()),
        })),
        (name, [left, right]) if OPERATIONS.contains(&name) => {
            let digits = |expr| Expr::Value(Value::SingleQuotedString(digits(expr)).into());
            let arguments = vec![left.clone(), right.clone(), digits(left), digits(right)];
            call(&format!("dbsql_{name}"), arguments)
        }
        ("isnull", [value]) => Expr::IsNull(Box::new(value.clone())),
        ("isnotnull", [value]) => is_not_null(value),
        _ => return None,
    })
}

/// Operations by name, of which a literal beside a DECIMAL has just its digits.
const OPERATIONS: &[&str] =
    &["pmod", "try_add", "try_subtract", "try_multiply", "try_divide", "try_mod"];

/// The digits of an integer literal; empty for anything else.
fn digits(expr: &Expr) -> String {
    match expr {
        // A literal has its type by then. One that the user casts is inside of another cast.
        Expr::Cast { expr, .. } if matches!(**expr, Expr::Value(_)) => digits(expr),
        Expr::Nested(expr) | Expr::UnaryOp { op: UnaryOperator::Minus, expr } => digits(expr),
        Expr::Function(function) if function.name.to_string() == "negative" => {
            arguments(function).and_then(|all| all.first().map(digits)).unwrap_or_default()
        }
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.clone()
            }
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// Forms with their own syntax, as calls.
pub(super) fn form(expr: &Expr) -> Option<Expr> {
    let not = |negated: bool, expr: Expr| match negated {
        true => Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) },
        false => expr,
    };
    Some(match expr {
        Expr::Between { expr, negated, low, high } => {
            let compared = |op, bound: &Expr| {
                let (left, right) = (expr.clone(), Box::new(bound.clone()));
                Box::new(Expr::Nested(Box::new(Expr::BinaryOp { left, op, right })))
            };
            let between = Expr::BinaryOp {
                left: compared(BinaryOperator::GtEq, low),
                op: BinaryOperator::And,
                right: compared(BinaryOperator::LtEq, high),
            };
            not(*negated, Expr::Nested(Box::new(between)))
        }
        Expr::Like { negated, any: false, expr, pattern, escape_char } => {
            let escape = escape_char.iter().map(|escape| Expr::Value(escape.clone()));
            let arguments = [(**expr).clone(), (**pattern).clone()].into_iter().chain(escape);
            not(*negated, call("dbsql_like", arguments.collect()))
        }
        Expr::ILike { negated, any: false, expr, pattern, escape_char } => {
            let escape = escape_char.iter().map(|escape| Expr::Value(escape.clone()));
            let arguments = [(**expr).clone(), (**pattern).clone()].into_iter().chain(escape);
            not(*negated, call("dbsql_ilike", arguments.collect()))
        }
        Expr::RLike { negated, expr, pattern, .. } => {
            not(*negated, call("rlike", vec![(**expr).clone(), (**pattern).clone()]))
        }
        Expr::Trim { trim_where, trim_what, expr, .. } => {
            let name = match trim_where {
                Some(TrimWhereField::Leading) => "ltrim",
                Some(TrimWhereField::Trailing) => "rtrim",
                _ => "trim",
            };
            let what = trim_what.iter().map(|what| (**what).clone());
            call(name, what.chain([(**expr).clone()]).collect())
        }
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            let from = substring_from.iter().chain(substring_for).map(|part| (**part).clone());
            call("substring", [(**expr).clone()].into_iter().chain(from).collect())
        }
        Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
            let parts = [expr, overlay_what, overlay_from].into_iter().chain(overlay_for);
            call("overlay", parts.map(|part| (**part).clone()).collect())
        }
        Expr::JsonAccess { value, path } => {
            let mut text = "$".to_owned();
            for element in &path.path {
                match element {
                    JsonPathElem::Dot { key, .. } => {
                        text.push('.');
                        text.push_str(key);
                    }
                    JsonPathElem::Bracket { key } => {
                        text.push_str(&format!("[{}]", index(key)?));
                    }
                    // Left for the planner to reject.
                    _ => return None,
                }
            }
            let path = Expr::Value(Value::SingleQuotedString(text).into());
            call("dbsql_json_path", vec![(**value).clone(), path])
        }
        Expr::Position { expr, r#in } => call("position", vec![(**expr).clone(), (**r#in).clone()]),
        _ => return None,
    })
}

/// The digits of an index.
fn index(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Cast { expr, .. } => index(expr),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, false) => Some(digits),
            _ => None,
        },
        _ => None,
    }
}
