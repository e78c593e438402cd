//! Rewrites a tree of Databricks SQL so that it has the same meaning in DataFusion.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType as SqlType, DuplicateTreatment, ExactNumberInfo, Expr,
    Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident, Join,
    JoinConstraint, JoinOperator, LimitClause, NullTreatment, ObjectName, OrderBy, OrderByExpr,
    OrderByKind, OrderByOptions, Query, Select, SetExpr, TableAlias, TableAliasColumnDef,
    TableFactor, TimezoneInfo, UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut,
    WindowFrame, WindowFrameBound, WindowType,
};

use super::functions::{COALESCE, COMMON, IN_STRUCTS, struct_with, zip_with_names};
use super::generators::quoted_call;
use super::numbers::decimal_of;
use super::parameters::{call, cast_of, is_null};
use super::{groups, qualifiers, query_forms, shorthand, subqueries, using_joins, windows};

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

/// Window functions that count rows.
const RANKS: &[&str] = &["row_number", "rank", "dense_rank", "ntile"];

/// Converts double-quoted text to strings and bare functions to calls, before expressions get their
/// names.
pub(super) fn normalize(tree: &mut impl VisitMut) {
    let _: ControlFlow<()> = tree.visit(&mut Normalizer::default());
}

/// Gives literals and operators their types and meanings.
pub(super) fn rewrite(tree: &mut impl VisitMut) {
    subqueries::place(tree);
    let _: ControlFlow<()> = tree.visit(&mut Rewriter);
}

#[derive(Default)]
struct Normalizer {
    /// How many subqueries in FROM have no name.
    unnamed: usize,
}

impl VisitorMut for Normalizer {
    type Break = ();

    fn post_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::DoubleQuotedString(text) = &mut value.value {
            value.value = Value::SingleQuotedString(std::mem::take(text));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && let FunctionArguments::List(list) = &mut function.args
        {
            // What is usual anyway.
            if list.duplicate_treatment == Some(DuplicateTreatment::All) {
                list.duplicate_treatment = None;
            }
            if function.name.to_string().eq_ignore_ascii_case("div")
                && let Some(division) = shorthand::division(function)
            {
                *expr = division;
            }
        }
        ControlFlow::Continue(())
    }

