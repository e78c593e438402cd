//! Results in all formats, read as by a client.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Int64Array, ListArray, RecordBatch, StringArray,
};
use arrow_ipc::reader::StreamReader;
use arrow_schema::{DataType, Field, Schema};

use std::time::SystemTime;

use super::*;
use crate::engine::{EncodedBatch, EncodedColumns, EncodedFile, EncodedRows, FileLocation};
use crate::result::batches::Batches;
use crate::result::rows::SPILLED_BATCH;

fn options() -> ResultOptions {
    ResultOptions {
        arrow: true,
        link_threshold: None,
        lz4: false,
        lz4_frames: 1,
        arrow_schema: true,
        native: NativeTypes::default(),
        row_limit: None,
        batch_bytes: u64::MAX,
        file_bytes: u64::MAX,
        padding_rows: 0,
        null_bitmaps: NullBitmaps::Exact,
        byte_limit: None,
        most_bytes: None,
        plain: None,
        cut: None,
    }
}

fn result(output: QueryOutput, options: ResultOptions) -> Result<ResultSet, SqlError> {
    ResultSet::new(output, options, room(u64::MAX))
}

/// A room for this many bytes in memory.
fn room(memory: u64) -> Room {
    Room { held: Held::default(), memory, folder: None }
}

/// The numbers from 0, in batches of these sizes.
fn output(sizes: &[usize]) -> QueryOutput {
    let field = Field::new("id", DataType::Int64, false);
    let schema = Arc::new(Schema::new(vec![field]));
    let mut next = 0;
    let batches = sizes.iter().map(|&size| {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(next..next + size as i64));
        next += size as i64;
        RecordBatch::try_new(Arc::clone(&schema), vec![column]).expect("a batch")
    });
    let batches = batches.collect();
    QueryOutput::new(schema, batches)
}

fn request(start: u64, max_rows: u64, max_bytes: u64) -> PageRequest {
    let links_expire = SystemTime::UNIX_EPOCH;
    PageRequest {
        start,
        max_rows,
        max_bytes,
        max_linked_bytes: max_bytes,
        max_links: usize::MAX,
        links_expire,
    }
}

fn no_links(_: Arc<ResultFile>) -> (String, SystemTime) {
    unreachable!("no links in this test")
}

/// Returns the numbers in a page of inline Arrow.
fn inline(result: &ResultSet, page: &Page) -> Vec<i64> {
    let schema = result.arrow_schema().expect("has a schema");
    let PageRows::Arrow(batches) = &page.rows else { panic!("{page:?}") };
    batches
        .iter()
        .flat_map(|batch| {
            let stream = [&schema[..], &batch.bytes[..]].concat();
            let reader = StreamReader::try_new(&stream[..], None).expect("a stream");
            let found: Vec<i64> = reader.flat_map(|batch| ids(&batch.expect("a batch"))).collect();
            assert_eq!(found.len() as u64, batch.rows);
            found
        })
        .collect()
}

fn ids(batch: &RecordBatch) -> Vec<i64> {
    batch.column(0).as_primitive::<Int64Type>().values().to_vec()
}

#[test]
fn pages_of_any_size_contain_every_row_once() {
    for (max_rows, memory) in [1, 2, 3, 7, 100].into_iter().zip([u64::MAX, 0].into_iter().cycle()) {
        for max_bytes in [1, 17, u64::MAX] {
            let result = ResultSet::new(output(&[4, 0, 5, 1]), options(), room(memory));
            let result = result.expect("a result");
            let mut found = Vec::new();
            let mut start = 0;
            while start < result.total() {
                let wanted = request(start, max_rows, max_bytes);
                let page = result.page(wanted, no_links).expect("a page");
                assert_eq!(page.start, start);
                found.extend(inline(&result, &page));
                assert!(page.end > start, "no progress at {start}");
                start = page.end;
            }
            assert_eq!(found, (0..10).collect::<Vec<_>>());
        }
    }
}

#[test]
fn page_respects_its_byte_limit() {
    let result = result(output(&[100]), options()).expect("a result");
    let page = result.page(request(0, u64::MAX, 80), no_links).expect("a page");
    assert_eq!(page.end, 10);
}

#[test]
fn inline_batches_respect_their_byte_limit() {
    let result = result(output(&[10]), ResultOptions { batch_bytes: 32, ..options() });
    let result = result.expect("a result");
    let page = result.page(request(0, u64::MAX, u64::MAX), no_links).expect("a page");
    let PageRows::Arrow(batches) = &page.rows else { panic!("{page:?}") };
    let counts: Vec<_> = batches.iter().map(|batch| batch.rows).collect();
    assert_eq!(counts, [4, 4, 2]);
}

