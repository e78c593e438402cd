//! Invalid input of every kind: that request gets the right error, and the server keeps working.

use std::sync::Arc;

use bytes::Bytes;
use dbsql_local::Service;
use dbsql_local::engine::scripted::Answer;
use dbsql_local::engine::{Engine, EngineSession, SessionOptions, SqlError};
use dbsql_protocol::message::{ApplicationExceptionKind, ReplyError, decode_reply, encode_call};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TCancelOperationReq, TCloseSessionReq, TExecuteStatementReq, TFetchResultsReq,
    TFetchResultsResp, TGetTablesReq, TOpenSessionReq, TOperationState, TSessionHandle,
    TStatusCode,
};
use http::Request;

use crate::support::{
    Client, ENDLESS, Failure, HOST, PATH, TEN, Warehouse, direct, http, next, refused, statement,
};

/// Checks that the server still works.
async fn goes_on(w: &Warehouse) {
    let response = w.client.execute(direct(&w.session, TEN)).await;
    assert!(response.direct_results.expect("asked for").result_set.is_some());
}

async fn send(w: &Warehouse, body: impl Into<Bytes>) -> (u16, Bytes) {
    let response = w.client.post(body.into()).await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.into_body().collect(usize::MAX).await.expect("a body"))
}

/// The exception in an answer.
fn exception(body: Bytes) -> ApplicationExceptionKind {
    match decode_reply::<rpc::ExecuteStatement>(body) {
        Err(ReplyError::Exception(exception)) => exception.kind,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn garbage_gets_an_exception() {
    let w = Warehouse::start().await;
    let good = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    let reply = [&[0x80, 1, 0, 2][..], &good[4..]].concat();
    let long_name = [&[0x80, 1, 0, 1, 0x7f, 0xff, 0xff, 0xff][..], b"x"].concat();
    let negative_name = [&[0x80, 1, 0, 1, 0xff, 0xff, 0xff, 0xff][..], b"x"].concat();
    let no_text = [&[0x80, 1, 0, 1, 0, 0, 0, 1, 0xff][..], &[0; 5]].concat();
    let old_style = b"\0\0\0\x0bOpenSession\x01\0\0\0\0\0".to_vec();
    let bad = ApplicationExceptionKind::PROTOCOL_ERROR;
    for (body, expected) in [
        (b"".to_vec(), bad),
        (b"\0".to_vec(), bad),
        (b"<html>".to_vec(), bad),
        (b"{}".to_vec(), bad),
        (b"\x80\x01\x00\x01".to_vec(), bad),
        (vec![0xff; 1024], bad),
        (vec![0; 1024 * 1024], bad),
        (long_name, bad),
        (negative_name, bad),
        (no_text, bad),
        (old_style, bad),
        (reply, ApplicationExceptionKind::INVALID_MESSAGE_TYPE),
    ] {
        let start = body[..body.len().min(16)].to_vec();
        let (status, answer) = send(&w, body).await;
        assert_eq!((status, exception(answer)), (200, expected), "{start:?}");
    }
    assert_eq!(w.service.runs(TEN), 0);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn truncated_call_gets_an_exception() {
    let w = Warehouse::start().await;
    let good = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    let head = 4 + 4 + rpc::ExecuteStatement::NAME.len() + 4;
    let longer = [&good[..], b"x"].concat();
    let bodies = (head..good.len()).map(|end| good[..end].to_vec()).chain([longer]);
    for body in bodies {
        let length = body.len();
        let (status, answer) = send(&w, body).await;
        let expected = (200, ApplicationExceptionKind::PROTOCOL_ERROR);
        assert_eq!((status, exception(answer)), expected, "{length}");
    }
    assert_eq!(w.service.runs(TEN), 0);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn excessive_lengths_and_depths_get_exceptions() {
    let w = Warehouse::start().await;
    let good = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    let guid = good.windows(16).position(|at| at == &w.session.session_id.guid[..]);
    let guid = guid.expect("the guid is there");
    let mut bodies = Vec::new();
    for length in [i32::MAX, i32::MIN, -1, 17 * 1024 * 1024] {
        // The length of the guid, deep inside.
        let mut lying = good.to_vec();
        lying[guid - 4..guid].copy_from_slice(&length.to_be_bytes());
        bodies.push(lying);
        // Unknown fields, before the stop bytes of the request and of the arguments.
        let unknown = |field: &[u8]| [&good[..good.len() - 2], field, &[0, 0]].concat();
        let count = length.to_be_bytes();
        bodies.push(unknown(&[&[11, 0x7f, 0xff][..], &count].concat()));
        for element in [2, 8, 11, 12, 15] {
            bodies.push(unknown(&[&[15, 0x7f, 0xff, element][..], &count].concat()));
            bodies.push(unknown(&[&[13, 0x7f, 0xff, 11, element][..], &count].concat()));
        }
    }
    // Endlessly nested structs and lists.
    bodies.push([&good[..good.len() - 2], &[12, 0, 1].repeat(100_000)].concat());
    let lists = [15, 0, 0, 0, 1].repeat(100_000);
    bodies.push([&good[..good.len() - 2], &[15, 0x7f, 0xff], &lists].concat());
    for body in bodies {
        let tail = body[body.len() - 12..].to_vec();
        let (status, answer) = send(&w, body).await;
        let expected = (200, ApplicationExceptionKind::PROTOCOL_ERROR);
        assert_eq!((status, exception(answer)), expected, "{tail:?}");
    }
    assert_eq!(w.service.runs(TEN), 0);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn no_bytes_crash_the_server() {
    let w = Warehouse::start().await;
    let chance = dbsql_runtime::Runtime::seeded(3);
    let good = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    for _ in 0..2000 {
        let mut body = good.to_vec();
        for _ in 0..=chance.random_u64() % 4 {
            let at = chance.random_u64() as usize % body.len();
            body[at] = chance.random_u64() as u8;
        }
        let (status, _) = send(&w, body).await;
        // Read as a call or not, and of an existing session or not: never an internal error.
        assert!([200, 400].contains(&status), "{status}");
    }
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn other_content_type_is_rejected_and_none_is_accepted() {
    let w = Warehouse::start().await;
    let call = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    let cases = [
        (None, 200),
        (Some("application/x-thrift"), 200),
        (Some("Application/X-Thrift; charset=utf-8"), 200),
        (Some("application/vnd.apache.thrift.binary"), 200),
        (Some("application/json"), 415),
        (Some("text/html"), 415),
        (Some(""), 415),
    ];
    for (kind, expected) in cases {
        let mut request = Request::post(format!("{HOST}{PATH}"));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request.body(call.clone()).expect("valid");
        let response = w.client.transport.send(request).await.expect("an answer");
        assert_eq!(response.status(), expected, "{kind:?}");
    }
    assert_eq!(w.service.runs(TEN), 4);
}

#[tokio::test(start_paused = true)]
async fn other_http_method_gets_the_allowed_ones() {
    let w = Warehouse::start().await;
    let flags = "/api/2.0/connector-service/feature-flags/PYTHON/4.8.0";
    let cases = [
        ("GET", PATH, 405, Some("POST")),
        ("PUT", PATH, 405, Some("POST")),
        ("DELETE", PATH, 405, Some("POST")),
        ("OPTIONS", PATH, 405, Some("POST")),
        ("BREW", PATH, 405, Some("POST")),
        ("POST", "/files/none", 405, Some("GET, HEAD")),
        ("GET", "/telemetry-ext", 405, Some("POST")),
        ("POST", flags, 405, Some("GET, HEAD")),
        ("POST", "/api/2.0/sql/warehouses/local", 405, Some("GET, HEAD")),
        ("POST", "/telemetry-other", 404, None),
        ("BREW", "/nowhere", 404, None),
    ];
    for (method, path, status, allowed) in cases {
        let body = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
        let request = Request::builder().method(method).uri(format!("{HOST}{path}"));
        let request = request.body(body).expect("valid");
        let response = w.client.transport.send(request).await.expect("an answer");
        assert_eq!(response.status(), status, "{method} {path}");
        let found = response.headers().get("allow").map(|value| value.to_str().expect("text"));
        assert_eq!(found, allowed, "{method} {path}");
    }
    assert_eq!(w.service.runs(TEN), 0);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn unauthenticated_caller_learns_nothing_else() {
    let w = Warehouse::start().await;
    let service = crate::support::builder(&w.engine, &w.runtime).accept_token("good").build();
    let client = Client::new(&service);
    let call = encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    for body in [call, Bytes::from_static(b"<html>"), Bytes::new()] {
        assert_eq!(client.post(body).await.expect("an answer").status(), 401);
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_method_gets_an_exception() {
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
async fn oversized_body_is_rejected() {
    let w = Warehouse::start().await;
    assert_eq!(send(&w, vec![0_u8; 64 * 1024 * 1024 + 1]).await.0, 413);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn wrong_secret_is_treated_like_a_wrong_id() {
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
        let (status, message) = http(w.client.ask(wrong).await);
        assert_eq!((status, &message), (404, &expected));
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
    // And the correct one still works.
    assert_eq!(w.client.state(&handle).await, TOperationState::RUNNING_STATE);
    goes_on(&w).await;
}

#[tokio::test(start_paused = true)]
async fn handle_of_another_kind_is_not_found() {
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
async fn halves_of_two_handles_are_not_a_handle() {
    let w = Warehouse::start().await;
    let other = w.client.open().await;
    let (one, two) =
        (w.client.submit(&w.session, ENDLESS).await, w.client.submit(&other, ENDLESS).await);
    let mut mixed = one.clone();
    mixed.operation_id.secret = two.operation_id.secret.clone();
    assert_eq!(http(w.client.ask(&mixed).await).0, 404);
    let request = TCancelOperationReq { operation_handle: mixed };
    assert_eq!(http(w.client.call::<rpc::CancelOperation>(&request).await).0, 404);
    let mut session = w.session.clone();
    session.session_id.secret = other.session_id.secret.clone();
    let answer = w.client.call::<rpc::ExecuteStatement>(&statement(&session, TEN)).await;
    assert_eq!(http(answer).0, 400);
    let request = TCloseSessionReq { session_handle: session };
    assert_eq!(http(w.client.call::<rpc::CloseSession>(&request).await).0, 400);
    for handle in [one, two] {
        assert_eq!(w.client.state(&handle).await, TOperationState::RUNNING_STATE);
    }
}

#[tokio::test(start_paused = true)]
async fn panic_of_the_engine_fails_only_its_statement() {
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
        // A caller that waits for the end learns of it as well.
        let direct = w.client.execute(direct(&w.session, sql)).await.direct_results;
        let status = direct.expect("asked for").operation_status.expect("has a status");
        assert_eq!(status.operation_state, Some(TOperationState::ERROR_STATE));
        let request = TExecuteStatementReq { run_async: None, ..statement(&w.session, sql) };
        let answer = w.client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
        assert!(refused(&answer.status).contains(text), "{answer:?}");
    }
    assert_eq!(w.client.state(&running).await, TOperationState::RUNNING_STATE);
    goes_on(&w).await;
}

/// An engine that panics outside statements.
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

    fn contents(
        &self,
    ) -> dbsql_transport::BoxFuture<
        'static,
        Result<dbsql_local::engine::catalog::CatalogContents, SqlError>,
    > {
        panic!("no tables")
    }

    fn setting(&self, key: &str) -> Option<String> {
        panic!("asked for {key}")
    }
}

#[tokio::test(start_paused = true)]
async fn panic_of_the_engine_outside_statements_is_an_error() {
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
    let answer = client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
    assert!(refused(&answer.status).contains("asked for STATEMENT_TIMEOUT"), "{answer:?}");
    let request = statement(&session, "admit");
    let answer = client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
    assert_eq!(answer.status.sql_state.as_deref(), Some("XX000"));
    let request = TGetTablesReq {
        session_handle: session.clone(),
        run_async: Some(true),
        get_direct_results: direct(&session, "").get_direct_results,
        ..TGetTablesReq::default()
    };
    let answer = client.call::<rpc::GetTables>(&request).await.expect("an answer");
    let status = answer.direct_results.expect("asked for").operation_status.expect("a status");
    assert!(status.display_message.expect("a message").contains("no tables"));
    client.open().await;
}
