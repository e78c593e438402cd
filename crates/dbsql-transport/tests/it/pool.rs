//! Which connections are reused, and who owns the tasks that drive them.

use std::time::Duration;

use dbsql_runtime::Runtime;
use dbsql_transport::{FreshConnection, HttpOptions, HyperTransport, Transport};
use tokio::time::sleep;

use crate::identity::Identity;
use crate::server::{LARGE, Server};
use crate::{post, send, text};

fn transport() -> HyperTransport {
    HyperTransport::new(HttpOptions::default()).expect("valid options")
}

async fn send_fresh(transport: &HyperTransport, url: &str, max_idle: Duration) {
    let mut request = post(url).0;
    request.extensions_mut().insert(FreshConnection::new(max_idle));
    text(transport.send(request).await.expect("answered")).await;
    // A separate task returns the connection to the pool.
    sleep(Duration::from_millis(20)).await;
}

const LONGER_THAN_FRESH: Duration = Duration::from_millis(1300);

#[tokio::test]
async fn ordinary_request_reuses_an_idle_connection() {
    let server = Server::plain().await;
    let transport = transport();
    text(send(&transport, &server.url("http")).await.expect("answered")).await;
    sleep(LONGER_THAN_FRESH).await;
    text(send(&transport, &server.url("http")).await.expect("answered")).await;
    assert_eq!(server.connections(), 1);
}

async fn assert_never_idle(server: Server, scheme: &str, options: HttpOptions) {
    let transport = HyperTransport::new(options).expect("valid options");
    let url = server.url(scheme);
    // Connections of ordinary requests are not reused either.
    text(send(&transport, &url).await.expect("answered")).await;
    send_fresh(&transport, &url, Duration::from_secs(1)).await;
    assert_eq!(server.connections(), 2, "{scheme}");
    sleep(LONGER_THAN_FRESH).await;
    send_fresh(&transport, &url, Duration::from_secs(1)).await;
    assert_eq!(server.connections(), 3, "{scheme}");
}

#[tokio::test]
async fn fresh_request_never_uses_an_idle_connection() {
    let identity = Identity::of("localhost");
    let options = HttpOptions::new().add_root_certificate_pem(identity.pem());
    tokio::join!(
        assert_never_idle(Server::plain().await, "http", options.clone()),
        assert_never_idle(Server::tls(&identity).await, "https", options),
    );
}

#[tokio::test]
async fn fresh_requests_in_a_burst_share_a_connection() {
    let server = Server::plain().await;
    let transport = transport();
    for _ in 0..5 {
        send_fresh(&transport, &server.url("http"), FreshConnection::default().max_idle()).await;
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn request_without_idle_time_gets_a_new_connection() {
    let server = Server::plain().await;
    let transport = transport();
    for connections in [1, 2, 3] {
        send_fresh(&transport, &server.url("http"), Duration::ZERO).await;
        assert_eq!(server.connections(), connections);
    }
}

#[tokio::test]
async fn connections_closed_by_the_server_are_not_used() {
    let server = Server::impatient(Duration::from_millis(30)).await;
    let transport = transport();
    for connections in 1..=5 {
        text(send(&transport, &server.url("http")).await.expect("answered")).await;
        assert_eq!(server.connections(), connections);
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn tasks_end_with_the_transport() {
    let runtime = Runtime::real();
    let identity = Identity::of("localhost");
    for (server, scheme) in
        [(Server::plain().await, "http"), (Server::tls(&identity).await, "https")]
    {
        let options = HttpOptions::new().add_root_certificate_pem(identity.pem());
        let transport = HyperTransport::with_runtime(options, &runtime).expect("valid options");
        text(send(&transport, &server.url(scheme)).await.expect("answered")).await;
        assert!(runtime.live_tasks() > 0, "{scheme}");
        drop(transport);
        sleep(Duration::from_millis(50)).await;
        assert_eq!(runtime.live_tasks(), 0, "{scheme}");
    }
}

#[tokio::test]
async fn body_outlives_its_transport() {
    let runtime = Runtime::real();
    let identity = Identity::of("localhost");
    for (server, scheme) in
        [(Server::plain().await, "http"), (Server::tls(&identity).await, "https")]
    {
        let options = HttpOptions::new().add_root_certificate_pem(identity.pem());
        let transport = HyperTransport::with_runtime(options, &runtime).expect("valid options");
        let url = server.url(scheme).replace("/path", "/large");
        let answer = send(&transport, &url).await.expect("answered");
        drop(transport);
        sleep(Duration::from_millis(20)).await;
        let body = answer.into_body().collect(LARGE).await.expect("a whole body");
        assert_eq!(body.len(), LARGE, "{scheme}");
        drop(body);
        sleep(Duration::from_millis(50)).await;
        assert_eq!(runtime.live_tasks(), 0, "{scheme}");
    }
}
