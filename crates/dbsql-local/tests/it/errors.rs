//! Bad input of every kind: the right error to that request, and the server goes on.

use std::sync::Arc;

use bytes::Bytes;
use dbsql_local::Service;
use dbsql_local::engine::scripted::Answer;
use dbsql_local::engine::{Engine, EngineSession, SessionOptions, SqlError};
use dbsql_protocol::message::{ApplicationExceptionKind, ReplyError, encode_call};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TCloseSessionReq, TExecuteStatementReq, TFetchResultsReq, TFetchResultsResp, TOpenSessionReq,
    TOperationState, TSessionHandle, TStatusCode,
};

use crate::support::{
    Client, ENDLESS, Failure, HOST, PATH, TEN, Warehouse, direct, http, next, statement,
};

/// The server still does what it should.
async fn goes_on(w: &Warehouse) {
    let response = w.client.execute(direct(&w.session, TEN)).await;
    assert!(response.direct_results.expect("asked for").result_set.is_some());
}

async fn send(w: &Warehouse, body: impl Into<Bytes>) -> (u16, Bytes) {
    let response = w.client.post(body.into()).await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.into_body().collect(usize::MAX).await.expect("a body"))
}

#[tokio::test(start_paused = true)]
async fn garbage_is_a_bad_request() {
    let w = Warehouse::start().await;
    let good = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    let reply = [&[0x80, 1, 0, 2][..], &good[4..]].concat();
    let long_name = [&[0x80, 1, 0, 1, 0x7f, 0xff, 0xff, 0xff][..], b"x"].concat();
    for body in [&b""[..], b"\0", b"<html>", b"\x80\x01\x00\x01", &reply, &long_name] {
        let (status, _) = send(&w, body.to_vec()).await;
        assert_eq!(status, 400, "{body:?}");
    }
    assert_eq!(w.service.runs(TEN), 0);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn a_torn_or_lying_call_is_an_exception() {
    let w = Warehouse::start().await;
    let good = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    let head = 4 + 4 + rpc::ExecuteStatement::NAME.len() + 4;
    let mut lying = good.to_vec();
    // The length of the guid, deep inside.
    let guid = good.windows(16).position(|at| at == &w.session.session_id.guid[..]);
    let guid = guid.expect("the guid is there");
    lying[guid - 4..guid].copy_from_slice(&i32::MAX.to_be_bytes());
    let mut bodies = vec![lying];
    for end in head..good.len() {
        bodies.push(good[..end].to_vec());
    }
    for body in bodies {
        let length = body.len();
        let (status, body) = send(&w, body).await;
        assert_eq!(status, 200);
        let reply = dbsql_protocol::message::decode_reply::<rpc::ExecuteStatement>(body);
        match reply {
            Err(ReplyError::Exception(exception)) => {
                assert_eq!(exception.kind, ApplicationExceptionKind::PROTOCOL_ERROR, "{length}");
            }
            other => panic!("{other:?} for {length} bytes"),
        }
    }
    assert_eq!(w.service.runs(TEN), 0);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn an_unknown_method_is_an_exception() {
    struct Unknown;
    impl Rpc for Unknown {
        const NAME: &'static str = "GetLoadInformation";
        type Request = TFetchResultsReq;
        type Response = TFetchResultsResp;
    }
    let w = Warehouse::start().await;
    let answer = w.client.call::<Unknown>(&TFetchResultsReq::default()).await;
    match answer {
        Err(Failure::Reply(ReplyError::Exception(exception))) => {
            assert_eq!(exception.kind, ApplicationExceptionKind::UNKNOWN_METHOD);
            assert_eq!(exception.message, "Invalid method name: 'GetLoadInformation'");
        }
        other => panic!("{other:?}"),
    }
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_is_refused() {
    let w = Warehouse::start().await;
    assert_eq!(send(&w, vec![0_u8; 64 * 1024 * 1024 + 1]).await.0, 413);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_is_as_good_as_a_wrong_id() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    let mut wrong_secret = handle.clone();
    wrong_secret.operation_id.secret = vec![7; 16].into();
    let mut no_secret = handle.clone();
    no_secret.operation_id.secret = Bytes::new();
    let mut short = handle.clone();
    short.operation_id.guid = Bytes::from_static(b"short");
    let (_, expected) = {
        let mut other = handle.clone();
        other.operation_id.secret = vec![8; 16].into();
        http(w.client.ask(&other).await)
    };
    for wrong in [&wrong_secret, &no_secret] {
        let (status, said) = http(w.client.ask(wrong).await);
        assert_eq!((status, &said), (404, &expected));
        assert_eq!(http(w.client.call::<rpc::FetchResults>(&next(wrong, 1)).await).0, 404);
        let refused = w.client.close(wrong).await;
        assert_eq!(refused.status_code, TStatusCode::ERROR_STATUS);
    }
    assert_eq!(http(w.client.ask(&short).await).0, 404);
    let mut session = w.session.clone();
    session.session_id.secret = vec![7; 16].into();
    let answer = w.client.call::<rpc::ExecuteStatement>(&statement(&session, TEN)).await;
    assert_eq!(http(answer).0, 400);
    assert_eq!(w.service.runs(TEN), 0);
    // And the right one still works.
    assert_eq!(w.client.state(&handle).await, TOperationState::RUNNING_STATE);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn the_handle_of_something_else_is_not_found() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    let session = TSessionHandle { session_id: handle.operation_id.clone(), ..w.session.clone() };
    let request = TCloseSessionReq { session_handle: session };
    assert_eq!(http(w.client.call::<rpc::CloseSession>(&request).await).0, 400);
    let mut operation = handle.clone();
    operation.operation_id = w.session.session_id.clone();
    assert_eq!(http(w.client.ask(&operation).await).0, 404);
    assert_eq!((w.service.live_sessions(), w.service.live_operations()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_engine_fails_its_statement_alone() {
    let w = Warehouse::start().await;
    let _ = w
        .engine
        .clone()
        .on("boom", Answer::panic("boom at work"))
        .on_any(|query| (query.sql == "crash").then(|| panic!("boom at the start")));
    let running = w.client.submit(&w.session, ENDLESS).await;
    for (sql, text) in [("boom", "boom at work"), ("crash", "boom at the start")] {
        let handle = w.client.submit(&w.session, sql).await;
        let status = w.client.wait(&handle).await;
        assert_eq!(status.operation_state, Some(TOperationState::ERROR_STATE));
        let message = status.display_message.expect("a message");
        assert!(message.starts_with("[INTERNAL_ERROR]") && message.contains(text), "{message}");
        assert_eq!(status.sql_state.as_deref(), Some("XX000"));
    }
    assert_eq!(w.client.state(&running).await, TOperationState::RUNNING_STATE);
    goes_on(&w).await;
}

/// Panics wherever it is not guarded by a statement.
#[derive(Debug)]
struct Panics;

impl Engine for Panics {
    fn open_session(&self, options: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError> {
        assert!(options.catalog.is_none(), "no such catalog");
        Ok(Arc::new(Self))
    }
}

impl EngineSession for Panics {
    fn admit(&self, query: &dbsql_local::engine::Query) -> Result<(), SqlError> {
        assert!(query.sql != "admit", "not admitted");
        Ok(())
    }

    fn execute(
        &self,
        _: dbsql_local::engine::Query,
        _: dbsql_local::engine::ProgressSink,
    ) -> dbsql_transport::BoxFuture<'static, Result<dbsql_local::engine::QueryOutput, SqlError>>
    {
        Box::pin(std::future::ready(Err(SqlError::internal("none"))))
    }

    fn setting(&self, key: &str) -> Option<String> {
        panic!("asked for {key}")
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_engine_outside_of_statements_is_an_error_too() {
    let service = Service::builder().engine(Panics).build();
    let client = Client::new(&service);
    let namespace = dbsql_protocol::types::TNamespace {
        catalog_name: Some("none".to_owned()),
        schema_name: None,
    };
    let request = TOpenSessionReq {
        client_protocol_i64: Some(42249),
        initial_namespace: Some(namespace),
        ..TOpenSessionReq::default()
    };
    let answer = client.call::<rpc::OpenSession>(&request).await.expect("an answer");
    assert_eq!(answer.status.sql_state.as_deref(), Some("XX000"));
    let session = client.open().await;
    let request = TExecuteStatementReq { query_timeout: None, ..statement(&session, "any") };
    let (status, said) = http(client.call::<rpc::ExecuteStatement>(&request).await);
    assert_eq!(status, 500, "{said}");
    client.open().await;
}

#[tokio::test(start_paused = true)]
async fn other_paths_lead_nowhere() {
    let w = Warehouse::start().await;
    let get = async |path: &str| {
        w.client.get(&format!("{HOST}{path}"), &[]).await.expect("an answer").0.as_u16()
    };
    assert_eq!(get(PATH).await, 404);
    assert_eq!(get("/").await, 404);
    assert_eq!(get("/files/none").await, 403);
    assert_eq!(get("/api/2.0/connector-service/feature-flags/PYTHON/4.8.0").await, 404);
    for path in ["/telemetry-ext", "/telemetry-unauth"] {
        let request = http::Request::post(format!("{HOST}{path}")).body("{}".into());
        let response = w.client.transport.send(request.expect("valid")).await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.into_body().collect(99).await.expect("a body"), "{}");
    }
    assert_eq!(w.service.requests("telemetry"), 2);
    assert_eq!(w.service.requests("feature-flags"), 1);
}
