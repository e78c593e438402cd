//! The limits on requests in flight: the number at once, and the number of polls per second.
//!
//! Each runtime of a client has its own [`Slots`]. A slot belongs to an owned task and never to a
//! future that a caller may keep without polling it, so an idle caller holds none.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use dbsql_runtime::{Instant, Runtime, Tasks};
use tokio::sync::oneshot;

use crate::config::Limits;

/// Slots that only cancels and closes may use, so that neither held polls nor slow submits block
/// them.
const RESERVED_FOR_URGENT: usize = 16;

/// How far the polls may exceed their rate.
const BURST: Duration = Duration::from_millis(50);

/// The minimum interval for checking queued polls: those held back by the rate are granted here,
/// those held back by a full limit when a slot is freed.
const PACE: Duration = Duration::from_millis(5);

/// The purpose of a request, as far as the limits distinguish it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Class {
    /// Cancels and closes.
    Urgent,
    /// Calls that a caller waits for.
    Ordinary,
    /// A status call of a wait.
    Poll(Due),
}

/// Removes the first waiter of a queue that is still waiting.
fn pop_live(queue: &mut VecDeque<Waiter>) -> Option<Waiter> {
    std::iter::from_fn(|| queue.pop_front()).find(|waiter| !waiter.is_closed())
}

/// The due time of a poll. Under load the poll that is most overdue relative to its pause goes
/// first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) at: Instant,
    pub(crate) pause: Duration,
}

/// The slots of one runtime.
#[derive(Debug)]
pub(crate) struct Slots {
    shared: Arc<Shared>,
    /// Owns the task that paces polls.
    tasks: Tasks,
}

/// The right to have one request in flight; released on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    shared: Arc<Shared>,
    class: Class,
}

/// A slot that is passed on to its call. Clones hold the same slot.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeldSlot(Arc<Mutex<Option<Slot>>>);

impl HeldSlot {
    pub(crate) fn new(slot: Slot) -> Self {
        Self(Arc::new(Mutex::new(Some(slot))))
    }

    /// Takes the slot, unless it was taken before.
    pub(crate) fn take(&self) -> Option<Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

struct Shared {
    limits: Limits,
    runtime: Runtime,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The number in flight, including urgent ones.
    in_flight: usize,
    /// The number of non-urgent ones.
    not_urgent: usize,
    polls: usize,
    urgent_queue: VecDeque<Waiter>,
    ordinary_queue: VecDeque<Waiter>,
    poll_queue: PollQueue,
    /// When the next poll may start according to the rate.
    next_poll: Option<Instant>,
    /// Whether a task grants polls as their rate allows.
    is_paced: bool,
}

type Waiter = oneshot::Sender<Slot>;

/// Polls by the magnitude of their pause, each queue ordered by due time: the most overdue poll is
/// the first of some queue.
#[derive(Default)]
struct PollQueue {
    by_magnitude: BTreeMap<u32, PollsInOrder>,
    next_number: u64,
}

/// By due time and order of arrival: the pause, and the waiter.
type PollsInOrder = BTreeMap<(Instant, u64), (Duration, Waiter)>;

impl PollQueue {
    fn push(&mut self, due: Due, waiter: Waiter) {
        self.next_number += 1;
        let magnitude = due.pause.as_millis().max(1).ilog2();
        let queue = self.by_magnitude.entry(magnitude).or_default();
        queue.insert((due.at, self.next_number), (due.pause, waiter));
    }

    fn pop_most_overdue(&mut self, now: Instant) -> Option<(Due, Waiter)> {
        let overdue = |at: Instant, pause: Duration| {
            now.saturating_duration_since(at).as_secs_f64() / pause.as_secs_f64().max(0.001)
        };
        let heads = self.by_magnitude.iter().filter_map(|(magnitude, queue)| {
            let ((at, _), (pause, _)) = queue.first_key_value()?;
            Some((*magnitude, overdue(*at, *pause)))
        });
        let (magnitude, _) = heads.max_by(|one, other| one.1.total_cmp(&other.1))?;
        let queue = self.by_magnitude.get_mut(&magnitude)?;
        let ((at, _), (pause, waiter)) = queue.pop_first()?;
        if queue.is_empty() {
            self.by_magnitude.remove(&magnitude);
        }
        Some((Due { at, pause }, waiter))
    }

