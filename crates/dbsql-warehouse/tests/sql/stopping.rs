//! Statements that are stopped, that panic, and that report progress.

use std::time::{Duration, Instant};

use dbsql_local::engine::{ProgressSink, Query};

use crate::support::{Warehouse, lines};

/// Waits until nothing is running any more, including tasks within a statement.
fn idle(warehouse: &Warehouse, sql: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while warehouse.engine.tasks() > 0 {
        assert!(Instant::now() < deadline, "still running: {sql}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn dropping_the_future_stops_the_work() {
    for sql in [
        "SELECT count(*) FROM range(10000000) a, range(10000000) b",
        "SELECT count(*) FROM range(10000000) a JOIN range(10000000) b ON a.id < b.id",
        "SELECT max(sha2(CAST(id AS STRING), 256)) FROM range(100000000000)",
        "SELECT sleep(1000)",
        "SELECT count(*) FROM range(1000000) a JOIN range(1000000) b ON a.id % 1 = b.id % 1",
        "SELECT * FROM range(1000000) a JOIN range(1000000) b ON a.id % 1 = b.id % 1 AND a.id + b.id < 0",
        "SELECT count(*) FROM range(1000000) a LEFT ANTI JOIN range(1000000) b ON a.id > b.id + 1000000",
        "WITH RECURSIVE r(n) AS (SELECT 1L UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.id * b.id = 7",
        "INSERT INTO t SELECT a.id FROM range(1000000) a, range(1000000) b WHERE a.id + b.id < 0",
    ] {
        let warehouse = Warehouse::new();
        warehouse.run("CREATE TABLE t (id BIGINT)");
        let running = warehouse.session.execute(Query::new(sql), ProgressSink::ignored());
        warehouse.runtime.block_on(async {
            let waited = tokio::time::timeout(Duration::from_millis(300), running).await;
            assert!(waited.is_err(), "{sql}");
        });
        idle(&warehouse, sql);
        warehouse.rows("SELECT 1", &["1"]);
    }
}

#[test]
fn nothing_runs_before_the_first_poll() {
    let warehouse = Warehouse::new();
    let not_polled =
        warehouse.session.execute(Query::new("CREATE TABLE t (a INT)"), ProgressSink::ignored());
    drop(not_polled);
    warehouse.fails("SELECT * FROM t", "TABLE_OR_VIEW_NOT_FOUND", "42P01", "`t`");
}

#[test]
fn small_queries_overtake_large_ones() {
    let warehouse = Warehouse::new();
    let sql = "SELECT count(*) FROM range(10000000) a, range(10000000) b";
    let large = warehouse.session.execute(Query::new(sql), ProgressSink::ignored());
    let small = warehouse.session.execute(Query::new("SELECT 1"), ProgressSink::ignored());
    warehouse.runtime.block_on(async {
        let large = tokio::time::timeout(Duration::from_secs(60), large);
        let small = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            small.await
        };
        tokio::select! {
            biased;
            small = small => assert_eq!(lines(&small.unwrap())[1], "1"),
            _ = large => panic!("the large query ended first"),
        }
    });
}

#[test]
fn sleep_does_not_block_a_thread() {
    let warehouse = Warehouse::new();
    let sleeps = (0..50).map(|_| {
        warehouse.session.execute(Query::new("SELECT sleep(0.5)"), ProgressSink::ignored())
    });
    let start = Instant::now();
    let done = warehouse.runtime.block_on(futures_util::future::join_all(sleeps));
    assert!(done.iter().all(Result::is_ok));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn sleep_applies_to_each_row() {
    let warehouse = Warehouse::new();
    let start = Instant::now();
    warehouse
        .rows("SELECT count(s) FROM (SELECT sleep(0.02 + id * 0) AS s FROM range(10))", &["10"]);
    assert!(start.elapsed() >= Duration::from_millis(190), "{:?}", start.elapsed());
}

#[test]
fn progress_is_reported() {
    let warehouse = Warehouse::new();
    for sql in ["SELECT sleep(0.5)", "SELECT sum(id) FROM range(5000000)"] {
        let sink = ProgressSink::ignored();
        let running = warehouse.session.execute(Query::new(sql), sink.clone());
        warehouse.runtime.block_on(running).unwrap();
        let last = sink.last().unwrap();
        assert!((last.fraction - 1.0).abs() < 1e-9, "{sql}: {last:?}");
    }
}
