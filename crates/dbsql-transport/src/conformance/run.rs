//! Runs a list of checks and gathers what failed; helpers that checks share.

use std::fmt;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::Runtime;
use http::{Request, Response};

use crate::{Body, BoxFuture, SendPermit, TransportError};

/// What a check gives back: why it failed.
pub(super) type Outcome = Result<(), String>;

/// A named check, ready to run.
pub(super) type Check<'a> = (&'static str, BoxFuture<'a, Outcome>);

/// A check that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(30);

/// One check that a transport did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The name of the check: what a transport must do.
    pub check: &'static str,
    /// What it did instead.
    pub seen: String,
}

/// All the checks that a transport did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures(Vec<Failure>);

impl Failures {
    /// The failed checks, in the order in which they ran.
    pub fn iter(&self) -> impl Iterator<Item = &Failure> {
        self.0.iter()
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} checks failed", self.0.len())?;
        for Failure { check, seen } in &self.0 {
            write!(f, "\n- {check}: {seen}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failures {}

pub(super) async fn run(checks: Vec<Check<'_>>) -> Result<(), Failures> {
    let runtime = Runtime::real();
    let mut failures = Vec::new();
    for (check, running) in checks {
        let deadline = runtime.now() + LIMIT;
        let outcome = runtime.timeout_at(Some(deadline), running).await;
        let outcome = outcome.unwrap_or_else(|_| Err(format!("no end within {LIMIT:?}")));
        if let Err(seen) = outcome {
            failures.push(Failure { check, seen });
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(Failures(failures)) }
}

/// Fails with `seen` unless `good`.
pub(super) fn ensure(good: bool, seen: impl FnOnce() -> String) -> Outcome {
    if good { Ok(()) } else { Err(seen()) }
}

/// Adds a permit to a request.
pub(super) fn marked(mut request: Request<Bytes>) -> (Request<Bytes>, SendPermit) {
    let permit = SendPermit::new();
    request.extensions_mut().insert(permit.clone());
    (request, permit)
}

/// The response, which there must be.
pub(super) fn response(
    result: Result<Response<Body>, TransportError>,
) -> Result<Response<Body>, String> {
    result.map_err(|error| format!("an error instead of a response: {error:?}"))
}

/// The error, which there must be.
pub(super) fn failure(
    result: Result<Response<Body>, TransportError>,
) -> Result<TransportError, String> {
    match result {
        Ok(response) => Err(format!("{} instead of an error", response.status())),
        Err(error) => Ok(error),
    }
}

/// The whole body, which must arrive.
pub(super) async fn whole(response: Response<Body>) -> Result<Bytes, String> {
    let body = response.into_body().collect(usize::MAX).await;
    body.map_err(|error| format!("the body did not arrive: {error:?}"))
}

/// Lets a future run for `time` and drops it, which for a borrowed one means to stop for now.
/// `false` when it was ready before.
pub(super) async fn run_for_and_drop<F: Future>(time: Duration, future: F) -> bool {
    let runtime = Runtime::real();
    runtime.timeout_at(Some(runtime.now() + time), future).await.is_err()
}

/// Runs all at once; the first failure ends it.
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
            Some(seen) => Poll::Ready(Err(seen)),
            None if running.is_empty() => Poll::Ready(Ok(())),
            None => Poll::Pending,
        }
    })
    .await
}
