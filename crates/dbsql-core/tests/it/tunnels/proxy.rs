//! A proxy on 127.0.0.1 that decides by the requested host.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use dbsql_core::{Proxy, Runtime};
use dbsql_runtime::Tasks;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// How the proxy handles a request for a tunnel.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Tunnel,
    /// Responds with this status.
    Refuse(u16),
}

/// The proxy; stops when the value is dropped.
pub(super) struct Tunnels {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    _tasks: Tasks,
}

impl Tunnels {
    /// Every tunnel leads to `server`, whatever host is requested.
    pub(super) async fn start(
        server: SocketAddr,
        act: impl Fn(&str) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let (log, act) = (Arc::clone(&seen), Arc::new(act));
        let runtime = Runtime::real();
        let (tasks, running) = (runtime.tasks(), runtime.tasks());
        tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, act) = (Arc::clone(&log), Arc::clone(&act));
                running.spawn(async move {
                    // A client that disconnects is no failure of the proxy.
                    let _ = serve(stream, server, &*act, &log).await;
                });
            }
        });
        Self { address, seen, _tasks: tasks }
    }

    /// As it appears in errors.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn proxy(&self) -> Proxy {
        self.url().parse().unwrap()
    }

    /// The heads of all requests so far.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// The requested hosts, without duplicates.
    pub(super) fn hosts(&self) -> Vec<String> {
        let host = |head: &String| {
            let authority = head.strip_prefix("CONNECT ").unwrap().split(' ').next().unwrap();
            authority.rsplit_once(':').unwrap().0.to_owned()
        };
        let mut hosts: Vec<_> = self.seen().iter().map(host).collect();
        hosts.sort();
        hosts.dedup();
        hosts
    }
}

async fn serve(
    mut stream: TcpStream,
    server: SocketAddr,
    act: &(impl Fn(&str) -> Act + Sync),
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    log.lock().unwrap().push(head.clone());
    match act(&head) {
        Act::Tunnel => {
            let mut server = TcpStream::connect(server).await?;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            copy_bidirectional(&mut stream, &mut server).await?;
        }
        Act::Refuse(status) => {
            stream.write_all(format!("HTTP/1.1 {status} No\r\n\r\n").as_bytes()).await?;
        }
    }
    Ok(())
}
