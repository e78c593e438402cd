//! The text of every error, collected in one file for review.
//!
//! `errors.txt` has each error as it is printed. After a change of the wording, run the test with
//! `DBSQL_UPDATE_ERRORS=1` and review the difference.

use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

use dbsql::{
    AsyncExecution, Client, Config, Error, ErrorKind, ExecutionHandle, RetryAdvice, Runtime,
    SqlProtocol, Statement, Value,
};
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::faults::{Fault, FaultPlan, Moment, RedirectTo, Rule, Target, Trigger};
use dbsql_local::{Quirks, SeaQuirks, Service, Settings};

use crate::support::{BIG, TOKEN, engine, names, warehouse, warehouse_with, with_links};

const SLOW: &str = "select slow";
const BAD: &str = "select bad";
const REJECTED: &str = "selec";

/// Texts that must not occur in any error.
const SECRETS: &[&str] = &[
    TOKEN,
    "canary",
    BIG,
    SLOW,
    BAD,
    "insert",
    "X-Local-Signature",
    "?",
    "\n",
    "\tat ",
    "panicked",
];

fn with_failures(runtime: &Runtime) -> ScriptedEngine {
    let error = SqlError::new(
        "DIVIDE_BY_ZERO",
        "22012",
        "Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.",
    );
    let rejected = SqlError::new("PARSE_SYNTAX_ERROR", "42601", "Syntax error at or near 'selec'.");
    engine(runtime)
        .on(SLOW, Answer::endless())
        .on(BAD, Answer::fail(error))
        .on(REJECTED, Answer::refuse(rejected))
}

fn setup(over: SqlProtocol, settings: Settings, plan: FaultPlan) -> (Service, Client) {
    warehouse_with(over, with_failures, settings, plan)
}

/// One rule for one method.
fn always(method: &str, fault: impl Into<Fault>) -> FaultPlan {
    FaultPlan::seeded(1).rule(Rule::new(Target::method(method), Trigger::Always, fault))
}

/// From the second call of the method on, so that the first one works.
fn later(method: &str, fault: Fault) -> FaultPlan {
    let harmless = Fault::Delay(Duration::ZERO);
    FaultPlan::seeded(1)
        .rule(Rule::new(Target::method(method), Trigger::Nth(1), harmless))
        .rule(Rule::new(Target::method(method), Trigger::Always, fault))
}

async fn insert(over: SqlProtocol, plan: FaultPlan) -> Error {
    let (_service, client) = setup(over, Settings::default(), plan);
    client.execute_async("insert").await.unwrap_err()
}

async fn connect(over: SqlProtocol, plan: FaultPlan) -> Error {
    let (_service, client) = setup(over, Settings::default(), plan);
    client.connect().await.unwrap_err()
}

async fn running(over: SqlProtocol, plan: FaultPlan) -> (Service, AsyncExecution) {
    let (service, client) = setup(over, Settings::default(), plan);
    (service, client.execute_async(SLOW).await.unwrap())
}

async fn read(over: SqlProtocol, settings: Settings, plan: FaultPlan) -> Error {
    let (_service, client) = setup(over, settings, plan);
    let query = client.execute_async(BIG).await.unwrap();
    match query.get_results().await {
        Ok(rows) => rows.fetch_all().await.unwrap_err(),
        Err(error) => error,
    }
}

/// Pages of some rows each.
fn small_pages() -> Settings {
    Settings { batch_bytes: 20_000, page_bytes: 100_000, ..Settings::default() }
}

