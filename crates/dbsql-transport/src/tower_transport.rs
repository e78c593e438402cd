//! A transport over any `tower::Service` of HTTP requests.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use crate::{
    Body, BoxError, BoxFuture, RequestBody, RequestSent, Transport, TransportError,
    TransportErrorKind,
};

/// A [`Transport`] over a `tower::Service`: an HTTP client with layers around it.
///
/// For each request the service is cloned, polled until it is ready, and called. It must keep the
/// contract of [`Transport`]: a layer must not follow redirects, keep cookies, decompress bodies or
/// retry. The request has a [`RequestBody`], which takes the [`SendPermit`](crate::SendPermit) with
/// its last frame; it cannot be cloned, so that a retry layer does not compile unless it collects
/// the body before.
///
/// ```
/// use std::time::Duration;
/// use dbsql_transport::{RequestBody, SharedTransport, TowerTransport, TransportError, TransportErrorKind};
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
/// use tower::ServiceBuilder;
///
/// let client = Client::builder(TokioExecutor::new()).build_http::<RequestBody>();
/// let service = ServiceBuilder::new().timeout(Duration::from_secs(600)).service(client);
/// let transport = TowerTransport::new(service).map_error(|error, sent| {
///     let kind = match error.downcast_ref::<hyper_util::client::legacy::Error>() {
///         Some(error) if error.is_connect() => return TransportError::connect(error.to_string()),
///         Some(_) => TransportErrorKind::Interrupted,
///         None => TransportErrorKind::Timeout,
///     };
///     TransportError::new(kind, sent, error)
/// });
/// let transport = SharedTransport::new(transport);
/// # drop(transport);
/// ```
///
/// # Errors of the service
///
/// An error that is a [`TransportError`] is passed on as it is. Any other is given to the function
/// set by [`map_error`](Self::map_error), together with what the permit knows: whether the last frame
/// of the request may have been read. Without a function the kind is
/// [`Other`](TransportErrorKind::Other), which the engine does not retry.
pub struct TowerTransport<S> {
    service: S,
    map_error: Arc<dyn Fn(BoxError, RequestSent) -> TransportError + Send + Sync>,
}

impl<S> TowerTransport<S> {
    /// A transport over `service`.
    #[must_use]
    pub fn new(service: S) -> Self {
        let other = |error: BoxError, sent| {
            TransportError::new(TransportErrorKind::Other, sent, error)
                .with_message("the http service failed")
        };
        Self { service, map_error: Arc::new(other) }
    }

    /// Sets what an error of the service means: its kind, and whether the request may have been
    /// sent. The second argument is what the permit knows. `No` is proof: the end of the request was
    /// not read, and never will be. `Maybe` can be an understatement, as for a request without a body.
    #[must_use]
    pub fn map_error(
        mut self,
        map_error: impl Fn(Box<dyn Error + Send + Sync>, RequestSent) -> TransportError
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.map_error = Arc::new(map_error);
        self
    }
}

impl<S, B> Transport for TowerTransport<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let request = RequestBody::attach(request);
        let permit = request.body().permit().clone();
        // Only the clone that was found ready may be called.
        let mut service = self.service.clone();
        Box::pin(async move {
            let exchange = async {
                std::future::poll_fn(|cx| service.poll_ready(cx)).await.map_err(Into::into)?;
                request.body().start().map_err(TransportError::from)?;
                service.call(request).await.map_err(Into::<BoxError>::into)
            };
            match exchange.await {
                Ok(response) => Ok(response.map(Body::new)),
                Err(error) => Err(match error.downcast::<TransportError>() {
                    Ok(error) => *error,
                    Err(error) => (self.map_error)(error, permit.revoke()),
                }),
            }
        })
    }
}

impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = std::any::type_name::<S>();
        f.debug_struct("TowerTransport").field("service", &service).finish_non_exhaustive()
    }
}
