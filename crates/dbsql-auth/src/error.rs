//! The reasons why there is no authorization for a request.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dbsql_transport::retry::Attempts;

/// The error of a request that could not be authorized.
///
/// Cheap to clone. `Display` prints this level only; [`source`](Error::source) has the rest.
/// Neither may contain a secret; the errors made by this crate do not.
#[derive(Clone)]
pub struct AuthError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: AuthErrorKind,
    message: Cow<'static, str>,
    next_step: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    attempts: Option<Attempts>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The kind of an [`AuthError`], by how the engine handles it.
///
/// A [`TokenProvider`](crate::TokenProvider) selects it:
///
/// ```
/// use dbsql_auth::{AuthError, AuthErrorKind};
///
/// fn error_of(status: u16) -> AuthError {
///     let kind = match status {
///         429 | 500.. => AuthErrorKind::Unavailable,
///         _ => AuthErrorKind::Rejected,
///     };
///     AuthError::new(kind, format!("the vault responded with HTTP {status}"))
/// }
///
/// assert_eq!(error_of(503).kind(), AuthErrorKind::Unavailable);
/// assert_eq!(error_of(401).kind(), AuthErrorKind::Rejected);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// The credentials are malformed, such as a token with a line break or a user name with a
    /// colon. The engine reports a configuration error.
    Invalid,
    /// The token service rejected the request. The engine reports that the sign-in failed and does
    /// not retry.
    Rejected,
    /// The token service could not be reached or did not respond. The engine retries.
    Unavailable,
}

impl AuthError {
    /// Creates an error of this kind. The message is lower case, without a full stop and without
    /// secrets.
    pub fn new(kind: AuthErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self(Arc::new(Inner {
            kind,
            message,
            next_step: None,
            retry_after: None,
            attempts: None,
            source: None,
        }))
    }

    /// Adds advice on how to fix it: lower case, without a full stop and without secrets.
    #[must_use]
    pub fn with_next_step(mut self, next_step: impl Into<Cow<'static, str>>) -> Self {
        Arc::make_mut(&mut self.0).next_step = Some(next_step.into());
        self
    }

    /// Adds how long the token service asked the client to wait before the next request.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        Arc::make_mut(&mut self.0).retry_after = Some(wait);
        self
    }

    /// Adds the cause, which must not contain a secret either.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Arc::make_mut(&mut self.0).source = Some(source.into().into());
        self
    }

    /// Adds how many requests the sign-in made.
    #[must_use]
    pub fn with_attempts(mut self, attempts: Attempts) -> Self {
        Arc::make_mut(&mut self.0).attempts = Some(attempts);
        self
    }

    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(AuthErrorKind::Invalid, message)
    }

    pub(crate) fn rejected(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(AuthErrorKind::Rejected, message)
    }

    pub(crate) fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(AuthErrorKind::Unavailable, message)
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> AuthErrorKind {
        self.0.kind
    }

    /// Returns advice on how to fix it, if there is any.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
        self.0.next_step.as_deref()
    }

    /// Returns how long the token service asked the client to wait before the next request.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many requests the sign-in made, and how long they took, where that is known. `Display` leaves
    /// it to the error of the call that needed the token.
    #[must_use]
    pub fn attempts(&self) -> Option<Attempts> {
        self.0.attempts
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthError")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("next_step", &self.0.next_step)
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}

impl Error for AuthError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