#[test]
fn row_limit_applies_within_a_batch() {
    let limited = ResultOptions { row_limit: Some(6), ..options() };
    let result = result(output(&[4, 4]), limited).expect("a result");
    let page = result.page(request(0, 100, u64::MAX), no_links).expect("a page");
    assert_eq!(inline(&result, &page), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn files_have_padding_after_their_rows() {
    let wanted =
        ResultOptions { link_threshold: Some(0), file_bytes: 40, padding_rows: 2, ..options() };
    let result = result(output(&[8]), wanted).expect("a result");
    let mut files = Vec::new();
    let page = result.page(request(0, 1, u64::MAX), |file| {
        files.push(file);
        (format!("link {}", files.len()), SystemTime::UNIX_EPOCH)
    });
    let PageRows::Links(links) = page.expect("a page").rows else { panic!("has links") };
    let rows: Vec<_> = links.iter().map(|link| (link.start, link.rows)).collect();
    assert_eq!(rows, [(0, 5), (5, 3)]);
    let stream = files[0].bytes().expect("a file");
    assert!(stream.ends_with(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), "no end marker");
    let reader = StreamReader::try_new(&stream[..], None).expect("a stream");
    let found: Vec<i64> = reader.flat_map(|batch| ids(&batch.expect("a batch"))).collect();
    assert_eq!(found, [0, 1, 2, 3, 4, 0, 1]);
}

#[test]
fn modifying_statement_returns_its_row_count() {
    let changed = QueryOutput {
        rows_affected: Some(3),
        ..QueryOutput::new(Arc::new(Schema::empty()), Vec::new())
    };
    let result = result(changed, options()).expect("a result");
    let page = result.page(request(0, 9, u64::MAX), no_links).expect("a page");
    assert_eq!(inline(&result, &page), [3]);
}

#[test]
fn batches_of_another_schema_are_an_error() {
    let mut mixed = output(&[1]);
    mixed.schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Utf8, true)]));
    let error = result(mixed, options()).expect_err("must not be sent");
    assert_eq!(error.error_class.as_deref(), Some("INTERNAL_ERROR"));
}

/// The output of [`output`], encoded in advance.
fn encoded(sizes: &[usize], rows: impl Fn(&[RecordBatch]) -> EncodedRows) -> ResultSet {
    let output = output(sizes);
    let rows = rows(&output.batches);
    result(QueryOutput::encoded(output.schema, rows), options()).expect("a result")
}

#[test]
fn encoded_batches_are_sent_unchanged_within_limits() {
    let result = encoded(&[3, 2, 4], |batches| EncodedRows::Arrow {
        batches: batches
            .iter()
            .map(|batch| EncodedBatch {
                message: ipc::batch(batch).expect("a message"),
                rows: batch.num_rows() as u64,
                bytes: 100,
            })
            .collect(),
        lz4: false,
    });
    assert_eq!((result.total(), result.format()), (9, Format::Arrow));
    for (max_rows, max_bytes, first) in [(1, 1, 3), (5, 300, 5), (9, 200, 5), (9, 300, 9)] {
        let page = result.page(request(0, max_rows, max_bytes), no_links).expect("a page");
        assert_eq!(inline(&result, &page), (0..first).collect::<Vec<_>>());
        assert_eq!(page.end, first as u64);
    }
    let rest = result.page(request(5, 9, 999), no_links).expect("a page");
    assert_eq!(inline(&result, &rest), [5, 6, 7, 8]);
    let end = result.page(request(9, 9, 999), no_links).expect("a page");
    assert_eq!((inline(&result, &end), end.end), (vec![], 9));
    result.page(request(4, 9, 999), no_links).expect_err("row 4 is inside of a message");
}

#[test]
fn encoded_links_keep_their_urls_and_expire() {
    let result = encoded(&[], |_| EncodedRows::Links {
        files: (0..5)
            .map(|file| EncodedFile {
                location: FileLocation::Url(format!("http://x/{file}")),
                rows: 10,
                bytes: 100,
            })
            .collect(),
        lz4: true,
    });
    assert!(result.is_lz4());
    let page = |start, max_bytes, max_links| {
        let wanted = PageRequest { max_links, ..request(start, 1, max_bytes) };
        let page = result.page(wanted, no_links).expect("a page");
        let PageRows::Links(links) = page.rows else { panic!("has links") };
        assert!(links.iter().all(|link| link.expires == SystemTime::UNIX_EPOCH));
        let links = links.into_iter().map(|link| (link.url, link.start, link.rows));
        (links.collect::<Vec<_>>(), page.end)
    };
    let link = |file: u64| (format!("http://x/{file}"), 10 * file, 10);
    assert_eq!(page(0, 999, 2), (vec![link(0), link(1)], 20));
    assert_eq!(page(20, 200, 9), (vec![link(2), link(3)], 40));
    assert_eq!(page(40, 1, 9), (vec![link(4)], 50));
    assert_eq!(page(50, 1, 9), (vec![], 50));
}

