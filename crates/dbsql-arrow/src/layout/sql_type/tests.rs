//! Parsing of types, and the Arrow types that represent them.

use arrow_schema::Fields;

use super::*;
use crate::samples::Noise;

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", item, true)))
}

fn map(key: DataType, value: DataType) -> DataType {
    let pair = vec![Field::new("key", key, false), Field::new("value", value, true)];
    let entries = Field::new("entries", DataType::Struct(pair.into()), false);
    DataType::Map(Arc::new(entries), false)
}

fn members<const N: usize>(members: [(&str, DataType); N]) -> DataType {
    DataType::Struct(Fields::from_iter(
        members.map(|(name, data_type)| Field::new(name, data_type, true)),
    ))
}

const MICROS: TimeUnit = TimeUnit::Microsecond;
const NTZ: DataType = DataType::Timestamp(MICROS, None);

fn utc() -> DataType {
    DataType::Timestamp(MICROS, Some("UTC".into()))
}

/// Types that are parsed, and their Arrow types.
fn known() -> Vec<(&'static str, DataType)> {
    use DataType::{
        Binary, Boolean, Date32, Decimal128, Duration, Float32, Float64, Int8, Int16, Int32, Int64,
        Interval, Null, Utf8,
    };
    let months = Interval(IntervalUnit::YearMonth);
    vec![
        ("BOOLEAN", Boolean),
        ("TINYINT", Int8),
        ("BYTE", Int8),
        ("SMALLINT", Int16),
        ("SHORT", Int16),
        ("INT", Int32),
        ("integer", Int32),
        ("BIGINT", Int64),
        (" bigint\t", Int64),
        ("LONG", Int64),
        ("FLOAT", Float32),
        ("REAL", Float32),
        ("DOUBLE", Float64),
        ("DECIMAL(18,2)", Decimal128(18, 2)),
        ("decimal( 38 , 38 )", Decimal128(38, 38)),
        ("DECIMAL(5)", Decimal128(5, 0)),
        ("DECIMAL", Decimal128(10, 0)),
        ("DEC(1,0)", Decimal128(1, 0)),
        ("NUMERIC(4,4)", Decimal128(4, 4)),
        ("STRING", Utf8),
        ("VARCHAR(10)", Utf8),
        ("CHAR(3)", Utf8),
        ("CHARACTER(3)", Utf8),
        ("STRING COLLATE UTF8_LCASE", Utf8),
        ("STRING COLLATE system.builtin.`UNICODE_CI`", Utf8),
        ("VARCHAR(4) COLLATE UNICODE", Utf8),
        ("BINARY", Binary),
        ("DATE", Date32),
        ("TIMESTAMP", utc()),
        ("TIMESTAMP_LTZ", utc()),
        ("TIMESTAMP_NTZ", NTZ),
        ("VOID", Null),
        ("NULL", Null),
        ("INTERVAL YEAR TO MONTH", months.clone()),
        ("INTERVAL YEAR", months.clone()),
        ("INTERVAL MONTH", months),
        ("INTERVAL DAY TO SECOND", Duration(MICROS)),
        ("interval  day\nto hour", Duration(MICROS)),
        ("INTERVAL DAY", Duration(MICROS)),
        ("INTERVAL HOUR TO MINUTE", Duration(MICROS)),
        ("INTERVAL SECOND", Duration(MICROS)),
        ("INTERVAL", Interval(IntervalUnit::MonthDayNano)),
        ("VARIANT", Utf8),
        ("GEOGRAPHY(4326)", Utf8),
        ("GEOMETRY(ANY)", Utf8),
        ("GEOGRAPHY(OGC:CRS84, SPHERICAL)", Utf8),
        ("ARRAY<INT>", list(Int32)),
        ("array < array<string> >", list(list(Utf8))),
        ("ARRAY<STRING COLLATE UNICODE>", list(Utf8)),
        ("ARRAY<DECIMAL(10,2)>", list(Decimal128(10, 2))),
        ("ARRAY<GEOMETRY(0)>", list(Utf8)),
        ("MAP<STRING, DATE>", map(Utf8, Date32)),
        ("map<string,decimal(10,2)>", map(Utf8, Decimal128(10, 2))),
        ("MAP<INT,MAP<DATE,ARRAY<VOID>>>", map(Int32, map(Date32, list(Null)))),
        ("STRUCT<>", members([])),
        ("STRUCT<a: INT, b: TIMESTAMP>", members([("a", Int32), ("b", utc())])),
        ("struct<a:int,B:string>", members([("a", Int32), ("B", Utf8)])),
        ("STRUCT<a INT, b STRING COMMENT ', >'>", members([("a", Int32), ("b", Utf8)])),
        ("STRUCT<`a``b`: INT>", members([("a`b", Int32)])),
        ("STRUCT<`>, x:`: INT>", members([(">, x:", Int32)])),
        ("STRUCT<``: INT>", members([("", Int32)])),
        ("STRUCT<größe: INT, 2nd: INT>", members([("größe", Int32), ("2nd", Int32)])),
        ("STRUCT<int: DATE, array: DATE>", members([("int", Date32), ("array", Date32)])),
        ("STRUCT<a: INT COMMENT 'it''s'>", members([("a", Int32)])),
        ("STRUCT<a: INT COMMENT 'it\\'s', b: INT>", members([("a", Int32), ("b", Int32)])),
        ("STRUCT<a: INT COMMENT \"it's\">", members([("a", Int32)])),
        ("STRUCT<a: INTERVAL COMMENT ''>", members([("a", Interval(IntervalUnit::MonthDayNano))])),
        (
            "ARRAY<STRUCT<a: INT, b: MAP<STRING, DATE>>>",
            list(members([("a", Int32), ("b", map(Utf8, Date32))])),
        ),
        (
            "STRUCT<i: INTERVAL DAY TO SECOND, n: TIMESTAMP_NTZ>",
            members([("i", Duration(MICROS)), ("n", NTZ)]),
        ),
        // Types of newer servers nested in others.
        ("ARRAY<TIME(6)>", list(Utf8)),
        ("STRUCT<a: VECTOR<FLOAT, (3)>, b: INT>", members([("a", Utf8), ("b", Int32)])),
        ("MAP<STRING, TIMESTAMP WITH TIME ZONE>", map(Utf8, Utf8)),
        ("ARRAY<DECIMAL(39,1)>", list(Utf8)),
        ("INT NOT NULL COMMENT 'x'", Int32),
    ]
}

