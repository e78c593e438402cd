//! Values of each type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, MapBuilder, StringBuilder};
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    DurationMicrosecondArray, FixedSizeListArray, Float32Array, Float64Array, Int8Array,
    Int32Array, Int64Array, IntervalMonthDayNanoArray, IntervalYearMonthArray, LargeListArray,
    LargeStringArray, ListArray, NullArray, StringArray, StringViewArray, StructArray,
    Time64MicrosecondArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow_buffer::{IntervalMonthDayNano, NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field};
use serde::Deserialize;

use super::super::Unscaled;
use super::{array, batch, read, read_column, row_error, schema_error};

const NOON: i64 = 1_709_210_096_123_456;

fn decimals(values: Vec<i128>, precision: u8, scale: i8) -> ArrayRef {
    array(Decimal128Array::from(values).with_precision_and_scale(precision, scale).unwrap())
}

fn texts(column: impl Array + 'static) -> Vec<String> {
    read_column(array(column)).unwrap()
}

#[test]
fn integers_widen_and_narrow_checked() {
    let bytes = || array(Int8Array::from(vec![i8::MIN, i8::MAX]));
    assert_eq!(read_column::<i8>(bytes()).unwrap(), [i8::MIN, i8::MAX]);
    assert_eq!(read_column::<i64>(bytes()).unwrap(), [-128, 127]);
    assert_eq!(read_column::<i128>(bytes()).unwrap(), [-128, 127]);
    let wide = array(UInt64Array::from(vec![u64::MAX]));
    assert_eq!(read_column::<u64>(Arc::clone(&wide)).unwrap(), [u64::MAX]);
    assert_eq!(read_column::<i128>(Arc::clone(&wide)).unwrap(), [i128::from(u64::MAX)]);
    assert!(read_column::<i64>(wide).is_err());
    assert!(read_column::<u8>(bytes()).unwrap_err().to_string().contains("integer `-128`"));
}

#[test]
fn floats_are_exact() {
    let column = array(Float64Array::from(vec![0.1, -0.0]));
    assert_eq!(read_column::<f64>(Arc::clone(&column)).unwrap(), [0.1, -0.0]);
    let message = schema_error::<f32>(&batch([("c", column)]));
    assert_eq!(message, "column `c` of type Float64 cannot be read as `f32`: expected f32");
    let column = array(Float32Array::from(vec![0.1]));
    assert_eq!(read_column::<f64>(Arc::clone(&column)).unwrap(), [f64::from(0.1_f32)]);
    assert_eq!(read_column::<f32>(column).unwrap(), [0.1]);
}

#[test]
fn integer_is_read_as_a_float_that_equals_it() {
    let exact = 1 << 53;
    let batch = batch([("c", array(Int64Array::from(vec![exact, exact + 1])))]);
    assert_eq!(read::<f64>(&batch.slice(0, 1)).unwrap(), [9_007_199_254_740_992.0]);
    assert_eq!(
        row_error::<f64>(&batch),
        "row 1: column `c` of type Int64 cannot be read as `f64`: no such float equals \
         9007199254740993"
    );
    assert!(row_error::<f32>(&batch).contains("row 1"));
}

#[test]
fn decimals_are_text_units_and_whole_integers() {
    let prices = || decimals(vec![1250, -5], 10, 2);
    assert_eq!(read_column::<String>(prices()).unwrap(), ["12.50", "-0.05"]);
    let units: Vec<Unscaled<3>> = read_column(prices()).unwrap();
    assert_eq!(units.map_get(), [12_500, -50]);
    let prices = batch([("c", prices())]);
    assert_eq!(
        row_error::<Unscaled<1>>(&prices),
        "row 1: column `c` of type Decimal128(10, 2) cannot be read as `Unscaled<1>`: -0.05, expected a \
         decimal with at most 1 digits behind the point"
    );
    for message in
        [schema_error::<i64>(&prices), schema_error::<i128>(&prices), schema_error::<f64>(&prices)]
    {
        assert!(message.starts_with("column `c` of type Decimal128(10, 2) cannot"), "{message}");
    }
    let whole = || decimals(vec![i128::MAX, -1], 38, 0);
    assert_eq!(read_column::<i128>(whole()).unwrap(), [i128::MAX, -1]);
    let message = row_error::<i64>(&batch([("c", whole())]));
    assert!(
        message.ends_with("170141183460469231731687303715884105727 is out of its range"),
        "{message}"
    );
}

trait MapGet {
    fn map_get(&self) -> Vec<i128>;
}

impl<const SCALE: u8> MapGet for Vec<Unscaled<SCALE>> {
    fn map_get(&self) -> Vec<i128> {
        self.iter().map(|unscaled| unscaled.get()).collect()
    }
}

