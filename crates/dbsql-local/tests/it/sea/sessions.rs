//! Sessions: their initial state, their version, and their end.

use dbsql_local::engine::{Parameter, SessionOptions};
use dbsql_local::{Quirks, SeaQuirks, Settings};
use serde_json::{Value, json};

use super::{SESSIONS, STATEMENTS, Sea, code, id, state, statement, with};
use crate::support::{Client, ENDLESS, TEN, refused};

impl Sea {
    /// An open session.
    async fn open(&self) -> String {
        let (status, session) =
            self.ask("POST", SESSIONS, json!({ "warehouse_id": "local" })).await;
        assert_eq!(status, 200, "{session}");
        session["session_id"].as_str().expect("an id").to_owned()
    }
}

fn in_session(sql: &str, session: &str) -> Value {
    with(statement(sql), json!({ "session_id": session }))
}

#[tokio::test(start_paused = true)]
async fn session_starts_with_the_settings_of_the_request() {
    let sea = Sea::start();
    let request = json!({
        "warehouse_id": "local", "catalog": "c", "schema": "s",
        "session_confs": { "ANSI_MODE": "false" }, "execution_mode": "FAST",
    });
    let (status, session) = sea.ask("POST", SESSIONS, request).await;
    assert_eq!((status, &session["session_version"]), (200, &json!({ "version_id": 1 })));
    sea.execute(with(statement(TEN), json!({ "catalog": "other", "schema": "own" }))).await;
    let options = |catalog: &str, schema: &str, configuration: &[(&str, &str)]| SessionOptions {
        catalog: Some(catalog.to_owned()),
        schema: Some(schema.to_owned()),
        configuration: configuration
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        user: Some("user@dbsql.local".to_owned()),
    };
    let expected = [options("c", "s", &[("ANSI_MODE", "false")]), options("other", "own", &[])];
    assert_eq!(sea.engine.sessions(), expected);
    assert_eq!(sea.service.live_sessions(), 1);
}

