//! When tokens are fetched, how often, and who waits.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::SystemTime;

use dbsql_runtime::Runtime;

use super::*;
use crate::test_support::Scripted;
use crate::{BoxFuture, Token, TokenProvider};

mod callers;

type Reply = BoxFuture<'static, Result<Token, AuthError>>;

/// Responds to each fetch by a script, which gets its number, counted from 0.
#[derive(Clone)]
struct Provider {
    script: Arc<dyn Fn(Runtime, usize) -> Reply + Send + Sync>,
    fetches: Arc<AtomicUsize>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}

impl TokenProvider for Provider {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        let number = self.fetches.fetch_add(1, Ordering::SeqCst);
        (self.script)(context.runtime().clone(), number)
    }
}

impl Provider {
    fn new(script: impl Fn(Runtime, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), fetches: Arc::default() }
    }

    /// Returns `t0`, `t1` and so on, each valid for `lifetime` after a delay.
    fn giving(lifetime: Duration, takes: Duration) -> Self {
        Self::new(move |runtime, number| {
            Box::pin(async move {
                runtime.sleep(takes).await;
                Ok(token(number).expires_in(lifetime))
            })
        })
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    fn cache(&self, runtime: &Runtime) -> TokenCache {
        let context = Scripted::routes(&[]).context("https://h.example");
        let workspace = context.workspace().clone();
        let context = AuthContext::new(context.transport().clone(), runtime.clone(), workspace);
        TokenCache::new(self.clone().into(), context)
    }
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn token(number: usize) -> Token {
    Token::bearer(&format!("t{number}").into()).expect("valid")
}

fn name(authorization: &Authorization) -> &str {
    authorization.header_value().to_str().expect("ascii").trim_start_matches("Bearer ")
}

async fn now_used(cache: &TokenCache) -> String {
    name(&cache.authorization().await.expect("a token")).to_owned()
}

/// Lets the tasks of a runtime with paused time run without advancing the time.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn stale_token_is_used_while_it_is_renewed() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::giving(seconds(100), seconds(5));
    let cache = provider.cache(&runtime);
    assert_eq!(now_used(&cache).await, "t0");
    runtime.sleep(seconds(40)).await;
    assert_eq!(now_used(&cache).await, "t0");
    settle().await;
    assert_eq!(provider.fetches(), 1);
    // Stale 50 s after it was requested; no caller waits.
    runtime.sleep(seconds(6)).await;
    let start = runtime.now();
    for _ in 0..100 {
        assert_eq!(now_used(&cache).await, "t0");
    }
    settle().await;
    assert_eq!((provider.fetches(), runtime.now()), (2, start));
    runtime.sleep(seconds(6)).await;
    assert_eq!(now_used(&cache).await, "t1");
}

#[tokio::test(start_paused = true)]
async fn unusable_token_is_replaced_before_use() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::giving(seconds(100), seconds(5));
    let cache = provider.cache(&runtime);
    assert_eq!(now_used(&cache).await, "t0");
    runtime.sleep(seconds(71)).await;
    let start = runtime.now();
    assert_eq!(now_used(&cache).await, "t1");
    assert_eq!(runtime.now() - start, seconds(5));
}

#[tokio::test(start_paused = true)]
async fn short_tokens_never_delay_a_caller() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::giving(seconds(30), seconds(1));
    let cache = provider.cache(&runtime);
    now_used(&cache).await;
    let start = runtime.now();
    while runtime.now() - start < seconds(300) {
        let asked = runtime.now();
        now_used(&cache).await;
        assert_eq!(runtime.now(), asked);
        runtime.sleep(Duration::from_millis(100)).await;
    }
    // One per half of a lifetime.
    assert!((15..=20).contains(&(provider.fetches() - 1)), "{}", provider.fetches());
}

