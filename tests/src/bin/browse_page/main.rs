//! Used by `cargo xtask interop page`: headless Chromium uses the page of the local warehouse.
//!
//! The first argument is the path of `chromedriver`, the second that of the browser; a third one is
//! a file for a picture of the page (PNG).

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

mod stage;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dbsql_tests::webdriver::{Driver, Failure, Page, keys};
use serde_json::{Value, json};

use crate::stage::{HOSTILE_AGENT, HOSTILE_SQL, SLOW, Stage};

/// Time limit of each scenario, and of each wait for the page.
const LIMIT: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: browse-page CHROMEDRIVER BROWSER [PICTURE]";
    let (driver, browser) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?);
    let driver = Driver::start(&driver)?;
    let outcome = scenarios(&driver, &browser, arguments.next().as_deref()).await;
    // Including browsers that a failed scenario left open.
    let ended = driver.shut_down().await;
    outcome?;
    ended
}

async fn scenarios(driver: &Driver, browser: &str, picture: Option<&str>) -> Result<(), Failure> {
    let page = Page::open(driver, browser).await?;
    println!("browser          {}", page.version());
    limited("reading", reading(&page)).await?;
    println!("without a token  statements and sessions are live, nothing can be changed");
    limited("hostile texts", hostile(&page)).await?;
    println!("hostile texts    shown as they are, and the console is silent");
    limited("the keyboard", keyboard(&page)).await?;
    println!("keyboard         a statement is opened and closed, the languages are chosen");
    limited("changes", changes(&page)).await?;
    println!("with the token   a fault is switched on and off, a statement is canceled");
    limited("connecting", connecting(&page)).await?;
    println!("connect          five languages name this host, port and path");
    if let Some(file) = picture {
        limited("the picture", draw(&page, file)).await?;
        println!("picture          {file}");
    }
    page.close().await
}

async fn limited<T>(
    name: &str,
    scenario: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let ended = tokio::time::timeout(LIMIT, scenario).await;
    let ended = ended.map_err(|_| format!("{name} took longer than {LIMIT:?}"))?;
    ended.map_err(|error| format!("{name}: {error}").into())
}

/// Without the token the page shows everything, by itself, and offers no change.
async fn reading(page: &Page) -> Result<(), Failure> {
    let stage = Stage::start().await?;
    page.go_to(stage.warehouse.host()).await?;
    until(page, "return document.body.innerText", "No statement yet").await?;
    let running = stage.run_slow();
    until(page, ROWS, SLOW).await?;
    until(page, "return document.getElementById('session-rows').innerText", "Thrift").await?;
    page.click("#statement-rows button").await?;
    until(page, "return document.getElementById('detail').innerText", "50 % half of it").await?;
    for selector in ["#cancel", "#recover", "#switches input"] {
        let script = format!("return document.querySelector('{selector}').disabled");
        expect(page.run(&script).await? == true, selector, &"can be used without a token")?;
    }
    expect(page.text().await?.contains("Read-only"), "the rights", &page.text().await?)?;
    drop(running);
    Ok(())
}

/// What clients send stays text.
async fn hostile(page: &Page) -> Result<(), Failure> {
    let stage = Stage::start().await?;
    stage.run_hostile().await?;
    // What the last page said when its warehouse ended is no part of this.
    page.go_to("about:blank").await?;
    page.console().await?;
    page.go_to(stage.warehouse.host()).await?;
    until(page, ROWS, HOSTILE_SQL).await?;
    for part in [HOSTILE_AGENT, "<script>document.title='owned'</script>"] {
        until(page, "return document.getElementById('statement-rows').textContent", part).await?;
    }
    page.click("#statement-rows button").await?;
    until(page, "return document.getElementById('detail-sql').textContent", HOSTILE_SQL).await?;
    let counts = "return [document.title, document.scripts.length, document.images.length, \
                  document.querySelectorAll('iframe, object, embed').length]";
    let counts = page.run(counts).await?;
    expect(counts == json!(["Local warehouse", 1, 0, 0]), "what the page is made of", &counts)?;
    // The policy would refuse markup from a script, even if the page made some.
    let refused = page.run("document.body.innerHTML = '<b>x</b>'").await;
    expect(refused.is_err(), "markup from a script", &refused)?;
    let said = page.console().await?;
    let own: Vec<&String> = said.iter().filter(|one| !is_provoked(one)).collect();
    expect(own.is_empty(), "the console", &own)
}

/// What the test itself made the browser complain about.
fn is_provoked(said: &str) -> bool {
    said.contains("TrustedHTML")
}

/// Tab, Enter, Escape and the arrow keys are enough.
async fn keyboard(page: &Page) -> Result<(), Failure> {
    let stage = Stage::start().await?;
    let _running = stage.run_slow();
    page.go_to(stage.warehouse.host()).await?;
    until(page, ROWS, SLOW).await?;
    tab_to(page, "document.activeElement.closest('#statement-rows') !== null").await?;
    page.press(keys::ENTER).await?;
    until(page, "return document.activeElement.id", "detail").await?;
    until(page, "return document.getElementById('detail-sql').textContent", SLOW).await?;
    // Longer than two updates: the focus stays.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let focus = page.run("return document.activeElement.id").await?;
    expect(focus == "detail", "the focus after updates", &focus)?;
    page.press(keys::ESCAPE).await?;
    until(page, "return String(document.getElementById('detail').hidden)", "true").await?;
    let back =
        page.run("return document.activeElement.closest('#statement-rows') !== null").await?;
    expect(back == true, "the focus is back in the row", &back)?;
    tab_to(page, "document.activeElement.getAttribute('role') === 'tab'").await?;
    page.press(keys::RIGHT).await?;
    until(page, "return document.activeElement.textContent", "Python").await?;
    until(page, "return document.getElementById('code').textContent", "sql.connect(").await
}