/// Invalid types.
const UNKNOWN: [&str; 47] = [
    "",
    " ",
    "OBJECT",
    "TIME(6)",
    "TIMESTAMP(6)",
    "TIMESTAMP WITH TIME ZONE",
    "UNION<INT, STRING>",
    "INT FOO",
    "INT,",
    "INT>",
    "INT(3)",
    "DECIMAL(39,1)",
    "DECIMAL(0,0)",
    "DECIMAL(3,4)",
    "DECIMAL(3,-1)",
    "DECIMAL(1,2,3)",
    "DECIMAL(",
    "DECIMAL()",
    "DECIMAL(99999999999999999999,2)",
    "VARCHAR(x)",
    "STRING COLLATE",
    "STRING COLLATE a.",
    "INTERVAL MONTH TO YEAR",
    "INTERVAL DAY TO DAY",
    "INTERVAL YEAR TO SECOND",
    "INTERVAL WEEK",
    "ARRAY",
    "ARRAY<>",
    "ARRAY<INT",
    "ARRAY<INT>>",
    "ARRAY<INT, INT>",
    "MAP<INT>",
    "MAP<INT, INT, INT>",
    "STRUCT",
    "STRUCT<a>",
    "STRUCT<a: INT,>",
    "STRUCT<a-b: INT>",
    "STRUCT<a b: INT>",
    "STRUCT<a:b: INT>",
    "STRUCT<a,b: INT>",
    "STRUCT<a OBJECT>",
    "STRUCT<`a: INT>",
    "STRUCT<a: INT COMMENT 'x>",
    "STRUCT<a: INT NOT>",
    "STRUCT<a: INT, ... 3 more fields>",
    "STRUCT<a: VECTOR<FLOAT, (3)> NOT OF, b: INT>",
    "<html>",
];

#[test]
fn known_types_map_to_the_arrow_types_of_the_server() {
    assert!(known().len() >= 60);
    for (text, expected) in known() {
        let sql_type = SqlType::parse(text);
        assert_eq!(sql_type.data_type(), expected, "{text}");
        // A type represents itself.
        assert_eq!(sql_type.carried_by(&expected).as_ref(), Some(&expected), "{text}");
    }
}

