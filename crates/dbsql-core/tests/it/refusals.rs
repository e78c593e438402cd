//! What proves that a submit was rejected: a marker of the protocol. Any intermediary can send a
//! status.

use dbsql_core::{AsyncExecution, ErrorKind, ExecutionStatus, Result, RetryAdvice, RetryPolicy};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TExecuteStatementResp, TStatusCode};

use crate::support::{
    CANCEL, CLOSE, EXECUTE, Fault, HOST, OPEN, STATUS, Server, Step, client, client_with, config,
    connection, seconds, submitted,
};

const INSERT: &str = "INSERT INTO t VALUES (1)";

/// Statuses and bodies that a proxy, a firewall or a load balancer may send.
const UNMARKED: [Fault; 22] = [
    ("499", || Step::http(499)),
    ("460", || Step::http(460)),
    ("999", || Step::http(999)),
    ("600", || Step::http(600)),
    ("799", || Step::http(799)),
    ("400", || Step::http(400)),
    ("400 with a text", || Step::http(400).text("bad request")),
    ("400 with JSON of another kind", || Step::http(400).text(r#"{"error": "bad request"}"#)),
    ("404", || Step::http(404)),
    ("404 of a load balancer", || Step::http(404).text("default backend - 404")),
    ("405", || Step::http(405)),
    ("409", || Step::http(409)),
    ("410", || Step::http(410)),
    ("418", || Step::http(418)),
    ("421", || Step::http(421)),
    ("403 with a text", || Step::http(403).text("your IP address is not on the list")),
    ("403 with HTML", || Step::http(403).text("<html>blocked</html>")),
    ("302", || Step::http(302).header("location", "https://login.example/")),
    ("302 with a mark, which is no refusal", || {
        Step::http(302).header("x-thriftserver-error-message", "BAD_REQUEST: no")
    }),
    ("200 with HTML", || Step::body("<html>sign in</html>")),
    ("501", || Step::http(501)),
    ("501 with a text", || Step::http(501).text("not implemented")),
];

#[tokio::test(start_paused = true)]
async fn status_without_a_marker_leaves_the_outcome_unknown() {
    for (name, fault) in UNMARKED {
        for (runs, step) in [(0, fault()), (1, fault().accepted())] {
            let server = Server::databricks();
            server.script(EXECUTE, [step]);
            let error = client(&server).execute_async(INSERT).await.expect_err(name);
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
            assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
            assert!(error.to_string().contains(HOST), "{name}: {error}");
            assert_eq!((server.count(EXECUTE), server.executions().len()), (1, runs), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn status_without_a_marker_leaves_every_submit_unknown() {
    for (name, fault) in UNMARKED {
        let server = Server::databricks();
        server.always(EXECUTE, move || fault().accepted());
        let client = client(&server);
        let errors = [
            client.execute(INSERT).await.expect_err(name),
            client.execute(INSERT).cancel_on_drop().await.expect_err(name),
            client.execute_async(INSERT).cancel_on_drop().await.expect_err(name),
            client.execute_async(INSERT).allow_direct_result().await.expect_err(name),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
            assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
        }
        assert_eq!((server.count(EXECUTE), server.executions().len()), (4, 4), "{name}");
    }
}

fn with_status(code: i32, keeps_handle: bool) -> Step {
    Step::edit::<rpc::ExecuteStatement>(move |response: &mut TExecuteStatementResp| {
        response.status.status_code = TStatusCode(code);
        if !keeps_handle {
            response.operation_handle = None;
        }
    })
}

#[tokio::test(start_paused = true)]
async fn unknown_status_code_leaves_the_outcome_unknown() {
    for code in [-1, 5, 99, i32::MAX] {
        let server = Server::databricks();
        server.script(EXECUTE, [with_status(code, false)]);
        let error = client(&server).execute_async(INSERT).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{code}: {error}");
        assert_eq!(error.retry(), RetryAdvice::Unsafe, "{code}: {error}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1), "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_status_code_with_a_handle_is_an_execution() {
    for code in [-1, 5, 99] {
        let server = Server::databricks();
        server.script(EXECUTE, [with_status(code, true)]);
        let query = client(&server).execute_async(INSERT).await.unwrap();
        assert!(query.handle().is_some(), "{code}: what runs can be asked about");
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished, "{code}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1), "{code}");
    }
}

/// A status with each marker that only the server and the gateways of the protocol send.
fn marked(status: u16) -> [(&'static str, Step); 4] {
    let reason = "BAD_REQUEST: not like this";
    let header = |name| Step::http(status).header(name, reason);
    let json = r#"{"error_code": "BAD_REQUEST", "message": "not like this"}"#;
    [
        ("the server's message", header("x-thriftserver-error-message")),
        ("a reason", header("x-databricks-reason-phrase")),
        ("a message", header("x-databricks-error-or-redirect-message")),
        ("an error code", Step::http(status).text(json)),
    ]
}

#[tokio::test(start_paused = true)]
async fn status_with_a_marker_is_a_rejection() {
    use ErrorKind::{Config, PermissionDenied, Rejected};
    use RetryAdvice::{Never, SafeToResubmit};
    for (status, kind, advice) in [
        (400, Rejected, SafeToResubmit),
        (403, PermissionDenied, Never),
        (404, Config, Never),
        (405, Config, Never),
        (409, Rejected, SafeToResubmit),
        (413, Rejected, SafeToResubmit),
        (418, Rejected, SafeToResubmit),
        (422, Rejected, SafeToResubmit),
        (460, Rejected, SafeToResubmit),
        (499, Rejected, SafeToResubmit),
    ] {
        for (mark, step) in marked(status) {
            let server = Server::databricks();
            server.script(EXECUTE, [step]);
            let error = client(&server).execute_async(INSERT).await.unwrap_err();
            assert_eq!((error.kind(), error.retry()), (kind, advice), "{status}, {mark}: {error}");
            assert!(error.to_string().contains("not like this"), "{status}, {mark}: {error}");
            assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 0), "{status}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn marker_on_another_class_of_status_is_no_rejection() {
    for status in [302, 408, 500, 501, 502, 504, 600, 999] {
        for (mark, step) in marked(status) {
            let server = Server::databricks();
            server.script(EXECUTE, [step.accepted()]);
            let error = client(&server).execute_async(INSERT).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{status}, {mark}: {error}");
            assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1), "{status}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn statuses_407_and_413_are_rejections_without_a_marker() {
    let html = "<html>no</html>";
    for (kind, step) in [
        (ErrorKind::Auth, Step::http(407)),
        (ErrorKind::Auth, Step::http(407).text(html)),
        (ErrorKind::Rejected, Step::http(413)),
        (ErrorKind::Rejected, Step::http(413).text(html)),
    ] {
        let server = Server::databricks();
        server.script(EXECUTE, [step]);
        let error = client(&server).execute_async(INSERT).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 0), "{error}");
    }
}

/// Responses that ask the client to retry later.
const THROTTLES: [Fault; 4] = [
    ("429", || Step::http(429)),
    ("429 with a time", || Step::http(429).header("retry-after", "1")),
    ("503 with a time", || Step::http(503).header("retry-after", "1")),
    ("503 at once", || Step::http(503).header("retry-after", "0")),
];

async fn submit_against(server: &Server, policy: RetryPolicy) -> Result<AsyncExecution> {
    client_with(server, config().retry(policy)).execute_async(INSERT).await
}

#[tokio::test(start_paused = true)]
async fn throttled_submit_is_resent_three_times_at_most() {
    for (name, fault) in THROTTLES {
        let server = Server::databricks();
        server.always(EXECUTE, move || fault().accepted());
        let error = submit_against(&server, RetryPolicy::new()).await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Throttled, "{name}: {error}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (4, 4), "{name}");
        // The third resend may succeed.
        let server = Server::databricks();
        server.script(EXECUTE, [fault(), fault(), fault()]);
        let _ = submit_against(&server, RetryPolicy::new()).await.expect(name);
        assert_eq!((server.count(EXECUTE), server.executions().len()), (4, 1), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn throttles_of_both_kinds_are_counted_together() {
    let server = Server::databricks();
    let throttles = THROTTLES.map(|(_, fault)| fault().accepted());
    server.script(EXECUTE, throttles);
    let error = submit_against(&server, RetryPolicy::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled, "{error}");
    assert_eq!((server.count(EXECUTE), server.executions().len()), (4, 4));
    // An attempt that was not sent does not count, and does not reset the count.
    let server = Server::databricks();
    let throttled = || Step::http(429).accepted();
    let refused = Step::refused;
    server.script(
        EXECUTE,
        [refused(), throttled(), refused(), throttled(), throttled(), refused(), throttled()],
    );
    submit_against(&server, RetryPolicy::new()).await.unwrap_err();
    assert_eq!((server.count(EXECUTE), server.executions().len()), (7, 4));
}

#[tokio::test(start_paused = true)]
async fn untrusted_throttle_leaves_the_outcome_unknown() {
    for (name, fault) in THROTTLES {
        let server = Server::databricks();
        server.always(EXECUTE, move || fault().accepted());
        let policy = RetryPolicy::new().trust_retry_after(false);
        let error = submit_against(&server, policy).await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
        assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1), "{name}");
    }
}

/// Texts that are not ASCII: UTF-8, Latin-1, and invalid bytes.
fn foreign_texts(start: &str) -> [Vec<u8>; 3] {
    let tails: [&[u8]; 3] = ["é: für Sie".as_bytes(), b"\xe9: f\xfcr Sie", b"\xff\xfe\x80"];
    tails.map(|tail| [start.as_bytes(), tail].concat())
}

fn says(status: u16, text: &[u8]) -> Step {
    Step::http(status).header("x-thriftserver-error-message", text)
}

#[tokio::test(start_paused = true)]
async fn lost_session_in_any_encoding_is_reopened() {
    for text in foreign_texts("Invalid SessionHandle: ") {
        let server = Server::databricks();
        let client = client(&server);
        server.script(EXECUTE, [says(400, &text)]);
        let _ = client.execute_async(INSERT).await.expect("nothing is lost");
        assert_eq!((server.count(OPEN), server.executions().len()), (2, 1), "{text:?}");
        // A session with state is an error.
        let connection = connection(&server).await;
        let _ = connection.execute_async("USE main").await.unwrap();
        server.script(EXECUTE, [says(404, &text)]);
        let error = connection.execute_async(INSERT).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SessionExpired, "{text:?}: {error}");
        assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{text:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn lost_execution_in_any_encoding_is_gone() {
    for text in foreign_texts("RESOURCE_DOES_NOT_EXIST: ") {
        let server = Server::databricks();
        let query = submitted(&server).await;
        for method in [STATUS, CANCEL, CLOSE] {
            let text = text.clone();
            server.always(method, move || says(404, &text));
        }
        let asked = server.count(STATUS);
        let error = query.sync_status().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResultGone, "{text:?}: {error}");
        let elsewhere = client(&server).get_async_execution(query.handle().unwrap());
        let error = elsewhere.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{text:?}: {error}");
        assert_eq!(server.count(STATUS), asked + 2, "{text:?}: told at once");
        query.cancel().await.expect("there is nothing to cancel");
        query.close().await.expect("there is nothing to close");
    }
}

#[tokio::test(start_paused = true)]
async fn rejection_in_any_encoding_is_a_rejection() {
    for text in foreign_texts("PERMISSION_DENIED: ") {
        let server = Server::databricks();
        server.script(EXECUTE, [Step::http(403).header("x-databricks-reason-phrase", &text)]);
        let submit = client(&server).execute_async(INSERT).deadline(seconds(60));
        let error = submit.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{text:?}: {error}");
        assert!(error.to_string().contains("PERMISSION_DENIED: "), "{text:?}: {error}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 0), "{text:?}");
    }
}
