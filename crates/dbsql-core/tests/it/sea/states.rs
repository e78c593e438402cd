//! Unknown, absent and regressing states, and other contents of a status.

use dbsql_core::{ErrorKind, ExecutionStatus, RetryAdvice};
use dbsql_local::Settings;
use serde_json::{Value, json};

use super::{
    SEA_EXECUTE, SEA_STATUS, chunked, client_of, edit, finished, in_time, is_reported, outcome,
    server,
};
use crate::support::{OVERSHOOT, counted, seconds};

#[tokio::test(start_paused = true)]
async fn terminal_status_is_not_overwritten() {
    for state in ["PENDING", "RUNNING", "FAILED", "CANCELED", "CLOSED", "THINKING", ""] {
        let server = server(chunked(4), 8);
        let query = finished(&server).await;
        let back = move || {
            edit(move |a| {
                a["status"] = json!({ "state": state, "error": { "message": "no" } });
                a["manifest"] = Value::Null;
                a["result"] = Value::Null;
            })
        };
        server.script(SEA_STATUS, [back(), back()]);
        assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Finished, "{state}");
        assert_eq!(query.status(), ExecutionStatus::Finished, "{state}");
        assert!(query.failure().is_none(), "{state}");
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished, "{state}");
        assert_eq!(outcome(&query).await.0, counted(0, 8), "{state}");
    }
}

#[tokio::test(start_paused = true)]
async fn result_of_a_statement_that_runs_again_is_an_error() {
    for state in ["PENDING", "RUNNING", "THINKING"] {
        // The status had no rows, and the next status, which is requested for them, differs.
        let server = server(chunked(4), 8);
        server.always(SEA_STATUS, || {
            edit(|a| (a["manifest"], a["result"]) = (Value::Null, Value::Null))
        });
        let query = finished(&server).await;
        server.always(SEA_STATUS, move || edit(move |a| a["status"]["state"] = state.into()));
        let (rows, error) = outcome(&query).await;
        let error = error.expect(state);
        is_reported(state, &error, &query);
        assert_eq!((rows.len(), error.kind()), (0, ErrorKind::Protocol), "{state}: {error}");
        assert!(query.is_finished(), "{state}");
        server.recover(SEA_STATUS);
        assert_eq!(outcome(&query).await.0, counted(0, 8), "{state}");
    }
}

#[tokio::test(start_paused = true)]
async fn success_without_a_result_is_an_error() {
    let server = server(Settings::default(), 8);
    server
        .always(SEA_STATUS, || edit(|a| (a["manifest"], a["result"]) = (Value::Null, Value::Null)));
    let query = finished(&server).await;
    let (_, error) = outcome(&query).await;
    let error = error.unwrap();
    is_reported("no result", &error, &query);
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

#[tokio::test(start_paused = true)]
async fn statement_that_stays_pending_ends_at_the_deadline() {
    for state in [json!("PENDING"), json!("RUNNING"), Value::Null] {
        let server = server(Settings::default(), 8);
        let stays = {
            let state = state.clone();
            move || {
                let state = state.clone();
                edit(move |a| *a = json!({ "status": { "state": state.clone() } }))
            }
        };
        server.always(SEA_STATUS, stays);
        let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
        let began = tokio::time::Instant::now();
        let error = query.wait().deadline(seconds(90)).await.unwrap_err();
        is_reported("wait", &error, &query);
        assert_eq!(error.kind(), ErrorKind::Deadline, "{state}: {error}");
        let took = began.elapsed();
        assert!(took >= seconds(90) && took <= seconds(90) + OVERSHOOT, "{state}: {took:?}");
        let error = query.get_results().deadline(seconds(5)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline, "{state}: {error}");
        assert!(began.elapsed() <= seconds(95) + 2 * OVERSHOOT, "{state}");
        server.recover(SEA_STATUS);
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished, "{state}");
        assert_eq!(server.executions().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn lasting_unknown_state_is_reported_in_time() {
    let server = server(Settings::default(), 8);
    server.always(SEA_STATUS, || edit(|a| a["status"]["state"] = "THINKING".into()));
    let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
    let error = in_time(query.wait()).await.unwrap_err();
    is_reported("unknown", &error, &query);
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert!(error.to_string().contains("THINKING"), "{error}");
    server.recover(SEA_STATUS);
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn status_of_another_statement_changes_nothing() {
    let server = server(chunked(4), 8);
    server.plan(|plan| plan.runs_for = seconds(20));
    let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
    let other = || {
        edit(|a| {
            a["statement_id"] = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b".into();
            a["status"]["state"] = "CANCELED".into();
        })
    };
    server.script(SEA_STATUS, [other()]);
    let error = query.sync_status().await.unwrap_err();
    is_reported("another", &error, &query);
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Protocol, RetryAdvice::RepeatCall));
    assert!(query.is_running());
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    assert_eq!(outcome(&query).await.0, counted(0, 8));
}

#[tokio::test(start_paused = true)]
async fn nulls_and_wrong_types_in_a_status_are_not_terminal() {
    for (name, status) in [
        ("null", Value::Null),
        ("nothing", json!({})),
        ("nulls", json!({ "state": null, "error": null, "sql_state": null })),
        ("a number for a state", json!({ "state": 7 })),
        ("an unknown field", json!({ "state": "RUNNING", "new": [{ "x": [1, null] }] })),
    ] {
        let server = server(chunked(4), 8);
        let status_of = status.clone();
        server.script(SEA_EXECUTE, [edit(move |a| a["status"] = status_of.clone())]);
        let status_of = status.clone();
        server.script(SEA_STATUS, [edit(move |a| a["status"] = status_of.clone())]);
        let query = client_of(&server).execute_async("SELECT 1").await.expect(name);
        assert!(!query.status().is_terminal(), "{name}: {}", query.status());
        in_time(query.wait()).await.expect(name);
        assert_eq!(outcome(&query).await.0, counted(0, 8), "{name}");
    }
}
