//! Columns of an outer query that are used in a subquery.

use std::ops::ControlFlow;

use datafusion::common::Column;
use datafusion::sql::sqlparser::ast::{
    Expr, Query, Select, SetExpr, Statement, TableFactor, Visit as _, Visitor,
};

/// Whether a subquery names the table of this column, and only a query around it has such a table. It
/// may be nested too deep for DataFusion.
pub(super) fn any_of(statement: &Statement, column: &Column) -> bool {
    let Some(table) = &column.relation else { return false };
    let mut scopes = Scopes { table: table.table(), column: &column.name, scopes: Vec::new() };
    statement.visit(&mut scopes).is_break()
}

struct Scopes<'a> {
    table: &'a str,
    column: &'a str,
    /// The names of the tables of each query, from the outermost inwards.
    scopes: Vec<Vec<String>>,
}

impl Visitor for Scopes<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = match &*query.body {
            SetExpr::Select(select) => tables(select),
            _ => Vec::new(),
        };
        self.scopes.push(tables);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let Expr::CompoundIdentifier(names) = expr else { return ControlFlow::Continue(()) };
        let [table, column] = &names[..] else { return ControlFlow::Continue(()) };
        let is_it = table.value.eq_ignore_ascii_case(self.table)
            && column.value.eq_ignore_ascii_case(self.column);
        let has =
            |tables: &Vec<String>| tables.iter().any(|own| own.eq_ignore_ascii_case(self.table));
        let Some((own, outer)) = self.scopes.split_last() else { return ControlFlow::Continue(()) };
        match is_it && !has(own) && outer.iter().any(has) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

fn tables(select: &Select) -> Vec<String> {
    let factors = select.from.iter().flat_map(|table| {
        std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
    });
    let name = |factor: &TableFactor| match factor {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. } => Some(alias.name.value.clone()),
        TableFactor::Table { name, .. } => Some(name.0.last()?.as_ident()?.value.clone()),
        _ => None,
    };
    factors.filter_map(name).collect()
}
