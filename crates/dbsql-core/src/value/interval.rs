//! Intervals as text that the server parses.

/// `years-months`.
pub(super) fn year_to_month(months: i32) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    format!("{sign}{}-{}", months / 12, months % 12)
}

/// `days hours:minutes:seconds`, the seconds with their microseconds.
pub(super) fn day_to_second(microseconds: i64) -> String {
    let sign = if microseconds < 0 { "-" } else { "" };
    let rest = microseconds.unsigned_abs();
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    format!("{sign}{days} {hours:02}:{minutes:02}:{seconds:02}.{micros:06}")
}
