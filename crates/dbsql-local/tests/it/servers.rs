//! Other kinds of servers: with cursors, behind a load balancer, and with other errors for unknown
//! handles.

use std::time::Duration;

use bytes::Bytes;
use dbsql_local::{Gone, Quirks, Settings};
use dbsql_protocol::message;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TColumn, TFetchOrientation, TFetchResultsReq, TOpenSessionReq, TOperationHandle,
    TSessionHandle, TStatusCode,
};
use http::Request;

use crate::support::{Client, ENDLESS, HOST, PATH, TEN, Warehouse, direct, http, next, statement};

/// Returns the numbers of a page of columns, its claimed start, and whether it announces more rows.
async fn page(
    client: &Client,
    handle: &TOperationHandle,
    orientation: TFetchOrientation,
) -> (Vec<i64>, i64, Option<bool>) {
    // The offset is wrong on purpose.
    let request = TFetchResultsReq { orientation, start_row_offset: Some(7), ..next(handle, 4) };
    let response = client.fetch(request).await;
    let rows = response.results.expect("has rows");
    let columns = rows.columns.expect("has columns");
    let [TColumn::I64Val(column)] = &columns[..] else { panic!("{columns:?}") };
    (column.values.iter().collect(), rows.start_row_offset, response.has_more_rows)
}

#[tokio::test(start_paused = true)]
async fn servers_with_cursors_ignore_offsets() {
    let kinds = [
        (Settings::spark(), [0, 4, 8, 10]),
        (Settings::hive(), [0, 0, 0, 0]),
        (Settings::kyuubi(), [4, 8, 10, 10]),
    ];
    for (settings, starts) in kinds {
        let w = Warehouse::with_settings(settings).await;
        let request = direct(&w.session, TEN);
        let response = w.client.execute(request).await;
        assert!(response.direct_results.is_none(), "no direct results");
        let handle = response.operation_handle.expect("a handle");
        w.client.wait(&handle).await;
        let metadata = w.client.metadata(&handle).await;
        assert_eq!((metadata.result_format, metadata.arrow_schema), (None, None));
        for _ in 0..2 {
            let mut orientation = TFetchOrientation::FETCH_FIRST;
            let pages = [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9], vec![]];
            for (rows, start) in pages.into_iter().zip(starts) {
                let page = page(&w.client, &handle, orientation).await;
                assert_eq!(page, (rows, start, Some(false)));
                orientation = TFetchOrientation::FETCH_NEXT;
            }
        }
        w.service.move_cursors(9);
        assert_eq!(page(&w.client, &handle, TFetchOrientation::FETCH_NEXT).await.0, [9]);
    }
}

#[tokio::test(start_paused = true)]
async fn single_pass_result_rejects_fetch_first() {
    let quirks = Quirks { reject_fetch_first: true, ..Quirks::default() };
    let w = Warehouse::with_settings(Settings { quirks, ..Settings::hive() }).await;
    let handle = w.client.submit(&w.session, TEN).await;
    w.client.wait(&handle).await;
    for rows in [vec![0, 1, 2, 3], vec![4, 5, 6, 7]] {
        let orientation = TFetchOrientation::FETCH_FIRST;
        let request = TFetchResultsReq { orientation, ..next(&handle, 4) };
        let response = w.client.call::<rpc::FetchResults>(&request).await.expect("an answer");
        assert_eq!(response.status.status_code, TStatusCode::ERROR_STATUS);
        assert_eq!(response.status.sql_state.as_deref(), Some("HY106"));
        // It has not moved the cursor.
        let page = page(&w.client, &handle, TFetchOrientation::FETCH_NEXT).await;
        assert_eq!(page.0, rows);
    }
}

