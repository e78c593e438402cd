//! Work that several calls need once, with the engine's errors.

use dbsql_runtime::{Elapsed, FlightError, Runtime, SingleFlight};
use tracing::Instrument;

use crate::backend::Until;
use crate::http::attempt::no_runtime;
use crate::{Error, ErrorKind, Result};

/// Waits for the work in progress, or starts it.
///
/// # Errors
///
/// [`Elapsed`] when the caller's deadline passed first; the work continues for others.
pub(crate) async fn run_once<T, W>(
    flight: &SingleFlight<Result<T>>,
    runtime: &Runtime,
    until: Until,
    start: impl Fn() -> W + Send + Sync,
) -> Result<Result<T>, Elapsed>
where
    T: Clone + Send + Sync + 'static,
    W: Future<Output = Result<T>> + Send + 'static,
{
    match flight.run(runtime, until, || start().in_current_span()).await {
        Ok(done) => Ok(done),
        Err(FlightError::Elapsed(elapsed)) => Err(elapsed),
        Err(FlightError::NoRuntime(missing)) => Ok(Err(no_runtime(missing))),
        Err(_) => Ok(Err(panicked())),
    }
}

/// The error of work that ended without an outcome although its runtime is running.
fn panicked() -> Error {
    Error::new(ErrorKind::Transport, "the task that opens the session ended early")
        .with_next_step("look for a panic in the transport or the token provider")
}
