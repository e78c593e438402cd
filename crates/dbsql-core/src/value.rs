//! Values that can be bound to the parameters of a statement.

mod decimal;
#[cfg(feature = "chrono-04")]
mod from_chrono;
#[cfg(feature = "jiff-02")]
mod from_jiff;
#[cfg(feature = "rust_decimal-1")]
mod from_rust_decimal;
mod from_std;
mod interval;
mod sql_type;

use std::fmt::{self, Write as _};

pub use self::sql_type::SqlType;
use dbsql_arrow::calendar;

use crate::{Error, ErrorKind, Result};

const TIMESTAMP: &str = "invalid timestamp: expected `YYYY-MM-DD hh:mm:ss` with up to six digits of \
                         a fraction, such as 2024-02-29 12:34:56.123456, and for a TIMESTAMP \
                         optionally `Z` or an offset such as +01:00";

/// A parameter's value with its SQL type. `Debug` prints only the type.
///
/// | From | SQL type |
/// |---|---|
/// | `bool` | `BOOLEAN` |
/// | `i8`, `i16`, `i32`, `u8`, `u16` | `INT`, since `LIMIT` and `OFFSET` reject smaller types; see [`tinyint`](Self::tinyint) and [`smallint`](Self::smallint) |
/// | `i64`, `u32` | `BIGINT` |
/// | `u64` | `DECIMAL(20,0)` |
/// | `f32` | `FLOAT` |
/// | `f64` | `DOUBLE` |
/// | text | `STRING` |
/// | `std::time::SystemTime` | `TIMESTAMP` |
/// | `std::time::Duration` | `INTERVAL DAY TO SECOND` |
/// | [`decimal`](Self::decimal), [`decimal_from_parts`](Self::decimal_from_parts) | `DECIMAL(p,s)`, with the precision and scale of the digits |
/// | [`date`](Self::date), [`timestamp`](Self::timestamp), [`timestamp_ntz`](Self::timestamp_ntz) | `DATE`, `TIMESTAMP`, `TIMESTAMP_NTZ` |
/// | [`interval_months`](Self::interval_months), [`interval_microseconds`](Self::interval_microseconds) | `INTERVAL YEAR TO MONTH`, `INTERVAL DAY TO SECOND` |
/// | [`array`](Self::array), [`map`](Self::map) | `ARRAY`, `MAP` |
/// | [`null`](Self::null), `None`, [`null_of`](Self::null_of) | `VOID`, or the given type |
/// | types of chrono, jiff and rust_decimal | with the feature `chrono-04`, `jiff-02` or `rust_decimal-1` |
///
/// Times are truncated to microseconds, the precision of the SQL types.
///
/// **Bytes** cannot be bound: parameters are sent as text. Bind [`Value::hex`] and write
/// `unhex(:name)` in the statement.
///
/// ```
/// use dbsql_core::{SqlType, Statement, Value};
///
/// # fn sample() -> Result<(), dbsql_core::Error> {
/// let statement = Statement::new("SELECT :price * :count, :day, :tags, :none, unhex(:bytes)")
///     .bind("price", Value::decimal("12.50")?)
///     .bind("count", 3)
///     .bind("day", Value::date("2024-02-29")?)
///     .bind("tags", Value::array(["a", "b"]))
///     .bind("none", Value::null_of(SqlType::Date))
///     .bind("bytes", Value::hex([0xff, 0x00]));
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq)]
pub struct Value(Content);

