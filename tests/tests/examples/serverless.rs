//! The serverless pair: two processes that share a text.

use std::process::{Command, Stdio};

use dbsql::SqlProtocol;
use dbsql_local::TestWarehouse;

use crate::support::{example_at, output, run, warehouse};

const TABLE: &str = "+-------+\n| slept |\n+-------+\n| 0.5   |\n+-------+";

/// The second half, with the handle as its standard input.
fn collect(warehouse: &TestWarehouse, handle: &str) -> Command {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("handle");
    std::fs::write(&path, format!("{handle}\n")).unwrap();
    let mut command = example_at(warehouse, "serverless-collect", &[]);
    command.stdin(Stdio::from(std::fs::File::open(path).unwrap()));
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn result_is_collected_by_another_process() {
    let sql = "SELECT sleep(0.5) AS slept";
    for protocol in [SqlProtocol::Thrift, SqlProtocol::Sea] {
        let warehouse = warehouse(protocol).await;
        let handle = output(example_at(&warehouse, "serverless-start", &[sql]));
        assert_eq!(handle.lines().count(), 1, "{handle}");
        assert_eq!(handle.starts_with("sea:"), protocol == SqlProtocol::Sea, "{handle}");
        let ended = run(collect(&warehouse, &handle));
        assert!(ended.status.success(), "{ended:?}");
        assert_eq!(ended.stdout, TABLE);
        // The secret is not in it.
        let id = handle.trim_start_matches("sea:").split(':').next().unwrap();
        assert_eq!(ended.stderr, format!("{id} is finished\n"));
        assert_eq!(warehouse.service().runs(sql), 1);
        assert_eq!(warehouse.service().live_operations(), 0);
        // It was closed: there is nothing to collect twice.
        let again = run(example_at(&warehouse, "serverless-collect", &[&handle]));
        assert!(!again.status.success() && again.stdout.is_empty(), "{again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_statement_is_left_for_later() {
    let warehouse = warehouse(SqlProtocol::Thrift).await;
    let handle = output(example_at(&warehouse, "serverless-start", &["SELECT sleep(60)"]));
    let ended = run(example_at(&warehouse, "serverless-collect", &[&handle]));
    assert_eq!((ended.status.code(), &*ended.stdout), (Some(75), ""), "{ended:?}");
    assert!(ended.stderr.ends_with("is running: collect it later\n"), "{ended:?}");
    assert_eq!(warehouse.service().running_operations(), 1);
}
