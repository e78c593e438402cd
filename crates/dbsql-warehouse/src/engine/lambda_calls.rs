//! Calls of functions with lambdas, before they are planned.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Join,
    JoinConstraint, JoinOperator, LambdaFunction, LimitClause, ObjectName, Query, SelectItem,
    SetExpr, SetOperator, SetQuantifier, UnaryOperator, Value, Values, VisitMut, VisitorMut,
    WindowType,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::errors::{self, Result};
use super::functions::lambdas::ALL;
use super::parameters::call;
use super::{query_forms, subqueries};
use dbsql_local::engine::SqlError;

/// Checks the number of parameters of lambdas, and makes `x.member` of a parameter `x` the access to a
/// member.
///
/// # Errors
///
/// A lambda has too few or too many parameters, or is missing.
pub(super) fn check(tree: &mut impl VisitMut) -> Result<()> {
    match tree.visit(&mut Checker) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Checker;

impl VisitorMut for Checker {
    type Break = SqlError;

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<SqlError> {
        match check_query(query) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<SqlError> {
        if let Expr::InSubquery { expr, subquery, .. } = expr
            && let Err(error) = check_in(expr, subquery)
        {
            return ControlFlow::Break(error);
        }
        if let Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner) = expr
            && matches!(**inner, Expr::InSubquery { .. })
        {
            return ControlFlow::Break(errors::syntax("Syntax error at or near 'IS'."));
        }
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        match check_call(function) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

fn check_in(value: &Expr, subquery: &Query) -> Result<()> {
    let values = match value {
        Expr::Tuple(values) => values.len(),
        _ => 1,
    };
    let is_call = match &*subquery.body {
        SetExpr::Values(values) => {
            let first = values.rows.first().map(|row| row.opening_token.0.span);
            first.is_some_and(|span| span != Span::empty())
        }
        _ => false,
    };
    if is_call || is_list(subquery) {
        return Err(errors::unsupported("a subquery behind IN that is a list for Spark"));
    }
    match query_forms::width(&subquery.body) {
        Some(width) if width != values => Err(subqueries::wrong_width(values, width)),
        _ => Ok(()),
    }
}

/// Whether `IN (SELECT 'a')` is a list for Spark, with SELECT as a name in its first item.
fn is_list(query: &Query) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    let is_bare = select.from.is_empty()
        && select.selection.is_none()
        && query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none();
    let all_unnamed =
        select.projection.iter().all(|item| matches!(item, SelectItem::UnnamedExpr(_)));
    let Some(SelectItem::UnnamedExpr(first)) = select.projection.first() else { return false };
    is_bare && all_unnamed && continues_name(first)
}

/// Whether the expression goes on with a name before it: `name 'a'`, `name - 1` or `name (a)`.
fn continues_name(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryOp { left, .. } => continues_name(left),
        Expr::UnaryOp { op, .. } => matches!(op, UnaryOperator::Minus | UnaryOperator::Plus),
        Expr::Nested(_) | Expr::Tuple(_) | Expr::Subquery(_) => true,
        Expr::Value(value) => {
            matches!(value.value, Value::SingleQuotedString(_) | Value::DoubleQuotedString(_))
        }
        _ => false,
    }
}

fn check_query(query: &Query) -> Result<()> {
    if let Some(LimitClause::LimitOffset { limit: Some(Expr::Value(limit)), .. }) =
        &query.limit_clause
        && matches!(limit.value, Value::Null | Value::SingleQuotedString(_))
    {
        let message = "The limit like expression is invalid: it must be an integer.";
        let class = "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE";
        return Err(SqlError::new(class, "42K0E", message));
    }
    if let SetExpr::Select(select) = &*query.body {
        let partitions = !select.sort_by.is_empty()
            || !select.distribute_by.is_empty()
            || !select.cluster_by.is_empty();
        if partitions && query.order_by.is_some() {
            return Err(errors::syntax("ORDER BY beside SORT, DISTRIBUTE or CLUSTER BY."));
        }
        let mut joins = select.from.iter().flat_map(|table| &table.joins);
        let star = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_));
        if select.projection.iter().any(star) && joins.any(shares_columns) {
            return Err(errors::unsupported("`*` over several joins, or a NATURAL JOIN"));
        }
    }
    check_body(&query.body)
}

/// Whether a join has some columns of both its sides once.
pub(super) fn shares_columns(join: &Join) -> bool {
    let constraint = match &join.join_operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::CrossJoin(constraint) => constraint,
        _ => return false,
    };
    matches!(constraint, JoinConstraint::Using(_) | JoinConstraint::Natural)
}

fn check_body(body: &SetExpr) -> Result<()> {
    match body {
        SetExpr::Values(values) => check_values(values),
        SetExpr::SetOperation { op, set_quantifier, left, right } => {
            if *op != SetOperator::Union && *set_quantifier == SetQuantifier::AllByName {
                return Err(errors::unsupported(format!("{op} ALL BY NAME")));
            }
            check_body(left)?;
            check_body(right)
        }
        _ => Ok(()),
    }
}

