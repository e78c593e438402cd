//! Where the token to exchange is read, and that nothing else is sent.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::{Duration, SystemTime};

use super::*;
use crate::AuthErrorKind;
use crate::test_support::{Scripted, answer, whole_text};

const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";
const METADATA: &str = "/oidc/.well-known/oauth-authorization-server";
const ENDPOINTS: &str = r#"{"token_endpoint":"https://dbc-1.cloud.databricks.com/oidc/v1/token"}"#;
const TOKEN: &str = r#"{"access_token":"t1","token_type":"Bearer","expires_in":3600}"#;
const REQUEST_URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
const REQUEST_TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

fn jwt(claims: &str) -> String {
    format!("e30.{}.hunter2", URL_SAFE_NO_PAD.encode(claims))
}

fn workspace() -> Scripted {
    Scripted::routes(&[
        (METADATA, 200, ENDPOINTS),
        ("/oidc/v1/token", 200, TOKEN),
        ("/idtoken", 200, &format!(r#"{{"value":"{}"}}"#, jwt(r#"{"iss":"https://github"}"#))),
    ])
}

fn of_variables(variables: &[(&'static str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
    Environment::Fixed(variables.collect())
}

fn of_variable(value: &str) -> Federation {
    let mut provider = Federation::new(IdTokenSource::Environment("THE_TOKEN".to_owned()));
    provider.environment = of_variables(&[("THE_TOKEN", value)]);
    provider
}

#[tokio::test(start_paused = true)]
async fn token_of_a_variable_is_exchanged() {
    let server = workspace();
    let subject = jwt(r#"{"iss":"https://idp.example","exp":1}"#);
    let provider = of_variable(&format!(" {subject}\n")).client_id("sp-1");
    let token = provider.token(&server.context(WORKSPACE)).await.expect("signs in");
    assert_eq!(token.authorization().header_value(), "Bearer t1");
    assert_eq!(
        server.form(2),
        [
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange",
            &format!("subject_token={subject}"),
            "subject_token_type=urn:ietf:params:oauth:token-type:jwt",
            "return_original_token_if_authenticated=true",
            "scope=all-apis",
            "client_id=sp-1",
        ]
    );
    assert!(server.sent()[2].headers().get("authorization").is_none());
}

#[tokio::test(start_paused = true)]
async fn without_a_client_id_the_account_policy_decides() {
    let server = workspace();
    let provider = of_variable(&jwt("{}")).scopes(["sql"]);
    assert!(provider.token(&server.context(WORKSPACE)).await.is_ok());
    let form = server.form(2);
    assert!(form.contains(&"scope=sql".to_owned()));
    assert!(!form.iter().any(|field| field.starts_with("client_id")), "{form:?}");
}

#[tokio::test(start_paused = true)]
async fn token_of_the_workspace_is_used_directly() {
    let server = workspace();
    let subject = jwt(r#"{"iss":"https://dbc-1.cloud.databricks.com/oidc","exp":1767229200}"#);
    let token = of_variable(&subject).token(&server.context(WORKSPACE)).await.expect("used");
    assert_eq!(token.authorization().header_value(), &format!("Bearer {subject}"));
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_229_200);
    assert_eq!(token.lifetime(end - Duration::from_secs(60)), Some(Duration::from_secs(60)));
    assert!(server.asked().is_empty());
    // A similar host is another issuer.
    let subject = jwt(r#"{"iss":"https://dbc-1.cloud.databricks.com.evil.example/oidc"}"#);
    assert!(of_variable(&subject).token(&server.context(WORKSPACE)).await.is_ok());
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn text_that_is_not_a_token_is_not_sent() {
    let server = workspace();
    for (value, says) in [
        ("", "is not set"),
        (" \n", "is not set"),
        ("hunter2", "not a JWT"),
        ("a.hunter2.c", "not a JWT"),
        ("a.e30.c.d", "not a JWT"),
        ("<html>hunter2</html>", "not a JWT"),
        // An array, as a payload.
        ("a.W10.c", "not a JWT"),
    ] {
        let error = of_variable(value).token(&server.context(WORKSPACE)).await.expect_err(value);
        assert_eq!(error.kind(), AuthErrorKind::Invalid);
        assert!(error.to_string().contains(says), "{value}: {error}");
        assert!(error.to_string().contains("THE_TOKEN"), "{error}");
        assert!(!whole_text(&error).contains("hunter2"));
    }
    assert!(server.asked().is_empty());
    for name in ["", "a=b", "a\0b"] {
        let provider = Federation::new(IdTokenSource::Environment(name.to_owned()));
        assert!(provider.token(&server.context(WORKSPACE)).await.is_err(), "{name:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn file_is_reread_for_each_renewal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    let server = workspace();
    let context = server.context(WORKSPACE);
    let provider = Federation::new(IdTokenSource::File(path.clone()));
    for (number, claims) in [r#"{"n":1}"#, r#"{"n":2}"#].into_iter().enumerate() {
        std::fs::write(&path, format!("{}\r\n", jwt(claims))).expect("written");
        assert!(provider.token(&context).await.is_ok());
        assert!(server.form(2 + number).contains(&format!("subject_token={}", jwt(claims))));
    }

    std::fs::write(&path, " \n").expect("written");
    let error = provider.token(&context).await.expect_err("empty");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable, "{error}");
    std::fs::write(&path, b"\xff\xfehunter2").expect("written");
    let error = provider.token(&context).await.expect_err("not text");
    assert_eq!(error.kind(), AuthErrorKind::Invalid, "{error}");
    std::fs::write(&path, vec![b'x'; 70_000]).expect("written");
    let error = provider.token(&context).await.expect_err("large");
    assert!(error.to_string().contains("too large"), "{error}");
    std::fs::remove_file(&path).expect("removed");
    let error = provider.token(&context).await.expect_err("missing");
    assert_eq!(error.kind(), AuthErrorKind::Invalid, "{error}");
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn rejected_expired_token_is_explained() {
    let server = Scripted::routes(&[
        (METADATA, 200, ENDPOINTS),
        ("/oidc/v1/token", 400, r#"{"error":"invalid_grant","error_description":"hunter2"}"#),
    ]);
    let context = server.context(WORKSPACE);
    let error = of_variable(&jwt(r#"{"exp":1}"#)).token(&context).await.expect_err("rejected");
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    let next_step = error.next_step().unwrap_or_default();
    assert!(next_step.contains("THE_TOKEN") && next_step.contains("expired"), "{next_step}");
    let error = of_variable(&jwt(r#"{"exp":99999999999}"#)).token(&context).await;
    let error = error.expect_err("rejected");
    assert!(!error.next_step().unwrap_or_default().contains("expired"), "{error:?}");
}

fn github(url: &str, token: &str) -> Federation {
    let mut provider = Federation::new(IdTokenSource::GitHubActions).client_id("sp-1");
    provider.environment = of_variables(&[(REQUEST_URL, url), (REQUEST_TOKEN, token)]);
    provider
}

#[tokio::test(start_paused = true)]
async fn github_token_is_requested_and_exchanged() {
    let url = "https://pipelines.actions.example/idtoken?api-version=2.0";
    let server = workspace();
    let provider = github(url, "request-token");
    assert!(provider.token(&server.context(WORKSPACE)).await.is_ok());
    let sent = server.sent();
    let encoded = "https%3A%2F%2Fdbc-1.cloud.databricks.com%2Foidc%2Fv1%2Ftoken";
    assert_eq!(server.asked()[2], format!("GET {url}&audience={encoded}"));
    assert_eq!(sent[2].headers()["authorization"], "Bearer request-token");
    assert!(sent[2].headers()["authorization"].is_sensitive());
    // The request token is sent nowhere else.
    for other in [&sent[0], &sent[1], &sent[3]] {
        assert!(other.headers().get("authorization").is_none());
        assert!(!String::from_utf8_lossy(other.body()).contains("request-token"));
    }
    let subject = jwt(r#"{"iss":"https://github"}"#);
    assert!(server.form(3).contains(&format!("subject_token={subject}")));

    let server = workspace();
    let url = "https://pipelines.actions.example/idtoken";
    let provider = github(url, "request-token").audience("a b");
    assert!(provider.token(&server.context(WORKSPACE)).await.is_ok());
    assert_eq!(server.asked()[0], format!("GET {url}?audience=a+b"));
}

#[tokio::test(start_paused = true)]
async fn request_token_is_sent_over_https_only() {
    for url in [
        "http://pipelines.actions.example/idtoken",
        "http://127.0.0.1/idtoken",
        "https://user@pipelines.actions.example/idtoken",
        "https://pipelines.actions.example/idtoken#x",
        "pipelines",
    ] {
        let server = workspace();
        let provider = github(url, "hunter2").audience("a");
        let error = provider.token(&server.context(WORKSPACE)).await.expect_err(url);
        assert_eq!(error.kind(), AuthErrorKind::Invalid);
        assert!(server.asked().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn missing_github_permission_is_explained() {
    let server = workspace();
    for (url, token) in [("", "t"), ("https://x.example/", "")] {
        let error = github(url, token).audience("a").token(&server.context(WORKSPACE)).await;
        let error = error.expect_err("not set");
        assert_eq!(error.kind(), AuthErrorKind::Invalid);
        assert!(error.next_step().is_some_and(|text| text.contains("id-token: write")));
    }
    for (status, body) in [(403, "{}"), (200, "{}"), (200, r#"{"value":""}"#), (200, "[\"a.b.c\"]")]
    {
        let server = Scripted::new(move |_, _| answer(status, body));
        let provider = github("https://x.example/?token=hunter2", "hunter2").audience("a");
        let error = provider.token(&server.context(WORKSPACE)).await.expect_err("refused");
        assert_eq!(error.kind(), AuthErrorKind::Rejected);
        assert!(!whole_text(&error).contains("hunter2"), "{error:?}");
    }
}
