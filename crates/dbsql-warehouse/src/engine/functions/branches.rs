//! The types of CASE and of set operations: where Spark finds another type for a set operation than
//! DataFusion, it is refused.

use arrow_schema::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result};
use datafusion::functions::core;
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::cast::{cast, convert};
use super::define::{Function, Types};
use crate::engine::coercion::{common, common_of};
use crate::engine::errors::{self, into_datafusion};
use crate::engine::operators::type_of;
use crate::engine::set_operations::mixes_types;
use crate::engine::types::outer_type;
use crate::engine::value::Value;

/// Runs before DataFusion finds types.
#[derive(Debug)]
pub(in crate::engine) struct Branches;

impl AnalyzerRule for Branches {
    fn name(&self) -> &str {
        "branches"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(node)?.data)
    }
}

fn node(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    if mixes_types(&plan) {
        return Err(into_datafusion(errors::unsupported("this set operation of different types")));
    }
    let schema = merge_schema(&plan.inputs());
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let converted = expr.transform_up(|expr| branches(expr, &schema))?;
        Ok(converted.update_data(|expr| name.restore(expr)))
    })
}

fn branches(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let case = match expr {
        Expr::Case(case) => case,
        Expr::ScalarFunction(call) if call.name() == COALESCE => {
            return coalesce(call.args, schema).map(Transformed::yes);
        }
        other => return Ok(Transformed::no(other)),
    };
    let Case { expr: operand, when_then_expr, else_expr } = case;
    let mut types = Vec::new();
    let mut pairs = Vec::with_capacity(when_then_expr.len());
    for (condition, value) in when_then_expr {
        let data_type = type_of(&condition, schema)?;
        if operand.is_none() && !matches!(data_type, DataType::Boolean | DataType::Null) {
            let error = errors::wrong_argument_types("CASE", &[data_type]);
            return Err(into_datafusion(error));
        }
        let value = value_itself(*value);
        types.push(outer_type(&type_of(&value, schema)?));
        pairs.push((condition, value));
    }
    let otherwise = else_expr.map(|value| value_itself(*value));
    if let Some(value) = &otherwise {
        types.push(outer_type(&type_of(value, schema)?));
    }
    let Some(found) = common_of(&types) else {
        let error = errors::wrong_argument_types("CASE", &types);
        return Err(into_datafusion(error));
    };
    let mut types = types.into_iter();
    let mut converted = |value: Expr| {
        let same = types.next().as_ref() == Some(&found);
        Box::new(if same { value } else { cast(value, found.clone()) })
    };
    let when_then_expr =
        pairs.into_iter().map(|(condition, value)| (condition, converted(value))).collect();
    let else_expr = otherwise.map(&mut converted);
    Ok(Transformed::yes(Expr::Case(Case { expr: operand, when_then_expr, else_expr })))
}

/// DataFusion's function, which leaves the values after the first one that is not NULL alone.
fn coalesce(values: Vec<Expr>, schema: &DFSchema) -> Result<Expr> {
    let types = values
        .iter()
        .map(|value| Ok(outer_type(&type_of(value, schema)?)))
        .collect::<Result<Vec<_>>>()?;
    let Some(found) = common_of(&types) else {
        return Err(into_datafusion(errors::wrong_argument_types("coalesce", &types)));
    };
    let values = values
        .into_iter()
        .zip(&types)
        .map(|(value, own)| if *own == found { value } else { cast(value, found.clone()) });
    let values: Vec<_> = values.collect();
    // DataFusion's makes a CASE that has each value twice: the plan of nested ones would double with
    // each level. Values that are simple may be computed in vain.
    let is_nested = values.iter().any(contains_coalesce);
    let are_simple = values.iter().skip(1).all(|value| match value {
        Expr::Column(_) | Expr::Literal(..) => true,
        Expr::Cast(cast) => matches!(*cast.expr, Expr::Literal(..)),
        _ => false,
    });
    if is_nested && are_simple {
        let own = ALL.iter().find(|function| function.name() == COALESCE);
        return Ok(own.map_or_else(core::coalesce, |own| own.into_udf()).call(values));
    }
    Ok(core::coalesce().call(values))
}

fn contains_coalesce(expr: &Expr) -> bool {
    expr.exists(|expr| {
        Ok(match expr {
            Expr::ScalarFunction(call) => matches!(call.name(), "coalesce" | COALESCE),
            _ => false,
        })
    })
    .unwrap_or(true)
}

/// The first value of a CASE is planned with the type that all of them have in common; see
/// [`COMMON`].
fn value_itself(value: Expr) -> Expr {
    match value {
        Expr::ScalarFunction(mut call) if call.name() == COMMON && !call.args.is_empty() => {
            call.args.swap_remove(0)
        }
        other => other,
    }
}

/// Returns its first argument, with the type of all: what uses a CASE is planned with the type of its
/// first value.
pub(in crate::engine) const COMMON: &str = "dbsql_common";

/// Returns its first argument; the second tells calls apart that DataFusion gives one name.
pub(in crate::engine) const TYPED: &str = "dbsql_typed";

/// `coalesce` until all types are known.
pub(in crate::engine) const COALESCE: &str = "dbsql_coalesce";

/// The functions of these names.
pub(super) const ALL: &[Function] = &[
    Function::typed(COMMON, types, |values, _| Ok(values.first().cloned().unwrap_or(Value::Null)))
        .takes_nulls(),
    Function::typed(COALESCE, types, |values, _| {
        Ok(values.iter().find(|value| !value.is_null()).cloned().unwrap_or(Value::Null))
    })
    .takes_nulls(),
    Function::typed(
        TYPED,
        |arguments| match arguments {
            [own, DataType::Utf8] => Some(Types::new(arguments, own.clone())),
            _ => None,
        },
        |values, _| Ok(values.first().cloned().unwrap_or(Value::Null)),
    )
    .takes_nulls(),
    Function::typed(
        "nullif",
        |arguments| {
            let [left, right] = arguments else { return None };
            common(left, right).filter(|common| !matches!(common, DataType::Map(..)))?;
            Some(Types::new([left.clone(), right.clone()], left.clone()))
        },
        |values, types| {
            let ([left, right], [left_type, right_type]) = (values, &types.parameters[..]) else {
                return Ok(Value::Null);
            };
            let Some(shared) = common(left_type, right_type) else { return Ok(left.clone()) };
            let sides = [(left, left_type), (right, right_type)];
            let [one, two] = sides.map(|(side, own)| convert(side.clone(), own, &shared));
            let (one, two) = (one?, two?);
            let equal = !one.is_null() && one.same(&two);
            Ok(if equal { Value::Null } else { left.clone() })
        },
    )
    .counts(2, 2)
    .takes_nulls(),
];

/// All of one type.
fn types(arguments: &[DataType]) -> Option<Types> {
    let plain: Vec<_> = arguments.iter().map(outer_type).collect();
    let found = common_of(&plain)?;
    Some(Types::new(vec![found.clone(); plain.len()], found))
}
