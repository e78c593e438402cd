//! A token provider that returns new tokens, stalls or fails, as configured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dbsql_auth::{AuthContext, AuthError, AuthErrorKind, BoxFuture, Secret, Token, TokenProvider};

/// Returns `canary-token-<n>`, with a new number each time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    fetched: Arc<AtomicU32>,
    /// From this fetch on there is no response.
    stalls_from: Option<u32>,
    /// This many fetches fail first.
    failures: u32,
    failure: Option<AuthErrorKind>,
    lifetime: Option<Duration>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Does not respond from this fetch on, counted from 0.
    pub(crate) fn stalling_from(fetch: u32) -> Self {
        Self { stalls_from: Some(fetch), ..Self::default() }
    }

    /// Fails this many times, then works.
    pub(crate) fn failing(times: u32, kind: AuthErrorKind) -> Self {
        Self { failures: times, failure: Some(kind), ..Self::default() }
    }

    /// Tokens that expire.
    pub(crate) fn good_for(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Number of tokens fetched after the first.
    pub(crate) fn renewals(&self) -> u32 {
        self.fetched.load(Ordering::Relaxed).saturating_sub(1)
    }
}

impl TokenProvider for Tokens {
    fn token<'a>(&'a self, _: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(async {
            let fetch = self.fetched.fetch_add(1, Ordering::Relaxed);
            if self.stalls_from.is_some_and(|first| fetch >= first) {
                std::future::pending::<()>().await;
            }
            if let (Some(kind), true) = (self.failure, fetch < self.failures) {
                return Err(AuthError::new(kind, "no token today"));
            }
            let token = Token::bearer(&Secret::from(format!("canary-token-{fetch}")))?;
            Ok(match self.lifetime {
                Some(lifetime) => token.expires_in(lifetime),
                None => token,
            })
        })
    }
}
