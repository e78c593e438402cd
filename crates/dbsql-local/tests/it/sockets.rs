//! The same warehouse behind real sockets, and both ways in against the checks for transports.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
use dbsql_local::{Server, Service, Settings};
use dbsql_protocol::message;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TExecuteStatementReq, TOpenSessionReq, TOperationState};
use dbsql_runtime::Runtime;
use dbsql_transport::conformance::{Endpoint, Suite};
use dbsql_transport::{HttpOptions, HyperTransport};
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{
    Client, ENDLESS, HOST, PATH, TEN, builder, direct, engine, ids_with, numbers, stream_ids,
};

pub(crate) fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn hyper() -> HyperTransport {
    HyperTransport::new(HttpOptions::default()).expect("a transport")
}

pub(crate) fn client(server: &Server) -> Client {
    Client { transport: hyper().into(), host: server.url(), authorization: None }
}

pub(crate) async fn serve(
    plan: FaultPlan,
    settings: Settings,
) -> (Server, Service, ScriptedEngine) {
    let runtime = Runtime::real();
    let engine = engine(&runtime);
    let service = builder(&engine, &runtime).faults(plan).settings(settings).build();
    let server = Server::start(service.clone(), any_port()).await.expect("it starts");
    (server, service, engine)
}

#[tokio::test]
async fn statement_runs_and_its_rows_arrive() {
    let settings = Settings { link_threshold: 0, ..Settings::default() };
    let (server, service, _) = serve(FaultPlan::default(), settings).await;
    let client = client(&server);
    let session = client.open().await;
    let response = client.execute(direct(&session, TEN)).await;
    let direct_results = response.direct_results.expect("asked for");
    let metadata = direct_results.result_set_metadata.expect("has metadata");
    let rows = direct_results.result_set.expect("has rows");
    assert_eq!(ids_with(&metadata, &rows), (0..10).collect::<Vec<_>>());

    let linked = TExecuteStatementReq { can_download_result: Some(true), ..direct(&session, TEN) };
    let rows = client.execute(linked).await.direct_results.expect("asked for").result_set;
    let links = rows.expect("rows").results.expect("rows").result_links.expect("links");
    assert!(links[0].file_link.starts_with(&server.url()), "{}", links[0].file_link);
    let (status, body) = client.get(&links[0].file_link, &[]).await.expect("an answer");
    assert_eq!((status.as_u16(), stream_ids(&body)), (200, (0..10).collect()));
    assert_eq!(service.runs(TEN), 2);
    server.shutdown().await;
}

#[tokio::test]
async fn concurrent_clients_get_their_own_rows() {
    let runtime = Runtime::real();
    let engine = ScriptedEngine::new(runtime.clone()).on_any(|query| {
        let rows = query.sql.parse().ok()?;
        Some(Answer::rows(numbers(&[rows])))
    });
    let service = builder(&engine, &runtime).build();
    let server = Server::start(service.clone(), any_port()).await.expect("it starts");
    let client = client(&server);
    let session = client.open().await;
    let mut running = tokio::task::JoinSet::new();
    for rows in 1..=32 {
        let (client, session) = (client.clone(), session.clone());
        running.spawn(async move {
            let response = client.execute(direct(&session, &rows.to_string())).await;
            let direct = response.direct_results.expect("asked for");
            let metadata = direct.result_set_metadata.expect("has metadata");
            let found = ids_with(&metadata, &direct.result_set.expect("has rows"));
            assert_eq!(found, (0..rows).collect::<Vec<i64>>());
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.expect("no panic");
    }
    assert_eq!(service.statements().len(), 32);
}

#[tokio::test]
async fn server_listens_on_loopback_only() {
    let service = Service::builder().build();
    let anywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let error = Server::start(service, anywhere).await.expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

/// Returns the error of the socket; `None` if it was closed normally.
async fn end_of(server: &Server) -> Option<ErrorKind> {
    let body = message::encode_call::<rpc::OpenSession>(&TOpenSessionReq::default());
    let mut stream = TcpStream::connect(server.address()).await.expect("a connection");
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), &body].concat()).await.expect("it is sent");
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "{answer:?}");
    end.err().map(|error| error.kind())
}

