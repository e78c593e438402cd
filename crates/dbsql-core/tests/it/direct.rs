//! Direct results, cases A to G of the protocol: what arrives with the response to the submit, and
//! what remains on the server.

use dbsql_core::{AsyncExecution, ErrorKind, ExecutionStatus, RetryAdvice};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TColumn, TExecuteStatementResp, TGetResultSetMetadataResp, TOperationState, TSparkDirectResults,
};

use crate::support::{
    CLOSE, EXECUTE, FETCH, METADATA, STATUS, Server, Step, client, connection, counted, failed,
    ids, seconds, submitted,
};

/// A statement with this many result rows, four of which fit into the response.
fn server_with(rows: u64) -> Server {
    let server = Server::databricks();
    server.plan(|plan| plan.rows = rows);
    server
}

async fn allowed(server: &Server) -> AsyncExecution {
    let connection = connection(server).await;
    connection.execute_async("SELECT 1").allow_direct_result().await.expect("submitted")
}

/// Edits the direct results in transit.
fn edit(edit: impl Fn(&mut TSparkDirectResults) + Send + Sync + 'static) -> Step {
    Step::edit::<rpc::ExecuteStatement>(move |response: &mut TExecuteStatementResp| {
        edit(response.direct_results.as_mut().expect("asked for"));
    })
}

fn nothing_to_pick_up(query: &AsyncExecution) {
    assert!(query.handle().is_none());
    let error = query.serialize().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotResumable, "{error}");
    assert_eq!(error.query_id(), Some(query.query_id()));
}

#[tokio::test(start_paused = true)]
async fn case_a_execute_async_never_requests_a_direct_result() {
    let server = server_with(3);
    let query = submitted(&server).await;
    let requests = server.requests::<rpc::ExecuteStatement>();
    assert!(requests.iter().all(|request| request.get_direct_results.is_none()));
    assert!(requests.iter().all(|request| request.run_async == Some(true)));
    assert!(query.handle().is_some() && !query.returned_as_direct_result());
    assert_eq!(query.status(), ExecutionStatus::Running, "accepted, and no more is known");
    let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 3));
    assert_eq!(server.open_operations(), 1, "only close closes it");
}

#[tokio::test(start_paused = true)]
async fn case_b_running_statement_has_a_handle_and_no_result() {
    let server = server_with(3);
    server.plan(|plan| plan.runs_for = seconds(8));
    let query = allowed(&server).await;
    assert_eq!(query.status(), ExecutionStatus::Running);
    assert!(query.handle().is_some() && !query.returned_as_direct_result());
    let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 3));
}

#[tokio::test(start_paused = true)]
async fn case_c_a_complete_result_needs_no_further_request() {
    let server = server_with(3);
    let query = allowed(&server).await;
    assert!(query.returned_as_direct_result() && query.is_finished());
    nothing_to_pick_up(&query);
    let sent = server.total();
    for first in 0..=3 {
        let results = query.get_results_from(first).await.unwrap();
        assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(first, 3));
    }
    let mut beyond = query.get_results_from(4).await.unwrap();
    for _ in 0..2 {
        assert_eq!(beyond.next().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Finished);
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    query.cancel().await.unwrap();
    query.close().await.unwrap();
    assert_eq!(server.total(), sent);
}

#[tokio::test(start_paused = true)]
async fn case_c_a_small_query_by_execute_is_one_request() {
    let server = server_with(3);
    let connection = connection(&server).await;
    let sent = server.total();
    let rows = connection.execute("SELECT 1").await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 3));
    connection.client().shutdown(seconds(10)).await.unwrap();
    assert_eq!(server.total(), sent + 1);
}