#[tokio::test(start_paused = true)]
async fn one_fetch_serves_a_thousand_callers() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::giving(seconds(100), seconds(5));
    let cache = provider.cache(&runtime);
    let tasks = runtime.tasks();
    for round in 1..=3 {
        for _ in 0..1000 {
            let cache = cache.clone();
            tasks.spawn(async move { drop(now_used(&cache).await) });
        }
        runtime.sleep(seconds(6)).await;
        assert_eq!(provider.fetches(), round);
        runtime.sleep(seconds(90)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn second_rejection_is_handled_after_a_while() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::new(|_, number| Box::pin(async move { Ok(token(number / 3)) }));
    let cache = provider.cache(&runtime);
    let rejected = cache.authorization().await.expect("a token");
    for _ in 0..10 {
        assert!(!cache.renew(&rejected).await.expect("the same"));
        assert_eq!(now_used(&cache).await, "t0");
    }
    assert_eq!(provider.fetches(), 2);
    runtime.sleep(seconds(10)).await;
    assert!(!cache.renew(&rejected).await.expect("the same"));
    runtime.sleep(seconds(10)).await;
    assert!(cache.renew(&rejected).await.expect("another one"));
    assert_eq!(provider.fetches(), 4);
    // The first rejection says nothing about a later one.
    assert!(cache.renew(&rejected).await.expect("another one"));
    assert_eq!(provider.fetches(), 4);
}

#[tokio::test(start_paused = true)]
async fn failed_renewal_keeps_the_token_and_pauses() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::new(|_, number| {
        Box::pin(async move {
            match number {
                1..=3 => Err(AuthError::unavailable("no answer")),
                _ => Ok(token(number).expires_in(seconds(1000))),
            }
        })
    });
    let cache = provider.cache(&runtime);
    assert_eq!(now_used(&cache).await, "t0");
    runtime.sleep(seconds(500)).await;
    let mut fetched_at = Vec::new();
    let start = runtime.now();
    while runtime.now() - start < seconds(400) {
        let used = now_used(&cache).await;
        settle().await;
        if provider.fetches() - 1 > fetched_at.len() {
            fetched_at.push((runtime.now() - start).as_secs());
        }
        assert!(used == "t0" || (used == "t4" && fetched_at.len() == 4), "{used} {fetched_at:?}");
        runtime.sleep(seconds(1)).await;
    }
    // A quarter of the remaining time, up to a minute.
    assert_eq!(fetched_at, [0, 60, 120, 180]);
    assert_eq!(now_used(&cache).await, "t4");
}

#[tokio::test(start_paused = true)]
async fn failed_fetch_reaches_its_callers_and_is_not_sticky() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::new(|_, number| {
        Box::pin(async move {
            match number {
                0 => Err(AuthError::rejected("invalid_client")),
                _ => Ok(token(number)),
            }
        })
    });
    let cache = provider.cache(&runtime);
    let error = cache.authorization().await.expect_err("refused");
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    assert_eq!(error.to_string(), "invalid_client");
    assert_eq!(now_used(&cache).await, "t1");
}

#[tokio::test(start_paused = true)]
async fn hanging_provider_times_out() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::new(|_, number| {
        Box::pin(async move {
            match number {
                0 => Ok(token(0).expires_in(seconds(600))),
                _ => std::future::pending().await,
            }
        })
    });
    let cache = provider.cache(&runtime);
    now_used(&cache).await;
    // In the background: the token is still used.
    runtime.sleep(seconds(300)).await;
    for _ in 0..200 {
        assert_eq!(now_used(&cache).await, "t0");
        runtime.sleep(seconds(1)).await;
    }
    assert!(provider.fetches() <= 4, "{}", provider.fetches());
    runtime.sleep(seconds(120)).await;
    let start = runtime.now();
    let error = cache.authorization().await.expect_err("hangs");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(runtime.now() - start, seconds(60));
}

