//! Inconsistent responses: typed errors, no missing or duplicated rows, and no hangs.

use dbsql_core::ErrorKind;
use serde_json::{Value, json};

use super::{SEA_CHUNK, SEA_STATUS, chunked, edit, finished, server};
use crate::support::{Server, Step, counted, ids, seconds};

/// A result of 12 rows in chunks of 4, with edited responses of one method.
fn lying(method: &str, change: fn(&mut Value)) -> Server {
    let server = server(chunked(4), 12);
    server.always(method, move || edit(change));
    server
}

/// Asserts that reading fails with this kind of error, and that the rows read before are correct.
async fn is_reported(name: &str, method: &str, change: fn(&mut Value), kind: ErrorKind) {
    let server = lying(method, change);
    let query = finished(&server).await;
    let error = match query.get_results().await {
        Err(error) => error,
        Ok(mut results) => {
            let mut seen = Vec::new();
            loop {
                let next = tokio::time::timeout(seconds(3600), results.next()).await.expect(name);
                match next {
                    Ok(Some(batch)) => seen.extend(ids(&[batch])),
                    Ok(None) => panic!("{name}: it ended after {seen:?}"),
                    Err(error) => {
                        assert_eq!(seen, counted(0, seen.len() as u64), "{name}");
                        break error;
                    }
                }
            }
        }
    };
    assert_eq!(error.kind(), kind, "{name}: {error}");
    assert!(server.total() < 1200, "{name}: {} requests", server.total());
}

/// The manifest contains no chunks and no counts.
fn no_counts(answer: &mut Value) {
    if let Some(manifest) = answer["manifest"].as_object_mut() {
        manifest.retain(|name, _| name != "chunks" && !name.starts_with("total"));
    }
}

fn link(answer: &mut Value) -> &mut Value {
    &mut answer["external_links"][0]
}

#[tokio::test(start_paused = true)]
async fn inconsistent_manifest_is_an_error() {
    type Lie = (&'static str, fn(&mut Value), ErrorKind);
    let lies: [Lie; 9] = [
        (
            "more rows than there are",
            |a| a["manifest"]["total_row_count"] = 13.into(),
            ErrorKind::Truncated,
        ),
        (
            "fewer rows than there are",
            |a| a["manifest"]["total_row_count"] = 11.into(),
            ErrorKind::Protocol,
        ),
        (
            "more chunks than there are",
            |a| {
                no_counts(a);
                a["manifest"]["total_chunk_count"] = 4.into();
            },
            ErrorKind::Truncated,
        ),
        ("a gap", |a| a["manifest"]["chunks"][1]["row_offset"] = 5.into(), ErrorKind::Protocol),
        (
            "an overlap",
            |a| a["manifest"]["chunks"][1]["row_offset"] = 3.into(),
            ErrorKind::Protocol,
        ),
        (
            "a chunk twice",
            |a| a["manifest"]["chunks"][1]["chunk_index"] = 0.into(),
            ErrorKind::Protocol,
        ),
        ("a jump", |a| a["manifest"]["chunks"][1]["chunk_index"] = 2.into(), ErrorKind::Protocol),
        (
            "other rows in a chunk",
            |a| {
                a["manifest"]["chunks"][0]["row_count"] = 5.into();
                a["manifest"]["chunks"][1] =
                    json!({ "chunk_index": 1, "row_offset": 5, "row_count": 3 });
            },
            ErrorKind::Protocol,
        ),
        (
            "far more rows in a chunk",
            |a| {
                a["manifest"]["chunks"][2]["row_count"] = i64::MAX.into();
                a["manifest"]["total_row_count"] = Value::Null;
            },
            ErrorKind::Truncated,
        ),
    ];
    for (name, lie, kind) in lies {
        is_reported(name, SEA_STATUS, lie, kind).await;
    }
}

/// Invalid numbers are reported, and numbers as strings or floats are read.
#[tokio::test(start_paused = true)]
async fn numbers_may_be_strings_and_must_be_valid() {
    for (name, number) in [
        ("text", json!("12")),
        ("a float", json!(12.0)),
        ("a float in a text", json!("12.0")),
        ("null", Value::Null),
    ] {
        let server = server(chunked(4), 12);
        let seen = number.clone();
        server.always(SEA_STATUS, move || {
            let number = seen.clone();
            edit(move |a| a["manifest"]["total_row_count"] = number.clone())
        });
        let query = finished(&server).await;
        let (rows, error) = super::outcome(&query).await;
        assert_eq!((rows, error.map(|e| e.to_string())), (counted(0, 12), None), "{name}");
    }
    for (name, number) in [
        ("negative", json!(-1)),
        ("beyond 63 bits", json!(1_u64 << 63)),
        ("far beyond", json!(1e30)),
        ("a fraction", json!(12.5)),
        ("words", json!("twelve")),
        ("an empty text", json!("")),
        ("a boolean", json!(true)),
        ("a list", json!([12])),
    ] {
        for pointer in [
            "/manifest/total_row_count",
            "/manifest/chunks/1/row_offset",
            "/result/external_links/0/row_count",
        ] {
            let server = server(chunked(4), 12);
            let query = super::client_of(&server).execute_async("SELECT 1").await.unwrap();
            let seen = number.clone();
            server.always(SEA_STATUS, move || {
                let number = seen.clone();
                edit(move |a| *a.pointer_mut(pointer).unwrap() = number.clone())
            });
            let read = super::in_time(query.sync_status()).await;
            let error = read.expect_err(name);
            super::is_reported(name, &error, &query);
            assert_eq!(error.kind(), ErrorKind::Protocol, "{name} {pointer}: {error}");
            server.recover(SEA_STATUS);
            assert_eq!(super::outcome(&query).await.0, counted(0, 12), "{name} {pointer}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn chain_is_sufficient_without_counts_in_the_manifest() {
    let server = lying(SEA_STATUS, no_counts);
    let results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 12));
}

#[tokio::test(start_paused = true)]
async fn announced_chunk_count_is_not_the_end() {
    let server = lying(SEA_STATUS, |answer| {
        no_counts(answer);
        answer["manifest"]["total_chunk_count"] = 1.into();
    });
    let results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 12));
}

