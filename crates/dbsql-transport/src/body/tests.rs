//! Reading bodies: limits, concatenation, errors.

use std::collections::VecDeque;

use super::*;
use crate::TransportErrorKind;

/// Returns the chunks in order, and claims to hold `claimed` bytes.
struct Pieces {
    left: VecDeque<Result<Frame<Bytes>, BoxError>>,
    claimed: Option<u64>,
}

impl Pieces {
    fn new(pieces: &[&'static str]) -> Self {
        let left = pieces.iter().map(|piece| Ok(Frame::data(Bytes::from(*piece)))).collect();
        Self { left, claimed: None }
    }

    fn claim(mut self, length: u64) -> Self {
        self.claimed = Some(length);
        self
    }

    fn then_error(mut self, error: impl Into<BoxError>) -> Self {
        self.left.push_back(Err(error.into()));
        self
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.left.pop_front())
    }

    fn size_hint(&self) -> SizeHint {
        self.claimed.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[tokio::test]
async fn chunks_are_joined_in_order() {
    let body = Body::new(Pieces::new(&["a", "", "bc", "def"]));
    assert_eq!(body.collect(6).await.expect("fits"), "abcdef");
}

#[tokio::test]
async fn body_of_one_chunk_is_not_copied() {
    let bytes = Bytes::from(vec![7; 1000]);
    let collected = Body::from(bytes.clone()).collect(1000).await.expect("fits");
    assert_eq!(collected.as_ptr(), bytes.as_ptr());
}

#[tokio::test]
async fn empty_body_is_empty() {
    assert!(Body::empty().collect(0).await.expect("fits").is_empty());
    assert!(http_body::Body::is_end_stream(&Body::from(Bytes::new())));
    assert_eq!(Body::empty().chunk().await.expect("no error"), None);
}

#[tokio::test]
async fn one_byte_over_the_limit_is_too_large() {
    for pieces in [&["abcdefg"][..], &["abc", "defg"], &["abc", "def", "g"]] {
        let error = Body::new(Pieces::new(pieces)).collect(6).await.expect_err("too large");
        assert!(matches!(error, CollectError::TooLarge { limit: 6 }), "{error:?}");
    }
}

#[tokio::test]
async fn announced_length_over_the_limit_fails_before_reading() {
    let unreadable = Pieces::new(&[]).claim(7).then_error("must not be read");
    let error = Body::new(unreadable).collect(6).await.expect_err("too large");
    assert!(matches!(error, CollectError::TooLarge { limit: 6 }), "{error:?}");
}

#[tokio::test]
async fn claimed_length_reserves_little_memory() {
    let body = Body::new(Pieces::new(&["a", "b"]).claim(1 << 40));
    let collected = body.collect(usize::MAX).await.expect("fits");
    let memory = collected.try_into_mut().expect("only owner").capacity();
    assert!(memory <= MAX_RESERVED, "{memory}");
}

#[tokio::test]
async fn foreign_error_is_an_interruption_after_sending() {
    let body = Body::new(Pieces::new(&["a"]).then_error("torn"));
    let error = body.collect(10).await.expect_err("breaks off");
    let CollectError::Transport(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    assert_eq!(error.request_sent(), RequestSent::Maybe);
}

#[tokio::test]
async fn transport_error_is_passed_on_unchanged() {
    let ours = TransportError::connect("refused").with_message("no way to h:1");
    let mut body = Body::new(Pieces::new(&[]).then_error(ours));
    let error = body.chunk().await.expect_err("breaks off");
    assert_eq!(error.to_string(), "no way to h:1");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
}

#[test]
fn debug_prints_the_size_but_not_the_bytes() {
    let text = format!("{:?}", Body::from("secret"));
    assert!(text.contains('6') && !text.contains("secret"), "{text}");
}