#[test]
fn text_is_read_from_every_layout() {
    let expected = ["Zürich", ""];
    assert_eq!(texts(StringArray::from(expected.to_vec())), expected);
    assert_eq!(texts(LargeStringArray::from(expected.to_vec())), expected);
    assert_eq!(texts(StringViewArray::from(expected.to_vec())), expected);
    let dictionary: DictionaryArray<Int32Type> =
        [Some("a"), None, Some("b"), Some("a")].into_iter().collect();
    let read: Vec<Option<String>> = read_column(array(dictionary)).unwrap();
    assert_eq!(read, [Some("a"), None, Some("b"), Some("a")].map(|text| text.map(str::to_owned)));
}

#[test]
fn enum_is_read_from_the_name_of_its_variant() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Status {
        Open,
        Closed,
    }

    let column = array(StringArray::from(vec!["open", "closed"]));
    assert_eq!(read_column::<Status>(column).unwrap(), [Status::Open, Status::Closed]);
    let message = row_error::<Status>(&batch([("c", array(StringArray::from(vec!["Open"])))]));
    assert!(message.ends_with("as `Status`: `Open` is not one of its variants"), "{message}");
    let message = schema_error::<Status>(&batch([("c", array(Int64Array::from(vec![0])))]));
    assert!(message.contains("of type Int64 cannot be read as `Status`"), "{message}");
}

#[test]
fn binary_is_read_as_bytes_of_any_form() {
    let column = || array(BinaryArray::from_vec(vec![b"\x00\xff", b"ab"]));
    assert_eq!(read_column::<Vec<u8>>(column()).unwrap(), [vec![0, 255], b"ab".to_vec()]);
    // At the top level, an array is a row of columns.
    assert_eq!(read_column::<([u8; 2],)>(column()).unwrap(), [([0, 255],), (*b"ab",)]);
    let message = row_error::<([u8; 3],)>(&batch([("c", column())]));
    assert!(message.ends_with("it has 2 items where 3 are needed"), "{message}");
    assert!(
        schema_error::<String>(&batch([("c", column())]))
            .contains("Binary cannot be read as `String`")
    );
}

#[test]
fn times_are_read_as_iso_text() {
    assert_eq!(texts(Date32Array::from(vec![19_782])), ["2024-02-29"]);
    assert_eq!(texts(Time64MicrosecondArray::from(vec![1_500_000])), ["00:00:01.500000"]);
    let timestamps = TimestampMicrosecondArray::from(vec![NOON, 0]);
    let zoned = timestamps.clone().with_timezone("Europe/Berlin");
    let expected = ["2024-02-29T12:34:56.123456", "1970-01-01T00:00:00"];
    assert_eq!(texts(timestamps), expected);
    assert_eq!(texts(zoned), expected.map(|text| format!("{text}Z")));
    assert_eq!(texts(DurationMicrosecondArray::from(vec![90_000_000])), ["PT1M30S"]);
    assert_eq!(texts(IntervalYearMonthArray::from(vec![14])), ["P1Y2M"]);
    let interval = IntervalMonthDayNano::new(1, 2, 0);
    assert_eq!(texts(IntervalMonthDayNanoArray::from(vec![interval])), ["P1M2D"]);
    // The unit of a number would be ambiguous: days, milliseconds, microseconds?
    let days = batch([("c", array(Date32Array::from(vec![0])))]);
    assert_eq!(
        schema_error::<i64>(&days),
        "column `c` of type Date32 cannot be read as `i64`: expected i64"
    );
}

#[test]
fn nested_values_are_read_into_nested_types() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Order {
        customer: Customer,
        items: Vec<Option<i64>>,
        counts: BTreeMap<String, Option<i64>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Customer {
        name: String,
        tags: Vec<String>,
    }

    let tags = tag_lists();
    let customer = StructArray::from(vec![
        (
            Arc::new(Field::new("name", DataType::Utf8, false)),
            array(StringArray::from(vec!["Ada", "Bob"])),
        ),
        (Arc::new(Field::new("tags", tags.data_type().clone(), false)), tags),
    ]);
    let items = ListArray::from_iter_primitive::<Int64Type, _, _>([
        Some(vec![Some(1), None]),
        Some(vec![]),
    ]);
    let mut counts = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    counts.keys().append_value("a");
    counts.values().append_value(1);
    counts.keys().append_value("b");
    counts.values().append_null();
    counts.append(true).unwrap();
    counts.append(true).unwrap();
    let counts = array(counts.finish());
    let orders = batch([
        ("customer", array(customer)),
        ("items", array(items)),
        ("counts", Arc::clone(&counts)),
    ]);

    let read: Vec<Order> = read(&orders).unwrap();
    let tags = vec!["x".to_owned(), "y".to_owned()];
    let counted = [("a".to_owned(), Some(1)), ("b".to_owned(), None)];
    let expected = [
        Order {
            customer: Customer { name: "Ada".to_owned(), tags },
            items: vec![Some(1), None],
            counts: BTreeMap::from(counted.clone()),
        },
        Order {
            customer: Customer { name: "Bob".to_owned(), tags: vec![] },
            items: vec![],
            counts: BTreeMap::new(),
        },
    ];
    assert_eq!(read, expected);
    let pairs: Vec<Vec<(String, Option<i64>)>> = read_column(counts).unwrap();
    assert_eq!(pairs, [counted.to_vec(), vec![]]);
}

