//! Waiting: one poll loop for all waits of an execution, at the pace of its schedule, safe to drop.

use std::time::Duration;

use dbsql_core::{AsyncExecution, ErrorKind, ExecutionStatus, PollSchedule};
use tokio::time::Instant;

use crate::support::{
    CANCEL, STATUS, Server, Step, connection, millis, poll_then_drop, seconds, submitted,
};

/// A server whose statements run this long. Status calls are held for `holds`.
fn running_for(runs_for: Duration, holds: Duration) -> Server {
    let server = Server::databricks();
    server.plan(|plan| {
        plan.runs_for = runs_for;
        plan.holds = holds;
    });
    server
}

/// The pauses between the starts of status calls.
fn pauses(server: &Server) -> Vec<Duration> {
    server.times(STATUS).windows(2).map(|pair| pair[1] - pair[0]).collect()
}

async fn wait_each(queries: impl IntoIterator<Item = AsyncExecution>) {
    let waits: Vec<_> =
        queries.into_iter().map(|query| tokio::spawn(query.wait().into_future())).collect();
    for wait in waits {
        assert_eq!(wait.await.unwrap().unwrap(), ExecutionStatus::Finished);
    }
}

#[tokio::test(start_paused = true)]
async fn many_waits_on_clones_poll_like_one() {
    let alone = running_for(seconds(60), Duration::ZERO);
    submitted(&alone).await.wait().await.unwrap();
    let together = running_for(seconds(60), Duration::ZERO);
    let query = submitted(&together).await;
    wait_each((0..50).map(|_| query.clone())).await;
    let (one, many) = (alone.count(STATUS), together.count(STATUS));
    assert!(many <= one + 2, "{many} polls for fifty waits, {one} for one");
}

