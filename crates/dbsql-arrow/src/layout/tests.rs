//! Files whose schema differs from the announced one.

use std::sync::Arc;

use arrow_array::types::{Int32Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int32Array, ListArray, MapArray, PrimitiveArray, StringArray,
    StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, TimeUnit};

use super::*;
use crate::samples::{NO_LIMIT, decoded, layout, stream};

mod sql_types;

fn batch(columns: Vec<(Field, ArrayRef)>) -> RecordBatch {
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

fn ints(name: &str, values: &[Option<i32>], nullable: bool) -> (Field, ArrayRef) {
    let values: Int32Array = values.iter().copied().collect();
    (Field::new(name, DataType::Int32, nullable), Arc::new(values))
}

/// Decodes the file under the announced schema.
fn taken(file: &RecordBatch, announced: &Schema) -> Result<RecordBatch> {
    let decoder = layout(announced, false).file(NO_LIMIT, &BufferPool::new());
    let mut batches = decoded(decoder, [&stream(std::slice::from_ref(file))[..]])?;
    Ok(batches.remove(0))
}

fn layout_error(file: &RecordBatch, announced: &Schema) -> String {
    let error = taken(file, announced).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout, "{error}");
    error.to_string()
}

/// Checks that the file is accepted under the announced schema with all its values.
fn assert_taken(file: &RecordBatch, announced: &RecordBatch) {
    assert_eq!(&taken(file, announced.schema_ref()).unwrap(), announced);
    assert_ne!(file.schema_ref(), announced.schema_ref());
}

fn lists(item: &str, nullable: bool) -> (Field, ArrayRef) {
    let item = Arc::new(Field::new(item, DataType::Int32, nullable));
    let values = Int32Array::from(vec![1, 2, 3]);
    let offsets = OffsetBuffer::from_lengths([2, 0, 1]);
    let nulls = Some(NullBuffer::from(vec![true, false, true]));
    let lists = ListArray::new(Arc::clone(&item), offsets, Arc::new(values), nulls);
    (Field::new("l", DataType::List(item), true), Arc::new(lists))
}

fn maps(names: [&str; 3], metadata: &str) -> (Field, ArrayRef) {
    let [entries, key, value] = names;
    let metadata = HashMap::from([("k".to_owned(), metadata.to_owned())]);
    let fields = Fields::from(vec![
        Field::new(key, DataType::Utf8, false),
        Field::new(value, DataType::Int32, true).with_metadata(metadata),
    ]);
    let keys: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
    let values: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
    let structs = StructArray::new(fields.clone(), vec![keys, values], None);
    let entries = Arc::new(Field::new(entries, DataType::Struct(fields), false));
    let offsets = OffsetBuffer::from_lengths([1, 1]);
    let maps = MapArray::new(Arc::clone(&entries), offsets, structs, None, false);
    (Field::new("m", DataType::Map(entries, false), true), Arc::new(maps))
}

fn structs(names: [&str; 2], inner: (Field, ArrayRef)) -> (Field, ArrayRef) {
    let (field, values) = inner;
    let rows = values.len();
    let numbers: ArrayRef = Arc::new(Int32Array::from_iter_values(0..rows as i32));
    let fields = Fields::from(vec![
        Field::new(names[0], DataType::Int32, true),
        Field::new(names[1], field.data_type().clone(), true),
    ]);
    let structs = StructArray::new(fields.clone(), vec![numbers, values], None);
    (Field::new("s", DataType::Struct(fields), true), Arc::new(structs))
}

fn times(zone: &str) -> (Field, ArrayRef) {
    let values: PrimitiveArray<TimestampMicrosecondType> = vec![Some(5), None].into();
    let values = values.with_timezone(zone);
    (Field::new("z", values.data_type().clone(), true), Arc::new(values))
}

#[test]
fn names_of_another_query_are_replaced() {
    let file = batch(vec![ints("x", &[Some(1)], true), ints("y", &[None], true)]);
    let announced = batch(vec![ints("a", &[Some(1)], true), ints("b", &[None], true)]);
    assert_taken(&file, &announced);
    // Some of the names at other positions, but not all the same names.
    let file = batch(vec![ints("b", &[Some(1)], true), ints("y", &[None], true)]);
    assert_taken(&file, &announced);
}

#[test]
fn announced_names_in_another_order_are_an_error() {
    let columns =
        |names: [&str; 3]| batch(names.iter().map(|name| ints(name, &[Some(1)], true)).collect());
    let announced = columns(["a", "b", "c"]);
    for names in [["b", "a", "c"], ["b", "c", "a"], ["a", "c", "b"]] {
        let text = layout_error(&columns(names), announced.schema_ref());
        assert!(text.contains("another order"), "{text}");
    }
    let twice = columns(["a", "a", "b"]);
    assert!(layout_error(&columns(["a", "b", "a"]), twice.schema_ref()).contains("column 1 is b"));
    let file = columns(["a", "a", "b"]);
    assert_eq!(taken(&file, twice.schema_ref()).unwrap(), file);
    // The names in a struct are part of its type.
    let file = batch(vec![structs(["p", "q"], ints("", &[Some(1)], true))]);
    let announced = batch(vec![structs(["q", "p"], ints("", &[Some(1)], true))]);
    layout_error(&file, announced.schema_ref());
}

