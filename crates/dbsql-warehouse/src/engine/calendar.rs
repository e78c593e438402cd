//! Days, months and times of the proleptic Gregorian calendar, as numbers.

use super::time_zones::{parse_offset, zone_named};

/// Microseconds in a second.
pub(super) const SECOND: i64 = 1_000_000;
/// Microseconds in a day.
pub(super) const DAY: i64 = 86_400 * SECOND;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl Date {
    /// The day; `None` if the month has no such day.
    pub(super) fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// From days since 1970-01-01.
    pub(super) fn from_days(days: i64) -> Self {
        // Years start in March here, so that the leap day is the last day of one.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self { year: year_of_era + era * 400 + i64::from(month <= 2), month, day }
    }

    /// Days since 1970-01-01.
    pub(super) fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let day_of_year = (153 * month + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day so many months later, or the last one of that month if it is shorter.
    pub(super) fn plus_months(self, months: i64) -> Self {
        let total = self.year * 12 + self.month - 1 + months;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        Self { year, month, day: self.day.min(days_in_month(year, month)) }
    }
}

pub(super) fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `yyyy-MM-dd`, `yyyy-MM` or `yyyy`, with anything behind a space or `T`. Days since 1970.
pub(super) fn parse_date(text: &str) -> Option<i32> {
    let text = text.trim_matches(is_space);
    let (digits, rest) = take_date(text)?;
    let behind = rest.is_empty() || rest.starts_with([' ', 'T']);
    // Only a whole date can have something behind it.
    let whole = text[..text.len() - rest.len()].trim_start_matches(['-', '+']).contains('-');
    let is_day = rest.is_empty() || (behind && whole && digits.1);
    is_day.then(|| i32::try_from(digits.0.days()).ok()).flatten()
}

/// Reads a date at the start of a text; whether it has a day; and the rest.
fn take_date(text: &str) -> Option<((Date, bool), &str)> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let (year, rest) = take_number(unsigned, 4, 6)?;
    let year = sign * year;
    let Some(after) = rest.strip_prefix('-') else {
        return Some(((Date::new(year, 1, 1)?, false), rest));
    };
    let (month, rest) = take_number(after, 1, 2)?;
    let Some(after) = rest.strip_prefix('-') else {
        return Some(((Date::new(year, month, 1)?, false), rest));
    };
    let (day, rest) = take_number(after, 1, 2)?;
    Some(((Date::new(year, month, day)?, true), rest))
}

pub(super) fn take_number(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    ((least..=most).contains(&end)).then(|| Some((text[..end].parse().ok()?, &text[end..])))?
}

/// What a text for a point in time says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Microseconds since 1970 of the local time that it shows.
    pub(super) local: i64,
    /// Microseconds to subtract from it for UTC, if it has a zone.
    pub(super) offset: Option<i64>,
    /// Whether the text is more than a time of today.
    pub(super) is_date_given: bool,
}

/// Reads a date with or without a time and a zone, in the forms that a cast knows.
pub(super) fn parse_timestamp(text: &str) -> Option<Moment> {
    let text = text.trim_matches(is_space);
    let marked = text.strip_prefix('T');
    let time = take_time(marked.unwrap_or(text)).or_else(|| take_hour(marked?));
    if let Some(time) = time {
        return of_today(time);
    }
    let ((date, has_day), rest) = take_date(text)?;
    let midnight = date.days().checked_mul(DAY)?;
    let is_date_given = true;
    if rest.is_empty() {
        return Some(Moment { local: midnight, offset: None, is_date_given });
    }
    if !has_day {
        return None;
    }
    let rest = rest.strip_prefix([' ', 'T'])?;
    let (time, rest) = take_time(rest).or_else(|| take_hour(rest))?;
    let local = midnight.checked_add(time)?;
    let zone = rest.trim();
    let offset = if zone.is_empty() { None } else { Some(offset_of(zone, local)?) };
    Some(Moment { local, offset, is_date_given })
}

/// A time of the day that it is now in UTC, the time zone of all sessions.
#[expect(clippy::disallowed_methods, reason = "a cast has no access to the clock of the statement")]
fn of_today((time, rest): (i64, &str)) -> Option<Moment> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    let micros = i64::try_from(now.as_micros()).ok()?;
    let local = micros - micros.rem_euclid(DAY) + time;
    rest.is_empty().then_some(Moment { local, offset: None, is_date_given: false })
}

/// What is to be subtracted from a local time in that zone, in microseconds.
fn offset_of(zone: &str, local: i64) -> Option<i64> {
    match parse_offset(zone) {
        Some(seconds) => Some(seconds * SECOND),
        None => Some(local - zone_named(zone).ok()?.utc_of(local)),
    }
}

/// Reads an hour alone, in microseconds.
fn take_hour(rest: &str) -> Option<(i64, &str)> {
    let (hour, rest) = take_number(rest, 1, 2)?;
    (hour < 24 && rest.is_empty()).then_some((hour * (DAY / 24), rest))
}

/// Reads a time of day, in microseconds.
fn take_time(rest: &str) -> Option<(i64, &str)> {
    let (hour, rest) = take_number(rest, 1, 2)?;
    let rest = rest.strip_prefix(':')?;
    let (minute, rest) = take_number(rest, 1, 2)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => take_number(rest, 1, 2)?,
        None => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (micros, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.bytes().take_while(u8::is_ascii_digit).count();
            let digits = format!("{:0<6}", &rest[..end.min(6)]);
            (digits.parse::<i64>().ok()?, &rest[end..])
        }
        None => (0, rest),
    };
    Some((((hour * 60 + minute) * 60 + second) * SECOND + micros, rest))
}

/// What the casts of text ignore at both ends.
pub(super) fn is_space(letter: char) -> bool {
    letter <= ' '
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        for (days, year, month, day) in
            [(0, 1970, 1, 1), (-1, 1969, 12, 31), (19_782, 2024, 2, 29), (-719_162, 1, 1, 1)]
        {
            let date = Date { year, month, day };
            assert_eq!((date.days(), Date::from_days(days)), (days, date));
        }
    }

    #[test]
    fn months_end_where_they_end() {
        let end = Date { year: 2024, month: 1, day: 31 };
        assert_eq!(end.plus_months(1), Date { year: 2024, month: 2, day: 29 });
        assert_eq!(end.plus_months(-11), Date { year: 2023, month: 2, day: 28 });
    }

    #[test]
    fn forms_of_dates_and_timestamps() {
        assert_eq!(parse_date("2024-02-29"), Some(19_782));
        assert_eq!(parse_date(" 2024-2 "), parse_date("2024-02-01"));
        assert_eq!(parse_date("2024-02-30"), None);
        assert_eq!(parse_date("2024-02-29T01"), Some(19_782));
        let moment = |local, offset| Some(Moment { local, offset, is_date_given: true });
        assert_eq!(parse_timestamp("1970-01-01 00:00:01.5"), moment(1_500_000, None));
        assert_eq!(parse_timestamp("1970-01-01T00:00:00+01:00"), moment(0, Some(3600 * SECOND)));
        assert_eq!(parse_timestamp("1970-01-01 24:00:00"), None);
    }
}
