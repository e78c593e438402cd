//! Finds the OAuth endpoints of a workspace: RFC 8414, with what Databricks puts in front of it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::hosts::{Endpoint, workspace_origin};
use crate::sign_in_request::{Answer, Rejection, Resend, SignInRequest, json_object, not_of};
use crate::{AuthContext, AuthError};

/// Time for the description of the host, which may be missing.
const HOST_TIMEOUT: Duration = Duration::from_secs(5);

const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// Finds endpoints, and keeps them until a sign-in fails. A clone begins with none.
pub(crate) struct Discovery {
    url: Option<String>,
    account_id: Option<String>,
    known: Mutex<Option<Known>>,
}

struct Known {
    /// The workspace that was asked: a provider may serve several.
    origin: String,
    found: Arc<Found>,
}

/// URLs as the server wrote them: they pass the host policy of the context that uses them.
struct Found {
    token: String,
    authorization: Option<String>,
    audience: Option<String>,
}

/// The endpoints of a workspace.
#[derive(Clone, Debug)]
pub(crate) struct OAuthEndpoints {
    pub(crate) token: Endpoint,
    /// Where a person signs in.
    #[cfg_attr(not(feature = "browser"), expect(dead_code, reason = "for the browser"))]
    pub(crate) authorization: Option<Endpoint>,
    /// The audience that a token of another issuer should be made for.
    pub(crate) audience: Option<String>,
}

impl Discovery {
    pub(crate) fn new() -> Self {
        Self { url: None, account_id: None, known: Mutex::default() }
    }

    /// Sets the URL of the metadata of the authorization server, in place of the one of the workspace.
    pub(crate) fn set_url(&mut self, url: String) {
        *self = Self { url: Some(url), ..self.clone() };
    }

    /// Sets the id of the account, for hosts that serve several.
    pub(crate) fn set_account_id(&mut self, account_id: String) {
        *self = Self { account_id: Some(account_id), ..self.clone() };
    }

    /// Returns the endpoints of the workspace, all of which have passed the host policy.
    pub(crate) async fn endpoints(
        &self,
        context: &AuthContext,
    ) -> Result<OAuthEndpoints, AuthError> {
        let origin = workspace_origin(context)?;
        let known = self
            .known()
            .as_ref()
            .filter(|known| known.origin == origin)
            .map(|known| Arc::clone(&known.found));
        let found = match known {
            Some(found) => found,
            None => Arc::new(self.find(context, &origin).await?),
        };
        let authorization = found.authorization.as_deref();
        let authorization = authorization
            .map(|url| Endpoint::parse(context, "the authorization endpoint", url))
            .transpose()?;
        let endpoints = OAuthEndpoints {
            token: Endpoint::parse(context, "the token endpoint", &found.token)?,
            authorization,
            audience: found.audience.clone(),
        };
        *self.known() = Some(Known { origin, found });
        Ok(endpoints)
    }

