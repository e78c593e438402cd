//! How long a submit waits.

use std::fmt;

use crate::sea::scalar::{Scalar, scalar_serde};

/// How long the server waits for the end of a statement before it answers: `0s`, or `5s` to `50s`.
///
/// Another number of seconds is read too, so that a server can say that it is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitTimeout {
    /// Seconds.
    pub seconds: u32,
}

impl WaitTimeout {
    /// The answer comes at once.
    pub const NONE: Self = Self { seconds: 0 };

    /// What the public reference says is assumed without one. A server with a session may wait for the end
    /// instead.
    pub const DEFAULT: Self = Self { seconds: 10 };

    /// Whether servers take it.
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
