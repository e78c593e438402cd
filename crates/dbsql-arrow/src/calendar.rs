//! Dates and timestamps of the proleptic Gregorian calendar: parsing and formatting.
//!
//! Independent of SQL types and of the engine's errors, since parameters and columnar results both
//! use it.

/// Microseconds per day.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;
/// 1970-01-01 counted from 0000-03-01, where the cycles of 400 years start.
const EPOCH_DAY: i64 = 719_468;
const DAYS_PER_CYCLE: i64 = 146_097;
/// The largest offset from UTC that Java, and so the server, supports.
pub(crate) const MAX_OFFSET_SECONDS: i64 = 18 * 3600;

/// A timestamp as written in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// Microseconds since 1970-01-01 00:00:00 in local time, before the offset is applied.
    pub local_micros: i64,
    /// `None` when the text has no offset.
    pub offset_seconds: Option<i64>,
}

/// Parses `[+-]YYYY-MM-DD` to days since 1970-01-01.
#[must_use]
pub fn date(text: &[u8]) -> Option<i32> {
    match leading_date(text)? {
        (days, []) => i32::try_from(days).ok(),
        _ => None,
    }
}

/// Parses `[+-]YYYY-MM-DD HH:MM:SS[.ffffff][Z|+HH:MM]`, also with a `T` between date and time.
/// Digits after the microseconds must be zeros.
#[must_use]
pub fn timestamp(text: &[u8]) -> Option<Timestamp> {
    let (days, rest) = leading_date(text)?;
    let [b' ' | b'T', rest @ ..] = rest else { return None };
    let (hours, rest) = two_digits(rest, 23)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(b":")?, 59)?;
    let (seconds, rest) = two_digits(rest.strip_prefix(b":")?, 59)?;
    let (micros, rest) = match rest {
        [b'.', rest @ ..] => match fraction(rest)? {
            Fraction { micros, exact: true, rest } => (micros, rest),
            _ => return None,
        },
        _ => (0, rest),
    };
    let of_day = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros;
    // Days before 1970 are counted from their end, or the product would overflow near `i64::MIN`.
    let local_micros = if days < 0 {
        ((days + 1).checked_mul(MICROS_PER_DAY)?).checked_add(of_day - MICROS_PER_DAY)?
    } else {
        days.checked_mul(MICROS_PER_DAY)?.checked_add(of_day)?
    };
    Some(Timestamp { local_micros, offset_seconds: offset(rest)? })
}

/// `None` for an invalid offset, `Some(None)` for none.
fn offset(text: &[u8]) -> Option<Option<i64>> {
    let (sign, rest) = match text {
        [] => return Some(None),
        b"Z" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = two_digits(rest, 18)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(b":")?, 59)?;
    let seconds = (hours * 60 + minutes) * 60;
    (rest.is_empty() && seconds <= MAX_OFFSET_SECONDS).then_some(Some(sign * seconds))
}

/// The fraction of a second at the start of a text.
pub(crate) struct Fraction<'a> {
    pub(crate) micros: i64,
    /// Only zeros were cut off after the microseconds.
    pub(crate) exact: bool,
    /// The text after the digits.
    pub(crate) rest: &'a [u8],
}

/// `None` when the text does not start with a digit.
pub(crate) fn fraction(text: &[u8]) -> Option<Fraction<'_>> {
    let (digits, rest) = text.split_at(count_digits(text));
    if digits.is_empty() {
        return None;
    }
    let (kept, beyond) = digits.split_at(digits.len().min(6));
    let unit = 10_i64.pow(6 - u32::try_from(kept.len()).ok()?);
    let exact = beyond.iter().all(|digit| *digit == b'0');
    Some(Fraction { micros: number(kept) * unit, exact, rest })
}

/// Parses days since 1970-01-01 and returns the text after the date.
pub(crate) fn leading_date(text: &[u8]) -> Option<(i64, &[u8])> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (digits, rest) = text.split_at(count_digits(text));
    if !(4..=7).contains(&digits.len()) {
        return None;
    }
    let year = if negative { -number(digits) } else { number(digits) };
    let (month, rest) = two_digits(rest.strip_prefix(b"-")?, 12)?;
    let (day, rest) = two_digits(rest.strip_prefix(b"-")?, 31)?;
    (month >= 1 && day >= 1 && day <= days_in_month(year, month))
        .then(|| (days_since_epoch(year, month, day), rest))
}

pub(crate) fn two_digits(text: &[u8], max: i64) -> Option<(i64, &[u8])> {
    let (digits, rest) = text.split_at_checked(2)?;
    let number = number(digits);
    (count_digits(digits) == 2 && number <= max).then_some((number, rest))
}

fn count_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Returns the value of a few digits.
fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit.wrapping_sub(b'0')))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Years start in March here, so that a leap day is the last day of its year and each group of five
/// months has 153 days.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    cycle * DAYS_PER_CYCLE + year * 365 + year / 4 - year / 100 + day_of_year - EPOCH_DAY
}

/// Formats microseconds since 1970-01-01 00:00:00 UTC, with the offset of UTC.
#[must_use]
pub fn utc_text(micros: i64) -> String {
    format!("{}+00:00", local_text(micros))
}

