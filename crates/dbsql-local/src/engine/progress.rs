//! The progress of a running statement.

use tokio::sync::watch;

/// The progress of a statement as reported by its engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// The completed fraction, from 0 to 1.
    pub fraction: f64,
    /// A line of text for users.
    pub summary: String,
}

/// A sink for the progress of a statement. Cheap to clone; reporting never blocks.
#[derive(Clone, Debug)]
pub struct ProgressSink(watch::Sender<Option<Progress>>);

impl ProgressSink {
    /// Returns a sink without a reader.
    #[must_use]
    pub fn ignored() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Replaces the previous report. `fraction` is clamped to the range from 0 to 1; NaN counts as
    /// 0.
    pub fn report(&self, fraction: f64, summary: impl Into<String>) {
        let fraction = if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) };
        self.0.send_replace(Some(Progress { fraction, summary: summary.into() }));
    }

    /// Returns the last report.
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
