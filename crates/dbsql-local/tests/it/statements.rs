//! Statements: responses, execution, stopping and counters.

use std::time::Duration;

use dbsql_local::Settings;
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TExecuteStatementReq, TJobExecutionStatus, TOpenSessionReq, TOperationState,
    TSparkGetDirectResults, TSparkParameter, TSparkParameterValue, TSparkParameterValueArg,
    TStatusCode,
};

use crate::support::{
    ENDLESS, SLOW, TEN, Warehouse, builder, direct, from_row, http, ids, ids_with, next, numbers,
    refused, statement,
};

#[tokio::test(start_paused = true)]
async fn without_direct_results_there_is_an_immediate_handle() {
    let w = Warehouse::start().await;
    let before = w.runtime.now();
    let handle = w.client.submit(&w.session, SLOW).await;
    assert_eq!(w.runtime.now(), before);
    let status = w.client.wait(&handle).await;
    assert_eq!(status.operation_state, Some(TOperationState::FINISHED_STATE));
    assert_eq!(w.runtime.now() - before, Duration::from_secs(60));
    assert_eq!(ids(&w.client.fetch(next(&handle, 100)).await), (0..10).collect::<Vec<_>>());
    w.client.close(&handle).await;
    assert_eq!(w.service.live_operations(), 0);
}

#[tokio::test(start_paused = true)]
async fn statement_beyond_the_window_is_still_running() {
    let w = Warehouse::start().await;
    let before = w.runtime.now();
    let response = w.client.execute(direct(&w.session, SLOW)).await;
    assert_eq!(w.runtime.now() - before, Duration::from_secs(5));
    let direct = response.direct_results.expect("asked for");
    let state = direct.operation_status.expect("has a status").operation_state;
    assert_eq!(state, Some(TOperationState::RUNNING_STATE));
    assert!(direct.result_set_metadata.is_none());
    assert!(direct.result_set.is_none());
    assert!(direct.close_operation.is_none());
    let handle = response.operation_handle.expect("a handle");
    assert_eq!(w.client.wait(&handle).await.operation_state, Some(TOperationState::FINISHED_STATE));
}

#[tokio::test(start_paused = true)]
async fn small_result_is_complete_and_the_operation_closed() {
    let w = Warehouse::start().await;
    let response = w.client.execute(direct(&w.session, TEN)).await;
    let direct = response.direct_results.expect("asked for");
    assert_eq!(
        direct.operation_status.expect("has a status").operation_state,
        Some(TOperationState::FINISHED_STATE)
    );
    let rows = direct.result_set.expect("has rows");
    assert_eq!(rows.has_more_rows, Some(false));
    let metadata = direct.result_set_metadata.expect("has metadata");
    assert_eq!(ids_with(&metadata, &rows), (0..10).collect::<Vec<_>>());
    assert_eq!(
        direct.close_operation.expect("closed").status.status_code,
        TStatusCode::SUCCESS_STATUS
    );
    assert_eq!(w.service.live_operations(), 0);
    let handle = response.operation_handle.expect("a handle");
    let (status, message) = http(w.client.ask(&handle).await);
    assert_eq!(status, 404);
    assert!(message.starts_with("RESOURCE_DOES_NOT_EXIST: Command "), "{message}");
    let closed = w.client.close(&handle).await;
    assert!(refused(&closed).contains("Invalid OperationHandle"), "{closed:?}");
}

#[tokio::test(start_paused = true)]
async fn large_result_continues_behind_the_handle() {
    let w = Warehouse::start().await;
    for limit in [
        TSparkGetDirectResults { max_rows: 3, max_bytes: None },
        TSparkGetDirectResults { max_rows: 100, max_bytes: Some(24) },
    ] {
        let mut request = direct(&w.session, TEN);
        request.get_direct_results = Some(limit);
        let response = w.client.execute(request).await;
        let direct = response.direct_results.expect("asked for");
        let rows = direct.result_set.expect("has rows");
        assert_eq!(rows.has_more_rows, Some(true));
        assert!(direct.close_operation.is_none());
        let metadata = direct.result_set_metadata.expect("has metadata");
        assert_eq!(ids_with(&metadata, &rows), [0, 1, 2]);
        let handle = response.operation_handle.expect("a handle");
        let rest = w.client.fetch(next(&handle, 100)).await;
        assert_eq!(ids(&rest), (3..10).collect::<Vec<_>>());
        assert_eq!(rest.has_more_rows, Some(false));
    }
}

