//! Operators, planned with the types that Spark gives them.

use arrow_schema::{DataType, Field};
use datafusion::common::{Column, DFSchema, DataFusionError, Result, ScalarValue, TableReference};
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawBinaryExpr, RawFieldAccessExpr,
};
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable as _, GetFieldAccess, Operator, lit,
};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::coercion::{self, is_atomic, is_binary, is_interval, is_number, is_text};
use super::decimals;
use super::errors::{self, into_datafusion};
use super::functions::{
    Arithmetic, Cast, Operand, Operation, arithmetic, cast, compare_structs, difference, failing,
    index_of, member, no_member, operation_type, product, quotient, sum, tight,
};
use dbsql_local::engine::SqlError;

/// Plans operators between values, and the access to items of lists.
#[derive(Debug)]
pub(super) struct Operators;

impl ExprPlanner for Operators {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let left_type = type_of(&expr.left, schema)?;
        let right_type = type_of(&expr.right, schema)?;
        if left_type.is_temporal() || right_type.is_temporal() {
            let operand = |side: &Expr| {
                let field = side.to_field(schema)?.1;
                Ok::<_, DataFusionError>(Operand { expr: side.clone(), field })
            };
            let compute = match expr.op {
                BinaryOperator::Plus => Some(sum as fn(Operand, Operand) -> Option<Expr>),
                BinaryOperator::Minus => Some(difference as _),
                BinaryOperator::Multiply => Some(product as _),
                BinaryOperator::Divide => Some(quotient as _),
                BinaryOperator::MyIntegerDivide
                    if is_interval(&left_type) || is_interval(&right_type) =>
                {
                    return Err(into_datafusion(errors::unsupported("DIV of intervals")));
                }
                _ => None,
            };
            if let Some(compute) = compute {
                return match compute(operand(&expr.left)?, operand(&expr.right)?) {
                    Some(planned) => Ok(PlannerResult::Planned(planned)),
                    None => {
                        let error = errors::wrong_operands(&expr.op, &left_type, &right_type);
                        Err(into_datafusion(error))
                    }
                };
            }
        }
        let sides = Sides { left: &expr.left, right: &expr.right, left_type, right_type };
        let is_inequality = matches!(
            expr.op,
            BinaryOperator::Lt | BinaryOperator::LtEq | BinaryOperator::Gt | BinaryOperator::GtEq
        );
        if is_inequality && sides.has_large_decimal() {
            let what = "a comparison of an integer with a decimal that no BIGINT equals";
            return Err(into_datafusion(errors::unsupported(what)));
        }
        let planned = match &expr.op {
            BinaryOperator::Plus => sides.arithmetic(Operation::Add),
            BinaryOperator::Minus => sides.arithmetic(Operation::Subtract),
            BinaryOperator::Multiply => sides.arithmetic(Operation::Multiply),
            BinaryOperator::Divide => sides.arithmetic(Operation::Divide),
            BinaryOperator::Modulo => sides.arithmetic(Operation::Remainder),
            BinaryOperator::MyIntegerDivide => sides.arithmetic(Operation::IntegerDivide),
            BinaryOperator::BitwiseAnd => sides.arithmetic(Operation::And),
            BinaryOperator::BitwiseOr => sides.arithmetic(Operation::Or),
            BinaryOperator::BitwiseXor => sides.arithmetic(Operation::ExclusiveOr),
            BinaryOperator::Eq => sides.comparison(Operator::Eq),
            BinaryOperator::NotEq => sides.comparison(Operator::NotEq),
            BinaryOperator::Spaceship => sides.comparison(Operator::IsNotDistinctFrom),
            BinaryOperator::Lt => sides.comparison(Operator::Lt),
            BinaryOperator::LtEq => sides.comparison(Operator::LtEq),
            BinaryOperator::Gt => sides.comparison(Operator::Gt),
            BinaryOperator::GtEq => sides.comparison(Operator::GtEq),
            BinaryOperator::And | BinaryOperator::Or => {
                let plain = |side: &DataType| matches!(side, DataType::Boolean | DataType::Null);
                let (left, right) = (&sides.left_type, &sides.right_type);
                if plain(left) && plain(right) {
                    return Ok(PlannerResult::Original(expr));
                }
                // A text beside a BOOLEAN is read as one.
                let (is_boolean, fits) = (|side: &DataType| *side == DataType::Boolean, is_text);
                let operator = match expr.op {
                    BinaryOperator::And => Operator::And,
                    _ => Operator::Or,
                };
                (is_boolean(left) && fits(right) || fits(left) && is_boolean(right))
                    .then(|| sides.with_sides(operator, &DataType::Boolean))
            }
            BinaryOperator::StringConcat
                if is_list(&sides.left_type) && is_list(&sides.right_type) =>
            {
                return Ok(PlannerResult::Original(expr));
            }
            BinaryOperator::StringConcat => sides.concatenation(),
            _ => return Ok(PlannerResult::Original(expr)),
        };
        match planned {
            Some(planned) => Ok(PlannerResult::Planned(planned)),
            None => {
                let error = errors::wrong_operands(&expr.op, &sides.left_type, &sides.right_type);
                Err(into_datafusion(error))
            }
        }
    }

    /// `array[index]`, `map[key]` and `value.member`.
    fn plan_field_access(
        &self,
        access: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        let RawFieldAccessExpr { expr, field_access } = access;
        let planned = match field_access {
            GetFieldAccess::ListIndex { key } => {
                match type_of(&expr, schema)? {
                    DataType::Struct(_) => {
                        let message = "The member of a struct is named by a text.";
                        let class = "INVALID_EXTRACT_FIELD_TYPE";
                        return Err(into_datafusion(SqlError::new(class, "42000", message)));
                    }
                    DataType::List(_) | DataType::Map(..) | DataType::Null => {}
                    own if is_list(&own) => {}
                    own => return Err(into_datafusion(no_member(&key.to_string(), &own))),
                }
                index_of(expr, *key)
            }
            GetFieldAccess::NamedStructField { name } => {
                let data_type = type_of(&expr, schema)?;
                match name.try_as_str().flatten() {
                    Some(member_name)
                        if matches!(data_type, DataType::Struct(_)) || is_structs(&data_type) =>
                    {
                        member(expr, &data_type, member_name).map_err(into_datafusion)?.0
                    }
                    Some(member_name) if is_atomic(&data_type) => {
                        return Err(into_datafusion(no_member(member_name, &data_type)));
                    }
                    _ => index_of(expr, lit(name)),
                }
            }
            other @ GetFieldAccess::ListRange { .. } => {
                return Ok(PlannerResult::Original(RawFieldAccessExpr {
                    expr,
                    field_access: other,
                }));
            }
        };
        Ok(PlannerResult::Planned(planned))
    }

    /// `column.member` and deeper.
    fn plan_compound_identifier(
        &self,
        field: &Field,
        qualifier: Option<&TableReference>,
        nested_names: &[String],
    ) -> Result<PlannerResult<Vec<Expr>>> {
        let mut expr = Expr::Column(Column::from((qualifier, field)));
        let mut data_type = field.data_type().clone();
        for name in nested_names {
            (expr, data_type) = match member(expr, &data_type, name) {
                Ok(found) => found,
                // An error from here would be replaced by DataFusion's own.
                Err(error) => (failing(&error), DataType::Null),
            };
        }
        Ok(PlannerResult::Planned(expr))
    }
}

