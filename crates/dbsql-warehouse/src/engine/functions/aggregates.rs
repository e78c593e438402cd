//! Aggregate functions.

use std::collections::HashMap;

use arrow_schema::DataType;
use datafusion::common::Result as PlanResult;
use datafusion::logical_expr::Expr;

use super::aggregate::{Aggregate, Group};
use super::define::Types;
use super::items::is_ordered;
use crate::engine::coercion::{
    MAX_PRECISION, decimal, decimal_for, is_implicit, is_interval, is_number, is_text,
};
use crate::engine::decimals;
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::types::outer_type;
use crate::engine::value::{Value, list_of, struct_of};

const FIRST: Aggregate = Aggregate::new("first", chosen, |group| {
    let kept = kept(group);
    Ok(kept.first().map_or(Value::Null, |row| row[0].clone()))
})
.needs(0);
const LAST: Aggregate = Aggregate::new("last", chosen, |group| {
    let kept = kept(group);
    Ok(kept.last().map_or(Value::Null, |row| row[0].clone()))
})
.needs(0);
/// `min` of values that have parts.
const LEAST: Aggregate = Aggregate::new("dbsql_min", chosen_once, |group| {
    let values = group.rows.iter().map(|row| &row[0]);
    let least = values.min_by(|one, two| one.compare(two));
    Ok(least.cloned().unwrap_or(Value::Null))
});
/// `max` of values that have parts: the first of those that are equal.
const GREATEST: Aggregate = Aggregate::new("dbsql_max", chosen_once, |group| {
    let values = group.rows.iter().map(|row| &row[0]);
    let greatest = values.reduce(|one, two| if two.compare(one).is_gt() { two } else { one });
    Ok(greatest.cloned().unwrap_or(Value::Null))
});
const LIST: Aggregate = Aggregate::new("collect_list", listed, |group| {
    if let DataType::List(item) = &group.types.result
        && is_interval(item.data_type())
    {
        // The type of a list does not tell the fields of its intervals.
        return Err(errors::unsupported("a list of intervals"));
    }
    Ok(Value::List(group.rows.iter().map(|row| row[0].clone()).collect()))
});
const PERCENTILE_APPROX: Aggregate =
    Aggregate::new("percentile_approx", approximate_types, |group| {
        let sorted = sorted(group);
        each_percentage(group, &|share| {
            let rank = (share * sorted.len() as f64).ceil() as usize;
            sorted.get(rank.max(1) - 1).cloned().unwrap_or(Value::Null)
        })
    });
const DEVIATION: Aggregate = Aggregate::new("stddev", double, |group| {
    let moments = moments(group);
    Ok(moments.over(1.0, |moments| (moments.m2 / (moments.count - 1.0)).sqrt()))
});
const VARIANCE: Aggregate = Aggregate::new("variance", double, |group| {
    let moments = moments(group);
    Ok(moments.over(1.0, |moments| moments.m2 / (moments.count - 1.0)))
});
const EVERY: Aggregate = Aggregate::new("every", boolean, |group| {
    let all = !group.rows.iter().any(|row| row[0] == Value::Boolean(false));
    Ok(if group.rows.is_empty() { Value::Null } else { Value::Boolean(all) })
});
const SOME: Aggregate = Aggregate::new("some", boolean, |group| {
    let any = group.rows.iter().any(|row| row[0] == Value::Boolean(true));
    Ok(if group.rows.is_empty() { Value::Null } else { Value::Boolean(any) })
});

