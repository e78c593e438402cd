//! Statements that wait before they run.

use std::time::Duration;

use dbsql_local::engine::scripted::Answer;
use dbsql_local::{Quirks, Settings};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TExecuteStatementReq, TGetCatalogsReq, TOperationState};

use crate::support::{ENDLESS, SLOW, TEN, Warehouse, direct, ids, next, refused, statement};

const SECOND: Duration = Duration::from_secs(1);

/// Ten seconds initialized, twenty seconds pending, and responses that do not wait.
async fn start() -> Warehouse {
    let quirks =
        Quirks { initialized_for: 10 * SECOND, pending_for: 20 * SECOND, ..Quirks::default() };
    let status_window = Duration::ZERO;
    Warehouse::with_settings(Settings { quirks, status_window, ..Settings::default() }).await
}

#[tokio::test(start_paused = true)]
async fn statement_is_initialized_then_pending_then_running() {
    let w = start().await;
    let handle = w.client.submit(&w.session, SLOW).await;
    // Between two seconds, so that nothing changes during the request.
    w.runtime.sleep(SECOND / 2).await;
    let mut changes = Vec::new();
    for second in 0..100 {
        let state = w.client.state(&handle).await;
        if changes.last().is_none_or(|(_, last)| *last != state) {
            changes.push((second, state));
        }
        assert_eq!(w.service.runs(SLOW), u64::from(second >= 30), "at {second} s");
        w.runtime.sleep(SECOND).await;
    }
    let expected = [
        (0, TOperationState::INITIALIZED_STATE),
        (10, TOperationState::PENDING_STATE),
        (30, TOperationState::RUNNING_STATE),
        (90, TOperationState::FINISHED_STATE),
    ];
    assert_eq!(changes, expected);
    assert_eq!(ids(&w.client.fetch(next(&handle, 100)).await).len(), 10);
}

#[tokio::test(start_paused = true)]
async fn status_call_waits_for_each_change() {
    let quirks = Quirks { initialized_for: SECOND, pending_for: SECOND, ..Quirks::default() };
    let w = Warehouse::with_settings(Settings { quirks, ..Settings::default() }).await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    let before = w.runtime.now();
    assert_eq!(w.client.state(&handle).await, TOperationState::PENDING_STATE);
    assert_eq!(w.runtime.now() - before, SECOND);
    assert_eq!(w.client.state(&handle).await, TOperationState::RUNNING_STATE);
    assert_eq!(w.runtime.now() - before, 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn direct_result_window_ends_while_it_is_queued() {
    let w = start().await;
    let response = w.client.execute(direct(&w.session, TEN)).await;
    let direct = response.direct_results.expect("asked for");
    let state = direct.operation_status.expect("has a status").operation_state;
    assert_eq!(state, Some(TOperationState::INITIALIZED_STATE));
    assert!(direct.result_set.is_none() && direct.close_operation.is_none());
    let request = TExecuteStatementReq { run_async: None, ..statement(&w.session, TEN) };
    let before = w.runtime.now();
    w.client.execute(request).await;
    assert_eq!(w.runtime.now() - before, 30 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn statement_stopped_in_the_queue_never_runs() {
    let w = start().await;
    let _ = w.engine.clone().on("INSERT", Answer::affected(1));
    for wait in [5 * SECOND, 15 * SECOND] {
        let canceled = w.client.submit(&w.session, "INSERT").await;
        let closed = w.client.submit(&w.session, "INSERT").await;
        let late = TExecuteStatementReq {
            query_timeout: i64::try_from(wait.as_secs()).ok(),
            ..statement(&w.session, "INSERT")
        };
        let late = w.client.execute(late).await.operation_handle.expect("a handle");
        w.runtime.sleep(wait).await;
        w.client.cancel(&canceled).await;
        w.client.close(&closed).await;
        tokio::task::yield_now().await;
        assert_eq!(w.client.state(&canceled).await, TOperationState::CANCELED_STATE);
        assert_eq!(w.client.state(&late).await, TOperationState::TIMEDOUT_STATE);
        w.runtime.sleep(100 * SECOND).await;
    }
    assert_eq!(w.service.runs("INSERT"), 0);
}

#[tokio::test(start_paused = true)]
async fn queued_statement_has_no_rows_and_metadata_waits() {
    let w = start().await;
    let handle = w.client.submit(&w.session, TEN).await;
    let answer = w.client.call::<rpc::FetchResults>(&next(&handle, 1)).await.expect("an answer");
    refused(&answer.status);
    let message = answer.status.error_message.expect("a message");
    assert!(message.contains("found INITIALIZED"), "{message}");
    let request = TGetCatalogsReq {
        session_handle: w.session.clone(),
        run_async: Some(true),
        ..TGetCatalogsReq::default()
    };
    let answer = w.client.call::<rpc::GetCatalogs>(&request).await.expect("an answer");
    let handle = answer.operation_handle.expect("a handle");
    assert_eq!(w.client.state(&handle).await, TOperationState::INITIALIZED_STATE);
    w.runtime.sleep(31 * SECOND).await;
    assert_eq!(w.client.state(&handle).await, TOperationState::FINISHED_STATE);
}
