//! Failures before a request is sent, and what their messages may contain.

use std::time::Duration;

use dbsql_transport::{
    HttpOptions, HyperTransport, RemoteOnly, RequestSent, Transport, TransportErrorKind,
};

use crate::server::Server;
use crate::{chain, post, send};

fn transport() -> HyperTransport {
    HyperTransport::new(HttpOptions::default()).expect("valid options")
}

#[tokio::test]
async fn plain_http_to_another_host_is_rejected_before_sending() {
    for host in ["192.0.2.1", "example.com", "[2001:db8::1]"] {
        let (request, permit) = post(&format!("http://{host}/path?sig=SECRET"));
        let error = transport().send(request).await.expect_err("refused");
        assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");
        assert_eq!(error.request_sent(), RequestSent::No);
        assert_eq!(permit.request_sent(), RequestSent::No);
        assert!(error.to_string().starts_with("plain http to "), "{error}");
    }
}

#[tokio::test]
async fn plain_http_to_another_host_can_be_allowed() {
    let options = HttpOptions::new().connect_timeout(Duration::from_millis(50));
    let transport = HyperTransport::new(options.allow_plain_http(true)).expect("valid options");
    // An address for documentation: there is no server, but a connection is attempted.
    let error = send(&transport, "http://192.0.2.1/").await.expect_err("nobody is there");
    assert_ne!(error.kind(), TransportErrorKind::Other, "{error:?}");
    assert_eq!(error.request_sent(), RequestSent::No);
}

#[tokio::test]
async fn plain_http_to_this_machine_works() {
    let server = Server::plain().await;
    for url in [server.url("http"), format!("http://{}/", server.address)] {
        assert_eq!(send(&transport(), &url).await.expect("answered").status(), 200);
    }
}

/// A label is limited to 63 characters, which the resolver checks without a name server.
fn impossible_host() -> String {
    format!("{}.invalid", "a".repeat(64))
}

#[tokio::test]
async fn unknown_host_name_is_reported() {
    let options = HttpOptions::new().allow_plain_http(true);
    let transport = HyperTransport::new(options).expect("valid options");
    let url = format!("http://{}/path?sig=SECRET", impossible_host());
    let (request, permit) = post(&url);
    let error = transport.send(request).await.expect_err("no such name");
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
    assert_eq!(error.request_sent(), RequestSent::No);
    assert_eq!(permit.request_sent(), RequestSent::No);
    assert_eq!(error.to_string(), format!("dns lookup for {}:80 failed", impossible_host()));
    assert!(!chain(&error).contains("SECRET"), "{}", chain(&error));
}

#[tokio::test]
async fn invalid_tls_name_is_a_permanent_failure() {
    let url = format!("https://{}/", impossible_host());
    let error = send(&transport(), &url).await.expect_err("no such name");
    assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");
    assert_eq!(error.request_sent(), RequestSent::No);
}

#[tokio::test]
async fn refused_connection_is_reported() {
    // Bound but not listening, so that the port is not taken by another program.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let port = socket.local_addr().expect("bound").port();
    let error = send(&transport(), &format!("http://127.0.0.1:{port}/")).await;
    let error = error.expect_err("nobody is there");
    assert_eq!(error.to_string(), format!("tcp connect to 127.0.0.1:{port} failed"));
}

#[tokio::test]
async fn invalid_request_is_a_permanent_failure() {
    for url in ["/path?sig=SECRET", "ftp://localhost/path?sig=SECRET"] {
        let error = send(&transport(), url).await.expect_err("no way");
        assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");
        assert_eq!(error.request_sent(), RequestSent::No);
    }
}

#[tokio::test]
async fn no_error_contains_the_url() {
    let closes = Server::serve(|stream| async move { drop(stream) }).await;
    let nobody = Server::plain().await.url("http");
    let long = format!("https://{}/path?sig=SECRET", impossible_host());
    for url in [
        closes.url("http"),
        closes.url("https"),
        nobody,
        long,
        "http://192.0.2.1/path?sig=SECRET".to_owned(),
        "/path?sig=SECRET".to_owned(),
        "ftp://localhost/path?sig=SECRET".to_owned(),
        "http://SECRET@localhost/path".to_owned(),
        "https://localhost:99999/path?sig=SECRET".to_owned(),
    ] {
        let error = send(&transport(), &url).await.expect_err("fails");
        let shown = format!("{} {error:?} {error:#?}", chain(&error));
        assert!(!shown.contains("SECRET") && !shown.contains("/path"), "{url}: {shown}");
    }
}

