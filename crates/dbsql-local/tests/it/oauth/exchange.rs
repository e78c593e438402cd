//! The exchange of tokens of other issuers (RFC 8693).

use std::time::Duration;

use dbsql_local::ForeignIssuer;
use serde_json::json;

use super::assertion::{Key, now};
use super::*;

const ISSUER: &str = "https://issuer.example";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

fn with_issuer(issuer: ForeignIssuer) -> (Service, Web) {
    start(|builder| builder.foreign_issuer(issuer))
}

fn form<'a>(token: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    let mut form = vec![
        ("grant_type", grant),
        ("subject_token", token),
        ("subject_token_type", JWT),
        ("scope", "sql"),
    ];
    form.extend(more);
    form
}

async fn exchange(web: &Web, token: &str) -> Got {
    web.post(TOKEN, &form(token, &[])).await
}

#[tokio::test(start_paused = true)]
async fn token_of_a_registered_issuer_is_exchanged() {
    let (service, web) = with_issuer(ForeignIssuer::new(ISSUER));
    let token = service.id_token(ISSUER, json!({ "sub": "me@example.com" })).expect("a token");
    assert_eq!(web.opens(&token).await, 401);
    let got = exchange(&web, &token).await;
    let answer = got.granted();
    assert_eq!(answer["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert_eq!((&answer["token_type"], &answer["scope"]), (&json!("Bearer"), &json!("sql")));
    assert_eq!(web.opens(&got.access_token()).await, 200);
    assert_eq!(web.user(&got.access_token()).await, "me@example.com");
    assert_eq!(service.grants()["urn:ietf:params:oauth:grant-type:token-exchange"], 1);
}

#[tokio::test(start_paused = true)]
async fn client_id_selects_the_service_principal() {
    let (service, web) = with_issuer(ForeignIssuer::new(ISSUER));
    let token = service.id_token(ISSUER, json!({ "sub": "a job" })).expect("a token");
    let got = web.post(TOKEN, &form(&token, &[("client_id", PRINCIPAL)])).await;
    assert_eq!(web.user(&got.access_token()).await, PRINCIPAL);
    let unknown = web.post(TOKEN, &form(&token, &[("client_id", "unknown")])).await;
    assert_eq!(unknown.refused(), unknown_client());
}

#[tokio::test(start_paused = true)]
async fn invalid_subject_token_is_rejected() {
    let (service, web) = with_issuer(ForeignIssuer::new(ISSUER).audience("us"));
    // Another warehouse has another key.
    let runtime = Runtime::seeded(2);
    let elsewhere = builder(&engine(&runtime), &runtime).foreign_issuer(ForeignIssuer::new(ISSUER));
    let elsewhere = elsewhere.build();
    let foreign = elsewhere.id_token(ISSUER, json!({ "sub": "me", "aud": "us" }));
    let sign = |claims| service.id_token(ISSUER, claims).expect("a token");
    let right = sign(json!({ "sub": "me", "aud": "us" }));
    let forged = right.rsplit_once('.').map(|(signed, _)| format!("{signed}.AAAA"));
    for token in [
        sign(json!({ "aud": "us" })),
        sign(json!({ "sub": "me", "aud": "others" })),
        sign(json!({ "sub": "me" })),
        sign(json!({ "sub": "me", "aud": "us", "exp": now() })),
        sign(json!({ "sub": "me", "aud": "us", "nbf": now() + 600 })),
        sign(json!({ "sub": "me", "aud": "us", "iss": "https://unknown.example" })),
        forged.expect("three parts"),
        foreign.expect("a token"),
        "a.b.c".to_owned(),
        "opaque".to_owned(),
    ] {
        assert_eq!(exchange(&web, &token).await.refused(), bad("invalid_request"), "{token}");
    }
    assert_eq!(exchange(&web, &right).await.status, 200);
    assert!(elsewhere.id_token("https://unknown.example", json!({})).is_none());
}

#[tokio::test(start_paused = true)]
async fn expired_subject_token_is_rejected() {
    let (service, web) = with_issuer(ForeignIssuer::new(ISSUER));
    let token = service.id_token(ISSUER, json!({ "sub": "me" })).expect("a token");
    tokio::time::advance(Duration::from_secs(599)).await;
    assert_eq!(exchange(&web, &token).await.status, 200);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(exchange(&web, &token).await.refused(), bad("invalid_request"));
}

#[tokio::test(start_paused = true)]
async fn issuer_may_sign_with_its_own_key() {
    let key = Key::generate();
    let (_, web) = with_issuer(ForeignIssuer::new(ISSUER).key(key.public()));
    let claims = json!({ "iss": ISSUER, "sub": "me", "exp": now() + 60 });
    let header = json!({ "alg": "ES256" });
    assert_eq!(exchange(&web, &key.sign(&header, &claims)).await.status, 200);
    let other = Key::generate().sign(&header, &claims);
    assert_eq!(exchange(&web, &other).await.refused(), bad("invalid_request"));
}

#[tokio::test(start_paused = true)]
async fn requests_need_a_token_and_its_type() {
    let (service, web) = with_issuer(ForeignIssuer::new(ISSUER));
    let token = service.id_token(ISSUER, json!({ "sub": "me" })).expect("a token");
    for name in ["subject_token", "subject_token_type"] {
        let mut form = form(&token, &[]);
        form.retain(|(known, _)| *known != name);
        assert_eq!(web.post(TOKEN, &form).await.refused(), bad("invalid_request"), "{name}");
    }
    let mut form = form(&token, &[]);
    form[2].1 = "urn:ietf:params:oauth:token-type:saml2";
    assert_eq!(web.post(TOKEN, &form).await.refused(), bad("invalid_request"));
}

#[tokio::test(start_paused = true)]
async fn token_of_the_workspace_is_returned_on_request() {
    let (service, web) = with_issuer(ForeignIssuer::new(ISSUER));
    let own = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.access_token();
    tokio::time::advance(Duration::from_secs(600)).await;
    let keep = [("return_original_token_if_authenticated", "true")];
    let got = web.post(TOKEN, &form(&own, &keep)).await;
    assert_eq!(got.access_token(), own);
    assert_eq!(got.granted()["expires_in"], 3000);
    assert_eq!(exchange(&web, &own).await.refused(), bad("invalid_request"));
    // A foreign one is exchanged nevertheless.
    let foreign = service.id_token(ISSUER, json!({ "sub": "me" })).expect("a token");
    let got = web.post(TOKEN, &form(&foreign, &keep)).await;
    assert_ne!(got.access_token(), foreign);
    service.expire_token(&own);
    let got = web.post(TOKEN, &form(&own, &keep)).await;
    assert_eq!(got.refused(), bad("invalid_request"));
}
