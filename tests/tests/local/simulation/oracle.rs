//! The invariants of every scenario, whatever goes wrong in it.

use std::error::Error as _;
use std::fmt::Debug;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use dbsql::{Error, Instant};
use dbsql_tests::SqlProtocol;

use super::dice::Dice;

/// How long after its deadline a call may return.
const OVERSHOOT: Duration = Duration::from_millis(100);

/// No call takes longer, with or without a deadline, provided that the statement itself ends.
const TIME_LIMIT: Duration = Duration::from_secs(12 * 60 * 60);

/// Texts that must never be printed; the secrets created by the server are added.
pub(super) const CANARY: &str = "canary";

#[derive(Debug)]
pub(super) struct Oracle {
    over: SqlProtocol,
    seed: u64,
    dice: Dice,
    secrets: Mutex<Vec<String>>,
    trace: Mutex<Vec<String>>,
    began: Instant,
}

impl Oracle {
    pub(super) fn new(over: SqlProtocol, seed: u64) -> Self {
        let secrets = vec![CANARY.to_owned(), "signature=".to_owned()];
        let (secrets, trace) = (Mutex::new(secrets), Mutex::default());
        Self { over, seed, dice: Dice::seeded(!seed), secrets, trace, began: Instant::now() }
    }

    /// Makes a call, or drops it at one of its awaits, which returns `None`. Asserts that it ends
    /// in time, and that its error prints no secret.
    pub(super) async fn call<T>(
        &self,
        name: &str,
        deadline: Option<Duration>,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Option<Result<T, Error>> {
        let polls = self.dice.chance(12).then(|| self.dice.below(8));
        let started = Instant::now();
        let ended = tokio::time::timeout(TIME_LIMIT, cut(call, polls)).await;
        let took = started.elapsed();
        let ended = ended.unwrap_or_else(|_| panic!("{name} hangs"));
        if let Some(deadline) = deadline {
            assert!(took <= deadline + OVERSHOOT, "{name} took {took:?}, not {deadline:?}");
        }
        match &ended {
            None => self.note(&format!("{name}: dropped")),
            Some(Ok(_)) => self.note(&format!("{name}: fine")),
            Some(Err(error)) => {
                self.note(&format!("{name}: {:?}, {:?}", error.kind(), error.retry()));
                self.shows_no_secret(error);
            }
        }
        ended
    }

    /// Including all errors below this one.
    fn shows_no_secret(&self, error: &Error) {
        self.may_be_shown(&format!("{error}\n{error:?}"));
        let mut source = error.source();
        while let Some(error) = source {
            self.may_be_shown(&format!("{error}\n{error:?}"));
            source = error.source();
        }
    }

    pub(super) fn may_be_printed(&self, value: &impl Debug) {
        self.may_be_shown(&format!("{value:?}\n{value:#?}"));
    }

    fn may_be_shown(&self, text: &str) {
        for secret in self.secrets.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            assert!(!text.contains(secret), "{secret} is shown: {text}");
        }
    }

    /// From now on this text must not be printed either.
    pub(super) fn keep_secret(&self, secret: impl Into<String>) {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).push(secret.into());
    }

    fn note(&self, what: &str) {
        let line = format!("{:?} {what}", self.began.elapsed());
        self.trace.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// All events, in order.
    pub(super) fn trace(&self) -> Vec<String> {
        self.trace.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A failing scenario prints how to reproduce it, and its events.
impl Drop for Oracle {
    #[expect(clippy::print_stderr, reason = "a test that fails")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            let (over, seed) = (self.over, self.seed);
            eprintln!("DBSQL_SIMULATION_SEED={seed} ({over:?})\n  {}", self.trace().join("\n  "));
        }
    }
}

/// The future's output, unless it is pending this many times.
async fn cut<F: Future>(future: F, polls: Option<u64>) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    std::future::poll_fn(|cx| match (future.as_mut().poll(cx), &mut left) {
        (Poll::Ready(output), _) => Poll::Ready(Some(output)),
        (Poll::Pending, Some(0)) => Poll::Ready(None),
        (Poll::Pending, Some(left)) => {
            *left -= 1;
            Poll::Pending
        }
        (Poll::Pending, None) => Poll::Pending,
    })
    .await
}
