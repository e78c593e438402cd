//! Used by `cargo xtask interop browser`: headless Chromium signs in at the page of the local
//! warehouse, controlled by ChromeDriver (W3C WebDriver over plain HTTP).
//!
//! The first argument is the path of `chromedriver`, the second that of the browser.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dbsql::auth::BrowserSignIn;
use dbsql::{Client, Config, ErrorKind};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::runtime::Runtime;
use dbsql_local::{Consent, OAuthSettings, Settings, TestWarehouse};
use dbsql_tests::webdriver::{Driver, Page};

type Failure = Box<dyn Error + Send + Sync>;

const STATEMENT: &str = "DELETE FROM t";

/// Time limit of each scenario.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: browser-sign-in CHROMEDRIVER BROWSER";
    let (driver, browser) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?);
    let driver = Driver::start(&driver)?;
    let outcome = scenarios(&driver, &browser).await;
    // This includes browsers that a failed scenario left open.
    let ended = driver.shut_down().await;
    outcome?;
    ended
}

async fn scenarios(driver: &Driver, browser: &str) -> Result<(), Failure> {
    let version = limited("the sign-in", allowed(driver, browser)).await?;
    println!("browser          {version}");
    println!("allowed          signed in, the statement ran, the page says what to do");
    limited("denying", denied(driver, browser)).await?;
    println!("denied           an error of kind Auth, the page says so");
    limited("disturbing", disturbed(driver, browser)).await?;
    println!("foreign returns  refused with a page, and the sign-in went on");
    Ok(())
}

async fn limited<T>(
    name: &str,
    scenario: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let ended = tokio::time::timeout(LIMIT, scenario).await;
    ended.map_err(|_| format!("{name} took longer than {LIMIT:?}"))?
}

/// The user allows the sign-in. Returns the name and version of the browser.
async fn allowed(driver: &Driver, browser: &str) -> Result<String, Failure> {
    let page = Page::open(driver, browser).await?;
    let warehouse = warehouse(Consent::Ask).await?;
    let person = page.clone();
    let client = client(&warehouse, move |url| {
        let page = person.clone();
        async move {
            page.go_to(&url).await?;
            page.click("#allow").await
        }
    })?;
    let result = client.execute(STATEMENT).await?;
    expect(result.rows_affected() == Some(3), "the statement ran", &result)?;
    let grants = warehouse.service().grants();
    expect(grants.get("authorization_code") == Some(&1), "one sign-in", &grants)?;
    let text = page.text().await?;
    expect(text.starts_with("You can close this page"), "the page of the end", &text)?;
    let address = page.address().await?;
    expect(address.starts_with("http://localhost:80"), "the return", &address)?;
    // The listener is closed: the same redirect cannot connect.
    let again = page.go_to(&address).await.map_err(|error| error.to_string());
    let is_refused = again.as_ref().is_err_and(|error| error.contains("ERR_CONNECTION_REFUSED"));
    expect(is_refused, "a return after the end", &again)?;
    page.close().await?;
    Ok(page.version().to_owned())
}

/// The user denies the sign-in.
async fn denied(driver: &Driver, browser: &str) -> Result<(), Failure> {
    let page = Page::open(driver, browser).await?;
    let warehouse = warehouse(Consent::Ask).await?;
    let person = page.clone();
    let client = client(&warehouse, move |url| {
        let page = person.clone();
        async move {
            page.go_to(&url).await?;
            page.click("#deny").await
        }
    })?;
    let error = client.execute(STATEMENT).await.err().ok_or("denied, and yet it ran")?;
    expect(error.kind() == ErrorKind::Auth, "the kind", &error)?;
    let text = page.text().await?;
    expect(text.starts_with("You are not signed in"), "the page of the end", &text)?;
    page.close().await
}

/// Other requests reach the listener before the user responds.
async fn disturbed(driver: &Driver, browser: &str) -> Result<(), Failure> {
    let page = Page::open(driver, browser).await?;
    let warehouse = warehouse(Consent::Allow).await?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (person, shown) = (page.clone(), Arc::clone(&seen));
    let client = client(&warehouse, move |url| {
        let (page, shown) = (person.clone(), Arc::clone(&shown));
        async move {
            let (_, port) = url.split_once("localhost%3A").ok_or("no port in the URL")?;
            let port: String = port.chars().take_while(char::is_ascii_digit).collect();
            for target in ["?code=evil&state=guessed", "?error=access_denied", "favicon.ico"] {
                page.go_to(&format!("http://localhost:{port}/{target}")).await?;
                let text = page.text().await?;
                shown.lock().map_err(|_| "poisoned")?.push(text);
            }
            page.go_to(&url).await
        }
    })?;
    let result = client.execute(STATEMENT).await?;
    expect(result.rows_affected() == Some(3), "the statement ran", &result)?;
    let seen = seen.lock().map_err(|_| "poisoned")?.join("|");
    for heading in
        ["This sign-in was not started here", "This is not a sign-in redirect", "Page not found"]
    {
        expect(seen.contains(heading), heading, &seen)?;
    }
    page.close().await
}

async fn warehouse(consent: Consent) -> Result<TestWarehouse, Failure> {
    let engine = ScriptedEngine::new(Runtime::real()).on(STATEMENT, Answer::affected(3));
    let oauth = OAuthSettings { consent, ..OAuthSettings::default() };
    let settings = Settings { oauth, ..Settings::default() };
    Ok(TestWarehouse::builder()
        .engine(engine)
        .settings(settings)
        .user("somebody@example.com")
        .start()
        .await?)
}

fn client<F, R>(warehouse: &TestWarehouse, open: F) -> Result<Client, Failure>
where
    F: Fn(String) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let provider = BrowserSignIn::new().timeout(LIMIT).opener(open);
    let config = Config::new(warehouse.host(), warehouse.http_path()).credentials(provider);
    Ok(Client::new(config)?)
}

fn expect(is_so: bool, what: &str, found: &dyn std::fmt::Debug) -> Result<(), Failure> {
    if is_so { Ok(()) } else { Err(format!("{what}: {found:?}").into()) }
}
