//! What the endpoint shows.

use super::*;

async fn state(service: &Service) -> Value {
    let said = get(service, "/-/state").await;
    assert_eq!(said.status, 200);
    said.body
}

fn ask_sea(sql: &str) -> http::request::Builder {
    let _ = sql;
    Request::post(format!("{HOST}/api/2.0/sql/statements"))
        .header("content-type", "application/json")
        .header("user-agent", "<script>alert(1)</script>/1")
}

#[tokio::test(start_paused = true)]
async fn statements_of_both_protocols_are_listed() {
    let warehouse = Warehouse::with(with_admin).await;
    let (service, client) = (&warehouse.service, &warehouse.client);
    client.execute(direct(&warehouse.session, TEN)).await;
    let body =
        json!({ "warehouse_id": "local", "statement": "SELECT '<b>'", "wait_timeout": "5s" });
    send(service, ask_sea(TEN), &body.to_string()).await;

    let state = state(service).await;
    assert_eq!(state["statement_count"], 2);
    let [sea, thrift] = &state["statements"].as_array().expect("a list")[..] else {
        panic!("{state}");
    };
    assert_eq!((&sea["protocol"], &sea["state"]), (&json!("sea"), &json!("FAILED")));
    assert_eq!((&sea["sql"], &sea["rows"]), (&json!("SELECT '<b>'"), &Value::Null));
    assert_eq!(sea["client"], "<script>alert(1)</script>/1");
    assert!(sea["error"].as_str().expect("an error").contains("UNSCRIPTED_STATEMENT"), "{sea}");
    assert_eq!((&thrift["protocol"], &thrift["state"]), (&json!("thrift"), &json!("FINISHED")));
    assert_eq!((&thrift["rows"], &thrift["bytes"]), (&json!(10), &json!(80)));
    assert_eq!((&thrift["sql"], &thrift["client"]), (&json!(TEN), &Value::Null));
}

#[tokio::test(start_paused = true)]
async fn ages_and_sessions_are_shown() {
    let warehouse = Warehouse::with(with_admin).await;
    warehouse.client.submit(&warehouse.session, ENDLESS).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let state = state(&warehouse.service).await;
    let session = &state["sessions"][0];
    assert_eq!((&state["session_count"], &session["protocol"]), (&json!(1), &json!("thrift")));
    assert_eq!((&session["operations"], &session["age_ms"]), (&json!(1), &json!(3000)));
    assert_eq!(state["statements"][0]["state"], "RUNNING");
    assert_eq!(state["statements"][0]["session"], session["id"]);
    assert_eq!(state["requests_in_flight"]["now"], 0);
}

#[tokio::test(start_paused = true)]
async fn running_statement_is_canceled_by_its_id() {
    let warehouse = Warehouse::with(with_admin).await;
    let handle = warehouse.client.submit(&warehouse.session, ENDLESS).await;
    let id = state(&warehouse.service).await["statements"][0]["id"].clone();
    let path = format!("/-/statements/{}", id.as_str().expect("an id"));
    change(&warehouse.service, &format!("{path}/cancel"), &json!({})).await;
    warehouse.client.wait(&handle).await;
    assert_eq!(get(&warehouse.service, &path).await.body["state"], "CANCELED");
    assert_eq!(warehouse.service.running_operations(), 0);
    // Again, which changes nothing, and for one that never existed.
    change(&warehouse.service, &format!("{path}/cancel"), &json!({})).await;
    for id in ["00000000-0000-0000-0000-000000000000", "%3Cb%3E", "x"] {
        let said =
            post(&warehouse.service, &format!("/-/statements/{id}/cancel"), &json!({})).await;
        assert_eq!(said.code(), (404, "NOT_FOUND"), "{id}");
        let said = get(&warehouse.service, &format!("/-/statements/{id}")).await;
        assert_eq!(said.code(), (404, "NOT_FOUND"), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn list_has_excerpts_and_one_statement_its_text() {
    let warehouse = Warehouse::with(with_admin).await;
    let sql = format!("SELECT '{}'", "ü".repeat(1000));
    warehouse.client.execute(direct(&warehouse.session, &sql)).await;
    let row = state(&warehouse.service).await["statements"][0].clone();
    assert_eq!(row["sql"].as_str().expect("a text").chars().count(), 301);
    let path = format!("/-/statements/{}", row["id"].as_str().expect("an id"));
    assert_eq!(get(&warehouse.service, &path).await.body["sql"], sql);
}

#[tokio::test(start_paused = true)]
async fn counts_tell_how_often_a_statement_ran() {
    let warehouse = Warehouse::with(with_admin).await;
    for _ in 0..2 {
        warehouse.client.execute(direct(&warehouse.session, TEN)).await;
    }
    let counts = get(&warehouse.service, "/-/counts").await.body;
    assert_eq!(counts["runs"], json!({ TEN: 2 }));
    assert_eq!(counts["requests"], json!({ "OpenSession": 1, "ExecuteStatement": 2 }));
}

#[tokio::test]
async fn endpoint_is_not_counted_recorded_or_disturbed() {
    let rule = Rule::new(Target::Everything, Trigger::Always, Fault::Refuse);
    let service = Service::builder()
        .admin_token(TOKEN)
        .record_requests()
        .faults(FaultPlan::seeded(0).rule(rule))
        .build();
    service.always("other", || Step::http(500));
    assert_eq!(get(&service, "/-/state").await.status, 200);
    assert_eq!(get(&service, "/").await.status, 200);
    change(&service, "/-/plan", &json!({})).await;
    assert!(service.request_counts().is_empty() && service.seen().is_empty());
    assert_eq!(service.all_in_flight().most, 0);
}

#[tokio::test]
async fn workspace_token_reads_but_changes_nothing() {
    let service = Service::builder().admin_token(TOKEN).accept_token("workspace").build();
    let state = state(&service).await;
    assert_eq!((&state["may_change"], &state["needs_credentials"]), (&json!(false), &json!(true)));
    let request = || {
        Request::get(format!("{HOST}/-/state")).header("authorization", format!("bearer {TOKEN}"))
    };
    assert_eq!(send(&service, request(), "").await.body["may_change"], true);
    let request =
        Request::post(format!("{HOST}/-/recover")).header("authorization", "Bearer workspace");
    assert_eq!(send(&service, request, "").await.code(), (401, "UNAUTHENTICATED"));
    // Nor is the admin token one of the workspace.
    let client = Client { authorization: Some(format!("Bearer {TOKEN}")), ..Client::new(&service) };
    let refused = client.call::<rpc::OpenSession>(&TOpenSessionReq::default()).await;
    assert!(matches!(refused, Err(Failure::Http(StatusCode::UNAUTHORIZED, _))), "{refused:?}");
}
