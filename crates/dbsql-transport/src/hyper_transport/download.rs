//! The body of a response as it arrives.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::{Pulse, Runtime};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::pools::Pools;
use super::target::Target;
use crate::{BoxFuture, RequestSent, TransportError};

/// How long a body may be silent in a runtime other than its own before its own counts as stopped.
const SILENCE_LIMIT: Duration = Duration::from_secs(10);

/// A response body, which keeps the tasks alive that feed it.
pub(super) struct Download {
    body: Incoming,
    target: Target,
    pools: Arc<Pools>,
    runtime: Runtime,
    /// Set while a reader waits in a runtime other than the one whose tasks feed the body.
    watch: Option<Watch>,
    failed: bool,
}

/// Detects whether the runtime of the connection is still running.
struct Watch {
    pulse: Pulse,
    over: BoxFuture<'static, ()>,
}

#[derive(Debug, thiserror::Error)]
#[error("the tokio runtime in which the request was sent is no longer running")]
struct Stopped;

impl Download {
    pub(super) fn new(body: Incoming, target: Target, pools: Arc<Pools>, runtime: Runtime) -> Self {
        Self { body, target, pools, runtime, watch: None, failed: false }
    }

    fn broke_off(&mut self, source: impl Into<crate::BoxError>) -> TransportError {
        self.failed = true;
        TransportError::interrupted(RequestSent::Maybe, source)
            .with_message(format!("the response from {} was cut off", self.target))
    }

    /// Ready when nothing more will arrive, since the connection is not driven.
    fn poll_stopped(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.pools.home().is_here() || self.runtime.current().is_err() {
            self.watch = None;
            return Poll::Pending;
        }
        loop {
            let watch = self.watch.get_or_insert_with(|| {
                let runtime = self.runtime.clone();
                Watch {
                    pulse: self.pools.home().pulse(),
                    over: Box::pin(async move { runtime.sleep(SILENCE_LIMIT).await }),
                }
            });
            ready!(watch.over.as_mut().poll(cx));
            if !watch.pulse.was_felt() {
                return Poll::Ready(());
            }
            self.watch = None;
        }
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                self.watch = None;
                Poll::Ready(frame.map(|frame| frame.map_err(|error| self.broke_off(error))))
            }
            Poll::Pending => {
                ready!(self.poll_stopped(cx));
                Poll::Ready(Some(Err(self.broke_off(Stopped))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.failed || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
