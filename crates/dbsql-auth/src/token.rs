//! A token and its expiry.

use std::time::{Duration, SystemTime};

use crate::{AuthError, Authorization, Secret};

/// The result of a [`TokenProvider`](crate::TokenProvider): the authorization of requests, and how
/// long it is valid.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use dbsql_auth::{Secret, Token};
///
/// let token = Token::bearer(&Secret::from("t"))?;
/// assert_eq!(token.authorization().header_value(), "Bearer t");
///
/// let asked = SystemTime::now();
/// assert_eq!(token.lifetime(asked), None); // used until the server rejects it
///
/// let token = token.expires_at(asked + Duration::from_secs(3600));
/// assert_eq!(token.lifetime(asked), Some(Duration::from_secs(3600)));
/// # Ok::<(), dbsql_auth::AuthError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Token {
    authorization: Authorization,
    expiry: Expiry,
}

/// The expiry of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    /// Unknown; the token is used until the server rejects it.
    Unknown,
    /// This long after it was requested.
    In(Duration),
    At(SystemTime),
}

impl Token {
    /// Creates a bearer token. Without a lifetime it is used until the server rejects it.
    ///
    /// # Errors
    ///
    /// As for [`Authorization::bearer`].
    pub fn bearer(token: &Secret) -> Result<Self, AuthError> {
        Authorization::bearer(token).map(Self::from)
    }

    /// Sets how long the token is valid, counted from the time of the request.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expiry = Expiry::In(lifetime);
        self
    }

    /// Sets when the token expires, by the clock of this machine.
    pub fn expires_at(mut self, end: SystemTime) -> Self {
        self.expiry = Expiry::At(end);
        self
    }

    /// Changes the authorization and keeps the expiry.
    pub(crate) fn map_authorization(
        mut self,
        change: impl FnOnce(Authorization) -> Authorization,
    ) -> Self {
        self.authorization = change(self.authorization);
        self
    }

    /// Returns the authorization of requests.
    #[must_use]
    pub fn authorization(&self) -> &Authorization {
        &self.authorization
    }

    /// Returns how long the token is valid if it was requested at `asked`; `None` when that is not
    /// known.
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
