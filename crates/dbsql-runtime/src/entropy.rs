//! Random numbers: unpredictable ones, or the same ones for the same seed.

use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One ChaCha stream. The seed is the only difference between the real and the seeded kind, so
/// tests exercise the very generator that runs for real.
#[derive(Debug)]
pub(crate) struct Entropy(Mutex<ChaCha12Rng>);

impl Entropy {
    pub(crate) fn from_system() -> Self {
        let mut seed = [0; 32];
        // A machine without a source of randomness cannot run TLS either. Falling back to the
        // address of a stack variable keeps jitter different between processes and panics nobody.
        if getrandom::fill(&mut seed).is_err() {
            let here = std::ptr::from_ref(&seed).addr() as u64 ^ u64::from(std::process::id());
            seed[..8].copy_from_slice(&here.to_le_bytes());
        }
        Self(Mutex::new(ChaCha12Rng::from_seed(seed)))
    }

    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))
    }

    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}
