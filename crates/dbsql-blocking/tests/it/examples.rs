//! The examples run as they stand, each in a process of its own.

use std::path::PathBuf;
use std::process::Command;

use crate::support::Warehouse;

fn example(warehouse: &Warehouse, name: &str, arguments: &[&str]) -> String {
    let tests = std::env::current_exe().unwrap();
    // target/debug/deps/it-* beside target/debug/examples
    let program: PathBuf = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    let output = Command::new(program)
        .args(arguments)
        .env("DATABRICKS_HOST", &warehouse.host)
        .env("DATABRICKS_HTTP_PATH", &warehouse.http_path)
        .env("DATABRICKS_TOKEN", &warehouse.token)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let printed = text(output.stdout);
    assert!(output.status.success(), "{printed}{}", text(output.stderr));
    printed
}

#[test]
fn example_runs_a_query() {
    let warehouse = Warehouse::start();
    assert_eq!(example(&warehouse, "run", &[]), "10 rows\n");
    assert_eq!(warehouse.service.live_sessions(), 0);
}

#[test]
fn example_picks_up_in_another_process() {
    let warehouse = Warehouse::start();
    let handle = example(&warehouse, "pick_up", &[]);
    assert_eq!(example(&warehouse, "pick_up", &[handle.trim()]), "10 rows\n");
    assert_eq!(warehouse.service.runs(crate::support::DOCUMENT), 1);
}
