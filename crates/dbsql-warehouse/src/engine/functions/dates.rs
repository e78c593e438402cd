//! Dates: their parts, and the days before and after them.

use arrow_schema::DataType;

use super::define::{Function, Kind, Types};
use crate::engine::calendar::{DAY, Date, is_leap};
use crate::engine::coercion::is_implicit;
use crate::engine::errors::{self, Result};
use crate::engine::value::Value;

/// A function from a date to an INT.
macro_rules! part {
    ($name:literal, $compute:expr) => {
        Function::new($name, &[Kind::Date], Kind::Int, |values, _| {
            let compute: fn(Date) -> i64 = $compute;
            Ok(Value::Integer(compute(date(values, 0))))
        })
    };
}

const YEAR: Function = part!("year", |date| date.year);
const QUARTER: Function = part!("quarter", |date| (date.month - 1) / 3 + 1);
const MONTH: Function = part!("month", |date| date.month);
const WEEK: Function = part!("weekofyear", |date| iso_week(date).1);
const DAY_OF_MONTH: Function = part!("day", |date| date.day);
const DAY_OF_YEAR: Function = part!("dayofyear", day_of_year);
// Sunday is 1.
const DAY_OF_WEEK: Function = part!("dayofweek", |date| (date.days() + 4).rem_euclid(7) + 1);
const DATE_ADD: Function = Function::typed("date_add", days_later, |values, _| {
    Ok(Value::Date(days(values, 0).wrapping_add(int(values, 1))))
})
.counts(2, 2);
const DATE_DIFF: Function =
    Function::new("datediff", &[Kind::Date, Kind::Date], Kind::Int, |values, _| {
        Ok(Value::Integer(days(values, 0).wrapping_sub(days(values, 1)).into()))
    });

/// The functions.
pub(super) const ALL: &[Function] = &[
    YEAR,
    part!("dbsql_yearofweek", |date| iso_week(date).0),
    QUARTER,
    MONTH,
    WEEK,
    WEEK.named("week"),
    WEEK.named("dbsql_week"),
    QUARTER.named("dbsql_quarter"),
    DAY_OF_YEAR.named("dbsql_dayofyear"),
    DAY_OF_WEEK.named("dbsql_dayofweek"),
    DAY_OF_MONTH,
    DAY_OF_MONTH.named("dayofmonth"),
    DAY_OF_YEAR,
    DAY_OF_WEEK,
    part!("weekday", monday_is_zero),
    part!("dbsql_dayofweek_iso", |date| monday_is_zero(date) + 1),
    DATE_ADD,
    DATE_ADD.named("dateadd"),
    Function::typed("date_sub", days_later, |values, _| {
        Ok(Value::Date(days(values, 0).wrapping_sub(int(values, 1))))
    })
    .counts(2, 2),
    DATE_DIFF,
    DATE_DIFF.named("date_diff"),
    Function::new("add_months", &[Kind::Date, Kind::Int], Kind::Date, |values, _| {
        let later = date(values, 0).plus_months(int(values, 1).into());
        from_date(later).map_err(|_| errors::arithmetic_overflow(&DataType::Int32))
    }),
    Function::new("last_day", &[Kind::Date], Kind::Date, |values, _| {
        let first = Date { day: 1, ..date(values, 0) };
        from_date(Date::from_days(first.plus_months(1).days() - 1))
    }),
    Function::new("next_day", &[Kind::Date, Kind::Text], Kind::Date, |values, _| {
        let name = values.get(1).and_then(Value::text).unwrap_or_default();
        let Some(wanted) = day_of_week(name) else {
            return Err(errors::unsupported(format!("the day of the week {name:?}")));
        };
        let today = date(values, 0).days();
        // One to seven days later.
        let ahead = (wanted - (today + 3) - 1).rem_euclid(7) + 1;
        from_date(Date::from_days(today + ahead))
    }),
    Function::new("trunc", &[Kind::Date, Kind::Text], Kind::Date, |values, _| {
        let unit = values.get(1).and_then(Value::text).unwrap_or_default();
        match start_of(unit, date(values, 0)) {
            Some(start) => from_date(start),
            None => Ok(Value::Null),
        }
    }),
    Function::new("make_date", &[Kind::Int, Kind::Int, Kind::Int], Kind::Date, |values, _| {
        let [year, month, day] = [0, 1, 2].map(|index| i64::from(int(values, index)));
        from_date(valid(year, month, day)?)
    }),
    Function::typed(
        "unix_date",
        // Nothing else is read as a date here.
        |arguments| {
            matches!(arguments, [DataType::Date32 | DataType::Null])
                .then(|| Types::new([DataType::Date32], DataType::Int32))
        },
        |values, _| Ok(Value::Integer(days(values, 0).into())),
    )
    .counts(1, 1),
    Function::new("date_from_unix_date", &[Kind::Int], Kind::Date, |values, _| {
        Ok(Value::Date(int(values, 0)))
    }),
];