async fn submits(over: SqlProtocol, all: &mut Errors) {
    let reset = Fault::Reset;
    all.add(
        "the connection is refused",
        insert(over, always(names(over).submit, Fault::Refuse)).await,
    );
    all.add(
        "the answer to a submit is lost",
        insert(over, always(names(over).submit, reset(Moment::After))).await,
    );
    all.add(
        "a submit is answered by 503 without a time",
        insert(over, always(names(over).submit, Fault::status(503))).await,
    );
    let busy = Fault::status(503).retry_after(Duration::from_secs(30));
    all.add("a submit is answered by 503 with a time, again and again", {
        insert(over, always(names(over).submit, busy)).await
    });
    all.add(
        "a submit is throttled for longer than one waits",
        insert(
            over,
            always(names(over).submit, Fault::status(429).retry_after(Duration::from_secs(3600))),
        )
        .await,
    );
    all.add(
        "the token is rejected",
        insert(over, always(names(over).submit, Fault::status(401))).await,
    );
    all.add("access is denied", insert(over, always(names(over).submit, Fault::status(403))).await);
    all.add("there is nothing", connect(over, always(names(over).open, Fault::status(404))).await);
    all.add(
        "the answer to a submit is damaged",
        insert(over, always(names(over).submit, Fault::Corrupt(40))).await,
    );
    all.add("the deadline of a submit passes", {
        let (_service, client) = setup(
            over,
            Settings::default(),
            always(names(over).submit, Fault::Stall(Moment::After)),
        );
        client.execute_async("insert").deadline(Duration::from_secs(5)).await.unwrap_err()
    });
    all.add(
        "the session cannot be opened",
        connect(over, always(names(over).open, Fault::status(500))).await,
    );
    let (_service, client) = setup(over, Settings::default(), FaultPlan::default());
    all.add("the statement is rejected", {
        match client.execute_async(REJECTED).await {
            Ok(query) => query.get_results().await.unwrap_err(),
            Err(error) => error,
        }
    });
    let mixed = Statement::new("select 1").bind("a", 1).bind_next("canary");
    all.add("named and positional parameters", client.execute(mixed).await.unwrap_err());
    let array = Value::array([Value::from(1), Value::from("canary")]);
    let statement = Statement::new("select 1").bind("list", array);
    all.add("an array of two types", client.execute(statement).await.unwrap_err());
    all.add("a decimal that is none", Value::decimal("canary").unwrap_err());
    all.add("a day that is none", Value::date("2023-02-29").unwrap_err());

    let (_service, client) =
        setup(over, Settings::default(), later(names(over).submit, Fault::LoseSession));
    let connection = client.connect().await.unwrap();
    let _set = connection.execute_async("set x = 1").await;
    all.add(
        "the session is lost and had state",
        connection.execute_async("insert").await.unwrap_err(),
    );
    let (_service, client) = setup(over, Settings::default(), FaultPlan::default());
    let connection = client.connect().await.unwrap();
    connection.close().await.unwrap();
    all.add("the connection was closed", connection.execute_async("insert").await.unwrap_err());
}

async fn polls(over: SqlProtocol, all: &mut Errors) {
    let (_service, query) = running(over, always(names(over).status, Fault::status(502))).await;
    all.add("polls fail for minutes", query.wait().await.unwrap_err());
    let (_service, query) =
        running(over, always(names(over).status, Fault::Stall(Moment::After))).await;
    all.add(
        "a poll stalls until its deadline",
        query.sync_status().deadline(Duration::from_secs(5)).await.unwrap_err(),
    );
    let (_service, query) = running(over, FaultPlan::default()).await;
    all.add(
        "the deadline of a wait passes",
        query.wait().deadline(Duration::from_secs(60)).await.unwrap_err(),
    );
    let busy = Fault::status(429).retry_after(Duration::from_secs(3600));
    let (_service, query) = running(over, always(names(over).status, busy)).await;
    all.add("polls are throttled", query.sync_status().await.unwrap_err());
    let (_service, query) = running(over, always(names(over).status, Fault::EvictOperation)).await;
    all.add("the operation is gone", query.sync_status().await.unwrap_err());
    let (_service, query) = running(over, always(names(over).status, Fault::status(403))).await;
    all.add("access to an execution is denied", query.sync_status().await.unwrap_err());
    let (_service, query) = running(over, always(names(over).cancel, Fault::status(500))).await;
    all.add("a cancel fails", query.cancel().await.unwrap_err());
}

async fn picking_up(over: SqlProtocol, all: &mut Errors) {
    let (_service, client) = setup(over, Settings::default(), FaultPlan::default());
    let query = client.execute_async(SLOW).await.unwrap();
    let id = query.query_id();
    if over == SqlProtocol::Thrift {
        let wrong: ExecutionHandle =
            format!("{id}:00000000-0000-4000-8000-00000000cafe").parse().unwrap();
        all.add("the secret is wrong", client.get_async_execution(wrong).await.unwrap_err());
    }
    let handle = query.handle().unwrap();
    let elsewhere =
        Client::new(Config::new("other.example", "/sql/1.0/warehouses/x").token("canary"));
    all.add(
        "the handle is for another place",
        elsewhere.unwrap().get_async_execution(handle).await.unwrap_err(),
    );
    let sea = SeaQuirks { close_early: true, ..SeaQuirks::default() };
    let quirks = Quirks { sea, ..Quirks::default() };
    let (_service, client) =
        setup(over, Settings { quirks, ..Settings::default() }, FaultPlan::default());
    let query = client.execute_async("select small").allow_direct_result().await.unwrap();
    all.add("there is nothing to pick up", query.serialize().unwrap_err());
    let malformed = "canary:canary".parse::<ExecutionHandle>().unwrap_err();
    all.add_text("the text is no handle", malformed.to_string());
}