    /// Forgets what was found: a sign-in with it failed.
    pub(crate) fn forget(&self) {
        *self.known() = None;
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn find(&self, context: &AuthContext, origin: &str) -> Result<Found, AuthError> {
        let host = match &self.url {
            Some(_) => Host::default(),
            None => describe_host(context, origin).await,
        };
        let url = match &self.url {
            Some(url) => url.clone(),
            None => self.metadata_url(origin, &host)?,
        };
        let metadata = metadata(context, &url).await?;
        let account = || self.account_id.clone().or_else(|| host.account_id.clone());
        let audience = match host.audiences.first() {
            Some(audience) => Some(audience.clone()),
            // As the SDKs do: what has no workspace is an account.
            None if host.is_described && host.workspace_id.is_none() => account(),
            None => None,
        };
        Ok(Found {
            token: metadata.token_endpoint,
            authorization: metadata.authorization_endpoint,
            audience,
        })
    }

    fn metadata_url(&self, origin: &str, host: &Host) -> Result<String, AuthError> {
        const PLACEHOLDER: &str = "{account_id}";
        let account = self.account_id.as_ref().or(host.account_id.as_ref());
        if let Some(account) = account
            && !account.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Err(AuthError::invalid(
                "the account id has a character that an id cannot have",
            ));
        }
        let is_accounts_console =
            origin.contains("://accounts.") || origin.contains("://accounts-");
        let base = match (host.oidc_endpoint.as_deref(), account) {
            (Some(base), Some(account)) => base.replace(PLACEHOLDER, account),
            (Some(base), None) if base.contains(PLACEHOLDER) => {
                let message = "the host serves several accounts, and no account id is set";
                let next_step = "set the account id, or use the URL of the workspace itself";
                return Err(AuthError::invalid(message).with_next_step(next_step));
            }
            (Some(base), None) => base.to_owned(),
            (None, Some(account)) if is_accounts_console => {
                format!("{origin}/oidc/accounts/{account}")
            }
            (None, _) => format!("{origin}/oidc"),
        };
        Ok(format!("{}{WELL_KNOWN}", base.trim_end_matches('/')))
    }
}

impl Clone for Discovery {
    fn clone(&self) -> Self {
        let (url, account_id) = (self.url.clone(), self.account_id.clone());
        Self { url, account_id, known: Mutex::default() }
    }
}

impl fmt::Debug for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovery")
            .field("url", &self.url)
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// What `/.well-known/databricks-config` says about a host. Older workspaces have none.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Host {
    oidc_endpoint: Option<String>,
    account_id: Option<String>,
    workspace_id: Option<serde_json::Value>,
    #[serde(rename = "token_federation_default_oidc_audiences", deserialize_with = "texts")]
    audiences: Vec<String>,
    #[serde(skip)]
    is_described: bool,
}

fn texts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Asks the host what it is. An answer that says nothing is no error: the workspace has a usual place
/// for its metadata.
async fn describe_host(context: &AuthContext, origin: &str) -> Host {
    let url = format!("{origin}/.well-known/databricks-config");
    let Ok(endpoint) = Endpoint::parse(context, "the workspace", &url) else {
        return Host::default();
    };
    let request = SignInRequest::get(endpoint, "the description of the host")
        .resend(Resend::Never)
        .answer_timeout(HOST_TIMEOUT);
    let service = request.service();
    let read = |answer: Answer| {
        let host = json_object::<Host>(&answer.body);
        host.filter(|_| answer.status.is_success()).ok_or_else(|| not_of(&service, &answer))
    };
    let mut host = request.send(context, read).await.unwrap_or_default();
    host.oidc_endpoint = host.oidc_endpoint.filter(|endpoint| !endpoint.is_empty());
    host.account_id = host.account_id.filter(|id| !id.is_empty());
    host.is_described = host.oidc_endpoint.is_some();
    host
}

/// Metadata of an authorization server: RFC 8414, section 2.
#[derive(Deserialize)]
struct Metadata {
    issuer: Option<String>,
    token_endpoint: String,
    authorization_endpoint: Option<String>,
}

async fn metadata(context: &AuthContext, url: &str) -> Result<Metadata, AuthError> {
    let endpoint = Endpoint::parse(context, "the OAuth metadata", url)?;
    let request = SignInRequest::get(endpoint.clone(), "the OAuth metadata");
    let service = request.service();
    let read = |answer: Answer| -> Result<Metadata, Rejection> {
        let metadata = json_object::<Metadata>(&answer.body);
        metadata.filter(|_| answer.status.is_success()).ok_or_else(|| not_of(&service, &answer))
    };
    let metadata = request.send(context, read).await?;
    // RFC 8414, 3.3, less strictly: hosts that serve several accounts name another one of their own.
    if let Some(issuer) = &metadata.issuer {
        Endpoint::parse(context, "the issuer that the OAuth metadata names", issuer)?;
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests;
