//! Errors have Spark's class and SQLSTATE.

use crate::support::Warehouse;

#[test]
fn errors_have_the_class_and_sqlstate_of_spark() {
    let warehouse = Warehouse::new();
    for (sql, class, state, words) in [
        ("SELEC 1", "PARSE_SYNTAX_ERROR", "42601", "'SELEC'"),
        ("SELECT * FORM t", "PARSE_SYNTAX_ERROR", "42601", "line 1, pos"),
        ("SELECT (1", "PARSE_SYNTAX_ERROR", "42601", "end of input"),
        ("SELECT 'a", "PARSE_SYNTAX_ERROR", "42601", ""),
        ("", "PARSE_SYNTAX_ERROR", "42601", "empty"),
        ("-- nothing", "PARSE_SYNTAX_ERROR", "42601", "empty"),
        ("SELECT 1; SELECT 2", "PARSE_SYNTAX_ERROR", "42601", "one statement"),
        ("SELECT * FROM missing", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`missing`"),
        ("SELECT * FROM a.b.c", "NO_SUCH_CATALOG_EXCEPTION", "42704", "`a`"),
        ("SELECT idd FROM range(3)", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", "[`id`]"),
        ("SELECT x.id FROM range(3) r", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", "`x`.`id`"),
        ("SELECT nofunction(1)", "UNRESOLVED_ROUTINE", "42883", "`nofunction`"),
        ("SELECT 1 / 0", "DIVIDE_BY_ZERO", "22012", "try_divide"),
        ("SELECT 1.0 / 0", "DIVIDE_BY_ZERO", "22012", ""),
        ("SELECT 1 DIV 0", "DIVIDE_BY_ZERO", "22012", ""),
        ("SELECT 1 % 0", "DIVIDE_BY_ZERO", "22012", ""),
        ("SELECT 10 / (id - 1) FROM range(3)", "DIVIDE_BY_ZERO", "22012", ""),
        ("SELECT 2147483647 + 1", "ARITHMETIC_OVERFLOW", "22003", ""),
        (
            "SELECT id * 2 FROM range(9223372036854775806, 9223372036854775807)",
            "ARITHMETIC_OVERFLOW",
            "22003",
            "",
        ),
        ("SELECT CAST(300 AS TINYINT)", "CAST_OVERFLOW", "22003", "300"),
        ("SELECT CAST('abc' AS INT)", "CAST_INVALID_INPUT", "22018", "'abc'"),
        ("SELECT CAST('abc' AS DATE)", "CAST_INVALID_INPUT", "22018", "abc"),
        ("SELECT CAST('abc' AS TIMESTAMP)", "CAST_INVALID_INPUT", "22018", "abc"),
        ("SELECT CAST('abc' AS DECIMAL(5,2))", "CAST_INVALID_INPUT", "22018", "abc"),
        ("SELECT CAST(1 AS GEOMETRY)", "UNSUPPORTED_FEATURE", "0A000", "GEOMETRY"),
        ("SELECT raise_error('my words')", "USER_RAISED_EXCEPTION", "P0001", "my words"),
        ("SELECT id, count(*) FROM range(3)", "MISSING_GROUP_BY", "42803", ""),
        (
            "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
            "TABLE_OR_VIEW_NOT_FOUND",
            "42P01",
            "`t`",
        ),
        (
            "SELECT * FROM range(3) PIVOT (count(*) FOR id IN (ANY))",
            "UNSUPPORTED_FEATURE",
            "0A000",
            "PIVOT",
        ),
        ("OPTIMIZE t", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`t`"),
        ("ALTER TABLE t ADD COLUMN a INT", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`t`"),
        ("ALTER SCHEMA s SET OWNER TO u", "UNSUPPORTED_FEATURE", "0A000", "ALTER SCHEMA"),
        ("CREATE FUNCTION f() RETURNS INT RETURN 1", "UNSUPPORTED_FEATURE", "0A000", "FUNCTION"),
        ("CREATE TABLE t (a INT) USING csv", "UNSUPPORTED_FEATURE", "0A000", "csv"),
        ("CREATE TABLE t (a INT) LOCATION '/tmp/t'", "UNSUPPORTED_FEATURE", "0A000", "LOCATION"),
        (
            "CREATE TABLE t (a BIGINT GENERATED ALWAYS AS IDENTITY)",
            "UNSUPPORTED_FEATURE",
            "0A000",
            "identity",
        ),
        ("CREATE TABLE t (a INT DEFAULT 1)", "UNSUPPORTED_FEATURE", "0A000", "default values"),
        (
            "CREATE TABLE t (a INT) PARTITIONED BY (b)",
            "UNRESOLVED_COLUMN.WITH_SUGGESTION",
            "42703",
            "`b`",
        ),
        ("CREATE TABLE t (a INT", "PARSE_SYNTAX_ERROR", "42601", "end of input"),
        ("SET ansi_mode = false", "UNSUPPORTED_FEATURE", "0A000", "ansi_mode"),
        ("SET TIMEZONE = 'Asia/Tokyo'", "UNSUPPORTED_FEATURE", "0A000", "TIMEZONE"),
        ("SET AUTOCOMMIT = FALSE", "UNSUPPORTED_FEATURE", "0A000", "AUTOCOMMIT"),
        ("SET STATEMENT_TIMEOUT = soon", "INVALID_CONF_VALUE", "22022", "soon"),
        ("GRANT SELECT ON TABLE nowhere TO `u`", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`nowhere`"),
        ("REVOKE USE SCHEMA ON SCHEMA nowhere FROM u", "SCHEMA_NOT_FOUND", "42704", "`nowhere`"),
        ("GRANT ALL PRIVILEGES ON VOLUME v TO u", "UNSUPPORTED_FEATURE", "0A000", "GRANT"),
        ("GRANT SELECT TO u", "PARSE_SYNTAX_ERROR", "42601", "end of input"),
        ("SELECT 1 INTO t", "UNSUPPORTED_FEATURE", "0A000", ""),
        // Instead of ignoring it.
        ("SELECT * FROM t VERSION AS OF 1", "UNSUPPORTED_FEATURE", "0A000", "VERSION"),
        ("SELECT * FROM t TIMESTAMP AS OF '2020-01-01'", "UNSUPPORTED_FEATURE", "0A000", "AS OF"),
        (
            "SELECT * FROM range(9) TABLESAMPLE (50 PERCENT)",
            "UNSUPPORTED_FEATURE",
            "0A000",
            "TABLESAMPLE",
        ),
        ("SELECT * FROM range(3) FOR UPDATE", "UNSUPPORTED_FEATURE", "0A000", "FOR UPDATE"),
        (
            "SELECT id, count(*) FROM range(3) GROUP BY id WITH TOTALS",
            "UNSUPPORTED_FEATURE",
            "0A000",
            "ROLLUP(..)",
        ),
        ("SELECT date_format(now(), 'YYYY')", "UNSUPPORTED_FEATURE", "0A000", "YYYY"),
    ] {
        warehouse.fails(sql, class, state, words);
    }
}

#[test]
fn error_in_a_skipped_branch_is_not_raised() {
    let warehouse = Warehouse::new();
    warehouse.rows("SELECT CASE WHEN id = 0 THEN 0 ELSE 1 / id END FROM range(2)", &["0.0", "1.0"]);
    warehouse.rows("SELECT raise_error('no') FROM range(0)", &[]);
}

/// Spark computes the outer condition for the rows that the inner one leaves.
#[test]
fn rows_that_a_subquery_leaves_out_are_no_error() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TEMPORARY VIEW t AS SELECT * FROM VALUES (1, 'x'), (2, '7') AS t(i, s)");
    let of = |value: &str| format!("SELECT i FROM (SELECT * FROM t WHERE i = 2) WHERE {value} > 0");
    warehouse.rows(&of("CAST(s AS INT)"), &["2"]);
    warehouse.rows(&of("length(s) + i"), &["2"]);
}

/// A LIMIT in FROM, and an order that is kept, are no limit of each outer row.
#[test]
fn correlated_exists_may_have_sorted_subqueries() {
    let warehouse = Warehouse::new();
    let exists = |from: &str| {
        format!("SELECT id FROM range(3) o WHERE EXISTS (SELECT 1 FROM {from} q WHERE q.id = o.id)")
    };
    warehouse.rows(&exists("(SELECT id FROM range(2) ORDER BY id DESC)"), &["0", "1"]);
    warehouse.rows(&exists("(SELECT id FROM range(2) ORDER BY id DESC LIMIT 1)"), &["1"]);
}

/// The time to plan them would double with each level.
#[test]
fn subqueries_and_aliases_that_are_nested_too_deep_are_too_complex() {
    let warehouse = Warehouse::new();
    let subqueries =
        |depth: usize| (0..depth).fold("1".to_owned(), |inner, _| format!("(SELECT {inner})"));
    let aliases = |count: usize| {
        let items = (0..count).map(|at| format!(", a{at} + a{at} AS a{}", at + 1));
        format!("SELECT 1 AS a0{}", items.collect::<String>())
    };
    warehouse.rows(&format!("SELECT {}", subqueries(5)), &["1"]);
    for sql in [format!("SELECT {}", subqueries(30)), aliases(30)] {
        warehouse.fails(&sql, "FAILED_TO_PARSE_TOO_COMPLEX", "54001", "");
    }
}

#[test]
fn deep_statements_do_not_crash_the_process() {
    let warehouse = Warehouse::new();
    let brackets = format!("SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    warehouse.fails(&brackets, "FAILED_TO_PARSE_TOO_COMPLEX", "54001", "");
    let not = format!("SELECT {}true", "NOT ".repeat(50_000));
    warehouse.fails(&not, "PARSE_SYNTAX_ERROR", "42601", "");
    let deep = format!("SELECT {}1{}", "(".repeat(40), ")".repeat(40));
    warehouse.rows(&deep, &["1"]);
}

#[test]
fn chains_of_operators_are_limited() {
    let warehouse = Warehouse::new();
    let sum = format!("SELECT 1{}", " + 1".repeat(100_000));
    warehouse.fails(&sum, "FAILED_TO_PARSE_TOO_COMPLEX", "54001", "");
    let sum = format!("SELECT 1{}", " + 1".repeat(500));
    warehouse.rows(&sum, &["501"]);
}

#[test]
fn lists_may_be_long() {
    let warehouse = Warehouse::new();
    let list = (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT count(*) FROM range(10000) WHERE id IN ({list})");
    warehouse.rows(&sql, &["5000"]);
    let rows = (0..2_000).map(|n| format!("(-{n}, 1 + 1)")).collect::<Vec<_>>().join(", ");
    warehouse.rows(&format!("SELECT count(*) FROM VALUES {rows} AS t(a, b)"), &["2000"]);
}

#[test]
fn oversized_result_is_rejected() {
    let engine = dbsql_warehouse::DataFusionEngine::builder().result_limit(1 << 20);
    let warehouse = Warehouse::of(engine.build().unwrap());
    warehouse.fails("SELECT * FROM range(1000000000000)", "RESULT_TOO_LARGE", "54000", "1048576");
    warehouse.rows("SELECT 1", &["1"]);
}

#[test]
fn case_in_case_is_planned_in_time() {
    let warehouse = Warehouse::new();
    let mut value = "id".to_owned();
    for level in 0..40 {
        value = format!("CASE WHEN id = {level} THEN id + {level} ELSE nullif({value}, -1) END");
    }
    warehouse.rows(&format!("SELECT {value} FROM range(3)"), &["0", "2", "4"]);
}

/// The width of such a token is not a number of columns.
#[test]
fn literal_over_two_lines_does_not_end_the_engine() {
    let warehouse = Warehouse::new();
    for sql in ["SELECT X'1\n2'", "SELECT X'\n'"] {
        warehouse.fails(sql, "UNSUPPORTED_FEATURE", "0A000", "HexStringLiteral");
    }
    warehouse.rows("SELECT 1", &["1"]);
}
