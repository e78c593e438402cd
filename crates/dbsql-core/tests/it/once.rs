//! A statement is resent only if it is certain that the server did not accept it.

use dbsql_core::{
    AsyncExecution, Client, Config, ErrorKind, Result, RetryAdvice, RetryPolicy, Statement, Value,
};
use dbsql_protocol::message::{ApplicationExceptionKind, encode_reply};
use dbsql_protocol::rpc;
use dbsql_protocol::types::TCloseSessionResp;
use tokio::time::Instant;

use crate::support::{
    EXECUTE, Fault, Gone, HOST, METADATA, PATH, STATUS, Server, Step, Tokens, client, client_with,
    config, ids, ok, seconds,
};

async fn submit_with(config: Config, step: Step) -> (Server, Result<AsyncExecution>) {
    let server = Server::databricks();
    server.script(EXECUTE, [step]);
    let submitted = client_with(&server, config).execute_async("INSERT INTO t VALUES (1)").await;
    assert!(server.executions().len() <= 1, "it ran {} times", server.executions().len());
    (server, submitted)
}

async fn submit(step: Step) -> (Server, Result<AsyncExecution>) {
    submit_with(config(), step).await
}

/// Faults after which it is unknown whether the statement runs.
async fn leaves_it_open(name: &str, step: Step) {
    let taken = step.is_accepted();
    let (server, submitted) = submit(step).await;
    let error = submitted.expect_err(name);
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
    assert!(error.to_string().contains(HOST), "{name}: {error}");
    assert_eq!(server.count(EXECUTE), 1, "{name}: it was sent again");
    assert_eq!(server.executions().len(), usize::from(taken), "{name}");
}

/// The server did not accept the statement, and the second attempt succeeds.
async fn is_tried_again(name: &str, step: Step) -> Server {
    let (server, submitted) = submit(step).await;
    let _ = submitted.expect(name);
    assert_eq!((server.count(EXECUTE), server.executions().len()), (2, 1), "{name}");
    server
}

/// The server rejects the statement definitively. It did not run, and there is no retry.
async fn is_refused(name: &str, step: Step, kind: ErrorKind, advice: RetryAdvice) {
    let (server, submitted) = submit(step).await;
    let error = submitted.expect_err(name);
    assert_eq!((error.kind(), error.retry()), (kind, advice), "{name}: {error}");
    assert!(error.to_string().contains(HOST), "{name}: {error}");
    assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 0), "{name}");
}

fn wrong_method() -> Step {
    Step::body(encode_reply::<rpc::CloseSession>(0, &TCloseSessionResp { status: ok() }))
}

fn exception(kind: ApplicationExceptionKind) -> Step {
    Step::exception(EXECUTE, kind)
}

#[tokio::test(start_paused = true)]
async fn a_submit_that_was_never_sent_is_tried_again() {
    is_tried_again("refused", Step::refused()).await;
    is_tried_again("reset before sending", Step::reset_unsent()).await;
    // The connection is not established. The attempt ends after the answer timeout and is retried.
    is_tried_again("nothing sent", Step::stall_unsent()).await;
}

