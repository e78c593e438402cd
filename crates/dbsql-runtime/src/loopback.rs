//! A listener for a browser on this machine.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::task::{Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::{NoRuntime, Runtime};

/// A TCP listener on 127.0.0.1, reachable from this machine only. Dropping it frees the port.
#[derive(Debug)]
pub struct LoopbackListener {
    listener: TcpListener,
    port: u16,
}

/// The reason why there is no listener on 127.0.0.1.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoopbackError {
    /// The caller is not in a tokio runtime with an I/O driver.
    NoRuntime(NoRuntime),
    /// All of the ports are in use, or none was given.
    PortsTaken,
    /// The system refused for another reason.
    Io(io::Error),
}

impl fmt::Display for LoopbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRuntime(_) => "no socket can be opened outside a tokio runtime",
            Self::PortsTaken => "all of the ports are in use",
            Self::Io(_) => "cannot listen on 127.0.0.1",
        })
    }
}

impl std::error::Error for LoopbackError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoRuntime(missing) => Some(missing),
            Self::PortsTaken => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl Runtime {
    /// Listens on 127.0.0.1, on the first of `ports` that is free; port 0 means any free port.
    ///
    /// # Errors
    ///
    /// [`LoopbackError`] when no port is free, or the caller is in no tokio runtime with an I/O
    /// driver.
    #[cfg_attr(docsrs, doc(cfg(feature = "net")))]
    pub fn listen_on_loopback(
        &self,
        ports: impl IntoIterator<Item = u16>,
    ) -> Result<LoopbackListener, LoopbackError> {
        self.current_with_io().map_err(LoopbackError::NoRuntime)?;
        for port in ports {
            match std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(listener) => return LoopbackListener::new(listener).map_err(LoopbackError::Io),
                // Permission denied: a port that Windows reserves, or one below 1024.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
                    ) => {}
                Err(error) => return Err(LoopbackError::Io(error)),
            }
        }
        Err(LoopbackError::PortsTaken)
    }
}

impl LoopbackListener {
    fn new(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener: TcpListener::from_std(listener)?, port })
    }

    /// Returns the port of the listener.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the next connection.
    ///
    /// # Errors
    ///
    /// The error of the operating system, such as too many open files; a later call may succeed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no connection.
    pub async fn accept(&self) -> io::Result<LoopbackStream> {
        let (stream, _) = self.listener.accept().await?;
        Ok(LoopbackStream(stream))
    }
}

/// A connection from this machine. Dropping it closes it.
#[derive(Debug)]
pub struct LoopbackStream(TcpStream);

impl LoopbackStream {
    /// Reads available bytes into `buffer`, waiting for some if there are none; returns 0 at the
    /// end.
    ///
    /// # Errors
    ///
    /// The I/O error of the connection.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no bytes.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| {
            let mut free = ReadBuf::new(buffer);
            ready!(Pin::new(&mut self.0).poll_read(cx, &mut free))?;
            Poll::Ready(Ok(free.filled().len()))
        })
        .await
    }

    /// Writes all of `bytes` and shuts down the writing side.
    ///
    /// # Errors
    ///
    /// The I/O error of the connection.
    pub async fn finish(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        poll_fn(|cx| {
            while !bytes.is_empty() {
                let written = ready!(Pin::new(&mut self.0).poll_write(cx, bytes))?;
                if written == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                bytes = &bytes[written..];
            }
            Pin::new(&mut self.0).poll_shutdown(cx)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn first_free_port_is_used() {
        let runtime = Runtime::real();
        let first = runtime.listen_on_loopback([0]).expect("any port");
        let taken = first.port();
        let second = runtime.listen_on_loopback([taken, taken, 0]).expect("the last one");
        assert_ne!(second.port(), taken);
        let error = runtime.listen_on_loopback([taken]).expect_err("it is taken");
        assert!(matches!(error, LoopbackError::PortsTaken), "{error:?}");
        drop(first);
        assert_eq!(runtime.listen_on_loopback([taken]).expect("free again").port(), taken);
    }

    #[tokio::test]
    async fn bytes_flow_both_ways() {
        let listener = Runtime::real().listen_on_loopback([0]).expect("any port");
        let address = (Ipv4Addr::LOCALHOST, listener.port());
        let mut client = LoopbackStream(TcpStream::connect(address).await.expect("a connection"));
        let mut server = listener.accept().await.expect("a connection");
        client.finish(b"question").await.expect("it is written");
        let mut buffer = [0; 64];
        assert_eq!(server.read(&mut buffer).await.expect("it is read"), 8);
        assert_eq!(&buffer[..8], b"question");
        assert_eq!(server.read(&mut buffer).await.expect("the end"), 0);
        server.finish(b"answer").await.expect("it is written");
        assert_eq!(client.read(&mut buffer).await.expect("it is read"), 6);
    }

    #[test]
    fn listening_outside_a_runtime_is_a_typed_error() {
        let error = Runtime::real().listen_on_loopback([0]).expect_err("no runtime");
        assert!(matches!(error, LoopbackError::NoRuntime(_)), "{error:?}");
    }
}
