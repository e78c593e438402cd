//! Arrow streams, LZ4 frames of every mode, schemas and column sets.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder, MapBuilder, StringBuilder};
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    DurationMicrosecondArray, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array,
    Int64Array, IntervalYearMonthArray, NullArray, RecordBatch, StringArray, StringViewArray,
    StructArray, TimestampMicrosecondArray,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};
use dbsql_protocol::types::{
    TBinaryColumn, TBoolColumn, TByteColumn, TColumn, TColumnDesc, TDoubleColumn, TI16Column,
    TI32Column, TI64Column, TPrimitiveTypeEntry, TRowSet, TStringColumn, TTableSchema, TTypeDesc,
    TTypeEntry, TTypeId, TTypeQualifierValue, TTypeQualifiers,
};
use dbsql_protocol::wire::{ThriftStruct, Writer};
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

use crate::Seed;
use crate::input::section;

/// One result: its batches, all of one schema.
struct Sample {
    name: &'static str,
    batches: Vec<RecordBatch>,
}

fn samples() -> Vec<Sample> {
    let of = |name, columns: Vec<(&str, ArrayRef)>| {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, column)| (name, column, true)),
        );
        let batch = batch.expect("columns of one length");
        Sample { name, batches: vec![batch.clone(), batch.slice(1, 2)] }
    };
    vec![
        of("numbers", numbers()),
        of("texts", texts()),
        of("times", times()),
        of("nested", nested()),
        of("dictionary", vec![("d", dictionary())]),
    ]
}

fn numbers() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("i8", Arc::new(Int8Array::from(vec![Some(-1), None, Some(1)]))),
        ("i16", Arc::new(Int16Array::from(vec![1, 2, 3]))),
        ("i32", Arc::new(Int32Array::from(vec![None, None, Some(3)]))),
        ("i64", Arc::new(Int64Array::from(vec![i64::MIN, 0, i64::MAX]))),
        ("f32", Arc::new(Float32Array::from(vec![0.5, f32::NAN, -0.0]))),
        ("f64", Arc::new(Float64Array::from(vec![Some(0.5), None, Some(f64::INFINITY)]))),
    ]
}

fn texts() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("s", Arc::new(StringArray::from(vec![Some("é"), None, Some("")]))),
        ("v", Arc::new(StringViewArray::from(vec!["short", "longer than twelve bytes", ""]))),
        ("b", Arc::new(BinaryArray::from(vec![Some(&b"\xff"[..]), None, Some(b"")]))),
        ("n", Arc::new(NullArray::new(3))),
    ]
}

fn times() -> Vec<(&'static str, ArrayRef)> {
    let decimals = Decimal128Array::from(vec![Some(-123), None, Some(99_999)]);
    let instants = TimestampMicrosecondArray::from(vec![Some(0), None, Some(i64::MAX)]);
    vec![
        ("d", Arc::new(Date32Array::from(vec![Some(-1), None, Some(20_000)]))),
        ("t", Arc::new(instants.clone())),
        ("z", Arc::new(instants.with_timezone("Etc/UTC"))),
        ("dec", Arc::new(decimals.with_precision_and_scale(5, 2).expect("five digits"))),
        ("ym", Arc::new(IntervalYearMonthArray::from(vec![1, -1, 0]))),
        ("dt", Arc::new(DurationMicrosecondArray::from(vec![Some(1), None, Some(-1)]))),
    ]
}

fn nested() -> Vec<(&'static str, ArrayRef)> {
    let mut list = ListBuilder::new(Int32Builder::new());
    list.append_value([Some(1), None]);
    list.append_null();
    list.append_value([]);
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    map.keys().append_value("k");
    map.values().append_value(1);
    for valid in [true, false, true] {
        map.append(valid).expect("as many keys as values");
    }
    let inner: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None, Some(3)]));
    let field = Arc::new(Field::new("a", DataType::Int32, true));
    vec![
        ("l", Arc::new(list.finish())),
        ("m", Arc::new(map.finish())),
        ("s", Arc::new(StructArray::from(vec![(field, inner)]))),
    ]
}

