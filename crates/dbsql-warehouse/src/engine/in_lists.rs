//! The type that the items of an IN have in common, which DataFusion finds by other rules.

use arrow_schema::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result as PlanResult};
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::coercion::{common_of, is_text};
use super::functions::cast;
use super::operators::type_of;
use super::types::outer_type;

/// Converts the items of each IN to one type. This runs before any other type is converted.
pub(super) fn unify(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(node)?.data)
}

fn node(plan: LogicalPlan) -> PlanResult<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        let table = scan.table_name.clone();
        schema.merge(&DFSchema::try_from_qualified_schema(table, &scan.source.schema())?);
    }
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let unified = expr.transform_up(|expr| match expr {
            Expr::InList(list) => Ok(match unified(&list, &schema) {
                Some(list) => Transformed::yes(Expr::InList(list)),
                None => Transformed::no(Expr::InList(list)),
            }),
            other => Ok(Transformed::no(other)),
        })?;
        Ok(unified.update_data(|expr| name.restore(expr)))
    })
}

/// `None` if the types are equal, or there is none in common.
fn unified(list: &InList, schema: &DFSchema) -> Option<InList> {
    let own = |expr: &Expr| Some(outer_type(&type_of(expr, schema).ok()?));
    let mut types = Vec::with_capacity(list.list.len() + 1);
    types.push(own(&list.expr)?);
    for item in &list.list {
        types.push(own(item)?);
    }
    if types.iter().all(|one| *one == types[0]) {
        return None;
    }
    // Texts come first.
    let (texts, others): (Vec<_>, Vec<_>) = types.iter().partition(|one| is_text(one));
    let found = common_of(texts.into_iter().chain(others))?;
    let unified = |(expr, own): (&Expr, &DataType)| match *own == found {
        true => expr.clone(),
        false => cast(expr.clone(), found.clone()),
    };
    let mut all = std::iter::once(&*list.expr).chain(&list.list).zip(&types).map(unified);
    let value = Box::new(all.next()?);
    Some(InList::new(value, all.collect(), list.negated))
}
