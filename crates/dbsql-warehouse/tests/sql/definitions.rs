//! What is kept of the definition of a table, and where it is shown.
//!
//! Expectations are those of Databricks' documentation and of what `dbt-databricks` and
//! `databricks-sqlalchemy` read.

use dbsql_local::serde_json::{self, Value};

use crate::support::{Warehouse, lines};

fn orders() -> Warehouse {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE SCHEMA sales COMMENT 'what was sold'");
    warehouse.run("USE sales");
    warehouse.run("CREATE TABLE customers (Id BIGINT PRIMARY KEY, name VARCHAR(5))");
    warehouse.run(
        "CREATE OR REPLACE TABLE orders (Id BIGINT NOT NULL COMMENT 'the \\'number\\'', c BIGINT, \
         code CHAR(3), amount DECIMAL(10,2), CONSTRAINT pk PRIMARY KEY (id), \
         CONSTRAINT fk FOREIGN KEY (c) REFERENCES customers (id)) USING delta \
         PARTITIONED BY (c) COMMENT 'one row an order' TBLPROPERTIES ('k' = 'v', a.b = 1)",
    );
    warehouse
}

#[test]
fn definition_is_shown_by_describe() {
    let warehouse = orders();
    warehouse.rows(
        "DESCRIBE orders",
        &[
            "Id|bigint|the 'number'",
            "c|bigint|NULL",
            "code|char(3)|NULL",
            "amount|decimal(10,2)|NULL",
            "# Partition Information||",
            "# col_name|data_type|comment",
            "c|bigint|NULL",
        ],
    );
    let shown = lines(&warehouse.run("DESCRIBE TABLE EXTENDED main.sales.orders"));
    for line in [
        "Catalog|main|",
        "Database|sales|",
        "Type|MANAGED|",
        "Comment|one row an order|",
        "Provider|delta|",
        "Table Properties|[a.b=1,k=v]|",
        "pk|PRIMARY KEY (`id`)|",
        "fk|FOREIGN KEY (`c`) REFERENCES `main`.`sales`.`customers` (`id`)|",
    ] {
        assert!(shown.iter().any(|known| known == line), "{line}: {shown:#?}");
    }
    let json = &lines(&warehouse.run("DESCRIBE EXTENDED orders AS JSON"))[1];
    let json: Value = serde_json::from_str(json).unwrap();
    assert_eq!(json["columns"][0]["comment"], "the 'number'");
    assert_eq!(json["columns"][3]["type"]["precision"], 10);
    assert_eq!(json["table_properties"]["k"], "v");
    warehouse.rows("SHOW TBLPROPERTIES orders", &["a.b|1", "k|v"]);
    warehouse.rows("SHOW TBLPROPERTIES orders ('k')", &["k|v"]);
    let statement = lines(&warehouse.run("SHOW CREATE TABLE orders")).join("\n");
    for part in
        ["`code` CHAR(3)", "COMMENT 'the \\'number\\''", "PARTITIONED BY (`c`)", "'k' = 'v'"]
    {
        assert!(statement.contains(part), "{part}: {statement}");
    }
    let shown = lines(&warehouse.run("SHOW TABLE EXTENDED IN sales LIKE 'ord*'")).join("\n");
    assert!(shown.contains("|-- Id: long (nullable = false)"), "{shown}");
    let contents = warehouse.runtime.block_on(warehouse.session.contents()).unwrap();
    assert_eq!(contents.primary_keys.len(), 2);
    let orders = contents.tables.iter().find(|table| table.name == "orders").unwrap();
    assert_eq!(orders.columns.field(0).metadata()["comment"], "the 'number'");
    assert_eq!(contents.foreign_keys[0].columns, [("c".to_owned(), "id".to_owned())]);
}

#[test]
fn shown_statement_makes_the_same_table() {
    let warehouse = orders();
    let statement = |name: &str| {
        let output = warehouse.run(&format!("SHOW CREATE TABLE {name}"));
        output.rows_as_text()[0][0].clone().unwrap()
    };
    warehouse.run("CREATE TABLE nested (s STRUCT<Inner: ARRAY<INT>, m: MAP<STRING, DATE>>)");
    assert!(
        statement("nested").contains("`s` STRUCT<`Inner`: ARRAY<INT>, `m`: MAP<STRING, DATE>>")
    );
    let before = statement("orders");
    warehouse.run("DROP TABLE orders");
    warehouse.run(&before);
    assert_eq!(statement("orders"), before);
    warehouse.run("CREATE VIEW v (x COMMENT 'y') COMMENT 'z' AS SELECT 1 + 1 AS y -- two");
    let before = statement("v");
    warehouse.run("DROP VIEW v");
    warehouse.run(&before);
    assert_eq!(statement("v"), before);
}

