//! One check: its name, what it proves, which transports it is for, and how it runs.

use std::fmt;

use super::expect::Outcome;
use super::suite::Endpoint;
use crate::{BoxFuture, SharedTransport};

/// One requirement of transports, and the test of it.
pub struct Check {
    pub(super) name: &'static str,
    pub(super) proves: &'static str,
    pub(super) next_step: &'static str,
    pub(super) scope: Scope,
    pub(super) run: fn(Bench) -> BoxFuture<'static, Outcome>,
}

/// The transports that a check is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// Every transport, including those without sockets.
    Any,
    /// Transports that use HTTP/1.1 over sockets.
    Http,
}

/// The input of a check.
pub(super) struct Bench {
    /// A transport for this check only.
    pub(super) transport: SharedTransport,
    pub(super) endpoint: Endpoint,
}

impl Check {
    /// Returns the name, which reads as a statement about the transport.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns what it proves, and why the engine relies on it.
    #[must_use]
    pub fn proves(&self) -> &'static str {
        self.proves
    }

    /// Returns what to do about a failure.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        self.next_step
    }

    /// Returns which transports it is for.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("name", &self.name)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
