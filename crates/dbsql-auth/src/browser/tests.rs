//! A scripted token service, and a browser made of a closure.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};

use dbsql_runtime::Runtime;
use dbsql_transport::{RequestSent, TransportError, TransportErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::test_support::{Scripted, answer, failure, whole_text};

const WORKSPACE: &str = "https://dbc-1.cloud.databricks.com";
const METADATA: &str = r#"{
    "issuer": "https://dbc-1.cloud.databricks.com/oidc",
    "authorization_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/authorize",
    "token_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/token"
}"#;

/// Answers the token endpoint by `token`, which gets the form and how many were posted before.
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

/// Tokens that are numbered by the posts.
fn tokens(number: usize, lifetime: u64) -> (u16, String) {
    let body = format!(
        r#"{{"access_token": "access-{number}", "refresh_token": "refresh-{number}",
            "token_type": "Bearer", "expires_in": {lifetime}}}"#
    );
    (200, body)
}

fn used_up() -> (u16, String) {
    (
        400,
        r#"{"error": "invalid_grant", "error_description": "Refresh token is invalid"}"#.to_owned(),
    )
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

/// The parameters of the page's URL.
fn parameters(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').expect("a query").1;
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Sends the browser of the person to a path of the listener.
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

/// A browser that returns with this query, in which `STATE` stands for the state.
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

/// A browser that nobody may open.
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
    let told = Arc::clone(&urls);
    let provider =
        signing_in().on_url(move |url| told.lock().expect("not poisoned").push(url.to_owned()));
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
async fn own_application_has_its_own_id_ports_and_scopes() {
    let server = server(|_, number| tokens(number, 3600));
    let free = Runtime::real().listen_on_loopback([0]).expect("a port").port();
    let provider = signing_in().client_id("mine").scopes(["sql"]).redirect_ports([free]);
    let _ = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    let form = &posts(&server)[0];
    assert_eq!(field(form, "client_id"), "mine");
    assert_eq!(field(form, "redirect_uri"), format!("http://localhost:{free}"));
}

#[tokio::test]
async fn renewal_uses_the_refresh_token_that_came_last() {
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let provider = signing_in();
    for number in 0..3 {
        let token = provider.token(&context).await.expect("a token");
        assert_eq!(value(&token), format!("Bearer access-{number}"));
    }
    let posts = posts(&server);
    assert_eq!(posts.len(), 3);
    for (number, form) in posts.iter().enumerate().skip(1) {
        assert_eq!(field(form, "grant_type"), "refresh_token");
        assert_eq!(field(form, "refresh_token"), format!("refresh-{}", number - 1));
        assert_eq!(field(form, "client_id"), "databricks-cli");
    }
}

#[tokio::test]
async fn answer_without_a_refresh_token_leaves_the_old_one() {
    let server = server(|_, number| match number {
        0 => tokens(0, 3600),
        _ => (200, format!(r#"{{"access_token": "access-{number}", "expires_in": 3600}}"#)),
    });
    let (context, provider) = (server.context(WORKSPACE), signing_in());
    for _ in 0..3 {
        let _ = provider.token(&context).await.expect("a token");
    }
    let posts = posts(&server);
    assert_eq!(field(&posts[2], "refresh_token"), "refresh-0");
}

#[tokio::test]
async fn rejected_refresh_token_opens_the_browser_again() {
    let server = server(|form, number| match field(form, "grant_type") {
        "refresh_token" => used_up(),
        _ => tokens(number, 3600),
    });
    let (context, provider) = (server.context(WORKSPACE), signing_in());
    let _ = provider.token(&context).await.expect("a token");
    let again = provider.token(&context).await.expect("another sign-in");
    assert_eq!(value(&again), "Bearer access-2");
}

#[tokio::test]
async fn service_that_is_away_does_not_open_the_browser() {
    let server = Scripted::new(|request, _| match request.uri().path() {
        "/oidc/.well-known/oauth-authorization-server" => answer(200, METADATA),
        "/oidc/v1/token" if !request.body().starts_with(b"grant_type=refresh_token") => {
            answer(200, &tokens(0, 3600).1)
        }
        "/oidc/v1/token" => {
            failure(TransportError::new(TransportErrorKind::Connect, RequestSent::No, "refused"))
        }
        _ => answer(404, ""),
    });
    let context = server.context(WORKSPACE);
    let provider = signing_in();
    let _ = provider.token(&context).await.expect("a token");
    let provider = provider.opener(|_| async { panic!("the browser was opened") });
    let error = provider.token(&context).await.expect_err("it is away");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn browser_that_never_returns_is_given_up() {
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let provider = BrowserSignIn::new()
        .redirect_ports([0])
        .timeout(Duration::from_secs(90))
        .opener(|_| async { Ok(()) });
    let start = context.runtime().now();
    let error = provider.token(&context).await.expect_err("nobody came");
    assert_eq!(error.kind(), AuthErrorKind::Unavailable);
    assert_eq!(error.to_string(), "no answer from the browser within 90 s");
    assert!(error.next_step().is_some());
    assert_eq!((context.runtime().now() - start).as_secs(), 90);
    assert!(provider.time_limit() > Duration::from_secs(90), "the person's time is allowed for");
}

#[tokio::test]
async fn foreign_returns_neither_end_nor_poison_the_sign_in() {
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
async fn second_return_finds_nobody() {
    let server = server(|_, number| tokens(number, 3600));
    let seen = Arc::new(Mutex::new(None));
    let told = Arc::clone(&seen);
    let provider =
        signing_in().on_url(move |url| *told.lock().expect("not poisoned") = Some(port_of(url)));
    let _ = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    let port = seen.lock().expect("not poisoned").take().expect("a port");
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
    assert_eq!(posts(&server).len(), 1);
}

#[tokio::test]
async fn refusal_of_the_server_is_told_in_clean_words() {
    let canary = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl";
    let server = server(|_, number| tokens(number, 3600));
    let provider = returning(
        "error=access_denied&error_description=User%0Acanceled+\
         eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl&state=STATE",
    );
    let error = provider.token(&server.context(WORKSPACE)).await.expect_err("refused");
    assert_eq!(error.kind(), AuthErrorKind::Refused);
    let text = "the sign-in in the browser was refused: access_denied: User canceled [...]";
    assert_eq!(error.to_string(), text);
    assert!(!whole_text(&error).contains(canary));
    assert!(posts(&server).is_empty());
}

#[tokio::test]
async fn code_that_the_server_rejects_is_no_secret_in_the_error() {
    let server = server(|form, _| {
        let (code, verifier) = (field(form, "code"), field(form, "code_verifier"));
        let body = serde_json::json!({
            "error": "invalid_grant",
            "error_description": format!("code {code} with {verifier} is unknown"),
        });
        (400, body.to_string())
    });
    let error = signing_in().token(&server.context(WORKSPACE)).await.expect_err("rejected");
    assert_eq!(error.kind(), AuthErrorKind::Refused);
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
    assert_eq!(error.to_string(), "all ports that the browser may return to are in use");
}

#[tokio::test]
async fn without_a_browser_the_url_has_to_be_told() {
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let without =
        || BrowserSignIn::new().redirect_ports([0]).opener(|_| async { Err("no display".into()) });
    let error = without().token(&context).await.expect_err("nobody can know the URL");
    assert_eq!(error.kind(), AuthErrorKind::Invalid);
    assert_eq!(error.to_string(), "no browser could be opened");

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
async fn good_token_of_the_file_is_used_without_a_request() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let first = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let asked = server.sent().len();
    let second = unused().cache(dir.path()).token(&context).await.expect("that of the file");
    assert_eq!(value(&first), value(&second));
    assert_eq!(server.sent().len(), asked, "nobody was asked");
}

#[tokio::test]
async fn ended_token_of_the_file_is_renewed_without_the_browser() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 30));
    let context = server.context(WORKSPACE);
    let _ = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let renewed = unused().cache(dir.path()).token(&context).await.expect("renewed");
    assert_eq!(value(&renewed), "Bearer access-1");
    assert_eq!(field(&posts(&server)[1], "refresh_token"), "refresh-0");
    // The new refresh token went into the file.
    let _ = unused().cache(dir.path()).token(&context).await.expect("renewed again");
    assert_eq!(field(&posts(&server)[2], "refresh_token"), "refresh-1");
}

#[tokio::test]
async fn refresh_token_that_another_process_used_is_read_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let rotated = server(|form, number| match field(form, "refresh_token") {
        "" => tokens(number, 3600),
        // Each is good once, and only the last one.
        last if last == format!("refresh-{}", number - 1) => tokens(number, 3600),
        _ => used_up(),
    });
    let context = rotated.context(WORKSPACE);
    let (one, two) = (signing_in().cache(dir.path()), unused().cache(dir.path()));
    let _ = one.token(&context).await.expect("a token");
    let _ = two.token(&context).await.expect("that of the file");
    // The other one renews; this one finds that in the file.
    let renewed = two.token(&context).await.expect("renewed");
    assert_eq!(value(&renewed), "Bearer access-1");
    let one = one.opener(|_| async { panic!("the browser was opened") });
    let found = one.token(&context).await.expect("that of the file");
    assert_eq!(value(&found), "Bearer access-1");
    assert_eq!(posts(&rotated).len(), 2);
}

#[tokio::test]
async fn processes_that_renew_at_once_use_the_refresh_token_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    let _ = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let providers: Vec<_> = (0..4).map(|_| unused().cache(dir.path())).collect();
    for provider in &providers {
        let _ = provider.token(&context).await.expect("that of the file");
    }
    let [one, two, three, four] = providers.as_slice() else { panic!("four") };
    let (one, two, three, four) = tokio::join!(
        one.token(&context),
        two.token(&context),
        three.token(&context),
        four.token(&context)
    );
    for token in [one, two, three, four] {
        assert_eq!(value(&token.expect("renewed")), "Bearer access-1");
    }
    assert_eq!(posts(&server).len(), 2, "one sign-in and one renewal");
}

#[tokio::test]
async fn lock_that_is_never_free_is_not_waited_for_without_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 30));
    let context = server.context(WORKSPACE);
    let _ = signing_in().cache(dir.path()).token(&context).await.expect("a token");
    let key = Key::new(
        WORKSPACE.to_owned(),
        "databricks-cli",
        &["all-apis".to_owned(), "offline_access".to_owned()],
    );
    let store = Store::open(context.runtime(), dir.path(), &key).await.expect("a folder of ours");
    let lock = store.lock(context.runtime()).await.expect("it is free");
    tokio::time::pause();
    let renewed = unused().cache(dir.path()).token(&context).await.expect("without the lock");
    assert_eq!(value(&renewed), "Bearer access-1");
    drop(lock);
}