/// The functions.
pub(super) const ALL: &[Aggregate] = &[
    Aggregate::new("sum", sum_types, |group| sum(group, &group.types.result)),
    Aggregate::new("try_sum", sum_types, |group| {
        Ok(sum(group, &group.types.result).unwrap_or(Value::Null))
    }),
    Aggregate::new("avg", average_types, average),
    Aggregate::new("mean", average_types, average),
    Aggregate::new("try_avg", average_types, |group| Ok(average(group).unwrap_or(Value::Null))),
    Aggregate::new("count_if", counted, |group| {
        let count = group.rows.iter().filter(|row| row[0] == Value::Boolean(true)).count();
        Ok(whole(count))
    }),
    FIRST,
    FIRST.named("any_value"),
    FIRST.named("first_value"),
    LAST,
    LAST.named("last_value"),
    LIST,
    LIST.named("array_agg"),
    Aggregate::new("collect_set", listed, |group| {
        let mut set: Vec<Value> = Vec::new();
        for row in group.rows {
            if !set.iter().any(|known| known.same(&row[0])) {
                set.push(row[0].clone());
            }
        }
        Ok(Value::List(set))
    }),
    // The rows of a subquery, each with all its columns.
    Aggregate::new(super::rows::ROWS, row_list, |group| {
        Ok(Value::List(group.rows.iter().cloned().map(Value::Struct).collect()))
    })
    .needs(0),
    // `count(a, b)`
    Aggregate::new("dbsql_count_rows", row_count, |group| Ok(whole(group.rows.len())))
        .needs(usize::MAX),
    // `count(DISTINCT a, b)`
    Aggregate::new("dbsql_count_distinct_rows", row_count, |group| {
        if !group.types.parameters.iter().all(is_ordered) {
            return Err(errors::unsupported("the number of different rows with maps"));
        }
        let mut rows: Vec<_> = group.rows.iter().cloned().map(Value::Struct).collect();
        rows.sort_by(Value::compare);
        rows.dedup_by(|one, two| one.same(two));
        Ok(whole(rows.len()))
    })
    .needs(usize::MAX),
    EVERY,
    EVERY.named("bool_and"),
    SOME,
    SOME.named("any"),
    SOME.named("bool_or"),
    Aggregate::new("max_by", by_types, |group| Ok(extreme(group, std::cmp::Ordering::Greater)))
        .needs(0),
    Aggregate::new("min_by", by_types, |group| Ok(extreme(group, std::cmp::Ordering::Less)))
        .needs(0),
    Aggregate::new(
        "mode",
        |arguments| match arguments {
            [own] => Some(Types::new([own.clone()], own.clone())),
            _ => None,
        },
        |group| Ok(most_frequent(group)),
    ),
    Aggregate::new(
        "approx_count_distinct",
        |arguments| match arguments {
            [own] | [own, DataType::Float64 | DataType::Decimal128(..)] => {
                let mut parameters = vec![own.clone()];
                parameters.extend(arguments.get(1).cloned());
                Some(Types::new(parameters, DataType::Int64))
            }
            _ => None,
        },
        |group| Ok(whole(frequencies(group).len())),
    ),
    Aggregate::new("median", median_types, |group| Ok(continuous(group, 0.5))),
    Aggregate::new("percentile", percentile_types, |group| {
        each_percentage(group, &|share| continuous(group, share))
    }),
    Aggregate::new("percentile_cont", percentile_types, |group| {
        each_percentage(group, &|share| continuous(group, share))
    })
    .ordered(),
    Aggregate::new("percentile_disc", percentile_types, |group| {
        let sorted = sorted(group);
        each_percentage(group, &|share| {
            let rank = (share * sorted.len() as f64).ceil() as usize;
            sorted.get(rank.max(1) - 1).cloned().unwrap_or(Value::Null)
        })
    })
    .ordered(),
    LEAST,
    GREATEST,
    PERCENTILE_APPROX,
    PERCENTILE_APPROX.named("approx_percentile"),
    DEVIATION,
    DEVIATION.named("std"),
    DEVIATION.named("stddev_samp"),
    Aggregate::new("stddev_pop", double, |group| {
        Ok(moments(group).over(0.0, |moments| (moments.m2 / moments.count).sqrt()))
    }),
    VARIANCE,
    VARIANCE.named("var_samp"),
    Aggregate::new("var_pop", double, |group| {
        Ok(moments(group).over(0.0, |moments| moments.m2 / moments.count))
    }),
    Aggregate::new("skewness", double, |group| {
        let moments = moments(group);
        if moments.m2 == 0.0 {
            return Ok(Value::Null);
        }
        Ok(moments.over(0.0, |moments| {
            moments.count.sqrt() * moments.m3 / (moments.m2 * moments.m2 * moments.m2).sqrt()
        }))
    }),
    Aggregate::new("kurtosis", double, |group| {
        let moments = moments(group);
        if moments.m2 == 0.0 {
            return Ok(Value::Null);
        }
        Ok(moments
            .over(0.0, |moments| moments.count * moments.m4 / (moments.m2 * moments.m2) - 3.0))
    }),
    Aggregate::new("covar_pop", doubles, |group| {
        Ok(pairs(group).over(0.0, |pairs| pairs.both / pairs.count))
    })
    .needs(2),
    Aggregate::new("covar_samp", doubles, |group| {
        Ok(pairs(group).over(1.0, |pairs| pairs.both / (pairs.count - 1.0)))
    })
    .needs(2),
    Aggregate::new("corr", doubles, |group| {
        let pairs = pairs(group);
        if pairs.count > 1.0 && pairs.left * pairs.right == 0.0 {
            return Err(errors::unsupported("the correlation with a constant"));
        }
        Ok(pairs.over(1.0, |pairs| pairs.both / (pairs.left * pairs.right).sqrt()))
    })
    .needs(2),
    Aggregate::new(
        "regr_count",
        |arguments| doubles(arguments).map(|types| Types::new(types.parameters, DataType::Int64)),
        |group| Ok(whole(group.rows.len())),
    )
    .needs(2),
    Aggregate::new("regr_avgy", doubles, |group| Ok(mean(group, 0))).needs(2),
    Aggregate::new("regr_avgx", doubles, |group| Ok(mean(group, 1))).needs(2),
    Aggregate::new("regr_sxx", doubles, |group| Ok(pairs(group).over(0.0, |pairs| pairs.right)))
        .needs(2),
    Aggregate::new("regr_syy", doubles, |group| Ok(pairs(group).over(0.0, |pairs| pairs.left)))
        .needs(2),
    Aggregate::new("regr_sxy", doubles, |group| Ok(pairs(group).over(0.0, |pairs| pairs.both)))
        .needs(2),
    Aggregate::new("regr_slope", doubles, |group| {
        let pairs = pairs(group);
        if pairs.right == 0.0 {
            return Ok(Value::Null);
        }
        Ok(pairs.over(0.0, |pairs| pairs.both / pairs.right))
    })
    .needs(2),
    Aggregate::new("regr_intercept", doubles, |group| {
        let pairs = pairs(group);
        if pairs.right == 0.0 {
            return Ok(Value::Null);
        }
        Ok(pairs.over(0.0, |pairs| pairs.left_mean - pairs.both / pairs.right * pairs.right_mean))
    })
    .needs(2),
    Aggregate::new("regr_r2", doubles, |group| {
        let pairs = pairs(group);
        if pairs.count == 0.0 || pairs.right == 0.0 {
            return Ok(Value::Null);
        }
        if pairs.left == 0.0 {
            return Ok(Value::Double(1.0));
        }
        let correlation = pairs.both / (pairs.left * pairs.right).sqrt();
        Ok(Value::Double(correlation * correlation))
    })
    .needs(2),
];

