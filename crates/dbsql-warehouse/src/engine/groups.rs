//! GROUP BY and HAVING as they are written: positions and aliases, and keys in other words.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
    GroupByWithModifier, Ident, ObjectName, ObjectNamePart, Query, Select, SelectItem,
    UnaryOperator, Value, Visit, VisitMut, Visitor, VisitorMut, visit_expressions,
};

use dbsql_local::engine::SqlError;

use super::errors::unsupported;
use super::functions::is_aggregate;

/// `GROUP BY a, b WITH ROLLUP` is `GROUP BY ROLLUP(a, b)`, and inside of ROLLUP the planner does not
/// know what a position stands for.
pub(super) fn place(select: &mut Select) {
    let projection = &select.projection;
    let GroupByExpr::Expressions(exprs, modifiers) = &mut select.group_by else { return };
    for expr in &mut *exprs {
        if let Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) = expr {
            for key in sets.iter_mut().flatten() {
                if let Some(item) = item_at(key, projection) {
                    *key = item.clone();
                }
            }
        }
    }
    let with = match &modifiers[..] {
        [GroupByWithModifier::Rollup] => Expr::Rollup,
        [GroupByWithModifier::Cube] => Expr::Cube,
        _ => return,
    };
    let columns = std::mem::take(exprs).into_iter();
    let columns =
        columns.map(|expr| vec![item_at(&expr, projection).cloned().unwrap_or(expr)]).collect();
    exprs.push(with(columns));
    modifiers.clear();
}

/// What a position in GROUP BY stands for.
fn item_at<'a>(key: &Expr, projection: &'a [SelectItem]) -> Option<&'a Expr> {
    match projection.get(position(key)?.checked_sub(1)?)? {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    }
}

fn position(key: &Expr) -> Option<usize> {
    let Expr::Value(value) = key else { return None };
    match &value.value {
        Value::Number(digits, _) => digits.parse().ok(),
        _ => None,
    }
}

/// What Spark rejects in GROUP BY, as it is written.
pub(super) fn error(select: &Select) -> Option<SqlError> {
    let GroupByExpr::Expressions(keys, modifiers) = &select.group_by else { return None };
    let is_aggregated = |key: &Expr| {
        let at = position(key).and_then(|position| position.checked_sub(1));
        let item = at.and_then(|at| select.projection.get(at));
        item.is_some_and(any_aggregate)
    };
    let in_sets: Vec<&Expr> = keys.iter().flat_map(set_keys).collect();
    if keys.iter().any(is_aggregated) || in_sets.iter().any(|key| is_aggregated(key)) {
        let message = "A position in GROUP BY must not be that of an aggregate function.";
        return Some(SqlError::new("GROUP_BY_POS_AGGREGATE", "42903", message));
    }
    let is_known = |item: &SelectItem| {
        matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. })
    };
    let is_beyond = |key: &&Expr| {
        position(key).is_some_and(|position| position == 0 || position > select.projection.len())
    };
    if select.projection.iter().all(is_known) && in_sets.iter().any(is_beyond) {
        let message = "A position in GROUP BY must be between 1 and the number of columns.";
        return Some(SqlError::new("GROUP_BY_POS_OUT_OF_RANGE", "42805", message));
    }
    if any_computed_key(select, &select.having) {
        return Some(unsupported("an expression of ROLLUP or CUBE in HAVING"));
    }
    let has_sets = !in_sets.is_empty() || !modifiers.is_empty();
    if has_sets && select.projection.iter().any(aggregates_key_in_window) {
        let message = "A column of several groupings must be aggregated before a window function.";
        return Some(SqlError::new("MISSING_AGGREGATION", "42803", message));
    }
    None
}

