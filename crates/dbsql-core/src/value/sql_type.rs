//! The SQL types of parameters.

use std::fmt;

use super::invalid;
use crate::Result;

/// The largest precision of a decimal.
pub(super) const MAX_DIGITS: u8 = 38;

/// The SQL type of a NULL. `Display` writes its name in SQL.
///
/// ```
/// use dbsql_core::{SqlType, Statement, Value};
///
/// let price = SqlType::Decimal { precision: 10, scale: 2 };
/// assert_eq!(price.to_string(), "DECIMAL(10,2)");
///
/// let statement = Statement::new("UPDATE articles SET price = :price WHERE id = :id")
///     .bind("price", Value::null_of(price))
///     .bind("id", 7);
/// # drop(statement);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlType {
    /// `VOID`, the type of NULL itself.
    Void,
    /// `BOOLEAN`
    Boolean,
    /// `TINYINT`
    TinyInt,
    /// `SMALLINT`
    SmallInt,
    /// `INT`
    Int,
    /// `BIGINT`
    BigInt,
    /// `FLOAT`
    Float,
    /// `DOUBLE`
    Double,
    /// `DECIMAL(precision,scale)`
    Decimal {
        /// The number of all digits, 1 to 38.
        precision: u8,
        /// The number of digits after the point, 0 to the precision.
        scale: u8,
    },
    /// `STRING`
    String,
    /// `BINARY`
    Binary,
    /// `DATE`
    Date,
    /// `TIMESTAMP`
    Timestamp,
    /// `TIMESTAMP_NTZ`
    TimestampNtz,
    /// `INTERVAL YEAR TO MONTH`
    IntervalYearToMonth,
    /// `INTERVAL DAY TO SECOND`
    IntervalDayToSecond,
}

impl SqlType {
    /// Rejects decimals of an impossible precision or scale.
    pub(super) fn check(self) -> Result<()> {
        match self {
            Self::Decimal { precision, scale }
                if precision == 0 || precision > MAX_DIGITS || scale > precision =>
            {
                Err(invalid(&format!(
                    "invalid type {self}: the precision must be 1 to 38, the scale 0 to the precision"
                )))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decimal { precision, scale } => {
                return write!(f, "DECIMAL({precision},{scale})");
            }
            Self::Void => "VOID",
            Self::Boolean => "BOOLEAN",
            Self::TinyInt => "TINYINT",
            Self::SmallInt => "SMALLINT",
            Self::Int => "INT",
            Self::BigInt => "BIGINT",
            Self::Float => "FLOAT",
            Self::Double => "DOUBLE",
            Self::String => "STRING",
            Self::Binary => "BINARY",
            Self::Date => "DATE",
            Self::Timestamp => "TIMESTAMP",
            Self::TimestampNtz => "TIMESTAMP_NTZ",
            Self::IntervalYearToMonth => "INTERVAL YEAR TO MONTH",
            Self::IntervalDayToSecond => "INTERVAL DAY TO SECOND",
        })
    }
}
