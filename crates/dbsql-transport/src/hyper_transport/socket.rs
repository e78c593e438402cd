//! A TCP connection on which the error of a failed write is held back until the response has been
//! read.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use dbsql_runtime::Runtime;
use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The maximum time for which a failed write is held back. Reading what has arrived takes far less;
/// the limit is for a reader that never returns.
const HOLD_LIMIT: Duration = Duration::from_secs(1);

/// A server that rejects a large request responds and closes without reading the rest. The next
/// write then fails, while the response is in the socket's buffer, unread. hyper gives up at the
/// failed write, so it learns of it only when everything has been read.
pub(super) struct Socket {
    tcp: TcpStream,
    runtime: Runtime,
    /// Nothing more will be read.
    read_ended: bool,
    failed: Option<FailedWrite>,
}

struct FailedWrite {
    kind: io::ErrorKind,
    /// The error, until it is returned.
    error: Option<io::Error>,
    limit: Pin<Box<dyn Future<Output = ()> + Send>>,
    writer: Waker,
}

impl Socket {
    pub(super) fn new(tcp: TcpStream, runtime: Runtime) -> Self {
        Self { tcp, runtime, read_ended: false, failed: None }
    }

    /// Ready with the error of an earlier write once it may be reported.
    fn poll_failure(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Error>> {
        let Some(failed) = &mut self.failed else { return Poll::Ready(None) };
        if failed.error.is_some() && !self.read_ended {
            failed.writer.clone_from(cx.waker());
            ready!(failed.limit.as_mut().poll(cx));
        }
        Poll::Ready(Some(failed.error.take().unwrap_or_else(|| failed.kind.into())))
    }

    fn poll_writing<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if let Some(error) = ready!(self.poll_failure(cx)) {
            return Poll::Ready(Err(error));
        }
        match ready!(write(Pin::new(&mut self.tcp), cx)) {
            Err(error) if is_close(error.kind()) => {
                let runtime = self.runtime.clone();
                self.failed = Some(FailedWrite {
                    kind: error.kind(),
                    error: Some(error),
                    limit: Box::pin(async move { runtime.sleep(HOLD_LIMIT).await }),
                    writer: cx.waker().clone(),
                });
                // One task reads and writes: let it read before it returns.
                cx.waker().wake_by_ref();
                self.poll_failure(cx).map(|error| match error {
                    Some(error) => Err(error),
                    None => Err(io::ErrorKind::BrokenPipe.into()),
                })
            }
            done => Poll::Ready(done),
        }
    }
}

/// Returns `true` if the other side closed the connection, as opposed to a local problem.
fn is_close(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset)
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let room = buf.remaining() > 0;
        let read = ready!(Pin::new(&mut self.tcp).poll_read(cx, buf));
        if read.is_err() || (room && buf.filled().len() == before) {
            self.read_ended = true;
            if let Some(failed) = &self.failed {
                failed.writer.wake_by_ref();
            }
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_writing(cx, |tcp, cx| tcp.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_writing(cx, |tcp, cx| tcp.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_writing(cx, |tcp, cx| tcp.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

impl Connection for Socket {
    fn connected(&self) -> Connected {
        self.tcp.connected()
    }
}
