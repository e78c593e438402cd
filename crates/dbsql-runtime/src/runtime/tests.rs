//! What the layers above rely on.

use super::*;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "fails when clippy no longer finds it")]
async fn select_without_biased_is_found_by_clippy() {
    let ready = tokio::select! { ready = async { true } => ready };
    assert!(ready);
}

#[test]
fn a_runtime_can_be_made_and_dropped_outside_tokio() {
    for runtime in [Runtime::real(), Runtime::seeded(1)] {
        let tasks = runtime.tasks();
        assert_eq!(runtime.live_tasks(), 0);
        drop(tasks);
        let _ = runtime.now();
        let _ = runtime.wall_now();
    }
}

#[test]
fn the_same_seed_gives_the_same_chance() {
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
fn real_chance_differs_between_runtimes() {
    assert_ne!(Runtime::real().random_bytes::<16>(), Runtime::real().random_bytes::<16>());
}

#[test]
fn jitter_stays_in_its_range_and_reaches_both_halves() {
    let runtime = Runtime::seeded(9);
    let (low, high) = (Duration::from_millis(100), Duration::from_millis(300));
    let drawn: Vec<_> = (0..1000).map(|_| runtime.jitter(low, high)).collect();
    assert!(drawn.iter().all(|d| (low..=high).contains(d)));
    assert!(drawn.iter().any(|d| *d < Duration::from_millis(150)));
    assert!(drawn.iter().any(|d| *d > Duration::from_millis(250)));
    assert_eq!(runtime.jitter(high, low), high);
}

#[tokio::test(start_paused = true)]
async fn seeded_wall_time_follows_the_paused_clock() {
    let runtime = Runtime::seeded(1);
    let before = runtime.wall_now();
    runtime.sleep(Duration::from_secs(86_400)).await;
    assert_eq!(runtime.wall_now().duration_since(before).unwrap(), Duration::from_secs(86_400));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_bounds_a_future_that_never_ends() {
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
async fn a_panic_in_offloaded_work_is_a_value() {
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
