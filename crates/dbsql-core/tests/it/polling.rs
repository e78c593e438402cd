//! Polling is shared and rate-limited: how many requests are sent, in which order, and which
//! capacity remains for other calls.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::time::Duration;

use dbsql_core::{AsyncExecution, Client, ErrorKind, ExecutionStatus, PollSchedule, Runtime};
use dbsql_local::Settings;
use dbsql_protocol::rpc;
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::support::{
    EXECUTE, METADATA, OVERSHOOT, STATUS, Server, Step, client, client_on, client_with, config,
    counted, ids, millis, poll_then_drop, seconds, submitted,
};

/// The maximum delay of a wait under a rate limit, as a multiple of the ideal delay.
const LAG: f64 = 1.2;

fn running_for(runs_for: Duration) -> Server {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = runs_for);
    server
}

async fn submit_many(client: &Client, count: usize) -> Vec<AsyncExecution> {
    let mut queries = Vec::new();
    for _ in 0..count {
        queries.push(client.execute_async("SELECT 1").await.unwrap());
    }
    queries
}

fn wait_each(queries: &[AsyncExecution]) -> Vec<JoinHandle<Duration>> {
    let started = Instant::now();
    let wait = |query: &AsyncExecution| {
        let wait = query.wait().into_future();
        tokio::spawn(async move {
            assert_eq!(wait.await.unwrap(), ExecutionStatus::Finished);
            started.elapsed()
        })
    };
    queries.iter().map(wait).collect()
}

/// When the last of them completed.
async fn last_of(waits: Vec<JoinHandle<Duration>>) -> Duration {
    let mut last = Duration::ZERO;
    for wait in waits {
        last = last.max(wait.await.unwrap());
    }
    last
}

/// The executions that were polled, in order, numbered by their first poll.
fn order_of_polls(server: &Server) -> Vec<usize> {
    let mut numbers = BTreeMap::new();
    let polls = server.requests::<rpc::GetOperationStatus>();
    let number = |poll: &dbsql_protocol::types::TGetOperationStatusReq| {
        let next = numbers.len();
        let guid = poll.operation_handle.operation_id.guid.to_vec();
        *numbers.entry(guid).or_insert(next)
    };
    polls.iter().map(number).collect()
}