fn is_list(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..))
}

fn is_structs(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(item) if matches!(item.data_type(), DataType::Struct(_)))
}

/// The type of an expression. That of our operators is known, which keeps long chains of them from
/// being walked again for each.
pub(super) fn type_of(expr: &Expr, schema: &DFSchema) -> Result<DataType> {
    if let Expr::ScalarFunction(call) = expr {
        let function = call.func.inner();
        if let Some(arithmetic) = function.downcast_ref::<Arithmetic>() {
            return Ok(arithmetic.result().clone());
        }
        if let Some(cast) = function.downcast_ref::<Cast>() {
            return Ok(cast.to().clone());
        }
        if let Some(data_type) = operation_type(function) {
            return Ok(data_type.clone());
        }
    }
    match expr {
        // Both sides have one type: see `Sides`. A chain is deep on the left.
        Expr::BinaryExpr(binary) if operation_of(binary.op).is_some() => {
            let right = type_of(&binary.right, schema)?;
            if is_number(&right) { Ok(right) } else { expr.get_type(schema) }
        }
        _ => expr.get_type(schema),
    }
}

/// The operation of an operator between two numbers of one type, as [`Operators`] plans it.
pub(super) fn operation_of(operator: Operator) -> Option<Operation> {
    Some(match operator {
        Operator::Plus => Operation::Add,
        Operator::Minus => Operation::Subtract,
        Operator::Multiply => Operation::Multiply,
        Operator::Divide => Operation::Divide,
        Operator::Modulo => Operation::Remainder,
        Operator::BitwiseAnd => Operation::And,
        Operator::BitwiseOr => Operation::Or,
        Operator::BitwiseXor => Operation::ExclusiveOr,
        _ => return None,
    })
}

struct Sides<'a> {
    left: &'a Expr,
    right: &'a Expr,
    left_type: DataType,
    right_type: DataType,
}

