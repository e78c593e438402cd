//! `sequence(start, end, step)` of integers, dates and timestamps.

use arrow_schema::DataType;

use super::arrays::{sequence, sequence_types};
use super::define::{Function, Types};
use crate::engine::calendar::{DAY, Date};
use crate::engine::coercion::{common_of, is_interval};
use crate::engine::errors::{self, Result};
use crate::engine::value::{Value, list_of};

/// The most items of a list.
const MAX_ITEMS: usize = 10_000_000;

/// The functions.
pub(super) const ALL: &[Function] = &[Function::typed("sequence", types, |values, _| {
    let (Some(start), Some(end)) = (values.first(), values.get(1)) else {
        return Ok(Value::Null);
    };
    match (start, end) {
        (Value::Integer(_), Value::Integer(_)) => sequence(values),
        (Value::Date(start), Value::Date(end)) => {
            let (start, end) = (i64::from(*start), i64::from(*end));
            let backwards = if start <= end { DAY } else { -DAY };
            let step = values.get(2).cloned().unwrap_or(Value::DayTime(backwards));
            match step {
                Value::DayTime(micros) if micros % DAY == 0 => {
                    let step = micros / DAY;
                    let at = |index: i64| start.checked_add(index.checked_mul(step)?);
                    items(start, end, step.signum(), at, date)
                }
                Value::Months(months) => {
                    let first = Date::from_days(start);
                    let step = i64::from(months);
                    let at = |index: i64| Some(first.plus_months(index.checked_mul(step)?).days());
                    items(start, end, step.signum(), at, date)
                }
                _ => Err(errors::unsupported("a sequence of dates by parts of days")),
            }
        }
        (Value::Timestamp(start), Value::Timestamp(end)) => {
            let backwards = if start <= end { DAY } else { -DAY };
            let step = values.get(2).cloned().unwrap_or(Value::DayTime(backwards));
            match step {
                Value::DayTime(step) => {
                    let at = |index: i64| start.checked_add(index.checked_mul(step)?);
                    items(*start, *end, step.signum(), at, Value::Timestamp)
                }
                Value::Months(months) => {
                    let first = Date::from_days(start.div_euclid(DAY));
                    let time = start.rem_euclid(DAY);
                    let step = i64::from(months);
                    let at = |index: i64| {
                        let date = first.plus_months(index.checked_mul(step)?);
                        date.days().checked_mul(DAY)?.checked_add(time)
                    };
                    items(*start, *end, step.signum(), at, Value::Timestamp)
                }
                _ => Ok(Value::Null),
            }
        }
        _ => Ok(Value::Null),
    }
})
.counts(2, 3)];

fn date(days: i64) -> Value {
    i32::try_from(days).map_or(Value::Null, Value::Date)
}

/// The items from the start up to the end, which is one of them if a step reaches it.
fn items(
    start: i64,
    end: i64,
    direction: i64,
    at: impl Fn(i64) -> Option<i64>,
    value: fn(i64) -> Value,
) -> Result<Value> {
    let reaches = (end - start).signum();
    if direction != reaches && reaches != 0 {
        return Err(errors::unsupported("a sequence whose step leads away from its end"));
    }
    let mut list = Vec::new();
    for index in 0.. {
        let Some(next) = at(index) else { break };
        let is_beyond = if direction >= 0 { next > end } else { next < end };
        if is_beyond {
            break;
        }
        if list.len() >= MAX_ITEMS {
            return Err(errors::unsupported("a sequence of more than ten million items"));
        }
        list.push(value(next));
        if direction == 0 {
            break;
        }
    }
    Ok(Value::List(list))
}

fn types(arguments: &[DataType]) -> Option<Types> {
    if let Some(integers) = sequence_types(arguments) {
        return Some(integers);
    }
    let (bounds, step) = match arguments {
        [_, _] => (arguments, None),
        [_, _, step] => (&arguments[..2], Some(step)),
        _ => return None,
    };
    let own = common_of(bounds)?;
    let is_time = matches!(own, DataType::Date32 | DataType::Timestamp(..));
    let steps = step.is_none_or(is_interval);
    (is_time && steps).then_some(())?;
    let mut parameters = vec![own.clone(), own.clone()];
    parameters.extend(step.cloned());
    Some(Types::new(parameters, list_of(own)))
}
