//! SQL that DataFusion would ignore silently or interpret differently, and that is rejected
//! instead.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Distinct, DuplicateTreatment, Expr, Function, FunctionArguments, GroupByExpr,
    GroupByWithModifier, Ident, Join, LateralView, NullTreatment, OrderByKind, Query, Select,
    SelectFlavor, SelectItem, SetExpr, Statement, TableFactor, TableSampleKind, UnaryOperator,
    Value, Visit as _, Visitor, WindowType, visit_expressions,
};

use dbsql_local::engine::SqlError;

use super::errors::{self, Result};
use super::functions::{Support, is_aggregate, support};
use super::names::CASTS;
use super::parameters::is_null;
use super::{
    ambiguous_names, groups, limits, qualifiers, query_forms, sorting, time_syntax, typed_literals,
    using_joins, windows,
};

pub(super) fn check(statement: &Statement) -> Result<()> {
    match statement.visit(&mut Refusals) {
        ControlFlow::Continue(()) => {}
        ControlFlow::Break(what) => return Err(errors::unsupported(what)),
    }
    let mut depth = Depth::default();
    let _: ControlFlow<()> = statement.visit(&mut depth);
    if depth.most > MAX_SUBQUERIES {
        return Err(errors::too_complex());
    }
    match statement.visit(&mut Errors) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// How deep subqueries may be nested in expressions: DataFusion looks at each twice as often as at the
/// one around it.
const MAX_SUBQUERIES: usize = 10;

/// How deep subqueries are nested in expressions.
#[derive(Default)]
struct Depth {
    now: usize,
    most: usize,
}

impl Visitor for Depth {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.now += usize::from(is_query(expr));
        self.most = self.most.max(self.now);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.now -= usize::from(is_query(expr));
        ControlFlow::Continue(())
    }
}

fn is_query(expr: &Expr) -> bool {
    matches!(expr, Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. })
}

/// Finds what has an error of its own, as it is written.
struct Errors;

