//! Refresh tokens, which are rotated on each use.

use dbsql_local::Consent;

use super::code::sign_in;
use super::*;

fn form(token: &str) -> [(&'static str, &str); 3] {
    [("grant_type", "refresh_token"), ("client_id", "databricks-cli"), ("refresh_token", token)]
}

async fn signed_in() -> (Service, Web, Got) {
    let (service, web) = start(|builder| builder.user("ann@example.com"));
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let got = sign_in(&web).await;
    (service, web, got)
}

#[tokio::test(start_paused = true)]
async fn refresh_returns_a_new_pair_for_the_same_user() {
    let (service, web, first) = signed_in().await;
    let second = web.post(TOKEN, &form(&first.refresh_token())).await;
    assert_ne!(second.refresh_token(), first.refresh_token());
    assert_ne!(second.access_token(), first.access_token());
    assert_eq!(web.user(&second.access_token()).await, "ann@example.com");
    // The previous access token is valid until it expires.
    assert_eq!(web.opens(&first.access_token()).await, 200);
    let third = web.post(TOKEN, &form(&second.refresh_token())).await;
    assert_eq!(third.status, 200);
    assert_eq!(service.grants()["refresh_token"], 2);
}

#[tokio::test(start_paused = true)]
async fn replaced_refresh_token_revokes_the_whole_sign_in() {
    let (_, web, first) = signed_in().await;
    let second = web.post(TOKEN, &form(&first.refresh_token())).await;
    let other = sign_in(&web).await;
    let reused = web.post(TOKEN, &form(&first.refresh_token())).await;
    assert_eq!(reused.refused(), bad("invalid_grant"));
    let next = web.post(TOKEN, &form(&second.refresh_token())).await;
    assert_eq!(next.refused(), bad("invalid_grant"));
    for token in [first.access_token(), second.access_token()] {
        assert_eq!(web.opens(&token).await, 401);
    }
    // Another sign-in of the same user is not affected.
    assert_eq!(web.opens(&other.access_token()).await, 200);
    assert_eq!(web.post(TOKEN, &form(&other.refresh_token())).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn refresh_token_is_kept_without_rotation() {
    let (service, web, first) = signed_in().await;
    service.change_settings(|settings| settings.oauth.rotate_refresh_tokens = false);
    for _ in 0..3 {
        let got = web.post(TOKEN, &form(&first.refresh_token())).await.granted();
        assert!(got.get("refresh_token").is_none(), "{got}");
    }
}

#[tokio::test(start_paused = true)]
async fn refresh_token_is_bound_to_one_client_and_its_scopes() {
    let (_, web, first) = signed_in().await;
    let token = first.refresh_token();
    let as_principal = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let got = web.post_as((PRINCIPAL, SECRET), &as_principal).await;
    assert_eq!(got.refused(), bad("invalid_grant"));
    let without = web.post(TOKEN, &as_principal).await;
    assert_eq!(without.refused(), bad("invalid_request"));
    let mut wider = form(&token).to_vec();
    wider.push(("scope", "all-apis sql"));
    assert_eq!(web.post(TOKEN, &wider).await.refused(), bad("invalid_scope"));
    let mut narrower = form(&token).to_vec();
    narrower.push(("scope", "all-apis"));
    let narrow = web.post(TOKEN, &narrower).await;
    assert_eq!(narrow.granted()["scope"], "all-apis");
    // The narrower scope applies only once.
    let next = web.post(TOKEN, &form(&narrow.refresh_token())).await;
    assert_eq!(next.granted()["scope"], "all-apis offline_access");
    assert_eq!(web.post(TOKEN, &form("made up")).await.refused(), bad("invalid_grant"));
    assert_eq!(web.post(TOKEN, &form("")).await.refused(), bad("invalid_request"));
}

#[tokio::test(start_paused = true)]
async fn tokens_can_be_revoked_by_a_test() {
    let (service, web, first) = signed_in().await;
    service.revoke_token(first.access_token());
    assert_eq!(web.opens(&first.access_token()).await, 401);
    let second = web.post(TOKEN, &form(&first.refresh_token())).await;
    service.revoke_token(second.refresh_token());
    let third = web.post(TOKEN, &form(&second.refresh_token())).await;
    assert_eq!(third.refused(), bad("invalid_grant"));
    assert_eq!(web.opens(&second.access_token()).await, 401);
}
