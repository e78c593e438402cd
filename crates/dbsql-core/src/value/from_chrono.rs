//! Values from chrono's types.

use ::chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};

use super::{SqlType, Value};
use crate::calendar;

impl From<NaiveDate> for Value {
    /// A `DATE`.
    fn from(date: NaiveDate) -> Self {
        let year = date.year();
        let sign = match year {
            ..0 => "-",
            0..=9999 => "",
            _ => "+",
        };
        let text =
            format!("{sign}{:04}-{:02}-{:02}", year.unsigned_abs(), date.month(), date.day());
        Self::scalar(SqlType::Date, text)
    }
}

impl From<NaiveDateTime> for Value {
    /// A `TIMESTAMP_NTZ`, cut to microseconds.
    fn from(time: NaiveDateTime) -> Self {
        let micros = time.and_utc().timestamp_micros();
        Self::scalar(SqlType::TimestampNtz, calendar::local_text(micros))
    }
}

impl<Tz: TimeZone> From<DateTime<Tz>> for Value {
    /// A `TIMESTAMP`, cut to microseconds and sent in UTC.
    fn from(time: DateTime<Tz>) -> Self {
        Self::scalar(SqlType::Timestamp, calendar::utc_text(time.timestamp_micros()))
    }
}

impl From<TimeDelta> for Value {
    /// An `INTERVAL DAY TO SECOND`, cut to microseconds. What no `i64` of microseconds reaches is the
    /// longest that it does.
    fn from(delta: TimeDelta) -> Self {
        let longest = if delta < TimeDelta::zero() { i64::MIN } else { i64::MAX };
        Self::interval_microseconds(delta.num_microseconds().unwrap_or(longest))
    }
}