impl Visitor for Errors {
    type Break = SqlError;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<SqlError> {
        let any_window = visit_expressions(&query.order_by, |expr| match expr {
            Expr::Function(function) if function.over.is_some() => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        if any_window.is_break() {
            let message = "The query operator `Sort` contains one or more unsupported expression \
                           types WindowExpression.";
            let class = "UNSUPPORTED_EXPR_FOR_OPERATOR";
            return ControlFlow::Break(SqlError::new(class, "0A000", message));
        }
        if let Some(error) = sorting::error(query) {
            return ControlFlow::Break(error);
        }
        if let Some(OrderByKind::Expressions(keys)) =
            query.order_by.as_ref().map(|order| &order.kind)
            && keys.iter().any(|key| is_negative(&key.expr))
        {
            let message = "A position in ORDER BY must be between 1 and the number of columns.";
            return ControlFlow::Break(SqlError::new(
                "ORDER_BY_POS_OUT_OF_RANGE",
                "42805",
                message,
            ));
        }
        if let Some(error) = limits::error(query) {
            return ControlFlow::Break(error);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<SqlError> {
        let joins = || select.from.iter().flat_map(|table| &table.joins);
        if let Some(name) = select.lateral_views.iter().find_map(unknown_generator) {
            let message = format!("The routine {name} cannot be found.");
            return ControlFlow::Break(SqlError::new("ROUTINE_NOT_FOUND", "42883", message));
        }
        if let Some(name) = qualifiers::schema_of_alias(select) {
            return ControlFlow::Break(errors::unresolved_column(&name, &[]));
        }
        if joins().any(is_other_lateral) {
            let message = "A LATERAL subquery can be joined by INNER, CROSS and LEFT JOIN only.";
            let class = "INVALID_LATERAL_JOIN_TYPE";
            return ControlFlow::Break(SqlError::new(class, "42613", message));
        }
        if joins().any(using_joins::is_natural_filter) {
            let what = "NATURAL of a SEMI or ANTI JOIN";
            return ControlFlow::Break(errors::unsupported(what));
        }
        if let Some(error) = groups::error(select) {
            return ControlFlow::Break(error);
        }
        if let Some(text) = text_as_name(select) {
            let message = format!("Syntax error at or near '{text}': a text is not a name.");
            return ControlFlow::Break(errors::syntax(message));
        }
        if select.projection.iter().any(is_named_by_type) {
            let what = "this name of a column, which depends on types (give it an alias)";
            return ControlFlow::Break(errors::unsupported(what));
        }
        match ambiguous_names::find(select) {
            Some(name) => {
                let message = format!("Reference `{name}` is ambiguous.");
                ControlFlow::Break(SqlError::new("AMBIGUOUS_REFERENCE", "42704", message))
            }
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<SqlError> {
        if matches!(expr, Expr::AnyOp { .. } | Expr::AllOp { .. }) {
            let message = "Syntax error at or near a comparison with ANY or ALL.";
            return ControlFlow::Break(errors::syntax(message));
        }
        if let Expr::Case { operand: None, conditions, .. } = expr
            && conditions.iter().any(|part| is_null(&part.condition))
        {
            let message = "The condition of a CASE must be a BOOLEAN.";
            let class = "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE";
            return ControlFlow::Break(SqlError::new(class, "42K09", message));
        }
        if let Expr::IsNull(inner) | Expr::IsNotNull(inner) = expr
            && is_predicate(inner)
        {
            return ControlFlow::Break(errors::syntax("Syntax error at or near 'IS'."));
        }
        if let Expr::Identifier(name) = expr
            && name.value.eq_ignore_ascii_case("grouping__id")
        {
            return ControlFlow::Break(errors::unsupported("the column grouping__id"));
        }
        if let Expr::Cast { expr: value, data_type, .. } = expr
            && let Expr::Value(value) = &**value
            && let Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) = &value.value
            && typed_literals::is_special(text, data_type)
        {
            let what = format!("the time {text} in a cast");
            return ControlFlow::Break(errors::unsupported(what));
        }
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        if let Some(error) = time_syntax::unit_error(function) {
            return ControlFlow::Break(error);
        }
        if function.filter.as_deref().is_some_and(is_null) {
            let message = "The condition of a FILTER must be a BOOLEAN.";
            let class = "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN";
            return ControlFlow::Break(SqlError::new(class, "42903", message));
        }
        let Some(name) = function.name.0.last().and_then(|part| part.as_ident()) else {
            return ControlFlow::Continue(());
        };
        let lower = name.value.to_lowercase();
        match support(&lower) {
            Support::Supported if CASTS.contains(&&*lower) && count(function) != 1 => {
                ControlFlow::Break(errors::wrong_argument_count(&lower, count(function)))
            }
            Support::Supported
                if lower == "count"
                    && matches!(&function.args, FunctionArguments::List(list) if list.args.is_empty()) =>
            {
                ControlFlow::Break(errors::wrong_argument_count(&lower, 0))
            }
            Support::Supported
                if matches!(&*lower, "div" | "nth_value") && count(function) != 2 =>
            {
                ControlFlow::Break(errors::wrong_argument_count(&lower, count(function)))
            }
            Support::Supported if let Some(syntax) = unsupported_syntax(function, &lower) => {
                let message = format!("The function {lower} does not support {syntax}.");
                let class = "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX";
                ControlFlow::Break(SqlError::new(class, "42000", message))
            }
            Support::Supported if function.over.is_some() && !is_for_windows(&lower) => {
                let message = format!("The function {lower} cannot be used in a window.");
                let class = "UNSUPPORTED_EXPR_FOR_WINDOW";
                ControlFlow::Break(SqlError::new(class, "42P20", message))
            }
            Support::Supported if let Some(error) = windows::error(function, &lower) => {
                ControlFlow::Break(error)
            }
            Support::Supported if function.over.is_none() && WINDOW.contains(&&*lower) => {
                let message = format!("The window function {lower} needs an OVER clause.");
                let class = "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE";
                ControlFlow::Break(SqlError::new(class, "42601", message))
            }
            Support::Supported if WINDOW.contains(&&*lower) && !is_sorted(function) => {
                let message = format!("The window function {lower} needs a window with ORDER BY.");
                let class = "WINDOW_FUNCTION_AND_FRAME_MISMATCH";
                ControlFlow::Break(SqlError::new(class, "42K0E", message))
            }
            Support::Supported => ControlFlow::Continue(()),
            Support::Missing => {
                let what = format!("the function {lower}");
                ControlFlow::Break(errors::unsupported(what))
            }
            Support::Unknown if matches!(&*lower, "rollup" | "cube") => {
                ControlFlow::Break(errors::unsupported("ROLLUP and CUBE in GROUPING SETS"))
            }
            Support::Unknown => ControlFlow::Break(errors::unknown_function(&name.value)),
        }
    }
}

/// A text that stands where a name may: behind a column or a table.
fn text_as_name(select: &Select) -> Option<&str> {
    let columns = select.projection.iter().filter_map(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias),
        _ => None,
    });
    let relations = select.from.iter().flat_map(|table| {
        std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
    });
    let tables = relations.filter_map(|relation| match relation {
        TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. } => {
            alias.as_ref().map(|alias| &alias.name)
        }
        _ => None,
    });
    let mut names = columns.chain(tables);
    names.find(|name| matches!(name.quote_style, Some('\'' | '"'))).map(|name| &*name.value)
}

/// Whether Spark's name of the column depends on types: for a field of the structs of an array, the
/// names of members and variables appear as the analyzer has them by then.
fn is_named_by_type(item: &SelectItem) -> bool {
    let SelectItem::UnnamedExpr(expr) = item else { return false };
    let is_changed = |function: &Function| {
        matches!(&*function.name.to_string().to_lowercase(), "struct" | "arrays_zip")
    };
    visit_expressions(expr, |expr| {
        if let Expr::Lambda(lambda) = expr
            && matches!(*lambda.body, Expr::Tuple(_))
        {
            return ControlFlow::Break(());
        }
        let Expr::CompoundFieldAccess { root, access_chain } = expr else {
            return ControlFlow::Continue(());
        };
        let (Some(AccessExpr::Dot(_)), Expr::Function(function)) = (access_chain.first(), &**root)
        else {
            return ControlFlow::Continue(());
        };
        let name = function.name.to_string().to_lowercase();
        let has_changed = visit_expressions(&function.args, |expr| match expr {
            Expr::Lambda(_) | Expr::Struct { .. } => ControlFlow::Break(()),
            Expr::Function(function) if is_changed(function) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        let is_array = COMPUTED_ARRAYS.contains(&&*name) && has_changed.is_break();
        match is_array || matches!(&*name, "arrays_zip" | "map" | "collect_list" | "collect_set") {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })
    .is_break()
}

/// Functions whose result is an array of the values that they are given.
const COMPUTED_ARRAYS: &[&str] = &[
    "array",
    "array_append",
    "array_compact",
    "array_distinct",
    "array_except",
    "array_insert",
    "array_intersect",
    "array_prepend",
    "array_remove",
    "array_repeat",
    "array_sort",
    "array_union",
    "concat",
    "filter",
    "flatten",
    "reverse",
    "shuffle",
    "slice",
    "sort_array",
    "transform",
    "zip_with",
];

/// A predicate that another one cannot follow without parentheses.
fn is_predicate(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::InList { .. }
            | Expr::InSubquery { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
    )
}

/// The function of a LATERAL VIEW, if there is none of that name.
fn unknown_generator(view: &LateralView) -> Option<String> {
    let Expr::Function(function) = &view.lateral_view else { return None };
    let name = function.name.to_string().to_lowercase();
    matches!(support(&name), Support::Unknown).then_some(name)
}

/// Functions of windows alone.
const WINDOW: &[&str] = &[
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "nth_value",
];

/// Functions with IGNORE NULLS.
const IGNORES_NULLS: &[&str] =
    &["any_value", "first", "first_value", "lag", "last", "last_value", "lead", "nth_value"];

/// Whether the window has an order; a named one may have.
fn is_sorted(function: &Function) -> bool {
    match &function.over {
        Some(WindowType::WindowSpec(window)) => {
            !window.order_by.is_empty() || window.window_name.is_some()
        }
        _ => true,
    }
}

fn is_for_windows(name: &str) -> bool {
    WINDOW.contains(&name)
        || is_aggregate(name)
        || matches!(name, "first_value" | "last_value" | "array_agg" | "mean" | "some" | "any")
}

/// What may be written in a call of other functions only.
fn unsupported_syntax(function: &Function, name: &str) -> Option<&'static str> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let ignores = function.null_treatment == Some(NullTreatment::IgnoreNulls);
    if ignores && !IGNORES_NULLS.contains(&name) {
        return Some("IGNORE NULLS");
    }
    if WINDOW.contains(&name) || is_for_windows(name) {
        return None;
    }
    if list.duplicate_treatment == Some(DuplicateTreatment::Distinct) {
        return Some("DISTINCT");
    }
    function.filter.is_some().then_some("a FILTER clause")
}

/// An integer with a sign.
fn is_negative(expr: &Expr) -> bool {
    let is_integer = |expr: &Expr| match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.bytes().all(|digit| digit.is_ascii_digit()),
            _ => false,
        },
        _ => false,
    };
    matches!(expr, Expr::UnaryOp { op: UnaryOperator::Minus, expr } if is_integer(expr))
}

/// A join of a LATERAL subquery that keeps rows of the right side, or none of its columns.
fn is_other_lateral(join: &Join) -> bool {
    matches!(join.relation, TableFactor::Derived { lateral: true, .. })
        && (using_joins::is_right(&join.join_operator)
            || using_joins::is_full(&join.join_operator)
            || using_joins::is_filter(&join.join_operator))
}

fn count(function: &Function) -> usize {
    match &function.args {
        FunctionArguments::List(list) => list.args.len(),
        _ => 0,
    }
}

struct Refusals;

impl Visitor for Refusals {
    type Break = String;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
        refuse(!query.locks.is_empty(), "FOR UPDATE and FOR SHARE")?;
        refuse(query.for_clause.is_some(), "FOR clauses")?;
        refuse(query.settings.is_some() || query.format_clause.is_some(), "SETTINGS and FORMAT")?;
        if let (SetExpr::Select(select), Some(order)) = (&*query.body, &query.order_by)
            && matches!(order.kind, OrderByKind::All(_))
        {
            let joined = select.from.len() > 1 || select.from.iter().any(|t| !t.joins.is_empty());
            let has_star = select.projection.iter().any(is_star);
            refuse(joined && has_star, "ORDER BY ALL of `*` over several tables")?;
        }
        match &*query.body {
            SetExpr::Select(select) => check_select(select),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
        match factor {
            TableFactor::Table { version, sample, with_hints, .. } => {
                refuse(
                    version.is_some(),
                    "earlier versions of a table (VERSION and TIMESTAMP AS OF)",
                )?;
                refuse_sample(sample.as_ref())?;
                refuse(!with_hints.is_empty(), "hints of tables")
            }
            TableFactor::Derived { sample, lateral, subquery, .. } => {
                refuse_sample(sample.as_ref())?;
                let has_star = match &*subquery.body {
                    SetExpr::Select(select) => select.projection.iter().any(is_star),
                    _ => false,
                };
                refuse(*lateral && has_star, "`*` in a LATERAL subquery")
            }
            TableFactor::Unpivot { columns, .. } => {
                let is_text = |alias: &Ident| alias.quote_style == Some('\'');
                let mut aliases = columns.iter().filter_map(|column| column.alias.as_ref());
                refuse(aliases.any(is_text), "a text as a name")
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

fn is_star(item: &SelectItem) -> bool {
    matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
}

fn refuse_sample(sample: Option<&TableSampleKind>) -> ControlFlow<String> {
    let refused = sample.is_some_and(|sample| !query_forms::is_whole(sample));
    refuse(refused, "TABLESAMPLE of less than 100 PERCENT")
}

fn check_select(select: &Select) -> ControlFlow<String> {
    let is_refused = match &select.group_by {
        GroupByExpr::All(modifiers) => !modifiers.is_empty(),
        GroupByExpr::Expressions(_, modifiers) => !matches!(
            &modifiers[..],
            [] | [GroupByWithModifier::Rollup | GroupByWithModifier::Cube]
        ),
    };
    refuse(is_refused, "GROUP BY .. WITH (write GROUP BY ROLLUP(..) or CUBE(..))")?;
    refuse(has_other_spelling(select), "columns of GROUP BY in another spelling")?;
    refuse(select.top.is_some(), "TOP")?;
    refuse(windows::is_unclear(select), "a window by the name of another, or in another spelling")?;
    refuse(
        !select.cluster_by.is_empty()
            && (!select.sort_by.is_empty() || !select.distribute_by.is_empty()),
        "CLUSTER BY beside SORT BY or DISTRIBUTE BY",
    )?;
    refuse(
        using_joins::is_unclear(select),
        "RIGHT and FULL joins by NATURAL, or by USING among others",
    )?;
    refuse(matches!(select.distinct, Some(Distinct::On(_))), "DISTINCT ON")?;
    refuse(select.flavor == SelectFlavor::FromFirstNoSelect, "FROM without SELECT")?;
    let nothing = |expr: &Expr| matches!(expr, Expr::Tuple(values) if values.is_empty());
    let is_empty = match &select.group_by {
        GroupByExpr::Expressions(keys, _) => keys.iter().any(nothing),
        GroupByExpr::All(_) => false,
    };
    refuse(is_empty, "GROUP BY ()")?;
    refuse(select.prewhere.is_some(), "PREWHERE")?;
    refuse(!select.connect_by.is_empty(), "CONNECT BY")?;
    // Of grouped rows only the columns of the result can be meant.
    let is_output = |expr: &Expr| match expr {
        Expr::Identifier(name) => select.projection.iter().any(|item| match item {
            SelectItem::UnnamedExpr(Expr::Identifier(own))
            | SelectItem::ExprWithAlias { alias: own, .. } => {
                own.value.eq_ignore_ascii_case(&name.value)
            }
            _ => false,
        }),
        _ => false,
    };
    let groups = groups::any_aggregate(&select.projection);
    let others = !select.distribute_by.iter().all(is_output);
    refuse(groups && others, "DISTRIBUTE BY of what is no column of grouped rows")
}

/// Whether a column of several groupings is selected in another spelling: the name of the column of
/// the result would be that of GROUP BY.
fn has_other_spelling(select: &Select) -> bool {
    let GroupByExpr::Expressions(exprs, modifiers) = &select.group_by else { return false };
    let mut groups: Vec<&Expr> = Vec::new();
    for expr in exprs {
        match expr {
            Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => {
                groups.extend(sets.iter().flatten());
            }
            other if !modifiers.is_empty() => groups.push(other),
            _ => {}
        }
    }
    select.projection.iter().any(|item| match item {
        SelectItem::UnnamedExpr(Expr::Identifier(own)) => groups.iter().any(|group| match group {
            Expr::Identifier(name) => {
                name.value != own.value && name.value.eq_ignore_ascii_case(&own.value)
            }
            _ => false,
        }),
        _ => false,
    })
}

fn refuse(found: bool, what: &str) -> ControlFlow<String> {
    if found { ControlFlow::Break(what.to_owned()) } else { ControlFlow::Continue(()) }
}
