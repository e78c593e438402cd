//! The page to look at, and the endpoint with which people and tests of any language watch and
//! disturb the warehouse.

mod fields;
mod guard;
mod methods;
mod page;
mod plan;
mod recipe;
mod refusal;
mod script;
mod state;

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::admin::fields::Fields;
use crate::admin::refusal::Refusal;
use crate::credentials::same;
use crate::sea;
use crate::service::{Inner, json_response};

/// The prefix of all paths but that of the page.
const PREFIX: &str = "/-/";

/// The maximum size of a request body in bytes.
const MAX_BODY: usize = 1 << 20;

/// Whether there is a page and an endpoint, and the token for changes.
#[derive(Default)]
pub(crate) struct Admin {
    token: Option<String>,
}

impl Admin {
    pub(crate) fn new(token: String) -> Self {
        Self { token: Some(token).filter(|token| !token.is_empty()) }
    }

    /// Returns the call at this path, or the methods of the path; `None` if there is no such path.
    pub(crate) fn call(&self, method: &Method, path: &str) -> Option<Result<Call, &'static str>> {
        self.token.as_ref()?;
        Call::of(method, path)
    }

    /// Returns `true` if a request carries the token.
    fn knows(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.split_once(' '));
        given.zip(self.token.as_ref()).is_some_and(|((scheme, given), token)| {
            scheme.eq_ignore_ascii_case("bearer") && same(given.as_bytes(), token.as_bytes())
        })
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the token.
        f.debug_struct("Admin").field("is_on", &self.token.is_some()).finish()
    }
}

/// A call of the endpoint.
#[derive(Debug)]
pub(crate) enum Call {
    Page,
    State,
    Statement(String),
    Counts,
    Methods,
    Change(Change),
}

/// A call that changes something.
#[derive(Debug)]
pub(crate) enum Change {
    Cancel(String),
    Script,
    Always,
    Recover,
    Plan,
    LoseSessions,
    LoseOperations,
}

impl Call {
    fn of(method: &Method, path: &str) -> Option<Result<Self, &'static str>> {
        let reads = method == Method::GET || method == Method::HEAD;
        let posts = method == Method::POST;
        let call = match path.strip_prefix(PREFIX) {
            None if path == "/" => Self::Page,
            None => return None,
            Some(rest) => match rest.split('/').collect::<Vec<_>>()[..] {
                ["state"] => Self::State,
                ["counts"] => Self::Counts,
                ["methods"] => Self::Methods,
                ["statements", id] => Self::Statement(id.to_owned()),
                ["statements", id, "cancel"] => Self::Change(Change::Cancel(id.to_owned())),
                ["script"] => Self::Change(Change::Script),
                ["always"] => Self::Change(Change::Always),
                ["recover"] => Self::Change(Change::Recover),
                ["plan"] => Self::Change(Change::Plan),
                ["lose-sessions"] => Self::Change(Change::LoseSessions),
                ["lose-operations"] => Self::Change(Change::LoseOperations),
                _ => return None,
            },
        };
        Some(match call {
            Self::Change(_) if !posts => Err("POST"),
            Self::Change(_) => Ok(call),
            _ if reads => Ok(call),
            _ => Err("GET, HEAD"),
        })
    }
}

/// Handles a request. `origin` is the scheme and authority of the service.
pub(crate) fn answer(
    inner: &Inner,
    request: &Request<Bytes>,
    call: &Call,
    origin: &str,
) -> Response<Bytes> {
    let settings = inner.settings();
    let host = guard::host(request.headers(), origin, &settings.oauth.hosts);
    let answer = host.and_then(|()| match call {
        Call::Page => Ok(page::page()),
        Call::State => Ok(written(&state::state(inner, request.headers()))),
        Call::Statement(id) => state::statement(inner, id).map(|value| written(&value)),
        Call::Counts => Ok(written(&state::counts(inner))),
        Call::Methods => Ok(written(&json!({ "methods": methods::all().collect::<Vec<_>>() }))),
        Call::Change(change) => {
            guard::change(&inner.admin, request, origin)?;
            changed(inner, request, change).map(|value| written(&value))
        }
    });
    let mut response = answer.unwrap_or_else(Refusal::response);
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn changed(inner: &Inner, request: &Request<Bytes>, change: &Change) -> Result<Value, Refusal> {
    let mut fields = Fields::of_body(request.body())?;
    match change {
        Change::Cancel(id) => {
            fields.finish()?;
            cancel(inner, id)?;
        }
        Change::Script => script::script(inner, fields)?,
        Change::Always => script::always(inner, fields)?,
        Change::Recover => {
            let method = fields.optional("method")?.map(methods::known).transpose()?;
            fields.finish()?;
            match method {
                Some(method) => inner.script.recover(&method),
                None => inner.script.recover_all(),
            }
        }
        Change::Plan => {
            let plan = plan::plan(fields)?;
            inner.faults.replace(plan);
        }
        Change::LoseSessions => {
            fields.finish()?;
            inner.registry.clear_sessions(&inner.runtime);
        }
        Change::LoseOperations => {
            fields.finish()?;
            inner.registry.clear_operations(&inner.runtime);
        }
    }
    Ok(json!({}))
}

/// Cancels a statement of either protocol. One that has ended stays as it is.
fn cancel(inner: &Inner, id: &str) -> Result<(), Refusal> {
    let guid = sea::guid(id).ok_or_else(|| Refusal::no_statement(id))?;
    match inner.registry.any_operation(&guid) {
        Some(operation) => operation.cancel(),
        None if inner.history.find(&guid).is_some() => {}
        None => return Err(Refusal::no_statement(id)),
    }
    Ok(())
}

fn written(value: &Value) -> Response<Bytes> {
    json_response(StatusCode::OK, value)
}