/// Formats microseconds since 1970-01-01 00:00:00 in no time zone.
#[must_use]
pub fn local_text(micros: i64) -> String {
    let (days, of_day) = (micros.div_euclid(MICROS_PER_DAY), micros.rem_euclid(MICROS_PER_DAY));
    let (second, micros) = (of_day / 1_000_000, of_day % 1_000_000);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let (year, month, day) = date_of(days);
    let date = date_text(year, month, day);
    format!("{date} {hour:02}:{minute:02}:{second:02}.{micros:06}")
}

/// Formats a date. Years after 9999 have a `+`, years before 0000 a `-`.
#[must_use]
pub fn date_text(year: i64, month: i64, day: i64) -> String {
    let sign = match year {
        ..0 => "-",
        0..=9999 => "",
        _ => "+",
    };
    format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

/// Year, month and day: the inverse of [`days_since_epoch`].
pub(crate) fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH_DAY;
    let (cycle, day) = (days.div_euclid(DAYS_PER_CYCLE), days.rem_euclid(DAYS_PER_CYCLE));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march_month = (5 * day + 2) / 153;
    let day = day - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (400 * cycle + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_text_is_parsed_to_days() {
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
            ("5881580-07-11", i32::MAX),
        ] {
            assert_eq!(date(text.as_bytes()), Some(days), "{text}");
        }
        for bad in [
            "",
            "2023-02-29",
            "1900-02-29",
            "2100-02-29",
            "2200-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "2024-1-1",
            "24-01-01",
            "2024-01-01x",
            "2024-01-32",
            "2024-04-31",
            "5881580-07-12",
            "99999999-01-01",
            "2024-0:-01",
            "2024-01-01 00:00:00",
        ] {
            assert_eq!(date(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn timestamp_text_is_parsed_to_microseconds() {
        let parsed = |text: &str| {
            timestamp(text.as_bytes()).map(|time| (time.local_micros, time.offset_seconds))
        };
        let leap_day = 1_709_210_096_123_456;
        for (text, expected) in [
            ("1970-01-01 00:00:00", (0, None)),
            ("1970-01-01 00:00:00.1", (100_000, None)),
            ("1969-12-31 23:59:59.999999", (-1, None)),
            ("2024-02-29 12:34:56.123456", (leap_day, None)),
            ("2024-02-29T12:34:56.123456000", (leap_day, None)),
            ("2024-02-29T12:34:56.123456Z", (leap_day, Some(0))),
            ("2024-02-29 12:34:56.123456+01:30", (leap_day, Some(5_400))),
            ("2024-02-29 12:34:56.123456-18:00", (leap_day, Some(-64_800))),
            ("-290308-12-21 19:59:05.224192", (i64::MIN, None)),
            ("+294247-01-10 04:00:54.775807", (i64::MAX, None)),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
        for bad in [
            "",
            "x",
            "2024-02-29",
            "2024-02-30 12:34:56",
            "2024-02-29 24:00:00",
            "2024-02-29 12:60:00",
            "2024-02-29 12:34:60",
            "2024-02-29 12:34",
            "2024-02-29 12:34:56.",
            "2024-02-29 12:34:56.Z",
            "2024-02-29 12:34:56.1234567",
            "2024-02-29 12:34:56+1",
            "2024-02-29 12:34:56+18:01",
            "2024-02-29 12:34:56+01:00x",
            "2024-02-29 12:34:56 Europe/Paris",
            "+294247-01-10 04:00:54.775808",
            "-290308-12-21 19:59:05.224191",
        ] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }

    #[test]
    fn timestamp_text_round_trips() {
        for (micros, expected) in [
            (0, "1970-01-01 00:00:00.000000+00:00"),
            (-1, "1969-12-31 23:59:59.999999+00:00"),
            (1_709_210_096_123_456, "2024-02-29 12:34:56.123456+00:00"),
            (951_782_400_000_000, "2000-02-29 00:00:00.000000+00:00"),
            (-2_203_977_600_000_000, "1900-02-28 00:00:00.000000+00:00"),
            (-2_203_891_200_000_000, "1900-03-01 00:00:00.000000+00:00"),
            (-62_135_596_800_000_000, "0001-01-01 00:00:00.000000+00:00"),
            (253_402_300_800_000_000, "+10000-01-01 00:00:00.000000+00:00"),
            (-62_167_219_200_000_001, "-0001-12-31 23:59:59.999999+00:00"),
            (i64::MIN, "-290308-12-21 19:59:05.224192+00:00"),
            (i64::MAX, "+294247-01-10 04:00:54.775807+00:00"),
        ] {
            assert_eq!(utc_text(micros), expected);
            let parsed = Timestamp { local_micros: micros, offset_seconds: Some(0) };
            assert_eq!(timestamp(expected.as_bytes()), Some(parsed), "{expected}");
        }
    }

    #[test]
    fn days_of_four_centuries_are_consecutive() {
        let text = |day| {
            let (year, month, day) = date_of(i64::from(day));
            date_text(year, month, day)
        };
        let mut last = text(-1);
        for day in 0..146_097 {
            let next = text(day);
            assert_eq!(date(next.as_bytes()), Some(day), "{next}");
            assert!(next > last, "{next} follows {last}");
            last = next;
        }
        assert_eq!(last, "2369-12-31");
    }
}
