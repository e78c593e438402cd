//! No secret, no SQL text and no parameter value in any output: logs of every level, errors with
//! all their sources, and `Debug` of every public type.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use dbsql_core::{Client, Config, Deadline, Runtime, SqlProtocol, Statement, Value};
use dbsql_local::Settings;

use crate::support::{
    CANCEL, CLOSE, EXECUTE, FETCH, Log, METADATA, OPEN, STATUS, Server, Step, chain, name,
    poll_then_drop, seconds,
};

const HOST: &str = "warehouse.example";
const TOKEN: &str = "canary/token+0123456789==";
const PASSWORD: &str = "canary:password/+0123456789";
const SQL: &str = "SELECT 'canary-sql-text' WHERE :p = 1";
const VALUE: &str = "canary-parameter-value";
const SETTING: &str = "canary-setting-value";

/// Starts to collect logs, after every log statement has been reached once.
async fn listen(log: &Log) -> tracing::subscriber::DefaultGuard {
    drop(live(&Server::databricks(), config(), statement).await);
    drop(live(&Server::with(linked()), sea(), without_settings).await);
    log.listen()
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// Every encoding in which a secret could be printed.
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

/// For servers without parameters.
fn without_parameters() -> Statement {
    Statement::new(SQL).configuration("k", SETTING)
}

/// For a protocol where only sessions have settings.
fn without_settings() -> Statement {
    Statement::new(SQL).bind("p", VALUE)
}

/// Results with several chunks.
fn linked() -> Settings {
    Settings { file_bytes: 32, batch_bytes: 32, ..Settings::default() }
}

fn sea() -> Config {
    config().protocol(SqlProtocol::Sea)
}

fn config() -> Config {
    Config::new(HOST, "/sql/1.0/warehouses/abc").token(TOKEN).configuration("conf", SETTING)
}

fn with_password() -> Config {
    Config::new(HOST, "/sql/1.0/warehouses/abc")
        .basic("user", PASSWORD)
        .configuration("conf", SETTING)
}

/// The whole life cycle of a statement. Returns its secret, if it has one, and everything printed.
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
    let secret = query.query_secret().map(|secret| secret.expose().to_string());
    let secret = secret.unwrap_or_else(|| "signature=".to_owned());
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
async fn a_whole_life_cycle_prints_no_secret_no_sql_and_no_value() {
    type Make<T> = fn() -> T;
    type Life = (Make<Server>, Make<Statement>, Make<Config>, &'static str);
    let with_files: Make<Server> = || Server::with(linked());
    let lives: [Life; 5] = [
        (Server::databricks, statement, config, "GetOperationStatus"),
        (Server::databricks, statement, with_password, "GetOperationStatus"),
        (Server::spark, without_parameters, config, "GetOperationStatus"),
        (Server::spark, without_parameters, with_password, "GetOperationStatus"),
        // With links to files.
        (with_files, without_settings, sea, "GetChunk"),
    ];
    for (server, statement, config, request) in lives {
        let (log, server) = (Log::default(), server());
        let guard = listen(&log).await;
        let (secret, shown) = live(&server, config(), statement).await;
        drop(guard);
        let basic = STANDARD.encode(format!("user:{PASSWORD}"));
        let secrets = [TOKEN, PASSWORD, &basic, &secret, SQL, VALUE, SETTING].map(str::to_owned);
        assert!(log.text().contains(request), "there is something to look at");
        assert_clean("Debug", &shown, &secrets);
        assert_clean("the log", &log.text(), &secrets);
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
    let guard = listen(&log).await;
    let mut shown = String::new();
    let mut secrets =
        [TOKEN, PASSWORD, SQL, VALUE, SETTING, "signature="].map(str::to_owned).to_vec();
    let thrift =
        [OPEN, EXECUTE, STATUS, METADATA, FETCH, CANCEL, CLOSE].map(|method| (false, method));
    let sea_methods = [EXECUTE, FETCH];
    let sea_methods = sea_methods.map(|method| (true, name(SqlProtocol::Sea, method)));
    for fault in faults {
        for &(is_sea, method) in thrift.iter().chain(&sea_methods).chain(&[(true, "download")]) {
            let server = Server::with(linked());
            server.change(|settings| settings.arrow = is_sea);
            let config = if is_sea { sea() } else { config() };
            let builder = Client::builder(config).transport(server.clone());
            let client = builder.runtime(Runtime::seeded(1)).build().unwrap();
            server.always(method, fault);
            let life = async {
                let statement = if is_sea { without_settings() } else { statement() };
                let query = client.execute_async(statement).await?;
                secrets.extend(query.query_secret().map(|secret| secret.expose().to_string()));
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
fn a_token_that_cannot_be_sent_is_reported_without_the_token() {
    let shown = [
        Client::new(Config::new(HOST, "p").token("canary token\n")).unwrap_err(),
        Client::new(Config::new(HOST, "p").basic("us:er", "canary")).unwrap_err(),
        Client::new(Config::new("https://user:canary@host.example", "p").token("t")).unwrap_err(),
    ]
    .map(|error| chain(&error))
    .join("\n");
    assert_clean("an error", &shown, &[]);
}
