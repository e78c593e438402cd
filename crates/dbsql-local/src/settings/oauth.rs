//! The settings of the sign-in endpoints.

use std::time::Duration;

use serde_json::Value;

/// The behavior of the sign-in endpoints. Changes do not affect tokens that were already issued.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuthSettings {
    /// The contents of `/.well-known/databricks-config`.
    pub config: DatabricksConfig,
    /// The account of the workspace, the only one with endpoints below `/oidc/accounts/`.
    pub account_id: String,
    /// The id of the workspace.
    pub workspace_id: String,
    /// The cloud in `/.well-known/databricks-config`, in upper case: `AWS` by default.
    pub cloud: String,
    /// Host names, besides those of loopback, that are accepted in the `Host` and `Origin` headers on a
    /// socket, and used in the URLs of responses. Other names get a 403 as long as requests need no
    /// credentials, so that web pages cannot use the server. In process every host is accepted.
    pub hosts: Vec<String>,
    /// The lifetime of access tokens. 1 hour by default.
    pub token_lifetime: Duration,
    /// How long before its expiry an access token is already rejected, as Azure Databricks does for
    /// 30 seconds. Zero by default.
    pub reject_before_end: Duration,
    /// The format of access tokens.
    pub token_form: TokenForm,
    /// The lifetime of authorization codes. 1 minute by default.
    pub code_lifetime: Duration,
    /// Whether a refresh replaces the refresh token, and the use of a replaced one revokes all
    /// tokens of its sign-in (RFC 9700, section 4.14.2). On by default.
    pub rotate_refresh_tokens: bool,
    /// The behavior of the authorization endpoint.
    pub consent: Consent,
    /// The settings of the imitated Microsoft Entra.
    pub entra: EntraSettings,
    /// Incorrect responses.
    pub overrides: OAuthOverrides,
}

/// The contents of `/.well-known/databricks-config`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabricksConfig {
    /// The endpoints of the workspace: `oidc_endpoint` is `/oidc` on the requested host.
    #[default]
    Workspace,
    /// The endpoints of the account: `oidc_endpoint` is `/oidc/accounts/{account_id}` with the
    /// placeholder, together with the `account_id`.
    Account,
    /// It does not exist, as on older hosts.
    Missing,
}

/// The format of access tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenForm {
    /// A JWT with claims about its issuer, owner and expiry.
    #[default]
    Jwt,
    /// Random letters.
    Opaque,
}

/// The response of the authorization endpoint to a valid request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// A page on which the user selects an account and allows or denies.
    #[default]
    Ask,
    /// An immediate approval for the first user.
    Allow,
    /// An immediate denial.
    Deny,
}

/// The settings of the imitated Microsoft Entra, for workspaces on Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraSettings {
    /// The tenant: the first segment of its paths.
    pub tenant: String,
    /// The scheme, host and port of the URL that `/aad/auth` redirects to, such as
    /// `https://login.microsoftonline.com`; by default those of the request.
    pub url: Option<String>,
    /// The Azure resource id of the workspace. If set, a request with an Entra token must specify
    /// it in `X-Databricks-Azure-Workspace-Resource-Id` and have a token for
    /// `https://management.core.windows.net/` in `X-Databricks-Azure-SP-Management-Token`.
    pub required_resource_id: Option<String>,
}

/// Incorrect responses of the sign-in endpoints. None by default. Statuses, HTML, delays and broken
/// connections are planned as [`faults`](crate::faults) of the requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OAuthOverrides {
    /// The `issuer` in the discovery documents.
    pub issuer: Option<String>,
    /// The `authorization_endpoint` in the discovery documents.
    pub authorization_endpoint: Option<String>,
    /// The `token_endpoint` in the discovery documents.
    pub token_endpoint: Option<String>,
    /// The `oidc_endpoint` of `/.well-known/databricks-config`.
    pub oidc_endpoint: Option<String>,
    /// Members of successful responses of the token endpoints: each replaces one of the same name
    /// or is added, and null removes it. For example `{"expires_in": -1}`.
    pub token_answer: serde_json::Map<String, Value>,
}

impl Default for OAuthSettings {
    fn default() -> Self {
        Self {
            config: DatabricksConfig::default(),
            account_id: "11111111-2222-3333-4444-555555555555".to_owned(),
            workspace_id: "1234567890123456".to_owned(),
            cloud: "AWS".to_owned(),
            hosts: Vec::new(),
            token_lifetime: Duration::from_secs(60 * 60),
            reject_before_end: Duration::ZERO,
            token_form: TokenForm::default(),
            code_lifetime: Duration::from_secs(60),
            rotate_refresh_tokens: true,
            consent: Consent::default(),
            entra: EntraSettings::default(),
            overrides: OAuthOverrides::default(),
        }
    }
}

impl Default for EntraSettings {
    fn default() -> Self {
        Self {
            tenant: "99999999-8888-7777-6666-555555555555".to_owned(),
            url: None,
            required_resource_id: None,
        }
    }
}
