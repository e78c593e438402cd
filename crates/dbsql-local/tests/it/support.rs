//! A client made of messages, and a warehouse to ask.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{Service, ServiceBuilder, Settings};
use dbsql_protocol::message::{self, ReplyError};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TCancelOperationReq, TCloseOperationReq, TExecuteStatementReq, TExecuteStatementResp,
    TFetchResultsReq, TFetchResultsResp, TGetOperationStatusReq, TGetOperationStatusResp,
    TGetResultSetMetadataReq, TGetResultSetMetadataResp, TOpenSessionReq, TOpenSessionResp,
    TOperationHandle, TOperationState, TSessionHandle, TSparkGetDirectResults, TStatus,
    TStatusCode,
};
use dbsql_runtime::Runtime;
use dbsql_transport::{Body, SharedTransport, TransportError};
use http::{Request, Response, StatusCode};

pub(crate) const HOST: &str = "http://warehouse.test";
pub(crate) const PATH: &str = "/sql/1.0/warehouses/local";
pub(crate) const TEN: &str = "SELECT * FROM RANGE(10)";
pub(crate) const SLOW: &str = "SELECT slow";
pub(crate) const ENDLESS: &str = "SELECT endless";

/// A client over any transport.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) transport: SharedTransport,
    pub(crate) host: String,
    pub(crate) authorization: Option<String>,
}

/// A failed call.
#[derive(Debug)]
#[expect(dead_code, reason = "all of it is printed when a test fails")]
pub(crate) enum Failure {
    Transport(TransportError),
    Http(StatusCode, String),
    Body(String),
    Reply(ReplyError),
}

impl Client {
    pub(crate) fn new(service: &Service) -> Self {
        let transport = service.transport().into();
        Self { transport, host: HOST.to_owned(), authorization: None }
    }

    pub(crate) async fn post(&self, body: Bytes) -> Result<Response<Body>, TransportError> {
        let mut request = Request::post(format!("{}{PATH}", self.host));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        self.transport.send(request.body(body).expect("a valid request")).await
    }

    pub(crate) async fn get(
        &self,
        url: &str,
        headers: &[(&str, &str)],
    ) -> Result<(StatusCode, Bytes), Failure> {
        let mut request = Request::get(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::new()).expect("a valid request");
        let response = self.transport.send(request).await.map_err(Failure::Transport)?;
        let status = response.status();
        let body = response.into_body().collect(usize::MAX).await;
        Ok((status, body.map_err(|error| Failure::Body(format!("{error:?}")))?))
    }

    pub(crate) async fn call<R: Rpc>(&self, request: &R::Request) -> Result<R::Response, Failure> {
        let response =
            self.post(message::encode_call::<R>(request)).await.map_err(Failure::Transport)?;
        let status = response.status();
        let reason = response.headers().get("x-thriftserver-error-message").cloned();
        let body = response.into_body().collect(usize::MAX).await;
        let body = body.map_err(|error| Failure::Body(format!("{error:?}")))?;
        if status != StatusCode::OK {
            let reason = reason.map(|text| text.to_str().expect("text").to_owned());
            return Err(Failure::Http(status, reason.unwrap_or_default()));
        }
        message::decode_reply::<R>(body).map_err(Failure::Reply)
    }

    pub(crate) async fn open(&self) -> TSessionHandle {
        self.open_with(TOpenSessionReq::default()).await.session_handle.expect("a handle")
    }

    pub(crate) async fn open_with(&self, mut request: TOpenSessionReq) -> TOpenSessionResp {
        request.client_protocol_i64.get_or_insert(42249);
        let response = self.call::<rpc::OpenSession>(&request).await.expect("an answer");
        assert_eq!(response.status.status_code, TStatusCode::SUCCESS_STATUS, "{response:?}");
        response
    }

    /// Submits without direct results, and expects a handle.
    pub(crate) async fn submit(&self, session: &TSessionHandle, sql: &str) -> TOperationHandle {
        let response = self.execute(statement(session, sql)).await;
        assert!(response.direct_results.is_none(), "{response:?}");
        response.operation_handle.expect("a handle")
    }