fn dictionary() -> ArrayRef {
    Arc::new([Some("a"), None, Some("b")].into_iter().collect::<DictionaryArray<Int8Type>>())
}

/// A complete stream, and the length of its schema message.
fn stream(batches: &[RecordBatch], schema: &Schema) -> (Vec<u8>, usize) {
    let mut writer = StreamWriter::try_new(Vec::new(), schema).expect("a schema");
    let schema = writer.get_ref().len();
    batches.iter().for_each(|batch| writer.write(batch).expect("a batch"));
    (writer.into_inner().expect("an end"), schema)
}

/// An input of a stream target: the selectors of limit and pieces, the schema, the stream.
fn input(limit: u8, pieces: u8, schema: &[u8], stream: &[u8]) -> Vec<u8> {
    [&[limit, pieces][..], &section(schema), stream].concat()
}

pub(crate) fn files() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (at, Sample { name, batches }) in (0..).zip(samples()) {
        let (stream, schema) = stream(&batches, &batches[0].schema());
        seeds.push(Seed::new(name, input(0, at * 8, &stream[..schema], &stream)));
        let bytes = &stream[..stream.len() - 8];
        seeds.push(Seed::new(format!("{name}-without-end"), input(2, 2, &stream[..schema], bytes)));
    }
    let renamed = &samples()[0].batches;
    let schema = renamed[0].schema();
    let others: Vec<_> =
        schema.fields().iter().map(|f| f.as_ref().clone().with_name("x")).collect();
    let (stream_of_other, _) = stream(renamed, &schema);
    let (announced, length) = stream(&[], &Schema::new(others));
    let bytes = input(0, 3, &announced[..length], &stream_of_other);
    seeds.push(Seed::new("numbers-under-other-names", bytes));
    seeds
}

pub(crate) fn inline() -> Vec<Seed> {
    let seed = |(at, Sample { name, batches })| {
        let (stream, schema) = stream(&batches, &batches[0].schema());
        let (schema, messages) = stream.split_at(schema);
        Seed::new(name, input(0, at, schema, &messages[..messages.len() - 8]))
    };
    (0..).zip(samples()).map(seed).collect()
}

/// The ways to write a frame.
fn modes() -> Vec<(&'static str, FrameInfo)> {
    let info = FrameInfo::new();
    vec![
        ("plain", info.clone()),
        ("linked", info.clone().block_mode(BlockMode::Linked)),
        ("block-checksums", info.clone().block_checksums(true)),
        ("content-checksum", info.clone().content_checksum(true)),
        (
            "linked-all-checksums",
            info.clone().block_mode(BlockMode::Linked).block_checksums(true).content_checksum(true),
        ),
        ("large-blocks", info.block_size(BlockSize::Max4MB)),
    ]
}

/// The content in the requested number of frames, with an empty one after the first.
fn frames(content: &[u8], info: &FrameInfo, count: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, part) in content.chunks(content.len().div_ceil(count)).enumerate() {
        if at == 1 {
            frame(&mut out, info.clone(), &[]);
        }
        frame(&mut out, info.clone(), part);
    }
    out
}

fn frame(out: &mut Vec<u8>, mut info: FrameInfo, content: &[u8]) {
    // In addition to the mode, frames differ in whether they have a content size.
    if info.block_checksums {
        info = info.content_size(Some(content.len() as u64));
    }
    let mut encoder = FrameEncoder::with_frame_info(info, out);
    // Two blocks; there is a frame header even without content.
    let (first, second) = content.split_at(content.len() / 2);
    for part in [first, second] {
        encoder.write_all(part).expect("a vector takes all bytes");
        encoder.flush().expect("a vector takes all bytes");
    }
    encoder.finish().expect("a vector takes all bytes");
}

