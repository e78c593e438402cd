//! Headless Chromium, controlled by ChromeDriver (W3C WebDriver over plain HTTP).

use std::error::Error;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use hyper::{Method, Request};
use serde_json::{Value, json};

use crate::web;

/// Why a command failed.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The keys that are not characters, as WebDriver names them.
pub mod keys {
    /// Tab.
    pub const TAB: &str = "\u{e004}";
    /// Enter.
    pub const ENTER: &str = "\u{e007}";
    /// Escape.
    pub const ESCAPE: &str = "\u{e00c}";
    /// The space bar.
    pub const SPACE: &str = " ";
    /// The right arrow.
    pub const RIGHT: &str = "\u{e014}";
}

/// A ChromeDriver process, which ends with this value.
#[derive(Debug)]
pub struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    /// Starts this program and waits until it is ready.
    ///
    /// # Errors
    ///
    /// If it cannot be started or ends.
    pub fn start(program: &str) -> Result<Self, Failure> {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().ok_or("no output")?;
        let mut driver = Self { process, url: String::new() };
        for line in BufReader::new(output).lines() {
            if let Some((_, port)) = line?.split_once("started successfully on port ") {
                driver.url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                return Ok(driver);
            }
        }
        Err("chromedriver did not start".into())
    }

    /// Ends it with all its browsers.
    ///
    /// # Errors
    ///
    /// If it does not respond.
    pub async fn shut_down(&self) -> Result<(), Failure> {
        command(Method::GET, &format!("{}/shutdown", self.url), &Value::Null).await.map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser of its own with one page.
#[derive(Clone)]
pub struct Page {
    url: String,
    version: String,
}

impl Page {
    /// Starts the browser at this path.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub async fn open(driver: &Driver, browser: &str) -> Result<Self, Failure> {
        // Without the sandbox, which does not work for root. The pages are trusted.
        let options = json!({
            "binary": browser,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--disable-lcd-text",
            ],
        });
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": wanted } });
        let url = format!("{}/session", driver.url);
        let session = command(Method::POST, &url, &wanted).await?;
        let id = session["sessionId"].as_str().ok_or("no session")?;
        let text = |name: &str| session["capabilities"][name].as_str().unwrap_or("?").to_owned();
        let version = format!("{} {}", text("browserName"), text("browserVersion"));
        Ok(Self { url: format!("{url}/{id}"), version })
    }

    /// Returns the name and version of the browser.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Goes to a URL.
    ///
    /// # Errors
    ///
    /// If it cannot be loaded.
    pub async fn go_to(&self, url: &str) -> Result<(), Failure> {
        self.command(Method::POST, "/url", &json!({ "url": url })).await.map(drop)
    }

    /// Clicks the first element that matches the selector.
    ///
    /// # Errors
    ///
    /// If there is none, or it cannot be clicked.
    pub async fn click(&self, selector: &str) -> Result<(), Failure> {
        let path = format!("{}/click", self.find(selector).await?);
        self.command(Method::POST, &path, &json!({})).await.map(drop)
    }

    /// Types a text, or one of the [`keys`], wherever the focus is.
    ///
    /// # Errors
    ///
    /// If the browser does not respond.
    pub async fn press(&self, text: &str) -> Result<(), Failure> {
        let press = |character: char| {
            let value = character.to_string();
            [
                json!({ "type": "keyDown", "value": value }),
                json!({ "type": "keyUp", "value": value }),
            ]
        };
        let actions: Vec<Value> = text.chars().flat_map(press).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.command(Method::POST, "/actions", &json!({ "actions": [keyboard] })).await.map(drop)
    }

    /// Runs the body of a function in the page, and returns what it returns.
    ///
    /// # Errors
    ///
    /// If it throws.
    pub async fn run(&self, script: &str) -> Result<Value, Failure> {
        let body = json!({ "script": script, "args": [] });
        self.command(Method::POST, "/execute/sync", &body).await
    }

    /// Returns the text of the page.
    ///
    /// # Errors
    ///
    /// If the browser does not respond.
    pub async fn text(&self) -> Result<String, Failure> {
        let path = format!("{}/text", self.find("body").await?);
        let text = self.command(Method::GET, &path, &Value::Null).await?;
        Ok(text.as_str().ok_or("no text")?.to_owned())
    }

    /// Returns the address of the page.
    ///
    /// # Errors
    ///
    /// If the browser does not respond.
    pub async fn address(&self) -> Result<String, Failure> {
        let address = self.command(Method::GET, "/url", &Value::Null).await?;
        Ok(address.as_str().ok_or("no address")?.to_owned())
    }

    /// Returns what the console has said since the last call, violations of policies among it.
    ///
    /// # Errors
    ///
    /// If the browser does not respond.
    pub async fn console(&self) -> Result<Vec<String>, Failure> {
        let said = self.command(Method::POST, "/se/log", &json!({ "type": "browser" })).await?;
        let said = said.as_array().ok_or("no log")?.iter();
        Ok(said.filter_map(|one| one["message"].as_str().map(str::to_owned)).collect())
    }

    /// Uses a dark or a light scheme from now on.
    ///
    /// # Errors
    ///
    /// If the browser does not respond.
    pub async fn prefer(&self, scheme: &str) -> Result<(), Failure> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let parameters = json!({ "features": features });
        let body = json!({ "cmd": "Emulation.setEmulatedMedia", "params": parameters });
        self.command(Method::POST, "/goog/cdp/execute", &body).await.map(drop)
    }

    /// Gives the page this size in pixels and returns a picture of it: PNG in base64.
    ///
    /// # Errors
    ///
    /// If the browser does not respond.
    pub async fn picture(&self, width: u32, height: u32) -> Result<String, Failure> {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        let body = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": size });
        self.command(Method::POST, "/goog/cdp/execute", &body).await?;
        let picture = self.command(Method::GET, "/screenshot", &Value::Null).await?;
        Ok(picture.as_str().ok_or("no picture")?.to_owned())
    }

    /// Closes the browser.
    ///
    /// # Errors
    ///
    /// If it does not respond.
    pub async fn close(&self) -> Result<(), Failure> {
        self.command(Method::DELETE, "", &Value::Null).await.map(drop)
    }

    /// The path of the first element that matches the selector.
    async fn find(&self, selector: &str) -> Result<String, Failure> {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.command(Method::POST, "/element", &wanted).await?;
        let id = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str);
        Ok(format!("/element/{}", id.ok_or("no element")?))
    }

    async fn command(&self, method: Method, path: &str, body: &Value) -> Result<Value, Failure> {
        command(method, &format!("{}{path}", self.url), body).await
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("version", &self.version).finish_non_exhaustive()
    }
}

/// One command of WebDriver.
async fn command(method: Method, url: &str, body: &Value) -> Result<Value, Failure> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request::builder().method(method).uri(url).body(body)?;
    let answer = web::send(request).await?;
    let mut answer: Value = serde_json::from_str(answer.body())?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => {
            let message = value["message"].as_str().unwrap_or_default();
            Err(format!("{error}: {}", message.lines().next().unwrap_or_default()).into())
        }
        None => Ok(value),
    }
}
