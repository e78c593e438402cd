//! Errors that the blocking client makes itself: an error of the async API, so that users of both have one
//! type. Not public, since an application that makes errors would make ones that no call returns.

use std::error::Error as StdError;

use super::{Error, ErrorKind, RetryAdvice};

/// Returns an error of the client.
#[must_use]
pub fn error(
    kind: ErrorKind,
    retry: RetryAdvice,
    message: &'static str,
    next_step: &'static str,
) -> Error {
    Error::new(kind, message).with_retry(retry).with_next_step(next_step)
}

/// Names the cause.
#[must_use]
pub fn caused_by(error: Error, source: impl StdError + Send + Sync + 'static) -> Error {
    error.with_source(source)
}
