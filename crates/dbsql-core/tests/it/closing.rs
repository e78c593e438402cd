//! `close_all` while a submit is in flight: the submit returns the outcome of its statement, and
//! nothing remains open on the server.

use std::future::IntoFuture;

use dbsql_core::{AsyncExecution, Client, CloseOutcome, Connection, Error, ErrorKind, RetryAdvice};
use tokio::task::{JoinHandle, yield_now};

use crate::support::{CLOSE_SESSION, EXECUTE, OPEN, Server, Step, client, poll_then_drop, seconds};

const INSERT: &str = "INSERT INTO t VALUES (1)";

fn long_running() -> Server {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    server
}

async fn connected(server: &Server) -> (Client, Connection) {
    let client = client(server);
    let connection = client.connect().await.unwrap();
    (client, connection)
}

/// Submits in a task, in one of three ways, and waits one second.
async fn in_flight(connection: &Connection, way: usize) -> JoinHandle<Result<(), Error>> {
    let submit = connection.execute_async(INSERT);
    let execute = connection.execute(INSERT);
    let task = match way {
        0 => tokio::spawn(async move { submit.await.map(drop) }),
        1 => tokio::spawn(async move { submit.cancel_on_drop().await.map(drop) }),
        _ => tokio::spawn(async move { execute.await.map(drop) }),
    };
    tokio::time::sleep(seconds(1)).await;
    assert!(!task.is_finished());
    task
}

