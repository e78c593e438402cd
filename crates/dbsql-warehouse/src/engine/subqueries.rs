//! `IN (SELECT ..)` and `EXISTS (..)` as values, such as in a select list or beside OR.
//!
//! DataFusion knows them as conditions of a WHERE clause, which are left to it. Elsewhere they
//! become calls of a function that looks in the list of the rows of the subquery.

use std::ops::ControlFlow;

use datafusion::common::Result as PlanResult;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident,
    JoinConstraint, JoinOperator, Query, Select, SelectItem, SetExpr, Statement, TableFactor,
    UnaryOperator, Value, Visit as _, VisitMut, Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::errors::into_datafusion;
use super::functions::{IN_ROWS, ROWS};
use super::parameters::call;
use dbsql_local::engine::SqlError;

/// The name of a subquery behind IN, before the number of columns that it must have.
const IN_NAME: &str = "__dbsql_in_";
/// The name of a subquery behind EXISTS.
const EXISTS_NAME: &str = "__dbsql_exists";
/// Marks what is left to DataFusion.
const KEPT: &str = "__dbsql_kept";

/// Replaces the subqueries that are values.
pub(super) fn place(tree: &mut impl VisitMut) {
    let mut tables = Tables::default();
    let _: ControlFlow<()> = tree.visit(&mut tables);
    let _: ControlFlow<()> = tree.visit(&mut Conditions { nulls: tables.nulls() });
    let mut others = Others { nulls: tables.nulls(), kept: Vec::new() };
    let _: ControlFlow<()> = tree.visit(&mut others);
}

/// What the answer is for NULL at the left of IN. Spark answers false for the value of a column.
/// For a constant it answers NULL, and finds constants in subqueries, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nulls {
    Constant,
    Column,
    Unknown,
}

/// What is asked. Spark has only two answers: whether a row is certainly the same, and behind NOT,
/// whether one is possibly the same because of a NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Certain,
    Possible,
    /// An answer is given where both are the same.
    Either,
}

/// Whether columns come from tables, and so are not constant.
#[derive(Default)]
struct Tables {
    derived: bool,
}

impl Tables {
    fn nulls(&self) -> Nulls {
        if self.derived { Nulls::Unknown } else { Nulls::Column }
    }
}

impl VisitorMut for Tables {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.derived |= query.with.is_some();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Derived { subquery, .. } = factor {
            self.derived |= !matches!(*subquery.body, SetExpr::Values(_));
        }
        ControlFlow::Continue(())
    }
}

/// Replaces those whose place says which answer is wanted.
struct Conditions {
    nulls: Nulls,
}

impl VisitorMut for Conditions {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if let Some(condition) = &mut select.selection {
            self.condition(condition, false, true);
        }
        if let Some(condition) = &mut select.having {
            self.condition(condition, false, true);
        }
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                self.condition(expr, false, false);
            }
        }
        if let GroupByExpr::Expressions(exprs, _) = &mut select.group_by {
            exprs.iter_mut().for_each(|expr| self.condition(expr, false, false));
        }
        for join in select.from.iter_mut().flat_map(|table| &mut table.joins) {
            if let JoinOperator::Join(JoinConstraint::On(on))
            | JoinOperator::Inner(JoinConstraint::On(on)) = &mut join.join_operator
            {
                self.condition(on, false, false);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        // Spark refuses them here, and so does DataFusion.
        let _: ControlFlow<()> = VisitMut::visit(&mut query.order_by, &mut Keeping);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Case { operand: None, conditions, else_result, .. } => {
                for part in conditions {
                    self.condition(&mut part.condition, false, false);
                    self.condition(&mut part.result, false, false);
                }
                if let Some(result) = else_result {
                    self.condition(result, false, false);
                }
            }
            Expr::Function(function)
                if ["if", "iff", "count_if"]
                    .contains(&function.name.to_string().to_lowercase().as_str()) =>
            {
                let FunctionArguments::List(list) = &mut function.args else {
                    return ControlFlow::Continue(());
                };
                for argument in &mut list.args {
                    if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument {
                        self.condition(expr, false, false);
                    }
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Conditions {
    /// Replaces subqueries that are this condition, or sides of AND and OR in it. In a `filter`
    /// they remain where the condition fails without them.
    fn condition(&self, expr: &mut Expr, negated: bool, filter: bool) {
        match expr {
            Expr::Nested(inner) => self.condition(inner, negated, filter),
            Expr::UnaryOp { op: UnaryOperator::Not | UnaryOperator::BangNot, expr: inner } => {
                let is_test = matches!(
                    without_parentheses(inner),
                    Expr::InSubquery { .. } | Expr::Exists { .. }
                );
                self.condition(inner, !negated, filter && is_test);
            }
            Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
                let filter = filter && *op == BinaryOperator::And;
                self.condition(left, negated, filter);
                self.condition(right, negated, filter);
            }
            Expr::IsTrue(inner) => self.condition(inner, false, false),
            Expr::InSubquery { expr: value, subquery, negated: not } => {
                let is_plain = !matches!(without_parentheses(value), Expr::Tuple(_))
                    && !matches!(*subquery.body, SetExpr::Values(_));
                if filter && is_plain && !is_constant(value) {
                    keep(expr);
                    return;
                }
                let question = if negated == *not { Question::Certain } else { Question::Possible };
                replace(expr, question, self.nulls);
            }
            Expr::Exists { .. } if filter => keep(expr),
            Expr::Exists { .. } => replace(expr, Question::Certain, self.nulls),
            _ => {}
        }
    }
}

fn keep(expr: &mut Expr) {
    let value = Box::new(std::mem::replace(expr, Expr::Value(Value::Null.into())));
    *expr = Expr::Prefixed { prefix: Ident::new(KEPT), value };
}

/// Marks all as left to DataFusion.
struct Keeping;

impl VisitorMut for Keeping {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if matches!(expr, Expr::InSubquery { .. } | Expr::Exists { .. }) {
            keep(expr);
        }
        ControlFlow::Continue(())
    }
}

/// Replaces the others, and removes the marks.
struct Others {
    nulls: Nulls,
    /// Whether the expressions around were marked.
    kept: Vec<bool>,
}

impl VisitorMut for Others {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let mut kept = false;
        if let Expr::Prefixed { prefix, value } = expr
            && prefix.value == KEPT
        {
            let value = std::mem::replace(&mut **value, Expr::Value(Value::Null.into()));
            *expr = value;
            kept = true;
        }
        self.kept.push(kept);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.kept.pop() == Some(false) {
            replace(expr, Question::Either, self.nulls);
        }
        ControlFlow::Continue(())
    }
}

fn without_parentheses(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => without_parentheses(inner),
        other => other,
    }
}

