//! Results: large, empty, without rows, read repeatedly, read in parallel, resumed.

use dbsql::ErrorKind;
use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::{Float64Type, Int64Type};
use dbsql::arrow::schema::DataType;
use futures_util::TryStreamExt;

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{client, connection, integers, is_spark, row_count, texts};

async fn a_million_rows_arrive_once_each_and_in_order(over: SqlProtocol) {
    let connection = connection(over).await;
    let sql =
        "select id, concat('row ', id) as name, id / 4.0D as quarter from range(0, 1000000, 1, 1)";
    let mut rows = connection.execute(sql).await.unwrap();
    let mut expected = 0_i64;
    let mut batches = 0;
    while let Some(batch) = rows.next().await.unwrap() {
        batches += 1;
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let names = batch.column(1).as_string::<i32>();
        let quarters = batch.column(2).as_primitive::<Float64Type>();
        for row in 0..batch.num_rows() {
            assert_eq!(ids.value(row), expected);
            assert_eq!(names.value(row).strip_prefix("row "), Some(expected.to_string().as_str()));
            assert_eq!(quarters.value(row), expected as f64 / 4.0);
            expected += 1;
        }
    }
    assert_eq!(expected, 1_000_000);
    assert_eq!(rows.position(), 1_000_000);
    assert!(batches > 1, "all came in one batch");
}

async fn an_empty_result_has_its_schema(over: SqlProtocol) {
    let rows = connection(over).await.execute("select id, 'x' as s from range(0)").await.unwrap();
    let schema = rows.schema();
    assert_eq!(schema.field(0).data_type(), &DataType::Int64);
    assert_eq!(schema.field(1).data_type(), &DataType::Utf8);
    assert_eq!(rows.fetch_all().await.unwrap(), []);
}

async fn statements_without_rows_give_an_empty_result(over: SqlProtocol) {
    let connection = connection(over).await;
    let table = format!("no_rows_over_{over:?}");
    for sql in [
        format!("create table if not exists {table} (a int) using parquet"),
        "use default".to_owned(),
        format!("drop table {table}"),
    ] {
        let rows = connection.execute(&*sql).await.unwrap();
        // As Spark's server: one column, `Result`.
        assert_eq!(rows.schema().fields().len(), 1, "{sql}");
        assert_eq!(rows.rows_affected(), None, "{sql}");
        assert_eq!(row_count(&rows.fetch_all().await.unwrap()), 0, "{sql}");
    }
}

async fn an_insert_says_how_many_rows_it_wrote_where_the_server_does(over: SqlProtocol) {
    let connection = connection(over).await;
    let table = format!("written_over_{over:?}");
    for sql in [
        format!("drop table if exists {table}"),
        format!("create table {table} (a int) using parquet"),
    ] {
        connection.execute(sql).await.unwrap().fetch_all().await.unwrap();
    }
    let rows = connection.execute(format!("insert into {table} values (1), (2)")).await.unwrap();
    let affected = rows.rows_affected();
    let batches = rows.fetch_all().await.unwrap();
    if is_spark() {
        assert_eq!((affected, row_count(&batches)), (None, 0));
    } else {
        // As on a warehouse, whose result also has the counts as a row.
        assert_eq!((affected, row_count(&batches)), (Some(2), 1));
        assert_eq!(integers(&batches, 0), [2]);
    }
    let rows = connection.execute(format!("select count(*) from {table}")).await.unwrap();
    assert_eq!(integers(&rows.fetch_all().await.unwrap(), 0), [2]);
    connection.execute(format!("drop table {table}")).await.unwrap().fetch_all().await.unwrap();
}

async fn a_setting_is_a_result_with_rows(over: SqlProtocol) {
    let rows = connection(over).await.execute("set spark.sql.shuffle.partitions").await.unwrap();
    let names: Vec<_> = rows.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["key", "value"]);
    let batches = rows.fetch_all().await.unwrap();
    assert_eq!(texts(&batches, 0), [Some("spark.sql.shuffle.partitions".to_owned())]);
}

