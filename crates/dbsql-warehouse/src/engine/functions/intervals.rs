//! Intervals, and what is computed with dates, timestamps and intervals by operators.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, IntervalUnit};
use datafusion::common::Result as PlanResult;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::cast::{cast, convert};
use super::dates::{from_date, int};
use super::define::{Function, Kind, Types, rows};
use super::times::{micros, plus_months};
use crate::engine::calendar::{DAY, Date, SECOND};
use crate::engine::coercion::{is_implicit, is_interval, is_number, is_text};
use crate::engine::errors::{self, Result};
use crate::engine::interval::{Span, Unit};
use crate::engine::types::{timestamp, timestamp_ntz};
use crate::engine::value::Value;
use dbsql_local::engine::SqlError;

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A part of a date, a timestamp or an interval: `extract` calls these.
macro_rules! part {
    ($name:literal, $interval:pat, $result:expr, $of_interval:expr, $time:ident, $of_time:expr) => {
        Function::typed(
            $name,
            |arguments| match arguments {
                [own @ $interval] => Some(Types::new([own.clone()], $result)),
                [own] if is_implicit(own, &Kind::$time.data_type()) => {
                    Some(Types::new([Kind::$time.data_type()], DataType::Int32))
                }
                _ => None,
            },
            |values, _| {
                let of_interval: fn(i64) -> i64 = $of_interval;
                let of_time: fn(i64) -> i64 = $of_time;
                Ok(Value::Integer(match values.first() {
                    Some(Value::Date(days)) => of_time((*days).into()),
                    Some(Value::Timestamp(micros)) => of_time(*micros),
                    other => of_interval(amount(other)),
                }))
            },
        )
    };
}

const DATE_PART: Function =
    Function::typed("date_part", |_| None, |_, _| Ok(Value::Null)).counts(2, 2);

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("dbsql_no_field", |_| None, |_, _| Ok(Value::Null)),
    // With a literal field it is one of the parts.
    DATE_PART,
    DATE_PART.named("datepart"),
    Function::typed("dbsql_second", second_type, |values, _| {
        let micros = match values.first() {
            Some(Value::Timestamp(micros)) => micros.rem_euclid(60 * SECOND),
            Some(Value::DayTime(micros)) => micros % (60 * SECOND),
            _ => return Ok(Value::Null),
        };
        Ok(Value::Decimal(micros.into()))
    }),
    part!(
        "dbsql_years",
        DataType::Interval(_),
        DataType::Int32,
        |amount| amount / 12,
        Date,
        |days| { Date::from_days(days).year }
    ),
    part!(
        "dbsql_months",
        DataType::Interval(_),
        DataType::Int8,
        |amount| amount % 12,
        Date,
        |days| { Date::from_days(days).month }
    ),
    part!(
        "dbsql_days",
        DataType::Duration(_),
        DataType::Int32,
        |amount| amount / DAY,
        Date,
        |days| { Date::from_days(days).day }
    ),
    part!(
        "dbsql_hours",
        DataType::Duration(_),
        DataType::Int8,
        |amount| amount / HOUR % 24,
        Timestamp,
        |micros| micros.rem_euclid(DAY) / HOUR
    ),
    part!(
        "dbsql_minutes",
        DataType::Duration(_),
        DataType::Int8,
        |amount| amount / MINUTE % 60,
        Timestamp,
        |micros| micros.rem_euclid(HOUR) / MINUTE
    ),
    Function::typed(
        "make_ym_interval",
        |arguments| made(arguments, &[DataType::Int32, DataType::Int32], Span::YEAR_MONTH),
        |values, types| {
            let years = i64::from(int(values, 0));
            made_of(Some(years * 12 + i64::from(int(values, 1))), &types.result)
        },
    )
    .counts(0, 2),
    Function::typed(
        "make_dt_interval",
        |arguments| {
            let int = DataType::Int32;
            let parameters = [int.clone(), int.clone(), int, DataType::Decimal128(18, 6)];
            made(arguments, &parameters, Span::DAY_SECOND)
        },
        |values, types| {
            let [days, hours, minutes] = [0, 1, 2].map(|index| i64::from(int(values, index)));
            let micros = match values.get(3) {
                Some(Value::Decimal(micros)) => i64::try_from(*micros).ok(),
                _ => Some(0),
            };
            let whole =
                (days * 24 + hours).checked_mul(60).and_then(|all| all.checked_add(minutes));
            let whole = whole.and_then(|minutes| minutes.checked_mul(60 * SECOND));
            let sum = whole.zip(micros).and_then(|(whole, micros)| whole.checked_add(micros));
            made_of(sum, &types.result)
        },
    )
    .counts(0, 4),
];

