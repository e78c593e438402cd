//! Columns in the manifest and in the data.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use dbsql_core::{Client, ErrorKind, RetryAdvice};
use dbsql_local::Service;
use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use serde_json::{Value, json};

use super::hybrid::hybrid;
use super::{
    DOWNLOAD, SEA_CHUNK, SEA_STATUS, chunked, edit, finished, is_reported, outcome, sea, server,
    types,
};
use crate::support::{Step, counted};

type Lie = (&'static str, fn(&mut Value), ErrorKind);

#[tokio::test(start_paused = true)]
async fn missing_columns_are_an_error() {
    let lies: [Lie; 9] = [
        ("no schema", |a| a["manifest"]["schema"] = Value::Null, ErrorKind::Decode),
        ("no columns", |a| a["manifest"]["schema"] = json!({ "columns": [] }), ErrorKind::Decode),
        (
            "one column more",
            |a| {
                let columns = a["manifest"]["schema"]["columns"].as_array_mut().unwrap();
                columns.push(json!({ "name": "x", "type_text": "BIGINT", "position": 1 }));
                a["manifest"]["schema"]["column_count"] = 2.into();
            },
            ErrorKind::Decode,
        ),
        (
            "another type",
            |a| a["manifest"]["schema"]["columns"][0]["type_text"] = "STRING".into(),
            ErrorKind::Decode,
        ),
        (
            "a type that is none",
            |a| a["manifest"]["schema"]["columns"][0]["type_text"] = "DECIMAL(99,99)".into(),
            ErrorKind::Decode,
        ),
        (
            "compressed, and not said",
            |a| a["manifest"]["result_compression"] = "NONE".into(),
            ErrorKind::Decode,
        ),
        (
            "an unknown compression",
            |a| a["manifest"]["result_compression"] = "ZSTD".into(),
            ErrorKind::Unsupported,
        ),
        (
            "an unknown format",
            |a| a["manifest"]["format"] = "PARQUET".into(),
            ErrorKind::Unsupported,
        ),
        (
            "a volume",
            |a| a["manifest"]["is_volume_operation"] = true.into(),
            ErrorKind::Unsupported,
        ),
    ];
    for (name, lie, kind) in lies {
        let server = server(chunked(4), 8);
        server.always(SEA_STATUS, move || edit(lie));
        let query = finished(&server).await;
        let (rows, error) = outcome(&query).await;
        let error = error.unwrap_or_else(|| panic!("{name}: {rows:?}"));
        is_reported(name, &error, &query);
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert_eq!(rows, counted(0, 0), "{name}");
        assert!(server.total() < 60, "{name}: {} requests", server.total());
        assert_eq!(server.executions().len(), 1);
    }
}

/// The list of columns is used; the count beside it is ignored.
#[tokio::test(start_paused = true)]
async fn wrong_number_of_columns_is_reported() {
    for count in [0, 2, 1_000_000] {
        let server = server(chunked(4), 8);
        server.always(SEA_STATUS, move || {
            edit(move |a| a["manifest"]["schema"]["column_count"] = count.into())
        });
        let query = finished(&server).await;
        let (rows, error) = outcome(&query).await;
        // Zero may be omitted.
        match error {
            None => assert_eq!((rows, count), (counted(0, 8), 0)),
            Some(error) => {
                is_reported("columns", &error, &query);
                assert_eq!(error.kind(), ErrorKind::Protocol, "{count}: {error}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn announced_compression_that_is_absent_is_an_error() {
    let service = types::service(&types::plain_types());
    let plain = || {
        Step::edit_body(|body| {
            let mut plain = Vec::new();
            let mut frames = FrameDecoder::new(&*body);
            frames.read_to_end(&mut plain).expect("LZ4");
            plain.into()
        })
    };
    service.always(DOWNLOAD, plain);
    let results = types::client(&service, sea()).execute("SELECT 1").await.unwrap();
    let error = results.fetch_all().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Decode, RetryAdvice::Unsafe), "{error}");
    service.always("sea-execute", || edit(|a| a["manifest"]["result_compression"] = "NONE".into()));
    assert_eq!(types::read(&service, sea()).await[0].columns(), types::plain_types().columns());
}

async fn read_all(service: &Service, client: &Client) -> Vec<RecordBatch> {
    let results = client.execute("SELECT 1").await.unwrap();
    let schema = results.schema();
    let batches = results.fetch_all().await.unwrap();
    assert!(batches.iter().all(|batch| batch.schema() == schema));
    assert!(service.downloads() < 10);
    batches
}

#[tokio::test(start_paused = true)]
async fn columns_with_equal_names_keep_their_positions() {
    let batch = {
        let one: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        let other: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
        types::batch(vec![("a", one.clone()), ("a", other), ("", one.clone()), ("A", one)])
    };
    let service = types::service(&batch);
    for config in [sea(), hybrid()] {
        let batches = read_all(&service, &types::client(&service, config)).await;
        assert_eq!(batches[0].columns(), batch.columns());
        let schema = batches[0].schema();
        let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(names, ["a", "a", "", "A"]);
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_columns_are_read() {
    const COLUMNS: usize = 10_000;
    let fields: Vec<_> =
        (0..COLUMNS).map(|at| Field::new(format!("column_{at}"), DataType::Int64, true)).collect();
    let columns = (0..COLUMNS).map(|at| Arc::new(Int64Array::from(vec![at as i64])) as ArrayRef);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.collect()).unwrap();
    let service = types::service(&batch);
    for config in [sea(), hybrid()] {
        let batches = read_all(&service, &types::client(&service, config)).await;
        assert_eq!(batches[0].columns(), batch.columns());
    }
}

/// A file after the first chunk whose schema differs from that of the manifest.
#[tokio::test(start_paused = true)]
async fn later_file_with_another_schema_is_an_error() {
    let server = server(chunked(4), 8);
    let count = AtomicUsize::new(0);
    let other = file_of_texts();
    server.always(DOWNLOAD, move || {
        let (is_first, other) = (count.fetch_add(1, Ordering::Relaxed) == 0, other.clone());
        Step::edit_body(move |body| if is_first { body } else { other.clone() })
    });
    let query = finished(&server).await;
    let (rows, error) = outcome(&query).await;
    let error = error.unwrap();
    is_reported("another schema", &error, &query);
    assert_eq!((rows, error.kind()), (counted(0, 4), ErrorKind::Decode), "{error}");
    assert!(server.count(DOWNLOAD) < 20, "{}", server.count(DOWNLOAD));
    assert!(server.count(SEA_CHUNK) < 20);
}

/// A file with a string column.
fn file_of_texts() -> bytes::Bytes {
    let column = StringArray::from(vec!["0", "1", "2", "3"]);
    let batch = RecordBatch::try_from_iter([("id", Arc::new(column) as ArrayRef)]).unwrap();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    let mut encoder = FrameEncoder::new(Vec::new());
    encoder.write_all(&writer.into_inner().unwrap()).unwrap();
    encoder.finish().unwrap().into()
}
