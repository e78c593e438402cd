//! How far a running statement is.

use tokio::sync::watch;

/// How far a statement is, as far as its engine says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// From 0 to 1.
    pub fraction: f64,
    /// A line for users.
    pub summary: String,
}

/// Where an engine reports how far it is. Cheap to clone; reporting never waits.
#[derive(Clone, Debug)]
pub struct ProgressSink(watch::Sender<Option<Progress>>);

impl ProgressSink {
    /// Returns a sink without a reader.
    #[must_use]
    pub fn ignored() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Replaces what was reported before. `fraction` is brought into the range from 0 to 1; one
    /// that is not a number counts as 0.
    pub fn report(&self, fraction: f64, summary: impl Into<String>) {
        let fraction = if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) };
        self.0.send_replace(Some(Progress { fraction, summary: summary.into() }));
    }

    /// What was reported last.
    #[must_use]
    pub fn last(&self) -> Option<Progress> {
        self.0.borrow().clone()
    }
}

impl Default for ProgressSink {
    fn default() -> Self {
        Self::ignored()
    }
}