    pub(crate) async fn execute(&self, request: TExecuteStatementReq) -> TExecuteStatementResp {
        let response = self.call::<rpc::ExecuteStatement>(&request).await.expect("an answer");
        assert_eq!(response.status.status_code, TStatusCode::SUCCESS_STATUS, "{response:?}");
        response
    }

    pub(crate) async fn ask(
        &self,
        handle: &TOperationHandle,
    ) -> Result<TGetOperationStatusResp, Failure> {
        let request = TGetOperationStatusReq {
            operation_handle: handle.clone(),
            get_progress_update: Some(true),
        };
        self.call::<rpc::GetOperationStatus>(&request).await
    }

    pub(crate) async fn status(&self, handle: &TOperationHandle) -> TGetOperationStatusResp {
        self.ask(handle).await.expect("an answer")
    }

    pub(crate) async fn state(&self, handle: &TOperationHandle) -> TOperationState {
        self.status(handle).await.operation_state.expect("a state")
    }

    /// Polls until the end.
    pub(crate) async fn wait(&self, handle: &TOperationHandle) -> TGetOperationStatusResp {
        loop {
            let status = self.status(handle).await;
            let waiting = [
                TOperationState::INITIALIZED_STATE,
                TOperationState::PENDING_STATE,
                TOperationState::RUNNING_STATE,
            ];
            if !waiting.contains(&status.operation_state.expect("a state")) {
                return status;
            }
        }
    }

    pub(crate) async fn cancel(&self, handle: &TOperationHandle) -> TStatus {
        let request = TCancelOperationReq { operation_handle: handle.clone() };
        self.call::<rpc::CancelOperation>(&request).await.expect("an answer").status
    }

    pub(crate) async fn close(&self, handle: &TOperationHandle) -> TStatus {
        let request = TCloseOperationReq { operation_handle: handle.clone() };
        self.call::<rpc::CloseOperation>(&request).await.expect("an answer").status
    }

    pub(crate) async fn metadata(&self, handle: &TOperationHandle) -> TGetResultSetMetadataResp {
        let request = TGetResultSetMetadataReq { operation_handle: handle.clone() };
        self.call::<rpc::GetResultSetMetadata>(&request).await.expect("an answer")
    }

    pub(crate) async fn fetch(&self, request: TFetchResultsReq) -> TFetchResultsResp {
        let response = self.call::<rpc::FetchResults>(&request).await.expect("an answer");
        assert_eq!(response.status.status_code, TStatusCode::SUCCESS_STATUS, "{response:?}");
        response
    }
}

/// A statement for a client that supports everything but links.
pub(crate) fn statement(session: &TSessionHandle, sql: &str) -> TExecuteStatementReq {
    TExecuteStatementReq {
        session_handle: session.clone(),
        statement: sql.to_owned(),
        run_async: Some(true),
        can_read_arrow_result: Some(true),
        ..TExecuteStatementReq::default()
    }
}

pub(crate) fn direct(session: &TSessionHandle, sql: &str) -> TExecuteStatementReq {
    let all = TSparkGetDirectResults { max_rows: 1000, max_bytes: None };
    TExecuteStatementReq { get_direct_results: Some(all), ..statement(session, sql) }
}

/// A request for the next rows, with their metadata.
pub(crate) fn next(handle: &TOperationHandle, max_rows: i64) -> TFetchResultsReq {
    TFetchResultsReq {
        operation_handle: handle.clone(),
        max_rows,
        include_result_set_metadata: Some(true),
        ..TFetchResultsReq::default()
    }
}

/// A request for the rows from an absolute one on.
pub(crate) fn from_row(handle: &TOperationHandle, row: i64, max_rows: i64) -> TFetchResultsReq {
    TFetchResultsReq { start_row_offset: Some(row), ..next(handle, max_rows) }
}

