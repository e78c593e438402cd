//! The service behind the transport: sessions, operations, and an answer to each call.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use dbsql_protocol::message::{Call, encode_reply};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TCancelOperationResp, TCloseOperationResp, TCloseSessionResp, TExecuteStatementReq,
    TExecuteStatementResp, TFetchOrientation, TFetchResultsReq, TFetchResultsResp,
    TGetOperationStatusResp, TGetResultSetMetadataResp, THandleIdentifier, TOpenSessionReq,
    TOpenSessionResp, TOperationHandle, TOperationState, TProtocolVersion, TSessionHandle,
    TSparkDirectResults, TSparkGetDirectResults, TSparkRowSetType, TStatus,
};
use http::{HeaderValue, Response, StatusCode};
use tokio::time::Instant;

use super::answers::{failed, invalid_handle, ok};
use super::operation::{Operation, Plan};

/// How a server says that it does not know a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// An error status with a text, as Spark does.
    Text,
    /// The status for it.
    InvalidHandle,
    /// HTTP 400 or 404 with a header, as Databricks does.
    Http,
}

#[derive(Debug)]
pub(super) struct Service {
    /// Databricks' extensions: offsets, direct results, the format of results, namespaces.
    pub(super) extended: bool,
    pub(super) plan: Plan,
    pub(super) gone: Gone,
    pub(super) sessions: BTreeSet<Bytes>,
    pub(super) operations: BTreeMap<Bytes, Operation>,
    /// The text of each statement that was run.
    pub(super) executions: Vec<String>,
    identifiers: u128,
}

/// How long the server holds a direct result back for a statement that is still running.
const DIRECT_HOLD: Duration = Duration::from_secs(5);

type Answer<T> = Result<T, Refused>;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Session,
    Operation,
    /// There are no rows in this state.
    State,
}

impl Refused {
    fn status(self, gone: Gone) -> TStatus {
        match self {
            Self::State => failed("Expected state FINISHED, but found another"),
            _ if gone == Gone::InvalidHandle => invalid_handle(),
            Self::Session => failed("Invalid SessionHandle: SessionHandle [01]"),
            Self::Operation => failed("Invalid OperationHandle: OperationHandle [01]"),
        }
    }
}

impl Service {
    pub(super) fn new(extended: bool) -> Self {
        Self {
            extended,
            plan: Plan::default(),
            gone: Gone::Text,
            sessions: BTreeSet::new(),
            operations: BTreeMap::new(),
            executions: Vec::new(),
            identifiers: 0x01ef_0000_0000_0000_0000_0000_0000_0000,
        }
    }

    /// Takes the request in: from here on a statement runs. How long the answer is held back, and
    /// which operation was started.
    pub(super) fn begin(&mut self, call: &Call) -> (Duration, Option<Bytes>) {
        match call.method() {
            "ExecuteStatement" => {
                let request = call.arguments::<rpc::ExecuteStatement>().expect("a good request");
                let started = self.start(&request);
                let hold = match started.as_ref().and_then(|id| self.operations.get(id)) {
                    Some(operation) if self.extended && request.get_direct_results.is_some() => {
                        operation.left().min(DIRECT_HOLD)
                    }
                    _ => Duration::ZERO,
                };
                (hold, started)
            }
            "GetOperationStatus" => {
                let request = call.arguments::<rpc::GetOperationStatus>().expect("a good request");
                let found = self.operations.get(&request.operation_handle.operation_id.guid);
                (found.map_or(Duration::ZERO, |found| found.left().min(found.plan.holds)), None)
            }
            _ => (Duration::ZERO, None),
        }
    }

