//! Rows in the responses of the server: Arrow streams as attachments.

use std::io::{Read, Write};
use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use dbsql_core::{AsyncExecution, Config, Error, ErrorKind, RetryAdvice};
use dbsql_local::{Quirks, SeaQuirks, Settings};
use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use serde_json::{Value, json};

use super::hybrid::hybrid;
use super::{DOWNLOAD, SEA_CHUNK, SEA_CLOSE, SEA_EXECUTE, SEA_STATUS, chunked, client_of, edit};
use super::{server, types};
use crate::support::{Server, Step, client_with, counted, ids};

/// Results with attachments of this many rows.
fn attached(chunk_rows: u64, quirks: &SeaQuirks) -> Settings {
    let sea = SeaQuirks { attachment_rows: chunk_rows, ..quirks.clone() };
    Settings { quirks: Quirks { sea, ..Quirks::default() }, ..Settings::default() }
}

fn attachments(chunk_rows: u64) -> Settings {
    attached(chunk_rows, &SeaQuirks::default())
}

/// A finished statement that was submitted for inline rows.
async fn finished(server: &Server, config: Config) -> AsyncExecution {
    let query = client_with(server, config).execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    query
}

/// Its rows from this one on, and the error before the end.
async fn read(query: &AsyncExecution, row: u64) -> (Vec<i64>, Option<Error>) {
    let mut rows = Vec::new();
    let mut results = match query.get_results_from(row).await {
        Ok(results) => results,
        Err(error) => return (rows, Some(error)),
    };
    loop {
        match results.next().await {
            Ok(Some(batch)) => rows.extend(ids(&[batch])),
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error)),
        }
    }
}

fn result(answer: &mut Value) -> &mut Value {
    if answer["status"].is_object() { &mut answer["result"] } else { answer }
}

/// Edits the bytes of an attachment.
fn rewrite(answer: &mut Value, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let attachment = &mut result(answer)["attachment"];
    if let Some(text) = attachment.as_str() {
        let bytes = change(BASE64_STANDARD.decode(text).expect("base64"));
        *attachment = BASE64_STANDARD.encode(bytes).into();
    }
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    FrameDecoder::new(bytes).read_to_end(&mut plain).expect("LZ4");
    plain
}

