//! The column names of results, as in Spark.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use arrow_schema::DataType;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, Cte, DataType as SqlType, Expr, FunctionArg,
    FunctionArgExpr, FunctionArguments, Ident, JsonPathElem, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Subscript, TableAliasColumnDef, TableFactor,
    TrimWhereField, UnaryOperator, Value, VisitMut as _, VisitorMut,
};

use super::dialect::Tokens;
use super::functions::{TYPED, convert, is_aggregate};
use super::lambda_calls::unnamed;
use super::parameters::call;
use super::qualifiers::{has_table, without_tables};
use super::rewrite::member_name;
use super::types::{arrow_type, sql_name, timestamp, timestamp_ntz};
use super::value::Value as Known;
use super::{call_names, numbers, text_form};

/// Gives every expression in a select list the name that it has in Spark.
pub(super) fn name_expressions(query: &mut Query) {
    let _: ControlFlow<()> = query.visit(&mut Namer::default());
}

#[derive(Default)]
struct Namer {
    /// What the queries around are sorted by.
    sorted_by: Vec<IdentifierNames>,
}

impl VisitorMut for Namer {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let mut sorted_by = IdentifierNames::default();
        let _: ControlFlow<()> = query.order_by.visit(&mut sorted_by);
        self.sorted_by.push(sorted_by);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.sorted_by.pop();
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let mut given: Vec<_> = select.projection.iter().filter_map(given_name).collect();
        // The planner does not tell `id` from `a.id` in ORDER BY.
        given.extend(self.sorted_by.last().into_iter().flat_map(|sorted_by| {
            let names = &sorted_by.names;
            sorted_by.columns.iter().filter(|column| !names.contains(column)).cloned()
        }));
        let named_after = select.projection.iter().map(|item| match item {
            // Two columns of a subquery that have the same name are refused, so it keeps its own.
            SelectItem::UnnamedExpr(expr) => {
                let name = match converted_column(expr, select) {
                    Some(column) => column.value.to_lowercase(),
                    None => text(&without_tables(expr, select)).to_lowercase(),
                };
                Some(name).filter(|name| !given.contains(name))
            }
            _ => None,
        });
        let mut named_after: Vec<_> = named_after.collect();
        for at in 0..named_after.len() {
            if named_after[at].is_some() && named_after[..at].contains(&named_after[at]) {
                named_after[at] = None;
            }
        }
        let select_from = &select.clone();
        for (item, column) in select.projection.iter_mut().zip(named_after) {
            let SelectItem::UnnamedExpr(expr) = item else { continue };
            if let Expr::CompoundIdentifier(parts) = expr
                && let [first, .., last] = &parts[..]
                && (parts.len() > 2 || !has_table(select_from, &first.value))
            {
                // It may be the member of a struct.
                let alias = Ident::with_quote('`', last.value.to_lowercase());
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
                continue;
            }
            if matches!(
                expr,
                Expr::Identifier(_)
                    | Expr::CompoundIdentifier(_)
                    | Expr::QualifiedWildcard(..)
                    | Expr::Wildcard(_)
            ) {
                continue;
            }
            let name = column.unwrap_or_else(|| text(expr).to_lowercase());
            let alias = Ident::with_quote('`', name);
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        super::pivots::name(factor);
        ControlFlow::Continue(())
    }
}

/// The name of an item that has one without being named.
fn given_name(item: &SelectItem) -> Option<String> {
    let name = match item {
        SelectItem::ExprWithAlias { alias, .. } => alias,
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => name,
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last()?,
        _ => return None,
    };
    Some(name.value.to_lowercase())
}

/// Returns the names in the outermost select list as written; `None` for a star over tables.
pub(super) fn written_names(query: &Query, tokens: &Tokens) -> Vec<Option<String>> {
    names_of(query, tokens, &mut Vec::new())
}

/// The common table expressions that a name may stand for, the innermost last.
type Ctes<'a> = Vec<&'a Cte>;

