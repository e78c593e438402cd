//! Faults and scripts at the routes of the Statement Execution API.

use std::time::Duration;

use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Step, Target, Trigger};
use dbsql_local::{Quirks, Settings};
use serde_json::{Value, json};

use super::{SESSIONS, STATEMENTS, Sea, code, id, links, state, statement, with};
use crate::support::{ENDLESS, Failure, TEN, stream_ids, unpacked};

/// The first request of this name has this fault.
fn first(name: &str, fault: Fault) -> Sea {
    let rule = Rule::new(Target::method(name), Trigger::Nth(1), fault);
    Sea::with(|builder| builder.faults(FaultPlan::seeded(1).rule(rule)))
}

#[tokio::test(start_paused = true)]
async fn evicted_statement_is_gone_and_stopped() {
    for name in ["sea-status", "sea-chunk", "sea-cancel", "sea-close"] {
        let sea = first(name, Fault::EvictOperation);
        let one = sea.submit(ENDLESS).await;
        tokio::task::yield_now().await;
        let (method, path) = match name {
            "sea-status" => ("GET", ""),
            "sea-chunk" => ("GET", "/result/chunks/0"),
            "sea-cancel" => ("POST", "/cancel"),
            _ => ("DELETE", ""),
        };
        let answer = sea.ask(method, &format!("{STATEMENTS}/{one}{path}"), Value::Null).await;
        assert_eq!(code(&answer), (404, "NOT_FOUND"), "{name}");
        assert_eq!(code(&sea.status(&one).await), (404, "NOT_FOUND"), "{name}");
        tokio::task::yield_now().await;
        assert_eq!((sea.engine.running(), sea.service.live_operations()), (0, 0));
    }
    let sea = Sea::start();
    let one = sea.submit(ENDLESS).await;
    sea.service.lose_operations();
    assert_eq!(code(&sea.status(&one).await), (404, "NOT_FOUND"));
}

