//! Values from types of the standard library.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use super::{SqlType, Value};
use dbsql_arrow::calendar;

macro_rules! value_from {
    ($($rust:ty => $sql_type:ident),* $(,)?) => {$(
        impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                Self::scalar(SqlType::$sql_type, value.to_string())
            }
        }
    )*};
}

value_from! {
    bool => Boolean,
    i8 => Int,
    i16 => Int,
    i32 => Int,
    i64 => BigInt,
    u8 => Int,
    u16 => Int,
    u32 => BigInt,
    char => String,
    &str => String,
    &String => String,
    Cow<'_, str> => String,
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::scalar(SqlType::String, value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        // The largest has 20 digits; the type must not depend on the number.
        Self::scalar(SqlType::Decimal { precision: 20, scale: 0 }, value.to_string())
    }
}

macro_rules! value_from_float {
    ($($rust:ty => $sql_type:ident),* $(,)?) => {$(
        impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                let text = if value.is_nan() {
                    "NaN".to_owned()
                } else if value.is_infinite() {
                    if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
                } else {
                    // The shortest text that reads back as the same number.
                    format!("{value:?}")
                };
                Self::scalar(SqlType::$sql_type, text)
            }
        }
    )*};
}

value_from_float! {
    f32 => Float,
    f64 => Double,
}

impl From<SystemTime> for Value {
    /// A `TIMESTAMP`, truncated to microseconds and limited to what an `i64` of microseconds can
    /// hold.
    fn from(time: SystemTime) -> Self {
        let micros = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                let nanos = before.duration().as_nanos();
                i64::try_from(nanos.div_ceil(1000)).map_or(i64::MIN, |micros| -micros)
            }
        };
        Self::scalar(SqlType::Timestamp, calendar::utc_text(micros))
    }
}

impl From<Duration> for Value {
    /// An `INTERVAL DAY TO SECOND`, truncated to microseconds and limited to what an `i64` of
    /// microseconds can hold.
    fn from(duration: Duration) -> Self {
        Self::interval_microseconds(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::null, Into::into)
    }
}
