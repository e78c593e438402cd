//! The decoders of `dbsql-arrow`: files and inline batches in pieces, schemas, column sets.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::DataType;
use bytes::Bytes;
use dbsql_arrow::{BufferPool, Decoder, ErrorKind, Layout, Step};
use dbsql_protocol::types::{TColumn, TRowSet, TTableSchema};
use dbsql_protocol::wire::{Reader, ThriftStruct};

use crate::input::{Input, Pieces};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// The maximum expansion of LZ4, about.
const LZ4_RATIO: usize = 255;

/// What a decoder may hold beyond its limit and its input: two LZ4 blocks.
const LZ4_BLOCKS: usize = 2 * (4 * MIB + 64 * KIB);

/// Allowance for small allocations.
const SLACK: usize = 256 * KIB;

/// The maximum difference between the reported and the real memory of a decoder.
const TOLERANCE: usize = 4 * KIB;

/// A file without compression.
pub(crate) fn file(input: &[u8]) -> bool {
    stream(input, Source::File, false)
}

/// A file of LZ4 frames.
pub(crate) fn file_lz4(input: &[u8]) -> bool {
    stream(input, Source::File, true)
}

/// An inline batch without compression.
pub(crate) fn inline(input: &[u8]) -> bool {
    stream(input, Source::Inline, false)
}

/// An inline batch of LZ4 frames.
pub(crate) fn inline_lz4(input: &[u8]) -> bool {
    stream(input, Source::Inline, true)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    File,
    Inline,
}

/// The first byte of an input selects the limit, the second one the pieces; then follow the
/// announced schema and the stream.
fn stream(input: &[u8], source: Source, lz4: bool) -> bool {
    const LIMITS: [usize; 4] = [MIB, 64 * KIB, 4 * KIB, 16 * MIB];
    let mut input = Input::new(input);
    let limit = LIMITS[usize::from(input.byte() % 4)];
    let pieces = Pieces::new(input.byte());
    let schema = Bytes::copy_from_slice(input.section());
    let bytes = input.rest();
    let Ok(layout) = Layout::new(Some(schema.clone()), None, lz4) else { return false };
    let decoder = || match source {
        Source::File => Some(layout.file(limit, &BufferPool::new())),
        Source::Inline => layout.inline(limit, &BufferPool::new()).ok(),
    };
    let (Some(whole), Some(in_pieces)) = (decoder(), decoder()) else { return false };

    let content = if lz4 { bytes.len().saturating_mul(LZ4_RATIO) } else { bytes.len() };
    // Batches are kept here, so the content counts in addition to the current message.
    let most = 3 * content.min(64 * MIB) + 3 * limit + SLACK + if lz4 { LZ4_BLOCKS } else { 0 };
    let mut decoded = None;
    let used = allocation_counter::measure(|| {
        decoded = Some(drive(whole, &[bytes], limit, lz4));
    });
    let decoded = decoded.expect("it was decoded");
    assert!(
        used.bytes_max <= most as u64,
        "{} bytes for an input of {} and a limit of {limit}",
        used.bytes_max,
        bytes.len()
    );
    check(&decoded.batches, &layout);
    if let Some(pieces) = pieces {
        let again = drive(in_pieces, &pieces.split(bytes), limit, lz4);
        assert_eq!(again.damage(), decoded.damage(), "the end depends on the pieces");
        // The number of rows before a failed checksum depends on the pieces.
        let common = again.batches.len().min(decoded.batches.len());
        let unverified = [&again, &decoded].map(|run| run.end == Err(ErrorKind::Checksum));
        if !unverified.contains(&true) {
            assert_eq!(again.batches.len(), decoded.batches.len(), "rows depend on the pieces");
        }
        assert_eq!(again.batches[..common], decoded.batches[..common], "the rows differ");
    }
    if decoded.end.is_ok() && !lz4 {
        let stream = match source {
            Source::File => bytes.to_vec(),
            Source::Inline => [&schema[..], bytes].concat(),
        };
        compare(&decoded.batches, &stream);
    }
    decoded.end.is_ok()
}

#[derive(Debug)]
struct Decoded {
    batches: Vec<RecordBatch>,
    end: Result<(), ErrorKind>,
}

impl Decoded {
    /// The end, irrespective of whether rows were returned before the damage.
    fn damage(&self) -> Result<(), ErrorKind> {
        self.end.map_err(|kind| match kind {
            ErrorKind::Checksum => ErrorKind::Malformed,
            kind => kind,
        })
    }
}

/// Pushes the pieces one by one, collects the batches, and checks the reported memory.
fn drive(mut decoder: Decoder, pieces: &[&[u8]], limit: usize, lz4: bool) -> Decoded {
    let mut batches = Vec::new();
    let end = (|| {
        for piece in pieces {
            let held = decoder.held_bytes();
            decoder.push(Bytes::copy_from_slice(piece));
            assert!(decoder.held_bytes() <= held + piece.len() + TOLERANCE, "a push adds more");
            drain(&mut decoder, &mut batches, piece.len())?;
            let pushed: usize = pieces.iter().map(|piece| piece.len()).sum();
            let most = limit + pushed + SLACK + if lz4 { LZ4_BLOCKS } else { 0 };
            assert!(decoder.held_bytes() <= most, "{} bytes are held", decoder.held_bytes());
        }
        decoder.finish()?;
        drain(&mut decoder, &mut batches, pieces.iter().map(|piece| piece.len()).sum())
    })();
    let end = end.map_err(|error: dbsql_arrow::Error| {
        // Formatting an error must not panic.
        let _ = format!("{error} {error:?}");
        error.kind()
    });
    if end.is_err() {
        // Its behavior after an error is unspecified, but it must terminate.
        decoder.push(Bytes::from_static(&[0xff; 16]));
        let _ = decoder.step();
        let _ = decoder.finish();
        let _ = decoder.step();
    }
    Decoded { batches, end }
}

