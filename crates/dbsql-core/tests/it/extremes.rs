//! Settings and deadlines at the limits of their ranges: clamped or rejected, without busy loops,
//! panics or hangs.

use std::time::Duration;

use dbsql_core::{Config, ErrorKind, ExecutionStatus, PollSchedule, RetryPolicy};

use crate::support::{FETCH, STATUS, Server, Step, client_with, config, counted, ids, seconds};

const HUGE: Duration = Duration::MAX;

fn largest() -> Config {
    let retry = RetryPolicy::new()
        .initial_backoff(HUGE)
        .max_backoff(HUGE)
        .max_elapsed(HUGE)
        .multiplier(f64::MAX);
    config()
        .retry(retry)
        .response_timeout(HUGE)
        .submit_response_timeout(HUGE)
        .keep_alive(Some(HUGE))
        .fetch_bytes(u64::MAX)
        .byte_budget(u64::MAX)
        .max_requests_in_flight(usize::MAX)
        .max_polls_in_flight(usize::MAX - 16)
        .max_polls_per_second(u32::MAX)
        .max_downloads(usize::MAX)
        .poll_schedule(PollSchedule::new().min(Duration::ZERO).max(HUGE).share_of_age(f64::NAN))
}

fn smallest() -> Config {
    let nanosecond = Duration::from_nanos(1);
    let retry = RetryPolicy::new().initial_backoff(nanosecond).max_backoff(nanosecond);
    config()
        .retry(retry.max_elapsed(seconds(5)).multiplier(1.0))
        .keep_alive(Some(seconds(1)))
        .fetch_bytes(0)
        .byte_budget(1 << 20)
        .max_requests_in_flight(17)
        .max_polls_in_flight(1)
        .max_polls_per_second(1)
        .max_downloads(1)
        .poll_schedule(PollSchedule::every(Duration::ZERO))
}

#[tokio::test(start_paused = true)]
async fn statements_run_under_the_most_extreme_settings() {
    for (name, config) in [("largest", largest()), ("smallest", smallest())] {
        let server = Server::databricks();
        server.plan(|plan| plan.runs_for = seconds(2));
        let client = client_with(&server, config);
        let work = async {
            let connect = client.connect().deadline(HUGE).await.unwrap();
            let query = connect.execute_async("SELECT 1").deadline(HUGE).await.unwrap();
            assert_eq!(query.wait().deadline(HUGE).await.unwrap(), ExecutionStatus::Finished);
            let results = query.get_results().deadline(HUGE).await.unwrap().deadline(HUGE);
            assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
            query.close().deadline(HUGE).await.unwrap();
            let direct = client.execute("SELECT 2").deadline(HUGE).await.unwrap();
            assert_eq!(ids(&direct.fetch_all().await.unwrap()), counted(0, 10));
            connect.close().await.unwrap();
            client.shutdown(HUGE).await.unwrap();
        };
        tokio::time::timeout(seconds(600), work).await.unwrap_or_else(|_| panic!("{name} hangs"));
        let polls = server.count(STATUS);
        assert!(polls <= 2_100, "a poll each millisecond is the most: {polls}");
        assert_eq!(server.open_sessions(), 0, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn zero_deadlines_end_at_once_and_send_nothing() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(20));
    let client = client_with(&server, config());
    let query = client.execute_async("SELECT 1").await.unwrap();
    let sent = server.total();
    for deadline in [Duration::ZERO; 2] {
        let errors = [
            client.connect().deadline(deadline).await.map(drop).unwrap_err(),
            client.execute_async("SELECT 2").deadline(deadline).await.map(drop).unwrap_err(),
            client.execute("SELECT 2").deadline(deadline).await.map(drop).unwrap_err(),
            query.wait().deadline(deadline).await.map(drop).unwrap_err(),
            query.sync_status().deadline(deadline).await.map(drop).unwrap_err(),
            query.get_results().deadline(deadline).await.map(drop).unwrap_err(),
            query.cancel().deadline(deadline).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
        }
    }
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(server.executions(), ["SELECT 1"]);
    assert!(server.total() <= sent + 4, "{} more", server.total() - sent);
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    let mut results = query.get_results().await.unwrap().deadline(Duration::ZERO);
    for _ in 0..3 {
        server.script(FETCH, [Step::stall()]);
        assert_eq!(results.next().await.unwrap_err().kind(), ErrorKind::Deadline);
    }
    server.recover(FETCH);
    assert_eq!(ids(&results.deadline(HUGE).fetch_all().await.unwrap()), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn a_zero_retry_time_tries_once() {
    let server = Server::databricks();
    let retry = RetryPolicy::new().max_elapsed(Duration::ZERO);
    let client = client_with(&server, config().retry(retry));
    let query = client.execute_async("SELECT 1").await.unwrap();
    server.always(STATUS, Step::reset);
    let error = query.sync_status().await.unwrap_err();
    assert_eq!((error.kind(), server.count(STATUS)), (ErrorKind::Transport, 1), "{error}");
}

/// The latest instant that the clock can represent.
fn end_of_time() -> std::time::Instant {
    let mut last = std::time::Instant::now();
    let mut step = HUGE;
    while !step.is_zero() {
        match last.checked_add(step) {
            Some(later) => last = later,
            None => step /= 2,
        }
    }
    last
}

#[tokio::test(start_paused = true)]
async fn a_deadline_at_the_latest_instant_never_passes() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(2));
    let client = client_with(&server, config());
    let last = end_of_time();
    let query = client.execute_async("SELECT 1").deadline(last).await.unwrap();
    assert_eq!(query.wait().deadline(last).await.unwrap(), ExecutionStatus::Finished);
    let results = query.get_results().deadline(last).await.unwrap().deadline(last);
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    client.shutdown(last).await.unwrap();
}
