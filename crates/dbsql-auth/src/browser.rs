//! OAuth in a browser on this machine.

mod callback;
mod failure;
mod opener;
mod page;
mod pkce;
mod renewal;
mod session;
mod store;

use std::fmt;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use url::form_urlencoded;

use self::callback::{Callback, Return};
use self::failure::{denied, no_browser, no_listener};
use self::opener::Opener;
use self::pkce::Pkce;
use self::renewal::{Renewal, save};
use self::session::{Key, Session};
use self::store::Store;
use crate::discovery::{Discovery, OAuthEndpoints};
use crate::hosts::workspace_origin;
use crate::token_endpoint::TokenRequest;
use crate::{AuthContext, AuthError, BoxFuture, Token, TokenProvider};

/// The OAuth application that Databricks registers for its CLI, and its redirect ports.
const BUILT_IN_CLIENT: &str = "databricks-cli";
const BUILT_IN_PORTS: std::ops::RangeInclusive<u16> = 8020..=8040;

/// The time limit for the requests before and after the user's part.
const REQUESTS: Duration = Duration::from_secs(90);

/// OAuth in a browser on this machine: authorization code with PKCE (`external-browser`).
///
/// The browser is opened at the workspace's sign-in page, and is redirected to a listener on
/// 127.0.0.1 at the first free port of those that the application is registered for (RFC 8252).
/// Only a redirect with the `state` of this sign-in ends the wait; other requests get an error page
/// and change nothing. State and PKCE verifier (RFC 7636) are random bytes from the system.
///
/// The access token and the refresh token are kept in memory, and with [`cache`](Self::cache) in a
/// file as well. A clone starts without them: two clients share a sign-in through the file. A
/// stored access token is used without a request while more than a minute remains; after that it is
/// renewed with the refresh token, and if that is rejected the browser is opened again.
///
/// # Errors of the sign-in
///
/// - [`Invalid`](crate::AuthErrorKind::Invalid): no browser could be opened and [`on_url`](Self::on_url) is
///   not set; an endpoint is at a host that credentials may not be sent to; the cache folder is writable
///   by other users.
/// - [`Rejected`](crate::AuthErrorKind::Rejected): the user or the server denied the sign-in.
/// - [`Unavailable`](crate::AuthErrorKind::Unavailable): the browser was not redirected in time, all ports are
///   in use, or the token service did not respond.
///
/// # Example
///
/// ```
/// use dbsql_auth::BrowserSignIn;
///
/// let provider = BrowserSignIn::new()
///     .cache("/home/someone/.config/my-program/tokens")
///     .on_url(|url| eprintln!("sign in at {url}"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct BrowserSignIn {
    client_id: String,
    redirect_ports: Vec<u16>,
    scopes: Vec<String>,
    cache: Option<PathBuf>,
    timeout: Duration,
    opener: Opener,
    on_url: Option<OnUrl>,
    discovery: Discovery,
    memory: Memory,
}

/// Called with the URL at which the user signs in.
type OnUrl = Arc<dyn Fn(&str) + Send + Sync>;

/// The latest tokens of each workspace that used this provider. A clone starts with none, so that
/// no two use one refresh token at the same time.
#[derive(Default)]
struct Memory(Mutex<Vec<(Key, Session)>>);

impl Memory {
    fn get(&self, key: &Key) -> Option<Session> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, session)| session.clone())
    }

    fn put(&self, key: Key, session: Session) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.push((key, session));
    }
}

impl Clone for Memory {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl BrowserSignIn {
    /// Creates a provider with the built-in OAuth application: that of the Databricks CLI, which
    /// may redirect to the ports 8020 to 8040.
    pub fn new() -> Self {
        Self {
            client_id: BUILT_IN_CLIENT.to_owned(),
            redirect_ports: BUILT_IN_PORTS.collect(),
            scopes: vec!["all-apis".to_owned(), "offline_access".to_owned()],
            cache: None,
            timeout: Duration::from_secs(120),
            opener: Opener::System,
            on_url: None,
            discovery: Discovery::new(),
            memory: Memory::default(),
        }
    }

