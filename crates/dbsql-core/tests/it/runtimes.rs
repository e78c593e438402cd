//! One client in several tokio runtimes: in sequence, in parallel, with one that is idle, and with
//! one that has ended. Real sockets and real time; a test that takes too long fails.

mod static_client;

use std::future::IntoFuture;
use std::panic::resume_unwind;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use dbsql_core::{Client, Config, ErrorKind, ExecutionStatus, Runtime, SqlProtocol};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::{SeaSettings, Service, Settings, TestWarehouse};
use futures_util::StreamExt;
use tokio::runtime::{Builder, Runtime as Tokio};

use crate::support::{
    CANCEL, CLOSE, EXECUTE, FETCH, OPEN, PROTOCOLS, STATUS, Step, counted, ids, millis, name,
    poll_then_drop, seconds,
};

const ROWS: u64 = 10;

fn one_thread() -> Tokio {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn threads() -> Tokio {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// A warehouse in its own runtime, and a client for it.
struct Setup {
    over: SqlProtocol,
    warehouse: TestWarehouse,
    client: Client,
    /// Dropped last, because it serves the requests.
    _tokio: Tokio,
}

impl Setup {
    /// "slow" runs for a long time, statements that begin with "brief" for a moment, all others
    /// finish at once.
    fn new(over: SqlProtocol) -> Self {
        let tokio = threads();
        let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
        let column = Int64Array::from_iter_values((0..ROWS).map(|row| row as i64));
        let rows = vec![RecordBatch::try_new(schema, vec![Arc::new(column)]).unwrap()];
        let engine = ScriptedEngine::new(Runtime::real()).on_any(move |query| {
            let answer = Answer::rows(rows.clone());
            Some(match query.sql.as_str() {
                "slow" => answer.after(seconds(3600)),
                brief if brief.starts_with("brief") => answer.after(millis(300)),
                _ => answer,
            })
        });
        let settings = Settings {
            page_rows: 4,
            arrow: false,
            status_window: millis(50),
            direct_result_window: millis(100),
            // Four rows per chunk.
            file_bytes: 32,
            batch_bytes: 32,
            sea: SeaSettings { status_window: millis(50), ..SeaSettings::default() },
            ..Settings::default()
        };
        let builder = TestWarehouse::builder().engine(engine).settings(settings);
        let warehouse = tokio.block_on(builder.start()).unwrap();
        let config = Config::new(warehouse.host(), warehouse.http_path()).token(warehouse.token());
        let client = Client::new(config.protocol(over)).unwrap();
        Self { over, client, warehouse, _tokio: tokio }
    }

    /// The name in this protocol of a method of Thrift.
    fn name(&self, method: &'static str) -> &'static str {
        name(self.over, method)
    }

    fn service(&self) -> &Service {
        self.warehouse.service()
    }

    fn nothing_is_open(&self) {
        let service = self.service();
        let open = (service.live_sessions(), service.live_operations());
        assert_eq!((open, service.running_operations()), ((0, 0), 0));
    }
}

/// Runs a test on its own thread, with a time limit.
fn in_time(limit: Duration, test: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        test();
        done.send(()).expect("somebody waits");
    });
    match ended.recv_timeout(limit) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        _ => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
    }
}

/// Runs a test with a first runtime that is idle, and one that has ended, over both protocols.
fn idle_and_gone(test: impl Fn(&Setup, First) + Send + Copy + 'static) {
    for (over, gone) in PROTOCOLS.into_iter().flat_map(|over| [(over, false), (over, true)]) {
        in_time(seconds(20), move || {
            let setup = Setup::new(over);
            test(&setup, First { tokio: Some(one_thread()), gone });
        });
    }
}

/// The first runtime of a test.
struct First {
    tokio: Option<Tokio>,
    gone: bool,
}

impl First {
    fn block_on<T>(&self, work: impl IntoFuture<Output = T>) -> T {
        let tokio = self.tokio.as_ref().expect("not gone yet");
        tokio.block_on(async { work.into_future().await })
    }

    /// From here on the runtime is idle, or has ended.
    fn leave(&mut self) {
        if self.gone {
            self.tokio = None;
        }
    }
}

async fn rows_of(client: &Client, sql: &str) {
    let results = client.execute(sql).await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, ROWS));
}

