//! The reader with inconsistent pages, failing files and runtimes that stop.

#![expect(clippy::disallowed_methods, reason = "tests have their own clock")]

mod fake;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use dbsql_runtime::Runtime;

use self::fake::{
    FILE_TIME, FakePages, FakeStorage, columns, damaged, ids, inline, linked, one_file_a_row, page,
    reader,
};
use super::*;
use crate::backend::pages::{Page, PageAccess, PageAt};

fn runtime() -> Runtime {
    Runtime::seeded(7)
}

/// Reads to the end, or to the first error.
async fn read(reader: &mut Reader) -> Result<Vec<i64>> {
    let here = reader.fetcher.runtime.current().unwrap();
    let mut seen = Vec::new();
    while let Some(batch) = reader.next(here, None).await? {
        assert!(batch.num_rows() > 0);
        seen.extend(ids(&batch));
    }
    Ok(seen)
}

async fn read_all(pages: FakePages, row: u64) -> (Result<Vec<i64>>, Vec<PageAt>) {
    let pages = Arc::new(pages);
    let mut reader = reader(&pages, FakeStorage::default().storage(&runtime(), 16), row);
    (read(&mut reader).await, pages.asked())
}

/// Polls a future once, then lets other tasks run for a while.
async fn begin<F: Future + Unpin>(future: &mut F) {
    std::future::poll_fn(|cx| match std::pin::Pin::new(&mut *future).poll(cx) {
        Poll::Ready(_) => panic!("ready at once"),
        Poll::Pending => Poll::Ready(()),
    })
    .await;
}

fn rows(rows: std::ops::Range<i64>) -> Vec<i64> {
    rows.collect()
}

