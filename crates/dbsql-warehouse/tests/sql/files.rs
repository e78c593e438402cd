//! Files in the data folder, and no others.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use dbsql_warehouse::DataFusionEngine;

use crate::support::{Warehouse, lines};

fn parquet(path: &Path, ids: &[i64]) {
    let schema = Arc::new(Schema::new(vec![
        Field::new("VendorID", DataType::Int64, true),
        Field::new("name", DataType::Utf8, true),
    ]));
    let names = ids.iter().map(|id| format!("n{id}"));
    let columns: Vec<arrow_array::ArrayRef> = vec![
        Arc::new(Int64Array::from(ids.to_vec())),
        Arc::new(StringArray::from_iter_values(names)),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    let mut writer = ArrowWriter::try_new(fs::File::create(path).unwrap(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn over(folder: &Path) -> Warehouse {
    Warehouse::of(DataFusionEngine::builder().data(folder).build().unwrap())
}

#[test]
fn files_and_folders_are_tables() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    parquet(&at("Trips.parquet"), &[1, 2]);
    fs::write(at("cities.csv"), "Name,size,founded\nParis,2.5,2024-01-01\nRome,,\n").unwrap();
    fs::create_dir(at("many")).unwrap();
    parquet(&at("many/b.parquet"), &[3]);
    parquet(&at("many/a.parquet"), &[4, 5]);
    fs::write(at("many/_SUCCESS"), "").unwrap();
    fs::write(at("my file.csv"), "a\n1\n").unwrap();
    fs::write(at("notes.txt"), "no table").unwrap();
    fs::create_dir(at("empty")).unwrap();
    let warehouse = over(folder.path());

    warehouse.check("SELECT * FROM trips", &["VendorID: Int64, name: Utf8", "1|n1", "2|n2"]);
    warehouse.check("SELECT vendorid AS v FROM Trips WHERE VENDORID = 2", &["v: Int64", "2"]);
    warehouse.check("SELECT name FROM main.default.trips LIMIT 1", &["name: Utf8", "n1"]);
    warehouse.check(
        "SELECT * FROM cities ORDER BY name",
        &["Name: Utf8, size: Float64, founded: Date32", "Paris|2.5|2024-01-01", "Rome|NULL|NULL"],
    );
    warehouse.rows("SELECT sum(VendorID), count(*) FROM many", &["12|3"]);
    warehouse.rows("SELECT * FROM `my file`", &["1"]);
    warehouse.rows(
        "SHOW TABLES",
        &[
            "default|cities|false",
            "default|many|false",
            "default|my file|false",
            "default|trips|false",
        ],
    );
    warehouse.rows("DESCRIBE trips", &["VendorID|bigint|NULL", "name|string|NULL"]);

    // A file added later is a table as well.
    fs::write(at("late.csv"), "x\n7\n").unwrap();
    warehouse.rows("SELECT x FROM late", &["7"]);
    warehouse.run("CREATE TABLE copied AS SELECT * FROM trips");
    warehouse.rows("SELECT count(*) FROM copied", &["2"]);
}

#[test]
fn data_folder_is_read_only() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "a\n1\n").unwrap();
    let warehouse = over(folder.path());
    for sql in [
        "INSERT INTO t VALUES (2)",
        "DELETE FROM t",
        "UPDATE t SET a = 2",
        "DROP TABLE t",
        "TRUNCATE TABLE t",
    ] {
        warehouse.fails(sql, "UNSUPPORTED_FEATURE", "0A000", "data folder");
    }
    for sql in [
        "CREATE TABLE t (a INT)",
        "CREATE OR REPLACE TABLE t AS SELECT 1",
        "CREATE VIEW t AS SELECT 1",
    ] {
        warehouse.fails(sql, "TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", "`t`");
    }
    assert_eq!(fs::read_to_string(folder.path().join("t.csv")).unwrap(), "a\n1\n");
}

#[test]
fn statements_cannot_access_other_files() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.csv");
    fs::write(&secret, "a\nhidden\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    fs::write(folder.path().join("inner/t.csv"), "a\n1\n").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, folder.path().join("link.csv")).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("links")).unwrap();
        std::os::unix::fs::symlink(&secret, folder.path().join("inner/more.csv")).unwrap();
        // A folder that contains itself is finite.
        std::os::unix::fs::symlink(folder.path(), folder.path().join("inner/self")).unwrap();
    }
    let warehouse = over(&folder.path().join("inner").join(".."));
    let path = secret.display().to_string();
    let folder_of_secret = outside.path().display().to_string();
    let target = outside.path().join("written");
    let to = target.display();
    let up = format!("../{}/secret", outside.path().file_name().unwrap().display());
    for sql in [
        format!("SELECT * FROM '{path}'"),
        format!("SELECT * FROM `{path}`"),
        format!("SELECT * FROM csv.`{path}`"),
        format!("SELECT * FROM parquet.`{path}`"),
        format!("SELECT * FROM `{up}`"),
        format!("SELECT * FROM `{up}.csv`"),
        "SELECT * FROM `inner/t`".to_owned(),
        "SELECT * FROM `inner/../inner`".to_owned(),
        "SELECT * FROM `..`".to_owned(),
        "SELECT * FROM `.`".to_owned(),
        "SELECT * FROM ``".to_owned(),
        "SELECT * FROM `*`".to_owned(),
        "SELECT * FROM link".to_owned(),
        "SELECT * FROM links".to_owned(),
        format!("SELECT * FROM read_files('{folder_of_secret}')"),
        format!("SELECT * FROM read_csv('{path}')"),
        format!("SELECT * FROM csv_scan('{path}')"),
        format!("CREATE TABLE x USING csv LOCATION '{path}'"),
        format!("CREATE TABLE x USING csv OPTIONS (path '{path}')"),
        format!("CREATE TABLE x (a STRING) LOCATION '{path}'"),
        format!("CREATE TABLE x (a STRING) USING delta LOCATION '{to}'"),
        format!("CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '{path}'"),
        format!("CREATE EXTERNAL TABLE x (a STRING) STORED AS CSV LOCATION '{path}'"),
        format!("CREATE SCHEMA x LOCATION '{to}'"),
        format!("CREATE DATABASE x LOCATION '{to}'"),
        format!("CREATE SCHEMA x MANAGED LOCATION '{to}'"),
        format!("COPY (SELECT 1) TO '{to}' STORED AS CSV"),
        format!("COPY INTO x FROM '{path}' FILEFORMAT = CSV"),
        format!("INSERT OVERWRITE DIRECTORY '{to}' USING csv SELECT 1"),
        format!("INSERT INTO `{to}` VALUES (1)"),
        format!("LOAD DATA INPATH '{path}' INTO TABLE x"),
        format!("CREATE FUNCTION f AS 'a' USING JAR '{path}'"),
        format!("PUT '{path}' INTO '/Volumes/a/b/c'"),
        format!("GET '/Volumes/a/b/c' TO '{to}'"),
        format!("SET datafusion.catalog.location = '{folder_of_secret}'"),
        "SET datafusion.catalog.format = 'csv'".to_owned(),
        "SELECT * FROM secret".to_owned(),
    ] {
        match warehouse.query(dbsql_local::engine::Query::new(&sql)) {
            Ok(output) if sql.starts_with("SET ") => assert_eq!(output.batches.len(), 1),
            Ok(output) => panic!("{sql}: {:?}", lines(&output)),
            Err(error) => {
                assert!(error.error_class.is_some(), "{sql}: {error:?}");
                assert!(!error.message.contains("hidden"), "{sql}: {error}");
            }
        }
    }
    assert!(!target.exists());
    // A symbolic link out of the data folder is not followed in a subfolder either.
    #[cfg(unix)]
    warehouse.rows("SELECT a FROM inner", &["1"]);
    warehouse.rows("SHOW TABLES", &["default|inner|false"]);
}

#[test]
fn invalid_file_fails_only_its_statement() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bad.parquet"), "PAR1 this is no parquet PAR1").unwrap();
    fs::write(folder.path().join("ragged.csv"), "a,b\n1\n1,2,3\n").unwrap();
    let warehouse = over(folder.path());
    for sql in ["SELECT * FROM bad", "SELECT * FROM ragged"] {
        assert!(warehouse.query(dbsql_local::engine::Query::new(sql)).is_err(), "{sql}");
    }
    warehouse.fails("SELECT * FROM bad", "FAILED_READ_FILE.NO_HINT", "KD001", "bad.parquet");
    warehouse.rows("SELECT 1", &["1"]);
}

#[test]
fn files_with_the_same_table_name_are_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "a\n1\n").unwrap();
    fs::write(folder.path().join("T.CSV"), "a\n2\n").unwrap();
    let warehouse = over(folder.path());
    // Where file names have no case there is one file only.
    if fs::read_dir(folder.path()).unwrap().count() == 2 {
        let sql = "SELECT * FROM t";
        warehouse.fails(sql, "AMBIGUOUS_REFERENCE", "42704", "T.CSV and t.csv");
    }
}
