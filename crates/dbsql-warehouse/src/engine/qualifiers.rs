//! The tables that a query has, which the names of its columns leave out.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, ObjectName, ObjectNamePart, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableFactor, TableWithJoins, Visit as _, VisitMut,
    Visitor, VisitorMut, visit_expressions,
};

use super::names::{text, tuple_in_sql};

/// The expression as names have it: columns that are not qualified by tables, and of subqueries only
/// the columns of the query around them.
pub(super) fn without_tables(expr: &Expr, select: &Select) -> Expr {
    let mut expr = expr.clone();
    let _: ControlFlow<()> = VisitMut::visit(&mut expr, &mut Unqualified(select));
    expr
}

struct Unqualified<'a>(&'a Select);

impl VisitorMut for Unqualified<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let name = match expr {
            Expr::CompoundIdentifier(parts) => {
                unqualify(parts, self.0);
                match &parts[..] {
                    [column] => column.value.clone(),
                    _ => return ControlFlow::Continue(()),
                }
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                if let (Expr::Identifier(table), Some(AccessExpr::Dot(column))) =
                    (&**root, access_chain.first())
                    && has_table(self.0, &table.value)
                {
                    **root = column.clone();
                    access_chain.remove(0);
                }
                return ControlFlow::Continue(());
            }
            Expr::Subquery(query) => format!("scalarsubquery({})", outer_columns(query, self.0)),
            Expr::Exists { subquery, negated } => {
                let exists = format!("exists({})", outer_columns(subquery, self.0));
                if *negated { format!("(NOT {exists})") } else { exists }
            }
            Expr::InSubquery { expr, subquery, negated } => {
                let value = match &**expr {
                    Expr::Tuple(values) => tuple_in_sql(values),
                    value => text(&without_tables(value, self.0)),
                };
                let found =
                    format!("({value} IN (listquery({})))", outer_columns(subquery, self.0));
                if *negated { format!("(NOT {found})") } else { found }
            }
            _ => return ControlFlow::Continue(()),
        };
        *expr = Expr::Identifier(Ident::new(name));
        ControlFlow::Continue(())
    }
}

/// Returns a column that is written as `schema.alias.column`: an alias has no schema.
pub(super) fn schema_of_alias(select: &Select) -> Option<String> {
    let factors = select.from.iter().flat_map(|table| {
        std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
    });
    let aliases = factors.filter_map(|factor| match factor {
        TableFactor::Table { alias: Some(alias), name, .. } if name.0.len() > 1 => {
            Some(&alias.name)
        }
        _ => None,
    });
    let aliases: Vec<_> = aliases.collect();
    let found = visit_expressions(&select.projection, |expr| match expr {
        Expr::CompoundIdentifier(parts) if parts.len() > 2 => {
            let is_alias = aliases.iter().any(|alias| is_same(alias, &parts[1]));
            match is_alias && !has_table(select, &parts[0].value) {
                true => ControlFlow::Break(parts[2].value.clone()),
                false => ControlFlow::Continue(()),
            }
        }
        _ => ControlFlow::Continue(()),
    });
    found.break_value()
}

fn is_same(one: &Ident, other: &Ident) -> bool {
    one.value.eq_ignore_ascii_case(&other.value)
}

/// Writes `s.*` of a table that is named with its schema as `schema.s.*`.
pub(super) fn complete_stars(select: &mut Select) {
    let factors = select.from.iter().flat_map(|table| {
        std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
    });
    let names = factors.filter_map(|factor| match factor {
        TableFactor::Table { name, alias: None, args: None, .. } if name.0.len() > 1 => Some(name),
        _ => None,
    });
    let names: Vec<_> = names.cloned().collect();
    for item in &mut select.projection {
        if let SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(own), _) =
            item
            && let [ObjectNamePart::Identifier(table)] = &own.0[..]
        {
            let is_named = |name: &&ObjectName| match name.0.last() {
                Some(ObjectNamePart::Identifier(last)) => is_same(last, table),
                _ => false,
            };
            if let Some(name) = names.iter().find(is_named) {
                *own = name.clone();
            }
        }
    }
}

/// Removes a table, or a schema and a table, before a column, which may have members.
fn unqualify(parts: &mut Vec<Ident>, select: &Select) {
    let is_table = |at: usize| at + 1 < parts.len() && has_table(select, &parts[at].value);
    let tables = [1, 0].into_iter().find(|at| is_table(*at)).map_or(0, |at| at + 1);
    parts.drain(..tables);
}

/// The columns of the select that a subquery uses, each time that it does.
fn outer_columns(query: &Query, select: &Select) -> String {
    struct Own<'a> {
        outer: &'a Select,
        inner: Vec<&'a Select>,
        columns: Vec<String>,
    }

    impl Visitor for Own<'_> {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let Expr::CompoundIdentifier(parts) = expr
                && let Some(table) = parts.first()
                && has_table(self.outer, &table.value)
                && !self.inner.iter().any(|inner| has_table(inner, &table.value))
            {
                let mut parts = parts.clone();
                unqualify(&mut parts, self.outer);
                let names: Vec<_> = parts.iter().map(|part| part.value.as_str()).collect();
                self.columns.push(names.join("."));
            }
            ControlFlow::Continue(())
        }
    }

    let mut own = Own { outer: select, inner: selects(&query.body), columns: Vec::new() };
    let _: ControlFlow<()> = query.visit(&mut own);
    own.columns.join(", ")
}

/// The selects of a query without those inside of them.
fn selects(body: &SetExpr) -> Vec<&Select> {
    match body {
        SetExpr::Select(select) => vec![select],
        SetExpr::Query(query) => selects(&query.body),
        SetExpr::SetOperation { left, right, .. } => [selects(left), selects(right)].concat(),
        _ => Vec::new(),
    }
}

/// Whether the FROM clause has a table of that name.
pub(super) fn has_table(select: &Select, wanted: &str) -> bool {
    let views = select.lateral_views.iter().filter_map(|view| view.lateral_view_name.0.last());
    let mut views = views.filter_map(|part| part.as_ident());
    views.any(|name| name.value.eq_ignore_ascii_case(wanted))
        || select.from.iter().any(|table| joins_table(table, wanted))
}

fn joins_table(joined: &TableWithJoins, wanted: &str) -> bool {
    let others = joined.joins.iter().map(|join| &join.relation);
    std::iter::once(&joined.relation).chain(others).any(|factor| is_table(factor, wanted))
}

fn is_table(factor: &TableFactor, wanted: &str) -> bool {
    let name = match factor {
        TableFactor::NestedJoin { alias: None, table_with_joins } => {
            return joins_table(table_with_joins, wanted);
        }
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. }
        | TableFactor::TableFunction { alias: Some(alias), .. }
        | TableFactor::Function { alias: Some(alias), .. }
        | TableFactor::UNNEST { alias: Some(alias), .. }
        | TableFactor::NestedJoin { alias: Some(alias), .. }
        | TableFactor::Pivot { alias: Some(alias), .. }
        | TableFactor::Unpivot { alias: Some(alias), .. } => Some(&alias.name),
        TableFactor::Table { name, .. } => name.0.last().and_then(|part| part.as_ident()),
        _ => None,
    };
    name.is_some_and(|name| name.value.eq_ignore_ascii_case(wanted))
}