fn row(at: PageAt) -> u64 {
    match at {
        PageAt::Row(row) => row,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn pages_of_any_form_are_read_in_order() {
    let pages = |at, _| {
        let at = row(at);
        Ok(match at {
            0 => inline(0..3, true),
            3 => page(3, vec![linked("3-9", 3..5), linked("5-9", 5..9)], true),
            9 => page(9, vec![columns(9..10), columns(10..12)], true),
            _ => page(at, Vec::new(), false),
        })
    };
    for first in 0..=12 {
        let (read, _) = read_all(FakePages::new(PageAccess::ByRow, pages), first).await;
        // Here not every start row has a page of its own.
        if [0, 3, 9, 12].contains(&first) {
            assert_eq!(read.unwrap(), rows(first as i64..12), "padding behind row 5 is cut");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_with_a_wrong_position_are_errors() {
    type Lie = (&'static str, fn(u64) -> Page, ErrorKind);
    let lies: [Lie; 5] = [
        ("late", |at| inline(at + 1..at + 3, true), ErrorKind::Protocol),
        ("the same again", |_| inline(0..4, true), ErrorKind::Protocol),
        ("shorter than before", |at| inline(0..at.min(3), false), ErrorKind::Truncated),
        (
            "columns and links",
            |at| page(at, vec![columns(at..at + 1), linked("x", at + 1..at + 2)], true),
            ErrorKind::Protocol,
        ),
        (
            "gap between links",
            |at| page(at, vec![linked("4-5", at..at + 1)], true),
            // The link is for rows 4 to 5. Requested again at 5, the page starts late.
            ErrorKind::Protocol,
        ),
    ];
    for (name, lie, kind) in lies {
        let pages = move |at, before| {
            Ok(match (before, name) {
                (0, _) => inline(0..4, true),
                (1, "gap between links") => lie(4),
                (_, "gap between links") => inline(6..7, false),
                _ => lie(row(at)),
            })
        };
        let (read, asked) = read_all(FakePages::new(PageAccess::ByRow, pages), 0).await;
        assert_eq!(read.unwrap_err().kind(), kind, "{name}");
        // A page whose prefetch failed is requested once more when it is needed.
        assert!(asked.len() <= 4, "{name}: {asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_that_overlap_are_cut() {
    let pages = |at, _| {
        let at = row(at);
        Ok(match at {
            12 => inline(12..12, false),
            _ => inline(at.saturating_sub(2)..at + 3, at < 9),
        })
    };
    let (read, _) = read_all(FakePages::new(PageAccess::ByRow, pages), 0).await;
    assert_eq!(read.unwrap(), rows(0..12));
}

#[tokio::test(start_paused = true)]
async fn cursor_that_never_moves_is_an_error_after_a_few_fetches() {
    let pages = |at, _| Ok(Page { rewound: at == PageAt::First, ..inline(0..4, false) });
    let (read, asked) = read_all(FakePages::new(PageAccess::ByCursor, pages), 0).await;
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Protocol);
    assert!(asked.len() < 10, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn endless_empty_pages_are_requested_slowly() {
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, |_, _| Ok(page(0, Vec::new(), true))));
    let runtime = runtime();
    let mut reader = reader(&pages, FakeStorage::default().storage(&runtime, 16), 0);
    let until = Some(runtime.now() + Duration::from_secs(60));
    let error = reader.next(runtime.current().unwrap(), until).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    let asked = pages.asked().len();
    assert!((50..100).contains(&asked), "{asked} in a minute");
}

#[tokio::test(start_paused = true)]
async fn damaged_page_is_fetched_again_a_few_times() {
    for (bad, good) in [(1, true), (4, true), (5, false)] {
        let pages = move |at, before| match before {
            0 => Ok(inline(0..4, true)),
            before if before <= bad => Err(damaged()),
            _ => Ok(inline(row(at)..8, false)),
        };
        let (read, asked) = read_all(FakePages::new(PageAccess::ByRow, pages), 0).await;
        assert_eq!(
            read.map_err(|error| error.kind()),
            match good {
                true => Ok(rows(0..8)),
                false => Err(ErrorKind::Decode),
            }
        );
        assert!(asked[1..].iter().all(|at| *at == PageAt::Row(4)));
    }
}

#[tokio::test(start_paused = true)]
async fn damaged_page_at_a_cursor_is_fetched_from_the_start() {
    let pages = |at, before| match (before, at) {
        (1, _) => Err(damaged()),
        (_, PageAt::First) => Ok(Page { rewound: true, ..inline(0..4, false) }),
        (3, _) => Ok(inline(4..6, false)),
        _ => Ok(inline(6..6, false)),
    };
    let (read, asked) = read_all(FakePages::new(PageAccess::ByCursor, pages), 0).await;
    assert_eq!(read.unwrap(), rows(0..6));
    let next = PageAt::Next;
    assert_eq!(asked, [PageAt::First, next, PageAt::First, next, next]);
}

#[tokio::test(start_paused = true)]
async fn broken_direct_result_is_unsafe_or_fetched_instead() {
    let good = |at, _| Ok(inline(row(at)..4, false));
    let broken: fn() -> Page = || inline(1..4, false);
    for access in [PageAccess::AttachedOnly, PageAccess::ByRow] {
        let mut pages = FakePages::new(access, good);
        pages.attached = Some(broken);
        let (read, asked) = read_all(pages, 0).await;
        match access {
            PageAccess::ByRow => assert_eq!(read.unwrap(), rows(0..4)),
            _ => {
                let error = read.unwrap_err();
                assert_eq!(
                    (error.kind(), error.retry()),
                    (ErrorKind::Protocol, RetryAdvice::Unsafe)
                );
                assert!(asked.is_empty());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn file_with_fewer_rows_than_announced_is_an_error() {
    for (name, announced) in [("0-3", 0..4), ("0-1", 0..9), ("0-0", 0..1)] {
        for behind in [false, true] {
            let more = announced.end..announced.end + 2;
            let announced = announced.clone();
            let pages = move |_, _| {
                let mut links = vec![linked(name, announced.clone())];
                links.extend(behind.then(|| linked("0-2", more.clone())));
                Ok(page(0, links, false))
            };
            let (read, _) = read_all(FakePages::new(PageAccess::ByRow, pages), 0).await;
            assert_eq!(read.unwrap_err().kind(), ErrorKind::Decode, "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rejected_link_is_refreshed() {
    let pages = |at, _| Ok(one_file_a_row(row(at)..4, false));
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, pages));
    let storage = FakeStorage::default();
    FakeStorage::set(&storage.rejects, true);
    let mut reader = reader(&pages, storage.storage(&runtime(), 16), 0);
    assert_eq!(read(&mut reader).await.unwrap(), rows(0..4));
    assert_eq!(pages.refreshed.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn downloads_in_flight_are_limited_for_all_readers() {
    let storage = FakeStorage::default();
    let shared = storage.storage(&runtime(), 3);
    let pages = |at, _| Ok(one_file_a_row(row(at)..20, false));
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, pages));
    let mut readers = [(); 4].map(|()| reader(&pages, shared.clone(), 0));
    let [one, two, three, four] = &mut readers;
    let all = tokio::join!(read(one), read(two), read(three), read(four));
    for read in [all.0, all.1, all.2, all.3] {
        assert_eq!(read.unwrap(), rows(0..20));
    }
    assert_eq!(storage.most_in_flight.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn reader_that_is_kept_unpolled_blocks_no_other() {
    let storage = FakeStorage::default();
    let shared = storage.storage(&runtime(), 1);
    let pages = |at, _| Ok(one_file_a_row(row(at)..8, false));
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, pages));
    let (mut kept, mut other) = (reader(&pages, shared.clone(), 0), reader(&pages, shared, 0));
    let here = runtime().current().unwrap();
    {
        let mut next = Box::pin(kept.next(here, None));
        begin(&mut next).await;
        tokio::time::sleep(FILE_TIME / 2).await;
        begin(&mut next).await;
        // The future is kept in the middle of a download and holds the only slot.
        tokio::time::sleep(FILE_TIME / 2).await;
        let read = tokio::time::timeout(FILE_TIME * 60, read(&mut other)).await;
        assert_eq!(read.expect("not blocked").unwrap(), rows(0..8));
        drop(next);
    }
    let sent = storage.requests.load(Ordering::Relaxed);
    assert_eq!(read(&mut kept).await.unwrap(), rows(0..8));
    assert_eq!(storage.requests.load(Ordering::Relaxed), sent, "its own went on meanwhile");
}

#[tokio::test(start_paused = true)]
async fn dropped_reader_leaves_no_task() {
    let storage = FakeStorage::default();
    FakeStorage::set(&storage.stalls, true);
    let runtime = runtime();
    let pages = |at, _| Ok(one_file_a_row(row(at)..8, false));
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, pages));
    let mut reader = reader(&pages, storage.storage(&runtime, 16), 0);
    let here = runtime.current().unwrap();
    let stalled = tokio::time::timeout(FILE_TIME, reader.next(here, None)).await;
    assert!(stalled.is_err() && runtime.live_tasks() == 8);
    drop(reader);
    tokio::time::sleep(FILE_TIME).await;
    assert_eq!(runtime.live_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn panic_in_a_transport_is_an_error() {
    let storage = FakeStorage::default();
    FakeStorage::set(&storage.panics, true);
    let pages = |at, _| Ok(one_file_a_row(row(at)..2, false));
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, pages));
    let mut reader = reader(&pages, storage.storage(&runtime(), 16), 0);
    assert_eq!(read(&mut reader).await.unwrap_err().kind(), ErrorKind::Transport);
    FakeStorage::set(&storage.panics, false);
    assert_eq!(read(&mut reader).await.unwrap(), rows(0..2));
}

#[tokio::test(start_paused = true)]
async fn outage_during_many_downloads_is_one_error() {
    let storage = FakeStorage::default();
    FakeStorage::set(&storage.refuses, true);
    let pages = |at, _| Ok(one_file_a_row(row(at)..20, false));
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, pages));
    let mut reader = reader(&pages, storage.storage(&runtime(), 16), 0);
    assert_eq!(read(&mut reader).await.unwrap_err().kind(), ErrorKind::StorageUnreachable);
    // The other downloads give up as well.
    tokio::time::sleep(FILE_TIME * 3600).await;
    FakeStorage::set(&storage.refuses, false);
    assert_eq!(read(&mut reader).await.unwrap(), rows(0..20));
}

/// Reads some files in one runtime, starts others there, and continues in a second runtime.
fn reads_on_in_another_runtime(first_is_gone: bool) {
    let tokio = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap()
    };
    let (one, two) = (tokio(), tokio());
    let storage = FakeStorage::default();
    let runtime = runtime();
    let pages = |at, _| Ok(one_file_a_row(row(at)..20, false));
    let pages = Arc::new(FakePages::new(PageAccess::ByRow, pages));
    let mut reader = reader(&pages, storage.storage(&runtime, 3), 0);
    let mut seen = one.block_on(async {
        let here = runtime.current().unwrap();
        let mut seen = ids(&reader.next(here, None).await.unwrap().unwrap());
        FakeStorage::set(&storage.stalls, true);
        // The files that were started before arrive. The others stall and hold all slots.
        while let Ok(next) = tokio::time::timeout(FILE_TIME * 9, reader.next(here, None)).await {
            seen.extend(ids(&next.unwrap().unwrap()));
        }
        seen
    });
    assert!((1..17).contains(&seen.len()), "{seen:?}");
    let one = (!first_is_gone).then_some(one);
    FakeStorage::set(&storage.stalls, false);
    let rest = two.block_on(async {
        tokio::time::timeout(FILE_TIME * 20, read(&mut reader)).await.expect("no hang").unwrap()
    });
    seen.extend(rest);
    assert_eq!(seen, rows(0..20));
    drop(one);
}

#[test]
fn reader_continues_in_a_second_runtime_while_the_first_is_idle() {
    reads_on_in_another_runtime(false);
}

#[test]
fn reader_continues_in_a_second_runtime_when_the_first_is_gone() {
    reads_on_in_another_runtime(true);
}
