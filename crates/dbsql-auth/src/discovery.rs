//! Discovers the OAuth endpoints of a workspace: RFC 8414, with the extensions of Databricks.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::hosts::{Endpoint, workspace_origin};
use crate::sign_in_request::{Answer, Rejection, Resend, SignInRequest, json_object, not_of};
use crate::{AuthContext, AuthError};

/// The time limit for the description of the host, which may be missing.
const HOST_TIMEOUT: Duration = Duration::from_secs(5);

const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// Discovers endpoints, and caches them until a sign-in fails. A clone starts without them.
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

/// URLs as the server wrote them: the context that uses them applies its host policy.
struct Found {
    token: String,
    authorization: Option<String>,
    audience: Option<String>,
}

/// The endpoints of a workspace.
#[derive(Clone, Debug)]
pub(crate) struct OAuthEndpoints {
    pub(crate) token: Endpoint,
    /// The page at which a user signs in.
    #[cfg_attr(not(feature = "browser"), expect(dead_code, reason = "for the browser"))]
    pub(crate) authorization: Option<Endpoint>,
    /// The audience for tokens of another issuer.
    pub(crate) audience: Option<String>,
}

impl Discovery {
    pub(crate) fn new() -> Self {
        Self { url: None, account_id: None, known: Mutex::default() }
    }

    /// Sets the URL of the metadata of the authorization server, replacing that of the workspace.
    pub(crate) fn set_url(&mut self, url: String) {
        *self = Self { url: Some(url), ..self.clone() };
    }

    /// Sets the id of the account, for hosts that serve several.
    pub(crate) fn set_account_id(&mut self, account_id: String) {
        *self = Self { account_id: Some(account_id), ..self.clone() };
    }

    /// Returns the endpoints of the workspace, which have all passed the host policy.
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

    /// Forgets the endpoints after a failed sign-in.
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
            // As in the SDKs: a host without a workspace is an account.
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
            return Err(AuthError::invalid("the account id contains an invalid character"));
        }
        let is_accounts_console =
            origin.contains("://accounts.") || origin.contains("://accounts-");
        let base = match (host.oidc_endpoint.as_deref(), account) {
            (Some(base), Some(account)) => base.replace(PLACEHOLDER, account),
            (Some(base), None) if base.contains(PLACEHOLDER) => {
                let message = "the host serves several accounts and no account id is set";
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

/// The description of a host in `/.well-known/databricks-config`. Older workspaces have none.
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

/// Requests the description of the host. A useless response is not an error: the metadata of a
/// workspace has a default location.
async fn describe_host(context: &AuthContext, origin: &str) -> Host {
    let url = format!("{origin}/.well-known/databricks-config");
    let Ok(endpoint) = Endpoint::parse(context, "the workspace", &url) else {
        return Host::default();
    };
    let request = SignInRequest::get(endpoint, "the description of the host")
        .resend(Resend::Never)
        .response_timeout(HOST_TIMEOUT);
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

/// The metadata of an authorization server: RFC 8414, section 2.
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
    // RFC 8414, 3.3, less strictly: hosts that serve several accounts name another host of theirs.
    if let Some(issuer) = &metadata.issuer {
        Endpoint::parse(context, "the issuer that the OAuth metadata names", issuer)?;
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests;
