//! A request body that takes the send permit before its end is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};

use crate::{Revoked, SendPermit};

/// A request body whose last frame is sent only with a [`SendPermit`].
///
/// It is made for transports over an HTTP stack that reads a [`http_body::Body`] when it is about
/// to write: bytes that were not read cannot have been sent. The bytes are returned in frames of
/// [`FRAME`](Self::FRAME), which are slices and not copies, and the permit is
/// [taken](SendPermit::take) together with the last one. Once the permit is revoked, every further
/// read of the body fails with [`Revoked`], so that the stack resets the request instead of ending
/// it.
///
/// A transport attaches it in [`send`](crate::Transport::send) itself, and calls
/// [`start`](Self::start) before the head is sent:
///
/// ```
/// use bytes::Bytes;
/// use dbsql_transport::{
///     Body, BoxFuture, RequestBody, Transport, TransportError, TransportErrorKind,
/// };
/// use http::{Request, Response};
/// # #[derive(Debug)]
/// # struct Stack;
/// # impl Stack {
/// #     async fn exchange(&self, _: Request<RequestBody>) -> std::io::Result<Response<String>> {
/// #         Ok(Response::new("rows".into()))
/// #     }
/// # }
///
/// #[derive(Debug)]
/// struct Mine(Stack);
///
/// impl Transport for Mine {
///     fn send(
///         &self,
///         request: Request<Bytes>,
///     ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
///         let request = RequestBody::attach(request);
///         Box::pin(async move {
///             request.body().start()?;
///             let permit = request.body().permit().clone();
///             match self.0.exchange(request).await {
///                 Ok(response) => Ok(response.map(|text| Body::from(text.into_bytes()))),
///                 // The permit knows whether the last frame may have left.
///                 Err(error) => Err(TransportError::interrupted(permit.revoke(), error)),
///             }
///         })
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let request = Request::post("http://h/").body(Bytes::from("SELECT 1"))?;
/// # assert_eq!(Mine(Stack).send(request).await?.into_body().collect(9).await?, "rows");
/// # Ok(()) }
/// ```
///
/// The stack must send the length of the body, which the size hint has exactly: a body without an
/// announced length could be mistaken for a complete one when the connection breaks.
#[derive(Debug)]
pub struct RequestBody {
    /// The bytes that have not been read.
    rest: Bytes,
    permit: SendPermit,
}

impl RequestBody {
    /// The size of a frame in bytes; the last one may be smaller.
    pub const FRAME: usize = 64 * 1024;

    /// Creates a body of these bytes with this permit.
    #[must_use]
    pub fn new(bytes: Bytes, permit: SendPermit) -> Self {
        Self { rest: bytes, permit }
    }

    /// Puts the body of `request` under the permit in its extensions, which is
    /// [held](SendPermit::hold_for) from here on.
    ///
    /// Call it in [`send`](crate::Transport::send) itself and not in the future that it returns: a
    /// future that is dropped before its first poll has sent nothing.
    #[must_use]
    pub fn attach(request: Request<Bytes>) -> Request<Self> {
        let permit = SendPermit::hold_for(&request);
        request.map(|bytes| Self::new(bytes, permit))
    }

    /// Asks whether the head of the request may leave; call it before. A body without bytes has no
    /// last frame, so its permit is taken here.
    ///
    /// # Errors
    ///
    /// [`Revoked`] when the engine gave up: send nothing.
    pub fn start(&self) -> Result<(), Revoked> {
        if self.rest.is_empty() { self.permit.take() } else { self.permit.check() }
    }

    /// Returns the next frame to write; `None` after the last one. For transports that write to a
    /// socket themselves: an HTTP stack polls the body instead.
    ///
    /// # Errors
    ///
    /// [`Revoked`] when the engine gave up: close the connection, without the rest of the body.
    pub fn next_frame(&mut self) -> Option<Result<Bytes, Revoked>> {
        if self.rest.is_empty() {
            return None;
        }
        let last = self.rest.len() <= Self::FRAME;
        let allowed = if last { self.permit.take() } else { self.permit.check() };
        // After an error the rest is still there: the end is never reached.
        Some(allowed.map(|()| self.rest.split_to(self.rest.len().min(Self::FRAME))))
    }

    /// Returns the permit that the last frame takes.
    #[must_use]
    pub fn permit(&self) -> &SendPermit {
        &self.permit
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Revoked;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Revoked>>> {
        Poll::Ready(self.next_frame().map(|frame| frame.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestSent::{Maybe, No};

    type Polled = Option<Result<Bytes, Revoked>>;

    fn poll(body: &mut RequestBody) -> Polled {
        match Pin::new(body).poll_frame(&mut Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(frame) => frame.map(|f| f.map(|f| f.into_data().expect("data"))),
            Poll::Pending => panic!("a body in memory never waits"),
        }
    }

    fn body(length: usize) -> (RequestBody, SendPermit, Bytes) {
        let bytes: Bytes = (0..=250).cycle().take(length).collect::<Vec<u8>>().into();
        let permit = SendPermit::new();
        permit.hold();
        (RequestBody::new(bytes.clone(), permit.clone()), permit, bytes)
    }

    const FRAME: usize = RequestBody::FRAME;

    #[test]
    fn frames_are_slices_of_64_kib() {
        for length in [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 5 * FRAME + 7] {
            let (mut body, permit, bytes) = body(length);
            let mut read = 0;
            while let Some(frame) = poll(&mut body) {
                let frame = frame.expect("not revoked");
                assert_eq!(frame.len(), FRAME.min(length - read));
                assert_eq!(frame.as_ptr(), bytes[read..].as_ptr(), "copied at {read}");
                read += frame.len();
                assert_eq!(body.size_hint().exact(), Some((length - read) as u64));
                assert_eq!(body.is_end_stream(), read == length);
                let sent = if read == length { Maybe } else { No };
                assert_eq!(permit.request_sent(), sent, "after {read} of {length}");
            }
            assert_eq!(read, length);
            assert_eq!(permit.revoke(), if length == 0 { No } else { Maybe });
        }
    }

    #[test]
    fn last_frame_polled_before_revoke_is_sent() {
        for frames in [1, 2, 5] {
            let (mut body, permit, _) = body(frames * FRAME);
            for _ in 0..frames {
                assert!(matches!(poll(&mut body), Some(Ok(_))));
            }
            assert_eq!(permit.revoke(), Maybe);
            assert_eq!(poll(&mut body), None, "complete");
        }
    }

    #[test]
    fn revoke_before_the_last_frame_stops_the_body() {
        for polled in 0..5 {
            let (mut body, permit, _) = body(5 * FRAME);
            for _ in 0..polled {
                assert!(matches!(poll(&mut body), Some(Ok(_))));
            }
            assert_eq!(permit.revoke(), No, "after {polled} frames");
            for _ in 0..3 {
                assert!(matches!(poll(&mut body), Some(Err(_))), "after {polled} frames");
                assert!(!body.is_end_stream());
            }
        }
    }
}