#[tokio::test]
async fn reset_and_refusal_are_distinguished_on_a_socket() {
    let every =
        |fault| FaultPlan::seeded(1).rule(Rule::new(Target::Everything, Trigger::Always, fault));
    for moment in [Moment::Before, Moment::After] {
        let (server, service, _) = serve(every(Fault::Reset(moment)), Settings::default()).await;
        assert_eq!(end_of(&server).await, Some(ErrorKind::ConnectionReset));
        assert_eq!(service.live_sessions(), usize::from(moment == Moment::After));
    }
    let (server, service, _) = serve(every(Fault::Refuse), Settings::default()).await;
    assert_eq!(end_of(&server).await, None);
    assert_eq!(service.live_sessions(), 0);
}

#[tokio::test]
async fn disconnected_client_does_not_stop_its_statement() {
    let (server, _, engine) = serve(FaultPlan::default(), Settings::default()).await;
    let client = client(&server);
    let session = client.open().await;
    let request = direct(&session, ENDLESS);
    let waiting = client.call::<rpc::ExecuteStatement>(&request);
    assert!(tokio::time::timeout(Duration::from_millis(100), waiting).await.is_err());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(engine.running(), 1);
}

#[tokio::test]
async fn stopped_server_leaves_no_task_behind() {
    let runtime = Runtime::real();
    let engine = engine(&runtime);
    let service = builder(&engine, &runtime).build();
    for orderly in [true, false] {
        let server = Server::start(service.clone(), any_port()).await.expect("it starts");
        let address = server.address();
        let client = client(&server);
        let session = client.open().await;
        let _handle = client.submit(&session, TEN).await;
        if orderly {
            server.shutdown().await;
        } else {
            drop(server);
        }
        let ended = async {
            while runtime.live_tasks() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(10), ended).await;
        assert!(ended.is_ok(), "{} tasks are left", runtime.live_tasks());
        assert!(TcpStream::connect(address).await.is_err(), "somebody still listens");
    }
    // The service outlives its servers.
    assert_eq!(service.live_sessions(), 2);
}

#[tokio::test]
async fn shutdown_lets_a_request_in_flight_end() {
    let runtime = Runtime::real();
    let wait = Duration::from_millis(300);
    let engine = ScriptedEngine::new(runtime.clone())
        .on("SELECT soon", Answer::rows(numbers(&[1])).after(wait));
    let service = builder(&engine, &runtime).build();
    let server = Server::start(service, any_port()).await.expect("it starts");
    let client = client(&server);
    let session = client.open().await;
    let request = direct(&session, "SELECT soon");
    let stop = async {
        tokio::time::sleep(wait / 3).await;
        server.shutdown().await;
    };
    let (answer, ()) = tokio::join!(client.call::<rpc::ExecuteStatement>(&request), stop);
    let status = answer.expect("an answer").direct_results.expect("asked for").operation_status;
    let state = status.expect("has a status").operation_state;
    assert_eq!(state, Some(TOperationState::FINISHED_STATE));
}

/// Two requests that are answered in a known way.
fn endpoint(host: &str) -> Endpoint {
    let good = Request::post(format!("{host}/telemetry-ext")).body("{}".into());
    let bad = Request::get(format!("{host}/nowhere")).body("".into());
    Endpoint::new(good.expect("valid"), bad.expect("valid"))
}

#[tokio::test]
async fn in_process_transport_passes_the_conformance_suite() {
    let service = Service::builder().build();
    let report = Suite::for_endpoint(|| service.transport(), endpoint(HOST)).run().await;
    assert!(report.is_pass(), "{report}");
}

#[tokio::test]
async fn hyper_transport_passes_against_the_local_server() {
    let (server, _, _) = serve(FaultPlan::default(), Settings::default()).await;
    let report = Suite::for_endpoint(hyper, endpoint(&server.url())).run().await;
    assert!(report.is_pass(), "{report}");
}
