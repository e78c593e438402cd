//! An alias of a select list that later items of the same list use: `SELECT v AS a, a + 1 AS b`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, Select, SelectItem, Value, Visit, VisitMut, Visitor, VisitorMut,
    visit_expressions,
};
use dbsql_local::engine::SqlError;

/// Replaces the alias with its expression in later items; returns whether there was such an item.
pub(super) fn substitute(tree: &mut impl VisitMut, name: &str) -> bool {
    let mut aliases = Aliases { name, found: false };
    let _: ControlFlow<()> = tree.visit(&mut aliases);
    aliases.found
}

/// Whether a window function uses the name, which is an alias of an item before it.
pub(super) fn is_in_window(tree: &impl Visit, name: &str) -> bool {
    struct Windows<'a>(&'a str);

    impl Visitor for Windows<'_> {
        type Break = ();

        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            let mut is_alias = false;
            for item in &select.projection {
                let expr = match item {
                    SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => expr,
                    _ => continue,
                };
                if is_alias && window_uses(expr, self.0) {
                    return ControlFlow::Break(());
                }
                is_alias |= matches!(item, SelectItem::ExprWithAlias { alias, .. } if is_named(alias, self.0));
            }
            ControlFlow::Continue(())
        }
    }

    tree.visit(&mut Windows(name)).is_break()
}

fn window_uses(expr: &Expr, name: &str) -> bool {
    visit_expressions(expr, |expr| match expr {
        Expr::Function(function) if function.over.is_some() => {
            visit_expressions(function, |expr| match expr {
                Expr::Identifier(own) if is_named(own, name) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            })
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// The error of such a use.
pub(super) fn in_window() -> SqlError {
    let message = "An alias of the same select list cannot be used in a window function.";
    SqlError::new("UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW", "0A000", message)
}

struct Aliases<'a> {
    name: &'a str,
    found: bool,
}

impl VisitorMut for Aliases<'_> {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let mut meaning = None;
        for item in &mut select.projection {
            let expr = match item {
                SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => expr,
                _ => continue,
            };
            if let Some(meaning) = &meaning {
                // The name of the column remains.
                let alias = match &*expr {
                    Expr::Identifier(own) if is_named(own, self.name) => Some(own.clone()),
                    _ => None,
                };
                let mut uses = Uses { name: self.name, meaning, found: false };
                let _: ControlFlow<()> = expr.visit(&mut uses);
                self.found |= uses.found;
                if let Some(alias) = alias
                    && let SelectItem::UnnamedExpr(expr) = item
                {
                    *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
                }
            } else if let SelectItem::ExprWithAlias { expr, alias } = item
                && is_named(alias, self.name)
            {
                meaning = Some(Expr::Nested(Box::new(expr.clone())));
            }
        }
        ControlFlow::Continue(())
    }
}

fn is_named(ident: &Ident, name: &str) -> bool {
    ident.value.to_lowercase() == name
}

struct Uses<'a> {
    name: &'a str,
    meaning: &'a Expr,
    found: bool,
}

impl VisitorMut for Uses<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) if is_named(ident, self.name) => {
                *expr = self.meaning.clone();
                self.found = true;
            }
            Expr::CompoundIdentifier(parts) if is_named(&parts[0], self.name) => {
                let dot = |part: &Ident| {
                    AccessExpr::Dot(Expr::Value(
                        Value::SingleQuotedString(part.value.clone()).into(),
                    ))
                };
                *expr = Expr::CompoundFieldAccess {
                    root: Box::new(self.meaning.clone()),
                    access_chain: parts[1..].iter().map(dot).collect(),
                };
                self.found = true;
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
