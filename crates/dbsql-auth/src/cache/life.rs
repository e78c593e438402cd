//! The useful life of a token.

use std::time::{Duration, SystemTime};

use dbsql_runtime::{Instant, Runtime};

/// A token is renewed in the background when less than this remains, or half of its lifetime if
/// that is less.
const STALE_BELOW: Duration = Duration::from_secs(20 * 60);

/// A token is not used when less than this remains, or a quarter of its lifetime if that is less:
/// servers reject some 30 seconds before they expire.
const UNUSABLE_BELOW: Duration = Duration::from_secs(40);

/// A point in time on both clocks. The wall clock may be set back, and the monotonic clock may stop
/// while the machine sleeps: the one that is ahead counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) wall: SystemTime,
    pub(super) monotonic: Instant,
}

impl Moment {
    pub(super) fn now(runtime: &Runtime) -> Self {
        Self { wall: runtime.wall_now(), monotonic: runtime.now() }
    }

    fn checked_add(self, time: Duration) -> Option<Self> {
        let (wall, monotonic) = (self.wall.checked_add(time)?, self.monotonic.checked_add(time)?);
        Some(Self { wall, monotonic })
    }

    /// Returns the duration until then, by the clock that is ahead.
    fn until(self, then: Self) -> Duration {
        let wall = then.wall.duration_since(self.wall).unwrap_or_default();
        wall.min(then.monotonic.saturating_duration_since(self.monotonic))
    }
}

/// When a token with a known expiry is renewed, and when it is no longer used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    stale_at: Moment,
    unusable_at: Moment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    Fresh,
    Stale,
    Unusable,
}

impl Life {
    /// Returns `None` for an expiry beyond the range of the clocks.
    pub(super) fn new(asked: Moment, lifetime: Duration) -> Option<Self> {
        let before_end = |margin: Duration| asked.checked_add(lifetime.saturating_sub(margin));
        Some(Self {
            stale_at: before_end(STALE_BELOW.min(lifetime / 2))?,
            unusable_at: before_end(UNUSABLE_BELOW.min(lifetime / 4))?,
        })
    }

    pub(super) fn freshness(&self, now: Moment) -> Freshness {
        match () {
            () if now.until(self.unusable_at).is_zero() => Freshness::Unusable,
            () if now.until(self.stale_at).is_zero() => Freshness::Stale,
            () => Freshness::Fresh,
        }
    }

    /// Returns how much longer the token will be used.
    pub(super) fn left(&self, now: Moment) -> Duration {
        now.until(self.unusable_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn origin() -> Moment {
        Moment::now(&Runtime::seeded(1))
    }

    /// The time this long after the origin, by the two clocks.
    fn moment(origin: Moment, wall: Duration, monotonic: Duration) -> Moment {
        Moment { wall: origin.wall + wall, monotonic: origin.monotonic + monotonic }
    }

    #[tokio::test(start_paused = true)]
    async fn token_is_renewed_and_retired_before_it_expires() {
        let millisecond = Duration::from_millis(1);
        for (lifetime, stale, unusable) in [
            (seconds(3600), seconds(2400), seconds(3560)),
            (seconds(30), seconds(15), Duration::from_millis(22_500)),
            (seconds(600), seconds(300), seconds(560)),
            (seconds(160), seconds(80), seconds(120)),
            (seconds(86_400), seconds(85_200), seconds(86_360)),
        ] {
            let life = Life::new(origin(), lifetime).expect("in reach");
            let after = |time: Duration| life.freshness(moment(origin(), time, time));
            assert_eq!(after(Duration::ZERO), Freshness::Fresh, "{lifetime:?}");
            assert_eq!(after(stale - millisecond), Freshness::Fresh, "{lifetime:?}");
            assert_eq!(after(stale), Freshness::Stale, "{lifetime:?}");
            assert_eq!(after(unusable - millisecond), Freshness::Stale, "{lifetime:?}");
            assert_eq!(after(unusable), Freshness::Unusable, "{lifetime:?}");
            assert_eq!(after(lifetime * 9), Freshness::Unusable, "{lifetime:?}");
        }
        assert_eq!(Life::new(origin(), Duration::MAX), None);
    }

    #[tokio::test(start_paused = true)]
    async fn clock_that_is_ahead_counts() {
        let life = Life::new(origin(), seconds(3600)).expect("in reach");
        let at = |wall, monotonic| life.freshness(moment(origin(), wall, monotonic));
        // The machine slept; the clock was set forward.
        assert_eq!(at(seconds(4000), seconds(10)), Freshness::Unusable);
        // The clock was set back: to the start, and to before it.
        assert_eq!(at(seconds(0), seconds(2400)), Freshness::Stale);
        assert_eq!(at(seconds(0), seconds(3560)), Freshness::Unusable);
        let before = Moment { wall: SystemTime::UNIX_EPOCH, ..origin() };
        assert_eq!(life.freshness(before), Freshness::Fresh);
        let before = Moment { monotonic: origin().monotonic + seconds(3600), ..before };
        assert_eq!(life.freshness(before), Freshness::Unusable);
        assert_eq!(life.left(before), Duration::ZERO);
    }
}