#[tokio::test(start_paused = true)]
async fn a_submit_that_may_have_been_accepted_has_an_unknown_outcome() {
    use ApplicationExceptionKind as Kind;
    let faults: [Fault; 14] = [
        ("reset", Step::reset),
        ("stall", Step::stall),
        ("500", || Step::http(500)),
        ("502", || Step::http(502).text("<html>bad gateway</html>")),
        ("503 without Retry-After", || Step::http(503)),
        ("503 with a broken Retry-After", || Step::http(503).header("retry-after", "-1")),
        ("504 with Retry-After", || Step::http(504).header("retry-after", "1")),
        ("408", || Step::http(408)),
        ("a page of HTML", || Step::body("<html>sign in</html>")),
        ("an empty answer", || Step::body("")),
        ("the answer to another method", wrong_method),
        ("exception: unknown", || exception(Kind::UNKNOWN)),
        ("exception: no result", || exception(Kind::MISSING_RESULT)),
        ("exception: internal error", || exception(Kind::INTERNAL_ERROR)),
    ];
    for (name, fault) in faults {
        leaves_it_open(&format!("{name}, not taken"), fault()).await;
        leaves_it_open(&format!("{name}, taken"), fault().accepted()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_submit_with_a_damaged_answer_has_an_unknown_outcome() {
    type Execute = rpc::ExecuteStatement;
    leaves_it_open("body breaks off", Step::cut()).await;
    leaves_it_open("body ends early", Step::half()).await;
    leaves_it_open("body goes silent", Step::stalled_body()).await;
    leaves_it_open("a body that claims too much", Step::claims(1 << 40)).await;
    let no_handle = Step::edit::<Execute>(|response| response.operation_handle = None);
    leaves_it_open("no operation handle", no_handle).await;
    for length in [0, 15, 17] {
        let malformed = Step::edit::<Execute>(move |response| {
            let handle = response.operation_handle.as_mut().expect("a handle");
            handle.operation_id.guid = vec![1; length].into();
        });
        leaves_it_open("malformed operation handle", malformed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn submit_rejected_before_admission_honors_retry_after() {
    let started = Instant::now();
    let server = is_tried_again("429", Step::http(429).header("retry-after", "7")).await;
    let times = server.times(EXECUTE);
    assert_eq!(times[1] - times[0], seconds(7), "{times:?} in {:?}", started.elapsed());
    is_tried_again("429 without a time", Step::http(429)).await;
    let server = is_tried_again("503", Step::http(503).header("retry-after", "3")).await;
    let times = server.times(EXECUTE);
    assert_eq!(times[1] - times[0], seconds(3), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_on_503_proves_nothing_when_switched_off() {
    let config = config().retry(RetryPolicy::new().trust_retry_after(false));
    let step = Step::http(503).header("retry-after", "1");
    let (server, submitted) = submit_with(config, step).await;
    assert_eq!(submitted.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(server.count(EXECUTE), 1);
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_is_renewed_once_and_the_statement_runs_once() {
    let tokens = Tokens::new();
    let with_tokens = Config::new(HOST, PATH).credentials(tokens.clone());
    let (server, submitted) = submit_with(with_tokens, Step::http(401)).await;
    let _ = submitted.unwrap();
    assert_eq!((server.count(EXECUTE), server.executions().len()), (2, 1));
    assert_eq!(tokens.renewals(), 1);
    let seen = server.seen();
    assert_eq!(seen.last().unwrap().authorization(), "Bearer canary-token-1");
}

/// The response to a token that is no longer valid, as workspaces send it.
fn invalid_token() -> Step {
    Step::http(403).header("x-databricks-reason-phrase", "Invalid access token.")
}

#[tokio::test(start_paused = true)]
async fn a_403_about_the_token_is_a_rejected_token() {
    let tokens = Tokens::new();
    let with_tokens = Config::new(HOST, PATH).credentials(tokens.clone());
    let (server, submitted) = submit_with(with_tokens, invalid_token()).await;
    let _ = submitted.unwrap();
    assert_eq!((server.count(EXECUTE), server.executions().len()), (2, 1));
    assert_eq!(tokens.renewals(), 1);

    let (kind, advice) = (ErrorKind::Auth, RetryAdvice::SafeToResubmit);
    is_refused("a fixed token", invalid_token(), kind, advice).await;
    let text = "Token is expiring within 30 seconds. (token expired)";
    let expiring = Step::http(403).header("x-thriftserver-error-message", text);
    is_refused("a fixed token that expires", expiring, kind, advice).await;
}

#[tokio::test(start_paused = true)]
async fn a_403_about_the_token_without_a_mark_proves_nothing() {
    for text in ["Invalid access token", "Token is expiring within 30 seconds. (token expired)"] {
        let tokens = Tokens::new();
        let with_tokens = Config::new(HOST, PATH).credentials(tokens.clone());
        let step = Step::http(403).text(text).accepted();
        let (server, submitted) = submit_with(with_tokens, step).await;
        assert_eq!(submitted.unwrap_err().kind(), ErrorKind::OutcomeUnknown, "{text}");
        assert_eq!((server.count(EXECUTE), tokens.renewals()), (1, 0), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_403_about_permissions_does_not_renew_the_token() {
    let text = "PERMISSION_DENIED: no access to this warehouse";
    let denied = Step::http(403).header("x-databricks-reason-phrase", text);
    // Any intermediary can write a text.
    let unmarked = Step::http(403).text(text);
    for (step, kind) in
        [(denied, ErrorKind::PermissionDenied), (unmarked, ErrorKind::OutcomeUnknown)]
    {
        let tokens = Tokens::new();
        let with_tokens = Config::new(HOST, PATH).credentials(tokens.clone());
        let (server, submitted) = submit_with(with_tokens, step).await;
        assert_eq!(submitted.unwrap_err().kind(), kind);
        assert_eq!((server.count(EXECUTE), tokens.renewals()), (1, 0), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_stays_rejected_is_an_auth_error_and_nothing_ran() {
    let (kind, advice) = (ErrorKind::Auth, RetryAdvice::SafeToResubmit);
    is_refused("401 with a fixed token", Step::http(401), kind, advice).await;

    let server = Server::databricks();
    server.always(EXECUTE, || Step::http(401));
    let config = Config::new(HOST, PATH).credentials(Tokens::new());
    let error = client_with(&server, config).execute_async("SELECT 1").await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (kind, advice), "{error}");
    assert_eq!((server.count(EXECUTE), server.executions().len()), (2, 0), "renewed once");
}

#[tokio::test(start_paused = true)]
async fn a_definitive_rejection_has_its_kind_and_nothing_ran() {
    use ErrorKind::{Config, PermissionDenied, Rejected};
    use RetryAdvice::{Never, SafeToResubmit};
    for (status, kind, advice) in
        [(403, PermissionDenied, Never), (404, Config, Never), (400, Rejected, SafeToResubmit)]
    {
        let marked = Step::http(status).header("x-thriftserver-error-message", "BAD_REQUEST: no");
        is_refused("with a mark", marked, kind, advice).await;
        leaves_it_open("without a mark", Step::http(status)).await;
    }
    leaves_it_open("307", Step::http(307)).await;
    let refusal = Step::edit::<rpc::ExecuteStatement>(|response| {
        response.status = crate::support::failed("[PARSE_SYNTAX_ERROR] no");
        response.operation_handle = None;
    });
    let (server, submitted) = submit(refusal).await;
    let error = submitted.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (Rejected, SafeToResubmit), "{error}");
    assert_eq!(error.error_class(), Some("PARSE_SYNTAX_ERROR"));
    assert_eq!(server.count(EXECUTE), 1);
}

#[tokio::test(start_paused = true)]
async fn early_exceptions_prove_that_the_statement_did_not_run() {
    use ApplicationExceptionKind as Kind;
    use RetryAdvice::{Never, SafeToResubmit};
    let unsupported = exception(Kind::UNKNOWN_METHOD);
    is_refused("unknown method", unsupported, ErrorKind::Unsupported, Never).await;
    for kind in [Kind::INVALID_MESSAGE_TYPE, Kind::WRONG_METHOD_NAME, Kind::PROTOCOL_ERROR] {
        let name = kind.to_string();
        is_refused(&name, exception(kind), ErrorKind::Protocol, SafeToResubmit).await;
    }
}

#[tokio::test(start_paused = true)]
async fn stateless_session_is_reopened_and_statement_runs_once() {
    for gone in [Gone::Text, Gone::InvalidHandle, Gone::Http] {
        let server = Server::databricks();
        server.says_gone(gone);
        let client = client(&server);
        let _ = client.execute_async("SELECT 1").await.unwrap();
        server.lose_sessions();
        let _ = client.execute_async("INSERT INTO t VALUES (1)").await.unwrap();
        assert_eq!(server.executions(), ["SELECT 1", "INSERT INTO t VALUES (1)"], "{gone:?}");
    }
}

async fn lasting(step: impl Fn() -> Step + Send + 'static) -> (ErrorKind, RetryAdvice) {
    let server = Server::databricks();
    server.always(EXECUTE, step);
    let error = client(&server).execute_async("SELECT 1").await.unwrap_err();
    assert!(error.to_string().contains(HOST), "{error}");
    assert!(server.executions().is_empty());
    assert!(server.count(EXECUTE) > 1, "it was tried again");
    (error.kind(), error.retry())
}

#[tokio::test(start_paused = true)]
async fn lasting_failure_before_admission_reports_not_run() {
    use RetryAdvice::{RepeatCallAfter, SafeToResubmit};
    assert_eq!(lasting(Step::refused).await, (ErrorKind::Transport, SafeToResubmit));
    assert_eq!(lasting(|| Step::http(429)).await, (ErrorKind::Throttled, SafeToResubmit));
    let reported = lasting(|| Step::http(429).header("retry-after", "50")).await;
    assert_eq!(reported, (ErrorKind::Throttled, RepeatCallAfter(seconds(50))));
}

#[tokio::test(start_paused = true)]
async fn execute_follows_the_same_rule_as_execute_async() {
    for step in [Step::reset().accepted(), Step::cut(), Step::http(500).accepted()] {
        let server = Server::databricks();
        server.script(EXECUTE, [step]);
        let error = client(&server).execute("INSERT INTO t VALUES (1)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn no_execute_error_advises_a_retry_after_acceptance() {
    let faults: [Fault; 5] = [
        ("resets", Step::reset),
        ("429", || Step::http(429)),
        ("429 with Retry-After", || Step::http(429).header("retry-after", "50")),
        ("401", || Step::http(401)),
        ("400", || Step::http(400)),
    ];
    for (name, fault) in faults {
        for method in [STATUS, METADATA] {
            let server = Server::spark();
            server.always(method, fault);
            let execute = client(&server).execute("INSERT INTO t VALUES (1)").deadline(seconds(30));
            let error = execute.await.unwrap_err();
            assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name} on {method}: {error}");
            assert!(error.query_id().is_some(), "{name} on {method}: {error}");
            assert_eq!(server.executions().len(), 1, "{name} on {method}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_submits_require_a_connection_that_was_not_idle() {
    let server = Server::databricks();
    let connection = client(&server).connect().await.unwrap();
    let query = connection.execute_async("SELECT 1").await.unwrap();
    let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows).len(), 10);
    query.cancel().await.unwrap();
    query.close().await.unwrap();
    connection.close().await.unwrap();
    let seen = server.seen();
    assert!(seen.len() >= 7, "a whole life: {}", seen.len());
    for seen in seen {
        assert_eq!(seen.wants_fresh_connection(), seen.name() == EXECUTE, "{}", seen.name());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_it_is_awaited() {
    let server = Server::databricks();
    let client: Client = client(&server);
    drop(client.execute_async("SELECT 1").deadline(seconds(1)));
    drop(client.execute("SELECT 1").cancel_on_drop());
    drop(client.connect());
    drop(IntoFuture::into_future(client.execute_async("SELECT 1").cancel_on_drop()));
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(server.total(), 0);
}

#[tokio::test(start_paused = true)]
async fn invalid_input_is_rejected_before_a_byte_is_sent() {
    let select = || Statement::new("SELECT 1");
    let mixed_array = Value::array([Value::from(1), Value::from("a")]);
    for (name, statement) in [
        ("mixed", select().bind("a", 1).bind_next(2)),
        ("too many", (0..256).fold(select(), |statement, n| statement.bind_next(n))),
        ("a name with its colon", select().bind(":a", 1)),
        ("one name twice", select().bind("a", 1).bind("A", 2)),
        ("elements of two types", select().bind("a", mixed_array)),
        ("a key that is NULL", select().bind("a", Value::map([(Value::null(), 1)]))),
        ("no time", select().timeout(std::time::Duration::ZERO)),
        ("too many rows", select().row_limit(u64::MAX)),
    ] {
        let server = Server::databricks();
        let client = client(&server);
        for error in [
            client.execute_async(&statement).await.unwrap_err(),
            client.execute_async(&statement).cancel_on_drop().await.unwrap_err(),
            client.execute(&statement).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}: {error}");
            assert_eq!(error.retry(), RetryAdvice::Never, "{name}: {error}");
        }
        assert_eq!(server.total(), 0, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn parameters_are_not_sent_to_a_server_without_support() {
    let server = Server::spark();
    let statement = Statement::new("SELECT :a").bind("a", 1);
    let error = client(&server).execute_async(&statement).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert!(error.to_string().contains(HOST), "{error}");
    assert_eq!(server.count(EXECUTE), 0);
}
