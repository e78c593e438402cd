//! Bodies that arrive in small pieces, and end correctly or with a fault.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::{Body, RequestSent, TransportError};
use http_body::{Body as HttpBody, Frame};
use tokio::time::{Sleep, sleep};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    Broken,
    Stalled,
}

struct Pieces {
    rest: Bytes,
    chunk: usize,
    pause: Duration,
    sleeping: Option<Pin<Box<Sleep>>>,
    end: End,
}

/// A body of chunks with a pause before each.
pub(super) fn body(bytes: Bytes, chunk: usize, pause: Duration, end: End) -> Body {
    Body::new(Pieces { rest: bytes, chunk: chunk.max(1), pause, sleeping: None, end })
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if !self.rest.is_empty() {
            let pause = self.pause;
            if !pause.is_zero() {
                ready!(
                    self.sleeping.get_or_insert_with(|| Box::pin(sleep(pause))).as_mut().poll(cx)
                );
                self.sleeping = None;
            }
            let chunk = self.chunk.min(self.rest.len());
            return Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(chunk)))));
        }
        match self.end {
            End::Whole => Poll::Ready(None),
            End::Broken => {
                let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                Poll::Ready(Some(Err(TransportError::interrupted(RequestSent::Maybe, reset))))
            }
            End::Stalled => Poll::Pending,
        }
    }
}
