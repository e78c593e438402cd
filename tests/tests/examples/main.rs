//! The examples, as processes: what a user sees who runs them, against the local warehouse.

#![expect(clippy::future_not_send, reason = "each test runs on one thread")]
#![expect(clippy::unwrap_used, reason = "helpers stand outside of the tests")]

mod datafusion;
mod scheduler;
mod serverless;
mod support;
mod to_parquet;
mod web_service;

use std::process::Command;
use std::time::Duration;

use dbsql::SqlProtocol;
use dbsql_local::faults::Step;

use support::{Running, example, example_at, output, run, until, warehouse};

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_cancels_the_statement() {
    for protocol in [SqlProtocol::Thrift, SqlProtocol::Sea] {
        let warehouse = warehouse(protocol).await;
        let program =
            Running::start(example_at(&warehouse, "cancel-on-ctrl-c", &["SELECT sleep(60)"]));
        program.line_that_begins("running");
        assert_eq!(warehouse.service().running_operations(), 1);
        program.interrupt();
        let ended = program.end();
        assert_eq!((ended.status.code(), &*ended.stdout), (Some(130), "canceled"), "{ended:?}");
        assert_eq!(warehouse.service().running_operations(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_before_the_answer_cancels_the_statement() {
    let sql = "SELECT sleep(60)";
    for (protocol, submit) in SUBMITS {
        let warehouse = warehouse(protocol).await;
        let service = warehouse.service();
        service.script(submit, [Step::serve().after(Duration::from_secs(2))]);
        let program = Running::start(example_at(&warehouse, "cancel-on-ctrl-c", &[sql]));
        until("the statement arrives", || service.runs(sql) == 1).await;
        program.interrupt();
        let ended = program.end();
        assert_eq!(ended.status.code(), Some(130), "{ended:?}");
        assert_eq!(ended.stdout, "stopped before the statement was accepted", "{ended:?}");
        assert_eq!(service.running_operations(), 0);
    }
}

#[test]
fn statement_without_ctrl_c_finishes() {
    let printed = output(example("cancel-on-ctrl-c", &["SELECT * FROM RANGE(3)"]));
    assert!(printed.ends_with("finished  with 3 rows"), "{printed}");
}

#[test]
fn thousand_queries_run_within_the_bound() {
    let printed = output(example("thousand-queries", &["1000"]));
    // The sum of 0 to 9, times the sum of 0 to 999.
    let expected = "finished        1000\n\
                    failed          0\n\
                    sum of all      22477500\n\
                    peak in flight  ";
    let peak = printed.strip_prefix(expected).unwrap_or_else(|| panic!("{printed}"));
    assert!((100..=250).contains(&peak.parse::<u32>().unwrap()), "{peak}");
}

const TABLE: &str = "+-------+\n| slept |\n+-------+\n| 0.4   |\n+-------+";

#[test]
fn progress_is_for_terminals_alone() {
    let ended = run(example("progress-bar", &["SELECT sleep(0.4) AS slept"]));
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!((&*ended.stdout, &*ended.stderr), (TABLE, ""));
}

/// On a terminal of util-linux's `script`, where there is one. For 7 s, since the server holds a status
/// call for 5.
#[test]
fn progress_bar_fills_on_a_terminal() {
    if Command::new("script").arg("--version").output().is_err() {
        println!("skipped: there is no `script`");
        return;
    }
    let program = example("progress-bar", &[]).get_program().to_owned();
    let program = format!("{} 'SELECT sleep(7) AS slept'", program.display());
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &program, "/dev/null"]);
    command.env_clear().env("HOME", "/nonexistent").env("PATH", std::env::var_os("PATH").unwrap());
    let printed = output(command).replace('\r', "");
    let bars: Vec<_> = printed.split("\u{1b}[K").skip(1).collect();
    assert!(bars.iter().any(|bar| bar.starts_with("[###") && bar.contains("-]")), "{printed:?}");
    assert!(bars.last().unwrap().contains(" finished\n"), "{printed:?}");
    assert!(printed.ends_with(&TABLE.replace("0.4", "7.0")), "{printed:?}");
}

/// What the requests are called that submit statements.
const SUBMITS: [(SqlProtocol, &str); 2] =
    [(SqlProtocol::Thrift, "ExecuteStatement"), (SqlProtocol::Sea, "sea-execute")];
