//! Callers on several threads and runtimes, and callers that give up or stall.

use super::*;

/// Polls a future up to this many times. Returns `true` if it is ready.
async fn poll_times<T>(future: &mut Pin<Box<impl Future<Output = T>>>, times: usize) -> bool {
    for _ in 0..times {
        let ready = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await;
        if ready {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

/// Runs the same work in a thousand tasks on several threads.
fn on_threads<F: Future<Output = ()> + Send + 'static>(work: impl Fn() -> F) {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    tokio.expect("a runtime").block_on(async {
        let tasks = Runtime::real().tasks();
        for _ in 0..1000 {
            tasks.spawn(work());
        }
        tasks.join_all().await;
    });
}

#[test]
fn one_fetch_serves_a_thousand_callers_on_threads() {
    for _ in 0..20 {
        let provider = Provider::giving(seconds(3600), Duration::ZERO);
        let cache = provider.cache(&Runtime::real());
        on_threads(|| {
            let cache = cache.clone();
            async move { assert_eq!(now_used(&cache).await, "t0") }
        });
        assert_eq!(provider.fetches(), 1);
    }
}

#[test]
fn one_fetch_serves_a_thousand_rejections_on_threads() {
    for _ in 0..20 {
        let provider = Provider::giving(seconds(3600), Duration::ZERO);
        let cache = provider.cache(&Runtime::real());
        on_threads(|| {
            let cache = cache.clone();
            async move {
                let rejected = token(0).authorization().clone();
                if now_used(&cache).await == "t0" {
                    assert!(cache.renew(&rejected).await.expect("another one"));
                }
                assert_eq!(now_used(&cache).await, "t1");
            }
        });
        assert_eq!(provider.fetches(), 2);
    }
}

#[test]
fn one_fetch_finds_that_there_is_no_other_token() {
    for _ in 0..20 {
        let provider = Provider::new(|_, _| Box::pin(async { Ok(token(0)) }));
        let cache = provider.cache(&Runtime::real());
        on_threads(|| {
            let cache = cache.clone();
            async move {
                let rejected = cache.authorization().await.expect("a token");
                assert!(!cache.renew(&rejected).await.expect("the same"));
            }
        });
        assert_eq!(provider.fetches(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn caller_may_be_dropped_at_any_point() {
    for polls in 0..12 {
        let runtime = Runtime::seeded(1);
        let provider = Provider::giving(seconds(100), Duration::from_millis(1));
        let cache = provider.cache(&runtime);
        let mut waiting = Box::pin(cache.authorization());
        poll_times(&mut waiting, polls).await;
        drop(waiting);
        let rejected = cache.authorization().await.expect("a token");
        let mut waiting = Box::pin(cache.renew(&rejected));
        poll_times(&mut waiting, polls).await;
        drop(waiting);
        let other = cache.authorization().await.expect("a token");
        if polls > 0 {
            assert_ne!(name(&other), name(&rejected));
        }
        drop(cache);
        settle().await;
        assert_eq!(runtime.live_tasks(), 0, "{polls}");
    }
}

#[tokio::test(start_paused = true)]
async fn unpolled_caller_does_not_block_others() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::giving(seconds(100), seconds(5));
    let cache = provider.cache(&runtime);
    let mut kept = Box::pin(cache.authorization());
    assert!(!poll_times(&mut kept, 1).await);
    let start = runtime.now();
    let first = cache.authorization().await.expect("a token");
    assert_eq!((runtime.now() - start, provider.fetches()), (seconds(5), 1));
    let mut renewing = Box::pin(cache.renew(&first));
    assert!(!poll_times(&mut renewing, 1).await);
    assert_eq!(now_used(&cache).await, "t1");
    // They find what the others have.
    assert_eq!(name(&kept.await.expect("a token")), "t0");
    assert!(renewing.await.expect("another one"));
    assert_eq!(provider.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_remains_after_the_last_clone() {
    let runtime = Runtime::seeded(1);
    let provider = Provider::giving(seconds(100), seconds(5));
    let cache = provider.cache(&runtime);
    let clone = cache.clone();
    now_used(&cache).await;
    runtime.sleep(seconds(55)).await;
    now_used(&cache).await;
    settle().await;
    assert_eq!(provider.fetches(), 2);
    assert!(runtime.live_tasks() > 0);
    // A clone during the fetch changes nothing.
    drop(cache);
    runtime.sleep(seconds(6)).await;
    assert_eq!(now_used(&clone).await, "t1");
    runtime.sleep(seconds(50)).await;
    now_used(&clone).await;
    settle().await;
    assert_eq!(provider.fetches(), 3);
    drop(clone);
    settle().await;
    assert_eq!(runtime.live_tasks(), 0);
}

fn paused_runtime() -> tokio::runtime::Runtime {
    let builder = &mut tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().expect("a runtime")
}

#[test]
fn fetch_of_an_idle_or_ended_runtime_is_repeated() {
    for is_idle in [true, false] {
        let (idle, busy) = (paused_runtime(), paused_runtime());
        let runtime = Runtime::real();
        let provider = Provider::giving(seconds(100), seconds(5));
        let cache = provider.cache(&runtime);
        let mut waiting = Box::pin(cache.authorization());
        assert!(!idle.block_on(poll_times(&mut waiting, 3)));
        let idle = is_idle.then_some(idle);
        busy.block_on(async {
            let start = runtime.now();
            assert_eq!(now_used(&cache).await, "t1");
            assert_eq!(runtime.now() - start, seconds(5));
            // The fetch that started elsewhere may be awaited here.
            assert!(waiting.await.is_ok());
        });
        drop(idle);
    }
}

#[test]
fn renewal_of_an_idle_or_ended_runtime_is_taken_over() {
    for is_idle in [true, false] {
        let (idle, busy) = (paused_runtime(), paused_runtime());
        let runtime = Runtime::real();
        let provider = Provider::giving(seconds(100), seconds(1));
        let cache = provider.cache(&runtime);
        idle.block_on(async {
            assert_eq!(now_used(&cache).await, "t0");
            runtime.sleep(seconds(51)).await;
            assert_eq!(now_used(&cache).await, "t0");
            settle().await;
        });
        assert_eq!(provider.fetches(), 2);
        let idle = is_idle.then_some(idle);
        busy.block_on(async {
            // The clocks of two paused runtimes differ.
            runtime.sleep(seconds(52)).await;
            let mut used = now_used(&cache).await;
            for _ in 0..20 {
                let start = runtime.now();
                used = now_used(&cache).await;
                assert_eq!(runtime.now(), start, "nobody waits");
                runtime.sleep(seconds(1)).await;
            }
            assert_eq!(used, "t2");
        });
        drop(idle);
    }
}
