//! A transport whose connection runs independently of the caller, and which takes the send permit
//! of a submit when the test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use dbsql_transport::{
    Body, BoxFuture, FreshConnection, RequestSent, SendPermit, Transport, TransportError,
};
use http::{Request, Response};
use tokio::sync::{Semaphore, oneshot};

use super::Server;

/// The gate in front of a server. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    server: Server,
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
    /// Number of submits whose permit was revoked.
    revoked: Arc<AtomicUsize>,
}

impl Gate {
    pub(crate) fn before(server: &Server) -> Self {
        let closed = || Arc::new(Semaphore::new(0));
        let (arrived, open) = (closed(), closed());
        Self { server: server.clone(), arrived, open, revoked: Arc::default() }
    }

    /// Waits for a submit whose last bytes are held.
    pub(crate) async fn arrived(&self) {
        self.arrived.acquire().await.expect("never closed").forget();
    }

    /// Lets one submit request its permit and, if granted, be sent to the server.
    pub(crate) async fn let_go(&self) {
        self.open.add_permits(1);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn revoked(&self) -> usize {
        self.revoked.load(Ordering::Relaxed)
    }

    async fn hold(self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let permit = request.extensions().get::<SendPermit>().expect("the engine's").clone();
        permit.hold();
        self.arrived.add_permits(1);
        self.open.acquire().await.expect("never closed").forget();
        if let Err(revoked) = permit.take() {
            self.revoked.fetch_add(1, Ordering::Relaxed);
            return Err(TransportError::interrupted(RequestSent::No, revoked));
        }
        self.server.send(request).await
    }
}

impl Transport for Gate {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        // Only submits request a fresh connection.
        if request.extensions().get::<FreshConnection>().is_none() {
            return self.server.send(request);
        }
        let (answer, answered) = oneshot::channel();
        let held = self.clone().hold(request);
        // As with a real connection, the task continues when the caller no longer waits.
        tokio::spawn(async move { drop(answer.send(held.await)) });
        Box::pin(async move { answered.await.expect("the task ends with an answer") })
    }
}
