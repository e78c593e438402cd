//! Input that no client sends, in every place that takes some: that request gets its error, and the
//! server keeps working.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dbsql_local::engine::scripted::Answer;
use dbsql_local::engine::{
    Engine, EngineSession, ProgressSink, Query, QueryOutput, SessionOptions, SqlError,
};
use dbsql_local::{Quirks, SeaSettings, Service, Settings};
use dbsql_protocol::message::encode_call;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TCloseSessionReq, TOperationState, TStatusCode};
use dbsql_runtime::Runtime;
use dbsql_transport::BoxFuture;
use http::Request;
use serde_json::json;

use crate::sea::{STATEMENTS, Sea, code, links as sea_links, numbers as sea_numbers};
use crate::sea::{statement as sea_statement, with};
use crate::support::{
    Client, ENDLESS, HOST, PATH, TEN, Warehouse, builder, direct, engine, ids_with, numbers,
    statement,
};

const ID: &str = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b";

fn paths() -> Vec<String> {
    let mut paths: Vec<String> = [
        "/",
        "//",
        "/..%2f..%2fetc/passwd",
        "/%00",
        "/%",
        PATH,
        "/files/",
        "/files/x?expires=1&signature=",
        "/files/x?expires=99999999999999999999&signature=%ff&signature=2",
        "/telemetry-ext",
        "/api/2.0/connector-service/feature-flags/",
        "/api/2.0/sql/",
        "/api/2.0/sql/sessions",
        "/api/2.0/sql/sessions/x?warehouse_id=%ff",
        STATEMENTS,
        "/api/2.0/sql/statements/%ff",
        "/api/2.0/sql/history/queries?max_results=-1&page_token=before-x",
        "/api/2.0/sql/history/queries?filter_by.query_start_time_range.start_time_ms=9e99",
        "/api/2.0/sql/history/queries?page_token=before-99999999999999999999",
        "/api/2.0/sql/history/queries?=&&=%&a=b=c",
        "/api/2.0/sql/warehouses/%2e%2e",
        "/oidc/v1/authorize?client_id=%ff&redirect_uri=javascript:alert(1)",
        "/oidc/v1/token",
        "/oidc/accounts//v1/token",
        "/aad/auth?x",
        "/x/oauth2/v2.0/token",
        "/github-actions/token?audience=%",
        "/api/2.0/preview/scim/v2/Me",
    ]
    .map(str::to_owned)
    .into();
    for index in ["-1", "x", "18446744073709551616", "18446744073709551615?row_offset=-1"] {
        paths.push(format!("{STATEMENTS}/{ID}/result/chunks/{index}"));
    }
    paths.push(format!("/{}", "a/".repeat(20_000)));
    paths
}

fn bodies() -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\xff\xfe\0\0".to_vec(),
        br#"{"warehouse_id": 5, "statement": {}}"#.to_vec(),
        br#"{"warehouse_id": "local", "statement": "\ud800"}"#.to_vec(),
        br#"{"warehouse_id": "local", "statement": "x", "row_limit": 1e999}"#.to_vec(),
        br#"{"warehouse_id": "local", "warehouse_id": "local"}"#.to_vec(),
        b"[".repeat(100_000),
        br#"{"a":"#.repeat(100_000),
        b"a=%&a=1&=&%ff=%ff".to_vec(),
        [12, 0, 1].repeat(100_000),
    ]
}

#[tokio::test(start_paused = true)]
async fn no_route_fails_on_garbage() {
    let w = Warehouse::start().await;
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
        for path in paths() {
            for body in bodies() {
                let start = body[..body.len().min(20)].to_vec();
                let request = Request::builder().method(method).uri(format!("{HOST}{path}"));
                let request = request.body(Bytes::from(body)).expect("valid");
                let response = w.client.transport.send(request).await.expect("an answer");
                let status = response.status();
                assert!(!status.is_server_error(), "{status} {method} {path:.99} {start:?}");
            }
        }
    }
    assert!(w.service.statements().is_empty());
    assert_eq!(w.service.live_operations(), 0);
    w.client.execute(direct(&w.session, TEN)).await;
}

#[tokio::test(start_paused = true)]
async fn deeply_nested_json_is_rejected() {
    let sea = Sea::start();
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let nested = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let body = format!(r#"{{"warehouse_id":"local","statement":"{TEN}","new":{nested}}}"#);
        let (status, _) = sea.send("POST", STATEMENTS, body.into()).await.expect("an answer");
        assert_eq!(status, 400);
    }
    assert_eq!(sea.service.runs(TEN), 0);
    sea.execute(sea_statement(TEN)).await;
}