fn whole(count: usize) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn same(arguments: &[DataType], result: DataType) -> Option<Types> {
    Some(Types::new(arguments, result))
}

/// One argument that is read as a DOUBLE, and a DOUBLE.
fn double(arguments: &[DataType]) -> Option<Types> {
    let [own] = arguments else { return None };
    is_implicit(own, &DataType::Float64).then(|| Types::new([DataType::Float64], DataType::Float64))
}

fn doubles(arguments: &[DataType]) -> Option<Types> {
    let [left, right] = arguments else { return None };
    let fits = [left, right].iter().all(|side| is_implicit(side, &DataType::Float64));
    fits.then(|| Types::new([DataType::Float64, DataType::Float64], DataType::Float64))
}

fn boolean(arguments: &[DataType]) -> Option<Types> {
    let [own] = arguments else { return None };
    let fits = matches!(own, DataType::Boolean | DataType::Null) || is_text(own);
    fits.then(|| Types::new([DataType::Boolean], DataType::Boolean))
}

fn counted(arguments: &[DataType]) -> Option<Types> {
    boolean(arguments).map(|types| Types::new(types.parameters, DataType::Int64))
}

/// `min` or `max` of values that have parts.
pub(super) fn of_parts(name: &str) -> Option<Aggregate> {
    match name {
        "min" => Some(LEAST),
        "max" => Some(GREATEST),
        _ => None,
    }
}

