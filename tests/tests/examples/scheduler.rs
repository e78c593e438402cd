//! The scheduler: killed at each of its moments, and started again.

use std::path::Path;
use std::time::Duration;

use dbsql::SqlProtocol;
use dbsql_local::TestWarehouse;
use dbsql_local::faults::Step;

use crate::SUBMITS;
use crate::support::{Running, example_at, output, until, warehouse};

const SLOW: &str = "SELECT sleep(2) AS slept";
const TABLE: &str = "+-------+\n| slept |\n+-------+\n| 2.0   |\n+-------+";

fn start(warehouse: &TestWarehouse, file: &Path, statements: &[&str]) -> Running {
    let file = [file.to_str().unwrap()];
    Running::start(example_at(warehouse, "scheduler", &[&file, statements].concat()))
}

fn restart(warehouse: &TestWarehouse, file: &Path) -> String {
    output(example_at(warehouse, "scheduler", &[file.to_str().unwrap()]))
}

#[tokio::test(flavor = "multi_thread")]
async fn restart_continues_with_the_handles() {
    for protocol in [SqlProtocol::Thrift, SqlProtocol::Sea] {
        let warehouse = warehouse(protocol).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jobs.json");
        let program = start(&warehouse, &file, &[SLOW, "SELECT * FROM nowhere"]);
        assert_eq!(program.line(), format!("submitted  {SLOW}"));
        assert_eq!(program.line(), "submitted  SELECT * FROM nowhere");
        program.kill();
        #[cfg(unix)]
        {
            let metadata = std::fs::metadata(&file).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
            assert_eq!(mode & 0o777, 0o600);
        }

        let printed = restart(&warehouse, &file);
        assert!(printed.starts_with(&format!("left over  {SLOW}\nleft over  ")), "{printed}");
        assert!(printed.contains(&format!("{TABLE}\nfinished   {SLOW}\n")), "{printed}");
        assert!(printed.ends_with("failed     SELECT * FROM nowhere"), "{printed}");
        assert_eq!(warehouse.service().runs(SLOW), 1);
        // Nothing is left to do.
        assert_eq!(restart(&warehouse, &file), "");
    }
}

/// Kills it after the warehouse has accepted the statement and before it has answered.
async fn killed_in_the_middle(warehouse: &TestWarehouse, submit: &str, file: &Path) {
    let service = warehouse.service();
    service.script(submit, [Step::serve().after(Duration::from_secs(60))]);
    let program = start(warehouse, file, &[SLOW]);
    until("the statement arrives", || service.runs(SLOW) == 1).await;
    program.kill();
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(r#""nonce""#) && text.contains(r#""handle": null"#), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn statement_without_a_handle_is_found_by_its_nonce() {
    let (protocol, submit) = SUBMITS[1];
    let warehouse = warehouse(protocol).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.json");
    killed_in_the_middle(&warehouse, submit, &file).await;
    let printed = restart(&warehouse, &file);
    assert_eq!(printed, format!("left over  {SLOW}\n{TABLE}\nfinished   {SLOW}"));
    assert_eq!(warehouse.service().runs(SLOW), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn statement_without_a_secret_is_not_run_again() {
    let (protocol, submit) = SUBMITS[0];
    let warehouse = warehouse(protocol).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.json");
    killed_in_the_middle(&warehouse, submit, &file).await;
    for _ in 0..2 {
        let printed = restart(&warehouse, &file);
        assert!(printed.contains(&format!("postponed  {SLOW}: query ")), "{printed}");
        assert!(printed.ends_with(", and its secret is lost"), "{printed}");
    }
    assert_eq!(warehouse.service().runs(SLOW), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answer_is_like_a_kill() {
    let (protocol, submit) = SUBMITS[1];
    let warehouse = warehouse(protocol).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.json");
    warehouse.service().script(submit, [Step::reset().accepted()]);
    let ended = start(&warehouse, &file, &[SLOW]).end();
    assert!(ended.stdout.starts_with("unknown    "), "{ended:?}");
    assert!(ended.stdout.ends_with(&format!("{TABLE}\nfinished   {SLOW}")), "{ended:?}");
    assert_eq!(warehouse.service().runs(SLOW), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_statement_is_no_job() {
    let (protocol, submit) = SUBMITS[0];
    let warehouse = warehouse(protocol).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.json");
    warehouse.service().script(submit, [Step::error(400, "BAD_REQUEST: no")]);
    let ended = start(&warehouse, &file, &[SLOW]).end();
    assert!(ended.stdout.starts_with(&format!("rejected   {SLOW}: ")), "{ended:?}");
    assert_eq!(restart(&warehouse, &file), "");
}
