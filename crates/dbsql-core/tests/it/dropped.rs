//! `cancel_on_drop`: a dropped submit is canceled if and only if the server accepted it. Without
//! the setting, a dropped future sends no further request.

use std::time::Duration;

use dbsql_core::{AsyncExecution, Client, ResultSet};
use tokio::task::yield_now;

use crate::support::{
    CANCEL, CLOSE, EXECUTE, Server, Step, client, millis, poll_then_drop, seconds,
};

/// More scheduler steps than a submit with its session needs.
const STEPS: usize = 40;

fn long_running() -> Server {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    server
}

/// Runs a call up to this step, then drops it. `Some` if it was ready before.
async fn drop_after<T>(steps: usize, call: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = call => Some(done),
        () = async { for _ in 0..steps { yield_now().await } } => None,
    }
}

/// Asserts that everything that was accepted is canceled and closed, and nothing else was.
async fn is_cleaned_up(server: &Server, client: &Client, when: &str) {
    client.shutdown(seconds(600)).await.unwrap();
    let taken = server.executions().len();
    assert!(taken <= 1, "{when}");
    assert_eq!(server.count(CANCEL), taken, "{when}: canceled exactly when it was taken");
    assert_eq!((server.running(), server.open_operations()), (0, 0), "{when}");
}

#[tokio::test(start_paused = true)]
async fn submit_dropped_at_any_step_is_canceled_iff_accepted() {
    let mut outcomes = [0; 3];
    for steps in 0..STEPS {
        let server = long_running();
        let client = client(&server);
        let submit = client.execute_async("INSERT INTO t VALUES (1)").cancel_on_drop();
        match drop_after(steps, submit.into_future()).await {
            Some(ready) => {
                outcomes[2] += 1;
                let query: AsyncExecution = ready.unwrap();
                drop(query);
                client.shutdown(seconds(600)).await.unwrap();
                assert_eq!((server.running(), server.count(CANCEL)), (1, 0), "it is yours");
            }
            None => {
                is_cleaned_up(&server, &client, &format!("after {steps} steps")).await;
                outcomes[server.executions().len()] += 1;
            }
        }
    }
    assert!(outcomes.iter().all(|count| *count > 0), "not taken, taken, ready: {outcomes:?}");
}

#[tokio::test(start_paused = true)]
async fn submit_dropped_after_any_poll_is_canceled_iff_accepted() {
    let mut outcomes = [0; 3];
    for polls in 0..STEPS {
        let server = long_running();
        let client = client(&server);
        let submit = client.execute_async("INSERT INTO t VALUES (1)").cancel_on_drop();
        if poll_then_drop(submit.into_future(), polls).await.is_none() {
            is_cleaned_up(&server, &client, &format!("after {polls} polls")).await;
            outcomes[server.executions().len()] += 1;
        } else {
            outcomes[2] += 1;
        }
    }
    assert!(outcomes.iter().all(|count| *count > 0), "not taken, taken, ready: {outcomes:?}");
}