#[test]
fn a_client_works_in_one_runtime_after_another() {
    idle_and_gone(|setup, mut first| {
        let client = &setup.client;
        first.block_on(rows_of(client, "SELECT 1"));
        first.leave();
        let two = one_thread();
        two.block_on(rows_of(client, "SELECT 2"));
        if let Some(one) = &first.tokio {
            one.block_on(rows_of(client, "SELECT 3"));
            two.block_on(rows_of(client, "brief"));
        }
        threads().block_on(rows_of(client, "brief"));
        two.block_on(client.shutdown(seconds(5))).unwrap();
        setup.nothing_is_open();
        // One session for all of them, if the protocol needs one.
        let sessions = u64::from(setup.over == SqlProtocol::Thrift);
        assert_eq!(setup.service().requests(setup.name(OPEN)), sessions);
    });
}

#[test]
fn results_opened_in_one_runtime_are_read_in_another() {
    for (deadline, kept) in [(None, false), (Some(seconds(10)), false), (Some(seconds(10)), true)] {
        idle_and_gone(move |setup, mut first| {
            let (query, mut results) = first.block_on(async {
                let query = setup.client.execute_async("SELECT 1").await.unwrap();
                let mut results = query.get_results().await.unwrap();
                if let Some(deadline) = deadline {
                    results = results.deadline(deadline);
                }
                let batch = results.next().await.unwrap().unwrap();
                assert_eq!(ids(&[batch]), counted(0, 4));
                if kept {
                    setup.service().always(setup.name(FETCH), || Step::serve().after(millis(300)));
                    assert!(poll_then_drop(results.next(), 1).await.is_none());
                }
                (query, results)
            });
            first.leave();
            let two = one_thread();
            two.block_on(async {
                let mut rest = Vec::new();
                while let Some(batch) = results.next().await.unwrap() {
                    rest.push(batch);
                }
                assert_eq!(ids(&rest), counted(4, ROWS));
                query.close().await.unwrap();
                setup.client.shutdown(seconds(5)).await.unwrap();
            });
            setup.nothing_is_open();
        });
    }
}

