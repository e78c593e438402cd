//! Values that Thrift's columnar sets send as text, in every format that a server may write:
//! decimals, dates, timestamps.
//!
//! Apache Spark writes years below 1000 with leading zeros, years from 10000 with a plus sign,
//! years before 1 with a minus sign, and drops trailing zeros of a fraction of a second.

use crate::calendar;

/// Parses `[+-]digits[.digits][e[+-]digits]` as an integer with `scale` decimal places. `None` when
/// the text is invalid, has more than `precision` digits, or would lose some.
pub(crate) fn decimal(text: &[u8], precision: u8, scale: u8) -> Option<i128> {
    let (negative, rest) = sign(text);
    let (mantissa, exponent) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (rest.get(..at)?, exponent(rest.get(at + 1..)?)?),
        None => (rest, 0),
    };
    let (mut value, mut any, mut point) = (0_i128, false, false);
    // Decimal places of the value so far, and zeros that count only if another digit follows.
    let (mut places, mut zeros) = (0_i64, 0_u32);
    for byte in mantissa {
        match byte {
            b'.' if !point => point = true,
            b'0'..=b'9' => {
                any = true;
                places += i64::from(point);
                if *byte == b'0' {
                    zeros += u32::from(value != 0);
                } else {
                    value = times_power_of_ten(value, i64::from(zeros) + 1)?
                        .checked_add(i128::from(byte - b'0'))?;
                    zeros = 0;
                }
            }
            _ => return None,
        }
    }
    if !any {
        return None;
    }
    if value == 0 {
        return Some(0);
    }
    // Below zero, the last digit of `value`, which is not 0, would be lost.
    let shift = exponent.saturating_add(i64::from(zeros) - places + i64::from(scale));
    let value = times_power_of_ten(value, shift)?;
    (value < 10_i128.checked_pow(precision.into())?).then_some(if negative {
        -value
    } else {
        value
    })
}

fn times_power_of_ten(value: i128, power: i64) -> Option<i128> {
    value.checked_mul(10_i128.checked_pow(u32::try_from(power).ok()?)?)
}

/// Saturates: no value has a decimal place beyond these.
fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let exponent = digits.iter().fold(0_i64, |exponent, digit| {
        exponent.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    });
    Some(if negative { -exponent } else { exponent })
}

/// Parses `[+-]YYYY-MM-DD` as days since 1970-01-01. A time after it is cut off, as by a cast.
pub(crate) fn date(text: &[u8]) -> Option<i32> {
    let (days, rest) = calendar::leading_date(text)?;
    if !rest.is_empty() {
        time(rest)?;
    }
    i32::try_from(days).ok()
}

/// Parses a date, or a date and a time, as microseconds since 1970-01-01 00:00:00; with an offset,
/// converted to UTC. Digits beyond microseconds are cut off, towards the earlier time.
pub(crate) fn timestamp(text: &[u8]) -> Option<i64> {
    let (days, rest) = calendar::leading_date(text)?;
    let of_day = if rest.is_empty() { 0 } else { time(rest)? };
    let micros = i128::from(days) * i128::from(calendar::MICROS_PER_DAY) + i128::from(of_day);
    i64::try_from(micros).ok()
}

/// Parses ` HH:MM[:SS[.f]][ ][Z|UTC|+HH[[:]MM]]`, also with a leading `T`, as microseconds since
/// midnight of the date in UTC.
fn time(text: &[u8]) -> Option<i64> {
    let [b' ' | b'T', text @ ..] = text else { return None };
    let (hours, rest) = calendar::two_digits(text, 23)?;
    let (minutes, rest) = calendar::two_digits(rest.strip_prefix(b":")?, 59)?;
    let (seconds, rest) = match rest {
        [b':', rest @ ..] => calendar::two_digits(rest, 59)?,
        _ => (0, rest),
    };
    let (micros, rest) = match rest {
        [b'.', rest @ ..] => {
            let fraction = calendar::fraction(rest)?;
            (fraction.micros, fraction.rest)
        }
        _ => (0, rest),
    };
    let offset = match rest {
        [] | b"Z" | b" Z" | b"UTC" | b" UTC" => 0,
        [b' ', rest @ ..] => offset(rest)?,
        _ => offset(rest)?,
    };
    Some(((hours * 60 + minutes) * 60 + seconds - offset) * 1_000_000 + micros)
}

/// Parses `+HH[[:]MM]` as seconds.
fn offset(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => return None,
    };
    let (hours, rest) = calendar::two_digits(digits, 18)?;
    let minutes = match rest {
        [] => 0,
        _ => match calendar::two_digits(rest.strip_prefix(b":").unwrap_or(rest), 59)? {
            (minutes, []) => minutes,
            _ => return None,
        },
    };
    let seconds = (hours * 60 + minutes) * 60;
    (seconds <= calendar::MAX_OFFSET_SECONDS).then_some(if negative { -seconds } else { seconds })
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

#[cfg(test)]
mod tests;
