//! A file that changes between two requests, and stores that ignore ranges or send inconsistent
//! headers.

use super::fake::{Act, BodyAct, Ended, State, Store, break_after, content, read, whole};
use crate::{Error, ErrorKind};

/// The outcome for a file of ten bytes that breaks off after four, when the store has been changed
/// by `change` in the meantime. `before` is applied first.
async fn resumed(
    before: impl FnOnce(&mut State),
    change: impl FnOnce(&mut State),
) -> (Vec<u8>, Ended, Store) {
    let store = Store::new(10).set(before);
    let store = store.then([break_after(4)]);
    let mut download = store.download();
    let super::Chunk::Bytes(begun) = download.chunk().await.unwrap() else { panic!("no bytes") };
    assert_eq!(begun.len(), 4);
    change(&mut store.state());
    let (rest, ended) = read(&mut download).await;
    ([begun.to_vec(), rest].concat(), ended, store)
}

fn assert_changed(case: &str, (bytes, ended, _): (Vec<u8>, Ended, Store)) {
    assert_eq!(bytes, content(10)[..4], "{case}: no byte of another file");
    let Ended::Changed(error) = ended else { panic!("{case}: {ended:?}") };
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{case}");
}

fn assert_whole(case: &str, (bytes, ended, _): (Vec<u8>, Ended, Store)) {
    assert!(matches!(ended, Ended::Whole), "{case}: {ended:?}");
    assert_eq!(bytes, content(10), "{case}");
}

#[tokio::test(start_paused = true)]
async fn whole_file_instead_of_a_part_is_skipped_up_to_the_offset() {
    let ignores = |state: &mut State| state.honours_ranges = false;
    assert_whole("same tag", resumed(|_| (), ignores).await);
    assert_whole("weak tag", resumed(|s| s.etag = Some("W/\"a\""), ignores).await);
    assert_whole("no tag, same length", resumed(|s| s.etag = None, ignores).await);
    let (bytes, _, store) = resumed(|_| (), ignores).await;
    assert_eq!(bytes, content(10));
    assert_eq!(store.served(), 14, "the whole file again");
}

#[tokio::test(start_paused = true)]
async fn replaced_file_is_detected_whatever_the_store_supports() {
    for honours in [true, false] {
        let ranges = move |state: &mut State| state.honours_ranges = honours;
        let other_tag = resumed(|_| (), |s| (ranges(s), s.etag = Some("\"two\"")).1).await;
        assert_changed("other tag", other_tag);
        let both = |s: &mut State| {
            ranges(s);
            (s.etag, s.file) = (Some("\"two\""), content(11));
        };
        assert_changed("other tag and length", resumed(|_| (), both).await);
        let longer = |s: &mut State| (ranges(s), s.file = content(11)).1;
        assert_changed("no tag, longer", resumed(|s| s.etag = None, longer).await);
        let shorter = |s: &mut State| (ranges(s), s.file = content(9)).1;
        assert_changed("no tag, shorter", resumed(|s| s.etag = None, shorter).await);
        let tiny = |s: &mut State| (ranges(s), s.file = content(2)).1;
        assert_changed("no tag, ends before", resumed(|s| s.etag = None, tiny).await);
        let weak = |s: &mut State| (ranges(s), s.etag = Some("W/\"b\"")).1;
        assert_changed("weak tag", resumed(|s| s.etag = Some("W/\"a\""), weak).await);
        let modified =
            |s: &mut State| (ranges(s), s.modified = Some("Tue, 02 Jan 2024 00:00:00 GMT")).1;
        let before =
            |s: &mut State| (s.etag, s.modified) = (None, Some("Mon, 01 Jan 2024 00:00:00 GMT"));
        assert_changed("no tag, modified", resumed(before, modified).await);
        let loses_tag = |s: &mut State| {
            ranges(s);
            (s.etag, s.file) = (None, content(11));
        };
        assert_changed("loses its tag, longer", resumed(|_| (), loses_tag).await);
    }
}

#[tokio::test(start_paused = true)]
async fn file_without_validators_is_not_mixed_with_another() {
    let nothing = |s: &mut State| (s.etag, s.tells_length, s.honours_ranges) = (None, false, false);
    assert_changed("no tag and no length", resumed(nothing, |_| ()).await);
    // Before the first byte, any version is acceptable.
    let store = Store::new(10).set(nothing).then([break_after(0)]);
    assert_eq!(whole(&mut store.download()).await.unwrap(), content(10));
}