#[tokio::test(start_paused = true)]
async fn submit_dropped_with_its_response_unread_is_canceled() {
    let server = long_running();
    let client = client(&server);
    client.execute_async("SELECT 1").await.unwrap().close().await.unwrap();
    let mut submit =
        client.execute_async("INSERT INTO t VALUES (1)").cancel_on_drop().into_future();
    assert!(poll_then_drop(&mut submit, 1).await.is_none());
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(server.running(), 1, "the answer is there, and nobody has looked at it");
    drop(submit);
    client.shutdown(seconds(600)).await.unwrap();
    assert_eq!((server.running(), server.count(CANCEL)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_submit_is_canceled_when_its_late_answer_arrives() {
    let server = long_running();
    server.script(EXECUTE, [Step::serve().after(seconds(30))]);
    let client = client(&server);
    let submit = client.execute_async("INSERT INTO t VALUES (1)").cancel_on_drop();
    assert!(tokio::time::timeout(seconds(5), submit.into_future()).await.is_err());
    assert_eq!((server.running(), server.count(CANCEL)), (1, 0));
    is_cleaned_up(&server, &client, "late").await;
}

#[tokio::test(start_paused = true)]
async fn a_submit_dropped_before_it_was_sent_is_not_sent() {
    let server = long_running();
    let client = client(&server);
    client.execute_async("SELECT 1").await.unwrap().close().await.unwrap();
    server.always(EXECUTE, || Step::http(429).header("retry-after", "60"));
    let submit = client.execute_async("INSERT INTO t VALUES (1)").cancel_on_drop();
    assert!(tokio::time::timeout(seconds(5), submit.into_future()).await.is_err());
    server.recover(EXECUTE);
    client.shutdown(seconds(1)).await.expect("there is nothing left to wait for");
    tokio::time::sleep(seconds(600)).await;
    assert_eq!(server.executions(), ["SELECT 1"], "nobody wants it any more");
}

#[tokio::test(start_paused = true)]
async fn the_cancel_of_a_dropped_submit_survives_transient_failures() {
    let server = long_running();
    for method in [CANCEL, CLOSE] {
        server.script(method, [Step::reset(), Step::http(503), Step::stalled_body()]);
    }
    server.script(EXECUTE, [Step::serve().after(seconds(5))]);
    let client = client(&server);
    let submit = client.execute_async("INSERT INTO t VALUES (1)").cancel_on_drop();
    assert!(tokio::time::timeout(seconds(1), submit.into_future()).await.is_err());
    client.shutdown(seconds(600)).await.unwrap();
    assert_eq!((server.executions().len(), server.running(), server.open_operations()), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn execute_dropped_at_any_step_is_canceled_iff_accepted() {
    let mut taken = 0;
    for steps in (0..STEPS).chain([200, 1000]) {
        let server = long_running();
        let client = client(&server);
        let execute = client.execute("INSERT INTO t VALUES (1)").cancel_on_drop();
        assert!(drop_after(steps, execute.into_future()).await.is_none());
        is_cleaned_up(&server, &client, &format!("after {steps} steps")).await;
        taken += server.executions().len();
    }
    // During the wait, and while its result is being opened.
    for (server, after) in [(Server::spark(), seconds(20)), (long_running(), seconds(20))] {
        server.plan(|plan| plan.runs_for = seconds(3600));
        let client = client(&server);
        let execute = client.execute("INSERT INTO t VALUES (1)").cancel_on_drop();
        assert!(tokio::time::timeout(after, execute.into_future()).await.is_err());
        is_cleaned_up(&server, &client, "while it runs").await;
    }
    assert!(taken > 5, "{taken}");
}

/// Drops a call after some time and returns the number of cancels.
async fn dropped_without_asking<T>(
    server: &Server,
    call: impl Future<Output = T>,
    after: Duration,
) -> usize {
    assert!(tokio::time::timeout(after, call).await.is_err());
    tokio::time::sleep(seconds(120)).await;
    server.count(CANCEL) + server.count(CLOSE)
}

#[tokio::test(start_paused = true)]
async fn without_cancel_on_drop_a_dropped_future_sends_nothing_more() {
    for delay in [millis(0), millis(500)] {
        let server = long_running();
        server.always(EXECUTE, move || Step::serve().after(seconds(30)));
        let client = client(&server);
        let submit = client.execute_async("SELECT 1").into_future();
        assert_eq!(dropped_without_asking(&server, submit, seconds(1) + delay).await, 0);
        let execute = client.execute("SELECT 1").into_future();
        assert_eq!(dropped_without_asking(&server, execute, seconds(1) + delay).await, 0);
        assert_eq!(server.running(), 2, "they run on");
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_result_is_not_canceled_by_the_guard_of_its_execute() {
    let server = Server::databricks();
    let client = client(&server);
    let results: ResultSet = client.execute("SELECT 1").cancel_on_drop().await.unwrap();
    assert_eq!(crate::support::ids(&results.fetch_all().await.unwrap()).len(), 10);
    client.shutdown(seconds(60)).await.unwrap();
    assert_eq!((server.count(CANCEL), server.count(CLOSE)), (0, 1));
}
