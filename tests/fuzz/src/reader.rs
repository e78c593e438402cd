//! The engine's reader: responses and files are damaged in transit, and it returns the exact rows
//! or one typed error, in time.

mod json;
pub(crate) mod sea;
mod store;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use dbsql_core::{Client, Config, Error, ResultSet, Runtime, SqlProtocol};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::faults::Step;
use dbsql_local::{LocalTransport, Quirks, Service, Settings, ThriftVersion};

use self::store::Store;
use crate::input::{Input, Pieces};

const TOKEN: &str = "canary-token-0123456789";
const SQL: &str = "SELECT * FROM numbers";
const ROWS: i64 = 48;
const BYTE_BUDGET: u64 = 1 << 20;

/// The deadline of one call, in paused time.
const DEADLINE: Duration = Duration::from_secs(10 * 60);
/// More than all deadlines together: a call that is still pending then hangs.
const HANG: Duration = Duration::from_secs(24 * 60 * 60);
/// The number of errors after which reading continues.
const ERRORS: usize = 3;
/// More requests than this for a few rows are an endless loop.
const MAX_REQUESTS: u64 = 5_000;

/// Damages one response or several. The input selects the kind of server, the method, the index of
/// its first damaged response and whether later ones are damaged too; then follow the edits.
///
/// A damaged response may be a valid one with other rows, so the rows are checked only without
/// damage.
pub(crate) fn answers(input: &[u8]) -> bool {
    const METHODS: [&str; 6] = [
        "FetchResults",
        "GetResultSetMetadata",
        "ExecuteStatement",
        "GetOperationStatus",
        "OpenSession",
        "download",
    ];
    let mut input = Input::new(input);
    let service = service(settings(input.byte()));
    let method = METHODS[usize::from(input.byte()) % METHODS.len()];
    let first = usize::from(input.byte() % 4);
    let later = input.byte() % 2 == 1;
    let damage = Arc::new(input.rest().to_vec());
    let is_damaged = !damage.is_empty();
    let number = Arc::new(AtomicUsize::new(0));
    service.always(method, move || {
        let at = number.fetch_add(1, Ordering::Relaxed);
        if at == first || (later && at > first) {
            let damage = Arc::clone(&damage);
            Step::edit_body(move |body| edited(&body, Input::new(&damage)))
        } else {
            Step::serve()
        }
    });
    let transport = service.transport();
    let outcome = run(&service, transport.clone(), transport, thrift(), read);
    if !is_damaged {
        assert!(outcome.is_exact(), "without damage: {outcome:?}");
    }
    outcome.is_exact()
}

/// Damages downloads or lets them fail. The input selects the pieces of files, then the fault of
/// each download. The files have checksums, so damage is always detected.
pub(crate) fn files(input: &[u8]) -> bool {
    let mut input = Input::new(input);
    let service = service(links());
    let pieces = Pieces::new(input.byte());
    let store = Store::new(service.transport(), pieces, input);
    let outcome = run(&service, service.transport(), store, thrift(), read);
    match &outcome {
        Outcome { rows, error: None } => assert_exact(rows, ROWS),
        Outcome { rows, error: Some(_) } => assert_exact(rows, row_count(rows)),
    }
    outcome.is_exact()
}

/// The outcome of a statement.
#[derive(Debug)]
struct Outcome {
    rows: Vec<RecordBatch>,
    error: Option<Error>,
}

impl Outcome {
    fn is_exact(&self) -> bool {
        self.error.is_none() && self.rows.iter().flat_map(ids).eq((0..ROWS).map(Some))
    }
}

fn settings(kind: u8) -> Settings {
    let columns = Settings { arrow: false, page_rows: 16, ..Settings::default() };
    let inline = Settings { page_rows: 20, batch_bytes: 200, ..Settings::default() };
    match kind % 10 {
        0 => columns,
        1 => inline,
        2 => Settings { quirks: Quirks { lz4_frames: 3, ..Quirks::default() }, ..inline },
        3 => Settings { thrift_version: ThriftVersion::SPARK_V5, ..inline },
        4 => links(),
        5 => Settings { thrift_version: ThriftVersion::SPARK_V5, ..links() },
        6 => Settings { page_rows: 16, ..Settings::spark() },
        7 => Settings { page_rows: 16, ..Settings::hive() },
        8 => Settings { page_rows: 16, ..Settings::kyuubi() },
        _ => {
            let quirks = Quirks { empty_pages: true, unknown_fields: true, ..Quirks::default() };
            Settings { quirks, ..columns }
        }
    }
}

fn links() -> Settings {
    let quirks = Quirks { padding_rows: 3, ..Quirks::default() };
    Settings {
        link_threshold: 0,
        file_bytes: 300,
        links_per_page: 3,
        quirks,
        ..Settings::default()
    }
}

fn service(settings: Settings) -> Service {
    service_with(settings, Answer::rows(vec![numbers()])).0
}

/// Returns a service and its engine, which counts the statements that ran.
fn service_with(settings: Settings, answer: Answer) -> (Service, ScriptedEngine) {
    let runtime = Runtime::seeded(3);
    let engine = ScriptedEngine::new(runtime.clone()).on(SQL, answer);
    let builder = Service::builder().engine(engine.clone()).runtime(runtime);
    (builder.settings(settings).accept_token(TOKEN).build(), engine)
}

fn thrift() -> Config {
    config(SqlProtocol::Thrift)
}