/// Spark has no class for an overflow here.
fn made_of(amount: Option<i64>, data_type: &DataType) -> Result<Value> {
    interval(amount, data_type).map_err(|_| errors::unsupported("an interval so long"))
}

/// Whether `extract` calls the function.
pub(super) fn is_part(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "dbsql_years",
        "dbsql_yearofweek",
        "dbsql_quarter",
        "dbsql_months",
        "dbsql_week",
        "dbsql_days",
        "dbsql_dayofweek",
        "dbsql_dayofweek_iso",
        "dbsql_dayofyear",
        "dbsql_hours",
        "dbsql_minutes",
        "dbsql_second",
        "dbsql_no_field",
    ];
    PARTS.contains(&name)
}

/// Checks that an interval has the field that a function of `extract` is for.
pub(super) fn check_part(name: &str, argument: &Field) -> Result<()> {
    let unit = match name {
        "dbsql_years" => Unit::Year,
        "dbsql_months" => Unit::Month,
        "dbsql_days" => Unit::Day,
        "dbsql_hours" => Unit::Hour,
        "dbsql_minutes" => Unit::Minute,
        "dbsql_second" => Unit::Second,
        _ => return Ok(()),
    };
    match Span::of(argument) {
        Some(span) if !(span.first..=span.last).contains(&unit) => {
            Err(errors::invalid_extract_field(&format!("interval {span}").to_lowercase()))
        }
        _ => Ok(()),
    }
}

/// The last parameters may be absent.
fn made(arguments: &[DataType], parameters: &[DataType], span: Span) -> Option<Types> {
    let parameters = parameters.get(..arguments.len())?;
    let mut pairs = arguments.iter().zip(parameters);
    let fits = pairs.all(|(from, to)| match to {
        to if is_number(to) => is_number(from) || is_text(from) || from.is_null(),
        to => is_implicit(from, to),
    });
    fits.then(|| Types::new(parameters, span.data_type()))
}

/// `DECIMAL(8,6)`.
fn second_type(arguments: &[DataType]) -> Option<Types> {
    let [moment] = arguments else { return None };
    let moment = match moment {
        DataType::Duration(_) => moment.clone(),
        DataType::Timestamp(_, None) => timestamp_ntz(),
        DataType::Timestamp(..) | DataType::Date32 | DataType::Null => timestamp(),
        text if is_text(text) => timestamp(),
        _ => return None,
    };
    Some(Types::new([moment], DataType::Decimal128(8, 6)))
}

/// An operation whose types, and whose fields of an interval, are known when it is planned.
#[derive(Debug)]
struct Operation {
    name: String,
    parameters: Vec<DataType>,
    result: DataType,
    span: Option<Span>,
    evaluate: fn(&[Value], &Types) -> Result<Value>,
    signature: Signature,
}

// The name and the types tell operations apart.
impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.parameters == other.parameters
            && self.result == other.result
            && self.span == other.span
    }
}

impl Eq for Operation {}

impl Hash for Operation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.parameters.hash(state);
    }
}

/// The type of the result, if the function is an operation of these.
pub(in crate::engine) fn operation_type(function: &Arc<dyn ScalarUDFImpl>) -> Option<&DataType> {
    function.downcast_ref::<Operation>().map(|operation| &operation.result)
}

impl ScalarUDFImpl for Operation {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(self.result.clone())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> PlanResult<FieldRef> {
        let field = Field::new(&self.name, self.result.clone(), true);
        let metadata = self.span.map(Span::metadata).unwrap_or_default();
        Ok(Arc::new(field.with_metadata(metadata)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let types = Types::new(self.parameters.clone(), self.result.clone());
        rows(&args, &self.result, |values| {
            if values.iter().any(Value::is_null) {
                return Ok(Value::Null);
            }
            (self.evaluate)(values, &types)
        })
    }
}

/// The functions that make the literals of each interval type from their months or microseconds.
pub(super) fn makers() -> Vec<Arc<ScalarUDF>> {
    let units = [Unit::Year, Unit::Month, Unit::Day, Unit::Hour, Unit::Minute, Unit::Second];
    let pairs = units.iter().flat_map(|first| units.iter().map(move |last| (*first, *last)));
    let spans = pairs.filter_map(|(first, last)| Span::new(first, last));
    let literals = spans.map(|span| Operation {
        name: literal_function(span),
        parameters: vec![DataType::Int64],
        result: span.data_type(),
        span: Some(span),
        evaluate: |values, types| interval(values.first().and_then(Value::integer), &types.result),
        signature: Signature::exact(vec![DataType::Int64], Volatility::Immutable),
    });
    literals.map(|literal| Arc::new(ScalarUDF::new_from_impl(literal))).collect()
}

/// The name of the function that makes a literal.
pub(in crate::engine) fn literal_function(span: Span) -> String {
    format!("dbsql_interval_{}_{}", span.first.name(), span.last.name()).to_lowercase()
}

fn interval(amount: Option<i64>, data_type: &DataType) -> Result<Value> {
    let overflow = || errors::interval_overflow();
    let amount = amount.ok_or_else(overflow)?;
    match data_type {
        DataType::Interval(_) => i32::try_from(amount).map(Value::Months).map_err(|_| overflow()),
        _ => Ok(Value::DayTime(amount)),
    }
}

/// Months, or microseconds.
fn amount(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::Months(months)) => i64::from(*months),
        Some(Value::DayTime(micros)) => *micros,
        _ => 0,
    }
}

