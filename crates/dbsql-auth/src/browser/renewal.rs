//! Kept tokens: whether they can be used, and renewing them without the person.

use std::time::Duration;

use super::BrowserSignIn;
use super::session::Session;
use super::store::Store;
use crate::sign_in_request::Rejection;
use crate::token_endpoint::TokenRequest;
use crate::{AuthContext, AuthError, Secret};

/// A kept access token is used without asking anybody when more than this remains: servers reject some
/// 30 seconds before the end.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// How often the cache is read again after a refresh token was rejected, and the pauses between: another
/// process that used it may not have written the next one yet.
const REREADS: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(400),
];

impl BrowserSignIn {
    /// Whether the access token can be returned as it is.
    pub(super) fn is_good(&self, context: &AuthContext, session: &Session) -> bool {
        let good_until = context.runtime().wall_now().checked_add(GOOD_FOR);
        let is_long = session.end.zip(good_until).is_some_and(|(end, until)| end > until);
        is_long && self.memory().returned.as_ref() != Some(&session.access_token)
    }

    /// Renews by the refresh token. `None` when the person has to sign in again.
    pub(super) async fn renew(
        &self,
        context: &AuthContext,
        store: Option<&Store>,
        kept: Session,
    ) -> Result<Option<Session>, AuthError> {
        let runtime = context.runtime();
        let mut tried = kept;
        let _lock = match store {
            Some(store) => {
                let lock = store.lock(runtime).await;
                // Whoever had it before may have renewed them.
                match store.load(runtime).await.filter(|_| tried.is_saved) {
                    Some(read) if self.is_good(context, &read) => return Ok(Some(read)),
                    Some(read) => tried = read,
                    None => {}
                }
                lock
            }
            None => None,
        };
        for _ in 0..2 {
            let Some(refresh_token) = tried.refresh_token.clone() else { return Ok(None) };
            match self.refresh(context, store, &refresh_token).await {
                Ok(renewed) => return Ok(Some(renewed)),
                Err(rejection) if is_used_up(&rejection) => {}
                Err(rejection) => return Err(rejection.into()),
            }
            // Another process that shares the file may have used the refresh token.
            let Some(store) = store else { return Ok(None) };
            let mut other = None;
            for pause in REREADS {
                runtime.sleep(pause).await;
                other = store.load(runtime).await.filter(|read| !read.has_same_tokens(&tried));
                if other.is_some() {
                    break;
                }
            }
            match other {
                Some(other) if self.is_good(context, &other) => return Ok(Some(other)),
                Some(other) => tried = other,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    async fn refresh(
        &self,
        context: &AuthContext,
        store: Option<&Store>,
        refresh_token: &Secret,
    ) -> Result<Session, Rejection> {
        let endpoints = self.discovery.endpoints(context).await?;
        let asked = context.runtime().wall_now();
        let request = TokenRequest::new(endpoints.token, "refresh_token")
            .secret("refresh_token", refresh_token)
            .field("client_id", &self.client_id)
            .once();
        let answer = request.send(context).await.inspect_err(|_| self.discovery.forget())?;
        let session = Session::new(answer, asked, Some(refresh_token));
        Ok(save(context, store, session).await)
    }
}

/// Whether the refresh token can be used no more: it was used, has ended or was revoked.
fn is_used_up(rejection: &Rejection) -> bool {
    // The second is what Databricks is known to answer for some.
    matches!(rejection.code.as_deref(), Some("invalid_grant" | "invalid_request"))
}

/// Writes the tokens into the file. That it failed is no reason to have the person sign in again.
pub(super) async fn save(
    context: &AuthContext,
    store: Option<&Store>,
    mut session: Session,
) -> Session {
    if let Some(store) = store {
        match store.save(context.runtime(), &session).await {
            Ok(()) => session.is_saved = true,
            Err(error) => {
                tracing::warn!(%error, "the tokens of the browser sign-in were not kept in a file");
            }
        }
    }
    session
}
