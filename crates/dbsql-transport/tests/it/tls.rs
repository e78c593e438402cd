//! Trusted certificates, HTTP versions, and failed handshakes.

use std::time::Duration;

use dbsql_transport::{
    HttpOptions, HyperTransport, RequestSent, Transport, TransportError, TransportErrorKind,
};
use h2::Reason;
use tokio::io::AsyncReadExt;

use crate::identity::Identity;
use crate::server::Server;
use crate::{chain, post, send, text};

fn trusting(identity: &Identity) -> HttpOptions {
    HttpOptions::new().add_root_certificate_pem(identity.pem())
}

fn transport(options: HttpOptions) -> HyperTransport {
    HyperTransport::new(options).expect("valid options")
}

fn assert_tls_refused(error: &TransportError, port: u16, reason: &str) {
    assert!(error.is_tls(), "{error:?}");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_eq!(error.request_sent(), RequestSent::No);
    assert_eq!(error.to_string(), format!("tls handshake with localhost:{port} failed: {reason}"));
}

#[tokio::test]
async fn self_signed_certificate_is_rejected() {
    let server = Server::tls(&Identity::of("localhost")).await;
    let (request, permit) = post(&server.url("https"));
    let error = transport(HttpOptions::default()).send(request).await.expect_err("refused");
    let reason = "its certificate is signed by an untrusted authority";
    assert_tls_refused(&error, server.address.port(), reason);
    assert!(chain(&error).contains("UnknownIssuer"), "{}", chain(&error));
    assert_eq!(permit.request_sent(), RequestSent::No);
}

#[tokio::test]
async fn additional_root_is_trusted() {
    let identity = Identity::of("localhost");
    let server = Server::tls(&identity).await;
    let answer = send(&transport(trusting(&identity)), &server.url("https")).await;
    assert_eq!(answer.expect("trusted").status(), 200);
}

#[tokio::test]
async fn certificate_for_another_host_is_rejected() {
    let identity = Identity::of("other.example");
    let server = Server::tls(&identity).await;
    let error = send(&transport(trusting(&identity)), &server.url("https")).await;
    let error = error.expect_err("refused");
    let reason = "its certificate is for another host";
    assert_tls_refused(&error, server.address.port(), reason);
    assert!(chain(&error).contains("not valid for name"), "{}", chain(&error));
}

#[tokio::test]
async fn http2_is_chosen_by_alpn_and_can_be_disabled() {
    let identity = Identity::of("localhost");
    let server = Server::tls(&identity).await;
    for (offer, version) in [(true, "HTTP/2.0"), (false, "HTTP/1.1")] {
        let transport = transport(trusting(&identity).http2(offer));
        for _ in 0..3 {
            let answer = send(&transport, &server.url("https")).await.expect("answered");
            assert_eq!(text(answer).await, version);
        }
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn request_without_a_body_works_over_http2() {
    let identity = Identity::of("localhost");
    let server = Server::tls(&identity).await;
    let mut request = post(&server.url("https")).0;
    *request.method_mut() = http::Method::GET;
    request.body_mut().clear();
    let answer = transport(trusting(&identity)).send(request).await.expect("answered");
    assert_eq!(text(answer).await, "HTTP/2.0");
}

#[tokio::test]
async fn broken_handshake_is_a_transient_failure() {
    let server = Server::serve(|stream| async move { drop(stream) }).await;
    let (request, permit) = post(&server.url("https"));
    let error = transport(HttpOptions::default()).send(request).await.expect_err("broken");
    assert!(!error.is_tls(), "{error:?}");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_eq!(error.request_sent(), RequestSent::No);
    assert_eq!(permit.request_sent(), RequestSent::No);
    assert!(error.to_string().starts_with("tls handshake with localhost:"), "{error}");
}

#[tokio::test]
async fn server_without_tls_is_a_failed_handshake() {
    let server = Server::plain().await;
    let error = send(&transport(HttpOptions::default()), &server.url("https")).await;
    let reason = "it does not speak TLS on this port";
    assert_tls_refused(&error.expect_err("refused"), server.address.port(), reason);
}

#[tokio::test]
async fn connect_timeout_covers_the_handshake() {
    let server = Server::serve(|mut stream| async move {
        // Reads the client hello and never responds.
        let mut sink = Vec::new();
        let _ = stream.read_to_end(&mut sink).await;
    })
    .await;
    let options = HttpOptions::new().connect_timeout(Duration::from_millis(100));
    let (request, permit) = post(&server.url("https"));
    let transport = transport(options);
    let outcome = tokio::time::timeout(Duration::from_secs(30), transport.send(request)).await;
    let error = outcome.expect("an end").expect_err("too late");
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_eq!(error.request_sent(), RequestSent::No);
    assert_eq!(permit.request_sent(), RequestSent::No);
    let port = server.address.port();
    assert_eq!(error.to_string(), format!("no connection to localhost:{port} within 100ms"));
}

#[tokio::test]
async fn only_a_refused_stream_proves_that_nothing_ran() {
    for (reason, sent) in [
        (Reason::REFUSED_STREAM, RequestSent::No),
        (Reason::INTERNAL_ERROR, RequestSent::Maybe),
        (Reason::CANCEL, RequestSent::Maybe),
    ] {
        let identity = Identity::of("localhost");
        let acceptor = identity.acceptor();
        let server = Server::serve(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let Ok(mut connection) = h2::server::handshake(stream).await else { return };
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    // Only after the whole request has arrived, as a server would that ran it.
                    let mut body = request.into_body();
                    tokio::select! {
                        biased;
                        _ = body.data() => {}
                        _ = std::future::poll_fn(|cx| connection.poll_closed(cx)) => {}
                    }
                    respond.send_reset(reason);
                }
            }
        })
        .await;
        let error = send(&transport(trusting(&identity)), &server.url("https")).await;
        let error = error.expect_err("reset");
        assert_eq!(error.request_sent(), sent, "{reason:?}: {error:?}");
        assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    }
}
