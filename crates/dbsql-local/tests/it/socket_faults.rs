//! The fault plan on real sockets: the same as in process.

use std::time::{Duration, Instant};

use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
use dbsql_local::{Server, Service, Settings};
use dbsql_protocol::message::{decode_reply, encode_call};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TExecuteStatementReq, TSessionHandle};

use crate::sockets::{client, serve};
use crate::support::{Client, ENDLESS, Failure, TEN, direct, from_row, http, ids, stream_ids};

/// A server where the first of these requests has this fault, with a client and a session.
async fn first(target: Target, fault: Fault) -> (Server, Service, Client, TSessionHandle) {
    let plan = FaultPlan::seeded(1).rule(Rule::new(target, Trigger::Nth(1), fault));
    let settings = Settings { link_threshold: 0, ..Settings::default() };
    let (server, service, _) = serve(plan, settings).await;
    let client = client(&server);
    let session = client.open().await;
    (server, service, client, session)
}

fn statements() -> Target {
    Target::method("ExecuteStatement")
}

async fn link(client: &Client, session: &TSessionHandle) -> String {
    let request = TExecuteStatementReq { can_download_result: Some(true), ..direct(session, TEN) };
    let rows = client.execute(request).await.direct_results.expect("asked for").result_set;
    rows.expect("rows").results.expect("rows").result_links.expect("links").remove(0).file_link
}

#[tokio::test]
async fn connection_is_lost_before_or_after_acceptance() {
    let cases =
        [(Fault::Refuse, 0), (Fault::Reset(Moment::Before), 0), (Fault::Reset(Moment::After), 1)];
    for (fault, runs) in cases {
        let (_server, service, client, session) = first(statements(), fault.clone()).await;
        let answer = client.call::<rpc::ExecuteStatement>(&direct(&session, TEN)).await;
        assert!(matches!(answer, Err(Failure::Transport(_))), "{fault:?}: {answer:?}");
        assert_eq!(service.runs(TEN), runs, "{fault:?}");
        client.execute(direct(&session, TEN)).await;
        assert_eq!(service.runs(TEN), runs + 1);
    }
}

#[tokio::test]
async fn stall_does_not_block_other_requests() {
    for (moment, runs) in [(Moment::Before, 0), (Moment::After, 1)] {
        let (_server, service, client, session) = first(statements(), Fault::Stall(moment)).await;
        let request = direct(&session, TEN);
        let stalled = client.call::<rpc::ExecuteStatement>(&request);
        assert!(tokio::time::timeout(Duration::from_millis(500), stalled).await.is_err());
        assert_eq!(service.runs(TEN), runs);
        client.execute(request).await;
    }
}

#[tokio::test]
async fn delay_is_applied() {
    let delay = Duration::from_millis(300);
    let (_server, service, client, session) = first(statements(), Fault::Delay(delay)).await;
    let before = Instant::now();
    client.execute(direct(&session, TEN)).await;
    assert!(before.elapsed() >= delay);
    assert_eq!(service.runs(TEN), 1);
}

#[tokio::test]
async fn status_is_sent_with_and_without_retry_after() {
    let later = Duration::from_secs(3);
    let cases = [
        (Fault::status(429), 429, None, 0),
        (Fault::status(429).retry_after(later), 429, Some("3"), 0),
        (Fault::status(503), 503, None, 0),
        (Fault::status(503).retry_after(later), 503, Some("3"), 0),
        (Fault::status(503).accepted(), 503, None, 1),
    ];
    for (fault, status, retry_after, runs) in cases {
        let (_server, service, client, session) = first(statements(), fault).await;
        let call = encode_call::<rpc::ExecuteStatement>(&direct(&session, TEN));
        let response = client.post(call).await.expect("an answer");
        assert_eq!(response.status(), status);
        let header = response.headers().get("retry-after");
        let header = header.map(|value| value.to_str().expect("text"));
        assert_eq!(header, retry_after);
        assert_eq!(service.runs(TEN), runs);
        client.execute(direct(&session, TEN)).await;
    }
}

#[tokio::test]
async fn bodies_of_responses_are_truncated_and_slowed() {
    for part in [0.0, 0.5, 1.0] {
        let (_server, service, client, session) = first(statements(), Fault::Truncate(part)).await;
        let torn = client.call::<rpc::ExecuteStatement>(&direct(&session, TEN)).await;
        let lost = matches!(torn, Err(Failure::Body(_) | Failure::Transport(_)));
        assert!(lost, "{part}: {torn:?}");
        assert_eq!(service.runs(TEN), 1);
        client.execute(direct(&session, TEN)).await;
    }
    let pause = Duration::from_millis(20);
    let slow = Fault::Slow { piece: 100, pause };
    let (_server, _, client, session) = first(statements(), slow).await;
    let call = encode_call::<rpc::ExecuteStatement>(&direct(&session, TEN));
    let before = Instant::now();
    let response = client.post(call).await.expect("an answer");
    let body = response.into_body().collect(usize::MAX).await.expect("a body");
    let took = before.elapsed();
    let pieces = u32::try_from(body.len().div_ceil(100)).expect("few");
    assert!(took >= pause * pieces, "{took:?} for {pieces} pieces");
    decode_reply::<rpc::ExecuteStatement>(body).expect("whole in the end");
}

