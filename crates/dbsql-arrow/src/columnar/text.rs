//! Values that Thrift's columnar sets carry as text: decimals, dates, timestamps.
//!
//! Apache Spark writes years below 1000 with leading zeros, years from 10000 with a plus sign,
//! years before 1 with a minus sign, and drops trailing zeros of a fraction of a second.

use crate::calendar;

/// Parses `[+-]digits[.digits]` as an integer with `scale` decimal places. `None` when the text is
/// invalid, has more places, or does not fit.
pub(crate) fn decimal(text: &[u8], scale: u8) -> Option<i128> {
    let (negative, rest) = sign(text);
    let mut value: i128 = 0;
    let mut places: Option<u8> = None;
    let mut any = false;
    for &byte in rest {
        match (byte, places) {
            (b'.', None) => places = Some(0),
            (b'0'..=b'9', _) => {
                any = true;
                if let Some(seen) = &mut places {
                    if *seen == scale {
                        // Zeros beyond the scale change nothing.
                        if byte == b'0' {
                            continue;
                        }
                        return None;
                    }
                    *seen += 1;
                }
                value = value.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
            }
            _ => return None,
        }
    }
    if !any {
        return None;
    }
    for _ in places.unwrap_or(0)..scale {
        value = value.checked_mul(10)?;
    }
    Some(if negative { -value } else { value })
}

/// Parses `[+-]YYYY-MM-DD` as days since 1970-01-01.
pub(crate) fn date(text: &[u8]) -> Option<i32> {
    calendar::date(text)
}

/// Parses a timestamp without an offset, or a date, as microseconds since 1970-01-01 00:00:00.
pub(crate) fn timestamp(text: &[u8]) -> Option<i64> {
    match calendar::timestamp(text) {
        Some(time) => time.offset_seconds.is_none().then_some(time.local_micros),
        None => i64::from(calendar::date(text)?).checked_mul(calendar::MICROS_PER_DAY),
    }
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_take_the_scale_of_their_column() {
        assert_eq!(decimal(b"1.000000000000000000", 18), Some(10_i128.pow(18)));
        assert_eq!(decimal(b"-0.05", 2), Some(-5));
        assert_eq!(decimal(b"7", 2), Some(700));
        assert_eq!(decimal(b"7.", 1), Some(70));
        assert_eq!(decimal(b"+7.10", 1), Some(71));
        assert_eq!(
            decimal(b"99999999999999999999999999999999999999", 0),
            Some(10_i128.pow(38) - 1)
        );
        for bad in ["", "-", ".", "1.2.3", "1e5", "0.123", "x", " 1", &"9".repeat(60)] {
            assert_eq!(decimal(bad.as_bytes(), 2), None, "{bad}");
        }
    }

    #[test]
    fn timestamp_column_takes_dates_and_no_offsets() {
        for (text, micros) in [
            ("2024-02-29 12:34:56.123456", Some(1_709_210_096_123_456)),
            ("2024-02-29", Some(1_709_164_800_000_000)),
            ("1969-12-31", Some(-86_400_000_000)),
            ("2024-02-29 12:34:56Z", None),
            ("2024-02-29 12:34:56+01:00", None),
            ("5881580-07-11", None),
            ("x", None),
        ] {
            assert_eq!(timestamp(text.as_bytes()), micros, "{text}");
        }
    }
}
