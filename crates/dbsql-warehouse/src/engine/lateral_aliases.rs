//! An alias of a select list that later items of the same list use: `SELECT v AS a, a + 1 AS b`.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, Query, Select, SelectItem, Value, Visit, VisitMut, Visitor,
    VisitorMut, visit_expressions,
};
use dbsql_local::engine::SqlError;

use super::errors::unsupported;
use super::functions::is_aggregate;
use super::groups;
use super::own_expressions;

/// Replaces the alias with its expression in later items; returns whether there was such an item.
pub(super) fn substitute(tree: &mut impl VisitMut, name: &str) -> bool {
    let mut aliases = Aliases { name, found: false };
    let _: ControlFlow<()> = tree.visit(&mut aliases);
    aliases.found
}

/// The number of expressions.
pub(super) fn size(tree: &impl Visit) -> usize {
    let mut count = 0;
    let _: ControlFlow<()> = visit_expressions(tree, |_| {
        count += 1;
        ControlFlow::Continue(())
    });
    count
}

/// The error of an alias that a later item uses where Spark does not take one.
pub(super) fn error(tree: &impl Visit, name: &str) -> Option<SqlError> {
    tree.visit(&mut Places(name)).break_value().map(|place| {
        let (subclass, place) = match place {
            Place::Window => ("WINDOW", "a window function"),
            Place::Aggregate => ("AGGREGATE_FUNC", "an aggregate function"),
            Place::GroupBy => ("GROUP_BY", "a column of GROUP BY"),
            Place::Unclear => {
                return unsupported(format!(
                    "{name}, an alias and a member of a struct, in a list"
                ));
            }
            Place::Ambiguous => {
                let message = format!("The alias `{name}` of the same select list is ambiguous.");
                return SqlError::new("AMBIGUOUS_LATERAL_COLUMN_ALIAS", "42702", message);
            }
        };
        let class = format!("UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_{subclass}");
        let message = format!("An alias of the same select list cannot be used in {place}.");
        SqlError::new(class, "0A000", message)
    })
}

enum Place {
    Window,
    Aggregate,
    GroupBy,
    Ambiguous,
    /// An alias beside a member of a struct that has its name.
    Unclear,
}

/// Where an alias is used by items after its own.
struct Places<'a>(&'a str);

impl Visitor for Places<'_> {
    type Break = Place;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Place> {
        let (mut aliases, mut members) = (0, 0);
        for (at, item) in select.projection.iter().enumerate() {
            let expr = match item {
                SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => expr,
                _ => continue,
            };
            if aliases > 0 {
                self.find(expr)?;
                if uses(expr, self.0) && groups::by_item(select, at) {
                    return ControlFlow::Break(Place::GroupBy);
                }
                if aliases > 1 && uses(expr, self.0) {
                    let place = if members > 0 { Place::Unclear } else { Place::Ambiguous };
                    return ControlFlow::Break(place);
                }
            }
            let is_alias =
                matches!(item, SelectItem::ExprWithAlias { alias, .. } if is_named(alias, self.0));
            let is_member =
                matches!(expr, Expr::CompoundIdentifier(_) | Expr::CompoundFieldAccess { .. });
            aliases += usize::from(is_alias);
            members += usize::from(is_alias && is_member);
        }
        ControlFlow::Continue(())
    }
}

impl Places<'_> {
    fn find(&self, expr: &Expr) -> ControlFlow<Place> {
        visit_expressions(expr, |expr| match expr {
            Expr::Function(function) if uses(function, self.0) => {
                if function.over.is_some() {
                    ControlFlow::Break(Place::Window)
                } else if is_aggregate(&function.name.to_string().to_lowercase()) {
                    ControlFlow::Break(Place::Aggregate)
                } else {
                    ControlFlow::Continue(())
                }
            }
            _ => ControlFlow::Continue(()),
        })
    }
}

fn uses(tree: &impl Visit, name: &str) -> bool {
    visit_expressions(tree, |expr| match expr {
        Expr::Identifier(own) if is_named(own, name) => ControlFlow::Break(()),
        Expr::CompoundIdentifier(parts) if is_named(&parts[0], name) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
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
                self.found |= put(expr, self.name, meaning);
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

/// Puts the meaning where the alias is used, but not in subqueries, which do not know it.
fn put(expr: &mut Expr, name: &str, meaning: &Expr) -> bool {
    let mut found = false;
    own_expressions::change(expr, |expr| match expr {
        Expr::Identifier(ident) if is_named(ident, name) => {
            *expr = meaning.clone();
            found = true;
        }
        Expr::CompoundIdentifier(parts) if is_named(&parts[0], name) => {
            let dot = |part: &Ident| {
                AccessExpr::Dot(Expr::Value(Value::SingleQuotedString(part.value.clone()).into()))
            };
            *expr = Expr::CompoundFieldAccess {
                root: Box::new(meaning.clone()),
                access_chain: parts[1..].iter().map(dot).collect(),
            };
            found = true;
        }
        _ => {}
    });
    found
}

/// The query with such names as the names of columns show them.
pub(super) fn marked(query: &Query, names: &BTreeSet<String>) -> Query {
    let mut query = query.clone();
    let _: ControlFlow<()> = VisitMut::visit(&mut query, &mut Marker(names));
    query
}

struct Marker<'a>(&'a BTreeSet<String>);

impl VisitorMut for Marker<'_> {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let mut aliases = BTreeSet::new();
        for item in &mut select.projection {
            match item {
                // The member of a struct can be referred to, too.
                SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                    let member = parts.last().map(|part| part.value.to_lowercase());
                    aliases.extend(member.filter(|member| self.0.contains(member)));
                }
                SelectItem::UnnamedExpr(expr) if !is_column(expr) => {
                    let mut references = References { aliases: &aliases, depth: 0 };
                    let _: ControlFlow<()> = VisitMut::visit(expr, &mut references);
                }
                SelectItem::ExprWithAlias { alias, .. } => {
                    let alias = alias.value.to_lowercase();
                    aliases.extend(self.0.contains(&alias).then_some(alias));
                }
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether it has the name of a column, also where it converts the column.
fn is_column(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(expr) | Expr::Cast { expr, .. } => is_column(expr),
        expr => matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)),
    }
}

struct References<'a> {
    aliases: &'a BTreeSet<String>,
    /// How many subqueries are open.
    depth: usize,
}

impl VisitorMut for References<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let parts = match &*expr {
            Expr::Identifier(name) => std::slice::from_ref(name),
            Expr::CompoundIdentifier(parts) => &parts[..],
            _ => return ControlFlow::Continue(()),
        };
        if let ([first, ..], [.., last]) = (parts, parts)
            && self.depth == 0
            && self.aliases.contains(&first.value.to_lowercase())
        {
            let name = format!("lateralAliasReference({})", last.value);
            *expr = Expr::Identifier(Ident::with_quote('`', name));
        }
        ControlFlow::Continue(())
    }
}
