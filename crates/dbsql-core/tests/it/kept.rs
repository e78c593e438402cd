//! Futures that are polled and then kept: they block no other call, and continue when polled again.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use dbsql_core::{AsyncExecution, Client, Connection, ExecutionStatus, Statement};
use futures_util::StreamExt;

use crate::support::{
    CANCEL, CLOSE, EXECUTE, FETCH, OPEN, STATUS, Server, Step, client, counted, ids, millis,
    seconds,
};

type Kept = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A kind of future, by name, and how to make one.
type Kind = (&'static str, fn(&Setup) -> Kept);

/// More than all slots of a client.
const MANY: usize = 300;

/// The objects that a kept future may belong to.
#[derive(Clone)]
struct Setup {
    server: Server,
    client: Client,
    connection: Connection,
    query: AsyncExecution,
}

impl Setup {
    async fn new(runs_for: Duration) -> Self {
        let server = Server::databricks();
        let client = client(&server);
        let connection = client.connect().await.unwrap();
        server.plan(|plan| plan.runs_for = runs_for);
        let query = connection.execute_async("SELECT 1").await.unwrap();
        Self { server, client, connection, query }
    }
}

/// Polls a future this many times, lets background tasks run in between, and keeps it. `None` if it
/// was ready by then.
async fn kept<F: Future>(future: F, polls: usize) -> Option<Pin<Box<F>>> {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let poll = std::future::poll_fn(|cx| std::task::Poll::Ready(future.as_mut().poll(cx)));
        if poll.await.is_ready() {
            return None;
        }
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
    Some(future)
}

/// The calls that can be kept, by name.
fn kinds() -> Vec<Kind> {
    vec![
        ("wait", |setup| {
            let wait = setup.query.wait().into_future();
            Box::pin(async move { drop(wait.await) })
        }),
        ("status_changes", |setup| {
            let changes = setup.query.status_changes();
            Box::pin(async move { drop(changes.collect::<Vec<_>>().await) })
        }),
        ("get_results", |setup| {
            let results = setup.query.get_results().into_future();
            Box::pin(async move { drop(results.await) })
        }),
        ("sync_status", |setup| {
            let sync = setup.query.sync_status().into_future();
            Box::pin(async move { drop(sync.await) })
        }),
        ("get_async_execution", |setup| {
            let handle = setup.query.handle().unwrap();
            let found = setup.client.get_async_execution(handle).into_future();
            Box::pin(async move { drop(found.await) })
        }),
        ("execute_async", |setup| {
            let submit = setup.client.execute_async("SELECT 'kept'").into_future();
            Box::pin(async move { drop(submit.await) })
        }),
        ("execute_async on a connection", |setup| {
            let submit = setup.connection.execute_async("SELECT 'kept'").into_future();
            Box::pin(async move { drop(submit.await) })
        }),
        ("execute with cancel_on_drop", |setup| {
            let execute = setup.client.execute("SELECT 'kept'").cancel_on_drop().into_future();
            Box::pin(async move { drop(execute.await) })
        }),
        ("connect", |setup| {
            let connect = setup.client.connect().into_future();
            Box::pin(async move { drop(connect.await) })
        }),
    ]
}

/// Awaits a call that must finish by then.
async fn within<T>(limit: Duration, what: &str, call: impl IntoFuture<Output = T>) -> T {
    let call = tokio::time::timeout(limit, call.into_future());
    call.await.unwrap_or_else(|_| panic!("{what} was blocked"))
}

/// Asserts that every other call on the same objects works.
async fn nobody_is_blocked(setup: &Setup, name: &str) {
    let limit = seconds(120);
    let step = |call: &str| format!("{call} beside a kept {name}");
    let clone = setup.query.clone();
    within(limit, &step("sync_status"), clone.sync_status()).await.unwrap();
    let changes = clone.status_changes();
    let status = within(limit, &step("wait"), clone.wait()).await.unwrap();
    assert_eq!(status, ExecutionStatus::Finished);
    let last = within(limit, &step("changes"), changes.collect::<Vec<_>>()).await;
    assert_eq!(last.last().unwrap().as_ref().unwrap().status, ExecutionStatus::Finished);
    let results = within(limit, &step("get_results"), setup.query.get_results()).await.unwrap();
    let batches = within(limit, &step("fetch_all"), results.fetch_all()).await.unwrap();
    assert_eq!(ids(&batches), counted(0, 10));
    let other = within(limit, &step("submit"), setup.client.execute_async("SELECT 2")).await;
    let other = other.unwrap();
    within(limit, &step("cancel"), other.cancel()).await.unwrap();
    within(limit, &step("close"), other.close()).await.unwrap();
    let second = setup.connection.execute_async("SELECT 3");
    let second = within(limit, &step("submit on the connection"), second).await.unwrap();
    within(limit, &step("close on the connection"), second.close()).await.unwrap();
    let other = within(limit, &step("connect"), setup.client.connect()).await.unwrap();
    within(limit, &step("close of a connection"), other.close()).await.unwrap();
    within(limit, &step("cancel"), setup.query.cancel()).await.unwrap();
    within(limit, &step("close"), clone.close()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn one_kept_future_of_any_kind_blocks_no_other_call() {
    let mut kept_ones = 0;
    for (name, begin) in kinds() {
        for polls in [1, 2, 3, 5, 8] {
            let setup = Setup::new(seconds(30)).await;
            for method in [OPEN, EXECUTE, STATUS] {
                setup.server.always(method, || Step::serve().after(millis(200)));
            }
            let future = kept(begin(&setup), polls).await;
            kept_ones += usize::from(future.is_some());
            nobody_is_blocked(&setup, name).await;
            drop(future);
        }
    }
    assert_eq!(kept_ones, kinds().len() * 5, "each was kept before it was ready");
}

#[tokio::test(start_paused = true)]
async fn three_hundred_kept_futures_block_no_other_call() {
    for (name, begin) in kinds() {
        let setup = Setup::new(seconds(30)).await;
        let mut futures = Vec::new();
        for _ in 0..MANY {
            futures.extend(kept(begin(&setup), 1).await);
        }
        assert_eq!(futures.len(), MANY, "{name}");
        nobody_is_blocked(&setup, name).await;
    }
}

#[tokio::test(start_paused = true)]
async fn kept_futures_hold_no_slot_of_a_slow_server() {
    for (name, begin) in kinds() {
        let setup = Setup::new(seconds(3600)).await;
        let other = setup.connection.execute_async("SELECT 2").await.unwrap();
        for method in [OPEN, EXECUTE, STATUS] {
            setup.server.always(method, || Step::serve().after(seconds(20)));
        }
        let mut futures = Vec::new();
        for _ in 0..MANY {
            futures.extend(kept(begin(&setup), 1).await);
        }
        tokio::time::sleep(seconds(1)).await;
        let soon = millis(100);
        within(soon, &format!("cancel beside 300 {name}"), other.cancel()).await.unwrap();
        within(soon, &format!("close beside 300 {name}"), other.close()).await.unwrap();
        let fresh = setup.connection.execute_async("SELECT 3");
        let _ = within(seconds(62), &format!("submit beside 300 {name}"), fresh).await.unwrap();
        drop(futures);
    }
}

#[tokio::test(start_paused = true)]
async fn a_kept_wait_costs_one_poll_and_continues_later() {
    for polls in [1, 2, 5] {
        let setup = Setup::new(seconds(7200)).await;
        let wait = kept(setup.query.wait().into_future(), polls).await.unwrap();
        let begun = setup.server.count(STATUS);
        tokio::time::sleep(seconds(3600)).await;
        assert!(setup.server.count(STATUS) <= begun + 1, "{begun} polls before it was kept");
        let slept = setup.server.count(STATUS);
        let wait = tokio::spawn(wait);
        tokio::time::sleep(seconds(60)).await;
        assert!(setup.server.count(STATUS) > slept + 5, "it is polled for again");
        assert_eq!(wait.await.unwrap().unwrap(), ExecutionStatus::Finished);
    }
}

#[tokio::test(start_paused = true)]
async fn kept_changes_and_results_cost_one_poll_and_continue_later() {
    let setup = Setup::new(seconds(7200)).await;
    let changes = setup.query.status_changes();
    let changes = kept(changes.collect::<Vec<_>>(), 2).await.unwrap();
    let results = kept(setup.query.get_results().into_future(), 2).await.unwrap();
    tokio::time::sleep(seconds(3600)).await;
    assert!(setup.server.count(STATUS) <= 4, "{}", setup.server.count(STATUS));
    let (changes, results) = tokio::join!(changes, results);
    assert_eq!(changes.last().unwrap().as_ref().unwrap().status, ExecutionStatus::Finished);
    assert_eq!(ids(&results.unwrap().fetch_all().await.unwrap()), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn a_kept_next_blocks_no_other_reader_and_continues() {
    for (how_many, slow) in [(1, millis(500)), (MANY, millis(500)), (MANY, seconds(20))] {
        let setup = Setup::new(Duration::ZERO).await;
        setup.query.wait().await.unwrap();
        setup.server.always(FETCH, move || Step::serve().after(slow));
        let mut results = Vec::new();
        for _ in 0..how_many {
            results.push(setup.query.get_results().await.unwrap());
        }
        let mut pulls = Vec::new();
        for result in &mut results {
            pulls.push(kept(result.next(), 1).await.unwrap());
        }
        if slow < seconds(1) {
            nobody_is_blocked(&setup, "next").await;
        } else {
            within(millis(100), "close beside 300 reads", setup.query.close()).await.unwrap();
        }
        if slow < seconds(1) && how_many == 1 {
            let first = pulls.pop().unwrap().await.unwrap().unwrap();
            assert_eq!(ids(&[first]), counted(0, 4), "it was begun before the close");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_kept_submit_that_opens_the_session_blocks_no_other_call() {
    for polls in [1, 2, 4] {
        let server = Server::databricks();
        server.always(OPEN, || Step::serve().after(seconds(2)));
        let client = client(&server);
        let first = client.execute_async("SELECT 1").into_future();
        let first = kept(first, polls).await.expect("the session is being opened");
        let second = within(seconds(10), "a submit", client.execute_async("SELECT 2")).await;
        second.unwrap().close().await.unwrap();
        assert_eq!(server.count(OPEN), 1, "one session for both");
        assert_eq!(server.executions(), ["SELECT 2"]);
        first.await.unwrap().close().await.unwrap();
        assert_eq!(server.executions(), ["SELECT 2", "SELECT 1"], "it goes on");
        client.shutdown(seconds(5)).await.unwrap();
        assert_eq!(server.open_sessions(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_kept_reopening_of_a_lost_session_blocks_no_other_call() {
    let mut reopening = 0;
    for polls in 1..8 {
        let server = Server::databricks();
        let client = client(&server);
        let connection = client.connect().await.unwrap();
        server.lose_sessions();
        server.always(OPEN, || Step::serve().after(seconds(2)));
        let first = kept(connection.execute_async("SELECT 1").into_future(), polls).await;
        let first = first.expect("the session is being reopened");
        reopening += usize::from(server.count(OPEN) == 2);
        let second = within(seconds(10), "a submit", connection.execute_async("SELECT 2")).await;
        second.unwrap().close().await.unwrap();
        within(seconds(10), "connect", client.connect()).await.unwrap().close().await.unwrap();
        first.await.unwrap().close().await.unwrap();
        assert_eq!(server.executions(), ["SELECT 2", "SELECT 1"]);
        assert_eq!(server.count(OPEN), 3, "one for both, and one of another connection");
    }
    assert!(reopening > 0, "some were kept while they reopened");
}

#[tokio::test(start_paused = true)]
async fn a_kept_execute_with_cancel_on_drop_is_canceled_later() {
    let setup = Setup::new(seconds(3600)).await;
    let statement = || Statement::new("SELECT 'kept'");
    let execute = setup.client.execute(statement()).cancel_on_drop().into_future();
    let execute = kept(execute, 1).await.unwrap();
    tokio::time::sleep(seconds(60)).await;
    assert_eq!((setup.server.count(CANCEL), setup.server.running()), (0, 2), "it is kept");
    setup.query.cancel().await.unwrap();
    setup.query.close().await.unwrap();
    drop(execute);
    setup.client.shutdown(seconds(60)).await.unwrap();
    assert_eq!((setup.server.count(CANCEL), setup.server.count(CLOSE)), (2, 2));
    assert_eq!((setup.server.running(), setup.server.open_operations()), (0, 0));
}