pub(crate) fn files_lz4() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (at, Sample { name, batches }) in (0_u8..).zip(samples()) {
        let (stream, schema) = stream(&batches, &batches[0].schema());
        for (mode, (mode_name, info)) in (0_u8..).zip(modes()) {
            if usize::from(at + mode) % 3 == 0 {
                let frames = frames(&stream, &info, 1 + usize::from(mode % 3));
                let bytes = input(0, at * 8 + mode, &stream[..schema], &frames);
                seeds.push(Seed::new(format!("{name}-{mode_name}"), bytes));
            }
        }
    }
    // Incompressible rows, which blocks store uncompressed.
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.cast_signed()
    };
    let noise = Int64Array::from_iter_values((0..300).map(|_| next()));
    let noise = RecordBatch::try_from_iter([("n", Arc::new(noise) as ArrayRef)]).expect("a column");
    let (noise, schema) = stream(std::slice::from_ref(&noise), &noise.schema());
    let stored = frames(&noise, &FrameInfo::new(), 1);
    seeds.push(Seed::new("stored-blocks", input(0, 5, &noise[..schema], &stored)));
    // Rows that expand much beyond their bytes on the wire.
    let zeros = Int64Array::from_iter_values((0..100_000).map(|_| 0));
    let zeros = RecordBatch::try_from_iter([("n", Arc::new(zeros) as ArrayRef)]).expect("a column");
    let (zeros, schema) = stream(std::slice::from_ref(&zeros), &zeros.schema());
    let large = frames(&zeros, &FrameInfo::new().block_size(BlockSize::Max4MB), 1);
    seeds.push(Seed::new("zeros", input(0, 5, &zeros[..schema], &large)));
    seeds
}

pub(crate) fn inline_lz4() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (at, Sample { name, batches }) in (0_u8..).zip(samples()) {
        let (stream, schema) = stream(&batches, &batches[0].schema());
        let (schema, messages) = stream.split_at(schema);
        let (mode, info) = &modes()[usize::from(at) % 6];
        let frames = frames(&messages[..messages.len() - 8], info, 1 + usize::from(at % 3));
        seeds.push(Seed::new(format!("{name}-{mode}"), input(0, at, schema, &frames)));
    }
    seeds
}

pub(crate) fn schemas() -> Vec<Seed> {
    let seed = |Sample { name, batches }| {
        let (stream, schema) = stream(&batches, &batches[0].schema());
        Seed::new(name, &stream[..schema])
    };
    let mut seeds: Vec<_> = samples().into_iter().map(seed).collect();
    let metadata = [("Spark:DataType:SqlName".to_owned(), "VARIANT".to_owned())];
    let variant = Field::new("v", DataType::Utf8, true).with_metadata(metadata.into());
    let (message, length) = stream(&[], &Schema::new(vec![variant]));
    seeds.push(Seed::new("metadata", &message[..length]));
    seeds
}

/// One column: its type, its qualifiers and its values.
type Column = (TTypeId, &'static [(&'static str, i32)], TColumn);

