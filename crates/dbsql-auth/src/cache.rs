//! The current token of a client, and its renewal.

mod life;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use dbsql_runtime::{FlightError, Instant, NoRuntime, PerRuntime, RuntimeId, SingleFlight, Tasks};
use tracing::Instrument;

use crate::{AuthContext, AuthError, AuthErrorKind, Authorization, SharedTokenProvider};

use life::{Freshness, Life, Moment};

/// The pause after a background renewal that returned no new token.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// How long it is remembered that a forced renewal returned the same token.
const SAME_FOR: Duration = Duration::from_secs(10);

/// How long to wait for a renewal that runs in another runtime, which may be idle.
const ELSEWHERE: Duration = Duration::from_secs(5);

/// Holds the token of a [`TokenProvider`](crate::TokenProvider) and renews it. Cheap to clone;
/// clones share the token.
///
/// A token is *stale* when less than 20 minutes or half of its lifetime remains, whichever is less:
/// it is renewed in the background and still used. It is not used when less than 40 seconds or a
/// quarter of its lifetime remains. One fetch serves all waiting callers, and a failed background
/// renewal is retried after a pause, while the token is still valid.
///
/// ```
/// use dbsql_auth::TokenCache;
/// # use std::sync::atomic::{AtomicU32, Ordering};
/// # use dbsql_auth::{AuthContext, AuthError, Secret, Token, token_provider_fn};
/// # use dbsql_transport::{Body, BoxFuture, Runtime, SharedTransport, Transport, TransportError};
/// # use dbsql_transport::{bytes::Bytes, http};
/// #
/// # #[derive(Debug)]
/// # struct Offline;
/// # impl Transport for Offline {
/// #     fn send(
/// #         &self,
/// #         _: http::Request<Bytes>,
/// #     ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
/// #         Box::pin(async { Err(TransportError::connect("offline")) })
/// #     }
/// # }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), AuthError> {
/// # let workspace = http::Uri::from_static("https://workspace.test");
/// # let context = AuthContext::new(SharedTransport::new(Offline), Runtime::real(), workspace);
/// # let count = AtomicU32::new(1);
/// # let provider = token_provider_fn(move |_| {
/// #     let number = count.fetch_add(1, Ordering::Relaxed);
/// #     async move { Token::bearer(&Secret::from(format!("t{number}"))) }
/// # });
/// let tokens = TokenCache::new(provider.into(), context);
/// let authorization = tokens.authorization().await?;
/// assert_eq!(authorization.header_value(), "Bearer t1");
/// assert_eq!(tokens.authorization().await?, authorization); // without another sign-in
///
/// // The server rejected it with a 401.
/// if tokens.renew(&authorization).await? {
///     let authorization = tokens.authorization().await?;
///     assert_eq!(authorization.header_value(), "Bearer t2");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct TokenCache(Arc<Inner>);

struct Inner {
    provider: SharedTokenProvider,
    context: AuthContext,
    state: Mutex<State>,
    fetches: Arc<Fetches>,
    /// The background renewals.
    tasks: PerRuntime<Tasks>,
}

type Fetches = SingleFlight<Result<Fetched, AuthError>>;

#[derive(Clone)]
struct Fetched {
    authorization: Authorization,
    /// Whether the provider was called, after the rejection if there was one. If not, the token
    /// existed when the fetch started.
    is_new: bool,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// The token that the server rejected last.
    rejected: Option<Authorization>,
    /// Whether a background renewal may start.
    next_renewal: NextRenewal,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum NextRenewal {
    #[default]
    WhenStale,
    UnderWay {
        home: RuntimeId,
        since: Instant,
    },
    NotBefore(Instant),
}

/// The current token.
struct Held {
    authorization: Authorization,
    life: Option<Life>,
    /// When it was requested from the provider.
    asked: Instant,
    /// When the provider returned it again although the server had rejected it.
    given_again: Option<Instant>,
}

/// What a caller needs: a fetch has nothing to do if another one has met the need in between.
#[derive(Clone)]
enum Need {
    /// Any usable token.
    Usable,
    /// A token that is not stale.
    Fresh,
    /// A token other than this one.
    Other(Authorization),
}

impl TokenCache {
    /// Creates a cache without a token: the first request fetches one.
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