#[tokio::test(start_paused = true)]
async fn form_with_countless_parameters_is_rejected() {
    let w = Warehouse::start().await;
    let form: String = (0..1_000_000).map(|number| format!("{number}&")).collect();
    let request = Request::post(format!("{HOST}/oidc/v1/token"))
        .header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(Bytes::from(form)).expect("valid");
    let response = w.client.transport.send(request).await.expect("an answer");
    assert_eq!(response.status(), 400);
}

#[tokio::test(start_paused = true)]
async fn statement_of_ten_megabytes_runs_over_both_protocols() {
    let runtime = Runtime::seeded(7);
    let long = format!("SELECT {}", "'ä', ".repeat(2_000_000));
    assert!(long.len() > 10_000_000);
    let engine = engine(&runtime).on(&long, Answer::rows(numbers(&[3])));
    let service = builder(&engine, &runtime).build();
    let client = Client::new(&service);
    let session = client.open().await;
    let answer = client.execute(direct(&session, &long)).await.direct_results.expect("asked for");
    let metadata = answer.result_set_metadata.expect("metadata");
    assert_eq!(ids_with(&metadata, &answer.result_set.expect("rows")), [0, 1, 2]);

    let sea = Sea::with(|builder| builder.engine(engine.clone()));
    let answer = sea.execute(sea_statement(&long)).await;
    assert_eq!(sea_numbers(&answer["result"]), [0, 1, 2]);
    assert_eq!(engine.runs(&long), 2);
    // The texts are not held.
    for service in [service, sea.service.clone()] {
        assert!(service.statements().keys().all(|text| text.len() < 100_000));
    }
    let (_, list) = sea.get("/api/2.0/sql/history/queries").await;
    assert!(list["res"][0]["query_text"].as_str().expect("a text").len() <= 8 * 1024);
}

#[tokio::test(start_paused = true)]
async fn thousand_sessions_leave_nothing() {
    let w = Warehouse::start().await;
    let mut sessions = Vec::new();
    for _ in 0..1000 {
        let session = w.client.open().await;
        w.client.submit(&session, ENDLESS).await;
        sessions.push(session);
    }
    tokio::task::yield_now().await;
    assert_eq!((w.service.live_sessions(), w.service.running_operations()), (1001, 1000));
    for session_handle in sessions.drain(500..) {
        let answer = w.client.call::<rpc::CloseSession>(&TCloseSessionReq { session_handle }).await;
        assert_eq!(answer.expect("an answer").status.status_code, TStatusCode::SUCCESS_STATUS);
    }
    w.client.execute(direct(&w.session, TEN)).await;
    w.runtime.sleep(Duration::from_secs(24 * 3600)).await;
    assert_eq!((w.service.live_sessions(), w.service.live_operations()), (0, 0));
    assert_eq!(w.engine.running(), 0);
    assert_eq!(w.runtime.live_tasks(), 0);
}

/// An engine whose values panic when they are dropped.
#[derive(Debug)]
struct Brittle;

#[derive(Debug)]
struct BrittleSession;

struct BrittleWork;

impl Drop for BrittleSession {
    fn drop(&mut self) {
        panic!("the session is in use");
    }
}

impl Drop for BrittleWork {
    fn drop(&mut self) {
        panic!("the work is not done");
    }
}

