//! How many requests the limits admit, and in which order.

use std::time::Duration;

use super::*;

fn limits(requests: usize, polls: usize, rate: u32) -> Limits {
    Limits {
        max_requests_in_flight: requests,
        max_polls_in_flight: polls,
        max_polls_per_second: rate,
        max_downloads: 16,
    }
}

fn due(runtime: &Runtime) -> Class {
    Class::Poll(Due { at: runtime.now(), pause: Duration::from_secs(1) })
}

/// Whether a slot of this class is granted within a second.
async fn is_granted(slots: &Slots, runtime: &Runtime, class: Class) -> Option<Slot> {
    let soon = runtime.now() + Duration::from_secs(1);
    runtime.timeout_at(Some(soon), slots.acquire(class)).await.ok()
}

#[tokio::test(start_paused = true)]
async fn full_slots_leave_room_for_cancels() {
    let runtime = Runtime::seeded(1);
    let slots = Slots::new(limits(20, 3, 1_000), &runtime);
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(is_granted(&slots, &runtime, due(&runtime)).await.expect("a free slot"));
    }
    assert!(is_granted(&slots, &runtime, due(&runtime)).await.is_none(), "polls have a limit");
    held.push(is_granted(&slots, &runtime, Class::Ordinary).await.expect("the fourth of four"));
    assert!(is_granted(&slots, &runtime, Class::Ordinary).await.is_none(), "the rest is reserved");
    for _ in 0..16 {
        held.push(is_granted(&slots, &runtime, Class::Urgent).await.expect("reserved"));
    }
    assert!(is_granted(&slots, &runtime, Class::Urgent).await.is_none(), "twenty in all");
    held.clear();
    assert!(is_granted(&slots, &runtime, due(&runtime)).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn polls_keep_to_their_rate() {
    let runtime = Runtime::seeded(1);
    let slots = Slots::new(limits(256, 192, 10), &runtime);
    let start = runtime.now();
    for _ in 0..51 {
        drop(slots.acquire(due(&runtime)).await);
    }
    let took = runtime.now() - start;
    assert!(took >= Duration::from_millis(4_900), "{took:?}");
    assert!(took <= Duration::from_millis(5_100), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_poll_that_is_most_overdue_goes_first() {
    let runtime = Runtime::seeded(1);
    let now = runtime.now();
    let mut queue = PollQueue::default();
    let mut waiters = Vec::new();
    // Overdue by 1 s of 5 s, by 0.5 s of 0.1 s, and by 2 s of 1 s.
    for (late, pause) in [(1_000, 5_000), (500, 100), (2_000, 1_000)] {
        let (waiter, granted) = oneshot::channel();
        let at = now + Duration::from_secs(10) - Duration::from_millis(late);
        queue.push(Due { at, pause: Duration::from_millis(pause) }, waiter);
        waiters.push(granted);
    }
    let now = now + Duration::from_secs(10);
    let order: Vec<_> =
        std::iter::from_fn(|| queue.pop_live(now)).map(|(due, _)| due.pause.as_millis()).collect();
    assert_eq!(order, [100, 1_000, 5_000]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_ended_holds_no_slot() {
    let runtime = Runtime::seeded(1);
    let slots = Slots::new(limits(17, 1, 1_000), &runtime);
    let only = slots.acquire(Class::Ordinary).await;
    for _ in 0..20_000 {
        let mut waiting = Box::pin(slots.acquire(Class::Ordinary));
        let pending = std::future::poll_fn(|cx| {
            std::task::Poll::Ready(waiting.as_mut().poll(cx).is_pending())
        });
        assert!(pending.await);
    }
    drop(only);
    assert!(is_granted(&slots, &runtime, Class::Ordinary).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn no_task_is_left_when_no_poll_is_queued() {
    let runtime = Runtime::seeded(1);
    let slots = Slots::new(limits(256, 192, 10), &runtime);
    for _ in 0..30 {
        drop(slots.acquire(due(&runtime)).await);
    }
    runtime.sleep(Duration::from_secs(1)).await;
    assert_eq!(runtime.live_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn slot_is_spare_only_if_no_poll_needs_it() {
    let runtime = Runtime::seeded(1);
    let slots = Slots::new(limits(256, 3, 10), &runtime);
    let spare = || slots.spare_for_poll(Due { at: runtime.now(), pause: Duration::from_secs(5) });
    let one = spare().expect("three are free");
    assert!(spare().is_none(), "the rate is used up");
    runtime.sleep(Duration::from_secs(1)).await;
    let two = spare().expect("two are free");
    runtime.sleep(Duration::from_secs(1)).await;
    assert!(spare().is_none(), "the last one is for polls");
    let last = is_granted(&slots, &runtime, due(&runtime)).await.expect("the last one");
    let mut queued = Box::pin(slots.acquire(due(&runtime)));
    let wait = runtime.timeout_at(Some(runtime.now() + Duration::from_secs(1)), &mut queued);
    assert!(wait.await.is_err());
    drop((one, last));
    assert!(spare().is_none(), "another poll comes first");
    drop((queued.await, two));
    runtime.sleep(Duration::from_secs(1)).await;
    assert!(spare().is_some());
}
