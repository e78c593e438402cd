//! Query tags and limits, as received by the server over both protocols.

use bytes::Bytes;
use dbsql_core::{Config, ErrorKind, SqlProtocol, Statement, Transport};
use dbsql_local::Settings;
use serde_json::{Value, json};

use super::{sea, server};
use crate::support::{EXECUTE, HOST, Server, TOKEN, client_with, config, counted, ids};

fn thrift() -> Config {
    config().protocol(SqlProtocol::Thrift)
}

/// The entries of the query history, newest first.
async fn history(server: &Server) -> Vec<Value> {
    let request = http::Request::get(format!("https://{HOST}/api/2.0/sql/history/queries"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .body(Bytes::new());
    let response = server.send(request.unwrap()).await.unwrap();
    let body = response.into_body().collect(1 << 20).await.unwrap();
    let answer: Value = serde_json::from_slice(&body).unwrap();
    answer["res"].as_array().cloned().unwrap_or_default()
}

async fn tags_of_last(server: &Server) -> Value {
    history(server).await[0].get("query_tags").cloned().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn tags_arrive_unchanged_over_both_protocols() {
    for config in [thrift(), sea()] {
        let server = server(Settings::default(), 10);
        let statement = Statement::new("SELECT 1")
            .query_tag("hard", r"a:b,c\d\\e:,")
            .query_tag(r"back\slash", "größe 日本 🦀")
            .query_tag("alone", "")
            .query_tag("blank", "  ")
            .query_tag("Alone", "'; DROP TABLE t; --");
        let _ = client_with(&server, config).execute(statement).await.unwrap();
        let expected = json!([
            { "key": "hard", "value": r"a:b,c\d\\e:," },
            { "key": r"back\slash", "value": "größe 日本 🦀" },
            { "key": "alone" },
            { "key": "blank" },
            { "key": "Alone", "value": "'; DROP TABLE t; --" },
        ]);
        assert_eq!(tags_of_last(&server).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn own_tags_replace_those_of_connection_and_client() {
    for config in [thrift(), sea()] {
        let server = server(Settings::default(), 10);
        let config = config.query_tag("app", "a").query_tag("team", "client");
        let client = client_with(&server, config.query_tag("app", "b"));
        let _ = client.execute("SELECT 1").await.unwrap();
        let of_client = json!([
            { "key": "team", "value": "client" }, { "key": "app", "value": "b" },
        ]);
        assert_eq!(tags_of_last(&server).await, of_client);
        let connection = client.connect().query_tag("team", "connection").await.unwrap();
        let own = Statement::new("SELECT 1").query_tag("app", "own");
        connection.execute_async(own).await.unwrap().wait().await.unwrap();
        let of_statement = json!([
            { "key": "app", "value": "own" }, { "key": "team", "value": "connection" },
        ]);
        assert_eq!(tags_of_last(&server).await, of_statement);
        // The same applies after the session was lost.
        server.lose_sessions();
        let _ = connection.execute("SELECT 1").await.unwrap();
        assert_eq!(tags_of_last(&server).await.as_array().map(Vec::len), Some(2));
    }
}

#[tokio::test(start_paused = true)]
async fn tags_that_a_server_drops_are_rejected_before_sending() {
    let many = |count: i32| {
        (0..count).fold(Statement::new("SELECT 1"), |s, n| s.query_tag(format!("k{n}"), "v"))
    };
    for config in [thrift(), sea()] {
        let server = server(Settings::default(), 10);
        let client = client_with(&server, config.clone());
        for statement in [
            many(21),
            many(20).submit_nonce("n"),
            many(1).query_tag("k0", "w"),
            many(1).query_tag(" ", "w"),
            many(1).query_tag("k:1", "w"),
            many(1).query_tag("k", "a\nb"),
            many(1).query_tag("k", "x".repeat(129)),
            many(1).query_tag("dbsql_nonce", "x"),
            many(1).submit_nonce("a b"),
            many(1).byte_limit(0),
        ] {
            let error = client.execute_async(statement.clone()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{statement:?}: {error}");
        }
        let tagged = client_with(&server, config.query_tag("own", ""));
        let error = tagged.execute(many(20)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        let error = client.connect().query_tag("a.b", "").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(server.total(), 0);
        let _ = tagged.execute(many(19)).await.unwrap();
        assert_eq!(tags_of_last(&server).await.as_array().map(Vec::len), Some(20));
    }
}

#[tokio::test(start_paused = true)]
async fn byte_limit_truncates_over_sea_and_is_rejected_over_thrift() {
    let server = server(Settings::default(), 1000);
    let limited = || Statement::new("SELECT 1").byte_limit(800);
    let results = client_with(&server, sea()).execute(limited()).await.unwrap();
    assert_eq!(results.is_truncated(), Some(true));
    let rows = ids(&results.fetch_all().await.unwrap());
    assert!((1..1000).contains(&rows.len()), "{}", rows.len());
    assert_eq!(rows, counted(0, rows.len() as u64));
    let wide = Statement::new("SELECT 1").byte_limit(1 << 20);
    let results = client_with(&server, sea()).execute(wide).await.unwrap();
    assert_eq!(results.is_truncated(), Some(false));

    let error = client_with(&server, thrift()).execute(limited()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("row_limit"), "{error}");
    assert_eq!(server.count(EXECUTE), 0);
}
