//! Chunks: inline and behind links, in every format.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use base64::Engine as _;
use dbsql_local::engine::scripted::Answer;
use dbsql_local::engine::{
    EncodedBatch, EncodedColumns, EncodedFile, EncodedRows, FileLocation, QueryOutput,
    SQL_TYPE_NAME, StoredFile,
};
use dbsql_local::{Quirks, SeaQuirks, SeaSettings, Settings};
use serde_json::{Value, json};

use super::{STATEMENTS, Sea, attached, code, hybrid, id, links, numbers, statement, with};
use crate::support::{ENDLESS, TEN, numbers as batches, stream_ids, unpacked};

/// Files and responses of four rows each.
fn small() -> Settings {
    let sea = SeaSettings { inline_chunk_bytes: 32, ..SeaSettings::default() };
    Settings { file_bytes: 32, sea, ..Settings::default() }
}

fn quirky(quirks: SeaQuirks) -> Settings {
    Settings { quirks: Quirks { sea: quirks, ..Quirks::default() }, ..small() }
}

/// Returns the first row and the number of rows.
fn rows_of(data: &Value) -> (u64, u64) {
    let number = |name: &str| data[name].as_u64().expect("a number");
    (number("row_offset"), number("row_count"))
}

#[tokio::test(start_paused = true)]
async fn chunks_of_links_name_the_next_one() {
    let sea = Sea::with_settings(small());
    let answer = sea.execute(links(TEN)).await;
    let id = id(&answer);
    assert_eq!(answer["manifest"]["total_chunk_count"], 3);
    let starts: Vec<_> =
        answer["manifest"]["chunks"].as_array().expect("chunks").iter().map(rows_of).collect();
    assert_eq!(starts, [(0, 4), (4, 4), (8, 2)]);
    let mut data = answer["result"].clone();
    let mut found = Vec::new();
    for index in 0.. {
        let all = data["external_links"].as_array().expect("links");
        assert_eq!(all.len(), 1, "one in an answer unless set otherwise");
        let link = &all[0];
        assert_eq!(link["chunk_index"], index);
        found.extend(stream_ids(&unpacked(&sea.download(link).await)));
        let Some(next) = link.get("next_chunk_index") else { break };
        assert_eq!(*next, index + 1);
        let path = link["next_chunk_internal_link"].as_str().expect("a path");
        let start = format!("{STATEMENTS}/{id}/result/chunks/{next}?row_offset=");
        assert!(path.starts_with(&start), "{path}");
        let (status, next) = sea.get(path).await;
        assert_eq!(status, 200);
        data = next;
    }
    assert_eq!(found, (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn links_per_response_follow_the_settings() {
    let sea_settings = SeaSettings { links_per_answer: 2, ..SeaSettings::default() };
    let sea = Sea::with_settings(Settings { sea: sea_settings, ..small() });
    let answer = sea.execute(links(TEN)).await;
    let indexes = |data: &Value| -> Vec<u64> {
        let links = data["external_links"].as_array().expect("links").iter();
        links.map(|link| link["chunk_index"].as_u64().expect("an index")).collect()
    };
    assert_eq!(indexes(&answer["result"]), [0, 1]);
    assert_eq!(indexes(&sea.chunk(&id(&answer), 1).await.1), [1, 2]);
    assert_eq!(indexes(&sea.chunk(&id(&answer), 2).await.1), [2]);
}

#[tokio::test(start_paused = true)]
async fn hybrid_result_has_all_links_or_an_attachment() {
    let sea = Sea::with_settings(Settings { link_threshold: 79, ..small() });
    let answer = sea.execute(hybrid(TEN)).await;
    assert_eq!(answer["result"]["external_links"].as_array().map(Vec::len), Some(3));
    assert!(answer["result"]["external_links"][2].get("next_chunk_index").is_none());
    sea.service.change_settings(|settings| settings.link_threshold = 80);
    let answer = sea.execute(hybrid(TEN)).await;
    assert_eq!(attached(&answer["result"]), (0..10).collect::<Vec<_>>());
    assert_eq!(answer["manifest"]["total_chunk_count"], 1);
}

#[tokio::test(start_paused = true)]
async fn attachments_may_span_several_chunks() {
    let sea = Sea::with_settings(quirky(SeaQuirks { attachment_rows: 3, ..SeaQuirks::default() }));
    let answer = sea.execute(hybrid(TEN)).await;
    assert_eq!(answer["manifest"]["total_chunk_count"], 4);
    let mut data = answer["result"].clone();
    let mut found = Vec::new();
    loop {
        let rows = attached(&data);
        assert!(rows.len() <= 3);
        found.extend(rows);
        let Some(next) = data.get("next_chunk_index") else { break };
        data = sea.chunk(&id(&answer), next.as_u64().expect("an index")).await.1;
    }
    assert_eq!(found, (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn inline_json_is_divided_into_chunks() {
    let sea = Sea::with_settings(small());
    let answer = sea.execute(statement(TEN)).await;
    assert_eq!(numbers(&answer["result"]), [0, 1, 2, 3]);
    assert_eq!(answer["result"]["next_chunk_index"], 1);
    let (status, last) = sea.chunk(&id(&answer), 2).await;
    assert_eq!((status, numbers(&last)), (200, vec![8, 9]));
    assert_eq!(rows_of(&last), (8, 2));
    assert!(last.get("next_chunk_index").is_none());
}

#[tokio::test(start_paused = true)]
async fn row_offset_selects_the_chunk_with_that_row() {
    let sea = Sea::with_settings(small());
    for request in [statement(TEN), links(TEN)] {
        let id = id(&sea.execute(request).await);
        for (row, expected) in [(0, (0, 4)), (3, (0, 4)), (4, (4, 4)), (9, (8, 2))] {
            let path = format!("{STATEMENTS}/{id}/result/chunks/0?row_offset={row}");
            let (status, data) = sea.get(&path).await;
            let data = data["external_links"].get(0).unwrap_or(&data);
            assert_eq!((status, rows_of(data)), (200, expected));
        }
        for query in ["row_offset=10", "row_offset=-1", "row_offset=x"] {
            let path = format!("{STATEMENTS}/{id}/result/chunks/0?{query}");
            assert_eq!(code(&sea.get(&path).await), (400, "INVALID_PARAMETER_VALUE"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn chunks_may_be_divided_anew_for_a_row_offset() {
    let sea = Sea::with_settings(quirky(SeaQuirks { cut_anew: true, ..SeaQuirks::default() }));
    let answer = sea.execute(links(TEN)).await;
    let path = |row: u64| format!("{STATEMENTS}/{}/result/chunks/7?row_offset={row}", id(&answer));
    let mut ends = Vec::new();
    for row in [3, 3, 5] {
        let (status, data) = sea.get(&path(row)).await;
        assert_eq!(status, 200);
        let link = &data["external_links"][0];
        let (start, count) = rows_of(link);
        assert_eq!((start, &link["chunk_index"]), (row, &json!(7)));
        let rows = stream_ids(&unpacked(&sea.download(link).await));
        assert_eq!(rows, (start as i64..(start + count) as i64).collect::<Vec<_>>());
        ends.push(start + count);
        let next = link["next_chunk_internal_link"].as_str().expect("more rows");
        assert!(next.ends_with(&format!("chunks/8?row_offset={}", start + count)), "{next}");
    }
    assert_eq!(ends, [7, 6, 7], "the second ends earlier");
    // Following the chain leads to the end.
    let mut next = Some(path(1));
    let mut rows = Vec::new();
    while let Some(path) = next {
        let (_, data) = sea.get(&path).await;
        let link = &data["external_links"][0];
        rows.extend(stream_ids(&unpacked(&sea.download(link).await)));
        next = link["next_chunk_internal_link"].as_str().map(str::to_owned);
    }
    assert_eq!(rows, (1..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn counts_may_be_missing() {
    let sea = Sea::with_settings(quirky(SeaQuirks { omit_counts: true, ..SeaQuirks::default() }));
    let manifest = sea.execute(links(TEN)).await["manifest"].clone();
    for field in ["total_chunk_count", "total_row_count", "total_byte_count", "chunks"] {
        assert!(manifest.get(field).is_none(), "{manifest}");
    }
    assert_eq!(manifest["schema"]["column_count"], 1);
}

#[tokio::test(start_paused = true)]
async fn invalid_chunk_is_rejected() {
    let sea = Sea::with_settings(small());
    let done = id(&sea.execute(links(TEN)).await);
    for index in ["3", "99999999999999999999", "-1", "x"] {
        let path = format!("{STATEMENTS}/{done}/result/chunks/{index}");
        assert_eq!(code(&sea.get(&path).await), (400, "INVALID_PARAMETER_VALUE"), "{index}");
    }
    let running = sea.submit(ENDLESS).await;
    assert_eq!(code(&sea.chunk(&running, 0).await), (400, "INVALID_STATE"));
    for unknown in ["none", "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b"] {
        assert_eq!(code(&sea.chunk(unknown, 0).await), (404, "NOT_FOUND"));
    }
}

/// A column of numbers, and one of strings with everything that needs quoting.
fn texts() -> RecordBatch {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a,\"b\"\nc"), None, Some("null")]));
    RecordBatch::try_from_iter_with_nullable([("id", ids, true), ("t,x", texts, true)])
        .expect("a batch")
}

#[tokio::test(start_paused = true)]
async fn json_is_available_behind_links() {
    let sea = Sea::start();
    let _ = sea.engine.clone().on("texts", Answer::rows(vec![texts()]));
    let request =
        with(links("texts"), json!({ "format": "JSON_ARRAY", "result_compression": "LZ4_FRAME" }));
    let answer = sea.execute(request).await;
    assert_eq!(answer["manifest"]["result_compression"], "NONE", "the manifest says how it is");
    let file = sea.download(&answer["result"]["external_links"][0]).await;
    let rows: Value = serde_json::from_slice(&file).expect("JSON");
    assert_eq!(rows, json!([["1", "a,\"b\"\nc"], [null, null], ["3", "null"]]));
    let inline = sea.execute(statement("texts")).await;
    assert_eq!(inline["result"]["data_array"], rows);
}

#[tokio::test(start_paused = true)]
async fn csv_header_is_in_the_first_chunk_only() {
    let sea = Sea::with_settings(Settings { file_bytes: 30, ..Settings::default() });
    let _ = sea.engine.clone().on("texts", Answer::rows(vec![texts()]));
    let answer = sea.execute(with(links("texts"), json!({ "format": "CSV" }))).await;
    let chunks = answer["manifest"]["total_chunk_count"].as_u64().expect("a number");
    assert!(chunks > 1);
    let mut files = Vec::new();
    for index in 0..chunks {
        let data = sea.chunk(&id(&answer), index).await.1;
        files.push(sea.download(&data["external_links"][0]).await);
    }
    let text = String::from_utf8(files.concat()).expect("text");
    assert_eq!(text, "id,\"t,x\"\r\n1,\"a,\"\"b\"\"\nc\"\r\nnull,null\r\n3,null\r\n");
    assert!(files[0].starts_with(b"id,"));
}

#[tokio::test(start_paused = true)]
async fn each_poll_returns_fresh_links_and_old_ones_expire() {
    let settings = Settings { link_lifetime: Duration::from_secs(60), ..small() };
    let sea = Sea::with_settings(settings);
    let answer = sea.execute(links(TEN)).await;
    let old = answer["result"]["external_links"][0].clone();
    sea.sleep(61).await;
    let path = old["external_link"].as_str().expect("a link").replace(crate::support::HOST, "");
    let (status, _) = sea.send("GET", &path, Default::default()).await.expect("an answer");
    assert_eq!(status, 403);
    for fresh in
        [sea.status(&id(&answer)).await.1["result"].clone(), sea.chunk(&id(&answer), 0).await.1]
    {
        let link = &fresh["external_links"][0];
        assert_ne!(link["external_link"], old["external_link"]);
        assert_eq!(stream_ids(&unpacked(&sea.download(link).await)), [0, 1, 2, 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn download_needs_the_headers_of_its_link() {
    let headers = BTreeMap::from([("x-store-key".to_owned(), "k1".to_owned())]);
    let sea_settings = SeaSettings { link_headers: headers, ..SeaSettings::default() };
    let sea = Sea::with_settings(Settings { sea: sea_settings, ..small() });
    let answer = sea.execute(links(TEN)).await;
    let link = &answer["result"]["external_links"][0];
    assert_eq!(link["http_headers"], json!({ "x-store-key": "k1" }));
    let url = link["external_link"].as_str().expect("a link");
    let client = crate::support::Client::new(&sea.service);
    for (headers, expected) in
        [(&[][..], 403), (&[("x-store-key", "k2")][..], 403), (&[("x-store-key", "k1")][..], 200)]
    {
        assert_eq!(client.get(url, headers).await.expect("an answer").0.as_u16(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn files_may_have_more_rows_than_their_links_count() {
    let quirks = Quirks { padding_rows: 2, lz4_frames: 3, ..Quirks::default() };
    let sea = Sea::with_settings(Settings { quirks, ..small() });
    let answer = sea.execute(links(TEN)).await;
    let link = &answer["result"]["external_links"][0];
    assert_eq!(rows_of(link), (0, 4));
    let rows = stream_ids(&unpacked(&sea.download(link).await));
    assert_eq!(rows, [0, 1, 2, 3, 0, 1]);
}

#[tokio::test(start_paused = true)]
async fn encoded_files_elsewhere_are_linked_to() {
    let sea = Sea::start();
    let file = |name: &str, rows| EncodedFile {
        location: FileLocation::Url(format!("http://store.test/{name}")),
        rows,
        bytes: 8 * rows,
    };
    let files = [file("a", 3), file("b", 2)].into();
    let rows = EncodedRows::Links { files, lz4: true };
    let output = QueryOutput::encoded(batches(&[1])[0].schema(), rows);
    let _ = sea.engine.clone().on("encoded", Answer::output(output));
    for request in [links("encoded"), hybrid("encoded")] {
        let answer = sea.execute(request).await;
        assert_eq!(answer["manifest"]["total_row_count"], 5);
        assert_eq!(answer["manifest"]["result_compression"], "LZ4_FRAME");
        assert_eq!(answer["result"]["external_links"][0]["external_link"], "http://store.test/a");
        let second = sea.chunk(&id(&answer), 1).await.1["external_links"][0].clone();
        assert_eq!(
            (rows_of(&second), &second["external_link"]),
            ((3, 2), &json!("http://store.test/b"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn encoded_files_are_in_the_store() {
    let sea = Sea::start();
    let file = EncodedFile {
        location: FileLocation::Store(StoredFile::new(b"as it is".to_vec().into())),
        rows: 3,
        bytes: 24,
    };
    let rows = EncodedRows::Links { files: [file].into(), lz4: false };
    let output = QueryOutput::encoded(batches(&[1])[0].schema(), rows);
    let _ = sea.engine.clone().on("encoded", Answer::output(output));
    let answer = sea.execute(links("encoded")).await;
    let link = &answer["result"]["external_links"][0];
    assert_eq!(rows_of(link), (0, 3));
    assert_eq!(sea.download(link).await, b"as it is"[..]);
    // Another statement has its own link to the same file.
    let again = sea.execute(links("encoded")).await;
    let again = &again["result"]["external_links"][0];
    assert_ne!(again["external_link"], link["external_link"]);
    assert_eq!(sea.download(again).await, b"as it is"[..]);
}

#[tokio::test(start_paused = true)]
async fn encoded_batches_are_attached_one_per_chunk() {
    use arrow_ipc::writer::StreamWriter;
    let sea = Sea::start();
    let batch = &batches(&[3])[0];
    let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref()).expect("a stream");
    let head = writer.get_ref().len();
    writer.write(batch).expect("a batch");
    let message: bytes::Bytes = writer.get_ref()[head..].to_vec().into();
    let piece = EncodedBatch { message, rows: 3, bytes: 24 };
    let rows = EncodedRows::Arrow { batches: [piece.clone(), piece].into(), lz4: false };
    let output = QueryOutput::encoded(batch.schema(), rows);
    let _ = sea.engine.clone().on("encoded", Answer::output(output));
    let answer = sea.execute(hybrid("encoded")).await;
    assert_eq!(answer["manifest"]["result_compression"], "NONE", "whatever was asked for");
    assert_eq!(answer["manifest"]["total_row_count"], 6);
    let second = sea.chunk(&id(&answer), 1).await.1;
    for data in [&answer["result"], &second] {
        let text = data["attachment"].as_str().expect("an attachment");
        let stream = base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
        assert_eq!(stream_ids(&stream), [0, 1, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn encoded_columns_are_sent_in_every_format() {
    let sea = Sea::start();
    let rows = EncodedRows::Columns(EncodedColumns::new(batches(&[4, 6])));
    let output = QueryOutput::encoded(batches(&[1])[0].schema(), rows);
    let _ = sea.engine.clone().on("encoded", Answer::output(output));
    assert_eq!(numbers(&sea.execute(statement("encoded")).await["result"]).len(), 10);
    assert_eq!(attached(&sea.execute(hybrid("encoded")).await["result"]).len(), 10);
}

/// The columns of a manifest have their types.
#[tokio::test(start_paused = true)]
async fn column_types_have_a_class_and_a_text() {
    let sea = Sea::start();
    let cases = [
        ("DECIMAL(10,2)", json!({ "type_name": "DECIMAL", "type_precision": 10, "type_scale": 2 })),
        ("TINYINT", json!({ "type_name": "BYTE" })),
        ("VARIANT", json!({ "type_name": "USER_DEFINED_TYPE" })),
        ("TIMESTAMP_NTZ", json!({ "type_name": "TIMESTAMP" })),
        ("STRUCT<a: INT>", json!({ "type_name": "STRUCT" })),
        (
            "INTERVAL DAY TO SECOND",
            json!({ "type_name": "INTERVAL", "type_interval_type": "DAY TO SECOND" }),
        ),
    ];
    let fields = cases.iter().map(|(text, _)| {
        let metadata = [(SQL_TYPE_NAME.to_owned(), (*text).to_owned())].into();
        Field::new("c", DataType::Utf8, true).with_metadata(metadata)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let output = QueryOutput::new(schema, Vec::new());
    let _ = sea.engine.clone().on("types", Answer::output(output));
    let answer = sea.execute(statement("types")).await;
    let columns = answer["manifest"]["schema"]["columns"].as_array().expect("columns");
    for (((text, expected), column), position) in cases.iter().zip(columns).zip(0..) {
        let more = json!({ "name": "c", "position": position, "type_text": text });
        assert_eq!(*column, with(expected.clone(), more));
    }
}
