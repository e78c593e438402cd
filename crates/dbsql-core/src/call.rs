//! A call that has not been sent yet.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use crate::Result;
use crate::deadline::{Deadline, resolve};
use crate::engine::Engine;
use crate::exclusive::Exclusive;
use crate::telemetry::CallInfo;

type Start<T> = Box<dyn FnOnce(Option<Instant>) -> BoxFuture<'static, Result<T>> + Send>;

/// A call that can be given a deadline before it is awaited. Nothing is sent before `.await`.
///
/// The method that returns it lists its errors. All of them include
/// [`Config`](crate::ErrorKind::Config) outside a tokio runtime with a timer.
///
/// # Cancel safety
///
/// Dropping the future may drop the request or leave it to the server. Every such call may be
/// repeated.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// # async fn sample(query: dbsql_core::AsyncExecution) -> Result<(), dbsql_core::Error> {
/// let status = query.sync_status().deadline(Duration::from_secs(10)).await?;
/// # let _ = status; Ok(()) }
/// ```
#[must_use = "nothing is sent before it is awaited"]
pub struct Call<T> {
    info: CallInfo<'static>,
    engine: Arc<Engine>,
    deadline: Option<Instant>,
    start: Exclusive<Start<T>>,
}

impl<T: Send + 'static> Call<T> {
    pub(crate) fn new<F>(
        name: &'static str,
        engine: &Arc<Engine>,
        start: impl FnOnce(Option<Instant>) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        Self::observed(CallInfo::new(name), engine, start)
    }

    /// A call of which telemetry knows more than the name.
    pub(crate) fn observed<F>(
        info: CallInfo<'static>,
        engine: &Arc<Engine>,
        start: impl FnOnce(Option<Instant>) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let start: Start<T> = Box::new(move |deadline| Box::pin(start(deadline)));
        Self { info, engine: Arc::clone(engine), deadline: None, start: Exclusive::new(start) }
    }

    /// Sets the deadline for the call. Without one, the retry policy bounds it.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.deadline = resolve(deadline.into(), &self.engine.runtime);
        self
    }

    /// The same call, whose result goes through `convert`.
    #[cfg(feature = "rows")]
    pub(crate) fn then<U: Send + 'static>(
        self,
        convert: impl FnOnce(T) -> Result<U> + Send + 'static,
    ) -> Call<U> {
        let Self { info, engine, deadline, start } = self;
        let start = start.into_inner();
        let start: Start<U> =
            Box::new(move |deadline| Box::pin(async move { convert(start(deadline).await?) }));
        Call { info, engine, deadline, start: Exclusive::new(start) }
    }

    #[cfg(feature = "rows")]
    pub(crate) fn until(&self) -> Option<Instant> {
        self.deadline
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("name", &self.info.name())
            .field("deadline", &self.deadline)
            .finish()
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { info, engine, deadline, start } = self;
            let work = async {
                engine.enter()?;
                start.into_inner()(deadline).await
            };
            engine.telemetry.observe(info, work).await
        })
    }
}
