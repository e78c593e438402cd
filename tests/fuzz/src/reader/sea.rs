//! The engine over the Statement Execution API: responses are lost, late, damaged or replaced, and
//! it returns the rows or one typed error, in time, of a statement that ran once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use dbsql_core::{AsyncExecution, Client, ErrorKind, ResultSet, SqlProtocol, Transport as _};
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::Answer;
use dbsql_local::faults::Step;
use dbsql_local::{LocalTransport, Quirks, SeaQuirks, SeaSettings, Service, Settings};
use http::Request;
use serde_json::Value;

use super::{
    BYTE_BUDGET, DEADLINE, Outcome, ROWS, SQL, TOKEN, assert_exact, config, edited, json, numbers,
    read_rows, row_count, run, service_with,
};
use crate::input::Input;

pub(crate) const METHODS: [&str; 4] = ["sea-execute", "sea-status", "sea-chunk", "download"];

/// More than any input needs.
const MAX_STEPS: usize = 32;

/// The maximum allocation beyond the budget: the service, the client, and copies of responses,
/// which are at most as large as an input.
const SLACK: u64 = 24 << 20;

/// The row counts in responses, and whether any of them was forged.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// A response or a file was changed into another valid one.
    lied: Arc<AtomicBool>,
    /// The row counts of all manifests; `None` if one of them has no count.
    totals: Arc<Mutex<Option<BTreeSet<u64>>>>,
}

/// The input selects the kind of result and how the client requests it; then follow the faults of
/// requests: the method (from 128 on: also for all later requests, if it is the last fault), the
/// kind of fault, and its arguments.
///
/// Lost and broken responses never change a row. Changed responses may be valid: then the number of
/// rows has to match the manifest.
pub(crate) fn answers(input: &[u8]) -> bool {
    let mut accepted = false;
    let used = allocation_counter::measure(|| accepted = answered(Input::new(input)));
    let limit = BYTE_BUDGET + SLACK;
    assert!(used.bytes_max <= limit, "{} bytes, more than {limit}", used.bytes_max);
    accepted
}

fn answered(mut input: Input<'_>) -> bool {
    let world = World::new(input.byte());
    let way = input.byte();
    let (service, engine) = service_with(world.settings.clone(), world.answer.clone());
    let seen = Seen { totals: Arc::new(Mutex::new(Some(BTreeSet::new()))), ..Seen::default() };
    let mut steps: BTreeMap<&str, Vec<Script>> = BTreeMap::new();
    for _ in 0..MAX_STEPS {
        if input.is_empty() {
            break;
        }
        let method = input.byte();
        let name = METHODS[usize::from(method & 0x7f) % METHODS.len()];
        let script = Script::new(&mut input, method >= 0x80);
        steps.entry(name).or_default().push(script);
    }
    for method in METHODS {
        // The submit of another client is not under test.
        let is_tested = !(world.is_text && method == "sea-execute");
        let scripts = steps.remove(method).filter(|_| is_tested).unwrap_or_default();
        let honest = Script { fault: Fault::Edits(Vec::new()), stays: false };
        let last = scripts.last().filter(|script| script.stays).cloned().unwrap_or(honest);
        service.script(method, scripts.into_iter().map(|script| script.step(method, &seen)));
        let seen = seen.clone();
        service.always(method, move || last.clone().step(method, &seen));
    }
    let config = config(SqlProtocol::Sea).inline_results(world.is_inline);
    let transport = service.transport();
    let outcome = match (world.is_text, way % 3) {
        (true, _) => {
            let body = serde_json::json!({
                "warehouse_id": "local", "statement": SQL, "disposition": "INLINE",
                "format": "JSON_ARRAY",
            });
            let submitter = transport.clone();
            run(&service, transport.clone(), transport, config, async |client| {
                picked_up(client, &submitter, body).await
            })
        }
        (false, 0) => run(&service, transport.clone(), transport, config, executed),
        (false, _) => run(&service, transport.clone(), transport, config, followed),
    };
    let runs = engine.queries().len();
    assert!(runs <= 1, "the statement ran {runs} times");
    world.judge(&service, &outcome, &seen)
}

/// A kind of result.
struct World {
    settings: Settings,
    answer: Answer,
    /// The client requests rows inside of responses.
    is_inline: bool,
    /// Another client submits and requests JSON.
    is_text: bool,
    fails: bool,
}

