//! The way in through a socket: HTTP/1.1 on this machine's own address.

mod connection;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::{Runtime, Tasks};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::flag::is_set;
use crate::server::connection::serve;
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
        if !address.ip().is_loopback() {
            let message = "a local warehouse listens on a loopback address only";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let runtime = service.inner.runtime.clone();
        let stop = watch::Sender::new(false);
        let connections = Arc::new(runtime.tasks());
        let accepting = runtime.tasks();
        let (stopped, running) = (stop.subscribe(), Arc::clone(&connections));
        accepting.spawn(accept(listener, service, address, stopped, running));
        Ok(Self { address, stop, runtime, accepting, connections })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL without a path, such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
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

async fn accept(
    listener: TcpListener,
    service: Service,
    address: SocketAddr,
    stopped: watch::Receiver<bool>,
    connections: Arc<Tasks>,
) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = is_set(stopped.clone()) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(serve(stream, service.clone(), address, stopped.clone()));
            }
            // One that went away before it was accepted, or no room for more: there will be.
            Err(_) => service.inner.runtime.sleep(PAUSE).await,
        }
    }
}
