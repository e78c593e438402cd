//! Queries: literals, names, operators, functions.

use crate::support::{Warehouse, check};

#[test]
fn query_of_the_readme() {
    let warehouse = Warehouse::new();
    warehouse.check(
        "SELECT 'foo' `p`, * FROM RANGE(3)",
        &["p: Utf8, id: Int64", "foo|0", "foo|1", "foo|2"],
    );
}

#[test]
fn literals_have_the_types_of_databricks() {
    for (sql, expected) in [
        ("SELECT 1", ["1: Int32", "1"]),
        ("SELECT -1", ["-1: Int32", "-1"]),
        ("SELECT 2147483647", ["2147483647: Int32", "2147483647"]),
        ("SELECT 2147483648", ["2147483648: Int64", "2147483648"]),
        ("SELECT -2147483648", ["-2147483648: Int32", "-2147483648"]),
        ("SELECT -9223372036854775808", ["-9223372036854775808: Int64", "-9223372036854775808"]),
        (
            "SELECT 9223372036854775808",
            ["9223372036854775808: Decimal128(19, 0)", "9223372036854775808"],
        ),
        ("SELECT 1.5", ["1.5: Decimal128(2, 1)", "1.5"]),
        ("SELECT -0.05", ["-0.05: Decimal128(2, 2)", "-0.05"]),
        ("SELECT 1.5D", ["1.5: Float64", "1.5"]),
        ("SELECT 1.5F", ["1.5: Float32", "1.5"]),
        ("SELECT 1.5BD", ["1.5: Decimal128(2, 1)", "1.5"]),
        ("SELECT 5L", ["5: Int64", "5"]),
        ("SELECT 5S", ["5: Int16", "5"]),
        ("SELECT 5Y", ["5: Int8", "5"]),
        ("SELECT 1e3", ["1000.0: Float64", "1000.0"]),
        ("SELECT X'1aFF'", ["X'1AFF': Binary", "1aff"]),
        ("SELECT 'a'", ["a: Utf8", "a"]),
        ("SELECT \"a\"", ["a: Utf8", "a"]),
        (r"SELECT 'it\'s' AS q", ["q: Utf8", "it's"]),
        ("SELECT 'a' 'b' AS q", ["q: Utf8", "ab"]),
        ("SELECT TRUE", ["true: Boolean", "true"]),
        ("SELECT NULL", ["NULL: Null", "NULL"]),
        ("SELECT DATE '2024-02-29' AS d", ["d: Date32", "2024-02-29"]),
        (
            "SELECT TIMESTAMP '2024-02-29 12:30:00' AS t",
            ["t: Timestamp(µs, \"UTC\")", "2024-02-29T12:30:00Z"],
        ),
        (
            "SELECT CAST('2024-02-29 12:30:00.123456' AS TIMESTAMP_NTZ) AS t",
            ["t: Timestamp(µs)", "2024-02-29T12:30:00.123456"],
        ),
    ] {
        check(sql, &expected);
    }
}

#[test]
fn column_names_match_spark() {
    let warehouse = Warehouse::new();
    for (sql, expected) in [
        ("SELECT 1 AS Foo", "Foo: Int32"),
        ("SELECT 1 `Foo Bar`", "Foo Bar: Int32"),
        ("SELECT ID FROM RANGE(1)", "ID: Int64"),
        ("SELECT `Id` FROM RANGE(1)", "Id: Int64"),
        ("SELECT r.id FROM RANGE(1) r", "id: Int64"),
        ("SELECT count(*) FROM RANGE(3)", "count(1): Int64"),
        ("SELECT COUNT(id), Sum(id) FROM RANGE(3)", "count(id): Int64, sum(id): Int64"),
        ("SELECT id + 1 FROM RANGE(1)", "(id + 1): Int64"),
        ("SELECT CAST(id AS INT) FROM RANGE(1)", "id: Int32"),
        ("SELECT upper('a')", "upper(a): Utf8"),
        ("SELECT id IS NULL FROM RANGE(1)", "(id IS NULL): Boolean"),
    ] {
        let output = warehouse.run(sql);
        assert_eq!(crate::support::lines(&output)[0], expected, "{sql}");
    }
}

