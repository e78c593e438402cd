//! The authorization page: for a user, for a test, and attempts to misuse it.

use dbsql_local::{Consent, OAuthClient};

use super::*;

/// Verifier and challenge of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) const REDIRECT: &str = "http://localhost:8020";

/// The parameters of a valid request.
pub(crate) fn request() -> Vec<(&'static str, String)> {
    [
        ("response_type", "code"),
        ("client_id", "databricks-cli"),
        ("redirect_uri", REDIRECT),
        ("scope", "all-apis offline_access"),
        ("state", "the state"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// The same parameters with one replaced.
pub(crate) fn with(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut request = request();
    request.retain(|(known, _)| *known != name);
    request.push((name, value.to_owned()));
    request
}

pub(crate) fn url(request: &[(&'static str, String)]) -> String {
    let pairs: Vec<_> =
        request.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
    format!("/oidc/v1/authorize?{}", pairs.join("&"))
}

/// Returns the text between two others.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).expect("both are there").0
}

pub(crate) fn ticket(page: &Got) -> String {
    between(&page.body, "name=\"ticket\" value=\"", "\"").to_owned()
}

/// Opens the page and submits it.
pub(crate) async fn answer(
    web: &Web,
    request: &[(&'static str, String)],
    user: &str,
    decision: &str,
) -> Got {
    let page = web.get(&url(request)).await;
    assert_eq!(page.status, 200, "{page:?}");
    let form = [("ticket", ticket(&page)), ("user", user.to_owned())];
    let [ticket, user] = &form;
    let form = [(ticket.0, ticket.1.as_str()), (user.0, &user.1), ("decision", decision)];
    web.post("/oidc/v1/authorize", &form).await
}

#[tokio::test(start_paused = true)]
async fn allowed_sign_in_returns_a_code_and_the_state() {
    let (service, web) = start(|builder| builder.user("ann@example.com").user("bob@example.com"));
    let page = web.get(&url(&request())).await;
    assert!(page.headers[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/html"));
    for shown in ["databricks-cli", "all-apis offline_access", "ann@example.com", "bob@example.com"]
    {
        assert!(page.body.contains(shown), "{shown}");
    }
    let sent = answer(&web, &request(), "bob@example.com", "allow").await;
    assert!(sent.location().starts_with("http://localhost:8020/?code="), "{sent:?}");
    assert_eq!(sent.sent("state").as_deref(), Some("the state"));
    assert_eq!(sent.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(service.requests("oauth-authorize"), 3);
}

#[tokio::test(start_paused = true)]
async fn denied_sign_in_is_reported_to_the_client() {
    let (_, web) = start(|builder| builder);
    let sent = answer(&web, &request(), "user@dbsql.local", "deny").await;
    assert_eq!(sent.sent("error").as_deref(), Some("access_denied"));
    assert_eq!(sent.sent("state").as_deref(), Some("the state"));
    assert_eq!(sent.sent("code"), None);
}

#[tokio::test(start_paused = true)]
async fn page_can_be_submitted_once() {
    let (_, web) = start(|builder| builder);
    let page = web.get(&url(&request())).await;
    let ticket = ticket(&page);
    let form = [("ticket", ticket.as_str()), ("user", "user@dbsql.local"), ("decision", "allow")];
    assert_eq!(web.post("/oidc/v1/authorize", &form).await.status, 303);
    assert_eq!(web.post("/oidc/v1/authorize", &form).await.status, 400);
    // Nor does a guessed ticket count, or an unknown user.
    let form = [("ticket", "guessed"), ("user", "user@dbsql.local"), ("decision", "allow")];
    assert_eq!(web.post("/oidc/v1/authorize", &form).await.status, 400);
    assert_eq!(answer(&web, &request(), "nobody@example.com", "allow").await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn consent_setting_skips_the_page() {
    let (service, web) = start(|builder| builder.user("ann@example.com"));
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let sent = web.get(&url(&request())).await;
    assert!(sent.sent("code").is_some(), "{sent:?}");
    service.change_settings(|settings| settings.oauth.consent = Consent::Deny);
    let sent = web.get(&url(&request())).await;
    assert_eq!(sent.sent("error").as_deref(), Some("access_denied"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_to_an_unregistered_host() {
    let (service, web) = start(|builder| builder);
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    for redirect in [
        "http://evil.example/",
        "https://localhost:8020/",
        "http://localhost:8020/other",
        "http://localhost:8020@evil.example/",
        "http://localhost.evil.example:8020/",
        "http://127.0.0.1:8020",
        "//evil.example",
        "http://localhost:8020/#fragment",
        "",
    ] {
        let got = web.get(&url(&with("redirect_uri", redirect))).await;
        assert_eq!(got.status, 400, "{redirect}");
        assert!(!got.headers.contains_key(header::LOCATION), "{redirect}");
        assert!(got.body.contains("redirect URI"), "{}", got.body);
    }
    let got = web.get(&url(&with("client_id", "unknown"))).await;
    assert_eq!((got.status, got.headers.contains_key(header::LOCATION)), (400, false));
    // A principal that is registered without a redirect URI has none.
    let got = web.get(&url(&with("client_id", PRINCIPAL))).await;
    assert_eq!((got.status, got.headers.contains_key(header::LOCATION)), (400, false));
}

#[tokio::test(start_paused = true)]
async fn non_loopback_redirect_uri_is_rejected_even_if_registered() {
    let redirect = "http://evil.example/callback";
    let (service, web) =
        start(|builder| builder.oauth_client(OAuthClient::public("remote", redirect)));
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let mut request = with("redirect_uri", redirect);
    request.retain(|(name, _)| *name != "client_id");
    request.push(("client_id", "remote".to_owned()));
    let got = web.get(&url(&request)).await;
    assert_eq!((got.status, got.headers.contains_key(header::LOCATION)), (400, false));
}

#[tokio::test(start_paused = true)]
async fn any_port_of_the_registered_address_is_accepted() {
    let client = OAuthClient::public("app", "http://127.0.0.1/callback");
    let (service, web) = start(|builder| builder.oauth_client(client));
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let mut request = with("redirect_uri", "http://127.0.0.1:54321/callback");
    request.retain(|(name, _)| *name != "client_id");
    request.push(("client_id", "app".to_owned()));
    let sent = web.get(&url(&request)).await;
    assert!(sent.location().starts_with("http://127.0.0.1:54321/callback?code="), "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn other_errors_are_sent_to_the_client_with_its_state() {
    let (service, web) = start(|builder| builder);
    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    for (name, value, code) in [
        ("response_type", "token", "unsupported_response_type"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("scope", "all-apis everything", "invalid_scope"),
    ] {
        let sent = web.get(&url(&with(name, value))).await;
        assert_eq!(sent.sent("error").as_deref(), Some(code), "{name}={value}");
        assert_eq!(sent.sent("state").as_deref(), Some("the state"), "{name}={value}");
        assert_eq!(sent.sent("code"), None, "{name}={value}");
    }
}

#[tokio::test(start_paused = true)]
async fn input_is_escaped_in_pages_and_redirects() {
    let evil = "<script>alert('\"&x')</script>";
    let escaped = "&lt;script&gt;alert(&#39;&quot;&amp;x&#39;)&lt;/script&gt;";
    let client = OAuthClient::public(evil, REDIRECT).scopes([evil]);
    let (service, web) = start(|builder| builder.oauth_client(client).user(evil));
    let mut request = with("client_id", evil);
    request.retain(|(name, _)| !["scope", "state"].contains(name));
    request.extend([("scope", evil.to_owned()), ("state", format!("{evil}\r\nx: y&code=z"))]);
    let page = web.get(&url(&request)).await;
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert_eq!(page.body.matches(escaped).count(), 4, "{}", page.body);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");

    service.change_settings(|settings| settings.oauth.consent = Consent::Allow);
    let sent = web.get(&url(&request)).await;
    assert_eq!(sent.sent("state"), Some(format!("{evil}\r\nx: y&code=z")));
    assert_eq!(sent.location().matches("code=").count(), 1, "{}", sent.location());
}