    /// Returns the authorization for one request: immediately if there is a token, otherwise after
    /// fetching one.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when there is none; its kind says whether a retry can help.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: a fetch continues for other callers.
    pub async fn authorization(&self) -> Result<Authorization, AuthError> {
        match self.0.usable() {
            Some((authorization, Freshness::Fresh)) => Ok(authorization),
            Some((authorization, _)) => {
                self.renew_in_background();
                Ok(authorization)
            }
            None => Ok(self.0.fetch(Need::Usable).await?.authorization),
        }
    }

    /// Fetches another token after the server rejected `stale`, unless that has been done since.
    /// Returns `true` if there is another token now, with which the request may be retried.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the provider has none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: a fetch continues for other callers.
    pub async fn renew(&self, stale: &Authorization) -> Result<bool, AuthError> {
        if let Some(is_other) = self.0.known_after_rejection(stale) {
            return Ok(is_other);
        }
        loop {
            let fetched = self.0.fetch(Need::Other(stale.clone())).await?;
            // A fetch for a caller unaware of the rejection may have returned the old token.
            if fetched.is_new || fetched.authorization != *stale {
                return Ok(fetched.authorization != *stale);
            }
        }
    }

    /// Starts a renewal, unless one is in progress or it is too early for another attempt.
    fn renew_in_background(&self) {
        let inner = &self.0;
        let runtime = inner.context.runtime();
        let Ok(home) = runtime.current() else { return };
        let now = runtime.now();
        let under_way = NextRenewal::UnderWay { home, since: now };
        {
            let mut state = inner.state();
            match state.next_renewal {
                NextRenewal::UnderWay { home: other, since }
                    if other == home || now < since + ELSEWHERE =>
                {
                    return;
                }
                NextRenewal::NotBefore(at) if now < at => return,
                _ => {}
            }
            state.next_renewal = under_way;
        }
        let renewal = Renewal { cache: Arc::downgrade(inner), under_way };
        let Ok(tasks) = inner.tasks.get_or_make(runtime, || runtime.tasks()) else { return };
        let fetch = inner.fetch(Need::Fresh);
        let work = async move {
            if let Err(error) = fetch.await {
                tracing::warn!(%error, "failed to renew a token; the old one is still in use");
            }
            drop(renewal);
        };
        tasks.spawn(work.in_current_span());
    }
}

/// A background renewal. However it ends, the next one becomes possible.
struct Renewal {
    cache: Weak<Inner>,
    under_way: NextRenewal,
}

impl Drop for Renewal {
    fn drop(&mut self) {
        let Some(inner) = self.cache.upgrade() else { return };
        let now = Moment::now(inner.context.runtime());
        let mut state = inner.state();
        // A new token has reset this already, or another runtime has taken over.
        if state.next_renewal == self.under_way {
            state.pause_renewals(now);
        }
    }
}

impl Held {
    /// Returns `true` if the provider just returned this token again although the server had
    /// rejected it.
    fn was_given_again(&self, now: Moment) -> bool {
        self.given_again.is_some_and(|at| now.monotonic < at + SAME_FOR)
    }
}

impl State {
    /// Returns the current token if it is usable.
    fn usable(&self, now: Moment) -> Option<(&Held, Freshness)> {
        let held = self.held.as_ref()?;
        let freshness = held.life.map_or(Freshness::Fresh, |life| life.freshness(now));
        (freshness != Freshness::Unusable).then_some((held, freshness))
    }

    /// Returns the current token if it meets the need.
    fn meets(&self, need: &Need, now: Moment) -> Option<Fetched> {
        let (held, freshness) = self.usable(now)?;
        let is_given_again = held.was_given_again(now);
        let is_met = match need {
            Need::Usable => true,
            Need::Fresh => freshness == Freshness::Fresh,
            Need::Other(rejected) => held.authorization != *rejected || is_given_again,
        };
        let authorization = held.authorization.clone();
        is_met.then_some(Fetched { authorization, is_new: is_given_again })
    }

