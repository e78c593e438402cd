//! Timestamps as programs write them: RFC 3339.

use std::time::{Duration, SystemTime};

/// Parses an RFC 3339 timestamp, with any offset and any number of fractional digits (those after
/// the ninth are dropped). Returns `None` for anything else, for a time before 1970, and for one
/// without an offset, which is ambiguous.
pub(crate) fn parse_rfc3339(text: &str) -> Option<SystemTime> {
    let text = text.trim().as_bytes();
    let (date, rest) = text.split_at_checked(10)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let year = number(&[y1, y2, y3, y4])?;
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    let (separator, rest) = rest.split_first()?;
    // RFC 3339, 5.6: lower case and a space are allowed.
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let (clock, rest) = rest.split_at_checked(8)?;
    let [h1, h2, b':', n1, n2, b':', s1, s2] = *clock else { return None };
    let (hour, minute) = (number(&[h1, h2])?, number(&[n1, n2])?);
    // A leap second counts as the first second of the next minute.
    let second = number(&[s1, s2])?;
    let is_valid = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !is_valid {
        return None;
    }
    let (nanos, rest) = fraction(rest)?;
    let days = days_since_1970(year, month, day);
    let local = days * 86_400 + hour * 3600 + minute * 60 + second;
    let seconds = u64::try_from(local - offset(rest)?).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanos))
}

/// Parses decimal digits and nothing else.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
    })
}

/// Parses an optional fraction into nanoseconds; returns what follows it.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else { return Some((0, text)) };
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let nanos = (0..9).fold(0, |value, at| {
        let digit = if at < digits { text[at] - b'0' } else { 0 };
        value * 10 + u32::from(digit)
    });
    Some((nanos, &text[digits..]))
}

/// Parses an offset into seconds ahead of UTC.
fn offset(text: &[u8]) -> Option<i64> {
    match *text {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            Some(if sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the days from 1970-01-01 to a day of the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let past = year - 1;
    let leap_days = past / 4 - past / 100 + past / 400;
    // 719 162 days from year 1 to 1970.
    let before_year = past * 365 + leap_days - 719_162;
    let before_month: i64 = (1..month).map(|month| days_in(year, month)).sum();
    before_year + before_month + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64, nanos: u32) -> Option<SystemTime> {
        Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos))
    }

    #[test]
    fn dates_offsets_and_fractions_are_parsed() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", at(0, 0)),
            ("2024-02-29T12:00:00Z", at(1_709_208_000, 0)),
            ("2026-01-01T00:00:00Z", at(1_767_225_600, 0)),
            ("2026-01-01t00:00:00z", at(1_767_225_600, 0)),
            ("2026-01-01 02:00:00+02:00", at(1_767_225_600, 0)),
            ("2025-12-31T18:30:00-05:30", at(1_767_225_600, 0)),
            ("2026-01-01T00:00:00.5Z", at(1_767_225_600, 500_000_000)),
            // As the Databricks CLI writes it.
            ("2026-01-01T01:00:00.123456789+01:00", at(1_767_225_600, 123_456_789)),
            ("2026-01-01T00:00:00.1234567891Z", at(1_767_225_600, 123_456_789)),
            ("2016-12-31T23:59:60Z", at(1_483_228_800, 0)),
            ("9999-12-31T23:59:59Z", at(253_402_300_799, 0)),
            ("2000-03-01T00:00:00Z", at(951_868_800, 0)),
            ("2100-03-01T00:00:00Z", at(4_107_542_400, 0)),
        ] {
            assert_eq!(parse_rfc3339(text), expected, "{text}");
        }
    }

    #[test]
    fn invalid_timestamps_are_rejected() {
        for text in [
            "",
            "0001-01-01T00:00:00Z",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+0100",
            "2026-01-01T00:00:00+24:00",
            "2026-13-01T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00Z junk",
            "+026-01-01T00:00:00Z",
            "２026-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01",
            "1767225600",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
