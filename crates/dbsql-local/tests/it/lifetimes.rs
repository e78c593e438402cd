//! What is unused expires, and what is used does not.

use std::time::Duration;

use dbsql_local::Settings;
use dbsql_local::engine::scripted::Answer;
use dbsql_protocol::types::{TExecuteStatementReq, TOperationState};

use crate::support::{ENDLESS, TEN, Warehouse, http, statement};

const HOUR: Duration = Duration::from_secs(3600);

fn settings() -> Settings {
    Settings { operation_idle: HOUR, session_idle: 2 * HOUR, ..Settings::default() }
}

#[tokio::test(start_paused = true)]
async fn finished_idle_operation_is_closed() {
    let w = Warehouse::with_settings(settings()).await;
    let handle = w.client.submit(&w.session, TEN).await;
    w.client.wait(&handle).await;
    w.runtime.sleep(HOUR - Duration::from_secs(1)).await;
    assert_eq!(w.client.state(&handle).await, TOperationState::FINISHED_STATE);
    w.runtime.sleep(HOUR + Duration::from_secs(1)).await;
    assert_eq!(http(w.client.ask(&handle).await).0, 404);
    assert_eq!(w.service.live_operations(), 0);
}

#[tokio::test(start_paused = true)]
async fn running_idle_operation_is_stopped_without_a_request() {
    let w = Warehouse::with_settings(settings()).await;
    w.client.submit(&w.session, ENDLESS).await;
    w.runtime.sleep(HOUR - Duration::from_secs(1)).await;
    assert_eq!(w.engine.running(), 1);
    w.runtime.sleep(Duration::from_secs(2)).await;
    assert_eq!((w.engine.running(), w.engine.stopped()), (0, 1));
    assert_eq!(w.service.live_operations(), 0);
}

#[tokio::test(start_paused = true)]
async fn requests_keep_an_operation_and_its_session_alive() {
    let w = Warehouse::with_settings(settings()).await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    for _ in 0..10 {
        w.runtime.sleep(HOUR / 2).await;
        assert_eq!(w.client.state(&handle).await, TOperationState::RUNNING_STATE);
    }
    assert_eq!((w.service.live_sessions(), w.service.live_operations()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_synchronous_statement_keeps_it_alive() {
    let w = Warehouse::with_settings(settings()).await;
    let _ = w.engine.clone().on("SELECT 5h", Answer::affected(1).after(5 * HOUR));
    let request = TExecuteStatementReq { run_async: None, ..statement(&w.session, "SELECT 5h") };
    let response = w.client.execute(request).await;
    let state = w.client.state(&response.operation_handle.expect("a handle")).await;
    assert_eq!(state, TOperationState::FINISHED_STATE);
}

#[tokio::test(start_paused = true)]
async fn idle_session_is_closed_with_its_operations() {
    let w = Warehouse::with_settings(settings()).await;
    w.runtime.sleep(2 * HOUR - Duration::from_secs(1)).await;
    assert_eq!(w.service.live_sessions(), 1);
    w.runtime.sleep(Duration::from_secs(2)).await;
    assert_eq!(w.service.live_sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn expired_session_is_gone_right_after_a_sweep() {
    let w = Warehouse::with_settings(settings()).await;
    let handle = w.client.submit(&w.session, TEN).await;
    w.client.wait(&handle).await;
    w.runtime.sleep(HOUR - Duration::from_millis(500)).await;
    // This request sweeps and finds nothing; the next arrives before the pause between sweeps ends.
    w.client.open().await;
    w.runtime.sleep(Duration::from_millis(500)).await;
    assert_eq!(http(w.client.ask(&handle).await).0, 404);
}
