//! The page and the admin endpoint, in process.

use bytes::Bytes;
use dbsql_local::faults::{Fault, FaultPlan, Rule, Step, Target, Trigger};
use dbsql_local::{Service, ServiceBuilder};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TOpenSessionReq, TStatusCode};
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, ENDLESS, Failure, HOST, TEN, Warehouse, direct, statement};

mod faults;
mod guard;
mod state;

const TOKEN: &str = "admin-c0ffee";

pub(crate) fn with_admin(builder: ServiceBuilder) -> ServiceBuilder {
    builder.admin_token(TOKEN)
}

/// A response with its JSON, or the text of the page.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Said {
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body["error_code"].as_str().expect("an error"))
    }
}

pub(crate) async fn send(service: &Service, request: http::request::Builder, body: &str) -> Said {
    let request: Request<Bytes> = request.body(body.to_owned().into()).expect("valid");
    let client = Client::new(service);
    let response = client.transport.send(request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let body = body.collect(usize::MAX).await.expect("a body");
    let text = String::from_utf8(body.to_vec()).expect("UTF-8");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Said { status: head.status, headers: head.headers, body }
}

pub(crate) async fn get(service: &Service, path: &str) -> Said {
    send(service, Request::get(format!("{HOST}{path}")), "").await
}

pub(crate) async fn post(service: &Service, path: &str, body: &Value) -> Said {
    post_text(service, path, &body.to_string()).await
}

pub(crate) async fn post_text(service: &Service, path: &str, body: &str) -> Said {
    let request = Request::post(format!("{HOST}{path}"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json");
    send(service, request, body).await
}

/// Posts what must be accepted.
pub(crate) async fn change(service: &Service, path: &str, body: &Value) {
    let said = post(service, path, body).await;
    assert_eq!((said.status, &said.body), (StatusCode::OK, &json!({})), "{path} {body}");
}
