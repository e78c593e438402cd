//! The checksum of a whole frame, which follows the rows that it covers.

use dbsql_core::{Client, Error, ErrorKind, ResultSet, RetryAdvice, Runtime};

use super::case::{Access, Case, File, FileFault, Frames, Page, PageFault, Store};
use super::encode;
use super::world::World;
use crate::support::config;

const FRAMES: Frames = Frames {
    count: 1,
    linked: false,
    block_checksums: false,
    content_checksum: true,
    content_size: false,
    block_size: 4,
    block: 300,
    extras: false,
};

/// Eight rows in two pages. The store sends this many bytes at a time.
fn damaged(page: Page, chunk: usize) -> Case {
    let good = Page::Inline(vec![3], FRAMES);
    Case {
        access: Access::ByRow,
        arrow: true,
        lz4: true,
        pages: vec![good, page],
        text: 40,
        says_more: true,
        exact_start: true,
        confirm_end: false,
        budget: 1 << 20,
        max_downloads: 16,
        link_life: 1 << 20,
        store: Store {
            ignores_ranges: false,
            says_ranges: true,
            etags: true,
            lengths: true,
            chunk,
            latency: 0,
            announced: None,
        },
        from: 0,
        acts: Vec::new(),
        page_faults: vec![PageFault::None, PageFault::Flip(255, 0)],
        // The last byte of the file is part of the checksum.
        file_faults: vec![match chunk {
            usize::MAX => FileFault::Flip(255, 0),
            chunk => FileFault::FlipAndTrickle(255, 0, chunk),
        }],
    }
}

async fn opened(case: &Case) -> (World, ResultSet) {
    let runtime = Runtime::seeded(7);
    let world = World::new(case, &runtime);
    let settings = config().byte_budget(case.budget);
    let builder = Client::builder(settings).transport(world.clone()).runtime(runtime);
    let query = builder.build().unwrap().execute_async("SELECT 1").await.unwrap();
    (world, query.get_results().await.unwrap())
}

/// The number of correct rows, and the error that ended the result.
async fn read(results: &mut ResultSet, text: usize) -> (usize, Option<Error>) {
    let mut row = 0;
    loop {
        match results.next().await {
            Ok(Some(batch)) => row += encode::check(&batch, row, text).unwrap(),
            Ok(None) => return (row, None),
            Err(error) => return (row, Some(error)),
        }
    }
}

fn file() -> Page {
    Page::Links(vec![File { batches: vec![3, 2], padding: 0, frames: FRAMES }])
}

#[tokio::test(start_paused = true)]
async fn late_checksum_error_names_the_first_affected_row() {
    let case = damaged(file(), 100);
    let (world, mut results) = opened(&case).await;
    let (rows, error) = read(&mut results, case.text).await;
    let error = error.expect("the rows may be wrong");
    assert!(rows > 3, "rows were returned as they arrived");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Decode, RetryAdvice::Never), "{error}");
    assert!(error.to_string().contains("rows from row 3 on may be wrong"), "{error}");
    assert_eq!(world.flips(), 1, "no second download hid it");
}

#[tokio::test(start_paused = true)]
async fn file_with_a_bad_checksum_is_reread_before_any_row() {
    let case = damaged(file(), usize::MAX);
    let (world, mut results) = opened(&case).await;
    let (rows, error) = read(&mut results, case.text).await;
    assert!(error.is_none() && rows == 8, "{rows} rows: {error:?}");
    assert_eq!(world.flips(), 1);
}

#[tokio::test(start_paused = true)]
async fn inline_batch_with_a_bad_checksum_is_fetched_again() {
    let case = damaged(Page::Inline(vec![3, 2], FRAMES), usize::MAX);
    let (world, mut results) = opened(&case).await;
    let (rows, error) = read(&mut results, case.text).await;
    assert!(error.is_none() && rows == 8, "{rows} rows: {error:?}");
    assert_eq!((world.flips(), world.requests()), (1, 3));
}