/// Whether a key of several groupings that is no column is used there, which Spark does not find.
pub(super) fn any_computed_key(select: &Select, tree: &impl Visit) -> bool {
    let GroupByExpr::Expressions(keys, modifiers) = &select.group_by else { return false };
    let plain = keys.iter().filter(|_| !modifiers.is_empty());
    let keys = keys.iter().flat_map(set_keys).chain(plain);
    let is_computed = |key: &&Expr| position(key).is_none() && column_name(key).is_none();
    let keys: Vec<_> = keys.filter(is_computed).map(canonical).collect();
    !keys.is_empty()
        && visit_expressions(tree, |expr| match keys.contains(&canonical(expr)) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
        .is_break()
}

/// Whether rows are grouped by an item of the select list.
pub(super) fn by_item(select: &Select, at: usize) -> bool {
    let alias = match &select.projection[at] {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias),
        _ => None,
    };
    match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(keys, _) => keys.iter().any(|key| match key {
            Expr::Identifier(name) => {
                alias.is_some_and(|alias| alias.value.eq_ignore_ascii_case(&name.value))
            }
            key => position(key) == Some(at + 1),
        }),
    }
}

fn set_keys(key: &Expr) -> Vec<&Expr> {
    match key {
        Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => {
            sets.iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an aggregate function of a window is over a column and not over another aggregate.
fn aggregates_key_in_window(item: &SelectItem) -> bool {
    visit_expressions(item, |expr| match expr {
        Expr::Function(function)
            if function.over.is_some()
                && is_aggregate(&function.name.to_string().to_lowercase())
                && any_column(&function.args) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// Whether there is a column outside of aggregate functions.
fn any_column(tree: &impl Visit) -> bool {
    #[derive(Default)]
    struct Columns {
        aggregates: usize,
    }

    impl Visitor for Columns {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            self.aggregates += usize::from(is_aggregate_call(expr));
            match expr {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) if self.aggregates == 0 => {
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            }
        }

        fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            self.aggregates -= usize::from(is_aggregate_call(expr));
            ControlFlow::Continue(())
        }
    }

    tree.visit(&mut Columns::default()).is_break()
}

fn is_aggregate_call(expr: &Expr) -> bool {
    match expr {
        Expr::Function(function) => {
            function.over.is_none() && is_aggregate(&function.name.to_string().to_lowercase())
        }
        _ => false,
    }
}

/// Whether an aggregate function is called there, and not in a subquery.
pub(super) fn any_aggregate(tree: &impl Visit) -> bool {
    struct Aggregates {
        depth: usize,
    }

    impl Visitor for Aggregates {
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
            match self.depth == 0 && is_aggregate_call(expr) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }

    tree.visit(&mut Aggregates { depth: 0 }).is_break()
}

/// Whether an aggregate function is called in the arguments of another.
pub(super) fn any_nested_aggregate(tree: &impl Visit) -> bool {
    visit_expressions(tree, |expr| match expr {
        Expr::Function(function) if is_aggregate_call(expr) && any_aggregate(&function.args) => {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// In HAVING a name is a key of GROUP BY first, then an alias of the select list; in the arguments of
/// aggregate functions it is a column. Aliases of columns are left to the planner, which knows whether
/// there is a column of that name, too.
pub(super) fn resolve_having(select: &mut Select) {
    let Some(having) = &mut select.having else { return };
    let keys = key_columns(&select.group_by, &select.projection);
    let aliases = select.projection.iter().filter_map(|item| match item {
        SelectItem::ExprWithAlias { expr, alias } if column_name(expr).is_none() => {
            Some((alias.value.to_lowercase(), expr)).filter(|(alias, _)| !keys.contains(alias))
        }
        _ => None,
    });
    let mut having_aliases = HavingAliases { aliases: aliases.collect(), inside: 0 };
    let _: ControlFlow<()> = VisitMut::visit(having, &mut having_aliases);
}

/// The names of the columns that rows are grouped by.
fn key_columns(group_by: &GroupByExpr, projection: &[SelectItem]) -> Vec<String> {
    let expr_of = |item| match item {
        &SelectItem::UnnamedExpr(ref expr) | &SelectItem::ExprWithAlias { ref expr, .. } => {
            Some(expr)
        }
        _ => None,
    };
    let GroupByExpr::Expressions(keys, _) = group_by else {
        return projection.iter().filter_map(expr_of).filter_map(column_name).collect();
    };
    let sets = keys.iter().flat_map(set_keys);
    let keys = keys.iter().chain(sets);
    let items = || projection.iter().filter_map(|item| Some((expr_of(item)?, item)));
    let meant = |key: &Expr| {
        item_at(key, projection).and_then(column_name).or_else(|| {
            let name = column_name(key)?;
            let by_alias = items().find_map(|(expr, item)| match item {
                SelectItem::ExprWithAlias { alias, .. } if alias.value.to_lowercase() == name => {
                    column_name(expr)
                }
                _ => None,
            });
            Some(by_alias.unwrap_or(name))
        })
    };
    keys.filter_map(meant).collect()
}

fn column_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) => Some(name.value.to_lowercase()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.to_lowercase()),
        _ => None,
    }
}

struct HavingAliases<'a> {
    aliases: Vec<(String, &'a Expr)>,
    /// How many aggregate functions and subqueries are open.
    inside: usize,
}

impl VisitorMut for HavingAliases<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.inside += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.inside -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.inside += usize::from(is_aggregate_call(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.inside -= usize::from(is_aggregate_call(expr));
        if self.inside == 0
            && let Expr::Identifier(name) = expr
        {
            let name = name.value.to_lowercase();
            if let Some((_, meaning)) = self.aliases.iter().find(|(alias, _)| *alias == name) {
                *expr = Expr::Nested(Box::new((*meaning).clone()));
            }
        }
        ControlFlow::Continue(())
    }
}

/// Writes a part of the select list that is a key of GROUP BY in other words, such as `1 + v` for
/// `v + 1`, as the key.
pub(super) fn unify(select: &mut Select) {
    let GroupByExpr::Expressions(keys, _) = &select.group_by else { return };
    let is_simple = |key: &&Expr| {
        matches!(key, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_))
    };
    let keys = keys.iter().filter(|key| set_keys(key).is_empty() && !is_simple(key));
    let key = |expr: &Expr| Key { leaves: leaves(expr), form: canonical(expr), expr: expr.clone() };
    let keys: Vec<_> = keys.map(key).collect();
    if !keys.is_empty() {
        let _: ControlFlow<()> = VisitMut::visit(&mut select.projection, &mut Keys(&keys));
    }
}

/// A key of GROUP BY.
struct Key {
    leaves: usize,
    form: String,
    expr: Expr,
}

/// The number of columns and literals, which the order of operands does not change.
fn leaves(expr: &Expr) -> usize {
    let mut count = 0;
    let _: ControlFlow<()> = visit_expressions(expr, |expr| {
        let is_leaf =
            matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_));
        count += usize::from(is_leaf);
        ControlFlow::Continue(())
    });
    count
}

struct Keys<'a>(&'a [Key]);

impl VisitorMut for Keys<'_> {
    type Break = ();

    // Not before its parts, or the parts of a key would be looked at in turn.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let can_differ = matches!(
            expr,
            Expr::BinaryOp { .. }
                | Expr::UnaryOp { .. }
                | Expr::InList { .. }
                | Expr::IsNotDistinctFrom(..)
                | Expr::Function(_)
        );
        // The form of a long chain takes long to find.
        let leaves = if can_differ { leaves(expr) } else { 0 };
        if can_differ && self.0.iter().any(|key| key.leaves == leaves) {
            let form = canonical(expr);
            if let Some(key) = self.0.iter().find(|key| key.form == form) {
                *expr = key.expr.clone();
            }
        }
        ControlFlow::Continue(())
    }
}

