//! Time zones, by their names or their offsets from UTC.

use arrow_array::timezone::Tz;
use chrono::{DateTime, LocalResult, Offset as _, TimeZone as _};

use super::calendar::{DAY, SECOND, take_number};
use super::errors::{self, Result};

const HOUR: i64 = 3_600 * SECOND;

/// A time zone by its name or its offset.
pub(super) enum Zone {
    Fixed(i64),
    Named(Tz),
}

impl Zone {
    /// What is added to UTC.
    pub(super) fn offset_at(&self, utc: i64) -> i64 {
        match self {
            Self::Fixed(offset) => *offset,
            Self::Named(zone) => {
                let Some(moment) = DateTime::from_timestamp_micros(utc) else { return 0 };
                let offset = zone.offset_from_utc_datetime(&moment.naive_utc());
                i64::from(offset.fix().local_minus_utc()) * SECOND
            }
        }
    }

    /// The point in time of a local one: of two the first; where there is none, as if the clock had
    /// not been changed.
    pub(super) fn utc_of(&self, local: i64) -> i64 {
        let Self::Named(zone) = self else { return local - self.offset_at(0) };
        let Some(moment) = DateTime::from_timestamp_micros(local) else { return local };
        let offset = match zone.offset_from_local_datetime(&moment.naive_utc()) {
            LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => {
                i64::from(offset.fix().local_minus_utc()) * SECOND
            }
            LocalResult::None => self.offset_at(local - DAY),
        };
        local - offset
    }
}

/// Java's short names of time zones (`ZoneId.SHORT_IDS`).
const SHORT_ZONES: &[(&str, &str)] = &[
    ("ACT", "Australia/Darwin"),
    ("AET", "Australia/Sydney"),
    ("AGT", "America/Argentina/Buenos_Aires"),
    ("ART", "Africa/Cairo"),
    ("AST", "America/Anchorage"),
    ("BET", "America/Sao_Paulo"),
    ("BST", "Asia/Dhaka"),
    ("CAT", "Africa/Harare"),
    ("CNT", "America/St_Johns"),
    ("CST", "America/Chicago"),
    ("CTT", "Asia/Shanghai"),
    ("EAT", "Africa/Addis_Ababa"),
    ("ECT", "Europe/Paris"),
    ("IET", "America/Indiana/Indianapolis"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("MIT", "Pacific/Apia"),
    ("NET", "Asia/Yerevan"),
    ("NST", "Pacific/Auckland"),
    ("PLT", "Asia/Karachi"),
    ("PNT", "America/Phoenix"),
    ("PRT", "America/Puerto_Rico"),
    ("PST", "America/Los_Angeles"),
    ("SST", "Pacific/Guadalcanal"),
    ("VST", "Asia/Ho_Chi_Minh"),
];

pub(super) fn zone_named(name: &str) -> Result<Zone> {
    if let Some(offset) = parse_offset(name) {
        return Ok(Zone::Fixed(offset * SECOND));
    }
    // They have no other offset in Java, at any time.
    let hours = match name {
        "EST" => Some(-5),
        "MST" => Some(-7),
        "HST" => Some(-10),
        _ => None,
    };
    if let Some(hours) = hours {
        return Ok(Zone::Fixed(hours * HOUR));
    }
    let is_offset = name.starts_with(['+', '-']);
    let known = SHORT_ZONES.iter().find(|(short, _)| *short == name);
    match known.map_or(name, |(_, zone)| zone).parse::<Tz>() {
        Ok(zone) if !is_offset => Ok(Zone::Named(zone)),
        _ => Err(errors::unsupported(format!("the time zone {name:?}"))),
    }
}

/// Reads `Z`, `UTC`, `+01:00` and the like, in seconds.
pub(super) fn parse_offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "UTC" | "GMT" | "UT") {
        return Some(0);
    }
    let zone = ["UTC", "GMT", "UT"].iter().find_map(|name| zone.strip_prefix(name)).unwrap_or(zone);
    let (sign, rest) = match zone.as_bytes().first()? {
        b'-' => (-1, &zone[1..]),
        b'+' => (1, &zone[1..]),
        _ => return None,
    };
    if matches!(rest.len(), 4 | 6) && rest.bytes().all(|digit| digit.is_ascii_digit()) {
        let part = |at: usize| rest.get(at..at + 2).and_then(|digits| digits.parse::<i64>().ok());
        let seconds = if rest.len() == 6 { part(4)? } else { 0 };
        let (hours, minutes) = (part(0)?, part(2)?);
        let total = hours * 3600 + minutes * 60 + seconds;
        return (total <= 18 * 3600 && minutes < 60 && seconds < 60).then_some(sign * total);
    }
    let (hours, rest) = take_number(rest, 1, 2)?;
    let (minutes, rest) = match rest.strip_prefix(':') {
        Some(rest) => take_number(rest, 1, 2)?,
        None => (0, rest),
    };
    let (seconds, rest) = match rest.strip_prefix(':') {
        Some(rest) => take_number(rest, 1, 2)?,
        None => (0, rest),
    };
    let total = hours * 3600 + minutes * 60 + seconds;
    (rest.is_empty() && total <= 18 * 3600 && minutes < 60 && seconds < 60).then_some(sign * total)
}
