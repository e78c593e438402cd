//! Statements that modify data or schemas.

use std::sync::Arc;

use arrow_array::{Int32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use dbsql_warehouse::DataFusionEngine;

use crate::support::{Warehouse, lines};

const RESULT: &str = "Result: Utf8";
const INSERTED: &str = "num_affected_rows: Int64, num_inserted_rows: Int64";

#[test]
fn table_can_be_created_modified_and_dropped() {
    let warehouse = Warehouse::new();
    warehouse.check(
        "CREATE TABLE people (Id INT NOT NULL, name STRING, born DATE) USING DELTA",
        &[RESULT],
    );
    warehouse.check(
        "INSERT INTO people VALUES (1, 'ann', DATE '2000-01-01'), (2, 'bob', NULL)",
        &[INSERTED, "2|2"],
    );
    warehouse.check("INSERT INTO people (name, id) SELECT 'eve', 3", &[INSERTED, "1|1"]);
    warehouse.check(
        "SELECT * FROM people ORDER BY id",
        &["Id: Int32, name: Utf8, born: Date32", "1|ann|2000-01-01", "2|bob|NULL", "3|eve|NULL"],
    );
    warehouse.check(
        "UPDATE people SET name = upper(name), born = DATE '1990-05-05' WHERE born IS NULL AND id < 3",
        &["num_affected_rows: Int64", "1"],
    );
    warehouse.rows("SELECT name, born FROM people WHERE id = 2", &["BOB|1990-05-05"]);
    warehouse.check(
        "DELETE FROM people WHERE born > DATE '1995-01-01'",
        &["num_affected_rows: Int64", "1"],
    );
    // A NULL condition deletes nothing.
    warehouse.rows("SELECT id FROM people ORDER BY id", &["2", "3"]);
    warehouse.rows("UPDATE people p SET id = p.id + 10", &["2"]);
    warehouse.rows("SELECT id FROM people ORDER BY id", &["12", "13"]);
    warehouse.rows("DELETE FROM people", &["2"]);
    warehouse.rows("SELECT count(*) FROM people", &["0"]);
    warehouse.run("DROP TABLE people");
    warehouse.fails("SELECT * FROM people", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`people`");
    warehouse.run("DROP TABLE IF EXISTS people");
    warehouse.fails("DROP TABLE people", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`people`");
}

/// As Delta Lake converts them, by casts in ANSI mode.
#[test]
fn values_are_stored_by_casts() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t (i INT, d DATE, b BOOLEAN, ts TIMESTAMP, dc DECIMAL(3,1))");
    warehouse.run("INSERT INTO t (i, d, ts) VALUES ('12', '2024-02-29', 5)");
    warehouse.run("INSERT INTO t (i, b, dc) VALUES (7.9, 1, 12.34)");
    warehouse.rows(
        "SELECT concat_ws(' ', i, d, b, ts, dc) FROM t ORDER BY i",
        &["7 true 12.3", "12 2024-02-29 1970-01-01 00:00:05"],
    );
    let no_cast = ("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", "42K09");
    let overflow = ("CAST_OVERFLOW_IN_TABLE_INSERT", "22003");
    for (values, (class, state)) in [
        ("(d) VALUES (5)", no_cast),
        ("(i) SELECT array(1) WHERE false", no_cast),
        ("(i) VALUES ('abc')", ("CAST_INVALID_INPUT", "22018")),
        ("(i) VALUES (9999999999)", overflow),
        ("(dc) VALUES (100)", overflow),
    ] {
        warehouse.fails(&format!("INSERT INTO t {values}"), class, state, "");
    }
    warehouse.rows("SELECT count(*) FROM t", &["2"]);
}

#[test]
fn rows_can_be_chosen_by_subqueries() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE picked (a INT)");
    warehouse.run("INSERT INTO picked VALUES (1), (NULL), (3)");
    let table = |rows: &str| {
        warehouse.run("CREATE OR REPLACE TABLE t (id INT, g STRING)");
        warehouse.run("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL), (NULL, 'd')");
        warehouse.rows("SELECT count(*) FROM t", &[rows]);
    };
    for (condition, deleted) in [
        ("id IN (SELECT a FROM picked)", "2"),
        ("id IN (SELECT a FROM picked WHERE a > 9)", "0"),
        // The NULL could be any of them.
        ("id NOT IN (SELECT a FROM picked)", "0"),
        ("id NOT IN (SELECT a FROM picked WHERE a IS NOT NULL)", "1"),
        ("NOT (id IN (SELECT a FROM picked) OR g = 'x')", "0"),
        ("g = 'b' OR id IN (SELECT a FROM picked)", "3"),
        ("EXISTS (SELECT 1 FROM picked WHERE a = t.id)", "2"),
        ("NOT EXISTS (SELECT 1 FROM picked WHERE a = t.id)", "2"),
        ("EXISTS (SELECT 1 FROM picked)", "4"),
        ("(id, g) IN (SELECT a, 'a' AS g FROM picked)", "1"),
        ("(id, g) IN ((1, 'a'), (2, 'x'))", "1"),
        ("id = (SELECT max(a) FROM picked)", "1"),
        ("id IN (SELECT p.a FROM picked p WHERE p.a = t.id)", "2"),
    ] {
        table("4");
        warehouse.check(
            &format!("DELETE FROM t WHERE {condition}"),
            &["num_affected_rows: Int64", deleted],
        );
        table("4");
        warehouse.rows(&format!("UPDATE t SET g = 'new' WHERE {condition}"), &[deleted]);
        warehouse.rows("SELECT count(*) FROM t WHERE g = 'new'", &[deleted]);
    }
    table("4");
    warehouse.rows("UPDATE t SET id = (SELECT max(a) FROM picked) WHERE id = 1", &["1"]);
    warehouse.rows("SELECT count(*) FROM t WHERE id = 3", &["2"]);
    // Of the table itself.
    warehouse.rows("DELETE FROM t WHERE id IN (SELECT id FROM t WHERE g IS NULL)", &["2"]);
}

#[test]
fn number_of_modified_rows_is_in_the_result() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t AS SELECT id FROM range(5)");
    for (sql, rows) in [
        ("INSERT INTO t SELECT * FROM range(7)", Some(7)),
        ("DELETE FROM t WHERE id > 4", Some(2)),
        ("UPDATE t SET id = 0 WHERE false", Some(0)),
        ("SELECT 1", None),
        ("CREATE TABLE u (a INT)", None),
    ] {
        assert_eq!(warehouse.run(sql).rows_affected, rows, "{sql}");
    }
}

