//! The same waits without a client: one bare connection with one poll per execution.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use dbsql_protocol::message::encode_call;
use dbsql_protocol::rpc::GetOperationStatus;
use dbsql_protocol::types::{TGetOperationStatusReq, THandleIdentifier, TOperationHandle};
use dbsql_tests::measure::cpu_seconds;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::child::ServerProcess;
use crate::flags::Plan;
use crate::process::{descriptors, resident_kib};

/// How long all polls are in flight before memory is measured.
const SETTLE: Duration = Duration::from_secs(1);
/// Connections that are opened concurrently.
const CONNECTS_AT_ONCE: usize = 64;

/// Keeps a poll in flight for each execution of the plan, whose mode must be `hold`, and returns
/// the resources that this needs.
pub(crate) fn run(plan: &Plan) -> Result<Value, Box<dyn Error>> {
    let server = ServerProcess::start(*plan)?;
    let address = server.url.trim_start_matches("http://").to_owned();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut polls = JoinSet::new();
        // One-time allocations precede the measurement.
        polls.spawn(poll(address.clone(), 0).await?);
        tokio::time::sleep(SETTLE).await;
        let (idle_kib, cpu) = (resident_kib()?, cpu_seconds()?);
        for first in (0..plan.executions).step_by(CONNECTS_AT_ONCE) {
            let end = plan.executions.min(first + CONNECTS_AT_ONCE as u32);
            let mut opening = JoinSet::new();
            for number in first..end {
                opening.spawn(poll(address.clone(), number));
            }
            while let Some(opened) = opening.join_next().await {
                polls.spawn(opened??);
            }
        }
        tokio::time::sleep(SETTLE).await;
        let waiting_kib = resident_kib()?;
        let more = waiting_kib.saturating_sub(idle_kib) as f64;
        let report = json!({
            "executions": plan.executions,
            "resident_kib": { "idle": idle_kib, "waiting": waiting_kib },
            "kib_per_execution": more / f64::from(plan.executions),
            "descriptors": descriptors()?,
            "cpu_seconds": cpu_seconds()? - cpu,
        });
        if let Some(Ok(Err(error))) = polls.try_join_next() {
            return Err(error.into());
        }
        Ok(report)
    })
}

/// Connects, and returns a future that sends the poll and waits for its response.
async fn poll(
    address: String,
    number: u32,
) -> std::io::Result<impl Future<Output = Result<(), String>> + Send> {
    let stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) =
        handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
    tokio::spawn(connection);
    let operation_handle = TOperationHandle {
        operation_id: THandleIdentifier {
            guid: Bytes::copy_from_slice(&u128::from(number).to_be_bytes()),
            secret: Bytes::from_static(b"a-secret-no-more"),
        },
        ..TOperationHandle::default()
    };
    let call = TGetOperationStatusReq { operation_handle, ..TGetOperationStatusReq::default() };
    let request = Request::post("/cliservice")
        .header("host", address)
        .header("content-type", "application/x-thrift")
        .body(Full::new(encode_call::<GetOperationStatus>(&call)))
        .map_err(std::io::Error::other)?;
    Ok(async move {
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        response.into_body().collect().await.map_err(|error| error.to_string())?;
        Err("the server answered before the end".to_owned())
    })
}