impl World {
    fn new(kind: u8) -> Self {
        let quirks = |sea: SeaQuirks| Quirks { sea, ..Quirks::default() };
        let links = |sea| Settings { quirks: quirks(sea), file_bytes: 300, ..Settings::default() };
        let honest = SeaQuirks::default();
        let bare = SeaQuirks { omit_zeros: true, omit_counts: true, ..SeaQuirks::default() };
        let cut_anew = SeaQuirks { cut_anew: true, ..SeaQuirks::default() };
        let attachments = |rows| SeaQuirks { attachment_rows: rows, ..SeaQuirks::default() };
        let bare_attachments = SeaQuirks { attachment_rows: 10, ..bare };
        let closed = SeaQuirks { close_early: true, ..attachments(100) };
        let refuses = SeaQuirks { refuse_hybrid: true, ..SeaQuirks::default() };
        let sea = |links_per_answer, inline_chunk_bytes| SeaSettings {
            links_per_answer,
            inline_chunk_bytes,
            ..SeaSettings::default()
        };
        let slow = |answer: Answer| answer.after(Duration::from_secs(30));
        let rows = Answer::rows(vec![numbers()]);
        let kind = kind % 11;
        let settings = match kind {
            1 => Settings { sea: sea(3, 300), ..links(honest) },
            2 => links(bare),
            3 => links(cut_anew),
            4 => links(attachments(10)),
            5 => links(bare_attachments),
            6 => links(closed),
            7 => links(refuses),
            8 => Settings { sea: sea(1, 300), ..links(honest) },
            _ => links(honest),
        };
        let failure = SqlError::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", "no such table");
        let answer = match kind {
            9 => slow(rows),
            10 => slow(Answer::fail(failure)),
            _ => rows,
        };
        Self {
            settings,
            answer,
            is_inline: (4..=7).contains(&kind),
            is_text: kind == 8,
            fails: kind == 10,
        }
    }

    fn judge(&self, service: &Service, outcome: &Outcome, seen: &Seen) -> bool {
        let Outcome { rows, error } = outcome;
        if seen.lied.load(Ordering::Relaxed) {
            let totals = seen.totals.lock().unwrap_or_else(PoisonError::into_inner);
            if let (None, Some(totals)) = (error, &*totals) {
                let count = u64::try_from(row_count(rows)).expect("a count");
                assert!(totals.contains(&count), "{count} rows without an error, of {totals:?}");
            }
            return false;
        }
        match error {
            Some(error) if self.fails && error.kind() == ErrorKind::Failed => {
                assert_eq!(error.error_class(), Some("TABLE_OR_VIEW_NOT_FOUND"), "{error}");
                assert_eq!(error.sql_state(), Some("42P01"), "{error}");
                return true;
            }
            Some(_) => assert_exact(rows, row_count(rows)),
            None => {
                let counts = service.request_counts();
                assert!(!self.fails, "a statement that failed has rows: {counts:?}");
                assert_exact(rows, ROWS);
            }
        }
        error.is_none()
    }
}

/// The fault of a request.
#[derive(Clone, Debug)]
struct Script {
    fault: Fault,
    /// It applies to all later requests as well.
    stays: bool,
}

#[derive(Clone, Debug)]
enum Fault {
    /// Edits of the bytes of a response.
    Edits(Vec<u8>),
    /// Edits of the values in it.
    Values(Vec<u8>),
    Replaced(Bytes),
    /// The connection breaks after this many bytes.
    Broken(usize),
    /// The body ends after this many bytes as if it were complete.
    Short(usize),
    Stalled(usize),
    Status(u16, u8),
    Reset,
    NoAnswer,
    Refused,
    Late(u64),
}

/// Statuses of an intermediary and of the service itself.
const STATUSES: [u16; 14] = [500, 502, 503, 429, 404, 403, 401, 400, 409, 413, 302, 307, 204, 206];

/// The messages of the service itself with such a status; an empty one is from an intermediary.
const MESSAGES: [&str; 8] = [
    "",
    "BAD_REQUEST: no",
    "RESOURCE_DOES_NOT_EXIST: The statement does not exist",
    "NOT_FOUND: no",
    "INVALID_STATE: the statement is closed",
    "REQUEST_LIMIT_EXCEEDED: slow down",
    "PERMISSION_DENIED: no",
    "SOMETHING_NEW: what?",
];

impl Script {
    fn new(input: &mut Input<'_>, stays: bool) -> Self {
        let fault = match input.byte() % 12 {
            0 => Fault::Edits(Vec::new()),
            1 => Fault::Edits(input.section().to_vec()),
            2 | 3 => Fault::Values(input.section().to_vec()),
            4 => Fault::Replaced(Bytes::copy_from_slice(input.section())),
            5 => Fault::Broken(input.number()),
            6 => Fault::Short(input.number()),
            7 => Fault::Stalled(input.number()),
            8 => {
                let status = STATUSES[usize::from(input.byte()) % STATUSES.len()];
                Fault::Status(status, input.byte())
            }
            9 => Fault::Reset,
            10 => match input.byte() % 2 {
                0 => Fault::NoAnswer,
                _ => Fault::Refused,
            },
            _ => Fault::Late(u64::from(input.byte())),
        };
        Self { fault, stays }
    }

