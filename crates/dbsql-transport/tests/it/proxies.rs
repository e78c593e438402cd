//! Connections through proxies, and the errors of failed ones.

use std::time::Duration;

use dbsql_transport::{
    HttpOptions, HyperTransport, Proxy, ProxyFailure, RemoteOnly, RequestSent, Transport,
    TransportError, TransportErrorKind,
};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use tokio::io::AsyncReadExt;

use crate::identity::{Authority, Identity};
use crate::proxy_server::{Act, ProxyServer, socks_reply};
use crate::server::{LARGE, Server};
use crate::{chain, post, send, text};

/// A name that no resolver on this machine knows: only a proxy can resolve it.
const HOST: &str = "workspace.invalid";

fn through(proxy: Proxy) -> HttpOptions {
    HttpOptions::new().proxy(proxy).allow_plain_http(true)
}

fn transport(options: HttpOptions) -> HyperTransport {
    HyperTransport::new(options).expect("valid options")
}

/// Returns the error of a request that failed.
async fn failure(options: HttpOptions) -> TransportError {
    let (request, permit) = post(&format!("https://{HOST}/path?sig=SECRET"));
    let transport = transport(options);
    let sending = tokio::time::timeout(Duration::from_secs(30), transport.send(request));
    let error = sending.await.expect("an end").expect_err("no connection");
    assert_eq!(error.request_sent(), RequestSent::No, "{error:?}");
    assert_eq!(permit.request_sent(), RequestSent::No, "{error:?}");
    let shown = format!("{} {error:?}", chain(&error));
    assert!(!shown.contains("SECRET") && !shown.contains("CANARY"), "{shown}");
    error
}