/// An operand of an operator.
#[derive(Clone)]
pub(in crate::engine) struct Operand {
    pub(in crate::engine) expr: Expr,
    pub(in crate::engine) field: FieldRef,
}

impl Operand {
    fn data_type(&self) -> &DataType {
        self.field.data_type()
    }

    fn span(&self) -> Option<Span> {
        Span::of(&self.field)
    }

    fn to(self, data_type: DataType) -> Expr {
        if *self.data_type() == data_type { self.expr } else { cast(self.expr, data_type) }
    }
}

fn planned(
    name: &str,
    operands: [(Operand, DataType); 2],
    result: (DataType, Option<Span>),
    evaluate: fn(&[Value], &Types) -> Result<Value>,
) -> Expr {
    let parameters = operands.iter().map(|(_, parameter)| parameter.clone()).collect();
    let arguments = operands.into_iter().map(|(operand, parameter)| operand.to(parameter));
    let operation = Operation {
        name: name.to_owned(),
        parameters,
        result: result.0,
        span: result.1,
        evaluate,
        signature: Signature::any(2, Volatility::Immutable),
    };
    let function = Arc::new(ScalarUDF::new_from_impl(operation));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments.collect()))
}

fn is_year_month(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Interval(IntervalUnit::YearMonth))
}

fn is_day_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Duration(_))
}

fn timestamp_for(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Timestamp(_, None) => Some(timestamp_ntz()),
        DataType::Timestamp(..) | DataType::Date32 => Some(timestamp()),
        text if is_text(text) => Some(timestamp()),
        _ => None,
    }
}

/// `left + right`, where one side is a date, a timestamp or an interval; `None` if there is no such
/// operation.
pub(in crate::engine) fn sum(left: Operand, right: Operand) -> Option<Expr> {
    let (left_type, right_type) = (left.data_type().clone(), right.data_type().clone());
    if is_interval(&left_type) && is_interval(&right_type) {
        return intervals("interval_add", left, right, |values, types| {
            let sum = amount(values.first()).checked_add(amount(values.get(1)));
            interval(sum, &types.result)
        });
    }
    if is_interval(&left_type) {
        return match right_type {
            DataType::Null => sum(left.clone(), null_as(right, &left)),
            _ => sum(right, left),
        };
    }
    if is_interval(&right_type) {
        return match left_type {
            DataType::Null => sum(null_as(left, &right), right),
            _ => moved("time_add", left, right, 1),
        };
    }
    match (&left_type, &right_type) {
        (DataType::Date32, _) => days_later("date_add", left, right, |values, _| {
            Ok(Value::Date(day(values, 0).wrapping_add(int(values, 1))))
        }),
        (_, DataType::Date32) => sum(right, left),
        _ => None,
    }
}