    fn step(self, method: &'static str, seen: &Seen) -> Step {
        let seen = seen.clone();
        match self.fault {
            Fault::Edits(edits) => Step::edit_body(move |body| {
                let changed = edited(&body, Input::new(&edits));
                seen.look(method, &body, changed)
            }),
            Fault::Values(edits) => Step::edit_body(move |body| {
                let changed = match serde_json::from_slice(&body) {
                    Ok(value) => json::edited(value, Input::new(&edits)).to_string().into(),
                    Err(_) => edited(&body, Input::new(&edits)),
                };
                seen.look(method, &body, changed)
            }),
            Fault::Replaced(other) => {
                Step::edit_body(move |body| seen.look(method, &body, other.clone()))
            }
            Fault::Short(bytes) => Step::edit_body(move |body| {
                let end = bytes % (body.len() + 1);
                seen.look(method, &body, body.slice(..end))
            }),
            // These do not change the content of the service's response.
            Fault::Broken(bytes) => Step::cut_after(bytes),
            Fault::Stalled(bytes) => Step::stalled_after(bytes),
            Fault::Status(status, selector) => rejection(status, selector),
            Fault::Reset => Step::reset().accepted(),
            Fault::NoAnswer => Step::stall().accepted(),
            Fault::Refused => Step::refused(),
            Fault::Late(seconds) => {
                Step::edit_body(move |body| seen.look(method, &body.clone(), body))
                    .after(Duration::from_secs(seconds))
            }
        }
    }
}

/// Returns an error status. Unless it proves that nothing ran, the request was carried out.
fn rejection(status: u16, selector: u8) -> Step {
    let message = MESSAGES[usize::from(selector) % MESSAGES.len()];
    let waits = selector & 0x80 != 0;
    let step = match message {
        "" => Step::http(status),
        message => Step::error(status, message),
    };
    let step = if waits { step.header("retry-after", "2") } else { step };
    let is_own = !message.is_empty() && (400..500).contains(&status);
    match status {
        401 | 413 | 429 => step,
        503 if waits => step,
        _ if is_own => step,
        _ => step.accepted(),
    }
}

impl Seen {
    /// Records what is sent in place of a body, and returns it.
    fn look(&self, method: &str, body: &[u8], sent: Bytes) -> Bytes {
        let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
        let is_other = match (method, read(&sent)) {
            // A truncated file is invalid; any other change may be valid.
            ("download", _) => !body.starts_with(&sent),
            (_, Some(document)) => Some(document) != read(body),
            (_, None) => false,
        };
        if is_other {
            self.lied.store(true, Ordering::Relaxed);
        }
        if matches!(method, "sea-execute" | "sea-status") {
            self.count(read(&sent));
        }
        sent
    }

    fn count(&self, answer: Option<Value>) {
        let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(answer) = answer else { return };
        match (&answer["manifest"], &answer["result"]) {
            (Value::Null, Value::Null) => {}
            (manifest, _) => match manifest["total_row_count"].as_u64() {
                Some(total) => {
                    totals.as_mut().map(|totals| totals.insert(total));
                }
                None => *totals = None,
            },
        }
    }
}

/// Runs the statement in one call.
async fn executed(client: &Client) -> Outcome {
    match client.execute(SQL).deadline(DEADLINE).await {
        Ok(results) => rows_of(results).await,
        Err(error) => Outcome { rows: Vec::new(), error: Some(error) },
    }
}

/// Submits the statement, waits for its end and reads.
async fn followed(client: &Client) -> Outcome {
    match client.execute_async(SQL).deadline(DEADLINE).await {
        Ok(query) => results_of(&query).await,
        Err(error) => Outcome { rows: Vec::new(), error: Some(error) },
    }
}

/// Picks up a statement that another client submitted.
async fn picked_up(client: &Client, submitter: &LocalTransport, body: Value) -> Outcome {
    let request = Request::post("https://warehouse.example/api/2.0/sql/statements")
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()));
    let response = submitter.send(request.expect("a request")).await.expect("an answer");
    let body = response.into_body().collect(1 << 20).await.expect("a small answer");
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    let handle = format!("sea:{}", answer["statement_id"].as_str().expect("an id"));
    match client.get_async_execution(handle.parse().expect("a handle")).await {
        Ok(query) => results_of(&query).await,
        Err(error) => Outcome { rows: Vec::new(), error: Some(error) },
    }
}

async fn results_of(query: &AsyncExecution) -> Outcome {
    let opened = async {
        query.wait().deadline(DEADLINE).await?;
        let (terminal, synced) = (query.status(), query.sync_status().deadline(DEADLINE).await);
        assert_eq!(query.status(), terminal, "a terminal status was changed by {synced:?}");
        query.get_results().deadline(DEADLINE).await
    };
    match opened.await {
        Ok(results) => rows_of(results).await,
        Err(error) => {
            assert_eq!(error.query_id(), Some(query.query_id()), "{error}");
            Outcome { rows: Vec::new(), error: Some(error) }
        }
    }
}

async fn rows_of(results: ResultSet) -> Outcome {
    let mut rows = Vec::new();
    let error = read_rows(results, &mut rows).await;
    Outcome { rows, error }
}
