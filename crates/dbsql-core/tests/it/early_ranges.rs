//! Ranges of files that are requested before the store has responded. Whatever it responds, the
//! rows are exact, and no more is read than exists.

mod store;

use std::time::Duration;

use dbsql_core::{Error, ErrorKind, ResultSet};

use self::store::{Ask, Etag, Fate, Files, Says, Store, after};
use crate::support::{OVERSHOOT, config, counted, ids, millis, read_on, seconds};

const MIB: u64 = 1 << 20;

/// The delay of the first byte, as on a slow network.
const LATENCY: Duration = Duration::from_millis(100);

/// Files of 4 MiB that are announced with 6 MiB, so that two ranges are worthwhile.
fn small() -> Files {
    Files { count: 2, rows: 1 << 19, announced: 1.5, ..Files::default() }
}

fn rows(files: Files) -> Vec<i64> {
    counted(0, files.rows * files.count as u64)
}

/// Reads to the end or to an error.
async fn read(results: &mut ResultSet) -> (Vec<i64>, Option<Error>) {
    let mut seen = Vec::new();
    loop {
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => return (seen, None),
            Err(error) => return (seen, Some(error)),
        }
    }
}

/// Waits for rows until the first responses of the store are due.
async fn wait_for_ranges(results: &mut ResultSet) {
    let waiting = tokio::time::timeout(millis(90), results.next()).await;
    assert!(waiting.is_err(), "the store did not answer yet");
}

fn early(store: &Store) -> usize {
    store.asks().iter().filter(|ask| ask.from > 0).count()
}

#[tokio::test(start_paused = true)]
async fn ranges_are_in_flight_before_the_store_answers() {
    let files = Files::default();
    let store = Store::new(files, |_| after(LATENCY));
    let mut results = store.open(config()).await;
    wait_for_ranges(&mut results).await;
    let asks = store.asks();
    assert_eq!(store.in_flight(), asks.len(), "none is answered");
    for file in 0..3 {
        let ranges = asks.iter().filter(|ask| ask.file == file && ask.from > 0).count();
        assert!(ranges >= 2, "{ranges} later ranges of file {file}");
    }
    let began = tokio::time::Instant::now();
    assert!(read_on(&mut results, 1).await == rows(files));
    // One connection alone takes 1.5 s.
    assert!(began.elapsed() < millis(400), "{:?}", began.elapsed());
    let (sent, total) = (store.sent(), store.total());
    assert!(sent <= total + total / 50, "{sent} bytes of {total}");
}

