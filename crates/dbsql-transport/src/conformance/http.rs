//! The checks for transports that speak HTTP over sockets.

use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::Runtime;
use http::{HeaderValue, Method, Request, Response};

use super::exchange::{self, Endpoint};
use super::run::{
    Check, Failures, Outcome, all, ensure, failure, marked, response, run, run_for_and_drop, whole,
};
use super::server::{Received, Server, Step, answer, refusing};
use crate::{
    Body, BoxFuture, CollectError, RequestSent, SendPermit, SharedTransport, TransportError,
    TransportErrorKind,
};

/// Checks what a transport must do that speaks HTTP over sockets: all of
/// [`exchange_checks`](super::exchange_checks), and how it behaves when connections fail. Plain
/// `http://` to 127.0.0.1 must be allowed. `make` is called once for each check.
///
/// # Errors
///
/// [`Failures`] with every check that was not passed.
pub async fn http_checks(make: impl Fn() -> SharedTransport + Send + Sync) -> Result<(), Failures> {
    let ordinary = match Server::start(ordinary).await {
        Ok(server) => server,
        Err(seen) => return run(vec![("the server starts", Box::pin(async { Err(seen) }))]).await,
    };
    let endpoint = match (post(&ordinary, "/good", "ask"), post(&ordinary, "/bad", "ask")) {
        (Ok(good), Ok(bad)) => Endpoint::new(good, bad),
        (Err(seen), _) | (_, Err(seen)) => {
            return run(vec![("the requests are valid", Box::pin(async { Err(seen) }))]).await;
        }
    };
    let mut checks = exchange::checks(&make, &endpoint);
    let more: Vec<Check<'_>> = vec![
        ("a request arrives intact", Box::pin(request_arrives(make()))),
        ("a request without a body arrives", Box::pin(no_body(make()))),
        ("a large body arrives", Box::pin(large_upload(make()))),
        ("a response arrives intact", Box::pin(response_arrives(make()))),
        ("a chunked body arrives", Box::pin(chunked(make()))),
        ("a chunked body is held to its limit", Box::pin(chunked_limit(make()))),
        ("a torn body is an error", Box::pin(torn_body(make()))),
        ("a redirect is not followed", Box::pin(redirect(make()))),
        ("an unavailable server is not asked again", Box::pin(unavailable(make()))),
        ("cookies are not kept", Box::pin(cookies(make()))),
        ("a refused connection sends nothing", Box::pin(refused(make()))),
        ("a reset after the request leaves doubt", Box::pin(reset(make()))),
        ("a close after the request leaves doubt", Box::pin(closed(make()))),
        ("a request that arrived cannot be revoked", Box::pin(revoked_late(make()))),
        ("a request revoked before it is sent never arrives", Box::pin(revoked_first(make()))),
        ("a request revoked in its body never arrives", Box::pin(revoked_halfway(make()))),
        ("an early refusal is no doubt", Box::pin(early_refusal(make()))),
        ("an early close is no doubt", Box::pin(early_close(make()))),
        ("answers are not mixed up", Box::pin(own_answers(make()))),
    ];
    checks.extend(more);
    run(checks).await
}

fn ordinary(request: &Received) -> Vec<Step> {
    match request.target.as_str() {
        "/good" => answer(200, "", b"a good answer"),
        _ => answer(500, "", b"a bad answer"),
    }
}

fn post(server: &Server, path: &str, body: &'static str) -> Result<Request<Bytes>, String> {
    post_to(&server.url(path), body)
}

fn post_to(url: &str, body: &'static str) -> Result<Request<Bytes>, String> {
    Request::post(url).body(body.into()).map_err(|error| error.to_string())
}

async fn request_arrives(transport: SharedTransport) -> Outcome {
    let server = Server::start(|_| answer(200, "", b"")).await?;
    let bytes: Vec<u8> = (0..=255).collect();
    let request = Request::put(server.url("/a/b%20c?d=%2F&e"))
        .header("x-one", "1")
        .header("x-two", "first")
        .header("x-two", "second")
        .header("authorization", "Bearer t")
        .header("accept-encoding", "identity")
        .body(Bytes::from(bytes.clone()))
        .map_err(|error| error.to_string())?;
    let given = request.headers().clone();
    whole(response(transport.send(request).await)?).await?;

    let received = server.received();
    let [got] = &received[..] else { return Err(format!("{} requests", received.len())) };
    ensure(got.method == "PUT", || format!("method {}", got.method))?;
    ensure(got.target == "/a/b%20c?d=%2F&e", || format!("path {}", got.target))?;
    ensure(got.body == bytes, || format!("{} of {} bytes", got.body.len(), bytes.len()))?;
    ensure(got.headers.contains_key("host"), || "no Host".into())?;
    for name in given.keys() {
        let (sent, came) = (given.get_all(name), got.headers.get_all(name));
        ensure(sent.iter().eq(came.iter()), || format!("another {name}: {came:?}"))?;
    }
    let expected = ["host", "content-length", "connection", "user-agent", "accept"];
    let added = got
        .headers
        .keys()
        .find(|name| !given.contains_key(*name) && !expected.contains(&name.as_str()));
    added.map_or(Ok(()), |name| Err(format!("{name} was added")))
}

