//! Malformed and hostile response bodies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use dbsql_core::{AsyncExecution, ErrorKind, RetryAdvice};
use dbsql_local::Settings;
use serde_json::{Value, json};

use super::hybrid::hybrid;
use super::{
    SEA_CHUNK, SEA_EXECUTE, SEA_STATUS, chunked, client_of, edit, finished, in_time, is_reported,
    outcome, server,
};
use crate::support::{Server, Step, client_with, counted, seconds};

/// An edit of the original body.
type Change = fn(&[u8]) -> Vec<u8>;

/// Inserts this before the end of the object.
fn with(body: &[u8], more: &[u8]) -> Vec<u8> {
    let (last, rest) = body.split_last().expect("an object");
    [rest, b",", more, &[*last][..]].concat()
}

fn list(item: &str, times: usize) -> Vec<u8> {
    let items = item.repeat(times);
    format!("{{\"result\":[{}]}}", items.trim_end_matches(',')).into_bytes()
}

/// Faults that may be transient: an intermediary, or an incomplete body.
const BROKEN: [(&str, Change); 18] = [
    ("nothing", |_| Vec::new()),
    ("null", |_| b"null".to_vec()),
    ("a number", |_| b"7".to_vec()),
    ("a list", |_| b"[]".to_vec()),
    ("a text", |_| b"\"SUCCEEDED\"".to_vec()),
    ("HTML", |_| b"<!DOCTYPE html><html>Sign in</html>".to_vec()),
    ("a byte order mark", |body| [&[0xef, 0xbb, 0xbf], body].concat()),
    ("UTF-16", |body| body.iter().flat_map(|byte| [*byte, 0]).collect()),
    ("trailing bytes", |body| [body, b"x"].concat()),
    ("two documents", |body| [body, body].concat()),
    ("NaN", |body| with(body, b"\"row_count\":NaN")),
    ("a lone surrogate", |body| with(body, br#""\ud800":1"#)),
    ("no UTF-8", |body| with(body, b"\"\xff\xfe\":1")),
    ("an unfinished escape", |body| with(body, br#""x":"\u12"#)),
    ("a control character", |body| with(body, b"\"x\":\"\x00\"")),
    ("a key twice", |body| {
        with(
            &with(body, b"\"status\":{\"state\":\"FAILED\"},\"row_count\":1"),
            b"\"status\":{},\"row_count\":2",
        )
    }),
    ("comments", |body| [b"/* */", body].concat()),
    ("NUL bytes behind it", |body| [body, &[0; 64]].concat()),
];

/// Bodies that remain too large when requested again.
const HUGE: [(&str, Change); 6] = [
    ("deep lists", |body| {
        with(body, &[&b"\"x\":"[..], &vec![b'['; 100_000], &vec![b']'; 100_000]].concat())
    }),
    ("deep objects", |body| {
        with(body, &[&b"\"x\":"[..], "{\"a\":".repeat(100_000).as_bytes()].concat())
    }),
    ("100 MB of space", |_| vec![b' '; 100 << 20]),
    ("a text of 41 MB", |_| [&b"{\"x\":\""[..], &vec![b'x'; 41 << 20], b"\"}"].concat()),
    ("17 million values", |_| list("0,", 17_000_000)),
    ("links without end", |_| {
        let links = list("{},", 6_000_000);
        let links = links.strip_prefix(b"{\"result\":").expect("it begins so");
        [b"{\"result\":{\"external_links\":", links, b"}"].concat()
    }),
];

async fn is_survived(name: &str, method: &str, change: Change, is_huge: bool) {
    let server = server(chunked(4), 8);
    let query = finished(&server).await;
    // A single one does no harm, unless it would be repeated.
    if !is_huge {
        server.script(method, [Step::edit_body(move |body| change(&body).into())]);
        let (rows, error) = outcome(&query).await;
        assert_eq!((rows, error.map(|e| e.to_string())), (counted(0, 8), None), "{name}");
        let status = in_time(query.sync_status()).await;
        assert!(status.is_ok() || method != SEA_STATUS, "{name}: {status:?}");
    }
    let total = server.total();
    server.always(method, move || Step::edit_body(move |body| change(&body).into()));
    let error = match method {
        SEA_STATUS => in_time(query.sync_status()).await.expect_err(name),
        _ => outcome(&query).await.1.expect(name),
    };
    is_reported(name, &error, &query);
    let advice = if is_huge { RetryAdvice::Never } else { RetryAdvice::RepeatCall };
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Protocol, advice), "{name}: {error}");
    let requests = server.total() - total;
    assert!(requests < if is_huge { 8 } else { 200 }, "{name}: {requests} requests");
    assert!(query.is_finished(), "{name}");
    server.recover(method);
    let (rows, error) = outcome(&query).await;
    assert_eq!((rows, error.map(|e| e.to_string())), (counted(0, 8), None), "{name}: {method}");
}

#[tokio::test(start_paused = true)]
async fn malformed_bodies_are_retried_and_then_reported() {
    for (name, change) in BROKEN {
        for method in [SEA_STATUS, SEA_CHUNK] {
            is_survived(name, method, change, false).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn huge_bodies_are_reported_at_once() {
    for (name, change) in HUGE {
        is_survived(name, SEA_STATUS, change, true).await;
    }
}

#[tokio::test(start_paused = true)]
async fn hostile_response_to_a_submit_leaves_its_outcome_unknown() {
    for (name, change) in BROKEN.into_iter().chain(HUGE) {
        let server = server(Settings::default(), 8);
        server.script(SEA_EXECUTE, [Step::edit_body(move |body| change(&body).into())]);
        let submitted = in_time(client_of(&server).execute_async("INSERT 1")).await;
        let error = submitted.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
        assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
        assert_eq!((server.count(SEA_EXECUTE), server.executions().len()), (1, 1), "{name}");
    }
}

/// The statement was accepted, and the response contains its id.
#[tokio::test(start_paused = true)]
async fn submit_with_an_unreadable_field_still_has_its_id() {
    type Break = (&'static str, fn(&mut Value));
    let breaks: [Break; 7] = [
        ("a negative count", |a| a["manifest"] = json!({ "total_row_count": -1 })),
        ("a count beyond 63 bits", |a| a["manifest"] = json!({ "total_row_count": u64::MAX })),
        ("a column that is a text", |a| a["manifest"] = json!({ "schema": { "columns": ["id"] } })),
        ("links that are a text", |a| a["result"] = json!({ "external_links": "none" })),
        ("an attachment that is no base64", |a| a["result"] = json!({ "attachment": "%" })),
        ("a manifest that is a list", |a| a["manifest"] = json!([1])),
        ("an error that is a number", |a| a["status"]["error"] = 7.into()),
    ];
    for (name, change) in breaks {
        for config in [super::sea(), hybrid()] {
            let server = server(Settings::default(), 8);
            server.script(SEA_EXECUTE, [edit(change)]);
            let client = client_with(&server, config);
            let query: AsyncExecution = client.execute_async("SELECT 1").await.expect(name);
            let (rows, error) = outcome(&query).await;
            assert_eq!((rows, error.map(|e| e.to_string())), (counted(0, 8), None), "{name}");
            assert_eq!((server.count(SEA_EXECUTE), server.executions().len()), (1, 1), "{name}");
        }
    }
}

/// The length of the last body of a method.
fn measured(server: &Server, method: &str) -> Arc<AtomicUsize> {
    let length = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&length);
    server.always(method, move || {
        let seen = Arc::clone(&seen);
        Step::edit_body(move |body| {
            seen.store(body.len(), Ordering::Relaxed);
            body
        })
    });
    length
}

fn ended_at(at: usize) -> Step {
    Step::edit_body(move |body: Bytes| body.slice(..at.min(body.len())))
}

#[tokio::test(start_paused = true)]
async fn truncated_status_and_chunk_are_requested_again() {
    for method in [SEA_STATUS, SEA_CHUNK] {
        let server = server(chunked(4), 8);
        let length = measured(&server, method);
        let text = finished(&server).await.serialize().unwrap();
        let query = client_of(&server).get_async_execution(text.parse().unwrap()).await.unwrap();
        assert_eq!(outcome(&query).await.0, counted(0, 8));
        let length = length.load(Ordering::Relaxed);
        assert!(length > 100, "{length}");
        // Each of the two endings at every second byte.
        for at in 0..length {
            let step = if at % 2 == 0 { Step::cut_after(at) } else { ended_at(at) };
            server.script(method, [step]);
            let name = format!("{method} cut at {at}");
            if method == SEA_STATUS {
                let query = client_of(&server).get_async_execution(text.parse().unwrap());
                assert!(in_time(query).await.expect(&name).is_finished(), "{name}");
            } else {
                let (rows, error) = outcome(&query).await;
                assert_eq!((rows, error.map(|e| e.to_string())), (counted(0, 8), None), "{name}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn submit_with_a_truncated_response_is_sent_once() {
    let server = server(Settings::default(), 8);
    let length = measured(&server, SEA_EXECUTE);
    let _ = client_of(&server).execute_async("INSERT 1").await.unwrap();
    let length = length.load(Ordering::Relaxed);
    for at in 0..length {
        for step in [Step::cut_after(at), ended_at(at), Step::stalled_after(at)] {
            let before = server.executions().len();
            server.script(SEA_EXECUTE, [step]);
            let client = client_of(&server);
            let submitted = in_time(client.execute_async("INSERT 1").deadline(seconds(60)));
            let error = submitted.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "cut at {at}: {error}");
            assert_eq!(server.executions().len(), before + 1, "cut at {at}");
        }
    }
}
