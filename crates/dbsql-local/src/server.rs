//! Access through a socket: HTTP/1.1 on a loopback address, with or without TLS.

mod connection;
mod open;
mod pulse;
mod socket;
mod tls;
mod watched;
mod web;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::{Runtime, Tasks};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::flag::is_set;
use crate::later::later;
use crate::server::connection::{Origin, Shared, serve};
use crate::server::open::OpenConnections;
use crate::server::pulse::Pulse;
pub use crate::server::tls::TlsCertificate;
use crate::service::Service;

/// The maximum time for requests in flight when the server shuts down.
const GRACE: Duration = Duration::from_secs(5);

/// The time without a new connection after which expired sessions, operations and results are
/// removed: requests remove them, too, but there may be none.
const SWEEP_PAUSE: Duration = Duration::from_secs(10);

/// The pause after a failed accept, for example when file descriptors are exhausted.
const PAUSE: Duration = Duration::from_millis(50);

/// A [`Service`] on a port of 127.0.0.1. Dropping it stops it immediately, with all its
/// connections; the service itself keeps running.
///
/// ```
/// use dbsql_local::{Server, Service};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let service = Service::builder().accept_token("secret").build();
/// let server = Server::start(service.clone(), ([127, 0, 0, 1], 0).into()).await?;
/// // The host, the path and the token of a client in any language:
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// assert_eq!(service.settings().http_path, "/sql/1.0/warehouses/local");
/// server.shutdown().await;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    origin: Origin,
    stop: watch::Sender<bool>,
    runtime: Runtime,
    accepting: Tasks,
    connections: Arc<Tasks>,
}

impl Server {
    /// Starts listening. Port 0 selects a free port.
    ///
    /// # Errors
    ///
    /// If the address is not a loopback address (`127.0.0.0/8`, `::1`), since a local warehouse is
    /// not for other machines, or if the port is in use.
    pub async fn start(service: Service, address: SocketAddr) -> io::Result<Self> {
        Self::listen(service, address, None).await
    }

    /// Starts listening for TLS connections only, for clients that require TLS; links to results
    /// are `https` too. Otherwise like [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn start_tls(
        service: Service,
        address: SocketAddr,
        certificate: TlsCertificate,
    ) -> io::Result<Self> {
        Self::listen(service, address, Some(certificate)).await
    }

    async fn listen(
        service: Service,
        address: SocketAddr,
        tls: Option<TlsCertificate>,
    ) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            let message = "a local warehouse listens on a loopback address only";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let origin: Origin = format!("{scheme}://{address}").into();
        let runtime = service.inner.runtime.clone();
        let stop = watch::Sender::new(false);
        let connections = Arc::new(runtime.tasks());
        let accepting = runtime.tasks();
        let (stopped, running) = (stop.subscribe(), Arc::clone(&connections));
        let shared = Shared { service, origin: Arc::clone(&origin), stopped };
        let server = Accepting { shared, tls, open: Arc::default() };
        accepting.spawn(server.accept(listener, running));
        Ok(Self { address, origin, stop, runtime, accepting, connections })
    }

    /// Returns the address of the listener.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL without a path, such as `http://127.0.0.1:8080`, or `https` with TLS.
    #[must_use]
    pub fn url(&self) -> String {
        self.origin.to_string()
    }

    /// Accepts no more connections, gives requests in flight a few seconds to end, and stops.
    pub async fn shutdown(self) {
        let Self { stop, runtime, accepting, connections, .. } = self;
        stop.send_replace(true);
        // With the task of the listener its share of the connections is dropped.
        accepting.join_all().await;
        if let Ok(connections) = Arc::try_unwrap(connections) {
            let deadline = Some(runtime.now() + GRACE);
            // Connections that have not ended by then are dropped with the set.
            let _ = runtime.timeout_at(deadline, connections.join_all()).await;
        }
    }
}

/// The listener.
struct Accepting {
    shared: Shared,
    tls: Option<TlsCertificate>,
    open: Arc<OpenConnections>,
}

impl Accepting {
    async fn accept(self, listener: TcpListener, connections: Arc<Tasks>) {
        let inner = Arc::clone(&self.shared.service.inner);
        loop {
            let accepted = tokio::select! {
                biased;
                () = is_set(self.shared.stopped.clone()) => return,
                accepted = listener.accept() => accepted,
                () = inner.runtime.sleep(SWEEP_PAUSE) => {
                    inner.sweep_now_and_then();
                    continue;
                }
            };
            match accepted {
                Ok((stream, _)) => self.spawn(stream, &connections),
                // The client disconnected before it was accepted, or resources are exhausted for
                // now.
                Err(_) => {
                    self.open.make_room();
                    inner.runtime.sleep(PAUSE).await;
                }
            }
        }
    }

    fn spawn(&self, stream: TcpStream, connections: &Tasks) {
        // Small responses are sent without delay. If this fails, they are merely late.
        let _ = stream.set_nodelay(true);
        let (shared, tls) = (self.shared.clone(), self.tls.clone());
        let limits = shared.service.settings().socket.clone();
        let runtime = shared.service.inner.runtime.clone();
        let pulse = Pulse::new(&runtime);
        let registered = self.open.add(Arc::clone(&pulse), limits.max_connections);
        connections.spawn(async move {
            let _registered = registered;
            let Some(tls) = tls else { return serve(stream, shared, pulse).await };
            let deadline = Some(later(runtime.now(), limits.header_timeout));
            let accepted = tokio::select! {
                biased;
                () = is_set(shared.stopped.clone()) => return,
                () = pulse.evicted() => return,
                accepted = runtime.timeout_at(deadline, tls.accept(stream)) => accepted,
            };
            // A client that does not trust the certificate, or does not use TLS, disconnects.
            if let Ok(Ok(stream)) = accepted {
                serve(stream, shared, pulse).await;
            }
        });
    }
}
