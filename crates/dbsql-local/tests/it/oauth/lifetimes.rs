//! Token lifetimes, on paused time.

use std::time::Duration;

use dbsql_local::{Consent, OAuthSettings, Quirks, Settings};

use super::*;

async fn token(web: &Web) -> String {
    web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.access_token()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn token_is_valid_until_it_expires() {
    let settings = OAuthSettings { token_lifetime: seconds(30), ..Default::default() };
    let (_, web) = start(|builder| builder.settings(with_oauth(settings)));
    let first = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await;
    assert_eq!(first.granted()["expires_in"], 30);
    tokio::time::advance(seconds(29)).await;
    let second = token(&web).await;
    assert_eq!(web.opens(&first.access_token()).await, 200);
    tokio::time::advance(seconds(1)).await;
    assert_eq!(web.opens(&first.access_token()).await, 401);
    assert_eq!(web.opens(&second).await, 200);
}

#[tokio::test(start_paused = true)]
async fn token_is_rejected_before_its_expiry_as_on_azure() {
    let reject_before_end = seconds(30);
    let settings =
        OAuthSettings { token_lifetime: seconds(90), reject_before_end, ..Default::default() };
    let (_, web) = start(|builder| builder.settings(with_oauth(settings)));
    let token = token(&web).await;
    tokio::time::advance(seconds(59)).await;
    assert_eq!(web.opens(&token).await, 200);
    tokio::time::advance(seconds(1)).await;
    assert_eq!(web.opens(&token).await, 401);
}

#[tokio::test(start_paused = true)]
async fn expired_token_gets_401_or_403() {
    for (forbid_expired_tokens, status) in [(false, 401), (true, 403)] {
        let quirks = Quirks { forbid_expired_tokens, ..Default::default() };
        let (service, web) =
            start(|builder| builder.settings(Settings { quirks, ..Default::default() }));
        let token = token(&web).await;
        service.expire_token(&token);
        assert_eq!(web.opens(&token).await, status);
        // An unknown token gets 401 in any case.
        assert_eq!(web.opens("made up").await, 401);
    }
}

#[tokio::test(start_paused = true)]
async fn changed_lifetime_applies_to_new_tokens() {
    let (service, web) = start(|builder| builder);
    let long = token(&web).await;
    service.change_settings(|settings| settings.oauth.token_lifetime = seconds(5));
    let short = token(&web).await;
    tokio::time::advance(seconds(5)).await;
    assert_eq!([web.opens(&long).await, web.opens(&short).await], [200, 401]);
}

#[tokio::test(start_paused = true)]
async fn service_without_registrations_stays_open_after_a_sign_in() {
    let runtime = Runtime::seeded(1);
    let service = builder(&engine(&runtime), &runtime).build();
    let web = Web::new(&service);
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let token = code::sign_in(&web).await.access_token();
    assert_eq!([web.opens(&token).await, web.opens("anything").await], [200, 200]);
}