fn names_of<'a>(query: &'a Query, tokens: &Tokens, ctes: &mut Ctes<'a>) -> Vec<Option<String>> {
    let outside = ctes.len();
    ctes.extend(query.with.iter().flat_map(|with| &with.cte_tables));
    let names = names_of_body(&query.body, tokens, ctes);
    ctes.truncate(outside);
    names
}

fn names_of_body<'a>(
    body: &'a SetExpr,
    tokens: &Tokens,
    ctes: &mut Ctes<'a>,
) -> Vec<Option<String>> {
    match body {
        SetExpr::Select(select) => {
            let mut names = Vec::new();
            for item in &select.projection {
                match item {
                    SelectItem::Wildcard(options) if options.opt_except.is_none() => {
                        names.extend(names_of_from(select, None, tokens, ctes));
                    }
                    SelectItem::QualifiedWildcard(
                        SelectItemQualifiedWildcardKind::ObjectName(table),
                        options,
                    ) if options.opt_except.is_none() => {
                        let table = table.to_string().to_lowercase();
                        names.extend(names_of_from(select, Some(&table), tokens, ctes));
                    }
                    item => names.push(written_name(item, select, tokens)),
                }
            }
            names
        }
        SetExpr::SetOperation { left, .. } => names_of_body(left, tokens, ctes),
        SetExpr::Query(query) => names_of(query, tokens, ctes),
        _ => vec![None],
    }
}

/// The names of the columns of all tables of a FROM clause, or of the one with this name.
fn names_of_from<'a>(
    select: &'a Select,
    wanted: Option<&str>,
    tokens: &Tokens,
    ctes: &mut Ctes<'a>,
) -> Vec<Option<String>> {
    let mut names = Vec::new();
    let mut found = false;
    for table in &select.from {
        // Other joins have fewer columns than their tables.
        if wanted.is_none() && !table.joins.is_empty() {
            return vec![None];
        }
        for factor in
            std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
        {
            let (own, alias) = match factor {
                TableFactor::Derived { subquery, alias, .. } => {
                    (names_of(subquery, tokens, ctes), alias.as_ref())
                }
                TableFactor::Table { name, alias, args: None, .. } => {
                    let name = name.to_string().replace('`', "").to_lowercase();
                    let cte =
                        ctes.iter().rposition(|cte| cte.alias.name.value.to_lowercase() == name);
                    match cte {
                        Some(at) => {
                            // It sees those before it, and not itself.
                            let others = ctes.split_off(at);
                            let cte = others[0];
                            let own = match cte.alias.columns.is_empty() {
                                // Each may go one deeper.
                                true if at > MAX_CTES => vec![None],
                                true => names_of(&cte.query, tokens, ctes),
                                false => spelled_columns(&cte.alias.columns, tokens),
                            };
                            ctes.extend(others);
                            (own, Some(alias.as_ref().unwrap_or(&cte.alias)))
                        }
                        None => (vec![None], alias.as_ref()),
                    }
                }
                _ => (vec![None], None),
            };
            let matches =
                alias.is_some_and(|alias| Some(alias.name.value.to_lowercase().as_str()) == wanted);
            if wanted.is_some() && !matches {
                continue;
            }
            found = true;
            let columns = match factor {
                TableFactor::Derived { alias: Some(alias), .. }
                | TableFactor::Table { alias: Some(alias), .. } => &alias.columns[..],
                _ => &[],
            };
            names.extend(if columns.is_empty() { own } else { spelled_columns(columns, tokens) });
        }
    }
    if found { names } else { vec![None] }
}

/// The maximum number of common table expressions whose columns are looked for in each other.
const MAX_CTES: usize = 1000;

fn spelled_columns(columns: &[TableAliasColumnDef], tokens: &Tokens) -> Vec<Option<String>> {
    columns.iter().map(|column| Some(spelled(&column.name, tokens))).collect()
}