impl Sides<'_> {
    /// An operation between numbers, or what can be read as numbers.
    fn arithmetic(&self, operation: Operation) -> Option<Expr> {
        let (left, right) = (&self.left_type, &self.right_type);
        // A text is read as the number that the other side is.
        let as_number = |side: &DataType, other: &DataType| match side {
            DataType::Null if operation == Operation::Divide => Some(DataType::Float64),
            DataType::Null if other.is_null() => Some(match operation {
                Operation::IntegerDivide => DataType::Int64,
                _ => DataType::Float64,
            }),
            DataType::Null => is_number(other).then(|| other.clone()),
            side if is_text(side) => match other {
                other if !is_number(other) => None,
                other => coercion::common(side, other),
            },
            side => is_number(side).then(|| side.clone()),
        };
        let left_number = as_number(left, right)?;
        let right_number = match right {
            // Only at the left it makes the quotient a DOUBLE.
            DataType::Null if !left.is_null() => left_number.clone(),
            right => as_number(right, left)?,
        };
        let left_number = literal_type(self.left, &left_number, &right_number);
        let right_number = literal_type(self.right, &right_number, &left_number);
        let side = |expr: &Expr, from: &DataType, to: &DataType| {
            if from == to { expr.clone() } else { cast(expr.clone(), to.clone()) }
        };
        let left = (side(self.left, left, &left_number), &left_number);
        let right = (side(self.right, right, &right_number), &right_number);
        arithmetic(operation, left, right)
    }

    /// Texts or bytes, one after the other. Other values are read as texts.
    fn concatenation(&self) -> Option<Expr> {
        let (left, right) = (&self.left_type, &self.right_type);
        let fits = |side: &DataType| is_atomic(side) || side.is_null();
        let common = match (left, right) {
            (left, right) if is_binary(left) && is_binary(right) => DataType::Binary,
            (left, right) if fits(left) && fits(right) => DataType::Utf8,
            _ => return None,
        };
        Some(self.with_sides(Operator::StringConcat, &common))
    }

    fn with_sides(&self, operator: Operator, common: &DataType) -> Expr {
        let side = |expr: &Expr, from: &DataType| {
            let expr = expr.clone();
            Box::new(if from == common { expr } else { cast(expr, common.clone()) })
        };
        let (left, right) = (side(self.left, &self.left_type), side(self.right, &self.right_type));
        Expr::BinaryExpr(BinaryExpr::new(left, operator, right))
    }

    /// Whether an integer is beside a decimal literal that no BIGINT equals: for NULL, too, Spark
    /// answers true or false.
    fn has_large_decimal(&self) -> bool {
        self.left_type.is_integer() && is_large(self.right)
            || self.right_type.is_integer() && is_large(self.left)
    }

    /// A comparison of values of one type.
    fn comparison(&self, operator: Operator) -> Option<Expr> {
        let is_struct = |side: &DataType| matches!(side, DataType::Struct(_));
        if is_struct(&self.left_type)
            && is_struct(&self.right_type)
            && operator != Operator::IsNotDistinctFrom
        {
            // NULL in them is a value as another.
            let sign = match operator {
                Operator::NotEq => "<>".to_owned(),
                other => other.to_string(),
            };
            let sides = vec![lit(sign), self.left.clone(), self.right.clone()];
            return Some(compare_structs()?.call(sides));
        }
        let common = compared(&self.left_type, &self.right_type)?;
        Some(self.with_sides(operator, &common))
    }
}

/// The type to which two values are converted for a comparison.
pub(super) fn compared(left: &DataType, right: &DataType) -> Option<DataType> {
    let found = match (left, right) {
        // No item is read as another type.
        (DataType::List(_), DataType::List(_)) => tight(left, right),
        _ => coercion::common(left, right),
    };
    found.filter(|found| !matches!(found, DataType::Map(..)))
}

/// Whether it is a decimal literal that is out of the range of BIGINT.
fn is_large(expr: &Expr) -> bool {
    let Expr::Cast(cast) = expr else {
        return matches!(expr, Expr::Negative(inner) if is_large(inner));
    };
    let Expr::Literal(ScalarValue::Utf8(Some(text)), _) = &*cast.expr else { return false };
    let number = decimals::parse(text)
        .and_then(|(number, exponent)| decimals::rescaled(number, exponent, 38, 0));
    number.is_some_and(|number| i64::try_from(number).is_err())
}

/// Those whose literals have just their digits.
fn is_int(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int16 | DataType::Int32 | DataType::Int64)
}

/// An integer literal beside a decimal is a decimal with just its digits.
fn literal_type(expr: &Expr, own: &DataType, other: &DataType) -> DataType {
    if let Expr::Negative(expr) = expr {
        return literal_type(expr, own, other);
    }
    let digits = match expr {
        _ if !is_int(own) || !matches!(other, DataType::Decimal128(..)) => None,
        Expr::Literal(value, _) => Some(value.to_string().trim_start_matches('-').len()),
        Expr::Cast(inner) => match &*inner.expr {
            Expr::Literal(value, _) => Some(value.to_string().trim_start_matches('-').len()),
            _ => None,
        },
        _ => None,
    };
    match digits.and_then(|digits| i32::try_from(digits).ok()) {
        Some(digits) => coercion::decimal(digits, 0),
        None => own.clone(),
    }
}
