//! What DataFusion plans, and Spark rejects or computes differently.

use arrow_schema::DataType;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{
    DFSchema, DataFusionError, NullEquality, Result as PlanResult, ScalarValue,
};
use datafusion::logical_expr::expr::{Case, Sort as SortExpr, WindowFunction};
use datafusion::logical_expr::utils::{merge_schema, split_conjunction};
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, LogicalPlan, Operator, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowFunctionDefinition,
};

use dbsql_local::engine::SqlError;

use super::coercion::is_number;
use super::errors::{into_datafusion, unsupported};
use super::operators::type_of;

/// Checks a plan whose types are known.
///
/// # Errors
///
/// The error of the first node that Spark would reject, or that is not supported.
pub(super) fn check(plan: &LogicalPlan) -> PlanResult<()> {
    plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        node.apply_expressions(|expr| check_comparisons(expr, &schema))?;
        match node {
            LogicalPlan::Window(window) => {
                for expr in &window.window_expr {
                    check_in(expr, &schema)?;
                }
            }
            LogicalPlan::Sort(sort) => {
                if let LogicalPlan::Distinct(distinct) = &*sort.input {
                    check_distinct(distinct.input())?;
                }
                for key in &sort.expr {
                    check_order(key, &schema)?;
                }
            }
            LogicalPlan::Subquery(subquery) if !subquery.outer_ref_columns.is_empty() => {
                check_correlated(&subquery.subquery)?;
            }
            LogicalPlan::Aggregate(aggregate) => {
                for key in &aggregate.group_expr {
                    if has_map(&type_of(key, &schema)?) {
                        return Err(not_ordered("GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE"));
                    }
                }
                for expr in &aggregate.aggr_expr {
                    check_in(expr, &schema)?;
                }
            }
            LogicalPlan::Distinct(distinct) => check_distinct(distinct.input())?,
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// Checks a plan before DataFusion converts types: then NULL as a condition, a number as a condition of
/// FILTER and a number beside a time cannot be told from what is valid.
///
/// # Errors
///
/// The error of the first node that Spark would reject.
pub(super) fn check_unconverted(plan: &LogicalPlan) -> PlanResult<()> {
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(check_exists)?;
        if let LogicalPlan::Projection(list) = node
            && is_grouped(&list.input)
            && list.expr.iter().any(has_correlated_value)
        {
            let message = "A correlated scalar subquery must be a key of GROUP BY itself, or be \
                           aggregated.";
            let class = "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION";
            return Err(into_datafusion(SqlError::new(class, "0A000", message)));
        }
        let (condition, class) = match node {
            // After grouping, Spark takes it for false, too.
            LogicalPlan::Filter(filter) if !matches!(*filter.input, LogicalPlan::Aggregate(_)) => {
                (&filter.predicate, "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN")
            }
            LogicalPlan::Window(window) => {
                let schema = merge_schema(&node.inputs());
                for expr in &window.window_expr {
                    check_distance(expr, &schema)?;
                }
                return Ok(TreeNodeRecursion::Continue);
            }
            LogicalPlan::Aggregate(aggregate) => {
                let schema = merge_schema(&node.inputs());
                for expr in &aggregate.aggr_expr {
                    expr.apply(|expr| check_filter(expr, &schema))?;
                }
                return Ok(TreeNodeRecursion::Continue);
            }
            LogicalPlan::Join(join) => match &join.filter {
                Some(condition) => (condition, "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE"),
                None => return Ok(TreeNodeRecursion::Continue),
            },
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        let schema = merge_schema(&node.inputs());
        let is_none = condition.get_type(&schema).is_ok_and(|own| own.is_null());
        if is_none {
            let message = "A condition must be a BOOLEAN.";
            return Err(into_datafusion(SqlError::new(class, "42K09", message)));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// Whether there is a condition over a subquery with another one: Spark computes it for the rows that
/// are left only, and DataFusion both at once.
pub(super) fn filters_twice(plan: &LogicalPlan) -> bool {
    fn is_filtered(plan: &LogicalPlan) -> bool {
        match plan {
            LogicalPlan::SubqueryAlias(alias) => is_filtered(&alias.input),
            LogicalPlan::Projection(list) => is_filtered(&list.input),
            LogicalPlan::Filter(_) => true,
            _ => false,
        }
    }

    let mut found = false;
    let visited = plan.apply_with_subqueries(|node| {
        found |= matches!(node, LogicalPlan::Filter(filter) if is_filtered(&filter.input));
        Ok(TreeNodeRecursion::Continue)
    });
    found || visited.is_err()
}

fn check_distinct(input: &LogicalPlan) -> PlanResult<()> {
    match input.schema().fields().iter().any(|field| has_map(field.data_type())) {
        true => Err(into_datafusion(unsupported("DISTINCT and UNION of maps"))),
        false => Ok(()),
    }
}

/// Whether the rows are groups.
fn is_grouped(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(_) => true,
        LogicalPlan::Filter(filter) => is_grouped(&filter.input),
        LogicalPlan::Window(window) => is_grouped(&window.input),
        _ => false,
    }
}

/// Whether a scalar subquery uses columns of the query around it.
fn has_correlated_value(expr: &Expr) -> bool {
    let found = expr.exists(|expr| {
        Ok(matches!(expr, Expr::ScalarSubquery(query) if !query.outer_ref_columns.is_empty()))
    });
    found.unwrap_or(false)
}

/// Whether the select list has a subquery that uses columns of the query around it.
pub(super) fn has_correlated(plan: &LogicalPlan) -> bool {
    let mut node = plan;
    while !matches!(node, LogicalPlan::Projection(_)) {
        let [input] = node.inputs()[..] else { return false };
        node = input;
    }
    let is_correlated = |expr: &Expr| {
        let subquery = match expr {
            Expr::ScalarSubquery(subquery) => subquery,
            Expr::Exists(exists) => &exists.subquery,
            Expr::InSubquery(list) => &list.subquery,
            _ => return false,
        };
        !subquery.outer_ref_columns.is_empty()
    };
    let has = |expr: &Expr| expr.exists(|expr| Ok(is_correlated(expr))).unwrap_or(false);
    node.expressions().iter().any(has)
}

/// What Spark does not take in a correlated subquery of EXISTS and IN.
fn check_exists(expr: &Expr) -> PlanResult<TreeNodeRecursion> {
    expr.apply(|expr| {
        let subquery = match expr {
            Expr::Exists(exists) => &exists.subquery,
            Expr::InSubquery(list) => &list.subquery,
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        if subquery.outer_ref_columns.is_empty() {
            return Ok(TreeNodeRecursion::Continue);
        }
        let (class, message) = if has_limit(&subquery.subquery) {
            let message = "A LIMIT of a correlated subquery is not supported in EXISTS and IN.";
            ("ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED", message)
        } else if has_set_operation(&subquery.subquery)? {
            let message = "EXCEPT and INTERSECT of correlated subqueries are not supported.";
            ("ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED", message)
        } else if groups_unequal(&subquery.subquery)? {
            let message = "A correlated subquery with GROUP BY must use columns of the outer row in \
                           equalities.";
            ("CORRELATED_COLUMN_IS_NOT_ALLOWED_IN_PREDICATE", message)
        } else {
            return Ok(TreeNodeRecursion::Continue);
        };
        let class = format!("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.{class}");
        Err(into_datafusion(SqlError::new(class, "0A000", message)))
    })?;
    Ok(TreeNodeRecursion::Continue)
}

/// Whether a side of EXCEPT or INTERSECT uses a column of the query around it.
fn has_set_operation(plan: &LogicalPlan) -> PlanResult<bool> {
    plan.exists(|node| match node {
        LogicalPlan::Join(join) if join.null_equality == NullEquality::NullEqualsNull => {
            uses_outer(node)
        }
        _ => Ok(false),
    })
}

/// Whether there are groups of rows that were chosen by another condition than an equality with a
/// column of the query around it.
fn groups_unequal(plan: &LogicalPlan) -> PlanResult<bool> {
    let is_unequal = |condition: &&Expr| {
        let is_equality =
            matches!(condition, Expr::BinaryExpr(binary) if binary.op == Operator::Eq);
        condition.contains_outer() && !is_equality
    };
    plan.exists(|node| {
        let LogicalPlan::Aggregate(aggregate) = node else { return Ok(false) };
        if aggregate.group_expr.is_empty() {
            return Ok(false);
        }
        aggregate.input.exists(|node| match node {
            LogicalPlan::Filter(filter) => {
                Ok(split_conjunction(&filter.predicate).iter().any(is_unequal))
            }
            _ => Ok(false),
        })
    })
}

fn uses_outer(plan: &LogicalPlan) -> PlanResult<bool> {
    plan.exists(|node| Ok(node.expressions().iter().any(Expr::contains_outer)))
}

/// Whether a LIMIT is above a column of the query around it.
fn has_limit(plan: &LogicalPlan) -> bool {
    let found = plan.exists(|node| Ok(matches!(node, LogicalPlan::Limit(_)) && uses_outer(node)?));
    found.unwrap_or(false)
}

/// DataFusion reads a number beside a time as an interval.
fn check_distance(expr: &Expr, schema: &DFSchema) -> PlanResult<()> {
    expr.apply(|expr| {
        let Expr::WindowFunction(call) = expr else { return Ok(TreeNodeRecursion::Continue) };
        let frame = &call.params.window_frame;
        let is_number = |bound: &WindowFrameBound| {
            offset(bound).is_some_and(|value| value.to_string().parse::<f64>().is_ok())
        };
        let Some(key) = call.params.order_by.first() else {
            return Ok(TreeNodeRecursion::Continue);
        };
        let is_time = matches!(key.expr.get_type(schema), Ok(DataType::Timestamp(..)));
        if frame.units == WindowFrameUnits::Range
            && is_time
            && (is_number(&frame.start_bound) || is_number(&frame.end_bound))
        {
            let message = "A RANGE between timestamps needs intervals.";
            let class = "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE";
            return Err(into_datafusion(SqlError::new(class, "42K09", message)));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

fn check_filter(expr: &Expr, schema: &DFSchema) -> PlanResult<TreeNodeRecursion> {
    if let Expr::AggregateFunction(call) = expr
        && let Some(filter) = &call.params.filter
        && !matches!(filter.get_type(schema), Ok(DataType::Boolean) | Err(_))
    {
        let message = "The condition of a FILTER must be a BOOLEAN.";
        let class = "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN";
        return Err(into_datafusion(SqlError::new(class, "42903", message)));
    }
    Ok(TreeNodeRecursion::Continue)
}

fn check_in(expr: &Expr, schema: &DFSchema) -> PlanResult<()> {
    expr.apply(|expr| {
        match expr {
            Expr::WindowFunction(call) => check_window(call, schema)?,
            Expr::AggregateFunction(call) => {
                let any_map = |arguments: &[Expr]| {
                    arguments.iter().any(|own| type_of(own, schema).is_ok_and(|own| has_map(&own)))
                };
                if (call.params.distinct || call.func.name() == "collect_set")
                    && any_map(&call.params.args)
                {
                    return Err(not_ordered("DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE"));
                }
                if matches!(call.func.name(), "min" | "max")
                    && let Some(value) = call.params.args.first()
                {
                    let own = type_of(value, schema)?;
                    if has_map(&own) {
                        return Err(not_ordered("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"));
                    }
                }
            }
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// Maps are not compared.
fn check_comparisons(expr: &Expr, schema: &DFSchema) -> PlanResult<TreeNodeRecursion> {
    expr.apply(|expr| {
        let side = match expr {
            // Those are the comparisons.
            Expr::BinaryExpr(binary) if binary.op.supports_propagation() => &binary.left,
            Expr::InList(list) => &list.expr,
            Expr::Case(Case { expr: Some(operand), .. }) => operand,
            Expr::InSubquery(list) => &list.expr,
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        match type_of(side, schema) {
            Ok(own) if has_map(&own) => Err(not_ordered("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE")),
            _ => Ok(TreeNodeRecursion::Continue),
        }
    })?;
    Ok(TreeNodeRecursion::Continue)
}

/// Windows would see the rows of all outer rows.
fn check_correlated(plan: &LogicalPlan) -> PlanResult<()> {
    plan.apply(|node| match node {
        LogicalPlan::Window(_) => {
            Err(into_datafusion(unsupported("a window function in a correlated subquery")))
        }
        _ => Ok(TreeNodeRecursion::Continue),
    })?;
    Ok(())
}

fn check_order(key: &SortExpr, schema: &DFSchema) -> PlanResult<()> {
    let own = type_of(&key.expr, schema)?;
    if has_map(&own) {
        return Err(not_ordered("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"));
    }
    // NULL inside of a value is the least in Spark, wherever NULL itself is.
    if matches!(own, DataType::List(_) | DataType::Struct(_)) && key.asc != key.nulls_first {
        let what = "NULLS FIRST and NULLS LAST of lists and structs";
        return Err(into_datafusion(unsupported(what)));
    }
    Ok(())
}

fn check_window(call: &WindowFunction, schema: &DFSchema) -> PlanResult<()> {
    let params = &call.params;
    let name = call.fun.name().to_lowercase();
    for key in &params.partition_by {
        if has_map(&type_of(key, schema)?) {
            return Err(not_ordered("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"));
        }
    }
    for key in &params.order_by {
        check_order(key, schema)?;
    }
    if matches!(&*name, "min" | "max" | "collect_set")
        && let Some(value) = params.args.first()
        && has_map(&type_of(value, schema)?)
    {
        return Err(not_ordered("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"));
    }
    if params.distinct {
        let message = format!("Distinct window functions are not supported: {name}.");
        let class = "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED";
        return Err(into_datafusion(SqlError::new(class, "0A000", message)));
    }
    if params.filter.is_some() {
        return Err(into_datafusion(unsupported("FILTER of a window function")));
    }
    if let WindowFunctionDefinition::WindowUDF(_) = &call.fun {
        let count = match &*name {
            "ntile" => params.args.first(),
            "nth_value" => params.args.get(1),
            _ => None,
        };
        if let Some(Expr::Literal(count, _)) = count
            && count.to_string().parse::<i64>().is_ok_and(|count| count < 1)
        {
            let message = format!("The number of {name} must be positive.");
            let class = "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE";
            return Err(into_datafusion(SqlError::new(class, "42K09", message)));
        }
    }
    if has_offsets(&params.window_frame) {
        let Some(key) = params.order_by.first() else { return Ok(()) };
        let own = type_of(&key.expr, schema)?;
        match &own {
            own if is_number(own) => {}
            DataType::Timestamp(..) if has_intervals(&params.window_frame) => {}
            DataType::Date32 | DataType::Timestamp(..) => {
                return Err(into_datafusion(unsupported("a RANGE between such dates or times")));
            }
            _ => {
                let message = "A RANGE window frame needs a number, a date or a timestamp.";
                let class = "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE";
                return Err(into_datafusion(SqlError::new(class, "42K09", message)));
            }
        }
    }
    Ok(())
}

/// Whether it is a RANGE that ends at a distance from the row.
fn has_offsets(frame: &WindowFrame) -> bool {
    frame.units == WindowFrameUnits::Range
        && [&frame.start_bound, &frame.end_bound].into_iter().any(|bound| offset(bound).is_some())
}

fn has_intervals(frame: &WindowFrame) -> bool {
    [&frame.start_bound, &frame.end_bound].into_iter().all(|bound| {
        offset(bound).is_none_or(|value| {
            matches!(value.data_type(), DataType::Interval(_) | DataType::Duration(_))
        })
    })
}

fn offset(bound: &WindowFrameBound) -> Option<&ScalarValue> {
    match bound {
        WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value) => {
            (!value.is_null()).then_some(value)
        }
        WindowFrameBound::CurrentRow => None,
    }
}

fn has_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) => true,
        DataType::List(item) => has_map(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_map(field.data_type())),
        _ => false,
    }
}

fn not_ordered(class: &str) -> DataFusionError {
    into_datafusion(SqlError::new(class, "42822", "Maps have no order and cannot be grouped."))
}
