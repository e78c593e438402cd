//! Access to a service without a socket.

use bytes::Bytes;
use dbsql_transport::{
    Body, BoxFuture, FreshConnection, RequestSent, SendPermit, Transport, TransportError,
};
use http::{HeaderValue, Request, Response, header};
use tokio::task::yield_now;

use crate::service::{Arrival, Reply, Service};

/// A [`Transport`] directly into a [`Service`]: every host is the warehouse, and the links in its
/// responses point to the host of the request.
///
/// It needs no socket or thread, so it works with paused time. Dropping a request stops the service
/// from working on it, but not a statement that it has accepted.
///
/// Under paused time a statement of 20 seconds ends at once:
///
/// ```
/// # use std::time::Duration;
/// # use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// # use dbsql_local::runtime::Runtime;
/// use dbsql_local::transport::Transport;
/// use dbsql_local::{LocalTransport, Service};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let slow = Answer::affected(1).after(Duration::from_secs(20));
/// # let engine = ScriptedEngine::new(Runtime::real()).on("OPTIMIZE t", slow);
/// # let service = Service::builder().engine(engine).build();
/// let transport = LocalTransport::new(service);
/// let body = r#"{"warehouse_id": "local", "statement": "OPTIMIZE t", "wait_timeout": "30s"}"#;
/// let request = http::Request::post("http://warehouse.test/api/2.0/sql/statements")
///     .header("content-type", "application/json")
///     .body(body.into())?;
/// let response = transport.send(request).await?.into_body().collect(4096).await?;
/// assert!(String::from_utf8_lossy(&response).contains("SUCCEEDED"));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct LocalTransport {
    service: Service,
}

impl LocalTransport {
    /// Creates a transport into this service.
    #[must_use]
    pub fn new(service: Service) -> Self {
        Self { service }
    }
}

impl Transport for LocalTransport {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let permit = SendPermit::hold_for(&request);
        Box::pin(async move {
            let exchange = self.service.arrive(request_with_host(&request), origin(&request));
            match exchange.arrival() {
                Arrival::Sent => {}
                Arrival::Refused => {
                    let error = TransportError::connect("a planned fault");
                    return Err(error.with_message("the local warehouse refuses the connection"));
                }
                Arrival::ResetUnsent => {
                    return Err(TransportError::interrupted(RequestSent::No, "a planned fault"));
                }
                Arrival::StalledUnsent => std::future::pending().await,
            }
            permit.take()?;
            // As between the ends of a socket: other tasks may run before the request is processed,
            // and before its response is.
            yield_now().await;
            let reply = exchange.run().await;
            yield_now().await;
            match reply {
                Reply::Response(response) => Ok(response),
                Reply::Closed | Reply::Reset => {
                    Err(TransportError::interrupted(RequestSent::Maybe, "a planned fault"))
                }
            }
        })
    }
}

/// Returns the request as the service would receive it over a socket.
fn request_with_host(request: &Request<Bytes>) -> Request<Bytes> {
    let mut seen = Request::new(request.body().clone());
    *seen.method_mut() = request.method().clone();
    *seen.uri_mut() = request.uri().clone();
    *seen.headers_mut() = request.headers().clone();
    if let Some(fresh) = request.extensions().get::<FreshConnection>() {
        seen.extensions_mut().insert(*fresh);
    }
    if let Some(host) = request.uri().authority()
        && let Ok(host) = HeaderValue::from_str(host.as_str())
    {
        seen.headers_mut().entry(header::HOST).or_insert(host);
    }
    seen
}

/// Returns the scheme and authority of the request.
fn origin(request: &Request<Bytes>) -> String {
    let scheme = request.uri().scheme_str().unwrap_or("http");
    let authority = request.uri().authority().map_or("127.0.0.1", |one| one.as_str());
    format!("{scheme}://{authority}")
}
