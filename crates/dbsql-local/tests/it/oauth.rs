//! The sign-in endpoints: a plain HTTP client, and a warehouse.

mod assertion;
mod authorize;
mod client_credentials;
mod code;
mod discovery;
mod entra;
mod exchange;
mod github;
mod lifetimes;
mod refresh;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use dbsql_local::{OAuthClient, OAuthSettings, Service, ServiceBuilder, Settings};
use dbsql_protocol::message::encode_call;
use dbsql_protocol::rpc;
use dbsql_protocol::types::TOpenSessionReq;
use dbsql_runtime::Runtime;
use dbsql_transport::SharedTransport;
use http::{HeaderMap, Request, header};
use serde_json::Value;

use crate::support::{HOST, PATH, builder, engine};

pub(crate) const PRINCIPAL: &str = "principal";
pub(crate) const SECRET: &str = "its secret";
pub(crate) const TOKEN: &str = "/oidc/v1/token";
pub(crate) const ME: &str = "/api/2.0/preview/scim/v2/Me";

/// A client of HTTP.
#[derive(Clone, Debug)]
pub(crate) struct Web {
    pub(crate) transport: SharedTransport,
    pub(crate) host: String,
}

/// A whole response.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Web {
    pub(crate) fn new(service: &Service) -> Self {
        Self { transport: service.transport().into(), host: HOST.to_owned() }
    }

    pub(crate) async fn send(&self, request: http::request::Builder, body: Bytes) -> Got {
        let request = request.body(body).expect("a valid request");
        let response = self.transport.send(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let body = body.collect(1 << 20).await.expect("a body");
        let body = String::from_utf8(body.to_vec()).expect("text");
        Got { status: head.status.as_u16(), headers: head.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.send(Request::get(format!("{}{path}", self.host)), Bytes::new()).await
    }

    pub(crate) async fn get_with(&self, path: &str, authorization: &str) -> Got {
        let request = Request::get(format!("{}{path}", self.host));
        self.send(request.header("authorization", authorization), Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Got {
        self.send(self.form(path), encoded(form)).await
    }

    /// Posts with id and secret in the header.
    pub(crate) async fn post_as(&self, who: (&str, &str), form: &[(&str, &str)]) -> Got {
        let header = format!("Basic {}", STANDARD.encode(format!("{}:{}", who.0, who.1)));
        self.send(self.form(TOKEN).header("authorization", header), encoded(form)).await
    }

    pub(crate) fn form(&self, path: &str) -> http::request::Builder {
        Request::post(format!("{}{path}", self.host))
            .header("content-type", "application/x-www-form-urlencoded")
    }

    /// Returns the status of a call with this token.
    pub(crate) async fn opens(&self, token: &str) -> u16 {
        let call = encode_call::<rpc::OpenSession>(&TOpenSessionReq::default());
        let request = Request::post(format!("{}{PATH}", self.host));
        let request = request.header("authorization", format!("Bearer {token}"));
        let response = self.transport.send(request.body(call).expect("a request")).await;
        response.expect("an answer").status().as_u16()
    }

    /// Returns the owner of the token according to the warehouse.
    pub(crate) async fn user(&self, token: &str) -> String {
        let got = self.get_with(ME, &format!("Bearer {token}")).await;
        got.json()["userName"].as_str().expect("a name").to_owned()
    }
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/json", "{self:?}");
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Returns the response of a token endpoint that contains a token.
    pub(crate) fn granted(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.is_not_stored();
        self.json()
    }

    pub(crate) fn access_token(&self) -> String {
        self.granted()["access_token"].as_str().expect("a token").to_owned()
    }

    pub(crate) fn refresh_token(&self) -> String {
        self.granted()["refresh_token"].as_str().expect("a token").to_owned()
    }

    /// Returns the status and code of an error response of a token endpoint, which must have a
    /// description.
    pub(crate) fn refused(&self) -> (u16, String) {
        self.is_not_stored();
        let body = self.json();
        assert!(body["error_description"].is_string(), "{body}");
        assert!(body.get("access_token").is_none(), "{body}");
        (self.status, body["error"].as_str().expect("a code").to_owned())
    }

    fn is_not_stored(&self) {
        assert_eq!(self.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(self.headers[header::PRAGMA], "no-cache");
    }

    pub(crate) fn location(&self) -> String {
        assert!([302, 303].contains(&self.status), "{self:?}");
        self.headers[header::LOCATION].to_str().expect("text").to_owned()
    }

    /// Returns a parameter of the URL that the browser is redirected to.
    pub(crate) fn sent(&self, name: &str) -> Option<String> {
        let location = self.location();
        let query = location.split_once('?').expect("a query").1.to_owned();
        query.split('&').find_map(|pair| Some(decoded(pair.strip_prefix(name)?.strip_prefix('=')?)))
    }
}

/// `400` with this code.
pub(crate) fn bad(code: &str) -> (u16, String) {
    (400, code.to_owned())
}

/// `401 invalid_client`.
pub(crate) fn unknown_client() -> (u16, String) {
    (401, "invalid_client".to_owned())
}

pub(crate) fn encoded(form: &[(&str, &str)]) -> Bytes {
    let pairs: Vec<_> =
        form.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
    pairs.join("&").into()
}

pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend(&rest.as_bytes()[..at]);
        bytes.push(u8::from_str_radix(&rest[at + 1..at + 3], 16).expect("an escape"));
        rest = &rest[at + 3..];
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8(bytes).expect("text")
}

/// The claims of a token.
pub(crate) fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("JSON")
}

/// A warehouse with one service principal.
pub(crate) fn start(set: impl FnOnce(ServiceBuilder) -> ServiceBuilder) -> (Service, Web) {
    let runtime = Runtime::seeded(1);
    let service = builder(&engine(&runtime), &runtime)
        .oauth_client(OAuthClient::confidential(PRINCIPAL, SECRET));
    let service = set(service).build();
    let web = Web::new(&service);
    (service, web)
}

pub(crate) fn with_oauth(settings: OAuthSettings) -> Settings {
    Settings { oauth: settings, ..Settings::default() }
}

/// The form of the grant of service principals.
pub(crate) const CLIENT_CREDENTIALS: [(&str, &str); 2] =
    [("grant_type", "client_credentials"), ("scope", "all-apis")];
