//! The grant of service principals, and client authentication.

use dbsql_local::engine::scripted::ScriptedEngine;
use dbsql_local::{OAuthClient, OAuthOverrides, OAuthSettings, TokenForm};
use serde_json::json;

use super::*;

#[tokio::test(start_paused = true)]
async fn service_principal_gets_a_token_that_opens_a_session() {
    let (service, web) = start(|builder| builder);
    assert_eq!(web.opens("made up").await, 401);
    let got = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await;
    let answer = got.granted();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(answer["scope"], "all-apis");
    assert!(answer.get("refresh_token").is_none());
    let token = got.access_token();
    assert_eq!(web.opens(&token).await, 200);
    assert_eq!(web.user(&token).await, PRINCIPAL);
    let claims = claims(&token);
    assert_eq!(claims["iss"], format!("{HOST}/oidc"));
    assert_eq!(claims["exp"].as_u64(), claims["iat"].as_u64().map(|start| start + 3600));
    assert_eq!(service.grants(), [("client_credentials".to_owned(), 1)].into());
    assert_eq!(service.requests("oauth-token"), 1);
}

#[tokio::test(start_paused = true)]
async fn secret_is_read_from_the_header_or_the_form() {
    let odd = "a b+c%25/=&\u{fc}";
    let client = OAuthClient::confidential("odd", odd);
    let (_, web) = start(|builder| builder.oauth_client(client));
    let form = [CLIENT_CREDENTIALS[0], ("client_id", "odd"), ("client_secret", odd)];
    assert_eq!(web.post(TOKEN, &form).await.status, 200);
    assert_eq!(web.post_as(("odd", odd), &CLIENT_CREDENTIALS).await.status, 200);
    // Encoded as in RFC 6749.
    let escaped = percent_encoded(odd);
    assert_eq!(web.post_as(("odd", &escaped), &CLIENT_CREDENTIALS).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn wrong_secret_and_unknown_client_get_the_same_error() {
    let (service, web) = start(|builder| builder);
    let wrong = web.post_as((PRINCIPAL, "wrong"), &CLIENT_CREDENTIALS).await;
    assert_eq!(wrong.refused(), unknown_client());
    assert!(wrong.headers[header::WWW_AUTHENTICATE].to_str().expect("text").starts_with("Basic"));
    let unknown = web.post_as(("unknown", SECRET), &CLIENT_CREDENTIALS).await;
    assert_eq!((unknown.refused(), unknown.body), (wrong.refused(), wrong.body));
    for (id, secret) in [(PRINCIPAL, "wrong"), ("unknown", SECRET), ("databricks-cli", SECRET)] {
        let form = [CLIENT_CREDENTIALS[0], ("client_id", id), ("client_secret", secret)];
        assert_eq!(web.post(TOKEN, &form).await.refused(), unknown_client());
    }
    let bearer = web.form(TOKEN).header("authorization", "Bearer x");
    assert_eq!(web.send(bearer, encoded(&CLIENT_CREDENTIALS)).await.refused(), unknown_client());
    assert_eq!(service.grants(), Default::default());
}

#[tokio::test(start_paused = true)]
async fn unauthenticated_client_gets_nothing() {
    let (_, web) = start(|builder| builder);
    assert_eq!(web.post(TOKEN, &CLIENT_CREDENTIALS).await.refused(), unknown_client());
    let unproven = [CLIENT_CREDENTIALS[0], ("client_id", PRINCIPAL)];
    assert_eq!(web.post(TOKEN, &unproven).await.refused(), unknown_client());
    let public = [CLIENT_CREDENTIALS[0], ("client_id", "databricks-cli")];
    assert_eq!(web.post(TOKEN, &public).await.refused(), bad("unauthorized_client"));
}

#[tokio::test(start_paused = true)]
async fn malformed_requests_are_rejected_with_their_code() {
    let (_, web) = start(|builder| builder);
    let who = (PRINCIPAL, SECRET);
    let (_, grant) = CLIENT_CREDENTIALS[0];
    for (form, code) in [
        (&[("scope", "sql")][..], "invalid_request"),
        (&[("grant_type", "password")], "unsupported_grant_type"),
        (&[("grant_type", grant), ("grant_type", grant)], "invalid_request"),
        (&[("grant_type", grant), ("scope", "everything")], "invalid_scope"),
        (&[("grant_type", grant), ("client_secret", SECRET)], "invalid_request"),
        (&[("grant_type", grant), ("client_id", "databricks-cli")], "invalid_request"),
    ] {
        assert_eq!(web.post_as(who, form).await.refused(), bad(code), "{form:?}");
    }
    let form = [CLIENT_CREDENTIALS[0], ("client_secret", SECRET)];
    assert_eq!(web.post(TOKEN, &form).await.refused(), bad("invalid_request"));
    let json = Request::post(format!("{HOST}{TOKEN}")).header("content-type", "application/json");
    let got = web.send(json, encoded(&CLIENT_CREDENTIALS)).await;
    assert_eq!(got.refused(), bad("invalid_request"));
    assert_eq!(web.get(TOKEN).await.status, 405);
}

#[tokio::test(start_paused = true)]
async fn scopes_are_those_of_the_client() {
    let client = OAuthClient::confidential("narrow", "s").scopes(["sql"]);
    let (_, web) = start(|builder| builder.oauth_client(client));
    let grant = CLIENT_CREDENTIALS[0];
    let narrow = web.post_as(("narrow", "s"), &[grant]).await;
    assert_eq!(narrow.granted()["scope"], "sql");
    let wide = web.post_as(("narrow", "s"), &CLIENT_CREDENTIALS).await;
    assert_eq!(wide.refused(), bad("invalid_scope"));
    let two = web.post_as((PRINCIPAL, SECRET), &[grant, ("scope", "sql all-apis")]).await;
    assert_eq!(two.granted()["scope"], "sql all-apis");
}

#[tokio::test(start_paused = true)]
async fn overrides_change_the_response() {
    for (name, value) in [
        ("expires_in", json!(-1)),
        ("expires_in", json!("soon")),
        ("expires_in", json!(1e300)),
        ("token_type", json!("mac")),
        ("access_token", json!("")),
    ] {
        let token_answer = [(name.to_owned(), value.clone())].into_iter().collect();
        let overrides = OAuthOverrides { token_answer, ..Default::default() };
        let settings = with_oauth(OAuthSettings { overrides, ..Default::default() });
        let (_, web) = start(|builder| builder.settings(settings));
        let got = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await;
        assert_eq!(got.granted()[name], value);
    }
    let (service, web) = start(|builder| builder);
    service.change_settings(|settings| {
        let answer = &mut settings.oauth.overrides.token_answer;
        answer.insert("expires_in".to_owned(), Value::Null);
    });
    let got = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.granted();
    assert!(got.get("expires_in").is_none(), "{got}");
}

#[tokio::test(start_paused = true)]
async fn opaque_tokens_work_as_well() {
    let settings =
        with_oauth(OAuthSettings { token_form: TokenForm::Opaque, ..Default::default() });
    let (_, web) = start(|builder| builder.settings(settings));
    let token = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.access_token();
    assert!(!token.contains('.') && token.len() == 43, "{token}");
    assert_eq!(web.opens(&token).await, 200);
    assert_eq!(web.user(&token).await, PRINCIPAL);
}

#[tokio::test(start_paused = true)]
async fn faults_are_planned_by_the_name_of_the_request() {
    use dbsql_local::faults::Step;
    let (service, web) = start(|builder| builder);
    let page = Step::http(200).header("content-type", "text/html").text("<html>sign in</html>");
    service.script("oauth-token", [page, Step::http(302).header("location", "http://a.invalid/")]);
    let got = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await;
    assert_eq!((got.status, got.body.as_str()), (200, "<html>sign in</html>"));
    let got = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await;
    assert_eq!(got.location(), "http://a.invalid/");
    assert_eq!(service.grants(), Default::default());
    assert_eq!(web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn sessions_of_both_protocols_have_their_user() {
    use dbsql_local::engine::{Engine, EngineSession, SessionOptions, SqlError};
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Debug)]
    struct Noting(Arc<Mutex<Vec<Option<String>>>>, ScriptedEngine);
    impl Engine for Noting {
        fn open_session(
            &self,
            options: &SessionOptions,
        ) -> Result<Arc<dyn EngineSession>, SqlError> {
            self.0.lock().expect("no panic").push(options.user.clone());
            self.1.open_session(options)
        }
    }
    let noting = Noting(Arc::default(), ScriptedEngine::new(Runtime::seeded(1)));
    let engine = noting.clone();
    let (_, web) = start(|builder| builder.engine(engine).user("ann").accept_token("pat"));
    let token = web.post_as((PRINCIPAL, SECRET), &CLIENT_CREDENTIALS).await.access_token();
    for token in [token.as_str(), "pat"] {
        assert_eq!(web.opens(token).await, 200);
        for (path, body) in [
            ("sessions", json!({ "warehouse_id": "local" })),
            ("statements", json!({ "warehouse_id": "local", "statement": "x" })),
        ] {
            let request = Request::post(format!("{HOST}/api/2.0/sql/{path}"))
                .header("authorization", format!("Bearer {token}"));
            assert_eq!(web.send(request, body.to_string().into()).await.status, 200, "{path}");
        }
    }
    let users = noting.0.lock().expect("no panic").clone();
    let expected = [PRINCIPAL, PRINCIPAL, PRINCIPAL, "ann", "ann", "ann"];
    assert_eq!(users, expected.map(|user| Some(user.to_owned())));
}
