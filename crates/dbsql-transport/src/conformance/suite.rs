//! The runner of the checks.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::Runtime;
use http::Request;

use super::check::{Bench, Check, Scope};
use super::checks::checks;
use super::expect::{Mismatch, Outcome};
use super::report::{CheckResult, Failure, Report, Verdict};
use super::server::{Server, answer};
use crate::SharedTransport;

/// Two repeatable requests with known responses.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(super) good: Request<Bytes>,
    pub(super) bad: Request<Bytes>,
}

impl Endpoint {
    /// The response to `good` has a status below 300 and always the same body of at least one byte;
    /// the response to `bad` has a status of 400 or above.
    #[must_use]
    pub fn new(good: Request<Bytes>, bad: Request<Bytes>) -> Self {
        Self { good, bad }
    }
}

/// A run of the checks over one kind of transport.
///
/// Needs a tokio runtime with its timer enabled and, for [`new`](Self::new), its I/O driver and a
/// clock that is not paused.
///
/// For a transport without sockets:
///
/// ```
/// use std::time::Duration;
/// use dbsql_transport::conformance::{Endpoint, Suite};
/// use dbsql_transport::{SharedTransport, bytes::Bytes, http};
/// # use dbsql_transport::{Body, BoxFuture, SendPermit, Transport, TransportError};
///
/// async fn check(transport: SharedTransport) -> Result<(), Box<dyn std::error::Error>> {
///     let good = http::Request::post("http://localhost/good").body(Bytes::from("ask"))?;
///     let bad = http::Request::post("http://localhost/bad").body(Bytes::from("ask"))?;
///     let suite = Suite::for_endpoint(|| transport.clone(), Endpoint::new(good, bad))
///         .time_limit(Duration::from_secs(5));
///     let report = suite.run().await;
///     assert!(report.is_pass(), "{report}");
///     Ok(())
/// }
/// # #[derive(Debug)]
/// # struct Echo;
/// # impl Transport for Echo {
/// #     fn send(
/// #         &self,
/// #         request: http::Request<Bytes>,
/// #     ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
/// #         let permit = SendPermit::hold_for(&request);
/// #         Box::pin(async move {
/// #             permit.take()?;
/// #             let status = if request.uri().path() == "/good" { 200 } else { 500 };
/// #             let mut response = http::Response::new(Body::from(request.into_body()));
/// #             *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
/// #             Ok(response)
/// #         })
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// #     check(SharedTransport::new(Echo)).await
/// # }
/// ```
#[must_use]
pub struct Suite<'a> {
    make: Box<dyn Fn() -> SharedTransport + Send + Sync + 'a>,
    /// `None`: the suite's own server.
    endpoint: Option<Endpoint>,
    only: Option<&'static str>,
    skipped: Vec<(&'static str, String)>,
    limit: Duration,
}

/// There is no check with this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no check is named `{name}`; there are {}", names().join(", "))]
pub struct UnknownCheck {
    name: String,
}

fn names() -> Vec<&'static str> {
    checks().map(Check::name).collect()
}

fn find(name: &str) -> Result<&'static str, UnknownCheck> {
    let found = checks().map(Check::name).find(|known| *known == name);
    found.ok_or_else(|| UnknownCheck { name: name.to_owned() })
}

impl<'a> Suite<'a> {
    /// Returns all checks, for a transport that uses HTTP/1.1 over sockets. Each runs against its
    /// own server on 127.0.0.1; plain `http://` to it must be allowed, without a proxy. `make` is
    /// called once per check.
    pub fn new<T: Into<SharedTransport>>(make: impl Fn() -> T + Send + Sync + 'a) -> Self {
        Self {
            make: Box::new(move || make().into()),
            endpoint: None,
            only: None,
            skipped: Vec::new(),
            limit: Duration::from_secs(30),
        }
    }

    /// Returns the checks for [any](Scope::Any) transport, against a custom server that responds to
    /// the requests of `endpoint`. `make` is called once per check.
    pub fn for_endpoint<T: Into<SharedTransport>>(
        make: impl Fn() -> T + Send + Sync + 'a,
        endpoint: Endpoint,
    ) -> Self {
        Self { endpoint: Some(endpoint), ..Self::new(make) }
    }

    /// Restricts the run to this check.
    ///
    /// # Errors
    ///
    /// [`UnknownCheck`] if there is none with this name.
    pub fn only(mut self, name: &str) -> Result<Self, UnknownCheck> {
        self.only = Some(find(name)?);
        Ok(self)
    }

    /// Skips a check that the transport is known not to pass. The report shows the reason.
    ///
    /// # Errors
    ///
    /// [`UnknownCheck`] if there is none with this name.
    pub fn skip(mut self, name: &str, reason: impl Into<String>) -> Result<Self, UnknownCheck> {
        self.skipped.push((find(name)?, reason.into()));
        Ok(self)
    }

    /// Sets the time limit after which a check counts as hanging; 30 seconds by default.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs the checks one after another. A panic in the transport, or a check that does not end,
    /// is a failure of the check.
    pub async fn run(self) -> Report {
        let mut results = Vec::new();
        for check in checks().filter(|check| self.includes(check)) {
            let skipped = self.skipped.iter().find(|(name, _)| *name == check.name);
            let verdict = match skipped {
                Some((_, reason)) => Verdict::Skipped(reason.clone()),
                None => self.verdict(check).await,
            };
            results.push(CheckResult { check, verdict });
        }
        Report(results)
    }

    fn includes(&self, check: &Check) -> bool {
        let in_scope = self.endpoint.is_none() || check.scope == Scope::Any;
        in_scope && self.only.is_none_or(|only| only == check.name)
    }

    async fn verdict(&self, check: &'static Check) -> Verdict {
        let runtime = Runtime::real();
        let deadline = runtime.now() + self.limit;
        let outcome = runtime.timeout_at(Some(deadline), caught(self.outcome(check))).await;
        let outcome = outcome.unwrap_or_else(|_| {
            Err(Mismatch::new("an end of the check", format!("none within {:?}", self.limit)))
        });
        match outcome {
            Ok(()) => Verdict::Passed,
            Err(Mismatch { expected, got }) => {
                Verdict::Failed(Failure { expected, got, next_step: check.next_step })
            }
        }
    }

    async fn outcome(&self, check: &Check) -> Outcome {
        let (endpoint, _server) = match &self.endpoint {
            Some(endpoint) => (endpoint.clone(), None),
            None => {
                let server = Server::start(|request| match request.target.as_str() {
                    "/good" => answer(200, "", b"a good answer"),
                    _ => answer(500, "", b"a bad answer"),
                })
                .await?;
                (
                    Endpoint::new(server.post("/good", "ask")?, server.post("/bad", "ask")?),
                    Some(server),
                )
            }
        };
        (check.run)(Bench { transport: (self.make)(), endpoint }).await
    }
}

impl fmt::Debug for Suite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite")
            .field("endpoint", &self.endpoint)
            .field("only", &self.only)
            .field("skipped", &self.skipped)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Runs a check to its end. A panic is a failure.
async fn caught(running: impl Future<Output = Outcome>) -> Outcome {
    let mut running = std::pin::pin!(running);
    std::future::poll_fn(move |cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx)));
        polled.unwrap_or_else(|panic| {
            let got = format!("a panic: {}", text_of(&*panic));
            Poll::Ready(Err(Mismatch::new("a result, whatever the server does", got)))
        })
    })
    .await
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a text")
}
