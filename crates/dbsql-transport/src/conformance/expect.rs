//! Expectations and shared helpers of checks.

use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::Runtime;
use http::{Request, Response};

use crate::{Body, BoxFuture, SendPermit, TransportError};

/// The outcome of a check.
pub(super) type Outcome = Result<(), Mismatch>;

/// The result of one exchange.
pub(super) type Exchange = Result<Response<Body>, TransportError>;

/// Why a check failed.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) expected: String,
    pub(super) got: String,
}

impl Mismatch {
    pub(super) fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { expected: expected.into(), got: got.into() }
    }
}

/// Fails unless `good` holds.
pub(super) fn ensure(
    good: bool,
    expected: impl Into<String>,
    got: impl FnOnce() -> String,
) -> Outcome {
    if good { Ok(()) } else { Err(Mismatch::new(expected, got())) }
}

/// Fails unless the expected number of requests arrived.
pub(super) fn ensure_requests(arrived: usize, expected: usize) -> Outcome {
    ensure(arrived == expected, format!("{expected} request(s) at the server"), || {
        format!("{arrived} request(s)")
    })
}

/// Adds a permit to a request.
pub(super) fn permitted(mut request: Request<Bytes>) -> (Request<Bytes>, SendPermit) {
    let permit = SendPermit::new();
    request.extensions_mut().insert(permit.clone());
    (request, permit)
}

/// Returns the response; fails without one.
pub(super) fn response(result: Exchange) -> Result<Response<Body>, Mismatch> {
    result.map_err(|error| Mismatch::new("a response", format!("an error: {error:?}")))
}

/// Returns the error; fails without one.
pub(super) fn failure(result: Exchange) -> Result<TransportError, Mismatch> {
    match result {
        Ok(response) => {
            Err(Mismatch::new("an error", format!("a response with status {}", response.status())))
        }
        Err(error) => Ok(error),
    }
}

/// Returns the whole body; fails if it does not arrive.
pub(super) async fn whole(response: Response<Body>) -> Result<Bytes, Mismatch> {
    let body = response.into_body().collect(usize::MAX).await;
    body.map_err(|error| Mismatch::new("the whole body", format!("an error: {error:?}")))
}

pub(super) async fn pause(time: Duration) {
    Runtime::real().sleep(time).await;
}

/// Runs a future for `time` and drops it; a borrowed future is only paused. Returns `None` if it
/// did not complete.
pub(super) async fn run_for<F: Future>(time: Duration, future: F) -> Option<F::Output> {
    let runtime = Runtime::real();
    runtime.timeout_at(Some(runtime.now() + time), future).await.ok()
}

/// Waits until `what` holds, and returns whether it did within `time`.
pub(super) async fn holds_within(time: Duration, what: impl Fn() -> bool + Send + Sync) -> bool {
    let until = async {
        while !what() {
            pause(Duration::from_millis(2)).await;
        }
    };
    run_for(time, until).await.is_some()
}

/// Runs all concurrently; ends with the first failure.
pub(super) async fn all(mut running: Vec<BoxFuture<'_, Outcome>>) -> Outcome {
    std::future::poll_fn(|cx| {
        let mut failed = None;
        running.retain_mut(|one| match one.as_mut().poll(cx) {
            Poll::Pending => true,
            Poll::Ready(outcome) => {
                failed = failed.take().or(outcome.err());
                false
            }
        });
        match failed {
            Some(mismatch) => Poll::Ready(Err(mismatch)),
            None if running.is_empty() => Poll::Ready(Ok(())),
            None => Poll::Pending,
        }
    })
    .await
}
