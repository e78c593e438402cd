//! How a request arrives.

use bytes::Bytes;
use http::Method;

use super::list;
use crate::conformance::check::Bench;
use crate::conformance::expect::{Mismatch, Outcome, ensure, response, whole};
use crate::conformance::server::{Received, Server, Step, answer};

list! {
    request_line_arrives, Http,
        "method, path and query arrive byte for byte: signed links break otherwise",
        "send `uri.path_and_query()` as it is: no decoding, no normalization";
    request_headers_arrive, Http,
        "each header arrives with its value",
        "pass on every header of the request, `Accept-Encoding` as well";
    repeated_request_headers_arrive, Http,
        "a header with two values arrives twice, in order",
        "append values of the same name: no map that keeps one, no joining with a comma";
    authorization_arrives, Http,
        "`Authorization` arrives: the engine alone decides which request carries it",
        "pass it on, and take it for a secret: it is marked sensitive";
    no_header_is_added, Http,
        "beside Host, Content-Length, Connection, User-Agent and Accept, no header is added",
        "switch off what the HTTP client adds, such as Accept-Encoding, Referer or Cookie";
    request_body_arrives, Http,
        "a body arrives byte for byte under its Content-Length, also one of 8 MiB",
        "send Content-Length and every frame of the body";
    request_without_body_arrives, Http,
        "GET, DELETE and POST arrive without a body where none was given",
        "write no body, and no Content-Length other than 0, for an empty one";
}

/// Sends the request to a server that accepts anything, and returns what arrived.
async fn arrive(
    bench: &Bench,
    method: Method,
    path: &str,
    headers: &[(&'static str, &'static str)],
    body: Bytes,
) -> Result<Received, Mismatch> {
    let server = Server::start(|_| answer(200, "", b"")).await?;
    let mut request = server.request(method, path, body)?;
    for (name, value) in headers {
        request.headers_mut().append(*name, http::HeaderValue::from_static(value));
    }
    whole(response(bench.transport.send(request).await)?).await?;
    let mut received = server.received();
    match received.pop() {
        Some(one) if received.is_empty() => Ok(one),
        _ => Err(Mismatch::new("1 request at the server", "none or several")),
    }
}

fn ensure_values(received: &Received, name: &str, expected: &[&str]) -> Outcome {
    let came: Vec<_> = received.headers.get_all(name).iter().collect();
    ensure(came == expected, format!("{name}: {expected:?}"), || format!("{came:?}"))
}

async fn request_line_arrives(bench: Bench) -> Outcome {
    let path = "/a/b%20c/~%7E?d=%2F&e&f=g+h";
    for method in [Method::PUT, Method::POST, Method::GET, Method::DELETE] {
        let got = arrive(&bench, method.clone(), path, &[], Bytes::new()).await?;
        let (expected, came) =
            (format!("{method} {path}"), format!("{} {}", got.method, got.target));
        ensure(came == expected, expected, || came.clone())?;
    }
    Ok(())
}

async fn request_headers_arrive(bench: Bench) -> Outcome {
    let headers = [
        ("x-one", "1"),
        ("accept-encoding", "identity"),
        ("content-type", "application/x-thrift"),
        ("range", "bytes=5-"),
    ];
    let got = arrive(&bench, Method::POST, "/", &headers, "ask".into()).await?;
    for (name, value) in headers {
        ensure_values(&got, name, &[value])?;
    }
    ensure(got.headers.contains_key("host"), "a Host header", || "none".into())
}

async fn repeated_request_headers_arrive(bench: Bench) -> Outcome {
    let headers = [("x-two", "first"), ("x-other", "1"), ("x-two", "second")];
    let got = arrive(&bench, Method::POST, "/", &headers, "ask".into()).await?;
    ensure_values(&got, "x-two", &["first", "second"])
}

async fn authorization_arrives(bench: Bench) -> Outcome {
    let server = Server::start(|_| answer(200, "", b"")).await?;
    let mut request = server.post("/", "ask")?;
    let mut value = http::HeaderValue::from_static("Bearer token");
    value.set_sensitive(true);
    request.headers_mut().insert("authorization", value);
    whole(response(bench.transport.send(request).await)?).await?;
    let arrived = server
        .received()
        .iter()
        .any(|got| got.headers.get("authorization").is_some_and(|value| value == "Bearer token"));
    ensure(arrived, "Authorization: Bearer token", || "no such header".into())
}

async fn no_header_is_added(bench: Bench) -> Outcome {
    let got = arrive(&bench, Method::POST, "/", &[("x-one", "1")], "ask".into()).await?;
    let allowed = ["host", "content-length", "connection", "user-agent", "accept", "x-one"];
    let added: Vec<_> =
        got.headers.keys().map(http::HeaderName::as_str).filter(|n| !allowed.contains(n)).collect();
    ensure(added.is_empty(), "no other header", || added.join(", "))
}

async fn request_body_arrives(bench: Bench) -> Outcome {
    let small: Vec<u8> = (0..=255).collect();
    // A prime length, so that a lost or moved chunk of any common size is detected.
    let large = (0..=250).collect::<Vec<u8>>().repeat(32 * 1024);
    for body in [small, large] {
        let body = Bytes::from(body);
        let got = arrive(&bench, Method::POST, "/", &[], body.clone()).await?;
        ensure(got.body == body, format!("{} bytes as they were given", body.len()), || {
            format!("{} bytes, others or moved", got.body.len())
        })?;
    }
    Ok(())
}

async fn request_without_body_arrives(Bench { transport, .. }: Bench) -> Outcome {
    let server = Server::start(|_| vec![Step::Send("HTTP/1.1 204 Any\r\n\r\n".into())]).await?;
    for method in [Method::GET, Method::DELETE, Method::POST] {
        let request = server.request(method.clone(), "/x", Bytes::new())?;
        let answer = response(transport.send(request).await)?;
        let status = answer.status();
        ensure(status == 204, format!("{method}: status 204"), || format!("status {status}"))?;
        let body = whole(answer).await?;
        ensure(body.is_empty(), format!("{method}: no body"), || format!("{} bytes", body.len()))?;
    }
    let empty = |got: &Received| {
        let length = got.headers.get("content-length");
        length.is_none_or(|length| length == "0") && !got.headers.contains_key("transfer-encoding")
    };
    let methods: Vec<_> =
        server.received().iter().map(|got| (got.method.clone(), empty(got))).collect();
    let expected = ["GET", "DELETE", "POST"].map(|method| (method.to_owned(), true));
    ensure(methods == expected, "GET, DELETE, POST, each without a body", || format!("{methods:?}"))
}
