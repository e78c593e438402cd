//! Requests besides Thrift: the state of the warehouse, feature flags, telemetry.

use dbsql_local::{Service, Settings};
use dbsql_protocol::rpc;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Client, HOST, TEN, Warehouse, direct};

const WAREHOUSES: &str = "/api/2.0/sql/warehouses";
const FLAGS: &str = "/api/2.0/connector-service/feature-flags/PYTHON/4.8.0";

/// Returns the status and the JSON of a response.
async fn ask(client: &Client, method: &str, path: &str) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(format!("{}{path}", client.host));
    if let Some(authorization) = &client.authorization {
        request = request.header("authorization", authorization);
    }
    let request = request.body("{}".into()).expect("valid");
    let response = client.transport.send(request).await.expect("an answer");
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").map(|kind| kind.as_bytes().to_vec());
    assert_eq!(kind.as_deref(), Some(&b"application/json"[..]), "{method} {path}");
    let body = response.into_body().collect(usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error_code"].as_str().expect("a code"))
}

async fn check(client: &Client, service: &Service) {
    let settings = service.settings();
    let id = settings.warehouse_id();
    let (status, facts) = ask(client, "GET", &format!("{WAREHOUSES}/{id}")).await;
    assert_eq!(status, 200);
    assert_eq!((&facts["id"], &facts["state"]), (&json!(id), &json!("RUNNING")));
    assert!(facts["name"].is_string(), "{facts}");
    assert_eq!(facts["odbc_params"]["path"], service.settings().http_path);
    let other = ask(client, "GET", &format!("{WAREHOUSES}/other")).await;
    assert_eq!(code(&other), (404, "RESOURCE_DOES_NOT_EXIST"));
    assert!(other.1["message"].as_str().expect("a message").contains("other"), "{other:?}");
    for path in ["/telemetry-ext", "/telemetry-unauth"] {
        assert_eq!(ask(client, "POST", path).await, (200, json!({})));
    }
    let flags = ask(client, "GET", FLAGS).await;
    assert_eq!(code(&flags), (404, "ENDPOINT_NOT_FOUND"));
    for path in ["/", "/api/2.0/sql/nothing", "/api/2.0/sql/statements/a/b"] {
        assert_eq!(code(&ask(client, "GET", path).await), (404, "ENDPOINT_NOT_FOUND"), "{path}");
    }
    assert_eq!(service.requests("warehouses"), 2);
    assert_eq!((service.requests("telemetry"), service.requests("feature-flags")), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn requests_besides_thrift_are_answered() {
    let w = Warehouse::start().await;
    check(&w.client, &w.service).await;
    assert_eq!(w.client.get(&format!("{HOST}/files/none"), &[]).await.expect("an answer").0, 403);
    let (_, facts) = ask(&w.client, "GET", &format!("{WAREHOUSES}/local")).await;
    assert_eq!(facts["num_active_sessions"], 1);
}

#[tokio::test]
async fn requests_besides_thrift_are_answered_on_a_socket() {
    let (server, service, _) = crate::sockets::serve(Default::default(), Settings::default()).await;
    check(&crate::sockets::client(&server), &service).await;
}

#[tokio::test(start_paused = true)]
async fn only_the_state_of_a_warehouse_needs_a_token() {
    let w = Warehouse::start().await;
    let service = crate::support::builder(&w.engine, &w.runtime).accept_token("good").build();
    let mut client = Client::new(&service);
    for path in [format!("{WAREHOUSES}/local"), format!("{WAREHOUSES}/other")] {
        assert_eq!(code(&ask(&client, "GET", &path).await), (401, "UNAUTHENTICATED"));
    }
    assert_eq!(ask(&client, "POST", "/telemetry-unauth").await.0, 200);
    client.authorization = Some("Bearer good".to_owned());
    assert_eq!(ask(&client, "GET", &format!("{WAREHOUSES}/local")).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn id_of_the_warehouse_is_the_last_path_segment() {
    for (http_path, id) in [
        ("/sql/1.0/warehouses/abc123", "abc123"),
        ("sql/1.0/endpoints/abc123/", "abc123"),
        ("/sql/1.0/warehouses/abc123?o=42", "abc123"),
    ] {
        let settings = Settings { http_path: http_path.to_owned(), ..Settings::default() };
        assert_eq!(settings.warehouse_id(), id);
        let runtime = dbsql_runtime::Runtime::seeded(1);
        let engine = crate::support::engine(&runtime);
        let service = crate::support::builder(&engine, &runtime).settings(settings).build();
        let (status, facts) =
            ask(&Client::new(&service), "GET", &format!("{WAREHOUSES}/{id}")).await;
        assert_eq!((status, &facts["id"]), (200, &json!(id)));
    }
}

#[tokio::test(start_paused = true)]
async fn state_requests_are_counted_separately() {
    let w = Warehouse::start().await;
    ask(&w.client, "GET", &format!("{WAREHOUSES}/local")).await;
    w.client.call::<rpc::ExecuteStatement>(&direct(&w.session, TEN)).await.expect("an answer");
    let counts = w.service.request_counts();
    let expected = [("ExecuteStatement", 1), ("OpenSession", 1), ("warehouses", 1)];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)).into());
}