    /// The answer to a request that was taken in.
    pub(super) fn finish(&mut self, call: &Call, started: Option<&Bytes>) -> Response<Bytes> {
        match call.method() {
            "OpenSession" => self.reply::<rpc::OpenSession>(call, Self::open_session),
            "CloseSession" => self.reply::<rpc::CloseSession>(call, |this, request| {
                let id = request.session_handle.session_id.guid;
                let known = this.sessions.remove(&id);
                this.operations.retain(|_, operation| operation.session != id);
                let status = if known { ok() } else { failed("Session does not exist!") };
                Ok(TCloseSessionResp { status })
            }),
            "ExecuteStatement" => self.reply::<rpc::ExecuteStatement>(call, |this, request| {
                let id = started.ok_or(Refused::Session)?;
                Ok(this.submitted(id, request.get_direct_results.as_ref()))
            }),
            "GetOperationStatus" => self.reply::<rpc::GetOperationStatus>(call, |this, request| {
                this.find(&request.operation_handle).map(|found| found.status())
            }),
            "GetResultSetMetadata" => {
                self.reply::<rpc::GetResultSetMetadata>(call, |this, request| {
                    let format = this.format();
                    this.find(&request.operation_handle).map(|found| found.metadata(format))
                })
            }
            "FetchResults" => {
                self.reply::<rpc::FetchResults>(call, |this, request| this.fetch(&request))
            }
            "CancelOperation" => self.reply::<rpc::CancelOperation>(call, |this, request| {
                let found = this.find(&request.operation_handle)?;
                found.canceled |= found.state() == TOperationState::RUNNING_STATE;
                Ok(TCancelOperationResp { status: ok() })
            }),
            "CloseOperation" => self.reply::<rpc::CloseOperation>(call, |this, request| {
                this.find(&request.operation_handle)?;
                this.operations.remove(&request.operation_handle.operation_id.guid);
                Ok(TCloseOperationResp { status: ok() })
            }),
            other => panic!("a client of ours does not call {other}"),
        }
    }

    fn reply<R>(
        &mut self,
        call: &Call,
        answer: impl FnOnce(&mut Self, R::Request) -> Answer<R::Response>,
    ) -> Response<Bytes>
    where
        R: Rpc,
        R::Response: Refusal,
    {
        let request = call.arguments::<R>().expect("a good request");
        match answer(self, request) {
            Ok(response) => Response::new(encode_reply::<R>(call.sequence_id(), &response)),
            Err(refused) if self.gone == Gone::Http && refused != Refused::State => {
                let (code, text) = match refused {
                    Refused::Session => (400, "Invalid SessionHandle: SessionHandle [01]"),
                    _ => (404, "RESOURCE_DOES_NOT_EXIST: Command 01 does not exist"),
                };
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = StatusCode::from_u16(code).expect("a status");
                let value = HeaderValue::from_static(text);
                response.headers_mut().insert("x-thriftserver-error-message", value);
                response
            }
            Err(refused) => {
                let response = R::Response::refusal(refused.status(self.gone));
                Response::new(encode_reply::<R>(call.sequence_id(), &response))
            }
        }
    }

    fn open_session(&mut self, request: TOpenSessionReq) -> Answer<TOpenSessionResp> {
        let guid = self.identifier();
        self.sessions.insert(guid.clone());
        let session_id = THandleIdentifier { guid, secret: self.identifier() };
        Ok(TOpenSessionResp {
            status: ok(),
            server_protocol_version: if self.extended {
                TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V9
            } else {
                TProtocolVersion::HIVE_CLI_SERVICE_PROTOCOL_V10
            },
            session_handle: Some(TSessionHandle { session_id, ..TSessionHandle::default() }),
            initial_namespace: request.initial_namespace.filter(|_| self.extended),
            ..TOpenSessionResp::default()
        })
    }

    /// Runs a statement; `None` in a session that there is not.
    fn start(&mut self, request: &TExecuteStatementReq) -> Option<Bytes> {
        let session = request.session_handle.session_id.guid.clone();
        if !self.sessions.contains(&session) {
            return None;
        }
        self.executions.push(request.statement.clone());
        let (guid, secret) = (self.identifier(), self.identifier());
        let operation = Operation {
            plan: self.plan.clone(),
            secret,
            session,
            started: Instant::now(),
            canceled: false,
            cursor: 0,
        };
        self.operations.insert(guid.clone(), operation);
        Some(guid)
    }

