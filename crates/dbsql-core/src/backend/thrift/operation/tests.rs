//! The mapping of each operation state of the protocol to a status.

use super::*;
use crate::backend::Readers;
use crate::http::cookies::Cookies;
use dbsql_protocol::handle::ExecutionHandle;

fn report(state: Option<i32>) -> StatusReport {
    status_report(&TGetOperationStatusResp {
        operation_state: state.map(TOperationState),
        num_modified_rows: Some(3),
        error_message: Some("why".to_owned()),
        sql_state: Some("42000".to_owned()),
        ..TGetOperationStatusResp::default()
    })
}

#[test]
fn every_state_is_one_status_and_keeps_its_name() {
    for (state, status, raw, failure) in [
        (Some(0), ExecutionStatus::Pending, "INITIALIZED_STATE", None),
        (Some(1), ExecutionStatus::Running, "RUNNING_STATE", None),
        (Some(2), ExecutionStatus::Finished, "FINISHED_STATE", None),
        (Some(3), ExecutionStatus::Canceled, "CANCELED_STATE", Some(ErrorKind::Canceled)),
        (Some(4), ExecutionStatus::Closed, "CLOSED_STATE", Some(ErrorKind::ResultGone)),
        (Some(5), ExecutionStatus::Failed, "ERROR_STATE", Some(ErrorKind::Failed)),
        (Some(6), ExecutionStatus::Unknown, "UKNOWN_STATE", None),
        (Some(7), ExecutionStatus::Pending, "PENDING_STATE", None),
        (Some(8), ExecutionStatus::TimedOut, "TIMEDOUT_STATE", Some(ErrorKind::TimedOut)),
        (Some(99), ExecutionStatus::Unknown, "99", None),
        (None, ExecutionStatus::Running, "absent", None),
    ] {
        let report = report(state);
        assert_eq!((report.status, report.raw.as_str()), (status, raw), "{state:?}");
        assert_eq!(report.failure.as_ref().map(Error::kind), failure, "{state:?}");
        // The count of changed rows means something only when the statement succeeded.
        let counted = (status == ExecutionStatus::Finished).then_some(3);
        assert_eq!(report.rows_affected, counted, "{state:?}");
    }
    assert_eq!(report(Some(5)).failure.unwrap().sql_state(), Some("42000"));
}

#[test]
fn progress_is_reported_only_if_the_server_sends_it() {
    let with = |status, progressed_percentage| {
        let update = TProgressUpdateResp {
            status,
            progressed_percentage,
            footer_summary: "2 of 4".to_owned(),
            ..TProgressUpdateResp::default()
        };
        status_report(&TGetOperationStatusResp {
            progress_update_response: Some(update),
            ..TGetOperationStatusResp::default()
        })
        .progress
    };
    let expected = Progress { fraction: 0.5, summary: "2 of 4".to_owned() };
    assert_eq!(with(TJobExecutionStatus::IN_PROGRESS, 0.5), Some(expected));
    assert_eq!(with(TJobExecutionStatus::IN_PROGRESS, 7.0).map(|p| p.fraction), Some(1.0));
    assert_eq!(with(TJobExecutionStatus::NOT_AVAILABLE, 0.5), None);
    assert_eq!(with(TJobExecutionStatus::IN_PROGRESS, f64::NAN), None);
}

#[test]
fn handle_of_the_other_protocol_is_rejected() {
    let handle: ExecutionHandle = "sea:01ef0000-0000-1000-8000-000000000001".parse().unwrap();
    let query_id = handle.query_id();
    let target = Target {
        handle,
        cookies: Cookies::default(),
        readers: Readers::default(),
        operation_type: None,
        session: None,
    };
    let error = wire_handle(&target).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.query_id(), Some(query_id));
}
