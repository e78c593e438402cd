//! The expressions of a tree without those of subqueries, which have columns and aliases of their own.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, VisitMut, VisitorMut};

/// Calls `change` for each expression, those inside of another one first.
pub(super) fn change(tree: &mut impl VisitMut, change: impl FnMut(&mut Expr)) {
    let _: ControlFlow<()> = tree.visit(&mut Own { change, subqueries: 0 });
}

struct Own<F> {
    change: F,
    /// How many subqueries are open.
    subqueries: usize,
}

impl<F: FnMut(&mut Expr)> VisitorMut for Own<F> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.subqueries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.subqueries -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.subqueries == 0 {
            (self.change)(expr);
        }
        ControlFlow::Continue(())
    }
}
