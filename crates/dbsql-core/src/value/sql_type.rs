//! The SQL types of values.

use std::fmt;

use super::invalid;
use crate::Result;

/// The most digits that a decimal has.
pub(super) const MAX_DIGITS: u8 = 38;

/// An SQL type, for a NULL of it. `Display` is its name in SQL.
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
        /// All digits, 1 to 38.
        precision: u8,
        /// The digits behind the point, up to the precision.
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
    /// Whether there is such a type.
    pub(super) fn check(self) -> Result<()> {
        match self {
            Self::Decimal { precision, scale }
                if precision == 0 || precision > MAX_DIGITS || scale > precision =>
            {
                Err(invalid(&format!(
                    "there is no {self}: the precision is 1 to 38, the scale 0 to the precision"
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