#[tokio::test(start_paused = true)]
async fn waits_in_a_lasting_outage_fail_with_few_requests() {
    let outage = || {
        let server = Server::databricks();
        server.always(STATUS, || Step::http(503));
        server
    };
    let alone = outage();
    let started = Instant::now();
    submitted(&alone).await.wait().await.unwrap_err();
    let single = started.elapsed();

    let together = outage();
    let query = submitted(&together).await;
    let started = Instant::now();
    let waits: Vec<_> = (0..20).map(|_| tokio::spawn(query.wait().into_future())).collect();
    for wait in waits {
        let error = wait.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    }
    assert!(started.elapsed() <= single * 2, "{:?}, one took {single:?}", started.elapsed());
    let (one, many) = (alone.count(STATUS), together.count(STATUS));
    assert!(many <= one * 2, "{many} polls for twenty waits, {one} for one");
    // The handle remains valid: after the outage the status is available.
    together.recover(STATUS);
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn poll_interval_grows_with_the_age_of_the_statement() {
    let server = running_for(seconds(100), Duration::ZERO);
    let started = Instant::now();
    submitted(&server).await.wait().await.unwrap();
    let late = started.elapsed() - seconds(100);
    assert!(late <= seconds(2), "found 2 % late at most, not {late:?}");
    let pauses = pauses(&server);
    assert!(pauses.iter().all(|pause| (millis(50)..=millis(2100)).contains(pause)), "{pauses:?}");
    assert!(pauses.is_sorted(), "they grow: {pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_holds_the_call_is_polled_without_a_pause() {
    let server = running_for(seconds(62), seconds(5));
    let started = Instant::now();
    submitted(&server).await.wait().await.unwrap();
    assert_eq!(server.count(STATUS), 13, "twelve of five seconds and one of two");
    assert!(started.elapsed() <= seconds(62) + millis(50), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_custom_schedule_is_used() {
    let server = running_for(seconds(60), Duration::ZERO);
    submitted(&server).await.wait().schedule(PollSchedule::every(seconds(7))).await.unwrap();
    let pauses = pauses(&server);
    assert_eq!(pauses, vec![seconds(7); pauses.len()]);
    assert_eq!(pauses.len(), 9);
}

#[tokio::test(start_paused = true)]
async fn when_the_polling_wait_is_dropped_another_one_polls() {
    for holds in [Duration::ZERO, seconds(5)] {
        let server = running_for(seconds(30), holds);
        let query = submitted(&server).await;
        let leader = tokio::spawn(query.wait().into_future());
        tokio::time::sleep(seconds(3)).await;
        let others: Vec<_> = (0..3).map(|_| tokio::spawn(query.wait().into_future())).collect();
        tokio::time::sleep(seconds(3)).await;
        leader.abort();
        others[0].abort();
        for other in others.into_iter().skip(1) {
            assert_eq!(other.await.unwrap().unwrap(), ExecutionStatus::Finished);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_with_a_short_deadline_does_not_end_the_others() {
    let server = running_for(seconds(30), seconds(5));
    let query = submitted(&server).await;
    let hasty = tokio::spawn(query.wait().deadline(seconds(3)).into_future());
    tokio::task::yield_now().await;
    let patient = tokio::spawn(query.wait().into_future());
    assert_eq!(hasty.await.unwrap().unwrap_err().kind(), ErrorKind::Deadline);
    assert_eq!(patient.await.unwrap().unwrap(), ExecutionStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_does_not_poll_observes_its_deadline() {
    let server = running_for(seconds(3600), seconds(5));
    let query = submitted(&server).await;
    let leader = tokio::spawn(query.wait().into_future());
    tokio::time::sleep(seconds(1)).await;
    let started = Instant::now();
    let error = query.wait().deadline(millis(2500)).await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed()), (ErrorKind::Deadline, millis(2500)), "{error}");
    assert!(!leader.is_finished(), "the other one waits on");
}

#[tokio::test(start_paused = true)]
async fn a_wait_survives_failed_polls() {
    let server = running_for(seconds(30), Duration::ZERO);
    let query = submitted(&server).await;
    let wait = tokio::spawn(query.wait().into_future());
    tokio::time::sleep(seconds(5)).await;
    server.always(STATUS, Step::reset);
    tokio::time::sleep(seconds(60)).await;
    server.recover(STATUS);
    assert_eq!(wait.await.unwrap().unwrap(), ExecutionStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn a_wait_may_be_dropped_at_any_point_and_called_again() {
    for polls in 0..40 {
        let server = running_for(seconds(3), Duration::ZERO);
        let query = submitted(&server).await;
        poll_then_drop(query.wait().into_future(), polls).await;
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished, "after {polls}");
        assert_eq!(server.count(CANCEL), 0, "dropping a wait loses only the wait");
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_from_another_call_ends_a_wait_at_once() {
    let server = running_for(seconds(100), Duration::ZERO);
    let query = submitted(&server).await;
    let slow = query.wait().schedule(PollSchedule::every(seconds(3600)));
    let slow = tokio::spawn(slow.into_future());
    tokio::time::sleep(seconds(101)).await;
    assert!(!slow.is_finished());
    query.sync_status().await.unwrap();
    let started = Instant::now();
    assert_eq!(slow.await.unwrap().unwrap(), ExecutionStatus::Finished);
    assert!(started.elapsed() < seconds(1), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_ended_execution_sends_nothing() {
    let server = running_for(Duration::ZERO, Duration::ZERO);
    let query = submitted(&server).await;
    query.wait().await.unwrap();
    let sent = server.total();
    query.wait().deadline(Duration::ZERO).await.unwrap();
    assert_eq!(server.total(), sent);
}

#[tokio::test(start_paused = true)]
async fn waits_for_many_statements_run_in_parallel() {
    let server = running_for(seconds(60), seconds(5));
    let connection = connection(&server).await;
    let mut queries = Vec::new();
    for _ in 0..20 {
        queries.push(connection.execute_async("SELECT 1").await.unwrap());
    }
    let started = Instant::now();
    wait_each(queries).await;
    assert!(started.elapsed() <= seconds(61), "{:?}", started.elapsed());
}
