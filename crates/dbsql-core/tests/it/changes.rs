//! The stream of status changes: each change once, the last one terminal.

use dbsql_core::{ErrorKind, ExecutionStatus, StatusChanges};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TJobExecutionStatus, TOperationState, TProgressUpdateResp};
use futures_util::{Stream, StreamExt};

use crate::support::{STATUS, Server, Step, millis, seconds, submitted};

fn is_owned<T: Stream + Send + Unpin + 'static>(_: &T) {}

async fn statuses(changes: StatusChanges) -> Vec<ExecutionStatus> {
    changes.map(|change| change.expect("no trouble").status).collect().await
}

fn states(states: &[i32]) -> Vec<Step> {
    let step = |state: i32| {
        Step::edit::<rpc::GetOperationStatus>(move |response| {
            response.operation_state = Some(TOperationState(state));
            response.progress_update_response = None;
        })
    };
    states.iter().map(|state| step(*state)).collect()
}

#[tokio::test(start_paused = true)]
async fn each_change_comes_once_and_the_last_is_terminal() {
    use ExecutionStatus::{Finished, Pending, Running};
    let server = Server::databricks();
    server.script(STATUS, states(&[7, 7, 7, 1, 1, 7, 1, 1, 2, 2]));
    let query = submitted(&server).await;
    let changes = query.status_changes();
    is_owned(&changes);
    assert_eq!(statuses(changes).await, [Running, Pending, Running, Pending, Running, Finished]);
    assert_eq!(statuses(query.status_changes()).await, [Finished], "the status as it is");
}

#[tokio::test(start_paused = true)]
async fn a_failed_statement_is_a_change_and_not_an_error() {
    use ExecutionStatus::{Canceled, Failed, Running, TimedOut};
    for (state, status) in [(5, Failed), (3, Canceled), (8, TimedOut)] {
        let server = Server::databricks();
        server.script(STATUS, states(&[1, state]));
        assert_eq!(statuses(submitted(&server).await.status_changes()).await, [Running, status]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_changes_that_has_ended_may_be_polled_again() {
    let server = Server::databricks();
    let mut changes = submitted(&server).await.status_changes();
    while changes.next().await.is_some() {}
    for _ in 0..2 {
        assert!(changes.next().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn progress_is_a_change() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(1));
    let at = |percentage: f64| {
        Step::edit::<rpc::GetOperationStatus>(move |response| {
            response.progress_update_response = Some(TProgressUpdateResp {
                progressed_percentage: percentage,
                status: TJobExecutionStatus::IN_PROGRESS,
                ..TProgressUpdateResp::default()
            });
        })
    };
    server.script(STATUS, [at(0.1), at(0.1), at(0.5)]);
    let query = submitted(&server).await;
    let seen: Vec<_> = query
        .status_changes()
        .map(|change| change.unwrap().progress.map(|progress| progress.fraction))
        .collect()
        .await;
    assert_eq!(
        seen,
        [None, Some(0.1), Some(0.5), None, Some(1.0)],
        "running, twice progress, {seen:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn status_stream_outlives_its_execution_and_shares_polls() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(20));
    let query = submitted(&server).await;
    let streams: Vec<_> = (0..10).map(|_| tokio::spawn(statuses(query.status_changes()))).collect();
    drop(query);
    for stream in streams {
        let seen = stream.await.unwrap();
        assert_eq!(seen, [ExecutionStatus::Running, ExecutionStatus::Finished]);
    }
    let alone = Server::databricks();
    alone.plan(|plan| plan.runs_for = seconds(20));
    submitted(&alone).await.wait().await.unwrap();
    let (ten, one) = (server.count(STATUS), alone.count(STATUS));
    assert!(ten <= one + 2, "{ten} polls for ten streams, {one} for one wait");
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_changes_may_be_dropped_between_any_two_polls() {
    for polls in 0..30 {
        let server = Server::databricks();
        server.plan(|plan| plan.runs_for = millis(500));
        let query = submitted(&server).await;
        let mut changes = query.status_changes();
        let mut seen = Vec::new();
        loop {
            // The future of `next` is dropped repeatedly, the stream is kept.
            match crate::support::poll_then_drop(changes.next(), polls.max(1)).await {
                Some(Some(change)) => seen.push(change.unwrap().status),
                Some(None) => break,
                None => tokio::time::sleep(millis(10)).await,
            }
        }
        assert_eq!(seen, [ExecutionStatus::Running, ExecutionStatus::Finished], "{polls}");
    }
}

#[tokio::test(start_paused = true)]
async fn lasting_failure_ends_the_stream_with_its_error() {
    let server = Server::databricks();
    let query = submitted(&server).await;
    server.always(STATUS, || Step::http(403).text("your IP address is not on the list"));
    let mut changes = query.status_changes();
    assert_eq!(changes.next().await.unwrap().unwrap().status, ExecutionStatus::Running);
    let error = changes.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
    assert!(changes.next().await.is_none());
    server.recover(STATUS);
    let rest = statuses(query.status_changes()).await;
    assert_eq!(rest, [ExecutionStatus::Running, ExecutionStatus::Finished]);
}