/// A name as it was written.
fn spelled(ident: &Ident, tokens: &Tokens) -> String {
    let quoted = ident.quote_style.is_some();
    let spelled = tokens.spelled(ident.span.start).filter(|_| quoted);
    spelled.unwrap_or(&ident.value).to_owned()
}

fn written_name(item: &SelectItem, select: &Select, tokens: &Tokens) -> Option<String> {
    let spelled = |ident: &Ident| spelled(ident, tokens);
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(spelled(alias)),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(spelled(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last().map(spelled),
        SelectItem::UnnamedExpr(expr) => match converted_column(expr, select) {
            Some(column) => Some(spelled(column)),
            None => Some(text(&without_tables(expr, select))),
        },
        _ => None,
    }
}

/// Whether the expression converts a column to another type, and so has its name.
pub(super) fn is_converted_column(expr: &Expr, select: &Select) -> bool {
    converted_column(expr, select).is_some()
}

/// The column that the expression converts to another type, whose name the result has.
fn converted_column<'a>(expr: &'a Expr, select: &Select) -> Option<&'a Ident> {
    let value = match expr {
        Expr::Nested(inner) => return converted_column(inner, select),
        Expr::Cast { expr, .. } => expr,
        Expr::Function(function) if function.over.is_none() => {
            let FunctionArguments::List(list) = &function.args else { return None };
            let name = function.name.to_string().to_lowercase();
            match &list.args[..] {
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(value))]
                    if CASTS.contains(&name.as_str()) =>
                {
                    value
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    let mut value = value;
    while let Expr::Nested(inner) = value {
        value = inner;
    }
    match value {
        Expr::Identifier(column) => Some(column),
        // Otherwise it may be the member of a struct.
        Expr::CompoundIdentifier(parts) => match &parts[..] {
            [.., table, column] if has_table(select, &table.value) => Some(column),
            _ => None,
        },
        _ => None,
    }
}

/// Formats an expression for use as a column name, as Spark does.
pub(super) fn text(expr: &Expr) -> String {
    if let Some(name) = super::time_names::name(expr) {
        return name;
    }
    match expr {
        Expr::Identifier(name) => name.value.clone(),
        Expr::CompoundIdentifier(names) => {
            names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".")
        }
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) if digits.contains(['e', 'E']) => double(digits),
            Value::Number(digits, _) if digits.contains('.') => numbers::name(digits),
            Value::Number(digits, _) => digits.clone(),
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
            Value::Boolean(value) => value.to_string(),
            Value::Null => "NULL".to_owned(),
            Value::HexStringLiteral(digits) => {
                let zero = if digits.len() % 2 == 0 { "" } else { "0" };
                format!("X'{zero}{}'", digits.to_uppercase())
            }
            other => other.to_string(),
        },
        Expr::TypedString(typed) => match typed.data_type {
            SqlType::Date | SqlType::Timestamp(..) | SqlType::TimestampNtz(_) => {
                match moment(&typed.data_type, &typed.value.value) {
                    Some(moment) => format!("{} '{moment}'", typed.data_type),
                    None => format!("{} {}", typed.data_type, typed.value),
                }
            }
            _ => match &typed.value.value {
                Value::SingleQuotedString(digits) if typed.data_type == SqlType::Float4 => {
                    single(digits)
                }
                Value::SingleQuotedString(digits)
                    if matches!(typed.data_type, SqlType::Double(_)) =>
                {
                    double(digits)
                }
                Value::SingleQuotedString(digits) => numbers::name(digits),
                other => other.to_string(),
            },
        },
        Expr::Nested(inner) => text(inner),
        Expr::UnaryOp { op: UnaryOperator::Not | UnaryOperator::BangNot, expr } => {
            format!("(NOT {})", text(expr))
        }
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match &**expr {
            // It is zero without a sign, unless it is a DOUBLE.
            Expr::Value(value) if is_exact_zero(&value.value) => text(expr),
            Expr::Value(value) if value.value == Value::Null => "(- NULL)".to_owned(),
            Expr::Value(_) | Expr::TypedString(_) => format!("-{}", text(expr)),
            other => format!("(- {})", text(other)),
        },
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => format!("(+ {})", text(expr)),
        Expr::BinaryOp { left, op, right } => binary(&text(left), op, &text(right)),
        Expr::IsDistinctFrom(left, right) => {
            format!("(NOT ({} <=> {}))", text(left), text(right))
        }
        Expr::IsNotDistinctFrom(left, right) => format!("({} <=> {})", text(left), text(right)),
        Expr::IsTrue(expr) => format!("({} <=> true)", text(expr)),
        Expr::IsNotTrue(expr) => format!("(NOT ({} <=> true))", text(expr)),
        Expr::IsFalse(expr) => format!("({} <=> false)", text(expr)),
        Expr::IsNotFalse(expr) => format!("(NOT ({} <=> false))", text(expr)),
        Expr::IsNull(expr) | Expr::IsUnknown(expr) => format!("({} IS NULL)", text(expr)),
        Expr::IsNotNull(expr) | Expr::IsNotUnknown(expr) => {
            format!("({} IS NOT NULL)", text(expr))
        }
        // Spark does not show those to nested types.
        Expr::Cast { expr, data_type, .. } if is_nested(data_type) => text(expr),
        Expr::Cast { kind, expr, data_type, .. } => {
            let word = if *kind == CastKind::TryCast { "TRY_CAST" } else { "CAST" };
            format!("{word}({} AS {})", text(expr), type_text(data_type))
        }
        Expr::Between { expr, negated, low, high } => {
            let (expr, low, high) = (text(expr), text(low), text(high));
            let between = format!("(({expr} >= {low}) AND ({expr} <= {high}))");
            if *negated { format!("(NOT {between})") } else { between }
        }
        Expr::InList { expr, list, negated } => {
            let found = format!("({} IN ({}))", text(expr), texts(list));
            if *negated { format!("(NOT {found})") } else { found }
        }
        Expr::Like { negated, expr, pattern, .. } => {
            let like = format!("{} LIKE {}", text(expr), text(pattern));
            if *negated { format!("(NOT {like})") } else { like }
        }
        Expr::ILike { negated, expr, pattern, .. } => {
            let like = format!("ilike({}, {})", text(expr), text(pattern));
            if *negated { format!("(NOT {like})") } else { like }
        }
        Expr::RLike { negated, expr, pattern, .. } => {
            let like = format!("RLIKE({}, {})", text(expr), text(pattern));
            if *negated { format!("(NOT {like})") } else { like }
        }
        Expr::Trim { trim_where, trim_what, expr, .. } => {
            let name = match trim_where {
                Some(TrimWhereField::Leading) => "ltrim",
                Some(TrimWhereField::Trailing) => "rtrim",
                _ => "trim",
            };
            let what = trim_what.iter().map(|what| text(what));
            call_names::call(name, what.chain([text(expr)]).collect())
        }
        Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
            let arguments = [expr, overlay_what, overlay_from].into_iter().chain(overlay_for);
            call_names::call("overlay", arguments.map(|argument| text(argument)).collect())
        }
        Expr::JsonAccess { value, path } => {
            let keys = path.path.iter().rev().find_map(|element| match element {
                JsonPathElem::Dot { key, .. } => Some(key.clone()),
                _ => None,
            });
            keys.unwrap_or_else(|| text(value))
        }
        Expr::Position { expr, r#in } => call_names::call("locate", vec![text(expr), text(r#in)]),
        Expr::Substring { expr, substring_from, substring_for, special, shorthand } => {
            let arguments = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
            let arguments: Vec<_> =
                arguments.into_iter().flatten().map(|argument| text(argument)).collect();
            let name = if *special && *shorthand { "substr" } else { "substring" };
            call_names::call(name, arguments)
        }
        Expr::Case { operand, conditions, else_result, .. } => {
            let mut out = "CASE".to_owned();
            for part in conditions {
                let condition = match operand {
                    Some(operand) => format!("({} = {})", text(operand), text(&part.condition)),
                    None => text(&part.condition),
                };
                // Writing to a string cannot fail.
                let _ = write!(out, " WHEN {condition} THEN {}", text(&part.result));
            }
            if let Some(result) = else_result {
                let _ = write!(out, " ELSE {}", text(result));
            }
            out + " END"
        }
        Expr::Function(function) if function.over.is_none() && function.filter.is_none() => {
            let name = function.name.to_string().to_lowercase();
            let name = if name == "dbsql_sort_by" { "array_sort".to_owned() } else { name };
            match &function.args {
                FunctionArguments::None => format!("{name}()"),
                // A cast, which has the name of what it converts.
                FunctionArguments::List(list)
                    if CASTS.contains(&name.as_str()) && list.args.len() == 1 =>
                {
                    list.args.iter().map(argument).collect()
                }
                FunctionArguments::List(list)
                    if let Some(name) = call_names::patterns(&name, &list.args) =>
                {
                    name
                }
                FunctionArguments::List(list) if list.clauses.is_empty() => {
                    let arguments: Vec<_> = list.args.iter().map(argument).collect();
                    let mut arguments = arguments;
                    arguments.extend(implied_argument(&name, arguments.len()));
                    let distinct = list.duplicate_treatment.map(|word| format!("{word} "));
                    match distinct {
                        Some(distinct) => format!("{name}({distinct}{})", arguments.join(", ")),
                        None => call_names::call(&name, arguments),
                    }
                }
                _ => function.to_string(),
            }
        }
        Expr::Lambda(lambda) => {
            let (body, count) = unnamed(lambda);
            format!("lambdafunction({}{})", text(&body), ", namedlambdavariable()".repeat(count))
        }
        Expr::CompoundFieldAccess { root, access_chain } => {
            access_chain.iter().fold(text(root), |out, access| match access {
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    format!("{out}[{}]", text(index))
                }
                AccessExpr::Dot(name) => format!("{out}.{}", text(name)),
                other => format!("{out}{other}"),
            })
        }
        Expr::Struct { values, .. } => format!("struct({})", texts(values)),
        Expr::Tuple(values) => {
            let members = values.iter().enumerate().map(|(at, value)| {
                let name = member_name(value).unwrap_or_else(|| format!("col{}", at + 1));
                format!("{name}, {}", text(value))
            });
            format!("named_struct({})", members.collect::<Vec<_>>().join(", "))
        }
        Expr::InSubquery { expr, negated, .. } => {
            let value = match &**expr {
                Expr::Tuple(values) => tuple_in_sql(values),
                value => text(value),
            };
            let found = format!("({value} IN (listquery()))");
            if *negated { format!("(NOT {found})") } else { found }
        }
        Expr::Named { expr, name } => format!("{} AS {}", text(expr), name.value),
        Expr::Subquery(_) => "scalarsubquery()".to_owned(),
        Expr::Exists { .. } => "exists()".to_owned(),
        other => other.to_string(),
    }
}

