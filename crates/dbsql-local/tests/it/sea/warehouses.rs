//! Warehouses: their state, and a cold start.

use std::time::Duration;

use dbsql_local::Settings;
use dbsql_protocol::types::TOperationState;
use serde_json::{Value, json};

use super::{Sea, code, id, state, statement, with};
use crate::support::{Client, TEN};

const WAREHOUSES: &str = "/api/2.0/sql/warehouses";

fn cold() -> Sea {
    let cold_start = Duration::from_secs(120);
    Sea::with_settings(Settings { cold_start, ..Settings::default() })
}

impl Sea {
    async fn power(&self) -> String {
        let (_, facts) = self.get(&format!("{WAREHOUSES}/local")).await;
        facts["state"].as_str().expect("a state").to_owned()
    }
}

#[tokio::test(start_paused = true)]
async fn the_warehouse_is_listed_and_running() {
    let sea = Sea::start();
    let (status, list) = sea.get(WAREHOUSES).await;
    assert_eq!(status, 200);
    let (_, one) = sea.get(&format!("{WAREHOUSES}/local")).await;
    assert_eq!(list["warehouses"], json!([one]));
    assert_eq!((&one["id"], &one["state"]), (&json!("local"), &json!("RUNNING")));
    for (method, path) in [("GET", "other"), ("POST", "other/start")] {
        let answer = sea.ask(method, &format!("{WAREHOUSES}/{path}"), Value::Null).await;
        assert_eq!(code(&answer), (404, "RESOURCE_DOES_NOT_EXIST"));
    }
}

#[tokio::test(start_paused = true)]
async fn cold_warehouse_starts_on_request() {
    let sea = cold();
    assert_eq!(sea.power().await, "STOPPED");
    sea.sleep(3600).await;
    let start = format!("{WAREHOUSES}/local/start");
    assert_eq!(sea.ask("POST", &start, Value::Null).await, (200, json!({})));
    assert_eq!(sea.power().await, "STARTING");
    sea.sleep(60).await;
    // A repeated request changes nothing.
    sea.ask("POST", &start, Value::Null).await;
    sea.sleep(60).await;
    assert_eq!(sea.power().await, "RUNNING");
    assert_eq!(sea.ask("POST", &start, Value::Null).await.0, 200);
    assert_eq!(state(&sea.execute(statement(TEN)).await), "SUCCEEDED");
}

#[tokio::test(start_paused = true)]
async fn statement_starts_a_cold_warehouse_and_is_pending() {
    let sea = cold();
    let answer = sea.execute(with(statement(TEN), json!({ "wait_timeout": "5s" }))).await;
    assert_eq!((state(&answer), sea.power().await.as_str()), ("PENDING", "STARTING"));
    // A Thrift statement waits as well, no longer than the first.
    let client = Client::new(&sea.service);
    let session = client.open().await;
    let handle = client.submit(&session, TEN).await;
    sea.sleep(114).await;
    assert_eq!(sea.state(&id(&answer)).await, "PENDING");
    assert_eq!(sea.service.runs(TEN), 0);
    sea.sleep(2).await;
    assert_eq!(sea.state(&id(&answer)).await, "SUCCEEDED");
    assert_eq!(client.state(&handle).await, TOperationState::FINISHED_STATE);
    let late = sea.execute(with(statement(TEN), json!({ "wait_timeout": "5s" }))).await;
    assert_eq!(state(&late), "SUCCEEDED");
}
