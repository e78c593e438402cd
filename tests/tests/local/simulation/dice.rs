//! Random choices of a scenario, determined by its seed.

use std::time::Duration;

use dbsql::Runtime;

#[derive(Debug)]
pub(super) struct Dice(Runtime);

impl Dice {
    pub(super) fn seeded(seed: u64) -> Self {
        // Different from the seeds of client and warehouse.
        Self(Runtime::seeded(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed))
    }

    /// From 0 to below `end`.
    pub(super) fn below(&self, end: u64) -> u64 {
        self.0.random_u64() % end
    }

    pub(super) fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy, const N: usize>(&self, from: [T; N]) -> T {
        from[self.below(N as u64) as usize]
    }

    /// From a millisecond to about `10^digits` milliseconds, on a logarithmic scale.
    pub(super) fn time(&self, digits: u64) -> Duration {
        let magnitude = 10_u64.pow(self.below(digits) as u32);
        Duration::from_millis(magnitude * (1 + self.below(9)))
    }
}
