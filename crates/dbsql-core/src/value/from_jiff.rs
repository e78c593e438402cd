//! Values from jiff's types.

use ::jiff::civil::{Date, DateTime};
use ::jiff::{SignedDuration, Timestamp, Zoned};

use super::{SqlType, Value};
use dbsql_arrow::calendar;

impl From<Date> for Value {
    /// A `DATE`.
    fn from(date: Date) -> Self {
        Self::scalar(SqlType::Date, date_text(date))
    }
}

impl From<DateTime> for Value {
    /// A `TIMESTAMP_NTZ`, truncated to microseconds.
    fn from(time: DateTime) -> Self {
        let text = format!(
            "{} {:02}:{:02}:{:02}.{:06}",
            date_text(time.date()),
            time.hour(),
            time.minute(),
            time.second(),
            time.subsec_nanosecond() / 1000
        );
        Self::scalar(SqlType::TimestampNtz, text)
    }
}

fn date_text(date: Date) -> String {
    calendar::date_text(date.year().into(), date.month().into(), date.day().into())
}

impl From<Timestamp> for Value {
    /// A `TIMESTAMP`, truncated to microseconds.
    fn from(time: Timestamp) -> Self {
        // `as_microsecond` rounds towards 1970, while truncation goes to the earlier microsecond.
        let micros = time.as_nanosecond().div_euclid(1000);
        let micros = i64::try_from(micros).unwrap_or_else(|_| time.as_microsecond());
        Self::scalar(SqlType::Timestamp, calendar::utc_text(micros))
    }
}

impl From<Zoned> for Value {
    /// A `TIMESTAMP`, truncated to microseconds and sent in UTC.
    fn from(time: Zoned) -> Self {
        time.timestamp().into()
    }
}

impl From<SignedDuration> for Value {
    /// An `INTERVAL DAY TO SECOND`, truncated to microseconds and limited to what an `i64` of
    /// microseconds can hold.
    fn from(duration: SignedDuration) -> Self {
        let limit = if duration.is_negative() { i64::MIN } else { i64::MAX };
        Self::interval_microseconds(i64::try_from(duration.as_micros()).unwrap_or(limit))
    }
}