/// Whether the value is the same for all rows.
fn is_constant(expr: &Expr) -> bool {
    struct Columns;

    impl Visitor for Columns {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_) => {
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            }
        }
    }

    expr.visit(&mut Columns).is_continue()
}

fn replace(expr: &mut Expr, question: Question, nulls: Nulls) {
    let (found, negated) = match expr {
        Expr::InSubquery { expr: value, subquery, negated } => {
            let values = match without_parentheses(value) {
                Expr::Tuple(values) => values.clone(),
                value => vec![value.clone()],
            };
            let nulls = match &values[..] {
                [value] if is_constant(value) => Nulls::Constant,
                [_] => nulls,
                _ => Nulls::Column,
            };
            let Some(rows) = rows_of(subquery, values.len()) else { return };
            let mode = format!("{question:?} {nulls:?}");
            let mode = Expr::Value(Value::SingleQuotedString(mode).into());
            let arguments = std::iter::once(mode).chain(values).chain([rows]);
            (call(IN_ROWS, arguments.collect()), *negated)
        }
        Expr::Exists { subquery, negated } => {
            let text = format!("SELECT count(1) FROM (SELECT 1) AS {EXISTS_NAME}");
            let Some(count) = select_from(&text, subquery) else { return };
            let zero = Expr::Value(Value::Number("0".to_owned(), false).into());
            let some = Expr::BinaryOp {
                left: Box::new(count),
                op: BinaryOperator::Gt,
                right: Box::new(zero),
            };
            (Expr::Nested(Box::new(some)), *negated)
        }
        _ => return,
    };
    *expr = match negated {
        true => Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(found) },
        false => found,
    };
}

/// The rows of a subquery, as a list.
fn rows_of(subquery: &Query, width: usize) -> Option<Expr> {
    let columns: Vec<_> = (0..width).map(column).collect();
    let columns = columns.join(", ");
    let text = format!("SELECT {ROWS}({columns}) FROM (SELECT 1) AS {IN_NAME}{width}");
    select_from(&text, subquery)
}

fn column(at: usize) -> String {
    format!("__dbsql_column_{at}")
}

/// A query of this text, with this subquery in its FROM clause.
fn select_from(text: &str, from: &Query) -> Option<Expr> {
    let Statement::Query(mut query) = Parser::parse_sql(&GenericDialect {}, text).ok()?.pop()?
    else {
        return None;
    };
    let SetExpr::Select(select) = &mut *query.body else { return None };
    let TableFactor::Derived { subquery, .. } = &mut select.from.first_mut()?.relation else {
        return None;
    };
    **subquery = from.clone();
    Some(Expr::Subquery(query))
}

/// Plans the subqueries, whose columns get names.
#[derive(Debug)]
pub(super) struct Subqueries;

impl RelationPlanner for Subqueries {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> PlanResult<RelationPlanning> {
        let (lateral, subquery, width) = match relation {
            TableFactor::Derived { lateral, subquery, alias: Some(alias), sample } => {
                let name = &alias.name.value;
                let width = name.strip_prefix(IN_NAME).and_then(|width| width.parse().ok());
                if width.is_none() && name != EXISTS_NAME {
                    let alias = Some(alias);
                    let original = TableFactor::Derived { lateral, subquery, alias, sample };
                    return Ok(RelationPlanning::Original(Box::new(original)));
                }
                (lateral, subquery, width)
            }
            other => return Ok(RelationPlanning::Original(Box::new(other))),
        };
        let derived = TableFactor::Derived { lateral, subquery, alias: None, sample: None };
        let mut plan = context.plan(derived)?;
        if let Some(width) = width {
            let columns = plan.schema().columns();
            if columns.len() != width {
                return Err(into_datafusion(wrong_width(width, columns.len())));
            }
            let columns = columns.into_iter().enumerate();
            let columns = columns.map(|(at, found)| PlanExpr::Column(found).alias(column(at)));
            plan = LogicalPlanBuilder::from(plan).project(columns.collect::<Vec<_>>())?.build()?;
        }
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
    }
}

/// A subquery behind IN has not as many columns as there are values.
pub(super) fn wrong_width(values: usize, columns: usize) -> SqlError {
    let message = format!(
        "The number of columns at the left of IN does not match the number of columns of the \
         subquery: {values} and {columns}."
    );
    SqlError::new("DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", "42K09", message)
}
