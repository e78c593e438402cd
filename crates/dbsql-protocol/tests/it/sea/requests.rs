//! Requests, from the side that writes them and from the side that reads them.

use dbsql_protocol::sea::{
    ChunkQuery, CreateSession, DeleteSession, Disposition, ExecuteStatement, Format, ListQueries,
    OnWaitTimeout, QueryFilter, QueryTag, SessionVersion, StatementParameter, TimeRange,
    WaitTimeout, json, path,
};
use serde_json::{Value, json};

use super::{good, read};
use crate::support::sea;

fn written<T: json::Document>(document: &T) -> Value {
    serde_json::from_slice(&json::write(document).expect("it is written")).expect("it is JSON")
}

#[test]
fn only_set_fields_are_written() {
    let request = ExecuteStatement {
        warehouse_id: "abc123".to_owned(),
        statement: "SELECT 1".to_owned(),
        disposition: Some(Disposition::ExternalLinks),
        format: Some(Format::ArrowStream),
        wait_timeout: Some(WaitTimeout::NONE),
        on_wait_timeout: Some(OnWaitTimeout::Continue),
        query_tags: vec![QueryTag::new("nonce", "5f1c")],
        session_version: Some(SessionVersion { version_id: Some(3) }),
        parameters: vec![
            StatementParameter {
                name: Some("x".to_owned()),
                value: Some("1.50".to_owned()),
                sql_type: Some("DECIMAL(10,2)".to_owned()),
                ..Default::default()
            },
            StatementParameter { ordinal: Some(1), ..Default::default() },
        ],
        ..Default::default()
    };
    assert_eq!(
        written(&request),
        json!({
            "warehouse_id": "abc123", "statement": "SELECT 1", "disposition": "EXTERNAL_LINKS",
            "format": "ARROW_STREAM", "wait_timeout": "0s", "on_wait_timeout": "CONTINUE",
            "query_tags": [{"key": "nonce", "value": "5f1c"}], "session_version": {"version_id": 3},
            "parameters": [
                {"name": "x", "value": "1.50", "type": "DECIMAL(10,2)"},
                {"ordinal": 1},
            ],
        })
    );
}

#[test]
fn samples_round_trip() {
    let tree = |text: &str| serde_json::from_str::<Value>(text).expect("a tree");
    assert_eq!(written(&good::<ExecuteStatement>(sea::EXECUTE)), tree(sea::EXECUTE));
    assert_eq!(written(&good::<CreateSession>(sea::CREATE_SESSION)), tree(sea::CREATE_SESSION));
    assert_eq!(written(&good::<ListQueries>(sea::LIST_QUERIES)), tree(sea::LIST_QUERIES));
    let request = DeleteSession { warehouse_id: Some("abc123".to_owned()) };
    assert_eq!(written(&request), json!({"warehouse_id": "abc123"}));
}

#[test]
fn wait_timeouts_are_validated() {
    let wait = |text: &str| {
        let request = format!(r#"{{"warehouse_id":"w","statement":"s","wait_timeout":{text}}}"#);
        read::<ExecuteStatement>(&request).ok().map(|request| request.wait_timeout)
    };
    for (text, seconds, is_allowed) in [
        ("\"0s\"", 0, true),
        ("\"4s\"", 4, false),
        ("\"5s\"", 5, true),
        ("\"50s\"", 50, true),
        ("\"51s\"", 51, false),
    ] {
        assert_eq!(wait(text), Some(Some(WaitTimeout { seconds })), "{text}");
        assert_eq!(WaitTimeout { seconds }.is_allowed(), is_allowed, "{text}");
        assert_eq!(format!("\"{}\"", WaitTimeout { seconds }), text);
    }
    assert_eq!(wait("null"), Some(None));
    for text in
        ["\"10\"", "10", "\"s\"", "\"-1s\"", "\"+1s\"", "\"1.5s\"", "\"99999999999s\"", "\"\""]
    {
        assert_eq!(wait(text), None, "{text}");
    }
}

#[test]
fn history_query_round_trips_through_its_query_string() {
    let list: ListQueries = good(sea::LIST_QUERIES);
    let pairs = list.to_pairs();
    assert!(
        pairs.contains(&(
            "filter_by.query_start_time_range.start_time_ms",
            "1764417600000".to_owned()
        ))
    );
    assert!(pairs.contains(&("filter_by.statuses", "RUNNING".to_owned())));
    assert!(pairs.contains(&("filter_by.statuses", "FINISHED".to_owned())));
    let borrowed = pairs.iter().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(ListQueries::from_pairs(borrowed), Ok(list));
    assert_eq!(ListQueries::from_pairs([("unknown", "x")]), Ok(ListQueries::default()));
    assert_eq!(ListQueries::default().to_pairs(), []);
    let error = ListQueries::from_pairs([("max_results", "many")]).expect_err("no number");
    assert_eq!(
        error.to_string(),
        "invalid query parameter `max_results`: expected a whole number from 0 to 2^32 - 1"
    );
    let window = ListQueries {
        filter_by: Some(QueryFilter {
            query_start_time_range: Some(TimeRange { start_time_ms: Some(-5), end_time_ms: None }),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(
        window.to_pairs(),
        [("filter_by.query_start_time_range.start_time_ms", "-5".to_owned())]
    );
}

#[test]
fn chunk_query_round_trips_through_its_query_string() {
    let query = ChunkQuery { row_offset: Some(7) };
    assert_eq!(query.to_pairs(), [("row_offset", "7".to_owned())]);
    assert_eq!(ChunkQuery::from_pairs([("a", "b"), ("row_offset", "7")]), Ok(query));
    assert_eq!(ChunkQuery::from_pairs([]), Ok(ChunkQuery::default()));
    assert!(ChunkQuery::from_pairs([("row_offset", "-1")]).is_err());
}

#[test]
fn ids_cannot_change_the_path() {
    let id = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b".parse().expect("an id");
    assert_eq!(
        path::chunk(id, 3),
        "/api/2.0/sql/statements/01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b/result/chunks/3"
    );
    assert!(path::cancel(id).ends_with("5b/cancel") && path::statement(id).ends_with("5b"));
    assert_eq!(path::session("01ef-s.1"), "/api/2.0/sql/sessions/01ef-s.1");
    assert_eq!(path::session(".."), "/api/2.0/sql/sessions/%2E%2E");
    assert_eq!(path::start("a/b?c#d"), "/api/2.0/sql/warehouses/a%2Fb%3Fc%23d/start");
    assert_eq!(path::warehouse("é\r\n"), "/api/2.0/sql/warehouses/%C3%A9%0D%0A");
    assert_eq!(path::query("q"), "/api/2.0/sql/history/queries/q");
    assert_eq!(
        path::query_with_metrics("q/1"),
        "/api/2.0/sql/history/queries/q%2F1?include_metrics=true"
    );
    let list = ListQueries {
        max_results: Some(9),
        page_token: Some("a&b=c d+".to_owned()),
        ..ListQueries::default()
    };
    assert_eq!(
        path::query_list(&list),
        "/api/2.0/sql/history/queries?max_results=9&page_token=a%26b%3Dc%20d%2B"
    );
    assert_eq!(path::query_list(&ListQueries::default()), path::QUERY_HISTORY);
}