async fn no_body(transport: SharedTransport) -> Outcome {
    let server = Server::start(|_| vec![Step::Send("HTTP/1.1 204 Any\r\n\r\n".into())]).await?;
    for method in [Method::GET, Method::DELETE, Method::POST] {
        let request = Request::builder().method(&method).uri(server.url("/x")).body(Bytes::new());
        let request = request.map_err(|error| error.to_string())?;
        let answer = response(transport.send(request).await)?;
        ensure(answer.status() == 204, || format!("{method}: status {}", answer.status()))?;
        let body = whole(answer).await?;
        ensure(body.is_empty(), || format!("{method}: {} bytes", body.len()))?;
    }
    let methods: Vec<_> = server.received().into_iter().map(|got| got.method).collect();
    ensure(methods == ["GET", "DELETE", "POST"], || format!("{methods:?}"))
}

async fn large_upload(transport: SharedTransport) -> Outcome {
    let server =
        Server::start(|got| answer(200, "", got.body.len().to_string().as_bytes())).await?;
    // A prime length, so that a lost or moved piece of any usual size shows.
    let pattern: Vec<u8> = (0..=250).collect();
    let bytes = Bytes::from(pattern.repeat(32 * 1024));
    let request = Request::post(server.url("/")).body(bytes.clone());
    let request = request.map_err(|error| error.to_string())?;
    let answer = whole(response(transport.send(request).await)?).await?;
    ensure(answer == bytes.len().to_string(), || format!("{answer:?} bytes arrived"))?;
    let intact = server.received().iter().all(|got| got.body == bytes);
    ensure(intact, || "other bytes arrived".into())
}

async fn response_arrives(transport: SharedTransport) -> Outcome {
    // Not gzip at all, so that a transport which unpacks it cannot get away with it.
    let headers = "Content-Encoding: gzip\r\nX-Two: first\r\nX-Two: second\r\nRetry-After: 7\r\n";
    let server = Server::start(move |_| answer(429, headers, b"\0plain\xff")).await?;
    let got = response(transport.send(post(&server, "/", "ask")?).await)?;
    ensure(got.status() == 429, || format!("status {}", got.status()))?;
    for (name, values) in [
        ("content-encoding", &["gzip"][..]),
        ("x-two", &["first", "second"]),
        ("retry-after", &["7"]),
    ] {
        let came: Vec<&HeaderValue> = got.headers().get_all(name).iter().collect();
        ensure(came == values, || format!("{name}: {came:?}"))?;
    }
    let body = whole(got).await?;
    ensure(body == b"\0plain\xff"[..], || format!("{body:?}"))
}

const CHUNKED: &str = "HTTP/1.1 200 Any\r\nTransfer-Encoding: chunked\r\n\r\n";

async fn chunked(transport: SharedTransport) -> Outcome {
    let steps = [CHUNKED, "3\r\nabc\r\n", "5;x=y\r\ndefgh\r\n", "0\r\n\r\n"];
    let server = Server::start(move |_| steps.map(|step| Step::Send(step.into())).into()).await?;
    for _ in 0..2 {
        let body = whole(response(transport.send(post(&server, "/", "ask")?).await)?).await?;
        ensure(body == "abcdefgh", || format!("{body:?}"))?;
    }
    Ok(())
}

async fn chunked_limit(transport: SharedTransport) -> Outcome {
    // It never ends: a transport that reads it whole hangs.
    let steps = [Step::Send(CHUNKED.into()), Step::Send("5\r\nabcde\r\n".into()), Step::Hang];
    let server = Server::start(move |_| steps.to_vec()).await?;
    let got = response(transport.send(post(&server, "/", "ask")?).await)?;
    let body = got.into_body().collect(4).await;
    ensure(matches!(body, Err(CollectError::TooLarge { .. })), || format!("{body:?}"))
}

