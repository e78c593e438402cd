//! Links to disallowed hosts, and inconsistent properties of links.

use dbsql_core::{AsyncExecution, ErrorKind, RetryAdvice};
use serde_json::{Value, json};

use super::{
    DOWNLOAD, SEA_CHUNK, SEA_STATUS, chunked, edit, finished, is_reported, outcome, server,
};
use crate::support::{Server, counted};

/// The first link of a response, of a chunk or of a status.
fn link(answer: &mut Value) -> &mut Value {
    let result = if answer["result"].is_object() { &mut answer["result"] } else { answer };
    &mut result["external_links"][0]
}

const STRANGE: [(&str, &str); 13] = [
    ("the service of a cloud for its machines", "https://169.254.169.254/latest?canary"),
    ("the same as a number", "https://2852039166/latest?canary"),
    ("the same within IPv6", "https://[::ffff:169.254.169.254]/latest?canary"),
    ("this machine", "https://127.0.0.1:9999/canary"),
    ("this machine by name", "https://localhost/canary"),
    ("this machine over IPv6", "https://[::1]/canary"),
    ("no address", "https://0.0.0.0/canary"),
    ("plain HTTP", "http://storage.example/canary"),
    ("a file", "file:///etc/canary"),
    ("another scheme", "ftp://storage.example/canary"),
    ("a user name", "https://canary:canary@storage.example/1"),
    ("a port that is none", "https://storage.example:99999/canary"),
    ("no URL", "canary"),
];

async fn is_refused(name: &str, server: &Server, query: &AsyncExecution, rows: Vec<i64>) {
    let (read, error) = outcome(query).await;
    let error = error.expect(name);
    is_reported(name, &error, query);
    let expected = [ErrorKind::Protocol, ErrorKind::Config, ErrorKind::PermissionDenied];
    assert!(expected.contains(&error.kind()), "{name}: {:?} {error}", error.kind());
    assert_eq!(read, rows, "{name}");
    assert!(server.total() < 100, "{name}: {} requests", server.total());
    for seen in server.seen() {
        let uri = seen.uri().to_string();
        assert!(!uri.contains("canary"), "{name}: it was followed to {uri}");
    }
}

#[tokio::test(start_paused = true)]
async fn links_to_disallowed_hosts_are_not_followed() {
    for (name, url) in STRANGE {
        // In the status, then after a chunk that was read.
        for (method, rows) in [(SEA_STATUS, 0), (SEA_CHUNK, 4)] {
            let server = server(chunked(4), 8);
            let query = finished(&server).await;
            let query = match method {
                SEA_STATUS => {
                    let strange = move || edit(move |a| link(a)["external_link"] = url.into());
                    server.always(SEA_STATUS, strange);
                    server.always(SEA_CHUNK, strange);
                    let handle = query.serialize().unwrap().parse().unwrap();
                    super::client_of(&server).get_async_execution(handle).await.unwrap()
                }
                _ => {
                    let strange = move || edit(move |a| link(a)["external_link"] = url.into());
                    server.always(SEA_CHUNK, strange);
                    query
                }
            };
            is_refused(name, &server, &query, counted(0, rows)).await;
            // No row is lost.
            server.recover(SEA_STATUS);
            server.recover(SEA_CHUNK);
            let handle = query.serialize().unwrap().parse().unwrap();
            let again = super::client_of(&server).get_async_execution(handle).await.unwrap();
            assert_eq!(outcome(&again).await.0, counted(0, 8), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn links_beside_an_attachment_follow_the_same_rules() {
    for (name, url) in STRANGE {
        let sea = dbsql_local::SeaQuirks { attachment_rows: 4, ..Default::default() };
        let quirks = dbsql_local::Quirks { sea, ..Default::default() };
        let server = server(dbsql_local::Settings { quirks, ..Default::default() }, 8);
        let client = crate::support::client_with(&server, super::hybrid::hybrid());
        let query = client.execute_async("SELECT 1").await.unwrap();
        // The second chunk is behind a link, both listed beside the first and in its own response.
        let linked = move || json!([{ "external_link": url, "chunk_index": 1, "row_offset": 4, "row_count": 4 }]);
        server.always(SEA_STATUS, move || edit(move |a| a["result"]["external_links"] = linked()));
        server.always(SEA_CHUNK, move || edit(move |a| *a = json!({ "external_links": linked() })));
        query.wait().await.unwrap();
        is_refused(name, &server, &query, counted(0, 4)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn headers_that_a_link_must_not_set_are_an_error() {
    let headers = [
        ("Host", "canary.example"),
        ("cookie", "canary"),
        ("Connection", "canary"),
        ("transfer-encoding", "chunked"),
        ("Content-Length", "7"),
        ("range", "bytes=0-1"),
        ("proxy-authorization", "canary"),
        ("upgrade", "h2c"),
        ("x\r\ny", "canary"),
        ("x", "a\r\nhost: canary"),
        ("", "canary"),
        ("x-é", "canary"),
    ];
    for (name, value) in headers {
        let server = server(chunked(4), 8);
        let query = finished(&server).await;
        server.always(SEA_CHUNK, move || {
            edit(move |a| link(a)["http_headers"] = json!({ name: value }))
        });
        let (rows, error) = outcome(&query).await;
        let error = error.expect(name);
        is_reported(name, &error, &query);
        assert_eq!((rows, error.kind()), (counted(0, 4), ErrorKind::Protocol), "{name}: {error}");
    }
    // An allowed header is sent, to the storage only.
    let server = server(chunked(4), 4);
    server.always(SEA_STATUS, || {
        edit(|a| link(a)["http_headers"] = json!({ "x-key": "canary-key", "x-none": null }))
    });
    let query = finished(&server).await;
    assert_eq!(outcome(&query).await.0, counted(0, 4));
    let seen = server.seen();
    let with_key = seen.iter().filter(|seen| seen.headers().contains_key("x-key"));
    assert!(with_key.clone().count() == 1 && with_key.clone().all(|seen| seen.name() == DOWNLOAD));
}

#[tokio::test(start_paused = true)]
async fn invalid_or_past_expiry_causes_no_loop() {
    for expiration in [
        json!("2001-01-01T00:00:00Z"),
        json!("-2001-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("soon"),
        json!(""),
        json!(0),
        json!(u64::MAX),
        json!(-1.5e300),
        json!({ "seconds": 1 }),
        Value::Null,
    ] {
        let name = expiration.to_string();
        let server = server(chunked(4), 8);
        for method in [SEA_STATUS, SEA_CHUNK] {
            let expiration = expiration.clone();
            server.always(method, move || {
                let expiration = expiration.clone();
                edit(move |a| {
                    let result = if a["result"].is_object() { &mut a["result"] } else { a };
                    if let Some(links) = result["external_links"].as_array_mut() {
                        links.iter_mut().for_each(|link| link["expiration"] = expiration.clone());
                    }
                })
            });
        }
        let query = finished(&server).await;
        let (rows, error) = outcome(&query).await;
        match error {
            None => assert_eq!(rows, counted(0, 8), "{name}"),
            Some(error) => {
                is_reported(&name, &error, &query);
                assert_ne!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
                assert!(name.contains("2001"), "{name}: {error}");
            }
        }
        assert!(server.total() < 60, "{name}: {} requests", server.total());
    }
}
