//! The keys of joins.

use std::collections::HashSet;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, JoinType, NullEquality, Result, ScalarValue};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, Join, LogicalPlan, Operator, binary_expr, lit,
};
use datafusion::optimizer::extract_equijoin_predicate::ExtractEquijoinPredicate;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Finds the keys of joins as DataFusion's rule does, which it takes the place of, but for those that
/// DataFusion's other rules lose.
#[derive(Debug, Default)]
pub(super) struct JoinKeys {
    keys: ExtractEquijoinPredicate,
}

impl OptimizerRule for JoinKeys {
    fn name(&self) -> &str {
        self.keys.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.keys.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Join(before) = &plan else { return Ok(Transformed::no(plan)) };
        let before = before.clone();
        let found = self.keys.rewrite(plan, config)?;
        let LogicalPlan::Join(join) = found.data else { return Ok(found) };
        let join = if join.null_equality == before.null_equality {
            join
        } else {
            // Without a value to compare NULL by it remains a condition.
            with_plain_keys(join).unwrap_or(before)
        };
        Ok(Transformed::yes(LogicalPlan::Join(with_movable_keys(join))))
    }
}

/// The same join with keys that compare as `=`: `a <=> b` becomes the two keys
/// `a IS NULL = b IS NULL` and `coalesce(a, x) = coalesce(b, x)` with any value `x`.
///
/// DataFusion makes a key of it, with a flag of the join that NULL equals NULL for all keys. Its rules
/// lose the flag when they reorder joins, and add keys of `=` to such a join, for which NULL would
/// equal NULL, too.
fn with_plain_keys(mut join: Join) -> Result<Join> {
    let mut keys = Vec::with_capacity(2 * join.on.len());
    for (left, right) in join.on {
        let value = ScalarValue::new_default(&left.get_type(join.left.schema())?)?;
        let present = |side: &Expr| coalesce(vec![side.clone(), lit(value.clone())]);
        keys.push((present(&left), present(&right)));
        keys.push((left.is_null(), right.is_null()));
    }
    join.on = keys;
    join.null_equality = NullEquality::NullEqualsNothing;
    Ok(join)
}

/// The same join, where each key is one of two inputs, and the others are conditions.
///
/// DataFusion reorders the inputs of inner joins, also those of joins in a join, and then forgets each
/// key that is not a key of an input and those before it: `a.x + b.x` of two inputs may not be, if the
/// third comes between them, and a constant never is.
fn with_movable_keys(mut join: Join) -> Join {
    if join.join_type != JoinType::Inner {
        return join;
    }
    let mut inputs = Vec::new();
    add_inputs(&join.left, &mut inputs);
    add_inputs(&join.right, &mut inputs);
    let movable = |key: &Expr| {
        let columns = key.column_refs();
        !columns.is_empty() && inputs.iter().any(|input| has_all(input, &columns))
    };
    let (keys, others): (Vec<_>, Vec<_>) = std::mem::take(&mut join.on)
        .into_iter()
        .partition(|(left, right)| movable(left) && movable(right));
    join.on = keys;
    let equal = match join.null_equality {
        NullEquality::NullEqualsNothing => Operator::Eq,
        NullEquality::NullEqualsNull => Operator::IsNotDistinctFrom,
    };
    let others = others.into_iter().map(|(left, right)| binary_expr(left, equal, right));
    join.filter = conjunction(join.filter.take().into_iter().chain(others));
    join
}

/// Adds what DataFusion reorders: the inputs of inner joins that are no inner joins.
fn add_inputs<'a>(plan: &'a LogicalPlan, inputs: &mut Vec<&'a DFSchema>) {
    match plan {
        LogicalPlan::Join(join) if join.join_type == JoinType::Inner => {
            add_inputs(&join.left, inputs);
            add_inputs(&join.right, inputs);
        }
        other => inputs.push(other.schema()),
    }
}

fn has_all(input: &DFSchema, columns: &HashSet<&Column>) -> bool {
    columns.iter().all(|column| input.has_column(column))
}
