//! The request not to be sent on a connection that has been idle for long.

use std::time::Duration;

/// Asks the transport not to use a pooled connection that has been idle for longer than this.
///
/// Servers close connections that have been idle for a while. A request that meets such a close
/// half-way fails after it was sent, and nobody knows whether it ran. For a request that may run
/// twice that costs a repetition; for the submission of a statement it costs the statement. The
/// engine therefore puts this value into the extensions of each submission.
///
/// A transport may ignore it, at the price of more submissions with an unknown outcome, or obey
/// more strictly than asked, at the price of more handshakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreshConnection {
    max_idle: Duration,
}

impl FreshConnection {
    /// No connection that has been idle for longer than `max_idle`; zero asks for a new one.
    #[must_use]
    pub const fn new(max_idle: Duration) -> Self {
        Self { max_idle }
    }

    /// The longest time for which the connection may have been idle.
    #[must_use]
    pub const fn max_idle(self) -> Duration {
        self.max_idle
    }
}

impl Default for FreshConnection {
    /// One second: shorter than the idle limit of any server, long enough for a burst of
    /// submissions to share connections.
    fn default() -> Self {
        Self::new(Duration::from_secs(1))
    }
}
