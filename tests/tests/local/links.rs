//! Large results: inline Arrow, with and without compression, files behind links that expire,
//! padding.

use std::time::Duration;

use dbsql_local::faults::FaultPlan;
use dbsql_local::{Quirks, SeaQuirks, SeaSettings, Settings};
use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{BIG, ROWS, config, counted, ids, warehouse, with_links};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn sea(sea: SeaQuirks) -> Quirks {
    Quirks { sea, ..Quirks::default() }
}

async fn reads_exactly(over: SqlProtocol, settings: Settings) {
    let (service, client) = warehouse(over, settings.clone(), FaultPlan::default());
    let query = client.execute_async(BIG).await.unwrap();
    let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&batches), counted(ROWS), "{settings:?}");
    // Repeated, and from rows in the middle of batches and files.
    for from in [0, 1, 4_321, ROWS - 1, ROWS] {
        let rows = query.get_results_from(from as u64).await.unwrap();
        let expected: Vec<_> = (from..ROWS).collect();
        assert_eq!(ids(&rows.fetch_all().await.unwrap()), expected, "from {from}, {settings:?}");
    }
    query.close().await.unwrap();
    assert_eq!(service.runs(BIG), 1);
}

async fn inline_arrow_in_one_frame_or_several_gives_the_exact_rows(over: SqlProtocol) {
    for lz4_frames in [1, 3] {
        let quirks = Quirks { lz4_frames, ..Quirks::default() };
        let small =
            Settings { batch_bytes: 20_000, page_bytes: 100_000, quirks, ..Settings::default() };
        reads_exactly(over, small).await;
    }
}

async fn files_behind_links_give_the_exact_rows(over: SqlProtocol) {
    for quirks in [
        Quirks::default(),
        Quirks { lz4_frames: 4, ..Quirks::default() },
        Quirks { padding_rows: 5, ..Quirks::default() },
        Quirks { empty_pages: true, ..Quirks::default() },
        Quirks { expiry_in_seconds: true, ..Quirks::default() },
        sea(SeaQuirks { omit_zeros: true, ..SeaQuirks::default() }),
        sea(SeaQuirks { omit_counts: true, ..SeaQuirks::default() }),
        sea(SeaQuirks { cut_anew: true, ..SeaQuirks::default() }),
        sea(SeaQuirks { omit_counts: true, cut_anew: true, ..SeaQuirks::default() }),
    ] {
        let settings = Settings { quirks, ..with_links() };
        reads_exactly(over, settings).await;
    }
}

#[tokio::test(start_paused = true)]
async fn old_servers_send_columns_and_the_rows_are_the_same() {
    use dbsql_local::ThriftVersion;
    for version in [ThriftVersion::SPARK_V3, ThriftVersion::SPARK_V5] {
        reads_exactly(
            SqlProtocol::Thrift,
            Settings { thrift_version: version, ..Settings::default() },
        )
        .await;
    }
}

async fn a_reader_that_pauses_longer_than_links_live_loses_nothing(over: SqlProtocol) {
    for empty_pages in [false, true] {
        let quirks = Quirks { empty_pages, ..Quirks::default() };
        // A result of the Statement Execution API has its own lifetime of one hour.
        let sea = SeaSettings { result_lifetime: 2 * HOUR, ..SeaSettings::default() };
        let settings = Settings { quirks, sea, ..with_links() };
        let (service, client) = warehouse(over, settings, FaultPlan::default());
        let query = client.execute_async(BIG).await.unwrap();
        let mut rows = query.get_results().await.unwrap();
        let mut batches = Vec::new();
        while let Some(batch) = rows.next().await.unwrap() {
            batches.push(batch);
            if batches.len() < 4 {
                tokio::time::sleep(Duration::from_secs(20 * 60)).await;
            }
        }
        assert_eq!(ids(&batches), counted(ROWS));
        assert!(service.downloads() > 3);
    }
}

async fn no_credentials_go_to_the_storage(over: SqlProtocol) {
    use dbsql::{BoxFuture, Transport, TransportError};

    /// Forwards everything, and fails when a download carries credentials.
    #[derive(Debug)]
    struct Checked(dbsql_local::LocalTransport);

    impl Transport for Checked {
        fn send(
            &self,
            request: http::Request<bytes::Bytes>,
        ) -> BoxFuture<'_, Result<http::Response<dbsql_transport::Body>, TransportError>> {
            let credentials = request.headers().contains_key(http::header::AUTHORIZATION);
            assert!(!credentials, "credentials on {}", request.uri().path());
            self.0.send(request)
        }
    }

    let (service, _) = warehouse(over, with_links(), FaultPlan::default());
    let client = dbsql::Client::builder(config(over))
        .transport(service.transport())
        .storage_transport(Checked(service.transport()))
        .build()
        .unwrap();
    let rows = client.execute(BIG).await.unwrap();
    assert_eq!(ids(&rows.fetch_all().await.unwrap()), counted(ROWS));
    assert!(service.downloads() > 0);
}

async fn download_is_redirected_but_not_to_another_scheme(over: SqlProtocol) {
    use dbsql::ErrorKind;
    use dbsql_local::faults::{Fault, RedirectTo, Rule, Target, Trigger};
    let redirected = |to, trigger| {
        let fault = Fault::Redirect { status: 307, to };
        FaultPlan::seeded(1).rule(Rule::new(Target::Download, trigger, fault))
    };
    for to in [RedirectTo::AnotherLink, RedirectTo::OtherHost] {
        let (service, client) = warehouse(over, with_links(), redirected(to, Trigger::Nth(1)));
        let query = client.execute_async(BIG).await.unwrap();
        let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&batches), counted(ROWS), "{to:?}");
        assert_eq!(service.runs(BIG), 1);
    }
    for (to, trigger) in
        [(RedirectTo::OtherScheme, Trigger::Nth(1)), (RedirectTo::AnotherLink, Trigger::Always)]
    {
        let (_service, client) = warehouse(over, with_links(), redirected(to, trigger));
        let query = client.execute_async(BIG).await.unwrap();
        let error = query.get_results().await.unwrap().fetch_all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{to:?}: {error}");
    }
}

over_both! {
    #[tokio::test(start_paused = true)]
    inline_arrow_in_one_frame_or_several_gives_the_exact_rows,
    files_behind_links_give_the_exact_rows,
    a_reader_that_pauses_longer_than_links_live_loses_nothing,
    no_credentials_go_to_the_storage,
    download_is_redirected_but_not_to_another_scheme,
}
