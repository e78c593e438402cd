//! Responses above the size limits: rejected at once with a typed error, and decoded where no other
//! task is blocked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use dbsql_core::{Client, Config, Error, ErrorKind, RetryAdvice, Runtime};
use dbsql_protocol::rpc;
use dbsql_protocol::rpc::Rpc;
use dbsql_protocol::types::{TGetOperationStatusResp, TOperationState, TSparkArrowResultLink};
use dbsql_transport::{Body, BoxFuture, Transport, TransportError};
use http::{Request, Response};

use crate::support::{
    EXECUTE, FETCH, Fault, METADATA, OPEN, STATUS, Server, Step, bigints, client, client_with,
    config, counted, finished, ids, millis, read_on, seconds, submitted,
};

const MIB: usize = 1 << 20;

fn status(edit: impl Fn(&mut TGetOperationStatusResp) + Send + Sync + 'static) -> Step {
    Step::edit::<rpc::GetOperationStatus>(edit)
}

/// A status with a text of this size.
fn wordy(bytes: usize) -> Step {
    status(move |status| status.error_message = Some("x".repeat(bytes)))
}

/// A status that is small on the wire and large in memory.
fn crumbled() -> Step {
    status(|status| status.status.info_messages = Some(vec!["x".to_owned(); 800_000]))
}

#[track_caller]
fn too_large(name: &str, method: &str, error: &Error) {
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{name}: {text}");
    assert_eq!(error.retry(), RetryAdvice::Never, "{name}: {text}");
    assert!(text.contains(&format!("the response to {method} is too large")), "{name}: {text}");
}

