//! Pages and their positions, from a server that supports fetches by row: early pages, empty pages,
//! and the end of a result.

use dbsql_core::{AsyncExecution, Config, ErrorKind};
use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};
use dbsql_local::{Quirks, Settings};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TFetchResultsResp, TRowSet};

use crate::support::{
    EXECUTE, FETCH, Server, Step, bigints, client_with, config, connection, counted, finished, ids,
    read_on, seconds,
};

/// Ten rows as columns, as Arrow and as files of two rows behind links.
fn forms() -> [(&'static str, Settings); 3] {
    let usual = || Settings { link_threshold: u64::MAX, ..Settings::default() };
    [
        ("columns", Settings { arrow: false, ..usual() }),
        ("arrow", usual()),
        ("links", Settings { link_threshold: 0, file_bytes: 16, links_per_page: 2, ..usual() }),
    ]
}

fn edit(edit: impl Fn(&mut TFetchResultsResp) + Send + Sync + 'static) -> Step {
    Step::edit::<rpc::FetchResults>(edit)
}

fn rows(response: &mut TFetchResultsResp) -> &mut TRowSet {
    response.results.as_mut().expect("a row set")
}

/// A finished query of a client with this configuration.
async fn finished_with(server: &Server, config: Config) -> AsyncExecution {
    let query = client_with(server, config).execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    query
}

fn confirming() -> Config {
    config().confirm_end(true)
}

#[tokio::test(start_paused = true)]
async fn page_that_starts_early_loses_no_row_in_any_form() {
    for (name, settings) in forms() {
        for early in [-1, -2, -3] {
            for trigger in [Trigger::Nth(2), Trigger::Nth(3), Trigger::Nth(4)] {
                let fault = Fault::WrongOffset(early);
                let plan =
                    FaultPlan::default().rule(Rule::new(Target::method(FETCH), trigger, fault));
                let server = Server::with_faults(settings.clone(), plan);
                for from in [0, 5] {
                    let query = finished(&server).await;
                    let mut results = query.get_results_from(from).await.unwrap();
                    let seen = read_on(&mut results, 1).await;
                    assert_eq!(seen, counted(from, 10), "{name} {early} {trigger:?}");
                }
            }
        }
    }
}

/// Shifts the rows of a page one row back, with the matching start. The end flag is not changed.
fn one_row_early(response: &mut TFetchResultsResp) {
    let rows = rows(response);
    let count = match rows.columns.as_deref() {
        Some([dbsql_protocol::types::TColumn::I64Val(column)]) => column.values.len() as i64,
        _ => 0,
    };
    let start = (rows.start_row_offset - 1).max(0);
    rows.start_row_offset = start;
    rows.columns = Some(vec![bigints(start..start + count)]);
}

#[tokio::test(start_paused = true)]
async fn end_reported_by_a_page_that_starts_early_is_ignored() {
    for early in [vec![2], vec![1, 2]] {
        let server = Server::databricks();
        server.script(
            FETCH,
            (0..3).map(
                |page| if early.contains(&page) { edit(one_row_early) } else { Step::serve() },
            ),
        );
        let mut results = finished(&server).await.get_results().await.unwrap();
        assert_eq!(read_on(&mut results, 1).await, counted(0, 10), "{early:?}");
    }
    // In every page, so that the last row cannot be reached.
    let server = Server::databricks();
    server.always(FETCH, || edit(one_row_early));
    let mut results = finished(&server).await.get_results().await.unwrap().deadline(seconds(60));
    let mut seen = Vec::new();
    let error = loop {
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => panic!("an end after {seen:?}"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert_eq!(seen, counted(0, 9));
}

#[tokio::test(start_paused = true)]
async fn impossible_counts_are_errors() {
    type Lie = fn(&mut TFetchResultsResp);
    let lies: [(&str, ErrorKind, Lie); 3] = [
        ("negative rows of a batch", ErrorKind::Decode, |response| {
            for batch in rows(response).arrow_batches.iter_mut().flatten() {
                batch.row_count = -batch.row_count;
            }
        }),
        ("rows that overflow", ErrorKind::Protocol, |response| {
            let batches = rows(response).arrow_batches.as_mut().unwrap();
            let batch = batches[0].clone();
            batches.resize(3, batch);
            batches.iter_mut().for_each(|batch| batch.row_count = i64::MAX);
        }),
        ("a start below zero", ErrorKind::Protocol, |response| {
            rows(response).start_row_offset = -1;
        }),
    ];
    let [_, (_, arrow), _] = forms();
    for (name, kind, lie) in lies {
        let server = Server::with(arrow.clone());
        server.always(FETCH, move || edit(lie));
        let query = finished(&server).await;
        let error = query.get_results().await.unwrap().fetch_all().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error}");
    }
    let [.., (_, links)] = forms();
    let server = Server::with(links);
    server.always(FETCH, || {
        edit(|response| rows(response).result_links.as_mut().unwrap()[0].row_count = -2)
    });
    let query = finished(&server).await;
    let error = query.get_results().await.unwrap().fetch_all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

/// A page without rows that does not say whether more follow.
fn silent() -> Step {
    edit(|response| {
        rows(response).columns = None;
        response.has_more_rows = None;
    })
}

#[tokio::test(start_paused = true)]
async fn empty_page_without_has_more_rows_is_requested_once_more() {
    for page in 0..4 {
        let server = Server::databricks();
        let good = (0..page).map(|_| Step::serve());
        server.script(FETCH, good.chain([silent()]));
        let mut results = finished(&server).await.get_results().await.unwrap();
        assert_eq!(read_on(&mut results, 1).await, counted(0, 10), "{page}");
    }
    // The second one in a row is the end. Rows in between reset the count.
    let server = Server::databricks();
    server.script(FETCH, [Step::serve(), silent(), Step::serve(), silent(), silent()]);
    let mut results = finished(&server).await.get_results().await.unwrap();
    let more = edit(|response| response.has_more_rows = None);
    server.script(FETCH, [more]);
    assert_eq!(read_on(&mut results, 1).await, counted(0, 8));
    let asked: Vec<_> =
        server.requests::<rpc::FetchResults>().iter().map(|fetch| fetch.start_row_offset).collect();
    assert_eq!(asked, [Some(0), Some(4), Some(4), Some(8), Some(8)]);
}

/// The second page reports that it is the last one.
fn ends_early(server: &Server) {
    let last = || edit(|response| response.has_more_rows = Some(false));
    server.script(FETCH, [Step::serve(), last()]);
}

#[tokio::test(start_paused = true)]
async fn end_reported_by_the_server_is_accepted_or_confirmed() {
    for (config, rows, fetches) in [(config(), 8, 2), (confirming(), 10, 4)] {
        let server = Server::databricks();
        ends_early(&server);
        let query = finished_with(&server, config).await;
        let mut results = query.get_results().await.unwrap();
        assert_eq!(read_on(&mut results, 1).await, counted(0, rows));
        assert_eq!(server.count(FETCH), fetches);
    }
}

#[tokio::test(start_paused = true)]
async fn confirming_the_end_costs_one_fetch_in_any_form() {
    for (name, settings) in forms() {
        for total in [0, 3, 4, 10] {
            let mut fetches = Vec::new();
            for config in [config(), confirming()] {
                let server = Server::with(settings.clone());
                server.plan(|plan| plan.rows = total);
                let query = finished_with(&server, config).await;
                for from in [0, total / 2, total] {
                    let mut results = query.get_results_from(from).await.unwrap();
                    assert_eq!(read_on(&mut results, 1).await, counted(from, total), "{name}");
                }
                fetches.push(server.count(FETCH));
            }
            assert_eq!(fetches[1], fetches[0] + 3, "{name} {total}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn direct_result_is_confirmed_while_the_operation_exists() {
    // All rows are behind links, so the operation stays open.
    let [.., (_, links)] = forms();
    let settings = Settings { links_per_page: 16, ..links };
    let server = Server::with(settings);
    server.script(
        EXECUTE,
        [Step::edit::<rpc::ExecuteStatement>(|response| {
            let set = response.direct_results.as_mut().unwrap().result_set.as_mut().unwrap();
            set.results.as_mut().unwrap().result_links.as_mut().unwrap().truncate(2);
            set.has_more_rows = Some(false);
        })],
    );
    let results = client_with(&server, confirming()).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn result_is_read_from_any_row_in_any_form() {
    for (name, settings) in forms() {
        let server = Server::with(settings);
        let query = finished(&server).await;
        for from in (0..=10).chain([7, 0]) {
            let mut results = query.get_results_from(from).await.unwrap();
            assert_eq!(read_on(&mut results, 1).await, counted(from, 10), "{name} from {from}");
            assert_eq!(results.position(), 10);
        }
        for beyond in [11, 1 << 40, i64::MAX as u64, u64::MAX] {
            let mut results = query.get_results_from(beyond).await.unwrap();
            let error = results.next().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name} {beyond}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn result_returned_with_the_submit_is_read_from_any_row() {
    for (name, settings) in forms() {
        let quirks = Quirks { close_with_links: true, ..Quirks::default() };
        let server = Server::with(Settings { links_per_page: 16, quirks, ..settings });
        server.plan(|plan| plan.page = 16);
        let submit = connection(&server).await;
        let query = submit.execute_async("SELECT 1").allow_direct_result().await.unwrap();
        assert!(query.returned_as_direct_result(), "{name}");
        for from in [0, 1, 4, 5, 9, 10, 0] {
            let mut results = query.get_results_from(from).await.unwrap();
            assert_eq!(read_on(&mut results, 1).await, counted(from, 10), "{name} from {from}");
        }
        for beyond in [11, 1 << 40] {
            let mut results = query.get_results_from(beyond).await.unwrap();
            let error = results.next().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name} {beyond}: {error}");
        }
        assert_eq!(server.count(FETCH), 0, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn result_at_a_cursor_is_read_from_any_row() {
    for settings in [Settings::spark, Settings::hive, Settings::kyuubi] {
        for once in [false, true] {
            let server = || match once {
                true => Server::once(settings()),
                false => Server::with(settings()),
            };
            for from in [0, 1, 4, 5, 9, 10] {
                let mut results = finished(&server()).await.get_results_from(from).await.unwrap();
                assert_eq!(read_on(&mut results, 1).await, counted(from, 10), "from {from}");
            }
            for beyond in [11, 1 << 40] {
                let mut results = finished(&server()).await.get_results_from(beyond).await.unwrap();
                let error = results.next().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{beyond}: {error}");
            }
        }
    }
}