fn chosen_once(arguments: &[DataType]) -> Option<Types> {
    match arguments {
        [own] => same(arguments, own.clone()),
        _ => None,
    }
}

fn chosen(arguments: &[DataType]) -> Option<Types> {
    match arguments {
        [own] | [own, DataType::Boolean] => same(arguments, own.clone()),
        _ => None,
    }
}

/// The rows that count for the first and the last: all, or those that are not NULL.
fn kept<'a>(group: &'a Group<'_>) -> Vec<&'a Vec<Value>> {
    let counts = |row: &&Vec<Value>| row.get(1) != Some(&Value::Boolean(true)) || !row[0].is_null();
    group.rows.iter().filter(counts).collect()
}

/// A list of structs of all arguments.
fn row_list(arguments: &[DataType]) -> Option<Types> {
    let parameters: Vec<_> = arguments.iter().map(outer_type).collect();
    let members = parameters.iter().enumerate();
    let row = struct_of(members.map(|(at, own)| (format!("c{at}"), own.clone())));
    Some(Types::new(parameters, list_of(row)))
}

fn row_count(arguments: &[DataType]) -> Option<Types> {
    let parameters: Vec<_> = arguments.iter().map(outer_type).collect();
    Some(Types::new(parameters, DataType::Int64))
}

fn listed(arguments: &[DataType]) -> Option<Types> {
    let [own] = arguments else { return None };
    same(arguments, list_of(own.clone()))
}

fn by_types(arguments: &[DataType]) -> Option<Types> {
    let [own, by] = arguments else { return None };
    (!matches!(by, DataType::Map(..))).then(|| same(arguments, own.clone()))?
}

/// The first value of the row with the largest or the smallest second one; of several the last.
fn extreme(group: &Group<'_>, keeps: std::cmp::Ordering) -> Value {
    let mut best: Option<&Vec<Value>> = None;
    for row in group.rows.iter().filter(|row| !row[1].is_null()) {
        if best.is_none_or(|best| best[1].compare(&row[1]) != keeps) {
            best = Some(row);
        }
    }
    best.map_or(Value::Null, |row| row[0].clone())
}

/// How often each value is there, by its text, with the first of them.
fn frequencies<'a>(group: &'a Group<'_>) -> HashMap<String, (usize, &'a Value)> {
    let mut found: HashMap<String, (usize, &Value)> = HashMap::new();
    for row in group.rows {
        let entry = found.entry(format!("{:?}", row[0])).or_insert((0, &row[0]));
        entry.0 += 1;
    }
    found
}

fn most_frequent(group: &Group<'_>) -> Value {
    let frequencies = frequencies(group);
    let best = frequencies
        .values()
        .max_by(|(one, left), (two, right)| one.cmp(two).then_with(|| right.compare(left)));
    best.map_or(Value::Null, |(_, value)| (*value).clone())
}