    fn submitted(
        &mut self,
        id: &Bytes,
        direct: Option<&TSparkGetDirectResults>,
    ) -> TExecuteStatementResp {
        let format = self.format();
        // Somebody may have closed it while the answer was held back.
        let Some(operation) = self.operations.get_mut(id) else {
            return TExecuteStatementResp::refusal(Refused::Operation.status(self.gone));
        };
        let secret = operation.secret.clone();
        let direct =
            direct.filter(|_| format.is_some()).map(|asked| direct_results(operation, asked));
        if direct.as_ref().is_some_and(|direct| direct.close_operation.is_some()) {
            self.operations.remove(id);
        }
        TExecuteStatementResp {
            status: ok(),
            operation_handle: Some(TOperationHandle {
                operation_id: THandleIdentifier { guid: id.clone(), secret },
                has_result_set: true,
                ..TOperationHandle::default()
            }),
            direct_results: direct,
        }
    }

    fn fetch(&mut self, request: &TFetchResultsReq) -> Answer<TFetchResultsResp> {
        let extended = self.extended;
        let operation = self.find(&request.operation_handle)?;
        if operation.state() != TOperationState::FINISHED_STATE {
            return Err(Refused::State);
        }
        // The number is narrowed to 32 bits, as Spark does.
        let max_rows = u64::try_from(request.max_rows as i32).unwrap_or(0);
        let asked = request.start_row_offset.filter(|_| extended);
        let start = match request.orientation {
            TFetchOrientation::FETCH_FIRST => 0,
            _ => asked.map_or(operation.cursor, |row| u64::try_from(row).expect("a row")),
        };
        Ok(operation.page(start, max_rows, extended))
    }

    fn find(&mut self, handle: &TOperationHandle) -> Answer<&mut Operation> {
        let id = &handle.operation_id;
        let found = self.operations.get_mut(&id.guid);
        found.filter(|operation| operation.secret == id.secret).ok_or(Refused::Operation)
    }

    fn format(&self) -> Option<TSparkRowSetType> {
        self.extended.then_some(TSparkRowSetType::COLUMN_BASED_SET)
    }

    fn identifier(&mut self) -> Bytes {
        self.identifiers += 1;
        Bytes::copy_from_slice(&self.identifiers.to_be_bytes())
    }
}

/// The cases B to F of the protocol: what there is when the answer is given.
fn direct_results(
    operation: &mut Operation,
    asked: &TSparkGetDirectResults,
) -> TSparkDirectResults {
    let mut direct = TSparkDirectResults {
        operation_status: Some(operation.status()),
        ..TSparkDirectResults::default()
    };
    if operation.state() == TOperationState::FINISHED_STATE {
        let max_rows = u64::try_from(asked.max_rows).unwrap_or(0);
        let page = operation.page(0, max_rows, true);
        let all = page.has_more_rows == Some(false);
        direct.result_set_metadata =
            Some(operation.metadata(Some(TSparkRowSetType::COLUMN_BASED_SET)));
        direct.result_set = Some(page);
        direct.close_operation = all.then(|| TCloseOperationResp { status: ok() });
    }
    direct
}

/// A response that holds nothing but a bad status.
pub(super) trait Refusal {
    fn refusal(status: TStatus) -> Self;
}

macro_rules! refusal {
    ($($response:ty),* $(,)?) => {$(
        impl Refusal for $response {
            fn refusal(status: TStatus) -> Self {
                Self { status, ..Self::default() }
            }
        }
    )*};
}

refusal! {
    TOpenSessionResp,
    TExecuteStatementResp,
    TGetOperationStatusResp,
    TGetResultSetMetadataResp,
    TFetchResultsResp,
}

macro_rules! bare_refusal {
    ($($response:ty),* $(,)?) => {$(
        impl Refusal for $response {
            fn refusal(status: TStatus) -> Self {
                Self { status }
            }
        }
    )*};
}

bare_refusal! { TCloseSessionResp, TCancelOperationResp, TCloseOperationResp }
