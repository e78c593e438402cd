//! Creates the token provider from settings. Nothing is sent here.

use dbsql_auth::{
    AuthError, AzureClientSecret, Basic, ClientCredentials, Federation, IdTokenSource, Secret,
    SharedTokenProvider, StaticToken,
};

use super::azure;
use crate::config::problem::Problem;
use crate::config::setting::Key;
use crate::config::sources::Merged;

/// The default variable of `env-oidc`.
pub(super) const OIDC_TOKEN: &str = "DATABRICKS_OIDC_TOKEN";

type Built = Result<SharedTokenProvider, Problem>;

/// Returns a setting that the rule of the sign-in has found.
fn secret(settings: &Merged<'_>, key: Key) -> Secret {
    settings.given(key).map_or_else(|| Secret::new(""), |given| given.value.clone())
}

fn text(settings: &Merged<'_>, key: Key) -> String {
    settings.owned(key).unwrap_or_default()
}

fn no_header(error: AuthError) -> Problem {
    let mut problem = Problem::new(
        "the credentials are not a valid header value",
        "use the token or password as it was issued, without spaces or line breaks",
    );
    problem.source = Some(error);
    problem
}

#[cfg(not(all(feature = "cli", feature = "browser")))]
fn no_feature(name: &str, feature: &str) -> Problem {
    Problem::new(
        format!("the sign-in {name} needs the feature `{feature}`, which is disabled"),
        format!("enable the feature `{feature}` of dbsql, or configure another sign-in"),
    )
}

pub(super) fn pat(settings: &Merged<'_>) -> Built {
    let token = StaticToken::new(secret(settings, Key::Token)).map_err(no_header)?;
    Ok(token.into())
}

pub(super) fn basic(settings: &Merged<'_>) -> Built {
    let user = text(settings, Key::Username);
    let basic = Basic::new(&user, secret(settings, Key::Password)).map_err(no_header)?;
    Ok(basic.into())
}

pub(super) fn oauth_m2m(settings: &Merged<'_>) -> Built {
    let id = text(settings, Key::ClientId);
    let mut provider = ClientCredentials::new(id, secret(settings, Key::ClientSecret));
    if let Some(scopes) = scopes(settings) {
        provider = provider.scopes(scopes);
    }
    if let Some(url) = settings.get(Key::DiscoveryUrl) {
        provider = provider.discovery_url(url);
    }
    if let Some(id) = settings.get(Key::AccountId) {
        provider = provider.account_id(id);
    }
    Ok(provider.into())
}

fn federation(settings: &Merged<'_>, source: IdTokenSource) -> SharedTokenProvider {
    let mut provider = Federation::new(source);
    if let Some(id) = settings.get(Key::ClientId) {
        provider = provider.client_id(id);
    }
    if let Some(audience) = settings.get(Key::TokenAudience) {
        provider = provider.audience(audience);
    }
    if let Some(scopes) = scopes(settings) {
        provider = provider.scopes(scopes);
    }
    if let Some(url) = settings.get(Key::DiscoveryUrl) {
        provider = provider.discovery_url(url);
    }
    if let Some(id) = settings.get(Key::AccountId) {
        provider = provider.account_id(id);
    }
    provider.into()
}

pub(super) fn env_oidc(settings: &Merged<'_>) -> Built {
    let variable = settings.get(Key::OidcTokenEnv).unwrap_or(OIDC_TOKEN);
    Ok(federation(settings, IdTokenSource::Environment(variable.to_owned())))
}

pub(super) fn file_oidc(settings: &Merged<'_>) -> Built {
    let path = text(settings, Key::OidcTokenFilepath);
    Ok(federation(settings, IdTokenSource::File(path.into())))
}

pub(super) fn github_oidc(settings: &Merged<'_>) -> Built {
    Ok(federation(settings, IdTokenSource::GitHubActions))
}

pub(super) fn azure_client_secret(settings: &Merged<'_>) -> Built {
    let id = text(settings, Key::AzureClientId);
    let mut provider = AzureClientSecret::new(id, secret(settings, Key::AzureClientSecret));
    if let Some(tenant) = settings.get(Key::AzureTenantId) {
        provider = provider.tenant(tenant);
    }
    if let Some(resource) = settings.get(Key::AzureWorkspaceResourceId) {
        provider = provider.resource_id(resource);
    }
    if let Some(cloud) = azure::cloud(settings)? {
        provider = provider.environment(cloud);
    }
    Ok(provider.into())
}

#[cfg(feature = "cli")]
pub(super) fn azure_cli(settings: &Merged<'_>) -> Built {
    let mut provider = dbsql_auth::AzureCli::new();
    if let Some(tenant) = settings.get(Key::AzureTenantId) {
        provider = provider.tenant(tenant);
    }
    if let Some(resource) = settings.get(Key::AzureWorkspaceResourceId) {
        provider = provider.resource_id(resource);
    }
    if let Some(cloud) = azure::cloud(settings)? {
        provider = provider.environment(cloud);
    }
    Ok(provider.into())
}

#[cfg(not(feature = "cli"))]
pub(super) fn azure_cli(_: &Merged<'_>) -> Built {
    Err(no_feature("azure-cli", "cli"))
}

#[cfg(feature = "cli")]
pub(super) fn databricks_cli(settings: &Merged<'_>) -> Built {
    let mut provider = dbsql_auth::DatabricksCli::new();
    if let Some(profile) = settings.cli_profile() {
        provider = provider.profile(&*profile.name.section).config_file(&profile.path);
    }
    if let Some(path) = settings.get(Key::DatabricksCliPath) {
        provider = provider.path(path);
    }
    Ok(provider.into())
}

#[cfg(not(feature = "cli"))]
pub(super) fn databricks_cli(_: &Merged<'_>) -> Built {
    Err(no_feature("databricks-cli", "cli"))
}

#[cfg(feature = "browser")]
pub(super) fn external_browser(settings: &Merged<'_>) -> Built {
    let mut provider = dbsql_auth::BrowserSignIn::new();
    if let Some(id) = settings.get(Key::ClientId) {
        provider = provider.client_id(id);
    }
    if let Some(mut scopes) = scopes(settings) {
        // Without it there is no refresh token, and the user must sign in once an hour.
        if !scopes.iter().any(|scope| scope == "offline_access") {
            scopes.push("offline_access".to_owned());
        }
        provider = provider.scopes(scopes);
    }
    if let Some(url) = settings.get(Key::DiscoveryUrl) {
        provider = provider.discovery_url(url);
    }
    if let Some(id) = settings.get(Key::AccountId) {
        provider = provider.account_id(id);
    }
    Ok(provider.into())
}

#[cfg(not(feature = "browser"))]
pub(super) fn external_browser(_: &Merged<'_>) -> Built {
    Err(no_feature("external-browser", "browser"))
}

/// Sorted and without duplicates, as requested by the SDK for Python.
fn scopes(settings: &Merged<'_>) -> Option<Vec<String>> {
    let text = settings.get(Key::Scopes)?;
    let split = |c: char| c == ',' || c.is_whitespace();
    let mut scopes: Vec<_> =
        text.split(split).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    scopes.sort_unstable();
    scopes.dedup();
    (!scopes.is_empty()).then_some(scopes)
}
