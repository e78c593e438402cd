//! What ends a wait for a statement: its timeout, and a cancel from another connection.

use std::time::Duration;

use dbsql_local::{SeaSettings, Settings};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TExecuteStatementReq, TGetResultSetMetadataReq, TOperationState, TStatusCode,
};
use serde_json::{Value, json};

use crate::sea::{STATEMENTS, Sea, statement as sea_statement, with};
use crate::support::{ENDLESS, Warehouse, direct, next, refused, statement};

const CLASS: &str = "[QUERY_EXECUTION_TIMEOUT_EXCEEDED]";
const SECOND: Duration = Duration::from_secs(1);

fn overlay(seconds: &str) -> Option<std::collections::BTreeMap<String, String>> {
    Some([("STATEMENT_TIMEOUT".to_owned(), seconds.to_owned())].into())
}

#[tokio::test(start_paused = true)]
async fn timeout_within_the_direct_result_window_is_reported() {
    let w = Warehouse::start().await;
    let request =
        TExecuteStatementReq { conf_overlay: overlay("2"), ..direct(&w.session, ENDLESS) };
    let answer = w.client.execute(request).await;
    let results = answer.direct_results.expect("asked for");
    let status = results.operation_status.expect("a status");
    assert_eq!(status.operation_state, Some(TOperationState::TIMEDOUT_STATE));
    assert_eq!(status.sql_state.as_deref(), Some("57KD0"));
    let message = status.display_message.expect("a message");
    assert!(message.starts_with(CLASS), "{message}");

    // A client that only knows failed and closed operations asks for the result next.
    assert!(results.close_operation.is_none());
    let handle = answer.operation_handle.expect("a handle");
    let request = TGetResultSetMetadataReq { operation_handle: handle.clone() };
    let metadata = w.client.call::<rpc::GetResultSetMetadata>(&request).await.expect("an answer");
    assert!(refused(&metadata.status).starts_with(CLASS), "{metadata:?}");
    let rows = w.client.call::<rpc::FetchResults>(&next(&handle, 1)).await.expect("an answer");
    assert!(refused(&rows.status).starts_with(CLASS), "{rows:?}");
    assert_eq!(w.client.state(&handle).await, TOperationState::TIMEDOUT_STATE);
    let closed = w.client.close(&handle).await;
    assert_eq!(closed.status_code, TStatusCode::SUCCESS_STATUS);
    assert_eq!((w.engine.running(), w.service.live_operations()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn timeout_ends_a_status_poll_and_a_synchronous_call() {
    let w = Warehouse::start().await;
    let request =
        TExecuteStatementReq { conf_overlay: overlay("7"), ..statement(&w.session, ENDLESS) };
    let handle = w.client.execute(request.clone()).await.operation_handle.expect("a handle");
    let status = w.client.wait(&handle).await;
    assert_eq!(status.operation_state, Some(TOperationState::TIMEDOUT_STATE));
    assert!(status.display_message.expect("a message").starts_with(CLASS));

    let request = TExecuteStatementReq { run_async: None, ..request };
    let answer = w.client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
    assert!(refused(&answer.status).starts_with(CLASS), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn timeout_over_the_statement_api_is_a_failure_with_its_class() {
    let sea = Sea::start();
    let session = sea.ask(
        "POST",
        "/api/2.0/sql/sessions",
        json!({ "warehouse_id": "local", "session_confs": { "STATEMENT_TIMEOUT": "3" } }),
    );
    let (_, session) = session.await;
    let session = json!({ "session_id": session["session_id"], "wait_timeout": "10s" });
    let waiting = sea.execute(with(sea_statement(ENDLESS), session)).await;
    let (_, polled) = sea.status(waiting["statement_id"].as_str().expect("an id")).await;
    for answer in [waiting, polled] {
        assert_eq!(answer["status"]["state"], "FAILED");
        assert_eq!(answer["status"]["error"]["error_code"], "DEADLINE_EXCEEDED");
        let message = answer["status"]["error"]["message"].as_str().expect("a message");
        assert!(message.starts_with(CLASS), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn cancel_ends_a_status_poll_at_once() {
    let settings = Settings { status_window: 600 * SECOND, ..Settings::default() };
    let w = Warehouse::with_settings(settings).await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    tokio::task::yield_now().await;
    let before = w.runtime.now();
    let cancel = async {
        w.runtime.sleep(SECOND).await;
        w.client.cancel(&handle).await
    };
    let (state, _) = tokio::join!(w.client.state(&handle), cancel);
    assert_eq!((state, w.runtime.now() - before), (TOperationState::CANCELED_STATE, SECOND));
}

#[tokio::test(start_paused = true)]
async fn cancel_ends_the_waits_of_the_statement_api_at_once() {
    let sea = SeaSettings { status_window: 600 * SECOND, ..SeaSettings::default() };
    let sea = Sea::with_settings(Settings { sea, ..Settings::default() });
    let before = sea.runtime.now();
    let submit = sea.execute(with(sea_statement(ENDLESS), json!({ "wait_timeout": "50s" })));
    let cancel = async {
        sea.sleep(1).await;
        let (_, list) = sea.get("/api/2.0/sql/history/queries").await;
        let id = list["res"][0]["query_id"].as_str().expect("an id").to_owned();
        let path = format!("{STATEMENTS}/{id}/cancel");
        assert_eq!(sea.ask("POST", &path, Value::Null).await.0, 200);
    };
    let (answer, ()) = tokio::join!(submit, cancel);
    assert_eq!(answer["status"]["state"], "CANCELED");
    assert_eq!(sea.runtime.now() - before, SECOND);

    let endless = sea.submit(ENDLESS).await;
    let cancel = async {
        sea.sleep(1).await;
        sea.ask("POST", &format!("{STATEMENTS}/{endless}/cancel"), Value::Null).await
    };
    let (state, _) = tokio::join!(sea.state(&endless), cancel);
    assert_eq!((state.as_str(), sea.runtime.now() - before), ("CANCELED", 2 * SECOND));
}
