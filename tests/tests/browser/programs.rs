//! The command line programs, replaced by stand-ins.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use dbsql::auth::{AzureCli, DatabricksCli, TokenProvider};
use dbsql::{Client, Config, ErrorKind};
use dbsql_local::TestWarehouse;

use crate::{STATEMENT, run, warehouse};

/// A folder with a stand-in for this program, which prints the token of the warehouse.
fn stand_in(name: &str, mode: &str, warehouse: &TestWarehouse) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fakes").join(name);
    let path = folder.path().join(name);
    // Written by another process: a file that this process has open for writing cannot be executed.
    let copied = Command::new("cp").arg("-p").arg(source).arg(&path).status().expect("cp runs");
    assert!(copied.success());
    for (setting, value) in [("mode", mode), ("token", warehouse.token())] {
        let file = folder.path().join(format!("{name}.{setting}"));
        std::fs::write(file, value).expect("it is written");
    }
    (folder, path)
}

fn client(warehouse: &TestWarehouse, provider: impl TokenProvider) -> Client {
    let config = Config::new(warehouse.host(), warehouse.http_path()).credentials(provider);
    Client::new(config).expect("a valid configuration")
}

#[tokio::test]
async fn token_of_the_databricks_cli_is_accepted() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let (folder, path) = stand_in("databricks", "signed-in", &warehouse);
    let client = client(&warehouse, DatabricksCli::new().path(path));
    for _ in 0..3 {
        run(&client).await.expect("signed in");
    }
    let log = std::fs::read_to_string(folder.path().join("databricks.log")).expect("it ran");
    assert_eq!(log, format!("auth token --host {}\n", warehouse.host()));
}

#[tokio::test]
async fn token_of_the_azure_cli_is_accepted() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let (_folder, path) = stand_in("az", "signed-in", &warehouse);
    run(&client(&warehouse, AzureCli::new().path(path))).await.expect("signed in");
}

#[tokio::test]
async fn error_of_a_signed_out_program_has_its_message() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let (_folder, path) = stand_in("databricks", "signed-out", &warehouse);
    let client = client(&warehouse, DatabricksCli::new().path(path));
    let error = run(&client).await.expect_err("nobody is signed in");
    assert_eq!(error.kind(), ErrorKind::Auth);
    let cause = error.source().expect("the cause").to_string();
    assert!(cause.contains("databricks OAuth is not configured for this host"), "{cause}");
    assert_eq!(warehouse.service().runs(STATEMENT), 0);
}

#[tokio::test]
async fn missing_program_is_a_config_error() {
    let warehouse = warehouse(Duration::from_secs(3600)).await;
    let client = client(&warehouse, DatabricksCli::new().path("dbsql-no-such-program"));
    let error = run(&client).await.expect_err("it is missing");
    assert_eq!(error.kind(), ErrorKind::Config);
}
