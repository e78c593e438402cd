//! Parses values that Thrift's columnar sets carry as text: decimals, dates, timestamps.
//!
//! Apache Spark writes years below 1000 with leading zeros, years from 10000 with a plus sign,
//! years before 1 with a minus sign, and drops trailing zeros of a fraction of a second.

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

/// Parses `[+-]YYYY-MM-DD` as days since 1970-01-01 in the proleptic Gregorian calendar.
pub(crate) fn date(text: &[u8]) -> Option<i32> {
    let (days, rest) = leading_date(text)?;
    rest.is_empty().then_some(())?;
    i32::try_from(days).ok()
}

/// Parses `[+-]YYYY-MM-DD HH:MM:SS[.ffffff]` (or with a `T`) as microseconds since 1970-01-01 00:00:00.
pub(crate) fn timestamp(text: &[u8]) -> Option<i64> {
    let (days, rest) = leading_date(text)?;
    let rest = match rest {
        [] => return days.checked_mul(MICROS_PER_DAY),
        [b' ' | b'T', rest @ ..] => rest,
        _ => return None,
    };
    let (hours, rest) = two_digits(rest)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(b":")?)?;
    let (seconds, rest) = two_digits(rest.strip_prefix(b":")?)?;
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let micros = match rest {
        [] => 0,
        [b'.', fraction @ ..] => i64::try_from(decimal_fraction(fraction)?).ok()?,
        _ => return None,
    };
    let of_day = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros;
    // Not `days * day + of_day`: just above the smallest value that would overflow before the sum.
    if days < 0 {
        ((days + 1).checked_mul(MICROS_PER_DAY)?).checked_add(of_day - MICROS_PER_DAY)
    } else {
        days.checked_mul(MICROS_PER_DAY)?.checked_add(of_day)
    }
}

const MICROS_PER_DAY: i64 = 86_400_000_000;

fn decimal_fraction(digits: &[u8]) -> Option<i128> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let kept = digits.len().min(6);
    if digits[kept..].iter().any(|digit| *digit != b'0') {
        return None;
    }
    let value = digits[..kept].iter().fold(0, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    Some(value * 10_i128.pow(6 - u32::try_from(kept).ok()?))
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn two_digits(text: &[u8]) -> Option<(i64, &[u8])> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
            Some((i64::from(a - b'0') * 10 + i64::from(b - b'0'), rest))
        }
        _ => None,
    }
}

/// Returns the days since 1970-01-01, and the text after the date.
fn leading_date(text: &[u8]) -> Option<(i64, &[u8])> {
    let (negative, rest) = sign(text);
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(4..=7).contains(&digits) {
        return None;
    }
    let year = rest[..digits].iter().fold(0_i64, |year, digit| year * 10 + i64::from(digit - b'0'));
    let year = if negative { -year } else { year };
    let (month, rest) = two_digits(rest[digits..].strip_prefix(b"-")?)?;
    let (day, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    Some((days_from_civil(year, month, day), rest))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Counts days over whole 400-year cycles of years that begin in March, so that a leap day is the
/// last day of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * 146_097 + day_of_cycle - 719_468
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
    fn dates_of_the_whole_calendar() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2024-02-29", 19_782),
            ("0001-01-01", -719_162),
            ("9999-12-31", 2_932_896),
            ("+10000-01-01", 2_932_897),
            ("0000-03-01", -719_468),
            ("-0001-12-31", -719_529),
        ] {
            assert_eq!(date(text.as_bytes()), Some(days), "{text}");
        }
        for bad in [
            "",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-1-1",
            "24-01-01",
            "2024-01-01x",
            "2024-01-32",
            "99999999-01-01",
        ] {
            assert_eq!(date(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn timestamps_keep_their_microseconds() {
        for (text, micros) in [
            ("1970-01-01 00:00:00", 0),
            ("1970-01-01 00:00:00.1", 100_000),
            ("1969-12-31 23:59:59.999999", -1),
            ("2024-02-29 12:34:56.123456", 1_709_210_096_123_456),
            ("2024-02-29T12:34:56.123456000", 1_709_210_096_123_456),
            ("2024-02-29", 1_709_164_800_000_000),
            ("-290308-12-21 19:59:05.224192", i64::MIN),
            ("+294247-01-10 04:00:54.775807", i64::MAX),
        ] {
            assert_eq!(timestamp(text.as_bytes()), Some(micros), "{text}");
        }
        for bad in [
            "",
            "2024-02-29 24:00:00",
            "2024-02-29 12:60:00",
            "2024-02-29 12:34",
            "x",
            "2024-02-29 12:34:56.",
            "2024-02-29 12:34:56Z",
            "2024-02-29 12:34:56.1234567",
            "+294247-01-10 04:00:54.775808",
            "-290308-12-21 19:59:05.224191",
        ] {
            assert_eq!(timestamp(bad.as_bytes()), None, "{bad}");
        }
    }
}
