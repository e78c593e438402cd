//! Why there is no authorization for a request.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// There is no authorization for a request.
///
/// Cheap to clone. `Display` prints this level only, and [`source`](Error::source) has the rest. Neither may ever
/// hold a secret; those made by this crate do not.
#[derive(Clone)]
pub struct AuthError(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: AuthErrorKind,
    message: Cow<'static, str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// What went wrong, told apart by what the engine does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// What was given cannot be used: a token with a line break, a user name with a colon. The
    /// engine reports a mistake in the configuration.
    Invalid,
    /// The token service rejected the request. The engine reports that the sign-in failed and does not
    /// try again.
    Refused,
    /// The token service could not be reached or did not answer. The engine tries again.
    Unavailable,
}

impl AuthError {
    /// An error of `kind`. The message is lower case, without a full stop and without secrets.
    pub fn new(kind: AuthErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), source: None }))
    }

    /// Adds what caused it. It must not hold a secret either.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Arc::make_mut(&mut self.0).source = Some(source.into().into());
        self
    }

    pub(crate) fn invalid(message: &'static str) -> Self {
        Self::new(AuthErrorKind::Invalid, message)
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> AuthErrorKind {
        self.0.kind
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
            .field("source", &self.0.source)
            .finish()
    }
}

impl Error for AuthError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
