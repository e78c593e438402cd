//! Values from jiff's types.

use ::jiff::civil::{Date, DateTime};
use ::jiff::{SignedDuration, Timestamp, Zoned};

use super::{SqlType, Value};
use crate::calendar;

impl From<Date> for Value {
    /// A `DATE`.
    fn from(date: Date) -> Self {
        Self::scalar(SqlType::Date, date_text(date))
    }
}

impl From<DateTime> for Value {
    /// A `TIMESTAMP_NTZ`, cut to microseconds.
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
    let sign = if date.year() < 0 { "-" } else { "" };
    format!("{sign}{:04}-{:02}-{:02}", date.year().unsigned_abs(), date.month(), date.day())
}

impl From<Timestamp> for Value {
    /// A `TIMESTAMP`, cut to microseconds.
    fn from(time: Timestamp) -> Self {
        // `as_microsecond` cuts towards 1970; the calendar's microsecond is the one before.
        let micros = time.as_nanosecond().div_euclid(1000);
        let micros = i64::try_from(micros).unwrap_or_else(|_| time.as_microsecond());
        Self::scalar(SqlType::Timestamp, calendar::utc_text(micros))
    }
}

impl From<Zoned> for Value {
    /// A `TIMESTAMP`, cut to microseconds and sent in UTC.
    fn from(time: Zoned) -> Self {
        time.timestamp().into()
    }
}

impl From<SignedDuration> for Value {
    /// An `INTERVAL DAY TO SECOND`, cut to microseconds. What no `i64` of microseconds reaches is the
    /// longest that it does.
    fn from(duration: SignedDuration) -> Self {
        let longest = if duration.is_negative() { i64::MIN } else { i64::MAX };
        Self::interval_microseconds(i64::try_from(duration.as_micros()).unwrap_or(longest))
    }
}