#[tokio::test(start_paused = true)]
async fn session_version_increases_with_each_statement() {
    let sea = Sea::start();
    let session = sea.open().await;
    for version in 2..5 {
        let answer = sea.execute(in_session(TEN, &session)).await;
        let expected = json!({ "version_id": version });
        assert_eq!(answer["session_version"], expected);
        assert_eq!(answer["status"]["session_version"], expected);
        // It stays that of the statement.
        let (_, polled) = sea.status(&id(&answer)).await;
        assert_eq!(polled["status"]["session_version"], expected);
    }
    assert!(sea.execute(statement(TEN)).await.get("session_version").is_none());
    assert_eq!(sea.engine.sessions().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn catalog_cannot_be_combined_with_a_session() {
    let sea = Sea::start();
    let session = sea.open().await;
    for more in [json!({ "catalog": "c" }), json!({ "schema": "s" })] {
        let answer = sea.ask("POST", STATEMENTS, with(in_session(TEN, &session), more)).await;
        assert_eq!(code(&answer), (400, "INVALID_PARAMETER_VALUE"));
    }
    assert_eq!(sea.service.runs(TEN), 0);
}

#[tokio::test(start_paused = true)]
async fn deleted_session_is_gone_with_its_statements() {
    let sea = Sea::start();
    // The warehouse id is in the query, or in the body.
    for (query, body) in
        [("?warehouse_id=local", Value::Null), ("", json!({ "warehouse_id": "local" }))]
    {
        let session = sea.open().await;
        let request = with(in_session(ENDLESS, &session), json!({ "wait_timeout": "0s" }));
        let running = id(&sea.execute(request).await);
        let path = format!("{SESSIONS}/{session}{query}");
        assert_eq!(sea.ask("DELETE", &path, body.clone()).await, (200, json!({})));
        assert_eq!(sea.state(&running).await, "CLOSED");
        let answer = sea.ask("POST", STATEMENTS, in_session(TEN, &session)).await;
        assert_eq!(code(&answer), (404, "RESOURCE_DOES_NOT_EXIST"));
        assert_eq!(code(&sea.ask("DELETE", &path, body).await), (404, "RESOURCE_DOES_NOT_EXIST"));
    }
    assert_eq!(sea.service.live_sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn session_belongs_to_the_warehouse() {
    let sea = Sea::start();
    let answer = sea.ask("POST", SESSIONS, json!({ "warehouse_id": "other" })).await;
    assert_eq!(code(&answer), (404, "RESOURCE_DOES_NOT_EXIST"));
    assert_eq!(code(&sea.ask("POST", SESSIONS, json!({})).await), (400, "BAD_REQUEST"));
    let path = format!("{SESSIONS}/{}", sea.open().await);
    let missing = sea.ask("DELETE", &path, Value::Null).await;
    assert_eq!(code(&missing), (400, "INVALID_PARAMETER_VALUE"));
    let other = sea.ask("DELETE", &format!("{path}?warehouse_id=other"), Value::Null).await;
    assert_eq!(code(&other), (404, "RESOURCE_DOES_NOT_EXIST"));
    assert_eq!(sea.service.live_sessions(), 1);
}

#[tokio::test(start_paused = true)]
async fn busy_session_may_fail_statements() {
    let quirks = Quirks {
        sea: SeaQuirks { busy_sessions: true, ..SeaQuirks::default() },
        ..Quirks::default()
    };
    let sea = Sea::with_settings(Settings { quirks, ..Settings::default() });
    let session = sea.open().await;
    let request = with(in_session(ENDLESS, &session), json!({ "wait_timeout": "0s" }));
    let running = id(&sea.execute(request).await);
    let second = sea.execute(in_session(TEN, &session)).await;
    assert_eq!(state(&second), "FAILED");
    let message = second["status"]["error"]["message"].as_str().expect("a message");
    assert!(message.contains("sparkSession is null"), "{message}");
    assert_eq!(sea.service.runs(TEN), 0);
    // Other sessions are not affected, and the end of the statement makes room.
    assert_eq!(state(&sea.execute(statement(TEN)).await), "SUCCEEDED");
    sea.ask("POST", &format!("{STATEMENTS}/{running}/cancel"), Value::Null).await;
    sea.status(&running).await;
    assert_eq!(state(&sea.execute(in_session(TEN, &session)).await), "SUCCEEDED");
}

#[tokio::test(start_paused = true)]
async fn protocols_do_not_share_sessions_and_statements() {
    let sea = Sea::start();
    let client = Client::new(&sea.service);
    let handle = client.open().await;
    let operation = client.submit(&handle, ENDLESS).await;
    let shown = |guid: &[u8]| {
        let guid = dbsql_protocol::handle::QueryId::from_guid(guid).expect("16 bytes");
        guid.to_string()
    };
    // A Thrift handle needs its secret.
    let of_thrift = shown(&operation.operation_id.guid);
    assert_eq!(code(&sea.status(&of_thrift).await), (404, "NOT_FOUND"));
    assert_eq!(
        code(&sea.ask("DELETE", &format!("{STATEMENTS}/{of_thrift}"), Value::Null).await),
        (404, "NOT_FOUND")
    );
    let session = shown(&handle.session_id.guid);
    let answer = sea.ask("POST", STATEMENTS, in_session(TEN, &session)).await;
    assert_eq!(code(&answer), (404, "RESOURCE_DOES_NOT_EXIST"));
    assert_eq!(sea.service.running_operations(), 1);
}

#[tokio::test(start_paused = true)]
async fn warehouse_without_thrift_serves_only_this_api() {
    let quirks = Quirks { refuse_thrift: true, ..Quirks::default() };
    let sea = Sea::with_settings(Settings { quirks, ..Settings::default() });
    let client = Client::new(&sea.service);
    let request = dbsql_protocol::types::TOpenSessionReq::default();
    let answer = client.call::<dbsql_protocol::rpc::OpenSession>(&request).await;
    let status = answer.expect("an answer").status;
    assert!(refused(&status).contains("KP001"));
    assert_eq!(status.sql_state.as_deref(), Some("KP001"));
    assert_eq!(state(&sea.execute(statement(TEN)).await), "SUCCEEDED");
    let (_, facts) = sea.get("/api/2.0/sql/warehouses/local").await;
    assert_eq!(facts["warehouse_type"], "REALTIME");
    // Parameters are the same for both protocols.
    assert_eq!(sea.engine.queries()[0].parameters, Vec::<Parameter>::new());
}
