//! Sends bytes at the pace of a network: a delay before the first byte of a response, and a rate
//! per connection.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// Bytes per write.
const PIECE: usize = 32 * 1024;
/// The maximum delay of a connection behind its rate that it may catch up.
const BURST: Duration = Duration::from_millis(5);

/// The pace of files.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    pub(crate) first_byte: Duration,
    /// Bytes per second.
    pub(crate) rate: Option<u64>,
}

impl Pace {
    /// Whether there is neither a delay nor a rate limit.
    pub(crate) fn is_none(self) -> bool {
        self.first_byte.is_zero() && self.rate.is_none()
    }
}

/// When the next byte of a connection may be sent.
#[derive(Debug, Default)]
pub(crate) struct Line {
    free: Mutex<Option<Instant>>,
    used: AtomicBool,
}

impl Line {
    /// Whether no file has been requested on it before.
    pub(crate) fn is_first_use(&self) -> bool {
        !self.used.swap(true, Ordering::Relaxed)
    }

    /// Reserves the time that the bytes need, and returns when they may be sent.
    fn book(&self, bytes: usize, rate: u64) -> Instant {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let earliest = now.checked_sub(BURST).unwrap_or(now);
        let start = free.unwrap_or(now).max(earliest);
        *free = Some(start + Duration::from_secs_f64(bytes as f64 / rate as f64));
        start
    }
}

/// A body that is sent no faster than its connection allows.
pub(crate) struct Paced {
    rest: Bytes,
    pace: Pace,
    line: Arc<Line>,
    /// Before the next chunk.
    wait: Option<Pin<Box<Sleep>>>,
    booked: bool,
}

impl Paced {
    pub(crate) fn new(bytes: Bytes, pace: Pace, line: Arc<Line>) -> Self {
        let wait = Some(Box::pin(tokio::time::sleep(pace.first_byte)));
        Self { rest: bytes, pace, line, wait, booked: false }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            if let Some(wait) = &mut self.wait {
                ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            if self.rest.is_empty() {
                return Poll::Ready(None);
            }
            let piece = PIECE.min(self.rest.len());
            if let Some(rate) = self.pace.rate
                && !self.booked
            {
                self.booked = true;
                let at = self.line.book(piece, rate);
                if at > Instant::now() {
                    self.wait = Some(Box::pin(tokio::time::sleep_until(at)));
                    continue;
                }
            }
            self.booked = false;
            return Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))));
        }
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
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn connection_has_one_rate_for_all_its_files() {
        let pace = Pace { first_byte: Duration::from_millis(100), rate: Some(1_000_000) };
        let line = Arc::new(Line::default());
        let began = Instant::now();
        for files in 1..=3_u32 {
            let body = Paced::new(Bytes::from(vec![7; 1_000_000]), pace, Arc::clone(&line));
            let read = body.collect().await.unwrap().to_bytes();
            assert_eq!(read.len(), 1_000_000);
            // The last chunk of a file is sent when its turn begins.
            let ideal = f64::from(files) * 1.1;
            let took = began.elapsed().as_secs_f64();
            assert!((ideal - 0.1..ideal + 0.1).contains(&took), "{files}: {took}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_connection_has_its_own_rate() {
        let pace = Pace { first_byte: Duration::ZERO, rate: Some(1_000_000) };
        let body = || Paced::new(vec![7; 1_000_000].into(), pace, Arc::default()).collect();
        let began = Instant::now();
        let _ = tokio::join!(biased; body(), body());
        assert!(began.elapsed() < Duration::from_millis(1_100), "{:?}", began.elapsed());
    }
}
