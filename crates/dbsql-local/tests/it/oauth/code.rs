//! Authorization codes: valid once, for one client, one redirect URI and one verifier.

use std::time::Duration;

use dbsql_local::{Consent, OAuthClient};

use super::authorize::{REDIRECT, VERIFIER, request, url, with};
use super::*;

fn redemption<'a>(code: &'a str, verifier: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", "databricks-cli"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", verifier),
    ]
}

/// A warehouse that allows sign-ins immediately, and a code.
async fn allowed() -> (Service, Web, String) {
    let other = OAuthClient::public("other", REDIRECT);
    let (service, web) = start(|builder| builder.user("ann@example.com").oauth_client(other));
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let code = web.get(&url(&request())).await.sent("code").expect("a code");
    (service, web, code)
}

/// Returns the tokens of a browser sign-in.
pub(crate) async fn sign_in(web: &Web) -> Got {
    let code = web.get(&url(&request())).await.sent("code").expect("a code");
    web.post(TOKEN, &redemption(&code, VERIFIER)).await
}

#[tokio::test(start_paused = true)]
async fn code_and_verifier_get_the_tokens_of_the_user() {
    let (service, web, code) = allowed().await;
    let got = web.post(TOKEN, &redemption(&code, VERIFIER)).await;
    assert_eq!(got.granted()["scope"], "all-apis offline_access");
    assert_eq!(web.opens(&got.access_token()).await, 200);
    assert_eq!(web.user(&got.access_token()).await, "ann@example.com");
    assert_ne!(got.refresh_token(), got.access_token());
    // A refresh token does not open a session.
    assert_eq!(web.opens(&got.refresh_token()).await, 401);
    assert_eq!(service.grants()["authorization_code"], 1);
}

#[tokio::test(start_paused = true)]
async fn refresh_token_requires_offline_access() {
    let (_, web, _) = allowed().await;
    let code = web.get(&url(&with("scope", "sql"))).await.sent("code").expect("a code");
    let got = web.post(TOKEN, &redemption(&code, VERIFIER)).await.granted();
    assert_eq!((&got["scope"], got.get("refresh_token")), (&"sql".into(), None));
}

#[tokio::test(start_paused = true)]
async fn second_use_fails_and_revokes_the_issued_tokens() {
    let (_, web, code) = allowed().await;
    let got = web.post(TOKEN, &redemption(&code, VERIFIER)).await;
    let token = got.access_token();
    assert_eq!(web.opens(&token).await, 200);
    let again = web.post(TOKEN, &redemption(&code, VERIFIER)).await;
    assert_eq!(again.refused(), bad("invalid_grant"));
    assert_eq!(web.opens(&token).await, 401);
    let refresh_token = got.refresh_token();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "databricks-cli"),
        ("refresh_token", &refresh_token),
    ];
    assert_eq!(web.post(TOKEN, &refresh).await.refused(), bad("invalid_grant"));
}

#[tokio::test(start_paused = true)]
async fn wrong_verifier_fails_and_consumes_the_code() {
    let (_, web, code) = allowed().await;
    let wrong = VERIFIER.replace('d', "e");
    assert_eq!(web.post(TOKEN, &redemption(&code, &wrong)).await.refused(), bad("invalid_grant"));
    let right = web.post(TOKEN, &redemption(&code, VERIFIER)).await;
    assert_eq!(right.refused(), bad("invalid_grant"));
}

#[tokio::test(start_paused = true)]
async fn code_is_bound_to_one_client_and_redirect_uri() {
    for (at, name, value, code_of_error) in [
        (1, "client_id", "other", "invalid_grant"),
        (3, "redirect_uri", "http://localhost:8021", "invalid_grant"),
        (3, "redirect_uri", "", "invalid_grant"),
        (2, "code", "made up", "invalid_grant"),
        (2, "code", "", "invalid_request"),
        (4, "code_verifier", "", "invalid_request"),
        (4, "code_verifier", "too-short", "invalid_grant"),
        (1, "client_id", "", "invalid_request"),
    ] {
        let (_, web, code) = allowed().await;
        let mut form = redemption(&code, VERIFIER);
        assert_eq!(form[at].0, name);
        form[at].1 = value;
        assert_eq!(web.post(TOKEN, &form).await.refused(), bad(code_of_error), "{name}={value}");
    }
    let (_, web, code) = allowed().await;
    let mut form = redemption(&code, VERIFIER);
    form[1].1 = "unknown";
    assert_eq!(web.post(TOKEN, &form).await.refused(), unknown_client());
}

#[tokio::test(start_paused = true)]
async fn code_expires() {
    let (service, web, code) = allowed().await;
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(web.post(TOKEN, &redemption(&code, VERIFIER)).await.status, 200);
    service.change_settings(|settings| settings.oauth.code_lifetime = Duration::from_secs(5));
    let code = web.get(&url(&request())).await.sent("code").expect("a code");
    tokio::time::advance(Duration::from_secs(5)).await;
    let late = web.post(TOKEN, &redemption(&code, VERIFIER)).await;
    assert_eq!(late.refused(), bad("invalid_grant"));
}

#[tokio::test(start_paused = true)]
async fn confidential_client_must_authenticate_for_a_code() {
    let client = OAuthClient::confidential("web", "s").redirect_uri(REDIRECT);
    let (service, web) = start(|builder| builder.oauth_client(client));
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let code = web.get(&url(&with("client_id", "web"))).await.sent("code").expect("a code");
    let mut form = redemption(&code, VERIFIER).to_vec();
    form[1].1 = "web";
    assert_eq!(web.post(TOKEN, &form).await.refused(), unknown_client());
    form.push(("client_secret", "s"));
    assert_eq!(web.post(TOKEN, &form).await.status, 200);
}