#[test]
fn two_columns_may_have_the_same_name() {
    let warehouse = Warehouse::new();
    for (sql, expected) in [
        ("SELECT 1 AS a, 2 AS a", ["a: Int32, a: Int32", "1|2"]),
        ("SELECT 1, 1", ["1: Int32, 1: Int32", "1|1"]),
        ("SELECT id, * FROM RANGE(1)", ["id: Int64, id: Int64", "0|0"]),
        ("SELECT *, id + 1 AS id FROM RANGE(1)", ["id: Int64, id: Int64", "0|1"]),
        (
            "SELECT 7 AS id, *, 8 AS x FROM RANGE(1) ORDER BY x",
            ["id: Int32, id: Int64, x: Int32", "7|0|8"],
        ),
        (
            "SELECT * FROM RANGE(1) a JOIN RANGE(1) b ON a.id = b.id",
            ["id: Int64, id: Int64", "0|0"],
        ),
        ("SELECT a.id, b.id FROM RANGE(1) a, RANGE(1) b", ["id: Int64, id: Int64", "0|0"]),
    ] {
        warehouse.check(sql, &expected);
    }
    warehouse.fails(
        "SELECT id FROM RANGE(1) a, RANGE(1) b",
        "AMBIGUOUS_REFERENCE",
        "42704",
        "`id`",
    );
}

#[test]
fn ranges_return_their_numbers() {
    let warehouse = Warehouse::new();
    for (sql, expected) in [
        ("SELECT * FROM range(0)", &[][..]),
        ("SELECT * FROM range(-3)", &[]),
        ("SELECT * FROM range(2, 4)", &["2", "3"]),
        ("SELECT * FROM range(0, 7, 3)", &["0", "3", "6"]),
        ("SELECT * FROM range(0, 6, 3)", &["0", "3"]),
        ("SELECT * FROM range(3, 0, -2)", &["3", "1"]),
        ("SELECT * FROM Range(1 + 1)", &["0", "1"]),
        ("SELECT count(*) FROM range(100000)", &["100000"]),
        ("SELECT sum(id) FROM range(20000) WHERE id % 2 = 0", &["99990000"]),
        ("SELECT * FROM range(9223372036854775806, 9223372036854775807)", &["9223372036854775806"]),
    ] {
        warehouse.rows(sql, expected);
    }
    warehouse.fails("SELECT * FROM range(1, 2, 0)", "FAILED_FUNCTION_CALL", "38000", "step");
    warehouse.fails(
        "SELECT * FROM numbers(3)",
        "UNRESOLVABLE_TABLE_VALUED_FUNCTION",
        "42883",
        "numbers",
    );
}

#[test]
fn operators_match_spark() {
    let warehouse = Warehouse::new();
    for (sql, expected) in [
        ("SELECT 7 / 2", "3.5"),
        ("SELECT 7 DIV 2", "3"),
        ("SELECT -7 DIV 2", "-3"),
        ("SELECT 1 + 7 DIV 2 * 3", "10"),
        ("SELECT 7 % 4", "3"),
        ("SELECT 1.5D / 0.5D", "3.0"),
        ("SELECT 'a' || 'b'", "ab"),
        ("SELECT NULL <=> NULL", "true"),
        ("SELECT 1 <=> NULL", "false"),
        ("SELECT 1 == 1", "true"),
        ("SELECT 1 != 2", "true"),
        ("SELECT !TRUE", "false"),
        ("SELECT 'abc' RLIKE 'b.'", "true"),
        ("SELECT 'abc' NOT RLIKE 'x'", "true"),
        ("SELECT 'abc' LIKE 'a%'", "true"),
        ("SELECT 'a%c' LIKE 'a\\%c'", "true"),
        ("SELECT 'abc' LIKE 'a\\%c'", "false"),
        ("SELECT 2 IN (1, 2)", "true"),
        ("SELECT 2 BETWEEN 1 AND 3", "true"),
        ("SELECT CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END", "b"),
        ("SELECT DATE '2024-01-31' + INTERVAL 1 DAY", "2024-02-01"),
        ("SELECT DATE '2024-01-31' + INTERVAL '1' MONTH", "2024-02-29"),
    ] {
        warehouse.rows(sql, &[expected]);
    }
}

