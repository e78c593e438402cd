//! Columns that both sides of a join have, by USING.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ExceptSelectItem, Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart,
    Select, SelectItem, SelectItemQualifiedWildcardKind, Statement, TableFactor, Visit, Visitor,
    WildcardAdditionalOptions, visit_expressions,
};

use super::names;
use super::own_expressions;
use super::parameters::call;
use super::qualifiers::without_tables;

/// Writes such a column as that of the side which has a row, and `*` as first the columns that both
/// sides have, then the others.
pub(super) fn expand(select: &mut Select) {
    lower_case(select);
    let [table] = &select.from[..] else { return };
    let [join] = &table.joins[..] else { return };
    let Some(shared) = shared_columns(join) else { return };
    let (Some(left), Some(right)) = (name_of(&table.relation), name_of(&join.relation)) else {
        return;
    };
    let (is_right, is_full, is_filter) = (
        is_right(&join.join_operator),
        is_full(&join.join_operator),
        is_filter(&join.join_operator),
    );
    let column = |name: &Ident| {
        let of = |table: &Ident| Expr::CompoundIdentifier(vec![table.clone(), name.clone()]);
        match (is_right, is_full) {
            (true, _) => of(&right),
            (_, true) => call("coalesce", vec![of(&left), of(&right)]),
            _ => of(&left),
        }
    };
    let mut items = Vec::new();
    for item in std::mem::take(&mut select.projection) {
        match item {
            SelectItem::Wildcard(options) if options == WildcardAdditionalOptions::default() => {
                items.extend(shared.iter().map(|name| SelectItem::ExprWithAlias {
                    expr: column(name),
                    alias: name.clone(),
                }));
                let tables = [&left, &right];
                let tables = if is_filter { &tables[..1] } else { &tables[..] };
                items.extend(tables.iter().map(|table| others(table, &shared)));
            }
            SelectItem::UnnamedExpr(Expr::Identifier(name)) if is_shared(&shared, &name) => {
                let expr = Expr::Identifier(name.clone());
                items.push(SelectItem::ExprWithAlias { expr, alias: name });
            }
            SelectItem::UnnamedExpr(expr) if !is_column(&expr) && uses(&expr, &shared) => {
                // With the name of what was written.
                let name = names::text(&without_tables(&expr, select));
                let alias = Ident::with_quote('`', name);
                items.push(SelectItem::ExprWithAlias { expr, alias });
            }
            item => items.push(item),
        }
    }
    select.projection = items;
    // A subquery may have another column of that name.
    let put = |expr: &mut Expr| {
        if let Expr::Identifier(name) = expr
            && is_shared(&shared, name)
        {
            *expr = column(name);
        }
    };
    own_expressions::change(&mut select.projection, put);
    own_expressions::change(&mut select.selection, put);
    own_expressions::change(&mut select.group_by, put);
    own_expressions::change(&mut select.having, put);
    own_expressions::change(&mut select.qualify, put);
}

/// The planner compares names of USING as they are written.
fn lower_case(select: &mut Select) {
    for join in select.from.iter_mut().flat_map(|table| &mut table.joins) {
        if let Some(JoinConstraint::Using(shared)) = constraint_mut(&mut join.join_operator) {
            for part in shared.iter_mut().flat_map(|name| &mut name.0) {
                if let ObjectNamePart::Identifier(name) = part {
                    name.value = name.value.to_lowercase();
                }
            }
        }
    }
}

/// Whether a join by USING names this column.
pub(super) fn any_with(statement: &Statement, column: &str) -> bool {
    struct Joins<'a>(&'a str);

    impl Visitor for Joins<'_> {
        type Break = ();

        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            let joins = select.from.iter().flat_map(|table| &table.joins);
            let mut shared = joins.filter_map(shared_columns).flatten();
            match shared.any(|name| name.value.eq_ignore_ascii_case(self.0)) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }

    Visit::visit(statement, &mut Joins(column)).is_break()
}

/// Whether the columns that both sides have are those of the left side alone, or cannot be told.
pub(super) fn is_unclear(select: &Select) -> bool {
    if select.projection.iter().all(|item| matches!(item, SelectItem::Wildcard(_))) {
        return false;
    }
    select.from.iter().any(|table| {
        let is_alone = select.from.len() == 1
            && table.joins.len() == 1
            && name_of(&table.relation).is_some()
            && name_of(&table.joins[0].relation).is_some();
        table.joins.iter().any(|join| {
            let keeps_right = is_right(&join.join_operator) || is_full(&join.join_operator);
            let is_natural =
                matches!(constraint(&join.join_operator), Some(JoinConstraint::Natural));
            keeps_right && (is_natural || shared_columns(join).is_some() && !is_alone)
        })
    })
}

/// Whether one of these columns is used without a table.
fn uses(expr: &Expr, shared: &[Ident]) -> bool {
    visit_expressions(expr, |expr| match expr {
        Expr::Identifier(name) if is_shared(shared, name) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

fn is_shared(shared: &[Ident], name: &Ident) -> bool {
    shared.iter().any(|own| own.value.eq_ignore_ascii_case(&name.value))
}

/// The condition of a join.
pub(super) fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::Semi(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::Anti(constraint)
        | JoinOperator::LeftAnti(constraint) => Some(constraint),
        _ => None,
    }
}

fn constraint_mut(operator: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::Semi(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::Anti(constraint)
        | JoinOperator::LeftAnti(constraint) => Some(constraint),
        _ => None,
    }
}

pub(super) fn is_right(operator: &JoinOperator) -> bool {
    matches!(operator, JoinOperator::Right(_) | JoinOperator::RightOuter(_))
}

pub(super) fn is_full(operator: &JoinOperator) -> bool {
    matches!(operator, JoinOperator::FullOuter(_))
}

/// Whether it is a NATURAL join that only selects rows of its left side.
pub(super) fn is_natural_filter(join: &Join) -> bool {
    is_filter(&join.join_operator)
        && matches!(constraint(&join.join_operator), Some(JoinConstraint::Natural))
}

/// Whether the join only selects rows of its left side.
pub(super) fn is_filter(operator: &JoinOperator) -> bool {
    matches!(
        operator,
        JoinOperator::Semi(_)
            | JoinOperator::LeftSemi(_)
            | JoinOperator::Anti(_)
            | JoinOperator::LeftAnti(_)
    )
}

fn shared_columns(join: &Join) -> Option<Vec<Ident>> {
    let JoinConstraint::Using(shared) = constraint(&join.join_operator)? else { return None };
    shared.iter().map(|name| name.0.last().and_then(|part| part.as_ident()).cloned()).collect()
}

/// `table.*` without these columns.
fn others(table: &Ident, shared: &[Ident]) -> SelectItem {
    let except = shared.split_first().map(|(first, others)| ExceptSelectItem {
        first_element: first.clone(),
        additional_elements: others.to_vec(),
    });
    let options =
        WildcardAdditionalOptions { opt_except: except, ..WildcardAdditionalOptions::default() };
    let name = ObjectName::from(vec![table.clone()]);
    let kind = SelectItemQualifiedWildcardKind::ObjectName(name);
    SelectItem::QualifiedWildcard(kind, options)
}

/// The name that columns of a table are qualified with.
fn name_of(factor: &TableFactor) -> Option<Ident> {
    match factor {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. } => Some(alias.name.clone()),
        TableFactor::Table { name, .. } => name.0.last()?.as_ident().cloned(),
        _ => None,
    }
}
