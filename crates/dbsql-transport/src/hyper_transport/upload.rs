//! The body of a request, which tells when it leaves.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::SendProgress;

/// The bytes of a request. hyper asks for them when it has a connection and is about to write, so
/// as long as nobody has asked, no byte of them can have left.
pub(super) struct Upload {
    bytes: Option<Bytes>,
    progress: SendProgress,
}

impl Upload {
    pub(super) fn new(bytes: Bytes, progress: SendProgress) -> Self {
        Self { bytes: (!bytes.is_empty()).then_some(bytes), progress }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.progress.mark_sent();
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
