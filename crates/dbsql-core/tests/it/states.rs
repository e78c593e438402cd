//! Each state that a server can report, and the resulting status.

use dbsql_core::{Error, ErrorKind, ExecutionStatus, Result, RetryAdvice};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TJobExecutionStatus, TOperationState, TProgressUpdateResp};
use tokio::time::Instant;

use crate::support::{STATUS, Server, Step, counted, finished, ids, millis, seconds, submitted};

/// Expected properties of an execution in one state.
struct Expected {
    status: ExecutionStatus,
    raw: &'static str,
    /// running, finished, canceled, failed, terminal
    is: [bool; 5],
}

fn reporting(state: Option<i32>) -> Step {
    Step::edit::<rpc::GetOperationStatus>(move |response| {
        response.operation_state = state.map(TOperationState);
    })
}

/// A server whose status calls all report this state.
fn server_in(state: Option<i32>) -> Server {
    let server = Server::databricks();
    server.always(STATUS, move || reporting(state));
    server
}

async fn check(state: Option<i32>, expected: Expected) {
    let server = server_in(state);
    let query = submitted(&server).await;
    assert_eq!(query.sync_status().await.unwrap(), expected.status, "{state:?}");
    assert_eq!(query.status(), expected.status, "{state:?}");
    assert_eq!(query.raw_status(), expected.raw);
    let is = [
        query.is_running(),
        query.is_finished(),
        query.is_canceled(),
        query.is_failed(),
        query.is_terminal(),
    ];
    assert_eq!(is, expected.is, "{state:?}");
    assert_eq!(query.status().is_terminal(), is[4], "{state:?}");
}

/// The results of `wait` and `get_results`, with two minutes, if the state never changes.
async fn outcome(state: Option<i32>) -> (Result<ExecutionStatus>, Option<Error>) {
    let query = submitted(&server_in(state)).await;
    let waited = query.wait().deadline(seconds(120)).await;
    let results = query.get_results().deadline(seconds(120)).await;
    (waited, results.err())
}

async fn ends_as(state: i32, status: ExecutionStatus, kind: ErrorKind) {
    let (waited, results) = outcome(Some(state)).await;
    assert_eq!(waited.unwrap(), status);
    let error = results.expect("there is no result");
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.query_id().is_some(), "{error}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe, "it ran: {error}");
}

const RUNS: [bool; 5] = [true, false, false, false, false];

#[tokio::test(start_paused = true)]
async fn state_0_initialized_is_pending() {
    let (status, raw) = (ExecutionStatus::Pending, "INITIALIZED_STATE");
    check(Some(0), Expected { status, raw, is: RUNS }).await;
    assert_eq!(outcome(Some(0)).await.0.unwrap_err().kind(), ErrorKind::Deadline);
}

#[tokio::test(start_paused = true)]
async fn state_1_running_is_running() {
    let (status, raw) = (ExecutionStatus::Running, "RUNNING_STATE");
    check(Some(1), Expected { status, raw, is: RUNS }).await;
    assert_eq!(outcome(Some(1)).await.0.unwrap_err().kind(), ErrorKind::Deadline);
}

#[tokio::test(start_paused = true)]
async fn state_2_finished_has_a_result() {
    let is = [false, true, false, false, true];
    let (status, raw) = (ExecutionStatus::Finished, "FINISHED_STATE");
    check(Some(2), Expected { status, raw, is }).await;
    let query = finished(&server_in(Some(2))).await;
    let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 10));
    assert!(query.failure().is_none());
}

#[tokio::test(start_paused = true)]
async fn state_3_canceled_is_canceled() {
    let is = [false, false, true, false, true];
    let (status, raw) = (ExecutionStatus::Canceled, "CANCELED_STATE");
    check(Some(3), Expected { status, raw, is }).await;
    ends_as(3, status, ErrorKind::Canceled).await;
}

#[tokio::test(start_paused = true)]
async fn state_4_closed_is_terminal_and_has_no_result() {
    let is = [false, false, false, false, true];
    let (status, raw) = (ExecutionStatus::Closed, "CLOSED_STATE");
    check(Some(4), Expected { status, raw, is }).await;
    ends_as(4, status, ErrorKind::ResultGone).await;
}

#[tokio::test(start_paused = true)]
async fn state_5_error_is_failed() {
    let is = [false, false, false, true, true];
    let (status, raw) = (ExecutionStatus::Failed, "ERROR_STATE");
    check(Some(5), Expected { status, raw, is }).await;
    ends_as(5, status, ErrorKind::Failed).await;
}

#[tokio::test(start_paused = true)]
async fn state_8_timedout_is_a_failure_of_its_own_kind() {
    let is = [false, false, false, true, true];
    let (status, raw) = (ExecutionStatus::TimedOut, "TIMEDOUT_STATE");
    check(Some(8), Expected { status, raw, is }).await;
    ends_as(8, status, ErrorKind::TimedOut).await;
}

