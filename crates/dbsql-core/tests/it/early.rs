//! A server on a real socket that responds before it has read the whole statement, and closes.

#![cfg(feature = "hyper-client")]

use std::time::Duration;

use bytes::Bytes;
use dbsql_core::{Client, Config, Connection, Error, ErrorKind, RetryAdvice, RetryPolicy};
use dbsql_protocol::message::encode_reply;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    THandleIdentifier, TOpenSessionResp, TProtocolVersion, TSessionHandle,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{TOKEN, ok};

/// What the server does with a statement.
#[derive(Clone, Copy, Debug)]
enum Early {
    /// Responds with this status and closes.
    Status(u16),
    /// Reads this many bytes and closes.
    Reset(usize),
    /// Reads none of the statement and keeps the connection open.
    Silence,
}

/// Requests with longer bodies than this are statements.
const SMALL: usize = 4096;

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

fn length(head: &str) -> usize {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let length = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.expect("a length").1.parse().expect("a number")
}

fn opened() -> Bytes {
    let id = || Bytes::from(vec![1; 16]);
    let session_id = THandleIdentifier { guid: id(), secret: id() };
    encode_reply::<rpc::OpenSession>(
        0,
        &TOpenSessionResp {
            status: ok(),
            server_protocol_version: TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V8,
            session_handle: Some(TSessionHandle { session_id, ..Default::default() }),
            ..Default::default()
        },
    )
}

async fn serve(mut stream: TcpStream, early: Early) {
    let _ = stream.set_nodelay(true);
    while let Some(head) = read_head(&mut stream).await {
        let length = length(&head);
        if length > SMALL {
            match early {
                Early::Status(status) => {
                    let head = format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno");
                    let _ = stream.write_all(head.as_bytes()).await;
                }
                Early::Reset(bytes) => {
                    let _ = stream.read_exact(&mut vec![0; bytes.min(length)]).await;
                }
                Early::Silence => std::future::pending().await,
            }
            return;
        }
        let _ = stream.read_exact(&mut vec![0; length]).await;
        let body = opened();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
    }
}

/// A session with such a server, which stops when the test ends.
async fn connected(early: Early) -> Connection {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, early));
        }
    });
    let retry = RetryPolicy::new()
        .initial_backoff(Duration::from_millis(1))
        .max_backoff(Duration::from_millis(1))
        .max_elapsed(Duration::from_millis(20));
    let config = Config::new(format!("http://{address}"), "/sql").token(TOKEN).retry(retry);
    Client::new(config).unwrap().connect().await.unwrap()
}

/// The results of ten statements.
async fn errors_of(early: Early, bytes: usize) -> Vec<Error> {
    let connection = connected(early).await;
    let sql = format!("INSERT INTO t VALUES ('{}')", "x".repeat(bytes));
    let mut errors = Vec::new();
    for _ in 0..10 {
        errors.push(connection.execute_async(sql.as_str()).await.unwrap_err());
    }
    errors
}

const LARGE: usize = 20_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn early_refusal_of_20_mb_is_never_an_unknown_outcome() {
    for (status, kind) in [
        (413, ErrorKind::Rejected),
        (401, ErrorKind::Auth),
        (429, ErrorKind::Throttled),
        // Without a mark the status alone proves nothing. That the statement was not sent
        // completely does.
        (400, ErrorKind::Transport),
        (500, ErrorKind::Transport),
    ] {
        for error in errors_of(Early::Status(status), LARGE).await {
            // The response was lost with its connection.
            let kinds = [kind, ErrorKind::Transport];
            assert!(kinds.contains(&error.kind()), "{status}: {error}");
            assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{status}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reset_within_20_mb_is_never_an_unknown_outcome() {
    for bytes in [0, 65_536, 1_000_000] {
        for error in errors_of(Early::Reset(bytes), LARGE).await {
            assert_eq!(error.kind(), ErrorKind::Transport, "after {bytes}: {error}");
            assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "after {bytes}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reset_after_the_last_byte_is_an_unknown_outcome() {
    for error in errors_of(Early::Reset(usize::MAX), 100_000).await {
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.retry(), RetryAdvice::Unsafe, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deadline_within_20_mb_means_never_sent() {
    let connection = connected(Early::Silence).await;
    let sql = format!("INSERT INTO t VALUES ('{}')", "x".repeat(LARGE));
    for cancels in [false, true] {
        let submit = connection.execute_async(sql.as_str()).deadline(Duration::from_millis(300));
        let submit = if cancels { submit.cancel_on_drop() } else { submit };
        let error = submit.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
        assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
    }
}