#[test]
fn nested_names_and_nullability_are_replaced() {
    assert_taken(&batch(vec![lists("element", true)]), &batch(vec![lists("item", true)]));
    assert_taken(&batch(vec![lists("item", false)]), &batch(vec![lists("item", true)]));
    // The announced schema may also be stricter, as long as there are no nulls.
    assert_taken(&batch(vec![lists("item", true)]), &batch(vec![lists("item", false)]));
    assert_taken(
        &batch(vec![maps(["key_value", "k", "v"], "1")]),
        &batch(vec![maps(["entries", "key", "value"], "2")]),
    );
    assert_taken(
        &batch(vec![structs(["p", "q"], lists("element", false))]),
        &batch(vec![structs(["p", "q"], lists("item", true))]),
    );
}

#[test]
fn labels_of_the_same_zone_are_replaced() {
    for zone in ["Etc/UTC", "GMT", "Z", "+00:00"] {
        assert_taken(&batch(vec![times(zone)]), &batch(vec![times("UTC")]));
        assert_taken(
            &batch(vec![structs(["p", "q"], times("UTC"))]),
            &batch(vec![structs(["p", "q"], times(zone))]),
        );
    }
    let text =
        layout_error(&batch(vec![times("Europe/Berlin")]), batch(vec![times("UTC")]).schema_ref());
    assert!(text.starts_with("column 0 (z) is Timestamp"), "{text}");
    assert!(text.contains("Europe/Berlin") && text.contains("UTC"), "{text}");
}

#[test]
fn type_mismatch_error_names_column_and_types() {
    let announced = Schema::new(vec![
        Field::new("a", DataType::Int32, true),
        Field::new("b", DataType::Int64, true),
    ]);
    let file = batch(vec![ints("a", &[Some(1)], true), ints("b", &[None], true)]);
    let text = layout_error(&file, &announced);
    assert_eq!(text, "column 1 (b) is Int32 in the data, expected Int64");
    let file = batch(vec![ints("a", &[Some(1)], true)]);
    assert_eq!(layout_error(&file, &announced), "the data has 1 columns, expected 2");
    let time = |unit| Schema::new(vec![Field::new("z", DataType::Timestamp(unit, None), true)]);
    let file = RecordBatch::new_empty(Arc::new(time(TimeUnit::Millisecond)));
    layout_error(&file, &time(TimeUnit::Microsecond));
}

#[test]
fn nulls_in_a_non_nullable_column_are_an_error() {
    let file = batch(vec![ints("a", &[Some(1), None], true)]);
    let announced = batch(vec![ints("a", &[Some(1)], false)]);
    layout_error(&file, announced.schema_ref());
    // Nested.
    let values = |nullable| batch(vec![structs(["p", "q"], ints("", &[None], nullable))]);
    let fields = Fields::from(vec![
        Field::new("p", DataType::Int32, true),
        Field::new("q", DataType::Int32, false),
    ]);
    let announced = Schema::new(vec![Field::new("s", DataType::Struct(fields), true)]);
    layout_error(&values(true), &announced);
}

#[test]
fn dictionary_columns_are_renamed() {
    let texts = |name: &str| {
        let texts: DictionaryArray<Int32Type> = ["a", "b", "a"].into_iter().collect();
        (Field::new(name, texts.data_type().clone(), true), Arc::new(texts) as ArrayRef)
    };
    let rows = [Some(1), None, Some(3)];
    // At different positions in the two schemas, so that their ids differ.
    let file = batch(vec![ints("x", &rows, true), texts("y"), texts("z")]);
    let announced = batch(vec![ints("a", &rows, true), texts("b"), texts("c")]);
    assert_taken(&file, &announced);
    let announced = batch(vec![ints("a", &[Some(1)], false)]);
    let file = batch(vec![ints("a", &[None], true)]);
    layout_error(&file, announced.schema_ref());
}

#[test]
fn schema_message_must_be_complete_and_alone() {
    let schema = Schema::new(vec![Field::new("a", DataType::Int32, true)]);
    let message = crate::samples::schema_message(&schema);
    let of = |bytes: Vec<u8>| Layout::new(Some(bytes.into()), None, false);
    assert_eq!(of(message.to_vec()).unwrap().schema().as_ref(), &schema);
    let ended = [&message[..], &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]].concat();
    assert_eq!(of(ended).unwrap().schema().as_ref(), &schema);
    let more = [&message[..], &[1]].concat();
    let rows = stream(&[batch(vec![ints("a", &[None], true)])]);
    let rows = crate::samples::messages_of(&rows);
    for wrong in [more, rows, b"<html></html>".to_vec(), message[..message.len() - 1].to_vec()] {
        assert_eq!(of(wrong).unwrap_err().kind(), ErrorKind::Malformed);
    }
}
