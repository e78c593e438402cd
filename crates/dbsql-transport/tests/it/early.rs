//! A server that responds and closes before it has read the request.

use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::{
    FreshConnection, HttpOptions, HyperTransport, RequestSent, SendPermit, Transport,
};
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::identity::Identity;
use crate::server::Server;
use crate::text;

static BODY: LazyLock<Bytes> = LazyLock::new(|| vec![b'x'; 20_000_000].into());
const STATUSES: [u16; 3] = [413, 401, 429];

fn large(url: &str) -> (Request<Bytes>, SendPermit) {
    let permit = SendPermit::new();
    let request = Request::post(url)
        .extension(permit.clone())
        // Not a connection that the server is just closing.
        .extension(FreshConnection::new(Duration::ZERO))
        .body(BODY.clone());
    (request.expect("a valid request"), permit)
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).await.is_ok() {
        head.extend_from_slice(&byte);
    }
    String::from_utf8(head).expect("an HTTP head")
}

/// Responds with the status in the path and closes, with the rest unread.
async fn refuse_h1(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let head = read_head(&mut stream).await;
    let status = head.split(['/', '?']).find(|word| word.len() == 3 && word.parse::<u16>().is_ok());
    let status = status.expect("a status in the path");
    let answer = format!("HTTP/1.1 {status} No\r\nContent-Length: 7\r\n\r\nrefused");
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.flush().await;
}

async fn refuse_h2(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    let Some(Ok((request, mut respond))) = connection.accept().await else { return };
    let status: u16 = request.uri().path()[1..].parse().expect("a status in the path");
    let answer = Response::builder().status(status).body(()).expect("valid");
    let mut body = respond.send_response(answer, false).expect("still open");
    body.send_data(Bytes::from("refused"), true).expect("still open");
    drop((request, respond, body));
    connection.graceful_shutdown();
    // Until the response is written; the rest of the request is never read.
    let closed = std::future::poll_fn(|cx| connection.poll_closed(cx));
    let _ = tokio::time::timeout(Duration::from_millis(50), closed).await;
}

/// Twenty rejections for each status, none of which may count as sent. `unread` of them may be
/// reported as broken connections.
async fn assert_refusals_are_read(url: String, options: HttpOptions, unread: usize) {
    let transport = HyperTransport::new(options).expect("valid options");
    let mut errors = Vec::new();
    for status in STATUSES {
        for round in 0..20 {
            let (request, permit) = large(&url.replace("path", &status.to_string()));
            match transport.send(request).await {
                Ok(answer) => {
                    assert_eq!(answer.status(), status);
                    assert_eq!(text(answer).await, "refused", "{status}, round {round}");
                }
                Err(error) => {
                    assert_eq!(error.request_sent(), RequestSent::No, "{error:?}");
                    errors.push(error);
                }
            }
            assert_eq!(permit.revoke(), RequestSent::No, "{status}, round {round}");
        }
    }
    // On other systems a reset discards unread data.
    assert!(errors.len() <= unread || cfg!(not(target_os = "linux")), "{errors:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn early_rejection_of_20_mb_is_read_over_http1() {
    let server = Server::serve(refuse_h1).await;
    assert_refusals_are_read(server.url("http"), HttpOptions::default(), 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn early_rejection_of_20_mb_is_read_over_tls() {
    let identity = Identity::of("localhost");
    let acceptor = identity.acceptor();
    let server = Server::serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            // Otherwise the kernel delays a small response, and drops it at the close.
            stream.set_nodelay(true).expect("open");
            let Ok(stream) = acceptor.accept(stream).await else { return };
            refuse_h1(stream).await;
        }
    })
    .await;
    let options = HttpOptions::new().add_root_certificate_pem(identity.pem()).http2(false);
    assert_refusals_are_read(server.url("https"), options, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn early_rejection_of_20_mb_is_read_over_http2() {
    let identity = Identity::of("localhost");
    let acceptor = identity.acceptor();
    let server = Server::serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            // Otherwise the kernel delays a small response, and drops it at the close.
            stream.set_nodelay(true).expect("open");
            let Ok(stream) = acceptor.accept(stream).await else { return };
            refuse_h2(stream).await;
        }
    })
    .await;
    // hyper discards a stream when the connection ends before it was opened.
    let options = HttpOptions::new().add_root_certificate_pem(identity.pem());
    assert_refusals_are_read(server.url("https"), options, 10).await;
}

#[tokio::test]
async fn close_before_the_end_proves_that_nothing_was_sent() {
    // Without a response: in the head, after it, and in the body.
    for read in [1, 400, 300_000] {
        let server = Server::serve(move |mut stream| async move {
            let _ = stream.read_exact(&mut vec![0; read]).await;
        })
        .await;
        let transport = HyperTransport::new(HttpOptions::default()).expect("valid options");
        for _ in 0..5 {
            let (request, permit) = large(&server.url("http"));
            let error = transport.send(request).await.expect_err("no answer");
            assert_eq!(error.request_sent(), RequestSent::No, "after {read}: {error:?}");
            assert_eq!(permit.revoke(), RequestSent::No);
        }
    }
}