#[tokio::test(start_paused = true)]
async fn request_for_no_rows_returns_only_the_outcome() {
    let w = Warehouse::start().await;
    let mut request = direct(&w.session, TEN);
    request.get_direct_results = Some(TSparkGetDirectResults { max_rows: 0, max_bytes: None });
    let response = w.client.execute(request).await;
    let direct = response.direct_results.expect("asked for");
    assert!(direct.result_set.is_none() && direct.close_operation.is_none(), "{direct:?}");
    let handle = response.operation_handle.expect("a handle");
    assert_eq!(ids(&w.client.fetch(next(&handle, 100)).await).len(), 10);
}

#[tokio::test(start_paused = true)]
async fn modified_rows_are_counted_in_the_status_and_in_a_row() {
    let w = Warehouse::start().await;
    let _ = w.engine.clone().on("INSERT", Answer::affected(3));
    let response = w.client.execute(direct(&w.session, "INSERT")).await;
    let direct = response.direct_results.expect("asked for");
    assert_eq!(direct.operation_status.expect("has a status").num_modified_rows, Some(3));
    let metadata = direct.result_set_metadata.expect("has metadata");
    let name = &metadata.schema.as_ref().expect("a schema").columns[0].column_name;
    assert_eq!(name, "num_affected_rows");
    assert_eq!(ids_with(&metadata, &direct.result_set.expect("has rows")), [3]);
    assert!(direct.close_operation.is_some());
}