#[tokio::test(start_paused = true)]
async fn status_that_is_too_large_ends_the_wait_at_once() {
    let large: [Fault; 4] = [
        ("38 MiB", || wordy(38 * MIB)),
        ("just above the limit", || wordy(4 * MIB)),
        ("claimed", || Step::claims(1 << 40)),
        ("many small texts", crumbled),
    ];
    for (name, step) in large {
        let server = Server::databricks();
        server.plan(|plan| plan.runs_for = seconds(60));
        let query = submitted(&server).await;
        server.always(STATUS, step);
        too_large(name, STATUS, &query.wait().deadline(millis(300)).await.unwrap_err());
        assert_eq!(server.count(STATUS), 1, "{name}: not asked for again");
        too_large(name, STATUS, &query.sync_status().deadline(seconds(5)).await.unwrap_err());
        server.recover(STATUS);
        query.wait().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn long_message_of_a_failed_statement_is_kept() {
    let server = Server::databricks();
    let query = submitted(&server).await;
    server.always(STATUS, || {
        status(|status| {
            status.operation_state = Some(TOperationState::ERROR_STATE);
            status.error_message = Some("x".repeat(3 * MIB));
        })
    });
    let error = query.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.server_diagnostics().unwrap().len() >= 3 * MIB);
}

#[tokio::test(start_paused = true)]
async fn other_responses_have_limits_too() {
    let server = Server::databricks();
    let query = finished(&server).await;
    server.script(METADATA, [Step::claims(17 << 20)]);
    too_large("a schema", METADATA, &query.get_results().await.unwrap_err());
    assert_eq!(ids(&query.get_results().await.unwrap().fetch_all().await.unwrap()), counted(0, 10));

    server.script(OPEN, [Step::claims(5 << 20)]);
    too_large("a session", OPEN, &client(&server).connect().await.unwrap_err());

    // The outcome of the statement is not known.
    for (name, size, direct) in [("handle", 5, false), ("direct result", 25, true)] {
        let connection = client(&server).connect().await.unwrap();
        server.script(EXECUTE, [Step::claims(size << 20).accepted()]);
        let error = match direct {
            true => connection.execute("SELECT 1").await.map(drop).unwrap_err(),
            false => connection.execute_async("SELECT 1").await.map(drop).unwrap_err(),
        };
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn schema_of_some_mebibytes_is_read() {
    let server = Server::databricks();
    let query = finished(&server).await;
    server.script(
        METADATA,
        [Step::edit::<rpc::GetResultSetMetadata>(|metadata| {
            metadata.status.error_message = Some("x".repeat(12 * MIB));
        })],
    );
    let results = query.get_results().await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
}

fn budget(mib: usize) -> Config {
    config().byte_budget((mib * MIB) as u64)
}

/// A finished query of a client with this configuration.
async fn finished_with(server: &Server, config: Config) -> dbsql_core::AsyncExecution {
    let query = client_with(server, config).execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    query
}

#[tokio::test(start_paused = true)]
async fn page_beyond_the_byte_budget_is_an_error_that_names_it() {
    type Page = fn(&mut dbsql_protocol::types::TRowSet);
    let pages: [(&str, Page); 2] = [
        ("columns", |rows| rows.columns = Some(vec![bigints(0..3 << 17)])),
        ("links", |rows| {
            let link = |row| TSparkArrowResultLink {
                file_link: "https://s.example/f".to_owned(),
                start_row_offset: row,
                row_count: 1,
                ..TSparkArrowResultLink::default()
            };
            rows.columns = None;
            rows.result_links = Some((0..10_000).map(link).collect());
        }),
    ];
    for (name, page) in pages {
        let server = Server::databricks();
        server.always(FETCH, move || {
            Step::edit::<rpc::FetchResults>(move |response| {
                page(response.results.as_mut().unwrap());
            })
        });
        let query = finished_with(&server, budget(2)).await;
        let mut results = query.get_results().await.unwrap();
        for _ in 0..2 {
            let error = results.next().await.unwrap_err();
            let advice = (error.kind(), error.retry());
            assert_eq!(advice, (ErrorKind::Config, RetryAdvice::Never), "{name}: {error}");
            assert!(error.to_string().contains("Config::byte_budget"), "{name}: {error}");
        }
        // No row was taken.
        server.recover(FETCH);
        assert_eq!(read_on(&mut results, 1).await, counted(0, 10), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn page_of_wide_rows_at_a_cursor_is_requested_with_fewer_rows() {
    let server = Server::spark();
    // The first request is for 1,000 rows, which exceed the budget.
    server.plan(|plan| (plan.rows, plan.page) = (3_000, u64::MAX));
    server.always(FETCH, || {
        Step::edit::<rpc::FetchResults>(|response| {
            let rows = response.results.as_mut().unwrap();
            let count = rows.columns.iter().flatten().map(column_rows).sum::<usize>();
            response.status.error_message = Some("x".repeat(count * 4_096));
        })
    });
    let query = finished_with(&server, budget(2)).await;
    let mut results = query.get_results().await.unwrap();
    assert_eq!(read_on(&mut results, 3).await, counted(0, 3_000));
}

fn column_rows(column: &dbsql_protocol::types::TColumn) -> usize {
    match column {
        dbsql_protocol::types::TColumn::I64Val(column) => column.values.len(),
        other => panic!("{other:?}"),
    }
}

/// Delivers whole responses at once, and reports when a status was delivered.
#[derive(Clone, Debug)]
struct AtOnce {
    server: Server,
    answered: Arc<AtomicBool>,
}

impl Transport for AtOnce {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let method = rpc::GetOperationStatus::NAME.as_bytes();
            let is_status = request.body().windows(method.len()).any(|part| part == method);
            let (parts, body) = self.server.send(request).await?.into_parts();
            let body = body.collect(usize::MAX).await.expect("a whole body");
            self.answered.fetch_or(is_status, Ordering::SeqCst);
            Ok(Response::from_parts(parts, Body::from(body)))
        })
    }
}

#[tokio::test]
async fn other_tasks_run_while_a_large_status_is_decoded() {
    let server = Server::databricks();
    server.always(STATUS, || {
        status(|status| status.status.info_messages = Some(vec!["x".repeat(10); 200_000]))
    });
    let answered = Arc::new(AtomicBool::new(false));
    let transport = AtOnce { server, answered: Arc::clone(&answered) };
    let builder = Client::builder(config()).transport(transport).runtime(Runtime::real());
    let query = builder.build().unwrap().execute_async("SELECT 1").await.unwrap();
    let steps = Arc::new(AtomicUsize::new(0));
    let counting = tokio::spawn({
        let steps = Arc::clone(&steps);
        async move {
            loop {
                steps.fetch_add(usize::from(answered.load(Ordering::SeqCst)), Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        }
    });
    query.sync_status().await.unwrap();
    let steps = steps.load(Ordering::SeqCst);
    counting.abort();
    assert!(steps > 200, "only {steps} steps of another task");
}