pub(crate) fn columns() -> Vec<Seed> {
    let strings = |values: [&str; 3]| {
        TColumn::StringVal(TStringColumn {
            values: values.into_iter().collect(),
            nulls: vec![0b010].into(),
        })
    };
    let sets: Vec<(&str, Vec<Column>)> = vec![
        (
            "numbers",
            vec![
                (TTypeId::BOOLEAN_TYPE, &[], bools()),
                (TTypeId::TINYINT_TYPE, &[], bytes()),
                (TTypeId::SMALLINT_TYPE, &[], shorts()),
                (TTypeId::INT_TYPE, &[], ints()),
                (TTypeId::BIGINT_TYPE, &[], longs()),
                (TTypeId::FLOAT_TYPE, &[], doubles()),
                (TTypeId::DOUBLE_TYPE, &[], doubles()),
            ],
        ),
        (
            "texts",
            vec![
                (TTypeId::STRING_TYPE, &[], strings(["é", "", "longer than that"])),
                (TTypeId::BINARY_TYPE, &[], binaries()),
                (TTypeId::NULL_TYPE, &[], strings(["", "", ""])),
            ],
        ),
        (
            "parsed",
            vec![
                (TTypeId::DATE_TYPE, &[], strings(["2024-02-29", "", "-0001-12-31"])),
                (
                    TTypeId::TIMESTAMP_TYPE,
                    &[],
                    strings(["2024-02-29 23:59:59.123456", "", "1969-12-31 00:00:00"]),
                ),
                (
                    TTypeId::DECIMAL_TYPE,
                    &[("precision", 38), ("scale", 6)],
                    strings(["-12345678901234567890.123456", "", "1000"]),
                ),
                (
                    TTypeId::DECIMAL_TYPE,
                    &[("precision", 5), ("scale", 2)],
                    strings(["999.99", "", "-0.01"]),
                ),
                (TTypeId::DECIMAL_TYPE, &[], strings(["1.5", "", "2"])),
            ],
        ),
    ];
    let mut seeds: Vec<_> = sets.into_iter().map(|(name, columns)| set(name, columns)).collect();
    seeds.push(set("one-number", vec![(TTypeId::BIGINT_TYPE, &[], longs())]));
    let text = (TTypeId::DATE_TYPE, &[][..], strings(["2024-01-31", "", "0001-01-01"]));
    seeds.push(set("one-date", vec![text]));
    seeds
}

fn bools() -> TColumn {
    let nulls = vec![0b001].into();
    TColumn::BoolVal(TBoolColumn { values: [true, false, true].into_iter().collect(), nulls })
}

fn bytes() -> TColumn {
    let nulls = vec![].into();
    TColumn::ByteVal(TByteColumn { values: [-1, 0, 1].into_iter().collect(), nulls })
}

fn shorts() -> TColumn {
    let nulls = vec![0, 0, 0].into();
    TColumn::I16Val(TI16Column { values: [-1, 0, 1].into_iter().collect(), nulls })
}

fn ints() -> TColumn {
    let nulls = vec![0b101].into();
    TColumn::I32Val(TI32Column { values: [-1, 0, 1].into_iter().collect(), nulls })
}

fn longs() -> TColumn {
    let nulls = vec![0b110, 0xff].into();
    TColumn::I64Val(TI64Column { values: [i64::MIN, 0, i64::MAX].into_iter().collect(), nulls })
}

fn doubles() -> TColumn {
    let nulls = vec![0b010].into();
    TColumn::DoubleVal(TDoubleColumn { values: [0.5, f64::NAN, -0.0].into_iter().collect(), nulls })
}

fn binaries() -> TColumn {
    let values = [&b"\xff\x00"[..], b"", b"abc"].into_iter().collect();
    TColumn::BinaryVal(TBinaryColumn { values, nulls: vec![0b010].into() })
}

fn set(name: &str, columns: Vec<Column>) -> Seed {
    let mut table = TTableSchema::default();
    let mut rows = TRowSet::default();
    for (position, (r#type, qualifiers, column)) in (1..).zip(columns) {
        let qualifiers = qualifiers
            .iter()
            .map(|(key, value)| ((*key).to_owned(), TTypeQualifierValue::I32Value(*value)));
        let qualifiers = TTypeQualifiers { qualifiers: qualifiers.collect() };
        let entry = TPrimitiveTypeEntry {
            r#type,
            type_qualifiers: (!qualifiers.qualifiers.is_empty()).then_some(qualifiers),
        };
        table.columns.push(TColumnDesc {
            column_name: format!("c{position}"),
            type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry)] },
            position,
            ..TColumnDesc::default()
        });
        rows.columns.get_or_insert_default().push(column);
    }
    Seed::new(name, [section(&encoded(&table)), encoded(&rows)].concat())
}

fn encoded(value: &impl ThriftStruct) -> Vec<u8> {
    let mut writer = Writer::new();
    value.write(&mut writer);
    writer.finish().to_vec()
}
