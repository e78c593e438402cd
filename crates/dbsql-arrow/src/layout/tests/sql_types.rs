//! Layouts of results that were announced only by SQL types.

use arrow_array::types::TimestampNanosecondType;
use arrow_array::{LargeStringArray, new_null_array};
use arrow_schema::IntervalUnit;

use super::*;
use crate::samples::{Noise, checked, frame};

const SQL_NAME: &str = "Spark:DataType:SqlName";
const MICROS: TimeUnit = TimeUnit::Microsecond;

fn announced<const N: usize>(columns: [(&str, &str); N]) -> Layout {
    Layout::from_sql_types(columns, false).unwrap()
}

fn zoned(zone: &str) -> DataType {
    DataType::Timestamp(MICROS, Some(zone.into()))
}

fn list(name: &str, item: DataType, nullable: bool) -> DataType {
    DataType::List(Arc::new(Field::new(name, item, nullable)))
}

fn map(names: [&str; 3], value: DataType, nullable: bool) -> DataType {
    let pair =
        vec![Field::new(names[1], DataType::Utf8, false), Field::new(names[2], value, nullable)];
    DataType::Map(Arc::new(Field::new(names[0], DataType::Struct(pair.into()), false)), false)
}

fn members<const N: usize>(members: [(&str, DataType, bool); N]) -> DataType {
    DataType::Struct(Fields::from_iter(
        members.map(|(name, data_type, nullable)| Field::new(name, data_type, nullable)),
    ))
}

fn dictionary(values: DataType) -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(values))
}

/// Returns the type of the only column after a file with the schema `own`.
fn refined(text: &str, own: &DataType) -> Result<DataType> {
    let file = Schema::new(vec![Field::new("c", own.clone(), false)]);
    let layout = announced([("c", text)]).refined_by(&file)?;
    let field = layout.schema().field(0);
    assert!(field.is_nullable());
    assert_eq!(field.metadata().get(SQL_NAME).map_or("", String::as_str), text);
    // From now on the rule for all other files applies: the first one passes it, and is not refined
    // again.
    assert_eq!(layout.refined_by(&file)?.schema(), layout.schema());
    Ok(field.data_type().clone())
}

#[test]
fn schema_has_announced_names_and_sql_types() {
    let layout = announced([
        ("id", "BIGINT"),
        ("price", " DECIMAL(18,2) "),
        ("tags", "ARRAY<STRUCT<a: INT, b: MAP<STRING, DATE>>>"),
        ("v", "VARIANT"),
        ("later", "TIME(6)"),
        ("id", ""),
    ]);
    let fields: Vec<_> = layout
        .schema()
        .fields()
        .iter()
        .map(|field| (field.name().as_str(), field.metadata().get(SQL_NAME).map(String::as_str)))
        .collect();
    assert_eq!(
        fields,
        [
            ("id", Some("BIGINT")),
            ("price", Some("DECIMAL(18,2)")),
            ("tags", Some("ARRAY<STRUCT<a: INT, b: MAP<STRING, DATE>>>")),
            ("v", Some("VARIANT")),
            ("later", Some("TIME(6)")),
            ("id", None),
        ]
    );
    assert_eq!(layout.schema().field(4).data_type(), &DataType::Utf8);
    assert!(layout.schema().fields().iter().all(|field| field.is_nullable()));
    assert!(Layout::from_sql_types([("", ""); 0], true).unwrap().schema().fields().is_empty());
    let error = layout.inline(NO_LIMIT, &BufferPool::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout);
}

