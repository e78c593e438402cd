//! What a connection runs on: TCP, or TLS on top of it.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// A stream that can be cut so that the other side sees a reset.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// The end of this stream is a reset from now on.
    fn end_with_reset(&self) -> io::Result<()>;
}

impl Socket for TcpStream {
    fn end_with_reset(&self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl Socket for TlsStream<TcpStream> {
    fn end_with_reset(&self) -> io::Result<()> {
        self.get_ref().0.end_with_reset()
    }
}
