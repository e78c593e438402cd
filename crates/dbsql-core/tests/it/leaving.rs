//! What counts as open in a session, and what `shutdown` closes.

use std::future::IntoFuture;
use std::time::Duration;

use dbsql_core::{CloseOutcome, Connection, ErrorKind, ExecutionStatus, Runtime};
use dbsql_protocol::rpc;
use dbsql_protocol::types::TOperationState;

use crate::support::{
    CLOSE_SESSION, EXECUTE, Gone, OPEN, STATUS, Server, Step, client, client_on, config,
    connection, millis, poll_then_drop, seconds,
};

/// How a statement ends, for each state that the server reports.
const ENDS: [(i32, ExecutionStatus); 4] = [
    (3, ExecutionStatus::Canceled),
    (5, ExecutionStatus::Failed),
    (8, ExecutionStatus::TimedOut),
    (4, ExecutionStatus::Closed),
];

fn ends_with(state: i32) -> Step {
    Step::edit::<rpc::GetOperationStatus>(move |response| {
        response.operation_state = Some(TOperationState(state));
    })
}

async fn is_closed(server: &Server, connection: &Connection, when: &str) {
    let outcome = connection.close().await.unwrap();
    assert_eq!(outcome, CloseOutcome::Closed, "{when}");
    assert_eq!(server.open_sessions(), 0, "{when}");
}