#[tokio::test]
async fn writer_that_lost_the_race_reads_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().to_owned();
    let key = Key::new(
        WORKSPACE.to_owned(),
        "databricks-cli",
        &["all-apis".to_owned(), "offline_access".to_owned()],
    );
    let open = |folder: PathBuf, key: Key| async move {
        Store::open(&Runtime::seeded(1), &folder, &key).await.expect("a folder of ours")
    };
    let session = |name: &str| Session {
        access_token: format!("access-{name}").into(),
        end: None,
        refresh_token: Some(format!("refresh-{name}").into()),
        is_saved: true,
    };
    let store = open(folder.clone(), key.clone()).await;
    store.save(&Runtime::seeded(1), &session("old")).await.expect("it is saved");

    // The answer comes before the other process has written its new tokens.
    let server = server(|form, _| match field(form, "refresh_token") {
        "refresh-new" => tokens(7, 3600),
        _ => used_up(),
    });
    let context = server.context(WORKSPACE);
    let provider = unused().cache(&folder);
    let other = async {
        while posts(&server).is_empty() {
            Runtime::real().sleep(Duration::from_millis(5)).await;
        }
        Runtime::real().sleep(Duration::from_millis(100)).await;
        store.save(&Runtime::seeded(2), &session("new")).await.expect("it is saved");
    };
    let (token, ()) = tokio::join!(provider.token(&context), other);
    assert_eq!(value(&token.expect("by the new refresh token")), "Bearer access-7");
    assert_eq!(posts(&server).len(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn file_that_cannot_be_written_is_no_reason_to_sign_in_again() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 30));
    let context = server.context(WORKSPACE);
    let provider = signing_in().cache(dir.path());
    let _ = provider.token(&context).await.expect("a token");
    // A folder where the file should be: also root cannot replace it.
    let file =
        std::fs::read_dir(dir.path()).expect("it is there").next().expect("one").expect("it");
    std::fs::remove_file(file.path()).expect("it is removed");
    std::fs::create_dir_all(file.path().join("in the way")).expect("it is made");
    std::fs::set_permissions(file.path(), PermissionsExt::from_mode(0o700)).expect("it is ours");

    let provider = provider.opener(|_| async { panic!("the browser was opened") });
    for number in 1..3 {
        let token = provider.token(&context).await.expect("renewed");
        assert_eq!(value(&token), format!("Bearer access-{number}"));
    }
}

#[tokio::test]
async fn tokens_of_another_application_or_scope_are_not_used() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = server(|_, number| tokens(number, 3600));
    let context = server.context(WORKSPACE);
    for (number, provider) in
        [signing_in(), signing_in().client_id("mine"), signing_in().scopes(["sql"])]
            .into_iter()
            .enumerate()
    {
        let token = provider.cache(dir.path()).token(&context).await.expect("a token");
        assert_eq!(value(&token), format!("Bearer access-{number}"));
    }
}

#[tokio::test]
async fn workspace_without_a_page_or_with_a_foreign_one_is_an_error() {
    for (metadata, text) in [
        (
            r#"{"token_endpoint": "https://dbc-1.cloud.databricks.com/oidc/v1/token"}"#,
            "names no page",
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
async fn provider_does_not_show_tokens() {
    let server = server(|_, number| tokens(number, 3600));
    let provider = signing_in();
    let _ = provider.token(&server.context(WORKSPACE)).await.expect("a token");
    let shown = format!("{provider:?}");
    assert!(!shown.contains("access-") && !shown.contains("refresh-"), "{shown}");
}
