//! Random numbers: unpredictable, or the same for the same seed.

use std::hash::BuildHasher;
#[expect(
    clippy::disallowed_types,
    reason = "the last resort where the system has no random bytes"
)]
use std::hash::RandomState;
use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The operating system returned no random bytes, so no secret can be generated now.
///
/// A later call tries again: some systems lack randomness only for a moment after boot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system's source of randomness failed")]
pub struct EntropyError(#[source] getrandom::Error);

/// A function that fills a seed and may fail.
type Source = fn(&mut [u8]) -> Result<(), getrandom::Error>;

/// One ChaCha stream. Real and seeded generators differ only in the seed, so tests exercise the
/// generator that runs in production.
#[derive(Debug)]
pub(crate) struct Entropy {
    generator: Mutex<Generator>,
    source: Source,
}

#[derive(Debug)]
enum Generator {
    /// Not used yet: seeding is left to the first use, so that creating a runtime cannot fail.
    Unseeded,
    /// Seeded by the system or by a test. In the first case it is suitable for secrets.
    Seeded(ChaCha12Rng),
    /// Seeded without the system: different in each process, but predictable.
    Guessable(ChaCha12Rng),
}

impl Entropy {
    pub(crate) fn from_system() -> Self {
        Self::from_source(getrandom::fill)
    }

    pub(crate) fn from_source(source: Source) -> Self {
        Self { generator: Mutex::new(Generator::Unseeded), source }
    }

    pub(crate) fn from_seed(seed: u64) -> Self {
        let generator = Generator::Seeded(ChaCha12Rng::seed_from_u64(seed));
        Self { generator: Mutex::new(generator), source: getrandom::fill }
    }

    /// Fills `bytes` with random bytes suitable for secrets, or returns an error.
    pub(crate) fn fill_secret(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let mut generator = self.generator.lock().unwrap_or_else(PoisonError::into_inner);
        self.seeded(&mut generator)?.fill_bytes(bytes);
        Ok(())
    }

    /// Fills `bytes` with numbers that differ between processes, unpredictable where the system
    /// allows.
    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        let mut generator = self.generator.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *generator {
            Generator::Seeded(rng) | Generator::Guessable(rng) => rng.fill_bytes(bytes),
            Generator::Unseeded => match self.seeded(&mut generator) {
                Ok(rng) => rng.fill_bytes(bytes),
                Err(_) => {
                    // The hash keys of the standard library differ between processes, even where
                    // the system has no randomness. They protect nothing here: these numbers only
                    // keep clients from acting in step.
                    #[expect(clippy::disallowed_types, reason = "this is what stands behind it")]
                    let mut rng = ChaCha12Rng::seed_from_u64(RandomState::new().hash_one(0));
                    rng.fill_bytes(bytes);
                    *generator = Generator::Guessable(rng);
                }
            },
        }
    }

    fn seeded<'a>(
        &self,
        generator: &'a mut Generator,
    ) -> Result<&'a mut ChaCha12Rng, EntropyError> {
        if !matches!(generator, Generator::Seeded(_)) {
            let mut seed = [0; 32];
            (self.source)(&mut seed).map_err(EntropyError)?;
            *generator = Generator::Seeded(ChaCha12Rng::from_seed(seed));
        }
        match generator {
            Generator::Seeded(rng) | Generator::Guessable(rng) => Ok(rng),
            Generator::Unseeded => Err(EntropyError(getrandom::Error::UNEXPECTED)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn failing(_: &mut [u8]) -> Result<(), getrandom::Error> {
        Err(getrandom::Error::UNSUPPORTED)
    }

    #[test]
    fn failing_source_is_an_error_for_secrets() {
        let entropy = Entropy::from_source(failing);
        let mut bytes = [0; 16];
        let error = entropy.fill_secret(&mut bytes).expect_err("no randomness");
        assert_eq!(bytes, [0; 16]);
        assert_eq!(error.to_string(), "the system's source of randomness failed");
        assert!(error.source().is_some());
    }

    #[test]
    fn failing_source_still_yields_other_numbers() {
        let [one, two] = [(); 2].map(|()| {
            let entropy = Entropy::from_source(failing);
            let mut bytes = [0; 16];
            entropy.fill(&mut bytes);
            bytes
        });
        assert_ne!(one, [0; 16]);
        assert_ne!(one, two);
    }

    #[test]
    fn predictable_numbers_are_never_used_for_secrets() {
        let entropy = Entropy::from_source(failing);
        entropy.fill(&mut [0; 8]);
        assert!(entropy.fill_secret(&mut [0; 8]).is_err());
    }

    #[test]
    fn source_is_retried_after_a_failure() {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        let entropy = Entropy::from_source(|seed| {
            if CALLS.fetch_add(1, Ordering::Relaxed) < 2 {
                failing(seed)
            } else {
                getrandom::fill(seed)
            }
        });
        entropy.fill(&mut [0; 8]);
        assert!(entropy.fill_secret(&mut [0; 8]).is_err());
        assert_eq!(entropy.fill_secret(&mut [0; 8]), Ok(()));
        assert_eq!(entropy.fill_secret(&mut [0; 8]), Ok(()));
        assert_eq!(CALLS.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn source_is_not_read_before_the_first_use() {
        let entropy = Entropy::from_source(|_| panic!("asked too early"));
        assert!(matches!(*entropy.generator.lock().unwrap(), Generator::Unseeded));
    }
}
