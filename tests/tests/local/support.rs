//! A client and a warehouse in one process, with paused time from a seed.

use std::sync::Arc;

use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::Int64Type;
use dbsql::arrow::array::{Int64Array, RecordBatch, StringArray};
use dbsql::{Client, Config, Runtime};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::faults::FaultPlan;
use dbsql_local::{Service, Settings};
use dbsql_tests::SqlProtocol;

/// The only token that the warehouse accepts.
pub(crate) const TOKEN: &str = "token-of-the-suite";

/// The statement that returns [`ROWS`] rows.
pub(crate) const BIG: &str = "select the big one";

pub(crate) const ROWS: i64 = 20_000;

/// Rows `0..rows`: the number and a text derived from it.
pub(crate) fn numbered(rows: i64) -> RecordBatch {
    let ids: Int64Array = (0..rows).collect::<Vec<_>>().into();
    let texts: StringArray = (0..rows).map(|row| Some(format!("row {row}"))).collect();
    RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(ids) as _, false),
        ("text", Arc::new(texts) as _, true),
    ])
    .unwrap()
}

pub(crate) fn engine(runtime: &Runtime) -> ScriptedEngine {
    ScriptedEngine::new(runtime.clone())
        .on(BIG, Answer::rows(vec![numbered(ROWS)]))
        .on("select small", Answer::rows(vec![numbered(3)]))
        .on("insert", Answer::affected(7))
}

/// The requests of a protocol, by their names in counters and plans of faults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    pub(crate) open: &'static str,
    pub(crate) submit: &'static str,
    pub(crate) status: &'static str,
    /// A page, or a chunk after the first one, which is part of the status.
    pub(crate) rows: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) close: &'static str,
    pub(crate) close_session: &'static str,
}

pub(crate) fn names(over: SqlProtocol) -> Names {
    if over == SqlProtocol::Sea {
        return Names {
            open: "sea-create-session",
            submit: "sea-execute",
            status: "sea-status",
            rows: "sea-chunk",
            cancel: "sea-cancel",
            close: "sea-close",
            close_session: "sea-delete-session",
        };
    }
    Names {
        open: "OpenSession",
        submit: "ExecuteStatement",
        status: "GetOperationStatus",
        rows: "FetchResults",
        cancel: "CancelOperation",
        close: "CloseOperation",
        close_session: "CloseSession",
    }
}

/// A warehouse with these settings and faults, and a client for it.
pub(crate) fn warehouse(
    over: SqlProtocol,
    settings: Settings,
    faults: FaultPlan,
) -> (Service, Client) {
    warehouse_with(over, engine, settings, faults)
}

pub(crate) fn warehouse_with(
    over: SqlProtocol,
    engine: impl FnOnce(&Runtime) -> ScriptedEngine,
    mut settings: Settings,
    faults: FaultPlan,
) -> (Service, Client) {
    if over == SqlProtocol::Sea {
        // There everything is behind links, and a file must fit into the budget of the client.
        settings.file_bytes = settings.file_bytes.min(FILE_BYTES);
    }
    let runtime = Runtime::seeded(11);
    let service = Service::builder()
        .engine(engine(&runtime))
        .runtime(runtime.clone())
        .settings(settings)
        .faults(faults)
        .accept_token(TOKEN)
        .build();
    // Room for one of the files of `with_links` at a time, so that the links of later files grow
    // old.
    let config = config(over).byte_budget(60_000);
    let client =
        Client::builder(config).transport(service.transport()).runtime(runtime).build().unwrap();
    (service, client)
}

pub(crate) fn config(over: SqlProtocol) -> Config {
    Config::new("local.example", "/sql/1.0/warehouses/local").token(TOKEN).protocol(over)
}

const FILE_BYTES: u64 = 50_000;

/// Settings that put results of some kilobytes behind several links.
pub(crate) fn with_links() -> Settings {
    Settings {
        link_threshold: 10_000,
        file_bytes: FILE_BYTES,
        links_per_page: 3,
        ..Settings::default()
    }
}

/// All ids; panics when a text does not belong to its id.
pub(crate) fn ids(batches: &[RecordBatch]) -> Vec<i64> {
    let mut all = Vec::new();
    for batch in batches {
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let texts = batch.column(1).as_string::<i32>();
        for row in 0..batch.num_rows() {
            assert_eq!(texts.value(row), format!("row {}", ids.value(row)));
            all.push(ids.value(row));
        }
    }
    all
}

pub(crate) fn counted(rows: i64) -> Vec<i64> {
    (0..rows).collect()
}
