//! Responses of an intermediary between client and server: transient for an execution that this
//! client has reached before, reported soon to a first call.

use std::future::IntoFuture;
use std::time::Duration;

use dbsql_core::{Error, ErrorKind, ExecutionStatus, RetryAdvice};
use tokio::time::Instant;

use crate::support::{
    CANCEL, CLOSE, CLOSE_SESSION, EXECUTE, FETCH, Fault, HOST, METADATA, OPEN, STATUS, Server,
    Step, client, connection, counted, finished, ids, seconds, submitted,
};

const HTML: &str = "<html>something</html>";

/// Responses of proxies, load balancers and sign-in pages.
const PAGES: [Fault; 17] = [
    ("404 of a load balancer", || Step::http(404).text("default backend - 404")),
    ("404", || Step::http(404)),
    ("400", || Step::http(400)),
    ("400 with a text", || Step::http(400).text("bad request")),
    ("405", || Step::http(405)),
    ("407", || Step::http(407)),
    ("413", || Step::http(413).text(HTML)),
    ("421", || Step::http(421)),
    ("403 with HTML", || Step::http(403).text(HTML)),
    ("403 without a text", || Step::http(403)),
    ("302", || Step::http(302).header("location", "https://login.example/")),
    ("200 with HTML", || Step::body(HTML)),
    ("200 without a body", || Step::body("")),
    ("204", || Step::http(204)),
    ("501", || Step::http(501).text(HTML)),
    ("999", || Step::http(999)),
    ("JSON without an error code", || Step::http(400).text(r#"{"message": "no"}"#)),
];

#[tokio::test(start_paused = true)]
async fn page_of_a_proxy_does_not_end_a_wait() {
    for (name, page) in PAGES {
        let server = Server::databricks();
        server.plan(|plan| plan.runs_for = seconds(20));
        let query = submitted(&server).await;
        let steps = [Step::serve(), page(), page(), page(), Step::serve(), page()];
        server.script(STATUS, steps);
        let status = query.wait().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(status, ExecutionStatus::Finished, "{name}");
        assert!(server.count(STATUS) > 6, "{name}: all of them were met");
        let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&rows), counted(0, 10), "{name}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn page_of_a_proxy_does_not_end_any_call_about_an_execution() {
    for server in [Server::databricks, Server::spark] {
        for (name, page) in PAGES {
            let server = server();
            let connection = connection(&server).await;
            let query = connection.execute_async("SELECT 1").await.unwrap();
            for method in [STATUS, METADATA, FETCH, CANCEL, CLOSE, CLOSE_SESSION] {
                server.script(method, [page(), page(), page()]);
            }
            query.sync_status().await.unwrap_or_else(|error| panic!("{name}: {error}"));
            query.wait().await.unwrap_or_else(|error| panic!("{name}: {error}"));
            let results = query.get_results().await;
            let results = results.unwrap_or_else(|error| panic!("{name}: {error}"));
            let rows = results.fetch_all().await;
            let rows = rows.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(ids(&rows), counted(0, 10), "{name}");
            query.cancel().await.unwrap_or_else(|error| panic!("{name}: {error}"));
            query.close().await.unwrap_or_else(|error| panic!("{name}: {error}"));
            connection.close().await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((server.open_operations(), server.open_sessions()), (0, 0), "{name}");
            for method in [METADATA, FETCH, CANCEL, CLOSE, CLOSE_SESSION] {
                assert!(server.count(method) >= 4, "{name}: {method} was asked again");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lasting_proxy_pages_keep_the_handle_valid() {
    for (name, page) in PAGES {
        let server = Server::databricks();
        let query = finished(&server).await;
        let asked = server.count(STATUS);
        server.always(STATUS, page);
        let started = Instant::now();
        let error = query.sync_status().await.expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::Transport | ErrorKind::Protocol), "{error}");
        assert_eq!(error.retry(), RetryAdvice::RepeatCall, "{name}: {error}");
        assert!(server.count(STATUS) - asked > 3, "{name}");
        assert!(started.elapsed() > seconds(60), "{name}: given up after {:?}", started.elapsed());
        server.recover(STATUS);
        assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Finished, "{name}");
    }
}

/// The same pages, and the error of a first call.
const FIRST: [(u16, Option<&str>, ErrorKind); 12] = [
    (404, Some("default backend - 404"), ErrorKind::Config),
    (404, None, ErrorKind::Config),
    (405, None, ErrorKind::Config),
    (421, None, ErrorKind::Config),
    (302, None, ErrorKind::Config),
    (307, Some(HTML), ErrorKind::Config),
    (400, None, ErrorKind::Rejected),
    (418, Some(HTML), ErrorKind::Rejected),
    (403, Some(HTML), ErrorKind::PermissionDenied),
    (403, None, ErrorKind::PermissionDenied),
    (501, Some(HTML), ErrorKind::Unsupported),
    (200, Some(HTML), ErrorKind::Protocol),
];

fn page(status: u16, text: Option<&str>) -> Step {
    Step::http(status).text(text.unwrap_or_default().to_owned())
}

/// Asserts the error kind, within two seconds and after this many requests of the method.
async fn reported_soon<T: std::fmt::Debug>(
    (server, method, requests): (&Server, &str, usize),
    call: impl Future<Output = Result<T, Error>>,
    kind: ErrorKind,
) {
    let (before, started) = (server.count(method), Instant::now());
    let error = call.await.expect_err(method);
    assert_eq!(error.kind(), kind, "{method}: {error}");
    assert!(error.to_string().contains(HOST), "{method}: {error}");
    let (asked, took) = (server.count(method) - before, started.elapsed());
    assert_eq!(asked, requests, "{method}: {error}");
    assert!(took <= Duration::from_secs(2), "{method} in {took:?}: {error}");
}

#[tokio::test(start_paused = true)]
async fn proxy_page_as_first_answer_is_reported_soon() {
    for (status, text, kind) in FIRST {
        let server = Server::databricks();
        let handle = submitted(&server).await.handle().unwrap();
        let client = client(&server);
        for method in [OPEN, STATUS] {
            server.always(method, move || page(status, text));
        }
        reported_soon((&server, OPEN, 3), client.connect().into_future(), kind).await;
        reported_soon((&server, OPEN, 3), client.execute_async("SELECT 1").into_future(), kind)
            .await;
        let pick_up = client.get_async_execution(handle).into_future();
        reported_soon((&server, STATUS, 3), pick_up, kind).await;
        assert_eq!(server.executions().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_proxy_pages_before_the_first_answer_are_retried() {
    for (name, page) in PAGES {
        if matches!(name, "407" | "413") {
            continue; // definitive for a first call
        }
        let server = Server::databricks();
        server.script(OPEN, [page(), page()]);
        let connection = connection(&server).await;
        let query = connection.execute_async("SELECT 1").await.expect(name);
        server.script(STATUS, [page(), page()]);
        let handle = query.handle().unwrap();
        let _ = client(&server).get_async_execution(handle).await.expect(name);
        assert_eq!((server.count(OPEN), server.count(STATUS)), (3, 3), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn message_about_credentials_is_final_at_once() {
    let refusals: [(ErrorKind, fn() -> Step); 3] = [
        (ErrorKind::Auth, || Step::http(401)),
        (ErrorKind::Auth, || Step::http(401).text(HTML)),
        (ErrorKind::PermissionDenied, || Step::http(403).text("your address is not on the list")),
    ];
    for (kind, refusal) in refusals {
        let server = Server::databricks();
        let query = submitted(&server).await;
        let client = client(&server);
        for method in [OPEN, STATUS] {
            server.always(method, refusal);
        }
        reported_soon((&server, OPEN, 1), client.connect().into_future(), kind).await;
        let pick_up = client.get_async_execution(query.handle().unwrap()).into_future();
        reported_soon((&server, STATUS, 1), pick_up, kind).await;
        reported_soon((&server, STATUS, 1), query.sync_status().into_future(), kind).await;
        reported_soon((&server, STATUS, 1), query.wait().into_future(), kind).await;
    }
}

#[tokio::test(start_paused = true)]
async fn statuses_407_and_413_are_reported_to_a_first_call_at_once() {
    for (status, kind) in [(407, ErrorKind::Auth), (413, ErrorKind::Rejected)] {
        let server = Server::databricks();
        let handle = submitted(&server).await.handle().unwrap();
        let client = client(&server);
        for method in [OPEN, STATUS] {
            server.always(method, move || Step::http(status));
        }
        reported_soon((&server, OPEN, 1), client.connect().into_future(), kind).await;
        let pick_up = client.get_async_execution(handle).into_future();
        reported_soon((&server, STATUS, 1), pick_up, kind).await;
    }
}