#[test]
fn tables_are_created_from_queries() {
    let warehouse = Warehouse::new();
    warehouse.check("CREATE TABLE t AS SELECT id AS Key, 'x' AS v FROM range(3)", &[INSERTED]);
    warehouse.check("SELECT * FROM t WHERE KEY = 2", &["Key: Int64, v: Utf8", "2|x"]);
    warehouse.fails("CREATE TABLE t AS SELECT 1", "TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", "`t`");
    warehouse.run("CREATE TABLE IF NOT EXISTS t AS SELECT 1");
    warehouse.rows("SELECT count(*) FROM t", &["3"]);
    warehouse.run("CREATE OR REPLACE TABLE t AS SELECT count(*) FROM t");
    warehouse.check("SELECT * FROM t", &["count(1): Int64", "3"]);
    warehouse.fails(
        "CREATE TABLE d AS SELECT 1 AS a, 2 AS A",
        "COLUMN_ALREADY_EXISTS",
        "42711",
        "`A`",
    );
    warehouse.run("INSERT OVERWRITE t VALUES (9)");
    warehouse.rows("SELECT * FROM t", &["9"]);
    warehouse.run("TRUNCATE TABLE t");
    warehouse.rows("SELECT * FROM t", &[]);
}

#[test]
fn failed_modification_changes_nothing() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t (a INT NOT NULL, b STRING)");
    warehouse.run("INSERT INTO t VALUES (1, 'x')");
    for (sql, class, state) in [
        ("INSERT INTO t VALUES (NULL, 'y')", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED", "23502"),
        ("INSERT INTO t (b) VALUES ('y')", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED", "23502"),
        (
            "INSERT INTO t VALUES (1)",
            "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
            "21S01",
        ),
        (
            "INSERT INTO t VALUES (1, 'a', 2)",
            "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
            "21S01",
        ),
        ("INSERT INTO t (a, c) VALUES (1, 2)", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
        ("INSERT INTO t VALUES ('x', 'y')", "CAST_INVALID_INPUT", "22018"),
        (
            "INSERT INTO t SELECT id, raise_error('no') FROM range(3)",
            "USER_RAISED_EXCEPTION",
            "P0001",
        ),
        ("UPDATE t SET a = 1 / 0", "DIVIDE_BY_ZERO", "22012"),
        ("UPDATE t SET a = NULL", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED", "23502"),
        ("UPDATE t SET c = 1", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
        ("DELETE FROM t WHERE c = 1", "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
        ("INSERT INTO missing VALUES (1)", "TABLE_OR_VIEW_NOT_FOUND", "42P01"),
    ] {
        warehouse.fails(sql, class, state, "");
        warehouse.rows("SELECT * FROM t", &["1|x"]);
    }
}

#[test]
fn all_types_can_be_stored() {
    let warehouse = Warehouse::new();
    warehouse.run(
        "CREATE TABLE t (a TINYINT, b SMALLINT, c INT, d BIGINT, e FLOAT, f DOUBLE, g DECIMAL(5,2), \
         h STRING, i BINARY, j BOOLEAN, k DATE, l TIMESTAMP, m TIMESTAMP_NTZ, n ARRAY<INT>, \
         o STRUCT<x: INT, y: STRING>, p VARCHAR(3))",
    );
    warehouse.run(
        "INSERT INTO t VALUES (1, 2, 3, 4, 5, 6, 7, 'h', X'69', true, DATE '2024-01-01', \
         TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP_NTZ '2024-01-01 00:00:00', array(1), \
         named_struct('x', 1, 'y', 'z'), 'p')",
    );
    warehouse.rows(
        "SELECT * FROM t",
        &["1|2|3|4|5.0|6.0|7.00|h|69|true|2024-01-01|2024-01-01T00:00:00Z|2024-01-01T00:00:00|[1]|{x: 1, y: z}|p"],
    );
    warehouse.rows(
        "DESCRIBE t",
        &[
            "a|tinyint|NULL",
            "b|smallint|NULL",
            "c|int|NULL",
            "d|bigint|NULL",
            "e|float|NULL",
            "f|double|NULL",
            "g|decimal(5,2)|NULL",
            "h|string|NULL",
            "i|binary|NULL",
            "j|boolean|NULL",
            "k|date|NULL",
            "l|timestamp|NULL",
            "m|timestamp_ntz|NULL",
            "n|array<int>|NULL",
            "o|struct<x:int,y:string>|NULL",
            "p|varchar(3)|NULL",
        ],
    );
}

#[test]
fn views_are_created_replaced_and_dropped() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t AS SELECT id FROM range(3)");
    warehouse.run("CREATE VIEW v AS SELECT id + 1 AS n FROM t");
    warehouse.run("CREATE VIEW w (a) AS SELECT n FROM v");
    warehouse.check("SELECT * FROM w ORDER BY a", &["a: Int64", "1", "2", "3"]);
    warehouse.run("INSERT INTO t VALUES (10)");
    warehouse.rows("SELECT max(a) FROM w", &["11"]);
    warehouse.fails("CREATE VIEW v AS SELECT 1", "TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", "`v`");
    warehouse.fails("INSERT INTO v VALUES (1)", "UNSUPPORTED_FEATURE", "0A000", "view");
    warehouse.fails(
        "CREATE VIEW x AS SELECT * FROM missing",
        "TABLE_OR_VIEW_NOT_FOUND",
        "42P01",
        "`missing`",
    );
    // A view that refers to itself is reported, and not followed forever.
    warehouse.run("CREATE OR REPLACE VIEW v AS SELECT a AS n FROM w");
    warehouse.fails("SELECT * FROM v", "RECURSIVE_VIEW", "42K0H", "itself");
    warehouse.run("DROP VIEW w");
    warehouse.fails("SELECT * FROM v", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`w`");
}

#[test]
fn schemas_are_created_and_dropped() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE SCHEMA s");
    warehouse.run("CREATE DATABASE IF NOT EXISTS s");
    warehouse.fails("CREATE SCHEMA s", "SCHEMA_ALREADY_EXISTS", "42P06", "`s`");
    warehouse.run("CREATE TABLE s.t AS SELECT 1 AS a");
    warehouse.rows("SELECT a FROM main.s.t", &["1"]);
    warehouse.fails("CREATE TABLE nowhere.t (a INT)", "SCHEMA_NOT_FOUND", "42704", "`nowhere`");
    warehouse.fails("DROP SCHEMA s", "SCHEMA_NOT_EMPTY", "2BP01", "CASCADE");
    warehouse.run("DROP SCHEMA s CASCADE");
    warehouse.fails("DROP SCHEMA s", "SCHEMA_NOT_FOUND", "42704", "`s`");
    warehouse.run("DROP SCHEMA IF EXISTS s");
}

#[test]
fn batches_registered_from_rust_are_tables() {
    let schema = Arc::new(Schema::new(vec![Field::new("Value", DataType::Int32, true)]));
    let batch = |values: Vec<i32>| {
        RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(Int32Array::from(values))]).unwrap()
    };
    let engine = DataFusionEngine::builder().table("Numbers", [batch(vec![1, 2]), batch(vec![3])]);
    let warehouse = Warehouse::of(engine.build().unwrap());
    warehouse.check("SELECT * FROM numbers WHERE value > 1", &["Value: Int32", "2", "3"]);
    warehouse.run("INSERT INTO numbers VALUES (4)");
    assert_eq!(lines(&warehouse.run("SELECT sum(Value) AS s FROM NUMBERS")), ["s: Int64", "10"]);
}

#[test]
fn writers_of_a_table_are_serialized() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t AS SELECT 0 AS n");
    let updates = (0..20).map(|_| {
        let query = dbsql_local::engine::Query::new("UPDATE t SET n = n + 1");
        warehouse.session.execute(query, dbsql_local::engine::ProgressSink::ignored())
    });
    let done = warehouse.runtime.block_on(futures_util::future::join_all(updates));
    assert!(done.iter().all(Result::is_ok));
    warehouse.rows("SELECT n FROM t", &["20"]);
}
