//! UNION, INTERSECT and EXCEPT of columns whose types differ.
//!
//! DataFusion finds the common types of such columns after it has planned the query around them,
//! whose operators then have the types of the first side. A set operation of this kind is therefore
//! moved to the FROM clause of `SELECT *`, where [`SetOperations`] plans it with the common types.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{JoinType, NullEquality, Result as PlanResult};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{
    Expr, ExprFunctionExt as _, ExprSchemable as _, LogicalPlan, LogicalPlanBuilder,
};
use datafusion::sql::sqlparser::ast::{
    Query, SetExpr, SetOperator, SetQuantifier, Statement, TableAlias, TableFactor, TableWithJoins,
    Visit as _, VisitMut as _, Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::coercion::common_of;
use super::errors::into_datafusion;
use super::functions::cast;
use super::types::outer_type;
use super::value::{list_of, struct_of};
use dbsql_local::engine::SqlError;

/// The name of a table that is a set operation.
const NAME: &str = "__dbsql_set_operation";

/// Whether there is a set operation of columns whose types differ in the plan.
pub(super) fn any_mixes_types(plan: &LogicalPlan) -> bool {
    let mut found = false;
    let visited = plan.apply_with_subqueries(|node| {
        found = mixes_types(node);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    visited.is_ok() && found
}

/// Whether this is a set operation of columns whose types differ.
pub(super) fn mixes_types(node: &LogicalPlan) -> bool {
    sides(node).is_some_and(|sides| !sides.iter().all(|side| *side == sides[0]))
}

/// The types of the columns of each side of a set operation; `None` for another node.
fn sides(node: &LogicalPlan) -> Option<Vec<Vec<DataType>>> {
    match node {
        LogicalPlan::Union(union) => Some(union.inputs.iter().map(|side| types(side)).collect()),
        LogicalPlan::Join(join)
            if matches!(join.join_type, JoinType::LeftSemi | JoinType::LeftAnti)
                && join.null_equality == NullEquality::NullEqualsNull =>
        {
            let of = |side: &Expr, input: &LogicalPlan| {
                side.get_type(input.schema()).map(|found| outer_type(&found))
            };
            let left: PlanResult<_> =
                join.on.iter().map(|(side, _)| of(side, &join.left)).collect();
            let right: PlanResult<_> =
                join.on.iter().map(|(_, side)| of(side, &join.right)).collect();
            Some(vec![left.ok()?, right.ok()?])
        }
        _ => None,
    }
}

fn types(plan: &LogicalPlan) -> Vec<DataType> {
    plan.schema().fields().iter().map(|field| outer_type(field.data_type())).collect()
}

/// Whether there is an INTERSECT ALL or EXCEPT ALL, which only [`SetOperations`] plans.
pub(super) fn any_counts_rows(statement: &Statement) -> bool {
    struct Counting;

    impl Visitor for Counting {
        type Break = ();

        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            if counts_rows(&query.body) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    }

    statement.visit(&mut Counting).is_break()
}

fn counts_rows(body: &SetExpr) -> bool {
    match body {
        SetExpr::SetOperation { op, set_quantifier, left, right } => {
            let all = *set_quantifier == SetQuantifier::All && *op != SetOperator::Union;
            all || counts_rows(left) || counts_rows(right)
        }
        _ => false,
    }
}

/// Moves the set operations to where they are planned. Returns whether there is one.
pub(super) fn place(statement: &mut Statement) -> bool {
    let Some(select_all) = select_all(NAME) else { return false };
    let mut placing = Placing { select_all, found: false };
    let _: ControlFlow<()> = statement.visit(&mut placing);
    placing.found
}

/// `SELECT *` of a query in FROM, which has this name.
pub(super) fn select_all(name: &str) -> Option<Query> {
    let text = format!("SELECT * FROM (SELECT 1) AS {name}");
    match Parser::parse_sql(&GenericDialect {}, &text).ok()?.pop()? {
        Statement::Query(query) => Some(*query),
        _ => None,
    }
}

struct Placing {
    select_all: Query,
    found: bool,
}

impl VisitorMut for Placing {
    type Break = ();

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.place(&mut query.body);
        // DataFusion knows a recursive query by its UNION.
        let recursive = query.with.as_mut().filter(|with| with.recursive);
        for cte in recursive.into_iter().flat_map(|with| &mut with.cte_tables) {
            if let Some(placed) = placed(&mut cte.query.body) {
                cte.query.body = placed.body.clone();
            }
        }
        ControlFlow::Continue(())
    }
}

impl Placing {
    fn place(&mut self, body: &mut Box<SetExpr>) {
        let SetExpr::SetOperation { set_quantifier, left, right, .. } = &mut **body else { return };
        if !matches!(
            set_quantifier,
            SetQuantifier::All | SetQuantifier::Distinct | SetQuantifier::None
        ) {
            return;
        }
        self.place(left);
        self.place(right);
        let mut all = self.select_all.body.clone();
        if let Some(query) = placed(&mut all) {
            std::mem::swap(&mut query.body, body);
            *body = all;
            self.found = true;
        }
    }
}

/// The query of a set operation that has been moved.
fn placed(body: &mut SetExpr) -> Option<&mut Query> {
    let SetExpr::Select(select) = body else { return None };
    match &mut select.from[..] {
        [TableWithJoins { relation: TableFactor::Derived { subquery, alias, .. }, .. }]
            if is_ours(alias.as_ref()) =>
        {
            Some(subquery)
        }
        _ => None,
    }
}

fn is_ours(alias: Option<&TableAlias>) -> bool {
    alias.is_some_and(|alias| alias.name.value == NAME)
}

/// Plans set operations in FROM.
#[derive(Debug)]
pub(super) struct SetOperations;

impl RelationPlanner for SetOperations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> PlanResult<RelationPlanning> {
        let (lateral, query) = match relation {
            TableFactor::Derived { lateral, subquery, alias, .. } if is_ours(alias.as_ref()) => {
                (lateral, subquery)
            }
            other => return Ok(RelationPlanning::Original(Box::new(other))),
        };
        let SetExpr::SetOperation { op, set_quantifier, left, right } = *query.body.clone() else {
            return Err(into_datafusion(SqlError::internal("a set operation that is none")));
        };
        let mut side = |body: Box<SetExpr>| {
            let mut subquery = query.clone();
            subquery.body = body;
            context.plan(TableFactor::Derived { lateral, subquery, alias: None, sample: None })
        };
        let (left, right) = (side(left)?, side(right)?);
        let all = set_quantifier == SetQuantifier::All;
        let plan = planned(op, all, left, right)?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
    }
}

fn planned(
    op: SetOperator,
    all: bool,
    left: LogicalPlan,
    right: LogicalPlan,
) -> PlanResult<LogicalPlan> {
    let (left_types, right_types) = (types(&left), types(&right));
    if left_types.len() != right_types.len() {
        let message = format!(
            "{op} can only be performed on inputs with the same number of columns, but the first \
             input has {} columns and the second input has {} columns.",
            left_types.len(),
            right_types.len()
        );
        let error = SqlError::new("NUM_COLUMNS_MISMATCH", "42826", message);
        return Err(into_datafusion(error));
    }
    let mut shared = Vec::with_capacity(left_types.len());
    for pair in left_types.into_iter().zip(right_types) {
        // A UNION does not look at the names of members.
        let is_union = op == SetOperator::Union;
        let is_same = is_union && with_members_of(&pair.0, pair.1.clone()) == pair.0;
        let right = if is_same { pair.0.clone() } else { pair.1 };
        match common_of(&[pair.0, right]) {
            Some(found) => shared.push(found),
            None => return Err(into_datafusion(incompatible_columns())),
        }
    }
    let (left, right) = (converted(left, &shared)?, converted(right, &shared)?);
    match op {
        SetOperator::Union if all => LogicalPlanBuilder::from(left).union(right)?.build(),
        SetOperator::Union => LogicalPlanBuilder::from(left).union_distinct(right)?.build(),
        SetOperator::Intersect if all => {
            counted(left, right, |left, right| LogicalPlanBuilder::intersect(left, right, false))
        }
        SetOperator::Intersect => LogicalPlanBuilder::intersect(left, right, false),
        SetOperator::Except | SetOperator::Minus if all => {
            counted(left, right, |left, right| LogicalPlanBuilder::except(left, right, false))
        }
        SetOperator::Except | SetOperator::Minus => LogicalPlanBuilder::except(left, right, false),
    }
}

/// The type with the names of members of the left side, which the result has.
fn with_members_of(left: &DataType, right: DataType) -> DataType {
    match (left, right) {
        (DataType::List(one), DataType::List(two)) => {
            list_of(with_members_of(one.data_type(), two.data_type().clone()))
        }
        (DataType::Struct(one), DataType::Struct(two)) if one.len() == two.len() => {
            let members = one.iter().zip(&two).map(|(one, two)| {
                let own = with_members_of(one.data_type(), two.data_type().clone());
                (one.name().clone(), own)
            });
            struct_of(members)
        }
        (_, right) => right,
    }
}

/// The name of the column that numbers equal rows.
const NUMBER: &str = "__dbsql_number";

/// A set operation in which each row counts: equal rows are told apart by their number.
fn counted(
    left: LogicalPlan,
    right: LogicalPlan,
    operation: impl Fn(LogicalPlan, LogicalPlan) -> PlanResult<LogicalPlan>,
) -> PlanResult<LogicalPlan> {
    if types(&left).iter().any(|data_type| matches!(data_type, DataType::Map(..))) {
        let message = "A set operation of columns of the type MAP is not supported.";
        let class = "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE";
        return Err(into_datafusion(SqlError::new(class, "0A000", message)));
    }
    let schema = Arc::clone(left.schema());
    let plan = operation(numbered(left)?, numbered(right)?)?;
    let kept = plan.schema().columns().into_iter().zip(schema.iter());
    let kept = kept.map(|(column, (table, field))| {
        Expr::Column(column).alias_qualified(table.cloned(), field.name())
    });
    let kept: Vec<_> = kept.collect();
    LogicalPlanBuilder::from(plan).project(kept)?.build()
}

/// Adds a column with the number of a row among those equal to it.
fn numbered(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    let columns: Vec<_> = plan.schema().columns().into_iter().map(Expr::Column).collect();
    let number = row_number().partition_by(columns).build()?.alias(NUMBER);
    LogicalPlanBuilder::from(plan).window([number])?.build()
}

/// Converts the columns to these types.
fn converted(plan: LogicalPlan, to: &[DataType]) -> PlanResult<LogicalPlan> {
    if types(&plan) == to {
        return Ok(plan);
    }
    let columns = plan.schema().iter().zip(to).map(|((table, field), to)| {
        let column = Expr::Column((table, field).into());
        match outer_type(field.data_type()) == *to {
            true => column,
            false => cast(column, to.clone()).alias_qualified(table.cloned(), field.name()),
        }
    });
    let columns: Vec<_> = columns.collect();
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// A set operation has columns with no common type.
pub(super) fn incompatible_columns() -> SqlError {
    let message = "The columns of a set operation have incompatible types.";
    SqlError::new("INCOMPATIBLE_COLUMN_TYPE", "42825", message)
}
