//! The token that a client uses now, and its renewal.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use dbsql_runtime::{FlightError, Instant, NoRuntime, PerRuntime, SingleFlight, Tasks};
use tracing::Instrument;

use crate::{AuthContext, AuthError, AuthErrorKind, Authorization, SharedTokenProvider};

/// A token is renewed in the background when less than this remains, or half of its lifetime if that is
/// less.
const STALE_BELOW: Duration = Duration::from_secs(20 * 60);

/// A token is not used when less than this remains, or a quarter of its lifetime if that is less:
/// servers reject some 30 seconds before the end.
const UNUSABLE_BELOW: Duration = Duration::from_secs(40);

/// The pause after a renewal in the background that failed.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// How long it is remembered that a forced renewal gave the same token.
const SAME_FOR: Duration = Duration::from_secs(10);

/// Keeps the token of a [`TokenProvider`](crate::TokenProvider) and renews it. Cheap to clone; clones
/// share the token.
///
/// A token is *stale* when less than 20 minutes or half of its lifetime remains, whichever is less: it is
/// renewed in the background, and still used. It is not used when less than 40 seconds or a quarter of
/// its lifetime remains. One fetch serves all callers that wait, and a failed renewal in the background
/// is tried again after a pause, while the token is still good.
#[derive(Clone)]
pub struct TokenCache(Arc<Inner>);

struct Inner {
    provider: SharedTokenProvider,
    context: AuthContext,
    state: Mutex<State>,
    fetches: Arc<Fetches>,
    /// Renewals in the background.
    tasks: PerRuntime<Tasks>,
}

type Fetches = SingleFlight<Result<Authorization, AuthError>>;

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// A renewal in the background is under way, or not due before this time.
    next_renewal: NextRenewal,
}

#[derive(Clone, Copy, Default)]
enum NextRenewal {
    #[default]
    WhenStale,
    UnderWay,
    NotBefore(Instant),
}

/// The token in use.
struct Held {
    authorization: Authorization,
    life: Option<Life>,
    /// When a forced renewal gave this token again.
    given_again: Option<Instant>,
}

/// When a token whose end is known is renewed, and used no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Life {
    stale_at: SystemTime,
    unusable_at: SystemTime,
}

impl Life {
    fn new(asked: SystemTime, lifetime: Duration) -> Option<Self> {
        let before_end = |margin: Duration| asked.checked_add(lifetime.saturating_sub(margin));
        Some(Self {
            stale_at: before_end(STALE_BELOW.min(lifetime / 2))?,
            unusable_at: before_end(UNUSABLE_BELOW.min(lifetime / 4))?,
        })
    }
}

impl TokenCache {
    /// A cache without a token: the first request fetches one.
    #[must_use]
    pub fn new(provider: SharedTokenProvider, context: AuthContext) -> Self {
        Self(Arc::new(Inner {
            provider,
            context,
            state: Mutex::default(),
            fetches: Arc::default(),
            tasks: PerRuntime::new(),
        }))
    }

    /// Returns the authorization for one request: at once as long as there is a token, else after
    /// fetching one. Cancel-safe.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is none; its kind says whether trying again can help.
    pub async fn authorization(&self) -> Result<Authorization, AuthError> {
        match self.0.usable() {
            Some((authorization, Freshness::Fresh)) => Ok(authorization),
            Some((authorization, Freshness::Stale)) => {
                self.renew_in_background();
                Ok(authorization)
            }
            None => self.0.fetch().await,
        }
    }

    /// The server rejected `stale`: fetches another token, unless that has been done since. Returns
    /// whether there is another one now, with which the request may be repeated. Cancel-safe.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the provider has none.
    pub async fn renew(&self, stale: &Authorization) -> Result<bool, AuthError> {
        if let Some(is_other) = self.0.known_after_rejection(stale) {
            return Ok(is_other);
        }
        let fetched = self.0.fetch().await?;
        let is_other = fetched != *stale;
        if !is_other {
            let now = self.0.context.runtime().now();
            if let Some(held) = &mut self.0.state().held {
                held.given_again = Some(now);
            }
        }
        Ok(is_other)
    }

    /// Starts a renewal, unless one is under way or it is too early for another attempt.
    fn renew_in_background(&self) {
        let inner = &self.0;
        let runtime = inner.context.runtime();
        {
            let mut state = inner.state();
            match state.next_renewal {
                NextRenewal::UnderWay => return,
                NextRenewal::NotBefore(at) if runtime.now() < at => return,
                NextRenewal::WhenStale | NextRenewal::NotBefore(_) => {}
            }
            state.next_renewal = NextRenewal::UnderWay;
        }
        let renewal = Renewal(Arc::downgrade(inner));
        let Ok(tasks) = inner.tasks.get_or_make(runtime, || runtime.tasks()) else { return };
        let fetch = inner.fetch_detached();
        let work = async move {
            if let Err(error) = fetch.await {
                tracing::warn!(%error, "a token could not be renewed; the old one is used for now");
            }
            drop(renewal);
        };
        tasks.spawn(work.in_current_span());
    }
}

