//! Blocking or CPU-bound work, kept off the async threads.

/// The reason why work passed to [`Runtime::offload`](crate::Runtime::offload) produced no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OffloadError {
    /// The work panicked; the text is the panic message, if it had one.
    #[error("the work panicked: {0}")]
    Panicked(String),
    /// The tokio runtime shut down before the work was done.
    #[error("the runtime shut down before the work was done")]
    Stopped,
}

/// Where offloaded work runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Offload {
    Threads,
    /// On the calling thread, since threads finish in an order that no seed controls.
    Inline,
}

impl Offload {
    pub(crate) async fn run<T, F>(self, work: F) -> Result<T, OffloadError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        match self {
            Self::Threads => tokio::task::spawn_blocking(work).await.map_err(|error| {
                if error.is_panic() {
                    OffloadError::Panicked(panic_text(error.into_panic().as_ref()))
                } else {
                    OffloadError::Stopped
                }
            }),
            Self::Inline => std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
                .map_err(|panic| OffloadError::Panicked(panic_text(panic.as_ref()))),
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