async fn results(over: SqlProtocol, all: &mut Errors) {
    let (_service, client) = setup(over, Settings::default(), FaultPlan::default());
    let failed = client.execute_async(BAD).await.unwrap();
    all.add("the statement failed", failed.get_results().await.unwrap_err());
    let query = client.execute_async(SLOW).await.unwrap();
    query.cancel().await.unwrap();
    all.add("the statement was canceled", query.get_results().await.unwrap_err());
    let query = if over == SqlProtocol::Thrift {
        let timed = Statement::new(SLOW).timeout(Duration::from_secs(10));
        client.execute_async(timed).await.unwrap()
    } else {
        let connect = client.connect().configuration("STATEMENT_TIMEOUT", "10");
        connect.await.unwrap().execute_async(SLOW).await.unwrap()
    };
    all.add("the statement ran into its timeout", query.get_results().await.unwrap_err());
    let query = client.execute_async(BIG).await.unwrap();
    query.close().await.unwrap();
    all.add("the execution was closed", query.get_results().await.unwrap_err());
    let query = client.execute_async("select small").await.unwrap();
    let beyond = query.get_results_from(4).await.unwrap().next().await.unwrap_err();
    all.add("a row beyond the end", beyond);

    let fetch = names(over).rows;
    all.add(
        "the operation is evicted while it is read",
        read(over, small_pages(), later(fetch, Fault::EvictOperation)).await,
    );
    all.add(
        "fetches fail for minutes",
        read(over, small_pages(), later(fetch, Fault::status(503))).await,
    );
    all.add(
        "the rows begin somewhere else",
        read(over, small_pages(), later(fetch, Fault::WrongOffset(7))).await,
    );
    all.add(
        "pages are damaged",
        read(over, small_pages(), later(fetch, Fault::Corrupt(400))).await,
    );
    let download = |fault: Fault| {
        FaultPlan::seeded(1).rule(Rule::new(Target::Download, Trigger::Always, fault))
    };
    for (name, fault) in [
        ("the storage cannot be reached", Fault::Refuse),
        ("the storage is slow to answer for minutes", Fault::Stall(Moment::Before)),
        ("the storage is overloaded", Fault::status(503)),
        ("every link has expired", Fault::ExpireLink),
        ("files are damaged", Fault::Corrupt(400)),
        ("files break off", Fault::Truncate(0.5)),
        (
            "the storage redirects to another scheme",
            Fault::Redirect { status: 302, to: RedirectTo::OtherScheme },
        ),
    ] {
        all.add(name, read(over, with_links(), download(fault)).await);
    }
    if over == SqlProtocol::Sea {
        let timed = Statement::new(SLOW).timeout(Duration::from_secs(10));
        all.add("a timeout of a single statement", client.execute_async(timed).await.unwrap_err());
        let set = Statement::new(SLOW).configuration("ansi_mode", "true");
        all.add("a configuration of one statement", client.execute_async(set).await.unwrap_err());
        let list = Statement::new(SLOW).bind("canary", Value::array([1, 2]));
        all.add("an array as a parameter", client.execute_async(list).await.unwrap_err());
        return;
    }
    let refuses = Quirks { refuse_thrift: true, ..Quirks::default() };
    let settings = Settings { quirks: refuses, ..Settings::default() };
    // A client with the automatic choice switches to the other protocol.
    let (_service, client) = warehouse(SqlProtocol::Thrift, settings, FaultPlan::default());
    all.add("the warehouse does not speak Thrift", client.connect().await.unwrap_err());
}