    /// `LEFT JOIN` without a condition joins each with each.
    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        // A comma joins as any other join does, one after the other.
        if select.from.iter().skip(1).any(|table| !table.joins.is_empty()) {
            let mut tables = std::mem::take(&mut select.from).into_iter();
            if let Some(mut first) = tables.next() {
                for table in tables {
                    let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
                    let relation = table.relation;
                    first.joins.push(Join { relation, global: false, join_operator });
                    first.joins.extend(table.joins);
                }
                select.from.push(first);
            }
        }
        for join in select.from.iter_mut().flat_map(|table| &mut table.joins) {
            if let JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Right(constraint)
            | JoinOperator::RightOuter(constraint)
            | JoinOperator::FullOuter(constraint)
            | JoinOperator::Semi(constraint)
            | JoinOperator::LeftSemi(constraint)
            | JoinOperator::Anti(constraint)
            | JoinOperator::LeftAnti(constraint) = &mut join.join_operator
                && matches!(constraint, JoinConstraint::None)
            {
                *constraint = JoinConstraint::On(Expr::Value(Value::Boolean(true).into()));
            }
        }
        for join in select.from.iter_mut().flat_map(|table| &mut table.joins) {
            // The left side is meant.
            let operator = match &join.join_operator {
                JoinOperator::Semi(constraint) => JoinOperator::LeftSemi(constraint.clone()),
                JoinOperator::Anti(constraint) => JoinOperator::LeftAnti(constraint.clone()),
                _ => continue,
            };
            join.join_operator = operator;
        }
        using_joins::expand(select);
        super::time_syntax::inline_windows(select);
        qualifiers::complete_stars(select);
        groups::place(select);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        query_forms::query(query);
        ControlFlow::Continue(())
    }

    /// `VALUES` without column names: Spark calls them `col1`, `col2`.
    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { sample, .. } | TableFactor::Derived { sample, .. } = factor
            && sample.as_ref().is_some_and(query_forms::is_whole)
        {
            *sample = None;
        }
        let TableFactor::Derived { subquery, alias, .. } = factor else {
            return ControlFlow::Continue(());
        };
        let SetExpr::Values(values) = &*subquery.body else {
            // Joins with USING need names.
            if alias.is_none() {
                self.unnamed += 1;
                let name = format!("__auto_generated_subquery_name_{}", self.unnamed);
                let name = Ident::with_quote('`', name);
                *alias = Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
            }
            return ControlFlow::Continue(());
        };
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

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Derived { lateral: false, subquery, .. } = factor {
            query_forms::keep_order(subquery);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(other) = super::time_syntax::rewritten(expr) {
            *expr = other;
            return ControlFlow::Continue(());
        }
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
                } else if is_null(inner) {
                    *expr = cast_of((**inner).clone(), SqlType::Double(ExactNumberInfo::None));
                } else if !is_literal(inner) {
                    *expr = call("negative", vec![(**inner).clone()]);
                }
            }
            Expr::UnaryOp { op: UnaryOperator::Plus, expr: inner } => {
                *expr = call("positive", vec![(**inner).clone()]);
            }
            Expr::IsNotDistinctFrom(left, right) => {
                *expr = shorthand::same(left.clone(), right.clone());
            }
            Expr::IsDistinctFrom(left, right) => {
                let same = Box::new(shorthand::same(left.clone(), right.clone()));
                *expr = Expr::UnaryOp { op: UnaryOperator::Not, expr: same };
            }
            Expr::UnaryOp { op, .. } if *op == UnaryOperator::BangNot => *op = UnaryOperator::Not,
            Expr::Function(function) => {
                let other = shorthand::function(function)
                    .or_else(|| with_members(function))
                    .or_else(|| other_form(function));
                match other {
                    Some(other) => {
                        *expr = other;
                        with_common_type(expr);
                    }
                    None => {
                        self::function(function);
                        // Their numbers are INT.
                        let name = function.name.to_string().to_lowercase();
                        if function.over.is_some() && RANKS.contains(&name.as_str()) {
                            *expr = cast_of(expr.clone(), SqlType::Int(None));
                        }
                    }
                }
            }
            Expr::Case { .. } => with_common_type(expr),
            Expr::Struct { values, fields } if fields.is_empty() => {
                *expr = struct_of(std::mem::take(values));
            }
            Expr::Tuple(values) => *expr = struct_of(std::mem::take(values)),
            Expr::InList { expr: value, list, negated } if is_struct(value) => {
                let arguments = [(**value).clone()].into_iter().chain(std::mem::take(list));
                let found = call(IN_STRUCTS, arguments.collect());
                *expr = match negated {
                    true => Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(found) },
                    false => found,
                };
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                members_as_text(root, access_chain);
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
        groups::resolve_having(select);
        groups::unify(select);
        if let GroupByExpr::Expressions(exprs, modifiers) = &mut select.group_by {
            exprs.iter_mut().for_each(bare);
            let sets = |expr: &Expr| {
                matches!(expr, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_))
            };
            if !modifiers.is_empty() || exprs.iter().any(sets) {
                and_count(select, BinaryOperator::Gt);
            } else if exprs.is_empty()
                && select.having.is_some()
                && !groups::any_aggregate(&select.projection)
                && !groups::any_aggregate(&select.having)
            {
                // All rows are one group.
                and_count(select, BinaryOperator::GtEq);
            }
        }
        select.sort_by.iter_mut().for_each(|sort| bare(&mut sort.expr));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            query_forms::keep_order(&mut cte.query);
        }
        if let SetExpr::Select(select) = &mut *query.body {
            let clustered = std::mem::take(&mut select.cluster_by).into_iter();
            let sorted = clustered.map(|expr| OrderByExpr {
                expr,
                options: OrderByOptions { asc: None, nulls_first: None },
                with_fill: None,
            });
            let mut sorted: Vec<_> =
                std::mem::take(&mut select.sort_by).into_iter().chain(sorted).collect();
            // There is one partition. That its rows come in this order does no harm, and the
            // columns are looked for.
            let distributed = std::mem::take(&mut select.distribute_by);
            if sorted.is_empty() {
                sorted.extend(distributed.into_iter().map(|expr| OrderByExpr {
                    expr,
                    options: OrderByOptions { asc: None, nulls_first: None },
                    with_fill: None,
                }));
            }
            if !sorted.is_empty() && query.order_by.is_none() {
                let kind = OrderByKind::Expressions(sorted);
                query.order_by = Some(OrderBy { kind, interpolate: None });
            }
        }
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
    Some(cast_of(text(digits), decimal_of(digits)))
}

