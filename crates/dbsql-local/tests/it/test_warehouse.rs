//! `TestWarehouse`: a warehouse for one test, on a real socket.

use std::time::Duration;

use dbsql_local::TestWarehouse;
use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};
use dbsql_protocol::message;
use dbsql_protocol::rpc;
use dbsql_protocol::types::TOpenSessionReq;
use dbsql_transport::{HttpOptions, HyperTransport, Transport as _, TransportError};

async fn open(warehouse: &TestWarehouse, token: &str) -> Result<u16, TransportError> {
    let request = http::Request::post(format!("{}{}", warehouse.host(), warehouse.http_path()))
        .header("authorization", format!("Bearer {token}"))
        .body(message::encode_call::<rpc::OpenSession>(&TOpenSessionReq::default()))
        .expect("a request");
    let transport = HyperTransport::new(HttpOptions::default()).expect("a transport");
    Ok(transport.send(request).await?.status().as_u16())
}

#[tokio::test]
async fn only_its_own_token_is_accepted() {
    let (one, other) = (TestWarehouse::start().await, TestWarehouse::start().await);
    let (one, other) = (one.expect("starts"), other.expect("starts"));
    assert_ne!(one.host(), other.host());
    assert_eq!(open(&one, one.token()).await.expect("an answer"), 200);
    assert_eq!(open(&one, other.token()).await.expect("an answer"), 401);
    assert_eq!(one.service().live_sessions(), 1);
    assert!(!format!("{one:?}").contains(one.token()), "the token is printed");
}

#[tokio::test]
async fn dropped_warehouse_accepts_no_connection() {
    let warehouse = TestWarehouse::start().await.expect("starts");
    let address = warehouse.host().trim_start_matches("http://").to_owned();
    tokio::net::TcpStream::connect(&address).await.expect("it listens");
    drop(warehouse);
    // The listener task ends when it is next polled.
    let mut refused = false;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        refused = tokio::net::TcpStream::connect(&address).await.is_err();
        if refused {
            break;
        }
    }
    assert!(refused, "it still listens");
}

#[tokio::test]
async fn faults_of_the_builder_are_applied() {
    let rule = Rule::new(Target::method("OpenSession"), Trigger::Nth(1), Fault::status(503));
    let plan = FaultPlan::seeded(0).rule(rule);
    let warehouse = TestWarehouse::builder().faults(plan).start().await.expect("starts");
    assert_eq!(open(&warehouse, warehouse.token()).await.expect("an answer"), 503);
    assert_eq!(open(&warehouse, warehouse.token()).await.expect("an answer"), 200);
    warehouse.shutdown().await;
}
