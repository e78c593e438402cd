//! SQL text is recorded when asked for, parameters never.

use dbsql::Statement;
use dbsql_local::faults::FaultPlan;

use crate::measured;
use crate::recorded::Recording;
use crate::setup::{PROTOCOLS, SMALL, setup_with};

const VALUE: &str = "canary-value";

/// Everything that is recorded of a query, and the text that its call has.
async fn recorded(record: bool) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for over in PROTOCOLS {
        measured::begin();
        let recording = Recording::begin();
        let before = (recording.text().len(), recording.calls().len());
        let set = |config: dbsql::Config| config.record_query_text(record);
        let (_service, client) = setup_with(over, FaultPlan::default(), set);
        let statement = Statement::new(SMALL).bind("p", VALUE);
        let results = client.execute(statement).await.unwrap();
        results.fetch_all().await.unwrap();
        let call = recording.calls().swap_remove(before.1);
        let text = call.get("db.query.text").map(str::to_owned);
        let durations = measured::values("db.client.operation.duration");
        assert!(durations.len() > 1, "there are metrics to look at");
        let labels = durations.iter().map(|one| format!("{:?}\n", one.labels)).collect::<String>();
        assert!(!labels.contains("canary") && !labels.contains("db.query"), "{labels}");
        all.push((recording.text(), text));
    }
    all
}

#[tokio::test(start_paused = true)]
async fn sql_text_is_absent_by_default() {
    for (everything, text) in recorded(false).await {
        assert_eq!(text, None);
        assert!(!everything.contains("canary"), "{everything}");
    }
}

#[tokio::test(start_paused = true)]
async fn sql_text_is_recorded_on_request_without_parameters() {
    for (everything, text) in recorded(true).await {
        assert_eq!(text.as_deref(), Some(SMALL));
        let others = everything.replace(SMALL, "");
        assert!(!others.contains("canary"), "{others}");
    }
}
