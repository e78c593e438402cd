//! The wait timeout of a submit.

use std::fmt;

use crate::sea::scalar::{Scalar, scalar_serde};

/// How long the server waits for a statement to end before it responds: `0s`, or `5s` to `50s`.
///
/// Other numbers of seconds are read as well, so that a server can reject them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitTimeout {
    /// Seconds.
    pub seconds: u32,
}

impl WaitTimeout {
    /// The server responds immediately.
    pub const NONE: Self = Self { seconds: 0 };

    /// The default according to the public reference. A server may wait for the end of the
    /// statement instead when it belongs to a session.
    pub const DEFAULT: Self = Self { seconds: 10 };

    /// Returns `true` if servers accept it.
    #[must_use]
    pub fn is_allowed(self) -> bool {
        matches!(self.seconds, 0 | 5..=50)
    }

    fn to_wire(self) -> Self {
        self
    }
}

impl fmt::Display for WaitTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.seconds)
    }
}

impl Scalar for WaitTimeout {
    const EXPECTED: &'static str = "seconds such as `10s`";

    fn from_text(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('s')?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { seconds: digits.parse().ok().filter(|_| is_number)? })
    }
}

scalar_serde!(WaitTimeout);