#[tokio::test(start_paused = true)]
async fn failure_within_the_window_closes_the_operation() {
    let w = Warehouse::start().await;
    let error = SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
    let _ = w.engine.clone().on("SELECT 1/0", Answer::fail(error));
    let response = w.client.execute(direct(&w.session, "SELECT 1/0")).await;
    let direct = response.direct_results.expect("asked for");
    let status = direct.operation_status.expect("has a status");
    assert_eq!(status.operation_state, Some(TOperationState::ERROR_STATE));
    assert_eq!(status.sql_state.as_deref(), Some("22012"));
    assert_eq!(
        status.display_message.as_deref(),
        Some("[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012")
    );
    let details = status.error_details_json.expect("has details");
    assert!(details.contains(r#""errorClass":"DIVIDE_BY_ZERO""#), "{details}");
    assert!(direct.result_set.is_none() && direct.close_operation.is_some());
    assert_eq!(w.service.live_operations(), 0);
}

#[tokio::test(start_paused = true)]
async fn failure_with_a_handle_is_in_its_status() {
    let w = Warehouse::start().await;
    let error = SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
    let _ = w.engine.clone().on("SELECT 1/0", Answer::fail(error));
    let handle = w.client.submit(&w.session, "SELECT 1/0").await;
    let status = w.client.wait(&handle).await;
    assert_eq!(status.operation_state, Some(TOperationState::ERROR_STATE));
    assert_eq!(status.sql_state.as_deref(), Some("22012"));
    assert!(refused(&w.client.metadata(&handle).await.status).contains("DIVIDE_BY_ZERO"));
}

#[tokio::test(start_paused = true)]
async fn rejected_statement_has_no_handle_and_does_not_run() {
    let w = Warehouse::start().await;
    let error = SqlError::new("PARSE_SYNTAX_ERROR", "42601", "Syntax error at or near 'SELEC'.");
    let _ = w.engine.clone().on("SELEC", Answer::refuse(error));
    for request in [statement(&w.session, "SELEC"), direct(&w.session, "SELEC")] {
        let response = w.client.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
        assert!(refused(&response.status).starts_with("[PARSE_SYNTAX_ERROR]"), "{response:?}");
        assert!(response.operation_handle.is_none() && response.direct_results.is_none());
    }
    assert_eq!(w.service.runs("SELEC"), 0);
    assert_eq!(w.engine.runs("SELEC"), 0);
}

#[tokio::test(start_paused = true)]
async fn synchronous_call_lasts_as_long_as_the_statement() {
    let w = Warehouse::start().await;
    let before = w.runtime.now();
    let request = TExecuteStatementReq { run_async: None, ..statement(&w.session, SLOW) };
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    assert_eq!(w.runtime.now() - before, Duration::from_secs(60));
    assert_eq!(w.client.state(&handle).await, TOperationState::FINISHED_STATE);
}

#[tokio::test(start_paused = true)]
async fn status_call_waits_five_seconds_for_a_change() {
    let w = Warehouse::start().await;
    let wait = Duration::from_secs(7);
    let _ = w.engine.clone().on("SELECT 7", Answer::rows(numbers(&[1])).after(wait));
    let handle = w.client.submit(&w.session, "SELECT 7").await;
    tokio::task::yield_now().await;
    let before = w.runtime.now();
    assert_eq!(w.client.state(&handle).await, TOperationState::RUNNING_STATE);
    assert_eq!(w.runtime.now() - before, Duration::from_secs(5));
    assert_eq!(w.client.state(&handle).await, TOperationState::FINISHED_STATE);
    assert_eq!(w.runtime.now() - before, Duration::from_secs(7));
    assert_eq!(w.client.state(&handle).await, TOperationState::FINISHED_STATE);
    assert_eq!(w.runtime.now() - before, Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn progress_is_reported_on_request() {
    let w = Warehouse::start().await;
    let answer = Answer::rows(numbers(&[1]))
        .reporting(0.25, "1 of 4")
        .after(Duration::from_secs(8))
        .reporting(0.5, "2 of 4")
        .after(Duration::from_secs(8));
    let _ = w.engine.clone().on("SELECT p", answer);
    let handle = w.client.submit(&w.session, "SELECT p").await;
    tokio::task::yield_now().await;
    let mut reported = Vec::new();
    loop {
        let status = w.client.status(&handle).await;
        let progress = status.progress_update_response.expect("asked for");
        reported.push((progress.progressed_percentage, progress.footer_summary, progress.status));
        if status.operation_state == Some(TOperationState::FINISHED_STATE) {
            break;
        }
    }
    let going = TJobExecutionStatus::IN_PROGRESS;
    let expected = [
        (0.25, "1 of 4".to_owned(), going),
        (0.5, "2 of 4".to_owned(), going),
        (0.5, "2 of 4".to_owned(), going),
        (1.0, "2 of 4".to_owned(), TJobExecutionStatus::COMPLETE),
    ];
    assert_eq!(reported, expected);
}

#[tokio::test(start_paused = true)]
async fn cancel_stops_the_work_and_leaves_no_rows() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    tokio::task::yield_now().await;
    assert_eq!((w.engine.running(), w.engine.stopped()), (1, 0));
    assert_eq!(w.client.cancel(&handle).await.status_code, TStatusCode::SUCCESS_STATUS);
    let status = w.client.wait(&handle).await;
    assert_eq!(status.operation_state, Some(TOperationState::CANCELED_STATE));
    assert_eq!((w.engine.running(), w.engine.stopped()), (0, 1));
    let metadata = w.client.metadata(&handle).await;
    assert!(refused(&metadata.status).starts_with("[OPERATION_CANCELED]"), "{metadata:?}");
    let rows = w.client.call::<rpc::FetchResults>(&next(&handle, 1)).await.expect("an answer");
    assert_eq!(rows.status.sql_state.as_deref(), Some("HY008"));
    // A second cancel returns the same.
    assert_eq!(w.client.cancel(&handle).await.status_code, TStatusCode::SUCCESS_STATUS);
    assert_eq!(w.client.state(&handle).await, TOperationState::CANCELED_STATE);
}

#[tokio::test(start_paused = true)]
async fn canceling_a_finished_statement_changes_nothing() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, TEN).await;
    w.client.wait(&handle).await;
    w.client.cancel(&handle).await;
    assert_eq!(w.client.state(&handle).await, TOperationState::FINISHED_STATE);
    assert_eq!(ids(&w.client.fetch(next(&handle, 100)).await).len(), 10);
}

#[tokio::test(start_paused = true)]
async fn closing_a_running_operation_stops_its_work() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    tokio::task::yield_now().await;
    w.client.close(&handle).await;
    tokio::task::yield_now().await;
    assert_eq!((w.engine.running(), w.engine.stopped()), (0, 1));
    assert_eq!(http(w.client.ask(&handle).await).0, 404);
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_timeout_ends_the_statement() {
    let limited = TOpenSessionReq {
        configuration: Some([("statement_timeout".to_owned(), "9".to_owned())].into()),
        ..TOpenSessionReq::default()
    };
    let overlay =
        |seconds: &str| Some([("STATEMENT_TIMEOUT".to_owned(), seconds.to_owned())].into());
    let w = Warehouse::start().await;
    let of_session = w.client.open_with(limited).await.session_handle.expect("a handle");
    let plain = statement(&w.session, ENDLESS);
    let requests = [
        (TExecuteStatementReq { query_timeout: Some(7), ..plain.clone() }, 7),
        (TExecuteStatementReq { conf_overlay: overlay("8"), ..plain.clone() }, 8),
        (statement(&of_session, ENDLESS), 9),
        (TExecuteStatementReq { query_timeout: Some(4), ..statement(&of_session, ENDLESS) }, 4),
        (TExecuteStatementReq { query_timeout: Some(0), conf_overlay: overlay("6"), ..plain }, 6),
    ];
    for (request, seconds) in requests {
        let before = w.runtime.now();
        let handle = w.client.execute(request).await.operation_handle.expect("a handle");
        let status = w.client.wait(&handle).await;
        assert_eq!(status.operation_state, Some(TOperationState::TIMEDOUT_STATE));
        assert_eq!(w.runtime.now() - before, Duration::from_secs(seconds));
        let message = status.display_message.expect("a message");
        assert!(message.contains(&format!("({seconds}s)")), "{message}");
    }
    assert_eq!((w.engine.running(), w.engine.stopped()), (0, 5));
}

#[tokio::test(start_paused = true)]
async fn row_limit_ends_the_result() {
    let w = Warehouse::start().await;
    let request = TExecuteStatementReq { result_row_limit: Some(7), ..statement(&w.session, TEN) };
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    w.client.wait(&handle).await;
    let rows = w.client.fetch(from_row(&handle, 0, 100)).await;
    assert_eq!((ids(&rows).len(), rows.has_more_rows), (7, Some(false)));
    assert_eq!(w.engine.queries()[0].row_limit, Some(7));
}

#[tokio::test(start_paused = true)]
async fn parameters_reach_the_engine() {
    let w = Warehouse::start().await;
    let text = |text: &str| Some(TSparkParameterValue::StringValue(text.to_owned()));
    let named = TSparkParameter {
        ordinal: Some(0),
        name: Some("x".to_owned()),
        r#type: Some("INT".to_owned()),
        value: text("7"),
        arguments: None,
    };
    let array = TSparkParameter {
        r#type: Some("ARRAY".to_owned()),
        arguments: Some(vec![TSparkParameterValueArg {
            r#type: Some("DATE".to_owned()),
            value: Some("2026-01-01".to_owned()),
            arguments: None,
        }]),
        ..TSparkParameter::default()
    };
    let null = TSparkParameter::default();
    let parameters = Some(vec![named, array, null]);
    let request = TExecuteStatementReq { parameters, ..statement(&w.session, TEN) };
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    w.client.wait(&handle).await;
    let queries = w.engine.queries();
    let [x, array, null] = &queries[0].parameters[..] else { panic!("{queries:?}") };
    assert_eq!(x.name.as_deref(), Some("x"));
    assert_eq!((x.sql_type.as_str(), x.value.as_deref()), ("INT", Some("7")));
    assert_eq!((array.name.as_deref(), array.sql_type.as_str()), (None, "ARRAY"));
    assert_eq!(array.arguments[0].value.as_deref(), Some("2026-01-01"));
    assert_eq!((null.sql_type.as_str(), null.value.as_deref()), ("VOID", None));
}

#[tokio::test(start_paused = true)]
async fn counters_return_the_runs_of_each_statement() {
    let w = Warehouse::start().await;
    for _ in 0..3 {
        w.client.execute(direct(&w.session, TEN)).await;
    }
    assert_eq!(w.service.runs(TEN), 3);
    assert_eq!(w.engine.runs(TEN), 3);
    assert_eq!(w.service.requests("ExecuteStatement"), 3);
    assert_eq!(w.service.requests("OpenSession"), 1);
    assert_eq!(w.service.statements().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_service_stops_what_runs() {
    let runtime = dbsql_runtime::Runtime::seeded(1);
    let engine = ScriptedEngine::new(runtime.clone()).on(ENDLESS, Answer::endless());
    let service = builder(&engine, &runtime).settings(Settings::default()).build();
    let client = crate::support::Client::new(&service);
    let session = client.open().await;
    client.submit(&session, ENDLESS).await;
    tokio::task::yield_now().await;
    assert_eq!(engine.running(), 1);
    drop((service, client));
    tokio::task::yield_now().await;
    assert_eq!((engine.running(), runtime.live_tasks()), (0, 0));
}
