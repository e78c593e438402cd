//! The way in through a socket: HTTP/1.1 on this machine's own address, with or without TLS.

mod connection;
mod socket;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::{Runtime, Tasks};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::flag::is_set;
use crate::server::connection::{Origin, serve};
pub use crate::server::tls::TlsCertificate;
use crate::service::Service;

/// How long requests under way may take when the server shuts down.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait when no connection can be accepted, for want of file descriptors for example.
const PAUSE: Duration = Duration::from_millis(50);

/// A [`Service`] on a port of 127.0.0.1. Dropping it stops it at once, with all its connections;
/// the service itself goes on.
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
    /// Listens. Port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// When the address is not one of this machine's own (`127.0.0.0/8`, `::1`): a local warehouse
    /// is not for others. And when the port is taken.
    pub async fn start(service: Service, address: SocketAddr) -> io::Result<Self> {
        Self::listen(service, address, None).await
    }

    /// Listens and speaks TLS alone, for clients that know nothing else; links to results are
    /// `https`, too. As [`start`](Self::start) in all else.
    ///
    /// # Errors
    ///
    /// Those of [`start`](Self::start).
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
        let server = Accepting { service, origin: Arc::clone(&origin), tls, stopped };
        accepting.spawn(server.accept(listener, running));
        Ok(Self { address, origin, stop, runtime, accepting, connections })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL without a path, such as `http://127.0.0.1:8080`, or `https` with TLS.
    #[must_use]
    pub fn url(&self) -> String {
        self.origin.to_string()
    }

    /// Accepts no more connections, lets requests under way end, for some seconds at most, and
    /// stops.
    pub async fn shutdown(self) {
        let Self { stop, runtime, accepting, connections, .. } = self;
        stop.send_replace(true);
        // With its task goes the other owner of the connections.
        accepting.join_all().await;
        if let Ok(connections) = Arc::try_unwrap(connections) {
            let deadline = Some(runtime.now() + GRACE);
            // What has not ended by then is dropped with the set.
            let _ = runtime.timeout_at(deadline, connections.join_all()).await;
        }
    }
}

/// What each connection needs.
struct Accepting {
    service: Service,
    origin: Origin,
    tls: Option<TlsCertificate>,
    stopped: watch::Receiver<bool>,
}

impl Accepting {
    async fn accept(self, listener: TcpListener, connections: Arc<Tasks>) {
        loop {
            let accepted = tokio::select! {
                biased;
                () = is_set(self.stopped.clone()) => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => self.spawn(stream, &connections),
                // One that went away before it was accepted, or no room for more: there will be.
                Err(_) => self.service.inner.runtime.sleep(PAUSE).await,
            }
        }
    }

    fn spawn(&self, stream: TcpStream, connections: &Tasks) {
        // Small answers go out as they are. When that cannot be set they are late, no more.
        let _ = stream.set_nodelay(true);
        let (service, origin) = (self.service.clone(), Arc::clone(&self.origin));
        let stopped = self.stopped.clone();
        let Some(tls) = self.tls.clone() else {
            connections.spawn(serve(stream, service, origin, stopped));
            return;
        };
        connections.spawn(async move {
            let accepted = tokio::select! {
                biased;
                () = is_set(stopped.clone()) => return,
                accepted = tls.accept(stream) => accepted,
            };
            // A client that trusts another certificate, or speaks without TLS, goes away.
            if let Ok(stream) = accepted {
                serve(stream, service, origin, stopped).await;
            }
        });
    }
}
