//! Clauses of queries that are written as others.

use datafusion::sql::sqlparser::ast::{
    Expr, LimitClause, Offset, OffsetRows, OrderByExpr, OrderByKind, Query, SelectItem, SetExpr,
    SetOperator, SetQuantifier, TableAliasColumnDef, TableSample, TableSampleKind, TableSampleUnit,
    Value,
};

/// `MINUS` is EXCEPT, and `ORDER BY ALL` is by each column.
pub(super) fn query(query: &mut Query) {
    for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
        if let SetExpr::Values(values) = &*cte.query.body
            && cte.alias.columns.is_empty()
        {
            let width = values.rows.first().map_or(0, |row| row.len());
            let column = |number| TableAliasColumnDef::from_name(format!("col{number}"));
            cte.alias.columns = (1..=width).map(column).collect();
        }
    }
    without_minus(&mut query.body);
    let width = width(&query.body);
    if let Some(order) = &mut query.order_by
        && let OrderByKind::All(options) = &order.kind
        && let Some(width) = width
    {
        let options = *options;
        let column = |number: usize| OrderByExpr {
            expr: Expr::Value(Value::Number(number.to_string(), false).into()),
            options,
            with_fill: None,
        };
        order.kind = OrderByKind::Expressions((1..=width).map(column).collect());
    }
}

/// Keeps the order of a subquery in FROM, as Spark does: the planner drops an ORDER BY without a LIMIT
/// or an OFFSET.
pub(super) fn keep_order(query: &mut Query) {
    if query.order_by.is_some() && query.limit_clause.is_none() && query.fetch.is_none() {
        let value = Expr::Value(Value::Number("0".to_owned(), false).into());
        let offset = Some(Offset { value, rows: OffsetRows::None });
        query.limit_clause =
            Some(LimitClause::LimitOffset { limit: None, offset, limit_by: Vec::new() });
    }
}

fn without_minus(body: &mut SetExpr) {
    if let SetExpr::SetOperation { op, left, right, .. } = body {
        if *op == SetOperator::Minus {
            *op = SetOperator::Except;
        }
        without_minus(left);
        without_minus(right);
    }
}

/// The number of columns, if it is known without the tables.
pub(super) fn width(body: &SetExpr) -> Option<usize> {
    match body {
        SetExpr::Select(select) => {
            let is_one = |item: &SelectItem| {
                matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. })
            };
            select.projection.iter().all(is_one).then_some(select.projection.len())
        }
        SetExpr::SetOperation {
            left,
            set_quantifier: SetQuantifier::All | SetQuantifier::Distinct | SetQuantifier::None,
            ..
        } => width(left),
        SetExpr::Query(query) => width(&query.body),
        _ => None,
    }
}

/// Whether a sample has all the rows.
pub(super) fn is_whole(sample: &TableSampleKind) -> bool {
    let (TableSampleKind::BeforeTableAlias(sample) | TableSampleKind::AfterTableAlias(sample)) =
        sample;
    let TableSample { name: None, quantity: Some(quantity), bucket: None, offset: None, .. } =
        &**sample
    else {
        return false;
    };
    let Expr::Value(value) = &quantity.value else { return false };
    let Value::Number(digits, false) = &value.value else { return false };
    quantity.unit == Some(TableSampleUnit::Percent) && digits.parse() == Ok(100.0)
}
