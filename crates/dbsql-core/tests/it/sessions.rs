//! Sessions: opened once, reopened once if no state is lost, set up by statements on old servers,
//! and left open while they are in use.

use std::future::IntoFuture;

use dbsql_core::{CloseOutcome, ErrorKind, RetryAdvice};
use dbsql_protocol::rpc;
use dbsql_protocol::types::TOperationState;

use crate::support::{
    CLOSE, CLOSE_SESSION, EXECUTE, Gone, HOST, OPEN, STATUS, Server, Step, client, client_with,
    config, connection, poll_then_drop, seconds,
};

const WAYS_OF_GONE: [Gone; 3] = [Gone::Text, Gone::InvalidHandle, Gone::Http];

#[tokio::test(start_paused = true)]
async fn lost_stateless_session_is_reopened_once_with_its_options() {
    for gone in WAYS_OF_GONE {
        let server = Server::databricks();
        server.says_gone(gone);
        let connect = client(&server).connect().catalog("main").schema("s");
        let connection = connect.configuration("TIMEZONE", "UTC").await.unwrap();
        for sql in ["SELECT 1", "INSERT INTO t VALUES (1)", "WITH a AS (SELECT 1) SELECT 2"] {
            let _ = connection.execute_async(sql).await.unwrap();
        }
        server.lose_sessions();
        let _ = connection.execute_async("DELETE FROM t").await.unwrap();
        assert_eq!((server.count(OPEN), server.executions().len()), (2, 4), "{gone:?}");
        let opened = server.requests::<rpc::OpenSession>();
        assert_eq!(opened[0], opened[1], "the same options");
        let namespace = opened[1].initial_namespace.as_ref().unwrap();
        assert_eq!(namespace.catalog_name.as_deref(), Some("main"));
        assert_eq!(opened[1].configuration.as_ref().unwrap()["TIMEZONE"], "UTC");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_lost_again_at_once_is_reopened_only_once() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    let lost = || {
        Step::edit::<rpc::ExecuteStatement>(|response| {
            response.status = crate::support::failed("Invalid SessionHandle: SessionHandle [01]");
            response.operation_handle = None;
        })
    };
    server.always(EXECUTE, lost);
    let error = connection.execute_async("SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
    assert_eq!((server.count(OPEN), server.count(EXECUTE)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn lost_stateful_session_is_an_error_and_not_replaced() {
    for gone in WAYS_OF_GONE {
        for sql in ["USE main", "SET x = 1", "CREATE TEMPORARY VIEW v AS SELECT 1", "??"] {
            let server = Server::databricks();
            server.says_gone(gone);
            let connection = connection(&server).await;
            let _ = connection.execute_async(sql).await.unwrap();
            server.lose_sessions();
            for _ in 0..2 {
                let error = connection.execute_async("INSERT INTO t TABLE v").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::SessionExpired, "{gone:?} {sql}: {error}");
                assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
                assert!(error.to_string().contains(HOST), "{error}");
            }
            assert_eq!((server.count(OPEN), server.executions().len()), (1, 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_outcome_may_have_changed_the_session() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    server.script(EXECUTE, [Step::reset().accepted()]);
    connection.execute_async("USE main").await.unwrap_err();
    server.lose_sessions();
    let error = connection.execute_async("SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
}

#[tokio::test(start_paused = true)]
async fn state_set_by_another_task_while_a_statement_waited_counts() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    server.script(EXECUTE, [Step::http(429).header("retry-after", "30")]);
    let waiting = tokio::spawn(connection.execute_async("SELECT * FROM v").into_future());
    tokio::time::sleep(seconds(1)).await;
    let _ = connection.execute_async("USE main").await.unwrap();
    server.lose_sessions();
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
}

#[tokio::test(start_paused = true)]
async fn first_change_of_a_lost_session_reopens_it() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    server.lose_sessions();
    let _ = connection.execute_async("USE main").await.unwrap();
    assert_eq!((server.count(OPEN), server.executions().len()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn many_statements_on_a_lost_session_reopen_it_once() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    server.lose_sessions();
    let submits: Vec<_> =
        (0..20).map(|_| tokio::spawn(connection.execute_async("SELECT 1").into_future())).collect();
    for submit in submits {
        let _ = submit.await.unwrap().unwrap();
    }
    assert_eq!((server.count(OPEN), server.executions().len()), (2, 20));
}

#[tokio::test(start_paused = true)]
async fn failure_while_reopening_says_that_the_statement_did_not_run() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    server.lose_sessions();
    server.always(OPEN, || Step::http(500));
    let error = connection.execute_async("SELECT 1").await.unwrap_err();
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
    server.recover(OPEN);
    let _ = connection.execute_async("SELECT 1").await.unwrap();
    assert_eq!(server.executions().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn close_keeps_a_session_with_open_executions() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    let one = connection.execute_async("SELECT 1").await.unwrap();
    let two = connection.execute_async("SELECT 1").await.unwrap();
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 2 });
    one.close().await.unwrap();
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    assert_eq!((server.open_sessions(), server.count(CLOSE_SESSION)), (1, 0));
    two.close().await.unwrap();
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    assert_eq!((server.open_sessions(), server.count(CLOSE_SESSION)), (0, 1));
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed, "idempotent");
}

#[tokio::test(start_paused = true)]
async fn close_all_ends_everything_that_was_started() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    let connection = connection(&server).await;
    let _ = connection.execute_async("SELECT 1").await.unwrap();
    connection.close_all().await.unwrap();
    connection.close_all().await.unwrap();
    assert_eq!((server.open_sessions(), server.open_operations()), (0, 0));
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
}

#[tokio::test(start_paused = true)]
async fn closing_counts_submits_in_flight() {
    let server = Server::databricks();
    server.script(EXECUTE, [Step::serve().after(seconds(5))]);
    let connection = connection(&server).await;
    let submit = tokio::spawn(connection.execute_async("INSERT INTO t VALUES (1)").into_future());
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    let query = submit.await.unwrap().unwrap();
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    query.close().await.unwrap();
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
}

#[tokio::test(start_paused = true)]
async fn close_keeps_a_session_with_an_unknown_outcome() {
    let server = Server::databricks();
    let refused = || Step::http(400).header("x-thriftserver-error-message", "BAD_REQUEST: no");
    server.script(EXECUTE, [Step::reset().accepted(), Step::stall().accepted(), refused()]);
    let connection = connection(&server).await;
    let insert = || connection.execute_async("INSERT INTO t VALUES (1)");
    assert_eq!(insert().await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    // A statement whose future is dropped after it was sent may run as well.
    assert!(poll_then_drop(insert().into_future(), 20).await.is_none());
    assert_eq!(server.executions().len(), 2);
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 2 });
    // A rejected statement does not run, nor does one that was never sent.
    assert_eq!(insert().await.unwrap_err().kind(), ErrorKind::Rejected);
    drop(insert().into_future());
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 2 });
    connection.close_all().await.unwrap();
    assert_eq!((server.open_sessions(), server.count(CLOSE_SESSION)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn statement_on_a_closed_connection_is_never_sent() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    let clone = connection.clone();
    // A close that fails leaves the connection unchanged.
    let refused = Step::http(400).header("x-thriftserver-error-message", "BAD_REQUEST: no");
    server.script(CLOSE_SESSION, [refused]);
    assert_eq!(connection.close().await.unwrap_err().kind(), ErrorKind::Rejected);
    let query = clone.execute_async("SELECT 1").await.unwrap();
    query.close().await.unwrap();
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    let sent = server.total();
    for error in [
        clone.execute_async("SELECT 1").await.unwrap_err(),
        clone.execute("SELECT 1").await.unwrap_err(),
        connection.execute_async("SELECT 1").cancel_on_drop().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::SessionExpired, "{error}");
        assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
        assert!(error.to_string().contains("connect again"), "{error}");
    }
    assert_eq!(server.total(), sent);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_connection_leaves_its_session_to_the_server() {
    let server = Server::databricks();
    let client = client(&server);
    drop(client.connect().await.unwrap());
    client.shutdown(seconds(10)).await.unwrap();
    assert_eq!((server.open_sessions(), server.count(CLOSE_SESSION)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn client_session_is_opened_once_and_keeps_no_state() {
    let server = Server::databricks();
    server.always(OPEN, || Step::serve().after(seconds(5)));
    let client = client(&server);
    let submits: Vec<_> =
        (0..20).map(|_| tokio::spawn(client.execute_async("SELECT 1").into_future())).collect();
    for submit in submits {
        let _ = submit.await.unwrap().unwrap();
    }
    assert_eq!((server.count(OPEN), server.executions().len()), (1, 20));
    let _ = client.execute_async("USE main").await.unwrap();
    server.lose_sessions();
    let _ = client.execute_async("SELECT 1").await.expect("no state is promised here");
}

#[tokio::test(start_paused = true)]
async fn the_task_that_opens_the_clients_session_may_be_dropped() {
    let server = Server::databricks();
    server.always(OPEN, || Step::serve().after(seconds(5)));
    let client = client(&server);
    let first = tokio::spawn(client.execute_async("SELECT 1").into_future());
    tokio::time::sleep(seconds(1)).await;
    let second = tokio::spawn(client.execute_async("SELECT 2").into_future());
    let hasty = client.execute_async("SELECT 3").deadline(seconds(1)).await.unwrap_err();
    assert_eq!(hasty.retry(), RetryAdvice::SafeToResubmit, "{hasty}");
    first.abort();
    let _ = second.await.unwrap().unwrap();
    assert_eq!(server.executions(), ["SELECT 2"]);
}

#[tokio::test(start_paused = true)]
async fn accepted_session_options_need_no_statements() {
    let server = Server::databricks();
    let config = config().catalog("main").schema("s").configuration("ANSI_MODE", "true");
    drop(client_with(&server, config).connect().await.unwrap());
    assert_eq!((server.total(), server.executions().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn ignored_session_options_are_set_by_statements() {
    let server = Server::spark();
    let config = config().catalog("ma`in").schema("s").configuration("k.y", "v; DROP TABLE t");
    let connection = client_with(&server, config).connect().await.unwrap();
    let expected = ["SET `k.y`=`v; DROP TABLE t`", "SET CATALOG `ma``in`", "USE SCHEMA `s`"];
    assert_eq!(server.executions(), expected);
    assert_eq!(server.open_operations(), 0, "and each is closed");
    // The options are not state set by the user: they are applied again when the session is
    // reopened.
    server.lose_sessions();
    let _ = connection.execute_async("SELECT 1").await.unwrap();
    assert_eq!(server.executions()[3..6], expected);
}

#[tokio::test(start_paused = true)]
async fn failed_setup_fails_connect_and_leaves_no_session() {
    let server = Server::spark();
    server.plan(|plan| plan.fails = true);
    let error = client(&server).connect().schema("nosuch").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(error.sql_state(), Some("42P01"));
    assert_eq!((server.open_sessions(), server.count(CLOSE_SESSION)), (0, 1));

    let server = Server::spark();
    server.script(EXECUTE, [Step::reset()]);
    let error = client(&server).connect().schema("s").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "nothing of the user's was sent: {error}");
    assert_eq!(server.open_sessions(), 0);

    let server = Server::spark();
    let error = client(&server).connect().schema("line\nbreak").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(server.open_sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn setup_in_an_unknown_state_does_not_block_connect() {
    let server = Server::spark();
    server.always(STATUS, || {
        Step::edit::<rpc::GetOperationStatus>(|response| {
            response.operation_state = Some(TOperationState(99));
        })
    });
    let error = client(&server).connect().schema("s").deadline(seconds(600)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(server.open_sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_without_a_handle_is_a_protocol_error() {
    let server = Server::databricks();
    server
        .script(OPEN, [Step::edit::<rpc::OpenSession>(|response| response.session_handle = None)]);
    let error = client(&server).connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert!(error.to_string().contains(HOST), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_set_up_that_exceeds_its_deadline_leaves_no_session() {
    for method in [EXECUTE, STATUS, CLOSE] {
        let server = Server::spark();
        server.script(method, [Step::stall()]);
        let client = client(&server);
        let connect = client.connect().configuration("a", "b").deadline(seconds(1));
        let error = connect.await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Deadline | ErrorKind::Transport), "{error}");
        assert_eq!(server.count(OPEN), 1);
        tokio::time::sleep(seconds(1)).await;
        assert_eq!(server.open_sessions(), 0, "{method}");
    }
}
