//! What a warehouse holds of results: freed with their operations, in files beyond a limit.

use std::time::Duration;

use dbsql_local::engine::scripted::Answer;
use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};
use dbsql_local::{Quirks, ResultBytes, SeaQuirks, Server, Settings};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TCloseSessionReq, TExecuteStatementReq, TGetResultSetMetadataReq, TOperationHandle,
};
use serde_json::{Value, json};

use crate::sea::{
    STATEMENTS, Sea, id, links as sea_links, numbers as sea_numbers, statement, with,
};
use crate::sockets::any_port;
use crate::support::{
    TEN, Warehouse, direct, from_row, http, ids, next, numbers, statement as thrift,
};
use crate::support::{stream_ids, unpacked};

const NOTHING: ResultBytes = ResultBytes { memory: 0, disk: 0 };
const HOUR: Duration = Duration::from_secs(3600);
/// The rows of [`TEN`]: ten numbers of eight bytes.
const ROWS: u64 = 80;

/// Every result is behind links to files of four rows.
fn linked() -> Settings {
    Settings { link_threshold: 0, file_bytes: 32, ..Settings::default() }
}

/// Every result, and every file, is too large for the memory.
fn spilling() -> Settings {
    Settings { result_memory: 0, ..linked() }
}

/// Runs [`TEN`], downloads its files, and returns its handle and the link to the first of them.
async fn downloaded(w: &Warehouse) -> (TOperationHandle, String) {
    let request = TExecuteStatementReq {
        can_download_result: Some(true),
        can_decompress_lz4_result: Some(true),
        ..thrift(&w.session, TEN)
    };
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    w.client.wait(&handle).await;
    let links = w.client.fetch(next(&handle, 1)).await.results.expect("rows").result_links;
    let links = links.expect("links");
    let mut rows = Vec::new();
    for link in &links {
        // Twice, as by a client that resumes.
        for _ in 0..2 {
            let (status, body) = w.client.get(&link.file_link, &[]).await.expect("an answer");
            assert_eq!(status, 200);
            if link.start_row_offset == rows.len() as i64 {
                rows.extend(stream_ids(&unpacked(&body)));
            }
        }
    }
    assert_eq!(rows, (0..10).collect::<Vec<_>>());
    (handle, links[0].file_link.clone())
}

/// Checks that the file is gone, and says so.
async fn is_freed(w: &Warehouse, link: &str) {
    let (status, body) = w.client.get(link, &[]).await.expect("an answer");
    let text = String::from_utf8_lossy(&body);
    assert!(status == 404 && text.contains("NoSuchKey"), "{status} {text}");
    assert_eq!(w.service.result_bytes(), NOTHING);
}

#[tokio::test(start_paused = true)]
async fn result_and_its_files_are_freed_with_the_operation() {
    for settings in [linked(), spilling()] {
        let spills = settings.result_memory == 0;
        let w = Warehouse::with_settings(settings).await;
        let (handle, link) = downloaded(&w).await;
        let held = w.service.result_bytes();
        let (used, unused) =
            if spills { (held.disk, held.memory) } else { (held.memory, held.disk) };
        assert!(used > ROWS && unused == 0, "{held:?}");
        w.client.close(&handle).await;
        is_freed(&w, &link).await;

        let (_, link) = downloaded(&w).await;
        let request = TCloseSessionReq { session_handle: w.session.clone() };
        w.client.call::<rpc::CloseSession>(&request).await.expect("an answer");
        is_freed(&w, &link).await;
    }
}

#[tokio::test(start_paused = true)]
async fn result_is_freed_when_its_operation_or_session_is_lost() {
    let w = Warehouse::with_settings(linked()).await;
    let (_, link) = downloaded(&w).await;
    w.service.lose_operations();
    is_freed(&w, &link).await;
    let (_, link) = downloaded(&w).await;
    w.service.lose_sessions();
    is_freed(&w, &link).await;
}

#[tokio::test(start_paused = true)]
async fn links_of_an_operation_evicted_by_plan_work_until_they_expire() {
    let rule =
        Rule::new(Target::method("GetResultSetMetadata"), Trigger::Always, Fault::EvictOperation);
    let plan = FaultPlan::seeded(1).rule(rule);
    let w = Warehouse::with(|builder| builder.settings(linked()).faults(plan)).await;
    let (handle, link) = downloaded(&w).await;
    let request = TGetResultSetMetadataReq { operation_handle: handle };
    assert_eq!(http(w.client.call::<rpc::GetResultSetMetadata>(&request).await).0, 404);
    assert_eq!(w.client.get(&link, &[]).await.expect("an answer").0, 200);
    w.runtime.sleep(Duration::from_secs(901)).await;
    assert_eq!(w.client.get(&link, &[]).await.expect("an answer").0, 403);
    assert_eq!(w.service.result_bytes(), NOTHING);
}

#[tokio::test(start_paused = true)]
async fn expired_result_is_freed_with_the_next_request() {
    let settings = Settings { operation_idle: HOUR, link_lifetime: 9 * HOUR, ..linked() };
    let w = Warehouse::with_settings(settings).await;
    let (_, link) = downloaded(&w).await;
    w.runtime.sleep(HOUR + Duration::from_secs(1)).await;
    is_freed(&w, &link).await;
}

