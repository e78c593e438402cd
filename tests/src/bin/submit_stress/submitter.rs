//! The client's side: submits that are abandoned at random moments, and their reported outcomes.

use std::future::{IntoFuture, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use dbsql::{Connection, Error, ErrorKind, RetryAdvice};
use dbsql_tests::random::Random;

/// The deadline of submits that are meant to succeed.
const CALM: Duration = Duration::from_secs(10);
/// A submit that exceeds its deadline by this much hangs. Far above the delays of a busy machine.
const HANG: Duration = Duration::from_secs(10);
/// One of this many submits is calm: it measures the round trip.
const CALM_SHARE: u64 = 8;
/// The maximum number of yields of its task before a submit is dropped.
const MAX_YIELDS: u64 = 24;

/// What the client reported about a statement, or what happened to its submit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// The error says that the statement did not run: submitting it again is fine.
    NotRun(ErrorKind),
    /// The error says that the statement may have run.
    Unknown(ErrorKind),
    /// The submit was dropped, which has to cancel the statement.
    Dropped,
    /// Neither success nor an error long after the deadline.
    Hung,
}

impl Outcome {
    fn of_error(error: &Error) -> Self {
        let says_not_run = match error.retry() {
            // To repeat the call of a submit is to resubmit.
            RetryAdvice::SafeToResubmit
            | RetryAdvice::RepeatCall
            | RetryAdvice::RepeatCallAfter(_) => true,
            _ => error.to_string().contains("not sent"),
        };
        if says_not_run { Self::NotRun(error.kind()) } else { Self::Unknown(error.kind()) }
    }
}

/// Numbers statements and submits them.
#[derive(Debug)]
pub(crate) struct Submitter {
    connections: Vec<Connection>,
    submits: u64,
    next: AtomicU64,
    /// The moving average, in microseconds.
    round_trip: AtomicU64,
}

impl Submitter {
    pub(crate) fn new(connections: Vec<Connection>, submits: u64) -> Self {
        Self { connections, submits, next: AtomicU64::new(0), round_trip: AtomicU64::new(3_000) }
    }

    /// Submits until no statement is left.
    pub(crate) async fn work(self: Arc<Self>, seed: u64, task: u64) -> Vec<(u64, Outcome)> {
        let mut random = Random::new(seed, task);
        let mut outcomes = Vec::new();
        loop {
            let statement = self.next.fetch_add(1, Ordering::Relaxed);
            if statement >= self.submits {
                return outcomes;
            }
            outcomes.push((statement, self.submit(statement, &mut random).await));
        }
    }

    async fn submit(&self, statement: u64, random: &mut Random) -> Outcome {
        let count = u64::try_from(self.connections.len()).unwrap_or(u64::MAX);
        let index = usize::try_from(random.below(count)).unwrap_or(0);
        let submit =
            self.connections[index].execute_async(format!("INSERT INTO t VALUES ({statement})"));
        if random.below(CALM_SHARE) == 0 {
            let started = Instant::now();
            let outcome = answered(submit.deadline(CALM).into_future(), CALM).await;
            if outcome == Outcome::Succeeded {
                self.measured(started.elapsed());
            }
            return outcome;
        }
        // From zero to a bit more than a round trip.
        let round_trip = self.round_trip.load(Ordering::Relaxed);
        let time = Duration::from_micros(random.below(round_trip + round_trip / 4 + 1));
        match random.below(4) {
            0 | 1 => answered(submit.deadline(time).into_future(), time).await,
            2 => {
                let submit = submit.cancel_on_drop().into_future();
                abandoned(submit, tokio::time::sleep(time)).await
            }
            _ => {
                let submit = submit.cancel_on_drop().into_future();
                abandoned(submit, yields(random.below(MAX_YIELDS))).await
            }
        }
    }

    fn measured(&self, round_trip: Duration) {
        let new = u64::try_from(round_trip.as_micros()).unwrap_or(u64::MAX);
        let old = self.round_trip.load(Ordering::Relaxed);
        // A lost update of another task does not harm an average.
        self.round_trip.store(old - old / 8 + new / 8, Ordering::Relaxed);
    }
}

async fn answered<T>(
    submit: impl Future<Output = Result<T, Error>> + Send,
    deadline: Duration,
) -> Outcome {
    match tokio::time::timeout(deadline + HANG, submit).await {
        Ok(Ok(_)) => Outcome::Succeeded,
        Ok(Err(error)) => Outcome::of_error(&error),
        Err(_) => Outcome::Hung,
    }
}

/// Drops the submit if the other future completes first.
async fn abandoned<T>(
    submit: impl Future<Output = Result<T, Error>> + Send,
    end: impl Future<Output = ()> + Send,
) -> Outcome {
    let (mut submit, mut end) = (pin!(submit), pin!(end));
    poll_fn(|cx| match submit.as_mut().poll(cx) {
        Poll::Ready(Ok(_)) => Poll::Ready(Outcome::Succeeded),
        Poll::Ready(Err(error)) => Poll::Ready(Outcome::of_error(&error)),
        Poll::Pending => end.as_mut().poll(cx).map(|()| Outcome::Dropped),
    })
    .await
}

/// Completes after this many yields of the task, which is sooner than any timer.
async fn yields(count: u64) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}
