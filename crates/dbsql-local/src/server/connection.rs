//! One connection.

use std::convert::Infallible;
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
use crate::server::socket::Socket;
use crate::service::{MAX_REQUEST, Reply, Service};

/// The URL of the server without a path, which links to results start with.
pub(super) type Origin = Arc<str>;

/// How a connection is aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Abort {
    Close,
    Reset,
}

/// Serves requests one after another until either side closes the connection.
pub(super) async fn serve<S: Socket>(
    stream: S,
    service: Service,
    origin: Origin,
    stopped: watch::Receiver<bool>,
) {
    let (abort, mut aborted) = mpsc::channel(1);
    let answering = service_fn(|request| {
        let (service, origin, abort) = (service.clone(), Arc::clone(&origin), abort.clone());
        async move { Ok::<_, Infallible>(answer(service, request, &origin, abort).await) }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answering);
    let mut stopping = false;
    let how = loop {
        tokio::select! {
            biased;
            Some(how) = aborted.recv() => break how,
            // A client that disconnects is not a failure of the server.
            _ = &mut connection => return,
            () = is_set(stopped.clone()), if !stopping => {
                stopping = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let stream = connection.into_parts().io.into_inner();
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
) -> Response<Body> {
    let (head, body) = request.into_parts();
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
