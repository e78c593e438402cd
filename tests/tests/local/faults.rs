//! Network faults: the statement runs at most once, and the rows are exact or there is an error.

use std::time::Duration;

use dbsql::ErrorKind;
use dbsql_local::Settings;
use dbsql_local::faults::{Fault, FaultPlan, Moment, Rule, Target, Trigger};
use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{BIG, ROWS, counted, ids, names, warehouse, with_links};

async fn half_of_all_reads_fail_and_the_rows_are_exact(over: SqlProtocol) {
    let faults =
        [Fault::status(503), Fault::status(500), Fault::Reset(Moment::After), Fault::Truncate(0.5)];
    for fault in faults {
        for target in [Target::method(names(over).rows), Target::Download] {
            let plan = FaultPlan::seeded(5).rule(Rule::new(
                target.clone(),
                Trigger::Chance(0.5),
                fault.clone(),
            ));
            let (service, client) = warehouse(over, with_links(), plan);
            let query = client.execute_async(BIG).await.unwrap();
            let batches = query.get_results().await.unwrap().fetch_all().await;
            let batches = batches.unwrap_or_else(|error| panic!("{fault:?} {target:?}: {error}"));
            assert_eq!(ids(&batches), counted(ROWS), "{fault:?} {target:?}");
            assert_eq!(service.runs(BIG), 1);
        }
    }
}

async fn a_submit_whose_answer_is_lost_runs_once_and_is_unknown(over: SqlProtocol) {
    let plan = FaultPlan::seeded(5).rule(Rule::new(
        Target::method(names(over).submit),
        Trigger::Always,
        Fault::Reset(Moment::After),
    ));
    let (service, client) = warehouse(over, Settings::default(), plan);
    let error = client.execute_async("insert").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(service.runs("insert"), 1);
}

over_both! {
    #[tokio::test(start_paused = true)]
    half_of_all_reads_fail_and_the_rows_are_exact,
    a_submit_whose_answer_is_lost_runs_once_and_is_unknown,
}