/// Returns the numbers in a response with inline Arrow, which contains its metadata.
pub(crate) fn ids(response: &TFetchResultsResp) -> Vec<i64> {
    let metadata = response.result_set_metadata.as_ref().expect("has metadata");
    ids_with(metadata, response)
}

pub(crate) fn ids_with(
    metadata: &TGetResultSetMetadataResp,
    response: &TFetchResultsResp,
) -> Vec<i64> {
    let schema = metadata.arrow_schema.as_ref().expect("has a schema");
    let rows = response.results.as_ref().expect("has rows");
    let mut found = Vec::new();
    for batch in rows.arrow_batches.iter().flatten() {
        let plain = match metadata.lz4_compressed {
            Some(true) => unpacked(&batch.batch),
            _ => batch.batch.to_vec(),
        };
        let ids = stream_ids(&[schema, &plain[..]].concat());
        assert_eq!(ids.len() as i64, batch.row_count);
        found.extend(ids);
    }
    found
}

/// The numbers in an Arrow stream.
pub(crate) fn stream_ids(stream: &[u8]) -> Vec<i64> {
    let reader = StreamReader::try_new(stream, None).expect("a stream");
    reader
        .flat_map(|batch| {
            batch.expect("a batch").column(0).as_primitive::<Int64Type>().values().to_vec()
        })
        .collect()
}

/// Returns the combined content of all frames.
pub(crate) fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut rest = packed;
    let mut plain = Vec::new();
    while !rest.is_empty() {
        let mut decoder = lz4_flex::frame::FrameDecoder::new(&mut rest);
        std::io::copy(&mut decoder, &mut plain).expect("a frame");
    }
    plain
}

/// One column `id` with the numbers from 0, in batches of these sizes.
pub(crate) fn numbers(sizes: &[usize]) -> Vec<RecordBatch> {
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
    let mut next = 0;
    let batch = |&size: &usize| {
        let ids = Int64Array::from_iter_values(next..next + size as i64);
        next += size as i64;
        let column: ArrayRef = Arc::new(ids);
        RecordBatch::try_new(Arc::clone(&schema), vec![column]).expect("a batch")
    };
    sizes.iter().map(batch).collect()
}

/// An engine with the statements of these tests.
pub(crate) fn engine(runtime: &Runtime) -> ScriptedEngine {
    ScriptedEngine::new(runtime.clone())
        .on(TEN, Answer::rows(numbers(&[4, 6])))
        .on(SLOW, Answer::rows(numbers(&[10])).after(Duration::from_secs(60)))
        .on(ENDLESS, Answer::endless())
}

pub(crate) fn builder(engine: &ScriptedEngine, runtime: &Runtime) -> ServiceBuilder {
    Service::builder().engine(engine.clone()).runtime(runtime.clone())
}

/// A warehouse with a client and an open session.
pub(crate) struct Warehouse {
    pub(crate) runtime: Runtime,
    pub(crate) engine: ScriptedEngine,
    pub(crate) service: Service,
    pub(crate) client: Client,
    pub(crate) session: TSessionHandle,
}

impl Warehouse {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with_settings(settings: Settings) -> Self {
        Self::with(|builder| builder.settings(settings)).await
    }

    pub(crate) async fn with(set: impl FnOnce(ServiceBuilder) -> ServiceBuilder) -> Self {
        let runtime = Runtime::seeded(7);
        let engine = engine(&runtime);
        let service = set(builder(&engine, &runtime)).build();
        let client = Client::new(&service);
        let session = client.open().await;
        Self { runtime, engine, service, client, session }
    }
}

/// Returns the message in a status of failure.
pub(crate) fn refused(status: &TStatus) -> &str {
    assert_eq!(status.status_code, TStatusCode::ERROR_STATUS, "{status:?}");
    status.display_message.as_deref().expect("a message")
}

/// Returns the status and the text of a response that is not Thrift.
pub(crate) fn http<T: std::fmt::Debug>(answer: Result<T, Failure>) -> (u16, String) {
    match answer {
        Err(Failure::Http(status, message)) => (status.as_u16(), message),
        other => panic!("{other:?}"),
    }
}
