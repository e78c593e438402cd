//! One connection.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use dbsql_transport::Body;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::{mpsc, watch};

use crate::flag::is_set;
use crate::server::pulse::{Busy, Pulse};
use crate::server::socket::Socket;
use crate::server::watched::{Sent, Watched};
use crate::server::web;
use crate::service::{MAX_REQUEST, Reply, Service};

/// The URL of the server without a path, which links to results start with.
pub(super) type Origin = Arc<str>;

/// How a connection is aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Abort {
    Close,
    Reset,
}

/// What the connections of a server share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) service: Service,
    pub(super) origin: Origin,
    pub(super) stopped: watch::Receiver<bool>,
}

/// Serves requests one after another until either side closes the connection.
pub(super) async fn serve<S: Socket>(stream: S, shared: Shared, pulse: Arc<Pulse>) {
    let Shared { service, origin, stopped } = shared;
    let limits = service.settings().socket.clone();
    let (abort, mut aborted) = mpsc::channel(1);
    let answering = service_fn(|request| {
        let (service, origin, abort) = (service.clone(), Arc::clone(&origin), abort.clone());
        let busy = pulse.begin();
        async move {
            let answer = answer(service, request, &origin, abort, &busy).await;
            Ok::<_, Infallible>(answer.map(|body| Sent { body, _busy: busy }))
        }
    });
    let stream = TokioIo::new(Watched::new(stream, Arc::clone(&pulse)));
    let mut connection = http1::Builder::new().serve_connection(stream, answering);
    let mut stopping = false;
    let how = {
        let mut expired = pin!(pulse.expired(&limits));
        loop {
            tokio::select! {
                biased;
                Some(how) = aborted.recv() => break how,
                // A client that disconnects is not a failure of the server.
                _ = &mut connection => return,
                () = is_set(stopped.clone()), if !stopping => {
                    stopping = true;
                    std::pin::Pin::new(&mut connection).graceful_shutdown();
                }
                () = pulse.evicted() => return,
                () = &mut expired => return,
            }
        }
    };
    let stream = connection.into_parts().io.into_inner().stream;
    if how == Abort::Reset {
        // Without it the connection is closed normally, which is the best alternative.
        let _ = stream.end_with_reset();
    }
}

/// Answers a request. If the connection is to be aborted instead, says so and never returns.
async fn answer(
    service: Service,
    request: Request<Incoming>,
    origin: &str,
    abort: mpsc::Sender<Abort>,
    busy: &Busy,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    if let Some(refusal) = web::refusal(&service, &head.headers, origin) {
        return refusal.map(Body::from);
    }
    // A request that announces an excessive length is not read.
    if body.size_hint().lower() > MAX_REQUEST as u64 {
        return too_large();
    }
    let body = match Limited::new(body, MAX_REQUEST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            return too_large();
        }
        // The client is gone.
        Err(_) => return refuse(StatusCode::BAD_REQUEST, "the request broke off"),
    };
    busy.is_received();
    let request: Request<Bytes> = Request::from_parts(head, body);
    let exchange = service.arrive(request, origin.to_owned());
    let how = match exchange.run().await {
        Reply::Response(response) => return response,
        Reply::Closed => Abort::Close,
        Reply::Reset => Abort::Reset,
    };
    // The channel has room for the single request of a connection.
    let _ = abort.try_send(how);
    std::future::pending().await
}

fn too_large() -> Response<Body> {
    refuse(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large")
}

fn refuse(status: StatusCode, message: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(message));
    *response.status_mut() = status;
    response
}
