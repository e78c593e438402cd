//! Timers that move with their future: a timer that is polled in another tokio runtime than before
//! is recreated there, since the timer of a runtime that is idle or gone never fires.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep};

use crate::RuntimeId;

/// Ready once `at` has passed, whichever runtime it is polled in.
#[derive(Debug)]
pub(crate) struct Timer {
    at: Instant,
    sleep: Option<(Option<RuntimeId>, Pin<Box<Sleep>>)>,
}

impl Timer {
    pub(crate) fn new(at: Instant) -> Self {
        Self { at, sleep: None }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let here = RuntimeId::find().ok();
        if self.sleep.as_ref().is_none_or(|(made_in, _)| *made_in != here) {
            let sleep = Box::pin(tokio::time::sleep_until(self.at));
            self.sleep = Some((here, sleep));
        }
        match &mut self.sleep {
            Some((_, sleep)) => sleep.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}