impl Engine for Brittle {
    fn open_session(&self, _: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError> {
        Ok(Arc::new(BrittleSession))
    }
}

impl EngineSession for BrittleSession {
    fn execute(
        &self,
        _: Query,
        _: ProgressSink,
    ) -> BoxFuture<'static, Result<QueryOutput, SqlError>> {
        let work = BrittleWork;
        Box::pin(async move {
            let _work = work;
            std::future::pending().await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn panic_in_a_drop_of_the_engine_stays_there() {
    let runtime = Runtime::seeded(7);
    let service = Service::builder().engine(Brittle).runtime(runtime.clone()).build();
    let client = Client::new(&service);
    let session = client.open().await;
    let canceled = client.submit(&session, "any").await;
    tokio::task::yield_now().await;
    client.cancel(&canceled).await;
    assert_eq!(client.wait(&canceled).await.operation_state, Some(TOperationState::CANCELED_STATE));
    assert_eq!(client.close(&canceled).await.status_code, TStatusCode::SUCCESS_STATUS);

    let _running = client.submit(&session, "any").await;
    tokio::task::yield_now().await;
    let request = TCloseSessionReq { session_handle: session };
    let answer = client.call::<rpc::CloseSession>(&request).await.expect("an answer");
    assert_eq!(answer.status.status_code, TStatusCode::SUCCESS_STATUS);

    // Neither do sessions that are removed together keep each other.
    for _ in 0..3 {
        let session = client.open().await;
        client.submit(&session, "any").await;
    }
    tokio::task::yield_now().await;
    runtime.sleep(Duration::from_secs(24 * 3600)).await;
    client.open().await;
    assert_eq!((service.live_sessions(), service.live_operations()), (1, 0));
    let sea = Sea::with(|builder| builder.engine(Brittle));
    let endless = sea.submit("any").await;
    tokio::task::yield_now().await;
    let path = format!("{STATEMENTS}/{endless}");
    assert_eq!(sea.ask("DELETE", &path, serde_json::Value::Null).await, (200, json!({})));
}

#[tokio::test(start_paused = true)]
async fn longest_durations_mean_never() {
    let never = Duration::MAX;
    let settings = Settings {
        direct_result_window: never,
        statement_timeout: never,
        operation_idle: never,
        session_idle: never,
        link_lifetime: never,
        link_threshold: 0,
        sea: SeaSettings {
            status_window: never,
            result_lifetime: never,
            record_lifetime: never,
            ..SeaSettings::default()
        },
        ..Settings::default()
    };
    let w = Warehouse::with_settings(settings.clone()).await;
    let mut request = direct(&w.session, TEN);
    request.can_download_result = Some(true);
    let direct = w.client.execute(request).await.direct_results.expect("asked for");
    let links = direct.result_set.expect("rows").results.expect("rows").result_links;
    let link = &links.expect("links")[0].file_link;
    w.runtime.sleep(Duration::from_secs(365 * 24 * 3600)).await;
    assert_eq!(w.client.get(link, &[]).await.expect("an answer").0, 200);
    let handle = w.client.submit(&w.session, TEN).await;
    assert_eq!(w.client.wait(&handle).await.operation_state, Some(TOperationState::FINISHED_STATE));
    assert_eq!(w.service.live_sessions(), 1);

    let quirks = Quirks { pending_for: never, ..Quirks::default() };
    w.service.change_settings(|settings| settings.quirks = quirks);
    w.service.change_settings(|settings| settings.status_window = Duration::ZERO);
    let queued = w.client.execute(statement(&w.session, TEN)).await;
    let queued = queued.operation_handle.expect("a handle");
    assert_eq!(w.client.state(&queued).await, TOperationState::PENDING_STATE);

    let sea = Sea::with_settings(settings);
    let answer = sea.execute(sea_links(TEN)).await;
    sea.sleep(365 * 24 * 3600).await;
    sea.download(&answer["result"]["external_links"][0]).await;
    let late = with(sea_statement(TEN), json!({ "wait_timeout": "51s" }));
    assert_eq!(code(&sea.ask("POST", STATEMENTS, late).await).0, 400);
}

#[tokio::test(start_paused = true)]
async fn calls_with_extreme_numbers_are_answered() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, TEN).await;
    w.client.wait(&handle).await;
    let numbers = [0, 1, i64::MAX, i64::MAX - 1, -1, i64::MIN];
    for start in numbers {
        for max in numbers {
            let mut request = crate::support::from_row(&handle, start, max);
            request.max_bytes = Some(max);
            let answer = w.client.call::<rpc::FetchResults>(&request).await.expect("an answer");
            let is_valid = start >= 0 && max >= 0;
            let expected = match is_valid {
                true => TStatusCode::SUCCESS_STATUS,
                false => TStatusCode::ERROR_STATUS,
            };
            assert_eq!(answer.status.status_code, expected, "{start} {max}");
        }
        let mut request = direct(&w.session, TEN);
        request.query_timeout = Some(start);
        request.result_row_limit = Some(start);
        request.max_bytes_per_batch = Some(start);
        request.max_bytes_per_file = Some(start);
        let call = encode_call::<rpc::ExecuteStatement>(&request);
        let response = w.client.post(call).await.expect("an answer");
        assert_eq!(response.status(), 200, "{start}");
        w.client.execute(request).await;
    }
}