async fn torn_body(transport: SharedTransport) -> Outcome {
    let with_length = "HTTP/1.1 200 Any\r\nContent-Length: 10\r\n\r\nabcde".to_owned();
    for (text, end) in [
        (with_length.clone(), Step::Close),
        (with_length, Step::Reset),
        (format!("{CHUNKED}5\r\nabcde\r\n"), Step::Close),
        (format!("{CHUNKED}9\r\nabcde"), Step::Close),
    ] {
        let kind = format!("{text:?} then {end:?}");
        let server =
            Server::start(move |_| vec![Step::Send(text.clone().into()), end.clone()]).await?;
        let error = match transport.send(post(&server, "/", "ask")?).await {
            // A reset may overtake the head of the response.
            Err(error) => error,
            Ok(got) => match got.into_body().collect(usize::MAX).await {
                Err(CollectError::Transport(error)) => error,
                other => return Err(format!("{kind}: {other:?}")),
            },
        };
        ensure(error.request_sent() == RequestSent::Maybe, || format!("{kind}: {error:?}"))?;
    }
    Ok(())
}

async fn redirect(transport: SharedTransport) -> Outcome {
    for status in [301, 302, 303, 307, 308] {
        let server =
            Server::start(move |_| answer(status, "Location: /other\r\n", b"moved")).await?;
        let got = response(transport.send(post(&server, "/", "ask")?).await)?;
        ensure(got.status() == status, || format!("status {} for {status}", got.status()))?;
        let requests = server.received().len();
        ensure(requests == 1, || format!("{requests} requests for {status}"))?;
    }
    Ok(())
}

async fn unavailable(transport: SharedTransport) -> Outcome {
    for status in [408, 429, 502, 503, 504] {
        let server = Server::start(move |_| answer(status, "Retry-After: 0\r\n", b"later")).await?;
        let got = response(transport.send(post(&server, "/", "ask")?).await)?;
        ensure(got.status() == status, || format!("status {} for {status}", got.status()))?;
        let requests = server.received().len();
        ensure(requests == 1, || format!("{requests} requests for {status}"))?;
    }
    Ok(())
}

async fn cookies(transport: SharedTransport) -> Outcome {
    let server = Server::start(|_| answer(200, "Set-Cookie: a=b\r\n", b"")).await?;
    for _ in 0..2 {
        whole(response(transport.send(post(&server, "/", "ask")?).await)?).await?;
    }
    let kept = server.received().iter().any(|got| got.headers.contains_key("cookie"));
    ensure(!kept, || "a cookie came back".into())
}

async fn refused(transport: SharedTransport) -> Outcome {
    let (url, _bound) = refusing()?;
    let (request, permit) = marked(post_to(&url, "ask")?);
    let error = failure(transport.send(request).await)?;
    ensure(error.kind() == TransportErrorKind::Connect, || format!("{error:?}"))?;
    ensure(error.request_sent() == RequestSent::No, || format!("{error:?}"))?;
    ensure(!permit.was_taken(), || "sent, by the permit".into())
}

async fn reset(transport: SharedTransport) -> Outcome {
    leaves_doubt(transport, Step::Reset).await
}

async fn closed(transport: SharedTransport) -> Outcome {
    leaves_doubt(transport, Step::Close).await
}

/// The server takes the request and is gone, on a new connection and on a used one.
async fn leaves_doubt(transport: SharedTransport, end: Step) -> Outcome {
    let server = Server::start(move |got| match got.target.as_str() {
        "/fatal" => vec![end.clone()],
        _ => answer(200, "", b"fine"),
    })
    .await?;
    for used in [false, true] {
        if used {
            whole(response(transport.send(post(&server, "/", "ask")?).await)?).await?;
        }
        let before = server.received().len();
        let (request, permit) = marked(post(&server, "/fatal", "ask")?);
        let error = failure(transport.send(request).await)?;
        ensure(error.request_sent() == RequestSent::Maybe, || format!("{error:?}"))?;
        ensure(error.kind() == TransportErrorKind::Interrupted, || format!("{error:?}"))?;
        let sent = permit.revoke();
        ensure(sent == RequestSent::Maybe, || format!("sent: {sent:?} by the permit"))?;
        let requests = server.received().len() - before;
        ensure(requests == 1, || format!("{requests} requests"))?;
    }
    Ok(())
}

