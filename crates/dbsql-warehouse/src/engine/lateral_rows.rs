//! `LATERAL (SELECT a + 1 AS b)`: a row computed from the tables before it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, Query, Select, SelectItem, SetExpr, TableAlias, Visit as _, Visitor,
};

use super::errors::{self, Result};
use super::functions::{is_aggregate, struct_with};
use super::generators::{calls_generator, quoted_call};

/// The row of a LATERAL subquery without tables, as a struct; `None` for another subquery.
///
/// # Errors
///
/// The subquery is more than a row.
pub(super) fn row_of(query: &Query, alias: Option<&TableAlias>) -> Result<Option<Expr>> {
    let SetExpr::Select(select) = &*query.body else { return Ok(None) };
    if !select.from.is_empty() {
        return Ok(None);
    }
    let refused = || errors::unsupported("such a LATERAL subquery");
    if !is_row(query, select) {
        return Err(refused());
    }
    let given = alias.map_or(&[][..], |alias| &alias.columns);
    let is_quoted = |name: &Ident| name.quote_style.is_some();
    if (!given.is_empty() && given.len() != select.projection.len())
        || given.iter().any(|column| is_quoted(&column.name))
    {
        return Err(refused());
    }
    let mut names: Vec<String> = Vec::new();
    let mut values = Vec::new();
    for item in &select.projection {
        let (name, value) = match item {
            SelectItem::ExprWithAlias { expr, alias } if !is_quoted(alias) => {
                (alias.value.clone(), expr)
            }
            // The name of the column has parts that are not known here.
            SelectItem::UnnamedExpr(expr) if !given.is_empty() => {
                (format!("col{}", names.len()), expr)
            }
            _ => return Err(refused()),
        };
        let mut parts = Parts { names: &names };
        if value.visit(&mut parts).is_break() || calls_generator(value) {
            return Err(refused());
        }
        if names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            return Err(refused());
        }
        names.push(name);
        values.push(value.clone());
    }
    Ok(Some(quoted_call(&struct_with(names), values)))
}

fn is_row(query: &Query, select: &Select) -> bool {
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(exprs, _) => !exprs.is_empty(),
    };
    query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none()
        && !grouped
        && select.distinct.is_none()
        && select.selection.is_none()
        && select.having.is_none()
        && select.qualify.is_none()
        && select.lateral_views.is_empty()
}

/// Finds what is not computed from one row, or uses an item before.
struct Parts<'a> {
    names: &'a [String],
}

impl Visitor for Parts<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let found = match expr {
            Expr::Function(function) => {
                function.over.is_some() || is_aggregate(&function.name.to_string().to_lowercase())
            }
            Expr::Identifier(name) => {
                self.names.iter().any(|known| known.eq_ignore_ascii_case(&name.value))
            }
            Expr::CompoundIdentifier(parts) => parts.first().is_some_and(|first| {
                self.names.iter().any(|known| known.eq_ignore_ascii_case(&first.value))
            }),
            _ => false,
        };
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
