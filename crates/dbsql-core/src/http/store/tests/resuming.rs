//! Bodies that break off, end early or stall. The download resumes at the same byte.

use super::SECOND;
use super::fake::{Act, BodyAct, Ended, Store, break_after, content, read, whole};
use crate::ErrorKind;

fn ranges(store: &Store) -> Vec<String> {
    store.asked().into_iter().map(|(range, _)| range).collect()
}

#[tokio::test(start_paused = true)]
async fn broken_body_resumes_after_the_received_bytes() {
    const LEN: usize = 300_000;
    for act in [BodyAct::BreakAfter, BodyAct::EndAfter, BodyAct::StallAfter] {
        let third = LEN / 3;
        let store = Store::new(LEN).then([Act::Serve(act(third)), Act::Serve(act(third))]);
        let mut download = store.download();
        assert_eq!(whole(&mut download).await.unwrap(), content(LEN));
        assert_eq!(ranges(&store), ["", "bytes=100000-", "bytes=200000-"]);
        assert_eq!(store.served(), LEN as u64, "each byte once");
        assert_eq!(store.asked()[1].1, "\"one\"");
        assert_eq!(download.resumes(), Some(true));
    }
}

#[tokio::test(start_paused = true)]
async fn break_at_any_byte_loses_and_repeats_nothing() {
    for at in 0..=12 {
        for again in [0, 1, 5] {
            let store = Store::new(12).then([break_after(at), break_after(again)]);
            assert_eq!(whole(&mut store.download()).await.unwrap(), content(12), "{at} {again}");
            assert_eq!(store.served(), 12, "{at} {again}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn stalled_body_is_given_up_after_the_stall_timeout() {
    let store = Store::new(10).then([Act::Serve(BodyAct::StallAfter(4))]);
    let mut storage = store.storage();
    storage.response_timeout = SECOND;
    let mut download = storage.download(super::fake::link(), Default::default(), 0, None, None);
    let began = tokio::time::Instant::now();
    assert_eq!(whole(&mut download).await.unwrap(), content(10));
    assert!((30..32).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn file_that_breaks_every_few_bytes_finishes_while_it_advances() {
    // More failures than the retry budget allows, and for longer than the retry limit after one
    // failure.
    let store = Store::new(400).then((0..200).map(|_| break_after(2)));
    assert_eq!(whole(&mut store.download()).await.unwrap(), content(400));
    assert_eq!(store.served(), 400);
}

#[tokio::test(start_paused = true)]
async fn file_that_never_advances_is_an_error_within_the_retry_limits() {
    for act in [BodyAct::BreakAfter(0), BodyAct::EndAfter(0), BodyAct::StallAfter(0)] {
        let store = Store::new(10).then((0..2000).map(|_| Act::Serve(act)));
        let began = tokio::time::Instant::now();
        let (bytes, ended) = read(&mut store.download()).await;
        assert!(bytes.is_empty());
        assert!(matches!(ended, Ended::Failed(e) if e.kind() == ErrorKind::Transport));
        assert!(began.elapsed() < SECOND * 440, "{:?}", began.elapsed());
        assert_eq!(store.open(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn download_can_be_called_again_after_an_error() {
    let store = Store::new(10).then([break_after(4), Act::Refuse, Act::Refuse, Act::Refuse]);
    let mut download = store.download();
    let (begun, ended) = read(&mut download).await;
    assert!(matches!(ended, Ended::Failed(e) if e.kind() == ErrorKind::StorageUnreachable));
    assert_eq!((begun.len(), store.requests()), (4, 4), "three attempts to connect");
    assert_eq!(whole(&mut download).await.unwrap(), content(10)[4..]);
}

#[tokio::test(start_paused = true)]
async fn broken_download_does_not_affect_other_downloads() {
    let store = Store::new(300_000).then([Act::Serve(BodyAct::StallAfter(100_000))]);
    let storage = store.storage();
    let make = || storage.download(super::fake::link(), Default::default(), 0, None, None);
    let (mut stalls, mut neighbour) = (make(), make());
    let began = tokio::time::Instant::now();
    let (one, two) = tokio::join!(whole(&mut stalls), async {
        let read = whole(&mut neighbour).await;
        (read, began.elapsed())
    });
    assert_eq!(one.unwrap(), content(300_000));
    assert_eq!(two.0.unwrap(), content(300_000));
    assert!(two.1 < SECOND, "{:?}", two.1);
    assert_eq!((store.requests(), store.served()), (3, 600_000));
}

#[tokio::test(start_paused = true)]
async fn short_range_is_followed_by_a_request_for_the_rest() {
    let store = Store::new(100).set(|state| {
        state.edit = |response| {
            let range = response.headers().get("content-range").cloned();
            let Some(range) = range.filter(|range| range == "bytes 0-99/100") else { return };
            drop(range);
            response.headers_mut().insert("content-range", "bytes 0-9/100".parse().unwrap());
        };
    });
    let storage = store.storage();
    let mut download =
        storage.download(super::fake::link(), Default::default(), 0, Some(100), None);
    let began = tokio::time::Instant::now();
    // The body is longer than announced. The excess is ignored.
    assert_eq!(whole(&mut download).await.unwrap(), content(100));
    assert!(began.elapsed() < SECOND, "{:?}", began.elapsed());
    assert_eq!(ranges(&store), ["bytes=0-99", "bytes=10-99"]);
}

#[tokio::test(start_paused = true)]
async fn relinked_download_continues_at_the_same_byte() {
    let store = Store::new(10).then([
        break_after(4),
        super::fake::answer(403, ""),
        Act::Serve(BodyAct::Whole),
    ]);
    let mut download = store.download();
    let (begun, ended) = read(&mut download).await;
    assert!(matches!(ended, Ended::Rejected(e) if e.kind() == ErrorKind::ResultGone));
    assert_eq!((begun.len(), download.position(), store.open()), (4, 4, 0));
    let fresh = "https://storage.example/file?signature=fresh";
    let mut headers = http::HeaderMap::new();
    headers.insert("x-key", "1".parse().unwrap());
    download.relink(fresh.parse().unwrap(), headers);
    assert_eq!(whole(&mut download).await.unwrap(), content(10)[4..]);
    let state = store.state();
    let last = state.requests.last().unwrap();
    assert_eq!(
        (last.uri().to_string().as_str(), &last.headers()["x-key"]),
        (fresh, &"1".parse::<http::HeaderValue>().unwrap())
    );
    assert_eq!(last.headers()["if-range"], "\"one\"");
}
