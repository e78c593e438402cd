//! Reading rows: by offset, by size, compressed, as columns.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Int8Array,
    Int32Array, RecordBatch, TimestampMicrosecondArray,
};
use arrow_schema::{Field, Schema};
use dbsql_local::engine::scripted::Answer;
use dbsql_local::{NullBitmaps, Quirks, Settings};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TColumn, TExecuteStatementReq, TFetchOrientation, TFetchResultsReq, TSparkArrowTypes,
    TSparkRowSetType, TTypeEntry, TTypeId, TTypeQualifierValue,
};
use dbsql_protocol::types::{TOpenSessionReq, TOperationHandle};

use crate::support::{TEN, Warehouse, from_row, ids, next, refused, statement, unpacked};

async fn finished(w: &Warehouse, request: TExecuteStatementReq) -> TOperationHandle {
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    w.client.wait(&handle).await;
    handle
}

#[tokio::test(start_paused = true)]
async fn any_rows_can_be_reread_by_offset() {
    let w = Warehouse::start().await;
    let handle = finished(&w, statement(&w.session, TEN)).await;
    for (row, max_rows, expected) in [(3, 4, 3..7), (0, 100, 0..10), (3, 4, 3..7), (9, 1, 9..10)] {
        let rows = w.client.fetch(from_row(&handle, row, max_rows)).await;
        assert_eq!(rows.results.as_ref().expect("rows").start_row_offset, row);
        assert_eq!(rows.has_more_rows, Some(expected.end < 10));
        assert_eq!(ids(&rows), expected.collect::<Vec<_>>());
    }
    let beyond = w.client.fetch(from_row(&handle, 99, 5)).await;
    assert_eq!(beyond.results.as_ref().expect("rows").start_row_offset, 10);
    assert_eq!((ids(&beyond).len(), beyond.has_more_rows), (0, Some(false)));
}

#[tokio::test(start_paused = true)]
async fn next_continues_and_first_restarts() {
    let w = Warehouse::start().await;
    let handle = finished(&w, statement(&w.session, TEN)).await;
    assert_eq!(ids(&w.client.fetch(next(&handle, 4)).await), [0, 1, 2, 3]);
    assert_eq!(ids(&w.client.fetch(next(&handle, 4)).await), [4, 5, 6, 7]);
    let first =
        TFetchResultsReq { orientation: TFetchOrientation::FETCH_FIRST, ..next(&handle, 2) };
    assert_eq!(ids(&w.client.fetch(first).await), [0, 1]);
    assert_eq!(ids(&w.client.fetch(next(&handle, 2)).await), [2, 3]);
    assert_eq!(ids(&w.client.fetch(from_row(&handle, 8, 1)).await), [8]);
    assert_eq!(ids(&w.client.fetch(next(&handle, 2)).await), [9]);
}