/// The same text for expressions that differ in the order of operands alone.
fn canonical(expr: &Expr) -> String {
    let mut expr = expr.clone();
    let _: ControlFlow<()> = VisitMut::visit(&mut expr, &mut Canonical);
    expr.to_string()
}

struct Canonical;

impl VisitorMut for Canonical {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Nested(inner) => *expr = (**inner).clone(),
            Expr::Identifier(name) => *name = lower(name),
            Expr::CompoundIdentifier(parts) => {
                parts.iter_mut().for_each(|part| *part = lower(part));
            }
            Expr::BinaryOp { left, op, right } => {
                match op {
                    BinaryOperator::Gt => {
                        *op = BinaryOperator::Lt;
                        std::mem::swap(left, right);
                    }
                    BinaryOperator::GtEq => {
                        *op = BinaryOperator::LtEq;
                        std::mem::swap(left, right);
                    }
                    _ if commutes(op) => {
                        *expr = ordered(op, left, right);
                    }
                    _ => {}
                }
                *expr = Expr::Nested(Box::new(expr.clone()));
            }
            Expr::UnaryOp { op: UnaryOperator::Not, expr: inner } => {
                if let Some(opposite) = opposite(inner) {
                    *expr = opposite;
                    return self.post_visit_expr(expr);
                }
            }
            Expr::IsNotDistinctFrom(left, right) if left.to_string() > right.to_string() => {
                std::mem::swap(left, right);
            }
            Expr::InList { list, .. } => list.sort_by_cached_key(ToString::to_string),
            Expr::Function(function) => sort_arguments(function),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn lower(name: &Ident) -> Ident {
    Ident::new(name.value.to_lowercase())
}

fn commutes(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Plus
            | BinaryOperator::Multiply
            | BinaryOperator::And
            | BinaryOperator::Or
            | BinaryOperator::Eq
            | BinaryOperator::BitwiseAnd
            | BinaryOperator::BitwiseOr
            | BinaryOperator::BitwiseXor
    )
}

