//! The body of a response with something wrong about it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use dbsql_transport::{Body, TransportError};
use http_body::{Frame, SizeHint};

type Dropped = Box<dyn FnOnce(Body) + Send + Sync>;

pub(super) struct OddBody {
    body: Option<Body>,
    prefix: Option<&'static str>,
    size: Option<u64>,
    end: Option<TransportError>,
    ends_well: bool,
    dropped: Option<Dropped>,
}

impl OddBody {
    pub(super) fn new(body: Body) -> Self {
        let (prefix, size, end, dropped) = (None, None, None, None);
        Self { body: Some(body), prefix, size, end, ends_well: false, dropped }
    }

    /// Has this in front.
    pub(super) fn after(mut self, prefix: &'static str) -> Body {
        self.prefix = Some(prefix);
        Body::new(self)
    }

    /// Announces this size.
    pub(super) fn announcing(mut self, size: u64) -> Body {
        self.size = Some(size);
        Body::new(self)
    }

    /// Has this error at its end.
    pub(super) fn ending(mut self, end: Option<TransportError>) -> Body {
        self.end = end;
        Body::new(self)
    }

    /// Takes each error for the end.
    pub(super) fn ending_well(mut self) -> Body {
        self.ends_well = true;
        Body::new(self)
    }

    /// Does this with the rest when it is dropped.
    pub(super) fn on_drop(mut self, dropped: impl FnOnce(Body) + Send + Sync + 'static) -> Body {
        self.dropped = Some(Box::new(dropped));
        Body::new(self)
    }
}

impl http_body::Body for OddBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if let Some(prefix) = self.prefix.take() {
            return Poll::Ready(Some(Ok(Frame::data(prefix.into()))));
        }
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        match polled {
            Poll::Ready(None) => Poll::Ready(self.end.take().map(Err)),
            Poll::Ready(Some(Err(_))) if self.ends_well => Poll::Ready(None),
            other => other,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self.size {
            Some(size) => SizeHint::with_exact(size),
            // Nothing that could give it away.
            None => SizeHint::new(),
        }
    }
}

impl Drop for OddBody {
    fn drop(&mut self) {
        if let (Some(dropped), Some(body)) = (self.dropped.take(), self.body.take()) {
            dropped(body);
        }
    }
}

/// All that comes of a body, and the error at its end.
pub(super) async fn drained(mut body: Body) -> (Vec<u8>, Option<TransportError>) {
    let mut bytes = Vec::new();
    loop {
        match body.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return (bytes, None),
            Err(error) => return (bytes, Some(error)),
        }
    }
}

/// Reads a body and throws it away.
pub(super) async fn discarded(mut body: Body) {
    while let Ok(Some(_)) = body.chunk().await {}
}
