//! What every test here needs: a client, the long query, values out of Arrow.

use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::{Int32Type, Int64Type};
use dbsql::arrow::array::{Array, RecordBatch};
use dbsql::{Client, Config, Connection};

/// Runs for minutes unless it is canceled, in one partition.
pub(crate) const LONG_QUERY: &str =
    "select count(*) from range(0, 100000000000, 1, 1) where hash(id) = 5";

pub(crate) fn config() -> Config {
    let (host, path) = dbsql_tests::server().unwrap();
    Config::new(host, path).basic("tests", "any")
}

pub(crate) fn client() -> Client {
    Client::new(config()).unwrap()
}

pub(crate) async fn connection() -> Connection {
    client().connect().await.unwrap()
}

/// All values of an INT or BIGINT column over all batches; panics on nulls.
pub(crate) fn integers(batches: &[RecordBatch], column: usize) -> Vec<i64> {
    let mut all = Vec::new();
    for batch in batches {
        let array = batch.column(column);
        assert_eq!(array.null_count(), 0);
        if let Some(ints) = array.as_primitive_opt::<Int32Type>() {
            all.extend(ints.values().iter().map(|value| i64::from(*value)));
        } else {
            all.extend_from_slice(array.as_primitive::<Int64Type>().values());
        }
    }
    all
}

/// All values of a STRING column over all batches.
pub(crate) fn texts(batches: &[RecordBatch], column: usize) -> Vec<Option<String>> {
    let columns = batches.iter().map(|batch| batch.column(column).as_string::<i32>());
    columns.flat_map(|array| array.iter().map(|text| text.map(str::to_owned))).collect()
}

pub(crate) fn row_count(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}