#[test]
fn unparsable_text_is_an_unknown_type() {
    for text in UNKNOWN {
        let sql_type = SqlType::parse(text);
        assert_eq!(sql_type, SqlType::Unknown, "{text}");
        assert_eq!(sql_type.data_type(), DataType::Utf8);
    }
}

#[test]
fn not_null_members_are_not_nullable() {
    let text = "STRUCT<`odd, name`: STRING NOT NULL COMMENT 'it''s', b: INT COMMENT 'x' not null, c: DATE>";
    let expected = DataType::Struct(Fields::from(vec![
        Field::new("odd, name", DataType::Utf8, false),
        Field::new("b", DataType::Int32, false),
        Field::new("c", DataType::Date32, true),
    ]));
    assert_eq!(SqlType::parse(text).data_type(), expected);
}

/// Returns the nesting depth.
fn depth(data_type: &DataType) -> usize {
    let inner = match data_type {
        DataType::List(item) | DataType::Map(item, _) => depth(item.data_type()),
        DataType::Struct(fields) => {
            fields.iter().map(|field| depth(field.data_type())).max().unwrap_or(0)
        }
        _ => 0,
    };
    inner + 1
}

#[test]
fn nesting_and_length_are_bounded() {
    let nested = |levels: usize| format!("{}INT{}", "ARRAY<".repeat(levels), ">".repeat(levels));
    assert_eq!(depth(&SqlType::parse(&nested(63)).data_type()), 64);
    for levels in [64, 65, 1000, 30_000] {
        // Text is the innermost type.
        assert_eq!(depth(&SqlType::parse(&nested(levels)).data_type()), 65, "{levels}");
    }
    for text in ["ARRAY<".repeat(40_000), "STRUCT<a:".repeat(25_000), "(".repeat(200_000)] {
        assert_eq!(SqlType::parse(&text), SqlType::Unknown);
    }
    // The commas cause each level to be parsed again, until the budget is used up.
    let again = |levels: usize, words: usize| {
        let words = vec!["INT"; words].join(" ");
        let text = format!("{}{words}{}>", "ARRAY<".repeat(levels), " , >".repeat(levels - 1));
        SqlType::parse(&text)
    };
    assert_eq!(again(5, 60_000), SqlType::Array(Box::new(SqlType::Unknown)));
    assert_eq!(again(60, 60_000), SqlType::Unknown);
    let wide = |members: usize| format!("STRUCT<{}>", vec!["a:INT"; members].join(","));
    assert_eq!(depth(&SqlType::parse(&wide(40_000)).data_type()), 2);
    assert_eq!(SqlType::parse(&wide(50_000)), SqlType::Unknown);
}

#[test]
fn changed_text_is_parsed_or_unknown() {
    const PIECES: [&str; 24] = [
        "<",
        ">",
        "(",
        ")",
        ",",
        ":",
        "`",
        "'",
        "\"",
        "\\",
        " ",
        "``",
        "''",
        "ARRAY<",
        "MAP<",
        "é",
        "STRUCT<",
        "NOT NULL",
        "COMMENT",
        "COLLATE",
        "INTERVAL",
        "TO",
        "DECIMAL(",
        "\u{1f980}",
    ];
    let mut noise = Noise(3);
    let texts: Vec<&str> = known().into_iter().map(|(text, _)| text).chain(UNKNOWN).collect();
    let (mut known, mut unknown) = (0, 0);
    for round in 0..20_000 {
        let mut text: Vec<char> = texts[round % texts.len()].chars().collect();
        for _ in 0..=noise.below(3) {
            let at = noise.below(text.len() + 1);
            let end = (at + noise.below(4)).min(text.len());
            let piece = PIECES[noise.below(PIECES.len())];
            text.splice(at..end, piece.chars().take(noise.below(10)));
        }
        let text: String = text.into_iter().collect();
        let sql_type = SqlType::parse(&text);
        let data_type = sql_type.data_type();
        assert_eq!(sql_type.carried_by(&data_type).as_ref(), Some(&data_type), "{text}");
        if sql_type == SqlType::Unknown { unknown += 1 } else { known += 1 }
    }
    assert!(known > 1_000 && unknown > 1_000, "{known} {unknown}");
}