/// A chain of one operator with its operands in order.
fn ordered(op: &BinaryOperator, left: &Expr, right: &Expr) -> Expr {
    let mut operands = Vec::new();
    for side in [left, right] {
        push_operands(op, side, &mut operands);
    }
    operands.sort_by_cached_key(ToString::to_string);
    let mut operands = operands.into_iter();
    let first = operands.next().unwrap_or_else(|| left.clone());
    operands.fold(first, |chain, operand| Expr::BinaryOp {
        left: Box::new(chain),
        op: op.clone(),
        right: Box::new(operand),
    })
}

fn push_operands(op: &BinaryOperator, side: &Expr, operands: &mut Vec<Expr>) {
    match side {
        Expr::Nested(inner) if matches!(&**inner, Expr::BinaryOp { op: own, .. } if own == op) => {
            push_operands(op, inner, operands);
        }
        Expr::BinaryOp { left, op: own, right } if own == op && *op != BinaryOperator::Eq => {
            push_operands(op, left, operands);
            push_operands(op, right, operands);
        }
        operand => operands.push(operand.clone()),
    }
}

/// The opposite of a comparison.
fn opposite(expr: &Expr) -> Option<Expr> {
    let Expr::Nested(inner) = expr else { return None };
    let Expr::BinaryOp { left, op, right } = &**inner else { return None };
    let op = match op {
        BinaryOperator::Lt => BinaryOperator::GtEq,
        BinaryOperator::LtEq => BinaryOperator::Gt,
        _ => return None,
    };
    Some(Expr::BinaryOp { left: left.clone(), op, right: right.clone() })
}

fn sort_arguments(function: &mut Function) {
    let name = function.name.to_string().to_lowercase();
    function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name.clone()))]);
    if let FunctionArguments::List(list) = &mut function.args
        && matches!(&*name, "greatest" | "least")
    {
        list.args.sort_by_cached_key(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => expr.to_string(),
            other => other.to_string(),
        });
    }
}
