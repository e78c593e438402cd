//! SQL that DataFusion would ignore silently or interpret differently, and that is rejected
//! instead.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Query, Select, SelectItem, SetExpr, Statement, TableFactor, Visit as _,
    Visitor,
};

use dbsql_local::engine::SqlError;

use super::errors::{self, Result};
use super::functions::{Support, support};

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
        match support(&name.value.to_lowercase()) {
            Support::Supported => ControlFlow::Continue(()),
            Support::Missing => {
                let what = format!("the function {}", name.value.to_lowercase());
                ControlFlow::Break(errors::unsupported(what))
            }
            Support::Unknown => ControlFlow::Break(errors::unknown_function(&name.value)),
        }
    }
}

struct Refusals;

impl Visitor for Refusals {
    type Break = String;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<String> {
        refuse(!query.locks.is_empty(), "FOR UPDATE and FOR SHARE")?;
        refuse(query.for_clause.is_some(), "FOR clauses")?;
        refuse(query.settings.is_some() || query.format_clause.is_some(), "SETTINGS and FORMAT")?;
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
                refuse(sample.is_some(), "TABLESAMPLE")?;
                refuse(!with_hints.is_empty(), "hints of tables")
            }
            TableFactor::Derived { sample, .. } => refuse(sample.is_some(), "TABLESAMPLE"),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn check_select(select: &Select) -> ControlFlow<String> {
    let (GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers)) = &select.group_by;
    refuse(!modifiers.is_empty(), "GROUP BY .. WITH (write GROUP BY ROLLUP(..) or CUBE(..))")?;
    refuse(select.top.is_some(), "TOP")?;
    refuse(select.prewhere.is_some(), "PREWHERE")?;
    refuse(!select.connect_by.is_empty(), "CONNECT BY")?;
    let is_column = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        }
        _ => true,
    };
    let computes = !select.projection.iter().all(is_column);
    refuse(computes && !select.distribute_by.is_empty(), "DISTRIBUTE BY of computed columns")
}

fn refuse(found: bool, what: &str) -> ControlFlow<String> {
    if found { ControlFlow::Break(what.to_owned()) } else { ControlFlow::Continue(()) }
}
