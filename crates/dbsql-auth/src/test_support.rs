//! For tests: a transport that responds by a script and records the requests.

use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dbsql_runtime::Runtime;
use dbsql_transport::{Body, BoxFuture, SharedTransport, Transport, TransportError};
use http::{Request, Response};

use crate::AuthContext;

pub(crate) type Reply = BoxFuture<'static, Result<Response<Body>, TransportError>>;
type Script = dyn Fn(&Request<Bytes>, usize) -> Reply + Send + Sync;

/// Responds to each request by a script, which gets the request and its number, counted from 0.
#[derive(Clone)]
pub(crate) struct Scripted {
    script: Arc<Script>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Scripted {
    pub(crate) fn new(
        script: impl Fn(&Request<Bytes>, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self { script: Arc::new(script), sent: Arc::default() }
    }

    /// Responds by the path of the request; other paths are not found.
    pub(crate) fn routes(routes: &[(&'static str, u16, &str)]) -> Self {
        let routes: Vec<_> = routes
            .iter()
            .map(|(path, status, body)| (*path, *status, (*body).to_owned()))
            .collect();
        Self::new(move |request, _| {
            let path = request.uri().path();
            match routes.iter().find(|(known, ..)| *known == path) {
                Some((_, status, body)) => answer(*status, body),
                None => answer(404, ""),
            }
        })
    }

    pub(crate) fn sent(&self) -> Vec<Request<Bytes>> {
        self.sent.lock().expect("not poisoned").clone()
    }

    /// Returns the method and URL of each request.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.sent().iter().map(|sent| format!("{} {}", sent.method(), sent.uri())).collect()
    }

    /// Returns the form of a request, as `name=value` with the values decoded.
    pub(crate) fn form(&self, number: usize) -> Vec<String> {
        let sent = self.sent();
        let pairs = url::form_urlencoded::parse(sent[number].body());
        pairs.map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// A context for this workspace over this transport.
    pub(crate) fn context(&self, workspace: &'static str) -> AuthContext {
        let transport = SharedTransport::new(self.clone());
        AuthContext::new(transport, Runtime::seeded(1), workspace.parse().expect("a URL"))
    }
}

impl Transport for Scripted {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let number = {
            let mut sent = self.sent.lock().expect("not poisoned");
            sent.push(request.clone());
            sent.len() - 1
        };
        (self.script)(&request, number)
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

/// A response with this status and body; a body that starts as HTML is labelled as HTML.
pub(crate) fn answer(status: u16, body: &str) -> Reply {
    let media_type = if body.starts_with('<') { "text/html" } else { "application/json" };
    let response = Response::builder().status(status).header("content-type", media_type);
    let response = response.body(Body::from(body.as_bytes().to_vec())).expect("valid");
    Box::pin(std::future::ready(Ok(response)))
}

/// A response without a body, with one header.
pub(crate) fn header_answer(status: u16, name: &str, value: &str) -> Reply {
    let response = Response::builder().status(status).header(name, value).body(Body::empty());
    Box::pin(std::future::ready(Ok(response.expect("valid"))))
}

/// A failed exchange.
pub(crate) fn failure(error: TransportError) -> Reply {
    Box::pin(std::future::ready(Err(error)))
}

/// An error and its sources, in both `Display` and `Debug`.
pub(crate) fn whole_text(error: &crate::AuthError) -> String {
    let mut text = format!("{error} {error:?} {:?}", error.next_step());
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}