async fn columns_may_share_a_name(over: SqlProtocol) {
    let rows = connection(over).await.execute("select 1 as a, 2 as a").await.unwrap();
    assert_eq!(rows.schema().fields().len(), 2);
    let batches = rows.fetch_all().await.unwrap();
    assert_eq!((integers(&batches, 0), integers(&batches, 1)), (vec![1], vec![2]));
}

async fn a_result_can_be_read_again_from_the_start(over: SqlProtocol) {
    let query = client(over).execute_async("select * from range(0, 5000, 1, 1)").await.unwrap();
    let expected: Vec<i64> = (0..5000).collect();
    for _ in 0..3 {
        let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(integers(&batches, 0), expected);
    }
    query.close().await.unwrap();
}

async fn a_result_read_half_is_resumed_from_its_row(over: SqlProtocol) {
    let query = client(over).execute_async("select * from range(0, 20000, 1, 1)").await.unwrap();
    let mut rows = query.get_results().await.unwrap();
    let first = rows.next().await.unwrap().unwrap();
    let position = rows.position();
    assert_eq!(position, first.num_rows() as u64);
    drop(rows);
    for from in [position, 1, 19_999, 20_000] {
        let rows = query.get_results_from(from).await.unwrap();
        let batches: Vec<_> = rows.try_collect().await.unwrap();
        assert_eq!(integers(&batches, 0), (from as i64..20_000).collect::<Vec<_>>());
    }
    let error = query.get_results_from(20_001).await.unwrap().next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    query.close().await.unwrap();
}

async fn concurrent_reader_gets_all_rows_or_a_typed_error(over: SqlProtocol) {
    let client = client(over);
    let query = client.execute_async("select * from range(0, 5000, 1, 1)").await.unwrap();
    let mut first = query.get_results().await.unwrap();
    let begun = first.next().await.unwrap().unwrap();
    // With the same handle, and with one picked up again by the same client.
    let again = client.get_async_execution(query.handle().unwrap()).await.unwrap();
    for second in [query.get_results().await, again.get_results().await] {
        if is_spark() {
            let error = second.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        } else {
            let batches = second.unwrap().fetch_all().await.unwrap();
            assert_eq!(integers(&batches, 0), (0..5000).collect::<Vec<_>>());
        }
    }
    // The first reader is not affected, and when it has finished the next may read.
    let mut batches = vec![begun];
    while let Some(batch) = first.next().await.unwrap() {
        batches.push(batch);
    }
    assert_eq!(integers(&batches, 0), (0..5000).collect::<Vec<_>>());
    drop(first);
    let batches = again.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(row_count(&batches), 5000);
    query.close().await.unwrap();
}

async fn reader_in_another_client_loses_and_repeats_no_row(over: SqlProtocol) {
    let query = client(over).execute_async("select * from range(0, 30000, 1, 1)").await.unwrap();
    query.wait().await.unwrap();
    let mut ours = query.get_results().await.unwrap();
    let mut batches = vec![ours.next().await.unwrap().unwrap()];
    // Another client reads to the end in between, which moves the shared cursor there.
    let theirs = client(over).get_async_execution(query.handle().unwrap()).await.unwrap();
    let all = theirs.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&all, 0), (0..30_000).collect::<Vec<_>>());
    while let Some(batch) = ours.next().await.unwrap() {
        batches.push(batch);
    }
    assert_eq!(integers(&batches, 0), (0..30_000).collect::<Vec<_>>());
    query.close().await.unwrap();
}

over_both! {
    #[tokio::test]
    a_million_rows_arrive_once_each_and_in_order,
    an_empty_result_has_its_schema,
    statements_without_rows_give_an_empty_result,
    an_insert_says_how_many_rows_it_wrote_where_the_server_does,
    a_setting_is_a_result_with_rows,
    columns_may_share_a_name,
    a_result_can_be_read_again_from_the_start,
    a_result_read_half_is_resumed_from_its_row,
    concurrent_reader_gets_all_rows_or_a_typed_error,
    reader_in_another_client_loses_and_repeats_no_row,
}
