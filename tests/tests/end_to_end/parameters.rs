//! Parameters: every type arrives unchanged, and unsupported values are rejected before they are
//! sent.

use std::time::{Duration, SystemTime};

use dbsql::arrow::array::RecordBatch;
use dbsql::{ErrorKind, SqlType, Statement, Value};

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{connection, is_spark, texts};

/// The values of a result with one row, as text.
async fn row(over: SqlProtocol, statement: Statement) -> Vec<Option<String>> {
    let rows = connection(over).await.execute(statement).await.unwrap();
    let batches: Vec<RecordBatch> = rows.fetch_all().await.unwrap();
    (0..batches[0].num_columns()).map(|column| texts(&batches, column)[0].clone()).collect()
}

fn cases() -> Vec<(Value, &'static str, Option<&'static str>)> {
    let decimal = |digits| Value::decimal(digits).unwrap();
    let date = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    vec![
        (true.into(), "boolean", Some("true")),
        (Value::tinyint(-128), "tinyint", Some("-128")),
        (Value::smallint(300), "smallint", Some("300")),
        (7.into(), "int", Some("7")),
        (i64::MIN.into(), "bigint", Some("-9223372036854775808")),
        (u64::MAX.into(), "decimal(20,0)", Some("18446744073709551615")),
        (0.5_f32.into(), "float", Some("0.5")),
        (0.1.into(), "double", Some("0.1")),
        (decimal("-12.50"), "decimal(4,2)", Some("-12.50")),
        (decimal("1e-3"), "decimal(3,3)", Some("0.001")),
        (rust_decimal::Decimal::new(125, 1).into(), "decimal(3,1)", Some("12.5")),
        (" it's -- \u{1f980}".into(), "string", Some(" it's -- \u{1f980}")),
        (Value::date("2024-02-29").unwrap(), "date", Some("2024-02-29")),
        (date.into(), "date", Some("2024-02-29")),
        (jiff::civil::date(2024, 2, 29).into(), "date", Some("2024-02-29")),
        (
            Value::timestamp("2024-02-29 12:34:56.5+01:00").unwrap(),
            "timestamp",
            Some("2024-02-29 11:34:56.5"),
        ),
        (SystemTime::UNIX_EPOCH.into(), "timestamp", Some("1970-01-01 00:00:00")),
        (jiff::Timestamp::UNIX_EPOCH.into(), "timestamp", Some("1970-01-01 00:00:00")),
        (
            Value::timestamp_ntz("2024-02-29 12:34:56.123456").unwrap(),
            "timestamp_ntz",
            Some("2024-02-29 12:34:56.123456"),
        ),
        (None::<i32>.into(), "void", None),
        (Value::null_of(SqlType::Date), "date", None),
    ]
}

async fn every_type_arrives_as_itself_named_and_positional(over: SqlProtocol) {
    if is_spark() {
        let error = connection(over).await.execute(Statement::new("select ?").bind_next(1)).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        return;
    }
    for (value, sql_type, text) in cases() {
        let expected = [Some(sql_type.to_owned()), text.map(str::to_owned)];
        let named =
            Statement::new("select typeof(:x), cast(:x as string)").bind("x", value.clone());
        assert_eq!(row(over, named).await, expected, "{value:?}");
        let positional = Statement::new("select typeof(?), cast(? as string)")
            .bind_next(value.clone())
            .bind_next(value.clone());
        assert_eq!(row(over, positional).await, expected, "{value:?}");
    }
}

async fn bytes_intervals_and_collections_arrive_as_themselves(over: SqlProtocol) {
    if is_spark() {
        return;
    }
    let binary = Statement::new("select typeof(unhex(:b)), hex(unhex(:b))")
        .bind("b", Value::hex([0, 255, 16]));
    assert_eq!(row(over, binary).await, [Some("binary".to_owned()), Some("00FF10".to_owned())]);

    let intervals = Statement::new(
        "select typeof(:months), typeof(:days), cast(timestamp_ntz'2024-01-01 00:00:00' + :days as string)",
    )
    .bind("months", Value::interval_months(14))
    .bind("days", Duration::from_millis(93_784_500));
    let expected = ["interval year to month", "interval day to second", "2024-01-02 02:03:04.5"];
    assert_eq!(row(over, intervals).await, expected.map(|text| Some(text.to_owned())));

    let collections = Statement::new(
        "select typeof(:list), cast(:list[1] as string), typeof(:map), cast(:map['b'] as string)",
    )
    .bind("list", Value::array([1, 2]))
    .bind("map", Value::map([("a", 1.5), ("b", 2.5)]));
    let expected = ["array<int>", "2", "map<string,double>", "2.5"];
    if over == SqlProtocol::Sea {
        let error = connection(over).await.execute(collections).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        return;
    }
    assert_eq!(row(over, collections).await, expected.map(|text| Some(text.to_owned())));
}

async fn text_of_a_parameter_is_never_sql(over: SqlProtocol) {
    if is_spark() {
        return;
    }
    let attack = "x'); DROP TABLE t; --";
    let statement = Statement::new("select :x = ? , length(:x)").bind("x", attack);
    // Mixing named and positional parameters is rejected before anything is sent.
    let error = connection(over).await.execute(statement.bind_next("y")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let statement = Statement::new("select :x, cast(length(:x) as string)").bind("x", attack);
    let expected = [attack.to_owned(), attack.len().to_string()];
    assert_eq!(row(over, statement).await, expected.map(Some));
}

over_both! {
    #[tokio::test]
    every_type_arrives_as_itself_named_and_positional,
    bytes_intervals_and_collections_arrive_as_themselves,
    text_of_a_parameter_is_never_sql,
}
