//! Integers: as a number, as a float without a fraction, or as a string with either.

use crate::sea::scalar::Scalar;

/// Converts a float without a fraction to an integer.
fn whole(number: f64) -> Option<i64> {
    // 2^63, the first number that is too large.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let fits = number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number);
    fits.then_some(number as i64)
}

fn from_text(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| whole(text.parse().ok()?))
}

/// All of them are signed 64-bit numbers on the wire: a number out of range is an error.
macro_rules! numbers {
    ($($number:ident: $expected:literal;)*) => {$(
        impl Scalar for $number {
            const EXPECTED: &'static str = $expected;

            fn from_text(text: &str) -> Option<Self> {
                Self::try_from(from_text(text)?).ok()
            }

            fn from_u64(number: u64) -> Option<Self> {
                Self::try_from(i64::try_from(number).ok()?).ok()
            }

            fn from_i64(number: i64) -> Option<Self> {
                Self::try_from(number).ok()
            }

            fn from_f64(number: f64) -> Option<Self> {
                Self::try_from(whole(number)?).ok()
            }
        }
    )*};
}

numbers! {
    u64: "a whole number from 0 to 2^63 - 1";
    u32: "a whole number from 0 to 2^32 - 1";
    i64: "a whole number of 64 bits";
    i32: "a whole number of 32 bits";
}
