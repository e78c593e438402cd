//! The histograms: one record for each call, with what it came to.

use std::time::Duration;

use dbsql::SqlProtocol;
use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};

use crate::measured::{self, Measured, values};
use crate::setup::{BAD, ENDLESS, HOST, PROTOCOLS, SLOW, SMALL, setup, setup_with};

const DURATION: &str = "db.client.operation.duration";
const ROWS: &str = "db.client.response.returned_rows";

fn calls(of: &[Measured]) -> Vec<&str> {
    of.iter().map(|one| one.label("databricks.call").unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn each_call_is_counted_once() {
    measured::begin();
    for over in PROTOCOLS {
        let before = (values(DURATION).len(), values(ROWS).len());
        let set = |config: dbsql::Config| config.catalog("main");
        let (_service, client) = setup_with(over, FaultPlan::default(), set);
        for _ in 0..3 {
            client.execute(SMALL).await.unwrap().fetch_all().await.unwrap();
        }
        let query = client.execute_async(SLOW).await.unwrap();
        query.wait().await.unwrap();
        query.close().await.unwrap();
        let durations = values(DURATION).split_off(before.0);
        let mut own = durations.clone();
        own.retain(|one| one.label("databricks.call") != Some("close"));
        let expected =
            ["execute", "fetch", "execute", "fetch", "execute", "fetch", "execute_async", "wait"];
        assert_eq!(calls(&own), expected, "{over:?}");
        for one in &durations {
            assert_eq!(one.label("db.system.name"), Some("databricks"));
            assert_eq!(one.label("db.namespace"), Some("main"));
            assert_eq!(one.label("server.address"), Some(HOST));
            assert_eq!(one.label("server.port"), Some("443"));
            assert_eq!(one.label("error.type"), None);
            assert_eq!(one.labels.keys().filter(|name| name.contains("query")).count(), 0);
        }
        assert_eq!(own[0].label("db.operation.name"), Some("SELECT"));
        assert_eq!(own[6].label("db.operation.name"), Some("INSERT"));
        let wait = own[7].value;
        assert!((59.0..70.0).contains(&wait), "in seconds: {wait}");
        let rows: Vec<_> = values(ROWS).split_off(before.1).iter().map(|one| one.value).collect();
        assert_eq!(rows, [3.0, 3.0, 3.0], "{over:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_and_dropped_calls_are_counted_by_type() {
    measured::begin();
    for over in PROTOCOLS {
        let before = values(DURATION).len();
        let submit = if over == SqlProtocol::Sea { "sea-cancel" } else { "CancelOperation" };
        let rule = Rule::new(Target::method(submit), Trigger::Always, Fault::status(403));
        let (_service, client) = setup(over, FaultPlan::seeded(1).rule(rule));
        client.execute(BAD).await.unwrap_err();
        let query = client.execute_async(ENDLESS).await.unwrap();
        query.cancel().await.unwrap_err();
        query.wait().deadline(Duration::from_secs(5)).await.unwrap_err();
        let dropped = tokio::time::timeout(Duration::from_secs(7), query.wait().into_future());
        dropped.await.unwrap_err();
        let mut durations = values(DURATION).split_off(before);
        durations.retain(|one| one.label("databricks.call") != Some("close"));
        let recorded: Vec<_> = durations
            .iter()
            .map(|one| (one.label("databricks.call").unwrap(), one.label("error.type")))
            .collect();
        let expected = [
            ("execute", Some("DIVIDE_BY_ZERO")),
            ("execute_async", None),
            ("cancel", Some("permission_denied")),
            ("wait", Some("deadline")),
            ("wait", Some("dropped")),
        ];
        assert_eq!(recorded, expected, "{over:?}");
        assert_eq!(durations[0].label("db.response.status_code"), Some("DIVIDE_BY_ZERO"));
        assert_eq!(durations[3].label("db.response.status_code"), None);
        let waits = [durations[3].value, durations[4].value].map(f64::round);
        assert_eq!(waits, [5.0, 7.0]);
    }
}
