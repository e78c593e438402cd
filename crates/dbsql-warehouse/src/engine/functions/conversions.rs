//! The casts of a plan, also those that DataFusion adds itself, by our rules.

use arrow_schema::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, GroupingSet, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::arithmetic::checked;
use super::cast::conversion;
use crate::engine::coercion::is_number;
use crate::engine::operators::{operation_of, type_of};
use crate::engine::types::outer_type;

/// Replaces casts between types of SQL. Those between types that only DataFusion has remain. This runs
/// after all types are known.
#[derive(Debug)]
pub(in crate::engine) struct Conversions;

impl AnalyzerRule for Conversions {
    fn name(&self) -> &str {
        "conversions"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(node)?.data)
    }
}

fn node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        let table = scan.table_name.clone();
        let source = DFSchema::try_from_qualified_schema(table, &scan.source.schema())?;
        schema.merge(&source);
    }
    let names = NamePreserver::new(&plan);
    let named = |expr: Expr| {
        let name = names.save(&expr);
        let converted = expr.transform_up(|expr| converted(expr, &schema))?;
        Ok(converted.update_data(|expr| name.restore(expr)))
    };
    plan.map_expressions(|expr| match expr {
        // The columns keep their names, and not all of them together.
        Expr::GroupingSet(set) => {
            let each = |columns: Vec<Expr>| {
                let columns = columns.into_iter().map(|column| Ok(named(column)?.data));
                columns.collect::<Result<Vec<_>>>()
            };
            let set = match set {
                GroupingSet::Rollup(columns) => GroupingSet::Rollup(each(columns)?),
                GroupingSet::Cube(columns) => GroupingSet::Cube(each(columns)?),
                GroupingSet::GroupingSets(sets) => {
                    let sets = sets.into_iter().map(each);
                    GroupingSet::GroupingSets(sets.collect::<Result<_>>()?)
                }
            };
            Ok(Transformed::yes(Expr::GroupingSet(set)))
        }
        other => named(other),
    })
}

fn converted(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    if let Expr::BinaryExpr(binary) = &expr
        && let Some(operation) = operation_of(binary.op)
    {
        let types = (type_of(&binary.left, schema)?, type_of(&binary.right, schema)?);
        if types.0 != types.1 || !is_number(&types.0) || types.0.is_decimal() {
            return Ok(Transformed::no(expr));
        }
        let (left, right) = (binary.left.as_ref().clone(), binary.right.as_ref().clone());
        return Ok(Transformed::yes(checked(operation, left, right, types.0)));
    }
    let (value, to, tolerant) = match &expr {
        Expr::Cast(cast) => (&cast.expr, cast.field.data_type(), false),
        Expr::TryCast(cast) => (&cast.expr, cast.field.data_type(), true),
        _ => return Ok(Transformed::no(expr)),
    };
    let from = type_of(value, schema)?;
    if from == *to {
        return Ok(Transformed::yes(value.as_ref().clone()));
    }
    if !is_of_sql(&from) || !is_of_sql(to) {
        return Ok(Transformed::no(expr));
    }
    Ok(Transformed::yes(conversion(value.as_ref().clone(), to.clone(), tolerant)))
}

fn is_of_sql(data_type: &DataType) -> bool {
    outer_type(data_type) == *data_type
        && !matches!(data_type, DataType::Interval(arrow_schema::IntervalUnit::MonthDayNano))
}
