//! Dates and times of day: whether a text is one, and the text of a point in time.

use crate::value::invalid;
use crate::{Error, Result};

const DATE: &str = "this is no date: year-month-day is, such as 2024-02-29";
const TIMESTAMP: &str = "this is no time: year-month-day hour:minute:second is, with up to six \
                         digits of a second behind it and an offset where the type has one, such \
                         as 2024-02-29 12:34:56.123456+01:00";
const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

pub(crate) fn check_date(text: &str) -> Result<()> {
    if is_date(text) { Ok(()) } else { Err(invalid(DATE)) }
}

pub(crate) fn check_timestamp(text: &str, offset_allowed: bool) -> Result<()> {
    let not_a_time = || -> Error { invalid(TIMESTAMP) };
    let (date, time) = text.split_once([' ', 'T']).ok_or_else(not_a_time)?;
    let (time, offset) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let offset_fits = match offset {
        "" => true,
        _ if !offset_allowed => {
            return Err(invalid("a TIMESTAMP_NTZ is in no time zone and has no offset"));
        }
        "Z" => true,
        _ => is_clock(&offset[1..], &[18, 59]),
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let fraction_fits = matches!(fraction.len(), 1..=6) && all_digits(fraction);
    if is_date(date) && is_clock(clock, &[23, 59, 59]) && fraction_fits && offset_fits {
        Ok(())
    } else {
        Err(not_a_time())
    }
}

/// `[+-]year-month-day`, and there is such a day.
fn is_date(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let parts: Vec<&str> = unsigned.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    if !matches!(year.len(), 4..=6) || !all_digits(year) || month.len() != 2 || day.len() != 2 {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Pairs of digits between colons, none above its limit.
fn is_clock(text: &str, limits: &[u32]) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == limits.len()
        && parts.iter().zip(limits).all(|(part, limit)| {
            part.len() == 2 && number(part).is_some_and(|number| number <= *limit)
        })
}

fn number(digits: &str) -> Option<u32> {
    if all_digits(digits) { digits.parse().ok() } else { None }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A point in time as the text of a `TIMESTAMP`, in UTC.
pub(crate) fn utc_text(micros_since_epoch: i64) -> String {
    format!("{}+00:00", local_text(micros_since_epoch))
}

/// Microseconds since 1970-01-01 00:00:00 in no time zone as text.
pub(crate) fn local_text(micros_since_epoch: i64) -> String {
    let micros = micros_since_epoch.rem_euclid(MICROS_PER_SECOND);
    let seconds = micros_since_epoch.div_euclid(MICROS_PER_SECOND);
    let (days, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{} {hour:02}:{minute:02}:{second:02}.{micros:06}", date_text(days))
}

/// Days since 1970-01-01 as text, in the Gregorian calendar.
fn date_text(days_since_epoch: i64) -> String {
    // Years begin in March here, so that a leap day is the last of its year; the eras of 400 years
    // are all alike and begin with the year 0.
    const DAYS_PER_ERA: i64 = 146_097;
    const EPOCH_FROM_ERA_0: i64 = 719_468;
    let days = days_since_epoch + EPOCH_FROM_ERA_0;
    let (era, day_of_era) = (days.div_euclid(DAYS_PER_ERA), days.rem_euclid(DAYS_PER_ERA));
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // From March on, each five months have 153 days.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = 400 * era + year_of_era + i64::from(month <= 2);
    let sign = match year {
        ..0 => "-",
        0..=9999 => "",
        _ => "+",
    };
    format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_written_as_the_calendar_has_them() {
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
        ] {
            assert_eq!(utc_text(micros), expected);
            assert!(check_timestamp(expected, true).is_ok(), "{expected}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut last = date_text(-1);
        for day in 0..146_097 {
            let next = date_text(day);
            assert!(is_date(&next), "{next}");
            assert!(next > last, "{next} follows {last}");
            last = next;
        }
        assert_eq!(last, "2369-12-31");
    }
}
