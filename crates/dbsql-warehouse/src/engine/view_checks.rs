//! What Spark does not take for the query of a permanent view.

use datafusion::common::TableReference;
use datafusion::sql::parser::Statement as AnyStatement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    Cte, Expr, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Statement,
    TableFactor,
};

use super::errors::{Result, from_datafusion};
use super::names::{is_converted_column, text};
use dbsql_local::engine::SqlError;

/// Checks the query of a permanent view.
///
/// # Errors
///
/// It uses a temporary view, or has a column without a name.
pub(super) fn check<'a>(
    query: &Query,
    view: &str,
    mut temporary: impl Iterator<Item = &'a String>,
) -> Result<()> {
    let tables = tables(query)?;
    let is_used = |name: &&String| {
        tables
            .iter()
            .any(|table| matches!(table, TableReference::Bare { table } if **table == ***name))
    };
    if let Some(name) = temporary.find(is_used) {
        let message = format!(
            "Cannot create the persistent view {view} by referencing the temporary view `{name}`. Make \
             the temporary object persistent, or make the persistent object temporary."
        );
        return Err(SqlError::new("INVALID_TEMP_OBJ_REFERENCE", "42K0F", message));
    }
    let ctes: Vec<_> = query.with.iter().flat_map(|with| &with.cte_tables).collect();
    match unnamed(&query.body, &ctes) {
        Some(column) => {
            let message = format!(
                "Cannot create the permanent view {view} without a name for the column {column}: give it \
                 one by AS."
            );
            Err(SqlError::new("CREATE_PERMANENT_VIEW_WITHOUT_ALIAS", "0A000", message))
        }
        None => Ok(()),
    }
}

/// Checks the query of a view that replaces another one.
///
/// # Errors
///
/// It uses that one, by a name that `is_same` knows.
pub(super) fn check_recursion(
    query: &Query,
    view: &str,
    is_same: impl Fn(&TableReference) -> bool,
) -> Result<()> {
    if !tables(query)?.iter().any(is_same) {
        return Ok(());
    }
    let message = format!(
        "The view {view} uses itself: create it with another name, or let it use another table."
    );
    Err(SqlError::new("RECURSIVE_VIEW", "42K0H", message))
}

/// The tables and views that a query uses.
fn tables(query: &Query) -> Result<Vec<TableReference>> {
    let statement = AnyStatement::Statement(Box::new(Statement::Query(Box::new(query.clone()))));
    let (tables, _) = resolve_table_references(&statement, true).map_err(from_datafusion)?;
    Ok(tables)
}

/// The text of a column that has no name but that.
fn unnamed(body: &SetExpr, ctes: &[&Cte]) -> Option<String> {
    match body {
        SetExpr::Select(select) => {
            select.projection.iter().find_map(|item| unnamed_in(item, select, ctes))
        }
        SetExpr::SetOperation { left, .. } => unnamed(left, ctes),
        SetExpr::Query(query) => unnamed(&query.body, ctes),
        _ => None,
    }
}

fn unnamed_in(item: &SelectItem, select: &Select, ctes: &[&Cte]) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(
            Expr::Identifier(_)
            | Expr::CompoundIdentifier(_)
            | Expr::Value(_)
            | Expr::TypedString(_),
        ) => None,
        SelectItem::UnnamedExpr(expr) if is_converted_column(expr, select) => None,
        SelectItem::UnnamedExpr(expr) => Some(text(expr)),
        SelectItem::Wildcard(_) => unnamed_below(select, None, ctes),
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(table), _) => {
            unnamed_below(select, Some(&table.to_string().to_lowercase()), ctes)
        }
        _ => None,
    }
}

/// The same of the subqueries that a star stands for.
fn unnamed_below(select: &Select, wanted: Option<&str>, ctes: &[&Cte]) -> Option<String> {
    let relations = select.from.iter().flat_map(|table| {
        std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
    });
    relations.into_iter().find_map(|relation| match relation {
        TableFactor::Derived { subquery, alias, .. } => {
            let name = alias.as_ref().map(|alias| alias.name.value.to_lowercase());
            let has_names = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
            let is_meant = wanted.is_none() || name.as_deref() == wanted;
            (is_meant && !has_names).then(|| unnamed(&subquery.body, ctes))?
        }
        TableFactor::Table { name, .. } => {
            let name = name.to_string().to_lowercase();
            let at = ctes.iter().rposition(|cte| cte.alias.name.value.to_lowercase() == name)?;
            let has_names = !ctes[at].alias.columns.is_empty();
            (!has_names).then(|| unnamed(&ctes[at].query.body, &ctes[..at]))?
        }
        _ => None,
    })
}