#[tokio::test(start_paused = true)]
async fn panicking_provider_is_an_error() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::new(|_, number| match number {
        0 | 3 => panic!("in the call"),
        1 => Box::pin(async { panic!("in the future") }),
        _ => Box::pin(async move { Ok(token(number).expires_in(seconds(100))) }),
    });
    let cache = provider.cache(&runtime);
    for _ in 0..2 {
        let error = cache.authorization().await.expect_err("panics");
        assert_eq!(error.kind(), AuthErrorKind::Rejected);
        assert!(error.to_string().contains("panicked"), "{error}");
    }
    assert_eq!(now_used(&cache).await, "t2");
    runtime.sleep(seconds(60)).await;
    assert_eq!(now_used(&cache).await, "t2");
    settle().await;
    assert_eq!(provider.fetches(), 4);
    runtime.sleep(seconds(10)).await;
    assert_eq!(now_used(&cache).await, "t2");
    settle().await;
    assert_eq!(now_used(&cache).await, "t4");
    settle().await;
    drop(cache);
    settle().await;
    assert_eq!(runtime.live_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn expired_token_is_an_error() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::new(|runtime, number| {
        Box::pin(async move {
            Ok(match number {
                0 => token(0).expires_in(Duration::ZERO),
                1 => token(1).expires_at(runtime.wall_now() - seconds(1)),
                2 => token(2).expires_at(SystemTime::UNIX_EPOCH),
                _ => token(3).expires_in(Duration::MAX),
            })
        })
    });
    let cache = provider.cache(&runtime);
    for _ in 0..3 {
        let error = cache.authorization().await.expect_err("ended");
        assert_eq!(error.kind(), AuthErrorKind::Rejected);
        assert!(error.next_step().is_some_and(|text| text.contains("clocks")), "{error:?}");
    }
    // An expiry beyond the range of the clocks.
    assert_eq!(now_used(&cache).await, "t3");
    runtime.sleep(seconds(1 << 30)).await;
    assert_eq!(now_used(&cache).await, "t3");
}

#[tokio::test(start_paused = true)]
async fn provider_that_keeps_its_token_is_not_polled() {
    let runtime = Runtime::seeded(1);
    let end = runtime.wall_now() + seconds(3600);
    let provider = Provider::new(move |_, _| Box::pin(async move { Ok(token(0).expires_at(end)) }));
    let cache = provider.cache(&runtime);
    while cache.authorization().await.is_ok() {
        runtime.sleep(Duration::from_millis(100)).await;
    }
    assert!(runtime.wall_now() + seconds(1) >= end);
    assert!(provider.fetches() < 30, "{}", provider.fetches());
}

/// A caller that looked before a fetch ended starts the next one after it.
#[tokio::test(start_paused = true)]
async fn late_fetch_finds_the_result_of_the_previous_one() {
    let runtime = Runtime::seeded(1);
    let held = |number: usize| Held {
        authorization: token(number).authorization().clone(),
        life: Life::new(Moment::now(&runtime), seconds(100)),
        asked: runtime.now(),
        given_again: None,
    };
    let rejected = token(0).authorization().clone();
    let needs = [Need::Usable, Need::Fresh, Need::Other(rejected.clone())];
    let met = |state: &State| {
        needs.clone().map(|need| state.meets(&need, Moment::now(&runtime)).map(|met| met.is_new))
    };
    let mut state = State::default();
    assert_eq!(met(&state), [None, None, None]);
    state.keep(held(0), Moment::now(&runtime));
    assert_eq!(met(&state), [Some(false), Some(false), None]);
    runtime.sleep(seconds(60)).await;
    assert_eq!(met(&state), [Some(false), None, None]);
    // The provider was called after the rejection, and has no other token.
    state.rejected = Some(rejected);
    state.keep(held(0), Moment::now(&runtime));
    assert_eq!(met(&state), [Some(true), Some(true), Some(true)]);
    runtime.sleep(seconds(11)).await;
    assert_eq!(met(&state), [Some(false), Some(false), None]);
    state.keep(held(1), Moment::now(&runtime));
    assert_eq!(met(&state), [Some(false), Some(false), Some(false)]);
    // An earlier request that is answered last, in another runtime.
    let late = Held { asked: runtime.now() - seconds(5), ..held(2) };
    state.keep(late, Moment::now(&runtime));
    assert_eq!(state.held.map(|held| held.authorization), Some(token(1).authorization().clone()));
}

#[test]
fn outside_a_runtime_there_is_an_error_and_no_panic() {
    let provider = Provider::giving(seconds(100), Duration::ZERO);
    let cache = provider.cache(&Runtime::real());
    let mut waiting = Box::pin(cache.authorization());
    let waker = std::task::Waker::noop();
    let polled = waiting.as_mut().poll(&mut std::task::Context::from_waker(waker));
    let Poll::Ready(Err(error)) = polled else { panic!("{polled:?}") };
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
}