#[tokio::test]
async fn invalid_port_never_becomes_the_default_port() {
    for url in ["http://localhost:99999/", "http://localhost:/", "https://127.0.0.1:abc/"] {
        let (request, permit) = post(url);
        let error = transport().send(request).await.expect_err("refused");
        assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");
        assert!(error.to_string().starts_with("invalid port for "), "{error}");
        assert_eq!(permit.revoke(), RequestSent::No);
    }
}

/// Runs the test with this name again in its own process, and returns its output; `None` in that
/// process.
#[cfg(unix)]
fn in_own_process(name: &str, descriptors: u32) -> Option<String> {
    const CHILD: &str = "DBSQL_TEST_OWN_PROCESS";
    if std::env::var_os(CHILD).is_some() {
        return None;
    }
    let script = format!("ulimit -n {descriptors} && exec \"$0\" --exact {name} --nocapture");
    let child = std::process::Command::new("sh")
        .args(["-c", &script])
        .arg(std::env::current_exe().expect("the test program"))
        .env(CHILD, "1")
        .output()
        .expect("a shell");
    let output = [child.stdout, child.stderr].concat();
    let output = String::from_utf8_lossy(&output).into_owned();
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
    Some(output)
}

#[cfg(unix)]
fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future);
}

#[cfg(unix)]
#[test]
fn extreme_times_neither_panic_nor_spin() {
    match in_own_process("connect::extreme_times_neither_panic_nor_spin", 1024) {
        // Also not in a task, where a panic would go unnoticed.
        Some(output) => assert!(!output.contains("panicked"), "{output}"),
        None => block_on(extreme_times()),
    }
}

#[cfg(unix)]
async fn extreme_times() {
    let server = Server::plain().await;
    let url = server.url("http");
    let longest =
        HttpOptions::new().pool_idle_timeout(Duration::MAX).connect_timeout(Duration::MAX);
    let transport = HyperTransport::new(longest).expect("valid options");
    for _ in 0..3 {
        crate::text(send(&transport, &url).await.expect("answered")).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.connections(), 1);
    let none = HttpOptions::new().pool_idle_timeout(Duration::ZERO);
    let transport = HyperTransport::new(none).expect("valid options");
    for connections in [2, 3] {
        crate::text(send(&transport, &url).await.expect("answered")).await;
        assert_eq!(server.connections(), connections);
    }
    let shortest = HttpOptions::new().connect_timeout(Duration::from_nanos(1));
    let transport = HyperTransport::new(shortest).expect("valid options");
    // Timers have millisecond resolution, so it may just succeed.
    if let Err(error) = send(&transport, &url).await {
        assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
        assert_eq!(error.request_sent(), RequestSent::No);
    }
}

#[cfg(unix)]
#[test]
fn exhausted_descriptors_are_named() {
    if in_own_process("connect::exhausted_descriptors_are_named", 64).is_none() {
        block_on(without_descriptors());
    }
}

#[cfg(unix)]
async fn without_descriptors() {
    let server = Server::plain().await;
    let transport = transport();
    let url = format!("http://{}/", server.address);
    crate::text(send(&transport, &url).await.expect("answered")).await;
    let mut open = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        open.push(file);
    }
    let (mut request, permit) = post(&url);
    request.extensions_mut().insert(dbsql_transport::FreshConnection::new(Duration::ZERO));
    let error = transport.send(request).await.expect_err("no descriptor");
    let expected = format!("out of file descriptors for a connection to {}", server.address);
    assert_eq!(error.to_string(), expected, "{error:?}");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_eq!(error.request_sent(), RequestSent::No);
    assert_eq!(permit.revoke(), RequestSent::No);
}

#[tokio::test]
async fn remote_only_request_never_reaches_this_machine() {
    let server = Server::plain().await;
    let transport = transport();
    let port = server.address.port();
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let url = format!("http://{host}:{port}/path?sig=SECRET");
        let (mut request, permit) = post(&url);
        request.extensions_mut().insert(RemoteOnly);
        let error = transport.send(request).await.expect_err("refused");
        assert!(error.is_local_address(), "{error:?}");
        assert_eq!(error.kind(), TransportErrorKind::Other);
        assert_eq!(error.request_sent(), RequestSent::No);
        assert_eq!(permit.request_sent(), RequestSent::No);
        assert!(!chain(&error).contains("SECRET"), "{}", chain(&error));
        assert_eq!(server.connections(), 0, "{host}");
    }
    // A connection opened by another request cannot be used to bypass it.
    let url = server.url("http");
    assert_eq!(send(&transport, &url).await.expect("answered").status(), 200);
    let (mut request, _) = post(&url);
    request.extensions_mut().insert(RemoteOnly);
    assert!(transport.send(request).await.expect_err("refused").is_local_address());
    assert_eq!(server.connections(), 1);
}
