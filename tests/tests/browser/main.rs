//! Interactive sign-ins, end to end: in a browser at the page of the local warehouse, and by
//! stand-ins for the command line programs whose output has the form of the real ones.

#[cfg(unix)]
mod programs;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dbsql::auth::BrowserSignIn;
use dbsql::{Client, Config, ErrorKind};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::runtime::Runtime;
use dbsql_local::{OAuthSettings, Settings, TestWarehouse};
use dbsql_tests::web;
use hyper::{Request, Response, StatusCode, header};

type Failure = Box<dyn Error + Send + Sync>;

const STATEMENT: &str = "DELETE FROM t";

/// A warehouse with user sign-in; its tokens have this lifetime.
pub(crate) async fn warehouse(token_lifetime: Duration) -> TestWarehouse {
    let engine = ScriptedEngine::new(Runtime::real()).on(STATEMENT, Answer::affected(3));
    let oauth = OAuthSettings { token_lifetime, ..OAuthSettings::default() };
    TestWarehouse::builder()
        .engine(engine)
        .settings(Settings { oauth, ..Settings::default() })
        .user("somebody@example.com")
        .start()
        .await
        .expect("a free port")
}

/// Runs the statement as the user whom the provider signs in.
pub(crate) async fn run(client: &Client) -> dbsql::Result<()> {
    let result = client.execute(STATEMENT).await?;
    assert_eq!(result.rows_affected(), Some(3));
    Ok(())
}

fn client(warehouse: &TestWarehouse, provider: BrowserSignIn) -> Client {
    let config = Config::new(warehouse.host(), warehouse.http_path()).credentials(provider);
    Client::new(config).expect("a valid configuration")
}

async fn get(url: &str) -> Result<Response<String>, Failure> {
    web::send(Request::get(url).body(String::new())?).await
}

/// The text between two others.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Result<&'a str, Failure> {
    let found = text.split_once(start).and_then(|(_, rest)| rest.split_once(end));
    found.map(|(found, _)| found).ok_or_else(|| format!("no {start} in {text}").into())
}

/// Acts as a browser and its user: opens the page, submits the decision, follows the redirect.
async fn answer(url: &str, decision: &str) -> Result<Response<String>, Failure> {
    let page = get(url).await?;
    assert_eq!(page.status(), StatusCode::OK, "{}", page.body());
    let ticket = between(page.body(), "name=\"ticket\" value=\"", "\"")?;
    let form = format!("ticket={ticket}&user=somebody%40example.com&decision={decision}");
    let form = Request::post(url)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form)?;
    let answered = web::send(form).await?;
    let location = answered.headers().get(header::LOCATION).ok_or("no redirect")?;
    get(location.to_str()?).await
}

/// A user with this decision, and a counter of sign-ins.
fn person(decision: &'static str) -> (BrowserSignIn, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let provider = BrowserSignIn::new().opener(move |url| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            let end = answer(&url, decision).await?;
            assert_eq!(end.status(), StatusCode::OK, "{}", end.body());
            Ok(())
        }
    });
    (provider, asked)
}

#[tokio::test]
async fn allowed_sign_in_runs_the_statement() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let (provider, asked) = person("allow");
    let client = client(&warehouse, provider);
    for _ in 0..3 {
        run(&client).await.expect("signed in");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let grants = warehouse.service().grants();
    assert_eq!(grants.get("authorization_code"), Some(&1), "{grants:?}");
    assert_eq!(warehouse.service().runs(STATEMENT), 3);
}

#[tokio::test]
async fn denied_sign_in_is_an_auth_error() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let (provider, _) = person("deny");
    let error = run(&client(&warehouse, provider)).await.expect_err("denied");
    assert_eq!(error.kind(), ErrorKind::Auth);
    let cause = error.source().expect("the cause").to_string();
    let expected = "the browser sign-in was denied: access_denied: the user has denied it";
    assert_eq!(cause, expected);
    assert_eq!(warehouse.service().runs(STATEMENT), 0);
}

#[tokio::test]
async fn short_lived_tokens_are_renewed_without_the_user() {
    let warehouse = warehouse(Duration::from_secs(2)).await;
    let (provider, asked) = person("allow");
    let client = client(&warehouse, provider);
    for _ in 0..20 {
        run(&client).await.expect("signed in");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let grants = warehouse.service().grants();
    assert_eq!(grants.get("authorization_code"), Some(&1), "{grants:?}");
    // The warehouse revokes everything when a refresh token is used twice.
    assert!(grants.get("refresh_token").is_some_and(|&renewals| renewals >= 3), "{grants:?}");
}

#[tokio::test]
async fn next_program_uses_the_sign_in_stored_in_the_folder() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (provider, asked) = person("allow");
    run(&client(&warehouse, provider.cache(folder.path()))).await.expect("signed in");
    let (provider, asked_again) = person("deny");
    run(&client(&warehouse, provider.cache(folder.path()))).await.expect("signed in before");
    assert_eq!((asked.load(Ordering::Relaxed), asked_again.load(Ordering::Relaxed)), (1, 0));
    let grants = warehouse.service().grants();
    assert_eq!(grants.values().sum::<u64>(), 1, "{grants:?}");
}

#[tokio::test]
async fn revoked_sign_in_opens_the_browser_again() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (provider, _) = person("allow");
    run(&client(&warehouse, provider.cache(folder.path()))).await.expect("signed in");
    let file = std::fs::read_dir(folder.path()).expect("it is there").filter_map(Result::ok);
    let file =
        file.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "json"));
    let kept = std::fs::read_to_string(file.expect("the file")).expect("it is ours");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    warehouse.service().revoke_token(kept["refresh_token"].as_str().expect("a refresh token"));

    // The token of the file is rejected, then its refresh token, and then the user signs in.
    let (provider, asked) = person("allow");
    run(&client(&warehouse, provider.cache(folder.path()))).await.expect("signed in again");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
