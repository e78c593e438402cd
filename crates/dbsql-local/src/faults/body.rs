//! Bodies that arrive in two pieces and end normally, break off or stall.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use dbsql_transport::{Body, RequestSent, TransportError};
use hyper::body::{Frame, SizeHint};

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Whole,
    Broken,
    Stalled,
}

struct Pieces {
    pieces: VecDeque<Bytes>,
    end: End,
    claimed: Option<u64>,
    paused: bool,
}

/// A body of these bytes, in two pieces with a pause before each.
pub(crate) fn body(bytes: &Bytes, end: End) -> Body {
    let middle = bytes.len() / 2;
    let pieces = [bytes.slice(..middle), bytes.slice(middle..)].into();
    Body::new(Pieces { pieces, end, claimed: None, paused: false })
}

/// Creates an empty body that claims to have this length.
pub(crate) fn claiming(length: u64) -> Body {
    let claimed = Some(length);
    Body::new(Pieces { pieces: VecDeque::new(), end: End::Whole, claimed, paused: false })
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        self.paused = !self.paused;
        if self.paused {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match (self.pieces.pop_front(), self.end) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (None, End::Whole) => Poll::Ready(None),
            (None, End::Broken) => {
                let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                Poll::Ready(Some(Err(TransportError::interrupted(RequestSent::Maybe, reset))))
            }
            (None, End::Stalled) => Poll::Pending,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.claimed.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
