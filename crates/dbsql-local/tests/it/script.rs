//! Scripted steps: what happens to one request, in process and on a socket.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use dbsql_local::Server;
use dbsql_local::faults::{Fault, FaultPlan, Rule, Step, Target, Trigger};
use dbsql_protocol::message;
use dbsql_protocol::message::ApplicationExceptionKind;
use dbsql_protocol::rpc::{self, ExecuteStatement};
use dbsql_protocol::types::TStatusCode;
use dbsql_transport::RequestSent;
use http::Response;

use crate::support::{Failure, TEN, Warehouse, direct, http, ids_with};

const EXECUTE: &str = "ExecuteStatement";
const STATUS: &str = "GetOperationStatus";

async fn scripted(step: Step) -> Warehouse {
    let w = Warehouse::start().await;
    w.service.script(EXECUTE, [step]);
    w
}

/// Returns the raw response to a statement.
async fn answer(w: &Warehouse) -> Response<Bytes> {
    let body = message::encode_call::<ExecuteStatement>(&direct(&w.session, TEN));
    let (head, body) = w.client.post(body).await.expect("an answer").into_parts();
    Response::from_parts(head, body.collect(1 << 20).await.expect("a body"))
}

async fn execute(w: &Warehouse) -> Result<(), Failure> {
    w.client.call::<ExecuteStatement>(&direct(&w.session, TEN)).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn failed_connections_report_whether_the_request_was_sent() {
    let cases = [
        (Step::refused(), RequestSent::No, 0),
        (Step::reset_unsent(), RequestSent::No, 0),
        (Step::reset(), RequestSent::Maybe, 0),
        (Step::reset().accepted(), RequestSent::Maybe, 1),
    ];
    for (step, sent, runs) in cases {
        let shown = format!("{step:?}");
        let w = scripted(step).await;
        match execute(&w).await {
            Err(Failure::Transport(error)) => assert_eq!(error.request_sent(), sent, "{shown}"),
            other => panic!("{shown}: {other:?}"),
        }
        assert_eq!(w.service.runs(TEN), runs, "{shown}");
        execute(&w).await.expect("one step is for one request");
    }
}

#[tokio::test(start_paused = true)]
async fn stalled_request_gets_no_response() {
    let cases = [
        (Step::stall_unsent(), 0),
        (Step::stall(), 0),
        (Step::stall().accepted(), 1),
        (Step::stalled_body(), 1),
    ];
    for (step, runs) in cases {
        let shown = format!("{step:?}");
        let w = scripted(step).await;
        let limit = Some(w.runtime.now() + Duration::from_secs(100_000));
        assert!(w.runtime.timeout_at(limit, execute(&w)).await.is_err(), "{shown}");
        assert_eq!(w.service.runs(TEN), runs, "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn proxy_responses_lack_the_marks_of_the_protocol() {
    for status in [302, 400, 404, 405, 409, 421, 460, 499, 501, 999] {
        for accepted in [false, true] {
            let page = Step::http(status).text("<html>no</html>").header("location", "/login");
            let w = scripted(if accepted { page.accepted() } else { page }).await;
            let response = answer(&w).await;
            assert_eq!(response.status().as_u16(), status);
            let headers: Vec<_> = response.headers().keys().map(|name| name.as_str()).collect();
            assert_eq!(headers, ["location"], "{status}");
            assert_eq!(response.body(), "<html>no</html>");
            assert_eq!(w.service.runs(TEN), u64::from(accepted), "{status}");
        }
    }
    let w = scripted(Step::body("<html>sign in</html>").accepted()).await;
    let response = answer(&w).await;
    assert_eq!((response.status().as_u16(), w.service.runs(TEN)), (200, 1));
    assert_eq!(response.body(), "<html>sign in</html>");
}

#[tokio::test(start_paused = true)]
async fn server_errors_have_the_marks_of_the_protocol() {
    for (status, message) in [
        (400, "BAD_REQUEST: no"),
        (404, "RESOURCE_DOES_NOT_EXIST: \u{e9}"),
        (409, "ABORTED: \u{65e5}\u{672c}"),
    ] {
        let response = answer(&scripted(Step::error(status, message)).await).await;
        assert_eq!(response.status().as_u16(), status);
        let sent = &response.headers()["x-thriftserver-error-message"];
        assert_eq!(sent.as_bytes(), message.as_bytes());
        let body: serde_json::Value = serde_json::from_slice(response.body()).expect("JSON");
        assert_eq!(body["message"], message);
        assert_eq!(body["error_code"], message.split(':').next().expect("a code"));
    }
}

#[tokio::test(start_paused = true)]
async fn planned_proxy_status_lacks_the_marks() {
    let fault = Fault::status(499).from_a_proxy().accepted();
    let plan =
        FaultPlan::seeded(0).rule(Rule::new(Target::method(EXECUTE), Trigger::Nth(1), fault));
    let w = Warehouse::with(|builder| builder.faults(plan)).await;
    let response = answer(&w).await;
    assert_eq!((response.status().as_u16(), w.service.runs(TEN)), (499, 1));
    assert!(!response.headers().contains_key("x-thriftserver-error-message"));
    assert!(response.body().starts_with(b"<html>"), "{response:?}");
}

#[tokio::test(start_paused = true)]
async fn headers_may_contain_any_bytes() {
    let text = "RESOURCE_DOES_NOT_EXIST: \u{e9}";
    for value in [text.as_bytes(), b"Invalid SessionHandle: \xe9"] {
        let step = Step::http(404).header("x-thriftserver-error-message", value);
        let response = answer(&scripted(step).await).await;
        assert_eq!(response.headers()["x-thriftserver-error-message"].as_bytes(), value);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_date_is_relative_to_the_server_clock() {
    let clock = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_600);
    let step = Step::http(503).retry_at(clock + Duration::from_secs(2), clock);
    let response = answer(&scripted(step).await).await;
    let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("date"), "Fri, 15 Jan 2027 08:10:00 GMT");
    assert_eq!(header("retry-after"), "Fri, 15 Jan 2027 08:10:02 GMT");
}

#[tokio::test(start_paused = true)]
async fn edited_response_differs_in_one_field() {
    let unknown = TStatusCode(99);
    let w = scripted(Step::edit::<ExecuteStatement>(move |response| {
        response.status.status_code = unknown;
    }))
    .await;
    let request = direct(&w.session, TEN);
    let response = w.client.call::<ExecuteStatement>(&request).await.expect("an answer");
    assert_eq!((response.status.status_code, w.service.runs(TEN)), (unknown, 1));
    let direct = response.direct_results.expect("all else is there");
    let (metadata, rows) = (direct.result_set_metadata, direct.result_set);
    let ids = ids_with(&metadata.expect("has metadata"), &rows.expect("has rows"));
    assert_eq!(ids, (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn edit_does_not_affect_other_responses() {
    let w = Warehouse::start().await;
    let mut session = w.session.clone();
    session.session_id.secret = vec![0; 16].into();
    w.service.script(EXECUTE, [Step::edit::<ExecuteStatement>(|_| panic!("there is no reply"))]);
    let answer = w.client.call::<ExecuteStatement>(&direct(&session, TEN)).await;
    assert_eq!(http(answer).0, 400);
}

#[tokio::test(start_paused = true)]
async fn panic_of_an_edit_fails_only_its_request() {
    let w = scripted(Step::edit::<ExecuteStatement>(|_| panic!("an edit"))).await;
    assert_eq!(http(execute(&w).await).0, 500);
    execute(&w).await.expect("the next one is served");
}

#[tokio::test(start_paused = true)]
async fn scripted_exception_replaces_the_response() {
    let w = scripted(Step::exception(EXECUTE, ApplicationExceptionKind::UNKNOWN_METHOD)).await;
    match execute(&w).await {
        Err(Failure::Reply(message::ReplyError::Exception(exception))) => {
            assert_eq!(exception.kind, ApplicationExceptionKind::UNKNOWN_METHOD);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(w.service.runs(TEN), 0);
}

#[tokio::test(start_paused = true)]
async fn scripted_steps_precede_the_permanent_one() {
    let rule = Rule::new(Target::Everything, Trigger::Nth(4), Fault::status(503));
    let w = Warehouse::with(|builder| builder.faults(FaultPlan::seeded(0).rule(rule))).await;
    w.service.script(EXECUTE, [Step::http(461), Step::http(462)]);
    w.service.always(EXECUTE, || Step::http(463));
    for status in [461, 462, 463, 463] {
        assert_eq!(http(execute(&w).await).0, status);
    }
    w.service.recover(EXECUTE);
    // The plan has counted the session and the unscripted requests: this is its third request.
    let _ = w.client.submit(&w.session, TEN).await;
    execute(&w).await.expect("the third");
    assert_eq!(http(execute(&w).await).0, 503, "the fourth");
}

#[tokio::test(start_paused = true)]
async fn delay_comes_after_the_work() {
    let w = scripted(Step::serve().after(Duration::from_secs(30))).await;
    let before = w.runtime.now();
    let limit = Some(before + Duration::from_secs(1));
    assert!(w.runtime.timeout_at(limit, execute(&w)).await.is_err());
    assert_eq!(w.service.runs(TEN), 1, "it runs while its answer is held back");
}

#[tokio::test(start_paused = true)]
async fn requests_are_recorded_on_request() {
    let w = Warehouse::with(|builder| builder.record_requests()).await;
    w.runtime.sleep(Duration::from_secs(7)).await;
    execute(&w).await.expect("an answer");
    let seen = w.service.seen();
    let names: Vec<_> = seen.iter().map(|seen| seen.name().to_owned()).collect();
    assert_eq!(names, ["OpenSession", EXECUTE]);
    assert_eq!((seen[0].at(), seen[1].at()), (Duration::ZERO, Duration::from_secs(7)));
    assert_eq!(w.service.calls::<ExecuteStatement>(), [direct(&w.session, TEN)]);
    assert_eq!(w.service.calls::<rpc::OpenSession>().len(), 1);
    assert!(!format!("{seen:?}").contains("RANGE"), "SQL is printed");
    assert!(Warehouse::start().await.service.seen().is_empty());
}

#[tokio::test(start_paused = true)]
async fn requests_in_flight_are_counted_by_method() {
    let w = Warehouse::start().await;
    w.service.always(STATUS, || Step::serve().after(Duration::from_secs(10)));
    let handle = w.client.submit(&w.session, crate::support::ENDLESS).await;
    let asking: Vec<_> = (0..3)
        .map(|_| {
            let (client, handle) = (w.client.clone(), handle.clone());
            tokio::spawn(async move { client.status(&handle).await })
        })
        .collect();
    w.runtime.sleep(Duration::from_secs(1)).await;
    let flight = w.service.in_flight(STATUS);
    assert_eq!((flight.now, flight.most), (3, 3));
    // An abandoned request is no longer in flight.
    asking[0].abort();
    w.runtime.sleep(Duration::from_secs(1)).await;
    assert_eq!(w.service.in_flight(STATUS).now, 2);
    for asked in asking.into_iter().skip(1) {
        asked.await.expect("an answer");
    }
    let flight = w.service.in_flight(STATUS);
    assert_eq!((flight.now, flight.most), (0, 3));
    assert_eq!((w.service.all_in_flight().now, w.service.in_flight(EXECUTE).most), (0, 1));
}

async fn on_a_socket(step: Step) -> (Warehouse, Server) {
    let mut w = Warehouse::with(|builder| builder.runtime(dbsql_runtime::Runtime::real())).await;
    let any_port = ([127, 0, 0, 1], 0).into();
    let server = Server::start(w.service.clone(), any_port).await.expect("it starts");
    w.client = crate::sockets::client(&server);
    w.service.script(EXECUTE, [step]);
    (w, server)
}

#[tokio::test]
async fn steps_work_on_a_socket() {
    for step in [Step::refused(), Step::reset_unsent(), Step::reset().accepted()] {
        let shown = format!("{step:?}");
        let (w, _server) = on_a_socket(step).await;
        let answer = execute(&w).await;
        assert!(matches!(answer, Err(Failure::Transport(_))), "{shown}: {answer:?}");
    }
    for step in [Step::cut(), Step::claims(1000)] {
        let shown = format!("{step:?}");
        let (w, _server) = on_a_socket(step).await;
        let answer = execute(&w).await;
        assert!(matches!(answer, Err(Failure::Body(_))), "{shown}: {answer:?}");
        assert_eq!(w.service.runs(TEN), 1);
    }
    let (w, _server) = on_a_socket(Step::half()).await;
    let halved = execute(&w).await;
    assert!(matches!(halved, Err(Failure::Reply(_))), "{halved:?}");
    for step in [Step::stalled_body(), Step::stall()] {
        let shown = format!("{step:?}");
        let (w, _server) = on_a_socket(step).await;
        let waited = tokio::time::timeout(Duration::from_millis(100), execute(&w)).await;
        assert!(waited.is_err(), "{shown}: {waited:?}");
    }
    let clock = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_600);
    let (w, _server) = on_a_socket(Step::http(999).retry_at(clock, clock)).await;
    let response = answer(&w).await;
    assert_eq!(response.status().as_u16(), 999);
    assert_eq!(response.headers()["date"], "Fri, 15 Jan 2027 08:10:00 GMT", "not the real one");
}
