//! A pipe from a program, read into a buffer of fixed size.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::SubprocessErrorKind;

/// A pipe and what was read from it. The buffer never grows, so that no copy of a secret is left in
/// freed memory.
pub(super) struct Pipe<R> {
    reader: Option<R>,
    /// One byte longer than the limit: a full buffer means that the limit was exceeded.
    buffer: Vec<u8>,
    len: usize,
}

impl<R: AsyncRead + Unpin> Pipe<R> {
    pub(super) fn new(reader: Option<R>, limit: usize) -> Self {
        Self { reader, buffer: vec![0; limit.saturating_add(1)], len: 0 }
    }

    /// Reads all available bytes. Ready at the end of the pipe, or with an error.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SubprocessErrorKind>> {
        while let Some(reader) = &mut self.reader {
            let mut free = ReadBuf::new(&mut self.buffer[self.len..]);
            // A broken pipe is its end; the exit code says the rest.
            let read =
                ready!(Pin::new(reader).poll_read(cx, &mut free)).map(|()| free.filled().len());
            match read {
                Ok(0) | Err(_) => self.reader = None,
                Ok(read) => self.len += read,
            }
            if self.len == self.buffer.len() {
                return Poll::Ready(Err(SubprocessErrorKind::TooMuchOutput));
            }
        }
        Poll::Ready(Ok(()))
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.buffer.truncate(self.len);
        self.buffer
    }
}

/// Reads both pipes of a program. Ready at the end of both, or with the first error.
pub(super) fn poll_both<A: AsyncRead + Unpin, B: AsyncRead + Unpin>(
    one: &mut Pipe<A>,
    two: &mut Pipe<B>,
    cx: &mut Context<'_>,
) -> Poll<Result<(), SubprocessErrorKind>> {
    match (one.poll_drain(cx), two.poll_drain(cx)) {
        (Poll::Ready(Err(kind)), _) | (_, Poll::Ready(Err(kind))) => Poll::Ready(Err(kind)),
        (Poll::Ready(Ok(())), Poll::Ready(Ok(()))) => Poll::Ready(Ok(())),
        _ => Poll::Pending,
    }
}
