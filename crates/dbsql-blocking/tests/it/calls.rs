//! Each call does what its async counterpart does.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use dbsql_blocking::{
    AsyncExecution, Client, ClientBuilder, CloseOutcome, Connect, Connection, ErrorKind, Execute,
    ExecutionHandle, ExecutionStatus, PollSchedule, ResultSet, Statement, StatusChanges, Submit,
};

use crate::support::{DOCUMENT, ENDLESS, LONG, SLOW, Warehouse, client, rows, service};

const fn shared<T: Clone + Send + Sync + Debug>() {}
const fn owned<T: Send + Debug>() {}
const _: () = {
    shared::<Client>();
    shared::<Connection>();
    shared::<AsyncExecution>();
    shared::<Connect>();
    shared::<Submit>();
    shared::<Execute>();
    owned::<ClientBuilder>();
    owned::<ResultSet>();
    owned::<StatusChanges>();
};

#[test]
fn document_example_polls_and_fetches() {
    let client = client(&service());
    let connection = client.connect().open().unwrap();
    let statement = Statement::new(DOCUMENT).bind("param", "foo");
    let query = connection.execute_async(statement).submit().unwrap();
    assert!(query.is_running());
    while query.is_running() {
        std::thread::sleep(Duration::from_millis(20));
        query.sync_status().unwrap();
    }
    assert!(query.is_finished() && query.is_terminal() && !query.is_failed());
    assert_eq!(rows(&query.get_results().unwrap().fetch_all().unwrap()), 10);
    assert_eq!(connection.close().unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    query.close().unwrap();
    assert_eq!(connection.close().unwrap(), CloseOutcome::Closed);
}

#[test]
fn handle_text_is_picked_up_by_another_client() {
    // On a port: in process, a statement would end with the client that runs it.
    let warehouse = Warehouse::start();
    let text = {
        let client = warehouse.client();
        let connection = client.connect().open().unwrap();
        let query = connection.execute_async(DOCUMENT).submit().unwrap();
        connection.close().unwrap();
        query.serialize().unwrap()
    };
    let handle: ExecutionHandle = text.parse().unwrap();
    let other = warehouse.client();
    let query = other.get_async_execution(handle.clone()).unwrap();
    assert_eq!(query.handle().unwrap().serialize(), text);
    assert_eq!(query.wait().unwrap(), ExecutionStatus::Finished);
    assert_eq!(rows(&query.get_results().unwrap().fetch_all().unwrap()), 10);
    assert_eq!(rows(&query.get_results_from(7).unwrap().fetch_all().unwrap()), 3);
    query.close().unwrap();
    let gone = other.with_deadline(LONG).get_async_execution(handle).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
}

#[test]
fn execute_runs_to_the_end_in_one_request() {
    let service = service();
    let client = client(&service);
    assert_eq!(rows(&client.execute("SELECT 1").run().unwrap().fetch_all().unwrap()), 1);
    assert_eq!(service.requests("ExecuteStatement"), 1);
    assert_eq!(service.requests("FetchResults"), 0);
    let updated = client.execute("UPDATE t").run().unwrap();
    assert_eq!(updated.rows_affected(), Some(3));
    let direct = client.execute_async("SELECT 1").allow_direct_result().submit().unwrap();
    assert!(direct.returned_as_direct_result());
    assert_eq!(direct.serialize().unwrap_err().kind(), ErrorKind::NotResumable);
}

#[test]
fn errors_are_those_of_the_async_client() {
    let client = client(&service());
    let failed = client.execute("SELECT unknown").run().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Failed);
    assert_eq!(failed.error_class(), Some("UNSCRIPTED_STATEMENT"));
    let invalid = client.find_submitted("", SystemTime::UNIX_EPOCH).unwrap_err();
    assert_eq!(invalid.kind(), ErrorKind::InvalidInput);
}

#[test]
fn status_changes_end_with_the_terminal_one() {
    let client = client(&service());
    let query = client.execute_async(SLOW).submit().unwrap();
    let mut changes = query.status_changes();
    let all: Vec<_> = changes.by_ref().map(|change| change.unwrap().status).collect();
    assert_eq!(all.last(), Some(&ExecutionStatus::Finished));
    assert!(all.len() >= 2, "{all:?}");
    assert!(changes.next().is_none());
}

#[test]
fn wait_with_a_schedule_ends_with_the_statement() {
    let client = client(&service());
    let query = client.execute_async(SLOW).submit().unwrap();
    let schedule = PollSchedule::every(Duration::from_millis(50));
    assert_eq!(query.wait_with(schedule).unwrap(), ExecutionStatus::Finished);
}

#[test]
fn canceled_query_has_no_result() {
    let client = client(&service());
    let query = client.execute_async(ENDLESS).submit().unwrap();
    query.cancel().unwrap();
    assert_eq!(query.wait().unwrap(), ExecutionStatus::Canceled);
    assert_eq!(query.get_results().unwrap_err().kind(), ErrorKind::Canceled);
    assert_eq!(query.failure().unwrap().kind(), ErrorKind::Canceled);
}

#[test]
fn connect_options_reach_the_session() {
    let service = service();
    let client = client(&service);
    let connection = client
        .connect()
        .catalog("main")
        .schema("sales")
        .configuration("TIMEZONE", "UTC")
        .query_tag("team", "a")
        .deadline(LONG)
        .open()
        .unwrap();
    assert_eq!(rows(&connection.execute("SELECT 1").run().unwrap().fetch_all().unwrap()), 1);
    connection.close_all().unwrap();
    assert_eq!(service.live_sessions(), 0);
    let error = connection.execute("SELECT 1").run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired);
}

#[test]
fn shutdown_closes_the_session_of_the_client() {
    let service = service();
    let client = client(&service);
    client.execute("SELECT 1").run().unwrap().fetch_all().unwrap();
    assert_eq!(service.live_sessions(), 1);
    client.shutdown(LONG).unwrap();
    assert_eq!((service.live_sessions(), service.live_operations()), (0, 0));
    // It remains usable.
    drop(client.execute("SELECT 1").run().unwrap());
}

#[test]
fn metadata_is_listed() {
    let client = client(&service());
    let connection = client.connect().open().unwrap();
    let types: Vec<String> =
        connection.table_types().list().unwrap().rows().unwrap().fetch_all().unwrap();
    assert!(types.iter().any(|name| name == "TABLE"), "{types:?}");
    let (schemas, tables) = (connection.schemas(), connection.tables().types(["TABLE"]));
    let none = tables.catalog("main").schema_pattern("no").table_pattern("%").deadline(LONG);
    assert_eq!(rows(&none.list().unwrap().fetch_all().unwrap()), 0);
    let columns = connection.columns().table_pattern("t").column_pattern("%").list().unwrap();
    assert_eq!(columns.schema().fields().len(), 24);
    for listed in [
        schemas.list(),
        connection.catalogs().list(),
        connection.functions().function_pattern("no").list(),
        connection.primary_keys("main", "default", "t").list(),
        connection.foreign_keys("main", "default", "t").parent("main", "default", "p").list(),
        connection.type_info().list(),
    ] {
        assert!(!listed.unwrap().schema().fields().is_empty());
    }
    let invalid = connection.tables().table_pattern("\0").list().unwrap_err();
    assert_eq!(invalid.kind(), ErrorKind::InvalidInput);
}
