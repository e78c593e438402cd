//! Invalid input on real sockets: a readable response, and the server keeps working.

use std::time::Duration;

use dbsql_local::engine::scripted::Answer;
use dbsql_local::faults::FaultPlan;
use dbsql_local::{Server, Settings};
use dbsql_protocol::message::{ReplyError, encode_call};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TOpenSessionReq, TOperationState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sockets::{client, serve};
use crate::support::{Failure, PATH, TEN, direct};

/// Returns the server's response to these bytes, until it closes the connection.
pub(crate) async fn response_to(server: &Server, bytes: &[u8]) -> String {
    let stream = TcpStream::connect(server.address()).await.expect("a connection");
    let (mut read, mut write) = stream.into_split();
    let mut answer = Vec::new();
    let writing = async {
        // The server may close before the end.
        let _ = write.write_all(bytes).await;
    };
    let reading = async {
        let end = tokio::time::timeout(Duration::from_secs(10), read.read_to_end(&mut answer));
        // Closed normally or not, but never left open.
        let _ = end.await.expect("an end");
    };
    tokio::join!(writing, reading);
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn non_http_input_gets_bad_request() {
    let (server, _, _) = serve(FaultPlan::default(), Settings::default()).await;
    let long = [b"GET /", &b"x".repeat(70_000)[..], b" HTTP/1.1\r\n\r\n"].concat();
    let many = [b"GET / HTTP/1.1\r\n", &b"a: b\r\n".repeat(1000)[..], b"\r\n"].concat();
    let bodies: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        &long,
        &many,
    ];
    for bytes in bodies {
        let answer = response_to(&server, bytes).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer:?}");
    }
    client(&server).open().await;
}

#[tokio::test]
async fn oversized_body_is_rejected_announced_or_not() {
    let (server, _, _) = serve(FaultPlan::default(), Settings::default()).await;
    let announced =
        format!("POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n");
    let answer = response_to(&server, announced.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer:?}");

    let size = 64 * 1024 * 1024 + 1;
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n"
    );
    let answer = response_to(&server, &[head.as_bytes(), &vec![0; size]].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer:?}");
    client(&server).open().await;
}

#[tokio::test]
async fn garbage_gets_exceptions_or_the_right_status() {
    let (server, service, _) = serve(FaultPlan::default(), Settings::default()).await;
    let call = encode_call::<rpc::OpenSession>(&TOpenSessionReq::default());
    for body in [b"<html>".to_vec(), call[..call.len() - 1].to_vec(), vec![0x80; 100]] {
        let answer = response_to(&server, &post("", &body)).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
        assert!(answer.contains("content-type: application/x-thrift"), "{answer:?}");
    }
    let answer = response_to(&server, &post("Content-Type: text/html\r\n", &call)).await;
    assert!(answer.starts_with("HTTP/1.1 415 "), "{answer:?}");
    for method in ["GET", "PUT", "BREW"] {
        let request =
            format!("{method} {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = response_to(&server, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer:?}");
        assert!(answer.contains("allow: POST"), "{answer:?}");
    }
    assert_eq!(service.live_sessions(), 0);
    client(&server).open().await;
}

#[tokio::test]
async fn client_is_served_after_bad_requests_and_panics() {
    let (server, _, engine) = serve(FaultPlan::default(), Settings::default()).await;
    let _ = engine.on("boom", Answer::panic("boom"));
    let client = client(&server);
    let session = client.open().await;
    for _ in 0..3 {
        let answer = client.execute(direct(&session, "boom")).await;
        let status = answer.direct_results.expect("asked for").operation_status;
        let state = status.expect("a status").operation_state;
        assert_eq!(state, Some(TOperationState::ERROR_STATE));
        let response = client.post("garbage".into()).await.expect("an answer");
        let body = response.into_body().collect(usize::MAX).await.expect("a body");
        let reply = dbsql_protocol::message::decode_reply::<rpc::OpenSession>(body);
        assert!(matches!(reply, Err(ReplyError::Exception(_))), "{reply:?}");
        let mut wrong = session.clone();
        wrong.session_id.secret = vec![0; 16].into();
        let answer = client.call::<rpc::ExecuteStatement>(&direct(&wrong, TEN)).await;
        assert!(matches!(answer, Err(Failure::Http(status, _)) if status == 400), "{answer:?}");
        client.execute(direct(&session, TEN)).await;
    }
}