/// The rows of each file, which must be of one version.
fn check_versions(files: Files, seen: &[i64]) {
    let mut row = 0;
    for (file, chunk) in seen.chunks(files.rows as usize).enumerate() {
        let version = chunk[0] >> 32;
        for id in chunk {
            assert_eq!((id >> 32, id & 0xffff_ffff), (version, row), "row {row} of file {file}");
            row += 1;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn versions_of_a_replaced_file_are_never_mixed() {
    // The versions differ in `Last-Modified` only; also in the tag; also in the length; in the
    // length only.
    let announced = [
        (Says { etag: Etag::None, ..Says::default() }, 0),
        (Says::default(), 0),
        (Says { etag: Etag::Weak, ..Says::default() }, 0),
        (Says::default(), 64),
        (Says { etag: Etag::None, ..Says::default() }, 64),
        (Says { etag: Etag::None, modified: false, ..Says::default() }, 64),
    ];
    for (says, growth) in announced {
        // The order of the responses, in milliseconds, with their versions, and what follows later.
        for (own, segment, later) in [
            ((30, 0), (60, 1), 1),
            ((90, 1), (60, 0), 1),
            ((30, 0), (60, 1), 0),
            ((90, 0), (60, 1), 0),
            ((60, 0), (60, 1), 1),
            ((60, 1), (60, 0), 1),
        ] {
            let case = format!("{says:?} {growth} own {own:?} others {segment:?} then {later}");
            let files = Files { says, growth, ..small() };
            let began = std::sync::Mutex::new(None);
            let store = Store::new(files, move |ask| {
                let began = *began.lock().unwrap().get_or_insert(ask.at);
                match ask.at - began >= millis(30) {
                    _ if ask.file > 0 => after(millis(60)),
                    true => after(millis(60)).version(later),
                    false if ask.from == 0 => after(millis(own.0)).version(own.1),
                    false => after(millis(segment.0)).version(segment.1),
                }
            });
            let mut results = store.open(config()).await;
            let (seen, error) = read(&mut results).await;
            assert!(early(&store) > 1, "{case}");
            check_versions(files, &seen);
            match error {
                None => assert_eq!(seen.len(), rows(files).len(), "{case}"),
                Some(error) => {
                    assert!(own.1 != later, "{case}: the file did not change: {error:?}");
                    assert_eq!(error.kind(), ErrorKind::ResultGone, "{case}: {error:?}");
                }
            }
        }
    }
}

/// Which headers stores send and omit.
fn stores() -> [(&'static str, Says); 8] {
    let says = Says::default();
    [
        ("all", says),
        ("ranges ignored", Says { honours_ranges: false, ..says }),
        ("ranges ignored, no length", Says { honours_ranges: false, length: false, ..says }),
        ("no version", Says { etag: Etag::None, modified: false, ..says }),
        ("weak tag", Says { etag: Etag::Weak, ..says }),
        ("no total", Says { total: false, ..says }),
        ("no total, no length", Says { total: false, length: false, ..says }),
        (
            "nothing",
            Says {
                honours_ranges: false,
                etag: Etag::None,
                modified: false,
                total: false,
                length: false,
            },
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn rows_are_exact_whatever_the_store_announces_or_sends() {
    for (name, says) in stores() {
        for announced in [1.5, 2.0, 100.0, 0.1, 0.0] {
            // In small chunks as from a socket, and in one chunk as from memory.
            for chunk in [64 << 10, 0] {
                let case = format!("{name}, announced {announced}, chunk {chunk}");
                let files = Files { says, announced, chunk, ..small() };
                let store = Store::new(files, |_| after(LATENCY));
                let mut results = store.open(config()).await;
                let began = tokio::time::Instant::now();
                let (seen, error) = read(&mut results).await;
                assert!(error.is_none(), "{case}: {error:?}");
                assert!(seen == rows(files), "{case}: {} rows", seen.len());
                assert!(began.elapsed() < seconds(10), "{case}: {:?}", began.elapsed());
                let is_early = early(&store) > 0;
                assert!(is_early || announced < 1.0, "{case}: no range was asked for");
                let (sent, total) = (store.sent(), store.total());
                let spare = if chunk == 0 { total } else { total / 20 };
                assert!(sent <= total + spare, "{case}: {sent} bytes of {total}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn files_of_a_store_without_ranges_are_read_whole_afterwards() {
    for (name, says) in stores() {
        if says.honours_ranges {
            continue;
        }
        let files = Files { says, count: 24, ..small() };
        let store = Store::new(files, |_| after(LATENCY));
        let mut results = store.open(config().byte_budget(8 * MIB)).await;
        let mut seen = 0;
        while let Some(batch) = results.next().await.unwrap() {
            seen += batch.num_rows() as u64;
        }
        assert_eq!(seen, files.rows * 24);
        let asks = store.asks();
        let answered = asks[0].at + millis(200);
        let later = asks.iter().filter(|ask| ask.at > answered).collect::<Vec<_>>();
        assert!(later.len() > 4 && later.iter().all(|ask| !ask.is_range), "{name}: {later:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failed_range_is_read_by_the_task_of_its_file() {
    for (name, fate, limit) in [
        ("rejected", Fate::Status(403), 5),
        ("gone", Fate::Status(410), 5),
        ("not found", Fate::Status(404), 5),
        ("bad request", Fate::Status(400), 5),
        ("not satisfiable", Fate::Status(416), 5),
        ("unavailable", Fate::Status(503), 20),
        ("refused", Fate::Refused, 20),
        ("reset", Fate::Reset, 20),
        ("stalled", Fate::Stalled, 8),
        ("stalled in the body", Fate::StalledAfter(100_000), 8),
        ("stalled before the body", Fate::StalledAfter(0), 8),
        ("cut", Fate::CutAfter(100_000), 20),
        ("cut before the body", Fate::CutAfter(0), 20),
    ] {
        let files = small();
        let began = std::sync::Mutex::new(None);
        // Requests sent before the first response fail, later requests do not.
        let store = Store::new(files, move |ask| {
            let began = *began.lock().unwrap().get_or_insert(ask.at);
            let is_early = ask.from > 0 && ask.at - began < LATENCY;
            after(LATENCY).but(if is_early { fate } else { Fate::Served })
        });
        let mut results = store.open(config()).await;
        let began = tokio::time::Instant::now();
        let (seen, error) =
            tokio::time::timeout(seconds(600), read(&mut results)).await.expect(name);
        assert!(error.is_none(), "{name}: {error:?}");
        assert!(seen == rows(files), "{name}: {} rows", seen.len());
        assert!(began.elapsed() < seconds(limit), "{name}: {:?}", began.elapsed());
        assert!(early(&store) > 1, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn ranges_of_an_expired_link_are_not_requested() {
    let files = Files { link_life: seconds(45), count: 6, ..Files::default() };
    let store = Store::new(files, |_| after(LATENCY));
    let mut results = store.open(config().byte_budget(16 * MIB)).await;
    let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
    tokio::time::sleep(seconds(60)).await;
    let begun = store.asks().iter().map(|ask| ask.file).max().unwrap();
    assert!(begun < 5, "{begun}");
    store.answers(|ask| after(if ask.from == 0 { seconds(2) } else { LATENCY }));
    seen.extend(read_on(&mut results, 1).await);
    assert!(seen == rows(files), "{} rows", seen.len());
    let asks = store.asks();
    // With a new link, ranges are requested before the response again.
    let own = |file| asks.iter().find(|ask| ask.file == file && ask.from == 0).unwrap().at;
    let is_early = |ask: &Ask| ask.from > 0 && ask.at < own(ask.file) + seconds(2);
    assert!(asks.iter().any(|ask| ask.file > begun && is_early(ask)), "{asks:?}");
    assert!(asks.iter().all(|ask| ask.file <= begun || !ask.is_expired), "{asks:?}");
}

#[tokio::test(start_paused = true)]
async fn dropped_result_leaves_no_early_range_in_flight() {
    for wait in [30, 90, 110, 130] {
        let store = Store::new(Files::default(), |_| after(LATENCY));
        let mut results = store.open(config()).await;
        let _ = tokio::time::timeout(millis(wait), results.next()).await;
        assert!(store.in_flight() > 6 && early(&store) > 2, "{}", store.in_flight());
        drop(results);
        tokio::time::sleep(millis(1)).await;
        assert_eq!(store.in_flight(), 0, "after {wait} ms");
        let asks = store.asks().len();
        tokio::time::sleep(seconds(300)).await;
        assert_eq!((store.asks().len(), store.live_tasks()), (asks, 0), "after {wait} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn elapsed_deadline_keeps_early_ranges() {
    let files = Files { pause: millis(20), ..Files::default() };
    let store = Store::new(files, |_| after(LATENCY));
    let mut results = store.open(config()).await;
    let (mut seen, mut passed) = (Vec::new(), 0);
    loop {
        results = results.deadline(millis(30));
        let began = tokio::time::Instant::now();
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => break,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
                assert!(began.elapsed() <= millis(30) + OVERSHOOT, "{:?}", began.elapsed());
                passed += 1;
                assert!(passed < 1_000, "it comes to nothing");
            }
        }
    }
    assert!(seen == rows(files) && passed > 3, "{} rows, {passed}", seen.len());
    assert!(early(&store) > 2);
    let (sent, total) = (store.sent(), store.total());
    assert!(sent <= total + total / 50, "{sent} bytes of {total}: ranges were read again");
}

#[tokio::test(start_paused = true)]
async fn early_ranges_hold_no_more_than_the_budget() {
    const CHUNK: u64 = 16 << 10;
    for budget in [MIB, 2 * MIB, 4 * MIB, 8 * MIB, 16 * MIB] {
        let files = Files { chunk: CHUNK as usize, pause: millis(1), ..Files::default() };
        // Nothing can be decoded before the first bytes of the first file, and they arrive last.
        let store = Store::new(files, |ask| match (ask.file, ask.from) {
            (0, 0) => after(seconds(25)),
            _ => after(LATENCY),
        });
        let mut results = store.open(config().byte_budget(budget)).await;
        let waiting = tokio::time::timeout(seconds(20), results.next()).await;
        assert!(waiting.is_err() && early(&store) > 0);
        // Each task holds one more chunk, and a connection may be dropped and opened again.
        let (sent, asks) = (store.sent(), store.asks().len() as u64);
        assert!(sent <= budget + asks * CHUNK, "{sent} bytes in a budget of {budget}");
        assert_eq!(store.in_flight(), 1, "the others gave up their connections");
        assert!(read_on(&mut results, 1).await == rows(files));
    }
}

#[tokio::test(start_paused = true)]
async fn reader_that_never_waits_returns_to_few_connections() {
    let files = Files { rows: 4_096, count: 160, ..Files::default() };
    let store = Store::new(files, |_| after(LATENCY));
    let mut results = store.open(config()).await;
    let mut seen = Vec::new();
    while seen.len() < 8 * 4_096 {
        seen.extend(ids(&[results.next().await.unwrap().unwrap()]));
    }
    assert!(store.most_in_flight() > 16, "the reader waited");
    store.answers(|_| after(millis(1)));
    let mut ahead = Vec::new();
    while let Some(batch) = results.next().await.unwrap() {
        seen.extend(ids(&[batch]));
        tokio::time::sleep(millis(15)).await;
        let begun = store.asks().iter().map(|ask| ask.file).max().unwrap();
        ahead.push((begun + 1).saturating_sub(seen.len() / 4_096));
    }
    assert!(seen == rows(files), "{} rows", seen.len());
    // The number decreases by one with each file.
    let last = &ahead[100..110];
    assert!(last.iter().all(|files| *files <= 4), "{ahead:?}");
}
