//! An imitation of Microsoft Entra, as far as service principals of Azure Databricks need it.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::credentials::Issued;
use crate::later::later;
use crate::oauth::answer::{Refusal, tokens};
use crate::oauth::authenticate::by_secret;
use crate::oauth::call::EntraVersion;
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::jwt::{random_text, seconds_since_epoch};
use crate::oauth::token;
use crate::service::{Inner, error_response};

/// The application ids of Azure Databricks: production, staging, development.
const WORKSPACES: [&str; 3] = [
    "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    "4a67d088-db5c-48f1-9ff2-0aace800ae68",
    "62a912ac-b58e-4c1d-89ea-b2dbfc7358fc",
];

/// The management service of Azure: public, and those of the other clouds.
const MANAGEMENT: [&str; 4] = [
    "https://management.core.windows.net",
    "https://management.azure.com",
    "https://management.core.usgovcloudapi.net",
    "https://management.core.chinacloudapi.cn",
];

const MANAGEMENT_TOKEN: &str = "x-databricks-azure-sp-management-token";
const RESOURCE_ID: &str = "x-databricks-azure-workspace-resource-id";

/// `/aad/auth`: the redirect that tells clients the tenant.
pub(super) fn login(asked: &Asked<'_>) -> Response<Bytes> {
    let entra = &asked.settings.entra;
    let url = entra.url.as_deref().unwrap_or(asked.base).trim_end_matches('/');
    let is_second = asked.request.uri().path().contains("/v2.0/");
    let version = if is_second { "v2.0/" } else { "" };
    let location = format!("{url}/{}/oauth2/{version}authorize", entra.tenant);
    let Ok(location) = HeaderValue::from_str(&location) else {
        return error_response(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_ERROR: the URL of Entra",
        );
    };
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// A token endpoint: version 1 uses a resource, version 2 a scope.
pub(super) fn token(asked: &Asked<'_>, tenant: &str, version: EntraVersion) -> Response<Bytes> {
    match grant(asked, tenant, version) {
        Ok(answer) => tokens(answer, &asked.settings.overrides),
        Err(refusal) => refusal.response(asked.request.headers()),
    }
}

fn grant(
    asked: &Asked<'_>,
    tenant: &str,
    version: EntraVersion,
) -> Result<Map<String, Value>, Refusal> {
    let form = token::form(asked.request)?;
    if !tenant.eq_ignore_ascii_case(&asked.settings.entra.tenant) {
        let refusal = Refusal::invalid_request("the tenant was not found");
        return Err(refusal.of_entra("invalid_request", 90002));
    }
    if form.get("grant_type") != Some("client_credentials") {
        return Err(Refusal::unsupported_grant_type().of_entra("unsupported_grant_type", 70003));
    }
    let inner = asked.inner;
    let clients = &inner.oauth.realm.entra_clients;
    let caller = by_secret(clients, asked.request.headers(), &form);
    let caller = caller.ok().flatten().filter(|caller| caller.is_proven);
    let unknown = Refusal::invalid_client("the client is unknown or its secret is wrong");
    let client = caller.ok_or(unknown.of_entra("invalid_client", 7000215))?.client;
    let resource = resource(&form, version)?;
    inner.oauth.sign_ins().count("entra");
    Ok(issue(asked, &client.id, &resource, version))
}

/// Returns the requested resource, without a trailing slash.
fn resource(form: &Form, version: EntraVersion) -> Result<String, Refusal> {
    let asked = match version {
        EntraVersion::V1 => form.get("resource"),
        EntraVersion::V2 => form.get("scope").and_then(|scope| scope.strip_suffix("/.default")),
    };
    let asked = asked.map(|asked| asked.trim_end_matches('/').to_owned());
    let is_known = |asked: &String| {
        WORKSPACES.contains(&asked.as_str()) || MANAGEMENT.contains(&asked.as_str())
    };
    asked.filter(is_known).ok_or_else(|| {
        let refusal = Refusal::invalid_request("the resource was not found in the tenant");
        refusal.of_entra("invalid_resource", 500_011)
    })
}

fn issue(
    asked: &Asked<'_>,
    client: &str,
    resource: &str,
    version: EntraVersion,
) -> Map<String, Value> {
    let (inner, settings) = (asked.inner, asked.settings);
    let lifetime = settings.token_lifetime;
    let now = seconds_since_epoch(inner.runtime.wall_now());
    let end = now.saturating_add(lifetime.as_secs());
    let token = inner.oauth.key.sign(&json!({
        "iss": format!("https://sts.windows.net/{}/", settings.entra.tenant),
        "aud": resource,
        "appid": client,
        "sub": client,
        "tid": settings.entra.tenant,
        "iat": now,
        "exp": end,
        "jti": random_text(&inner.runtime),
    }));
    let until = later(inner.runtime.now(), lifetime.saturating_sub(settings.reject_before_end));
    if MANAGEMENT.contains(&resource) {
        inner.oauth.sign_ins().management_tokens.put(token.clone(), until);
    } else {
        let issued = Issued { principal: client.to_owned(), is_of_entra: true };
        inner.credentials.issue(&token, until, issued);
    }
    // Version 1 has its numbers in quotes.
    let number = |number: u64| match version {
        EntraVersion::V1 => json!(number.to_string()),
        EntraVersion::V2 => json!(number),
    };
    let mut answer = Map::new();
    answer.insert("token_type".to_owned(), "Bearer".into());
    answer.insert("expires_in".to_owned(), number(lifetime.as_secs()));
    answer.insert("ext_expires_in".to_owned(), number(lifetime.as_secs()));
    if version == EntraVersion::V1 {
        answer.insert("expires_on".to_owned(), number(end));
        answer.insert("not_before".to_owned(), number(now));
        answer.insert("resource".to_owned(), resource.into());
    }
    answer.insert("access_token".to_owned(), token.into());
    answer
}

/// Returns `true` if a request with an Entra token lacks the headers that a principal needs who is
/// not a user of the workspace.
pub(crate) fn lacks_management_token(inner: &Inner, headers: &HeaderMap) -> bool {
    let settings = inner.settings();
    let Some(resource_id) = &settings.oauth.entra.required_resource_id else { return false };
    if !inner.credentials.holder(headers).is_some_and(|issued| issued.is_of_entra) {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let now = inner.runtime.now();
    let is_managed = text(MANAGEMENT_TOKEN).is_some_and(|token| {
        inner.oauth.sign_ins().management_tokens.get_mut(token).is_some_and(|until| now < *until)
    });
    !is_managed || !text(RESOURCE_ID).is_some_and(|id| id.eq_ignore_ascii_case(resource_id))
}