#[tokio::test(start_paused = true)]
async fn invalid_limits_are_rejected() {
    let w = Warehouse::start().await;
    let handle = finished(&w, statement(&w.session, TEN)).await;
    let absolute =
        TFetchResultsReq { orientation: TFetchOrientation::FETCH_LAST, ..next(&handle, 1) };
    for request in [from_row(&handle, -1, 1), next(&handle, -1), absolute] {
        let answer = w.client.call::<rpc::FetchResults>(&request).await.expect("an answer");
        assert!(refused(&answer.status).contains("INVALID_PARAMETER_VALUE"), "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn page_respects_the_requested_bytes() {
    let w = Warehouse::start().await;
    let handle = finished(&w, statement(&w.session, TEN)).await;
    let request = TFetchResultsReq { max_bytes: Some(40), ..next(&handle, 100) };
    assert_eq!(ids(&w.client.fetch(request).await), [0, 1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn metadata_is_returned_with_the_rows_on_request() {
    let w = Warehouse::start().await;
    let handle = finished(&w, statement(&w.session, TEN)).await;
    let described = w.client.metadata(&handle).await;
    assert_eq!(described.result_format, Some(TSparkRowSetType::ARROW_BASED_SET));
    assert_eq!(described.is_staging_operation, Some(false));
    let rows = w.client.fetch(next(&handle, 1)).await;
    assert_eq!(rows.result_set_metadata.as_ref(), Some(&described));
    let request = TFetchResultsReq { include_result_set_metadata: None, ..next(&handle, 1) };
    assert!(w.client.fetch(request).await.result_set_metadata.is_none());
}

#[tokio::test(start_paused = true)]
async fn compressed_batches_are_separate_frames() {
    for lz4_frames in [1, 3] {
        let quirks = Quirks { lz4_frames, ..Quirks::default() };
        let w = Warehouse::with_settings(Settings { quirks, ..Settings::default() }).await;
        let request = TExecuteStatementReq {
            can_decompress_lz4_result: Some(true),
            ..statement(&w.session, TEN)
        };
        let handle = finished(&w, request).await;
        let rows = w.client.fetch(next(&handle, 100)).await;
        let metadata = rows.result_set_metadata.as_ref().expect("has metadata");
        assert_eq!(metadata.lz4_compressed, Some(true));
        assert_eq!(ids(&rows), (0..10).collect::<Vec<_>>());
        let batches = rows.results.expect("rows").arrow_batches.expect("batches");
        assert_eq!(batches.len(), 2);
        for batch in batches {
            let magic = [0x04, 0x22, 0x4d, 0x18];
            let frames = batch.batch.windows(4).filter(|bytes| *bytes == magic).count();
            // One more for the empty one.
            assert_eq!(frames, if lz4_frames == 1 { 1 } else { lz4_frames + 1 });
            assert_eq!(unpacked(&batch.batch)[..4], [0xff; 4], "not a message by itself");
        }
    }
}

/// A table with a column of each type, and a NULL in each.
fn kinds() -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("t", Arc::new(Int8Array::from(vec![Some(-1), None]))),
        ("f", Arc::new(Float32Array::from(vec![Some(0.5), None]))),
        ("x", Arc::new(BinaryArray::from(vec![Some(&b"\xff"[..]), None]))),
        ("d", Arc::new(Date32Array::from(vec![Some(0), None]))),
        ("ts", Arc::new(TimestampMicrosecondArray::from(vec![Some(1), None]).with_timezone("UTC"))),
        (
            "n",
            Arc::new(
                Decimal128Array::from(vec![Some(1234), None])
                    .with_precision_and_scale(10, 2)
                    .expect("valid"),
            ),
        ),
    ];
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("a batch")
}

#[tokio::test(start_paused = true)]
async fn client_without_arrow_gets_columns() {
    let w = Warehouse::start().await;
    let _ = w.engine.clone().on("kinds", Answer::rows(vec![kinds()]));
    let request =
        TExecuteStatementReq { can_read_arrow_result: None, ..statement(&w.session, "kinds") };
    let handle = finished(&w, request).await;
    let metadata = w.client.metadata(&handle).await;
    assert_eq!(metadata.result_format, Some(TSparkRowSetType::COLUMN_BASED_SET));
    assert!(metadata.arrow_schema.is_none());
    let types: Vec<_> = metadata
        .schema
        .expect("a schema")
        .columns
        .into_iter()
        .map(|column| match &column.type_desc.types[..] {
            [TTypeEntry::PrimitiveEntry(entry)] => entry.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let ids: Vec<_> = types.iter().map(|entry| entry.r#type).collect();
    let expected = [
        TTypeId::BOOLEAN_TYPE,
        TTypeId::TINYINT_TYPE,
        TTypeId::FLOAT_TYPE,
        TTypeId::BINARY_TYPE,
        TTypeId::DATE_TYPE,
        TTypeId::TIMESTAMP_TYPE,
        TTypeId::DECIMAL_TYPE,
    ];
    assert_eq!(ids, expected);
    let qualifiers = &types[6].type_qualifiers.as_ref().expect("has qualifiers").qualifiers;
    assert_eq!(qualifiers["scale"], TTypeQualifierValue::I32Value(2));

    let rows = w.client.fetch(next(&handle, 100)).await.results.expect("rows");
    let columns = rows.columns.expect("columns");
    let texts: Vec<_> = columns.iter().map(shown).collect();
    let expected = [
        "[true, false]",
        "[-1, 0]",
        "[0.5, 0.0]",
        "[[255], []]",
        "[\"1970-01-01\", \"\"]",
        "[\"1970-01-01 00:00:00.000001\", \"\"]",
        "[\"12.34\", \"\"]",
    ];
    assert_eq!(texts, expected);
}

#[tokio::test(start_paused = true)]
async fn null_bitmaps_are_longer_or_shorter_by_quirk() {
    let ints = |nulls: &[usize], length: usize| -> ArrayRef {
        Arc::new(Int32Array::from_iter((0..length).map(|row| (!nulls.contains(&row)).then_some(7))))
    };
    let columns = |length: usize| {
        let columns = [("none", ints(&[], length)), ("early", ints(&[1], length))];
        let late = ("late", ints(&[0, length - 1], length));
        let columns = columns.into_iter().chain([late]);
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
            .expect("a batch")
    };
    const REST: [u8; 8] = [0xff; 8];
    let cases: [(NullBitmaps, usize, [Vec<u8>; 3]); 6] = [
        (NullBitmaps::Exact, 10, [vec![0, 0], vec![2, 0], vec![1, 2]]),
        (NullBitmaps::Exact, 16, [vec![0, 0], vec![2, 0], vec![1, 0x80]]),
        (NullBitmaps::Short, 10, [vec![], vec![2], vec![1, 2]]),
        (NullBitmaps::Short, 20, [vec![], vec![2], vec![1, 0, 8]]),
        (
            NullBitmaps::Long,
            10,
            [[0, 0xfc], [2, 0xfc], [1, 0xfe]].map(|bits| [&bits[..], &REST].concat()),
        ),
        (NullBitmaps::Long, 8, [0, 2, 0x81].map(|bits| [&[bits][..], &REST].concat())),
    ];
    for (null_bitmaps, length, expected) in cases {
        let quirks = Quirks { null_bitmaps, ..Quirks::default() };
        let w = Warehouse::with_settings(Settings { quirks, ..Settings::default() }).await;
        let _ = w.engine.clone().on("columns", Answer::rows(vec![columns(length)]));
        let request = TExecuteStatementReq {
            can_read_arrow_result: None,
            ..statement(&w.session, "columns")
        };
        let handle = finished(&w, request).await;
        let rows = w.client.fetch(next(&handle, 100)).await.results.expect("rows");
        for (column, expected) in rows.columns.expect("columns").iter().zip(expected) {
            let TColumn::I32Val(column) = column else { panic!("{column:?}") };
            assert_eq!((column.values.len(), &column.nulls[..]), (length, &expected[..]));
        }
    }
}

/// Formats the values; the second is NULL in each column.
fn shown(column: &TColumn) -> String {
    macro_rules! values {
        ($column:expr) => {{
            assert_eq!($column.nulls.as_ref(), [0b10], "{column:?}");
            format!("{:?}", $column.values.iter().collect::<Vec<_>>())
        }};
    }
    match column {
        TColumn::BoolVal(column) => values!(column),
        TColumn::ByteVal(column) => values!(column),
        TColumn::DoubleVal(column) => values!(column),
        TColumn::BinaryVal(column) => values!(column),
        TColumn::StringVal(column) => {
            assert_eq!(column.nulls.as_ref(), [0b10], "{column:?}");
            format!("{:?}", column.values.iter_str().collect::<Result<Vec<_>, _>>().expect("text"))
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn types_not_requested_as_arrow_are_sent_as_text() {
    let w = Warehouse::start().await;
    let _ = w.engine.clone().on("kinds", Answer::rows(vec![kinds()]));
    let native = TSparkArrowTypes {
        timestamp_as_arrow: Some(true),
        decimal_as_arrow: Some(false),
        ..TSparkArrowTypes::default()
    };
    let request = TExecuteStatementReq {
        use_arrow_native_types: Some(native),
        ..statement(&w.session, "kinds")
    };
    let handle = finished(&w, request).await;
    let schema = w.client.metadata(&handle).await.arrow_schema.expect("a schema");
    let reader = arrow_ipc::reader::StreamReader::try_new(&schema[..], None).expect("a stream");
    let types: Vec<_> = reader
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let sql = &field.metadata()[dbsql_local::engine::SQL_TYPE_NAME];
            format!("{}: {sql}", field.data_type())
        })
        .collect();
    assert_eq!(types[5], "Timestamp(µs, \"UTC\"): TIMESTAMP");
    assert_eq!(types[6], "Utf8: DECIMAL(10,2)");
    assert_eq!(types[1], "Int8: TINYINT");
}

#[tokio::test(start_paused = true)]
async fn older_protocol_version_has_fewer_features() {
    let w = Warehouse::start().await;
    let old = TOpenSessionReq { client_protocol_i64: Some(42244), ..TOpenSessionReq::default() };
    let session = w.client.open_with(old).await.session_handle.expect("a handle");
    assert_eq!(session.server_protocol_version, Some(42244));
    let request =
        TExecuteStatementReq { can_decompress_lz4_result: Some(true), ..statement(&session, TEN) };
    let handle = finished(&w, request).await;
    let metadata = w.client.metadata(&handle).await;
    assert_eq!((metadata.lz4_compressed, metadata.arrow_schema), (Some(false), None));
    assert!(w.client.fetch(next(&handle, 1)).await.result_set_metadata.is_none());
}

#[tokio::test(start_paused = true)]
async fn empty_pages_precede_each_page_by_quirk() {
    let quirks = Quirks { empty_pages: true, ..Quirks::default() };
    let w = Warehouse::with_settings(Settings { quirks, ..Settings::default() }).await;
    let handle = finished(&w, statement(&w.session, TEN)).await;
    let mut pages = Vec::new();
    loop {
        let mut request = next(&handle, 6);
        request.include_result_set_metadata = None;
        let page = w.client.fetch(request).await;
        let rows = page.results.as_ref().expect("rows");
        let count: i64 = rows.arrow_batches.iter().flatten().map(|batch| batch.row_count).sum();
        pages.push((rows.start_row_offset, count));
        if page.has_more_rows != Some(true) {
            break;
        }
    }
    assert_eq!(pages, [(0, 0), (0, 6), (6, 0), (6, 4)]);
}

#[tokio::test(start_paused = true)]
async fn rows_of_a_running_statement_are_rejected() {
    let w = Warehouse::start().await;
    let handle = w.client.submit(&w.session, crate::support::ENDLESS).await;
    let answer = w.client.call::<rpc::FetchResults>(&next(&handle, 1)).await.expect("an answer");
    let message = answer.status.error_message.as_deref().unwrap_or_default();
    assert!(message.contains("Expected state FINISHED, but found"), "{message}");
    refused(&answer.status);
}
