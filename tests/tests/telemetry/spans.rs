//! One span for each call, and one for each request below it.

use std::time::Duration;

use dbsql::{Runtime, SqlProtocol};
use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};

use crate::recorded::{Recorded, Recording};
use crate::setup::{BAD, ENDLESS, HOST, PROTOCOLS, SLOW, SMALL, setup, setup_with};

/// What the span of every call has.
fn has_common_fields(call: &Recorded) {
    for (name, value) in [
        ("otel.kind", "client"),
        ("db.system.name", "databricks"),
        ("server.address", HOST),
        ("server.port", "443"),
    ] {
        assert_eq!(call.get(name), Some(value), "{name}: {call:#?}");
    }
    assert!(call.is_closed, "{call:#?}");
}

#[tokio::test(start_paused = true)]
async fn query_has_one_span_for_each_call() {
    for over in PROTOCOLS {
        let recording = Recording::begin();
        let before = recording.calls().len();
        let requests = recording.named("dbsql.request").len();
        let (service, client) = setup(over, FaultPlan::default());
        let connection = client.connect().catalog("main").schema("sales").await.unwrap();
        let query = connection.execute_async(SMALL).await.unwrap();
        query.wait().await.unwrap();
        query.get_results().await.unwrap().fetch_all().await.unwrap();
        query.sync_status().await.unwrap();
        query.close().await.unwrap();
        connection.close().await.unwrap();
        // For the tasks of the result to end.
        Runtime::real().sleep(Duration::from_millis(1)).await;
        let calls = recording.calls().split_off(before);
        let names: Vec<_> = calls.iter().filter_map(|call| call.get("databricks.call")).collect();
        let expected = [
            "connect",
            "execute_async",
            "wait",
            "get_results",
            "fetch",
            "sync_status",
            "close",
            "close_connection",
        ];
        assert_eq!(names, expected, "{over:?}");
        let requests = recording.named("dbsql.request").split_off(requests);
        let sent: u64 = service.request_counts().values().sum();
        assert_eq!(requests.len() as u64, sent - service.downloads(), "one for each request");
        assert!(requests.iter().all(|(_, request)| request.parent.is_some()), "{requests:#?}");
        let id = query.query_id().to_string();
        for call in &calls {
            has_common_fields(call);
            assert_eq!(call.get("db.namespace"), Some("main|sales"));
            assert_eq!(call.get("error.type"), None);
            assert_eq!(call.get("otel.status_code"), None);
            let name = call.get("databricks.call").unwrap();
            let is_about_session = name.ends_with("connect") || name == "close_connection";
            let protocol = if over == SqlProtocol::Sea { "sea" } else { "thrift" };
            let [own_id, own_protocol] =
                if is_about_session { [None, None] } else { [Some(id.as_str()), Some(protocol)] };
            assert_eq!(call.get("databricks.query.id"), own_id, "{name}");
            assert_eq!(call.get("databricks.protocol"), own_protocol, "{name}");
            let operation = if name == "execute_async" { "SELECT" } else { name };
            assert_eq!(call.get("db.operation.name"), Some(operation));
            assert_eq!(call.get("otel.name"), Some(&*format!("{operation} main|sales")));
            let rows = (name == "fetch").then_some("3");
            assert_eq!(call.get("db.response.returned_rows"), rows, "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_request_is_below_its_call_and_names_the_attempt() {
    for over in PROTOCOLS {
        let recording = Recording::begin();
        let before = recording.named("dbsql.call").len();
        let status = if over == SqlProtocol::Sea { "sea-status" } else { "GetOperationStatus" };
        let busy = Rule::new(Target::method(status), Trigger::Nth(1), Fault::status(503));
        let (_service, client) = setup(over, FaultPlan::seeded(1).rule(busy));
        let query = client.execute_async(SLOW).await.unwrap();
        query.sync_status().await.unwrap();
        let number = recording.named("dbsql.call")[before + 1].0;
        let mut requests: Vec<_> =
            recording.named("dbsql.request").into_iter().map(|(_, one)| one).collect();
        requests.retain(|request| request.parent == Some(number));
        let recorded: Vec<_> = requests
            .iter()
            .map(|one| {
                let get = |name: &str| one.get(name).map(str::to_owned);
                has_request_fields(one, over);
                [
                    get("http.request.resend_count"),
                    get("http.response.status_code"),
                    get("error.type"),
                    get("otel.status_code"),
                ]
            })
            .collect();
        let some = |text: &str| Some(text.to_owned());
        let failed = [None, some("503"), some("503"), some("ERROR")];
        let succeeded = [some("1"), some("200"), None, None];
        assert_eq!(recorded, [failed, succeeded], "{over:?}");
        let id = query.query_id().to_string();
        assert!(requests.iter().all(|one| one.get("databricks.query.id") == Some(&*id)));
        assert_eq!(recording.named("dbsql.call")[before + 1].1.get("error.type"), None);
    }
}

fn has_request_fields(request: &Recorded, over: SqlProtocol) {
    let (method, name) = match over {
        SqlProtocol::Sea => ("GET", "GetStatement"),
        _ => ("POST", "GetOperationStatus"),
    };
    for (name, value) in [
        ("otel.kind", "client"),
        ("http.request.method", method),
        ("databricks.request.name", name),
        ("server.address", HOST),
        ("server.port", "443"),
    ] {
        assert_eq!(request.get(name), Some(value), "{name}: {request:#?}");
    }
    assert!(request.is_closed, "{request:#?}");
}

#[tokio::test(start_paused = true)]
async fn polls_are_below_the_wait_that_asks_for_them() {
    for over in PROTOCOLS {
        let recording = Recording::begin();
        let (_service, client) = setup(over, FaultPlan::default());
        let query = client.execute_async(SLOW).await.unwrap();
        let before = recording.named("dbsql.request").len();
        let calls = recording.named("dbsql.call").len();
        query.wait().await.unwrap();
        let wait = recording.named("dbsql.call")[calls].clone();
        assert!(wait.1.is_call("wait"));
        let polls = recording.named("dbsql.request").split_off(before);
        assert!(polls.len() > 5, "{}", polls.len());
        assert!(polls.iter().all(|(_, poll)| poll.parent == Some(wait.0)), "{polls:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failed_statement_has_the_error_class_in_each_call() {
    for over in PROTOCOLS {
        let recording = Recording::begin();
        let before = recording.calls().len();
        let (_service, client) = setup(over, FaultPlan::default());
        let query = client.execute_async(BAD).await.unwrap();
        query.wait().await.unwrap();
        query.get_results().await.unwrap_err();
        client.execute(BAD).await.unwrap_err();
        let calls = recording.calls().split_off(before);
        let failed = |name: &str| calls.iter().find(|call| call.is_call(name)).unwrap();
        for name in ["wait", "get_results", "execute"] {
            let call = failed(name);
            assert_eq!(call.get("db.response.status_code"), Some("DIVIDE_BY_ZERO"), "{name}");
            assert_eq!(call.get("error.type"), Some("DIVIDE_BY_ZERO"), "{name}");
            assert_eq!(call.get("otel.status_code"), Some("ERROR"), "{name}");
            assert!(call.get("databricks.query.id").is_some(), "{name}");
            has_common_fields(call);
        }
        assert_eq!(failed("execute").get("db.operation.name"), Some("SELECT"));
        assert_eq!(failed("execute_async").get("error.type"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn error_of_the_client_is_named_by_its_kind() {
    for over in PROTOCOLS {
        let recording = Recording::begin();
        let before = recording.calls().len();
        let (_service, client) = setup(over, FaultPlan::default());
        let query = client.execute_async(ENDLESS).await.unwrap();
        query.wait().deadline(Duration::from_secs(5)).await.unwrap_err();
        let calls = recording.calls().split_off(before);
        assert_eq!(calls[1].get("error.type"), Some("deadline"));
        assert_eq!(calls[1].get("db.response.status_code"), None);
        // `WITH` may begin any statement, so the span is named by the server alone.
        assert_eq!(calls[0].get("db.operation.name"), None);
        assert_eq!(calls[0].get("otel.name"), Some("local.example:443"));
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_call_is_recorded_as_dropped() {
    for over in PROTOCOLS {
        let recording = Recording::begin();
        let before = recording.calls().len();
        let (_service, client) = setup(over, FaultPlan::default());
        let query = client.execute_async(ENDLESS).await.unwrap();
        let limit = Duration::from_secs(5);
        tokio::time::timeout(limit, query.wait().into_future()).await.unwrap_err();
        // A future that was never polled is no call.
        drop(query.cancel().into_future());
        Runtime::real().sleep(Duration::from_millis(1)).await;
        let calls = recording.calls().split_off(before);
        assert_eq!(calls.len(), 2, "{calls:#?}");
        assert_eq!(calls[1].get("error.type"), Some("dropped"));
        assert_eq!(calls[1].get("otel.status_code"), Some("ERROR"));
        assert!(calls[1].is_closed);
    }
}

#[tokio::test(start_paused = true)]
async fn late_work_has_spans_of_its_own() {
    for over in PROTOCOLS {
        let recording = Recording::begin();
        let before = recording.calls().len();
        let (_service, client) = setup(over, FaultPlan::default());
        let run = client.execute(ENDLESS).cancel_on_drop();
        tokio::time::timeout(Duration::from_secs(30), run.into_future()).await.unwrap_err();
        client.shutdown(Duration::from_secs(10)).await.unwrap();
        let calls = recording.calls().split_off(before);
        let late: Vec<_> = calls
            .iter()
            .filter(|call| call.is_call("cancel") || call.is_call("close"))
            .map(|call| (call.parent, call.get("error.type")))
            .collect();
        assert_eq!(late, [(None, None), (None, None)], "{over:?}: {calls:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn download_has_a_span_without_its_url() {
    let recording = Recording::begin();
    let (_service, client) = setup(SqlProtocol::Sea, FaultPlan::default());
    client.execute(SMALL).await.unwrap().fetch_all().await.unwrap();
    let downloads = recording.named("dbsql.download");
    assert_eq!(downloads.len(), 1, "{downloads:#?}");
    let (_, download) = &downloads[0];
    assert_eq!(download.get("http.request.method"), Some("GET"));
    assert_eq!(download.get("http.response.status_code"), Some("200"));
    assert!(download.get("server.address").is_some_and(|host| !host.contains('/')));
    let fetch = recording.named("dbsql.call").into_iter().find(|(_, call)| call.is_call("fetch"));
    assert_eq!(download.parent, Some(fetch.unwrap().0));
    for secret in ["Signature", "https://", "?", "canary"] {
        let text = recording.text();
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn client_names_its_own_catalog_without_a_connection() {
    let recording = Recording::begin();
    let set = |config: dbsql::Config| config.catalog("main");
    let (_service, client) = setup_with(SqlProtocol::Thrift, FaultPlan::default(), set);
    client.execute(SMALL).await.unwrap().fetch_all().await.unwrap();
    assert_eq!(recording.call("execute").get("db.namespace"), Some("main"));
    assert_eq!(recording.call("fetch").get("db.namespace"), Some("main"));
    let requests = recording.requests_of("execute");
    let names: Vec<_> =
        requests.iter().filter_map(|one| one.get("databricks.request.name")).collect();
    assert_eq!(names, ["OpenSession", "ExecuteStatement"], "its session is opened for it");
}