#[test]
fn casts_match_spark() {
    let warehouse = Warehouse::new();
    for (sql, expected) in [
        ("SELECT CAST('12' AS INT)", "12"),
        ("SELECT '12'::bigint", "12"),
        ("SELECT INT('12')", "12"),
        ("SELECT TRY_CAST('x' AS INT)", "NULL"),
        ("SELECT CAST('ab' AS BINARY)", "6162"),
        ("SELECT CAST(X'6162' AS STRING)", "ab"),
        ("SELECT CAST(1.5 AS STRING)", "1.5"),
        ("SELECT CAST(TRUE AS STRING)", "true"),
        ("SELECT CAST(TIMESTAMP '2024-01-02 03:04:05' AS STRING)", "2024-01-02 03:04:05"),
        ("SELECT CAST(TIMESTAMP '2024-01-02 03:04:05.120' AS STRING)", "2024-01-02 03:04:05.12"),
        ("SELECT CAST('1.239' AS DECIMAL(5, 2))", "1.24"),
        ("SELECT CAST('2024-01-02' AS DATE)", "2024-01-02"),
        ("SELECT typeof(CAST(NULL AS MAP<STRING, ARRAY<INT>>))", "map<string,array<int>>"),
        ("SELECT typeof(1.50)", "decimal(3,2)"),
    ] {
        warehouse.rows(sql, &[expected]);
    }
}