fn assert_failure(error: &TransportError, failure: ProxyFailure, proxy: &ProxyServer, says: &str) {
    assert_eq!(error.proxy_failure(), Some(failure), "{error:?}");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    let expected = format!("no connection to {HOST}:443 via proxy {}: {says}", proxy.name());
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn requests_go_through_each_kind_of_proxy() {
    let authority = Authority::new("ours");
    let plain = Server::plain().await;
    let tls = Server::tls(&authority.issue(HOST)).await;
    let gate = authority.issue("localhost");
    for (scheme, server, version) in [("http", &plain, "HTTP/1.1"), ("https", &tls, "HTTP/2.0")] {
        for login in [None, Some(("alice", "s@crat: "))] {
            let to = || Act::Tunnel(server.address);
            for proxy in [
                ProxyServer::http(login, to()).await,
                ProxyServer::https(&gate, login, to()).await,
                ProxyServer::socks(login, to()).await,
            ] {
                let name = proxy.name();
                let mut with = proxy.proxy();
                if let Some((user, password)) = login {
                    with = with.credentials(user, password);
                }
                let options = through(with).add_root_certificate_pem(authority.pem());
                let transport = transport(options);
                for _ in 0..3 {
                    let answer = send(&transport, &format!("{scheme}://{HOST}/")).await;
                    let answer = answer.unwrap_or_else(|error| panic!("{name}: {}", chain(&error)));
                    assert_eq!(text(answer).await, version, "{name}");
                }
                // The tunnel is pooled like a connection.
                assert_eq!(proxy.connections(), 1, "{name}");
                let port = if scheme == "http" { 80 } else { 443 };
                let asked = match name.starts_with("socks5") {
                    true => format!("3 {HOST} {port}"),
                    false => format!("CONNECT {HOST}:{port} HTTP/1.1\r\nHost: {HOST}:{port}\r\n"),
                };
                let seen = proxy.seen();
                assert!(seen.len() == 1 && seen[0].starts_with(&asked), "{name}: {seen:?}");
            }
        }
    }
}

#[tokio::test]
async fn credentials_reach_only_their_recipient() {
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::serve(move |mut stream| {
        let sender = sender.clone();
        async move {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            head.truncate(length);
            let _ = sender.send(String::from_utf8(head).expect("text"));
        }
    })
    .await;
    let login = Some(("alice", "CANARY"));
    let proxy = ProxyServer::http(login, Act::Tunnel(server.address)).await;
    let transport = transport(through(proxy.proxy().credentials("alice", "CANARY")));
    let mut request = post(&format!("http://{HOST}/path?sig=SECRET")).0;
    let token = HeaderValue::from_static("Bearer TOKEN");
    request.headers_mut().insert(AUTHORIZATION, token);
    let error = transport.send(request).await.expect_err("closed");
    assert!(!format!("{} {error:?} {transport:?}", chain(&error)).contains("CANARY"));
    let seen = proxy.seen().concat();
    assert!(seen.contains("Proxy-Authorization: Basic YWxpY2U6Q0FOQVJZ"), "{seen}");
    assert!(
        !seen.contains("TOKEN") && !seen.contains("path") && !seen.contains("SECRET"),
        "{seen}"
    );
    let head = received.recv().await.expect("a request").to_lowercase();
    assert!(head.starts_with("post /path?sig=secret http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nauthorization: bearer token\r\n"), "{head}");
    assert!(!head.contains("proxy-"), "{head}");
}

#[tokio::test]
async fn proxy_requiring_credentials_is_an_auth_failure() {
    let login = Some(("alice", "right"));
    let wants = "the proxy requires credentials";
    let rejected = "the proxy rejected the credentials";
    for proxy in
        [ProxyServer::http(login, Act::Close).await, ProxyServer::socks(login, Act::Close).await]
    {
        let error = failure(through(proxy.proxy())).await;
        assert!(error.is_proxy_auth(), "{error:?}");
        assert_failure(&error, ProxyFailure::Auth, &proxy, wants);
        let error = failure(through(proxy.proxy().credentials("alice", "CANARY"))).await;
        assert_failure(&error, ProxyFailure::Auth, &proxy, rejected);
    }
    let answer =
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n";
    let proxy = ProxyServer::http(None, Act::Answer(answer.into())).await;
    let error = failure(through(proxy.proxy().credentials("u", "p"))).await;
    assert_failure(&error, ProxyFailure::Auth, &proxy, wants);
    assert!(chain(&error).contains("accepts Negotiate, NTLM"), "{}", chain(&error));
}

#[tokio::test]
async fn response_of_an_http_proxy_is_reported() {
    let not_allowed = "the proxy does not allow the connection";
    let invalid = "invalid response from the proxy";
    for (answer, kind, says, detail) in [
        ("HTTP/1.1 403 No\r\n\r\nPAGE", ProxyFailure::Refused, not_allowed, "HTTP 403"),
        ("HTTP/1.0 405 No\r\n\r\n", ProxyFailure::Refused, not_allowed, "HTTP 405"),
        (
            "HTTP/1.1 503 No\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\n\r\n",
            ProxyFailure::NameNotFound,
            "the proxy could not resolve the host name",
            "HTTP 503, ERR_DNS_FAIL",
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            ProxyFailure::TargetUnreachable,
            "the proxy could not resolve or reach the host",
            "HTTP 502",
        ),
        ("HTTP/1.1 301 No\r\nLocation: /\r\n\r\n", ProxyFailure::Invalid, invalid, "HTTP 301"),
        ("HTTP/1.1 abc\r\n\r\n", ProxyFailure::Invalid, invalid, "no valid HTTP head"),
        ("SSH-2.0-OpenSSH_9.2\r\n", ProxyFailure::Invalid, invalid, "is not HTTP/1"),
        ("\u{5}\u{0}", ProxyFailure::Invalid, invalid, "is not HTTP/1"),
    ] {
        let proxy = ProxyServer::http(None, Act::Answer(answer.into())).await;
        let error = failure(through(proxy.proxy())).await;
        assert_failure(&error, kind, &proxy, says);
        let lasting = matches!(kind, ProxyFailure::Refused | ProxyFailure::Invalid);
        assert_eq!(kind.is_lasting(), lasting);
        assert!(
            chain(&error).contains(detail) && !chain(&error).contains("PAGE"),
            "{}",
            chain(&error)
        );
    }
}

#[tokio::test]
async fn reply_of_a_socks_proxy_is_reported() {
    let unreachable = "the proxy could not resolve or reach the host";
    let invalid = "invalid response from the proxy";
    for (answer, kind, says, detail) in [
        (
            socks_reply(2),
            ProxyFailure::Refused,
            "the proxy does not allow the connection",
            "not allowed by",
        ),
        (socks_reply(4), ProxyFailure::TargetUnreachable, unreachable, "host unreachable"),
        (socks_reply(5), ProxyFailure::TargetUnreachable, unreachable, "connection refused"),
        (vec![5, 1], ProxyFailure::TargetUnreachable, unreachable, "general failure"),
        (socks_reply(99), ProxyFailure::Invalid, invalid, "reply 99"),
        (vec![4, 0, 0, 1], ProxyFailure::Invalid, invalid, "not SOCKS 5"),
        (vec![5, 0, 0, 9], ProxyFailure::Invalid, invalid, "not SOCKS 5"),
    ] {
        let proxy = ProxyServer::socks(None, Act::Answer(answer)).await;
        let error = failure(through(proxy.proxy())).await;
        assert_failure(&error, kind, &proxy, says);
        assert!(chain(&error).contains(detail), "{}", chain(&error));
    }
    // Each kind of proxy mistaken for the other.
    let http = ProxyServer::http(None, Act::Close).await;
    let as_socks = http.name().replace("http:", "socks5:").parse().expect("a proxy");
    let error = failure(through(as_socks).connect_timeout(Duration::from_millis(300))).await;
    assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
    let server = Server::plain().await;
    let as_socks = format!("socks5://localhost:{}", server.address.port()).parse();
    let error = failure(through(as_socks.expect("a proxy"))).await;
    assert!(!error.is_proxy_auth(), "{error:?}");
}

#[tokio::test]
async fn socks_proxy_gets_addresses_as_addresses() {
    let server = Server::plain().await;
    let proxy = ProxyServer::socks(None, Act::Tunnel(server.address)).await;
    let transport = transport(through(proxy.proxy()));
    for (host, asked) in [
        ("192.0.2.1:81", "1 [192, 0, 2, 1] 81".to_owned()),
        (
            "[2001:db8::1]:82",
            format!("4 {:?} 82", [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        ),
        ("h.invalid", "3 h.invalid 80".to_owned()),
    ] {
        assert_eq!(send(&transport, &format!("http://{host}/")).await.expect(host).status(), 200);
        assert_eq!(proxy.seen().last(), Some(&asked));
    }
}

#[tokio::test]
async fn silent_proxy_runs_into_the_connect_timeout() {
    let identity = Identity::of("localhost");
    for proxy in [
        ProxyServer::http(None, Act::Hang).await,
        ProxyServer::socks(None, Act::Hang).await,
        ProxyServer::https(&identity, None, Act::Hang).await,
    ] {
        let options = through(proxy.proxy()).add_root_certificate_pem(identity.pem());
        let error = failure(options.connect_timeout(Duration::from_millis(100))).await;
        assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
        let name = proxy.name();
        let expected = format!("no connection to {HOST}:443 via proxy {name} within 100ms");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn endless_response_of_a_proxy_is_cut_off() {
    for flood in [&b"HTTP/1.1 200 OK\r\nX: "[..], b"x"] {
        let proxy = ProxyServer::http(None, Act::Flood(flood)).await;
        let error = failure(through(proxy.proxy())).await;
        assert_failure(&error, ProxyFailure::Invalid, &proxy, "invalid response from the proxy");
    }
}

#[tokio::test]
async fn proxy_that_closes_is_a_transient_failure() {
    let halves = ["", "HTTP/1.1 200 OK\r\n", "HTTP/"];
    for half in halves {
        let proxy = ProxyServer::http(None, Act::Answer(half.into())).await;
        let error = failure(through(proxy.proxy())).await;
        assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
        assert_eq!(error.proxy_failure(), None, "{error:?}");
        assert!(error.to_string().ends_with("the proxy closed the connection"), "{error}");
    }
    let proxy = ProxyServer::socks(None, Act::Close).await;
    let error = failure(through(proxy.proxy())).await;
    assert_eq!((error.kind(), error.proxy_failure()), (TransportErrorKind::Connect, None));
}

#[tokio::test]
async fn broken_tunnel_is_a_broken_connection() {
    let server = Server::plain().await;
    let proxy = ProxyServer::http(None, Act::Break(server.address, 20)).await;
    let error = send(&transport(through(proxy.proxy())), &format!("http://{HOST}/")).await;
    let error = error.expect_err("broken");
    assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
    assert_eq!(error.request_sent(), RequestSent::Maybe);
    let via = format!("{HOST}:80 via proxy {}", proxy.name());
    assert_eq!(error.to_string(), format!("the connection to {via} broke before the response"));
    let proxy = ProxyServer::http(None, Act::Break(server.address, 100_000)).await;
    let answer = send(&transport(through(proxy.proxy())), &format!("http://{HOST}/large")).await;
    let read = answer.expect("a head").into_body().collect(LARGE).await;
    let error = read.expect_err("broken");
    let source = std::error::Error::source(&error).expect("a cause").to_string();
    let via = format!("{HOST}:80 via proxy {}", proxy.name());
    assert_eq!(source, format!("the response from {via} was cut off"));
}

#[tokio::test]
async fn unreachable_proxy_is_named() {
    // Bound but not listening, so that the port is not taken by another program.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let port = socket.local_addr().expect("bound").port();
    let long = "a".repeat(64);
    for (url, says) in [
        (format!("http://127.0.0.1:{port}"), "tcp connect to the proxy failed"),
        (format!("https://127.0.0.1:{port}"), "tcp connect to the proxy failed"),
        (format!("socks5://127.0.0.1:{port}"), "tcp connect to the proxy failed"),
        (format!("http://{long}.invalid:3128"), "dns lookup for the proxy failed"),
    ] {
        let error = failure(through(url.parse().expect("a proxy"))).await;
        assert_eq!(error.proxy_failure(), Some(ProxyFailure::Unreachable), "{error:?}");
        let expected = format!("no connection to {HOST}:443 via proxy {url}: {says}");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn certificate_of_an_https_proxy_is_checked() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let server = Server::tls(&ours.issue(HOST)).await;
    let trusting =
        |proxy: &ProxyServer| through(proxy.proxy()).add_root_certificate_pem(ours.pem());
    for (identity, reason) in [
        (other.issue("localhost"), "its certificate is signed by an untrusted authority"),
        (ours.issue("other.example"), "its certificate is for another host"),
        (ours.issue_expired("localhost"), "its certificate has expired"),
    ] {
        let act = Act::Tunnel(server.address);
        let proxy = ProxyServer::https(&identity, Some(("alice", "CANARY")), act).await;
        let mut options = trusting(&proxy);
        options = options.proxy(proxy.proxy().credentials("alice", "CANARY"));
        let error = failure(options).await;
        let says = format!("tls handshake with the proxy failed: {reason}");
        assert_failure(&error, ProxyFailure::Unreachable, &proxy, &says);
        assert!(error.is_tls(), "{error:?}");
        // Nothing was sent to it, least of all the password.
        assert!(proxy.seen().is_empty(), "{:?}", proxy.seen());
    }
    // Mistaken for one, and without TLS.
    let plain = ProxyServer::http(None, Act::Close).await;
    let url = plain.name().replace("http:", "https:");
    let error =
        failure(through(url.parse().expect("a proxy")).connect_timeout(Duration::from_secs(1)))
            .await;
    assert_eq!(error.request_sent(), RequestSent::No, "{error:?}");
}

#[tokio::test]
async fn certificate_of_the_server_is_checked_through_a_proxy() {
    let server = Server::tls(&Authority::new("other").issue(HOST)).await;
    let proxy = ProxyServer::http(None, Act::Tunnel(server.address)).await;
    let error = failure(through(proxy.proxy())).await;
    assert!(error.is_tls(), "{error:?}");
    assert_eq!(error.proxy_failure(), None);
    let via = format!("{HOST}:443 via proxy {}", proxy.name());
    let reason = "its certificate is signed by an untrusted authority";
    assert_eq!(error.to_string(), format!("tls handshake with {via} failed: {reason}"));
}

#[tokio::test]
async fn some_hosts_are_reached_directly() {
    let server = Server::plain().await;
    let proxy = ProxyServer::http(None, Act::Tunnel(server.address)).await;
    let url = server.url("http");
    let direct = transport(through(proxy.proxy()));
    assert_eq!(send(&direct, &url).await.expect("answered").status(), 200);
    assert_eq!(proxy.connections(), 0, "this machine");
    let all = through(proxy.proxy()).proxy_loopback(true);
    assert_eq!(send(&transport(all.clone()), &url).await.expect("answered").status(), 200);
    assert_eq!(proxy.connections(), 1, "this machine, on demand");
    let but_one = transport(all.no_proxy("other.example, localhost"));
    assert_eq!(send(&but_one, &url).await.expect("answered").status(), 200);
    assert_eq!(proxy.connections(), 1, "in the list");
}

#[tokio::test]
async fn remote_only_applies_through_a_proxy() {
    let server = Server::plain().await;
    let proxy = ProxyServer::http(None, Act::Tunnel(server.address)).await;
    let transport = transport(through(proxy.proxy()).proxy_loopback(true));
    for host in
        ["127.0.0.1", "[::1]", "localhost", "a.localhost", "169.254.169.254", "127.1", "0x7f000001"]
    {
        let (mut request, _) = post(&format!("http://{host}/path?sig=SECRET"));
        request.extensions_mut().insert(RemoteOnly);
        let error = transport.send(request).await.expect_err("refused");
        assert!(error.is_local_address(), "{error:?}");
    }
    assert_eq!(proxy.connections(), 0);
    // Another host goes through, and the proxy itself may be on this machine.
    let (mut request, _) = post(&format!("http://{HOST}/"));
    request.extensions_mut().insert(RemoteOnly);
    assert_eq!(transport.send(request).await.expect("answered").status(), 200);
    assert_eq!(proxy.connections(), 1);
}

#[test]
fn untransmittable_credentials_are_rejected() {
    let proxy = |url: &str| url.parse::<Proxy>().expect("a proxy");
    for proxy in [
        proxy("http://h:1").credentials("a:b", "CANARY"),
        proxy("socks5://h:1").credentials("a", "CANARY".repeat(50)),
        proxy("socks5://h:1").credentials("CANARY", ""),
    ] {
        let error = HyperTransport::new(through(proxy)).expect_err("refused");
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error:?}");
    }
}

/// Runs the test with this name in its own process with these variables, and returns `true`;
/// `false` in that process.
fn in_environment(name: &str, variables: &[(&str, &str)]) -> bool {
    const CHILD: &str = "DBSQL_TEST_ENVIRONMENT";
    if std::env::var_os(CHILD).is_some() {
        return false;
    }
    let mut child = std::process::Command::new(std::env::current_exe().expect("the test program"));
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
        child.env_remove(name);
    }
    let child = child.args(["--exact", name]).env(CHILD, "1").envs(variables.iter().copied());
    let child = child.output().expect("it runs");
    let output = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
    true
}

#[test]
fn proxy_is_read_from_the_environment() {
    let variables =
        [("HTTPS_PROXY", "http://u:CANARY@127.0.0.1:1"), ("NO_PROXY", ".direct.invalid")];
    if in_environment("proxies::proxy_is_read_from_the_environment", &variables) {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let error = failure(HttpOptions::new()).await;
        let proxy = "via proxy http://127.0.0.1:1: tcp connect to the proxy failed";
        assert!(error.to_string().ends_with(proxy), "{error}");
        let error = failure(HttpOptions::new().proxy_from_environment(false)).await;
        assert!(!error.to_string().contains("proxy"), "{error}");
        let url = "https://a.direct.invalid/";
        let error = send(&transport(HttpOptions::new()), url).await.expect_err("no such host");
        assert!(!error.to_string().contains("proxy"), "{error}");
        // This machine is never reached through it.
        let server = Server::plain().await;
        let answer = send(&transport(HttpOptions::new()), &server.url("http")).await;
        assert_eq!(answer.expect("answered").status(), 200);
    });
}

#[test]
fn malformed_proxy_of_the_environment_is_rejected() {
    let variables = [("https_proxy", "CANARY://h"), ("HTTPS_PROXY", "http://127.0.0.1:1")];
    if in_environment("proxies::malformed_proxy_of_the_environment_is_rejected", &variables) {
        return;
    }
    let error = HyperTransport::new(HttpOptions::new()).expect_err("malformed");
    assert_eq!(error.to_string(), "cannot use the environment variable https_proxy");
    assert!(!format!("{error:?}").contains("CANARY"), "{error:?}");
    assert!(HyperTransport::new(HttpOptions::new().proxy_from_environment(false)).is_ok());
}