fn config(protocol: SqlProtocol) -> Config {
    let path = Settings::default().http_path;
    let config = Config::new("warehouse.example", path).token(TOKEN).protocol(protocol);
    config.byte_budget(BYTE_BUDGET).max_downloads(3)
}

/// The result: numbers from 0, and names of some of them.
fn numbers() -> RecordBatch {
    let fields =
        vec![Field::new("id", DataType::Int64, false), Field::new("name", DataType::Utf8, true)];
    let names = (0..ROWS).map(name).collect::<StringArray>();
    let ids = Int64Array::from_iter_values(0..ROWS);
    RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![Arc::new(ids), Arc::new(names)])
        .expect("two columns")
}

fn name(id: i64) -> Option<String> {
    (id % 5 != 0).then(|| format!("name {id}"))
}

/// Runs the statement and reads its rows, continuing after a few errors, in paused time.
fn run(
    service: &Service,
    transport: LocalTransport,
    storage: impl dbsql_core::Transport,
    config: Config,
    read: impl AsyncFnOnce(&Client) -> Outcome,
) -> Outcome {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let outcome = tokio.block_on(async {
        let client = Client::builder(config)
            .transport(transport)
            .storage_transport(storage)
            .runtime(Runtime::seeded(7))
            .build()
            .expect("the configuration is good");
        let outcome = tokio::time::timeout(HANG, read(&client)).await.expect("the reader hangs");
        let ended = tokio::time::timeout(HANG, client.shutdown(DEADLINE)).await;
        let _ = ended.expect("the client hangs");
        outcome
    });
    let requests: u64 = service.request_counts().values().sum();
    assert!(requests < MAX_REQUESTS, "{requests} requests: {:?}", service.request_counts());
    if let Some(error) = &outcome.error {
        let shown = format!("{error} {error:?} {:?} {:?}", error.kind(), error.retry());
        assert!(!shown.contains(TOKEN), "{shown}");
    }
    outcome
}

async fn read(client: &Client) -> Outcome {
    let mut rows = Vec::new();
    let opened = async {
        let query = client.execute_async(SQL).deadline(DEADLINE).await?;
        query.wait().deadline(DEADLINE).await?;
        query.get_results().deadline(DEADLINE).await
    };
    let error = match opened.await {
        Ok(results) => read_rows(results, &mut rows).await,
        Err(error) => Some(error),
    };
    Outcome { rows, error }
}

/// Returns the error after which it gave up.
async fn read_rows(mut results: ResultSet, rows: &mut Vec<RecordBatch>) -> Option<Error> {
    let mut errors = 0;
    loop {
        // A deadline covers all later calls, so each call sets a new one.
        results = results.deadline(DEADLINE);
        let next = tokio::time::timeout(2 * DEADLINE, results.next());
        match next.await.expect("a call of the reader hangs") {
            Ok(Some(batch)) => {
                assert!(batch.num_rows() > 0, "a batch without rows");
                assert_eq!(batch.schema(), results.schema());
                for column in batch.columns() {
                    column.to_data().validate_full().expect("every value is valid");
                }
                rows.push(batch);
                assert_eq!(results.position(), row_count(rows) as u64);
                assert!(rows.len() < 10_000, "rows without end");
            }
            Ok(None) => return None,
            Err(error) if errors == ERRORS => return Some(error),
            Err(_) => errors += 1,
        }
    }
}

fn row_count(rows: &[RecordBatch]) -> i64 {
    rows.iter().map(|batch| i64::try_from(batch.num_rows()).expect("few rows")).sum()
}

fn ids(batch: &RecordBatch) -> Vec<Option<i64>> {
    let column = batch.columns().first().and_then(|column| column.as_primitive_opt::<Int64Type>());
    column.map_or_else(Vec::new, |column| column.iter().collect())
}

/// Checks that these are the first `count` rows of the result.
fn assert_exact(rows: &[RecordBatch], count: i64) {
    let found: Vec<_> = rows.iter().flat_map(ids).collect();
    assert_eq!(found, (0..count).map(Some).collect::<Vec<_>>(), "other rows than were sent");
    let names: Vec<_> = rows
        .iter()
        .flat_map(|batch| batch.column(1).as_string::<i32>().iter())
        .map(|name| name.map(str::to_owned))
        .collect();
    assert_eq!(names, (0..count).map(name).collect::<Vec<_>>(), "other rows than were sent");
}

/// Returns the body with edits: each has a kind, a position and some bytes.
fn edited(body: &[u8], mut edits: Input<'_>) -> Bytes {
    let mut body = body.to_vec();
    for _ in 0..8 {
        if edits.is_empty() {
            break;
        }
        let (kind, position) = (edits.byte(), edits.number());
        let length = usize::from(edits.byte());
        let at = if body.is_empty() { 0 } else { position % body.len() };
        let end = (at + length).min(body.len());
        match kind % 6 {
            0 => {
                let bytes = edits.take(length);
                let end = (at + bytes.len()).min(body.len());
                body[at..end].copy_from_slice(&bytes[..end - at]);
            }
            1 => drop(body.splice(at..at, edits.take(length).iter().copied())),
            2 => drop(body.drain(at..end)),
            3 => body.truncate(at),
            4 => {
                let copy = body[at..end].to_vec();
                drop(body.splice(at..at, copy));
            }
            _ => {
                body.clear();
                body.extend_from_slice(edits.rest());
                edits = Input::new(&[]);
            }
        }
    }
    body.into()
}
