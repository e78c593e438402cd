//! Limits on the number of sessions and operations.

use std::time::Duration;

use dbsql_local::Settings;
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::Answer;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TCloseSessionReq, TExecuteStatementReq, TGetCatalogsReq, TOpenSessionReq, TSessionHandle,
};

use crate::support::{ENDLESS, TEN, Warehouse, direct, http, refused, statement};

/// Two sessions at most, and three operations in each.
fn settings() -> Settings {
    Settings { max_sessions: 2, max_session_operations: 3, ..Settings::default() }
}

async fn refused_session(w: &Warehouse) {
    let request = TOpenSessionReq::default();
    let answer = w.client.call::<rpc::OpenSession>(&request).await.expect("an answer");
    let message = refused(&answer.status);
    assert!(message.starts_with("[RESOURCE_EXHAUSTED] 2 sessions are open"), "{message}");
    assert_eq!(answer.status.sql_state.as_deref(), Some("54000"));
    assert!(answer.session_handle.is_none());
}

async fn refused_operation(w: &Warehouse, session: &TSessionHandle) {
    for request in [statement(session, TEN), direct(session, TEN)] {
        let answer = w.client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
        let message = refused(&answer.status);
        let start = "[RESOURCE_EXHAUSTED] 3 operations of the session are not closed";
        assert!(message.starts_with(start), "{message}");
        assert!(answer.operation_handle.is_none());
    }
    let request = TGetCatalogsReq { session_handle: session.clone(), ..TGetCatalogsReq::default() };
    let answer = w.client.call::<rpc::GetCatalogs>(&request).await.expect("an answer");
    refused(&answer.status);
    tokio::task::yield_now().await;
    assert_eq!(w.service.runs(TEN), 0);
}

#[tokio::test(start_paused = true)]
async fn number_of_sessions_is_limited_until_one_is_closed() {
    let w = Warehouse::with_settings(settings()).await;
    let second = w.client.open().await;
    refused_session(&w).await;
    assert_eq!(w.service.live_sessions(), 2);
    let request = TCloseSessionReq { session_handle: second };
    w.client.call::<rpc::CloseSession>(&request).await.expect("an answer");
    w.client.open().await;
    refused_session(&w).await;
    // And an idle one makes room by itself.
    w.runtime.sleep(Duration::from_secs(9 * 3600)).await;
    w.client.open().await;
}

#[tokio::test(start_paused = true)]
async fn number_of_operations_is_limited_per_session() {
    let w = Warehouse::with_settings(settings()).await;
    let other = w.client.open().await;
    let mut handles = Vec::new();
    for _ in 0..3 {
        handles.push(w.client.submit(&w.session, ENDLESS).await);
    }
    refused_operation(&w, &w.session).await;
    assert_eq!(w.service.live_operations(), 3);
    w.client.submit(&other, ENDLESS).await;
    for handle in handles {
        w.client.close(&handle).await;
        w.client.submit(&w.session, ENDLESS).await;
        refused_operation(&w, &w.session).await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_end_of_an_operation_makes_room() {
    let w = Warehouse::with_settings(settings()).await;
    let error = SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
    let _ = w.engine.clone().on("fails", Answer::fail(error));
    for _ in 0..20 {
        // Closed with a direct result, with a failure in it, and with a failure that is the
        // response.
        w.client.execute(direct(&w.session, TEN)).await;
        w.client.execute(direct(&w.session, "fails")).await;
        let request = TExecuteStatementReq { run_async: None, ..statement(&w.session, "fails") };
        let answer = w.client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
        assert!(refused(&answer.status).contains("DIVIDE_BY_ZERO"));
    }
    for _ in 0..5 {
        for _ in 0..3 {
            w.client.submit(&w.session, ENDLESS).await;
        }
        // They are idle.
        w.runtime.sleep(Duration::from_secs(2 * 3600)).await;
    }
    assert_eq!(w.service.live_operations(), 0);
    // A closed session leaves nothing behind for the next.
    for _ in 0..3 {
        let session = w.client.open().await;
        for _ in 0..3 {
            w.client.submit(&session, ENDLESS).await;
        }
        let request = TCloseSessionReq { session_handle: session.clone() };
        w.client.call::<rpc::CloseSession>(&request).await.expect("an answer");
        assert_eq!(
            http(w.client.call::<rpc::ExecuteStatement>(&direct(&session, TEN)).await).0,
            400
        );
    }
}

#[tokio::test]
async fn concurrent_requests_do_not_exceed_the_limit() {
    let settings = Settings { max_session_operations: 5, ..Settings::default() };
    let (server, service, engine) = crate::sockets::serve(Default::default(), settings).await;
    let client = crate::sockets::client(&server);
    let session = client.open().await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (client, request) = (client.clone(), statement(&session, ENDLESS));
        asking.spawn(async move {
            let answer = client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
            answer.operation_handle.is_some()
        });
    }
    let mut taken = 0;
    while let Some(ended) = asking.join_next().await {
        taken += usize::from(ended.expect("no panic"));
    }
    assert_eq!((taken, service.live_operations()), (5, 5));
    assert!(engine.running() <= 5);
}
