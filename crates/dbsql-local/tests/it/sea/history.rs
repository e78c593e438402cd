//! The query history: statements of both protocols, their tags, pages and metrics.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use dbsql_local::Settings;
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::Answer;
use dbsql_protocol::types::{TExecuteStatementReq, TOpenSessionReq};
use serde_json::{Value, json};

use super::{SESSIONS, Sea, code, id, statement, with};
use crate::support::{Client, ENDLESS, TEN, statement as thrift_statement};

const HISTORY: &str = "/api/2.0/sql/history/queries";

impl Sea {
    async fn history(&self, query: &str) -> Vec<Value> {
        let (status, answer) = self.get(&format!("{HISTORY}?{query}")).await;
        assert_eq!(status, 200, "{answer}");
        // An empty list may be missing.
        answer["res"].as_array().cloned().unwrap_or_default()
    }

    fn now_ms(&self) -> u128 {
        let now = self.runtime.wall_now().duration_since(SystemTime::UNIX_EPOCH);
        now.expect("after 1970").as_millis()
    }
}

fn texts(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|one| one["query_text"].as_str().expect("a text")).collect()
}

#[tokio::test(start_paused = true)]
async fn statements_of_both_protocols_are_listed_with_tags() {
    let sea = Sea::start();
    let client = Client::new(&sea.service);
    let tags = |key: &str, text: &str| BTreeMap::from([(key.to_owned(), text.to_owned())]);
    let opened = client
        .open_with(TOpenSessionReq {
            configuration: Some(tags("QUERY_TAGS", "team:data,shared:session")),
            ..TOpenSessionReq::default()
        })
        .await;
    let handle = opened.session_handle.expect("a handle");
    let request = TExecuteStatementReq {
        conf_overlay: Some(tags("query_tags", r"nonce:a\:1,shared:own")),
        ..thrift_statement(&handle, TEN)
    };
    let by_thrift = client.execute(request).await.operation_handle.expect("a handle");
    sea.sleep(1).await;
    let create = json!({
        "warehouse_id": "local", "session_confs": { "QUERY_TAGS": "app:web" },
    });
    let (_, session) = sea.ask("POST", SESSIONS, create).await;
    let request = with(
        statement(TEN),
        json!({
            "session_id": session["session_id"],
            "query_tags": [
                { "key": "nonce", "value": "b2" }, { "key": "bare" },
                { "key": "blank", "value": " " },
            ],
        }),
    );
    let by_sea = id(&sea.execute(request).await);

    let found = sea.history("").await;
    assert_eq!(found.len(), 2);
    // Newest first.
    assert_eq!(found[0]["query_id"], json!(by_sea));
    assert_eq!(
        found[0]["query_tags"],
        json!([
            { "key": "nonce", "value": "b2" }, { "key": "bare" }, { "key": "blank" },
            { "key": "app", "value": "web" },
        ])
    );
    assert_eq!(found[0]["session_id"], session["session_id"]);
    assert_eq!((&found[0]["status"], &found[0]["rows_produced"]), (&json!("FINISHED"), &json!(10)));
    assert_eq!((&found[0]["query_text"], &found[0]["is_final"]), (&json!(TEN), &json!(true)));
    assert_eq!(found[0]["warehouse_id"], "local");
    let guid = dbsql_protocol::handle::QueryId::from_guid(&by_thrift.operation_id.guid);
    assert_eq!(found[1]["query_id"], json!(guid.expect("16 bytes").to_string()));
    assert_eq!(
        found[1]["query_tags"],
        json!([
            { "key": "nonce", "value": "a:1" }, { "key": "shared", "value": "own" },
            { "key": "team", "value": "data" },
        ])
    );
    // No secret of a handle is listed.
    let secret = dbsql_protocol::handle::QueryId::from_guid(&by_thrift.operation_id.secret);
    let secret = secret.expect("16 bytes").to_string();
    assert!(!json!(found).to_string().contains(&secret));
    let (status, one) = sea.get(&format!("{HISTORY}/{by_sea}")).await;
    assert_eq!((status, &one), (200, &found[0]));
    assert_eq!(code(&sea.get(&format!("{HISTORY}/none")).await), (404, "NOT_FOUND"));
}

#[tokio::test(start_paused = true)]
async fn tags_are_limited_to_twenty() {
    let sea = Sea::start();
    let tags: Vec<Value> = (0..30).map(|n| json!({ "key": format!("k{n}") })).collect();
    sea.execute(with(statement(TEN), json!({ "query_tags": tags }))).await;
    let found = sea.history("").await;
    let kept = found[0]["query_tags"].as_array().expect("tags");
    assert_eq!((kept.len(), &kept[19]["key"]), (20, &json!("k19")));
}

