//! Converts a million rows of nine types from Thrift columns to Arrow.
//!
//! `cargo bench -p dbsql-arrow --bench columnar`. The baseline copies the same bytes once. Times
//! are CPU times of this thread, as counted by Linux, so that other load on the machine affects
//! them less.

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use criterion::{Bencher, Criterion, Throughput, criterion_group, criterion_main};
use dbsql_arrow::Layout;
use dbsql_protocol::types::{
    TBinaryColumn, TBoolColumn, TColumn, TColumnDesc, TDoubleColumn, TI32Column, TI64Column,
    TPrimitiveTypeEntry, TRowSet, TStringColumn, TTableSchema, TTypeDesc, TTypeEntry, TTypeId,
    TTypeQualifierValue, TTypeQualifiers,
};
use dbsql_protocol::wire::{Reader, ThriftStruct, Writer};

const ROWS: u64 = 1_000_000;
/// Rows per set, as servers send them.
const SET: u64 = 100_000;

/// A fixed sequence of pseudo-random numbers.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 29)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

fn table() -> TTableSchema {
    let decimal = [("precision", 18), ("scale", 6)];
    let columns = [
        ("boolean", TTypeId::BOOLEAN_TYPE, &[][..]),
        ("int", TTypeId::INT_TYPE, &[]),
        ("bigint", TTypeId::BIGINT_TYPE, &[]),
        ("double", TTypeId::DOUBLE_TYPE, &[]),
        ("string", TTypeId::STRING_TYPE, &[]),
        ("binary", TTypeId::BINARY_TYPE, &[]),
        ("decimal", TTypeId::DECIMAL_TYPE, &decimal),
        ("date", TTypeId::DATE_TYPE, &[]),
        ("timestamp", TTypeId::TIMESTAMP_TYPE, &[]),
    ];
    let column = |(name, id, qualifiers): (&str, TTypeId, &[(&str, i32)])| {
        let qualifiers = qualifiers
            .iter()
            .map(|(key, value)| ((*key).to_owned(), TTypeQualifierValue::I32Value(*value)))
            .collect();
        let type_qualifiers = Some(TTypeQualifiers { qualifiers });
        let entry = TPrimitiveTypeEntry { r#type: id, type_qualifiers };
        TColumnDesc {
            column_name: name.to_owned(),
            type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry)] },
            ..TColumnDesc::default()
        }
    };
    TTableSchema { columns: columns.map(column).into() }
}

