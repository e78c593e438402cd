//! A warehouse, a client that signs in to it, and the collected output of both.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use dbsql::auth::TokenProvider;
use dbsql::transport::{Body, BoxFuture, Transport, TransportError};
use dbsql::{Client, Config, Error, Runtime};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{LocalTransport, Service, ServiceBuilder};
use http::{Request, Response};
use serde_json::Value;

use crate::canaries::{Canary, Receiver, log, shown, whole, with_causes};

pub(crate) const HOST: &str = "local.example";
const SQL: &str = "select 1";

/// Time limit of a statement with its sign-in, in real time if a browser takes part.
const LIMIT: Duration = Duration::from_secs(5);

/// The outputs of a sign-in.
pub(crate) struct Outcome {
    pub(crate) error: Option<Error>,
    /// All printed text except the log.
    shown: String,
    canaries: Vec<Canary>,
    service: Service,
}

/// Builds a warehouse that records its requests.
pub(crate) fn warehouse(
    runtime: &Runtime,
    set: impl FnOnce(ServiceBuilder) -> ServiceBuilder,
) -> Service {
    let engine = ScriptedEngine::new(runtime.clone()).on(SQL, Answer::affected(1));
    let builder = Service::builder().engine(engine).runtime(runtime.clone()).record_requests();
    set(builder).build()
}

/// Signs in, runs a statement, and has the token rejected and renewed.
pub(crate) async fn sign_in<P>(
    service: &Service,
    runtime: &Runtime,
    provider: P,
    canaries: Vec<Canary>,
) -> Outcome
where
    P: TokenProvider + Clone + Debug,
{
    log();
    let transport = Overheard::new(service.transport());
    let heard = Arc::clone(&transport.heard);
    let mut text = shown(&provider);
    let config = Config::new(HOST, "/sql/1.0/warehouses/local").credentials(provider.clone());
    text.push_str(&shown(&config));
    let builder = Client::builder(config).transport(transport).runtime(runtime.clone());
    text.push_str(&shown(&builder));
    let error = match builder.build() {
        Err(error) => Some(error),
        Ok(client) => {
            let run = run(service, &client, &heard).await;
            text.push_str(&shown(&client));
            client.shutdown(Duration::from_secs(1)).await.ok();
            run.err()
        }
    };
    text.push_str(&shown(&provider));
    if let Some(error) = &error {
        text.push_str(&with_causes(error));
    }
    let heard = heard.lock().unwrap().clone();
    let canaries = canaries.into_iter().chain(heard).collect();
    Outcome { error, shown: text, canaries, service: service.clone() }
}

async fn run(service: &Service, client: &Client, heard: &Mutex<Vec<Canary>>) -> Result<(), Error> {
    drop(client.execute(SQL).deadline(LIMIT).await?);
    // The token expires early: it is renewed during the work.
    for canary in heard.lock().unwrap().iter().filter(|one| one.goes_to == Receiver::Workspace) {
        service.expire_token(&canary.secret);
    }
    drop(client.execute(SQL).deadline(LIMIT).await?);
    Ok(())
}

impl Outcome {
    /// Fails if a secret is anywhere but in the requests that need it.
    pub(crate) fn is_clean(&self, scene: &str) -> &Self {
        let log = log().text();
        assert!(log.contains("dbsql"), "{scene}: there is a log to look at");
        for canary in &self.canaries {
            canary.must_not_be_in(&format!("{scene}: what is shown"), &self.shown);
            canary.must_not_be_in(&format!("{scene}: the log"), &log);
            for request in self.service.seen() {
                if !canary.may_go_with(&request) {
                    let context = format!("{scene}: the request {}", request.name());
                    canary.must_not_be_in(&context, &whole(&request));
                }
                let host = request.uri().host().unwrap_or(HOST);
                let is_ours = [HOST, "login.microsoftonline.com"].contains(&host);
                assert!(is_ours || !canary.is_in(&whole(&request)), "{scene}: {}", canary.what);
            }
        }
        self
    }

    /// Fails unless everything succeeded and each secret was sent to its endpoint.
    pub(crate) fn has_succeeded(&self, scene: &str) {
        assert!(self.error.is_none(), "{scene}: {:?}", self.error);
        let mut canaries = self.canaries.clone();
        // The last refresh token is kept for later.
        let last = canaries.iter().rposition(|canary| canary.what == "refresh token");
        if let Some(last) = last {
            canaries.remove(last);
        }
        for canary in canaries.iter().filter(|canary| canary.goes_to != Receiver::Nobody) {
            let seen = self.service.seen();
            let mut meant = seen.iter().filter(|request| canary.may_go_with(request));
            let is_sent = meant.any(|request| canary.is_in(&whole(request)));
            assert!(is_sent, "{scene}: the {} was never sent", canary.what);
        }
    }

    /// The number of secrets that were searched for.
    pub(crate) fn secrets(&self) -> usize {
        self.canaries.len()
    }
}

/// The transport of a client, which records the secrets that it sends.
#[derive(Debug)]
struct Overheard {
    inner: LocalTransport,
    heard: Arc<Mutex<Vec<Canary>>>,
}

/// The values that a client generates for one sign-in.
const SENT: [(&str, &str); 3] = [
    ("code", "code"),
    ("code_verifier", "PKCE verifier"),
    ("client_assertion", "client assertion"),
];

impl Overheard {
    fn new(inner: LocalTransport) -> Self {
        Self { inner, heard: Arc::default() }
    }
}

fn push(heard: &Mutex<Vec<Canary>>, what: &'static str, secret: &str, goes_to: Receiver) {
    // Tests generate short and broken ones, which are not secrets.
    if secret.len() >= 20 {
        heard.lock().unwrap().push(Canary::new(what, secret, goes_to));
    }
}

/// The secrets in a request to a token endpoint.
fn hear_request(heard: &Mutex<Vec<Canary>>, body: &[u8]) {
    for pair in String::from_utf8_lossy(body).split('&') {
        let (name, value) = pair.split_once('=').unwrap_or_default();
        if let Some((_, what)) = SENT.iter().find(|(known, _)| *known == name) {
            // They are base64 or JWTs, without escapes.
            push(heard, what, value, Receiver::Endpoint("oauth-token"));
        }
    }
}

/// The secrets in its response.
fn hear_answer(heard: &Mutex<Vec<Canary>>, body: &[u8]) {
    let Ok(Value::Object(answer)) = serde_json::from_slice(body) else { return };
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    push(heard, "access token", text("access_token"), Receiver::Workspace);
    push(heard, "refresh token", text("refresh_token"), Receiver::Endpoint("oauth-token"));
    push(heard, "token of the job", text("value"), Receiver::Endpoint("oauth-token"));
}

impl Transport for Overheard {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if !request.uri().path().ends_with("/token") {
                return self.inner.send(request).await;
            }
            hear_request(&self.heard, request.body());
            let (head, body) = self.inner.send(request).await?.into_parts();
            let Ok(body) = body.collect(1 << 20).await else {
                return Err(TransportError::connect("the body was cut off"));
            };
            hear_answer(&self.heard, &body);
            Ok(Response::from_parts(head, Body::from(body)))
        })
    }
}