/// A renewal in the background. However it ends, the next one becomes possible.
struct Renewal(Weak<Inner>);

impl Drop for Renewal {
    fn drop(&mut self) {
        let Some(inner) = self.0.upgrade() else { return };
        let now = inner.context.runtime().now();
        let wall = inner.context.runtime().wall_now();
        let mut state = inner.state();
        if matches!(state.next_renewal, NextRenewal::UnderWay) {
            // It failed: a token that came has reset this.
            let left = state.held.as_ref().and_then(|held| held.life);
            let left = left.and_then(|life| life.unusable_at.duration_since(wall).ok());
            let pause = (left.unwrap_or_default() / 4).clamp(PAUSE.0, PAUSE.1);
            state.next_renewal = NextRenewal::NotBefore(now + pause);
        }
    }
}

enum Freshness {
    Fresh,
    Stale,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usable(&self) -> Option<(Authorization, Freshness)> {
        let state = self.state();
        let held = state.held.as_ref()?;
        let freshness = match held.life {
            None => Freshness::Fresh,
            Some(life) => {
                let now = self.context.runtime().wall_now();
                match () {
                    () if now >= life.unusable_at => return None,
                    () if now >= life.stale_at => Freshness::Stale,
                    () => Freshness::Fresh,
                }
            }
        };
        Some((held.authorization.clone(), freshness))
    }

    /// Whether there is another token than the rejected one, as far as that is known without fetching.
    fn known_after_rejection(&self, rejected: &Authorization) -> Option<bool> {
        let is_usable = self.usable().is_some();
        let mut state = self.state();
        let held = state.held.as_ref()?;
        if held.authorization != *rejected {
            return is_usable.then_some(true);
        }
        let now = self.context.runtime().now();
        if held.given_again.is_some_and(|at| now < at + SAME_FOR) {
            return Some(false);
        }
        state.held = None;
        None
    }

    /// Fetches a token once for all callers.
    async fn fetch(self: &Arc<Self>) -> Result<Authorization, AuthError> {
        self.fetch_detached().await
    }

    /// The same for a task: it keeps the cache alive no longer than others do.
    fn fetch_detached(
        self: &Arc<Self>,
    ) -> impl Future<Output = Result<Authorization, AuthError>> + Send + 'static {
        let (provider, context) = (self.provider.clone(), self.context.clone());
        let (fetches, cache) = (Arc::clone(&self.fetches), Arc::downgrade(self));
        async move {
            let start = || {
                let (provider, context) = (provider.clone(), context.clone());
                let cache = Weak::clone(&cache);
                async move { fetch_once(&provider, &context, &cache).await }.in_current_span()
            };
            match fetches.run(context.runtime(), None, start).await {
                Ok(fetched) => fetched,
                Err(FlightError::NoRuntime(missing)) => Err(no_runtime(missing)),
                Err(error) => {
                    let message = "the token provider panicked";
                    Err(AuthError::new(AuthErrorKind::Refused, message).with_source(error))
                }
            }
        }
    }

    fn keep(&self, held: Held) {
        let mut state = self.state();
        state.held = Some(held);
        state.next_renewal = NextRenewal::WhenStale;
    }
}

async fn fetch_once(
    provider: &SharedTokenProvider,
    context: &AuthContext,
    cache: &Weak<Inner>,
) -> Result<Authorization, AuthError> {
    let runtime = context.runtime();
    let asked = runtime.wall_now();
    let limit = provider.time_limit();
    let until = runtime.now().checked_add(limit);
    let token = runtime.timeout_at(until, provider.token(context)).await.map_err(|elapsed| {
        let message = format!("no token came within {} s", limit.as_secs_f64());
        AuthError::new(AuthErrorKind::Unavailable, message).with_source(elapsed)
    })??;
    let lifetime = token.lifetime(asked);
    if lifetime.is_some_and(|lifetime| lifetime.is_zero()) {
        let message = "the token had expired when it came; compare the clocks of this machine and of \
                       the issuer";
        return Err(AuthError::new(AuthErrorKind::Refused, message));
    }
    let authorization = token.authorization().clone();
    let life = lifetime.and_then(|lifetime| Life::new(asked, lifetime));
    if let Some(cache) = cache.upgrade() {
        cache.keep(Held { authorization: authorization.clone(), life, given_again: None });
    }
    Ok(authorization)
}

fn no_runtime(missing: NoRuntime) -> AuthError {
    AuthError::new(AuthErrorKind::Invalid, "no token can be fetched from here").with_source(missing)
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("provider", &self.0.provider)
            .field("context", &self.0.context)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