fn tag_lists() -> ArrayRef {
    let item = Arc::new(Field::new("item", DataType::Utf8, true));
    let texts = array(StringArray::from(vec!["x", "y"]));
    array(ListArray::new(item, OffsetBuffer::new(vec![0, 2, 2].into()), texts, None))
}

#[test]
fn lists_are_read_from_every_layout() {
    let item = || Arc::new(Field::new("item", DataType::Int64, true));
    let numbers = || array(Int64Array::from(vec![1, 2, 3, 4]));
    let nulls = NullBuffer::from(vec![true, false, true]);
    let large = LargeListArray::new(
        item(),
        OffsetBuffer::new(vec![0, 1, 1, 4].into()),
        numbers(),
        Some(nulls),
    );
    let read: Vec<Option<BTreeSet<i64>>> = read_column(array(large.slice(1, 2))).unwrap();
    assert_eq!(read, [None, Some(BTreeSet::from([2, 3, 4]))]);
    let fixed = FixedSizeListArray::new(item(), 2, numbers(), None);
    assert_eq!(read_column::<([i64; 2],)>(array(fixed.slice(1, 1))).unwrap(), [([3, 4],)]);
}

#[test]
fn errors_inside_of_nested_values_name_the_path() {
    #[derive(Debug, Deserialize)]
    struct Order {
        #[serde(rename = "customer")]
        _customer: Customer,
    }

    #[derive(Debug, Deserialize)]
    struct Customer {
        #[serde(rename = "tags")]
        _tags: Vec<u8>,
    }

    let tags = |items: ArrayRef| {
        let item = Arc::new(Field::new("item", items.data_type().clone(), true));
        let list = ListArray::new(item, OffsetBuffer::new(vec![0, 1, 3].into()), items, None);
        let field = Arc::new(Field::new("tags", list.data_type().clone(), true));
        batch([("customer", array(StructArray::from(vec![(field, array(list))])))])
    };
    assert_eq!(
        schema_error::<Order>(&tags(array(StringArray::from(vec!["1", "2", "3"])))),
        "column `customer.tags[0]` of type Utf8 cannot be read as `u8`: expected u8"
    );
    assert_eq!(
        row_error::<Order>(&tags(array(Int64Array::from(vec![1, 2, 300])))),
        "row 1: column `customer.tags[1]` of type Int64 cannot be read as `u8`: integer `300`, expected u8"
    );
    assert_eq!(
        row_error::<Order>(&tags(array(Int64Array::from(vec![Some(1), None, Some(3)])))),
        "row 1: column `customer.tags[0]` of type Int64 is NULL, which `u8` cannot be: read it as \
         `Option<u8>`"
    );

    #[derive(Debug, Deserialize)]
    struct Needy {
        #[serde(rename = "customer")]
        _customer: Person,
    }

    #[derive(Debug, Deserialize)]
    struct Person {
        #[serde(rename = "name")]
        _name: String,
    }

    assert_eq!(
        schema_error::<Needy>(&tags(array(Int64Array::from(vec![1, 2, 3])))),
        "column `customer` has no field `name`, which `Person` needs"
    );
}

#[test]
fn void_column_fits_options_alone() {
    let column = || array(NullArray::new(2));
    assert_eq!(read_column::<Option<i64>>(column()).unwrap(), [None, None]);
    assert_eq!(read_column::<()>(column()).unwrap(), [(), ()]);
    assert_eq!(
        schema_error::<i64>(&batch([("c", column())])),
        "column `c` of type Null cannot be read as `i64`: expected i64"
    );
}

#[test]
fn slices_are_read_from_their_own_first_row() {
    let whole = batch([
        ("n", array(Int32Array::from(vec![Some(1), None, Some(3)]))),
        ("b", array(BooleanArray::from(vec![Some(true), Some(false), None]))),
        ("t", array(StringArray::from(vec![Some("a"), None, Some("c")]))),
    ]);
    let rows: Vec<(Option<i32>, Option<bool>, Option<String>)> = read(&whole.slice(1, 2)).unwrap();
    assert_eq!(rows, [(None, Some(false), None), (Some(3), None, Some("c".to_owned()))]);
}