#[derive(Clone, PartialEq)]
enum Content {
    /// The text is `None` for NULL.
    Scalar(SqlType, Option<String>),
    Array(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

impl Value {
    /// Creates a NULL of type `VOID`, which the server converts to any type.
    #[must_use]
    pub fn null() -> Self {
        Self::null_of(SqlType::Void)
    }

    /// Creates a NULL of the given type.
    #[must_use]
    pub fn null_of(sql_type: SqlType) -> Self {
        Self(Content::Scalar(sql_type, None))
    }

    /// Creates a `TINYINT`.
    #[must_use]
    pub fn tinyint(value: i8) -> Self {
        Self::scalar(SqlType::TinyInt, value.to_string())
    }

    /// Creates a `SMALLINT`.
    #[must_use]
    pub fn smallint(value: i16) -> Self {
        Self::scalar(SqlType::SmallInt, value.to_string())
    }

    /// Creates a `DECIMAL` from text such as `-12.50` or `1.25e3`. Precision and scale are those of
    /// the digits: `12.50` is a `DECIMAL(4,2)`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the text is not a number or has more than 38 digits.
    pub fn decimal(digits: &str) -> Result<Self> {
        decimal::from_text(digits)
    }

    /// Creates the `DECIMAL` `unscaled` / 10<sup>`scale`</sup>: 1250 with scale 2 is 12.50.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when it has more than 38 digits.
    pub fn decimal_from_parts(unscaled: i128, scale: u8) -> Result<Self> {
        decimal::from_parts(unscaled, scale)
    }

    /// Creates a `DATE` from text such as `2024-02-29`. Years after 9999 have a `+`, those before
    /// 0000 a `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the text is not a date or the date does not exist.
    pub fn date(date: &str) -> Result<Self> {
        match calendar::date(date.as_bytes()) {
            Some(_) => Ok(Self::scalar(SqlType::Date, date)),
            None => Err(invalid("invalid date: expected `YYYY-MM-DD`, such as 2024-02-29")),
        }
    }

    /// Creates a `TIMESTAMP` from text such as `2024-02-29 12:34:56.123456+01:00`; the offset may
    /// be `Z`. Without an offset, the server uses the time zone of the session.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the text is not a timestamp, the time does not exist, or it
    /// is finer than a microsecond.
    pub fn timestamp(timestamp: &str) -> Result<Self> {
        match calendar::timestamp(timestamp.as_bytes()) {
            Some(_) => Ok(Self::scalar(SqlType::Timestamp, timestamp)),
            None => Err(invalid(TIMESTAMP)),
        }
    }

    /// Creates a `TIMESTAMP_NTZ`, a timestamp without time zone, from text such as `2024-02-29
    /// 12:34:56.123456`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the text is not a timestamp, the time does not exist, it
    /// has an offset, or it is finer than a microsecond.
    pub fn timestamp_ntz(timestamp: &str) -> Result<Self> {
        match calendar::timestamp(timestamp.as_bytes()) {
            Some(time) if time.offset_seconds.is_none() => {
                Ok(Self::scalar(SqlType::TimestampNtz, timestamp))
            }
            Some(_) => Err(invalid("a TIMESTAMP_NTZ has no time zone and takes no offset")),
            None => Err(invalid(TIMESTAMP)),
        }
    }

    /// Creates an `INTERVAL YEAR TO MONTH` from a number of months.
    #[must_use]
    pub fn interval_months(months: i32) -> Self {
        Self::scalar(SqlType::IntervalYearToMonth, interval::year_to_month(months))
    }

    /// Creates an `INTERVAL DAY TO SECOND` from a number of microseconds.
    #[must_use]
    pub fn interval_microseconds(microseconds: i64) -> Self {
        Self::scalar(SqlType::IntervalDayToSecond, interval::day_to_second(microseconds))
    }

    /// Creates a `STRING` of hexadecimal digits, two per byte, for `unhex(:name)` in the statement.
    #[must_use]
    pub fn hex(bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        let mut digits = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02X}");
        }
        Self::scalar(SqlType::String, digits)
    }

    /// Creates an `ARRAY` of elements of one type. NULLs fit any type, and decimals get the
    /// precision and scale that fit all of them.
    pub fn array<T: Into<Self>>(elements: impl IntoIterator<Item = T>) -> Self {
        let mut elements: Vec<_> = elements.into_iter().map(Into::into).collect();
        widen_decimals(elements.iter_mut());
        Self(Content::Array(elements))
    }