#[tokio::test(start_paused = true)]
async fn change_before_the_first_byte_is_no_change() {
    let store = Store::new(10).then([break_after(0)]);
    let mut download = store.download();
    let storage = store.clone();
    let task = async { read(&mut download).await };
    let change = async {
        while storage.requests() == 0 {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        let mut state = storage.state();
        (state.etag, state.file) = (Some("\"two\""), content(12));
    };
    let ((bytes, ended), ()) = tokio::join!(task, change);
    assert!(matches!(ended, Ended::Whole), "{ended:?}");
    assert_eq!(bytes, content(12));
}

#[tokio::test(start_paused = true)]
async fn weak_tag_and_date_are_never_sent_as_if_range() {
    let (_, _, store) = resumed(|s| s.etag = Some("W/\"a\""), |_| ()).await;
    assert_eq!(store.asked()[1], ("bytes=4-".to_owned(), String::new()));
    let dated =
        |s: &mut State| (s.etag, s.modified) = (None, Some("Mon, 01 Jan 2024 00:00:00 GMT"));
    let (bytes, _, store) = resumed(dated, |_| ()).await;
    assert_eq!(bytes, content(10));
    assert_eq!(store.asked()[1], ("bytes=4-".to_owned(), String::new()));
}

#[tokio::test(start_paused = true)]
async fn if_range_that_the_store_ignores_does_not_mix_two_files() {
    let change = |s: &mut State| (s.honours_if_range, s.etag) = (false, Some("\"two\""));
    assert_changed("part of another file", resumed(|_| (), change).await);
}

#[tokio::test(start_paused = true)]
async fn part_without_a_tag_is_accepted_after_if_range() {
    let change = |s: &mut State| {
        s.edit = |response| {
            response.headers_mut().remove("etag");
            response.headers_mut().insert("content-range", "bytes 4-9/*".parse().unwrap());
        };
    };
    assert_whole("no tag, no total", resumed(|_| (), change).await);
}

#[tokio::test(start_paused = true)]
async fn wrong_content_range_is_fetched_again_and_then_an_error() {
    let edits: [fn(&mut http::Response<dbsql_transport::Body>); 7] = [
        |r| put(r, "bytes 3-8/10"),
        |r| put(r, "bytes 5-9/10"),
        |r| put(r, "bytes 4-9/5"),
        |r| put(r, "bytes 9-4/10"),
        |r| put(r, "rows 4-9/10"),
        |r| put(r, "bytes 4-18446744073709551615/*"),
        |r| drop(r.headers_mut().remove("content-range")),
    ];
    for edit in edits {
        let (bytes, ended, store) = resumed(|_| (), |s| s.edit = edit).await;
        assert_eq!(bytes, content(10)[..4]);
        assert!(matches!(ended, Ended::Failed(e) if e.kind() == ErrorKind::Protocol));
        assert!(store.requests() > 3, "it was tried again");
    }
    // The tag matches, but the total length does not.
    let (_, ended, _) = resumed(|_| (), |s| s.edit = |r| put(r, "bytes 4-9/11")).await;
    assert!(matches!(ended, Ended::Failed(e) if e.kind() == ErrorKind::Protocol));
}

fn put(response: &mut http::Response<dbsql_transport::Body>, range: &'static str) {
    response.headers_mut().insert("content-range", range.parse().unwrap());
}

#[tokio::test(start_paused = true)]
async fn range_beyond_the_file_is_the_end_only_at_its_length() {
    let outcome = |from: u64| async move {
        let store = Store::new(10);
        let storage = store.storage();
        let mut download =
            storage.download(super::fake::link(), Default::default(), from, None, None);
        (read(&mut download).await, download.total())
    };
    let ((bytes, ended), total) = outcome(10).await;
    assert!(bytes.is_empty() && matches!(ended, Ended::Whole), "{ended:?}");
    assert_eq!(total, Some(10));
    let ((_, ended), _) = outcome(11).await;
    assert!(matches!(ended, Ended::Rejected(_)), "{ended:?}");
    // This 416 is inconsistent. A new link may help.
    let store = Store::new(10).then([break_after(4), super::fake::answer(416, "")]);
    let (bytes, ended) = read(&mut store.download()).await;
    assert!(matches!(ended, Ended::Rejected(_)), "{ended:?}");
    assert_eq!(bytes.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn file_of_unknown_length_that_broke_at_its_end_is_whole() {
    let store = Store::new(10).set(|s| s.tells_length = false).then([break_after(10)]);
    assert_eq!(whole(&mut store.download()).await.unwrap(), content(10));
    assert_eq!(store.asked()[1].0, "bytes=10-");
}

#[tokio::test(start_paused = true)]
async fn part_from_a_store_without_ranges_is_cut_from_the_whole_file() {
    let store = Store::new(300_000).set(|s| s.honours_ranges = false);
    let storage = store.storage();
    let mut part =
        storage.download(super::fake::link(), Default::default(), 100_000, Some(200_000), None);
    assert_eq!(whole(&mut part).await.unwrap(), content(300_000)[100_000..200_000]);
    assert_eq!(part.resumes(), Some(false));
    assert_eq!(store.open(), 0);
}

#[tokio::test(start_paused = true)]
async fn first_range_without_range_support_becomes_the_whole_file() {
    let store = Store::new(300_000).set(|s| s.honours_ranges = false);
    let storage = store.storage();
    let link = super::fake::link();
    let mut beginning = storage.download(link, Default::default(), 0, Some(100_000), None);
    // The rest follows in the same body. A new request would start at the beginning.
    assert_eq!(whole(&mut beginning).await.unwrap(), content(300_000));
    assert_eq!(store.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn part_of_another_version_is_a_change_from_its_first_byte() {
    for (etag, len) in [(Some("\"two\""), 300_000), (None, 300_001)] {
        let store = Store::new(300_000).set(|s| s.etag = s.etag.filter(|_| etag.is_some()));
        let mut first = store.download();
        first.chunk().await.unwrap();
        let mut rest = first.part(200_000, None);
        (store.state().etag, store.state().file) = (etag, content(len));
        let (bytes, ended) = read(&mut rest).await;
        assert!(bytes.is_empty() && matches!(ended, Ended::Changed(_)), "{ended:?}");
        // A new link does not change the version.
        rest.relink(super::fake::link(), Default::default());
        assert!(matches!(read(&mut rest).await.1, Ended::Changed(_)));
    }
}

#[tokio::test(start_paused = true)]
async fn whether_a_store_supports_ranges_is_reported_as_soon_as_known() {
    for (header, resumes) in
        [(Some("bytes"), Some(true)), (Some("none"), Some(false)), (None, None)]
    {
        let store = Store::new(100_000).set(|s| {
            s.edit = match header {
                Some("bytes") => {
                    |r| drop(r.headers_mut().insert("accept-ranges", "bytes".parse().unwrap()))
                }
                Some(_) => {
                    |r| drop(r.headers_mut().insert("accept-ranges", "none".parse().unwrap()))
                }
                None => |_| (),
            };
        });
        let mut download = store.download();
        download.chunk().await.unwrap();
        assert_eq!(download.resumes(), resumes, "{header:?}");
        assert_eq!(download.part(5, None).resumes(), resumes);
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_content_length_is_detected() {
    // More bytes than announced.
    let edit: fn(&mut http::Response<dbsql_transport::Body>) =
        |r| drop(r.headers_mut().insert("content-length", "6".parse().unwrap()));
    let store = Store::new(10).set(|s| s.edit = edit);
    assert_eq!(whole(&mut store.download()).await.unwrap(), content(6));
    // Fewer bytes than announced: the rest never arrives.
    let edit: fn(&mut http::Response<dbsql_transport::Body>) =
        |r| drop(r.headers_mut().insert("content-length", u64::MAX.to_string().parse().unwrap()));
    let store = Store::new(10).set(|s| (s.edit, s.honours_ranges) = (edit, false));
    let (bytes, ended) = read(&mut store.download()).await;
    assert_eq!(bytes, content(10));
    let kind = |error: &Error| error.kind();
    assert!(matches!(&ended, Ended::Failed(e) if kind(e) == ErrorKind::Transport), "{ended:?}");
    let act = Act::Serve(BodyAct::Whole);
    drop(act);
}
