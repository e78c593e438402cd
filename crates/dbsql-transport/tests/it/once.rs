//! No request arrives twice, and a request reported as not sent does not arrive, whatever
//! connections do and whenever a request is dropped or revoked.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::{
    FreshConnection, HttpOptions, HyperTransport, RequestBody, RequestSent, SendPermit, Transport,
};
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::identity::Identity;
use crate::server::Server;

type Log = Arc<Mutex<String>>;

/// Records all that it reads, responds at each semicolon, and closes soon after the first response,
/// so that the next request races with the close.
async fn answer_and_go(mut stream: TcpStream, log: Log, limit: Duration) {
    let serve = async {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
            log.lock().expect("no panic while locked").push_str(&text);
            for _ in text.matches(';') {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            }
        }
    };
    let _ = timeout(limit, serve).await;
}

#[derive(Debug, Default)]
struct Tally {
    answered: usize,
    not_sent: usize,
    maybe: usize,
}

async fn race(fresh: bool, cut: bool) -> Tally {
    let log = Log::default();
    let served = Arc::clone(&log);
    let opened = Mutex::new(0_u64);
    let server = Server::serve(move |stream| {
        // Connections live between a fraction of a millisecond and a few milliseconds.
        let mut opened = opened.lock().expect("no panic while locked");
        *opened += 1;
        answer_and_go(stream, Arc::clone(&served), Duration::from_micros(*opened * 397 % 4000))
    })
    .await;
    let transport = HyperTransport::new(HttpOptions::default()).expect("valid options");

    let mut tally = Tally::default();
    let mut outcomes = Vec::new();
    for id in 0..400_u64 {
        let permit = SendPermit::new();
        let mut request = Request::post(server.url("http"))
            .extension(permit.clone())
            .body(Bytes::from(format!("<{id}>;")))
            .expect("a valid request");
        if fresh {
            request.extensions_mut().insert(FreshConnection::default());
        }
        let limit = if cut { Duration::from_micros(id * 131 % 3000) } else { Duration::MAX };
        let mut send = pin!(transport.send(request));
        // Some are given up after one poll, before the connection can take them: a timer alone never
        // comes first on a fast machine.
        let at_once = cut && id % 20 == 0;
        let ready = |polled| match polled {
            Poll::Ready(sent) => Some(sent),
            Poll::Pending => None,
        };
        let sent = match at_once {
            true => poll_fn(|cx| Poll::Ready(ready(send.as_mut().poll(cx)))).await,
            false => timeout(limit, send.as_mut()).await.ok(),
        };
        let outcome = match sent {
            Some(Ok(_)) => None,
            Some(Err(error)) => Some(error.request_sent()),
            None => Some(permit.revoke()),
        };
        match outcome {
            None => tally.answered += 1,
            Some(RequestSent::No) => tally.not_sent += 1,
            Some(RequestSent::Maybe) => tally.maybe += 1,
        }
        outcomes.push((id, outcome));
        sleep(Duration::from_micros(id * 61 % 2500)).await;
    }

    // Whatever is still on its way arrives now.
    sleep(Duration::from_millis(100)).await;
    let log = log.lock().expect("no panic while locked");
    for (id, outcome) in outcomes {
        let arrivals = log.matches(&format!("<{id}>")).count();
        match outcome {
            None => assert_eq!(arrivals, 1, "{id} was answered"),
            Some(RequestSent::No) => assert_eq!(arrivals, 0, "{id} was not sent"),
            Some(RequestSent::Maybe) => assert!(arrivals <= 1, "{id} arrived {arrivals} times"),
        }
    }
    tally
}

#[tokio::test]
async fn requests_that_race_with_a_close_arrive_at_most_once() {
    for fresh in [false, true] {
        let tally = race(fresh, false).await;
        assert!(tally.answered > 0 && tally.maybe > 0, "no race took place: {tally:?}");
    }
}

#[tokio::test]
async fn requests_that_are_dropped_arrive_only_if_they_count_as_sent() {
    let tally = race(false, true).await;
    let kinds = [tally.answered, tally.not_sent, tally.maybe];
    assert!(kinds.iter().all(|&count| count > 0), "no race took place: {tally:?}");
}