#[test]
fn information_schema_lists_everything() {
    let warehouse = orders();
    warehouse.run("CREATE VIEW big AS SELECT * FROM orders WHERE amount > 100");
    warehouse.rows(
        "SELECT table_name, table_type, comment FROM system.information_schema.tables \
         WHERE table_schema = 'sales' ORDER BY table_name",
        &["big|VIEW|NULL", "customers|MANAGED|NULL", "orders|MANAGED|one row an order"],
    );
    warehouse.rows(
        "SELECT column_name, ordinal_position, is_nullable, full_data_type, data_type, comment \
         FROM main.information_schema.columns WHERE table_name = 'orders' \
         ORDER BY ordinal_position",
        &[
            "Id|1|NO|bigint|LONG|the 'number'",
            "c|2|YES|bigint|LONG|NULL",
            "code|3|YES|char(3)|STRING|NULL",
            "amount|4|YES|decimal(10,2)|DECIMAL|NULL",
        ],
    );
    warehouse.rows(
        "SELECT view_definition FROM information_schema.views",
        &["SELECT * FROM orders WHERE amount > 100"],
    );
    warehouse.rows(
        "SELECT schema_name, comment FROM main.information_schema.schemata ORDER BY 1",
        &["default|NULL", "information_schema|NULL", "sales|what was sold"],
    );
    warehouse.rows(
        "SELECT constraint_name, constraint_type FROM information_schema.table_constraints \
         WHERE table_name = 'orders' ORDER BY 1",
        &["fk|FOREIGN KEY", "pk|PRIMARY KEY"],
    );
    warehouse.rows(
        "SELECT u.column_name FROM information_schema.key_column_usage u \
         WHERE u.constraint_name = (SELECT constraint_name FROM \
         information_schema.table_constraints WHERE constraint_type = 'PRIMARY KEY' \
         AND table_name = 'orders')",
        &["id"],
    );
    warehouse.rows("SELECT * FROM system.information_schema.table_tags", &[]);
    // A view of it is not part of itself.
    warehouse.run("CREATE VIEW all_columns AS SELECT * FROM system.information_schema.columns");
    warehouse.rows("SELECT count(*) > 10 FROM all_columns", &["true"]);
    warehouse.fails(
        "SELECT * FROM nowhere.information_schema.tables",
        "NO_SUCH_CATALOG_EXCEPTION",
        "42704",
        "`nowhere`",
    );
}

#[test]
fn lengths_of_text_are_enforced() {
    let warehouse = orders();
    warehouse.run("INSERT INTO customers VALUES (1, 'abcde'), (2, 'abc     '), (3, NULL)");
    warehouse.rows("SELECT length(name) FROM customers ORDER BY id", &["5", "5", "NULL"]);
    let class = "DELTA_EXCEED_CHAR_VARCHAR_LIMIT";
    warehouse.fails("INSERT INTO customers VALUES (4, 'abcdef')", class, "22001", "abcdef");
    warehouse.fails("UPDATE customers SET name = 'abcdef'", class, "22001", "abcdef");
    warehouse.run("INSERT INTO orders VALUES (1, 1, 'x', 1.5)");
    warehouse.rows("SELECT length(code) FROM orders", &["3"]);
    // Keys are for information, except that a primary key cannot be NULL.
    warehouse.run("INSERT INTO orders VALUES (1, 99, 'y', 1.5)");
    let class = "DELTA_NOT_NULL_CONSTRAINT_VIOLATED";
    warehouse.fails("INSERT INTO customers VALUES (NULL, 'a')", class, "23502", "Id");
}

