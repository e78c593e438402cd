//! SQL that DataFusion would ignore silently or interpret differently, and that is rejected
//! instead.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArguments, GroupByExpr, GroupByWithModifier, Ident, OrderByKind, Query,
    Select, SelectItem, SetExpr, Statement, TableFactor, TableSampleKind, Visit as _, Visitor,
};

use dbsql_local::engine::SqlError;

use super::errors::{self, Result};
use super::functions::{Support, is_aggregate, support};
use super::names::CASTS;
use super::query_forms;

pub(super) fn check(statement: &Statement) -> Result<()> {
    match statement.visit(&mut Refusals) {
        ControlFlow::Continue(()) => {}
        ControlFlow::Break(what) => return Err(errors::unsupported(what)),
    }
    match statement.visit(&mut Calls) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Finds calls of functions that are not supported.
struct Calls;

impl Visitor for Calls {
    type Break = SqlError;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<SqlError> {
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        let Some(name) = function.name.0.last().and_then(|part| part.as_ident()) else {
            return ControlFlow::Continue(());
        };
        let lower = name.value.to_lowercase();
        match support(&lower) {
            Support::Supported if CASTS.contains(&&*lower) && count(function) != 1 => {
                ControlFlow::Break(errors::wrong_argument_count(&lower, count(function)))
            }
            Support::Supported => ControlFlow::Continue(()),
            Support::Missing => {
                let what = format!("the function {lower}");
                ControlFlow::Break(errors::unsupported(what))
            }
            Support::Unknown => ControlFlow::Break(errors::unknown_function(&name.value)),
        }
    }
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
    let groups = select.projection.visit(&mut Aggregates).is_break();
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

/// Finds a call of an aggregate function.
struct Aggregates;

impl Visitor for Aggregates {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function)
                if function.over.is_none()
                    && is_aggregate(&function.name.to_string().to_lowercase()) =>
            {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

fn refuse(found: bool, what: &str) -> ControlFlow<String> {
    if found { ControlFlow::Break(what.to_owned()) } else { ControlFlow::Continue(()) }
}