/// An encoded set. In every column, one row in `null_in` is null; 0 for none.
fn set(numbers: &mut Numbers, null_in: u64) -> Bytes {
    let mut bits = vec![0_u8; SET.div_ceil(8) as usize];
    if null_in > 0 {
        (0..SET as usize)
            .filter(|_| numbers.below(null_in) == 0)
            .for_each(|row| bits[row / 8] |= 1 << (row % 8));
    }
    let nulls = if null_in > 0 { Bytes::from(bits) } else { Bytes::new() };
    let null =
        |row: u64| nulls.get(row as usize / 8).is_some_and(|bits| bits >> (row % 8) & 1 == 1);
    let mut texts = |text: &mut dyn FnMut(&mut Numbers) -> String| {
        let texts = (0..SET).map(|row| if null(row) { String::new() } else { text(numbers) });
        TStringColumn { values: texts.collect(), nulls: nulls.clone() }
    };
    let string = texts(&mut |n| {
        let length = 8 + n.below(17) as usize;
        format!("{:016x}{:016x}", n.next(), n.next())[..length].to_owned()
    });
    let decimal = texts(&mut |n| {
        let sign = if n.below(4) == 0 { "-" } else { "" };
        format!("{sign}{}.{:06}", n.below(100_000_000), n.below(1_000_000))
    });
    let date = |n: &mut Numbers| {
        format!("{:04}-{:02}-{:02}", 1990 + n.below(60), 1 + n.below(12), 1 + n.below(28))
    };
    let dates = texts(&mut |n| date(n));
    let timestamp = texts(&mut |n| {
        let (hour, minute, second) = (n.below(24), n.below(60), n.below(60));
        let text = format!("{} {hour:02}:{minute:02}:{second:02}", date(n));
        // Trailing zeros are dropped, as Spark does.
        let fraction = format!("{text}.{:06}", n.below(1_000_000));
        fraction.trim_end_matches('0').trim_end_matches('.').to_owned()
    });
    let binary = (0..SET).map(|row| match null(row) {
        true => Vec::new(),
        false => numbers.next().to_be_bytes()[..4 + row as usize % 5].to_vec(),
    });
    let binary = TBinaryColumn { values: binary.collect(), nulls: nulls.clone() };
    let values = (0..SET).map(|_| numbers.next().is_multiple_of(2)).collect();
    let boolean = TBoolColumn { values, nulls: nulls.clone() };
    let values = (0..SET).map(|_| numbers.next() as i32).collect();
    let int = TI32Column { values, nulls: nulls.clone() };
    let values = (0..SET).map(|_| numbers.next() as i64).collect();
    let bigint = TI64Column { values, nulls: nulls.clone() };
    let values = (0..SET).map(|_| numbers.next() as f64 / 1e6).collect();
    let double = TDoubleColumn { values, nulls };
    let columns = vec![
        TColumn::BoolVal(boolean),
        TColumn::I32Val(int),
        TColumn::I64Val(bigint),
        TColumn::DoubleVal(double),
        TColumn::StringVal(string),
        TColumn::BinaryVal(binary),
        TColumn::StringVal(decimal),
        TColumn::StringVal(dates),
        TColumn::StringVal(timestamp),
    ];
    let mut writer = Writer::new();
    TRowSet { columns: Some(columns), ..TRowSet::default() }.write(&mut writer);
    writer.finish()
}

fn read(set: &Bytes) -> Vec<TColumn> {
    let set = TRowSet::read(&mut Reader::new(set.clone())).expect("the set is valid");
    set.columns.expect("the set has columns")
}

fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("this is Linux");
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.expect("the first number is the time on a CPU"))
}

fn measure(b: &mut Bencher<'_>, mut run: impl FnMut()) {
    b.iter_custom(|times| {
        let start = cpu_time();
        (0..times).for_each(|_| run());
        cpu_time() - start
    });
}

fn columnar(c: &mut Criterion) {
    let layout = Layout::new(None, Some(&table()), false).expect("the schema is valid");
    for (name, null_in) in [("no_nulls", 0), ("one_null_in_ten", 10)] {
        let mut numbers = Numbers(1);
        let bodies: Vec<Bytes> = (0..ROWS / SET).map(|_| set(&mut numbers, null_in)).collect();
        let sets: Vec<Vec<TColumn>> = bodies.iter().map(read).collect();
        let mut group = c.benchmark_group(format!("columnar/{name}"));
        let bytes = bodies.iter().map(|body| body.len() as u64).sum();
        group.throughput(Throughput::Bytes(bytes)).sample_size(20);
        group.bench_function("copy", |b| {
            measure(b, || bodies.iter().for_each(|body| drop(black_box(body.to_vec()))));
        });
        group.bench_function("read", |b| {
            measure(b, || bodies.iter().for_each(|body| drop(black_box(read(body)))));
        });
        let arrow = |layout: &Layout, columns: &[TColumn]| {
            drop(black_box(layout.columns(columns).expect("the values are valid")));
        };
        group.bench_function("arrow", |b| {
            measure(b, || sets.iter().for_each(|set| arrow(&layout, set)));
        });
        group.bench_function("read_and_arrow", |b| {
            measure(b, || bodies.iter().for_each(|body| arrow(&layout, &read(body))));
        });
        for (at, column) in table().columns.into_iter().enumerate().filter(|_| null_in == 0) {
            let name = column.column_name.clone();
            let table = TTableSchema { columns: vec![column] };
            let layout = Layout::new(None, Some(&table), false).expect("the schema is valid");
            group.throughput(Throughput::Elements(ROWS));
            group.bench_function(name, |b| {
                measure(b, || sets.iter().for_each(|set| arrow(&layout, &set[at..=at])));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, columnar);
criterion_main!(benches);