#[tokio::test(start_paused = true)]
async fn case_d_the_remaining_rows_are_fetched_by_offset() {
    let server = server_with(10);
    let query = allowed(&server).await;
    assert!(query.handle().is_some() && !query.returned_as_direct_result());
    assert!(query.is_finished());
    for first in 0..=10 {
        let results = query.get_results_from(first).await.unwrap();
        assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(first, 10), "from {first}");
    }
    let asked = server.requests::<rpc::FetchResults>();
    assert!(asked.iter().all(|request| request.start_row_offset >= Some(4)), "not what came along");
    // A client that has only the handle reads the whole result.
    let again = client(&server).get_async_execution(query.handle().unwrap()).await.unwrap();
    let rows = again.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn case_d_execute_closes_after_rows_are_read_or_dropped() {
    for read in [true, false] {
        let server = server_with(10);
        let client = client(&server);
        let mut results = client.execute("SELECT 1").await.unwrap();
        if read {
            while results.next().await.unwrap().is_some() {}
            client.shutdown(seconds(10)).await.unwrap();
            assert_eq!(server.open_operations(), 0, "drained");
        }
        drop(results);
        client.shutdown(seconds(10)).await.unwrap();
        assert_eq!((server.open_operations(), server.count(CLOSE)), (0, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn case_d_damaged_rows_of_the_direct_result_are_fetched_again() {
    let server = server_with(10);
    server.script(
        EXECUTE,
        [edit(|direct| {
            let results = direct.result_set.as_mut().unwrap().results.as_mut().unwrap();
            results.columns = Some(vec![TColumn::Unset, TColumn::Unset]);
            results.start_row_offset = -3;
        })],
    );
    let rows = allowed(&server).await.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn case_e_dml_reports_the_rows_it_changed() {
    let server = server_with(1);
    server.plan(|plan| plan.modified = Some(42));
    let results = client(&server).execute("INSERT INTO t SELECT 1").await.unwrap();
    assert_eq!(results.rows_affected(), Some(42));
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 1));
}

#[tokio::test(start_paused = true)]
async fn case_f_early_failure_is_an_execution_without_a_handle() {
    let server = server_with(3);
    server.plan(|plan| plan.fails = true);
    let query = allowed(&server).await;
    assert!(query.is_failed() && !query.returned_as_direct_result());
    nothing_to_pick_up(&query);
    let failure = query.failure().expect("it says why");
    assert_eq!(failure.sql_state(), Some("42P01"));
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Failed);
    let error = query.get_results().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Failed, RetryAdvice::Unsafe), "{error}");
    let error = client(&server).execute("SELECT 1").await.unwrap_err();
    assert_eq!((error.kind(), error.sql_state()), (ErrorKind::Failed, Some("42P01")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn case_f_error_with_a_handle_is_a_statement_failure() {
    let server = server_with(3);
    server.script(
        EXECUTE,
        [Step::edit::<rpc::ExecuteStatement>(|response| {
            response.status = failed("[DIVIDE_BY_ZERO] Division by zero");
            response.direct_results = None;
        })],
    );
    let query = allowed(&server).await;
    assert_eq!(query.status(), ExecutionStatus::Failed);
    nothing_to_pick_up(&query);
    let error = query.get_results().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Failed, RetryAdvice::Unsafe), "{error}");
    assert_eq!(error.error_class(), Some("DIVIDE_BY_ZERO"));
}

#[tokio::test(start_paused = true)]
async fn case_g_a_rejected_statement_is_no_execution() {
    let server = server_with(3);
    let rejected = Step::edit::<rpc::ExecuteStatement>(|response| {
        *response = TExecuteStatementResp {
            status: failed("[PARSE_SYNTAX_ERROR] no"),
            ..TExecuteStatementResp::default()
        };
    });
    server.script(EXECUTE, [rejected]);
    let error = client(&server).execute("SELEC 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
}

#[tokio::test(start_paused = true)]
async fn closed_without_rows_is_an_empty_result() {
    for has_status in [true, false] {
        let server = server_with(0);
        server.script(
            EXECUTE,
            [edit(move |direct| {
                direct.result_set = None;
                direct.result_set_metadata = None;
                match has_status {
                    true => direct.operation_status.as_mut().unwrap().has_result_set = None,
                    false => direct.operation_status = None,
                }
            })],
        );
        let query = allowed(&server).await;
        assert!(query.returned_as_direct_result());
        let sent = server.total();
        let mut results = query.get_results().deadline(seconds(60)).await.unwrap();
        assert!(results.schema().fields().is_empty());
        assert!(results.next().await.unwrap().is_none());
        let mut beyond = query.get_results_from(1).await.unwrap();
        assert_eq!(beyond.next().await.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(server.total(), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn closed_with_more_rows_is_an_error_and_never_short() {
    let server = server_with(3);
    server.script(
        EXECUTE,
        [edit(|direct| direct.result_set.as_mut().unwrap().has_more_rows = Some(true))],
    );
    let mut results = allowed(&server).await.get_results().await.unwrap();
    for _ in 0..2 {
        let error = results.next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn closed_with_damaged_rows_is_an_error_each_time_it_is_read() {
    let server = server_with(3);
    server.script(
        EXECUTE,
        [edit(|direct| {
            let results = direct.result_set.as_mut().unwrap().results.as_mut().unwrap();
            results.columns = Some(vec![TColumn::Unset, TColumn::Unset]);
        })],
    );
    let query = allowed(&server).await;
    let mut results = query.get_results().await.unwrap();
    for _ in 0..3 {
        let error = results.next().await.expect_err("never an end");
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(error.retry(), RetryAdvice::Unsafe, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn closed_but_reported_as_running_ends_the_wait() {
    let server = server_with(3);
    server.script(
        EXECUTE,
        [edit(|direct| {
            let status = direct.operation_status.as_mut().unwrap();
            status.operation_state = Some(TOperationState::RUNNING_STATE);
            direct.result_set = None;
        })],
    );
    let query = allowed(&server).await;
    assert!(query.wait().deadline(seconds(600)).await.unwrap().is_terminal());
    let error = query.get_results().deadline(seconds(600)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_volume_operation_is_unsupported_and_not_returned_as_rows() {
    for direct in [true, false] {
        let server = server_with(3);
        let staging = |metadata: &mut TGetResultSetMetadataResp| {
            metadata.is_staging_operation = Some(true);
        };
        server.script(METADATA, [Step::edit::<rpc::GetResultSetMetadata>(staging)]);
        if direct {
            let step = edit(move |direct| staging(direct.result_set_metadata.as_mut().unwrap()));
            server.script(EXECUTE, [step]);
        }
        let query = if direct { allowed(&server).await } else { submitted(&server).await };
        let error = query.get_results().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(server.count(FETCH), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_direct_results_is_polled_and_read() {
    let server = Server::spark();
    let results = client(&server).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    assert!(server.count(STATUS) > 0);
}
