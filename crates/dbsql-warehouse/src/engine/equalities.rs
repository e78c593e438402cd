//! The types of what IN, `CASE x WHEN y` and USING compare, which DataFusion finds by other rules.

use arrow_schema::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result as PlanResult, ScalarValue};
use datafusion::logical_expr::expr::{Case, InList};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, Join, JoinConstraint, LogicalPlan};

use super::char_padding;
use super::coercion::{common_of, is_text};
use super::errors::{into_datafusion, unsupported};
use super::functions::{cast, convert};
use super::operators::{compared, type_of};
use super::types::outer_type;
use super::value::Value;

/// Converts what is compared to one type. This runs before any other type is converted.
pub(super) fn unify(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(node)?.data)
}

fn node(plan: LogicalPlan) -> PlanResult<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        let table = scan.table_name.clone();
        schema.merge(&DFSchema::try_from_qualified_schema(table, &scan.source.schema())?);
    }
    if let LogicalPlan::Join(join) = plan {
        return match join.join_constraint {
            JoinConstraint::Using => join_keys(join, &schema),
            JoinConstraint::On => expressions(LogicalPlan::Join(join), &schema),
        };
    }
    expressions(plan, &schema)
}

fn expressions(plan: LogicalPlan, schema: &DFSchema) -> PlanResult<Transformed<LogicalPlan>> {
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let unified = expr.transform_up(|mut expr| {
            let padded = char_padding::pad(&mut expr, schema)?;
            let expr = equality(expr, schema)?;
            Ok(Transformed { transformed: expr.transformed || padded, ..expr })
        })?;
        Ok(unified.update_data(|expr| name.restore(expr)))
    })
}

fn equality(expr: Expr, schema: &DFSchema) -> PlanResult<Transformed<Expr>> {
    match expr {
        Expr::InList(list) => Ok(match unified(&list, schema)? {
            Some(list) => Transformed::yes(Expr::InList(list)),
            None => Transformed::no(Expr::InList(list)),
        }),
        Expr::Case(mut case) if case.expr.is_some() => {
            let changed = case_values(&mut case, schema)?;
            let expr = Expr::Case(case);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        other => Ok(Transformed::no(other)),
    }
}

/// Texts beside a BOOLEAN are read as one.
fn case_values(case: &mut Case, schema: &DFSchema) -> PlanResult<bool> {
    let Some(operand) = &case.expr else { return Ok(false) };
    if type_of(operand, schema)? != DataType::Boolean {
        return Ok(false);
    }
    let mut changed = false;
    for (value, _) in &mut case.when_then_expr {
        if is_text(&type_of(value, schema)?) {
            **value = cast(std::mem::take(&mut **value), DataType::Boolean);
            changed = true;
        }
    }
    Ok(changed)
}

/// The columns of USING.
fn join_keys(mut join: Join, schema: &DFSchema) -> PlanResult<Transformed<LogicalPlan>> {
    let mut changed = false;
    for (left, right) in &mut join.on {
        let [left_type, right_type] = types([left, right], schema)?;
        if left_type == right_type {
            continue;
        }
        if let Some(common) = compared(&left_type, &right_type) {
            *left = converted((std::mem::take(left), left_type), &common);
            *right = converted((std::mem::take(right), right_type), &common);
            changed = true;
        }
    }
    let joined = expressions(LogicalPlan::Join(join), schema)?;
    Ok(Transformed { transformed: joined.transformed || changed, ..joined })
}

fn types<const N: usize>(exprs: [&Expr; N], schema: &DFSchema) -> PlanResult<[DataType; N]> {
    let mut types = exprs.map(|_| DataType::Null);
    for (expr, own) in exprs.into_iter().zip(&mut types) {
        *own = outer_type(&type_of(expr, schema)?);
    }
    Ok(types)
}

fn converted((expr, own): (Expr, DataType), common: &DataType) -> Expr {
    if own == *common { expr } else { cast(expr, common.clone()) }
}

/// `None` if the types are equal, or there is none in common.
///
/// # Errors
///
/// An item may be malformed, and Spark looks at it only if no item before it is equal.
fn unified(list: &InList, schema: &DFSchema) -> PlanResult<Option<InList>> {
    let own = |expr: &Expr| type_of(expr, schema).ok().map(|own| outer_type(&own));
    let types = std::iter::once(&*list.expr).chain(&list.list).map(own);
    let Some(types) = types.collect::<Option<Vec<_>>>() else { return Ok(None) };
    if types.iter().all(|one| *one == types[0]) {
        return Ok(None);
    }
    // Texts come first.
    let (texts, others): (Vec<_>, Vec<_>) = types.iter().partition(|one| is_text(one));
    let Some(found) = common_of(texts.into_iter().chain(others)) else { return Ok(None) };
    let is_malformed = |item: &Expr| match item {
        Expr::Literal(ScalarValue::Utf8(Some(text)), _) => {
            convert(Value::Text(text.clone()), &DataType::Utf8, &found).is_err()
        }
        _ => false,
    };
    let is_literal = matches!(*list.expr, Expr::Literal(..));
    if !is_literal && list.list.iter().skip(1).any(is_malformed) {
        return Err(into_datafusion(unsupported("a malformed text behind others in IN")));
    }
    let unified = |(expr, own): (&Expr, &DataType)| match *own == found {
        true => expr.clone(),
        false => cast(expr.clone(), found.clone()),
    };
    let mut all = std::iter::once(&*list.expr).chain(&list.list).zip(&types).map(unified);
    let Some(value) = all.next() else { return Ok(None) };
    Ok(Some(InList::new(Box::new(value), all.collect(), list.negated)))
}
