//! The supported calls, from the bytes of a request to those of its response.

use bytes::Bytes;
use dbsql_protocol::message::{
    ApplicationException, ApplicationExceptionKind, Call, encode_exception, encode_reply,
};
use dbsql_protocol::rpc::{
    CancelOperation, CloseOperation, CloseSession, ExecuteStatement, GetOperationStatus,
    OpenSession, Rpc,
};
use dbsql_protocol::types::{
    TCancelOperationResp, TCloseOperationResp, TCloseSessionResp, TExecuteStatementResp,
    TGetOperationStatusResp, THandleIdentifier, TOpenSessionResp, TOperationHandle,
    TProtocolVersion, TSessionHandle, TStatus, TStatusCode,
};
use dbsql_protocol::wire::DecodeError;

use super::{Gauges, Script};

/// The secret of every handle; it protects nothing here.
const SECRET: [u8; 16] = *b"a-secret-no-more";
/// The only session.
const SESSION: [u8; 16] = *b"the-only-session";

pub(super) async fn answer(
    body: Bytes,
    script: &impl Script,
    gauges: &Gauges,
) -> Result<Bytes, DecodeError> {
    let _request = gauges.requests.enter();
    let call = Call::decode(body)?;
    let status = ok();
    Ok(match call.method() {
        ExecuteStatement::NAME => {
            let request = call.arguments::<ExecuteStatement>()?;
            let Some(statement) = number(&request.statement) else {
                return Ok(refusal(&call, "the statement has no number"));
            };
            script.execute(statement).await;
            let operation_handle = TOperationHandle {
                operation_id: THandleIdentifier {
                    guid: Bytes::copy_from_slice(&u128::from(statement).to_be_bytes()),
                    secret: Bytes::from_static(&SECRET),
                },
                has_result_set: true,
                ..TOperationHandle::default()
            };
            reply::<ExecuteStatement>(
                &call,
                &TExecuteStatementResp {
                    status,
                    operation_handle: Some(operation_handle),
                    ..TExecuteStatementResp::default()
                },
            )
        }
        GetOperationStatus::NAME => {
            let request = call.arguments::<GetOperationStatus>()?;
            let Some(statement) = statement(&request.operation_handle) else {
                return Ok(refusal(&call, "unknown operation"));
            };
            let _poll = gauges.polls.enter();
            let state = script.status(statement).await;
            reply::<GetOperationStatus>(
                &call,
                &TGetOperationStatusResp {
                    status,
                    operation_state: Some(state),
                    ..TGetOperationStatusResp::default()
                },
            )
        }
        CancelOperation::NAME => {
            let request = call.arguments::<CancelOperation>()?;
            if let Some(statement) = statement(&request.operation_handle) {
                script.cancel(statement);
            }
            reply::<CancelOperation>(&call, &TCancelOperationResp { status })
        }
        CloseOperation::NAME => reply::<CloseOperation>(&call, &TCloseOperationResp { status }),
        OpenSession::NAME => {
            let session_id = THandleIdentifier {
                guid: Bytes::from_static(&SESSION),
                secret: Bytes::from_static(&SECRET),
            };
            reply::<OpenSession>(
                &call,
                &TOpenSessionResp {
                    status,
                    server_protocol_version: TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V9,
                    session_handle: Some(TSessionHandle {
                        session_id,
                        ..TSessionHandle::default()
                    }),
                    ..TOpenSessionResp::default()
                },
            )
        }
        CloseSession::NAME => reply::<CloseSession>(&call, &TCloseSessionResp { status }),
        _ => refusal(&call, "unknown method"),
    })
}

fn ok() -> TStatus {
    TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..TStatus::default() }
}

fn reply<R: Rpc>(call: &Call, response: &R::Response) -> Bytes {
    encode_reply::<R>(call.sequence_id(), response)
}

fn refusal(call: &Call, message: &str) -> Bytes {
    let exception = ApplicationException {
        message: message.to_owned(),
        kind: ApplicationExceptionKind::UNKNOWN_METHOD,
    };
    encode_exception(call.method(), call.sequence_id(), &exception)
}

/// The last number in a text.
fn number(sql: &str) -> Option<u64> {
    let end = sql.trim_end_matches(|c: char| !c.is_ascii_digit());
    let start = end.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    end[start..].parse().ok()
}

/// The statement that a handle of this server belongs to.
fn statement(handle: &TOperationHandle) -> Option<u64> {
    let guid = <[u8; 16]>::try_from(&*handle.operation_id.guid).ok()?;
    u64::try_from(u128::from_be_bytes(guid)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_is_identified_by_its_last_number() {
        assert_eq!(number("INSERT INTO t2 VALUES (17)"), Some(17));
        assert_eq!(number("SELECT 5"), Some(5));
        assert_eq!(number("SELECT x"), None);
        assert_eq!(number(""), None);
    }
}
