//! A scripted token service, and a browser made of a closure.

mod kept;

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};

use dbsql_runtime::Runtime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::AuthErrorKind;
use crate::test_support::{Scripted, answer, whole_text};

const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";
const METADATA: &str = r#"{
    "issuer": "https://dbc-1.cloud.databricks.com/oidc",
    "authorization_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/authorize",
    "token_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/token"
}"#;

/// Responds at the token endpoint with `token`, which gets the form and the number of earlier
/// posts.
fn server(
    token: impl Fn(&[(String, String)], usize) -> (u16, String) + Send + Sync + 'static,
) -> Scripted {
    let posted = AtomicUsize::new(0);
    Scripted::new(move |request, _| match request.uri().path() {
        "/oidc/.well-known/oauth-authorization-server" => answer(200, METADATA),
        "/oidc/v1/token" => {
            let form: Vec<_> = form_urlencoded::parse(request.body()).into_owned().collect();
            let (status, body) = token(&form, posted.fetch_add(1, Ordering::Relaxed));
            answer(status, &body)
        }
        _ => answer(404, ""),
    })
}

/// Tokens numbered by post.
fn tokens(number: usize, lifetime: u64) -> (u16, String) {
    let body = format!(
        r#"{{"access_token": "access-{number}", "refresh_token": "refresh-{number}",
            "token_type": "Bearer", "expires_in": {lifetime}}}"#
    );
    (200, body)
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// The posts to the token endpoint.
fn posts(server: &Scripted) -> Vec<Vec<(String, String)>> {
    server
        .sent()
        .iter()
        .filter(|request| request.uri().path() == "/oidc/v1/token")
        .map(|request| form_urlencoded::parse(request.body()).into_owned().collect())
        .collect()
}

/// The query parameters of the page's URL.
fn parameters(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').expect("a query").1;
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Sends the user's browser to a path of the listener.
async fn visit(port: u16, target: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("it listens");
    let head = format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut page = String::new();
    let _ = stream.read_to_string(&mut page).await;
    page
}

fn port_of(url: &str) -> u16 {
    let parameters = parameters(url);
    let redirect = field(&parameters, "redirect_uri").to_owned();
    redirect.strip_prefix("http://localhost:").and_then(|port| port.parse().ok()).expect("a port")
}

/// A browser that is redirected with this query, in which `STATE` stands for the state.
fn returning(query: &'static str) -> BrowserSignIn {
    BrowserSignIn::new().redirect_ports([0]).opener(move |url| async move {
        let state = field(&parameters(&url), "state").to_owned();
        visit(port_of(&url), &format!("/?{}", query.replace("STATE", &state))).await;
        Ok(())
    })
}

fn signing_in() -> BrowserSignIn {
    returning("code=the-code&state=STATE")
}

/// A browser that must not be opened.
fn unused() -> BrowserSignIn {
    BrowserSignIn::new().redirect_ports([0]).opener(|_| async { panic!("the browser was opened") })
}

fn value(token: &Token) -> &str {
    token.authorization().header_value().to_str().expect("visible")
}

#[tokio::test]
async fn code_and_verifier_are_exchanged_for_a_token() {
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let urls = Arc::new(Mutex::new(Vec::new()));
    let shown_urls = Arc::clone(&urls);
    let provider = signing_in()
        .on_url(move |url| shown_urls.lock().expect("not poisoned").push(url.to_owned()));
    let token = provider.token(&context).await.expect("a token");
    assert_eq!(value(&token), "Bearer access-0");
    let asked = context.runtime().wall_now();
    assert!(token.lifetime(asked).is_some_and(|left| left.as_secs() >= 3590));

    let urls = urls.lock().expect("not poisoned").clone();
    let [url] = urls.as_slice() else { panic!("one URL: {urls:?}") };
    let page = "https://dbc-1.cloud.databricks.com/oidc/v1/authorize?response_type=code&";
    assert!(url.starts_with(page), "{url}");
    let asked = parameters(url);
    assert_eq!(field(&asked, "client_id"), "databricks-cli");
    assert_eq!(field(&asked, "scope"), "all-apis offline_access");
    assert_eq!(field(&asked, "code_challenge_method"), "S256");

    let posts = posts(&server);
    let [form] = posts.as_slice() else { panic!("one exchange: {posts:?}") };
    assert_eq!(field(form, "grant_type"), "authorization_code");
    assert_eq!(field(form, "code"), "the-code");
    assert_eq!(field(form, "client_id"), "databricks-cli");
    assert_eq!(field(form, "redirect_uri"), field(&asked, "redirect_uri"));
    let hash = ring::digest::digest(&ring::digest::SHA256, field(form, "code_verifier").as_bytes());
    let challenge = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, hash);
    assert_eq!(challenge, field(&asked, "code_challenge"));
}

#[tokio::test]
async fn custom_application_has_its_own_id_ports_and_scopes() {
    let server = server(|_, number| tokens(number, 3600));
    let free = Runtime::real().listen_on_loopback([0]).expect("a port").port();
    let provider = signing_in().client_id("mine").scopes(["sql"]).redirect_ports([free]);
    let _ = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    let form = &posts(&server)[0];
    assert_eq!(field(form, "client_id"), "mine");
    assert_eq!(field(form, "redirect_uri"), format!("http://localhost:{free}"));
}

