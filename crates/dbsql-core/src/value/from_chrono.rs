//! Values from chrono's types.

use ::chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};

use super::{SqlType, Value};
use dbsql_arrow::calendar;

impl From<NaiveDate> for Value {
    /// A `DATE`.
    fn from(date: NaiveDate) -> Self {
        let (month, day) = (i64::from(date.month()), i64::from(date.day()));
        let text = calendar::date_text(date.year().into(), month, day);
        Self::scalar(SqlType::Date, text)
    }
}

impl From<NaiveDateTime> for Value {
    /// A `TIMESTAMP_NTZ`, truncated to microseconds.
    fn from(time: NaiveDateTime) -> Self {
        let micros = time.and_utc().timestamp_micros();
        Self::scalar(SqlType::TimestampNtz, calendar::local_text(micros))
    }
}

impl<Tz: TimeZone> From<DateTime<Tz>> for Value {
    /// A `TIMESTAMP`, truncated to microseconds and sent in UTC.
    fn from(time: DateTime<Tz>) -> Self {
        Self::scalar(SqlType::Timestamp, calendar::utc_text(time.timestamp_micros()))
    }
}

impl From<TimeDelta> for Value {
    /// An `INTERVAL DAY TO SECOND`, truncated to microseconds and limited to the range of an `i64`
    /// of microseconds.
    fn from(delta: TimeDelta) -> Self {
        let limit = if delta < TimeDelta::zero() { i64::MIN } else { i64::MAX };
        Self::interval_microseconds(delta.num_microseconds().unwrap_or(limit))
    }
}
