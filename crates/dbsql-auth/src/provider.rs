//! Where the authorization of each request comes from.

use std::fmt;
use std::sync::Arc;

use crate::{AuthError, Authorization, BoxFuture};

/// Gives the authorization of each request.
///
/// The engine asks before every request that needs one, so a provider that fetches tokens keeps
/// the last one, renews it ahead of its end, and lets all callers wait for one renewal. The future
/// may be dropped at any point (a deadline); a renewal must survive that or start anew.
///
/// Implementations must not show secrets in `Debug` or in their errors. With [`Secret`] and
/// [`Authorization`] as fields a derived `Debug` is fine.
///
/// # Example
///
/// ```
/// use std::sync::Mutex;
/// use dbsql_auth::{AuthError, Authorization, BoxFuture, Secret, TokenProvider};
///
/// # async fn fetch_token() -> Result<Secret, AuthError> { Ok(Secret::from("t")) }
/// /// Fetches a token when it has none, and again after the server rejected it.
/// #[derive(Debug, Default)]
/// struct Fetched(Mutex<Option<Authorization>>);
///
/// impl TokenProvider for Fetched {
///     fn authorization(&self) -> BoxFuture<'_, Result<Authorization, AuthError>> {
///         Box::pin(async {
///             let kept = self.0.lock().expect("no panic while locked").clone();
///             if let Some(authorization) = kept {
///                 return Ok(authorization);
///             }
///             let fresh = Authorization::bearer(&fetch_token().await?)?;
///             *self.0.lock().expect("no panic while locked") = Some(fresh.clone());
///             Ok(fresh)
///         })
///     }
///
///     fn rejected(&self, stale: &Authorization) -> bool {
///         // Another request may have renewed it already: throw away only what was rejected.
///         self.0.lock().expect("no panic while locked").take_if(|kept| kept == stale);
///         true
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), AuthError> {
/// # let provider = Fetched::default();
/// # let first = provider.authorization().await?;
/// # assert!(provider.rejected(&first));
/// # assert!(provider.0.lock().expect("no panic").is_none());
/// # Ok(())
/// # }
/// ```
///
/// [`Secret`]: crate::Secret
pub trait TokenProvider: fmt::Debug + Send + Sync + 'static {
    /// The authorization for one request.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is none; its kind says whether trying again can help.
    fn authorization(&self) -> BoxFuture<'_, Result<Authorization, AuthError>>;

    /// The server answered 401 to a request with `stale`, or a 403 that says that the token is
    /// invalid or has expired. `true` means that the next [`authorization`](Self::authorization)
    /// may be another one, and the engine repeats the request once; a server that answers so has
    /// not run anything. `false`, the default, makes the answer final.
    fn rejected(&self, stale: &Authorization) -> bool {
        let _ = stale;
        false
    }
}

/// Any [`TokenProvider`], cheap to clone. Clones share the one provider and its tokens.
#[derive(Clone)]
pub struct SharedTokenProvider(Arc<dyn TokenProvider>);

impl SharedTokenProvider {
    /// Shares `provider`.
    #[must_use]
    pub fn new(provider: impl TokenProvider) -> Self {
        Self(Arc::new(provider))
    }

    /// The authorization for one request: see [`TokenProvider::authorization`].
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is none; its kind says whether trying again can help.
    pub fn authorization(&self) -> BoxFuture<'_, Result<Authorization, AuthError>> {
        self.0.authorization()
    }

    /// The server did not accept it: see [`TokenProvider::rejected`].
    #[must_use = "tells whether the request may be repeated"]
    pub fn rejected(&self, stale: &Authorization) -> bool {
        self.0.rejected(stale)
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