fn drain(
    decoder: &mut Decoder,
    batches: &mut Vec<RecordBatch>,
    pushed: usize,
) -> dbsql_arrow::Result<()> {
    let most = 1_000 + 64 * (pushed + decoder.held_bytes());
    for _ in 0..most {
        let (held, next) = (decoder.held_bytes(), decoder.next_bytes());
        let step = decoder.step();
        assert!(
            decoder.held_bytes() <= held + next + TOLERANCE,
            "a step adds {} bytes and announced {next}",
            decoder.held_bytes() - held
        );
        match step? {
            Step::Batch(batch) => batches.push(batch),
            Step::Worked => {}
            Step::NeedsInput => return Ok(()),
        }
    }
    panic!("{most} steps for {pushed} bytes");
}

/// Checks the invariants of every batch.
fn check(batches: &[RecordBatch], layout: &Layout) {
    for batch in batches {
        assert!(batch.num_rows() > 0, "a batch without rows");
        assert_eq!(batch.schema_ref(), layout.schema(), "a batch under another schema");
        for column in batch.columns() {
            assert_eq!(column.len(), batch.num_rows());
            column.to_data().validate_full().expect("every value is valid");
        }
    }
}

/// Compares the rows with those of the reader of the Arrow project.
fn compare(batches: &[RecordBatch], stream: &[u8]) {
    let Ok(reader) = StreamReader::try_new(stream, None) else { return };
    let expected: Result<Vec<_>, _> = reader.collect();
    let Ok(expected) = expected else { return };
    let expected: Vec<_> = expected.into_iter().filter(|batch| batch.num_rows() > 0).collect();
    assert_eq!(batches.len(), expected.len(), "the number of batches");
    for (batch, expected) in batches.iter().zip(&expected) {
        assert_eq!(batch.columns(), expected.columns(), "the rows of a batch");
    }
}

/// A schema message.
pub(crate) fn schema(input: &[u8]) -> bool {
    let bytes = Bytes::copy_from_slice(input);
    let mut layout = None;
    let used = allocation_counter::measure(|| layout = Some(Layout::new(Some(bytes), None, false)));
    let most = 256 * input.len() + SLACK;
    assert!(used.bytes_max <= most as u64, "{} bytes for {}", used.bytes_max, input.len());
    match layout.expect("it was read") {
        Ok(layout) => {
            let _ = format!("{:?}", layout.schema());
            !layout.schema().fields().is_empty()
        }
        Err(error) => {
            let _ = format!("{error} {error:?}");
            assert_eq!(error.kind(), ErrorKind::Malformed);
            false
        }
    }
}

/// A column set: its schema, then the set.
pub(crate) fn columns(input: &[u8]) -> bool {
    let mut input = Input::new(input);
    let schema = Bytes::copy_from_slice(input.section());
    let set = Bytes::copy_from_slice(input.rest());
    let size = schema.len() + set.len();
    let Ok(schema) = TTableSchema::read(&mut Reader::new(schema)) else { return false };
    let Ok(set) = TRowSet::read(&mut Reader::new(set)) else { return false };
    let columns = set.columns.unwrap_or_default();
    let layout = Layout::new(None, Some(&schema), false).expect("a table is a schema");
    let mut batch = None;
    let used = allocation_counter::measure(|| batch = Some(layout.columns(&columns)));
    // Two bytes of a NULL bitmap and five of a string become sixteen of a decimal.
    let most = 64 * size + SLACK;
    assert!(used.bytes_max <= most as u64, "{} bytes for {size}", used.bytes_max);
    match batch.expect("it was decoded") {
        Ok(Some(batch)) => {
            assert_eq!(
                Ok(batch.num_rows()),
                dbsql_arrow::row_count(&columns).map_err(|e| e.kind())
            );
            check(std::slice::from_ref(&batch), &layout);
            for (array, column) in batch.columns().iter().zip(&columns) {
                compare_column(array, column);
            }
            true
        }
        Ok(None) => false,
        Err(error) => {
            let _ = format!("{error} {error:?}");
            false
        }
    }
}

/// Compares the values one by one with those of the column.
fn compare_column(array: &dyn Array, column: &TColumn) {
    let is_null = |nulls: &[u8], row: usize| {
        nulls.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
    };
    match (array.data_type(), column) {
        (DataType::Int64, TColumn::I64Val(column)) => {
            let array = array.as_primitive::<Int64Type>();
            for (row, value) in column.values.iter().enumerate() {
                assert_eq!(array.is_null(row), is_null(&column.nulls, row));
                assert!(array.is_null(row) || array.value(row) == value);
            }
        }
        (DataType::Boolean, TColumn::BoolVal(column)) => {
            let array = array.as_boolean();
            for (row, value) in column.values.iter().enumerate() {
                assert_eq!(array.is_null(row), is_null(&column.nulls, row));
                assert!(array.is_null(row) || array.value(row) == value);
            }
        }
        (DataType::Utf8, TColumn::StringVal(column)) => {
            let array = array.as_string::<i32>();
            for (row, value) in column.values.iter().enumerate() {
                assert_eq!(array.is_null(row), is_null(&column.nulls, row));
                assert!(array.is_null(row) || array.value(row).as_bytes() == value);
            }
        }
        _ => {}
    }
}