fn is_exact_zero(value: &Value) -> bool {
    matches!(value, Value::Number(digits, _) if digits.bytes().all(|digit| matches!(digit, b'0' | b'.')))
}

fn is_nested(data_type: &SqlType) -> bool {
    matches!(data_type, SqlType::Array(_) | SqlType::Map(..) | SqlType::Struct(..))
}

/// The text of the date or time in a literal.
fn moment(data_type: &SqlType, literal: &Value) -> Option<String> {
    let Value::SingleQuotedString(written) = literal else { return None };
    let to = match data_type {
        SqlType::Date => DataType::Date32,
        SqlType::TimestampNtz(_) => timestamp_ntz(),
        _ => timestamp(),
    };
    let value = convert(Known::Text(written.clone()), &DataType::Utf8, &to).ok()?;
    Some(text_form::text(&value, &to))
}

/// A tuple as Spark names it at the left of a subquery.
pub(super) fn tuple_in_sql(values: &[Expr]) -> String {
    let members = values.iter().enumerate().map(|(at, value)| {
        let name = member_name(value).unwrap_or_else(|| format!("col{}", at + 1));
        let is_text = matches!(value, Expr::Value(value)
            if matches!(value.value, Value::SingleQuotedString(_)));
        let quote = if is_text { "'" } else { "" };
        format!("'{name}', {quote}{}{quote}", text(value))
    });
    format!("named_struct({})", members.collect::<Vec<_>>().join(", "))
}