/// The maximum number of requests within one second. `times` are in order.
fn most_a_second(times: &[Duration]) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (last, time) in times.iter().enumerate() {
        while times[first] + seconds(1) <= *time {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}

#[tokio::test(start_paused = true)]
async fn waits_and_changes_on_clones_share_one_poll_loop() {
    let alone = running_for(seconds(60));
    submitted(&alone).await.wait().await.unwrap();
    let server = running_for(seconds(60));
    let query = submitted(&server).await;
    let mut waits = wait_each(&vec![query.clone(); 20]);
    for _ in 0..20 {
        let changes = query.clone().status_changes();
        waits.push(tokio::spawn(async move {
            let changes: Vec<_> = changes.collect().await;
            assert!(changes.last().unwrap().as_ref().unwrap().status.is_terminal());
            Duration::ZERO
        }));
        let results = query.get_results();
        waits.push(tokio::spawn(async move {
            drop(results.await.unwrap());
            Duration::ZERO
        }));
    }
    last_of(waits).await;
    let (one, many) = (alone.count(STATUS), server.count(STATUS));
    assert!(many <= one + 1, "{many} polls for sixty, {one} for one");
}

#[tokio::test(start_paused = true)]
async fn the_shortest_schedule_of_the_waits_decides() {
    let server = running_for(seconds(3600));
    let query = submitted(&server).await;
    let every =
        |pause| tokio::spawn(query.wait().schedule(PollSchedule::every(pause)).into_future());
    let slow = every(seconds(20));
    tokio::time::sleep(seconds(200)).await;
    let slowly = server.count(STATUS);
    assert!((9..=11).contains(&slowly), "{slowly}");
    let quick = every(seconds(2));
    tokio::time::sleep(seconds(200)).await;
    let quickly = server.count(STATUS) - slowly;
    assert!((98..=102).contains(&quickly), "{quickly}");
    quick.abort();
    tokio::time::sleep(seconds(200)).await;
    let again = server.count(STATUS) - slowly - quickly;
    assert!((9..=11).contains(&again), "{again}");
    slow.abort();
}

#[tokio::test(start_paused = true)]
async fn fifty_waits_keep_to_a_rate_and_are_fair() {
    const WAITS: usize = 50;
    const RATE: u32 = 10;
    let server = running_for(seconds(60));
    let capped = config().max_polls_in_flight(3).max_polls_per_second(RATE);
    let client = client_with(&server, capped.poll_schedule(PollSchedule::every(seconds(1))));
    let queries = submit_many(&client, WAITS).await;
    let last = last_of(wait_each(&queries)).await;
    let times = server.times(STATUS);
    assert!(most_a_second(&times) <= RATE as usize + 1, "{}", most_a_second(&times));
    // Each is polled once per round, in the same order.
    let round = seconds(1) * WAITS as u32 / RATE;
    let order = order_of_polls(&server);
    let running = times.iter().filter(|time| **time - times[0] < seconds(60) - round).count();
    assert!(running > 9 * WAITS, "{running} polls while all ran");
    for (at, poll) in order[..running].iter().enumerate() {
        assert_eq!(*poll, at % WAITS, "poll {at} of {order:?}");
    }
    let lag = last - seconds(60);
    assert!(lag <= round.mul_f64(LAG), "{lag:?} late, a round is {round:?}");
}

#[tokio::test(start_paused = true)]
async fn fifty_waits_keep_to_the_slots_while_polls_are_held() {
    const WAITS: usize = 50;
    const SLOTS: usize = 3;
    let hold = seconds(5);
    let server = running_for(seconds(600));
    server.plan(|plan| plan.holds = hold);
    let capped = config().max_polls_in_flight(SLOTS).max_polls_per_second(10);
    let client = client_with(&server, capped);
    let queries = submit_many(&client, WAITS).await;
    let waits = wait_each(&queries);
    let mut most = 0;
    for _ in 0..590 {
        tokio::time::sleep(seconds(1)).await;
        most = most.max(server.in_flight(STATUS));
    }
    let last = last_of(waits).await;
    assert_eq!((most, server.most_in_flight(STATUS)), (SLOTS, SLOTS), "all are used, no more");
    assert!(most_a_second(&server.times(STATUS)) <= 11);
    let round = hold * WAITS as u32 / SLOTS as u32;
    let order = order_of_polls(&server);
    let first_rounds = 600 / 5 * SLOTS - WAITS;
    for (at, poll) in order[..first_rounds].iter().enumerate() {
        assert_eq!(*poll, at % WAITS, "poll {at} of {order:?}");
    }
    let lag = last - seconds(600);
    assert!(lag <= round.mul_f64(LAG), "{lag:?} late, a round is {round:?}");
}

#[tokio::test(start_paused = true)]
async fn the_poll_that_is_most_overdue_for_its_pause_is_first() {
    // The old executions may be late by much, the new one by little.
    let server = running_for(seconds(3000));
    let client = client_with(&server, config().max_polls_in_flight(1));
    server.always(STATUS, || Step::serve().after(millis(200)));
    let old = submit_many(&client, 20).await;
    let mut waits = Vec::new();
    for query in &old {
        let wait = query.wait().schedule(PollSchedule::every(seconds(10)));
        waits.push(tokio::spawn(wait.into_future()));
    }
    tokio::time::sleep(seconds(100)).await;
    server.plan(|plan| plan.runs_for = seconds(20));
    let started = Instant::now();
    let young = client.execute_async("SELECT 2").await.unwrap();
    young.wait().schedule(PollSchedule::every(seconds(1))).await.unwrap();
    let lag = started.elapsed() - seconds(20);
    assert!(lag <= seconds(2), "{lag:?} late");
    waits.iter().for_each(JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn cancels_and_closes_are_sent_while_all_polls_are_held() {
    for capped in [config(), config().max_requests_in_flight(20).max_polls_in_flight(4)] {
        let server = running_for(seconds(3600));
        let client = client_with(&server, capped);
        let queries = submit_many(&client, 300).await;
        server.always(STATUS, Step::stall);
        let waits = wait_each(&queries);
        tokio::time::sleep(seconds(10)).await;
        let held = server.in_flight(STATUS);
        assert!(held == 192 || held == 4, "{held}");
        let started = Instant::now();
        for query in &queries {
            query.cancel().await.unwrap();
            query.close().await.unwrap();
        }
        assert!(started.elapsed() < millis(100), "{:?}", started.elapsed());
        if held == 192 {
            client.execute_async("SELECT 2").await.unwrap().close().await.unwrap();
            assert!(started.elapsed() < millis(100), "submits do, too: {:?}", started.elapsed());
        }
        waits.iter().for_each(JoinHandle::abort);
    }
}

#[tokio::test(start_paused = true)]
async fn slow_submits_do_not_block_cancels() {
    let server = running_for(seconds(3600));
    let client = client(&server);
    let queries = submit_many(&client, 50).await;
    server.always(EXECUTE, || Step::serve().after(seconds(600)));
    let submits: Vec<_> =
        (0..1000).map(|_| tokio::spawn(client.execute_async("SELECT 2").into_future())).collect();
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(server.in_flight(EXECUTE), 256 - 16);
    let started = Instant::now();
    let cancels = queries.iter().map(|query| {
        let (cancel, close) = (query.cancel(), query.close());
        tokio::spawn(async move { (cancel.await.unwrap(), close.await.unwrap()) })
    });
    for cancel in cancels.collect::<Vec<_>>() {
        cancel.await.unwrap();
    }
    assert!(started.elapsed() < millis(100), "{:?}", started.elapsed());
    submits.iter().for_each(JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn an_execution_without_a_wait_is_not_polled() {
    let server = running_for(seconds(3600));
    let runtime = Runtime::seeded(1);
    let client = client_on(&server, config(), &runtime);
    let queries = submit_many(&client, 100).await;
    let (sent, tasks) = (server.total(), runtime.live_tasks());
    tokio::time::sleep(seconds(7200)).await;
    assert_eq!(server.total(), sent);
    assert!(tasks <= 2, "{tasks} tasks for a hundred executions");
    let unpolled = queries.iter().map(|query| query.wait().into_future()).collect::<Vec<_>>();
    tokio::time::sleep(seconds(60)).await;
    assert_eq!(server.total(), sent, "nor for a wait that was never polled");
    drop(unpolled);
}

#[tokio::test(start_paused = true)]
async fn dropped_waits_leave_no_task_and_no_request() {
    for holds in [Duration::ZERO, seconds(5)] {
        let server = running_for(seconds(3600));
        server.plan(|plan| plan.holds = holds);
        let runtime = Runtime::seeded(1);
        let capped = config().max_polls_in_flight(3).max_polls_per_second(10);
        let client = client_on(&server, capped, &runtime);
        let queries = submit_many(&client, 50).await;
        let before = runtime.live_tasks();
        let waits = wait_each(&queries);
        let changes = queries[0].status_changes();
        let mut changes = Box::pin(changes.collect::<Vec<_>>());
        assert!(poll_then_drop(&mut changes, 2).await.is_none());
        tokio::time::sleep(seconds(60)).await;
        assert!(runtime.live_tasks() > before);
        waits.iter().for_each(JoinHandle::abort);
        drop((waits, changes));
        // The task that paces polls finds the queue empty when the rate allows the next poll.
        tokio::time::sleep(millis(200)).await;
        let sent = server.total();
        assert_eq!((runtime.live_tasks(), server.in_flight(STATUS)), (before, 0));
        tokio::time::sleep(seconds(600)).await;
        assert_eq!(server.total(), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_poll_ends_only_waits_that_started_before_it() {
    let server = running_for(seconds(30));
    let query = submitted(&server).await;
    server.script(STATUS, [Step::http(403).text("not yours").after(seconds(10))]);
    let early: Vec<_> = (0..3).map(|_| tokio::spawn(query.wait().into_future())).collect();
    let mut changes = query.status_changes();
    changes.next().await.unwrap().unwrap();
    let changes = tokio::spawn(async move { changes.next().await.unwrap() });
    tokio::time::sleep(seconds(5)).await;
    assert_eq!(server.in_flight(STATUS), 1, "the poll has begun");
    let late: Vec<_> = (0..3).map(|_| tokio::spawn(query.clone().wait().into_future())).collect();
    let late_changes = tokio::spawn(query.status_changes().collect::<Vec<_>>());
    for wait in early {
        let error = wait.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
    }
    assert_eq!(changes.await.unwrap().unwrap_err().kind(), ErrorKind::PermissionDenied);
    for wait in late {
        assert_eq!(wait.await.unwrap().unwrap(), ExecutionStatus::Finished);
    }
    let seen = late_changes.await.unwrap();
    assert_eq!(seen.last().unwrap().as_ref().unwrap().status, ExecutionStatus::Finished);
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_at_its_deadline_in_the_middle_of_retries() {
    let failures: [fn() -> Step; 4] = [
        Step::reset,
        Step::stall,
        || Step::http(503),
        || Step::http(429).header("retry-after", "60"),
    ];
    for failure in failures {
        let server = running_for(seconds(3600));
        let query = submitted(&server).await;
        server.always(STATUS, failure);
        let patient = tokio::spawn(query.wait().into_future());
        tokio::time::sleep(millis(700)).await;
        for deadline in [millis(1), millis(300), seconds(7)] {
            let started = Instant::now();
            let error = query.wait().deadline(deadline).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
            let overshoot = started.elapsed() - deadline;
            assert!(overshoot <= OVERSHOOT, "{overshoot:?}");
        }
        assert!(!patient.is_finished(), "the other one waits on");
        server.recover(STATUS);
        query.wait().deadline(seconds(4000)).await.unwrap();
        patient.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn many_waits_in_an_outage_send_few_requests() {
    let server = running_for(seconds(240));
    let client = client_with(&server, config().max_polls_per_second(20));
    let queries = submit_many(&client, 100).await;
    let waits = wait_each(&queries);
    tokio::time::sleep(seconds(60)).await;
    server.always(STATUS, || Step::http(503));
    tokio::time::sleep(seconds(120)).await;
    server.recover(STATUS);
    last_of(waits).await;
    assert!(most_a_second(&server.times(STATUS)) <= 21, "retries keep to the rate, too");
}

#[tokio::test(start_paused = true)]
async fn downloads_stay_within_their_limit() {
    for limit in [1, 2, 16] {
        let settings =
            Settings { link_threshold: 0, file_bytes: 64, batch_bytes: 64, ..Settings::default() };
        let server = Server::with(settings);
        server.plan(|plan| (plan.rows, plan.page) = (400, 400));
        server.always("download", || Step::serve().after(millis(100)));
        let client = client_with(&server, config().max_downloads(limit));
        let reads: Vec<_> = (0..8)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move {
                    let results = client.execute("SELECT 1").await.unwrap();
                    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 400));
                })
            })
            .collect();
        for read in reads {
            read.await.unwrap();
        }
        assert!(server.count("download") > 40, "{}", server.count("download"));
        assert_eq!(server.most_in_flight("download"), limit, "all are used, no more");
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_waits_complete_in_time() {
    let server = running_for(seconds(40));
    let client = client(&server);
    let queries = submit_many(&client, 1000).await;
    let last = last_of(wait_each(&queries)).await;
    // The default is at most 200 per second: a round takes five seconds, longer than the pause.
    let lag = last - seconds(40);
    assert!(lag <= seconds(5).mul_f64(LAG), "{lag:?} late");
    assert!(most_a_second(&server.times(STATUS)) <= 200 + 10);
    assert!(server.most_in_flight(STATUS) <= 192);
    assert_eq!(server.count(METADATA), 0);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_waits_on_one_execution_poll_as_one() {
    let alone = running_for(seconds(300));
    submitted(&alone).await.wait().await.unwrap();
    let server = running_for(seconds(300));
    let query = submitted(&server).await;
    last_of(wait_each(&vec![query; 1000])).await;
    let (one, many) = (alone.count(STATUS), server.count(STATUS));
    assert!(many <= one + 1, "{many} polls for a thousand, {one} for one");
}
