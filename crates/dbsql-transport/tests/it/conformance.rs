//! The conformance suite: what passes it, what its report says, and what it catches.

mod broken;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::conformance::{Endpoint, Scope, Suite, Verdict, checks};
use dbsql_transport::{
    Body, BoxFuture, HttpOptions, HyperTransport, RequestBody, RequestSent, SendPermit,
    SharedTransport, TowerTransport, Transport, TransportError, TransportErrorKind,
};
use http::{Request, Response, Uri};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceBuilder;

use self::broken::Broken;
use crate::reqwest_transport::ReqwestTransport;
use crate::socket_transport::SocketTransport;

fn hyper() -> HyperTransport {
    HyperTransport::new(HttpOptions::default()).expect("valid options")
}

#[tokio::test]
async fn hyper_transport_passes() {
    let report = Suite::new(hyper).run().await;
    assert!(report.is_pass(), "{report}");
    assert_eq!(report.results().len(), checks().count());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hyper_transport_passes_on_threads() {
    let transport = SharedTransport::new(hyper());
    let report = Suite::new(|| transport.clone()).run().await;
    assert!(report.is_pass(), "{report}");
}

/// hyper-util's client in two layers of tower.
fn tower() -> SharedTransport {
    let client = legacy::Client::builder(TokioExecutor::new()).build_http::<RequestBody>();
    let service = ServiceBuilder::new()
        .timeout(Duration::from_secs(60))
        .map_request(|mut request: Request<RequestBody>| {
            request.headers_mut().insert("user-agent", http::HeaderValue::from_static("layered"));
            request
        })
        .service(client);
    TowerTransport::new(service).map_error(explain).into()
}

fn explain(error: Box<dyn std::error::Error + Send + Sync>, sent: RequestSent) -> TransportError {
    match error.downcast::<legacy::Error>() {
        Ok(error) if error.is_connect() => TransportError::connect(error),
        Ok(error) => TransportError::interrupted(sent, error),
        Err(error) => TransportError::new(TransportErrorKind::Timeout, sent, error),
    }
}

#[tokio::test]
async fn tower_layers_over_a_hyper_client_pass() {
    let report = Suite::new(tower).run().await;
    assert!(report.is_pass(), "{report}");
}

#[tokio::test]
async fn socket_transport_of_the_guide_passes() {
    let report = Suite::new(|| SocketTransport).run().await;
    assert!(report.is_pass(), "{report}");
}

#[tokio::test]
async fn reqwest_transport_of_the_guide_passes() {
    let report = Suite::new(|| ReqwestTransport::new().expect("a client")).run().await;
    assert!(report.is_pass(), "{report}");
}

/// Answers by itself, without sockets.
#[derive(Debug)]
struct InProcess;

impl Transport for InProcess {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let permit = SendPermit::hold_for(&request);
        Box::pin(async move {
            permit.take()?;
            let good = request.uri().path() == "/good";
            let mut response = Response::new(Body::from("an answer"));
            *response.status_mut() = if good { 200 } else { 404 }.try_into().expect("valid");
            Ok(response)
        })
    }
}

fn endpoint(good: &'static str, bad: &'static str) -> Endpoint {
    let ask = |uri| Request::post(Uri::from_static(uri)).body(Bytes::new()).expect("valid");
    Endpoint::new(ask(good), ask(bad))
}

#[tokio::test]
async fn transport_without_sockets_passes_its_part() {
    let endpoint = || endpoint("http://local/good", "http://local/bad");
    let report = Suite::for_endpoint(|| InProcess, endpoint()).run().await;
    assert!(report.is_pass(), "{report}");
    assert!(report.results().iter().all(|result| result.check().scope() == Scope::Any));
    assert!(report.results().len() < checks().count());
}

#[tokio::test]
async fn report_lists_each_check_by_name() {
    let swapped = endpoint("http://local/bad", "http://local/good");
    let suite = Suite::for_endpoint(|| InProcess, swapped);
    let suite = suite.skip("drop_does_not_block", "answers at once").expect("a known check");
    let report = suite.run().await;
    assert!(!report.is_pass());
    let text = report.to_string();
    for result in report.results() {
        assert!(text.contains(result.check().name()), "{text}");
    }
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    for line in [
        "FAILED   bad_status_is_a_response",
        "expected  a status from 400 on",
        "got       status 200 OK",
        "next      do not turn a status into an error (as `error_for_status` does)",
        "ok       permit_is_held_by_send",
        "skipped  drop_does_not_block: answers at once",
    ] {
        assert!(lines.contains(&line), "{line}: {text}");
    }
}

#[tokio::test]
async fn one_check_runs_alone() {
    let suite = Suite::new(hyper).only("redirect_is_not_followed").expect("a known check");
    let report = suite.run().await;
    let [result] = report.results() else { panic!("{report}") };
    assert_eq!(result.check().name(), "redirect_is_not_followed");
    assert_eq!(*result.verdict(), Verdict::Passed);
    let unknown = Suite::new(hyper).only("redirects").expect_err("unknown").to_string();
    assert!(unknown.starts_with("no check is named `redirects`; there are "), "{unknown}");
    assert!(unknown.contains("redirect_is_not_followed"), "{unknown}");
}

#[tokio::test]
async fn panic_of_a_transport_is_a_failure() {
    #[derive(Debug)]
    struct Panics;
    impl Transport for Panics {
        fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
            panic!("unknown header")
        }
    }
    let suite = Suite::new(|| Panics).only("response_is_complete").expect("a known check");
    let report = suite.run().await.to_string();
    assert!(report.contains("a panic: unknown header"), "{report}");
}

async fn caught_by(broken: &Broken) -> (Vec<&'static str>, String) {
    let report = broken.suite().run().await;
    (report.failed().map(|(check, _)| check.name()).collect(), report.to_string())
}

/// Redirects, retries, statuses as errors, ignored permits and the rest: each fault is caught by the
/// one check that is named for it, and by no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_broken_transport_is_caught_by_its_check_alone() {
    let few = Arc::new(Semaphore::new(6));
    let mut running = JoinSet::new();
    for broken in broken::all() {
        let few = Arc::clone(&few);
        running.spawn(async move {
            let _one = few.acquire().await;
            let (failed, report) = caught_by(broken).await;
            let caught = failed == [broken.caught_by] && report.contains(broken.says);
            if caught { None } else { Some(format!("{}: {report}", broken.fault)) }
        });
    }
    let missed: Vec<_> = running.join_all().await.into_iter().flatten().collect();
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

#[test]
fn each_check_has_a_broken_transport() {
    for check in checks() {
        let caught = broken::all().any(|broken| broken.caught_by == check.name());
        assert!(caught, "no broken transport for {}", check.name());
    }
}

/// It sends whatever the engine says.
#[tokio::test]
async fn ignored_permit_is_caught() {
    let (failed, report) = caught_by(&broken::IGNORES_PERMITS).await;
    for check in [
        "permit_is_held_by_send",
        "revoked_request_fails_as_not_sent",
        "revoked_request_never_arrives",
        "permit_is_taken_with_the_last_frame",
    ] {
        assert!(failed.contains(&check), "{check}: {report}");
    }
    for words in ["0 request(s) at the server", "got       1 request(s)", "`SendPermit::hold_for`"]
    {
        assert!(report.contains(words), "{words}: {report}");
    }
}
