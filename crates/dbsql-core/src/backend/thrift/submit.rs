//! Submits a statement, once.

mod parameters;

use dbsql_protocol::handle::{ExecutionHandle, Protocol};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TExecuteStatementReq, TFetchResultsResp, TGetResultSetMetadataResp, TOperationHandle,
    TProtocolVersion, TSparkArrowTypes, TSparkDirectResults, TSparkGetDirectResults, TStatusCode,
};

use super::fault::{self, About};
use super::operation::status_report;
use super::rpc::{Call, STATUS_LIMIT};
use super::{Thrift, ThriftSession};
use crate::backend::{
    Attachment, DirectResult, Readers, Sending, Submitted, Target, Until, unknown_outcome,
};
use crate::http::exchange::Retry;
use crate::http::last_error::LastError;
use crate::http::slots::{Class, HeldSlot};
use crate::statement::Statement;
use crate::status::{ExecutionStatus, StatusReport};
use crate::{Error, ErrorKind, Result};

/// A direct result is kept small: it lives in memory until it is read.
const DIRECT_BYTES: i64 = 8 << 20;
const DIRECT_ROWS: i64 = 100_000;

/// The maximum size of a response that may contain a direct result, in bytes: with room for its
/// schema, and for more rows than were requested.
pub(super) const DIRECT_LIMIT: usize = 24 << 20;

/// The rows that came with the response to a submit: the schema and the first rows, all of them when
/// the server closed the operation.
#[derive(Debug)]
pub(crate) struct DirectRows {
    pub(super) metadata: Option<TGetResultSetMetadataResp>,
    pub(super) rows: Option<TFetchResultsResp>,
    /// Whether the server reports that there are rows, sent or not.
    has_result_set: bool,
    pub(super) closed: bool,
}

impl DirectRows {
    /// Returns whether the operation is closed and its rows were neither sent nor can be fetched.
    pub(super) fn lacks_rows(&self) -> bool {
        self.closed && self.has_result_set && self.rows.is_none()
    }
}

/// Sends the statement, once, and reads what the response proves.
pub(super) async fn execute_statement(
    thrift: &Thrift,
    session: &ThriftSession,
    statement: &Statement,
    sending: &Sending,
    until: Until,
) -> Result<Submitted> {
    let request = request(session, statement, sending.direct)?;
    let call = Call {
        about: About::Submit,
        retry: Retry::Once,
        class: Class::Ordinary,
        held_slot: HeldSlot::default(),
        query_id: None,
        until,
        cookies: session.cookies.clone(),
        limit: match sending.direct {
            DirectResult::Allowed => DIRECT_LIMIT,
            DirectResult::NotAsked => STATUS_LIMIT,
        },
        last_error: LastError::default(),
    };
    let flight = sending.flight.clone();
    let response = thrift.call_followed::<rpc::ExecuteStatement>(call, &request, flight).await?;
    let is_known = is_known(response.status.status_code);
    if !is_known && response.operation_handle.is_none() {
        return Err(unknown_outcome("the response has an unknown status"));
    }
    // With an unknown status, the status of the operation can be polled if there is one.
    let refused = fault::check(&response.status, About::Submit).err().filter(|_| is_known);
    match refused {
        // With a handle, the error is the statement's, which ran and failed at once.
        Some(error) if response.operation_handle.is_none() => return Err(error),
        _ => {}
    }
    let target = Target {
        handle: handle(thrift, response.operation_handle.as_ref())?,
        cookies: session.cookies.clone(),
        readers: Readers::submitted(),
        operation_type: None,
        session: None,
    };
    Ok(match refused {
        None => submitted(target, response.direct_results),
        Some(error) => {
            let report = ended(error.with_kind(ErrorKind::Failed));
            Submitted { report, target, attachment: None, closed: true }
        }
    })
}

/// Returns `true` if the status tells whether the statement was accepted.
fn is_known(code: TStatusCode) -> bool {
    [
        TStatusCode::SUCCESS_STATUS,
        TStatusCode::SUCCESS_WITH_INFO_STATUS,
        TStatusCode::STILL_EXECUTING_STATUS,
        TStatusCode::ERROR_STATUS,
        TStatusCode::INVALID_HANDLE_STATUS,
    ]
    .contains(&code)
}