/// The smallest integers: without their sign they need a wider type.
fn smallest(positive: &Expr) -> Option<Expr> {
    let of = |text: &str, data_type| {
        let text = Value::SingleQuotedString(text.to_owned());
        Some(cast_of(Expr::Value(text.into()), data_type))
    };
    let (value, data_type) = match positive {
        Expr::Value(value) => (&value.value, None),
        Expr::TypedString(typed) => (&typed.value.value, Some(&typed.data_type)),
        Expr::Cast { expr, data_type, .. } => match &**expr {
            Expr::Value(value) => (&value.value, Some(data_type)),
            _ => return None,
        },
        _ => return None,
    };
    match (value, data_type) {
        (Value::Number(digits, false), None) if digits == "2147483648" => {
            of("-2147483648", SqlType::Int(None))
        }
        (Value::SingleQuotedString(digits), Some(SqlType::TinyInt(None))) if digits == "128" => {
            of("-128", SqlType::TinyInt(None))
        }
        (Value::SingleQuotedString(digits), Some(SqlType::SmallInt(None))) if digits == "32768" => {
            of("-32768", SqlType::SmallInt(None))
        }
        (Value::SingleQuotedString(digits), Some(_)) if digits == "9223372036854775808" => {
            of("-9223372036854775808", SqlType::BigInt(None))
        }
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

/// Gives the first value of a CASE the type that all of them have in common.
fn with_common_type(expr: &mut Expr) {
    let Expr::Case { conditions, else_result, .. } = expr else { return };
    let is_null = |expr: &Expr| match expr {
        Expr::Value(value) => matches!(value.value, Value::Null),
        _ => false,
    };
    let values = conditions.iter().map(|part| &part.result).chain(else_result.as_deref());
    let values: Vec<_> = values.filter(|value| !is_null(value)).map(for_type).collect();
    let text = |value: &Expr| match value {
        Expr::Value(value) => matches!(value.value, Value::SingleQuotedString(_)),
        _ => false,
    };
    let int = |value: &Expr| matches!(value, Expr::Cast { data_type: SqlType::Int(_), .. });
    if values.len() < 2 || values.iter().all(text) || values.iter().all(int) {
        return;
    }
    let parts = conditions.iter_mut().map(|part| &mut part.result);
    let mut first = parts.chain(else_result.as_deref_mut()).filter(|value| !is_null(value));
    if let Some(first) = first.next() {
        let others = values.into_iter().skip(1);
        *first = call(COMMON, std::iter::once(first.clone()).chain(others).collect());
    }
}

/// An expression with the type of a value. A CASE in it is replaced by its first value, which has the
/// type of all: with copies of the whole, CASE in CASE would double for each level.
fn for_type(value: &Expr) -> Expr {
    struct FirstValues;

    impl VisitorMut for FirstValues {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            while let Expr::Case { conditions, else_result, .. } = expr {
                let mut values =
                    conditions.iter().map(|part| &part.result).chain(else_result.as_deref());
                let is_null = |value: &&Expr| match value {
                    Expr::Value(value) => matches!(value.value, Value::Null),
                    _ => false,
                };
                let first = values.find(|value| !is_null(value)).cloned();
                *expr = first.unwrap_or_else(|| Expr::Value(Value::Null.into()));
            }
            ControlFlow::Continue(())
        }
    }

    let mut value = value.clone();
    let _: ControlFlow<()> = value.visit(&mut FirstValues);
    value
}

/// Converts `struct(a, b AS c, 1)` to a call that has the names of the members.
fn struct_of(values: Vec<Expr>) -> Expr {
    let values = values.into_iter().enumerate().map(|(at, value)| match value {
        Expr::Named { expr, name } => (name.value, *expr),
        value => (member_name(&value).unwrap_or_else(|| format!("col{}", at + 1)), value),
    });
    let (names, values): (Vec<_>, Vec<_>) = values.unzip();
    quoted_call(&struct_with(names), values)
}

/// Whether this makes a struct.
fn is_struct(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => is_struct(inner),
        Expr::Function(function) => match &function.name.0[..] {
            [part] => {
                part.as_ident().is_some_and(|name| name.value.starts_with(&struct_with([""; 0])))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The name that a column or a member has as a member of a struct.
pub(super) fn member_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.clone()),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(AccessExpr::Dot(Expr::Identifier(name))) => Some(name.value.clone()),
            Some(AccessExpr::Dot(Expr::Value(value))) => match &value.value {
                Value::SingleQuotedString(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Names of members are texts for the planner, except right behind the name of a column.
fn members_as_text(root: &Expr, accesses: &mut [AccessExpr]) {
    let mut is_column = matches!(root, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
    for access in accesses {
        match access {
            AccessExpr::Dot(expr) => {
                if let Expr::Identifier(name) = expr
                    && !is_column
                {
                    *expr = Expr::Value(Value::SingleQuotedString(name.value.clone()).into());
                }
            }
            AccessExpr::Subscript(_) => is_column = false,
        }
    }
}

/// Converts functions whose result has members with names.
fn with_members(function: &Function) -> Option<Expr> {
    let name = function.name.to_string().to_lowercase();
    if !matches!(name.as_str(), "named_struct" | "arrays_zip" | "struct") {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    let arguments = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    });
    let arguments: Vec<_> = arguments.collect::<Option<_>>()?;
    match name.as_str() {
        "struct" => Some(struct_of(arguments)),
        "arrays_zip" => {
            let names = arguments.iter().enumerate();
            let names = names.map(|(at, expr)| member_name(expr).unwrap_or_else(|| at.to_string()));
            let function = zip_with_names(names);
            Some(quoted_call(&function, arguments))
        }
        _ => {
            let mut names = Vec::new();
            let mut values = Vec::new();
            for pair in arguments.chunks(2) {
                let [Expr::Value(name), value] = pair else { return None };
                let Value::SingleQuotedString(name) = &name.value else { return None };
                names.push(name.clone());
                values.push(value.clone());
            }
            Some(quoted_call(&struct_with(names), values))
        }
    }
}

/// Converts `int(x)` to `CAST(x AS INT)`.
fn other_form(function: &Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = function.name.to_string().to_lowercase();
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = &list.args[..] else {
        return None;
    };
    let data_type = match name.as_str() {
        "tinyint" => SqlType::TinyInt(None),
        "smallint" => SqlType::SmallInt(None),
        "int" => SqlType::Int(None),
        "bigint" => SqlType::BigInt(None),
        "decimal" => SqlType::Decimal(ExactNumberInfo::None),
        "float" => SqlType::Float4,
        "double" => SqlType::Double(ExactNumberInfo::None),
        "boolean" => SqlType::Boolean,
        "binary" => SqlType::Binary(None),
        "date" => SqlType::Date,
        "timestamp" => SqlType::Timestamp(None, TimezoneInfo::None),
        "string" => SqlType::String(None),
        _ => return None,
    };
    Some(cast_of(argument.clone(), data_type))
}

/// Adds to HAVING that the number of rows of a group is more than 0, or at least 0. Without rows,
/// several groupings have no group, not even the one of all rows.
fn and_count(select: &mut Select, op: BinaryOperator) {
    let mut count = call("count", Vec::new());
    if let Expr::Function(Function { args: FunctionArguments::List(list), .. }) = &mut count {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Wildcard));
    }
    let zero = Expr::Value(Value::Number("0".to_owned(), false).into());
    let both = |left: Expr, op: BinaryOperator, right: Expr| Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    };
    let any = both(count, op, zero);
    select.having = Some(match select.having.take() {
        Some(having) => both(Expr::Nested(Box::new(having)), BinaryOperator::And, any),
        None => any,
    });
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
                super::time_syntax::as_bound(rows);
            }
        }
    }
    let name = function.name.to_string().to_lowercase();
    let FunctionArguments::List(list) = &mut function.args else { return };
    // `first_value(value, true)`, which DataFusion has for groups only.
    if function.over.is_some()
        && matches!(&*name, "first_value" | "last_value")
        && let [_, FunctionArg::Unnamed(FunctionArgExpr::Expr(second))] = &list.args[..]
        && let Some(ignores) = windows::boolean(second)
    {
        if ignores {
            function.null_treatment = Some(NullTreatment::IgnoreNulls);
        }
        list.args.truncate(1);
    }
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
    if name == "count" && list.args.len() > 1 {
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        let other = match (distinct, &function.over) {
            (true, None) => {
                list.duplicate_treatment = None;
                "dbsql_count_distinct_rows"
            }
            // Left for the planner to reject.
            (true, Some(_)) => return,
            _ => "dbsql_count_rows",
        };
        function.name = ObjectName::from(vec![Ident::new(other)]);
        return;
    }
    // Aliases.
    let other = match name.as_str() {
        "rand" if list.args.is_empty() => "random",
        "array" => "dbsql_array",
        "map" => "dbsql_map",
        "coalesce" => COALESCE,
        "array_sort" => "dbsql_array_sort",
        _ => return,
    };
    function.name = ObjectName::from(vec![Ident::new(other)]);
}
