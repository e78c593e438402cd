//! One token, with the time at which it ends.

use std::time::{Duration, SystemTime};

use crate::{AuthError, Authorization, Secret};

/// What a [`TokenProvider`](crate::TokenProvider) returns: the authorization of requests, and how long
/// it is good.
#[derive(Clone, Debug)]
#[must_use]
pub struct Token {
    authorization: Authorization,
    expiry: Expiry,
}

/// When a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    /// It is not known; the server's word decides.
    Unknown,
    /// So long after it was asked for.
    In(Duration),
    At(SystemTime),
}

impl Token {
    /// A bearer token. Without a lifetime it is used until the server rejects it.
    ///
    /// # Errors
    ///
    /// As for [`Authorization::bearer`].
    pub fn bearer(token: &Secret) -> Result<Self, AuthError> {
        Authorization::bearer(token).map(Self::from)
    }

    /// Sets how long the token is good, counted from when it was asked for.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expiry = Expiry::In(lifetime);
        self
    }

    /// Sets when the token ends, by the clock of this machine.
    pub fn expires_at(mut self, end: SystemTime) -> Self {
        self.expiry = Expiry::At(end);
        self
    }

    /// Changes the authorization and keeps the end.
    pub(crate) fn map_authorization(
        mut self,
        change: impl FnOnce(Authorization) -> Authorization,
    ) -> Self {
        self.authorization = change(self.authorization);
        self
    }

    /// The authorization of requests.
    #[must_use]
    pub fn authorization(&self) -> &Authorization {
        &self.authorization
    }

    /// How long the token is good, for one that was asked for at `asked`; `None` when that is not known.
    #[must_use]
    pub fn lifetime(&self, asked: SystemTime) -> Option<Duration> {
        match self.expiry {
            Expiry::Unknown => None,
            Expiry::In(lifetime) => Some(lifetime),
            Expiry::At(end) => Some(end.duration_since(asked).unwrap_or_default()),
        }
    }
}

impl From<Authorization> for Token {
    fn from(authorization: Authorization) -> Self {
        Self { authorization, expiry: Expiry::Unknown }
    }
}
