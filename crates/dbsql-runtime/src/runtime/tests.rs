//! The guarantees that the layers above rely on.

use super::*;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "fails when clippy no longer finds it")]
async fn clippy_finds_select_without_biased() {
    let ready = tokio::select! { ready = async { true } => ready };
    assert!(ready);
}

#[test]
fn runtime_is_created_and_dropped_outside_tokio() {
    for runtime in [Runtime::real(), Runtime::seeded(1)] {
        let tasks = runtime.tasks();
        assert_eq!(runtime.live_tasks(), 0);
        drop(tasks);
        let _ = runtime.now();
        let _ = runtime.wall_now();
    }
}

#[test]
fn same_seed_gives_the_same_numbers() {
    let draw = |seed| {
        let runtime = Runtime::seeded(seed);
        let low = Duration::from_millis(10);
        let jitter = runtime.jitter(low, low * 2);
        (runtime.random_u64(), runtime.random_bytes::<5>(), jitter)
    };
    assert_eq!(draw(3), draw(3));
    assert_ne!(draw(3), draw(4));
}

#[test]
fn real_numbers_differ_between_runtimes() {
    let [one, two] = [(); 2].map(|()| Runtime::real().random_bytes::<16>().expect("randomness"));
    assert_ne!(one, two);
}

#[test]
fn jitter_covers_both_halves_of_its_range() {
    let runtime = Runtime::seeded(9);
    let (low, high) = (Duration::from_millis(100), Duration::from_millis(300));
    let drawn: Vec<_> = (0..1000).map(|_| runtime.jitter(low, high)).collect();
    assert!(drawn.iter().all(|d| (low..=high).contains(d)));
    assert!(drawn.iter().any(|d| *d < Duration::from_millis(150)));
    assert!(drawn.iter().any(|d| *d > Duration::from_millis(250)));
    assert_eq!(runtime.jitter(high, low), high);
}

#[test]
fn jitter_over_any_range_does_not_panic() {
    for low in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX / 2, Duration::MAX] {
        for high in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            for random in [0, 1, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
                let drawn = between(low, high, random);
                assert!(drawn >= low && drawn <= high.max(low), "{low:?} {high:?} {random}");
            }
        }
    }
}

#[test]
fn only_secrets_need_randomness_from_the_system() {
    let failing = Entropy::from_source(|_| Err(getrandom::Error::UNSUPPORTED));
    let runtime = Runtime::new(Clock::Real, failing, Offload::Threads);
    let high = Duration::from_secs(1);
    assert!(runtime.jitter(high / 2, high) >= high / 2);
    assert_ne!(runtime.random_u64(), runtime.random_u64());
    assert!(runtime.random_bytes::<16>().is_err());
    assert!(Runtime::seeded(1).random_bytes::<16>().is_ok());
}

#[test]
fn current_names_what_is_missing() {
    use crate::NoRuntimeKind::{NoIo, NoTimer, OutsideRuntime};
    let runtime = Runtime::real();
    let error = runtime.current().expect_err("outside");
    assert_eq!(error.kind(), OutsideRuntime);
    assert_eq!(error.to_string(), "not called from within a tokio runtime");
    assert!(error.next_step().contains("block_on"));

    let bare = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for _ in 0..2 {
        let error = bare.block_on(async { runtime.current() }).expect_err("no timer");
        assert_eq!(error.kind(), NoTimer);
        assert!(error.next_step().contains("enable_all"));
    }
    let timer = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("made");
    timer.block_on(async {
        assert!(runtime.current().is_ok());
        assert_eq!(runtime.current_with_io().expect_err("no I/O").kind(), NoIo);
    });
    let io = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("made");
    let error = io.block_on(async { runtime.current_with_io() }).expect_err("no timer");
    assert_eq!(error.kind(), NoTimer);
}

#[test]
fn current_distinguishes_runtimes() {
    let runtime = Runtime::real();
    let tokio = || tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("made");
    let (one, two) = (tokio(), tokio());
    let here =
        |tokio: &tokio::runtime::Runtime| tokio.block_on(async { runtime.current_with_io() });
    assert_eq!(here(&one), here(&one));
    assert_ne!(here(&one), here(&two));
    let task = one.block_on(one.spawn({
        let runtime = runtime.clone();
        async move { runtime.current() }
    }));
    assert_eq!(task.expect("no panic"), here(&one));
}

#[tokio::test(start_paused = true)]
async fn seeded_wall_time_follows_the_paused_clock() {
    let runtime = Runtime::seeded(1);
    let before = runtime.wall_now();
    runtime.sleep(Duration::from_secs(86_400)).await;
    assert_eq!(runtime.wall_now().duration_since(before).unwrap(), Duration::from_secs(86_400));
}

#[tokio::test(start_paused = true)]
async fn deadline_ends_a_future_that_never_completes() {
    let runtime = Runtime::seeded(1);
    let start = runtime.now();
    let deadline = start + Duration::from_secs(2);
    let result = runtime.timeout_at(Some(deadline), std::future::pending::<()>()).await;
    assert_eq!(result, Err(Elapsed(())));
    assert!(runtime.now() - start < Duration::from_millis(2_100));
    assert_eq!(runtime.timeout_at(Some(start), async { 5 }).await, Ok(5));
    assert_eq!(runtime.timeout_at(None, async { 6 }).await, Ok(6));
}

#[tokio::test]
async fn panic_in_offloaded_work_is_an_error() {
    for runtime in [Runtime::real(), Runtime::seeded(1)] {
        assert_eq!(runtime.offload(|| 4).await, Ok(4));
        let result = runtime.offload(|| -> u8 { panic!("bad batch") }).await;
        assert_eq!(result, Err(OffloadError::Panicked("bad batch".to_owned())));
    }
}

#[tokio::test]
async fn tasks_end_with_their_owner_and_are_counted() {
    let runtime = Runtime::real();
    let tasks = runtime.tasks();
    tasks.spawn(std::future::pending());
    tasks.spawn(async {});
    assert!(runtime.live_tasks() >= 1);
    drop(tasks);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(runtime.live_tasks(), 0);
}

#[tokio::test]
async fn join_all_waits_for_the_last_task() {
    let runtime = Runtime::real();
    let tasks = runtime.tasks();
    for _ in 0..3 {
        let runtime = runtime.clone();
        tasks.spawn(async move { runtime.sleep(Duration::from_millis(1)).await });
    }
    tasks.join_all().await;
    assert_eq!(runtime.live_tasks(), 0);
}

#[test]
fn sleep_continues_in_another_runtime() {
    let tokio = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for first_is_gone in [false, true] {
        let (one, two) = (tokio(), tokio());
        let runtime = Runtime::real();
        let soon = runtime.now() + Duration::from_millis(30);
        let mut pause = Box::pin(async move {
            let never = std::future::pending::<()>();
            runtime.timeout_at(Some(soon), never).await
        });
        one.block_on(poll_fn(|cx| {
            assert!(pause.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        }));
        let kept = (!first_is_gone).then_some(one);
        let ended = two.block_on(async {
            tokio::time::timeout(Duration::from_secs(10), pause).await.expect("the pause ends")
        });
        assert!(ended.is_err(), "at its deadline");
        drop(kept);
    }
}
