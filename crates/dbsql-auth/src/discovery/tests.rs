//! Where endpoints are discovered, and which are rejected.

use super::*;
use crate::AuthErrorKind;
use crate::test_support::{Scripted, answer, header_answer};

const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";
const CONFIG: &str = "/.well-known/databricks-config";
const METADATA: &str = "/oidc/.well-known/oauth-authorization-server";
const ENDPOINTS: &str = r#"{
    "issuer": "https://dbc-1.cloud.databricks.com/oidc",
    "authorization_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/authorize",
    "token_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/token"
}"#;

async fn found(server: &Scripted, discovery: &Discovery) -> Result<String, AuthError> {
    let endpoints = discovery.endpoints(&server.context(WORKSPACE)).await?;
    Ok(endpoints.token.uri().to_string())
}

fn with_account(id: &str) -> Discovery {
    let mut discovery = Discovery::new();
    discovery.set_account_id(id.to_owned());
    discovery
}

#[tokio::test(start_paused = true)]
async fn workspace_without_a_description_has_default_metadata() {
    let pages = [(404, "<html>"), (200, "<html>"), (200, "[]"), (200, "{}"), (500, ""), (302, "")];
    for (status, body) in pages {
        let server = Scripted::routes(&[(CONFIG, status, body), (METADATA, 200, ENDPOINTS)]);
        let token = found(&server, &Discovery::new()).await.expect("found");
        assert_eq!(token, "https://dbc-1.cloud.databricks.com/oidc/v1/token");
        // The description is requested only once.
        assert_eq!(server.asked().len(), 2, "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn description_that_hangs_costs_five_seconds() {
    let server = Scripted::new(|request, _| match request.uri().path() {
        CONFIG => Box::pin(std::future::pending()),
        _ => answer(200, ENDPOINTS),
    });
    let context = server.context(WORKSPACE);
    let start = context.runtime().now();
    assert!(Discovery::new().endpoints(&context).await.is_ok());
    assert!(context.runtime().now() - start <= Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn account_id_is_inserted_into_the_endpoint() {
    let path = "/oidc/accounts/acc-1/.well-known/oauth-authorization-server";
    let here =
        r#"{"oidc_endpoint":"https://dbc-1.cloud.databricks.com/oidc/accounts/{account_id}"}"#;
    let server = Scripted::routes(&[(CONFIG, 200, here), (path, 200, ENDPOINTS)]);
    assert!(found(&server, &with_account("acc-1")).await.is_ok());
    let error = found(&server, &Discovery::new()).await.expect_err("no account");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
    assert!(error.next_step().is_some_and(|text| text.contains("account id")), "{error}");
    let error = found(&server, &with_account("../evil")).await.expect_err("no id");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);

    let both = r#"{
        "oidc_endpoint": "https://dbc-1.cloud.databricks.com/oidc/accounts/{account_id}/",
        "account_id": "acc-1", "workspace_id": 7
    }"#;
    let server = Scripted::routes(&[(CONFIG, 200, both), (path, 200, ENDPOINTS)]);
    assert!(found(&server, &Discovery::new()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn accounts_console_has_its_own_path() {
    let path = "/oidc/accounts/acc-1/.well-known/oauth-authorization-server";
    let server = Scripted::routes(&[(path, 200, ENDPOINTS)]);
    let context = server.context("https://accounts.cloud.databricks.com");
    assert!(with_account("acc-1").endpoints(&context).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn audience_is_that_of_the_host() {
    let audience = async |config: &str, discovery: Discovery| {
        let path = "/oidc/.well-known/oauth-authorization-server";
        let server = Scripted::routes(&[(CONFIG, 200, config), (path, 200, ENDPOINTS)]);
        let endpoints = discovery.endpoints(&server.context(WORKSPACE)).await.expect("found");
        endpoints.audience
    };
    let base = r#""oidc_endpoint":"https://dbc-1.cloud.databricks.com/oidc""#;
    let named = format!(r#"{{{base},"token_federation_default_oidc_audiences":["a1","a2"]}}"#);
    assert_eq!(audience(&named, Discovery::new()).await.as_deref(), Some("a1"));
    let account = format!("{{{base}}}");
    assert_eq!(audience(&account, with_account("acc-1")).await.as_deref(), Some("acc-1"));
    let workspace =
        format!(r#"{{{base},"workspace_id":"7","token_federation_default_oidc_audiences":null}}"#);
    assert_eq!(audience(&workspace, with_account("acc-1")).await, None);
    assert_eq!(audience("{}", with_account("acc-1")).await, None);
}

#[tokio::test(start_paused = true)]
async fn foreign_hosts_are_rejected_before_a_request() {
    // In the description, as issuer, as endpoints.
    let foreign = "https://dbc-1.cloud.databricks.com.evil.example";
    let config = format!(r#"{{"oidc_endpoint":"{foreign}/oidc"}}"#);
    let replace = |name: &str| {
        ENDPOINTS.replace(
            &format!(r#""{name}": "https://dbc-1.cloud.databricks.com"#),
            &format!(r#""{name}": "{foreign}"#),
        )
    };
    for (config, metadata) in [
        (config.as_str(), ENDPOINTS.to_owned()),
        ("{}", replace("issuer")),
        ("{}", replace("token_endpoint")),
        ("{}", replace("authorization_endpoint")),
        ("{}", ENDPOINTS.replace("https", "http")),
    ] {
        let server = Scripted::routes(&[(CONFIG, 200, config), (METADATA, 200, &metadata)]);
        let error = found(&server, &Discovery::new()).await.expect_err("foreign");
        assert_eq!(error.kind(), AuthErrorKind::Invalid);
        let asked = server.asked();
        assert!(asked.iter().all(|url| url.starts_with(&format!("GET {WORKSPACE}/"))), "{asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn custom_url_replaces_that_of_the_workspace() {
    let url = "https://accounts.cloud.databricks.com/m/.well-known/oauth-authorization-server";
    let server = Scripted::routes(&[("/m/.well-known/oauth-authorization-server", 200, ENDPOINTS)]);
    let mut discovery = Discovery::new();
    discovery.set_url(url.to_owned());
    assert!(found(&server, &discovery).await.is_ok());
    assert_eq!(server.asked(), [format!("GET {url}")]);

    discovery.set_url("https://evil.example/m".to_owned());
    assert_eq!(
        found(&server, &discovery).await.expect_err("foreign").kind(),
        AuthErrorKind::Invalid
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn missing_metadata_is_a_typed_error() {
    for (status, body, kind) in [
        (404, "<html>", AuthErrorKind::Invalid),
        (302, "", AuthErrorKind::Invalid),
        (200, "<html>hunter2", AuthErrorKind::Rejected),
        (200, r#"{"issuer":"https://dbc-1.cloud.databricks.com/oidc"}"#, AuthErrorKind::Rejected),
        (503, "", AuthErrorKind::Unavailable),
    ] {
        let server = Scripted::routes(&[(METADATA, status, body)]);
        let error = found(&server, &Discovery::new()).await.expect_err("none");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains("the OAuth metadata at dbc-1."), "{error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    let server = Scripted::new(|_, _| header_answer(301, "location", "https://evil.example/?x"));
    let error = found(&server, &Discovery::new()).await.expect_err("none");
    assert!(error.to_string().contains("redirects to evil.example (HTTP 301)"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn endpoints_are_cached_until_a_failure() {
    let server = Scripted::routes(&[(METADATA, 200, ENDPOINTS)]);
    let discovery = Discovery::new();
    for _ in 0..3 {
        assert!(found(&server, &discovery).await.is_ok());
    }
    assert_eq!(server.asked().len(), 2);
    discovery.forget();
    assert!(found(&server, &discovery).await.is_ok());
    assert_eq!(server.asked().len(), 4);
    let other = server.context("https://dbc-2.cloud.databricks.com");
    assert!(discovery.endpoints(&other).await.is_ok());
    assert_eq!(server.asked().len(), 6);
    assert!(discovery.clone().endpoints(&other).await.is_ok());
    assert_eq!(server.asked().len(), 8);

    // The hosts that one context allows are not allowed in another.
    let local = Scripted::routes(&[(
        METADATA,
        200,
        &ENDPOINTS.replace("dbc-1.cloud.databricks.com", "sso.example"),
    )]);
    let context = local.context(WORKSPACE);
    let discovery = Discovery::new();
    let allowed = context.clone().allow_hosts(["sso.example".to_owned()]);
    assert!(discovery.endpoints(&allowed).await.is_ok());
    assert!(discovery.endpoints(&context).await.is_err());
}
