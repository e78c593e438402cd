//! Text as servers write it, similar text, and text that no server should write; and that the usual
//! formats are read as by the general rules.

use proptest::prelude::*;

use super::*;
use crate::columnar::usual::{self, Decimals};

const DAY: i64 = calendar::MICROS_PER_DAY;
/// 2024-02-29.
const LEAP_DAY: i32 = 19_782;

#[test]
fn decimals_get_the_scale_of_their_column() {
    for (text, scale, value) in [
        ("1.000000000000000000", 18, 10_i128.pow(18)),
        ("-0.05", 2, -5),
        ("7", 2, 700),
        ("+7.10", 1, 71),
        ("99999999999999999999999999999999999999", 0, 10_i128.pow(38) - 1),
        ("-99999999999999999999.999999999999999999", 18, 1 - 10_i128.pow(38)),
        ("000000000000000000000000000000000000000000001.5", 1, 15),
        ("1.50000000000000000000000000000000000000000000", 1, 15),
        ("0.00", 0, 0),
        ("-0", 3, 0),
        (".5", 1, 5),
        ("-.5", 1, -5),
        (".50", 2, 50),
        ("5.", 0, 5),
        ("7.", 1, 70),
        ("-5.", 2, -500),
    ] {
        assert_eq!(decimal(text.as_bytes(), 38, scale), Some(value), "{text}");
    }
}

#[test]
fn decimal_with_an_exponent_is_read() {
    for (text, scale, value) in [
        ("0E-9", 2, 0),
        ("0E-18", 18, 0),
        ("-0e+99999999999999999999", 0, 0),
        ("0.000E-40", 0, 0),
        ("1E+3", 0, 1_000),
        ("1e3", 2, 100_000),
        ("1E03", 0, 1_000),
        ("12.5E+1", 0, 125),
        ("-1.5E2", 0, -150),
        ("-1.5E-2", 3, -15),
        ("1.50E1", 0, 15),
        ("1500E-3", 1, 15),
        (".5E1", 0, 5),
        ("5.E-1", 1, 5),
        ("9E37", 0, 9 * 10_i128.pow(37)),
        ("0.00000000000000000000000000000000000000000001E+44", 0, 1),
    ] {
        assert_eq!(decimal(text.as_bytes(), 38, scale), Some(value), "{text}");
    }
}

#[test]
fn decimal_that_would_lose_digits_is_rejected() {
    for (text, precision, scale) in [
        ("0.123", 10, 2),
        ("1E-3", 10, 2),
        ("-1.5E-2", 10, 2),
        ("1000", 3, 0),
        ("100", 3, 1),
        ("-100", 3, 1),
        ("1E+3", 3, 0),
        ("1E+38", 38, 0),
        ("1E+9223372036854775807", 38, 0),
        ("1E-9223372036854775808", 38, 38),
        ("1E+99999999999999999999", 38, 0),
        ("100000000000000000000000000000000000000", 38, 0),
        ("170141183460469231731687303715884105728", 38, 0),
    ] {
        assert_eq!(decimal(text.as_bytes(), precision, scale), None, "{text}");
    }
}

#[test]
fn text_that_is_not_a_decimal_is_rejected() {
    for text in [
        "", "-", "+", ".", "-.", "1.2.3", "x", " 1", "1 ", "1,5", "--1", "1-", "NaN", "1e", "1e+",
        "e5", ".e5", "1e5.0", "1e5e5", "1e 5", "0x10", "\u{0661}",
    ] {
        assert_eq!(decimal(text.as_bytes(), 10, 2), None, "{text}");
    }
}