/// Functions that convert to the type of that name.
pub(super) const CASTS: &[&str] = &[
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "float",
    "double",
    "decimal",
    "string",
    "binary",
    "date",
    "timestamp",
];

/// A number as the DOUBLE that it is.
fn double(digits: &str) -> String {
    match digits.parse::<f64>() {
        Ok(number) => text_form::float(number, &format!("{number:e}")),
        Err(_) => digits.to_owned(),
    }
}

/// A number as the FLOAT that it is.
fn single(digits: &str) -> String {
    match digits.parse::<f32>() {
        Ok(number) => text_form::float(f64::from(number), &format!("{number:e}")),
        Err(_) => digits.to_owned(),
    }
}

/// The argument that Spark shows where it was left out.
fn implied_argument(name: &str, given: usize) -> Option<String> {
    let variable = "namedlambdavariable()";
    match (name, given) {
        ("aggregate" | "reduce", 3) => Some(format!("lambdafunction({variable}, {variable})")),
        ("sort_array", 1) => Some("true".to_owned()),
        ("array_sort", 1) => Some(format!(
            "lambdafunction((IF((({variable} IS NULL) AND ({variable} IS NULL)), 0, (IF(({variable} IS \
             NULL), 1, (IF(({variable} IS NULL), -1, (IF(({variable} < {variable}), -1, (IF(({variable} \
             > {variable}), 1, 0)))))))))), {variable}, {variable})"
        )),
        _ => None,
    }
}

