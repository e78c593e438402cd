//! `:name` and `?`.

use dbsql_local::engine::{Parameter, Query};

use crate::support::{Warehouse, lines, parameter};

fn with(sql: &str, parameters: Vec<Parameter>) -> Query {
    Query { sql: sql.to_owned(), parameters, ..Query::default() }
}

#[test]
fn query_with_a_named_parameter() {
    let query = with(
        "SELECT :param `p`, * FROM RANGE(2)",
        vec![parameter(Some("param"), "STRING", Some("foo"))],
    );
    let output = Warehouse::new().query(query).unwrap();
    assert_eq!(lines(&output), ["p: Utf8, id: Int64", "foo|0", "foo|1"]);
}

#[test]
fn each_type_keeps_its_type() {
    let warehouse = Warehouse::new();
    for (sql_type, value, expected) in [
        ("STRING", Some(" it's; DROP TABLE t --"), "Utf8| it's; DROP TABLE t --"),
        ("BOOLEAN", Some("True"), "Boolean|true"),
        ("TINYINT", Some("-128"), "Int8|-128"),
        ("SMALLINT", Some("7"), "Int16|7"),
        ("INT", Some("-2147483648"), "Int32|-2147483648"),
        ("INTEGER", Some("7"), "Int32|7"),
        ("BIGINT", Some("7"), "Int64|7"),
        ("BIGINT", Some("-9223372036854775808"), "Int64|-9223372036854775808"),
        ("FLOAT", Some("1.5"), "Float32|1.5"),
        ("DOUBLE", Some("1.5"), "Float64|1.5"),
        ("DOUBLE", Some("NaN"), "Float64|NaN"),
        ("DOUBLE", Some("-Infinity"), "Float64|-inf"),
        ("DECIMAL(10,2)", Some("-1.25"), "Decimal128(10, 2)|-1.25"),
        ("DATE", Some("2024-02-29"), "Date32|2024-02-29"),
        (
            "TIMESTAMP",
            Some("2024-02-29 01:02:03.000004+01:00"),
            "Timestamp(µs, \"UTC\")|2024-02-29T00:02:03.000004Z",
        ),
        ("TIMESTAMP", Some("2024-02-29T01:02:03Z"), "Timestamp(µs, \"UTC\")|2024-02-29T01:02:03Z"),
        ("TIMESTAMP_NTZ", Some("2024-02-29 01:02:03"), "Timestamp(µs)|2024-02-29T01:02:03"),
        ("INTERVAL YEAR TO MONTH", Some("1-2"), "Interval(YearMonth)|1 years 2 mons"),
        ("INTERVAL YEAR TO MONTH", Some("-1-2"), "Interval(YearMonth)|-2 years 10 mons"),
        ("INTERVAL DAY TO SECOND", Some("1 02:03:04.500000"), "Duration(µs)|PT93784.5S"),
        ("INTERVAL DAY TO SECOND", Some("-0 00:00:00.000001"), "Duration(µs)|-PT0.000001S"),
        ("VOID", None, "Null|NULL"),
        ("STRING", None, "Utf8|NULL"),
        ("INT", None, "Int32|NULL"),
        ("BINARY", Some("ab"), "Binary|6162"),
    ] {
        for (sql, name) in [("SELECT :x AS x", Some("x")), ("SELECT ? AS x", None)] {
            let output = warehouse.query(with(sql, vec![parameter(name, sql_type, value)]));
            let lines = lines(&output.unwrap_or_else(|error| panic!("{sql_type}: {error}")));
            assert_eq!(format!("{}|{}", &lines[0][3..], lines[1]), expected, "{sql_type}");
        }
    }
}

#[test]
fn markers_are_allowed_wherever_values_are() {
    let warehouse = Warehouse::new();
    let int = |value: &str| parameter(None, "INT", Some(value));
    for (sql, parameters, expected) in [
        ("SELECT id FROM range(?) ORDER BY id LIMIT ?", vec![int("5"), int("1")], vec!["0"]),
        (
            "SELECT id FROM range(5) WHERE id = ? OR id = ? ORDER BY id",
            vec![int("1"), int("3")],
            vec!["1", "3"],
        ),
        ("SELECT ? + ?, '?'", vec![int("1"), int("-2")], vec!["-1|?"]),
    ] {
        let output = warehouse.query(with(sql, parameters)).unwrap();
        assert_eq!(lines(&output)[1..], expected, "{sql}");
    }
    let twice = with("SELECT :a, :A, ':a'", vec![parameter(Some("a"), "INT", Some("4"))]);
    assert_eq!(lines(&warehouse.query(twice).unwrap())[1], "4|4|:a");
}

#[test]
fn arrays_and_maps_are_bound() {
    let warehouse = Warehouse::new();
    let element = |value: &str| parameter(None, "INT", Some(value));
    let array = Parameter {
        arguments: vec![element("1"), element("2")],
        ..parameter(Some("a"), "ARRAY", None)
    };
    let map = Parameter {
        arguments: vec![parameter(None, "STRING", Some("k")), element("1")],
        ..parameter(Some("m"), "MAP", None)
    };
    let output = warehouse.query(with("SELECT :a AS a, :m AS m", vec![array, map])).unwrap();
    assert_eq!(lines(&output)[1], "[1, 2]|{k: 1}");
}

#[test]
fn missing_or_malformed_parameter_is_an_error() {
    let warehouse = Warehouse::new();
    for (sql, parameters, class, state) in [
        (
            "SELECT :b",
            vec![parameter(Some("a"), "INT", Some("1"))],
            "UNBOUND_SQL_PARAMETER",
            "42P02",
        ),
        ("SELECT ?, ?", vec![parameter(None, "INT", Some("1"))], "UNBOUND_SQL_PARAMETER", "42P02"),
        ("SELECT :a", vec![], "UNBOUND_SQL_PARAMETER", "42P02"),
        ("SELECT :a", vec![parameter(Some("a"), "INT", Some("x"))], "CAST_INVALID_INPUT", "22018"),
        (
            "SELECT :a",
            vec![parameter(Some("a"), "TINYINT", Some("300"))],
            "CAST_INVALID_INPUT",
            "22018",
        ),
        (
            "SELECT :a",
            vec![parameter(Some("a"), "DATE", Some("soon"))],
            "CAST_INVALID_INPUT",
            "22018",
        ),
        (
            "SELECT :a",
            vec![parameter(Some("a"), "NONSENSE(", Some("1"))],
            "PARSE_SYNTAX_ERROR",
            "42601",
        ),
    ] {
        let error = warehouse.query(with(sql, parameters)).unwrap_err();
        let found = (error.error_class.as_deref(), error.sql_state.as_deref());
        assert_eq!(found, (Some(class), Some(state)), "{sql}: {error}");
    }
}