async fn configuration(all: &mut Errors) {
    for (name, config) in [
        ("the host is none", Config::new("not a host", "x").token("canary")),
        ("no credentials", Config::new("host.example", "x")),
        ("a token that cannot be a header", Config::new("host.example", "x").token("canary\n")),
        ("plain http to another machine", Config::new("http://host.example", "x").token("canary")),
    ] {
        let error = match Client::new(config) {
            Ok(client) => client.connect().await.unwrap_err(),
            Err(error) => error,
        };
        all.add(name, error);
    }
}

/// An error in a situation.
#[derive(Debug)]
struct SeenError {
    situation: &'static str,
    /// `None` for an error of another type.
    kind: Option<(ErrorKind, RetryAdvice)>,
    text: String,
}

impl fmt::Display for SeenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.map(|(kind, advice)| format!("{kind:?}, {advice:?}"));
        write!(f, "{}\n[{}]\n{}", self.situation, kind.as_deref().unwrap_or("-"), self.text)
    }
}

/// What was collected.
#[derive(Default)]
struct Errors(Vec<SeenError>);

impl Errors {
    fn add(&mut self, situation: &'static str, error: impl Borrow<Error>) {
        let error = error.borrow();
        let text = error.to_string();
        for secret in SECRETS {
            assert!(!text.contains(secret), "{situation}: {secret:?} is in: {text}");
        }
        let debug = format!("{error:?}");
        for secret in [TOKEN, "canary", "X-Local-Signature"] {
            assert!(!debug.contains(secret), "{situation}: {secret:?} is in: {debug}");
        }
        self.0.push(SeenError { situation, kind: Some((error.kind(), error.retry())), text });
    }

    fn add_text(&mut self, situation: &'static str, text: String) {
        self.0.push(SeenError { situation, kind: None, text });
    }
}

/// The same situations over both protocols, except those that only one of them has.
async fn collected(over: SqlProtocol) -> Vec<SeenError> {
    let mut all = Errors::default();
    submits(over, &mut all).await;
    polls(over, &mut all).await;
    picking_up(over, &mut all).await;
    results(over, &mut all).await;
    configuration(&mut all).await;
    all.0
}

#[tokio::test(start_paused = true)]
async fn every_error_reads_well() {
    let (thrift, sea) = (collected(SqlProtocol::Thrift).await, collected(SqlProtocol::Sea).await);
    // If the Statement Execution API prints the same, it is not listed.
    let news = sea.iter().filter(|seen| {
        !thrift.iter().any(|one| (one.situation, &one.text) == (seen.situation, &seen.text))
    });
    let thrift = thrift.iter().map(|seen| format!("# {seen}\n\n"));
    let sea = news.map(|seen| format!("# SEA: {seen}\n\n"));
    let text = thrift.chain(sea).collect::<String>().trim_end().to_owned() + "\n";
    if std::env::var_os("DBSQL_UPDATE_ERRORS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/local/errors.txt");
        std::fs::write(path, &text).unwrap();
        return;
    }
    let known = include_str!("errors.txt");
    for (now, before) in text.split("\n\n").zip(known.split("\n\n")) {
        assert_eq!(now, before, "the wording changed: see the top of this file");
    }
    assert_eq!(text, known);
}

#[tokio::test(start_paused = true)]
async fn both_protocols_give_equal_kinds_and_equal_advice() {
    let (thrift, sea) = (collected(SqlProtocol::Thrift).await, collected(SqlProtocol::Sea).await);
    let mut alone = Vec::new();
    for seen in &thrift {
        match sea.iter().find(|other| other.situation == seen.situation) {
            // Thrift reports it in response to the submit; here it is a statement that fails.
            Some(other) if seen.situation == "the statement is rejected" => {
                assert_eq!(other.kind, Some((ErrorKind::Failed, RetryAdvice::Unsafe)));
            }
            Some(other) => assert_eq!(seen.kind, other.kind, "{seen}\n{other}"),
            None => alone.push(seen.situation),
        }
    }
    assert_eq!(alone, ["the secret is wrong", "the warehouse does not speak Thrift"]);
    let is_alone = |seen: &&SeenError| !thrift.iter().any(|one| one.situation == seen.situation);
    let alone: Vec<_> = sea.iter().filter(is_alone).map(|seen| seen.situation).collect();
    let of_one_statement = [
        "a timeout of a single statement",
        "a configuration of one statement",
        "an array as a parameter",
    ];
    assert_eq!(alone, of_one_statement);
}
