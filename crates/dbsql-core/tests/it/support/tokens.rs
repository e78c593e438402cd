//! A token provider that gives out new tokens, stalls or fails, as told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dbsql_auth::{AuthError, AuthErrorKind, Authorization, BoxFuture, Secret, TokenProvider};

/// Gives out `canary-token-<n>`, another one after each rejection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    rejected: Arc<AtomicU32>,
    asked: Arc<AtomicU32>,
    /// From this request on there is no answer.
    stalls_from: Option<u32>,
    /// So many requests fail first.
    failures: u32,
    failure: Option<AuthErrorKind>,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Does not answer from this request on, counted from 0.
    pub(crate) fn stalling_from(request: u32) -> Self {
        Self { stalls_from: Some(request), ..Self::default() }
    }

    /// Fails so often, then works.
    pub(crate) fn failing(times: u32, kind: AuthErrorKind) -> Self {
        Self { failures: times, failure: Some(kind), ..Self::default() }
    }

    pub(crate) fn rejections(&self) -> u32 {
        self.rejected.load(Ordering::Relaxed)
    }
}

impl TokenProvider for Tokens {
    fn authorization(&self) -> BoxFuture<'_, Result<Authorization, AuthError>> {
        Box::pin(async {
            let asked = self.asked.fetch_add(1, Ordering::Relaxed);
            if self.stalls_from.is_some_and(|first| asked >= first) {
                std::future::pending::<()>().await;
            }
            if let (Some(kind), true) = (self.failure, asked < self.failures) {
                return Err(AuthError::new(kind, "no token today"));
            }
            let token = format!("canary-token-{}", self.rejections());
            Authorization::bearer(&Secret::from(token))
        })
    }

    fn rejected(&self, _: &Authorization) -> bool {
        self.rejected.fetch_add(1, Ordering::Relaxed);
        true
    }
}
