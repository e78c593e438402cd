//! Scripts and plans by HTTP.

use std::time::Duration;

use super::*;

async fn open(warehouse: &Warehouse) -> Result<(), Failure> {
    let answer = warehouse.client.call::<rpc::OpenSession>(&TOpenSessionReq::default()).await?;
    assert_eq!(answer.status.status_code, TStatusCode::SUCCESS_STATUS);
    Ok(())
}

fn status(answer: &Result<(), Failure>) -> u16 {
    match answer {
        Ok(()) => 200,
        Err(Failure::Http(status, _)) => status.as_u16(),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn scripted_steps_are_played_in_order() {
    let warehouse = Warehouse::with(with_admin).await;
    let steps = json!([
        { "kind": "error", "status": 503, "message": "TEMPORARILY_UNAVAILABLE: soon" },
        { "kind": "serve" },
        { "kind": "http", "status": 429 },
    ]);
    let script = json!({ "method": "OpenSession", "steps": steps });
    change(&warehouse.service, "/-/script", &script).await;
    let shown = get(&warehouse.service, "/-/state").await.body;
    assert_eq!(shown["faults"]["script"], json!({ "OpenSession": 3 }));
    for expected in [503, 200, 429, 200] {
        assert_eq!(status(&open(&warehouse).await), expected);
    }
    let shown = get(&warehouse.service, "/-/state").await.body;
    assert_eq!(shown["faults"]["script"], json!({}));
}

#[tokio::test]
async fn standing_step_ends_with_recovery() {
    let warehouse = Warehouse::with(with_admin).await;
    let step = json!({ "kind": "http", "status": 502, "headers": { "retry-after": "3" } });
    for recovery in [json!({ "method": "OpenSession" }), json!({}), json!({ "method": null })] {
        let always = json!({ "method": "OpenSession", "step": step });
        change(&warehouse.service, "/-/always", &always).await;
        let shown = get(&warehouse.service, "/-/state").await.body;
        assert_eq!(shown["faults"]["always"], json!({ "OpenSession": step }));
        for _ in 0..2 {
            assert_eq!(status(&open(&warehouse).await), 502);
        }
        change(&warehouse.service, "/-/recover", &recovery).await;
        assert_eq!(status(&open(&warehouse).await), 200);
    }
}

#[tokio::test]
async fn step_of_a_test_is_shown_without_json() {
    let warehouse = Warehouse::with(with_admin).await;
    warehouse.service.always("FetchResults", Step::reset);
    let shown = get(&warehouse.service, "/-/state").await.body;
    assert_eq!(shown["faults"]["always"], json!({ "FetchResults": null }));
}

#[tokio::test(start_paused = true)]
async fn lost_response_leaves_an_accepted_statement() {
    let warehouse = Warehouse::with(with_admin).await;
    let steps = json!([{ "kind": "reset", "accepted": true }, { "kind": "reset" }]);
    let script = json!({ "method": "ExecuteStatement", "steps": steps });
    change(&warehouse.service, "/-/script", &script).await;
    for _ in 0..2 {
        let request = statement(&warehouse.session, TEN);
        let answer = warehouse.client.call::<rpc::ExecuteStatement>(&request).await;
        assert!(matches!(answer, Err(Failure::Transport(_))), "{answer:?}");
    }
    // The work of the accepted one starts in the background.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(get(&warehouse.service, "/-/counts").await.body["runs"], json!({ TEN: 1 }));
}

#[tokio::test(start_paused = true)]
async fn headers_delay_and_body_are_sent() {
    let warehouse = Warehouse::with(with_admin).await;
    let step = json!({
        "kind": "http", "status": 418, "body_base64": "AP8=", "delay_ms": 5000,
        "headers": { "X-Own": "yes" },
    });
    let script = json!({ "method": "warehouses", "steps": [step] });
    change(&warehouse.service, "/-/script", &script).await;
    let start = tokio::time::Instant::now();
    let request = Request::get(format!("{HOST}/api/2.0/sql/warehouses")).body(Bytes::new());
    let response = warehouse.client.transport.send(request.expect("valid")).await;
    let response = response.expect("an answer");
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-own"]),
        (418, &"yes".parse().unwrap())
    );
    let body = response.into_body().collect(100).await.expect("a body");
    assert_eq!(&body[..], [0, 0xff]);
}

#[tokio::test]
async fn posted_plan_replaces_the_first_one() {
    let rule = Rule::new(Target::method("OpenSession"), Trigger::Nth(9), Fault::Refuse);
    let warehouse =
        Warehouse::with(|builder| with_admin(builder).faults(FaultPlan::seeded(1).rule(rule)))
            .await;
    let plan = json!({ "seed": 3, "rules": [
        { "method": "OpenSession", "nth": 2, "fault": { "kind": "status", "status": 503 } },
        { "method": "OpenSession", "first": 3, "fault": { "kind": "status", "status": 429 } },
    ] });
    change(&warehouse.service, "/-/plan", &plan).await;
    for expected in [429, 503, 429, 200] {
        assert_eq!(status(&open(&warehouse).await), expected);
    }
    let shown = get(&warehouse.service, "/-/state").await.body;
    assert_eq!(shown["faults"]["plan"].as_array().map(Vec::len), Some(2));
    change(&warehouse.service, "/-/plan", &json!({})).await;
    for _ in 0..10 {
        open(&warehouse).await.expect("no fault is left");
    }
}

#[tokio::test]
async fn each_kind_of_step_is_accepted() {
    let warehouse = Warehouse::with(with_admin).await;
    for step in [
        json!({ "kind": "serve" }),
        json!({ "kind": "refused" }),
        json!({ "kind": "reset_unsent" }),
        json!({ "kind": "reset", "accepted": false }),
        json!({ "kind": "stall_unsent" }),
        json!({ "kind": "stall", "accepted": true }),
        json!({ "kind": "http", "status": 200, "body": "<html>" }),
        json!({ "kind": "error", "status": 400, "message": "X: y" }),
        json!({ "kind": "cut" }),
        json!({ "kind": "cut", "after_bytes": 7 }),
        json!({ "kind": "half" }),
        json!({ "kind": "stalled_body" }),
        json!({ "kind": "stalled_body", "after_bytes": 7 }),
        json!({ "kind": "trickle", "piece_bytes": 10, "pause_ms": 5 }),
        json!({ "kind": "claims", "length": 7 }),
    ] {
        change(&warehouse.service, "/-/always", &json!({ "method": "other", "step": step })).await;
    }
}

#[tokio::test]
async fn each_kind_of_fault_is_accepted() {
    let warehouse = Warehouse::with(with_admin).await;
    for fault in [
        json!({ "kind": "refuse" }),
        json!({ "kind": "reset", "accepted": true }),
        json!({ "kind": "stall" }),
        json!({ "kind": "delay", "delay_ms": 5 }),
        json!({ "kind": "status", "status": 503, "retry_after_ms": 1500, "by_proxy": true }),
        json!({ "kind": "truncate", "fraction": 0.5 }),
        json!({ "kind": "corrupt", "bytes": 1 }),
        json!({ "kind": "slow", "piece_bytes": 10, "pause_ms": 5 }),
        json!({ "kind": "expire_link" }),
        json!({ "kind": "redirect", "status": 302, "to": "another_link" }),
        json!({ "kind": "evict_operation" }),
        json!({ "kind": "lose_session" }),
        json!({ "kind": "expire_token" }),
        json!({ "kind": "wrong_handle" }),
        json!({ "kind": "wrong_offset", "rows": -3 }),
    ] {
        let rule = json!({ "method": "download", "chance": 0.25, "fault": fault });
        change(&warehouse.service, "/-/plan", &json!({ "rules": [rule] })).await;
    }
}

#[tokio::test]
async fn all_names_of_requests_are_known() {
    let warehouse = Warehouse::with(with_admin).await;
    let known = get(&warehouse.service, "/-/methods").await.body;
    let known: Vec<&str> =
        known["methods"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for name in ["OpenSession", "FetchResults", "sea-chunk", "download", "oauth-token", "other"] {
        assert!(known.contains(&name), "{name}");
    }
    for name in known {
        change(&warehouse.service, "/-/recover", &json!({ "method": name })).await;
    }
}

#[tokio::test]
async fn errors_name_the_field() {
    let warehouse = Warehouse::with(with_admin).await;
    let step = |step: Value| ("/-/always", json!({ "method": "other", "step": step }));
    let rule =
        |rule: Value| ("/-/plan", json!({ "rules": [{ "fault": { "kind": "refuse" } }, rule] }));
    let fault = |fault: Value| rule(json!({ "fault": fault }));
    let header = json!({ "kind": "serve", "headers": { "x-a": "a", "x-b": "\n" } });
    for ((path, body), code, field) in [
        (("/-/always", json!({})), "MISSING_FIELD", "method"),
        (("/-/always", json!({ "method": "OpenSesion", "step": {} })), "INVALID_FIELD", "method"),
        (("/-/always", json!({ "method": "other" })), "MISSING_FIELD", "step"),
        (("/-/script", json!({ "method": 1 })), "INVALID_FIELD", "method"),
        (("/-/script", json!({ "method": "other", "steps": {} })), "INVALID_FIELD", "steps"),
        (
            ("/-/script", json!({ "method": "other", "steps": [{ "kind": "serve" }, 7] })),
            "INVALID_FIELD",
            "steps[1]",
        ),
        (("/-/recover", json!({ "methods": [] })), "UNKNOWN_FIELD", "methods"),
        (("/-/lose-sessions", json!({ "x": 1 })), "UNKNOWN_FIELD", "x"),
        (step(json!("reset")), "INVALID_FIELD", "step"),
        (step(json!({})), "MISSING_FIELD", "step.kind"),
        (step(json!({ "kind": "resett" })), "INVALID_FIELD", "step.kind"),
        (step(json!({ "kind": "http" })), "MISSING_FIELD", "step.status"),
        (step(json!({ "kind": "http", "status": 101 })), "INVALID_FIELD", "step.status"),
        (step(json!({ "kind": "http", "status": "503" })), "INVALID_FIELD", "step.status"),
        (
            step(json!({ "kind": "http", "status": 503, "retry_after": 1 })),
            "UNKNOWN_FIELD",
            "step.retry_after",
        ),
        (
            step(json!({ "kind": "http", "status": 200, "body_base64": "%" })),
            "INVALID_FIELD",
            "step.body_base64",
        ),
        (step(json!({ "kind": "reset", "status": 503 })), "UNKNOWN_FIELD", "step.status"),
        (step(json!({ "kind": "cut", "accepted": false })), "INVALID_FIELD", "step.accepted"),
        (step(json!({ "kind": "serve", "delay_ms": -1 })), "INVALID_FIELD", "step.delay_ms"),
        (step(json!({ "kind": "serve", "delay_ms": u64::MAX })), "INVALID_FIELD", "step.delay_ms"),
        (step(header), "INVALID_FIELD", "step.headers.x-b"),
        (rule(json!({})), "MISSING_FIELD", "rules[1].fault"),
        (rule(json!({ "nth": 0, "fault": {} })), "INVALID_FIELD", "rules[1].nth"),
        (rule(json!({ "nth": 1, "chance": 0.5, "fault": {} })), "INVALID_FIELD", "rules[1].chance"),
        (rule(json!({ "chance": 1.5, "fault": {} })), "INVALID_FIELD", "rules[1].chance"),
        (fault(json!({ "kind": "explode" })), "INVALID_FIELD", "rules[1].fault.kind"),
        (
            fault(json!({ "kind": "redirect", "status": 200, "to": "other_host" })),
            "INVALID_FIELD",
            "rules[1].fault.status",
        ),
        (
            fault(json!({ "kind": "redirect", "status": 302, "to": "home" })),
            "INVALID_FIELD",
            "rules[1].fault.to",
        ),
        (
            fault(json!({ "kind": "wrong_offset", "rows": 1.5 })),
            "INVALID_FIELD",
            "rules[1].fault.rows",
        ),
    ] {
        let said = post(&warehouse.service, path, &body).await;
        assert_eq!(said.code(), (400, code), "{body}: {}", said.body);
        assert_eq!(said.body["field"], field, "{body}: {}", said.body);
        assert!(said.body["message"].as_str().expect("a message").contains(field), "{}", said.body);
    }
    for text in ["{", "[1, 2]x", "\u{0}"] {
        let said = post_text(&warehouse.service, "/-/plan", text).await;
        assert_eq!(said.code(), (400, "MALFORMED_JSON"), "{text}");
    }
    // None of it changed anything.
    let shown = get(&warehouse.service, "/-/state").await.body;
    assert_eq!(shown["faults"], json!({ "script": {}, "always": {}, "plan": [] }));
}

#[tokio::test]
async fn sessions_and_operations_are_lost() {
    let warehouse = Warehouse::with(with_admin).await;
    warehouse.client.submit(&warehouse.session, ENDLESS).await;
    change(&warehouse.service, "/-/lose-operations", &json!({})).await;
    assert_eq!((warehouse.service.live_operations(), warehouse.service.live_sessions()), (0, 1));
    change(&warehouse.service, "/-/lose-sessions", &json!({})).await;
    assert_eq!(warehouse.service.live_sessions(), 0);
}
