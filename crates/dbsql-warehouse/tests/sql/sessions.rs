//! What belongs to a session, and what is shared.

use dbsql_local::engine::{Engine as _, ProgressSink, Query, SessionOptions};

use crate::support::{Warehouse, lines};

#[test]
fn unqualified_names_use_the_current_schema() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE SCHEMA sales");
    warehouse.run("USE sales");
    warehouse.run("CREATE TABLE t AS SELECT 1 AS a");
    warehouse.rows("SELECT current_schema()", &["sales"]);
    warehouse.run("USE SCHEMA `default`");
    warehouse.fails("SELECT * FROM t", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`t`");
    warehouse.run("CREATE CATALOG other");
    warehouse.run("USE CATALOG other");
    warehouse.rows("SELECT current_catalog(), current_schema()", &["other|default"]);
    warehouse.rows("SELECT * FROM main.sales.t", &["1"]);
    warehouse.run("USE main.sales");
    warehouse.rows("SELECT * FROM t", &["1"]);
    warehouse.fails("USE nowhere", "SCHEMA_NOT_FOUND", "42704", "`nowhere`");
    warehouse.fails("USE CATALOG nowhere", "NO_SUCH_CATALOG_EXCEPTION", "42704", "`nowhere`");
    // Another session is not affected.
    let output = warehouse.runtime.block_on(
        warehouse.open().execute(Query::new("SELECT current_schema()"), ProgressSink::ignored()),
    );
    assert_eq!(lines(&output.unwrap())[1], "default");
}

#[test]
fn session_can_start_in_a_schema_that_is_created_later() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE SCHEMA sales");
    let options = |schema: &str| SessionOptions {
        schema: Some(schema.to_owned()),
        ..SessionOptions::default()
    };
    let session = warehouse.engine.open_session(&options("Sales")).unwrap();
    let query = session.execute(Query::new("SELECT current_schema()"), ProgressSink::ignored());
    assert_eq!(lines(&warehouse.runtime.block_on(query).unwrap())[1], "sales");
    let session = warehouse.engine.open_session(&options("Later")).unwrap();
    let run = |sql: &str| {
        let query = session.execute(Query::new(sql), ProgressSink::ignored());
        warehouse.runtime.block_on(query)
    };
    assert_eq!(lines(&run("SELECT current_database()").unwrap())[1], "later");
    for (sql, class) in [
        ("SELECT * FROM t", "TABLE_OR_VIEW_NOT_FOUND"),
        ("CREATE TABLE t (a INT)", "SCHEMA_NOT_FOUND"),
        ("SHOW TABLES", "SCHEMA_NOT_FOUND"),
    ] {
        assert_eq!(run(sql).unwrap_err().error_class.as_deref(), Some(class), "{sql}");
    }
    run("CREATE SCHEMA later").unwrap();
    run("CREATE TABLE t (a INT)").unwrap();
}

#[test]
fn session_starts_only_with_settings_in_force() {
    let warehouse = Warehouse::new();
    let open = |key: &str, value: &str| {
        let configuration = [(key.to_owned(), value.to_owned())].into();
        let options = SessionOptions { configuration, ..SessionOptions::default() };
        warehouse.engine.open_session(&options).map(drop)
    };
    assert!(open("ansi_mode", "true").is_ok());
    assert!(open("TIMEZONE", "UTC").is_ok());
    for (key, value) in [("ANSI_MODE", "false"), ("timezone", "Europe/Paris")] {
        let error = open(key, value).unwrap_err();
        assert_eq!(error.error_class.as_deref(), Some("UNSUPPORTED_FEATURE"), "{key}");
    }
}

#[test]
fn temporary_views_belong_to_one_session() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TEMPORARY VIEW v AS SELECT 1 AS a");
    warehouse.check("SELECT * FROM V", &["a: Int32", "1"]);
    warehouse.fails(
        "CREATE TEMP VIEW v AS SELECT 2",
        "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
        "42P07",
        "`v`",
    );
    warehouse.run("CREATE OR REPLACE TEMP VIEW v AS SELECT 2 AS a");
    // It hides a table with the same name.
    warehouse.run("CREATE TABLE v AS SELECT 3 AS a");
    warehouse.rows("SELECT a FROM v", &["2"]);
    warehouse.rows("SELECT a FROM default.v", &["3"]);
    let elsewhere = warehouse.open();
    let rows = |sql: &str| {
        let query = elsewhere.execute(Query::new(sql), ProgressSink::ignored());
        lines(&warehouse.runtime.block_on(query).unwrap())[1..].to_vec()
    };
    assert_eq!(rows("SELECT a FROM v"), ["3"]);
    warehouse.run("DROP VIEW v");
    warehouse.rows("SELECT a FROM v", &["3"]);
}

