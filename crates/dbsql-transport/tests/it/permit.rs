//! The permission to send on real sockets: the first to claim it wins, and the server agrees.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::{
    HttpOptions, HyperTransport, RequestSent, Revoked, SendPermit, SharedTransport,
    TransportErrorKind,
};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::identity::Identity;
use crate::server::Server;
use crate::{chain, text};

/// A server that proceeds only when told to, and the requests that it has seen.
#[derive(Clone)]
struct Gates {
    /// One permit per handshake.
    handshake: Arc<Semaphore>,
    /// One permit per body that may be read.
    read: Arc<Semaphore>,
    /// One permit per response.
    answer: Arc<Semaphore>,
    heads: Arc<AtomicUsize>,
    complete: Arc<AtomicUsize>,
}

async fn pass(gate: &Semaphore) {
    gate.acquire().await.expect("never closed").forget();
}

async fn until(what: &AtomicUsize) {
    while what.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(1)).await;
    }
}

async fn connected(server: &Server) {
    while server.connections() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
}

async fn gated(identity: &Identity, http2: bool) -> (Server, Gates, SharedTransport) {
    let [handshake, read, answer] = [(); 3].map(|()| Arc::new(Semaphore::new(0)));
    let gates = Gates { handshake, read, answer, heads: Arc::default(), complete: Arc::default() };
    let (acceptor, held) = (identity.acceptor(), gates.clone());
    let server = Server::serve(move |stream| {
        let (acceptor, gates) = (acceptor.clone(), held.clone());
        async move {
            pass(&gates.handshake).await;
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(|request: Request<hyper::body::Incoming>| {
                let gates = gates.clone();
                async move {
                    gates.heads.fetch_add(1, Ordering::SeqCst);
                    pass(&gates.read).await;
                    request.into_body().collect().await?;
                    gates.complete.fetch_add(1, Ordering::SeqCst);
                    pass(&gates.answer).await;
                    Ok::<_, hyper::Error>(Response::new(Full::new(Bytes::from("ran"))))
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
    })
    .await;
    let options = HttpOptions::new().add_root_certificate_pem(identity.pem()).http2(http2);
    let transport = HyperTransport::new(options).expect("valid options");
    (server, gates, transport.into())
}

fn request(server: &Server, length: usize) -> (Request<Bytes>, SendPermit) {
    let permit = SendPermit::new();
    let request = Request::post(server.url("https"))
        .extension(permit.clone())
        .body(Bytes::from(vec![b'x'; length]))
        .expect("a valid request");
    (request, permit)
}

const SMALL: usize = 3;
/// More than fits into all buffers in between.
const LARGE: usize = 20_000_000;

/// Drops the future, or polls it to its end: a revoked request never arrives.
async fn assert_never_arrives(
    pending: impl Future<
        Output = Result<Response<dbsql_transport::Body>, dbsql_transport::TransportError>,
    >,
    drop_it: bool,
    gates: &Gates,
) {
    gates.handshake.add_permits(8);
    gates.read.add_permits(8);
    if drop_it {
        drop(pending);
    } else {
        let outcome = timeout(Duration::from_secs(30), pending).await.expect("an end");
        let error = outcome.expect_err("revoked");
        assert_eq!(error.request_sent(), RequestSent::No, "{error:?}");
        assert_eq!(error.kind(), TransportErrorKind::Other, "{error:?}");
        assert!(chain(&error).contains(&revoked().to_string()), "{}", chain(&error));
    }
    sleep(Duration::from_millis(100)).await;
    assert_eq!(gates.complete.load(Ordering::SeqCst), 0, "it arrived");
}

fn revoked() -> Revoked {
    let permit = SendPermit::new();
    permit.revoke();
    permit.take().expect_err("revoked")
}

#[tokio::test]
async fn request_revoked_before_its_first_poll_never_arrives() {
    let identity = Identity::of("localhost");
    for http2 in [false, true] {
        for drop_it in [false, true] {
            let (server, gates, transport) = gated(&identity, http2).await;
            let (request, permit) = request(&server, SMALL);
            let pending = transport.send(request);
            assert_eq!(permit.revoke(), RequestSent::No);
            assert_never_arrives(pending, drop_it, &gates).await;
        }
    }
}

#[tokio::test]
async fn request_revoked_while_connecting_never_arrives() {
    let identity = Identity::of("localhost");
    for http2 in [false, true] {
        for drop_it in [false, true] {
            let (server, gates, transport) = gated(&identity, http2).await;
            let (request, permit) = request(&server, SMALL);
            let mut pending = transport.send(request);
            tokio::select! {
                biased;
                outcome = &mut pending => panic!("{outcome:?}"),
                () = connected(&server) => {}
            }
            assert_eq!(permit.revoke(), RequestSent::No);
            assert_never_arrives(pending, drop_it, &gates).await;
        }
    }
}

#[tokio::test]
async fn request_revoked_in_its_body_never_arrives() {
    let identity = Identity::of("localhost");
    for http2 in [false, true] {
        for drop_it in [false, true] {
            let (server, gates, transport) = gated(&identity, http2).await;
            gates.handshake.add_permits(8);
            let (request, permit) = request(&server, LARGE);
            let mut pending = transport.send(request);
            tokio::select! {
                biased;
                outcome = &mut pending => panic!("{outcome:?}"),
                () = until(&gates.heads) => {}
            }
            assert_eq!(permit.revoke(), RequestSent::No);
            assert_never_arrives(pending, drop_it, &gates).await;
        }
    }
}

#[tokio::test]
async fn request_that_arrived_cannot_be_revoked() {
    let identity = Identity::of("localhost");
    for http2 in [false, true] {
        for length in [SMALL, LARGE] {
            let (server, gates, transport) = gated(&identity, http2).await;
            gates.handshake.add_permits(8);
            gates.read.add_permits(8);
            let (request, permit) = request(&server, length);
            let mut pending = transport.send(request);
            tokio::select! {
                biased;
                outcome = &mut pending => panic!("{outcome:?}"),
                () = until(&gates.complete) => {}
            }
            assert_eq!(permit.revoke(), RequestSent::Maybe);
            gates.answer.add_permits(8);
            let answer = pending.await.expect("answered all the same");
            assert_eq!(text(answer).await, "ran");
        }
    }
}

#[tokio::test]
async fn revoked_request_leaves_the_transport_usable() {
    let identity = Identity::of("localhost");
    for http2 in [false, true] {
        let (server, gates, transport) = gated(&identity, http2).await;
        let gate = [&gates.handshake, &gates.read, &gates.answer];
        gate.iter().for_each(|gate| gate.add_permits(8));
        let (first, permit) = request(&server, SMALL);
        let pending = transport.send(first);
        permit.revoke();
        assert!(pending.await.is_err());
        let answer = transport.send(request(&server, SMALL).0).await.expect("answered");
        assert_eq!(text(answer).await, "ran");
    }
}

#[tokio::test]
async fn permit_of_a_request_without_a_body_is_taken_before_its_head() {
    let server = Server::plain().await;
    let transport = SharedTransport::from(HyperTransport::new(HttpOptions::new()).expect("valid"));
    for revoke in [true, false] {
        let permit = SendPermit::new();
        let request = Request::get(server.url("http")).extension(permit.clone());
        let pending = transport.send(request.body(Bytes::new()).expect("valid"));
        if revoke {
            assert_eq!(permit.revoke(), RequestSent::No);
            assert!(pending.await.is_err());
            assert_eq!(server.connections(), 0);
        } else {
            text(pending.await.expect("answered")).await;
            assert_eq!(permit.revoke(), RequestSent::Maybe);
        }
    }
}
