//! The text of values for which serde has no type: decimals, dates, times and intervals.

use std::fmt::{self, Write};

use arrow_buffer::IntervalMonthDayNano;
use arrow_schema::TimeUnit;

use crate::calendar;

const SECONDS_PER_DAY: i64 = 86_400;

/// Short text without an allocation.
pub(super) struct Text {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Text {
    /// More than any text below needs: a decimal has at most 39 digits, and up to 127 zeros due to
    /// its scale.
    const CAPACITY: usize = 192;

    pub(super) fn as_str(&self) -> &str {
        self.bytes
            .get(..self.length)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    fn build(write: impl FnOnce(&mut Self) -> fmt::Result) -> Self {
        let mut text = Self { bytes: [0; Self::CAPACITY], length: 0 };
        let written = write(&mut text);
        debug_assert!(written.is_ok(), "the capacity is enough for every text");
        text
    }
}

impl Write for Text {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let end = self.length + piece.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(piece.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// Plain digits, with as many after the decimal point as the scale: `-12.50`.
pub(super) fn decimal(unscaled: i128, scale: i8) -> Text {
    Text::build(|text| {
        let digits = usize::from(scale.unsigned_abs());
        if scale <= 0 {
            write!(text, "{unscaled}")?;
            let zeros = if unscaled == 0 { 0 } else { digits };
            return (0..zeros).try_for_each(|_| text.write_char('0'));
        }
        let sign = if unscaled < 0 { "-" } else { "" };
        let mut all = Text { bytes: [0; Text::CAPACITY], length: 0 };
        write!(all, "{:0width$}", unscaled.unsigned_abs(), width = digits + 1)?;
        let (whole, fraction) = all.as_str().split_at(all.length.saturating_sub(digits));
        write!(text, "{sign}{whole}.{fraction}")
    })
}

/// `YYYY-MM-DD`.
pub(super) fn date(days: i32) -> Text {
    Text::build(|text| write_date(text, i64::from(days)))
}

/// `YYYY-MM-DDTHH:MM:SS[.ffffff]`, and a `Z` for an instant.
pub(super) fn timestamp(value: i64, unit: TimeUnit, is_utc: bool) -> Text {
    let (seconds, fraction) = split(value, unit);
    Text::build(|text| {
        write_date(text, seconds.div_euclid(SECONDS_PER_DAY))?;
        text.write_char('T')?;
        write_time(text, seconds.rem_euclid(SECONDS_PER_DAY), fraction, unit)?;
        text.write_str(if is_utc { "Z" } else { "" })
    })
}

/// `HH:MM:SS[.ffffff]`.
pub(super) fn time(value: i64, unit: TimeUnit) -> Text {
    let (seconds, fraction) = split(value, unit);
    Text::build(|text| write_time(text, seconds, fraction, unit))
}

/// ISO 8601 with hours as the largest unit: `PT26H3M4.5S`.
pub(super) fn duration(value: i64, unit: TimeUnit) -> Text {
    Text::build(|text| {
        if value < 0 {
            text.write_char('-')?;
        }
        text.write_char('P')?;
        write_clock(text, value.unsigned_abs(), false, unit)?;
        if value == 0 { text.write_str("T0S") } else { Ok(()) }
    })
}

/// ISO 8601: `P1Y2M`.
pub(super) fn months(months: i32) -> Text {
    Text::build(|text| {
        if months < 0 {
            text.write_char('-')?;
        }
        let months = months.unsigned_abs();
        write!(text, "P{}Y{}M", months / 12, months % 12)
    })
}

/// ISO 8601: `-P14M3DT0.5S`, with a sign at each unit if the signs differ: `P14M-3D`.
pub(super) fn interval(value: IntervalMonthDayNano) -> Text {
    let (months, days, nanos) = (i64::from(value.months), i64::from(value.days), value.nanoseconds);
    let is_negative = [months, days, nanos].iter().all(|part| *part <= 0);
    Text::build(|text| {
        if (months, days, nanos) == (0, 0, 0) {
            return text.write_str("PT0S");
        }
        text.write_str(if is_negative { "-P" } else { "P" })?;
        for (number, letter) in [(months, 'M'), (days, 'D')] {
            if number != 0 {
                write!(text, "{}{letter}", if is_negative { -number } else { number })?;
            }
        }
        write_clock(text, nanos.unsigned_abs(), nanos < 0 && !is_negative, TimeUnit::Nanosecond)
    })
}

fn per_second(unit: TimeUnit) -> (i64, usize) {
    match unit {
        TimeUnit::Second => (1, 0),
        TimeUnit::Millisecond => (1_000, 3),
        TimeUnit::Microsecond => (1_000_000, 6),
        TimeUnit::Nanosecond => (1_000_000_000, 9),
    }
}

fn split(value: i64, unit: TimeUnit) -> (i64, i64) {
    let (per_second, _) = per_second(unit);
    (value.div_euclid(per_second), value.rem_euclid(per_second))
}

fn write_date(text: &mut Text, days: i64) -> fmt::Result {
    let (year, month, day) = calendar::date_of(days);
    let sign = match year {
        ..0 => "-",
        0..=9999 => "",
        _ => "+",
    };
    write!(text, "{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

fn write_time(text: &mut Text, second: i64, fraction: i64, unit: TimeUnit) -> fmt::Result {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    write!(text, "{hour:02}:{minute:02}:{second:02}")?;
    match fraction {
        0 => Ok(()),
        _ => write!(text, ".{fraction:0width$}", width = per_second(unit).1),
    }
}

/// `T2H3M4.5S`, and nothing for zero.
fn write_clock(text: &mut Text, value: u64, is_negative: bool, unit: TimeUnit) -> fmt::Result {
    let (per_second, width) = per_second(unit);
    let per_second = per_second.unsigned_abs();
    let (seconds, fraction) = (value / per_second, value % per_second);
    let sign = if is_negative { "-" } else { "" };
    if value > 0 {
        text.write_char('T')?;
    }
    for (number, letter) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M')] {
        if number > 0 {
            write!(text, "{sign}{number}{letter}")?;
        }
    }
    match (seconds % 60, fraction) {
        (0, 0) => Ok(()),
        (second, 0) => write!(text, "{sign}{second}S"),
        (second, fraction) => write!(text, "{sign}{second}.{fraction:0width$}S"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_the_digits_of_their_scale() {
        for (unscaled, scale, expected) in [
            (0, 0, "0"),
            (-1250, 2, "-12.50"),
            (5, 3, "0.005"),
            (-5, 3, "-0.005"),
            (0, 2, "0.00"),
            (12, -2, "1200"),
            (0, -2, "0"),
            (i128::MIN, 0, "-170141183460469231731687303715884105728"),
            (i128::MIN, 38, "-1.70141183460469231731687303715884105728"),
        ] {
            assert_eq!(decimal(unscaled, scale).as_str(), expected);
        }
        assert_eq!(decimal(-1, i8::MAX).as_str().len(), 130);
        assert_eq!(decimal(i128::MIN, i8::MIN).as_str().len(), 168);
    }

    #[test]
    fn times_are_iso_8601() {
        let micros = TimeUnit::Microsecond;
        assert_eq!(date(19_782).as_str(), "2024-02-29");
        assert_eq!(date(i32::MAX).as_str(), "+5881580-07-11");
        for (value, unit, expected) in [
            (0, TimeUnit::Second, "1970-01-01T00:00:00Z"),
            (-1, micros, "1969-12-31T23:59:59.999999Z"),
            (1_709_210_096_120_000, micros, "2024-02-29T12:34:56.120000Z"),
            (1, TimeUnit::Nanosecond, "1970-01-01T00:00:00.000000001Z"),
            (1_500, TimeUnit::Millisecond, "1970-01-01T00:00:01.500Z"),
            (i64::MIN, micros, "-290308-12-21T19:59:05.224192Z"),
            (i64::MIN, TimeUnit::Second, "-292277022657-01-27T08:29:52Z"),
        ] {
            assert_eq!(timestamp(value, unit, true).as_str(), expected);
            let without_zone = expected.trim_end_matches('Z');
            assert_eq!(timestamp(value, unit, false).as_str(), without_zone);
        }
        assert_eq!(time(86_399_000_001, micros).as_str(), "23:59:59.000001");
    }

    #[test]
    fn intervals_are_iso_8601() {
        let micros = TimeUnit::Microsecond;
        for (value, expected) in [
            (0, "PT0S"),
            (500_000, "PT0.500000S"),
            (93_784_000_000, "PT26H3M4S"),
            (-60_000_000, "-PT1M"),
        ] {
            assert_eq!(duration(value, micros).as_str(), expected);
        }
        assert_eq!(duration(i64::MIN, TimeUnit::Second).as_str(), "-PT2562047788015215H30M8S");
        assert_eq!(months(14).as_str(), "P1Y2M");
        assert_eq!(months(-14).as_str(), "-P1Y2M");
        let interval = |months, days, nanos| {
            interval(IntervalMonthDayNano::new(months, days, nanos)).as_str().to_owned()
        };
        assert_eq!(interval(14, 3, -500_000_000), "P14M3DT-0.500000000S");
        assert_eq!(interval(-14, -3, -500_000_000), "-P14M3DT0.500000000S");
        assert_eq!(interval(i32::MIN, 0, 0), "-P2147483648M");
        assert_eq!(interval(0, 0, 0), "PT0S");
    }
}
