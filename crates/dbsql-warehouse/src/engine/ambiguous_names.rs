//! Columns of one name in a subquery: DataFusion gives the second another, and takes the first for both.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, SetExpr, TableFactor, Visit as _, Visitor,
};

/// Returns a column that is used though a subquery in FROM has two of that name.
pub(super) fn find(select: &Select) -> Option<String> {
    let factors = select.from.iter().flat_map(|table| {
        std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
    });
    let mut twice = Vec::new();
    for factor in factors {
        let TableFactor::Derived { subquery, alias, .. } = factor else { continue };
        let SetExpr::Select(inner) = &*subquery.body else { continue };
        if alias.as_ref().is_some_and(|alias| !alias.columns.is_empty()) {
            continue;
        }
        let names: Vec<_> = inner.projection.iter().filter_map(output_name).collect();
        let is_again = |(at, name): (usize, &String)| names[..at].contains(name);
        let again = names.iter().enumerate().filter(|own| is_again(*own));
        let table = alias.as_ref().map(|alias| alias.name.value.to_lowercase());
        twice.extend(again.map(|(_, name)| (table.clone(), name.clone())));
    }
    if twice.is_empty() {
        return None;
    }
    let mut uses = Uses { twice: &twice, depth: 0 };
    let parts = [
        select.projection.visit(&mut uses),
        select.selection.visit(&mut uses),
        select.having.visit(&mut uses),
    ];
    parts.into_iter().find_map(ControlFlow::break_value)
}

fn output_name(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias: name, .. }
        | SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.to_lowercase()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => {
            Some(names.last()?.value.to_lowercase())
        }
        _ => None,
    }
}

/// Finds a use of one of these columns, but not in subqueries.
struct Uses<'a> {
    /// Each with the name of its table.
    twice: &'a [(Option<String>, String)],
    depth: usize,
}

impl Uses<'_> {
    fn has(&self, table: Option<&Ident>, name: &Ident) -> bool {
        let name = name.value.to_lowercase();
        let table = table.map(|table| table.value.to_lowercase());
        self.twice.iter().any(|(own, twice)| *twice == name && (table.is_none() || *own == table))
    }
}

impl Visitor for Uses<'_> {
    type Break = String;

    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<String> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<String> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<String> {
        match expr {
            Expr::Identifier(name) if self.depth == 0 && self.has(None, name) => {
                ControlFlow::Break(name.value.clone())
            }
            Expr::CompoundIdentifier(parts) => match &parts[..] {
                [table, name] if self.depth == 0 && self.has(Some(table), name) => {
                    ControlFlow::Break(name.value.clone())
                }
                _ => ControlFlow::Continue(()),
            },
            _ => ControlFlow::Continue(()),
        }
    }
}