    fn pause_renewals(&mut self, now: Moment) {
        let left = self.held.as_ref().and_then(|held| held.life).map(|life| life.left(now));
        let pause = (left.unwrap_or_default() / 4).clamp(PAUSE.0, PAUSE.1);
        self.next_renewal = NextRenewal::NotBefore(now.monotonic + pause);
    }

    fn keep(&mut self, mut new: Held, now: Moment) {
        // Two runtimes fetch independently, and the earlier request may be answered last.
        if self.usable(now).is_some_and(|(held, _)| held.asked > new.asked) {
            return;
        }
        if self.rejected.as_ref() == Some(&new.authorization) {
            new.given_again = Some(now.monotonic);
        }
        self.held = Some(new);
        self.next_renewal = NextRenewal::WhenStale;
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        Moment::now(self.context.runtime())
    }

    fn usable(&self) -> Option<(Authorization, Freshness)> {
        let now = self.now();
        let state = self.state();
        let (held, freshness) = state.usable(now)?;
        Some((held.authorization.clone(), freshness))
    }

    /// Returns whether there is a token other than the rejected one, if that is known without
    /// fetching.
    fn known_after_rejection(&self, rejected: &Authorization) -> Option<bool> {
        let now = self.now();
        let mut state = self.state();
        let held = state.held.as_ref()?;
        if held.authorization != *rejected {
            return state.usable(now).map(|_| true);
        }
        if held.was_given_again(now) {
            return Some(false);
        }
        state.rejected = state.held.take().map(|held| held.authorization);
        None
    }

    /// Fetches a token once for all callers of a runtime. The future does not keep the cache alive.
    fn fetch(
        self: &Arc<Self>,
        need: Need,
    ) -> impl Future<Output = Result<Fetched, AuthError>> + Send + 'static {
        let (provider, context) = (self.provider.clone(), self.context.clone());
        let (fetches, cache) = (Arc::clone(&self.fetches), Arc::downgrade(self));
        async move {
            let start = || {
                let (provider, context) = (provider.clone(), context.clone());
                let (cache, need) = (Weak::clone(&cache), need.clone());
                async move { fetch_once(&provider, &context, &cache, &need).await }
                    .in_current_span()
            };
            match fetches.run(context.runtime(), None, start).await {
                Ok(fetched) => fetched,
                Err(FlightError::NoRuntime(missing)) => Err(no_runtime(missing)),
                Err(error) => {
                    let message = "the token provider panicked";
                    Err(AuthError::new(AuthErrorKind::Rejected, message).with_source(error))
                }
            }
        }
    }
}

async fn fetch_once(
    provider: &SharedTokenProvider,
    context: &AuthContext,
    cache: &Weak<Inner>,
    need: &Need,
) -> Result<Fetched, AuthError> {
    let runtime = context.runtime();
    let asked = Moment::now(runtime);
    // The previous fetch may have ended after the caller looked.
    if let Some(cache) = cache.upgrade()
        && let Some(there) = cache.state().meets(need, asked)
    {
        return Ok(there);
    }
    let limit = provider.time_limit();
    let until = runtime.now().checked_add(limit);
    let token = runtime.timeout_at(until, provider.token(context)).await.map_err(|elapsed| {
        let message = format!("no token within {} s", limit.as_secs_f64());
        AuthError::new(AuthErrorKind::Unavailable, message).with_source(elapsed)
    })??;
    let lifetime = token.lifetime(asked.wall);
    if lifetime.is_some_and(|lifetime| lifetime.is_zero()) {
        let message = "the token had already expired when it was received";
        let next_step = "compare the clocks of this machine and of the issuer";
        return Err(AuthError::new(AuthErrorKind::Rejected, message).with_next_step(next_step));
    }
    let authorization = token.authorization().clone();
    if let Some(cache) = cache.upgrade() {
        let life = lifetime.and_then(|lifetime| Life::new(asked, lifetime));
        let (authorization, asked) = (authorization.clone(), asked.monotonic);
        let held = Held { authorization, life, asked, given_again: None };
        cache.state().keep(held, Moment::now(runtime));
    }
    Ok(Fetched { authorization, is_new: true })
}

fn no_runtime(missing: NoRuntime) -> AuthError {
    AuthError::new(AuthErrorKind::Invalid, "cannot fetch a token outside a tokio runtime")
        .with_source(missing)
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