#[test]
fn encoded_columns_are_one_page_per_batch() {
    let result =
        encoded(&[3, 2], |batches| EncodedRows::Columns(EncodedColumns::new(batches.to_vec())));
    assert_eq!(result.format(), Format::Columns);
    assert_eq!(result.arrow_schema(), None);
    let page = |start, max_rows| {
        let page = result.page(request(start, max_rows, 1), no_links).expect("a page");
        let (batches, kept) = match page.rows {
            PageRows::KeptColumns(page) => (vec![page.batch.clone()], true),
            PageRows::Columns(batches) => (batches, false),
            other => panic!("{other:?}"),
        };
        (batches.iter().flat_map(ids).collect::<Vec<_>>(), kept, page.end)
    };
    assert_eq!(page(0, 3), (vec![0, 1, 2], true, 3));
    assert_eq!(page(3, 9), (vec![3, 4], true, 5));
    assert_eq!(page(0, 2), (vec![0, 1], false, 2));
    assert_eq!(page(1, 9), (vec![1, 2], false, 3));
    assert_eq!(page(5, 9), (vec![], false, 5));
}

/// Rows of many types, with NULLs, in batches that share their arrays with larger ones.
fn mixed() -> QueryOutput {
    let texts: Vec<_> = (0..10).map(|row| (row % 3 > 0).then(|| "ab".repeat(row))).collect();
    let texts = StringArray::from(texts);
    let rows = (0..10).map(|row| (row % 4 > 0).then(|| (0..row).map(Some)));
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(rows);
    let decimals = Decimal128Array::from_iter_values(0..10);
    let decimals = decimals.with_precision_and_scale(20, 2).expect("it fits");
    let columns: [(&str, ArrayRef); 3] =
        [("t", Arc::new(texts)), ("l", Arc::new(lists)), ("t", Arc::new(decimals))];
    let field =
        |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect("a batch");
    QueryOutput::new(schema, vec![batch.slice(1, 4), batch.slice(5, 5)])
}

#[test]
fn spilled_rows_are_those_in_memory() {
    let all = ResultOptions { native: NativeTypes::all(), ..options() };
    let kept = result(mixed(), all.clone()).expect("a result");
    let room = room(0);
    let spilled = ResultSet::new(mixed(), all, room.clone()).expect("a result");
    assert_eq!(room.held.bytes().memory, 0);
    assert!(room.held.bytes().disk > 0);
    assert_eq!((kept.total(), kept.bytes()), (spilled.total(), spilled.bytes()));
    for start in 0..=9 {
        for end in start..=9 {
            let rows = |from: &ResultSet| from.rows.slice(start, end).expect("rows");
            assert_eq!(rows(&kept), rows(&spilled), "{start} {end}");
        }
    }
    drop(spilled);
    assert_eq!(room.held.bytes(), ResultBytes::default());
}

#[test]
fn spilled_batch_has_a_limited_size() {
    let rows = 2_000_000;
    let room = room(8 * rows as u64 - 1);
    let spilled = ResultSet::new(output(&[rows]), options(), room.clone()).expect("a result");
    let Batches::Spilled(_) = &spilled.rows.batches else { panic!("it is in memory") };
    let size = spilled.rows.sizes.iter().max().copied();
    assert_eq!((size, spilled.bytes()), (Some(SPILLED_BATCH), 8 * rows as u64));
    // There is room again for a result that fits.
    let next = ResultSet::new(output(&[10]), options(), room.clone()).expect("a result");
    assert_eq!(room.held.bytes().memory, 80);
    drop((spilled, next));
    assert_eq!(room.held.bytes(), ResultBytes::default());
}

#[test]
fn result_without_a_usable_folder_is_an_error() {
    let nowhere = Room { folder: Some("/nowhere/at/all".into()), ..room(0) };
    let error = ResultSet::new(output(&[1]), options(), nowhere).expect_err("must fail");
    assert_eq!(error.error_class.as_deref(), Some("INTERNAL_ERROR"));
    assert!(error.message.contains("temporary file"), "{error}");
}
