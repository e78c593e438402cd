//! The built-in transport on real local sockets: an unreachable server is reported soon, with its
//! name.

#![cfg(feature = "hyper-client")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dbsql_core::{Client, Config, Error, ErrorKind, RetryAdvice};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::support::seconds;

/// Time limit for a failed connection, sufficient on any machine.
async fn connect(host: &str) -> Error {
    let client = Client::new(Config::new(host, "/sql/1.0/warehouses/abc").token("t")).unwrap();
    let connected = tokio::time::timeout(seconds(60), client.connect().into_future()).await;
    let error = connected.expect("it does not hang").unwrap_err();
    let name = host.trim_start_matches("https://").trim_start_matches("http://");
    assert!(error.to_string().contains(name), "names the host: {error}");
    error
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_reported() {
    let error = connect("nosuchhost.invalid").await;
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}

#[tokio::test]
async fn a_closed_port_is_reported() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = connect(&format!("http://{address}")).await;
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_reported_at_once_and_not_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    let server = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let error = connect(&format!("https://{address}")).await;
    server.abort();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert_eq!(error.retry(), RetryAdvice::Never, "{error}");
    assert!(error.to_string().contains("write http:// before the host"), "{error}");
    assert_eq!(accepted.load(Ordering::Relaxed), 1);
}