    /// Creates a `MAP`. Keys must have one type and must not be NULL; values must have one type.
    pub fn map<K: Into<Self>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into()));
        let mut entries: Vec<(Self, Self)> = entries.collect();
        widen_decimals(entries.iter_mut().map(|(key, _)| key));
        widen_decimals(entries.iter_mut().map(|(_, value)| value));
        Self(Content::Map(entries))
    }

    fn scalar(sql_type: SqlType, text: impl Into<String>) -> Self {
        Self(Content::Scalar(sql_type, Some(text.into())))
    }

    /// Returns the name of the SQL type for the wire. A collection does not include the type of its
    /// elements.
    pub(crate) fn type_name(&self) -> String {
        match &self.0 {
            Content::Scalar(sql_type, _) => sql_type.to_string(),
            Content::Array(_) => "ARRAY".to_owned(),
            Content::Map(_) => "MAP".to_owned(),
        }
    }

    /// Returns the text for the wire; `None` for NULL and for collections.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.0 {
            Content::Scalar(_, text) => text.as_deref(),
            Content::Array(_) | Content::Map(_) => None,
        }
    }

    /// Returns the elements of a collection, for a map each key followed by its value; `None` for a
    /// scalar.
    pub(crate) fn arguments(&self) -> Option<Vec<&Self>> {
        match &self.0 {
            Content::Scalar(..) => None,
            Content::Array(elements) => Some(elements.iter().collect()),
            Content::Map(entries) => {
                Some(entries.iter().flat_map(|(key, value)| [key, value]).collect())
            }
        }
    }

    /// Rejects values that no server accepts.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.0 {
            Content::Scalar(sql_type, _) => sql_type.check(),
            Content::Array(elements) => one_type("the elements of an array", elements.iter()),
            Content::Map(entries) => {
                if entries.iter().any(|(key, _)| key.is_null()) {
                    return Err(invalid("a key of a map is NULL"));
                }
                one_type("the keys of a map", entries.iter().map(|(key, _)| key))?;
                one_type("the values of a map", entries.iter().map(|(_, value)| value))
            }
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.0, Content::Scalar(_, None))
    }
}

/// Checks each value, and that all have one type; NULLs of type `VOID` fit any.
fn one_type<'a>(what: &str, values: impl Iterator<Item = &'a Value>) -> Result<()> {
    let mut first: Option<String> = None;
    for value in values {
        value.check()?;
        if matches!(value.0, Content::Scalar(SqlType::Void, _)) {
            continue;
        }
        let name = value.type_name();
        match &first {
            Some(first) if *first != name => {
                let message = format!("{what} must have one type, not {first} and {name}");
                return Err(invalid(&message));
            }
            Some(_) => {}
            None => first = Some(name),
        }
    }
    Ok(())
}

/// Changes all decimals to the type that fits them all, if there is one.
fn widen_decimals<'a>(values: impl Iterator<Item = &'a mut Value>) {
    let mut types: Vec<_> = values
        .filter_map(|value| match &mut value.0 {
            Content::Scalar(sql_type @ SqlType::Decimal { .. }, _) => Some(sql_type),
            _ => None,
        })
        .collect();
    let (mut whole, mut scale_of_all) = (0, 0);
    for sql_type in &types {
        if let SqlType::Decimal { precision, scale } = **sql_type {
            whole = whole.max(precision.saturating_sub(scale));
            scale_of_all = scale_of_all.max(scale);
        }
    }
    let common = SqlType::Decimal { precision: whole + scale_of_all, scale: scale_of_all };
    if common.check().is_ok() {
        types.iter_mut().for_each(|sql_type| **sql_type = common);
    }
}

/// The message must not contain the value.
pub(crate) fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, message.to_owned())
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(..)", self.type_name())
    }
}

#[cfg(test)]
mod tests;