    /// Removes waiters that have stopped waiting, up to the first that has not.
    fn pop_live(&mut self, now: Instant) -> Option<(Due, Waiter)> {
        loop {
            let (due, waiter) = self.pop_most_overdue(now)?;
            if !waiter.is_closed() {
                return Some((due, waiter));
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.by_magnitude.is_empty()
    }
}

impl Slots {
    pub(crate) fn new(limits: Limits, runtime: &Runtime) -> Self {
        let shared =
            Shared { limits, runtime: runtime.clone(), state: Mutex::new(State::default()) };
        Self { shared: Arc::new(shared), tasks: runtime.tasks() }
    }

    /// Waits for a slot. Called only from owned tasks. Cancel-safe.
    pub(crate) async fn acquire(&self, class: Class) -> Slot {
        loop {
            let granted = {
                let (waiter, granted) = oneshot::channel();
                let mut state = self.shared.lock();
                match class {
                    Class::Urgent => state.urgent_queue.push_back(waiter),
                    Class::Ordinary => state.ordinary_queue.push_back(waiter),
                    Class::Poll(due) => state.poll_queue.push(due, waiter),
                }
                granted
            };
            self.shared.grant();
            self.pace();
            // Fails only if the waiter was lost, which would be a bug: try again.
            if let Ok(slot) = granted.await {
                return slot;
            }
        }
    }

    /// Takes a slot for an optional poll: only if none is queued, and a slot is left for another
    /// poll.
    pub(crate) fn spare_for_poll(&self, due: Due) -> Option<Slot> {
        self.shared.spare_for_poll(due)
    }

    /// Ensures that polls held back only by their rate are granted in time.
    fn pace(&self) {
        let mut state = self.shared.lock();
        if state.is_paced || state.poll_queue.is_empty() {
            return;
        }
        state.is_paced = true;
        drop(state);
        self.tasks.spawn(pace(Arc::downgrade(&self.shared), self.shared.runtime.clone()));
    }
}

async fn pace(shared: Weak<Shared>, runtime: Runtime) {
    loop {
        let wake = {
            let Some(shared) = shared.upgrade() else { return };
            shared.grant();
            let mut state = shared.lock();
            if state.poll_queue.is_empty() {
                state.is_paced = false;
                return;
            }
            let now = runtime.now();
            let by_rate = state.next_poll.and_then(|next| next.checked_sub(BURST)).unwrap_or(now);
            by_rate.max(now + PACE)
        };
        runtime.sleep_until(wake).await;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_interval(&self) -> Duration {
        Duration::from_secs(1) / self.limits.max_polls_per_second.max(1)
    }

    /// Grants as many slots as the limits allow.
    fn grant(self: &Arc<Self>) {
        while let Some((class, waiter)) = self.take_next() {
            let slot = Slot { shared: Arc::clone(self), class };
            // If it is no longer waited for, it returns immediately and the next one is granted.
            drop(waiter.send(slot));
        }
    }

    /// Removes the next waiter that may proceed, counted as in flight.
    fn take_next(&self) -> Option<(Class, Waiter)> {
        let now = self.runtime.now();
        let mut state = self.lock();
        let (class, waiter) = self.next_allowed(&mut state, now)?;
        self.count(&mut state, class, now);
        Some((class, waiter))
    }

    fn count(&self, state: &mut State, class: Class, now: Instant) {
        state.in_flight += 1;
        match class {
            Class::Urgent => {}
            Class::Ordinary => state.not_urgent += 1,
            Class::Poll(_) => {
                state.not_urgent += 1;
                state.polls += 1;
                let from = state.next_poll.map_or(now, |next| next.max(now));
                state.next_poll = from.checked_add(self.poll_interval());
            }
        }
    }

    fn spare_for_poll(self: &Arc<Self>, due: Due) -> Option<Slot> {
        let now = self.runtime.now();
        let mut state = self.lock();
        let for_others = self.limits.max_requests_in_flight.saturating_sub(RESERVED_FOR_URGENT);
        let is_spare = state.poll_queue.is_empty()
            && state.ordinary_queue.is_empty()
            && state.not_urgent + 1 < for_others
            && state.polls + 1 < self.limits.max_polls_in_flight
            && state.next_poll.is_none_or(|next| next <= now + BURST);
        if !is_spare {
            return None;
        }
        let class = Class::Poll(due);
        self.count(&mut state, class, now);
        Some(Slot { shared: Arc::clone(self), class })
    }

    fn next_allowed(&self, state: &mut State, now: Instant) -> Option<(Class, Waiter)> {
        if state.in_flight >= self.limits.max_requests_in_flight {
            return None;
        }
        if let Some(waiter) = pop_live(&mut state.urgent_queue) {
            return Some((Class::Urgent, waiter));
        }
        let for_others = self.limits.max_requests_in_flight.saturating_sub(RESERVED_FOR_URGENT);
        if state.not_urgent >= for_others.max(1) {
            return None;
        }
        if let Some(waiter) = pop_live(&mut state.ordinary_queue) {
            return Some((Class::Ordinary, waiter));
        }
        let in_rate = state.next_poll.is_none_or(|next| next <= now + BURST);
        if state.polls >= self.limits.max_polls_in_flight || !in_rate {
            return None;
        }
        let (due, waiter) = state.poll_queue.pop_live(now)?;
        Some((Class::Poll(due), waiter))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        {
            let mut state = self.shared.lock();
            state.in_flight = state.in_flight.saturating_sub(1);
            match self.class {
                Class::Urgent => {}
                Class::Ordinary => state.not_urgent = state.not_urgent.saturating_sub(1),
                Class::Poll(_) => {
                    state.not_urgent = state.not_urgent.saturating_sub(1);
                    state.polls = state.polls.saturating_sub(1);
                }
            }
        }
        self.shared.grant();
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Slots")
            .field("in_flight", &state.in_flight)
            .field("polls", &state.polls)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