/// Literals of a column of VALUES are of one kind.
fn check_values(values: &Values) -> Result<()> {
    let kind = |expr: &Expr| match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(..) => Some("a number"),
            Value::SingleQuotedString(_) => Some("a text"),
            Value::Boolean(_) => Some("a boolean"),
            _ => None,
        },
        _ => None,
    };
    let width = values.rows.first().map_or(0, |row| row.len());
    for at in 0..width {
        let mut kinds = values.rows.iter().filter_map(|row| row.get(at).and_then(kind));
        let first = kinds.next();
        if kinds.any(|other| Some(other) != first) {
            let message = "Found incompatible types in a column of an inline table.";
            let class = "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE";
            return Err(SqlError::new(class, "42000", message));
        }
    }
    Ok(())
}

/// The arguments, if all are plain.
fn arguments(function: &mut Function) -> Option<Vec<&mut Expr>> {
    let FunctionArguments::List(list) = &mut function.args else { return None };
    list.args
        .iter_mut()
        .map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        })
        .collect()
}

fn check_call(function: &mut Function) -> Result<()> {
    let name = function.name.to_string().to_lowercase();
    if name == "count"
        && let FunctionArguments::List(list) = &function.args
        && list.args.iter().any(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(_)) => true,
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => list.duplicate_treatment.is_some(),
            _ => false,
        })
    {
        return Err(errors::unsupported("count of all columns"));
    }
    if let Some(WindowType::WindowSpec(window)) = &mut function.over
        && let Some(known) = &window.window_name
    {
        if !(window.partition_by.is_empty()
            && window.order_by.is_empty()
            && window.window_frame.is_none())
        {
            return Err(errors::unsupported("a window that extends a named one"));
        }
        function.over = Some(WindowType::NamedWindow(known.clone()));
    }
    let sorts = name == "array_sort";
    let Some(arguments) = arguments(function) else { return Ok(()) };
    let count = arguments.len();
    if matches!(name.as_str(), "map" | "named_struct") && count % 2 == 1 {
        return Err(errors::wrong_argument_count(&name, count));
    }
    if name == "named_struct" {
        for key in arguments.iter().step_by(2) {
            let is_text = matches!(key, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)));
            let is_literal = matches!(key, Expr::Value(_));
            if !is_text && is_literal {
                let message =
                    "Only foldable STRING expressions are allowed to appear at odd position.";
                let class = "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING";
                return Err(SqlError::new(class, "42K09", message));
            }
            if !is_text {
                return Err(errors::unsupported("named_struct with computed names"));
            }
        }
    }
    if name == "shuffle" {
        return Err(errors::unsupported("shuffle"));
    }
    let known = if sorts { "dbsql_sort_by" } else { &name };
    let Some((_, kind)) = ALL.iter().find(|(found, _)| *found == known) else {
        return Ok(());
    };
    if sorts && count == 1 {
        return Ok(());
    }
    let (values, lambdas) = (kind.values(), kind.lambdas());
    if count <= values || count > values + lambdas.len() {
        return Err(errors::wrong_argument_count(&name, count));
    }
    for (at, argument) in arguments.into_iter().enumerate() {
        let Some((least, most)) = at.checked_sub(values).and_then(|at| lambdas.get(at)) else {
            continue;
        };
        let Expr::Lambda(lambda) = argument else {
            return Err(errors::unsupported(format!("{name} without a lambda")));
        };
        let given = lambda.params.iter().count();
        if !(*least..=*most).contains(&given) {
            let message = format!(
                "A higher order function expects {least} arguments, but got {given}: `{name}`."
            );
            let class = "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH";
            return Err(SqlError::new(class, "42K0D", message));
        }
        let mut names: Vec<_> = parameters(lambda);
        resolve_members(&mut lambda.body, &names);
        names.sort();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            let message = "The lambda function has duplicate arguments.";
            let class = "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES";
            return Err(SqlError::new(class, "42K0D", message));
        }
    }
    if sorts {
        function.name = ObjectName::from(vec![Ident::new("dbsql_sort_by")]);
    }
    Ok(())
}

/// The names of the parameters, in lower case.
pub(super) fn parameters(lambda: &LambdaFunction) -> Vec<String> {
    lambda.params.iter().map(|parameter| parameter.name.value.to_lowercase()).collect()
}

fn resolve_members(body: &mut Expr, names: &[String]) {
    let _: ControlFlow<()> = body.visit(&mut Members(names));
}

struct Members<'a>(&'a [String]);

impl VisitorMut for Members<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expr
            && self.0.contains(&parts[0].value.to_lowercase())
        {
            let dot = |part: &Ident| {
                AccessExpr::Dot(Expr::Value(Value::SingleQuotedString(part.value.clone()).into()))
            };
            *expr = Expr::CompoundFieldAccess {
                root: Box::new(Expr::Identifier(parts[0].clone())),
                access_chain: parts[1..].iter().map(dot).collect(),
            };
        }
        ControlFlow::Continue(())
    }
}

/// A lambda as it is named in a column name: all its parameters have one name.
pub(super) fn unnamed(lambda: &LambdaFunction) -> (Expr, usize) {
    let names = parameters(lambda);
    let mut body = lambda.body.as_ref().clone();
    let _: ControlFlow<()> = body.visit(&mut Unnamed(&names));
    (body, names.len())
}

struct Unnamed<'a>(&'a [String]);

impl VisitorMut for Unnamed<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(name) = expr
            && self.0.contains(&name.value.to_lowercase())
        {
            *expr = call("namedlambdavariable", Vec::new());
        }
        ControlFlow::Continue(())
    }
}