/// `left - right`, where one side is a date, a timestamp or an interval.
pub(in crate::engine) fn difference(left: Operand, right: Operand) -> Option<Expr> {
    let (left_type, right_type) = (left.data_type().clone(), right.data_type().clone());
    if is_interval(&right_type) {
        if is_interval(&left_type) {
            return intervals("interval_subtract", left, right, |values, types| {
                let rest = amount(values.first()).checked_sub(amount(values.get(1)));
                interval(rest, &types.result)
            });
        }
        return match left_type {
            DataType::Null => difference(null_as(left, &right), right),
            _ => moved("time_subtract", left, right, -1),
        };
    }
    if is_interval(&left_type) {
        return right_type.is_null().then(|| difference(left.clone(), null_as(right, &left)))?;
    }
    let is_time = |side: &DataType| matches!(side, DataType::Timestamp(..));
    if is_time(&left_type) || is_time(&right_type) {
        // Both are timestamps with a zone, unless both have none.
        let without = |side: &DataType| matches!(side, DataType::Timestamp(_, None));
        let common = match (&left_type, &right_type) {
            (left, right) if without(left) && without(right) => timestamp_ntz(),
            _ => timestamp(),
        };
        let fits = |side: &DataType| timestamp_for(side).is_some() || side.is_null();
        if !fits(&left_type) || !fits(&right_type) {
            return None;
        }
        let result = (Span::DAY_SECOND.data_type(), Some(Span::DAY_SECOND));
        return Some(planned(
            "subtract_timestamps",
            [(left, common.clone()), (right, common)],
            result,
            |values, _| {
                let rest = micros(values, 0).checked_sub(micros(values, 1));
                rest.map(Value::DayTime).ok_or_else(errors::interval_overflow)
            },
        ));
    }
    match (&left_type, &right_type) {
        (left_type, DataType::Date32)
            if matches!(left_type, DataType::Date32 | DataType::Null) || is_text(left_type) =>
        {
            Some(days_between(left, right))
        }
        (DataType::Date32, text) if is_text(text) => Some(days_between(left, right)),
        (DataType::Date32, _) => days_later("date_sub", left, right, |values, _| {
            Ok(Value::Date(day(values, 0).wrapping_sub(int(values, 1))))
        }),
        _ => None,
    }
}

/// `interval * number`, `number * interval`.
pub(in crate::engine) fn product(left: Operand, right: Operand) -> Option<Expr> {
    if !is_interval(left.data_type()) {
        return is_interval(right.data_type()).then(|| product(right, left))?;
    }
    scaled("multiply_interval", left, right, |values, types| {
        let amount = amount(values.first());
        match values.get(1) {
            Some(Value::Integer(factor)) => interval(amount.checked_mul(*factor), &types.result),
            Some(number) => {
                let factor = number.double().unwrap_or(f64::NAN);
                rounded(amount as f64 * factor, &types.result)
            }
            None => Ok(Value::Null),
        }
    })
}

/// `interval / number`.
pub(in crate::engine) fn quotient(left: Operand, right: Operand) -> Option<Expr> {
    if !is_interval(left.data_type()) {
        return None;
    }
    scaled("divide_interval", left, right, |values, types| {
        let amount = amount(values.first());
        match values.get(1) {
            Some(Value::Integer(0)) => Err(errors::interval_divided_by_zero()),
            Some(Value::Integer(divisor)) => {
                let (amount, divisor) = (i128::from(amount), i128::from(*divisor));
                let (whole, rest) = (amount / divisor, amount % divisor);
                let up = rest.unsigned_abs() * 2 >= divisor.unsigned_abs();
                let sign = if (rest < 0) == (divisor < 0) { 1 } else { -1 };
                let rounded = if rest != 0 && up { whole + sign } else { whole };
                interval(i64::try_from(rounded).ok(), &types.result)
            }
            Some(number) => match number.double() {
                Some(0.0) => Err(errors::interval_divided_by_zero()),
                divisor => rounded(amount as f64 / divisor.unwrap_or(f64::NAN), &types.result),
            },
            None => Ok(Value::Null),
        }
    })
}

/// Rounded half up.
fn rounded(number: f64, data_type: &DataType) -> Result<Value> {
    let number = number.round();
    if !number.is_finite() || number.abs() >= 9.2e18 {
        // Spark has no class for it.
        return Err(errors::unsupported("an interval so long"));
    }
    interval(Some(number as i64), data_type)
}

fn scaled(
    name: &str,
    left: Operand,
    right: Operand,
    evaluate: fn(&[Value], &Types) -> Result<Value>,
) -> Option<Expr> {
    let span = match left.span()?.data_type() {
        DataType::Interval(_) => Span::YEAR_MONTH,
        _ => Span::DAY_SECOND,
    };
    let own = left.data_type().clone();
    let number = match right.data_type() {
        number if number.is_integer() => DataType::Int64,
        DataType::Null => DataType::Float64,
        other if is_text(other) || is_number(other) => DataType::Float64,
        _ => return None,
    };
    let result = (span.data_type(), Some(span));
    Some(planned(name, [(left, own), (right, number)], result, evaluate))
}

fn null_as(null: Operand, other: &Operand) -> Operand {
    Operand { expr: cast(null.expr, other.data_type().clone()), field: Arc::clone(&other.field) }
}

