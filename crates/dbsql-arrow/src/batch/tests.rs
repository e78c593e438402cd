//! Arrays of every type, whole and sliced: their size, and that a copy shares nothing.

use arrow_array::builder::{
    BinaryViewBuilder, FixedSizeBinaryBuilder, FixedSizeListBuilder, Int32Builder, ListBuilder,
    MapBuilder, StringBuilder, StringDictionaryBuilder, StringRunBuilder, StringViewBuilder,
};
use arrow_array::types::{Int16Type, Int32Type};
use arrow_array::{
    BinaryArray, BooleanArray, Date32Array, Decimal128Array, Decimal256Array, Float64Array,
    GenericListViewArray, Int8Array, Int32Array, Int64Array, IntervalMonthDayNanoArray,
    LargeBinaryArray, LargeListArray, LargeStringArray, ListArray, NullArray, StringArray,
    StructArray, TimestampMicrosecondArray, UnionArray,
};
use arrow_buffer::{IntervalMonthDayNano, OffsetBuffer, ScalarBuffer, i256};
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{Field, Schema, UnionFields};
use bytes::Bytes;

use super::*;

const ROWS: i32 = 100;

/// Every fifth value is null.
fn some<T>(value: impl Fn(i32) -> T) -> impl Iterator<Item = Option<T>> {
    (0..ROWS).map(move |row| (row % 5 != 1).then(|| value(row)))
}

fn text(row: i32) -> String {
    format!("{row} {}", "é".repeat(row as usize % 17))
}

fn ints() -> Int32Array {
    some(|row| row).collect()
}

fn list() -> ListArray {
    let mut list = ListBuilder::new(Int32Builder::new());
    for row in 0..ROWS {
        list.values().extend((0..row % 4).map(|item| (item != 2).then_some(item + row)));
        list.append(row % 5 != 1);
    }
    list.finish()
}

/// Lists in another order than their items, with a gap, and with one that overlaps another.
fn list_views<O: OffsetSizeTrait>() -> GenericListViewArray<O> {
    let size = |row: i32| O::usize_as(row as usize % 3);
    let start = |row: i32| O::usize_as(90 - row as usize % 50);
    let offsets: Vec<O> = (0..ROWS).map(start).collect();
    let sizes: Vec<O> = (0..ROWS).map(size).collect();
    let field = Arc::new(Field::new("item", DataType::Int32, true));
    GenericListViewArray::new(
        field,
        offsets.into(),
        sizes.into(),
        Arc::new(ints()),
        Some((0..ROWS).map(|row| row % 7 != 0).collect()),
    )
}

fn union(dense: bool) -> UnionArray {
    let fields =
        [(0, Field::new("a", DataType::Int32, true)), (1, Field::new("b", DataType::Utf8, true))];
    let fields: UnionFields = fields.into_iter().map(|(id, field)| (id, Arc::new(field))).collect();
    let ids: ScalarBuffer<i8> = (0..ROWS).map(|row| (row % 2) as i8).collect();
    let offsets = dense.then(|| (0..ROWS).rev().map(|row| row / 2).collect());
    let children: Vec<ArrayRef> =
        vec![Arc::new(ints()), Arc::new(some(text).collect::<StringArray>())];
    UnionArray::try_new(fields, ids, offsets, children).unwrap()
}

