//! Downloads from an in-memory store, with paused time.

#![expect(clippy::disallowed_methods, reason = "tests have their own clock")]

mod fake;
mod redirects;
mod refusals;
mod resuming;
mod versions;

use std::task::Poll;
use std::time::Duration;

use self::fake::{Act, BodyAct, Ended, Store, break_after, content, read, whole};
use super::Chunk;
use crate::ErrorKind;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn file_is_read_by_one_request_for_plain_bytes() {
    let store = Store::new(200_000);
    let mut download = store.download();
    assert_eq!((download.total(), download.resumes()), (None, None));
    assert_eq!(whole(&mut download).await.unwrap(), content(200_000));
    assert_eq!((download.position(), download.total()), (200_000, Some(200_000)));
    assert_eq!(store.asked(), [(String::new(), String::new())]);
    assert_eq!(store.state().requests[0].headers()["accept-encoding"], "identity");
    assert!(matches!(download.chunk().await.unwrap(), Chunk::End), "the end stays the end");
    assert_eq!((store.requests(), store.open()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn empty_file_is_the_end_at_once() {
    for tells_length in [true, false] {
        let store = Store::new(0).set(|state| state.tells_length = tells_length);
        assert_eq!(whole(&mut store.download()).await.unwrap(), b"");
        assert_eq!(store.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn file_without_announced_length_ends_with_its_body() {
    let store = Store::new(1000).set(|state| state.tells_length = false);
    let mut download = store.download();
    assert_eq!(whole(&mut download).await.unwrap(), content(1000));
    assert_eq!(store.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn part_of_a_file_has_exactly_its_bytes() {
    let store = Store::new(1000);
    let storage = store.storage();
    for (from, to, range) in [
        (0, Some(10), "bytes=0-9"),
        (990, None, "bytes=990-"),
        (500, Some(501), "bytes=500-500"),
        (990, Some(5000), "bytes=990-4999"),
    ] {
        let mut download = storage.download(fake::link(), Default::default(), from, to, None);
        let end = to.unwrap_or(1000).min(1000) as usize;
        assert_eq!(whole(&mut download).await.unwrap(), content(1000)[from as usize..end]);
        assert_eq!(store.asked().pop().unwrap().0, range);
        assert_eq!((download.resumes(), download.total()), (Some(true), Some(1000)));
    }
    let before = store.requests();
    let mut nothing = storage.download(fake::link(), Default::default(), 7, Some(7), None);
    assert_eq!(whole(&mut nothing).await.unwrap(), b"");
    assert_eq!(store.requests(), before, "nothing is asked for");
}

#[tokio::test(start_paused = true)]
async fn download_ends_where_another_one_continues() {
    let store = Store::new(300_000);
    let mut first = store.download();
    let Chunk::Bytes(begun) = first.chunk().await.unwrap() else { panic!("no bytes") };
    first.end_at(200_000);
    first.end_at(250_000);
    let mut rest = first.part(200_000, None);
    let one = [begun.to_vec(), whole(&mut first).await.unwrap()].concat();
    assert_eq!(one, content(200_000));
    assert_eq!(whole(&mut rest).await.unwrap(), content(300_000)[200_000..]);
    // The version of the file is checked.
    assert_eq!(store.asked()[1], ("bytes=200000-".to_owned(), "\"one\"".to_owned()));
    assert_eq!(store.open(), 0);
}

/// The smallest case that cannot finish if one timeout covers both head and body.
#[tokio::test(start_paused = true)]
async fn slow_file_finishes_however_long_it_takes() {
    const MIB: usize = 1 << 20;
    for (len, piece, pause) in [
        (20 * MIB, 65 << 10, SECOND),
        (1000, 1, SECOND * 29),
        (4 * MIB, 16 << 10, Duration::from_millis(250)),
    ] {
        let store = Store::new(len).then([Act::Serve(BodyAct::Trickle(piece, pause))]);
        let began = tokio::time::Instant::now();
        assert!(whole(&mut store.download()).await.unwrap() == content(len));
        assert!(began.elapsed() > SECOND * 60, "{:?}", began.elapsed());
        assert_eq!((store.requests(), store.served()), (1, len as u64));
    }
}

#[tokio::test(start_paused = true)]
async fn first_byte_is_limited_by_the_response_timeout() {
    // The head arrives immediately, and the first byte of the body is late.
    for (pause, requests) in [(59, 1), (61, 2)] {
        let store = Store::new(10).then([Act::Serve(BodyAct::Trickle(10, SECOND * pause))]);
        assert_eq!(whole(&mut store.download()).await.unwrap(), content(10));
        assert_eq!(store.requests(), requests, "{pause} s");
    }
    let store = Store::new(10).then([Act::Hang]);
    let began = tokio::time::Instant::now();
    assert_eq!(whole(&mut store.download()).await.unwrap(), content(10));
    assert!((60..62).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn deadline_ends_each_stage_of_a_download() {
    let stall = Act::Serve(BodyAct::StallAfter(3));
    let slow = Act::Serve(BodyAct::Trickle(1, SECOND * 3));
    for act in [Act::Hang, stall, slow] {
        let store = Store::new(10).then([act]);
        let began = tokio::time::Instant::now();
        let until = Some(began + SECOND * 10);
        let storage = store.storage();
        let mut download = storage.download(fake::link(), Default::default(), 0, None, until);
        let (bytes, ended) = read(&mut download).await;
        assert!(matches!(ended, Ended::Failed(e) if e.kind() == ErrorKind::Deadline));
        assert!(bytes.len() < 10 && began.elapsed() <= SECOND * 10 + SECOND / 10);
        assert_eq!(store.open(), 0);
    }
    // Both slots are taken.
    let store = Store::new(10).then([Act::Hang, Act::Hang]);
    let storage = store.storage();
    let mut busy =
        [(); 2].map(|()| storage.download(fake::link(), Default::default(), 0, None, None));
    let [one, two] = &mut busy;
    let until = Some(tokio::time::Instant::now() + SECOND);
    let mut third = storage.download(fake::link(), Default::default(), 0, None, until);
    tokio::select! {
        biased;
        _ = one.chunk() => panic!("it hangs"),
        _ = two.chunk() => panic!("it hangs"),
        chunk = third.chunk() => assert_eq!(chunk.unwrap_err().kind(), ErrorKind::Deadline),
    }
}

#[tokio::test(start_paused = true)]
async fn slot_is_held_only_with_a_connection() {
    let store = Store::new(200_000).then([
        Act::Serve(BodyAct::Whole),
        Act::Serve(BodyAct::Whole),
        Act::Serve(BodyAct::Whole),
    ]);
    let storage = store.storage();
    let make = || storage.download(fake::link(), Default::default(), 0, None, None);
    let mut downloads = [make(), make(), make()];
    for download in &mut downloads[..2] {
        assert!(matches!(download.chunk().await.unwrap(), Chunk::Bytes(_)));
    }
    let third = async |download: &mut super::Download| {
        tokio::time::timeout(SECOND, download.chunk()).await.is_ok()
    };
    assert!(!third(&mut downloads[2]).await, "both slots are taken");
    downloads[0].suspend();
    assert_eq!(store.open(), 1);
    assert!(third(&mut downloads[2]).await, "a suspended download has no slot");
    let [mut first, second, rest] = downloads;
    drop((second, rest));
    assert_eq!(store.open(), 0, "dropped with its connection");
    let at = first.position();
    assert_eq!(whole(&mut first).await.unwrap(), content(200_000)[at as usize..]);
    assert_eq!(store.asked().pop().unwrap(), (format!("bytes={at}-"), "\"one\"".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn no_slot_is_held_while_a_retry_waits() {
    let store = Store::new(10).then([Act::Refuse, Act::Refuse]);
    let mut storage = store.storage();
    storage.slots = super::DownloadSlots::new(1);
    storage.retry = storage.retry.initial_backoff(SECOND * 20);
    let mut waits = storage.download(fake::link(), Default::default(), 0, None, None);
    let mut other = storage.download(fake::link(), Default::default(), 0, None, None);
    tokio::select! {
        biased;
        _ = waits.chunk() => panic!("it waits"),
        () = tokio::time::sleep(SECOND) => {}
    }
    store.state().next.clear();
    let read = tokio::time::timeout(SECOND, whole(&mut other)).await;
    assert_eq!(read.expect("not blocked").unwrap(), content(10));
}

/// A future that is dropped after any number of polls: during a request, a body, a pause or at the
/// end.
#[tokio::test(start_paused = true)]
async fn chunk_may_be_dropped_at_any_await_and_loses_nothing() {
    for polls in 1..12 {
        let store = Store::new(200).then([
            Act::Serve(BodyAct::Trickle(40, SECOND)),
            break_after(30),
            Act::Refuse,
            Act::Serve(BodyAct::Trickle(40, SECOND)),
        ]);
        let mut download = store.download();
        let (mut read, mut drops) = (Vec::new(), 0);
        loop {
            let mut chunk = Box::pin(download.chunk());
            let mut left = polls;
            let polled = std::future::poll_fn(|cx| match chunk.as_mut().poll(cx) {
                Poll::Pending if left > 1 => {
                    left -= 1;
                    Poll::Pending
                }
                Poll::Pending => Poll::Ready(None),
                Poll::Ready(chunk) => Poll::Ready(Some(chunk)),
            });
            match polled.await {
                Some(Ok(Chunk::Bytes(bytes))) => read.extend_from_slice(&bytes),
                Some(Ok(Chunk::End)) => break,
                Some(other) => panic!("{other:?}"),
                None => {
                    drop(chunk);
                    assert_eq!(store.open(), 0, "its connection is gone");
                }
            }
            drops += 1;
            if drops > 300 {
                // With so few polls no byte is read.
                break;
            }
            tokio::task::yield_now().await;
        }
        assert!(read == content(200) || polls < 5, "{polls}: {} bytes", read.len());
        assert_eq!(read, content(200)[..read.len()], "{polls}");
    }
}

#[tokio::test(start_paused = true)]
async fn debug_shows_no_url() {
    let store = Store::new(10).then([break_after(3)]);
    let download = store.download();
    assert!(!format!("{download:?} {:?}", store.storage()).contains("canary"));
}
