//! Results that another client requested as JSON, picked up by the id of their statement.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, ListArray, NullArray, StringArray,
    TimestampMicrosecondArray,
};
use bytes::Bytes;
use dbsql_core::{AsyncExecution, Client, Error, ErrorKind, RetryAdvice};
use dbsql_local::{SeaSettings, Settings};
use dbsql_transport::Transport;
use http::Request;
use serde_json::{Value, json};

use super::types::{self, batch};
use super::{DOWNLOAD, SEA_CHUNK, SEA_STATUS, client_of, edit, server};
use crate::support::{HOST, Server, TOKEN, counted, ids};

/// Submits a statement like another client, and picks it up.
async fn picked_up(
    transport: &impl Transport,
    client: &Client,
    disposition: &str,
    format: &str,
) -> AsyncExecution {
    let body = json!({
        "warehouse_id": "abc", "statement": "SELECT 1", "disposition": disposition, "format": format,
    });
    let request = Request::post(format!("https://{HOST}/api/2.0/sql/statements"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()));
    let response = transport.send(request.unwrap()).await.unwrap();
    let body = response.into_body().collect(64 << 20).await.unwrap();
    let answer: Value = serde_json::from_slice(&body).unwrap();
    let handle = format!("sea:{}", answer["statement_id"].as_str().expect("an id"));
    client.get_async_execution(handle.parse().unwrap()).await.unwrap()
}

async fn inline(server: &Server) -> AsyncExecution {
    picked_up(server, &client_of(server), "INLINE", "JSON_ARRAY").await
}

async fn error_of(query: &AsyncExecution) -> Error {
    match query.get_results().await {
        Ok(results) => results.fetch_all().await.unwrap_err(),
        Err(error) => error,
    }
}

/// A warehouse with a few rows per chunk of text.
fn chunks_of_text() -> Server {
    let sea = SeaSettings { inline_chunk_bytes: 32, ..SeaSettings::default() };
    server(Settings { sea, ..Settings::default() }, 22)
}

#[tokio::test(start_paused = true)]
async fn values_have_the_types_of_their_columns() {
    let decimals = Decimal128Array::from(vec![Some(-123), None]);
    let lists = [Some(vec![Some(1), None]), None];
    let sent = batch(vec![
        ("boolean", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("tinyint", Arc::new(Int8Array::from(vec![Some(-1), None]))),
        ("smallint", Arc::new(Int16Array::from(vec![Some(i16::MIN), None]))),
        ("int", Arc::new(Int32Array::from(vec![Some(7), None]))),
        ("bigint", Arc::new(Int64Array::from(vec![Some(i64::MIN), None]))),
        ("float", Arc::new(Float32Array::from(vec![Some(0.1), None]))),
        ("double", Arc::new(Float64Array::from(vec![Some(f64::INFINITY), None]))),
        ("decimal", Arc::new(decimals.with_precision_and_scale(10, 2).unwrap())),
        ("string", Arc::new(StringArray::from(vec![Some("x\ny"), None]))),
        ("binary", Arc::new(BinaryArray::from(vec![Some(&[0, 255][..]), None]))),
        ("date", Arc::new(Date32Array::from(vec![Some(-1), None]))),
        ("time", Arc::new(TimestampMicrosecondArray::from(vec![Some(1_500_000), None]))),
        ("void", Arc::new(NullArray::new(2))),
        ("list", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists))),
    ]);
    let service = types::service(&sent);
    let client = types::client(&service, super::sea());
    let query = picked_up(&service.transport(), &client, "INLINE", "JSON_ARRAY").await;
    let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
    let (lists, scalars) = sent.columns().split_last().unwrap();
    assert_eq!(&batches[0].columns()[..scalars.len()], scalars);
    let text: ArrayRef = Arc::new(StringArray::from(vec![Some("[1,null]"), None]));
    assert_eq!((batches[0].columns().last(), lists.len()), (Some(&text), 2));
}

#[tokio::test(start_paused = true)]
async fn chunks_of_text_are_read_from_any_row() {
    let server = chunks_of_text();
    let query = inline(&server).await;
    for row in [0, 1, 7, 21, 22] {
        let results = query.get_results_from(row).await.unwrap();
        assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(row, 22), "{row}");
    }
    assert!(server.count(SEA_CHUNK) > 5, "{}", server.count(SEA_CHUNK));
    assert_eq!(server.count(DOWNLOAD), 0);
}

#[tokio::test(start_paused = true)]
async fn files_of_text_are_not_supported() {
    let server = chunks_of_text();
    for format in ["JSON_ARRAY", "CSV"] {
        let client = client_of(&server);
        let query = picked_up(&server, &client, "EXTERNAL_LINKS", format).await;
        let error = error_of(&query).await;
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unsupported, RetryAdvice::Never));
        assert_eq!(error.query_id(), Some(query.query_id()));
        assert!(error.to_string().contains("submit the statement with this client"), "{error}");
    }
    assert_eq!(server.count(DOWNLOAD), 0);
}

#[tokio::test(start_paused = true)]
async fn invalid_value_is_reported_with_its_row() {
    let server = chunks_of_text();
    let query = inline(&server).await;
    server.always(SEA_CHUNK, || {
        edit(|answer| {
            if answer["row_offset"] == 8 {
                answer["data_array"][1][0] = "nine".into();
            }
        })
    });
    let mut results = query.get_results().await.unwrap();
    let mut rows = Vec::new();
    let error = loop {
        match results.next().await {
            Ok(batch) => rows.extend(ids(&[batch.expect("an error")])),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Decode, RetryAdvice::Never), "{error}");
    assert!(error.to_string().contains("column `id` has a value in row 9 "), "{error}");
    assert_eq!(rows, counted(0, 8));
}

#[tokio::test(start_paused = true)]
async fn inconsistent_rows_of_text_are_an_error() {
    type Lie = (&'static str, fn(&mut Value));
    let lies: [Lie; 5] = [
        ("a value too few", |a| a["data_array"][0] = json!([])),
        ("a value too many", |a| a["data_array"][0] = json!(["1", "2"])),
        ("a row too few", |a| a["row_count"] = 5.into()),
        ("another chunk", |a| a["chunk_index"] = 0.into()),
        ("an attachment beside them", |a| a["attachment"] = "AAAA".into()),
    ];
    for (name, lie) in lies {
        let server = chunks_of_text();
        let query = inline(&server).await;
        server.always(SEA_CHUNK, move || edit(lie));
        let error = error_of(&query).await;
        assert_eq!(error.kind(), ErrorKind::Protocol, "{name}: {error}");
    }
    let server = chunks_of_text();
    server.always(SEA_STATUS, || edit(|a| a["manifest"]["format"] = "ARROW_STREAM".into()));
    let error = error_of(&inline(&server).await).await;
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}