#[test]
fn date_with_a_time_loses_the_time() {
    for text in [
        "2024-02-29",
        "+2024-02-29",
        "2024-02-29 00:00:00",
        "2024-02-29 00:00:00.0",
        "2024-02-29T23:59:59.999999999",
        "2024-02-29 12:34",
        "2024-02-29 00:30:00+01:00",
    ] {
        assert_eq!(date(text.as_bytes()), Some(LEAP_DAY), "{text}");
    }
    for text in [
        "",
        "2023-02-29",
        "2024-02-29 ",
        "2024-02-29T",
        "2024-02-29 x",
        "2024-02-29 24:00:00",
        "2024-02-29x",
        "2024-02-29Z",
        " 2024-02-29",
        "2024-2-29",
        "20240229",
        "5881580-07-12",
    ] {
        assert_eq!(date(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn years_in_the_format_of_spark_are_read() {
    for (text, days) in [
        ("0999-12-31", -354_286),
        ("0001-01-01", -719_162),
        ("0000-01-01", -719_528),
        ("-0001-12-31", -719_529),
        ("-0044-03-15", -735_525),
        ("-10000-01-01", -4_371_953),
        ("9999-12-31", 2_932_896),
        ("+10000-01-01", 2_932_897),
        ("+123456-07-08", 44_372_039),
    ] {
        assert_eq!(date(text.as_bytes()), Some(days), "{text}");
        let midnight = format!("{text} 00:00:00");
        assert_eq!(timestamp(midnight.as_bytes()), Some(i64::from(days) * DAY), "{text}");
    }
}

#[test]
fn timestamp_is_truncated_to_microseconds() {
    for (text, micros) in [
        ("2024-02-29 12:34:56.123456", 1_709_210_096_123_456),
        ("2024-02-29 12:34:56.123456789", 1_709_210_096_123_456),
        ("2024-02-29 12:34:56.1234569", 1_709_210_096_123_456),
        ("2024-02-29 12:34:56.99999999999999", 1_709_210_096_999_999),
        ("1970-01-01 00:00:00.000000999", 0),
        ("1969-12-31 23:59:59.999999999", -1),
        ("1969-12-31 23:59:59.9999985", -2),
        ("0001-01-01 00:00:00.0000001", -719_162 * DAY),
    ] {
        assert_eq!(timestamp(text.as_bytes()), Some(micros), "{text}");
    }
}

#[test]
fn timestamp_with_an_offset_is_converted_to_utc() {
    let noon = i64::from(LEAP_DAY) * DAY + DAY / 2;
    for text in [
        "2024-02-29 12:00:00",
        "2024-02-29T12:00:00",
        "2024-02-29T12:00:00Z",
        "2024-02-29 12:00:00Z",
        "2024-02-29 12:00:00.000Z",
        "2024-02-29 12:00Z",
        "2024-02-29 12:00:00 Z",
        "2024-02-29 12:00:00 UTC",
        "2024-02-29 12:00:00UTC",
        "2024-02-29 12:00:00+00:00",
        "2024-02-29 13:30:00+01:30",
        "2024-02-29 13:30:00.000 +01:30",
        "2024-02-29 13:30+0130",
        "2024-02-29 13:00+01",
        "2024-02-29T04:00:00-08:00",
        "2024-03-01T06:00:00+18:00",
        "2024-02-28T18:00:00-18:00",
    ] {
        assert_eq!(timestamp(text.as_bytes()), Some(noon), "{text}");
    }
}

#[test]
fn timestamp_may_lack_its_seconds_or_its_time() {
    let day = i64::from(LEAP_DAY) * DAY;
    for (text, micros) in [
        ("2024-02-29 12:34", day + 45_240_000_000),
        ("2024-02-29T12:34", day + 45_240_000_000),
        ("2024-02-29 00:00", day),
        ("2024-02-29 12:34+01:00", day + 41_640_000_000),
        ("2024-02-29", day),
        ("1969-12-31", -DAY),
        ("0001-01-01", -719_162 * DAY),
        ("+10000-01-01", 2_932_897 * DAY),
    ] {
        assert_eq!(timestamp(text.as_bytes()), Some(micros), "{text}");
    }
}

#[test]
fn text_that_is_not_a_timestamp_is_rejected() {
    for text in [
        "",
        "x",
        "yesterday",
        "2024-02-30 00:00:00",
        "2024-02-29 ",
        "2024-02-29T",
        "2024-02-29 12",
        "2024-02-29 12:",
        "2024-02-29 12:34:",
        "2024-02-29 12:34:5",
        "2024-02-29 24:00:00",
        "2024-02-29 12:60:00",
        "2024-02-29 12:34:60",
        "2024-02-29 12:34:56.",
        "2024-02-29 12:34:56.Z",
        "2024-02-29 12:34:56 ",
        "2024-02-29 12:34:56z",
        "2024-02-29 12:34:56+1",
        "2024-02-29 12:34:56+18:01",
        "2024-02-29 12:34:56+01:00x",
        "2024-02-29 12:34:56+01:",
        "2024-02-29 12:34:56 Europe/Paris",
        "2024-02-29  12:34:56",
        "2024-02-29_12:34:56",
        "+294247-01-10 04:00:54.775808",
        "-290308-12-21 19:59:05.224191",
        "+294247-01-10 04:00:54.775807-00:01",
        "5881580-07-11",
    ] {
        assert_eq!(timestamp(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn timestamps_at_the_ends_of_their_range_are_read() {
    for (text, micros) in [
        ("-290308-12-21 19:59:05.224192", i64::MIN),
        ("-290308-12-21 20:59:05.224192+01:00", i64::MIN),
        ("+294247-01-10 04:00:54.775807", i64::MAX),
        ("+294247-01-10 04:00:54.775807999", i64::MAX),
        ("+294247-01-10 05:00:54.775807+01:00", i64::MAX),
    ] {
        assert_eq!(timestamp(text.as_bytes()), Some(micros), "{text}");
    }
}

/// Parses a string between others, as in a column.
fn usual_decimal(decimals: &Decimals, text: &str) -> Option<i128> {
    let raw = format!("1234567890123456{text}7890.12345");
    decimals.parse(raw.as_bytes(), 16..16 + text.len())
}

#[test]
fn usual_formats_are_read_by_the_fast_path() {
    for (text, precision, scale) in [
        ("1", 1, 0),
        ("-1", 1, 0),
        ("123456789012345678", 18, 0),
        ("0.5", 2, 1),
        ("-999999999999.999999", 18, 6),
        ("12345678901234567.8", 18, 1),
        ("1234.12345678901234", 18, 14),
        ("-0.00", 38, 2),
    ] {
        let decimals = Decimals::new(precision, scale).unwrap();
        let value = usual_decimal(&decimals, text);
        assert!(value.is_some(), "{text}");
        assert_eq!(value, decimal(text.as_bytes(), precision, scale), "{text}");
    }
    for text in ["2024-02-29", "0000-01-01", "9999-12-31"] {
        assert!(usual::date(text.as_bytes()).is_some(), "{text}");
    }
    for text in [
        "2024-02-29 12:34:56",
        "2024-02-29T12:34:56",
        "2024-02-29 12:34:56.1",
        "2024-02-29 12:34:56.123456",
    ] {
        assert!(usual::timestamp(text.as_bytes()).is_some(), "{text}");
    }
}

#[test]
fn days_of_forty_millennia_are_consecutive() {
    let mut next = -8_024_378; // -20000-01-01
    for year in -20_000_i64..=20_000 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let february = if leap { 29 } else { 28 };
        for (month, length) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
            let mut text = calendar::date_text(year, month, 1).into_bytes();
            for day in 1..=31 {
                if let [.., tens, ones] = &mut text[..] {
                    (*tens, *ones) = (b'0' + day / 10, b'0' + day % 10);
                }
                let expected = (day <= length).then_some(next);
                assert_eq!(date(&text), expected, "{year} {month} {day}");
                if (0..=9_999).contains(&year) {
                    assert_eq!(usual::date(&text), expected, "{year} {month} {day}");
                }
                next += i32::from(day <= length);
            }
        }
    }
}

/// A string with some bytes replaced, removed or duplicated.
fn near(valid: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(b"0123456789".to_vec()),
        prop::sample::select(b"+-.:/ TZeE\x00\xff".to_vec()),
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, byte), 0..3);
    (valid, edits).prop_map(|(valid, edits)| {
        let mut bytes = valid.into_bytes();
        for (index, edit, byte) in edits {
            if bytes.is_empty() {
                continue;
            }
            let at = index.index(bytes.len());
            match edit {
                0 | 1 => bytes[at] = byte,
                2 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn usual_decimals_agree_with_the_general_rules(
        text in near("[+-]?[0-9]{0,20}(\\.[0-9]{0,16})?([eE][+-]?[0-9]{1,2})?"),
        before in prop::collection::vec(any::<u8>(), 0..24),
        after in prop::collection::vec(any::<u8>(), 0..3),
        precision in 1..=38_u8,
        scale in 0..=14_u8,
    ) {
        let scale = scale.min(precision);
        let decimals = Decimals::new(precision, scale).unwrap();
        let raw = [&before[..], &text, &after].concat();
        let usual = decimals.parse(&raw, before.len()..before.len() + text.len());
        if usual.is_some() {
            prop_assert_eq!(usual, decimal(&text, precision, scale));
        }
    }

    #[test]
    fn decimals_of_the_column_round_trip(
        value in -10_i128.pow(18) + 1..10_i128.pow(18),
        digits in 1..=18_u32,
        scale in 0..=14_usize,
    ) {
        let (value, precision) = (value % 10_i128.pow(digits), digits as u8);
        let scale = scale.min(digits as usize);
        let number = format!("{:0width$}", value.abs(), width = scale + 1);
        let (whole, places) = number.split_at(number.len() - scale);
        let point = if scale > 0 { "." } else { "" };
        let text = format!("{}{whole}{point}{places}", if value < 0 { "-" } else { "" });
        let decimals = Decimals::new(precision, scale as u8).unwrap();
        prop_assert_eq!(usual_decimal(&decimals, &text), Some(value));
        prop_assert_eq!(decimal(text.as_bytes(), precision, scale as u8), Some(value));
    }

    #[test]
    fn usual_dates_agree_with_the_general_rules(
        text in near("[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]"),
    ) {
        let usual = usual::date(&text);
        if usual.is_some() {
            prop_assert_eq!(usual, date(&text));
        }
    }

    #[test]
    fn usual_timestamps_agree_with_the_general_rules(
        text in near("[0-9]{4}-(0[1-9]|1[0-2])-[0-2][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,8})?Z?"),
    ) {
        let usual = usual::timestamp(&text);
        if usual.is_some() {
            prop_assert_eq!(usual, timestamp(&text));
        }
    }

    #[test]
    fn timestamps_round_trip(micros in any::<i64>(), small in -62_167_219_200_000_000..253_402_300_800_000_000_i64) {
        for micros in [micros, small] {
            let text = calendar::local_text(micros);
            prop_assert_eq!(timestamp(text.as_bytes()), Some(micros));
            prop_assert_eq!(timestamp(calendar::utc_text(micros).as_bytes()), Some(micros));
        }
        let text = calendar::local_text(small);
        prop_assert_eq!(usual::timestamp(text.as_bytes()), Some(small));
    }

    #[test]
    fn strict_text_is_read_the_same_by_the_general_rules(
        text in near("[0-9]{4}-(0[1-9]|1[0-2])-[0-2][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?"),
    ) {
        if let Some(strict) = calendar::timestamp(&text) {
            let utc = strict.local_micros - strict.offset_seconds.unwrap_or(0) * 1_000_000;
            prop_assert_eq!(timestamp(&text), Some(utc));
        }
        if let Some(days) = calendar::date(&text) {
            prop_assert_eq!(date(&text), Some(days));
        }
    }
}
