//! The requests of an Entra service principal, and what is rejected before sending.

use std::time::Duration;

use http::HeaderMap;

use super::*;
use crate::AuthErrorKind;
use crate::test_support::{Scripted, answer, header_answer, whole_text};

const WORKSPACE: &str = "https://adb-1.2.azuredatabricks.net";

/// Responds to the sign-in page with this location, and as Entra by the requested resource.
fn entra(location: &'static str) -> Scripted {
    Scripted::new(move |request, _| {
        if request.uri().path() == "/aad/auth" {
            return header_answer(302, "location", location);
        }
        let form = String::from_utf8_lossy(request.body());
        match form.contains("resource=https%3A%2F%2Fmanagement.") {
            true => {
                answer(200, r#"{"access_token":"m1","token_type":"Bearer","expires_in":"600"}"#)
            }
            false => {
                answer(200, r#"{"access_token":"t1","token_type":"Bearer","expires_in":"3599"}"#)
            }
        }
    })
}

fn provider() -> AzureClientSecret {
    AzureClientSecret::new("app-1", "hunter2")
}

#[tokio::test(start_paused = true)]
async fn principal_signs_in_at_its_tenant() {
    let server = entra("");
    let context = server.context(WORKSPACE);
    let token = provider().tenant("tenant-1").token(&context).await.expect("signs in");
    let mut headers = HeaderMap::new();
    token.authorization().apply(&mut headers);
    assert_eq!(headers.len(), 1);
    assert_eq!(headers["authorization"], "Bearer t1");
    let lifetime = token.lifetime(context.runtime().wall_now());
    assert_eq!(lifetime, Some(Duration::from_secs(3599)));
    assert_eq!(server.asked(), ["POST https://login.microsoftonline.com/tenant-1/oauth2/token"]);
    assert_eq!(
        server.form(0),
        [
            "grant_type=client_credentials",
            "client_id=app-1",
            "client_secret=hunter2",
            "resource=2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn resource_id_adds_the_management_token() {
    let server = entra("");
    let context = server.context(WORKSPACE);
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces/w";
    let provider = provider().tenant("tenant-1").resource_id(id);
    let token = provider.token(&context).await.expect("signs in");
    let mut headers = HeaderMap::new();
    token.authorization().apply(&mut headers);
    assert_eq!(headers["authorization"], "Bearer t1");
    assert_eq!(headers["x-databricks-azure-sp-management-token"], "m1");
    assert_eq!(headers["x-databricks-azure-workspace-resource-id"], id);
    assert!(headers.values().all(HeaderValue::is_sensitive));
    // The earlier end.
    let lifetime = token.lifetime(context.runtime().wall_now());
    assert_eq!(lifetime, Some(Duration::from_secs(600)));
    let resource = "resource=https://management.core.windows.net/".to_owned();
    assert!(server.form(1).contains(&resource), "{:?}", server.form(1));
}

#[tokio::test(start_paused = true)]
async fn each_cloud_has_its_own_hosts_and_resources() {
    for (workspace, environment, login, app) in [
        (WORKSPACE, None, "login.microsoftonline.com", "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"),
        (
            WORKSPACE,
            Some("PUBLIC"),
            "login.microsoftonline.com",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
        ),
        (
            WORKSPACE,
            Some("USGovernment"),
            "login.microsoftonline.us",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
        ),
        (
            WORKSPACE,
            Some("china"),
            "login.chinacloudapi.cn",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
        ),
        (
            "https://a.databricks.azure.us",
            None,
            "login.microsoftonline.us",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
        ),
        (
            "https://a.databricks.azure.cn",
            None,
            "login.chinacloudapi.cn",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
        ),
        (
            "https://a.staging.azuredatabricks.net",
            None,
            "login.microsoftonline.com",
            "4a67d088-db5c-48f1-9ff2-0aace800ae68",
        ),
        (
            "https://a.dev.azuredatabricks.net",
            None,
            "login.microsoftonline.com",
            "62a912ac-b58e-4c1d-89ea-b2dbfc7358fc",
        ),
    ] {
        let server = entra("");
        let mut provider = provider().tenant("t");
        if let Some(environment) = environment {
            provider = provider.environment(environment);
        }
        assert!(provider.token(&server.context(workspace)).await.is_ok());
        assert_eq!(server.asked(), [format!("POST https://{login}/t/oauth2/token")]);
        assert!(server.form(0).contains(&format!("resource={app}")));
    }
    let server = entra("");
    let error = provider().tenant("t").environment("mars").token(&server.context(WORKSPACE)).await;
    assert_eq!(error.expect_err("unknown").kind(), AuthErrorKind::Invalid);
}

#[tokio::test(start_paused = true)]
async fn tenant_is_discovered_from_the_workspace() {
    let server = entra("https://login.microsoftonline.com/tenant-2/oauth2/authorize?nonce=hunter2");
    assert!(provider().token(&server.context(WORKSPACE)).await.is_ok());
    assert_eq!(
        server.asked(),
        [
            "GET https://adb-1.2.azuredatabricks.net/aad/auth",
            "POST https://login.microsoftonline.com/tenant-2/oauth2/token"
        ]
    );
    assert!(server.sent()[0].body().is_empty());
}

#[tokio::test(start_paused = true)]
async fn secret_is_not_sent_to_an_invalid_tenant() {
    for location in [
        "https://login.microsoftonline.com.evil.example/tenant/oauth2/authorize",
        "https://evil.example/tenant/",
        "http://login.microsoftonline.com/tenant/",
        "https://login.microsoftonline.com/",
        "https://login.microsoftonline.com/common/oauth2/authorize",
        "https://login.microsoftonline.com/%2e%2e/oauth2",
        "/tenant/",
        "",
    ] {
        let server = entra(location);
        let error = provider().token(&server.context(WORKSPACE)).await.expect_err(location);
        assert_eq!(error.kind(), AuthErrorKind::Invalid, "{location}: {error}");
        assert_eq!(server.asked().len(), 1, "{location}");
        assert!(!whole_text(&error).contains("hunter2"));
    }
    for tenant in ["", "a/../b", "a?b", "a#b", "..", "a b", "a\u{e9}"] {
        let server = entra("");
        let error = provider().tenant(tenant).token(&server.context(WORKSPACE)).await;
        assert_eq!(error.expect_err("no tenant").kind(), AuthErrorKind::Invalid, "{tenant}");
        assert!(server.asked().is_empty());
    }
    let page = Scripted::new(|_, _| answer(200, "<html>"));
    let error = provider().token(&page.context(WORKSPACE)).await.expect_err("a page");
    assert!(error.next_step().is_some_and(|text| text.contains("tenant")), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn authority_is_subject_to_the_host_policy() {
    let server = entra("");
    let context = server.context("http://127.0.0.1:8080");
    let here = provider().tenant("t").authority("http://127.0.0.1:8080/");
    assert!(here.token(&context).await.is_ok());
    assert_eq!(server.asked(), ["POST http://127.0.0.1:8080/t/oauth2/token"]);
    let evil = provider().tenant("t").authority("https://evil.example");
    assert_eq!(evil.token(&context).await.expect_err("foreign").kind(), AuthErrorKind::Invalid);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn rejection_quotes_the_description_of_entra() {
    let server = Scripted::new(|_, _| {
        answer(
            401,
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1","error_codes":[7000215]}"#,
        )
    });
    let error = provider().tenant("t").token(&server.context(WORKSPACE)).await.expect_err("no");
    assert_eq!(
        error.to_string(),
        "the Entra token service at login.microsoftonline.com answered invalid_client (HTTP 401): \
         AADSTS7000215: Invalid client secret provided. Trace ID: 1"
    );
}