fn request(
    session: &ThriftSession,
    statement: &Statement,
    direct: DirectResult,
) -> Result<TExecuteStatementReq> {
    let timeout = statement.timeout_seconds()?;
    if statement.byte_limit.is_some() {
        let message = "Thrift has no byte limit of a result";
        return Err(Error::new(ErrorKind::Unsupported, message).with_next_step(
            "use Statement::row_limit, or SqlProtocol::Sea where the server is a SQL warehouse",
        ));
    }
    let mut overlay = statement.configuration.clone();
    let tags = statement.tags_sent(Protocol::Thrift);
    if !tags.is_empty() {
        overlay.insert("query_tags".to_owned(), tags.text());
    }
    if let Some(seconds) = timeout {
        // Warehouses are reported to ignore queryTimeout, but honor this setting.
        overlay.entry("STATEMENT_TIMEOUT".to_owned()).or_insert_with(|| seconds.to_string());
    }
    // From this version on, the metadata contains the Arrow schema.
    let arrow = session.has(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V5);
    if arrow {
        // Some servers send timestamps as text even without this setting.
        overlay
            .entry("spark.thriftserver.arrowBasedRowSet.timestampAsString".to_owned())
            .or_insert_with(|| "false".to_owned());
    }
    let parameters = parameters::sent(&statement.parameters);
    if parameters.is_some() && !session.has(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V1) {
        // Such a server ignores them silently.
        let message = "this server uses Hive's protocol, which has no parameters: write the \
                       values into the statement";
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    Ok(TExecuteStatementReq {
        session_handle: session.handle.clone(),
        statement: statement.text.clone(),
        conf_overlay: (!overlay.is_empty()).then_some(overlay),
        // Without it, the call would last as long as the statement.
        run_async: Some(true),
        query_timeout: timeout,
        get_direct_results: direct_results(direct),
        can_read_arrow_result: Some(arrow),
        can_download_result: Some(arrow),
        can_decompress_lz4_result: Some(
            session.has(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V6),
        ),
        use_arrow_native_types: arrow.then(native_types),
        result_row_limit: statement.row_limit_sent()?,
        parameters,
        ..TExecuteStatementReq::default()
    })
}

/// Returns the request for a result in the response.
pub(super) fn direct_results(direct: DirectResult) -> Option<TSparkGetDirectResults> {
    (direct == DirectResult::Allowed)
        .then_some(TSparkGetDirectResults { max_rows: DIRECT_ROWS, max_bytes: Some(DIRECT_BYTES) })
}

/// Returns the request for native Arrow types, none as text.
fn native_types() -> TSparkArrowTypes {
    TSparkArrowTypes {
        timestamp_as_arrow: Some(true),
        decimal_as_arrow: Some(true),
        complex_types_as_arrow: Some(true),
        interval_types_as_arrow: Some(true),
        null_type_as_arrow: Some(true),
    }
}

/// Returns the handle of the operation. Without one, a statement may be running that cannot be
/// reached.
pub(super) fn handle(
    thrift: &Thrift,
    operation: Option<&TOperationHandle>,
) -> Result<ExecutionHandle> {
    let operation =
        operation.ok_or_else(|| unknown_outcome("the answer has no operation handle"))?;
    let handle = ExecutionHandle::from_identifier(&operation.operation_id)
        .map_err(|error| unknown_outcome("its operation handle is malformed").with_source(error))?;
    Ok(handle.at(thrift.exchange.endpoint.handle_endpoint().clone()))
}

/// Reads the direct results in a response (the cases A to F of the protocol).
///
/// The statement runs or ran by now, so an error here is not one of the submit: it is the failure of an
/// execution, or of a direct result that is ignored while the server still has the operation.
pub(super) fn submitted(target: Target, direct: Option<TSparkDirectResults>) -> Submitted {
    let Some(direct) = direct else {
        return Submitted { target, report: accepted(), attachment: None, closed: false };
    };
    let mut report = direct.operation_status.as_ref().map_or_else(accepted, status_report);
    let mut closed = direct.close_operation.is_some();
    let statuses = [
        direct.operation_status.as_ref().map(|part| &part.status),
        direct.result_set_metadata.as_ref().map(|part| &part.status),
        direct.result_set.as_ref().map(|part| &part.status),
    ];
    let refused =
        statuses.into_iter().flatten().find_map(|status| fault::check(status, About::Result).err());
    if let (Some(error), true) = (&refused, closed) {
        report.status = ExecutionStatus::Failed;
        report.failure = Some(error.clone());
    }
    if closed && direct.operation_status.is_none() && refused.is_none() {
        // Closed without a status: the response contains the whole result.
        report.status = ExecutionStatus::Finished;
    } else if closed && !report.status.is_terminal() {
        let message = "the server closed the operation before it had ended";
        report = ended(Error::new(ErrorKind::ResultGone, message));
    }
    // A statement that failed before the response is usually closed without an explicit flag.
    closed |= report.status == ExecutionStatus::Failed;
    let usable = report.status == ExecutionStatus::Finished && refused.is_none();
    let direct = usable.then_some(DirectRows {
        metadata: direct.result_set_metadata,
        rows: direct.result_set,
        has_result_set: direct
            .operation_status
            .is_some_and(|status| status.has_result_set == Some(true)),
        closed,
    });
    Submitted { target, report, attachment: direct.map(Attachment::new), closed }
}

/// Returns the report of an operation that ended before its handle could be used.
fn ended(failure: Error) -> StatusReport {
    let status = match failure.kind() {
        ErrorKind::ResultGone => ExecutionStatus::Closed,
        _ => ExecutionStatus::Failed,
    };
    StatusReport { status, raw: status.to_string(), failure: Some(failure), ..accepted() }
}

/// Returns the report of a statement that was accepted: it is running, as far as is known.
fn accepted() -> StatusReport {
    StatusReport {
        status: ExecutionStatus::Running,
        raw: "accepted".to_owned(),
        failure: None,
        progress: None,
        rows_affected: None,
        attachment: None,
    }
}