fn sum_types(arguments: &[DataType]) -> Option<Types> {
    let [own] = arguments else { return None };
    let (parameter, result) = match own {
        own if own.is_integer() => (DataType::Int64, DataType::Int64),
        DataType::Decimal128(precision, scale) => {
            let precision = i32::from(*precision) + 10;
            (own.clone(), decimal(precision.min(i32::from(MAX_PRECISION)), i32::from(*scale)))
        }
        own if is_interval(own) => (own.clone(), own.clone()),
        own if is_number(own) || is_text(own) || own.is_null() => {
            (DataType::Float64, DataType::Float64)
        }
        _ => return None,
    };
    Some(Types::new([parameter], result))
}

fn sum(group: &Group<'_>, result: &DataType) -> Result<Value> {
    let mut rows = group.rows.iter();
    let Some(first) = rows.next() else { return Ok(Value::Null) };
    let mut sum = first[0].clone();
    for row in rows {
        sum = plus(&sum, &row[0], result)?;
    }
    Ok(sum)
}

/// The sum and one more value.
pub(super) fn plus(sum: &Value, next: &Value, result: &DataType) -> Result<Value> {
    let overflow = || errors::sum_overflow();
    Ok(match (sum, next) {
        (Value::Integer(sum), Value::Integer(next)) => {
            Value::Integer(sum.checked_add(*next).ok_or_else(overflow)?)
        }
        (Value::Double(sum), Value::Double(next)) => Value::Double(sum + next),
        (Value::Decimal(sum), Value::Decimal(next)) => {
            let (precision, scale) = decimal_for(result).unwrap_or((MAX_PRECISION, 0));
            let limit = decimals::power(u32::from(precision)).unwrap_or(i128::MAX);
            let sum = sum.saturating_add(*next);
            if sum.unsigned_abs() >= limit.unsigned_abs() {
                let shown = decimals::text(sum, scale);
                return Err(errors::out_of_range(&shown, precision, scale));
            }
            Value::Decimal(sum)
        }
        (Value::Months(sum), Value::Months(next)) => {
            Value::Months(sum.checked_add(*next).ok_or_else(errors::interval_overflow)?)
        }
        (Value::DayTime(sum), Value::DayTime(next)) => {
            Value::DayTime(sum.checked_add(*next).ok_or_else(errors::interval_overflow)?)
        }
        _ => Value::Null,
    })
}

fn average_types(arguments: &[DataType]) -> Option<Types> {
    let [own] = arguments else { return None };
    match own {
        DataType::Decimal128(precision, scale) => {
            let most = i32::from(MAX_PRECISION);
            let precision = (i32::from(*precision) + 4).min(most);
            let scale = (i32::from(*scale) + 4).min(most);
            same(arguments, decimal(precision, scale))
        }
        own if is_interval(own) => same(arguments, own.clone()),
        own if is_number(own) || is_text(own) || own.is_null() => {
            Some(Types::new([DataType::Float64], DataType::Float64))
        }
        _ => None,
    }
}

fn average(group: &Group<'_>) -> Result<Value> {
    let count = i64::try_from(group.rows.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Value::Null);
    }
    let own = group.types.parameters.first().cloned().unwrap_or(DataType::Null);
    average_of(&sum(group, &total_type(&own))?, count, group.types)
}

/// The type of the sum of which an average is made.
pub(super) fn total_type(own: &DataType) -> DataType {
    match own {
        DataType::Decimal128(precision, scale) => {
            decimal((i32::from(*precision) + 10).min(38), i32::from(*scale))
        }
        own => own.clone(),
    }
}