#[test]
fn tables_are_altered() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t AS SELECT 1 AS a, 'x' AS b");
    warehouse.run("ALTER TABLE t ADD COLUMNS (c INT COMMENT 'third', `D e` STRING FIRST)");
    warehouse
        .check("SELECT * FROM t", &["D e: Utf8, a: Int32, b: Utf8, c: Int32", "NULL|1|x|NULL"]);
    warehouse.run("INSERT INTO t VALUES ('d', 2, 'y', 3)");
    let needed = "delta.columnMapping.mode";
    warehouse.fails(
        "ALTER TABLE t DROP COLUMN c",
        "DELTA_UNSUPPORTED_DROP_COLUMN",
        "0AKDC",
        needed,
    );
    warehouse.run("ALTER TABLE t SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')");
    warehouse.run("ALTER TABLE t DROP COLUMNS (`d E`)");
    warehouse.run("ALTER TABLE t RENAME COLUMN b TO Text");
    warehouse.run("ALTER TABLE t ALTER COLUMN a SET NOT NULL");
    warehouse.run("ALTER TABLE t CHANGE COLUMN text COMMENT 'some'");
    warehouse.run("COMMENT ON COLUMN main.default.t.a IS 'number'");
    warehouse.run("COMMENT ON TABLE t IS 'all'");
    warehouse.rows("DESCRIBE t", &["a|int|number", "Text|string|some", "c|int|third"]);
    warehouse.fails(
        "ALTER TABLE t ALTER COLUMN c SET NOT NULL",
        "DELTA_NEW_NOT_NULL_VIOLATION",
        "23512",
        "c",
    );
    warehouse.run("ALTER TABLE t ALTER COLUMN c AFTER a");
    warehouse.run("ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (a)");
    warehouse.run("ALTER TABLE t DROP CONSTRAINT p CASCADE");
    warehouse.fails(
        "ALTER TABLE t DROP CONSTRAINT p",
        "DELTA_CONSTRAINT_DOES_NOT_EXIST",
        "42704",
        "p",
    );
    warehouse.run("ALTER TABLE t UNSET TBLPROPERTIES ('delta.columnMapping.mode')");
    warehouse.run("ALTER TABLE t RENAME TO u");
    warehouse.check(
        "SELECT * FROM u ORDER BY a",
        &["a: Int32, c: Int32, Text: Utf8", "1|NULL|x", "2|3|y"],
    );
    warehouse.fails("SELECT * FROM t", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`t`");
    warehouse.fails("ALTER TABLE u SET TAGS ('a' = 'b')", "UNSUPPORTED_FEATURE", "0A000", "tags");
    warehouse.run("CREATE VIEW v AS SELECT a FROM u");
    warehouse.run("ALTER VIEW v AS SELECT c FROM u");
    warehouse.check("SELECT * FROM v ORDER BY c", &["c: Int32", "NULL", "3"]);
    warehouse.run("COMMENT ON VIEW v IS 'seen'");
    warehouse.fails(
        "ALTER TABLE v ADD COLUMN x INT",
        "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW",
        "42809",
        "`v`",
    );
    warehouse.run("COMMENT ON SCHEMA default IS 'usual'");
    assert!(lines(&warehouse.run("DESCRIBE SCHEMA default")).contains(&"Comment|usual".to_owned()));
}

#[test]
fn maintenance_says_that_there_is_nothing_to_do() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t (a INT) CLUSTER BY (a)");
    for sql in [
        "OPTIMIZE t",
        "OPTIMIZE t WHERE a > 1 ZORDER BY (a)",
        "VACUUM t RETAIN 168 HOURS",
        "ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS",
        "REFRESH TABLE t",
        "GRANT SELECT, MODIFY ON TABLE t TO `some@example.com`",
        "GRANT ALL PRIVILEGES ON t TO analysts",
        "GRANT USE SCHEMA, CREATE TABLE ON SCHEMA main.default TO analysts",
        "REVOKE USE CATALOG ON CATALOG main FROM analysts",
    ] {
        let answer = lines(&warehouse.run(sql));
        assert!(answer[1].contains("nothing to do"), "{sql}: {answer:?}");
    }
}

/// As Spark 3.5.9 answers: the shorter side is padded.
#[test]
fn char_columns_are_compared_as_they_are_stored() {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE codes (a INT, b CHAR(5), c CHAR(5), d VARCHAR(5), e CHAR(3))");
    warehouse.run("INSERT INTO codes VALUES (1, 'a', 'a', 'a', 'a'), (2, 'b', 'x', 'b ', 'b')");
    for (condition, rows) in [
        ("b = 'a'", &["1"][..]),
        ("'a' = b", &["1"]),
        ("b = 'a        '", &["1"]),
        ("b = 'a        x'", &[]),
        ("b <> 'a'", &["2"]),
        ("b > 'a'", &["2"]),
        ("b <=> 'b'", &["2"]),
        ("b IN ('a', 'c')", &["1"]),
        ("b NOT IN ('a', 'c')", &["2"]),
        ("b BETWEEN 'a' AND 'b'", &["1", "2"]),
        ("b IS DISTINCT FROM 'a'", &["2"]),
        ("CASE b WHEN 'a' THEN true ELSE false END", &["1"]),
        ("b = c", &["1"]),
        ("d = 'a'", &["1"]),
        ("d = 'b'", &[]),
        ("trim(b) = 'a'", &["1"]),
    ] {
        let sql = format!("SELECT a FROM codes WHERE {condition} ORDER BY a");
        warehouse.rows(&sql, rows);
    }
    warehouse.rows("SELECT a FROM (SELECT a, b AS code FROM codes) WHERE code = 'b'", &["2"]);
    for condition in ["b = e", "b = concat('a', '')"] {
        let sql = format!("SELECT a FROM codes WHERE {condition}");
        warehouse.fails(&sql, "UNSUPPORTED_FEATURE", "0A000", "CHAR");
    }
}