/// Reads whole requests and records their numbers, over either version of HTTP.
async fn remember<S>(stream: S, http2: bool, ran: Arc<Mutex<BTreeSet<u64>>>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let ran = Arc::clone(&ran);
        async move {
            let body = request.into_body().collect().await?.to_bytes();
            let id = body.get(..8).and_then(|id| id.try_into().ok()).map(u64::from_le_bytes);
            let first = ran.lock().expect("no panic while locked").insert(id.expect("a number"));
            assert!(first, "{id:?} ran twice");
            Ok::<_, hyper::Error>(Response::new(Empty::<Bytes>::new()))
        }
    });
    let stream = TokioIo::new(stream);
    let _ = if http2 {
        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(stream, service)
            .await
    } else {
        hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await
    };
}

/// Sends requests from many tasks, gives up on each after a short time, and compares what was
/// reported with what ran.
async fn assert_revoked_never_runs(url: String, options: HttpOptions, ran: &Mutex<BTreeSet<u64>>) {
    const TASKS: u64 = 16;
    const EACH: u64 = 60;
    let transport = HyperTransport::new(options).expect("valid options");
    let mut tally = Tally::default();
    let mut not_sent = Vec::new();
    for round in 0..EACH {
        let mut running = JoinSet::new();
        for task in 0..TASKS {
            let id = round * TASKS + task;
            let transport = transport.clone();
            let (request, permit) = request(&url, id);
            running.spawn(async move {
                let limit = match id % 16 {
                    0 => Duration::from_secs(30),
                    _ => Duration::from_micros(id * 131 % 4000),
                };
                let pending = transport.send(request);
                let outcome = match timeout(limit, pending).await {
                    Ok(Ok(_)) => None,
                    Ok(Err(error)) => Some(error.request_sent()),
                    Err(_) => Some(permit.revoke()),
                };
                (id, outcome)
            });
        }
        while let Some(done) = running.join_next().await {
            let (id, outcome) = done.expect("no panic");
            match outcome {
                None => tally.answered += 1,
                Some(RequestSent::Maybe) => tally.maybe += 1,
                Some(RequestSent::No) => {
                    tally.not_sent += 1;
                    not_sent.push(id);
                }
            }
        }
    }
    sleep(Duration::from_millis(200)).await;
    let ran = ran.lock().expect("no panic while locked");
    let wrong: Vec<_> = not_sent.iter().filter(|id| ran.contains(id)).collect();
    assert!(wrong.is_empty(), "{wrong:?} of {tally:?} ran although they were not sent");
    let kinds = [tally.answered, tally.not_sent, tally.maybe];
    assert!(kinds.iter().all(|&count| count > 0), "no race took place: {tally:?}");
}

fn request(url: &str, id: u64) -> (Request<Bytes>, SendPermit) {
    let permit = SendPermit::new();
    // One frame, exactly two, or a fractional number.
    let length = [8, 2 * RequestBody::FRAME, 3 * RequestBody::FRAME + 1][(id % 3) as usize];
    let mut body = id.to_le_bytes().to_vec();
    body.resize(length, b'x');
    let request = Request::post(url).extension(permit.clone()).body(Bytes::from(body));
    (request.expect("a valid request"), permit)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn revoked_requests_never_run_over_http1() {
    let ran = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&ran);
    let server = Server::serve(move |stream| remember(stream, false, Arc::clone(&seen))).await;
    assert_revoked_never_runs(server.url("http"), HttpOptions::default(), &ran).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn revoked_requests_never_run_over_http2() {
    let ran = Arc::new(Mutex::new(BTreeSet::new()));
    let (seen, identity) = (Arc::clone(&ran), Identity::of("localhost"));
    let acceptor = identity.acceptor();
    let server = Server::serve(move |stream| {
        let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            remember(stream, true, seen).await;
        }
    })
    .await;
    let options = HttpOptions::new().add_root_certificate_pem(identity.pem());
    assert_revoked_never_runs(server.url("https"), options, &ran).await;
}
