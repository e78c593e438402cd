//! The fault plan, in process.

use std::time::Duration;

use dbsql_local::Settings;
use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
use dbsql_protocol::message;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TExecuteStatementReq, TOperationState};
use dbsql_transport::{RequestSent, SendPermit, TransportErrorKind};

use crate::support::{
    ENDLESS, Failure, HOST, PATH, TEN, Warehouse, direct, from_row, http, ids, next, statement,
};

/// The first call of a method has this fault.
async fn first(method: &str, fault: Fault) -> Warehouse {
    let rule = Rule::new(Target::method(method), Trigger::Nth(1), fault);
    Warehouse::with(|builder| builder.faults(FaultPlan::seeded(1).rule(rule))).await
}

async fn submit(w: &Warehouse) -> Result<(), Failure> {
    w.client.call::<rpc::ExecuteStatement>(&direct(&w.session, TEN)).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn refused_connection_sends_nothing() {
    let w = first("ExecuteStatement", Fault::Refuse).await;
    let permit = SendPermit::new();
    let body = message::encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
    let request = http::Request::post(format!("{HOST}{PATH}")).extension(permit.clone());
    let answer = w.client.transport.send(request.body(body).expect("valid")).await;
    let error = answer.expect_err("refused");
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_eq!(error.request_sent(), RequestSent::No);
    assert_eq!(permit.request_sent(), RequestSent::No);
    assert_eq!(w.service.runs(TEN), 0);
    submit(&w).await.expect("the second passes");
}

#[tokio::test(start_paused = true)]
async fn only_a_late_reset_has_run_the_statement() {
    for (moment, runs) in [(Moment::Before, 0), (Moment::After, 1)] {
        let w = first("ExecuteStatement", Fault::Reset(moment)).await;
        match submit(&w).await {
            Err(Failure::Transport(error)) => {
                assert_eq!(error.kind(), TransportErrorKind::Interrupted);
                assert_eq!(error.request_sent(), RequestSent::Maybe);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(w.service.runs(TEN), runs);
    }
}

#[tokio::test(start_paused = true)]
async fn stalled_request_gets_no_response_and_counts_as_sent() {
    for (moment, runs) in [(Moment::Before, 0), (Moment::After, 1)] {
        let w = first("ExecuteStatement", Fault::Stall(moment)).await;
        let permit = SendPermit::new();
        let body = message::encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
        let request = http::Request::post(format!("{HOST}{PATH}")).extension(permit.clone());
        let sending = w.client.transport.send(request.body(body).expect("valid"));
        let limit = Some(w.runtime.now() + Duration::from_secs(100_000));
        assert!(w.runtime.timeout_at(limit, sending).await.is_err());
        assert_eq!(permit.request_sent(), RequestSent::Maybe);
        assert_eq!(w.service.runs(TEN), runs);
    }
}

#[tokio::test(start_paused = true)]
async fn delay_elapses() {
    let w = first("ExecuteStatement", Fault::Delay(Duration::from_secs(30))).await;
    let before = w.runtime.now();
    submit(&w).await.expect("an answer");
    assert_eq!(w.runtime.now() - before, Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn status_is_sent_with_and_without_retry_after() {
    let later = Fault::status(429).retry_after(Duration::from_millis(1500));
    let cases = [
        (Fault::status(429), None, 0),
        (Fault::status(503), None, 0),
        (Fault::status(503).retry_after(Duration::from_secs(2)), Some("2"), 0),
        (later, Some("2"), 0),
        (Fault::status(503).accepted(), None, 1),
    ];
    for (fault, retry_after, runs) in cases {
        let Fault::Status { status, .. } = fault else { panic!("{fault:?}") };
        let w = first("ExecuteStatement", fault).await;
        let body = message::encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
        let response = w.client.post(body).await.expect("an answer");
        assert_eq!(response.status(), status);
        let header = response.headers().get("retry-after").map(|value| value.as_bytes().to_vec());
        assert_eq!(header.as_deref(), retry_after.map(str::as_bytes));
        assert_eq!(w.service.runs(TEN), runs);
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_are_truncated_corrupted_and_slowed() {
    let w = first("ExecuteStatement", Fault::Truncate(0.5)).await;
    assert!(matches!(submit(&w).await, Err(Failure::Body(_))));

    let w = first("ExecuteStatement", Fault::Corrupt(3)).await;
    let again = first("ExecuteStatement", Fault::Corrupt(3)).await;
    let body = async |w: &Warehouse| {
        let body = message::encode_call::<rpc::ExecuteStatement>(&direct(&w.session, TEN));
        let response = w.client.post(body).await.expect("an answer");
        response.into_body().collect(usize::MAX).await.expect("a body")
    };
    let (bad, same) = (body(&w).await, body(&again).await);
    assert_eq!(bad, same, "the same seed flips the same bits");

    let pause = Duration::from_secs(1);
    let w = first("ExecuteStatement", Fault::Slow { piece: 100, pause }).await;
    let before = w.runtime.now();
    let slow = body(&w).await;
    let pieces = u32::try_from(slow.len().div_ceil(100)).expect("few");
    assert_eq!(w.runtime.now() - before, pause * pieces);
    assert_eq!(slow.len(), bad.len());
    let differing = slow.iter().zip(&bad).filter(|(one, other)| one != other).count();
    assert!((1..=3).contains(&differing), "{differing} bytes differ");
}

#[tokio::test(start_paused = true)]
async fn link_can_be_expired_early() {
    let rule = Rule::new(Target::Download, Trigger::Nth(1), Fault::ExpireLink);
    let settings = Settings { link_threshold: 0, ..Settings::default() };
    let plan = FaultPlan::seeded(1).rule(rule);
    let w = Warehouse::with(|builder| builder.faults(plan).settings(settings)).await;
    let request =
        TExecuteStatementReq { can_download_result: Some(true), ..statement(&w.session, TEN) };
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    w.client.wait(&handle).await;
    let rows = w.client.fetch(next(&handle, 1)).await.results.expect("rows");
    let link = &rows.result_links.expect("links")[0].file_link;
    assert_eq!(w.client.get(link, &[]).await.expect("an answer").0, 403);
    assert_eq!(w.client.get(link, &[]).await.expect("an answer").0, 200);
}

#[tokio::test(start_paused = true)]
async fn evicted_operation_is_gone_and_stopped() {
    let w = first("GetOperationStatus", Fault::EvictOperation).await;
    let handle = w.client.submit(&w.session, ENDLESS).await;
    tokio::task::yield_now().await;
    for _ in 0..2 {
        let (status, message) = http(w.client.ask(&handle).await);
        assert!(status == 404 && message.contains("RESOURCE_DOES_NOT_EXIST"), "{status} {message}");
    }
    tokio::task::yield_now().await;
    assert_eq!((w.engine.running(), w.service.live_sessions()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn lost_session_takes_its_operations_with_it() {
    for method in ["ExecuteStatement", "GetOperationStatus"] {
        let rule = Rule::new(Target::method(method), Trigger::Nth(2), Fault::LoseSession);
        let w = Warehouse::with(|builder| builder.faults(FaultPlan::seeded(1).rule(rule))).await;
        let handle = w.client.submit(&w.session, ENDLESS).await;
        assert_eq!(w.client.state(&handle).await, TOperationState::RUNNING_STATE);
        if method == "ExecuteStatement" {
            let answer = submit(&w).await;
            assert!(http(answer).1.contains("Invalid SessionHandle"));
            assert_eq!(w.service.runs(TEN), 0);
        }
        assert_eq!(http(w.client.ask(&handle).await).0, 404);
        assert_eq!((w.service.live_sessions(), w.service.live_operations()), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_handle_names_another_statement_or_none() {
    let rule = |number| {
        Rule::new(Target::method("ExecuteStatement"), Trigger::Nth(number), Fault::WrongHandle)
    };
    let plan = FaultPlan::seeded(1).rule(rule(1)).rule(rule(3));
    let w = Warehouse::with(|builder| builder.faults(plan)).await;
    let none = w.client.submit(&w.session, TEN).await;
    assert_eq!(http(w.client.ask(&none).await).0, 404);
    tokio::task::yield_now().await;
    assert_eq!((w.service.runs(TEN), w.service.live_operations()), (1, 1));
    // The next one that is correct, and one that names either of the two before it.
    let endless = w.client.submit(&w.session, ENDLESS).await;
    let wrong = w.client.submit(&w.session, "SELECT nothing").await;
    let state = w.client.state(&wrong).await;
    assert_ne!(state, TOperationState::ERROR_STATE, "that is how its own statement ends");
    assert_eq!(w.service.live_operations(), 3);
    let right = w.client.submit(&w.session, "SELECT nothing").await;
    assert_eq!(w.client.wait(&right).await.operation_state, Some(TOperationState::ERROR_STATE));
    assert_eq!(w.client.state(&endless).await, TOperationState::RUNNING_STATE);
}

#[tokio::test(start_paused = true)]
async fn rows_start_at_another_offset_than_requested() {
    // Requested rows, the fault, and the rows returned.
    let cases =
        [(0, 1, 1..5), (3, -2, 1..5), (3, 4, 7..10), (1, -5, 0..4), (2, 99, 10..10), (4, 0, 4..8)];
    for (row, shift, expected) in cases {
        let w = first("FetchResults", Fault::WrongOffset(shift)).await;
        let handle = w.client.submit(&w.session, TEN).await;
        w.client.wait(&handle).await;
        let page = w.client.fetch(from_row(&handle, row, 4)).await;
        let offset = page.results.as_ref().expect("rows").start_row_offset;
        assert_eq!((offset, ids(&page)), (expected.start, expected.collect::<Vec<_>>()));
        let page = w.client.fetch(from_row(&handle, row, 4)).await;
        assert_eq!(page.results.expect("rows").start_row_offset, row, "the second is right");
    }
}

#[tokio::test(start_paused = true)]
async fn links_and_direct_results_start_at_another_offset() {
    let w = first("ExecuteStatement", Fault::WrongOffset(2)).await;
    let direct = w.client.execute(direct(&w.session, TEN)).await.direct_results;
    let rows = direct.expect("asked for").result_set.expect("has rows").results.expect("rows");
    assert_eq!(rows.start_row_offset, 2);

    let rule = Rule::new(Target::method("FetchResults"), Trigger::Nth(1), Fault::WrongOffset(4));
    let settings = Settings { link_threshold: 0, file_bytes: 32, ..Settings::default() };
    let plan = FaultPlan::seeded(1).rule(rule);
    let w = Warehouse::with(|builder| builder.faults(plan).settings(settings)).await;
    let request =
        TExecuteStatementReq { can_download_result: Some(true), ..statement(&w.session, TEN) };
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    w.client.wait(&handle).await;
    let rows = w.client.fetch(from_row(&handle, 0, 1)).await.results.expect("rows");
    assert_eq!(rows.start_row_offset, 4);
    assert_eq!(rows.result_links.expect("links")[0].start_row_offset, 4);
}

#[tokio::test(start_paused = true)]
async fn files_are_truncated_corrupted_and_slowed() {
    let pause = Duration::from_secs(1);
    let slow = Fault::Slow { piece: 100, pause };
    for fault in [Fault::Truncate(0.5), Fault::Corrupt(3), slow] {
        let rule = Rule::new(Target::Download, Trigger::Nth(1), fault.clone());
        let settings = Settings { link_threshold: 0, ..Settings::default() };
        let plan = FaultPlan::seeded(1).rule(rule);
        let w = Warehouse::with(|builder| builder.faults(plan).settings(settings)).await;
        let request =
            TExecuteStatementReq { can_download_result: Some(true), ..direct(&w.session, TEN) };
        let rows = w.client.execute(request).await.direct_results.expect("asked for").result_set;
        let links = rows.expect("rows").results.expect("rows").result_links.expect("links");
        let before = w.runtime.now();
        let damaged = w.client.get(&links[0].file_link, &[]).await;
        let took = w.runtime.now() - before;
        let (_, whole) = w.client.get(&links[0].file_link, &[]).await.expect("an answer");
        match fault {
            Fault::Truncate(_) => assert!(matches!(damaged, Err(Failure::Body(_)))),
            Fault::Corrupt(_) => {
                let bad = damaged.expect("an answer").1;
                assert!(bad.len() == whole.len() && bad != whole);
            }
            _ => {
                assert_eq!(damaged.expect("an answer").1, whole);
                assert_eq!(took, pause * u32::try_from(whole.len().div_ceil(100)).expect("few"));
            }
        }
    }
}
