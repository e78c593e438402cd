//! `MERGE INTO`.

use crate::support::Warehouse;

const COUNTS: &str = "num_affected_rows: Int64, num_updated_rows: Int64, num_deleted_rows: Int64, \
                      num_inserted_rows: Int64";

fn warehouse() -> Warehouse {
    let warehouse = Warehouse::new();
    warehouse.run("CREATE TABLE t (Id INT, name STRING)");
    warehouse.run("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (NULL, 'n')");
    warehouse
        .run("CREATE TABLE s AS SELECT * FROM VALUES (2, 'B'), (3, 'C'), (4, 'D') AS v(id, name)");
    warehouse
}

#[test]
fn rows_are_updated_and_inserted_by_name() {
    let warehouse = warehouse();
    warehouse.check(
        "MERGE INTO t AS target USING s AS source ON target.id = source.id \
         WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
        &[COUNTS, "3|2|0|1"],
    );
    warehouse.rows("SELECT * FROM t ORDER BY id", &["NULL|n", "1|a", "2|B", "3|C", "4|D"]);
}

#[test]
fn first_clause_whose_condition_holds_counts() {
    let warehouse = warehouse();
    warehouse.rows(
        "MERGE INTO t USING (SELECT id, upper(name) AS big FROM s) u ON t.id = u.id \
         WHEN MATCHED AND t.id = 2 THEN DELETE \
         WHEN MATCHED THEN UPDATE SET name = concat(t.name, u.big) \
         WHEN NOT MATCHED AND u.id > 100 THEN INSERT (id) VALUES (0) \
         WHEN NOT MATCHED THEN INSERT (name, id) VALUES (u.big, u.id * 10) \
         WHEN NOT MATCHED BY SOURCE AND t.id IS NULL THEN DELETE \
         WHEN NOT MATCHED BY SOURCE THEN UPDATE SET name = 'alone'",
        &["5|2|2|1"],
    );
    warehouse.rows("SELECT * FROM t ORDER BY id", &["1|alone", "3|cC", "40|D"]);
}

#[test]
fn row_with_several_partners_is_an_error() {
    let warehouse = warehouse();
    warehouse.run("INSERT INTO s VALUES (2, 'again')");
    warehouse.fails(
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name",
        "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
        "21506",
        "multiple source rows",
    );
    warehouse.rows("SELECT * FROM t WHERE id = 2", &["2|b"]);
    warehouse.rows("MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE", &["2|0|2|0"]);
    warehouse.fails(
        "MERGE INTO t USING (SELECT 1 AS id) u ON t.id = u.id WHEN NOT MATCHED THEN INSERT *",
        "DELTA_MERGE_UNRESOLVED_EXPRESSION",
        "42601",
        "`name`",
    );
}

#[test]
fn schema_evolution_is_refused() {
    warehouse().fails(
        "MERGE WITH SCHEMA EVOLUTION INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
        "UNSUPPORTED_FEATURE",
        "0A000",
        "SCHEMA EVOLUTION",
    );
}