/// The average of values with that sum.
pub(super) fn average_of(sum: &Value, count: i64, types: &Types) -> Result<Value> {
    let own = types.parameters.first().cloned().unwrap_or(DataType::Null);
    Ok(match sum {
        Value::Double(sum) => Value::Double(sum / count as f64),
        Value::Decimal(sum) => {
            let (_, from) = decimal_for(&own).unwrap_or_default();
            let (precision, to) = decimal_for(&types.result).unwrap_or_default();
            let more = u32::try_from(to - from).unwrap_or_default();
            let wide = decimals::power(more).and_then(|factor| sum.checked_mul(factor));
            let quotient = wide.map(|wide| rounded_quotient(wide, count.into()));
            let limit = decimals::power(u32::from(precision)).unwrap_or(i128::MAX);
            match quotient {
                Some(quotient) if quotient.unsigned_abs() < limit.unsigned_abs() => {
                    Value::Decimal(quotient)
                }
                Some(_) => return Err(errors::out_of_range("the average", precision, to)),
                None => return Err(errors::unsupported("the average of decimals so large")),
            }
        }
        Value::Months(sum) => {
            let months = rounded_quotient((*sum).into(), count.into());
            Value::Months(i32::try_from(months).unwrap_or_default())
        }
        Value::DayTime(sum) => {
            let micros = rounded_quotient((*sum).into(), count.into());
            Value::DayTime(i64::try_from(micros).unwrap_or_default())
        }
        _ => Value::Null,
    })
}

/// Rounded half up.
fn rounded_quotient(number: i128, divisor: i128) -> i128 {
    let (whole, rest) = (number / divisor, number % divisor);
    let up = rest.unsigned_abs() * 2 >= divisor.unsigned_abs();
    if rest != 0 && up { whole + number.signum() * divisor.signum() } else { whole }
}

fn median_types(arguments: &[DataType]) -> Option<Types> {
    let [own] = arguments else { return None };
    if is_interval(own) {
        return same(arguments, own.clone());
    }
    // A text is no number here.
    (is_number(own) || own.is_null() || is_text(own))
        .then(|| Types::new([DataType::Float64], DataType::Float64))
}

/// A value, one percentage or several, and how often the value counts.
fn percentile_types(arguments: &[DataType]) -> Option<Types> {
    let [own, share] = arguments else { return None };
    let median = median_types(std::slice::from_ref(own))?;
    let first = median.parameters.first()?.clone();
    with_share(first, share, median.result)
}

fn with_share(first: DataType, share: &DataType, result: DataType) -> Option<Types> {
    match share {
        DataType::List(item) if is_number(item.data_type()) => {
            let shares = list_of(DataType::Float64);
            Some(Types::new([first, shares], list_of(result)))
        }
        share if is_implicit(share, &DataType::Float64) => {
            Some(Types::new([first, DataType::Float64], result))
        }
        _ => None,
    }
}

fn approximate_types(arguments: &[DataType]) -> Option<Types> {
    let (own, share) = (arguments.first()?, arguments.get(1)?);
    let own = match own {
        DataType::Date32 | DataType::Timestamp(..) => own.clone(),
        own if is_number(own) || is_interval(own) => own.clone(),
        DataType::Null => DataType::Float64,
        own if is_text(own) => DataType::Float64,
        _ => return None,
    };
    let mut types = with_share(own.clone(), share, own)?;
    match arguments.get(2) {
        None => {}
        Some(accuracy) if arguments.len() == 3 && accuracy.is_integer() => {
            types.parameters.push(DataType::Int64);
        }
        Some(_) => return None,
    }
    Some(types)
}

/// The values of the first argument in order.
fn sorted(group: &Group<'_>) -> Vec<Value> {
    let mut values: Vec<_> = group.rows.iter().map(|row| row[0].clone()).collect();
    values.sort_by(Value::compare);
    if group.descending {
        values.reverse();
    }
    values
}

/// The result for the percentage, or a list of them for several.
fn each_percentage(group: &Group<'_>, compute: &dyn Fn(f64) -> Value) -> Result<Value> {
    let Some(row) = group.rows.first() else { return Ok(Value::Null) };
    let checked = |share: &Value| Ok(share_of(share)?.map_or(Value::Null, compute));
    match row.get(1) {
        Some(Value::List(shares)) => {
            Ok(Value::List(shares.iter().map(checked).collect::<Result<_>>()?))
        }
        Some(share) => checked(share),
        None => Ok(Value::Null),
    }
}

fn share_of(value: &Value) -> Result<Option<f64>> {
    match value.double() {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(errors::share_out_of_range()),
        share => Ok(share),
    }
}

