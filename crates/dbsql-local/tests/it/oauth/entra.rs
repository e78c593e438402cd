//! The imitation of Microsoft Entra.

use dbsql_local::{EntraSettings, OAuthSettings};
use serde_json::json;

use super::*;

const TENANT: &str = "99999999-8888-7777-6666-555555555555";
const WORKSPACE: &str = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const MANAGEMENT: &str = "https://management.core.windows.net/";
const RESOURCE_ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/w";

fn azure(settings: EntraSettings) -> (Service, Web) {
    let settings = OAuthSettings { entra: settings, ..Default::default() };
    start(|builder| builder.entra_client("app", "entra secret").settings(with_oauth(settings)))
}

fn form<'a>(name: &'a str, resource: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", "app"),
        ("client_secret", "entra secret"),
        (name, resource),
    ]
}

async fn token(web: &Web, resource: &str) -> String {
    let path = format!("/{TENANT}/oauth2/token");
    web.post(&path, &form("resource", resource)).await.access_token()
}

#[tokio::test(start_paused = true)]
async fn redirect_contains_the_tenant() {
    let (service, web) = azure(EntraSettings::default());
    let got = web.get("/aad/auth").await;
    assert_eq!(got.location(), format!("{HOST}/{TENANT}/oauth2/authorize"));
    let got = web.get("/oidc/oauth2/v2.0/authorize").await;
    assert_eq!(got.location(), format!("{HOST}/{TENANT}/oauth2/v2.0/authorize"));
    let url = Some("https://login.microsoftonline.com/".to_owned());
    let (_, web) = azure(EntraSettings { tenant: "t".to_owned(), url, ..Default::default() });
    let got = web.get("/aad/auth").await;
    assert_eq!(got.location(), "https://login.microsoftonline.com/t/oauth2/authorize");
    assert_eq!(service.requests("aad-auth"), 2);
}

#[tokio::test(start_paused = true)]
async fn both_versions_issue_tokens_for_the_workspace() {
    let (service, web) = azure(EntraSettings::default());
    let first = web.post(&format!("/{TENANT}/oauth2/token"), &form("resource", WORKSPACE)).await;
    // Numbers are quoted there.
    assert_eq!(first.granted()["expires_in"], "3600");
    assert_eq!(first.granted()["resource"], WORKSPACE);
    let scope = format!("{WORKSPACE}/.default");
    let second = web.post(&format!("/{TENANT}/oauth2/v2.0/token"), &form("scope", &scope)).await;
    assert_eq!(second.granted()["expires_in"], 3600);
    for got in [first, second] {
        assert_eq!(web.opens(&got.access_token()).await, 200);
        assert_eq!(web.user(&got.access_token()).await, "app");
    }
    assert_eq!((service.requests("aad-token"), service.grants()["entra"]), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn errors_have_entra_numbers() {
    let (_, web) = azure(EntraSettings::default());
    let path = format!("/{TENANT}/oauth2/token");
    let refused = |got: &Got| (got.refused(), got.json()["error_codes"][0].clone());
    let mut wrong = form("resource", WORKSPACE);
    wrong[2].1 = "wrong";
    assert_eq!(refused(&web.post(&path, &wrong).await), (unknown_client(), json!(7_000_215)));
    let elsewhere = web.post("/other/oauth2/token", &form("resource", WORKSPACE)).await;
    assert_eq!(refused(&elsewhere), (bad("invalid_request"), json!(90002)));
    for (name, resource) in [("resource", "other"), ("scope", WORKSPACE), ("resource", "")] {
        let got = web.post(&path, &form(name, resource)).await;
        assert_eq!(refused(&got), (bad("invalid_resource"), json!(500_011)), "{resource}");
    }
    let mut other = form("resource", WORKSPACE);
    other[0].1 = "password";
    let got = web.post(&path, &other).await;
    assert_eq!(refused(&got), (bad("unsupported_grant_type"), json!(70003)));
    // The clients of the two services are independent.
    let got = web.post_as(("app", "entra secret"), &CLIENT_CREDENTIALS).await;
    assert_eq!(got.refused(), unknown_client());
}

#[tokio::test(start_paused = true)]
async fn management_token_does_not_open_a_session() {
    let (_, web) = azure(EntraSettings::default());
    assert_eq!(web.opens(&token(&web, MANAGEMENT).await).await, 401);
    let v2 = format!("/{TENANT}/oauth2/v2.0/token");
    let scope = form("scope", "https://management.core.windows.net//.default");
    assert_eq!(web.post(&v2, &scope).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn management_token_and_resource_id_are_checked_when_set() {
    let required_resource_id = Some(RESOURCE_ID.to_owned());
    let (_, web) = azure(EntraSettings { required_resource_id, ..Default::default() });
    let (workspace, management) = (token(&web, WORKSPACE).await, token(&web, MANAGEMENT).await);
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = Request::get(format!("{HOST}{ME}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        web.send(request, Bytes::new()).await.status
    };
    let authorization = format!("Bearer {workspace}");
    let bearer = ("authorization", authorization.as_str());
    let right = ("x-databricks-azure-sp-management-token", management.as_str());
    let id = ("x-databricks-azure-workspace-resource-id", RESOURCE_ID);
    assert_eq!(ask(&[bearer, right, id]).await, 200);
    for headers in [
        &[bearer][..],
        &[bearer, right],
        &[bearer, id],
        &[bearer, (right.0, &workspace), id],
        &[bearer, right, (id.0, "/subscriptions/other")],
    ] {
        assert_eq!(ask(headers).await, 403, "{headers:?}");
    }
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    // Principals of the workspace itself need none of it.
    let own = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.access_token();
    assert_eq!(web.opens(&own).await, 200);
}

#[tokio::test(start_paused = true)]
async fn management_token_expires() {
    let required_resource_id = Some(RESOURCE_ID.to_owned());
    let (service, web) = azure(EntraSettings { required_resource_id, ..Default::default() });
    let workspace = token(&web, WORKSPACE).await;
    service.change_settings(|settings| {
        settings.oauth.token_lifetime = std::time::Duration::from_secs(5);
    });
    let management = token(&web, MANAGEMENT).await;
    let ask = async || {
        let request = Request::get(format!("{HOST}{ME}"))
            .header("authorization", format!("Bearer {workspace}"))
            .header("x-databricks-azure-sp-management-token", &management)
            .header("x-databricks-azure-workspace-resource-id", RESOURCE_ID);
        web.send(request, Bytes::new()).await.status
    };
    assert_eq!(ask().await, 200);
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    assert_eq!(ask().await, 403);
}
