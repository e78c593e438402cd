//! ORDER BY as it is written: the names that it may use.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, OrderBy, OrderByKind, Query, Select, SelectItem, SetExpr, Visit as _,
    Visitor,
};

use dbsql_local::engine::SqlError;

use super::errors::{self, unsupported};
use super::groups;
use super::qualifiers::has_table;

/// What Spark rejects in ORDER BY, or finds in another way than the planner.
pub(super) fn error(query: &Query) -> Option<SqlError> {
    let order = query.order_by.as_ref()?;
    let SetExpr::Select(select) = &*query.body else {
        let is_qualified = |name: &Vec<Ident>| name.len() > 1;
        return columns(order)
            .iter()
            .any(is_qualified)
            .then(|| unsupported("a qualified column in ORDER BY after UNION"));
    };
    if groups::any_aggregate(order) {
        if select.having.is_some() {
            return Some(unsupported("an aggregate function in ORDER BY after HAVING"));
        }
        if select.distinct.is_some() {
            return Some(unsupported("an aggregate function in ORDER BY after DISTINCT"));
        }
    }
    if groups::any_computed_key(select, order) {
        return Some(unsupported("an expression of ROLLUP or CUBE in ORDER BY"));
    }
    if let Some(name) = key_of_sets(select, order) {
        return Some(errors::unresolved_column(&name.value, &[]));
    }
    columns(order).iter().find_map(|name| error_of(name, select))
}

/// A key of ROLLUP, CUBE or GROUPING SETS that is no column of the result: Spark does not find it.
fn key_of_sets<'a>(select: &Select, order: &'a OrderBy) -> Option<&'a Ident> {
    let GroupByExpr::Expressions(keys, modifiers) = &select.group_by else { return None };
    let is_set =
        |key: &Expr| matches!(key, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_));
    let OrderByKind::Expressions(sorts) = &order.kind else { return None };
    if modifiers.is_empty() && !keys.iter().any(is_set) {
        return None;
    }
    let is_output = |name: &Ident| {
        select.projection.iter().any(|item| match item {
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => true,
            item => Output::of(item).is_some_and(|output| is_same(output.name, name)),
        })
    };
    let names = sorts.iter().filter_map(|sort| match &sort.expr {
        Expr::Identifier(name) => Some(name),
        _ => None,
    });
    names.into_iter().find(|name| !is_output(name))
}

fn error_of(name: &[Ident], select: &Select) -> Option<SqlError> {
    let (first, last) = (name.first()?, name.last()?);
    let outputs = || select.projection.iter().filter_map(Output::of);
    let named = || outputs().filter(|output| is_same(output.name, last));
    let is_one = || {
        let mut columns = named().map(|output| output.itself());
        let first = columns.next().flatten();
        first.is_some() && columns.all(|column| column == first)
    };
    if name.len() == 1 && named().count() > 1 && !is_one() {
        return Some(unsupported(format!("ORDER BY {last}, which several columns are named")));
    }
    if name.len() == 2 && named().any(|output| output.is_renamed()) {
        return Some(unsupported(format!(
            "ORDER BY {first}.{last} beside a column of the result that is named {last}"
        )));
    }
    let is_member = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
            let is_of_struct = parts.len() > 2 || !has_table(select, &parts[0].value);
            is_of_struct && parts.last().is_some_and(|own| is_same(own, last))
        }
        _ => false,
    };
    if select.distinct.is_some() && select.projection.iter().any(is_member) {
        return Some(unsupported(format!("ORDER BY the member {last} of DISTINCT rows")));
    }
    let is_output = |name: &Ident| outputs().any(|output| is_same(output.name, name));
    let are_known = || select.projection.iter().all(|item| Output::of(item).is_some());
    if select.distinct.is_some() && are_known() && !name.iter().any(is_output) {
        return Some(errors::unresolved_column(&last.value, &[]));
    }
    None
}

fn is_same(one: &Ident, other: &Ident) -> bool {
    one.value.eq_ignore_ascii_case(&other.value)
}

/// A column of the result.
struct Output<'a> {
    name: &'a Ident,
    /// What it is, if it is a column of a table.
    column: Option<(&'a Ident, &'a Expr)>,
}

impl<'a> Output<'a> {
    fn of(item: &'a SelectItem) -> Option<Self> {
        let column = |expr: &'a Expr| {
            let name = match expr {
                Expr::Identifier(name) => Some(name),
                Expr::CompoundIdentifier(parts) => parts.last(),
                _ => None,
            };
            name.map(|name| (name, expr))
        };
        match item {
            SelectItem::ExprWithAlias { expr, alias } => {
                Some(Self { name: alias, column: column(expr) })
            }
            SelectItem::UnnamedExpr(expr) => {
                let column = column(expr)?;
                Some(Self { name: column.0, column: Some(column) })
            }
            _ => None,
        }
    }

    /// The column of this name, if it is that.
    fn itself(&self) -> Option<String> {
        let (own, expr) = self.column?;
        is_same(own, self.name).then(|| expr.to_string().to_lowercase())
    }

    /// Whether it is a column of another name.
    fn is_renamed(&self) -> bool {
        self.column.is_some_and(|(own, _)| !is_same(own, self.name))
    }
}

/// The columns in ORDER BY, outside of subqueries.
fn columns(order: &OrderBy) -> Vec<Vec<Ident>> {
    #[derive(Default)]
    struct Columns {
        found: Vec<Vec<Ident>>,
        depth: usize,
    }

    impl Visitor for Columns {
        type Break = ();

        fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
            self.depth += 1;
            ControlFlow::Continue(())
        }

        fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
            self.depth -= 1;
            ControlFlow::Continue(())
        }

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Identifier(name) if self.depth == 0 => self.found.push(vec![name.clone()]),
                Expr::CompoundIdentifier(parts) if self.depth == 0 => {
                    self.found.push(parts.clone());
                }
                _ => {}
            }
            ControlFlow::Continue(())
        }
    }

    let mut columns = Columns::default();
    let _: ControlFlow<()> = order.visit(&mut columns);
    columns.found
}