#[tokio::test(start_paused = true)]
async fn expired_result_is_freed_by_a_server_without_requests() {
    let w = Warehouse::with_settings(linked()).await;
    let _server = Server::start(w.service.clone(), any_port()).await.expect("it starts");
    downloaded(&w).await;
    assert!(w.service.result_bytes().memory > ROWS);
    w.runtime.sleep(HOUR + Duration::from_secs(60)).await;
    assert_eq!(w.service.result_bytes(), NOTHING);
}

#[tokio::test(start_paused = true)]
async fn failed_and_complete_results_leave_nothing() {
    for result_memory in [0, u64::MAX] {
        let settings = Settings { result_memory, ..Settings::default() };
        let w = Warehouse::with_settings(settings).await;
        let _ = w.engine.clone().on("boom", Answer::panic("boom"));
        for sql in [TEN, "boom"] {
            w.client.execute(direct(&w.session, sql)).await;
            assert_eq!(w.service.result_bytes(), NOTHING, "{sql}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn statement_of_the_statement_api_is_freed_likewise() {
    for settings in [linked(), spilling()] {
        let sea = Sea::with_settings(settings);
        let answer = sea.execute(sea_links(TEN)).await;
        let link = &answer["result"]["external_links"][0];
        assert_eq!(stream_ids(&unpacked(&sea.download(link).await)), [0, 1, 2, 3]);
        assert_ne!(sea.service.result_bytes(), NOTHING);
        sea.ask("DELETE", &format!("{STATEMENTS}/{}", id(&answer)), Value::Null).await;
        assert_eq!(sea.service.result_bytes(), NOTHING);

        let answer = sea.execute(sea_links(TEN)).await;
        sea.sleep(3601).await;
        assert_eq!(sea.state(&id(&answer)).await, "CLOSED");
        assert_eq!(sea.service.result_bytes(), NOTHING);
    }
}

#[tokio::test(start_paused = true)]
async fn links_of_a_statement_closed_with_its_response_work() {
    let quirks = SeaQuirks { close_early: true, ..SeaQuirks::default() };
    let quirks = Quirks { sea: quirks, ..Quirks::default() };
    let sea = Sea::with_settings(Settings { quirks, ..Settings::default() });
    let answer = sea.execute(sea_links(TEN)).await;
    assert_eq!(answer["status"]["state"], "CLOSED");
    let link = &answer["result"]["external_links"][0];
    assert_eq!(stream_ids(&unpacked(&sea.download(link).await)).len(), 10);
}

#[tokio::test(start_paused = true)]
async fn spilled_result_is_read_in_every_form() {
    let settings = Settings { link_threshold: u64::MAX, batch_bytes: 32, ..spilling() };
    let w = Warehouse::with_settings(settings).await;
    for arrow in [true, false] {
        let request =
            TExecuteStatementReq { can_read_arrow_result: Some(arrow), ..thrift(&w.session, TEN) };
        let handle = w.client.execute(request).await.operation_handle.expect("a handle");
        w.client.wait(&handle).await;
        assert_eq!(w.service.result_bytes().memory, 0);
        if arrow {
            assert_eq!(ids(&w.client.fetch(from_row(&handle, 3, 5)).await), [3, 4, 5, 6, 7]);
            continue;
        }
        let rows = w.client.fetch(from_row(&handle, 3, 5)).await.results.expect("rows");
        assert_eq!(rows.columns.expect("columns").len(), 1);
    }
    let sea = Sea::with_settings(spilling());
    let answer = sea.execute(statement(TEN)).await;
    assert_eq!(sea_numbers(&answer["result"]), (0..10).collect::<Vec<_>>());
    for format in ["JSON_ARRAY", "CSV"] {
        let wanted = json!({ "disposition": "EXTERNAL_LINKS", "format": format });
        let answer = sea.execute(with(statement(TEN), wanted)).await;
        let text = sea.download(&answer["result"]["external_links"][0]).await;
        let text = String::from_utf8(text).expect("text");
        assert!(text.contains('3') && !text.contains('4'), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn temporary_files_have_no_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let result_folder = Some(folder.path().to_owned());
    let w = Warehouse::with_settings(Settings { result_folder, ..spilling() }).await;
    let (handle, _) = downloaded(&w).await;
    assert!(w.service.result_bytes().disk > ROWS);
    // So nothing is left by a program that is killed.
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    w.client.close(&handle).await;
}

#[tokio::test(start_paused = true)]
async fn result_that_cannot_be_stored_fails_alone() {
    let result_folder = Some("/nowhere/at/all".into());
    let settings = Settings { result_memory: ROWS, result_folder, ..Settings::default() };
    let w = Warehouse::with_settings(settings).await;
    let _ = w.engine.clone().on("large", Answer::rows(numbers(&[11])));
    let handle = w.client.submit(&w.session, "large").await;
    let status = w.client.wait(&handle).await;
    let message = status.display_message.expect("a message");
    assert!(message.starts_with("[INTERNAL_ERROR] failed to hold the result"), "{message}");
    let handle = w.client.submit(&w.session, TEN).await;
    w.client.wait(&handle).await;
    assert_eq!(ids(&w.client.fetch(next(&handle, 100)).await).len(), 10);
}