#[tokio::test(start_paused = true)]
async fn state_7_pending_is_pending() {
    let (status, raw) = (ExecutionStatus::Pending, "PENDING_STATE");
    check(Some(7), Expected { status, raw, is: RUNS }).await;
    assert_eq!(outcome(Some(7)).await.0.unwrap_err().kind(), ErrorKind::Deadline);
}

#[tokio::test(start_paused = true)]
async fn an_absent_state_counts_as_running() {
    let (status, raw) = (ExecutionStatus::Running, "absent");
    check(None, Expected { status, raw, is: RUNS }).await;
    assert_eq!(outcome(None).await.0.unwrap_err().kind(), ErrorKind::Deadline);
}

#[tokio::test(start_paused = true)]
async fn unknown_states_are_polled_for_a_while_and_then_an_error() {
    for (state, raw) in [(6, "UKNOWN_STATE"), (99, "99"), (-1, "-1")] {
        let is = [false; 5];
        check(Some(state), Expected { status: ExecutionStatus::Unknown, raw, is }).await;
        let started = Instant::now();
        let query = submitted(&server_in(Some(state))).await;
        let waited = tokio::time::timeout(seconds(600), query.wait().into_future()).await;
        let error = waited.expect("the retries end").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.to_string().contains(raw), "the server's word is named: {error}");
        let waited_for = started.elapsed();
        assert!(waited_for > seconds(5) && waited_for < seconds(120), "{waited_for:?}");
        let error = query.get_results().deadline(seconds(120)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_state_may_be_transient() {
    let server = Server::databricks();
    server.script(STATUS, [reporting(Some(99)), reporting(Some(6)), reporting(Some(1))]);
    let query = submitted(&server).await;
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn a_terminal_status_is_never_overwritten_by_a_late_answer() {
    for end in [2, 3, 4, 5, 8] {
        let server = Server::databricks();
        // The first request is answered last, and its answer is outdated.
        server.script(STATUS, [reporting(Some(1)).after(seconds(5)), reporting(Some(end))]);
        server.always(STATUS, || reporting(Some(0)));
        let query = submitted(&server).await;
        let late = tokio::spawn(query.sync_status().into_future());
        tokio::time::sleep(seconds(1)).await;
        let status = query.sync_status().await.unwrap();
        assert!(status.is_terminal(), "{status}");
        assert_eq!(late.await.unwrap().unwrap(), status, "what is remembered is given back");
        assert_eq!(query.sync_status().await.unwrap(), status);
        assert_eq!((query.status(), query.wait().await.unwrap()), (status, status));
    }
}

#[tokio::test(start_paused = true)]
async fn status_sends_nothing_and_has_the_time_of_the_poll() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(60));
    let query = submitted(&server).await;
    let learnt = query.last_synced().expect("learnt with the submit");
    tokio::time::sleep(seconds(90)).await;
    let sent = server.total();
    assert!(query.is_running() && query.clone().is_running(), "from memory");
    assert_eq!((server.total(), query.last_synced()), (sent, Some(learnt)));
    query.sync_status().await.unwrap();
    assert_eq!(server.total(), sent + 1, "one round trip");
    let later = query.last_synced().expect("learnt again");
    assert!(later - learnt >= seconds(90), "{:?}", later - learnt);
    assert!(query.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_failure_has_the_message_sqlstate_and_class_of_the_server() {
    let server = Server::databricks();
    server.plan(|plan| plan.fails = true);
    let query = finished(&server).await;
    let failure = query.failure().expect("it failed");
    assert_eq!(failure.kind(), ErrorKind::Failed);
    assert_eq!(failure.sql_state(), Some("42P01"));
    assert_eq!(failure.error_class(), Some("TABLE_OR_VIEW_NOT_FOUND"));
    assert!(failure.to_string().contains("no such table"), "{failure}");
    assert_eq!(failure.query_id(), Some(query.query_id()));
}

#[tokio::test(start_paused = true)]
async fn progress_is_reported_if_the_server_sends_it() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(60));
    let query = submitted(&server).await;
    query.sync_status().await.unwrap();
    assert!(query.progress().is_none());
    server.script(
        STATUS,
        [Step::edit::<rpc::GetOperationStatus>(|response| {
            response.progress_update_response = Some(TProgressUpdateResp {
                progressed_percentage: 0.25,
                status: TJobExecutionStatus::IN_PROGRESS,
                footer_summary: "one of four".to_owned(),
                ..TProgressUpdateResp::default()
            });
        })],
    );
    tokio::time::sleep(millis(1)).await;
    query.sync_status().await.unwrap();
    let progress = query.progress().expect("reported");
    assert_eq!((progress.fraction, progress.summary.as_str()), (0.25, "one of four"));
}