#[tokio::test(start_paused = true)]
async fn attachments_are_read_from_any_row() {
    for omit_counts in [false, true] {
        for omit_zeros in [false, true] {
            let quirks = SeaQuirks { omit_counts, omit_zeros, ..SeaQuirks::default() };
            let server = server(attached(4, &quirks), 22);
            let query = finished(&server, hybrid()).await;
            for row in 0..=22 {
                let (rows, error) = read(&query, row).await;
                assert_eq!((rows, error.map(|e| e.kind())), (counted(row, 22), None), "{row}");
            }
            assert_eq!(read(&query, 23).await.1.unwrap().kind(), ErrorKind::InvalidInput);
            assert_eq!(server.count(DOWNLOAD), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn first_attachment_needs_no_request_and_each_other_needs_one() {
    let server = server(attachments(4), 22);
    let query = finished(&server, hybrid()).await;
    assert_eq!(read(&query, 0).await.0, counted(0, 22));
    assert_eq!((server.count(SEA_CHUNK), server.count(DOWNLOAD)), (5, 0));
    // A listed chunk is requested individually.
    assert_eq!(read(&query, 21).await.0, [21]);
    assert_eq!(server.count(SEA_CHUNK), 6);
}

#[tokio::test(start_paused = true)]
async fn attachments_are_read_by_a_client_that_did_not_request_them() {
    let server = server(attachments(4), 10);
    let text = finished(&server, hybrid()).await.serialize().unwrap();
    let query = client_of(&server).get_async_execution(text.parse().unwrap()).await.unwrap();
    assert_eq!(read(&query, 0).await.0, counted(0, 10));
    assert_eq!(server.count(DOWNLOAD), 0);
}

#[tokio::test(start_paused = true)]
async fn links_may_follow_attachments() {
    let server = server(chunked(4), 12);
    let query = finished(&server, super::sea()).await;
    let text = query.serialize().unwrap();
    for with_links in [false, true] {
        server.script(SEA_STATUS, [edit(move |answer| inline_first(answer, with_links))]);
        let query = client_of(&server).get_async_execution(text.parse().unwrap()).await.unwrap();
        let before = (server.count(SEA_CHUNK), server.count(DOWNLOAD));
        let (rows, error) = read(&query, 0).await;
        assert_eq!((rows, error.map(|e| e.to_string())), (counted(0, 12), None), "{with_links}");
        let after = (server.count(SEA_CHUNK), server.count(DOWNLOAD));
        assert_eq!((after.0 - before.0, after.1 - before.1), (2, 2), "{with_links}");
    }
}

/// The first chunk is an attachment, and the second has a link beside it or is named as the next
/// one.
fn inline_first(answer: &mut Value, with_links: bool) {
    let result = result(answer);
    let attachment = BASE64_STANDARD.encode(packed(&ipc(&bigints(0..4))));
    let mut link = result["external_links"][0].take();
    let next = link["next_chunk_internal_link"].clone();
    *result = json!({ "row_count": 4, "attachment": attachment });
    if with_links {
        (link["chunk_index"], link["next_chunk_index"]) = (1.into(), 2.into());
        link["row_offset"] = 4.into();
        result["external_links"] = json!([link]);
    } else {
        result["next_chunk_index"] = 1.into();
        result["next_chunk_internal_link"] = next;
    }
}

#[tokio::test(start_paused = true)]
async fn attachment_is_compressed_as_the_manifest_says() {
    let server = server(attachments(4), 4);
    server.always(SEA_STATUS, || {
        edit(|answer| {
            answer["manifest"]["result_compression"] = "NONE".into();
            rewrite(answer, |bytes| unpacked(&bytes));
        })
    });
    let query = finished(&server, hybrid()).await;
    assert_eq!(read(&query, 0).await.0, counted(0, 4));
}

#[tokio::test(start_paused = true)]
async fn result_without_rows_can_be_an_attachment() {
    let server = server(attachments(4), 0);
    let query = finished(&server, hybrid()).await;
    let results = query.get_results().await.unwrap();
    assert_eq!(results.schema().fields().len(), 1);
    assert!(results.fetch_all().await.unwrap().is_empty());
    assert_eq!(server.count(SEA_CHUNK), 0);
}

#[tokio::test(start_paused = true)]
async fn incomplete_types_are_taken_from_the_attachment() {
    for batch in [types::plain_types(), types::open_types()] {
        let service = types::service(&batch);
        assert_eq!(types::read(&service, hybrid()).await[0].columns(), batch.columns());
        assert_eq!(service.downloads(), 0);
        assert_eq!((service.requests(SEA_EXECUTE), service.requests(SEA_CHUNK)), (1, 0));
        assert_eq!(service.requests(SEA_STATUS), 0);
    }
}

type Lie = (&'static str, fn(&mut Value), ErrorKind);

#[tokio::test(start_paused = true)]
async fn inconsistent_attachments_are_errors() {
    let lies: [Lie; 12] = [
        ("no base64", |a| result(a)["attachment"] = "%%%".into(), ErrorKind::Protocol),
        ("fewer rows than announced", |a| rewrite(a, |_| stream(3)), ErrorKind::Decode),
        ("more rows than announced", |a| rewrite(a, |_| stream(5)), ErrorKind::Decode),
        ("no rows", |a| rewrite(a, |_| stream(0)), ErrorKind::Decode),
        ("nothing", |a| rewrite(a, |_| Vec::new()), ErrorKind::Decode),
        ("another column", |a| rewrite(a, |_| texts(4)), ErrorKind::Decode),
        ("not compressed", |a| rewrite(a, |bytes| unpacked(&bytes)), ErrorKind::Decode),
        ("cut off", |a| rewrite(a, |bytes| bytes[..bytes.len() / 2].to_vec()), ErrorKind::Decode),
        ("other rows", |a| result(a)["row_offset"] = 5.into(), ErrorKind::Protocol),
        ("another chunk", |a| result(a)["chunk_index"] = 7.into(), ErrorKind::Protocol),
        ("another count", |a| result(a)["row_count"] = 5.into(), ErrorKind::Protocol),
        (
            "a link beside it",
            |a| {
                let result = result(a);
                let (chunk, row) = (result["chunk_index"].clone(), result["row_offset"].clone());
                let link = json!({
                    "external_link": "https://store.example/1", "chunk_index": chunk,
                    "row_offset": row, "row_count": 4,
                });
                result["external_links"] = json!([link]);
            },
            ErrorKind::Protocol,
        ),
    ];
    for (name, lie, kind) in lies {
        let server = server(attachments(4), 12);
        let query = finished(&server, hybrid()).await;
        server.always(SEA_CHUNK, move || edit(lie));
        let (rows, error) = read(&query, 0).await;
        let error = error.expect(name);
        assert_eq!(error.kind(), kind, "{name}: {error}");
        // If there are too few rows, those that arrived are correct.
        assert!((4..=8).contains(&rows.len()), "{name}: {rows:?}");
        assert_eq!(rows, counted(0, rows.len() as u64), "{name}");
        assert!(server.total() < 60, "{name}: {} requests", server.total());
        // The rows that arrived before are not requested again.
        server.recover(SEA_CHUNK);
        assert_eq!(read(&query, 4).await.0, counted(4, 12), "{name}");
    }
}

/// An attachment with this many rows, from 4 on.
fn stream(rows: i64) -> Vec<u8> {
    packed(&ipc(&bigints(4..4 + rows)))
}

fn texts(rows: usize) -> Vec<u8> {
    let column: arrow_array::StringArray = (0..rows).map(|row| Some(row.to_string())).collect();
    packed(&ipc(&RecordBatch::try_from_iter([("id", Arc::new(column) as _)]).unwrap()))
}

fn bigints(values: std::ops::Range<i64>) -> RecordBatch {
    let column = Int64Array::from_iter_values(values);
    RecordBatch::try_from_iter([("id", Arc::new(column) as _)]).unwrap()
}

fn ipc(batch: &RecordBatch) -> Vec<u8> {
    let writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema());
    let mut writer = writer.unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut encoder = FrameEncoder::new(Vec::new());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(start_paused = true)]
async fn lost_chunk_is_not_the_end() {
    let server = server(attachments(4), 12);
    let query = finished(&server, hybrid()).await;
    let no_next = |answer: &mut Value| {
        if answer["chunk_index"] == 2 {
            answer["attachment"] = Value::Null;
            answer["row_count"] = Value::Null;
        }
    };
    server.always(SEA_CHUNK, move || edit(no_next));
    let (rows, error) = read(&query, 0).await;
    assert_eq!((rows, error.unwrap().kind()), (counted(0, 8), ErrorKind::Truncated));
}

#[tokio::test(start_paused = true)]
async fn damaged_attachment_is_requested_again() {
    let server = server(attachments(4), 12);
    let damage = || edit(|answer| rewrite(answer, |bytes| bytes.iter().map(|_| 7).collect()));
    server.always(SEA_STATUS, damage);
    server.script(SEA_CHUNK, [damage(), damage()]);
    let query = finished(&server, hybrid()).await;
    let (rows, error) = read(&query, 0).await;
    assert_eq!((rows, error.map(|e| e.to_string())), (counted(0, 12), None));
    assert_eq!(server.count(SEA_CHUNK), 5);
}

#[tokio::test(start_paused = true)]
async fn large_attachment_must_fit_into_the_budget() {
    let server = server(attachments(10), 10);
    let attachment = BASE64_STANDARD.encode(ipc(&bigints(0..LARGE)));
    let result = json!({ "row_count": LARGE, "attachment": attachment });
    let chunk = Bytes::from(result.to_string());
    let column = json!({ "name": "id", "type_text": "BIGINT", "position": 0 });
    let answer = json!({
        "statement_id": "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b",
        "status": { "state": "SUCCEEDED" },
        "manifest": {
            "format": "ARROW_STREAM", "schema": { "columns": [column] }, "total_row_count": LARGE,
        },
        "result": result,
    });
    let answer = Bytes::from(answer.to_string());
    for (method, body) in [(SEA_EXECUTE, &answer), (SEA_STATUS, &answer), (SEA_CHUNK, &chunk)] {
        let body = body.clone();
        server.always(method, move || Step::body(body.clone()));
    }
    let small = || hybrid().byte_budget(4 << 20);
    // It is not kept with the status.
    let text = "sea:01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b";
    for (config, chunks) in [(small(), 1), (hybrid(), 2)] {
        let client = client_with(&server, config);
        let query = client.get_async_execution(text.parse().unwrap()).await.unwrap();
        let (rows, error) = read(&query, 0).await;
        assert_eq!(rows.len() as i64, if chunks == 1 { 0 } else { LARGE }, "{error:?}");
        if let Some(error) = error {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.to_string().contains("byte_budget"), "{error}");
        }
        assert_eq!(server.count(SEA_CHUNK), chunks);
    }
    // It is kept with the response to the submit.
    let results = client_with(&server, hybrid()).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()).len() as i64, LARGE);
    assert_eq!(server.count(SEA_CHUNK), 2);
    let results = client_with(&server, small()).execute("SELECT 1").await.unwrap();
    assert_eq!(results.fetch_all().await.unwrap_err().kind(), ErrorKind::Config);
}

/// 12 MB of rows, which are not kept with a status.
const LARGE: i64 = 1_500_000;

fn closing() -> Settings {
    attached(100, &SeaQuirks { close_early: true, ..SeaQuirks::default() })
}

#[tokio::test(start_paused = true)]
async fn closed_statement_has_its_rows_and_nothing_else() {
    let server = server(closing(), 10);
    let client = client_with(&server, hybrid());
    let query = client.execute_async("SELECT 1").allow_direct_result().await.unwrap();
    assert!(query.is_finished() && query.returned_as_direct_result());
    assert_eq!(query.serialize().unwrap_err().kind(), ErrorKind::NotResumable);
    for row in [0, 3, 10] {
        assert_eq!(read(&query, row).await.0, counted(row, 10));
    }
    query.close().await.unwrap();
    assert_eq!((server.total(), server.count(SEA_CLOSE)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn missing_rows_of_a_closed_statement_are_an_error() {
    let lies: [Lie; 3] = [
        ("no result", |a| a["result"] = Value::Null, ErrorKind::Truncated),
        ("an empty one", |a| a["result"] = json!({}), ErrorKind::Truncated),
        ("a damaged one", |a| rewrite(a, |_| vec![7; 100]), ErrorKind::Decode),
    ];
    for (name, lie, kind) in lies {
        let server = server(closing(), 10);
        server.script(SEA_EXECUTE, [edit(lie)]);
        let results = client_with(&server, hybrid()).execute("SELECT 1").await.unwrap();
        let error = results.fetch_all().await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (kind, RetryAdvice::Unsafe), "{name}: {error}");
        assert_eq!(server.total(), 1, "{name}");
    }
}
