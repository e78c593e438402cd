//! The types of result columns: taken from the first file, and equal to those over Thrift.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{Field, Schema};
use dbsql_core::{Client, Config, Runtime, SqlProtocol};
use dbsql_local::engine::QueryOutput;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{Service, Settings};

use super::sea;
use crate::support::{PATH, Step, config};

/// A service whose statements all have this result.
pub(super) fn service(batch: &RecordBatch) -> Service {
    let (runtime, batch) = (Runtime::seeded(3), batch.clone());
    let engine = ScriptedEngine::new(runtime.clone()).on_any(move |_| {
        Some(Answer::output(QueryOutput::new(batch.schema(), vec![batch.clone()])))
    });
    let settings = Settings { http_path: PATH.to_owned(), ..Settings::default() };
    Service::builder().engine(engine).runtime(runtime).settings(settings).build()
}

pub(super) fn client(service: &Service, config: Config) -> Client {
    let builder = Client::builder(config).transport(service.transport());
    builder.runtime(Runtime::seeded(7)).build().unwrap()
}

pub(super) fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

pub(super) fn open_types() -> RecordBatch {
    let times = TimestampMicrosecondArray::from(vec![Some(1), None]).with_timezone("Europe/Berlin");
    let lists = [Some(vec![Some(1), None]), None];
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(lists);
    batch(vec![("at", Arc::new(times)), ("list", Arc::new(lists))])
}

pub(super) fn plain_types() -> RecordBatch {
    let decimals = Decimal128Array::from(vec![Some(123), None]);
    batch(vec![
        ("i", Arc::new(Int32Array::from(vec![Some(1), None]))),
        ("l", Arc::new(Int64Array::from(vec![Some(1), None]))),
        ("s", Arc::new(StringArray::from(vec![Some("x"), None]))),
        ("d", Arc::new(decimals.with_precision_and_scale(10, 2).unwrap())),
    ])
}

pub(super) async fn read(service: &Service, config: Config) -> Vec<RecordBatch> {
    let results = client(service, config).execute("SELECT 1").await.unwrap();
    let schema = results.schema();
    let batches = results.fetch_all().await.unwrap();
    assert!(batches.iter().all(|batch| batch.schema() == schema));
    batches
}

#[tokio::test(start_paused = true)]
async fn both_protocols_give_equal_values_of_equal_types() {
    for batch in [plain_types(), open_types()] {
        let service = service(&batch);
        let over_sea = read(&service, sea()).await;
        let over_thrift = read(&service, config().protocol(SqlProtocol::Thrift)).await;
        assert_eq!((over_sea.len(), over_thrift.len()), (1, 1));
        for (one, other) in over_sea[0].columns().iter().zip(over_thrift[0].columns()) {
            assert_eq!(one.as_ref(), other.as_ref());
        }
        assert_eq!(over_sea[0].columns(), batch.columns());
    }
}

/// More than the inspected beginning of a file.
fn many_open_types() -> RecordBatch {
    let times = (0..100_000_i64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a) >> 8);
    let times = TimestampMicrosecondArray::from_iter_values(times).with_timezone("Europe/Berlin");
    batch(vec![("at", Arc::new(times))])
}

#[tokio::test(start_paused = true)]
async fn schema_of_a_large_first_file_costs_one_request() {
    for (batch, is_large) in
        [(plain_types(), false), (open_types(), false), (many_open_types(), true)]
    {
        let service = service(&batch);
        let rows = read(&service, sea()).await;
        let mut start = 0;
        for part in &rows {
            let expected = batch.column(0).slice(start, part.num_rows());
            assert_eq!(part.column(0).as_ref(), expected.as_ref());
            start += part.num_rows();
        }
        assert_eq!(start, batch.num_rows());
        assert_eq!(service.downloads() > 1, is_large);
    }
}

#[tokio::test(start_paused = true)]
async fn file_truncated_after_its_schema_is_downloaded_again() {
    let service = service(&open_types());
    let cut = Step::edit_body(|body| body.slice(..body.len() - 40));
    service.script(super::DOWNLOAD, [cut]);
    assert_eq!(read(&service, sea()).await[0].columns(), open_types().columns());
    assert_eq!(service.downloads(), 2);
}

#[tokio::test(start_paused = true)]
async fn schema_survives_an_expired_link_and_a_broken_download() {
    for steps in [
        [Step::http(403), Step::serve()],
        [Step::reset(), Step::http(503)],
        [Step::cut(), Step::serve()],
        [Step::edit_body(|body| body.iter().map(|_| 7).collect()), Step::serve()],
    ] {
        let service = service(&open_types());
        service.script(super::DOWNLOAD, steps);
        assert_eq!(read(&service, sea()).await[0].columns(), open_types().columns());
    }
}