#[tokio::test(start_paused = true)]
async fn history_is_filtered_by_time_status_warehouse_and_id() {
    let sea = Sea::start();
    let error = SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
    let _ = sea.engine.clone().on("bad", Answer::fail(error));
    let start = sea.now_ms();
    let ten = id(&sea.execute(statement(TEN)).await);
    sea.sleep(10).await;
    sea.execute(statement("bad")).await;
    sea.sleep(10).await;
    let endless = sea.submit(ENDLESS).await;
    sea.state(&endless).await;
    let times = "filter_by.query_start_time_range";
    let cases = [
        (String::new(), vec![ENDLESS, "bad", TEN]),
        ("filter_by.statuses=FAILED".to_owned(), vec!["bad"]),
        ("filter_by.statuses=FINISHED&filter_by.statuses=RUNNING".to_owned(), vec![ENDLESS, TEN]),
        (format!("{times}.start_time_ms={}", start + 5_000), vec![ENDLESS, "bad"]),
        (
            format!("{times}.start_time_ms={start}&{times}.end_time_ms={}", start + 15_000),
            vec!["bad", TEN],
        ),
        ("filter_by.warehouse_ids=local".to_owned(), vec![ENDLESS, "bad", TEN]),
        ("filter_by.warehouse_ids=other".to_owned(), vec![]),
        (format!("filter_by.statement_ids={ten}"), vec![TEN]),
    ];
    for (query, expected) in cases {
        assert_eq!(texts(&sea.history(&query).await), expected, "{query}");
    }
    let failed = &sea.history("filter_by.statuses=FAILED").await[0];
    assert!(failed["error_message"].as_str().expect("a message").contains("DIVIDE_BY_ZERO"));
    // Closing does not change the outcome.
    sea.ask("DELETE", &format!("{}/{ten}", super::STATEMENTS), Value::Null).await;
    sea.ask("DELETE", &format!("{}/{endless}", super::STATEMENTS), Value::Null).await;
    let found = sea.history("").await;
    let states: Vec<_> = found.iter().map(|one| one["status"].as_str()).collect();
    assert_eq!(states, [Some("CANCELED"), Some("FAILED"), Some("FINISHED")]);
    // Some clients send it in the body of the GET.
    let body = json!({ "filter_by": { "statuses": ["FAILED"] } });
    let (_, answer) = sea.ask("GET", HISTORY, body).await;
    assert_eq!(texts(answer["res"].as_array().expect("a list")), ["bad"]);
}

#[tokio::test(start_paused = true)]
async fn invalid_filter_is_rejected() {
    let sea = Sea::start();
    let times = "filter_by.query_start_time_range";
    for query in [
        "max_results=0".to_owned(),
        "max_results=1000".to_owned(),
        "max_results=x".to_owned(),
        "page_token=x".to_owned(),
        format!("{times}.start_time_ms=0&{times}.end_time_ms=2592000001"),
        format!("{times}.start_time_ms=2&{times}.end_time_ms=1"),
    ] {
        let answer = sea.get(&format!("{HISTORY}?{query}")).await;
        assert_eq!(code(&answer), (400, "INVALID_PARAMETER_VALUE"), "{query}");
    }
    let longest = format!("{times}.start_time_ms=0&{times}.end_time_ms=2592000000");
    assert!(sea.history(&longest).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn pages_are_stable_when_statements_are_added() {
    let sea = Sea::start();
    for number in 0..7 {
        sea.execute(statement(&format!("SELECT {number}"))).await;
    }
    let mut all = Vec::new();
    let mut query = "max_results=3".to_owned();
    let mut sizes = Vec::new();
    loop {
        let (_, page) = sea.get(&format!("{HISTORY}?{query}")).await;
        let found = page["res"].as_array().cloned().unwrap_or_default();
        sizes.push(found.len());
        all.extend(found);
        sea.execute(statement("SELECT late")).await;
        let next = page.get("next_page_token").and_then(Value::as_str);
        assert_eq!(page["has_next_page"], next.is_some());
        let Some(token) = next else { break };
        query = format!("max_results=3&page_token={token}");
    }
    assert_eq!(sizes, [3, 3, 1]);
    let expected: Vec<_> = (0..7).rev().map(|number| format!("SELECT {number}")).collect();
    assert_eq!(texts(&all), expected);
}

#[tokio::test(start_paused = true)]
async fn history_is_limited_in_length() {
    let sea = Sea::with_settings(Settings { history_length: 3, ..Settings::default() });
    for number in 0..5 {
        sea.execute(statement(&format!("SELECT {number}"))).await;
    }
    assert_eq!(texts(&sea.history("").await), ["SELECT 4", "SELECT 3", "SELECT 2"]);
    sea.execute(statement(&"ä".repeat(10_000))).await;
    assert_eq!(texts(&sea.history("").await)[0], "ä".repeat(4096));
}

#[tokio::test(start_paused = true)]
async fn metrics_show_the_progress_of_a_statement() {
    let sea = Sea::start();
    let wait = Duration::from_secs(30);
    let answer = Answer::affected(1).after(wait).reporting(0.75, "stage 3 of 4").after(wait);
    let _ = sea.engine.clone().on("reports", answer);
    let one = sea.submit("reports").await;
    sea.sleep(31).await;
    assert!(sea.history("").await[0].get("metrics").is_none());
    let found = sea.history("include_metrics=true").await;
    let metrics = &found[0]["metrics"];
    assert_eq!(metrics["remaining_task_count"], 25);
    let projected = metrics["projected_remaining_wallclock_time_ms"].as_i64().expect("a number");
    assert!((10_000..=10_500).contains(&projected), "a third of the time so far: {projected}");
    assert_eq!((&found[0]["status"], &found[0]["is_final"]), (&json!("RUNNING"), &json!(false)));
    sea.sleep(30).await;
    let (_, one) = sea.get(&format!("{HISTORY}/{one}?include_metrics=true")).await;
    assert_eq!(one["metrics"]["remaining_task_count"], 0);
    assert_eq!(one["metrics"]["rows_produced_count"], 1);
    assert_eq!(one["duration"], 60_000);
}