#[tokio::test(start_paused = true)]
async fn interrupted_chain_is_an_error() {
    // The status announces 12 rows in 3 chunks; the chain ends with the second.
    let server = lying(SEA_CHUNK, |answer| {
        let link = link(answer).as_object_mut().unwrap();
        link.retain(|name, _| !name.starts_with("next"));
        let answer = answer.as_object_mut().unwrap();
        answer.retain(|name, _| !name.starts_with("next"));
    });
    // The manifest lists the third chunk nevertheless.
    let results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 12));
}

#[tokio::test(start_paused = true)]
async fn inconsistent_chunk_is_an_error() {
    type Lie = (&'static str, fn(&mut Value));
    let lies: [Lie; 8] = [
        ("a chunk before", |a| link(a)["chunk_index"] = 0.into()),
        ("a chunk behind", |a| link(a)["chunk_index"] = 7.into()),
        ("rows before", |a| link(a)["row_offset"] = 0.into()),
        ("rows behind", |a| link(a)["row_offset"] = 6.into()),
        ("fewer rows", |a| link(a)["row_count"] = 3.into()),
        ("the same link twice", |a| {
            let again = link(a).clone();
            a["external_links"].as_array_mut().unwrap().push(again);
        }),
        ("no URL", |a| link(a)["external_link"] = Value::Null),
        ("a URL that must not be followed", |a| {
            link(a)["external_link"] = "file:///etc/passwd".into();
        }),
    ];
    for (name, lie) in lies {
        is_reported(name, SEA_CHUNK, lie, ErrorKind::Protocol).await;
    }
}

/// Without counts, so that only the chain can reveal it.
async fn chain_is_reported(name: &str, change: fn(&mut Value)) {
    let server = lying(SEA_STATUS, no_counts);
    server.always(SEA_CHUNK, move || edit(change));
    let results = finished(&server).await.get_results().await.unwrap();
    let read = tokio::time::timeout(seconds(3600), results.fetch_all()).await.expect(name);
    let error = read.expect_err(name);
    assert_eq!(error.kind(), ErrorKind::Protocol, "{name}: {error}");
    assert!(server.total() < 1200, "{name}: {} requests", server.total());
}

fn next(answer: &mut Value, index: u64, link: &str) {
    for pointer in ["/external_links/0", ""] {
        let at = answer.pointer_mut(pointer).unwrap();
        at["next_chunk_index"] = index.into();
        at["next_chunk_internal_link"] = link.into();
    }
}

#[tokio::test(start_paused = true)]
async fn chain_with_a_loop_or_a_jump_is_an_error() {
    chain_is_reported("to itself", |a| next(a, 1, "")).await;
    chain_is_reported("backwards", |a| next(a, 0, "")).await;
    chain_is_reported("a jump", |a| next(a, 9, "")).await;
    chain_is_reported("another statement", |a| {
        next(a, 2, "/api/2.0/sql/statements/01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b/result/chunks/2");
    })
    .await;
    chain_is_reported("another host", |a| next(a, 2, "https://evil.example/chunks/2")).await;
    for (from, to) in [
        ("/api/", "/api/../evil/"),
        ("/api/", "/api/%2e%2e/evil/"),
        ("/api/", "/api/..;/evil/"),
        ("/api/", "/api//evil/"),
        ("/api/", "/api/\\evil/"),
        ("/api/", "/evil/"),
        ("/api/", "api/"),
        ("/chunks/", "/chunks/../"),
        ("/chunks/", "/chunks/0/../"),
        ("/sql/", "/sql\r\nhost: evil/"),
        ("/sql/", "/sql?/"),
        ("/sql/", "/sql#/"),
    ] {
        let server = lying(SEA_STATUS, no_counts);
        server.always(SEA_CHUNK, move || {
            edit(move |a| {
                let own = "next_chunk_internal_link";
                for pointer in ["/external_links/0", ""] {
                    let at = a.pointer_mut(pointer).unwrap();
                    if let Some(link) = at[own].as_str() {
                        at[own] = link.replacen(from, to, 1).into();
                    }
                }
            })
        });
        let query = finished(&server).await;
        let (rows, error) = super::outcome(&query).await;
        let error = error.expect(to);
        super::is_reported(to, &error, &query);
        assert_eq!((rows, error.kind()), (counted(0, 4), ErrorKind::Protocol), "{to}: {error}");
    }
    chain_is_reported("a host in a path", |a| next(a, 2, "//evil.example/chunks/2")).await;
}

/// Only the number of the chunk reveals that it is another one.
#[tokio::test(start_paused = true)]
async fn last_chunk_with_another_number_is_an_error() {
    for index in [0, 2, 7] {
        let server = lying(SEA_STATUS, no_counts);
        server.always(SEA_CHUNK, move || {
            edit(move |answer| {
                let mut own = link(answer).take();
                own.as_object_mut().unwrap().retain(|name, _| !name.starts_with("next"));
                own["chunk_index"] = index.into();
                *answer = json!({ "external_links": [own] });
            })
        });
        let query = finished(&server).await;
        let (rows, error) = super::outcome(&query).await;
        let error = error.unwrap_or_else(|| panic!("{index}: it ended after {rows:?}"));
        super::is_reported("another chunk", &error, &query);
        assert_eq!((rows, error.kind()), (counted(0, 4), ErrorKind::Protocol), "{index}: {error}");
    }
}

/// The manifest contains the number of rows, and nothing about the chunks.
#[tokio::test(start_paused = true)]
async fn rows_beyond_the_total_are_an_error() {
    let server = lying(SEA_STATUS, |answer| {
        no_counts(answer);
        answer["manifest"]["total_row_count"] = 11.into();
    });
    let query = finished(&server).await;
    let (rows, error) = super::outcome(&query).await;
    let error = error.unwrap_or_else(|| panic!("it ended after {rows:?}"));
    super::is_reported("too many rows", &error, &query);
    assert_eq!((rows, error.kind()), (counted(0, 8), ErrorKind::Protocol), "{error}");
}

#[tokio::test(start_paused = true)]
async fn chunks_without_rows_do_not_continue_forever() {
    let server = lying(SEA_STATUS, no_counts);
    let query = finished(&server).await;
    // Each response is for the requested chunk, has no rows and names the next.
    let asked = std::sync::atomic::AtomicU64::new(1);
    server.always(SEA_CHUNK, move || {
        let index = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let body = json!({ "chunk_index": index, "next_chunk_index": index + 1 });
        Step::body(body.to_string())
    });
    let results = query.get_results().await.unwrap();
    let read = tokio::time::timeout(seconds(7200), results.fetch_all()).await.expect("an end");
    let error = read.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

#[tokio::test(start_paused = true)]
async fn status_of_another_statement_is_an_error() {
    let other = |answer: &mut Value| {
        answer["statement_id"] = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b".into();
    };
    let server = server(chunked(4), 12);
    let query = super::client_of(&server).execute_async("SELECT 1").await.unwrap();
    server.script(SEA_STATUS, [edit(other)]);
    assert_eq!(query.sync_status().await.unwrap_err().kind(), ErrorKind::Protocol);
}
