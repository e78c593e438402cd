//! The body of a response: a stream of bytes that ends, or fails with an error.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::{BoxError, RequestSent, TransportError};

/// The body of a response. It implements [`http_body::Body`]; the two common ways to read one are
/// [`collect`](Self::collect) and [`chunk`](Self::chunk).
///
/// A body that ends was received completely; one that is cut off ends with an error. It may be
/// dropped before its end.
///
/// ```
/// use dbsql_transport::Body;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut body = Body::from("rows");
/// assert_eq!(body.chunk().await?.as_deref(), Some(&b"rows"[..]));
/// assert_eq!(body.chunk().await?, None);
/// # Ok(())
/// # }
/// ```
pub struct Body(Inner);

type BoxBody = Pin<Box<dyn http_body::Body<Data = Bytes, Error = TransportError> + Send>>;

enum Inner {
    Full(Option<Bytes>),
    Stream(BoxBody),
}

/// The reason why [`Body::collect`] returned no bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// The body is larger than the limit. It was read in part or not at all.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body was cut off.
    #[error("the body was cut off")]
    Transport(#[source] TransportError),
}

/// A claimed length is only a claim: this much memory is allocated for it up front, and the rest as
/// the bytes arrive.
const MAX_RESERVED: usize = 256 * 1024;

impl Body {
    /// Creates an empty body.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Inner::Full(None))
    }

    /// Creates a body that reads from `body`. An error that is a [`TransportError`] is passed on
    /// unchanged; any other becomes one of kind
    /// [`Interrupted`](crate::TransportErrorKind::Interrupted) with the request counted as sent.
    #[must_use]
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Inner::Stream(Box::pin(MapError(Box::pin(body)))))
    }

    /// Creates a body from a stream of bytes, which ends when the body is complete. An error that is
    /// a [`TransportError`] is passed on unchanged; any other becomes one of kind
    /// [`Interrupted`](crate::TransportErrorKind::Interrupted) after which the request counts as sent.
    ///
    /// ```
    /// use dbsql_transport::{Body, bytes::Bytes};
    /// # let stream = futures_util::stream::iter(["ro", "ws"].map(|text| Ok::<_, std::io::Error>(Bytes::from(text))));
    ///
    /// let body = Body::from_stream(stream); // any `Stream<Item = Result<Bytes, E>>`
    /// # drop(body);
    /// ```
    #[must_use]
    pub fn from_stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self::new(Streamed(Box::pin(stream)))
    }

    /// Returns the next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when the body was cut off.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no bytes.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        loop {
            let frame =
                std::future::poll_fn(|cx| http_body::Body::poll_frame(Pin::new(&mut *self), cx));
            match frame.await {
                None => return Ok(None),
                // Trailers contain nothing that is needed.
                Some(frame) => match frame?.into_data() {
                    Ok(data) if !data.is_empty() => return Ok(Some(data)),
                    _ => {}
                },
            }
        }
    }

    /// Returns the whole body, if it is at most `limit` bytes. If the announced length is larger,
    /// nothing is read. A body that arrives in one chunk is not copied.
    ///
    /// # Errors
    ///
    /// [`CollectError::TooLarge`], or [`CollectError::Transport`] when the body was cut off.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: bytes that were read are lost with the future.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, CollectError> {
        let announced = usize::try_from(http_body::Body::size_hint(&self).lower());
        let announced = announced.unwrap_or(usize::MAX);
        if announced > limit {
            return Err(CollectError::TooLarge { limit });
        }
        let mut first = None;
        let mut joined = BytesMut::new();
        let mut len = 0;
        while let Some(chunk) = self.chunk().await.map_err(CollectError::Transport)? {
            if chunk.len() > limit - len {
                return Err(CollectError::TooLarge { limit });
            }
            len += chunk.len();
            if joined.is_empty() {
                let Some(head) = first.take() else {
                    first = Some(chunk);
                    continue;
                };
                joined.reserve(announced.min(MAX_RESERVED).max(len));
                joined.extend_from_slice(&head);
            }
            joined.extend_from_slice(&chunk);
        }
        Ok(first.unwrap_or_else(|| joined.freeze()))
    }

    /// Creates a body whose errors are already of our type.
    #[cfg(feature = "hyper-client")]
    pub(crate) fn stream<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error = TransportError> + Send + 'static,
    {
        Self(Inner::Stream(Box::pin(body)))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match &mut self.0 {
            Inner::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Inner::Stream(body) => body.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Full(bytes) => bytes.is_none(),
            Inner::Stream(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Full(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Inner::Stream(body) => body.size_hint(),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Inner::Full((!bytes.is_empty()).then_some(bytes)))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the bytes, which may be confidential rows.
        let hint = http_body::Body::size_hint(self);
        f.debug_struct("Body").field("size", &hint.exact()).finish_non_exhaustive()
    }
}

/// A body with the items of a stream.
struct Streamed<S>(Pin<Box<S>>);

impl<S: Stream<Item = Result<Bytes, E>>, E> http_body::Body for Streamed<S> {
    type Data = Bytes;
    type Error = E;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        self.0.as_mut().poll_next(cx).map_ok(Frame::data)
    }
}

/// Converts the error of a foreign body to ours.
struct MapError<B>(Pin<Box<B>>);

impl<B> http_body::Body for MapError<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        self.0.as_mut().poll_frame(cx).map_err(|error| {
            match error.into().downcast::<TransportError>() {
                Ok(error) => *error,
                Err(error) => TransportError::interrupted(RequestSent::Maybe, error),
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

#[cfg(test)]
mod tests;
