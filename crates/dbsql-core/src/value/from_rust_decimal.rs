//! Values from rust_decimal's type.

use ::rust_decimal::Decimal;

use super::{SqlType, Value, decimal};

impl From<Decimal> for Value {
    /// A `DECIMAL` of its digits: `12.50` is a `DECIMAL(4,2)`.
    fn from(value: Decimal) -> Self {
        // It has at most 29 digits, 28 of them behind the point, so this cannot fail.
        let scale = u8::try_from(value.scale()).unwrap_or(u8::MAX);
        decimal::from_parts(value.mantissa(), scale)
            .unwrap_or_else(|_| Self::scalar(SqlType::String, value.to_string()))
    }
}
