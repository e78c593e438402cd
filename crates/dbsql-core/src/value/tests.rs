//! The SQL type and text of Rust values.

use super::*;

fn sent(value: impl Into<Value>) -> (String, Option<String>) {
    let value = value.into();
    assert!(value.check().is_ok(), "{value:?}");
    (value.type_name(), value.text().map(str::to_owned))
}

#[track_caller]
fn is(value: impl Into<Value>, sql_type: &str, text: &str) {
    assert_eq!(sent(value), (sql_type.to_owned(), Some(text.to_owned())));
}

#[track_caller]
fn rejected(result: Result<Value>) {
    assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn numbers_have_the_type_of_their_width() {
    is(true, "BOOLEAN", "true");
    is(7_i8, "INT", "7");
    is(-7_i16, "INT", "-7");
    is(i32::MIN, "INT", "-2147483648");
    is(u16::MAX, "INT", "65535");
    is(7_i64, "BIGINT", "7");
    is(u32::MAX, "BIGINT", "4294967295");
    is(u64::MAX, "DECIMAL(20,0)", "18446744073709551615");
    is(0.1_f32, "FLOAT", "0.1");
    is(0.1, "DOUBLE", "0.1");
    is(1e300, "DOUBLE", "1e300");
    is(-0.0, "DOUBLE", "-0.0");
    is(f64::NAN, "DOUBLE", "NaN");
    is(f64::NEG_INFINITY, "DOUBLE", "-Infinity");
    is(f32::INFINITY, "FLOAT", "Infinity");
    is(Value::tinyint(-128), "TINYINT", "-128");
    is(Value::smallint(300), "SMALLINT", "300");
}

#[test]
fn text_is_sent_unchanged() {
    is("it's; -- \0 '", "STRING", "it's; -- \0 '");
    is(String::from(" x "), "STRING", " x ");
    is('x', "STRING", "x");
    is(std::borrow::Cow::from("x"), "STRING", "x");
    is(Value::hex([0, 255, 16]), "STRING", "00FF10");
    is(Value::hex([]), "STRING", "");
}

#[test]
fn null_has_the_given_type() {
    assert_eq!(sent(None::<i32>), ("VOID".into(), None));
    assert_eq!(sent(Value::null()), ("VOID".into(), None));
    let decimal = SqlType::Decimal { precision: 10, scale: 2 };
    assert_eq!(sent(Value::null_of(decimal)), ("DECIMAL(10,2)".into(), None));
    assert_eq!(sent(Value::null_of(SqlType::Binary)), ("BINARY".into(), None));
    is(Some(7), "INT", "7");
    for (precision, scale) in [(0, 0), (39, 0), (2, 3)] {
        let wrong = Value::null_of(SqlType::Decimal { precision, scale });
        assert_eq!(wrong.check().unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn decimals_have_the_precision_of_their_digits() {
    for (digits, sql_type, text) in [
        ("12.50", "DECIMAL(4,2)", "12.50"),
        ("-12.50", "DECIMAL(4,2)", "-12.50"),
        ("+7", "DECIMAL(1,0)", "7"),
        ("0", "DECIMAL(1,0)", "0"),
        ("000", "DECIMAL(1,0)", "0"),
        ("0.00", "DECIMAL(2,2)", "0.00"),
        (".5", "DECIMAL(1,1)", "0.5"),
        ("5.", "DECIMAL(1,0)", "5"),
        ("-0.001", "DECIMAL(3,3)", "-0.001"),
        ("00012.3", "DECIMAL(3,1)", "12.3"),
        ("1.25e3", "DECIMAL(4,0)", "1250"),
        ("1.25E-3", "DECIMAL(5,5)", "0.00125"),
        ("0e30", "DECIMAL(1,0)", "0"),
        (
            "99999999999999999999999999999999999999",
            "DECIMAL(38,0)",
            "99999999999999999999999999999999999999",
        ),
        (
            "0.99999999999999999999999999999999999999",
            "DECIMAL(38,38)",
            "0.99999999999999999999999999999999999999",
        ),
    ] {
        is(Value::decimal(digits).unwrap(), sql_type, text);
    }
    for digits in [
        "",
        "-",
        ".",
        "1,5",
        "1.2.3",
        "0x1",
        "1e",
        "1e999999999999",
        "1e39",
        "1e-39",
        "-2147483648e-2147483648",
        "NaN",
        " 1",
        "１",
        "999999999999999999999999999999999999999",
        "1.99999999999999999999999999999999999999",
    ] {
        rejected(Value::decimal(digits));
    }
    is(Value::decimal_from_parts(-1250, 2).unwrap(), "DECIMAL(4,2)", "-12.50");
    is(Value::decimal_from_parts(0, 3).unwrap(), "DECIMAL(3,3)", "0.000");
    is(Value::decimal_from_parts(5, 0).unwrap(), "DECIMAL(1,0)", "5");
    rejected(Value::decimal_from_parts(i128::MIN, 0));
    rejected(Value::decimal_from_parts(1, 39));
}

#[test]
fn dates_and_timestamps_are_checked_and_sent_unchanged() {
    for date in ["2024-02-29", "0001-01-01", "9999-12-31", "-0044-03-15", "+12024-01-01"] {
        is(Value::date(date).unwrap(), "DATE", date);
    }
    for date in [
        "2023-02-29",
        "2024-13-01",
        "2024-00-01",
        "2024-1-1",
        "24-01-01",
        "",
        "x",
        "1900-02-29",
        "9999999-01-01",
    ] {
        rejected(Value::date(date));
    }
    for time in [
        "2024-02-29 12:34:56",
        "2024-02-29T12:34:56Z",
        "2024-02-29 12:34:56.123456+01:00",
        "2024-02-29 00:00:00.1-18:00",
        "-290308-12-21 19:59:05.224192",
    ] {
        is(Value::timestamp(time).unwrap(), "TIMESTAMP", time);
    }
    is(
        Value::timestamp_ntz("2024-02-29 12:34:56.5").unwrap(),
        "TIMESTAMP_NTZ",
        "2024-02-29 12:34:56.5",
    );
    for time in [
        "2024-02-29",
        "2024-02-29 24:00:00",
        "2024-02-29 12:60:00",
        "2024-02-29 12:34",
        "2024-02-29 12:34:56.",
        "2024-02-29 12:34:56.1234567",
        "2024-02-29 12:34:56+1",
        "2024-02-29 12:34:56+19:00",
        "2024-02-29 12:34:56+18:01",
        "+294248-01-01 00:00:00",
        "2024-02-29 12:34:56 Europe/Paris",
        "2024-02-30 12:34:56",
    ] {
        rejected(Value::timestamp(time));
    }
    rejected(Value::timestamp_ntz("2024-02-29 12:34:56Z"));
}

#[test]
fn system_times_are_sent_in_utc() {
    use std::time::{Duration, SystemTime};
    let epoch = SystemTime::UNIX_EPOCH;
    is(epoch, "TIMESTAMP", "1970-01-01 00:00:00.000000+00:00");
    is(
        epoch + Duration::new(1_709_210_096, 123_456_789),
        "TIMESTAMP",
        "2024-02-29 12:34:56.123456+00:00",
    );
    is(epoch - Duration::from_nanos(1), "TIMESTAMP", "1969-12-31 23:59:59.999999+00:00");
    is(Duration::from_millis(93_784_500), "INTERVAL DAY TO SECOND", "1 02:03:04.500000");
}

#[test]
fn intervals_have_the_text_of_their_sql_type() {
    for (months, text) in [(14, "1-2"), (-14, "-1-2"), (0, "0-0"), (i32::MIN, "-178956970-8")] {
        is(Value::interval_months(months), "INTERVAL YEAR TO MONTH", text);
    }
    for (micros, text) in [
        (93_784_500_000, "1 02:03:04.500000"),
        (-1, "-0 00:00:00.000001"),
        (0, "0 00:00:00.000000"),
        (i64::MIN, "-106751991 04:00:54.775808"),
    ] {
        is(Value::interval_microseconds(micros), "INTERVAL DAY TO SECOND", text);
    }
}

#[test]
fn elements_of_a_collection_must_have_one_type() {
    let check = |value: Value| value.check().map_err(|error| error.to_string());
    assert!(check(Value::array([1, 2])).is_ok());
    assert!(check(Value::array([Some(1), None])).is_ok());
    assert!(check(Value::array::<i32>([])).is_ok());
    assert!(check(Value::array([Value::array([1]), Value::array([2, 3])])).is_ok());
    assert!(check(Value::map([("a", 1), ("b", 2)])).is_ok());
    let mixed = [Value::from(1), Value::from(2_i64)];
    assert!(check(Value::array(mixed.clone())).unwrap_err().contains("INT and BIGINT"));
    assert!(check(Value::map([("a", Value::array(mixed))])).unwrap_err().contains("INT"));
    assert!(check(Value::map([(None::<&str>, 1)])).unwrap_err().contains("NULL"));
    assert!(check(Value::map([(Value::null_of(SqlType::Int), 1)])).is_err());
    let values = [("a", Value::from(1)), ("b", Value::from("x"))];
    assert!(check(Value::map(values)).unwrap_err().contains("values of a map"));
}

#[test]
fn decimals_of_a_collection_have_a_common_type() {
    let decimal = |digits| Value::decimal(digits).unwrap();
    let array = Value::array([decimal("1.5"), decimal("1000"), decimal("0.125")]);
    let types: Vec<_> =
        array.arguments().unwrap().into_iter().map(|element| sent(element.clone())).collect();
    let expected = ["1.5", "1000", "0.125"].map(|text| ("DECIMAL(7,3)".into(), Some(text.into())));
    assert_eq!(types, expected);
    let too_wide = Value::array([decimal(&"9".repeat(38)), decimal("0.5")]);
    assert!(too_wide.check().is_err());
}

#[cfg(feature = "chrono-04")]
#[test]
fn chrono() {
    use ::chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
    let date = |year| NaiveDate::from_ymd_opt(year, 2, 28).unwrap();
    is(date(2024), "DATE", "2024-02-28");
    is(date(-44), "DATE", "-0044-02-28");
    is(date(12024), "DATE", "+12024-02-28");
    let local = date(2024).and_hms_nano_opt(12, 34, 56, 123_456_789).unwrap();
    is(local, "TIMESTAMP_NTZ", "2024-02-28 12:34:56.123456");
    let offset = FixedOffset::east_opt(3600).unwrap();
    let time: DateTime<FixedOffset> = local.and_local_timezone(offset).unwrap();
    is(time, "TIMESTAMP", "2024-02-28 11:34:56.123456+00:00");
    is(time.to_utc(), "TIMESTAMP", "2024-02-28 11:34:56.123456+00:00");
    is(TimeDelta::milliseconds(-1500), "INTERVAL DAY TO SECOND", "-0 00:00:01.500000");
}

#[cfg(feature = "jiff-02")]
#[test]
fn jiff() {
    use ::jiff::civil::date;
    use ::jiff::tz::{TimeZone, offset};
    use ::jiff::{SignedDuration, Timestamp};
    is(date(2024, 2, 28), "DATE", "2024-02-28");
    is(date(-44, 2, 28), "DATE", "-0044-02-28");
    let local = date(2024, 2, 28).at(12, 34, 56, 123_456_789);
    is(local, "TIMESTAMP_NTZ", "2024-02-28 12:34:56.123456");
    let zoned = local.to_zoned(TimeZone::fixed(offset(1))).unwrap();
    is(zoned.timestamp(), "TIMESTAMP", "2024-02-28 11:34:56.123456+00:00");
    is(zoned, "TIMESTAMP", "2024-02-28 11:34:56.123456+00:00");
    is(Timestamp::from_nanosecond(-1).unwrap(), "TIMESTAMP", "1969-12-31 23:59:59.999999+00:00");
    is(SignedDuration::from_millis(-1500), "INTERVAL DAY TO SECOND", "-0 00:00:01.500000");
}

#[cfg(feature = "rust_decimal-1")]
#[test]
fn rust_decimal() {
    use ::rust_decimal::Decimal;
    is(Decimal::new(-1250, 2), "DECIMAL(4,2)", "-12.50");
    is(Decimal::MAX, "DECIMAL(29,0)", "79228162514264337593543950335");
    is(Decimal::new(1, 28), "DECIMAL(28,28)", "0.0000000000000000000000000001");
}
