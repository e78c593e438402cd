//! The lifetimes of statements and their results, and how they are stopped.

use dbsql_local::{SeaSettings, Settings};
use std::time::Duration;

use serde_json::{Value, json};

use super::{SESSIONS, STATEMENTS, Sea, code, id, links, statement, with};
use crate::support::{ENDLESS, SLOW, TEN};

#[tokio::test(start_paused = true)]
async fn statement_passes_through_its_states() {
    let sea = Sea::start();
    let slow = sea.submit(SLOW).await;
    assert_eq!(sea.state(&slow).await, "RUNNING");
    sea.sleep(59).await;
    let (_, answer) = sea.status(&slow).await;
    assert_eq!(answer, json!({ "statement_id": slow, "status": { "state": "RUNNING" } }));
    sea.sleep(2).await;
    assert_eq!(sea.state(&slow).await, "SUCCEEDED");
    for unknown in ["none", "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b"] {
        assert_eq!(code(&sea.status(unknown).await), (404, "NOT_FOUND"));
    }
}

#[tokio::test(start_paused = true)]
async fn status_may_wait_for_the_end() {
    let sea_settings =
        SeaSettings { status_window: Duration::from_secs(5), ..SeaSettings::default() };
    let sea = Sea::with_settings(Settings { sea: sea_settings, ..Settings::default() });
    let slow = sea.submit(SLOW).await;
    let before = sea.runtime.now();
    assert_eq!(sea.state(&slow).await, "RUNNING");
    assert_eq!(sea.runtime.now() - before, Duration::from_secs(5));
    sea.sleep(53).await;
    assert_eq!(sea.state(&slow).await, "SUCCEEDED");
    assert_eq!(sea.runtime.now() - before, Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn result_is_kept_for_an_hour_even_if_polled() {
    let sea = Sea::start();
    let answer = sea.execute(links(TEN)).await;
    let done = id(&answer);
    for _ in 0..59 {
        sea.sleep(60).await;
        assert_eq!(sea.state(&done).await, "SUCCEEDED");
    }
    sea.sleep(60).await;
    let (status, closed) = sea.status(&done).await;
    assert_eq!(status, 200);
    assert_eq!(closed, json!({ "statement_id": done, "status": { "state": "CLOSED" } }));
    assert_eq!(code(&sea.chunk(&done, 0).await), (404, "NOT_FOUND"));
    // The record is dropped 12 hours after the end.
    sea.sleep(11 * 3600 - 60).await;
    assert_eq!(sea.state(&done).await, "CLOSED");
    sea.sleep(60).await;
    assert_eq!(code(&sea.status(&done).await), (404, "NOT_FOUND"));
    assert_eq!(sea.service.live_operations(), 0);
}

#[tokio::test(start_paused = true)]
async fn unpolled_statement_continues_to_run() {
    let sea = Sea::start();
    let endless = sea.submit(ENDLESS).await;
    sea.sleep(24 * 3600).await;
    assert_eq!(sea.state(&endless).await, "RUNNING");
}

#[tokio::test(start_paused = true)]
async fn cancel_is_visible_in_the_next_status() {
    let sea = Sea::start();
    let endless = sea.submit(ENDLESS).await;
    assert_eq!(sea.state(&endless).await, "RUNNING");
    let path = format!("{STATEMENTS}/{endless}/cancel");
    assert_eq!(sea.ask("POST", &path, Value::Null).await, (200, json!({})));
    let (_, answer) = sea.status(&endless).await;
    assert_eq!(answer["status"], json!({ "state": "CANCELED" }));
    assert_eq!(sea.engine.running(), 0);
    // A statement that has ended stays as it ended.
    let done = id(&sea.execute(statement(TEN)).await);
    let cancel = |id: &str| format!("{STATEMENTS}/{id}/cancel");
    assert_eq!(sea.ask("POST", &cancel(&done), Value::Null).await.0, 200);
    assert_eq!(sea.state(&done).await, "SUCCEEDED");
    assert_eq!(code(&sea.ask("POST", &cancel("none"), Value::Null).await), (404, "NOT_FOUND"));
}

#[tokio::test(start_paused = true)]
async fn closed_statement_may_be_closed_and_canceled_again() {
    let sea = Sea::start();
    for sql in [TEN, ENDLESS] {
        let one = sea.submit(sql).await;
        tokio::task::yield_now().await;
        let path = format!("{STATEMENTS}/{one}");
        for body in [Value::Null, json!({ "statement_id": one })] {
            assert_eq!(sea.ask("DELETE", &path, body).await, (200, json!({})));
        }
        assert_eq!(sea.state(&one).await, "CLOSED");
        let cancel = format!("{path}/cancel");
        assert_eq!(sea.ask("POST", &cancel, Value::Null).await, (200, json!({})));
        assert_eq!(code(&sea.chunk(&one, 0).await), (404, "NOT_FOUND"));
    }
    tokio::task::yield_now().await;
    assert_eq!((sea.engine.running(), sea.service.live_operations()), (0, 0));
    let unknown = sea.ask("DELETE", &format!("{STATEMENTS}/none"), Value::Null).await;
    assert_eq!(code(&unknown), (404, "NOT_FOUND"));
}

#[tokio::test(start_paused = true)]
async fn requests_with_the_wrong_method_are_rejected() {
    let sea = Sea::start();
    for (method, path) in [
        ("GET", STATEMENTS.to_owned()),
        ("GET", SESSIONS.to_owned()),
        ("POST", format!("{STATEMENTS}/x")),
        ("GET", format!("{STATEMENTS}/x/cancel")),
        ("DELETE", format!("{STATEMENTS}/x/result/chunks/0")),
        ("POST", "/api/2.0/sql/history/queries".to_owned()),
        ("GET", "/api/2.0/sql/warehouses/local/start".to_owned()),
    ] {
        assert_eq!(
            code(&sea.ask(method, &path, Value::Null).await),
            (405, "BAD_REQUEST"),
            "{path}"
        );
    }
    assert_eq!(sea.service.requests("other"), 7);
}

#[tokio::test(start_paused = true)]
async fn requests_need_credentials_and_are_counted_by_name() {
    let sea = Sea::with(|builder| builder.accept_token("good"));
    let one = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b";
    let routes = [
        ("POST", SESSIONS.to_owned(), "sea-create-session"),
        ("DELETE", format!("{SESSIONS}/{one}"), "sea-delete-session"),
        ("POST", STATEMENTS.to_owned(), "sea-execute"),
        ("GET", format!("{STATEMENTS}/{one}"), "sea-status"),
        ("GET", format!("{STATEMENTS}/{one}/result/chunks/0"), "sea-chunk"),
        ("POST", format!("{STATEMENTS}/{one}/cancel"), "sea-cancel"),
        ("DELETE", format!("{STATEMENTS}/{one}"), "sea-close"),
        ("GET", "/api/2.0/sql/history/queries".to_owned(), "sea-history"),
        ("GET", "/api/2.0/sql/warehouses".to_owned(), "warehouses"),
        ("POST", "/api/2.0/sql/warehouses/local/start".to_owned(), "warehouse-start"),
    ];
    for (method, path, name) in routes {
        let answer = sea.ask(method, &path, statement(TEN)).await;
        assert_eq!(code(&answer), (401, "UNAUTHENTICATED"), "{path}");
        assert_eq!(sea.service.requests(name), 1, "{name}");
    }
    assert_eq!(sea.service.runs(TEN), 0);
}

#[tokio::test(start_paused = true)]
async fn statement_without_a_session_leaves_none_behind() {
    let limits = Settings { max_sessions: 1, max_session_operations: 3, ..Settings::default() };
    let sea = Sea::with_settings(limits);
    for _ in 0..20 {
        let done = id(&sea.execute(with(statement(TEN), json!({ "catalog": "c" }))).await);
        sea.ask("DELETE", &format!("{STATEMENTS}/{done}"), Value::Null).await;
    }
    for _ in 0..3 {
        sea.submit(ENDLESS).await;
    }
    let answer = sea.ask("POST", STATEMENTS, statement(TEN)).await;
    assert_eq!(code(&answer), (429, "RESOURCE_EXHAUSTED"));
    assert_eq!((sea.service.live_sessions(), sea.service.live_operations()), (0, 3));
    assert_eq!(sea.ask("POST", SESSIONS, json!({ "warehouse_id": "local" })).await.0, 200);
}