#[tokio::test]
async fn bodies_of_files_are_truncated_corrupted_and_slowed() {
    let get = async |fault| {
        let (_server, _, client, session) = first(Target::Download, fault).await;
        let link = link(&client, &session).await;
        let before = Instant::now();
        let damaged = client.get(&link, &[]).await;
        let took = before.elapsed();
        let (status, whole) = client.get(&link, &[]).await.expect("an answer");
        assert_eq!((status.as_u16(), stream_ids(&whole)), (200, (0..10).collect()));
        (damaged, whole, took)
    };
    let (torn, ..) = get(Fault::Truncate(0.5)).await;
    assert!(matches!(torn, Err(Failure::Body(_))), "{torn:?}");
    let (bad, whole, _) = get(Fault::Corrupt(3)).await;
    let bad = bad.expect("an answer").1;
    let differing = bad.iter().zip(&whole).filter(|(one, other)| one != other).count();
    assert!(bad.len() == whole.len() && (1..=3).contains(&differing), "{differing} bytes differ");
    let pause = Duration::from_millis(20);
    let (slow, whole, took) = get(Fault::Slow { piece: 100, pause }).await;
    assert_eq!(slow.expect("an answer").1, whole);
    let pieces = u32::try_from(whole.len().div_ceil(100)).expect("few");
    assert!(took >= pause * pieces, "{took:?} for {pieces} pieces");
}

#[tokio::test]
async fn links_operations_and_sessions_expire_early() {
    let (_server, service, client, session) = first(Target::Download, Fault::ExpireLink).await;
    let link = link(&client, &session).await;
    assert_eq!(client.get(&link, &[]).await.expect("an answer").0, 403);
    assert_eq!(client.get(&link, &[]).await.expect("an answer").0, 200);
    assert_eq!(service.downloads(), 2);

    let status = Target::method("GetOperationStatus");
    for (fault, sessions) in [(Fault::EvictOperation, 1), (Fault::LoseSession, 0)] {
        let (_server, service, client, session) = first(status.clone(), fault).await;
        let handle = client.submit(&session, ENDLESS).await;
        let (status, message) = http(client.ask(&handle).await);
        assert!(status == 404 && message.contains("RESOURCE_DOES_NOT_EXIST"), "{status} {message}");
        assert_eq!((service.live_sessions(), service.live_operations()), (sessions, 0));
        let answer = client.call::<rpc::ExecuteStatement>(&direct(&session, TEN)).await;
        match sessions {
            0 => assert!(http(answer).1.contains("Invalid SessionHandle")),
            _ => drop(answer.expect("an answer")),
        }
    }
}

#[tokio::test]
async fn result_is_evicted_between_two_pages() {
    let rule = Rule::new(Target::method("FetchResults"), Trigger::Nth(2), Fault::EvictOperation);
    let (server, _, _) = serve(FaultPlan::seeded(1).rule(rule), Settings::default()).await;
    let client = client(&server);
    let session = client.open().await;
    let handle = client.submit(&session, TEN).await;
    client.wait(&handle).await;
    assert_eq!(ids(&client.fetch(from_row(&handle, 0, 4)).await), [0, 1, 2, 3]);
    let answer = client.call::<rpc::FetchResults>(&from_row(&handle, 4, 4)).await;
    assert!(http(answer).1.contains("RESOURCE_DOES_NOT_EXIST"));
}

#[tokio::test]
async fn responses_name_other_operations_and_rows() {
    let (_server, service, client, session) = first(statements(), Fault::WrongHandle).await;
    let handle = client.submit(&session, ENDLESS).await;
    assert_eq!(http(client.ask(&handle).await).0, 404);
    assert_eq!(service.live_operations(), 1);

    let fetches = Target::method("FetchResults");
    let (_server, _, client, session) = first(fetches, Fault::WrongOffset(3)).await;
    let handle = client.submit(&session, TEN).await;
    client.wait(&handle).await;
    let page = client.fetch(from_row(&handle, 2, 2)).await;
    assert_eq!(page.results.as_ref().expect("rows").start_row_offset, 5);
    assert_eq!(ids(&page), [5, 6]);
}

#[tokio::test]
async fn counters_distinguish_calls_and_runs() {
    let rule = Rule::new(statements(), Trigger::First(2), Fault::Reset(Moment::Before));
    let (server, service, _) = serve(FaultPlan::seeded(1).rule(rule), Settings::default()).await;
    let client = client(&server);
    let session = client.open().await;
    for _ in 0..5 {
        let _ = client.call::<rpc::ExecuteStatement>(&direct(&session, TEN)).await;
    }
    assert_eq!((service.requests("ExecuteStatement"), service.runs(TEN)), (5, 3));
}
