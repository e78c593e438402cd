//! What can be set for the sign-in endpoints.

use std::time::Duration;

use serde_json::Value;

/// How the sign-in endpoints behave. Tokens that were issued before a change keep what they were issued
/// with.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuthSettings {
    /// What `/.well-known/databricks-config` says.
    pub config: DatabricksConfig,
    /// The account that the workspace belongs to, the only one with endpoints below
    /// `/oidc/accounts/`.
    pub account_id: String,
    /// The id of the workspace.
    pub workspace_id: String,
    /// The cloud that `/.well-known/databricks-config` names, in capitals: `AWS` by default.
    pub cloud: String,
    /// Host names beside those of loopback that a request to a socket may name in `Host`: URLs in the
    /// answers then name them too. In process every host is right.
    pub hosts: Vec<String>,
    /// How long access tokens are valid. 1 hour by default.
    pub token_lifetime: Duration,
    /// How long before its end an access token is refused already, as Azure Databricks does for 30
    /// seconds. Zero by default.
    pub reject_before_end: Duration,
    /// The form of access tokens.
    pub token_form: TokenForm,
    /// How long an authorization code can be redeemed. 1 minute by default.
    pub code_lifetime: Duration,
    /// Whether a refresh replaces the refresh token, and a replaced one revokes all tokens of its
    /// sign-in (RFC 9700, section 4.14.2). On by default.
    pub rotate_refresh_tokens: bool,
    /// What the authorization endpoint does.
    pub consent: Consent,
    /// The imitation of Microsoft Entra.
    pub entra: EntraSettings,
    /// What is wrong with the answers.
    pub overrides: OAuthOverrides,
}

/// What `/.well-known/databricks-config` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabricksConfig {
    /// The endpoints of the workspace: `oidc_endpoint` is `/oidc` on the host that was asked.
    #[default]
    Workspace,
    /// The endpoints of the account: `oidc_endpoint` is `/oidc/accounts/{account_id}` with the
    /// placeholder in it, beside the `account_id`.
    Account,
    /// It does not exist, as on hosts that are older than it.
    Missing,
}

/// The form of access tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenForm {
    /// A JWT whose claims say who issued it to whom and until when.
    #[default]
    Jwt,
    /// Random letters.
    Opaque,
}

/// What the authorization endpoint does with a valid request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// It shows a page on which a person picks a user and allows or denies.
    #[default]
    Ask,
    /// It allows at once, for the first user.
    Allow,
    /// It denies at once.
    Deny,
}

/// The imitation of Microsoft Entra, for workspaces on Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraSettings {
    /// The tenant: the first segment of its paths.
    pub tenant: String,
    /// Scheme, host and port of the URL that `/aad/auth` redirects to, such as
    /// `https://login.microsoftonline.com`; by default the host that was asked.
    pub url: Option<String>,
    /// The Azure resource id of the workspace. When it is set, a request with a token of Entra must
    /// name it in `X-Databricks-Azure-Workspace-Resource-Id` and have a token for
    /// `https://management.core.windows.net/` in `X-Databricks-Azure-SP-Management-Token`.
    pub required_resource_id: Option<String>,
}

/// What is wrong with the answers of the sign-in endpoints. Nothing by default. Statuses, HTML, delays
/// and broken connections are planned as [`faults`](crate::faults) of the requests.
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
    /// Members of the token endpoints' successful answers: each replaces one of the same name or is
    /// added, and null removes it. `{"expires_in": -1}` for example.
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
