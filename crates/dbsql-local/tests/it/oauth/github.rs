//! The imitation of the token service of GitHub Actions.

use dbsql_local::ForeignIssuer;

use super::*;

#[tokio::test(start_paused = true)]
async fn job_gets_a_token_and_exchanges_it() {
    let issuer = ForeignIssuer::github_actions().audience("the workspace");
    let (service, web) = start(|builder| builder.foreign_issuer(issuer));
    let [(_, url), (_, token)] = service.github_actions(HOST);
    let path = url.strip_prefix(HOST).expect("on this host");
    let with_audience = format!("{path}&audience=the%20workspace");
    let got = web.get_with(&with_audience, &format!("Bearer {token}")).await;
    let id_token = got.json()["value"].as_str().expect("a token").to_owned();
    let claims = claims(&id_token);
    assert_eq!(claims["iss"], "https://token.actions.githubusercontent.com");
    assert_eq!(claims["aud"], "the workspace");
    assert!(claims["sub"].as_str().expect("text").starts_with("repo:"), "{claims}");
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", id_token.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("client_id", PRINCIPAL),
    ];
    let got = web.post(TOKEN, &form).await;
    assert_eq!(web.user(&got.access_token()).await, PRINCIPAL);
    assert_eq!(service.requests("github-token"), 1);
}

#[tokio::test(start_paused = true)]
async fn other_jobs_are_rejected() {
    let (service, web) = start(|builder| builder);
    let [(_, url), (_, token)] = service.github_actions(&format!("{HOST}/"));
    let path = url.strip_prefix(HOST).expect("on this host");
    assert_eq!(web.get(path).await.status, 401);
    for authorization in ["Bearer wrong".to_owned(), format!("Basic {token}"), token.clone()] {
        assert_eq!(web.get_with(path, &authorization).await.status, 401, "{authorization}");
    }
    let twice = format!("{path}&audience=a&audience=b");
    assert_eq!(web.get_with(&twice, &format!("Bearer {token}")).await.status, 400);
}
