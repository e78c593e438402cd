//! VALUES, whose rows have types in common that DataFusion finds by other rules.
//!
//! Each VALUES becomes `SELECT *` of itself in FROM, where [`InlineTables`] plans it.

use std::ops::ControlFlow;

use arrow_schema::DataType;
use datafusion::common::{DFSchema, Result as PlanResult};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{
    Query, SetExpr, Statement, TableAlias, TableFactor, TableWithJoins, VisitMut as _, VisitorMut,
};
use dbsql_local::engine::SqlError;

use super::coercion::{common, common_number, is_number, pair};
use super::errors::into_datafusion;
use super::functions::cast;
use super::operators::type_of;
use super::set_operations::select_all;
use super::types::outer_type;
use super::value::{list_of, map_of, struct_of};

/// The name of a VALUES that has been moved.
const NAME: &str = "__dbsql_inline_table";

/// Moves each VALUES to where it is planned.
pub(super) fn place(statement: &mut Statement) {
    let Some(select_all) = select_all(NAME) else { return };
    let _: ControlFlow<()> = statement.visit(&mut Placing { select_all });
}

struct Placing {
    select_all: Query,
}

impl VisitorMut for Placing {
    type Break = ();

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.place(&mut query.body);
        ControlFlow::Continue(())
    }
}

impl Placing {
    fn place(&self, body: &mut Box<SetExpr>) {
        match &mut **body {
            SetExpr::SetOperation { left, right, .. } => {
                self.place(left);
                self.place(right);
            }
            SetExpr::Values(_) => {
                let mut all = self.select_all.body.clone();
                if let Some(query) = placed(&mut all) {
                    std::mem::swap(&mut query.body, body);
                    *body = all;
                }
            }
            _ => {}
        }
    }
}

/// The query of a VALUES that has been moved.
fn placed(body: &mut SetExpr) -> Option<&mut Query> {
    let SetExpr::Select(select) = body else { return None };
    match &mut select.from[..] {
        [TableWithJoins { relation: TableFactor::Derived { subquery, .. }, .. }] => Some(subquery),
        _ => None,
    }
}

fn is_ours(alias: Option<&TableAlias>) -> bool {
    alias.is_some_and(|alias| alias.name.value == NAME)
}

/// Plans VALUES in FROM.
#[derive(Debug)]
pub(super) struct InlineTables;

impl RelationPlanner for InlineTables {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> PlanResult<RelationPlanning> {
        let query = match relation {
            TableFactor::Derived { subquery, alias, .. } if is_ours(alias.as_ref()) => subquery,
            other => return Ok(RelationPlanning::Original(Box::new(other))),
        };
        let SetExpr::Values(values) = *query.body else {
            return Err(into_datafusion(SqlError::internal("VALUES that are none")));
        };
        let nothing = DFSchema::empty();
        let rows = values.rows.into_iter().map(|row| {
            let cells = row.content.into_iter().map(|cell| context.sql_to_expr(cell, &nothing));
            cells.collect::<PlanResult<Vec<_>>>()
        });
        let rows = unified(rows.collect::<PlanResult<Vec<_>>>()?, &nothing)?;
        let plan = LogicalPlanBuilder::values(rows)?.build()?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
    }
}

/// Gives each column one type.
///
/// # Errors
///
/// There is none in common.
fn unified(rows: Vec<Vec<Expr>>, nothing: &DFSchema) -> PlanResult<Vec<Vec<Expr>>> {
    let types = rows.iter().map(|row| {
        let cells = row.iter().map(|cell| Ok(outer_type(&type_of(cell, nothing)?)));
        cells.collect::<PlanResult<Vec<_>>>()
    });
    let types = types.collect::<PlanResult<Vec<_>>>()?;
    let mut columns = types.first().cloned().unwrap_or_default();
    for row in &types {
        // Rows of other lengths are rejected later.
        for (column, own) in columns.iter_mut().zip(row) {
            let found = common_in_rows(column, own);
            *column = found.ok_or_else(|| into_datafusion(incompatible(column, own)))?;
        }
    }
    let unified = rows.into_iter().zip(types).map(|(row, types)| {
        let cells = row.into_iter().zip(types).zip(&columns).map(|((cell, own), column)| {
            let is_right = own == *column || own.is_null();
            if is_right { cell } else { cast(cell, column.clone()) }
        });
        cells.collect()
    });
    Ok(unified.collect())
}

fn incompatible(left: &DataType, right: &DataType) -> SqlError {
    let message = format!("The rows of VALUES have incompatible types: {left} and {right}.");
    let class = "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE";
    SqlError::new(class, "42000", message)
}

/// Texts are not converted, and integers beside FLOAT are a FLOAT.
fn common_in_rows(left: &DataType, right: &DataType) -> Option<DataType> {
    match (left, right) {
        (left, right) if left == right => Some(left.clone()),
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        (DataType::Float32, number) | (number, DataType::Float32) if number.is_integer() => {
            Some(DataType::Float32)
        }
        (left, right) if is_number(left) && is_number(right) => common_number(left, right),
        (
            DataType::Date32 | DataType::Timestamp(..),
            DataType::Date32 | DataType::Timestamp(..),
        ) => common(left, right),
        (DataType::List(left), DataType::List(right)) => {
            Some(list_of(common_in_rows(left.data_type(), right.data_type())?))
        }
        (DataType::Map(left, _), DataType::Map(right, _)) => {
            let ((left_key, left_value), (right_key, right_value)) = (pair(left)?, pair(right)?);
            let key = common_in_rows(left_key, right_key)?;
            Some(map_of(key, common_in_rows(left_value, right_value)?))
        }
        (DataType::Struct(left), DataType::Struct(right)) if left.len() == right.len() => {
            let members = left.iter().zip(right).map(|(left, right)| {
                let same = left.name().eq_ignore_ascii_case(right.name());
                let member = common_in_rows(left.data_type(), right.data_type())?;
                same.then(|| (left.name().clone(), member))
            });
            Some(struct_of(members.collect::<Option<Vec<_>>>()?))
        }
        _ => None,
    }
}