#[test]
fn functions_match_spark() {
    let warehouse = Warehouse::new();
    for (sql, expected) in [
        ("SELECT nvl(NULL, 2)", "2"),
        ("SELECT coalesce(NULL, 'a')", "a"),
        ("SELECT ifnull(NULL, 2)", "2"),
        ("SELECT if(1 > 0, 'a', 'b')", "a"),
        ("SELECT date_add(DATE '2024-01-31', 1)", "2024-02-01"),
        ("SELECT date_sub(DATE '2024-03-01', 1)", "2024-02-29"),
        ("SELECT datediff(DATE '2024-03-01', DATE '2024-02-28')", "2"),
        ("SELECT year(DATE '2024-03-01')", "2024"),
        ("SELECT month(DATE '2024-03-01'), day(DATE '2024-03-05')", "3|5"),
        ("SELECT extract(YEAR FROM DATE '2024-03-01')", "2024"),
        ("SELECT date_trunc('MONTH', TIMESTAMP '2024-03-05 10:00:00')", "2024-03-01T00:00:00Z"),
        ("SELECT concat('a', 'b', 'c')", "abc"),
        ("SELECT concat('a', 1)", "a1"),
        ("SELECT concat_ws('-', 'a', 'b')", "a-b"),
        ("SELECT substring('hello', 2, 3)", "ell"),
        ("SELECT substr('hello', -3)", "llo"),
        ("SELECT length('abc')", "3"),
        ("SELECT trim('  a ')", "a"),
        ("SELECT lpad('7', 3, '0')", "007"),
        ("SELECT replace('abc', 'b', 'x')", "axc"),
        ("SELECT split('a,b', ',')", "[a, b]"),
        ("SELECT split('a.b', '\\\\.')", "[a, b]"),
        ("SELECT date_format(DATE '2024-03-05', 'dd/MM/yyyy')", "05/03/2024"),
        ("SELECT to_date('05/03/2024', 'dd/MM/yyyy')", "2024-03-05"),
        ("SELECT to_timestamp('2024-03-05 01:02:03')", "2024-03-05T01:02:03Z"),
        ("SELECT count_if(id > 1) FROM range(4)", "2"),
        ("SELECT dayofweek(DATE '2024-03-03'), quarter(DATE '2024-03-03')", "1|1"),
        ("SELECT dayofyear(DATE '2024-02-01')", "32"),
        ("SELECT hour(TIMESTAMP '2024-03-05 01:02:03')", "1"),
        ("SELECT hex(255), unhex('6162')", "FF|6162"),
        ("SELECT md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
        ("SELECT round(2.5D), round(1.234D, 2)", "3.0|1.23"),
        ("SELECT abs(-3), ceil(1.2), floor(1.8)", "3|2|1"),
        ("SELECT greatest(1, 3, 2), least(3, 1)", "3|1"),
        ("SELECT pmod(-1, 3)", "2"),
        ("SELECT array(1, 2, 3)", "[1, 2, 3]"),
        ("SELECT array(1, 2)[0], array(1, 2)[1], get(array(1), 7)", "1|2|NULL"),
        ("SELECT map('a', 1)['a']", "1"),
        ("SELECT sequence(1, 3)", "[1, 2, 3]"),
        ("SELECT size(array(1, 2))", "2"),
        ("SELECT array_contains(array(1, 2), 2)", "true"),
        ("SELECT try_divide(1, 0)", "NULL"),
        ("SELECT named_struct('a', 1)", "{a: 1}"),
        ("SELECT current_catalog(), current_schema(), current_database()", "main|default|default"),
        ("SELECT current_catalog, current_user", "main|user@dbsql.local"),
        ("SELECT current_user()", "user@dbsql.local"),
        ("SELECT current_timezone()", "UTC"),
        ("SELECT version() LIKE '4.0.0 %'", "true"),
        ("SELECT current_date() > DATE '2020-01-01', now() > TIMESTAMP '2020-01-01'", "true|true"),
        ("SELECT CURRENT_TIMESTAMP > TIMESTAMP '2020-01-01', CURRENT_DATE IS NULL", "true|false"),
        ("SELECT length(uuid())", "36"),
        ("SELECT sleep(0.01)", "0.01"),
    ] {
        warehouse.rows(sql, &[expected]);
    }
}

#[test]
fn aggregates_windows_and_sorts_match_spark() {
    let warehouse = Warehouse::new();
    for (sql, expected) in [
        (
            "SELECT id % 2 AS k, count(*) AS n FROM range(5) GROUP BY 1 ORDER BY 1",
            &["0|3", "1|2"][..],
        ),
        ("SELECT id % 2, sum(id) FROM range(5) GROUP BY id % 2 HAVING sum(id) > 4", &["0|6"]),
        ("SELECT count(*) FROM range(4) GROUP BY id % 2 ORDER BY count(*)", &["2", "2"]),
        ("SELECT avg(id), max(id), min(id) FROM range(4)", &["1.5|3|0"]),
        ("SELECT count(DISTINCT id % 2) FROM range(4)", &["2"]),
        ("SELECT count(*) FILTER (WHERE id > 1) FROM range(4)", &["2"]),
        ("SELECT collect_list(id) FROM range(3)", &["[0, 1, 2]"]),
        ("SELECT DISTINCT id % 2 AS k FROM range(4) ORDER BY k", &["0", "1"]),
        ("SELECT id FROM range(5) ORDER BY id DESC LIMIT 2", &["4", "3"]),
        ("SELECT id FROM range(5) ORDER BY id LIMIT 2 OFFSET 1", &["1", "2"]),
        ("SELECT x FROM VALUES (1), (NULL), (2) AS t(x) ORDER BY x", &["NULL", "1", "2"]),
        ("SELECT x FROM VALUES (1), (NULL), (2) AS t(x) ORDER BY x DESC", &["2", "1", "NULL"]),
        ("SELECT * FROM VALUES (1, 'a'), (2, 'b')", &["1|a", "2|b"]),
        ("SELECT col1 FROM VALUES (1, 'a')", &["1"]),
        (
            "SELECT id, row_number() OVER (ORDER BY id DESC) FROM range(2) ORDER BY id",
            &["0|2", "1|1"],
        ),
        ("SELECT id, lag(id, 1) OVER (ORDER BY id) FROM range(2)", &["0|NULL", "1|0"]),
        (
            "SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM range(3)",
            &["0", "1", "3"],
        ),
        ("WITH a AS (SELECT 1 AS x) SELECT x + 1 FROM a", &["2"]),
        ("SELECT (SELECT max(id) FROM range(3)) AS m", &["2"]),
        (
            "SELECT id FROM range(3) a WHERE EXISTS (SELECT 1 FROM range(2) b WHERE a.id = b.id) ORDER BY id",
            &["0", "1"],
        ),
        ("SELECT 1 UNION ALL SELECT 2", &["1", "2"]),
        ("SELECT a.id FROM range(3) a LEFT ANTI JOIN range(2) b ON a.id = b.id", &["2"]),
        ("SELECT * EXCEPT (b) FROM VALUES (1, 2) AS t(a, b)", &["1"]),
    ] {
        warehouse.rows(sql, expected);
    }
}

#[test]
fn explain_shows_a_plan() {
    let warehouse = Warehouse::new();
    let output = warehouse.run("EXPLAIN SELECT * FROM RANGE(3)");
    assert!(crate::support::lines(&output)[1].contains("== Physical Plan =="));
}
