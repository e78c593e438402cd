//! The dispatch of requests to endpoints, and the documents that describe the endpoints (RFC 8414).

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::oauth::{Call, authorize, entra, github, me, origin, token};
use crate::service::{Inner, error_response, json_response};
use crate::settings::{DatabricksConfig, OAuthSettings};

/// The input of an endpoint.
pub(super) struct Asked<'a> {
    pub(super) inner: &'a Arc<Inner>,
    pub(super) request: &'a Request<Bytes>,
    pub(super) settings: &'a OAuthSettings,
    /// The prefix of the workspace's URLs: scheme and authority.
    pub(super) base: &'a str,
}

/// Handles a request to one of the endpoints.
pub(crate) fn answer(
    inner: &Arc<Inner>,
    request: &Request<Bytes>,
    call: &Call,
    origin: &str,
) -> Response<Bytes> {
    let settings = &inner.settings().oauth;
    let base = &origin::base(origin, request.headers(), settings);
    let asked = Asked { inner, request, settings, base };
    let account = match call {
        Call::Discovery { account } | Call::Authorize { account } | Call::Token { account } => {
            account.as_deref()
        }
        _ => None,
    };
    if account.is_some_and(|account| account != settings.account_id) {
        return missing();
    }
    match call {
        Call::Config => config(&asked),
        Call::Discovery { .. } => json_response(StatusCode::OK, &document(base, account, settings)),
        Call::Authorize { .. } => authorize::answer(&asked),
        Call::Token { .. } => token::answer(&asked),
        Call::EntraLogin => entra::login(&asked),
        Call::EntraToken { tenant, version } => entra::token(&asked, tenant, *version),
        Call::GitHub => github::answer(&asked),
        Call::Me => me::answer(&asked),
    }
}

/// `/.well-known/databricks-config`, as the SDKs read it.
fn config(asked: &Asked<'_>) -> Response<Bytes> {
    let Asked { settings, base, .. } = asked;
    let endpoint = match settings.config {
        DatabricksConfig::Missing => return missing(),
        DatabricksConfig::Workspace => format!("{base}/oidc"),
        DatabricksConfig::Account => format!("{base}/oidc/accounts/{{account_id}}"),
    };
    let endpoint = settings.overrides.oidc_endpoint.clone().unwrap_or(endpoint);
    json_response(
        StatusCode::OK,
        &json!({
            "oidc_endpoint": endpoint,
            "account_id": settings.account_id,
            "workspace_id": settings.workspace_id,
            "cloud": settings.cloud,
        }),
    )
}

/// The discovery document.
fn document(base: &str, account: Option<&str>, settings: &OAuthSettings) -> Value {
    let issuer = issuer(base, account);
    let overrides = &settings.overrides;
    let or = |set: &Option<String>, usual: String| set.clone().unwrap_or(usual);
    json!({
        "issuer": or(&overrides.issuer, issuer.clone()),
        "authorization_endpoint":
            or(&overrides.authorization_endpoint, format!("{issuer}/v1/authorize")),
        "token_endpoint": or(&overrides.token_endpoint, format!("{issuer}/v1/token")),
        "response_types_supported": ["code"],
        "grant_types_supported": token::GRANTS,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
        "scopes_supported": ["all-apis", "sql", "offline_access"],
    })
}

/// Returns the issuer of the tokens.
pub(super) fn issuer(base: &str, account: Option<&str>) -> String {
    match account {
        Some(account) => format!("{base}/oidc/accounts/{account}"),
        None => format!("{base}/oidc"),
    }
}

fn missing() -> Response<Bytes> {
    error_response(StatusCode::NOT_FOUND, "ENDPOINT_NOT_FOUND: there is nothing here")
}
