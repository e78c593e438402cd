//! Deadlines.

use std::time::Duration;

use dbsql_blocking::{Client, ErrorKind, ExecutionStatus};
use dbsql_local::faults::Step;

use crate::support::{ENDLESS, LONG, THOUSAND, client, config, eventually, service, within};

const SHORT: Duration = Duration::from_millis(100);

#[test]
fn wait_ends_at_its_deadline_and_the_handle_remains_valid() {
    let client = client(&service());
    let query = client.execute_async(ENDLESS).submit().unwrap();
    let bounded = query.with_deadline(SHORT);
    // A duration starts with each call.
    within(move || {
        for _ in 0..2 {
            assert_eq!(bounded.wait().unwrap_err().kind(), ErrorKind::Deadline);
        }
        assert_eq!(bounded.get_results().unwrap_err().kind(), ErrorKind::Deadline);
    });
    query.cancel().unwrap();
    assert_eq!(query.wait().unwrap(), ExecutionStatus::Canceled);
}

#[test]
fn status_changes_end_at_their_deadline() {
    let client = client(&service());
    let query = client.execute_async(ENDLESS).submit().unwrap();
    let changes: Vec<_> = query.with_deadline(SHORT).status_changes().collect();
    let (last, before) = changes.split_last().unwrap();
    assert_eq!(last.as_ref().unwrap_err().kind(), ErrorKind::Deadline);
    assert!(before.iter().all(Result::is_ok));
}

#[test]
fn stalled_responses_end_at_the_deadline() {
    let service = service();
    let client = client(&service);
    service.always("OpenSession", Step::stall);
    let client_in_time = client.with_deadline(SHORT);
    let opened = within(move || client_in_time.connect().open());
    assert_eq!(opened.unwrap_err().kind(), ErrorKind::Deadline);
    service.recover("OpenSession");

    let connection = client.connect().open().unwrap();
    service.always("CloseSession", Step::stall);
    let in_time = connection.with_deadline(SHORT);
    assert_eq!(within(move || in_time.close()).unwrap_err().kind(), ErrorKind::Deadline);
    service.recover("CloseSession");

    service.always("ExecuteStatement", Step::stall);
    let submit = connection.execute_async("SELECT 1").deadline(SHORT);
    assert_eq!(within(|| submit.submit()).unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    let in_time = connection.with_deadline(SHORT);
    let unknown = within(move || in_time.execute("SELECT 1").run());
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn reading_ends_at_its_deadline_and_continues() {
    let service = service();
    // A stalled request is retried after this.
    let client = Client::builder(config().response_timeout(Duration::from_secs(1)));
    let client = client.transport(service.transport()).build().unwrap();
    let query = client.execute_async(THOUSAND).submit().unwrap();
    query.wait().unwrap();
    service.always("FetchResults", Step::stall);
    let mut results = query.get_results().unwrap().deadline(SHORT);
    assert_eq!(results.try_next().unwrap_err().kind(), ErrorKind::Deadline);
    service.recover("FetchResults");
    let results = results.deadline(LONG);
    assert_eq!(results.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 1000);
}

#[test]
fn execute_is_canceled_at_its_deadline_when_asked() {
    let service = service();
    service.change_settings(|settings| settings.direct_result_window = Duration::ZERO);
    let client = client(&service);
    let late = client.execute(ENDLESS).deadline(SHORT).run().unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Deadline);
    client.shutdown(LONG).unwrap();
    assert_eq!(service.running_operations(), 1, "it runs on");

    let late = client.execute(ENDLESS).deadline(SHORT).cancel_at_deadline().run().unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Deadline);
    eventually("the second is canceled", || service.running_operations() == 1);
}

#[test]
fn submit_is_canceled_at_its_deadline_when_asked() {
    let service = service();
    let client = client(&service);
    let connection = client.connect().open().unwrap();
    service.script("ExecuteStatement", [Step::serve().after(Duration::from_millis(500))]);
    let submit = connection.execute_async(ENDLESS).deadline(SHORT).cancel_at_deadline();
    assert_eq!(submit.submit().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    eventually("it is canceled", || service.requests("CancelOperation") == 1);
    eventually("it is gone", || service.running_operations() == 0);
}
