//! The Statement Execution API, driven with hand-written JSON: an independent check of the wire.

mod chunks;
mod execute;
mod faults;
mod history;
mod lifetimes;
mod sessions;
mod sockets;
mod warehouses;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use dbsql_local::engine::scripted::ScriptedEngine;
use dbsql_local::{Service, ServiceBuilder, Settings};
use dbsql_runtime::Runtime;
use dbsql_transport::SharedTransport;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Failure, HOST, builder, engine, unpacked};

pub(crate) const STATEMENTS: &str = "/api/2.0/sql/statements";
pub(crate) const SESSIONS: &str = "/api/2.0/sql/sessions";

/// A warehouse with a client that speaks JSON.
pub(crate) struct Sea {
    pub(crate) runtime: Runtime,
    pub(crate) engine: ScriptedEngine,
    pub(crate) service: Service,
    transport: SharedTransport,
}

impl Sea {
    pub(crate) fn start() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with_settings(settings: Settings) -> Self {
        Self::with(|builder| builder.settings(settings))
    }

    pub(crate) fn with(set: impl FnOnce(ServiceBuilder) -> ServiceBuilder) -> Self {
        let runtime = Runtime::seeded(7);
        let engine = engine(&runtime);
        let service = set(builder(&engine, &runtime)).build();
        let transport = service.transport().into();
        Self { runtime, engine, service, transport }
    }

    /// Returns the status and the raw body.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        body: Bytes,
    ) -> Result<(u16, Bytes), Failure> {
        let request = Request::builder().method(method).uri(format!("{HOST}{path}"));
        let response = self.transport.send(request.body(body).expect("valid")).await;
        let response = response.map_err(Failure::Transport)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect(usize::MAX).await;
        Ok((status, body.map_err(|error| Failure::Body(format!("{error:?}")))?))
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let (status, body) = self.send(method, path, body).await.expect("an answer");
        (status, serde_json::from_slice(&body).expect("JSON"))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, Value::Null).await
    }

    /// Submits a statement that is accepted.
    pub(crate) async fn execute(&self, request: Value) -> Value {
        let (status, answer) = self.ask("POST", STATEMENTS, request).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Submits a statement without waiting for it.
    pub(crate) async fn submit(&self, sql: &str) -> String {
        let request = with(statement(sql), json!({ "wait_timeout": "0s" }));
        id(&self.execute(request).await)
    }

    pub(crate) async fn status(&self, id: &str) -> (u16, Value) {
        self.get(&format!("{STATEMENTS}/{id}")).await
    }

    pub(crate) async fn chunk(&self, id: &str, index: u64) -> (u16, Value) {
        self.get(&format!("{STATEMENTS}/{id}/result/chunks/{index}")).await
    }

    pub(crate) async fn state(&self, id: &str) -> String {
        let (status, answer) = self.status(id).await;
        assert_eq!(status, 200, "{answer}");
        answer["status"]["state"].as_str().expect("a state").to_owned()
    }

    /// Returns the numbers in the file behind a link.
    pub(crate) async fn download(&self, link: &Value) -> Vec<u8> {
        let url = link["external_link"].as_str().expect("a link");
        let path = url.strip_prefix(HOST).expect("leads to the host that was asked");
        let (status, body) = self.send("GET", path, Bytes::new()).await.expect("an answer");
        assert_eq!(status, 200);
        body.to_vec()
    }

    pub(crate) async fn sleep(&self, seconds: u64) {
        self.runtime.sleep(Duration::from_secs(seconds)).await;
    }
}

/// A request for a statement, with the defaults of the service.
pub(crate) fn statement(sql: &str) -> Value {
    json!({ "warehouse_id": "local", "statement": sql })
}

/// The request that drivers send.
pub(crate) fn links(sql: &str) -> Value {
    with(
        statement(sql),
        json!({
            "disposition": "EXTERNAL_LINKS",
            "format": "ARROW_STREAM",
            "result_compression": "LZ4_FRAME",
        }),
    )
}

pub(crate) fn hybrid(sql: &str) -> Value {
    with(links(sql), json!({ "disposition": "INLINE_OR_EXTERNAL_LINKS" }))
}

/// Returns a document with additional fields.
pub(crate) fn with(mut document: Value, more: Value) -> Value {
    let fields = document.as_object_mut().expect("an object");
    let Value::Object(more) = more else { panic!("no object") };
    fields.extend(more);
    document
}

pub(crate) fn id(answer: &Value) -> String {
    answer["statement_id"].as_str().expect("an id").to_owned()
}

pub(crate) fn state(answer: &Value) -> &str {
    answer["status"]["state"].as_str().expect("a state")
}

/// Returns the status and the code of an error.
pub(crate) fn code(answer: &(u16, Value)) -> (u16, &str) {
    let (status, body) = answer;
    assert_eq!(body["details"], json!([]), "{body}");
    assert!(body["message"].is_string(), "{body}");
    (*status, body["error_code"].as_str().expect("a code"))
}

/// The numbers of a JSON_ARRAY result with one column.
pub(crate) fn numbers(result: &Value) -> Vec<i64> {
    let rows = result["data_array"].as_array().expect("rows").iter();
    rows.map(|row| row[0].as_str().expect("a text").parse().expect("a number")).collect()
}

/// The numbers of an attachment in LZ4.
pub(crate) fn attached(result: &Value) -> Vec<i64> {
    let text = result["attachment"].as_str().expect("an attachment");
    crate::support::stream_ids(&unpacked(&STANDARD.decode(text).expect("base64")))
}