/// A date and a number of days, which is no BIGINT.
fn days_later(arguments: &[DataType]) -> Option<Types> {
    let [date, count] = arguments else { return None };
    let is_small = matches!(
        count,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Null | DataType::Utf8
    );
    (is_implicit(date, &DataType::Date32) && is_small)
        .then(|| Types::new([DataType::Date32, DataType::Int32], DataType::Date32))
}

/// Days since 1970.
pub(super) fn days(values: &[Value], index: usize) -> i32 {
    match values.get(index) {
        Some(Value::Date(days)) => *days,
        _ => 0,
    }
}

fn date(values: &[Value], index: usize) -> Date {
    Date::from_days(days(values, index).into())
}

pub(super) fn int(values: &[Value], index: usize) -> i32 {
    let value = values.get(index).and_then(Value::integer).unwrap_or_default();
    i32::try_from(value).unwrap_or_default()
}

pub(super) fn from_date(date: Date) -> Result<Value> {
    let days = i32::try_from(date.days());
    days.map(Value::Date).map_err(|_| errors::datetime_overflow())
}

/// The date, or the error that there is none.
pub(super) fn valid(year: i64, month: i64, day: i64) -> Result<Date> {
    Date::new(year, month, day)
        .ok_or_else(|| errors::datetime_field(&format!("the date {year:04}-{month:02}-{day:02}")))
}

pub(in crate::engine) fn day_of_year(date: Date) -> i64 {
    let [this, first] = [date, Date { month: 1, day: 1, ..date }].map(Date::days);
    this - first + 1
}

pub(super) fn monday_is_zero(date: Date) -> i64 {
    (date.days() + 3).rem_euclid(7)
}

/// Year and week of ISO 8601: a week belongs to the year that has its Thursday.
pub(super) fn iso_week(date: Date) -> (i64, i64) {
    let thursday = Date::from_days(date.days() - monday_is_zero(date) + 3);
    (thursday.year, (day_of_year(thursday) - 1) / 7 + 1)
}

/// From Monday, which is 0.
fn day_of_week(name: &str) -> Option<i64> {
    Some(match name.to_uppercase().as_str() {
        "MO" | "MON" | "MONDAY" => 0,
        "TU" | "TUE" | "TUESDAY" => 1,
        "WE" | "WED" | "WEDNESDAY" => 2,
        "TH" | "THU" | "THURSDAY" => 3,
        "FR" | "FRI" | "FRIDAY" => 4,
        "SA" | "SAT" | "SATURDAY" => 5,
        "SU" | "SUN" | "SUNDAY" => 6,
        _ => return None,
    })
}

/// The first day of the week, month, quarter or year.
pub(super) fn start_of(unit: &str, date: Date) -> Option<Date> {
    Some(match unit.to_uppercase().as_str() {
        "YEAR" | "YYYY" | "YY" => Date { month: 1, day: 1, ..date },
        "QUARTER" => Date { month: (date.month - 1) / 3 * 3 + 1, day: 1, ..date },
        "MONTH" | "MM" | "MON" => Date { day: 1, ..date },
        "WEEK" => Date::from_days(date.days() - monday_is_zero(date)),
        _ => return None,
    })
}

/// Microseconds since 1970 at its start.
pub(super) fn midnight(date: Date) -> Result<i64> {
    date.days().checked_mul(DAY).ok_or_else(errors::datetime_overflow)
}

/// The day of a year by its number.
pub(in crate::engine) fn of_year(year: i64, number: i64) -> Option<Date> {
    let last = if is_leap(year) { 366 } else { 365 };
    let first = Date { year, month: 1, day: 1 };
    (1..=last).contains(&number).then(|| Date::from_days(first.days() + number - 1))
}