async fn revoked_late(transport: SharedTransport) -> Outcome {
    for body in ["ask", ""] {
        let server = Server::start(|_| vec![Step::Hang]).await?;
        let (request, permit) = marked(post(&server, "/", body)?);
        let mut pending = transport.send(request);
        while server.received().is_empty() {
            let waited = run_for_and_drop(Duration::from_millis(5), &mut pending).await;
            ensure(waited, || "ready without an answer".into())?;
        }
        let sent = permit.revoke();
        drop(pending);
        ensure(sent == RequestSent::Maybe, || {
            format!("a body of {} bytes, sent: {sent:?} by the permit", body.len())
        })?;
    }
    Ok(())
}

async fn revoked_first(transport: SharedTransport) -> Outcome {
    for body in ["ask", ""] {
        let server = Server::start(|_| answer(200, "", b"ran")).await?;
        let (request, permit) = marked(post(&server, "/", body)?);
        let pending = transport.send(request);
        obeyed(&server, permit.revoke(), pending).await?;
    }
    Ok(())
}

/// More than fits into the buffers between a client and a server that does not read.
const LARGE: usize = 16 << 20;

fn large(server: &Server) -> Result<Request<Bytes>, String> {
    let request = Request::post(server.url("/")).body(vec![b'x'; LARGE].into());
    request.map_err(|error| error.to_string())
}

async fn revoked_halfway(transport: SharedTransport) -> Outcome {
    let steps = [Step::Wait(Duration::from_millis(300)), Step::ReadBody];
    let server = Server::start_early(move |_| {
        let mut steps = steps.to_vec();
        steps.extend(answer(200, "", b"ran"));
        steps
    })
    .await?;
    let (request, permit) = marked(large(&server)?);
    let mut pending = transport.send(request);
    while server.heads() == 0 {
        let waited = run_for_and_drop(Duration::from_millis(5), &mut pending).await;
        ensure(waited, || "ready without an answer".into())?;
    }
    obeyed(&server, permit.revoke(), pending).await
}

/// What was revoked in time fails and never arrives. A transport that ignores permits, or that
/// took it before, may do as it likes.
async fn obeyed(
    server: &Server,
    sent: RequestSent,
    pending: BoxFuture<'_, Result<Response<Body>, TransportError>>,
) -> Outcome {
    let outcome = pending.await;
    if sent == RequestSent::Maybe {
        return Ok(());
    }
    let error = failure(outcome)?;
    ensure(error.request_sent() == RequestSent::No, || format!("{error:?}"))?;
    // Whatever the transport's own tasks still do, they do now.
    let runtime = Runtime::real();
    runtime.sleep(Duration::from_millis(100)).await;
    let requests = server.received().len();
    ensure(requests == 0, || format!("{requests} requests arrived although it was revoked"))
}

async fn early_refusal(transport: SharedTransport) -> Outcome {
    for status in [413, 401, 429] {
        let server = Server::start_early(move |_| answer(status, "", b"no")).await?;
        let (request, permit) = marked(large(&server)?);
        match transport.send(request).await {
            Ok(got) => {
                ensure(got.status() == status, || format!("{} for {status}", got.status()))?;
            }
            // A reset may overtake the response.
            Err(error) => no_doubt(&permit, &error)?,
        }
    }
    Ok(())
}

async fn early_close(transport: SharedTransport) -> Outcome {
    for end in [Step::Close, Step::Reset] {
        let server = Server::start_early(move |_| vec![end.clone()]).await?;
        let (request, permit) = marked(large(&server)?);
        no_doubt(&permit, &failure(transport.send(request).await)?)?;
    }
    Ok(())
}

/// The server has not read the request to its end, so a transport that keeps permits knows that
/// it was not sent.
fn no_doubt(permit: &SendPermit, error: &TransportError) -> Outcome {
    let known = permit.is_ignored() || error.request_sent() == RequestSent::No;
    ensure(known, || format!("the end was not sent, but: {error:?}"))
}

async fn own_answers(transport: SharedTransport) -> Outcome {
    let server = Server::start(|got| answer(200, "", got.target.as_bytes())).await?;
    let one = async |n: usize| -> Outcome {
        let path = format!("/{n}");
        let body = whole(response(transport.send(post(&server, &path, "ask")?).await)?).await?;
        ensure(body == path, || format!("{body:?} for {path}"))
    };
    all((0..32).map(|n| Box::pin(one(n)) as _).collect()).await
}