/// A column of each type of Arrow.
fn columns() -> Vec<ArrayRef> {
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    let mut fixed = FixedSizeBinaryBuilder::new(3);
    let mut pairs = FixedSizeListBuilder::new(Int32Builder::new(), 2);
    let mut dictionary = StringDictionaryBuilder::<Int16Type>::new();
    let mut runs = StringRunBuilder::<Int32Type>::new();
    let mut views = StringViewBuilder::new().with_fixed_block_size(64);
    let mut binary_views = BinaryViewBuilder::new();
    for row in 0..ROWS {
        let null = row % 5 == 1;
        for key in 0..row % 3 {
            map.keys().append_value(text(key));
            map.values().append_value(row);
        }
        map.append(!null).unwrap();
        if null {
            fixed.append_null();
        } else {
            fixed.append_value([row as u8; 3]).unwrap();
        }
        pairs.values().append_value(row);
        pairs.values().append_option((!null).then_some(-row));
        pairs.append(!null);
        dictionary.append_option((!null).then(|| text(row % 11)));
        runs.append_value(text(row / 7));
        views.append_option((!null).then(|| text(row)));
        binary_views.append_option((!null).then(|| text(row)));
    }
    let texts: StringArray = some(text).collect();
    let fields = vec![
        Field::new("texts", DataType::Utf8, true),
        Field::new("lists", list().data_type().clone(), true),
    ];
    let nulls = (0..ROWS).map(|row| row % 3 != 0).collect();
    let structs = StructArray::new(
        fields.into(),
        vec![Arc::new(texts.clone()), Arc::new(list())],
        Some(nulls),
    );
    let offsets = OffsetBuffer::<i64>::from_lengths((0..ROWS as usize).map(|row| row % 2));
    let item = Arc::new(Field::new("item", DataType::Utf8, true));
    vec![
        Arc::new(NullArray::new(ROWS as usize)),
        Arc::new(some(|row| row % 3 == 0).collect::<BooleanArray>()),
        Arc::new(some(|row| row as i8).collect::<Int8Array>()),
        Arc::new(ints()),
        Arc::new(Int64Array::from_iter_values((0..ROWS).map(i64::from))),
        Arc::new(some(f64::from).collect::<Float64Array>()),
        Arc::new(some(|row| row).collect::<Date32Array>()),
        Arc::new(some(i64::from).collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        Arc::new(some(i128::from).collect::<Decimal128Array>()),
        Arc::new(some(|row| i256::from(i128::from(row))).collect::<Decimal256Array>()),
        Arc::new(
            some(|row| IntervalMonthDayNano::new(row, row, 7))
                .collect::<IntervalMonthDayNanoArray>(),
        ),
        Arc::new(texts.clone()),
        Arc::new(some(text).collect::<LargeStringArray>()),
        Arc::new(some(text).collect::<BinaryArray>()),
        Arc::new(some(text).collect::<LargeBinaryArray>()),
        Arc::new(fixed.finish()),
        Arc::new(views.finish()),
        Arc::new(binary_views.finish()),
        Arc::new(list()),
        Arc::new(LargeListArray::new(item, offsets, Arc::new(texts), None)),
        Arc::new(list_views::<i32>()) as ArrayRef,
        Arc::new(list_views::<i64>()),
        Arc::new(pairs.finish()),
        Arc::new(map.finish()),
        Arc::new(structs),
        Arc::new(dictionary.finish()),
        Arc::new(runs.finish()),
        Arc::new(union(true)),
        Arc::new(union(false)),
    ]
}

fn batch(columns: Vec<ArrayRef>) -> RecordBatch {
    let fields: Vec<_> =
        columns.iter().map(|column| Field::new("c", column.data_type().clone(), true)).collect();
    let metadata = [("key".to_owned(), "value".to_owned())].into();
    let rows = columns.first().map(|column| column.len());
    let options = RecordBatchOptions::new().with_row_count(rows);
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    RecordBatch::try_new_with_options(schema, columns, &options).unwrap()
}

/// Returns the address ranges of the buffers of an array and its children.
fn buffers(array: &ArrayRef) -> Vec<Range<usize>> {
    fn range(buffer: &Buffer) -> Range<usize> {
        let start = buffer.data_ptr().as_ptr().addr();
        start..start + buffer.capacity()
    }
    let data = array.to_data();
    let own = data.buffers().iter().chain(data.nulls().map(|nulls| nulls.buffer())).map(range);
    let children = data.child_data().iter().flat_map(|child| buffers(&make_array(child.clone())));
    own.chain(children).filter(|range| !range.is_empty()).collect()
}

#[test]
fn copy_of_any_slice_equals_it_and_shares_nothing() {
    for column in columns() {
        for (offset, len) in [(0, 100), (3, 50), (8, 24), (17, 83), (41, 1), (100, 0), (0, 0)] {
            let name = format!("{} {offset} {len}", column.data_type());
            let whole = batch(vec![Arc::clone(&column)]);
            let slice = whole.slice(offset, len);
            let copy = compact(&slice);
            assert_eq!(copy, slice, "{name}");
            assert_eq!(copy.schema(), slice.schema(), "{name}");
            for range in buffers(copy.column(0)) {
                for other in buffers(&column) {
                    assert!(range.end <= other.start || other.end <= range.start, "{name}");
                }
            }
            // A slice of a copy is a copy of a slice.
            let (start, half) = (len / 3, len / 2);
            assert_eq!(compact(&copy.slice(start, half)), slice.slice(start, half), "{name}");
        }
    }
}

#[test]
fn copy_is_as_small_as_its_rows_and_padding() {
    for column in columns() {
        for (offset, len) in [(0, 100), (3, 50), (41, 1)] {
            let slice = batch(vec![Arc::clone(&column)]).slice(offset, len);
            let name = format!("{} {offset} {len}", column.data_type());
            let copy = compact(&slice);
            let ranges = buffers(copy.column(0));
            let held: usize = ranges.iter().map(Range::len).sum();
            let (size, copied) = (memory_size(&slice), memory_size(&copy));
            assert!(held <= copied + 64 * ranges.len(), "{name}: {held} for {copied}");
            // Bits that start within a byte can take one more byte.
            assert!(copied <= size && size <= copied + 4, "{name}: {size} and {copied}");
        }
    }
}

#[test]
fn size_is_that_of_the_visible_rows() {
    let whole = |column: ArrayRef| batch(vec![column]);
    let longs: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1_000));
    assert_eq!(memory_size(&whole(Arc::clone(&longs))), 8_000);
    assert_eq!(memory_size(&whole(Arc::clone(&longs)).slice(500, 10)), 80);
    assert_eq!(memory_size(&whole(longs).slice(500, 0)), 0);

    // 100 numbers, and 13 bytes of validity.
    assert_eq!(memory_size(&whole(Arc::new(ints()))), 413);
    assert_eq!(memory_size(&whole(Arc::new(ints())).slice(8, 16)), 66);

    let texts: ArrayRef = Arc::new(StringArray::from_iter_values(["abc"; 100]));
    assert_eq!(memory_size(&whole(Arc::clone(&texts))), 101 * 4 + 300);
    assert_eq!(memory_size(&whole(texts).slice(50, 10)), 11 * 4 + 30);

    let bools: ArrayRef = Arc::new(BooleanArray::from(vec![true; 64]));
    assert_eq!(memory_size(&whole(bools).slice(8, 9)), 2);

    // Two lists of two numbers each.
    let lists: ArrayRef = Arc::new(ListArray::new(
        Arc::new(Field::new("item", DataType::Int32, true)),
        OffsetBuffer::from_lengths([2; 50]),
        Arc::new(Int32Array::from_iter_values(0..100)),
        None,
    ));
    assert_eq!(memory_size(&whole(lists).slice(7, 2)), 3 * 4 + 4 * 4);

    let mut views = StringViewBuilder::new();
    for text in ["short", "a text of 20 bytes..", "another of 20 bytes."] {
        views.append_value(text);
    }
    let views: ArrayRef = Arc::new(views.finish());
    assert_eq!(memory_size(&whole(Arc::clone(&views))), 3 * 16 + 40);
    assert_eq!(memory_size(&whole(views).slice(0, 2)), 2 * 16 + 20);

    assert_eq!(memory_size(&RecordBatch::new_empty(Arc::new(Schema::empty()))), 0);
}