#[test]
fn settings_are_read_and_changed() {
    let warehouse = Warehouse::new();
    warehouse.check(
        "SET spark.sql.ansi.enabled = true",
        &["key: Utf8, value: Utf8", "spark.sql.ansi.enabled|true"],
    );
    warehouse.rows("SET STATEMENT_TIMEOUT = 30", &["STATEMENT_TIMEOUT|30"]);
    warehouse.rows("SET statement_timeout", &["statement_timeout|30"]);
    assert_eq!(warehouse.session.setting("Statement_Timeout").as_deref(), Some("30"));
    warehouse.rows("SET a.b", &["a.b|<undefined>"]);
    warehouse.rows("SET my.text = 'a b'", &["my.text|a b"]);
    warehouse.rows("SET", &["STATEMENT_TIMEOUT|30", "my.text|a b", "spark.sql.ansi.enabled|true"]);
    warehouse.run("RESET my.text");
    warehouse.rows("SET my.text", &["my.text|<undefined>"]);
    warehouse.run("RESET");
    warehouse.rows("SET", &[]);
    warehouse.run("SET TIME ZONE 'UTC'");
    warehouse.fails("SET TIME ZONE 'Europe/Paris'", "UNSUPPORTED_FEATURE", "0A000", "time zone");
}

#[test]
fn show_and_describe_list_existing_objects() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE SCHEMA sales");
    warehouse.run("CREATE TABLE Orders (Id BIGINT NOT NULL, total DECIMAL(10,2))");
    warehouse.run("CREATE VIEW big AS SELECT * FROM orders");
    warehouse.run("CREATE TEMP VIEW mine AS SELECT 1 AS a");
    warehouse.check("SHOW CATALOGS", &["catalog: Utf8", "main"]);
    warehouse.check("SHOW SCHEMAS", &["databaseName: Utf8", "default", "sales"]);
    warehouse.rows("SHOW DATABASES LIKE 's*'", &["sales"]);
    warehouse.rows("SHOW SCHEMAS IN main;", &["default", "sales"]);
    warehouse.check(
        "SHOW TABLES",
        &[
            "database: Utf8, tableName: Utf8, isTemporary: Boolean",
            "default|big|false",
            "default|orders|false",
            "|mine|true",
        ],
    );
    warehouse.rows("SHOW TABLES LIKE 'o*|x'", &["default|orders|false"]);
    warehouse.rows("SHOW TABLES IN main.sales", &["|mine|true"]);
    warehouse.rows("SHOW VIEWS", &["default|big|false", "|mine|true"]);
    warehouse.rows("SHOW COLUMNS IN orders", &["Id", "total"]);
    warehouse.rows("SHOW FUNCTIONS LIKE 'sleep'", &["sleep"]);
    warehouse.check(
        "DESCRIBE TABLE orders",
        &[
            "col_name: Utf8, data_type: Utf8, comment: Utf8",
            "Id|bigint|NULL",
            "total|decimal(10,2)|NULL",
        ],
    );
    warehouse.rows("DESC mine", &["a|int|NULL"]);
    warehouse.rows("DESCRIBE QUERY SELECT 1 AS a, 'x' AS b", &["a|int|NULL", "b|string|NULL"]);
    warehouse.rows(
        "DESCRIBE SCHEMA sales",
        &[
            "Catalog Name|main",
            "Namespace Name|sales",
            "Comment|",
            "Location|",
            "Owner|user@dbsql.local",
        ],
    );
    assert!(warehouse.run("DESCRIBE EXTENDED orders").batches[0].num_rows() > 3);
    warehouse.fails("DESCRIBE missing", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`missing`");
    warehouse.fails("SHOW TABLES IN nowhere", "SCHEMA_NOT_FOUND", "42704", "`nowhere`");
    warehouse.fails("SHOW", "UNSUPPORTED_FEATURE", "0A000", "SHOW");
    let tables = warehouse.runtime.block_on(warehouse.session.contents()).unwrap().tables;
    let names: Vec<_> = tables.iter().map(|table| (&*table.name, &*table.table_type)).collect();
    assert_eq!(names, [("big", "VIEW"), ("orders", "TABLE")]);
    assert_eq!(tables[1].columns.field(0).name(), "Id");
}