fn texts(exprs: &[Expr]) -> String {
    exprs.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn argument(argument: &FunctionArg) -> String {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => text(expr),
        // `count(*)` is called `count(1)`.
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => "1".to_owned(),
        other => other.to_string(),
    }
}

fn binary(left: &str, op: &BinaryOperator, right: &str) -> String {
    match op {
        BinaryOperator::StringConcat => format!("concat({left}, {right})"),
        BinaryOperator::MyIntegerDivide => format!("({left} div {right})"),
        BinaryOperator::NotEq => format!("(NOT ({left} = {right}))"),
        op => format!("({left} {op} {right})"),
    }
}

fn type_text(data_type: &SqlType) -> String {
    match data_type {
        // Its fields are not part of the Arrow type.
        SqlType::Interval { .. } => data_type.to_string(),
        other => match arrow_type(other) {
            Some(own) => sql_name(&own).to_uppercase(),
            None => other.to_string(),
        },
    }
}

/// Tells aggregates of a value from those of its cast, which DataFusion calls by one name, as it does
/// with `count(1)` and `count(*)`.
pub(super) fn separate_aggregates(query: &mut Query) {
    struct Aggregates;

    impl VisitorMut for Aggregates {
        type Break = ();

        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
            if !is_aggregate(&function.name.to_string().to_lowercase()) {
                return ControlFlow::Continue(());
            }
            let FunctionArguments::List(list) = &mut function.args else {
                return ControlFlow::Continue(());
            };
            for argument in &mut list.args {
                if let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument {
                    let _: ControlFlow<()> = argument.visit(&mut Casts);
                }
            }
            ControlFlow::Continue(())
        }
    }

    struct Casts;

    impl VisitorMut for Casts {
        type Break = ();

        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            if let Expr::Cast { data_type, .. } = expr {
                let name = Value::SingleQuotedString(data_type.to_string());
                let name = Expr::Value(name.into());
                *expr = call(TYPED, vec![std::mem::replace(expr, name.clone()), name]);
            }
            ControlFlow::Continue(())
        }
    }

    let _: ControlFlow<()> = query.visit(&mut Aggregates);
}

