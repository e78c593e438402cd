//! OAuth in the browser of the person at this machine.

use std::path::PathBuf;
use std::time::Duration;

use crate::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Token, TokenProvider};

/// OAuth in the browser of the person at this machine, with PKCE (`external-browser`).
#[derive(Clone, Debug)]
#[must_use]
pub struct BrowserSignIn {
    client_id: Option<String>,
    scopes: Vec<String>,
    cache: Option<PathBuf>,
    timeout: Duration,
}

impl BrowserSignIn {
    /// Signs in with the built-in application.
    pub fn new() -> Self {
        Self {
            client_id: None,
            scopes: vec!["all-apis".to_owned(), "offline_access".to_owned()],
            cache: None,
            timeout: Duration::from_secs(120),
        }
    }

    /// Sets the id of an OAuth application of your own.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the scopes that are asked for.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Keeps the tokens in this folder, readable by its owner only.
    pub fn cache(mut self, cache: impl Into<PathBuf>) -> Self {
        self.cache = Some(cache.into());
        self
    }

    /// Sets how long the person may take; 2 minutes by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl TokenProvider for BrowserSignIn {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async { Err(AuthError::new(AuthErrorKind::Unavailable, "not written yet")) })
    }
}
