//! Decimals as integers.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

/// A DECIMAL as an integer, in units of its last digit: with a scale of 2, `12.5` is 1250.
///
/// The scale is that of this type, not of the column. A value with more digits after the decimal
/// point is an error, and so is one that does not fit into an `i128`.
///
/// ```
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, Decimal128Array, RecordBatch};
/// use dbsql_arrow::rows::{RowReader, Unscaled};
///
/// #[derive(serde::Deserialize)]
/// struct Invoice {
///     cents: Unscaled<2>,
/// }
///
/// # let cents = Decimal128Array::from(vec![125]).with_precision_and_scale(10, 1).unwrap();
/// # let batch = RecordBatch::try_from_iter([("cents", Arc::new(cents) as ArrayRef)]).unwrap();
/// // From `12.5`
/// let mut invoices = RowReader::<Invoice>::new(batch.schema_ref())?.read(&batch)?;
/// assert_eq!(invoices.next().unwrap()?.cents.get(), 1250);
/// # Ok::<(), dbsql_arrow::rows::RowError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unscaled<const SCALE: u8>(i128);

impl<const SCALE: u8> Unscaled<SCALE> {
    /// Returns the number of units of the last digit.
    #[must_use]
    pub fn get(self) -> i128 {
        self.0
    }

    /// Returns `None` if the text is not a decimal that fits.
    fn parse(text: &str) -> Option<Self> {
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let scale = usize::from(SCALE);
        let (kept, beyond) = fraction.split_at_checked(scale).unwrap_or((fraction, ""));
        if whole.is_empty() || beyond.bytes().any(|digit| digit != b'0') {
            return None;
        }
        let zeros = std::iter::repeat_n(b'0', scale - kept.len());
        let mut unscaled = 0_i128;
        for digit in whole.bytes().chain(kept.bytes()).chain(zeros) {
            let digit = i128::from(digit.checked_sub(b'0').filter(|digit| *digit <= 9)?);
            // Negative, since the range has one more negative number.
            unscaled = unscaled.checked_mul(10)?.checked_sub(digit)?;
        }
        Some(Self(if is_negative { unscaled } else { unscaled.checked_neg()? }))
    }
}

impl<const SCALE: u8> From<Unscaled<SCALE>> for i128 {
    fn from(unscaled: Unscaled<SCALE>) -> Self {
        unscaled.0
    }
}

impl<'de, const SCALE: u8> Deserialize<'de> for Unscaled<SCALE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<const SCALE: u8>;

        impl<const SCALE: u8> Visitor<'_> for Text<SCALE> {
            type Value = Unscaled<SCALE>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a decimal with at most {SCALE} digits behind the point")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let unexpected = serde::de::Unexpected::Other(text);
                Unscaled::parse(text).ok_or_else(|| E::invalid_value(unexpected, &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_becomes_units_of_the_last_digit() {
        for (text, expected) in [
            ("0", Some(0)),
            ("12.5", Some(1250)),
            ("-0.01", Some(-1)),
            ("1.2300", Some(123)),
            ("1.234", None),
            ("-1701411834604692317316873037158841057.28", Some(i128::MIN)),
            ("1701411834604692317316873037158841057.28", None),
            ("1701411834604692317316873037158841057.27", Some(i128::MAX)),
            ("", None),
            ("-", None),
            (".5", None),
            ("1e3", None),
            ("1.x", None),
            ("+1", None),
        ] {
            assert_eq!(Unscaled::<2>::parse(text).map(Unscaled::get), expected, "{text}");
        }
    }
}
