//! A warehouse and a client in one process, on paused time from a seed.

use std::sync::Arc;
use std::time::Duration;

use dbsql::arrow::array::{Int64Array, RecordBatch};
use dbsql::{Client, Config, Runtime, SqlProtocol};
use dbsql_local::Service;
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::faults::FaultPlan;

pub(crate) const PROTOCOLS: [SqlProtocol; 2] = [SqlProtocol::Thrift, SqlProtocol::Sea];

pub(crate) const HOST: &str = "local.example";
/// Gives three rows.
pub(crate) const SMALL: &str = "SELECT 'canary-literal' -- small";
/// Takes a minute, and changes seven rows.
pub(crate) const SLOW: &str = "/* a note */ insert into t select 1";
pub(crate) const BAD: &str = "select 1 / 0";
pub(crate) const ENDLESS: &str = "WITH t AS (SELECT 1) SELECT * FROM t";

fn engine(runtime: &Runtime) -> ScriptedEngine {
    let ids: Int64Array = vec![1, 2, 3].into();
    let rows = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)]).unwrap();
    let error = SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
    ScriptedEngine::new(runtime.clone())
        .on(SMALL, Answer::rows(vec![rows]))
        .on(SLOW, Answer::affected(7).after(Duration::from_secs(60)))
        .on(BAD, Answer::fail(error))
        .on(ENDLESS, Answer::endless())
}

pub(crate) fn setup(over: SqlProtocol, faults: FaultPlan) -> (Service, Client) {
    setup_with(over, faults, |config| config)
}

pub(crate) fn setup_with(
    over: SqlProtocol,
    faults: FaultPlan,
    set: impl FnOnce(Config) -> Config,
) -> (Service, Client) {
    let runtime = Runtime::seeded(11);
    let service = Service::builder()
        .engine(engine(&runtime))
        .runtime(runtime.clone())
        .faults(faults)
        .accept_token("canary-token")
        .build();
    let config = Config::new(HOST, "/sql/1.0/warehouses/local");
    let config = set(config.token("canary-token").protocol(over));
    let builder = Client::builder(config).transport(service.transport()).runtime(runtime);
    (service, builder.build().unwrap())
}