/// Gives unique names to columns of the outermost select list that have the same name, or may have
/// it because of a star. Returns the original names.
pub(super) fn separate_duplicates(query: &mut Query) -> BTreeMap<String, String> {
    let mut sorted_by = IdentifierNames::default();
    let _: ControlFlow<()> = query.order_by.visit(&mut sorted_by);
    let mut renamed = BTreeMap::new();
    let SetExpr::Select(select) = &mut *query.body else { return renamed };
    let has_star = select
        .projection
        .iter()
        .any(|item| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)));
    let mut seen: Vec<String> = Vec::new();
    for (index, item) in select.projection.iter_mut().enumerate() {
        let (name, expr) = match &*item {
            SelectItem::ExprWithAlias { alias, expr } => (alias.value.clone(), expr.clone()),
            SelectItem::UnnamedExpr(expr @ Expr::Identifier(name)) => {
                (name.value.clone(), expr.clone())
            }
            SelectItem::UnnamedExpr(expr @ Expr::CompoundIdentifier(names)) => {
                let name = names.last().map(|name| name.value.clone());
                (name.unwrap_or_default(), expr.clone())
            }
            _ => continue,
        };
        let lower = name.to_lowercase();
        let again = seen.contains(&lower);
        // `SELECT a.id + 1 AS id .. ORDER BY a.id`: the planner does not tell them apart.
        let hides_column = sorted_by.columns.contains(&lower) && !is_column(&expr);
        let has_own = hides_column || (has_star && !sorted_by.names.contains(&lower));
        if again || has_own {
            let own = format!("__dbsql_{index}");
            let alias = Ident::with_quote('`', own.clone());
            if hides_column && !again {
                let mut renaming = Renaming { from: &lower, to: &alias };
                let _: ControlFlow<()> = query.order_by.visit(&mut renaming);
            }
            *item = SelectItem::ExprWithAlias { expr, alias };
            renamed.insert(own, name);
        }
        seen.push(lower);
    }
    renamed
}

/// Whether a query with a star is sorted by an alias of its select list.
pub(super) fn sorts_by_alias_beside_star(query: &Query) -> bool {
    let mut query = query.clone();
    let mut sorted_by = IdentifierNames::default();
    let _: ControlFlow<()> = query.order_by.visit(&mut sorted_by);
    let SetExpr::Select(select) = &*query.body else { return false };
    let is_star = |item: &SelectItem| {
        matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
    };
    let is_sorted_by = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => {
            sorted_by.names.contains(&alias.value.to_lowercase())
        }
        _ => false,
    };
    select.projection.iter().any(is_star) && select.projection.iter().any(is_sorted_by)
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

/// Gives another name to what an expression uses.
struct Renaming<'a> {
    from: &'a str,
    to: &'a Ident,
}

impl VisitorMut for Renaming<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(name) = expr
            && name.value.eq_ignore_ascii_case(self.from)
        {
            *name = self.to.clone();
        }
        ControlFlow::Continue(())
    }
}

/// Collects the names that an expression uses.
#[derive(Default)]
struct IdentifierNames {
    names: Vec<String>,
    /// Those behind the name of a table.
    columns: Vec<String>,
}

impl VisitorMut for IdentifierNames {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(name) => self.names.push(name.value.to_lowercase()),
            Expr::CompoundIdentifier(parts) => {
                self.columns.extend(parts.last().map(|name| name.value.to_lowercase()));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
