//! The `Retry-After` header: seconds or a date, as servers actually send it.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// The maximum that [`retry_after`] returns, which only prevents sums of times from overflowing.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(366 * 24 * 3600);

/// Returns how long the server asks the client to wait.
///
/// Both forms are parsed: integral seconds, and an HTTP date. A date is relative to the server's
/// own clock if the response has a valid `Date`, otherwise to `wall_now`, which is wrong by as much
/// as the two clocks differ. A date in the past means zero. A value beyond [`MAX_RETRY_AFTER`] is
/// reduced to it. Of several headers the longest counts. An invalid value (negative, fractional,
/// malformed) counts as absent.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use dbsql_transport::retry::retry_after;
///
/// let mut headers = http::HeaderMap::new();
/// assert_eq!(retry_after(&headers, SystemTime::UNIX_EPOCH), None);
/// headers.insert("retry-after", http::HeaderValue::from_static("7"));
/// assert_eq!(retry_after(&headers, SystemTime::UNIX_EPOCH), Some(Duration::from_secs(7)));
/// ```
#[must_use]
pub fn retry_after(headers: &HeaderMap, wall_now: SystemTime) -> Option<Duration> {
    let sent_at =
        headers.get(DATE).and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok());
    let now = sent_at.unwrap_or(wall_now);
    headers
        .get_all(RETRY_AFTER)
        .iter()
        .filter_map(|value| parse(value.to_str().ok()?.trim(), now))
        .max()
}

fn parse(text: &str, now: SystemTime) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only a number that is too large for a u64 fails here, which is an absurdly long pause.
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO).min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the date in the examples of the specification.
    const NOW: Duration = Duration::from_secs(784_111_777);

    fn check(values: &[&[u8]], expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_bytes(value).expect("valid value"));
        }
        let got = retry_after(&headers, SystemTime::UNIX_EPOCH + NOW);
        assert_eq!(got, expected.map(Duration::from_secs), "{values:?}");
    }

    #[test]
    fn seconds() {
        check(&[b"0"], Some(0));
        check(&[b"1"], Some(1));
        check(&[b"120"], Some(120));
        check(&[b" 120 "], Some(120));
        check(&[b"007"], Some(7));
    }

    #[test]
    fn dates_are_parsed_in_their_three_forms() {
        check(&[b"Sun, 06 Nov 1994 08:50:37 GMT"], Some(60));
        check(&[b"Sunday, 06-Nov-94 08:50:37 GMT"], Some(60));
        check(&[b"Sun Nov  6 08:50:37 1994"], Some(60));
    }

    #[test]
    fn past_date_means_now() {
        check(&[b"Sun, 06 Nov 1994 08:49:37 GMT"], Some(0));
        check(&[b"Thu, 01 Jan 1970 00:00:00 GMT"], Some(0));
    }

    #[test]
    fn date_is_relative_to_the_clock_of_the_server() {
        let ask = |retry_after: &str, date: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(retry_after).expect("valid"));
            headers.insert(DATE, HeaderValue::from_str(date).expect("valid"));
            let pause = super::retry_after(&headers, SystemTime::UNIX_EPOCH + NOW);
            pause.map(|pause| pause.as_secs())
        };
        // The clock of the server is ten minutes ahead, then behind.
        let ahead = "Sun, 06 Nov 1994 08:59:37 GMT";
        assert_eq!(ask("Sun, 06 Nov 1994 08:59:42 GMT", ahead), Some(5));
        let behind = "Sun, 06 Nov 1994 08:39:37 GMT";
        assert_eq!(ask("Sun, 06 Nov 1994 08:39:42 GMT", behind), Some(5));
        assert_eq!(ask("Sun, 06 Nov 1994 08:39:36 GMT", behind), Some(0));
        // Seconds need no clock, and an invalid date is ignored.
        assert_eq!(ask("7", ahead), Some(7));
        assert_eq!(ask("Sun, 06 Nov 1994 08:50:37 GMT", "yesterday"), Some(60));
        assert_eq!(ask("soon", ahead), None);
    }

    #[test]
    fn absurd_values_are_limited() {
        let max = MAX_RETRY_AFTER.as_secs();
        check(&[b"1000000000"], Some(max));
        check(&[b"18446744073709551615"], Some(max));
        check(&[b"99999999999999999999999999"], Some(max));
        check(&[b"Fri, 31 Dec 9999 23:59:59 GMT"], Some(max));
    }

    #[test]
    fn malformed_value_counts_as_absent() {
        check(&[], None);
        for garbage in [
            &b""[..],
            b" ",
            b"-1",
            b"+1",
            b"1.5",
            b"1s",
            b"0x10",
            b"1e3",
            b"soon",
            b"1, 2",
            b"NaN",
            b"\xff\xfe",
            b"Sun, 99 Nov 1994 08:49:37 GMT",
            b"Sun, 06 Nov 1994",
        ] {
            check(&[garbage], None);
        }
    }

    #[test]
    fn longest_of_several_values_counts() {
        check(&[b"5", b"60", b"soon"], Some(60));
    }
}
