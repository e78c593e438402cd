//! Calls with OVER that Spark rejects, by what is written.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, NamedWindowDefinition,
    NamedWindowExpr, Select, UnaryOperator, Value, WindowFrame, WindowFrameBound, WindowFrameUnits,
    WindowSpec, WindowType, visit_expressions,
};
use dbsql_local::engine::SqlError;

use super::errors::{self, syntax, unsupported};

/// Functions whose frame is from the first row to this one.
const RANKS: &[&str] = &["row_number", "rank", "dense_rank", "percent_rank", "ntile", "cume_dist"];

/// Aggregate functions of a window without an order.
const OF_WHOLE_WINDOWS: &[&str] = &["median", "percentile_cont", "percentile_disc"];

/// Returns the error of a call in a window, if it has one.
pub(super) fn error(function: &Function, name: &str) -> Option<SqlError> {
    let window = match &function.over {
        Some(WindowType::WindowSpec(window)) => window,
        Some(WindowType::NamedWindow(_)) => return arguments_error(function, name),
        None => return None,
    };
    frame_error(window, name).or_else(|| arguments_error(function, name))
}

fn frame_error(window: &WindowSpec, name: &str) -> Option<SqlError> {
    let frame = window.window_frame.as_ref();
    if frame.is_some_and(|frame| frame.units == WindowFrameUnits::Groups) {
        return Some(syntax("Syntax error at or near 'GROUPS'."));
    }
    if OF_WHOLE_WINDOWS.contains(&name) && (frame.is_some() || !window.order_by.is_empty()) {
        let message = format!("The function {name} cannot have an ORDER BY or a frame.");
        let class = "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC";
        return Some(SqlError::new(class, "42601", message));
    }
    let frame = frame?;
    let has_fixed_frame = RANKS.contains(&name) || matches!(name, "lag" | "lead");
    if has_fixed_frame && !is_of(name, frame) {
        let message = format!("The function {name} cannot have that frame.");
        let class = "WINDOW_FUNCTION_AND_FRAME_MISMATCH";
        return Some(SqlError::new(class, "42K0E", message));
    }
    let is_unbounded = matches!(frame.start_bound, WindowFrameBound::Preceding(None))
        && matches!(frame.end_bound, Some(WindowFrameBound::Following(None)));
    let has_order = !window.order_by.is_empty() || window.window_name.is_some();
    if frame.units == WindowFrameUnits::Range && !has_order && !is_unbounded {
        let message = "A RANGE frame needs an ORDER BY.";
        let class = "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER";
        return Some(SqlError::new(class, "42K09", message));
    }
    None
}

/// Whether it is the frame that the function has anyway.
fn is_of(name: &str, frame: &WindowFrame) -> bool {
    let units = match name {
        "cume_dist" => WindowFrameUnits::Range,
        _ => WindowFrameUnits::Rows,
    };
    RANKS.contains(&name)
        && frame.units == units
        && matches!(frame.start_bound, WindowFrameBound::Preceding(None))
        && matches!(frame.end_bound, None | Some(WindowFrameBound::CurrentRow))
}

fn arguments_error(function: &Function, name: &str) -> Option<SqlError> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let count = list.args.len();
    let at = |at: usize| match list.args.get(at) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))) => Some(expr),
        _ => None,
    };
    let not_a_number = |expr: Option<&Expr>| expr.is_some_and(|expr| !is_number(expr));
    match name {
        "row_number" if count > 0 => Some(errors::wrong_argument_count(name, count)),
        "lag" | "lead" if count > 3 => Some(errors::wrong_argument_count(name, count)),
        "rank" | "dense_rank" | "percent_rank" | "cume_dist" if count > 0 => {
            Some(unsupported(format!("arguments of {name}")))
        }
        "lag" | "lead" | "ntile" if count == 0 => {
            Some(unsupported(format!("{name} without arguments")))
        }
        "lag" | "lead" if not_a_number(at(1)) => {
            Some(unsupported(format!("an offset of {name} that is not an integer literal")))
        }
        "ntile" if not_a_number(at(0)) => {
            Some(unsupported("a number of ntile that is not an integer literal"))
        }
        "nth_value" if at(1).is_some_and(is_column) => {
            let message = "The number of nth_value must be a constant.";
            let class = "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT";
            Some(SqlError::new(class, "42K09", message))
        }
        "nth_value" if not_a_number(at(1)) => {
            Some(unsupported("a number of nth_value that is not an integer literal"))
        }
        "lag" | "lead" if at(2).is_some_and(is_struct) => {
            Some(unsupported(format!("a struct as the default of {name}")))
        }
        "first_value" | "last_value" if at(1).is_some_and(|expr| boolean(expr).is_none()) => {
            Some(unsupported(format!("a second argument of {name} that is not a literal")))
        }
        _ => None,
    }
}

/// Whether it makes a struct, whose members are named by what it is made of.
fn is_struct(expr: &Expr) -> bool {
    match expr {
        Expr::Tuple(_) | Expr::Struct { .. } => true,
        Expr::Function(function) => function.name.to_string().eq_ignore_ascii_case("struct"),
        _ => false,
    }
}

/// Whether a function is called with OVER.
pub(super) fn any(expr: &Expr) -> bool {
    visit_expressions(expr, |expr| match expr {
        Expr::Function(Function { over: Some(_), .. }) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// Definitions of windows that Spark reads in another way than the planner.
pub(super) fn is_unclear(select: &Select) -> bool {
    let definitions = &select.named_window;
    let is_derived = |NamedWindowDefinition(_, window): &NamedWindowDefinition| match window {
        NamedWindowExpr::NamedWindow(_) => true,
        NamedWindowExpr::WindowSpec(window) => window.window_name.is_some(),
    };
    // Spark tells names of windows apart by case.
    let is_other_case = |name: &Ident| {
        !definitions.iter().any(|definition| definition.0.value == name.value)
            && definitions.iter().any(|one| one.0.value.eq_ignore_ascii_case(&name.value))
    };
    let uses_other_case = visit_expressions(&select.projection, |expr| match expr {
        Expr::Function(Function { over: Some(WindowType::NamedWindow(name)), .. })
            if is_other_case(name) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    definitions.iter().any(is_derived) || uses_other_case.is_break()
}

/// Whether it is an integer without a suffix.
fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => is_number(expr),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, false) => digits.parse::<i32>().is_ok(),
            _ => false,
        },
        _ => false,
    }
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

/// TRUE or FALSE as it is written.
pub(super) fn boolean(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Value(value) => match value.value {
            Value::Boolean(flag) => Some(flag),
            _ => None,
        },
        _ => None,
    }
}