fn intervals(
    name: &str,
    left: Operand,
    right: Operand,
    evaluate: fn(&[Value], &Types) -> Result<Value>,
) -> Option<Expr> {
    let span = left.span()?.with(right.span()?);
    // Months and days do not mix.
    (left.data_type() == right.data_type()).then_some(())?;
    let data_type = span.data_type();
    let operands = [(left, data_type.clone()), (right, data_type.clone())];
    Some(planned(name, operands, (data_type, Some(span)), evaluate))
}

fn day(values: &[Value], index: usize) -> i32 {
    super::dates::days(values, index)
}

fn days_later(
    name: &str,
    left: Operand,
    right: Operand,
    evaluate: fn(&[Value], &Types) -> Result<Value>,
) -> Option<Expr> {
    let fits = matches!(
        right.data_type(),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Null
    );
    let operands = [(left, DataType::Date32), (right, DataType::Int32)];
    fits.then(|| planned(name, operands, (DataType::Date32, None), evaluate))
}

fn days_between(left: Operand, right: Operand) -> Expr {
    // A text is read only where the other side is not NULL.
    let own = |side: &Operand| match side.data_type() {
        text if is_text(text) => DataType::Utf8,
        _ => DataType::Date32,
    };
    let (left_type, right_type) = (own(&left), own(&right));
    let result = (Span::DAYS.data_type(), Some(Span::DAYS));
    planned("subtract_dates", [(left, left_type), (right, right_type)], result, |values, types| {
        let day = |index: usize| match (values.get(index), types.parameters.get(index)) {
            (Some(value), Some(from)) => match convert(value.clone(), from, &DataType::Date32)? {
                Value::Date(days) => Ok(i64::from(days)),
                _ => Ok(0),
            },
            _ => Ok::<_, SqlError>(0),
        };
        let days = day(0)? - day(1)?;
        days.checked_mul(DAY).map(Value::DayTime).ok_or_else(errors::interval_overflow)
    })
}

/// A date or a timestamp before or after an interval.
fn moved(name: &str, time: Operand, by: Operand, sign: i64) -> Option<Expr> {
    let (time_type, by_type) = (time.data_type().clone(), by.data_type().clone());
    let span = by.span()?;
    // The sign is in the function, since functions here capture nothing.
    macro_rules! signed {
        ($compute:expr) => {
            match sign {
                1 => |values: &[Value], _: &Types| $compute(values, 1),
                _ => |values: &[Value], _: &Types| $compute(values, -1),
            }
        };
    }
    let is_date = time_type == DataType::Date32;
    if is_year_month(&by_type) && is_date {
        let evaluate: fn(&[Value], &Types) -> Result<Value> = signed!(date_and_months);
        let operands = [(time, DataType::Date32), (by, by_type)];
        return Some(planned(name, operands, (DataType::Date32, None), evaluate));
    }
    if is_day_time(&by_type) && is_date && span == Span::DAYS {
        let evaluate: fn(&[Value], &Types) -> Result<Value> = signed!(date_and_days);
        let operands = [(time, DataType::Date32), (by, by_type)];
        return Some(planned(name, operands, (DataType::Date32, None), evaluate));
    }
    let result = timestamp_for(&time_type)?;
    let evaluate: fn(&[Value], &Types) -> Result<Value> = match is_year_month(&by_type) {
        // A text is not read as a timestamp here.
        true if is_text(&time_type) => return None,
        true => signed!(time_and_months),
        false => signed!(time_and_micros),
    };
    let moved = planned(name, [(time, result.clone()), (by, by_type)], (result, None), evaluate);
    Some(if is_text(&time_type) { cast(moved, time_type) } else { moved })
}

fn date_and_months(values: &[Value], sign: i64) -> Result<Value> {
    let date = Date::from_days(day(values, 0).into());
    from_date(date.plus_months(sign * amount(values.get(1))))
}

fn date_and_days(values: &[Value], sign: i64) -> Result<Value> {
    let days = i64::from(day(values, 0)) + sign * (amount(values.get(1)) / DAY);
    from_date(Date::from_days(days))
}

fn time_and_months(values: &[Value], sign: i64) -> Result<Value> {
    plus_months(micros(values, 0), sign * amount(values.get(1)))
}

fn time_and_micros(values: &[Value], sign: i64) -> Result<Value> {
    let by = amount(values.get(1)).checked_mul(sign);
    let sum = by.and_then(|by| micros(values, 0).checked_add(by));
    sum.map(Value::Timestamp).ok_or_else(errors::time_overflow)
}