/// Checks the shares of a percentile that are constants.
pub(in crate::engine) fn check_shares(name: &str, arguments: &[Expr]) -> PlanResult<()> {
    let Some(Expr::Literal(shares, _)) = arguments.get(1).filter(|_| name.contains("percentile"))
    else {
        return Ok(());
    };
    for value in Value::read_all(&shares.to_array()?)? {
        let values = match value {
            Value::List(values) => values,
            one => vec![one],
        };
        for value in &values {
            share_of(value).map_err(into_datafusion)?;
        }
    }
    Ok(())
}

/// The value at that share of the rows, between two of them in proportion.
fn continuous(group: &Group<'_>, share: f64) -> Value {
    let sorted = sorted(group);
    let Some(last) = sorted.len().checked_sub(1) else { return Value::Null };
    let position = last as f64 * share;
    let (lower, higher) = (position.floor(), position.ceil());
    let at = |index: f64| sorted.get(index as usize);
    let number = |value: &Value| match value {
        Value::Months(months) => f64::from(*months),
        Value::DayTime(micros) => *micros as f64,
        other => other.double().unwrap_or(f64::NAN),
    };
    let (Some(low), Some(high)) = (at(lower), at(higher)) else { return Value::Null };
    if lower == higher || low.same(high) {
        return low.clone();
    }
    let between = (higher - position) * number(low) + (position - lower) * number(high);
    match low {
        Value::Months(_) => Value::Months(between as i32),
        Value::DayTime(_) => Value::DayTime(between as i64),
        _ => Value::Double(between),
    }
}

fn number_at(row: &[Value], index: usize) -> f64 {
    row.get(index).and_then(Value::double).unwrap_or(f64::NAN)
}

fn mean(group: &Group<'_>, index: usize) -> Value {
    if group.rows.is_empty() {
        return Value::Null;
    }
    let sum: f64 = group.rows.iter().map(|row| number_at(row, index)).sum();
    Value::Double(sum / group.rows.len() as f64)
}

/// The central moments of numbers, one number after another.
#[derive(Default)]
struct Moments {
    count: f64,
    mean: f64,
    m2: f64,
    m3: f64,
    m4: f64,
}

impl Moments {
    /// NULL unless there are more values than that.
    fn over(&self, least: f64, compute: impl Fn(&Self) -> f64) -> Value {
        if self.count > least { Value::Double(compute(self)) } else { Value::Null }
    }
}

fn moments(group: &Group<'_>) -> Moments {
    let mut all = Moments::default();
    for row in group.rows {
        all.count += 1.0;
        let delta = number_at(row, 0) - all.mean;
        let part = delta / all.count;
        all.mean += part;
        let (delta2, part2) = (delta * delta, part * part);
        all.m2 += delta * (delta - part);
        all.m3 += -3.0 * part * all.m2 + delta * (delta2 - part2);
        all.m4 +=
            -4.0 * part * all.m3 - 6.0 * part2 * all.m2 + delta * (delta * delta2 - part * part2);
    }
    all
}

/// The moments of pairs of numbers.
#[derive(Default)]
struct Pairs {
    count: f64,
    left_mean: f64,
    right_mean: f64,
    both: f64,
    left: f64,
    right: f64,
}

impl Pairs {
    fn over(&self, least: f64, compute: impl Fn(&Self) -> f64) -> Value {
        if self.count > least { Value::Double(compute(self)) } else { Value::Null }
    }
}

fn pairs(group: &Group<'_>) -> Pairs {
    let mut all = Pairs::default();
    for row in group.rows {
        let (left, right) = (number_at(row, 0), number_at(row, 1));
        all.count += 1.0;
        let (left_delta, right_delta) = (left - all.left_mean, right - all.right_mean);
        all.left_mean += left_delta / all.count;
        all.right_mean += right_delta / all.count;
        all.both += left_delta * (right - all.right_mean);
        all.left += left_delta * (left - all.left_mean);
        all.right += right_delta * (right - all.right_mean);
    }
    all
}
