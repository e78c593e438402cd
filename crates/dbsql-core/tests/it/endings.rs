//! Picking up, canceling and closing: which calls work with a handle alone, which may be repeated,
//! and the errors when something is gone.

use dbsql_core::{Client, Config, ErrorKind, ExecutionHandle, ExecutionStatus, Runtime};

use crate::support::{
    CANCEL, CLOSE, FETCH, Gone, HOST, METADATA, PATH, STATUS, Server, TOKEN, client, connection,
    counted, finished, ids, millis, seconds, submitted,
};

const WAYS_OF_GONE: [Gone; 3] = [Gone::Text, Gone::InvalidHandle, Gone::Http];

fn long_running() -> Server {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    server
}

#[tokio::test(start_paused = true)]
async fn a_stored_handle_works_in_another_client_without_a_session() {
    for server in [Server::databricks(), Server::spark()] {
        let text = submitted(&server).await.serialize().unwrap();
        let sessions = server.open_sessions();
        let query = client(&server).get_async_execution(text.parse().unwrap()).await.unwrap();
        assert_eq!(query.serialize().unwrap(), text);
        query.wait().await.unwrap();
        let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&rows), counted(0, 10));
        query.cancel().await.unwrap();
        query.close().await.unwrap();
        assert_eq!((server.open_sessions(), server.executions().len()), (sessions, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn picking_up_is_one_status_call() {
    let server = long_running();
    let handle = submitted(&server).await.handle().unwrap();
    let sent = server.total();
    let query = client(&server).get_async_execution(handle).await.unwrap();
    assert_eq!((server.total(), server.count(STATUS)), (sent + 1, 1));
    assert_eq!(query.status(), ExecutionStatus::Running, "what the server said");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_id_or_a_wrong_secret_is_not_found() {
    for gone in WAYS_OF_GONE {
        let server = long_running();
        server.says_gone(gone);
        let text = submitted(&server).await.serialize().unwrap();
        let (id, secret) = text.split_once(':').unwrap();
        for wrong in [format!("{id}:{id}"), format!("{secret}:{secret}")] {
            let handle: ExecutionHandle = wrong.parse().unwrap();
            let error = client(&server).get_async_execution(handle.clone()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound, "{gone:?}: {error}");
            assert_eq!(error.query_id(), Some(handle.query_id()));
        }
        assert_eq!(server.running(), 1, "a wrong secret stops nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn handle_for_another_warehouse_is_rejected_before_sending() {
    let server = long_running();
    let handle = submitted(&server).await.handle().unwrap();
    let sent = server.total();
    for (host, path) in [("other.example", PATH), (HOST, "/sql/1.0/warehouses/other")] {
        let config = Config::new(host, path).token(TOKEN);
        let builder = Client::builder(config).transport(server.clone());
        let other = builder.runtime(Runtime::seeded(1)).build().unwrap();
        let error = other.get_async_execution(handle.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(server.total(), sent);
    // Another spelling of the same warehouse is accepted.
    let config = Config::new(format!("https://{}/", HOST.to_uppercase()), PATH).token(TOKEN);
    let builder = Client::builder(config).transport(server.clone());
    let same = builder.runtime(Runtime::seeded(1)).build().unwrap();
    let _ = same.get_async_execution(handle).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_the_other_protocol_is_used_with_its_protocol() {
    let server = long_running();
    let handle = "sea:01ef0000-0000-0000-0000-000000000001".parse().unwrap();
    let error = client(&server).get_async_execution(handle).await.unwrap_err();
    assert_eq!((error.kind(), server.total()), (ErrorKind::NotFound, 1), "{error}");
}

#[tokio::test(start_paused = true)]
async fn cancel_is_a_request_and_the_server_decides_the_status() {
    let server = long_running();
    let query = submitted(&server).await;
    query.cancel().await.unwrap();
    assert_eq!(query.status(), ExecutionStatus::Running, "nobody has said otherwise");
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Canceled);
    query.cancel().await.unwrap();
    assert_eq!(query.get_results().await.unwrap_err().kind(), ErrorKind::Canceled);
    assert_eq!(server.open_operations(), 1, "canceled is not closed");
}

#[tokio::test(start_paused = true)]
async fn a_statement_that_ended_before_the_cancel_keeps_its_result() {
    let server = Server::databricks();
    let query = finished(&server).await;
    query.cancel().await.unwrap();
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Finished);
    let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn cancel_and_close_are_idempotent_for_unknown_operations() {
    for gone in WAYS_OF_GONE {
        let server = long_running();
        server.says_gone(gone);
        let query = submitted(&server).await;
        for _ in 0..2 {
            query.cancel().await.unwrap();
            query.close().await.unwrap();
        }
        let other = submitted(&server).await;
        server.lose_operations();
        other.cancel().await.unwrap();
        other.close().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn after_close_the_result_is_gone_with_a_typed_error() {
    for gone in WAYS_OF_GONE {
        let server = Server::databricks();
        server.says_gone(gone);
        let query = finished(&server).await;
        query.close().await.unwrap();
        for error in
            [query.sync_status().await.unwrap_err(), query.get_results().await.unwrap_err()]
        {
            assert_eq!(error.kind(), ErrorKind::ResultGone, "{gone:?}: {error}");
            assert_eq!(error.query_id(), Some(query.query_id()));
        }
        let error = client(&server).get_async_execution(query.handle().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "this client has never seen it: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn executions_of_an_ended_session_are_gone_with_a_typed_error() {
    for gone in WAYS_OF_GONE {
        let server = long_running();
        server.says_gone(gone);
        let connection = connection(&server).await;
        let query = connection.execute_async("SELECT 1").await.unwrap();
        connection.close_all().await.unwrap();
        let error = query.sync_status().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResultGone, "{gone:?}: {error}");
        assert_eq!(query.wait().await.unwrap_err().kind(), ErrorKind::ResultGone);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_session_in_any_call_means_gone() {
    let lost = || {
        let text = "Invalid SessionHandle: SessionHandle [01010101]";
        crate::support::Step::http(400).header("x-thriftserver-error-message", text)
    };
    let server = Server::databricks();
    let query = finished(&server).await;
    for method in [STATUS, METADATA, FETCH, CANCEL, CLOSE] {
        server.always(method, lost);
    }
    assert_eq!(query.sync_status().await.unwrap_err().kind(), ErrorKind::ResultGone);
    assert_eq!(query.get_results().await.unwrap_err().kind(), ErrorKind::ResultGone);
    query.cancel().await.unwrap();
    query.close().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn result_lost_during_reading_is_gone_and_not_short() {
    for gone in WAYS_OF_GONE {
        let server = Server::databricks();
        server.says_gone(gone);
        let query = finished(&server).await;
        let mut results = query.get_results().await.unwrap();
        results.next().await.unwrap().unwrap();
        server.lose_operations();
        for _ in 0..2 {
            let error = results.next().await.expect_err("not the end");
            assert_eq!(error.kind(), ErrorKind::ResultGone, "{gone:?}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_an_execution_does_not_affect_the_statement() {
    let server = long_running();
    let client = client(&server);
    let query = client.execute_async("SELECT 1").await.unwrap();
    let handle = query.handle().unwrap();
    drop((query.clone(), query));
    client.shutdown(seconds(10)).await.unwrap();
    drop(client);
    tokio::time::sleep(millis(10)).await;
    assert_eq!((server.running(), server.count(CANCEL), server.count(CLOSE)), (1, 0, 0));
    let again = crate::support::client(&server).get_async_execution(handle).await.unwrap();
    assert!(again.is_running());
}
