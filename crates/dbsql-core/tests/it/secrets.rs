//! No secret, no SQL text and no parameter in anything that is printed: logs of every level, errors
//! with all their causes, and `Debug` of every public type.

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use dbsql_core::{Client, Config, Deadline, Runtime, Statement, Value};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::support::{
    CANCEL, CLOSE, EXECUTE, FETCH, METADATA, OPEN, STATUS, Server, Step, chain, poll_then_drop,
    seconds,
};

const HOST: &str = "warehouse.example";
const TOKEN: &str = "canary/token+0123456789==";
const PASSWORD: &str = "canary:password/+0123456789";
const SQL: &str = "SELECT 'canary-sql-text' WHERE :p = 1";
const VALUE: &str = "canary-parameter-value";
const SETTING: &str = "canary-setting-value";

/// A place where log lines are collected.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Collects everything that this thread logs while the guard lives.
    async fn listen(&self) -> tracing::subscriber::DefaultGuard {
        // What is met for the first time while another test begins to listen may be taken for
        // something that nobody wants to hear of, for good. So all of it is met before.
        drop(live(&Server::databricks(), config(), statement).await);
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// Every spelling in which a secret could slip out.
fn spellings(secret: &str) -> Vec<String> {
    vec![
        secret.to_owned(),
        percent_encoded(secret),
        STANDARD.encode(secret),
        URL_SAFE.encode(secret),
        secret.replace('-', ""),
        format!("{:?}", secret.as_bytes()),
    ]
}

fn assert_clean(what: &str, text: &str, secrets: &[String]) {
    for secret in secrets.iter().flat_map(|secret| spellings(secret)) {
        let found = text.find(&secret);
        let around = found.map(|at| &text[at.saturating_sub(200)..(at + 100).min(text.len())]);
        assert!(found.is_none(), "{what} holds `{secret}`: {}", around.unwrap_or_default());
    }
    assert!(!text.contains("canary"), "{what} holds a canary: {text}");
}

fn statement() -> Statement {
    Statement::new(SQL).bind("p", VALUE).configuration("k", SETTING)
}

/// For servers that know no parameters.
fn without_parameters() -> Statement {
    Statement::new(SQL).configuration("k", SETTING)
}

fn config() -> Config {
    Config::new(HOST, "/sql/1.0/warehouses/abc").token(TOKEN).configuration("conf", SETTING)
}

fn with_password() -> Config {
    Config::new(HOST, "/sql/1.0/warehouses/abc")
        .basic("user", PASSWORD)
        .configuration("conf", SETTING)
}

/// A whole life of a statement; gives back its secret and what was printed on the way.
async fn live(server: &Server, config: Config, statement: fn() -> Statement) -> (String, String) {
    let mut shown = format!("{config:?}\n{:?}\n{:?}\n", statement(), Value::from(VALUE));
    let mut show = |text: String| {
        shown.push_str(&text);
        shown.push('\n');
    };
    let builder = Client::builder(config).transport(server.clone()).runtime(Runtime::seeded(1));
    show(format!("{builder:?}"));
    let client = builder.build().unwrap();
    let connect = client.connect().configuration("more", SETTING);
    show(format!("{client:?}\n{connect:?}"));
    let connection = connect.await.unwrap();
    let submit = connection.execute_async(statement()).cancel_on_drop().deadline(seconds(60));
    show(format!("{connection:?}\n{submit:?}\n{:?}", connection.execute(statement())));
    let query = submit.await.unwrap();
    let handle = query.handle().unwrap();
    let secret = query.query_secret().unwrap().expose().to_string();
    show(format!("{query:?}\n{handle:?}\n{:?}\n{:?}", query.query_secret(), query.wait()));
    show(format!("{:?}\n{:?}", query.sync_status(), query.status_changes()));
    let again = client.get_async_execution(handle).await.unwrap();
    again.wait().await.unwrap();
    let mut results = again.get_results().await.unwrap();
    show(format!("{results:?}\n{again:?}\n{:?}", Deadline::After(seconds(1))));
    while results.next().await.unwrap().is_some() {}
    show(format!("{results:?}"));
    poll_then_drop(client.execute(statement()).cancel_on_drop().into_future(), 5).await;
    again.cancel().await.unwrap();
    again.close().await.unwrap();
    show(format!("{:?}", again.sync_status().await));
    show(format!("{:?}", connection.close().await.unwrap()));
    client.shutdown(seconds(60)).await.unwrap();
    (secret, shown)
}

#[tokio::test(start_paused = true)]
async fn a_whole_life_prints_no_secret_no_sql_and_no_value() {
    type Make<T> = fn() -> T;
    let servers: [(Make<Server>, Make<Statement>); 2] =
        [(Server::databricks, statement), (Server::spark, without_parameters)];
    for (server, statement) in servers {
        for config in [config(), with_password()] {
            let (log, server) = (Log::default(), server());
            let guard = log.listen().await;
            let (secret, shown) = live(&server, config, statement).await;
            drop(guard);
            let basic = STANDARD.encode(format!("user:{PASSWORD}"));
            let secrets =
                [TOKEN, PASSWORD, &basic, &secret, SQL, VALUE, SETTING].map(str::to_owned);
            assert!(log.text().contains("GetOperationStatus"), "there is something to look at");
            assert_clean("Debug", &shown, &secrets);
            assert_clean("the log", &log.text(), &secrets);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_error_holds_a_secret_sql_or_a_value() {
    let faults: [fn() -> Step; 12] = [
        Step::refused,
        Step::reset,
        Step::stall,
        Step::stalled_body,
        Step::cut,
        || Step::http(400),
        || Step::http(401),
        || Step::http(403),
        || Step::http(404).text("<html>no</html>"),
        || Step::http(429).header("retry-after", "1000000"),
        || Step::http(500),
        || Step::body("<html>sign in</html>"),
    ];
    let log = Log::default();
    let guard = log.listen().await;
    let mut shown = String::new();
    let mut secrets = [TOKEN, PASSWORD, SQL, VALUE, SETTING].map(str::to_owned).to_vec();
    for fault in faults {
        for method in [OPEN, EXECUTE, STATUS, METADATA, FETCH, CANCEL, CLOSE] {
            let server = Server::databricks();
            let builder = Client::builder(config()).transport(server.clone());
            let client = builder.runtime(Runtime::seeded(1)).build().unwrap();
            server.always(method, fault);
            let life = async {
                let query = client.execute_async(statement()).await?;
                secrets.push(query.query_secret().unwrap().expose().to_string());
                query.wait().await?;
                query.get_results().await?.fetch_all().await?;
                query.cancel().await?;
                query.close().await
            };
            let error = life.await.expect_err("each call fails once");
            shown.push_str(&chain(&error));
        }
    }
    drop(guard);
    assert!(secrets.len() > 30, "{}", secrets.len());
    assert_clean("an error", &shown, &secrets);
    assert_clean("the log", &log.text(), &secrets);
}

#[test]
fn a_token_that_cannot_be_sent_is_told_without_the_token() {
    let shown = [
        Client::new(Config::new(HOST, "p").token("canary token\n")).unwrap_err(),
        Client::new(Config::new(HOST, "p").basic("us:er", "canary")).unwrap_err(),
        Client::new(Config::new("https://user:canary@host.example", "p").token("t")).unwrap_err(),
    ]
    .map(|error| chain(&error))
    .join("\n");
    assert_clean("an error", &shown, &[]);
}

#[tokio::test(start_paused = true)]
async fn there_is_one_span_for_each_statement_and_one_for_each_request_with_the_query_id() {
    let (log, server) = (Log::default(), Server::databricks());
    let guard = log.listen().await;
    let builder = Client::builder(config()).transport(server.clone());
    let client = builder.runtime(Runtime::seeded(1)).build().unwrap();
    let query = client.execute_async("SELECT 1").await.unwrap();
    server.script(STATUS, [Step::reset()]);
    query.wait().await.unwrap();
    query.get_results().await.unwrap().fetch_all().await.unwrap();
    query.close().await.unwrap();
    let id = query.query_id().to_string();
    drop((query, client, guard));
    let text = log.text();
    let made: Vec<_> = text.lines().filter(|line| line.ends_with(": new")).collect();
    let requests: Vec<_> = made.iter().filter(|line| line.contains("dbsql.request{")).collect();
    assert_eq!(made.len() - requests.len(), 1, "one statement: {made:#?}");
    assert_eq!(requests.len(), server.total(), "one for each request");
    for request in &requests {
        let method = request.split("method=").nth(1).unwrap_or_default();
        assert!(request.contains("dbsql.statement"), "below its statement: {request}");
        let has_id = method.contains(&id);
        let before = ["\"OpenSession\"", "\"ExecuteStatement\""];
        assert_eq!(has_id, !before.iter().any(|name| method.starts_with(name)), "{request}");
    }
    let attempts = requests.iter().filter(|line| line.contains("GetOperationStatus"));
    let numbers: Vec<_> = attempts.map(|line| line.contains("attempt=1")).collect();
    assert_eq!(numbers, [false, true], "the repetition says which one it is");
    let statement = text.lines().rfind(|line| line.contains("close")).unwrap_or_default();
    assert!(statement.contains(&format!("dbsql.statement{{query_id={id}}}")), "{statement}");
}
