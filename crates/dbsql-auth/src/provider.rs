//! Sources of tokens.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{AuthContext, AuthError, BoxFuture, Token};

/// Fetches tokens.
///
/// One call is one sign-in or one renewal. Storing the token, renewing it before it expires, and
/// letting all callers wait for one renewal is the task of [`TokenCache`](crate::TokenCache), which
/// every client puts in front of its provider: a provider stores nothing and may be slow. It is
/// called from a task that belongs to no caller.
///
/// Implementations must not print secrets in `Debug` or in their errors. With
/// [`Secret`](crate::Secret) and [`Authorization`](crate::Authorization) as fields, a derived
/// `Debug` is safe.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use dbsql_auth::{AuthContext, AuthError, BoxFuture, Secret, Token, TokenProvider};
///
/// # async fn ask_the_vault() -> Result<String, AuthError> { Ok("t".to_owned()) }
/// #[derive(Debug)]
/// struct Vault;
///
/// impl TokenProvider for Vault {
///     fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
///         Box::pin(async {
///             let token = Secret::from(ask_the_vault().await?);
///             Ok(Token::bearer(&token)?.expires_in(Duration::from_secs(3600)))
///         })
///     }
/// }
/// ```
///
/// [`token_provider_fn`](crate::token_provider_fn) creates one from an async closure.
pub trait TokenProvider: fmt::Debug + Send + Sync + 'static {
    /// Fetches a token.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is none; its kind says whether a retry can help.
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>>;

    /// Returns the time limit of a fetch; 60 s unless a provider needs longer, such as one that
    /// waits for a user.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(60)
    }
}

/// A [`TokenProvider`] of any type, cheap to clone.
#[derive(Clone)]
pub struct SharedTokenProvider(Arc<dyn TokenProvider>);

impl SharedTokenProvider {
    /// Wraps `provider`.
    #[must_use]
    pub fn new(provider: impl TokenProvider) -> Self {
        Self(Arc::new(provider))
    }

    /// Fetches a token; see [`TokenProvider::token`].
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is none; its kind says whether a retry can help.
    pub fn token<'a>(
        &'a self,
        context: &'a AuthContext,
    ) -> BoxFuture<'a, Result<Token, AuthError>> {
        self.0.token(context)
    }

    /// Returns the time limit of a fetch; see [`TokenProvider::time_limit`].
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        self.0.time_limit()
    }
}

impl<T: TokenProvider> From<T> for SharedTokenProvider {
    fn from(provider: T) -> Self {
        Self::new(provider)
    }
}

impl From<Arc<dyn TokenProvider>> for SharedTokenProvider {
    fn from(provider: Arc<dyn TokenProvider>) -> Self {
        Self(provider)
    }
}

impl fmt::Debug for SharedTokenProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