#[tokio::test(start_paused = true)]
async fn lost_session_is_gone_with_its_statements() {
    for name in ["sea-execute", "sea-status", "sea-delete-session"] {
        let rule = Rule::new(Target::method(name), Trigger::Nth(2), Fault::LoseSession);
        let sea = Sea::with(|builder| builder.faults(FaultPlan::seeded(1).rule(rule)));
        let (_, session) = sea.ask("POST", SESSIONS, json!({ "warehouse_id": "local" })).await;
        let session = session["session_id"].clone();
        let request = |sql: &str| {
            with(statement(sql), json!({ "session_id": session, "wait_timeout": "0s" }))
        };
        let one = id(&sea.execute(request(ENDLESS)).await);
        sea.status(&one).await;
        let path = format!("{SESSIONS}/{}", session.as_str().expect("an id"));
        match name {
            "sea-execute" => {
                let answer = sea.ask("POST", STATEMENTS, request(TEN)).await;
                assert_eq!(code(&answer), (404, "RESOURCE_DOES_NOT_EXIST"));
            }
            "sea-status" => {
                assert_eq!(code(&sea.status(&one).await), (404, "NOT_FOUND"));
            }
            _ => {
                // The first one has no warehouse id, and changes nothing.
                sea.ask("DELETE", &path, Value::Null).await;
                let answer =
                    sea.ask("DELETE", &format!("{path}?warehouse_id=local"), Value::Null).await;
                assert_eq!(code(&answer), (404, "RESOURCE_DOES_NOT_EXIST"));
            }
        }
        assert_eq!((sea.service.live_sessions(), sea.service.live_operations()), (0, 0), "{name}");
        assert_eq!(sea.service.runs(TEN), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn response_may_have_the_id_of_another_statement() {
    let rule =
        |number| Rule::new(Target::method("sea-execute"), Trigger::Nth(number), Fault::WrongHandle);
    let plan = FaultPlan::seeded(1).rule(rule(1)).rule(rule(3));
    let sea = Sea::with(|builder| builder.faults(plan));
    let none = sea.submit(TEN).await;
    assert_eq!(code(&sea.status(&none).await), (404, "NOT_FOUND"));
    let endless = sea.submit(ENDLESS).await;
    let wrong = sea.submit("SELECT nothing").await;
    assert_ne!(sea.state(&wrong).await, "FAILED", "that is how its own statement ends");
    assert_eq!(sea.state(&endless).await, "RUNNING");
    assert_eq!(sea.service.live_operations(), 3);
}

#[tokio::test(start_paused = true)]
async fn rows_may_start_at_another_offset() {
    let rule = |name| Rule::new(Target::method(name), Trigger::Nth(1), Fault::WrongOffset(3));
    let plan = FaultPlan::seeded(1).rule(rule("sea-chunk")).rule(rule("sea-status"));
    let settings = Settings { file_bytes: 32, ..Settings::default() };
    let sea = Sea::with(|builder| builder.faults(plan).settings(settings));
    let one = id(&sea.execute(links(TEN)).await);
    for (data, row) in [
        (sea.chunk(&one, 1).await.1, 7),
        (sea.status(&one).await.1["result"].clone(), 3),
        (sea.chunk(&one, 1).await.1, 4),
    ] {
        let link = &data["external_links"][0];
        assert_eq!(link["row_offset"], row);
        assert_eq!(stream_ids(&unpacked(&sea.download(link).await))[0], row);
    }
}

#[tokio::test(start_paused = true)]
async fn statuses_delays_and_resets_work_on_every_route() {
    let after = Fault::status(503).retry_after(Duration::from_secs(2));
    let sea = first("sea-execute", after);
    let answer = sea.ask("POST", STATEMENTS, statement(TEN)).await;
    assert_eq!(code(&answer), (503, "TEMPORARILY_UNAVAILABLE"));
    assert_eq!(sea.service.runs(TEN), 0);
    assert_eq!(state(&sea.execute(statement(TEN)).await), "SUCCEEDED");

    let sea = first("sea-execute", Fault::Reset(Moment::After));
    let lost = sea.send("POST", STATEMENTS, statement(TEN).to_string().into()).await;
    assert!(matches!(lost, Err(Failure::Transport(_))), "{lost:?}");
    assert_eq!(sea.service.runs(TEN), 1);

    let sea = first("sea-status", Fault::Delay(Duration::from_secs(30)));
    let one = id(&sea.execute(statement(TEN)).await);
    let before = sea.runtime.now();
    sea.status(&one).await;
    assert_eq!(sea.runtime.now() - before, Duration::from_secs(30));

    let sea = first("sea-chunk", Fault::Truncate(0.5));
    let one = id(&sea.execute(statement(TEN)).await);
    let path = format!("{STATEMENTS}/{one}/result/chunks/0");
    let cut = sea.send("GET", &path, Default::default()).await;
    assert!(matches!(cut, Err(Failure::Body(_))), "{cut:?}");
    assert_eq!(sea.chunk(&one, 0).await.0, 200);

    let sea = first("sea-execute", Fault::Corrupt(2));
    let (_, bad) =
        sea.send("POST", STATEMENTS, statement(TEN).to_string().into()).await.expect("an answer");
    assert!(!bad.is_empty());
    assert_eq!(sea.service.runs(TEN), 1);
}

#[tokio::test(start_paused = true)]
async fn token_may_expire_on_any_route() {
    let rule = Rule::new(Target::method("sea-status"), Trigger::Nth(2), Fault::ExpireToken);
    let sea =
        Sea::with(|builder| builder.faults(FaultPlan::seeded(1).rule(rule)).accept_token("t"));
    let mut client = crate::support::Client::new(&sea.service);
    client.authorization = Some("Bearer t".to_owned());
    let unknown = format!("{}{STATEMENTS}/none", crate::support::HOST);
    let headers = [("authorization", "Bearer t")];
    for expected in [404, 401, 401] {
        assert_eq!(client.get(&unknown, &headers).await.expect("an answer").0.as_u16(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn link_may_expire_early() {
    let rule = Rule::new(Target::Download, Trigger::Nth(1), Fault::ExpireLink);
    let sea = Sea::with(|builder| builder.faults(FaultPlan::seeded(1).rule(rule)));
    let answer = sea.execute(links(TEN)).await;
    let link = &answer["result"]["external_links"][0];
    let url = link["external_link"].as_str().expect("a link").replace(crate::support::HOST, "");
    assert_eq!(sea.send("GET", &url, Default::default()).await.expect("an answer").0, 403);
    assert!(!sea.download(link).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn scripts_use_the_names_of_the_routes() {
    let sea = Sea::start();
    sea.service.script("sea-execute", [Step::http(502).text("<html>bad gateway</html>")]);
    let (status, body) =
        sea.send("POST", STATEMENTS, statement(TEN).to_string().into()).await.expect("an answer");
    assert_eq!((status, &body[..]), (502, &b"<html>bad gateway</html>"[..]));
    sea.service.always("sea-cancel", || Step::error(429, "REQUEST_LIMIT_EXCEEDED: slow down"));
    let one = sea.submit(ENDLESS).await;
    let path = format!("{STATEMENTS}/{one}/cancel");
    let answer = sea.ask("POST", &path, Value::Null).await;
    assert_eq!(code(&answer), (429, "REQUEST_LIMIT_EXCEEDED"));
    assert_eq!(sea.state(&one).await, "RUNNING");
    sea.service.recover("sea-cancel");
    assert_eq!(sea.ask("POST", &path, Value::Null).await.0, 200);
    assert_eq!(sea.service.requests("sea-cancel"), 2);
}

#[tokio::test(start_paused = true)]
async fn responses_may_have_undocumented_fields() {
    let quirks = Quirks { unknown_fields: true, ..Quirks::default() };
    let sea = Sea::with_settings(Settings { quirks, ..Settings::default() });
    let answer = sea.execute(links(TEN)).await;
    for part in [
        &answer,
        &answer["status"],
        &answer["manifest"]["schema"]["columns"][0],
        &answer["result"]["external_links"][0],
    ] {
        assert!(part["not_documented"].is_object(), "{part}");
    }
}