#[tokio::test(start_paused = true)]
async fn ended_statement_no_longer_holds_its_session() {
    for (state, status) in ENDS {
        for wait in [false, true] {
            let server = Server::databricks();
            server.script(STATUS, [ends_with(state)]);
            let connection = connection(&server).await;
            let query = connection.execute_async("SELECT 1").await.unwrap();
            let open = CloseOutcome::LeftOpen { executions: 1 };
            assert_eq!(connection.close().await.unwrap(), open, "nobody knows yet");
            let seen = if wait { query.wait().await } else { query.sync_status().await };
            assert_eq!(seen.unwrap(), status);
            is_closed(&server, &connection, &format!("{status}")).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn statement_that_ended_with_its_submit_never_holds_its_session() {
    for (state, status) in ENDS {
        let server = Server::databricks();
        server.script(
            EXECUTE,
            [Step::edit::<rpc::ExecuteStatement>(move |response| {
                let direct = response.direct_results.as_mut().expect("a direct result");
                let answer = direct.operation_status.as_mut().expect("its status");
                answer.operation_state = Some(TOperationState(state));
                direct.result_set = None;
                direct.result_set_metadata = None;
                direct.close_operation = None;
            })],
        );
        let connection = connection(&server).await;
        let query = connection.execute_async("SELECT 1").allow_direct_result().await.unwrap();
        assert_eq!(query.status(), status);
        is_closed(&server, &connection, &format!("{status}")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn operation_unknown_to_the_server_does_not_hold_its_session() {
    for gone in [Gone::Text, Gone::InvalidHandle, Gone::Http] {
        for call in ["sync_status", "wait", "cancel", "get_results", "next"] {
            let server = Server::databricks();
            server.says_gone(gone);
            let connection = connection(&server).await;
            let query = connection.execute_async("SELECT 1").await.unwrap();
            let mut results = None;
            if matches!(call, "get_results" | "next") {
                query.wait().await.unwrap();
                results = Some(query.get_results().await.unwrap());
            }
            server.lose_operations();
            let outcome = match (call, results) {
                ("sync_status", _) => query.sync_status().await.map(drop),
                ("wait", _) => query.wait().await.map(drop),
                ("cancel", _) => {
                    query.cancel().await.unwrap();
                    is_closed(&server, &connection, call).await;
                    continue;
                }
                ("next", Some(mut results)) => results.next().await.map(drop),
                _ => query.get_results().await.map(drop),
            };
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ResultGone, "{call} {gone:?}");
            is_closed(&server, &connection, call).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_finished_statement_holds_its_session_until_it_is_closed() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    let query = connection.execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    let open = CloseOutcome::LeftOpen { executions: 1 };
    assert_eq!(connection.close().await.unwrap(), open);
    drop(query.get_results().await.unwrap());
    assert_eq!(connection.close().await.unwrap(), open, "its handle is still good");
    query.close().await.unwrap();
    is_closed(&server, &connection, "closed").await;
}

#[tokio::test(start_paused = true)]
async fn the_result_of_an_execute_holds_its_session_while_it_lives() {
    for end in ["dropped", "drained"] {
        for server in [Server::databricks(), Server::spark()] {
            // Too slow for a direct result.
            server.plan(|plan| plan.runs_for = seconds(20));
            let connection = connection(&server).await;
            let mut results = connection.execute("SELECT 1").await.unwrap();
            results.next().await.unwrap();
            let open = CloseOutcome::LeftOpen { executions: 1 };
            assert_eq!(connection.close().await.unwrap(), open);
            if end == "drained" {
                while results.next().await.unwrap().is_some() {}
            } else {
                drop(results);
            }
            is_closed(&server, &connection, end).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn failed_statements_do_not_accumulate() {
    let server = Server::databricks();
    server.plan(|plan| plan.fails = true);
    let connection = connection(&server).await;
    for slow in [Duration::ZERO, seconds(20)] {
        server.plan(|plan| plan.runs_for = slow);
        for _ in 0..10 {
            connection.execute("SELECT 1").await.unwrap_err();
            let query = connection.execute_async("SELECT 1").await.unwrap();
            assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Failed);
            query.get_results().await.unwrap_err();
        }
    }
    is_closed(&server, &connection, "twenty failed").await;
}

#[tokio::test(start_paused = true)]
async fn shutdown_closes_the_clients_session_when_it_is_empty() {
    let server = Server::databricks();
    let client = client(&server);
    client.shutdown(seconds(1)).await.expect("there is none yet");
    for round in 1..4 {
        drop(client.execute("SELECT 1").await.unwrap());
        let query = client.execute_async("SELECT 2").await.unwrap();
        query.close().await.unwrap();
        client.shutdown(seconds(5)).await.unwrap();
        assert_eq!((server.open_sessions(), server.open_operations()), (0, 0));
        assert_eq!((server.count(OPEN), server.count(CLOSE_SESSION)), (round, round));
    }
}

#[tokio::test(start_paused = true)]
async fn shutdown_leaves_the_clients_session_open_for_its_executions() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(30));
    let client = client(&server);
    let running = client.execute_async("SELECT 1").await.unwrap();
    client.shutdown(seconds(5)).await.unwrap();
    assert_eq!((server.open_sessions(), server.running()), (1, 1), "it lives in it");
    running.wait().await.unwrap();
    client.shutdown(seconds(5)).await.unwrap();
    assert_eq!(server.open_sessions(), 1, "its result does");
    running.get_results().await.unwrap().fetch_all().await.unwrap();
    running.close().await.unwrap();
    client.shutdown(seconds(5)).await.unwrap();
    assert_eq!((server.open_sessions(), server.open_operations()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn shutdown_that_cannot_close_the_session_is_an_error() {
    let server = Server::databricks();
    let client = client(&server);
    drop(client.execute("SELECT 1").await.unwrap());
    server.always(CLOSE_SESSION, Step::stall);
    let error = client.shutdown(seconds(2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    assert_eq!(server.open_sessions(), 1);
    server.recover(CLOSE_SESSION);
    client.shutdown(seconds(5)).await.unwrap();
    assert_eq!(server.open_sessions(), 0, "it was not forgotten");
}

#[tokio::test(start_paused = true)]
async fn shutdown_waits_for_a_dropped_submit_to_be_canceled() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    server.always(EXECUTE, || Step::serve().after(seconds(10)));
    let client = client(&server);
    let submit = client.execute_async("SELECT 1").cancel_on_drop().into_future();
    assert!(tokio::time::timeout(seconds(1), submit).await.is_err());
    client.shutdown(seconds(60)).await.unwrap();
    let open = (server.open_sessions(), server.open_operations(), server.running());
    assert_eq!((open, server.executions().len()), ((0, 0, 0), 1));
}

#[tokio::test(start_paused = true)]
async fn submits_during_a_shutdown_run_exactly_once() {
    for delay in [0, 1, 7] {
        let server = Server::databricks();
        for method in [OPEN, EXECUTE, CLOSE_SESSION] {
            server.always(method, move || Step::serve().after(millis(delay)));
        }
        let runtime = Runtime::seeded(1);
        let client = client_on(&server, config(), &runtime);
        let submits: Vec<_> = (0..200)
            .map(|number| {
                let client = client.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(millis(number / 4 * 20)).await;
                    let query = client.execute_async(format!("INSERT {number}")).await.unwrap();
                    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
                    let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
                    assert_eq!(rows.len(), 3, "nobody ended its session");
                    query.close().await.unwrap();
                })
            })
            .collect();
        while !submits.iter().all(tokio::task::JoinHandle::is_finished) {
            client.shutdown(seconds(60)).await.unwrap();
            tokio::time::sleep(millis(1)).await;
        }
        for submit in submits {
            submit.await.unwrap();
        }
        client.shutdown(seconds(60)).await.unwrap();
        let mut ran = server.executions();
        ran.sort();
        ran.dedup();
        assert_eq!((ran.len(), server.executions().len()), (200, 200));
        assert_eq!((server.open_sessions(), server.open_operations()), (0, 0));
        assert!(server.count(OPEN) > 1, "it was closed in between");
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_dropped_at_any_point_leaves_the_client_usable() {
    for polls in 0..12 {
        let server = Server::databricks();
        server.always(CLOSE_SESSION, || Step::serve().after(seconds(1)));
        let client = client(&server);
        drop(client.execute("SELECT 1").await.unwrap());
        poll_then_drop(Box::pin(client.shutdown(seconds(9))), polls).await;
        client.execute_async("SELECT 2").await.unwrap().close().await.unwrap();
        client.shutdown(seconds(60)).await.unwrap();
        tokio::time::sleep(seconds(10)).await;
        assert_eq!(server.executions().len(), 2);
        assert_eq!(server.open_sessions(), 0, "after {polls} polls");
    }
}

#[tokio::test(start_paused = true)]
async fn executions_of_a_lost_session_do_not_hold_the_next_one() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    drop(connection.execute_async("SELECT 1").await.unwrap());
    server.lose_sessions();
    connection.execute_async("SELECT 2").await.unwrap().close().await.unwrap();
    assert_eq!(server.count(OPEN), 2);
    is_closed(&server, &connection, "a connection").await;

    let client = client(&server);
    drop(client.execute_async("SELECT 1").await.unwrap());
    server.lose_sessions();
    client.execute_async("SELECT 2").await.unwrap().close().await.unwrap();
    client.shutdown(seconds(5)).await.unwrap();
    assert_eq!(server.open_sessions(), 0, "the client's own");
}

#[tokio::test(start_paused = true)]
async fn shutdown_does_not_wait_for_resends_of_dropped_submits() {
    for status in [429, 503, 401] {
        let server = Server::databricks();
        let client = client(&server);
        client.execute_async("SELECT 1").await.unwrap().close().await.unwrap();
        let step = Step::http(status).header("retry-after", "200").after(seconds(5));
        server.script(EXECUTE, [step]);
        let submit = client.execute_async("INSERT").cancel_on_drop().into_future();
        assert!(tokio::time::timeout(seconds(1), submit).await.is_err());
        client.shutdown(seconds(10)).await.unwrap();
        assert_eq!((server.count(EXECUTE), server.open_sessions()), (2, 0), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_session_is_reopened_for_a_dropped_submit() {
    let server = Server::databricks();
    let client = client(&server);
    client.execute_async("SELECT 1").await.unwrap().close().await.unwrap();
    server.lose_sessions();
    server.script(EXECUTE, [Step::serve().after(seconds(5))]);
    let submit = client.execute_async("INSERT").cancel_on_drop().into_future();
    assert!(tokio::time::timeout(seconds(1), submit).await.is_err());
    client.shutdown(seconds(10)).await.unwrap();
    assert_eq!((server.count(OPEN), server.open_sessions()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_replaced_during_a_failed_shutdown_is_closed() {
    let server = Server::databricks();
    let client = client(&server);
    client.execute_async("SELECT 1").await.unwrap().close().await.unwrap();
    server.script(CLOSE_SESSION, [Step::stall()]);
    let shutdown = client.clone();
    let shutdown = tokio::spawn(async move { shutdown.shutdown(seconds(2)).await });
    tokio::time::sleep(seconds(1)).await;
    client.execute_async("SELECT 2").await.unwrap().close().await.unwrap();
    shutdown.await.unwrap().unwrap_err();
    client.shutdown(seconds(60)).await.unwrap();
    assert_eq!(server.open_sessions(), 0);
}

#[test]
fn close_directly_after_a_wait_finds_nothing_open() {
    // The caller is woken on another thread than the one that receives the terminal status.
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let tokio = tokio.unwrap();
    tokio.block_on(async {
        let server = Server::databricks();
        let client = client(&server);
        for round in 0..400 {
            let connection = client.connect().await.unwrap();
            server.script(STATUS, [ends_with(3)]);
            let query = connection.execute_async("SELECT 1").await.unwrap();
            assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Canceled);
            let outcome = connection.close().await.unwrap();
            assert_eq!(outcome, CloseOutcome::Closed, "round {round}");
        }
    });
}