/// With the token a fault is switched on and off, and a statement is canceled.
async fn changes(page: &Page) -> Result<(), Failure> {
    let stage = Stage::start().await?;
    let running = stage.run_slow();
    page.go_to(stage.warehouse.host()).await?;
    until(page, ROWS, SLOW).await?;
    page.click("#token").await?;
    page.press("wrong").await?;
    page.press(keys::ENTER).await?;
    until(page, RIGHTS, "Wrong token").await?;
    page.click("#token").await?;
    page.press(stage.warehouse.admin_token()).await?;
    page.press(keys::ENTER).await?;
    until(page, RIGHTS, "Changes allowed").await?;

    page.run("document.querySelector('#switches input').focus()").await?;
    page.press(keys::SPACE).await?;
    until_submits_get(&stage, 503).await?;
    until(page, SWITCH, "true").await?;
    page.press(keys::SPACE).await?;
    until_submits_get(&stage, 200).await?;
    until(page, SWITCH, "false").await?;

    let first = "[...document.querySelectorAll('#statement-rows tr')].at(-1)";
    page.run(&format!("{first}.querySelector('button').click()")).await?;
    until(page, "return document.getElementById('detail-state').textContent", "RUNNING").await?;
    page.click("#cancel").await?;
    until(page, "return document.getElementById('detail-state').textContent", "CANCELED").await?;
    expect(stage.warehouse.service().running_operations() == 0, "it was stopped", &"runs")?;
    drop(running);

    // The URL that the program prints: the token leaves the address at once.
    let url = format!("{}/#token={}", stage.warehouse.host(), stage.warehouse.admin_token());
    page.run("sessionStorage.clear()").await?;
    page.go_to("about:blank").await?;
    page.go_to(&url).await?;
    until(page, RIGHTS, "Changes allowed").await?;
    let address = page.address().await?;
    expect(!address.contains("token"), "the address", &address)
}

async fn connecting(page: &Page) -> Result<(), Failure> {
    let stage = Stage::start().await?;
    page.go_to(stage.warehouse.host()).await?;
    until(page, "return document.getElementById('code').textContent", "the-token").await?;
    let port = stage.warehouse.host().rsplit(':').next().ok_or("no port")?;
    for index in 0..5 {
        page.click(&format!("#tab-{index}")).await?;
        let shown = page.run("return document.getElementById('code').textContent").await?;
        let shown = shown.as_str().ok_or("no text")?;
        for part in ["127.0.0.1", port, stage.warehouse.http_path(), "RANGE(10)"] {
            expect(shown.contains(part), part, &shown)?;
        }
    }
    Ok(())
}

/// A picture for the guide.
async fn draw(page: &Page, file: &str) -> Result<(), Failure> {
    let stage = Stage::start().await?;
    let _running = stage.run_example().await?;
    let url = format!("{}/#token={}", stage.warehouse.host(), stage.warehouse.admin_token());
    page.go_to("about:blank").await?;
    page.go_to(&url).await?;
    until(page, RIGHTS, "Changes allowed").await?;
    until(page, ROWS, "OPTIMIZE").await?;
    let chosen = "[...document.querySelectorAll('#statement-rows button')]\
                  .find((button) => button.textContent.startsWith('OPTIMIZE')).click()";
    page.run(chosen).await?;
    page.run("document.querySelectorAll('#switches input')[2].click()").await?;
    page.click("#tab-1").await?;
    until(page, "return document.getElementById('detail').innerText", "%").await?;
    page.run("document.activeElement.blur()").await?;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    page.run("document.querySelector('header').scrollIntoView()").await?;
    page.prefer(&std::env::var("DBSQL_COLOR_SCHEME").unwrap_or_else(|_| "light".to_owned()))
        .await?;
    let picture = page.picture(1060, 1010).await?;
    std::fs::write(file, STANDARD.decode(picture)?)?;
    Ok(())
}

const ROWS: &str = "return document.getElementById('statement-rows').innerText";
const RIGHTS: &str = "return document.getElementById('rights').textContent";
const SWITCH: &str = "return String(document.querySelector('#switches input').checked)";

/// Waits until a script returns a text with this part.
async fn until(page: &Page, script: &str, part: &str) -> Result<(), Failure> {
    let deadline = tokio::time::Instant::now() + SOON;
    loop {
        let found = page.run(script).await?;
        if found.as_str().is_some_and(|found| found.contains(part)) {
            return Ok(());
        }
        if tokio::time::Instant::now() > deadline {
            return Err(format!("no `{part}` in {found} of `{script}`").into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until submits over the Statement Execution API get this status.
async fn until_submits_get(stage: &Stage, status: u16) -> Result<(), Failure> {
    let deadline = tokio::time::Instant::now() + SOON;
    while stage.submit_with_sea().await? != status {
        if tokio::time::Instant::now() > deadline {
            return Err(format!("submits do not get {status}").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Presses Tab until the focus satisfies a condition.
async fn tab_to(page: &Page, condition: &str) -> Result<(), Failure> {
    for _ in 0..60 {
        page.press(keys::TAB).await?;
        if page.run(&format!("return {condition}")).await? == Value::Bool(true) {
            return Ok(());
        }
    }
    Err(format!("the keyboard does not reach `{condition}`").into())
}

fn expect(is_so: bool, what: &str, found: &dyn std::fmt::Debug) -> Result<(), Failure> {
    if is_so { Ok(()) } else { Err(format!("{what}: {found:?}").into()) }
}