#[test]
fn a_deadline_passes_in_the_runtime_that_reads() {
    idle_and_gone(|setup, mut first| {
        let mut results = first.block_on(async {
            let query = setup.client.execute_async("SELECT 1").await.unwrap();
            let mut results = query.get_results().await.unwrap().deadline(millis(500));
            // Chunks are prefetched.
            if setup.over == SqlProtocol::Sea {
                setup.service().always(setup.name(FETCH), Step::stall);
            }
            results.next().await.unwrap();
            setup.service().always(setup.name(FETCH), Step::stall);
            assert!(poll_then_drop(results.next(), 1).await.is_none());
            results
        });
        first.leave();
        let error = one_thread().block_on(results.next()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    });
}

#[test]
fn waits_started_in_one_runtime_complete_in_another() {
    idle_and_gone(|setup, mut first| {
        let (query, wait, changes, results, sync, found) = first.block_on(async {
            let query = setup.client.execute_async("brief").await.unwrap();
            let mut wait = query.wait().deadline(seconds(10)).into_future();
            let mut changes = Box::pin(query.status_changes().collect::<Vec<_>>());
            let mut results = query.get_results().into_future();
            let mut sync = query.sync_status().into_future();
            let mut found = setup.client.get_async_execution(query.handle().unwrap()).into_future();
            assert!(poll_then_drop(&mut wait, 1).await.is_none());
            assert!(poll_then_drop(&mut changes, 1).await.is_none());
            assert!(poll_then_drop(&mut results, 1).await.is_none());
            assert!(poll_then_drop(&mut sync, 1).await.is_none());
            assert!(poll_then_drop(&mut found, 1).await.is_none());
            (query, wait, changes, results, sync, found)
        });
        first.leave();
        one_thread().block_on(async {
            let (sync, found) = tokio::join!(sync, found);
            sync.unwrap();
            assert_eq!(found.unwrap().query_id(), query.query_id());
            let (wait, changes, results) = tokio::join!(wait, changes, results);
            assert_eq!(wait.unwrap(), ExecutionStatus::Finished);
            assert!(changes.last().unwrap().as_ref().unwrap().status.is_terminal());
            let batches = results.unwrap().fetch_all().await.unwrap();
            assert_eq!(ids(&batches), counted(0, ROWS));
        });
    });
}

#[test]
fn retry_pauses_started_in_one_runtime_end_in_another() {
    idle_and_gone(|setup, mut first| {
        let (query, mut sync) = first.block_on(async {
            let query = setup.client.execute_async("SELECT 1").await.unwrap();
            setup
                .service()
                .script(setup.name(STATUS), [Step::http(503).header("retry-after", "1")]);
            let mut sync = query.sync_status().into_future();
            // Polled up to the pause before the second attempt.
            let _ = tokio::time::timeout(millis(200), &mut sync).await;
            (query, sync)
        });
        first.leave();
        let status = one_thread().block_on(&mut sync).unwrap();
        assert_eq!(status, ExecutionStatus::Finished);
        assert_eq!(query.status(), ExecutionStatus::Finished);
    });
}

#[test]
fn submits_started_in_one_runtime_run_once_or_are_reported() {
    for cancel_on_drop in [false, true] {
        idle_and_gone(move |setup, mut first| {
            let (mut submit, mut connect) = first.block_on(async {
                rows_of(&setup.client, "SELECT 1").await;
                setup.service().always(setup.name(EXECUTE), || Step::serve().after(millis(200)));
                let submit = setup.client.execute_async("INSERT");
                let submit = if cancel_on_drop { submit.cancel_on_drop() } else { submit };
                let mut submit = submit.into_future();
                let mut connect = setup.client.connect().into_future();
                assert!(poll_then_drop(&mut submit, 1).await.is_none());
                assert!(poll_then_drop(&mut connect, 1).await.is_none());
                tokio::time::sleep(millis(50)).await;
                (submit, connect)
            });
            first.leave();
            let two = one_thread();
            drop(two.block_on(&mut connect).unwrap());
            let outcome =
                two.block_on(async { tokio::time::timeout(seconds(5), &mut submit).await });
            // What was accepted begins after its answer.
            std::thread::sleep(millis(300));
            let runs = setup.service().runs("INSERT");
            match outcome {
                Ok(Ok(_)) => assert_eq!(runs, 1),
                Ok(Err(error)) => {
                    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                    assert!(runs <= 1, "{runs}");
                }
                Err(_) => panic!("the submit hangs"),
            }
        });
    }
}

#[test]
fn a_submit_that_was_not_sent_is_sent_in_another_runtime() {
    idle_and_gone(|setup, mut first| {
        let mut submit = setup.client.execute_async("INSERT").into_future();
        first.block_on(async {
            rows_of(&setup.client, "SELECT 1").await;
            // Its task has not run, so nothing was sent.
            assert!(poll_then_drop(&mut submit, 1).await.is_none());
        });
        first.leave();
        one_thread().block_on(async {
            let query = submit.await.expect("nothing was sent that could be unknown");
            query.wait().await.unwrap();
        });
        assert_eq!(setup.service().runs("INSERT"), 1);
    });
}

#[test]
fn late_closes_of_one_runtime_are_sent_by_another() {
    idle_and_gone(|setup, mut first| {
        setup.service().always(setup.name(CLOSE), Step::refused);
        first.block_on(async {
            for _ in 0..5 {
                let mut results = setup.client.execute("brief").await.unwrap();
                results.next().await.unwrap();
                drop(results);
            }
        });
        first.leave();
        let two = one_thread();
        let error = two.block_on(setup.client.shutdown(millis(100))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
        assert_eq!(setup.service().live_operations(), 5, "and it was true");
        setup.service().recover(setup.name(CLOSE));
        two.block_on(setup.client.shutdown(seconds(15))).unwrap();
        setup.nothing_is_open();
    });
}

#[test]
fn a_late_close_that_one_runtime_started_is_finished_by_another() {
    idle_and_gone(|setup, mut first| {
        first.block_on(async {
            let mut results = setup.client.execute("brief").await.unwrap();
            results.next().await.unwrap();
            setup.service().script(setup.name(CLOSE), [Step::stall()]);
            drop(results);
            // Its task starts, and never receives a response.
            tokio::time::sleep(millis(100)).await;
            assert_eq!(setup.service().requests(setup.name(CLOSE)), 1);
        });
        first.leave();
        one_thread().block_on(setup.client.shutdown(seconds(5))).unwrap();
        setup.nothing_is_open();
    });
}

#[test]
fn results_dropped_outside_of_tokio_are_closed_later() {
    idle_and_gone(|setup, mut first| {
        let results = first.block_on(setup.client.execute("brief")).unwrap();
        first.leave();
        drop(results);
        assert_eq!(setup.service().live_operations(), 1);
        one_thread().block_on(setup.client.shutdown(seconds(5))).unwrap();
        setup.nothing_is_open();
    });
}

#[test]
fn cancel_on_drop_works_in_a_second_runtime() {
    idle_and_gone(|setup, mut first| {
        first.block_on(rows_of(&setup.client, "SELECT 1"));
        first.leave();
        let two = one_thread();
        two.block_on(async {
            let execute = setup.client.execute("slow").cancel_on_drop().into_future();
            assert!(tokio::time::timeout(millis(400), execute).await.is_err());
            setup.service().script(setup.name(EXECUTE), [Step::serve().after(millis(400))]);
            let submit = setup.client.execute_async("slow").cancel_on_drop().into_future();
            assert!(tokio::time::timeout(millis(100), submit).await.is_err());
            let submit = setup.client.execute_async("brief").cancel_on_drop();
            submit.await.expect("its outcome is known").close().await.unwrap();
            // Over the Statement Execution API the id of the first comes with an answer that waits for its
            // end for ten seconds.
            setup.client.shutdown(seconds(15)).await.unwrap();
        });
        assert_eq!(
            (setup.service().runs("slow"), setup.service().requests(setup.name(CANCEL))),
            (2, 2)
        );
        setup.nothing_is_open();
    });
}

#[test]
fn a_lost_session_is_reopened_in_a_second_runtime() {
    idle_and_gone(|setup, mut first| {
        let connection = first.block_on(async {
            rows_of(&setup.client, "SELECT 1").await;
            setup.client.connect().await.unwrap()
        });
        let mut begun = connection.execute_async("SELECT 1").into_future();
        first.block_on(async {
            setup.service().lose_sessions();
            setup.service().always(setup.name(OPEN), || Step::serve().after(millis(300)));
            // Polled until it reopens the session.
            let _ = tokio::time::timeout(millis(150), &mut begun).await;
        });
        first.leave();
        let two = one_thread();
        two.block_on(async {
            let query = connection.execute_async("SELECT 2").await.unwrap();
            query.wait().await.unwrap();
            rows_of(&setup.client, "SELECT 3").await;
        });
        let _ = two.block_on(&mut begun).expect("it did not run before the session was lost");
    });
}

#[test]
fn two_runtimes_at_once_run_fifty_statements_each() {
    for over in PROTOCOLS {
        in_time(seconds(60), move || {
            let setup = Setup::new(over);
            let workers: Vec<_> = (0..2)
                .map(|number| {
                    let client = setup.client.clone();
                    std::thread::spawn(move || {
                        threads().block_on(async {
                            let statements = (0..50).map(|_| {
                                let client = client.clone();
                                tokio::spawn(async move { rows_of(&client, "brief").await })
                            });
                            for statement in statements.collect::<Vec<_>>() {
                                statement.await.unwrap();
                            }
                            if number == 0 {
                                client.shutdown(seconds(10)).await.unwrap();
                            }
                        });
                    })
                })
                .collect();
            for worker in workers {
                worker.join().unwrap();
            }
            one_thread().block_on(setup.client.shutdown(seconds(10))).unwrap();
            assert_eq!(setup.service().runs("brief"), 100);
            setup.nothing_is_open();
        });
    }
}

#[test]
fn one_wait_in_each_of_two_runtimes_completes() {
    for over in PROTOCOLS {
        in_time(seconds(20), move || {
            let setup = Setup::new(over);
            let query = one_thread().block_on(setup.client.execute_async("brief").into_future());
            let query = query.unwrap();
            let waits: Vec<_> = (0..2)
                .map(|_| {
                    let query = query.clone();
                    std::thread::spawn(move || one_thread().block_on(query.wait().into_future()))
                })
                .collect();
            for wait in waits {
                assert_eq!(wait.join().unwrap().unwrap(), ExecutionStatus::Finished);
            }
        });
    }
}

#[test]
fn late_cancel_of_one_runtime_is_finished_by_another() {
    idle_and_gone(|setup, mut first| {
        first.block_on(async {
            rows_of(&setup.client, "SELECT 1").await;
            setup.service().script(setup.name(EXECUTE), [Step::serve().after(millis(200))]);
            setup.service().script(setup.name(CANCEL), [Step::stall()]);
            let submit = setup.client.execute_async("slow").cancel_on_drop().into_future();
            assert!(tokio::time::timeout(millis(50), submit).await.is_err());
            tokio::time::sleep(millis(400)).await;
            assert_eq!(setup.service().requests(setup.name(CANCEL)), 1);
        });
        first.leave();
        one_thread().block_on(setup.client.shutdown(seconds(5))).unwrap();
        setup.nothing_is_open();
    });
}