#[test]
fn types_of_more_than_4_mib_are_an_error() {
    let text = "x".repeat(1 << 20);
    let columns = |count| Layout::from_sql_types(vec![("c", &text); count], false);
    assert_eq!(columns(4).unwrap().schema().fields().len(), 4);
    assert_eq!(columns(5).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn files_may_represent_a_type_in_several_ways() {
    use DataType::{
        Binary, BinaryView, Date32, Decimal128, Duration, Int32, Int64, Interval, LargeBinary,
        LargeList, LargeUtf8, Null, Time64, Utf8, Utf8View,
    };
    let metadata = members([("metadata", Binary, false), ("value", Binary, false)]);
    let allowed = [
        ("INT", Int32),
        ("DECIMAL", Decimal128(18, 2)),
        ("DATE", Date32),
        ("STRING", Utf8),
        ("STRING", LargeUtf8),
        ("VARCHAR(3)", Utf8View),
        ("STRING COLLATE UNICODE", dictionary(Utf8)),
        ("BINARY", LargeBinary),
        ("BINARY", BinaryView),
        ("TIMESTAMP", zoned("Etc/UTC")),
        ("TIMESTAMP", zoned("Europe/Berlin")),
        ("TIMESTAMP", zoned("+02:00")),
        ("TIMESTAMP_NTZ", DataType::Timestamp(MICROS, None)),
        ("VOID", Null),
        ("VOID", Utf8),
        ("INTERVAL YEAR TO MONTH", Interval(IntervalUnit::YearMonth)),
        ("INTERVAL YEAR TO MONTH", Utf8),
        ("INTERVAL DAY TO SECOND", Duration(TimeUnit::Nanosecond)),
        ("INTERVAL DAY TO SECOND", Utf8),
        ("INTERVAL", Interval(IntervalUnit::MonthDayNano)),
        ("INTERVAL", Utf8),
        ("VARIANT", Utf8),
        ("VARIANT", metadata),
        ("GEOGRAPHY(4326)", Utf8),
        ("GEOMETRY(4326)", Binary),
        ("GEOMETRY(4326)", members([("srid", Int32, true), ("wkb", Binary, true)])),
        ("TIME(6)", Time64(TimeUnit::Nanosecond)),
        ("OBJECT", dictionary(Int64)),
        ("", Int64),
        ("ARRAY<INT>", list("item", Int32, true)),
        ("ARRAY<INT>", LargeList(Arc::new(Field::new("x", Int32, true)))),
        ("ARRAY<INT>", Utf8),
        ("ARRAY<TIME(6)>", list("element", Time64(TimeUnit::Nanosecond), true)),
        ("MAP<STRING, INT>", map(["entries", "key", "value"], Int32, true)),
        ("MAP<STRING, INT>", map(["key_value", "k", "v"], Int32, true)),
        ("MAP<STRING, INT>", LargeUtf8),
        ("STRUCT<a: TIMESTAMP>", members([("a", zoned("Asia/Tokyo"), true)])),
        ("STRUCT<a: INT NOT NULL>", members([("a", Int32, false)])),
        ("STRUCT<a: INT NOT NULL>", members([("a", Int32, true)])),
        ("STRUCT<a-b: INT>", members([("a-b", Int32, false)])),
    ];
    for (text, own) in allowed {
        assert_eq!(refined(text, &own).unwrap(), own, "{text}");
    }
    // Later files may have nulls where the first one has none.
    let cases = [
        ("ARRAY<INT>", list("item", Int32, false), list("item", Int32, true)),
        (
            "MAP<STRING, INT>",
            map(["entries", "k", "v"], Int32, false),
            map(["entries", "k", "v"], Int32, true),
        ),
        (
            "STRUCT<a: ARRAY<INT>, b: INT NOT NULL>",
            members([("a", list("item", Int32, false), false), ("b", Int32, false)]),
            members([("a", list("item", Int32, true), true), ("b", Int32, false)]),
        ),
    ];
    for (text, own, expected) in cases {
        assert_eq!(refined(text, &own).unwrap(), expected, "{text}");
    }
}

#[test]
fn refined_layout_is_not_refined_again() {
    let layout = announced([("c", "STRING")]);
    let file = |data_type| Schema::new(vec![Field::new("c", data_type, true)]);
    let refined = layout.refined_by(&file(DataType::LargeUtf8)).unwrap();
    let error = refined.refined_by(&file(DataType::Utf8)).unwrap_err();
    assert_eq!(error.to_string(), "column 0 (c) is Utf8 in the data, expected LargeUtf8");
    layout.refined_by(&file(DataType::Utf8)).unwrap();
}

#[test]
fn files_with_another_type_are_an_error() {
    use DataType::{
        Binary, Date32, Decimal128, Duration, Float32, Float64, Int32, Int64, Interval, Null, Utf8,
    };
    let refused = [
        ("INT", Utf8),
        ("INT", Int64),
        ("INT", Null),
        ("BIGINT", Int32),
        ("FLOAT", Float64),
        ("DOUBLE", Float32),
        ("BOOLEAN", Utf8),
        ("DATE", Utf8),
        ("DATE", DataType::Date64),
        ("DECIMAL(18,2)", Decimal128(18, 3)),
        ("DECIMAL(18,2)", Decimal128(17, 2)),
        ("DECIMAL(18,2)", Utf8),
        ("DECIMAL", Int64),
        ("STRING", Int32),
        ("STRING", Binary),
        ("STRING", dictionary(Int64)),
        ("BINARY", Utf8),
        ("TIMESTAMP", DataType::Timestamp(MICROS, None)),
        ("TIMESTAMP", DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))),
        ("TIMESTAMP", Utf8),
        ("TIMESTAMP_NTZ", zoned("UTC")),
        ("TIMESTAMP_NTZ", DataType::Timestamp(TimeUnit::Nanosecond, None)),
        ("VOID", Int32),
        ("INTERVAL YEAR TO MONTH", Duration(MICROS)),
        ("INTERVAL DAY TO SECOND", Interval(IntervalUnit::YearMonth)),
        ("INTERVAL", Int64),
        ("VARIANT", Int64),
        ("VARIANT", Binary),
        ("GEOGRAPHY(4326)", Int32),
        ("ARRAY<INT>", Int32),
        ("ARRAY<INT>", list("element", Int64, true)),
        ("ARRAY<INT>", list("element", Utf8, true)),
        ("ARRAY<INT>", map(["entries", "key", "value"], Int32, true)),
        ("MAP<STRING, INT>", map(["entries", "key", "value"], Int64, true)),
        ("MAP<DATE, INT>", map(["entries", "key", "value"], Int32, true)),
        ("MAP<STRING, INT>", list("element", Int32, true)),
        ("STRUCT<a: INT>", Int32),
        ("STRUCT<a: INT>", members([("b", Int32, true)])),
        ("STRUCT<a: INT>", members([("a", Date32, true)])),
        ("STRUCT<a: INT>", members([])),
        ("STRUCT<a: INT, b: INT>", members([("b", Int32, true), ("a", Int32, true)])),
        ("STRUCT<a: INT>", members([("a", Int32, true), ("b", Int32, true)])),
    ];
    for (text, own) in refused {
        let error = refined(text, &own).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout, "{text}");
        let expected = format!("column 0 (c) is {own} in the data, expected {text}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn columns_are_counted_and_renamed_as_in_other_layouts() {
    let layout = announced([("a", "INT"), ("b", "INT")]);
    let file = |names: &[&str]| {
        let fields = names.iter().map(|name| Field::new(*name, DataType::Int32, true));
        layout.refined_by(&Schema::new(fields.collect::<Vec<_>>()))
    };
    let renamed = file(&["x", "y"]).unwrap();
    assert_eq!(renamed.schema(), layout.schema());
    for names in [&["a"][..], &["a", "b", "c"], &[], &["b", "a"]] {
        assert_eq!(file(names).unwrap_err().kind(), ErrorKind::Layout, "{names:?}");
    }
    assert!(file(&["b", "a"]).unwrap_err().to_string().contains("another order"));
    assert_eq!(file(&["a"]).unwrap_err().to_string(), "the data has 1 columns, expected 2");
}

#[test]
fn metadata_of_the_file_is_kept_with_the_announced_type() {
    let own = Field::new("old", DataType::Utf8, true).with_metadata(
        [(SQL_NAME, "STRING"), ("k", "v")].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
    );
    let layout = announced([("g", "GEOMETRY(4326)"), ("t", "")]);
    let file = Schema::new_with_metadata(
        vec![own.clone(), own],
        [("s".to_owned(), "x".to_owned())].into(),
    );
    let layout = layout.refined_by(&file).unwrap();
    let metadata = |index: usize| layout.schema().field(index).metadata();
    assert_eq!(
        (metadata(0)[SQL_NAME].as_str(), metadata(0)["k"].as_str()),
        ("GEOMETRY(4326)", "v")
    );
    assert_eq!((metadata(1)[SQL_NAME].as_str(), metadata(1)["k"].as_str()), ("STRING", "v"));
    assert_eq!(layout.schema().metadata()["s"], "x");
    assert_eq!(layout.schema().field(0).name(), "g");
}

#[test]
fn layout_of_an_arrow_schema_is_not_refined() {
    let schema = Schema::new(vec![Field::new("a", DataType::Int32, false)]);
    let layout = layout(&schema, false);
    let file = |data_type| Schema::new(vec![Field::new("x", data_type, true)]);
    assert_eq!(layout.refined_by(&file(DataType::Int32)).unwrap().schema(), layout.schema());
    let error = layout.refined_by(&file(DataType::Int64)).unwrap_err();
    assert_eq!(error.to_string(), "column 0 (a) is Int64 in the data, expected Int32");
}

/// Returns the layout after peeking at a file.
fn peeked(layout: &Layout, file: &[u8]) -> Result<Layout> {
    let mut peek = layout.peek(1 << 20);
    peek.push(Bytes::copy_from_slice(file));
    layout.refined_by(&peek.schema()?.unwrap())
}

#[test]
fn all_files_have_the_schema_refined_by_the_first() {
    let numbers: (Field, ArrayRef) = {
        let texts: ArrayRef = Arc::new(LargeStringArray::from(vec!["a", "b", "c"]));
        (Field::new("t", DataType::LargeUtf8, false), texts)
    };
    let columns = |item: &str, nullable, zone: &str, entries: [&str; 3]| {
        let (_, times) = times(zone);
        let zoned = Field::new("z", times.data_type().clone(), true);
        let maps = maps(entries, "file").1;
        let maps = Field::new("m", maps.data_type().clone(), true);
        let rows = 3;
        batch(vec![
            lists(item, nullable),
            numbers.clone(),
            (zoned.clone(), new_null_array(zoned.data_type(), rows)),
            (maps.clone(), new_null_array(maps.data_type(), rows)),
        ])
    };
    let first = columns("item", false, "Etc/UTC", ["entries", "k", "v"]);
    let second = columns("element", true, "UTC", ["key_value", "key", "value"]);
    let sql = [("l", "ARRAY<INT>"), ("t", "STRING"), ("z", "TIMESTAMP"), ("m", "MAP<STRING, INT>")];
    for lz4 in [false, true] {
        let encoded = |batch: &RecordBatch| {
            let plain = stream(std::slice::from_ref(batch));
            if lz4 { frame(&plain, checked()) } else { plain }
        };
        let announced = Layout::from_sql_types(sql, lz4).unwrap();
        // As announced, the string has another type.
        let decoder = announced.file(NO_LIMIT, &BufferPool::new());
        assert_eq!(decoded(decoder, [&encoded(&first)[..]]).unwrap_err().kind(), ErrorKind::Layout);
        let layout = peeked(&announced, &encoded(&first)).unwrap();
        for file in [&first, &second] {
            let decoder = layout.file(NO_LIMIT, &BufferPool::new());
            let batches = decoded(decoder, [&encoded(file)[..]]).unwrap();
            assert_eq!(batches[0].schema_ref(), layout.schema());
            assert_eq!(batches[0].num_rows(), 3);
            assert_eq!(batches[0].column(1).to_data(), file.column(1).to_data());
        }
        let other = columns("item", true, "Europe/Berlin", ["entries", "k", "v"]);
        let decoder = layout.file(NO_LIMIT, &BufferPool::new());
        assert_eq!(decoded(decoder, [&encoded(&other)[..]]).unwrap_err().kind(), ErrorKind::Layout);
    }
}

#[test]
fn dictionaries_are_returned_under_the_refined_schema() {
    let texts: DictionaryArray<Int32Type> = ["a", "b", "a"].into_iter().collect();
    let texts = (Field::new("d", texts.data_type().clone(), false), Arc::new(texts) as ArrayRef);
    let file = batch(vec![texts, lists("item", false)]);
    let layout = announced([("d", "STRING"), ("l", "ARRAY<INT>")]);
    let bytes = stream(std::slice::from_ref(&file));
    let layout = peeked(&layout, &bytes).unwrap();
    let batches = decoded(layout.file(NO_LIMIT, &BufferPool::new()), [&bytes[..]]).unwrap();
    assert_eq!(batches[0].schema_ref(), layout.schema());
    assert_eq!(batches[0].columns(), file.columns());
}

#[test]
fn nulls_are_an_error_where_both_say_not_null() {
    let file = |nullable| batch(vec![structs(["p", "q"], ints("", &[Some(1), None], nullable))]);
    let layout = announced([("s", "STRUCT<p: INT, q: INT NOT NULL>")]);
    let strict = file(true);
    let schema = Schema::new(vec![Field::new(
        "s",
        members([("p", DataType::Int32, true), ("q", DataType::Int32, false)]),
        true,
    )]);
    let taken = |layout: &Layout| {
        let bytes = stream(std::slice::from_ref(&strict));
        decoded(layout.file(NO_LIMIT, &BufferPool::new()), [&bytes[..]])
    };
    let error = taken(&layout.refined_by(&schema).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout);
    let batches = taken(&layout.refined_by(strict.schema_ref()).unwrap()).unwrap();
    assert_eq!(batches[0].columns(), strict.columns());
}

#[test]
fn random_schemas_are_refined_or_rejected() {
    let times: PrimitiveArray<TimestampNanosecondType> = vec![Some(1)].into();
    let mut noise = Noise(9);
    let types = [
        DataType::Int32,
        DataType::Utf8,
        DataType::Null,
        times.data_type().clone(),
        zoned("UTC"),
        list("item", DataType::Utf8, false),
        map(["a", "b", "c"], DataType::Int32, false),
        members([("a", DataType::Int32, false)]),
        // An invalid map.
        DataType::Map(Arc::new(Field::new("m", DataType::Int32, false)), true),
        DataType::Map(Arc::new(Field::new("m", members([]), false)), true),
    ];
    let texts = ["INT", "STRING", "TIMESTAMP", "ARRAY<STRING>", "MAP<STRING,INT>", "STRUCT<a:INT>"];
    let mut taken = 0;
    for _ in 0..2_000 {
        let (text, own) = (texts[noise.below(6)], &types[noise.below(types.len())]);
        taken += usize::from(refined(text, own).is_ok());
    }
    assert!((200..1_000).contains(&taken), "{taken}");
}