#[test]
fn shared_memory_counts_once() {
    let longs = Arc::new(Int64Array::from_iter_values(0..100));
    let same: ArrayRef = Arc::clone(&longs) as _;
    assert_eq!(memory_size(&batch(vec![Arc::clone(&same), same])), 800);
    let overlapping: Vec<ArrayRef> = vec![
        Arc::new(longs.slice(0, 60)),
        Arc::new(longs.slice(20, 60)),
        Arc::new(longs.slice(30, 60)),
    ];
    assert_eq!(memory_size(&batch(overlapping)), 720);
    // A view shared by several rows.
    let mut views = StringViewBuilder::new().with_deduplicate_strings();
    (0..10).for_each(|_| views.append_value("a text of 20 bytes.."));
    assert_eq!(memory_size(&batch(vec![Arc::new(views.finish())])), 10 * 16 + 20);
}

#[test]
fn copy_without_columns_keeps_its_rows() {
    let options = RecordBatchOptions::new().with_row_count(Some(7));
    let schema = Arc::new(Schema::empty());
    let rows = RecordBatch::try_new_with_options(schema, Vec::new(), &options).unwrap();
    assert_eq!((compact(&rows).num_rows(), memory_size(&rows)), (7, 0));
    assert_eq!(compact(&rows), rows);
}

/// A part of a result, with a way to see whether it is still in memory.
struct Piece(Vec<u8>, #[expect(dead_code, reason = "counted")] Arc<()>);

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[test]
fn copy_of_a_decoded_batch_releases_its_buffer() {
    // Types that IPC does not support are left out.
    let columns: Vec<_> = columns()
        .into_iter()
        .filter(|column| !matches!(column.data_type(), DataType::RunEndEncoded(..)))
        .collect();
    let sent = batch(columns);
    let mut writer = StreamWriter::try_new(Vec::new(), &sent.schema()).unwrap();
    writer.write(&sent).unwrap();
    let alive = Arc::new(());
    let stream = writer.into_inner().unwrap();
    let piece = Bytes::from_owner(Piece(stream.clone(), Arc::clone(&alive)));
    let mut decoder = StreamDecoder::new();
    let decoded = decoder.decode(&mut Buffer::from(piece)).unwrap().unwrap();
    drop(decoder);
    assert_eq!(decoded, sent);

    assert!(memory_size(&decoded) <= stream.len());
    assert!(decoded.get_array_memory_size() > 4 * stream.len());
    let copy = compact(&decoded);
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(decoded);
    assert_eq!(Arc::strong_count(&alive), 1, "the copy keeps the piece");
    assert_eq!(copy, sent);
}