#[tokio::test(start_paused = true)]
async fn statement_without_columns_has_one_on_spark() {
    use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
    let runtime = dbsql_runtime::Runtime::seeded(7);
    let engine = ScriptedEngine::new(runtime.clone()).on("CREATE", Answer::rows(Vec::new()));
    let builder = crate::support::builder(&engine, &runtime).settings(Settings::spark());
    let service = builder.build();
    let client = Client::new(&service);
    let session = client.open().await;
    let handle = client.submit(&session, "CREATE").await;
    client.wait(&handle).await;
    let schema = client.metadata(&handle).await.schema.expect("has a schema");
    assert_eq!(schema.columns.len(), 1);
    assert_eq!(schema.columns[0].column_name, "Result");
    let rows = client.fetch(next(&handle, 10)).await.results.expect("has rows");
    let columns = rows.columns.expect("has columns");
    let [TColumn::StringVal(column)] = &columns[..] else { panic!("{columns:?}") };
    assert_eq!(column.values.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn unknown_handles_are_reported_in_three_ways() {
    for gone in [Gone::Http, Gone::Text, Gone::InvalidHandle] {
        let quirks = Quirks { gone, ..Quirks::default() };
        let w = Warehouse::with_settings(Settings { quirks, ..Settings::default() }).await;
        let handle = w.client.submit(&w.session, TEN).await;
        w.service.lose_operations();
        assert_eq!((w.service.live_operations(), w.service.live_sessions()), (0, 1));
        let operation = w.client.ask(&handle).await;
        let closed = w.client.close(&handle).await;
        w.service.lose_sessions();
        let session = w.client.call::<rpc::ExecuteStatement>(&statement(&w.session, TEN)).await;
        match gone {
            Gone::Http => {
                assert_eq!(http(operation).0, 404);
                assert_eq!(http(session).0, 400);
                assert_eq!(closed.status_code, TStatusCode::ERROR_STATUS);
            }
            _ => {
                let expected = match gone {
                    Gone::InvalidHandle => TStatusCode::INVALID_HANDLE_STATUS,
                    _ => TStatusCode::ERROR_STATUS,
                };
                let (operation, session) = (operation.expect("told"), session.expect("told"));
                for status in [operation.status, session.status, closed] {
                    assert_eq!(status.status_code, expected);
                    let text = status.error_message.unwrap_or_default();
                    assert_eq!(text.starts_with("Invalid "), gone == Gone::Text, "{text}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn status_call_waits_as_long_as_configured() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    tokio::task::yield_now().await;
    for held in [Duration::ZERO, Duration::from_secs(3), Duration::from_secs(60)] {
        w.service.change_settings(|settings| settings.status_window = held);
        let before = w.runtime.now();
        w.client.status(&handle).await;
        assert_eq!(w.runtime.now() - before, held);
    }
}

#[tokio::test(start_paused = true)]
async fn pages_and_direct_results_respect_row_limits() {
    let settings = Settings { page_rows: 3, arrow: false, ..Settings::default() };
    let w = Warehouse::with_settings(settings).await;
    let direct = w.client.execute(direct(&w.session, TEN)).await.direct_results;
    let direct = direct.expect("asked for");
    let rows = direct.result_set.expect("has rows");
    assert_eq!((rows.has_more_rows, direct.close_operation.is_some()), (Some(true), false));
    let columns = rows.results.expect("has rows").columns.expect("no Arrow");
    let [TColumn::I64Val(column)] = &columns[..] else { panic!("{columns:?}") };
    assert_eq!(column.values.iter().collect::<Vec<_>>(), [0, 1, 2]);
}

struct Balanced {
    w: Warehouse,
}

impl Balanced {
    /// Opens a session and returns it with its cookie and the attributes.
    async fn open(&self) -> (TSessionHandle, String, String) {
        let request = TOpenSessionReq::default();
        let response = self.post(message::encode_call::<rpc::OpenSession>(&request), &[]).await;
        let cookie = response.0.expect("a cookie");
        let (pair, attributes) = cookie.split_once("; ").expect("attributes");
        let session = message::decode_reply::<rpc::OpenSession>(response.2).expect("a reply");
        let session = session.session_handle.expect("a handle");
        (session, pair.to_owned(), attributes.to_owned())
    }

    async fn post(&self, body: Bytes, cookies: &[&str]) -> (Option<String>, u16, Bytes) {
        let mut request = Request::post(format!("{HOST}{PATH}"));
        for cookie in cookies {
            request = request.header("cookie", *cookie);
        }
        let request = request.body(body).expect("a request");
        let response = self.w.client.transport.send(request).await.expect("an answer");
        let cookie = response.headers().get("set-cookie");
        let cookie = cookie.map(|value| value.to_str().expect("text").to_owned());
        let status = response.status().as_u16();
        (cookie, status, response.into_body().collect(1 << 20).await.expect("a body"))
    }

    async fn run(&self, session: &TSessionHandle, cookies: &[&str]) -> (u16, Bytes) {
        let body = message::encode_call::<rpc::ExecuteStatement>(&statement(session, TEN));
        let (cookie, status, body) = self.post(body, cookies).await;
        assert_eq!(cookie, None, "set with the session only");
        (status, body)
    }
}

#[tokio::test(start_paused = true)]
async fn session_is_reached_only_with_the_cookie_of_its_node() {
    let quirks = Quirks { node_cookie: Some("Path=/; HttpOnly".to_owned()), ..Quirks::default() };
    let settings = Settings { quirks, ..Settings::default() };
    let balanced = Balanced { w: Warehouse::with_settings(settings).await };
    let (one, first, attributes) = balanced.open().await;
    let (two, second, _) = balanced.open().await;
    assert_eq!(attributes, "Path=/; HttpOnly");
    assert_ne!(first, second, "sessions take turns on two nodes");
    for (session, cookie, other) in [(&one, &first, &second), (&two, &second, &first)] {
        assert_eq!(balanced.run(session, &[cookie]).await.0, 200);
        let among_others = format!("a=b; {cookie}");
        assert_eq!(balanced.run(session, &["x=y", &among_others]).await.0, 200);
        for cookies in [&[][..], &[other.as_str()], &["a=b"]] {
            let (status, body) = balanced.run(session, cookies).await;
            assert_eq!(status, 400, "{cookies:?}");
            let text = String::from_utf8(body.to_vec()).expect("JSON");
            assert!(text.contains("Invalid SessionHandle"), "{text}");
        }
    }
    assert_eq!(balanced.w.service.runs(TEN), 4);

    // Calls on an operation must reach the node as well.
    let body = message::encode_call::<rpc::ExecuteStatement>(&statement(&one, ENDLESS));
    let (_, _, body) = balanced.post(body, &[&first]).await;
    let response = message::decode_reply::<rpc::ExecuteStatement>(body).expect("a reply");
    let operation_handle = response.operation_handle.expect("a handle");
    let ask = dbsql_protocol::types::TGetOperationStatusReq {
        operation_handle,
        get_progress_update: None,
    };
    let ask = || message::encode_call::<rpc::GetOperationStatus>(&ask);
    assert_eq!(balanced.post(ask(), &[&first]).await.1, 200);
    assert_eq!(balanced.post(ask(), &[&second]).await.1, 400);
    assert_eq!(balanced.post(ask(), &[]).await.1, 400);
}
