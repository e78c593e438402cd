//! Proxies on 127.0.0.1 that act as a test specifies and record their requests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use dbsql_transport::Proxy;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use crate::identity::Identity;
use crate::server::Server;

/// What a proxy does with a request for a tunnel, whatever the name in it.
#[derive(Clone)]
pub(crate) enum Act {
    /// Connects to this address.
    Tunnel(SocketAddr),
    /// Connects, and breaks the tunnel after this many bytes from the server.
    Break(SocketAddr, u64),
    /// Sends this and closes.
    Answer(Vec<u8>),
    /// Sends this repeatedly.
    Flood(&'static [u8]),
    /// Reads and never responds.
    Hang,
    /// Closes.
    Close,
}

/// The user and password that a proxy requires.
pub(crate) type Login = Option<(&'static str, &'static str)>;

/// A proxy, stopped on drop.
pub(crate) struct ProxyServer {
    server: Server,
    scheme: &'static str,
    seen: Arc<Mutex<Vec<String>>>,
}

impl ProxyServer {
    /// An HTTP proxy.
    pub(crate) async fn http(login: Login, act: Act) -> Self {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&seen);
        let server =
            Server::serve(move |stream| serve_http(stream, login, act.clone(), Arc::clone(&log)));
        Self { server: server.await, scheme: "http", seen }
    }

    /// An HTTP proxy with TLS; the certificate should be for `localhost`.
    pub(crate) async fn https(identity: &Identity, login: Login, act: Act) -> Self {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let (log, acceptor) = (Arc::clone(&seen), identity.proxy_acceptor());
        let server = Server::serve(move |stream| {
            let (act, log, acceptor) = (act.clone(), Arc::clone(&log), acceptor.clone());
            async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                serve_http(stream, login, act, log).await;
            }
        });
        Self { server: server.await, scheme: "https", seen }
    }

    /// A SOCKS 5 proxy. [`Act::Answer`] replaces its last reply.
    pub(crate) async fn socks(login: Login, act: Act) -> Self {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&seen);
        let server = Server::serve(move |stream| {
            let (act, log) = (act.clone(), Arc::clone(&log));
            async move {
                // A disconnecting client is not a failure of the proxy.
                let _ = serve_socks(stream, login, act, &log).await;
            }
        });
        Self { server: server.await, scheme: "socks5", seen }
    }

    /// Its name in errors.
    pub(crate) fn name(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.server.address.port())
    }

    pub(crate) fn proxy(&self) -> Proxy {
        self.name().parse().expect("a proxy")
    }

    /// Returns the requests so far: heads of requests, or addresses.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no panic").clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.server.connections()
    }
}

/// The reply of a SOCKS proxy.
pub(crate) fn socks_reply(code: u8) -> Vec<u8> {
    vec![5, code, 0, 1, 0, 0, 0, 0, 0, 0]
}

async fn serve_http<S>(mut stream: S, login: Login, act: Act, log: Arc<Mutex<Vec<String>>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).expect("text");
    log.lock().expect("no panic").push(head.clone());
    if let Some((user, password)) = login {
        let pair = BASE64_STANDARD.encode(format!("{user}:{password}"));
        if !head.contains(&format!("\r\nProxy-Authorization: Basic {pair}\r\n")) {
            let answer =
                "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"p\"\r\n\r\n";
            let _ = stream.write_all(answer.as_bytes()).await;
            return;
        }
    }
    // A disconnecting client is not a failure of the proxy.
    let _ = perform(stream, act, b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n").await;
}

async fn serve_socks(
    mut stream: TcpStream,
    login: Login,
    act: Act,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let [_, count] = read_array::<2>(&mut stream).await?;
    let mut methods = vec![0; count.into()];
    stream.read_exact(&mut methods).await?;
    let wanted = if login.is_some() { 2 } else { 0 };
    if !methods.contains(&wanted) {
        return stream.write_all(&[5, 0xff]).await;
    }
    stream.write_all(&[5, wanted]).await?;
    if let Some((user, password)) = login {
        let [_, length] = read_array::<2>(&mut stream).await?;
        let mut given = [vec![0; length.into()], Vec::new()];
        stream.read_exact(&mut given[0]).await?;
        given[1] = vec![0; stream.read_u8().await?.into()];
        stream.read_exact(&mut given[1]).await?;
        let right = given[0] == user.as_bytes() && given[1] == password.as_bytes();
        stream.write_all(&[1, u8::from(!right)]).await?;
        if !right {
            return Ok(());
        }
    }
    let [_, _, _, kind] = read_array::<4>(&mut stream).await?;
    let length = match kind {
        1 => 4,
        4 => 16,
        _ => stream.read_u8().await?.into(),
    };
    let mut address = vec![0; length];
    stream.read_exact(&mut address).await?;
    let port = stream.read_u16().await?;
    let address = match kind {
        3 => String::from_utf8(address).expect("a name"),
        _ => format!("{address:?}"),
    };
    log.lock().expect("no panic").push(format!("{kind} {address} {port}"));
    perform(stream, act, &socks_reply(0)).await
}

async fn read_array<const N: usize>(stream: &mut TcpStream) -> std::io::Result<[u8; N]> {
    let mut array = [0; N];
    stream.read_exact(&mut array).await?;
    Ok(array)
}

async fn perform<S>(mut stream: S, act: Act, opened: &[u8]) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match act {
        Act::Tunnel(address) => {
            let mut server = TcpStream::connect(address).await?;
            stream.write_all(opened).await?;
            copy_bidirectional(&mut stream, &mut server).await?;
        }
        Act::Break(address, limit) => {
            let server = TcpStream::connect(address).await?;
            stream.write_all(opened).await?;
            let (from_server, mut to_server) = server.into_split();
            let (mut from_client, mut to_client) = tokio::io::split(stream);
            let mut from_server = from_server.take(limit);
            tokio::select! {
                biased;
                _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
                _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
            }
        }
        Act::Answer(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
        }
        Act::Flood(bytes) => loop {
            stream.write_all(bytes).await?;
        },
        Act::Hang => {
            stream.read_to_end(&mut Vec::new()).await?;
        }
        Act::Close => {}
    }
    Ok(())
}
