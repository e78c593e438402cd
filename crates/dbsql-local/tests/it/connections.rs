//! The limits of connections: half-sent requests, idle connections, and many of them.

use std::time::Duration;

use dbsql_local::engine::scripted::Answer;
use dbsql_local::faults::FaultPlan;
use dbsql_local::{Server, Settings, SocketSettings};
use dbsql_protocol::rpc;
use dbsql_protocol::types::TExecuteStatementReq;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::socket_input::response_to;
use crate::sockets::{any_port, client, serve};
use crate::support::{PATH, TEN, builder, direct, engine, numbers};

const SOON: Duration = Duration::from_millis(100);
const NEVER: Duration = Duration::from_secs(3600);

fn limits(header_timeout: Duration, idle_timeout: Duration) -> Settings {
    let socket = SocketSettings { header_timeout, idle_timeout, ..SocketSettings::default() };
    Settings { socket, ..Settings::default() }
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).await.expect("a connection")
}

/// Returns what the server still sends before it closes the connection, which it must do.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest));
    // Closed or reset, but not left open.
    let _ = end.await.expect("an end");
    rest
}

#[tokio::test]
async fn half_sent_request_is_closed() {
    let (server, service, _) = serve(FaultPlan::default(), limits(SOON, NEVER)).await;
    for part in [
        "P".to_owned(),
        format!("POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Le"),
        format!("POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly this"),
        format!(
            "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n"
        ),
    ] {
        let answer = response_to(&server, part.as_bytes()).await;
        assert_eq!(answer, "", "{part}");
    }
    assert_eq!(service.all_in_flight().most, 0);
}

#[tokio::test]
async fn half_sent_tls_handshake_is_closed() {
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a key");
    let (certificate, key) = (key.cert.pem(), key.signing_key.serialize_pem());
    let certificate = dbsql_local::TlsCertificate::from_pem(certificate.as_bytes(), key.as_bytes());
    let runtime = dbsql_runtime::Runtime::real();
    let service = builder(&engine(&runtime), &runtime).settings(limits(SOON, NEVER)).build();
    let server = Server::start_tls(service, any_port(), certificate.expect("valid")).await;
    let server = server.expect("it starts");
    for part in [&b""[..], b"\x16\x03\x01"] {
        let mut stream = connect(&server).await;
        stream.write_all(part).await.expect("it is sent");
        assert_eq!(rest(&mut stream).await, b"");
    }
}

#[tokio::test]
async fn idle_connection_is_closed() {
    let (server, _, _) = serve(FaultPlan::default(), limits(NEVER, SOON)).await;
    let mut silent = connect(&server).await;
    assert_eq!(rest(&mut silent).await, b"");
    let mut used = connect(&server).await;
    used.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it is sent");
    assert!(rest(&mut used).await.starts_with(b"HTTP/1.1 404 "));
}

#[tokio::test]
async fn working_service_and_used_connection_are_not_idle() {
    let (server, _, engine) = serve(FaultPlan::default(), limits(SOON, SOON)).await;
    let _ = engine.on("SELECT later", Answer::rows(numbers(&[1])).after(4 * SOON));
    let client = client(&server);
    let session = client.open().await;
    let answer = client.execute(direct(&session, "SELECT later")).await;
    assert!(answer.direct_results.expect("asked for").result_set.is_some());

    let mut used = connect(&server).await;
    for _ in 0..8 {
        used.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it is sent");
        let mut answer = [0; 12];
        used.read_exact(&mut answer).await.expect("an answer");
        tokio::time::sleep(SOON / 4).await;
        let mut rest = vec![0; 4096];
        assert!(used.read(&mut rest).await.expect("the rest") > 0);
    }
}

#[tokio::test]
async fn client_that_does_not_read_is_closed() {
    let runtime = dbsql_runtime::Runtime::real();
    let engine = engine(&runtime).on("large", Answer::rows(numbers(&[4_000_000])));
    let mut settings = limits(NEVER, SOON);
    settings.link_threshold = 0;
    settings.file_bytes = u64::MAX;
    let service = builder(&engine, &runtime).settings(settings).build();
    let server = Server::start(service, any_port()).await.expect("it starts");
    let client = client(&server);
    let session = client.open().await;
    let request =
        TExecuteStatementReq { can_download_result: Some(true), ..direct(&session, "large") };
    let rows = client.execute(request).await.direct_results.expect("asked for").result_set;
    let links = rows.expect("rows").results.expect("rows").result_links.expect("links");
    let path = links[0].file_link.strip_prefix(&server.url()).expect("of this server");
    drop(client);
    let mut stream = connect(&server).await;
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.expect("an answer");
    // The listener alone is left.
    let closed = async {
        while runtime.live_tasks() > 1 {
            tokio::time::sleep(SOON / 10).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), closed).await.expect("an end");
    let rest = rest(&mut stream).await.len();
    assert!(rest < 32_000_000, "{rest}");
}

#[tokio::test]
async fn longest_idle_connections_make_room() {
    let socket = SocketSettings { max_connections: 3, ..SocketSettings::default() };
    let settings = Settings { socket, ..Settings::default() };
    let (server, service, engine) = serve(FaultPlan::default(), settings).await;
    let _ = engine.on("SELECT later", Answer::rows(numbers(&[1])).after(3 * SOON));
    let working = client(&server);
    let session = working.open().await;
    let request = direct(&session, "SELECT later");
    let others = async {
        while service.runs("SELECT later") == 0 {
            tokio::task::yield_now().await;
        }
        let mut idle = Vec::new();
        for _ in 0..4 {
            let mut stream = connect(&server).await;
            stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await.expect("an answer");
            idle.push(stream);
        }
        for stream in &mut idle[..2] {
            rest(stream).await;
        }
        for stream in &mut idle[2..] {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
            let mut answer = vec![0; 4096];
            assert!(stream.read(&mut answer).await.expect("an answer") > 0);
        }
    };
    let (answer, ()) = tokio::join!(working.call::<rpc::ExecuteStatement>(&request), others);
    assert!(answer.expect("an answer").direct_results.expect("asked for").result_set.is_some());
}

#[tokio::test]
async fn hundreds_of_idle_connections_do_not_hold_up_others() {
    let (server, _, _) = serve(FaultPlan::default(), limits(NEVER, NEVER)).await;
    let mut idle = Vec::new();
    for number in 0..400 {
        let mut stream = connect(&server).await;
        if number % 2 == 0 {
            stream.write_all(b"POST / HT").await.expect("it is sent");
        }
        idle.push(stream);
    }
    let client = client(&server);
    let session = client.open().await;
    client.execute(direct(&session, TEN)).await;
}