    /// Sets the id of a custom OAuth application, without a secret. It must be registered for
    /// `http://localhost:PORT` with the ports of [`redirect_ports`](Self::redirect_ports).
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = client_id.into();
        self
    }

    /// Sets the ports of 127.0.0.1 that the browser may be redirected to; the first free one is
    /// used. 8020 to 8040 unless set.
    pub fn redirect_ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.redirect_ports = ports.into_iter().collect();
        self
    }

    /// Sets the requested scopes; `all-apis offline_access` unless set. Without `offline_access`
    /// there is no refresh token, and the browser is opened for each renewal.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Stores the tokens in a file in this folder, which is created if it is missing. Not stored
    /// unless set.
    ///
    /// On Unix the folder is created with mode 0700 and the file with 0600 from its first byte. A
    /// file that other users can read or write, or that another user owns, is not used (with a
    /// warning) and is replaced by the next sign-in; a folder that other users can write to is an
    /// error. On Windows the file has the access rights of the folder: choose one below the user's
    /// profile.
    pub fn cache(mut self, cache: impl Into<PathBuf>) -> Self {
        self.cache = Some(cache.into());
        self
    }

    /// Sets the time limit for the user; 2 minutes by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets a function that receives the URL of each sign-in before the browser is opened, for
    /// example to print it. With it, a browser that cannot be opened is not an error: the user may
    /// open the URL.
    ///
    /// The URL contains no secret, but it is meant for this user only: the first to open it decides
    /// who signs in.
    pub fn on_url(mut self, on_url: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.on_url = Some(Arc::new(on_url));
        self
    }

    /// Sets the function that opens the browser. Unless set, on Linux and similar systems it is the
    /// first of the programs in `BROWSER` and `xdg-open` that starts, `open` on macOS, and
    /// `rundll32` on Windows.
    ///
    /// The future is polled while the sign-in waits for the redirect, and dropped after it.
    pub fn opener<F, R>(mut self, open: F) -> Self
    where
        F: Fn(String) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        self.opener = Opener::Custom(Arc::new(move |url| Box::pin(open(url))));
        self
    }

    /// Sets the URL of the OAuth metadata, replacing that of the workspace.
    pub fn discovery_url(mut self, discovery_url: impl Into<String>) -> Self {
        self.discovery.set_url(discovery_url.into());
        self
    }

    /// Sets the id of the account, for hosts that serve several, such as the accounts console.
    pub fn account_id(mut self, account_id: impl Into<String>) -> Self {
        self.discovery.set_account_id(account_id.into());
        self
    }

    async fn fetch(&self, context: &AuthContext) -> Result<Token, AuthError> {
        let key = Key::new(workspace_origin(context)?, &self.client_id, &self.scopes);
        let store = match &self.cache {
            Some(folder) => Some(Store::open(context.runtime(), folder, &key).await?),
            None => None,
        };
        let remembered = self.memory.get(&key);
        // It was returned before. Another one is needed, since it expires soon or was rejected.
        let last = remembered.as_ref().map(|session| session.access_token.clone());
        let is_unsaved = remembered.as_ref().is_some_and(|session| !session.is_saved);
        let kept = match &store {
            // The file is newer: another process may have renewed the tokens. Not if it could not
            // be written.
            Some(store) if !is_unsaved => store.load(context.runtime()).await.or(remembered),
            _ => remembered,
        };
        let renewal = Renewal { provider: self, context, store: store.as_ref(), last };
        let session = match kept {
            Some(kept) if renewal.is_good(&kept) => Some(kept),
            Some(kept) => renewal.renew(kept).await?,
            None => None,
        };
        let session = match session {
            Some(session) => session,
            None => self.ask_the_person(context, store.as_ref()).await?,
        };
        let token = session.token()?;
        self.memory.put(key, session);
        Ok(token)
    }

    /// Opens the browser and waits for the user.
    async fn ask_the_person(
        &self,
        context: &AuthContext,
        store: Option<&Store>,
    ) -> Result<Session, AuthError> {
        let runtime = context.runtime();
        let endpoints = self.discovery.endpoints(context).await?;
        let listener = runtime.listen_on_loopback(self.redirect_ports.iter().copied());
        let listener = listener.map_err(no_listener)?;
        let pkce = Pkce::new(runtime)?;
        let redirect_uri = format!("http://localhost:{}", listener.port());
        let url = self.page_url(&endpoints, &redirect_uri, &pkce)?;
        if let Some(on_url) = &self.on_url {
            on_url(&url);
        }
        let callback = Callback::new(runtime, &listener, &pkce.state);
        let until = runtime.now().checked_add(self.timeout);
        let returned = runtime.timeout_at(until, self.open_and_wait(context, &url, &callback));
        let code = match returned.await {
            Ok(Ok(Return::Code(code))) => code,
            Ok(Ok(Return::Error { code, description })) => return Err(denied(&code, &description)),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                let limit = self.timeout.as_secs_f64();
                let message = format!("no response from the browser within {limit} s");
                let next_step = "complete the sign-in in the browser, or raise the time limit \
                                 of the browser sign-in";
                return Err(AuthError::unavailable(message).with_next_step(next_step));
            }
        };
        // The port is freed before the exchange, and a second redirect is not served.
        drop(listener);
        let asked = runtime.wall_now();
        let request = TokenRequest::new(endpoints.token, "authorization_code")
            .secret("code", &code)
            .field("redirect_uri", &redirect_uri)
            .secret("code_verifier", &pkce.verifier)
            .field("client_id", &self.client_id)
            .once();
        let answer = request.send(context).await.inspect_err(|_| self.discovery.forget())?;
        let session = Session::new(answer, asked, None);
        Ok(save(context, store, session).await)
    }

    fn page_url(
        &self,
        endpoints: &OAuthEndpoints,
        redirect_uri: &str,
        pkce: &Pkce,
    ) -> Result<String, AuthError> {
        let Some(page) = &endpoints.authorization else {
            let message = "the workspace has no sign-in page for a browser";
            return Err(AuthError::invalid(message));
        };
        let page = page.uri().to_string();
        let separator = if page.contains('?') { '&' } else { '?' };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &self.scopes.join(" "))
            .append_pair("state", &pkce.state)
            .append_pair("code_challenge", &pkce.challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(format!("{page}{separator}{}", query.finish()))
    }

    /// Opens the browser and waits for its redirect at the same time.
    async fn open_and_wait(
        &self,
        context: &AuthContext,
        url: &str,
        callback: &Callback<'_>,
    ) -> Result<Return, AuthError> {
        let mut returned = pin!(callback.wait());
        let mut opening = Some(Box::pin(self.opener.open(context.runtime(), url)));
        poll_fn(|cx| {
            if let Poll::Ready(returned) = returned.as_mut().poll(cx) {
                return Poll::Ready(Ok(returned));
            }
            let Some(open) = &mut opening else { return Poll::Pending };
            match open.as_mut().poll(cx) {
                Poll::Ready(outcome) => {
                    opening = None;
                    match outcome {
                        Err(error) if self.on_url.is_none() => Poll::Ready(Err(no_browser(error))),
                        Err(error) => {
                            tracing::debug!(%error, "no browser was opened");
                            Poll::Pending
                        }
                        Ok(()) => Poll::Pending,
                    }
                }
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

impl Default for BrowserSignIn {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn")
            .field("client_id", &self.client_id)
            .field("redirect_ports", &self.redirect_ports)
            .field("scopes", &self.scopes)
            .field("cache", &self.cache)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl TokenProvider for BrowserSignIn {
    fn token<'a>(&'a self, context: &'a AuthContext) -> BoxFuture<'a, Result<Token, AuthError>> {
        Box::pin(self.fetch(context))
    }

    /// The time limit of the user, plus that of the requests before and after.
    fn time_limit(&self) -> Duration {
        self.timeout.saturating_add(REQUESTS)
    }
}

#[cfg(test)]
mod tests;
