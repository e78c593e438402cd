//! Stored tokens: whether they can be used, and how they are renewed without the user.

use std::time::Duration;

use super::BrowserSignIn;
use super::session::Session;
use super::store::Store;
use crate::sign_in_request::Rejection;
use crate::token_endpoint::TokenRequest;
use crate::{AuthContext, AuthError, Secret};

/// A stored access token is used without a request when more than this remains: servers reject some
/// 30 seconds before they expire.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// The pauses between further reads of the cache after a refresh token was rejected: another
/// process that used it may not have written the next one yet.
const REREADS: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(400),
];

/// The use of stored tokens for one call.
pub(super) struct Renewal<'a> {
    pub(super) provider: &'a BrowserSignIn,
    pub(super) context: &'a AuthContext,
    pub(super) store: Option<&'a Store>,
    /// The access token that must not be returned again.
    pub(super) last: Option<Secret>,
}

impl Renewal<'_> {
    /// Returns `true` if the access token can be returned as it is.
    pub(super) fn is_good(&self, session: &Session) -> bool {
        let good_until = self.context.runtime().wall_now().checked_add(GOOD_FOR);
        let is_long = session.end.zip(good_until).is_some_and(|(end, until)| end > until);
        is_long && self.last.as_ref() != Some(&session.access_token)
    }

    /// Renews with the refresh token. Returns `None` when the user must sign in again.
    pub(super) async fn renew(&self, kept: Session) -> Result<Option<Session>, AuthError> {
        let runtime = self.context.runtime();
        let mut tried = kept;
        let _lock = match self.store {
            Some(store) => {
                let lock = store.lock(runtime).await;
                // The previous holder of the lock may have renewed them.
                match store.load(runtime).await.filter(|_| tried.is_saved) {
                    Some(read) if self.is_good(&read) => return Ok(Some(read)),
                    Some(read) => tried = read,
                    None => {}
                }
                lock
            }
            None => None,
        };
        for _ in 0..2 {
            let Some(refresh_token) = &tried.refresh_token else { return Ok(None) };
            match self.refresh(refresh_token).await {
                Ok(renewed) => return Ok(Some(renewed)),
                Err(rejection) if is_used_up(&rejection) => {}
                Err(rejection) => return Err(rejection.into()),
            }
            // A process that renews without the lock may have used the refresh token.
            match self.read_other(&tried).await {
                Some(other) if self.is_good(&other) => return Ok(Some(other)),
                Some(other) => tried = other,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Returns other tokens than these from the file, as soon as it contains some.
    async fn read_other(&self, tried: &Session) -> Option<Session> {
        let (store, runtime) = (self.store?, self.context.runtime());
        for pause in REREADS {
            runtime.sleep(pause).await;
            let read = store.load(runtime).await;
            if let Some(other) = read.filter(|read| !read.has_same_tokens(tried)) {
                return Some(other);
            }
        }
        None
    }

    async fn refresh(&self, refresh_token: &Secret) -> Result<Session, Rejection> {
        let Self { provider, context, store, .. } = self;
        let endpoints = provider.discovery.endpoints(context).await?;
        let asked = context.runtime().wall_now();
        let request = TokenRequest::new(endpoints.token, "refresh_token")
            .secret("refresh_token", refresh_token)
            .field("client_id", &provider.client_id)
            .once();
        let answer = request.send(context).await.inspect_err(|_| provider.discovery.forget())?;
        Ok(save(context, *store, Session::new(answer, asked, Some(refresh_token))).await)
    }
}

/// Returns `true` if the refresh token is no longer valid: it was used, has expired or was revoked.
fn is_used_up(rejection: &Rejection) -> bool {
    // The second is what Databricks returns for some.
    matches!(rejection.code.as_deref(), Some("invalid_grant" | "invalid_request"))
}

/// Writes the tokens to the file. A failure is no reason for the user to sign in again.
pub(super) async fn save(
    context: &AuthContext,
    store: Option<&Store>,
    mut session: Session,
) -> Session {
    if let Some(store) = store {
        match store.save(context.runtime(), &session).await {
            Ok(()) => session.is_saved = true,
            Err(error) => {
                tracing::warn!(%error, "failed to store the tokens of the browser sign-in");
            }
        }
    }
    session
}
