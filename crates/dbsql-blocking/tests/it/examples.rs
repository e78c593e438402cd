//! The examples run unchanged, each in a separate process.

use std::path::PathBuf;
use std::process::Command;

use crate::support::Warehouse;

fn example(warehouse: &Warehouse, name: &str, arguments: &[&str]) -> String {
    let tests = std::env::current_exe().unwrap();
    // target/debug/deps/it-* beside target/debug/examples
    let program: PathBuf = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.exists(), "{NOT_BUILT}");
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

const NOT_BUILT: &str = "the example is not built; `cargo test --package dbsql-blocking` builds it, and so \
                         does `cargo build --package dbsql-blocking --examples`";

#[test]
fn example_runs_a_query() {
    let warehouse = Warehouse::start();
    assert_eq!(example(&warehouse, "run_blocking", &[]), "10 rows\n");
    assert_eq!(warehouse.service.live_sessions(), 0);
}

#[test]
fn example_picks_up_in_another_process() {
    let warehouse = Warehouse::start();
    let handle = example(&warehouse, "pick_up_blocking", &[]);
    assert_eq!(example(&warehouse, "pick_up_blocking", &[handle.trim()]), "10 rows\n");
    assert_eq!(warehouse.service.runs(crate::support::DOCUMENT), 1);
}
