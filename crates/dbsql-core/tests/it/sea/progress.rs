//! Progress from the query history.

use std::time::Duration;

use dbsql_core::{Config, ExecutionStatus, Progress, StatusChange};
use dbsql_local::Settings;
use futures_util::StreamExt;

use super::{HISTORY, SEA_STATUS, sea, server};
use crate::support::{Fault, Server, Step, client_with, config, seconds};

/// A warehouse whose statements run for one minute and are at 3/4 after half of that time.
fn minute() -> Server {
    let server = server(Settings::default(), 10);
    server.plan(|plan| (plan.runs_for, plan.progress) = (seconds(60), Some(0.75)));
    server
}

/// All changes of a statement, and the time until its end was known.
async fn changes(server: &Server, config: Config) -> (Vec<StatusChange>, Duration) {
    let query = client_with(server, config).execute_async("SELECT 1").await.unwrap();
    let began = tokio::time::Instant::now();
    let changes = query.status_changes().map(|change| change.unwrap()).collect().await;
    (changes, began.elapsed())
}

fn progress(changes: &[StatusChange]) -> Vec<&Progress> {
    changes.iter().filter_map(|change| change.progress.as_ref()).collect()
}

#[tokio::test(start_paused = true)]
async fn progress_of_a_running_statement_is_a_change() {
    let server = minute();
    let (changes, _) = changes(&server, sea().progress_from_history(true)).await;
    let reported = progress(&changes);
    assert!(reported.len() > 3, "{changes:?}");
    for one in &reported {
        assert!((one.fraction - 0.75).abs() < 0.01, "{one:?}");
        assert!(one.summary.starts_with("25 tasks left, about "), "{one:?}");
    }
    // The value is kept between two responses of the history.
    let last = changes.last().unwrap();
    let is_running = |change: &&StatusChange| change.status == ExecutionStatus::Running;
    let silent = changes.iter().filter(is_running).filter(|change| change.progress.is_none());
    assert_eq!(silent.count(), 1, "{changes:?}");
    assert_eq!((last.status, &last.progress), (ExecutionStatus::Finished, &None));
    // Every 5 s.
    let asked = server.count(HISTORY);
    assert!((10..=12).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn history_is_queried_only_on_request_for_long_statements() {
    let server = minute();
    let (found, _) = changes(&server, sea()).await;
    assert!(progress(&found).is_empty());
    let _ = changes(&server, config().progress_from_history(true)).await;
    server.plan(|plan| plan.runs_for = Duration::from_millis(900));
    let _ = changes(&server, sea().progress_from_history(true)).await;
    assert_eq!(server.count(HISTORY), 0);
}

#[tokio::test(start_paused = true)]
async fn history_that_fails_neither_delays_nor_fails_the_status() {
    let (_, usual) = changes(&minute(), sea()).await;
    let faults: [Fault; 5] = [
        ("silence", Step::stall),
        ("403", || Step::error(403, "PERMISSION_DENIED: no")),
        ("500", || Step::http(500)),
        ("HTML", || Step::body("<html>")),
        ("a list", || Step::body("[]")),
    ];
    for (name, fault) in faults {
        let server = minute();
        server.always(HISTORY, fault);
        let (found, took) = changes(&server, sea().progress_from_history(true)).await;
        assert_eq!(found.last().unwrap().status, ExecutionStatus::Finished, "{name}");
        assert!(progress(&found).is_empty(), "{name}");
        assert_eq!(took, usual, "{name}");
        // With increasing intervals.
        let asked = server.count(HISTORY);
        assert!((2..=4).contains(&asked), "{name}: {asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn history_is_queried_within_the_limits_of_polls() {
    let limited = |polls| sea().progress_from_history(true).max_polls_in_flight(polls);
    // It never uses the last slot.
    let server = minute();
    let _ = changes(&server, limited(1)).await;
    assert_eq!(server.count(HISTORY), 0);

    let server = minute();
    server.always(HISTORY, || Step::serve().after(seconds(4)));
    let client = client_with(&server, limited(3));
    let mut waits = Vec::new();
    for _ in 0..10 {
        let query = client.execute_async("SELECT 1").await.unwrap();
        waits.push(tokio::spawn(async move { query.wait().await.unwrap() }));
    }
    for wait in waits {
        assert_eq!(wait.await.unwrap(), ExecutionStatus::Finished);
    }
    let most = (server.most_in_flight(HISTORY), server.most_in_flight(SEA_STATUS));
    assert!(most.0 == 2 && most.1 <= 3, "{most:?}");
}

#[tokio::test(start_paused = true)]
async fn history_is_not_queried_without_a_wait() {
    let server = minute();
    let client = client_with(&server, sea().progress_from_history(true));
    let query = client.execute_async("SELECT 1").await.unwrap();
    let mut changes = query.status_changes();
    let _ =
        tokio::time::timeout(seconds(20), async { while changes.next().await.is_some() {} }).await;
    let asked = server.count(HISTORY);
    assert!(asked > 0);
    // Kept, and not polled.
    tokio::time::sleep(seconds(30)).await;
    assert!(server.count(HISTORY) <= asked + 1);
    drop(changes);
    tokio::time::sleep(seconds(10)).await;
    assert!(server.count(HISTORY) <= asked + 1);
}
