//! Every SQL type of this server, value by value, with nulls in every position.

use std::sync::Arc;

use arrow_buffer::OffsetBuffer;
use dbsql::arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array,
    DurationMicrosecondArray, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array,
    Int64Array, IntervalYearMonthArray, ListArray, MapArray, NullArray, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use dbsql::arrow::schema::{DataType, Field, Fields};

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{connection, is_spark};

/// One type: an SQL expression over `id`, and the Arrow values for the ids 0 to 8.
struct Case {
    name: &'static str,
    sql_name: &'static str,
    expression: &'static str,
    expected: ArrayRef,
    arrow: Arrow,
}

/// The result of a server that responds in Arrow, and of one that responds in columns.
enum Arrow {
    Same,
    /// A type that columns cannot represent, with its name in SQL.
    Instead(&'static str, ArrayRef),
    /// The local warehouse does not support the expression, and reports this error class.
    Missing(&'static str),
}

impl Case {
    fn arrow(self, sql_name: &'static str, expected: impl Array + 'static) -> Self {
        assert_eq!(expected.len(), ROWS);
        Self { arrow: Arrow::Instead(sql_name, Arc::new(expected)), ..self }
    }

    fn not_local(self, class: &'static str) -> Self {
        Self { arrow: Arrow::Missing(class), ..self }
    }
}

fn case(
    name: &'static str,
    sql_name: &'static str,
    expression: &'static str,
    expected: impl Array + 'static,
) -> Case {
    assert_eq!(expected.len(), ROWS);
    Case { name, sql_name, expression, expected: Arc::new(expected), arrow: Arrow::Same }
}

/// One more than the bits in a byte of the null bitmap.
const ROWS: usize = 9;

fn texts(text: impl Fn(usize) -> String) -> StringArray {
    (0..ROWS).map(|row| Some(text(row))).collect()
}

/// Days from 1970-01-01 to 2024-02-29.
const LEAP_DAY: i32 = 19_782;
const DAY: i64 = 86_400_000_000;

fn cases() -> Vec<Case> {
    let decimal = |precision, scale, values: Vec<i128>| {
        Decimal128Array::from(values).with_precision_and_scale(precision, scale).unwrap()
    };
    let noon = i64::from(LEAP_DAY) * DAY + 45_296_123_456;
    vec![
        case(
            "boolean",
            "BOOLEAN",
            "id % 2 = 0",
            (0..ROWS as i64).map(|n| Some(n % 2 == 0)).collect::<BooleanArray>(),
        ),
        case(
            "tinyint",
            "TINYINT",
            "cast(id * 30 - 128 as tinyint)",
            (0..ROWS as i64).map(|n| Some((n * 30 - 128) as i8)).collect::<Int8Array>(),
        ),
        case(
            "smallint",
            "SMALLINT",
            "cast(id * 8000 - 32768 as smallint)",
            (0..ROWS as i64).map(|n| Some((n * 8000 - 32768) as i16)).collect::<Int16Array>(),
        ),
        case(
            "int",
            "INT",
            "cast(id * 500000000 - 2147483648 as int)",
            (0..ROWS as i64)
                .map(|n| Some((n * 500_000_000 - 2_147_483_648) as i32))
                .collect::<Int32Array>(),
        ),
        case(
            "bigint",
            "BIGINT",
            "-9223372036854775807 - 1 + id * 1000000000000000000",
            (0..ROWS as i64)
                .map(|n| Some(i64::MIN + n * 1_000_000_000_000_000_000))
                .collect::<Int64Array>(),
        ),
        case(
            "float",
            "FLOAT",
            "case id when 0 then cast('nan' as float) when 1 then cast('inf' as float) when 2 then cast('-inf' as float) when 3 then cast(1.4e-45 as float) when 4 then cast(3.4028235e38 as float) else cast(id / 10.0 as float) end",
            Float32Array::from(vec![
                f32::NAN,
                f32::INFINITY,
                f32::NEG_INFINITY,
                1e-45,
                f32::MAX,
                0.5,
                0.6,
                0.7,
                0.8,
            ]),
        ),
        case(
            "double",
            "DOUBLE",
            "case id when 0 then double('nan') when 1 then double('inf') when 2 then double('-inf') when 3 then 4.9e-324D when 4 then 1.7976931348623157e308D when 5 then -0.0D else id / 10.0D end",
            Float64Array::from(vec![
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                5e-324,
                f64::MAX,
                -0.0,
                0.6,
                0.7,
                0.8,
            ]),
        ),
        case(
            "decimal(38,18)",
            "DECIMAL(38,18)",
            "cast(concat(id - 4, '.000000000000000001') as decimal(38,18))",
            decimal(
                38,
                18,
                (0..9).map(|n| (n - 4) * 10_i128.pow(18) + if n < 4 { -1 } else { 1 }).collect(),
            ),
        ),
        case(
            "decimal(38,0)",
            "DECIMAL(38,0)",
            "cast(if(id % 2 = 0, '99999999999999999999999999999999999999', '-99999999999999999999999999999999999999') as decimal(38,0))",
            decimal(
                38,
                0,
                (0..9)
                    .map(|n| if n % 2 == 0 { 10_i128.pow(38) - 1 } else { 1 - 10_i128.pow(38) })
                    .collect(),
            ),
        ),
        case(
            "decimal(10,2)",
            "DECIMAL(10,2)",
            "cast(concat(id, '.05') as decimal(10,2))",
            decimal(10, 2, (0..9).map(|n| n * 100 + 5).collect()),
        ),
        case(
            "string",
            "STRING",
            "concat('zażółć ', id, ' \u{1f980}')",
            texts(|n| format!("zażółć {n} \u{1f980}")),
        ),
        case("empty string", "STRING", "''", texts(|_| String::new())),
        case("char", "STRING", "cast('abc' as char(5))", texts(|_| "abc".to_owned())),
        case(
            "varchar",
            "STRING",
            "cast(concat('v', id) as varchar(9))",
            texts(|n| format!("v{n}")),
        ),
        case(
            "binary",
            "BINARY",
            "if(id = 3, X'', unhex(concat('00FF', lpad(hex(id), 2, '0'))))",
            BinaryArray::from_iter_values(
                (0..9_u8).map(|n| if n == 3 { vec![] } else { vec![0, 255, n] }),
            ),
        ),
        case(
            "date",
            "DATE",
            "case id when 0 then date'0001-01-01' when 1 then date'9999-12-31' when 2 then date'-0044-03-15' when 3 then date'+12024-01-01' when 4 then date'1969-12-31' else date_add(date'2024-02-29', cast(id as int)) end",
            Date32Array::from(vec![
                -719_162,
                2_932_896,
                -735_525,
                3_672_148,
                -1,
                LEAP_DAY + 5,
                LEAP_DAY + 6,
                LEAP_DAY + 7,
                LEAP_DAY + 8,
            ]),
        ),
        case(
            "timestamp",
            "TIMESTAMP",
            "case id when 0 then timestamp'1969-12-31 23:59:59.999999' when 1 then timestamp'1970-01-01 00:00:00.1' when 2 then timestamp'9999-12-31 23:59:59.999999' else timestamp'2024-02-29 12:34:56.123456' end",
            TimestampMicrosecondArray::from(
                [vec![-1, 100_000, 2_932_897 * DAY - 1], vec![noon; 6]].concat(),
            ),
        )
        .arrow(
            "TIMESTAMP",
            TimestampMicrosecondArray::from(
                [vec![-1, 100_000, 2_932_897 * DAY - 1], vec![noon; 6]].concat(),
            )
            .with_timezone("UTC"),
        ),
        case(
            "timestamp_ntz",
            "TIMESTAMP",
            "timestamp_ntz'2024-02-29 12:34:56.123456'",
            TimestampMicrosecondArray::from(vec![noon; ROWS]),
        )
        .arrow("TIMESTAMP_NTZ", TimestampMicrosecondArray::from(vec![noon; ROWS])),
        case("array", "ARRAY", "array(cast(id as int), null)", texts(|n| format!("[{n},null]")))
            .arrow("ARRAY<INT>", lists()),
        case("map", "MAP", "map('k', cast(id as int))", texts(|n| format!("{{\"k\":{n}}}")))
            .arrow("MAP<STRING, INT>", maps()),
        case(
            "struct",
            "STRUCT",
            "named_struct('a', cast(id as int), 'b', 'x')",
            texts(|n| format!("{{\"a\":{n},\"b\":\"x\"}}")),
        )
        .arrow("STRUCT<a: INT, b: STRING>", structs()),
        case(
            "interval year to month",
            "INTERVAL_YEAR_MONTH",
            "make_ym_interval(1, cast(id as int))",
            texts(|n| format!("1-{n}")),
        )
        .arrow(
            "INTERVAL YEAR TO MONTH",
            IntervalYearMonthArray::from_iter_values((0..ROWS as i32).map(|n| 12 + n)),
        ),
        case(
            "interval day to second",
            "INTERVAL_DAY_TIME",
            "make_dt_interval(1, 2, 3, id + 0.5)",
            texts(|n| format!("1 02:03:0{n}.500000000")),
        )
        .arrow(
            "INTERVAL DAY TO SECOND",
            DurationMicrosecondArray::from_iter_values(
                (0..ROWS as i64).map(|n| DAY + (2 * 3600 + 3 * 60 + n) * 1_000_000 + 500_000),
            ),
        ),
        case(
            "calendar interval",
            "STRING",
            "make_interval(1, 2, 0, cast(id as int) + 1)",
            texts(|n| format!("1 years 2 months {} days", n + 1)),
        )
        .not_local("UNSUPPORTED_FEATURE"),
        case("void", "NULL", "null", NullArray::new(ROWS)).arrow("VOID", NullArray::new(ROWS)),
    ]
}

fn numbers() -> Int32Array {
    (0..ROWS as i32).map(Some).collect()
}

/// `[n, null]`
fn lists() -> ListArray {
    let values = (0..ROWS as i32).flat_map(|n| [Some(n), None]).collect::<Int32Array>();
    let element = Arc::new(Field::new("element", DataType::Int32, true));
    ListArray::new(element, OffsetBuffer::from_lengths([2; ROWS]), Arc::new(values), None)
}

/// `{k: n}`
fn maps() -> MapArray {
    let keys = StringArray::from(vec!["k"; ROWS]);
    let fields = [("key", DataType::Utf8, false), ("value", DataType::Int32, true)];
    let fields = Fields::from_iter(fields.map(|(name, kind, null)| Field::new(name, kind, null)));
    let entries = StructArray::new(fields.clone(), vec![Arc::new(keys), Arc::new(numbers())], None);
    let entry = Arc::new(Field::new("entries", DataType::Struct(fields), false));
    let offsets = OffsetBuffer::from_lengths([1; ROWS]);
    MapArray::new(entry, offsets, entries, None, false)
}

/// `{a: n, b: x}`
fn structs() -> StructArray {
    let fields = [("a", DataType::Int32, true), ("b", DataType::Utf8, true)];
    let fields = Fields::from_iter(fields.map(|(name, kind, null)| Field::new(name, kind, null)));
    let texts = StringArray::from(vec!["x"; ROWS]);
    StructArray::new(fields, vec![Arc::new(numbers()), Arc::new(texts)], None)
}

/// The array with NULL in one row.
fn with_null_at(array: &ArrayRef, row: usize) -> ArrayRef {
    use dbsql::arrow::array::make_array;
    let valid = (0..array.len()).map(|at| at != row);
    let nulls = arrow_buffer::NullBuffer::from_iter(valid);
    let data = array.to_data().into_builder().nulls(Some(nulls)).build().unwrap();
    make_array(data)
}

async fn every_type_keeps_its_values_with_nulls_in_every_position(over: SqlProtocol) {
    let connection = connection(over).await;
    for case in cases() {
        let (sql_name, expected) = match case.arrow {
            Arrow::Instead(sql_name, array) if !is_spark() => (sql_name, array),
            Arrow::Missing(class) if !is_spark() => {
                let sql = format!("select {} from range(1)", case.expression);
                let error = connection.execute(sql).await.unwrap_err();
                assert_eq!(error.error_class(), Some(class), "{}: {error}", case.name);
                continue;
            }
            _ => (case.sql_name, case.expected),
        };
        // Column p has NULL in row p; then one column without NULL, and one with only NULL.
        let with_nulls =
            (0..ROWS).map(|p| format!("if(id = {p}, null, {}) as n{p}", case.expression));
        let columns: Vec<_> = with_nulls
            .chain([format!("{} as full", case.expression)])
            .chain([format!("if(id >= 0, null, {}) as empty", case.expression)])
            .collect();
        let sql = format!("select {} from range(0, {ROWS}, 1, 1)", columns.join(", "));
        let rows = connection.execute(sql.as_str()).await.unwrap();
        let schema = rows.schema();
        let batches = rows.fetch_all().await.unwrap();
        assert_eq!(batches.len(), 1, "{}", case.name);
        for (field, column) in schema.fields().iter().zip(batches[0].columns()) {
            assert_eq!(field.data_type(), expected.data_type(), "{} {field}", case.name);
            assert_eq!(field.metadata()["Spark:DataType:SqlName"], sql_name, "{}", case.name);
            assert_eq!(column.len(), ROWS);
        }
        let columns = batches[0].columns();
        assert_same(&columns[ROWS], &expected, case.name);
        if expected.data_type() == &DataType::Null {
            continue;
        }
        for (row, column) in columns[..ROWS].iter().enumerate() {
            assert_same(column, &with_null_at(&expected, row), case.name);
        }
        assert_eq!(columns[ROWS + 1].null_count(), ROWS, "{}", case.name);
    }
}

/// Names, types, metadata and values. Only Thrift reports that a column is never null.
#[tokio::test]
async fn both_protocols_give_equal_columns() {
    if is_spark() {
        return;
    }
    let connections = [connection(SqlProtocol::Thrift).await, connection(SqlProtocol::Sea).await];
    for case in cases() {
        let sql = format!("select {} as it, id from range(0, {ROWS}, 1, 1)", case.expression);
        let [thrift, sea] = connections.each_ref().map(|connection| {
            let rows = connection.execute(&*sql);
            async move {
                match rows.await {
                    Ok(rows) => {
                        let fields = rows.schema().fields().clone();
                        let fields = fields.iter().map(|field| field.as_ref().clone());
                        let fields: Vec<_> =
                            fields.map(|field| field.with_nullable(true)).collect();
                        Ok((fields, rows.fetch_all().await.unwrap()))
                    }
                    Err(error) => {
                        Err((error.kind(), error.retry(), error.error_class().map(str::to_owned)))
                    }
                }
            }
        });
        match (thrift.await, sea.await) {
            (Ok((fields, thrift)), Ok((others, sea))) => {
                assert_eq!(fields, others, "{}", case.name);
                assert_eq!((thrift.len(), sea.len()), (1, 1), "{}", case.name);
                for (one, other) in thrift[0].columns().iter().zip(sea[0].columns()) {
                    assert_same(other, one, case.name);
                }
            }
            (thrift, sea) => assert_eq!(thrift.unwrap_err(), sea.unwrap_err(), "{}", case.name),
        }
    }
}

/// Equal values and nulls; a NaN equals a NaN, and zeros keep their sign.
fn assert_same(actual: &ArrayRef, expected: &ArrayRef, name: &str) {
    use dbsql::arrow::array::cast::AsArray;
    use dbsql::arrow::array::types::{Float32Type, Float64Type};
    match expected.data_type() {
        DataType::Float32 => {
            let bits = |array: &ArrayRef| -> Vec<_> {
                array.as_primitive::<Float32Type>().iter().map(|v| v.map(f32::to_bits)).collect()
            };
            assert_eq!(bits(actual), bits(expected), "{name}");
        }
        DataType::Float64 => {
            let bits = |array: &ArrayRef| -> Vec<_> {
                array.as_primitive::<Float64Type>().iter().map(|v| v.map(f64::to_bits)).collect()
            };
            assert_eq!(bits(actual), bits(expected), "{name}");
        }
        _ => assert_eq!(actual, expected, "{name}"),
    }
}

over_both! {
    #[tokio::test]
    every_type_keeps_its_values_with_nulls_in_every_position,
}