/// Asserts that nothing is open on the server or counts as open, and that no later statement is
/// sent.
async fn is_over(server: &Server, client: &Client, connection: &Connection) {
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    let sent = server.count(EXECUTE);
    let error = connection.execute_async(INSERT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
    client.shutdown(seconds(600)).await.unwrap();
    assert_eq!(server.count(EXECUTE), sent);
    assert_eq!((server.open_sessions(), server.open_operations()), (0, 0));
}

fn did_not_run(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
}

fn ended_with_its_session(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe, "{error}");
    assert!(error.query_id().is_some(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn close_all_before_a_submit_was_accepted_makes_it_fail() {
    for way in 0..3 {
        let server = long_running();
        server.script(EXECUTE, [Step::http(429).header("retry-after", "30")]);
        let (client, connection) = connected(&server).await;
        let submit = in_flight(&connection, way).await;
        connection.close_all().await.unwrap();
        did_not_run(&submit.await.unwrap().unwrap_err());
        assert!(server.executions().is_empty());
        is_over(&server, &client, &connection).await;
        assert_eq!(server.count(OPEN), 1, "no session is opened for it");
    }
}

#[tokio::test(start_paused = true)]
async fn close_all_before_the_answer_of_a_submit_makes_it_fail() {
    for way in 0..3 {
        let server = long_running();
        server.script(EXECUTE, [Step::serve().after(seconds(5))]);
        let (client, connection) = connected(&server).await;
        let submit = in_flight(&connection, way).await;
        connection.close_all().await.unwrap();
        ended_with_its_session(&submit.await.unwrap().unwrap_err());
        assert_eq!(server.executions().len(), 1);
        is_over(&server, &client, &connection).await;
        assert_eq!(server.count(OPEN), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn close_all_during_an_unknown_outcome_leaves_no_count() {
    for (step, runs) in [(Step::reset(), 0), (Step::reset().accepted(), 1)] {
        let server = long_running();
        server.script(EXECUTE, [step.after(seconds(5))]);
        let (client, connection) = connected(&server).await;
        let submit = in_flight(&connection, 0).await;
        connection.close_all().await.unwrap();
        let error = submit.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(server.executions().len(), runs);
        is_over(&server, &client, &connection).await;
    }
}

#[tokio::test(start_paused = true)]
async fn close_all_around_a_dropped_submit_leaves_nothing_counted() {
    for way in 0..3 {
        for drop_first in [false, true] {
            let server = long_running();
            server.script(EXECUTE, [Step::serve().after(seconds(5))]);
            let (client, connection) = connected(&server).await;
            let submit = in_flight(&connection, way).await;
            if drop_first {
                submit.abort();
                connection.close_all().await.unwrap();
            } else {
                connection.close_all().await.unwrap();
                submit.abort();
            }
            tokio::time::sleep(seconds(60)).await;
            is_over(&server, &client, &connection).await;
            assert_eq!((server.count(OPEN), server.executions().len()), (1, 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn close_all_while_a_session_is_reopened_leaves_none() {
    for way in 0..3 {
        let server = long_running();
        let (client, connection) = connected(&server).await;
        server.lose_sessions();
        server.always(OPEN, || Step::serve().after(seconds(5)));
        let submit = in_flight(&connection, way).await;
        assert_eq!(server.count(OPEN), 2, "it is being reopened");
        connection.close_all().await.unwrap();
        did_not_run(&submit.await.unwrap().unwrap_err());
        assert!(server.executions().is_empty(), "it has no session to run in");
        is_over(&server, &client, &connection).await;
    }
}

#[tokio::test(start_paused = true)]
async fn close_all_that_fails_does_not_affect_the_submit() {
    let server = long_running();
    server.script(EXECUTE, [Step::serve().after(seconds(5))]);
    let refused = Step::http(400).header("x-thriftserver-error-message", "BAD_REQUEST: no");
    server.script(CLOSE_SESSION, [refused]);
    let (client, connection) = connected(&server).await;
    let submit = tokio::spawn(connection.execute_async(INSERT).into_future());
    tokio::time::sleep(seconds(1)).await;
    connection.close_all().await.unwrap_err();
    let query: AsyncExecution = submit.await.unwrap().unwrap();
    query.sync_status().await.unwrap();
    assert!(query.is_running());
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    connection.close_all().await.unwrap();
    is_over(&server, &client, &connection).await;
}

#[tokio::test(start_paused = true)]
async fn close_all_at_any_step_of_a_submit_reports_the_true_outcome() {
    let mut outcomes = [0; 3];
    for (lost, is_slow) in [(false, false), (false, true), (true, false), (true, true)] {
        for steps in 0..40 {
            let server = long_running();
            let (client, connection) = connected(&server).await;
            if is_slow {
                server.always(EXECUTE, || Step::serve().after(seconds(5)));
            }
            if lost {
                server.lose_sessions();
            }
            let submit = tokio::spawn(connection.execute_async(INSERT).into_future());
            for _ in 0..steps {
                yield_now().await;
            }
            connection.close_all().await.unwrap();
            let runs = server.executions().len();
            match submit.await.unwrap() {
                Ok(query) => {
                    assert_eq!(runs, 1);
                    let error = query.sync_status().await.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
                    outcomes[0] += 1;
                }
                Err(error) if error.kind() == ErrorKind::ResultGone => {
                    ended_with_its_session(&error);
                    assert_eq!(server.executions().len(), 1);
                    outcomes[1] += 1;
                }
                Err(error) => {
                    did_not_run(&error);
                    assert!(server.executions().is_empty(), "after {steps} steps, lost: {lost}");
                    outcomes[2] += 1;
                }
            }
            is_over(&server, &client, &connection).await;
        }
    }
    assert!(outcomes.iter().all(|count| *count > 0), "ready, ended, not run: {outcomes:?}");
}

#[tokio::test(start_paused = true)]
async fn close_all_dropped_midway_may_be_called_again() {
    for polls in 0..20 {
        let server = long_running();
        let (client, connection) = connected(&server).await;
        let _ = connection.execute_async(INSERT).await.unwrap();
        poll_then_drop(connection.close_all().into_future(), polls).await;
        tokio::time::sleep(seconds(1)).await;
        connection.close_all().await.unwrap();
        is_over(&server, &client, &connection).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_later_close_that_fails_does_not_reopen_a_connection() {
    for dropped in [false, true] {
        let server = Server::databricks();
        let (client, connection) = connected(&server).await;
        connection.close_all().await.unwrap();
        server.always(CLOSE_SESSION, || Step::serve().after(seconds(9)));
        if dropped {
            assert!(poll_then_drop(connection.close().into_future(), 5).await.is_none());
        } else {
            let error = connection.close_all().deadline(seconds(1)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
        }
        server.recover(CLOSE_SESSION);
        did_not_run(&connection.execute_async(INSERT).await.unwrap_err());
        is_over(&server, &client, &connection).await;
        assert_eq!(server.count(OPEN), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn one_successful_close_of_two_at_once_ends_the_connection() {
    let server = Server::databricks();
    let (client, connection) = connected(&server).await;
    server.script(CLOSE_SESSION, [Step::serve(), Step::serve().after(seconds(9))]);
    let (first, second) = tokio::join!(
        connection.close_all().into_future(),
        connection.close_all().deadline(seconds(1)).into_future()
    );
    first.unwrap();
    second.unwrap_err();
    did_not_run(&connection.execute_async(INSERT).await.unwrap_err());
    is_over(&server, &client, &connection).await;
}