#[tokio::test(start_paused = true)]
async fn browser_without_a_redirect_times_out() {
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let provider = BrowserSignIn::new()
        .redirect_ports([0])
        .timeout(Duration::from_secs(90))
        .opener(|_| async { Ok(()) });
    let start = context.runtime().now();
    let error = provider.token(&context).await.expect_err("nobody came");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(error.to_string(), "no response from the browser within 90 s");
    assert!(error.next_step().is_some());
    assert_eq!((context.runtime().now() - start).as_secs(), 90);
    assert!(provider.time_limit() > Duration::from_secs(90), "the person's time is allowed for");
}

#[tokio::test]
async fn foreign_redirects_do_not_affect_the_sign_in() {
    let server = server(|_, number| tokens(number, 3600));
    let provider = BrowserSignIn::new().redirect_ports([0]).opener(|url| async move {
        let (port, asked) = (port_of(&url), parameters(&url));
        for attack in [
            "/?code=evil&state=guess",
            "/?code=evil",
            "/?error=access_denied&state=x",
            "/favicon.ico",
        ] {
            visit(port, attack).await;
        }
        let state = field(&asked, "state");
        let first = visit(port, &format!("/?code=good&state={state}")).await;
        assert!(first.starts_with("HTTP/1.1 200 "), "{first}");
        Ok(())
    });
    let _ = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    assert_eq!(field(&posts(&server)[0], "code"), "good");
}

#[tokio::test]
async fn second_redirect_is_not_served() {
    let server = server(|_, number| tokens(number, 3600));
    let seen = Arc::new(Mutex::new(None));
    let shown_port = Arc::clone(&seen);
    let provider = signing_in()
        .on_url(move |url| *shown_port.lock().expect("not poisoned") = Some(port_of(url)));
    let _ = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    let port = seen.lock().expect("not poisoned").take().expect("a port");
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
    assert_eq!(posts(&server).len(), 1);
}

#[tokio::test]
async fn denial_of_the_server_is_quoted_without_secrets() {
    let canary = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl";
    let server = server(|_, number| tokens(number, 3600));
    let provider = returning(
        "error=access_denied&error_description=User%0Acanceled+\
         eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl&state=STATE",
    );
    let error = provider.token(&server.context(WORKSPACE)).await.expect_err("refused");
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    let text = "the browser sign-in was denied: access_denied: User canceled [...]";
    assert_eq!(error.to_string(), text);
    assert!(!whole_text(&error).contains(canary));
    assert!(posts(&server).is_empty());
}

#[tokio::test]
async fn rejected_code_is_not_in_the_error() {
    let server = server(|form, _| {
        let (code, verifier) = (field(form, "code"), field(form, "code_verifier"));
        let body = serde_json::json!({
            "error": "invalid_grant",
            "error_description": format!("code {code} with {verifier} is unknown"),
        });
        (400, body.to_string())
    });
    let error = signing_in().token(&server.context(WORKSPACE)).await.expect_err("rejected");
    assert_eq!(error.kind(), AuthErrorKind::Rejected);
    let text = whole_text(&error);
    assert!(!text.contains("the-code"), "{text}");
    assert!(!text.contains(field(&posts(&server)[0], "code_verifier")), "{text}");
}

#[tokio::test]
async fn ports_in_use_are_a_typed_error() {
    let server = server(|_, number| tokens(number, 3600));
    let taken = Runtime::real().listen_on_loopback([0]).expect("a port");
    let provider = unused().redirect_ports([taken.port()]);
    let error = provider.token(&server.context(WORKSPACE)).await.expect_err("no port");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(error.to_string(), "all redirect ports of the browser sign-in are in use");
}

#[tokio::test]
async fn without_a_browser_on_url_is_required() {
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let without =
        || BrowserSignIn::new().redirect_ports([0]).opener(|_| async { Err("no display".into()) });
    let error = without().token(&context).await.expect_err("nobody can know the URL");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
    assert_eq!(error.to_string(), "failed to open a browser");

    let runtime = context.runtime().clone();
    let tasks = Arc::new(Runtime::real().tasks());
    let person = Arc::clone(&tasks);
    let provider = without().on_url(move |url| {
        let (state, port) = (field(&parameters(url), "state").to_owned(), port_of(url));
        let runtime = runtime.clone();
        person.spawn(async move {
            runtime.sleep(Duration::from_millis(50)).await;
            visit(port, &format!("/?code=by-hand&state={state}")).await;
        });
    });
    let _ = provider.token(&context).await.expect("opened by hand");
    assert_eq!(field(&posts(&server)[0], "code"), "by-hand");
}

#[tokio::test]
async fn missing_or_foreign_sign_in_page_is_an_error() {
    for (metadata, text) in [
        (
            r#"{"token_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/token"}"#,
            "has no sign-in page",
        ),
        (
            r#"{"token_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/token",
                "authorization_endpoint": "https://evil.test/authorize"}"#,
            "evil.test",
        ),
    ] {
        let path = "/oidc/.well-known/oauth-authorization-server";
        let server = Scripted::routes(&[(path, 200, metadata)]);
        let error = unused().token(&server.context(WORKSPACE)).await.expect_err("no page");
        assert_eq!(error.kind(), AuthErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[tokio::test]
async fn provider_does_not_print_tokens() {
    let server = server(|_, number| tokens(number, 3600));
    let provider = signing_in();
    let _ = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    let shown = format!("{provider:?}");
    assert!(!shown.contains("access-") && !shown.contains("refresh-"), "{shown}");
}
