//! Random columns, rows, encodings and chunks.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, ListArray,
    NullArray, RecordBatch, RecordBatchOptions, StringArray, StructArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};

use crate::BufferPool;
use crate::samples::{
    NO_LIMIT, Noise, aligned_stream, decoded, frame, frame_infos, layout, messages_of,
};

#[derive(Clone, Copy, Debug)]
enum Kind {
    Boolean,
    Long,
    Double,
    Decimal,
    Text,
    Binary,
    Null,
    List,
    Struct,
}

const KINDS: [Kind; 9] = [
    Kind::Boolean,
    Kind::Long,
    Kind::Double,
    Kind::Decimal,
    Kind::Text,
    Kind::Binary,
    Kind::Null,
    Kind::List,
    Kind::Struct,
];

fn array(kind: Kind, rows: usize, noise: &mut Noise) -> ArrayRef {
    // Every fourth value is null.
    let mut seeds: Vec<Option<usize>> = Vec::new();
    seeds.resize_with(rows, || (noise.below(4) > 0).then(|| noise.below(1 << 20)));
    let seeds = seeds.into_iter();
    let text = |seed: usize| "snow ☃ ".repeat(seed % 7);
    match kind {
        Kind::Boolean => {
            Arc::new(seeds.map(|seed| seed.map(|n| n % 2 == 0)).collect::<BooleanArray>())
        }
        Kind::Long => Arc::new(seeds.map(|seed| seed.map(|n| n as i64)).collect::<Int64Array>()),
        Kind::Double => {
            Arc::new(seeds.map(|seed| seed.map(|n| n as f64)).collect::<Float64Array>())
        }
        Kind::Decimal => {
            let values: Decimal128Array = seeds.map(|seed| seed.map(|n| n as i128)).collect();
            Arc::new(values.with_precision_and_scale(30, 3).unwrap())
        }
        Kind::Text => Arc::new(seeds.map(|seed| seed.map(text)).collect::<StringArray>()),
        Kind::Binary => Arc::new(seeds.map(|seed| seed.map(text)).collect::<BinaryArray>()),
        Kind::Null => Arc::new(NullArray::new(rows)),
        Kind::List => {
            let lists = seeds.map(|seed| seed.map(|n| [Some(n as i32), None].repeat(n % 3)));
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists))
        }
        Kind::Struct => {
            let fields = vec![
                Field::new("a", DataType::Utf8, true),
                Field::new("b", DataType::Decimal128(30, 3), true),
            ];
            let (texts, decimals) =
                (array(Kind::Text, rows, noise), array(Kind::Decimal, rows, noise));
            Arc::new(StructArray::new(fields.into(), vec![texts, decimals], None))
        }
    }
}

fn batch(schema: &SchemaRef, kinds: &[Kind], rows: usize, noise: &mut Noise) -> RecordBatch {
    let columns = kinds.iter().map(|kind| array(*kind, rows, noise)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).unwrap()
}

/// Columns may have the same name, and there may be none.
fn schema(kinds: &[Kind]) -> SchemaRef {
    let fields = kinds.iter().enumerate().map(|(n, kind)| {
        Field::new(format!("c{}", n % 3), array(*kind, 0, &mut Noise(0)).data_type().clone(), true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    prop::collection::vec(prop::sample::select(&KINDS[..]), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn decoded_rows_equal_the_sent_rows(
        kinds in kinds(),
        rows in prop::collection::vec(0..1500_usize, 1..5),
        seed in any::<u64>(),
        alignment in prop::sample::select(vec![8_usize, 16, 32, 64]),
        info in prop::option::of(0..16_usize),
        is_inline in any::<bool>(),
        longest in 1..20_000_usize,
    ) {
        let mut noise = Noise(seed);
        let schema = schema(&kinds);
        let mut sent: Vec<_> =
            rows.iter().map(|rows| batch(&schema, &kinds, *rows, &mut noise)).collect();
        let mut bytes = aligned_stream(&sent, alignment);
        if is_inline {
            bytes = messages_of(&bytes);
        }
        if let Some(info) = info {
            // Two frames, split at any position.
            let (front, back) = bytes.split_at(noise.below(bytes.len() + 1));
            let mut frames = frame(front, frame_infos().swap_remove(info));
            frames.extend(frame(back, frame_infos().swap_remove(info)));
            bytes = frames;
        }
        let mut rest = &bytes[..];
        let chunks = std::iter::from_fn(|| {
            let (chunk, behind) = rest.split_at(rest.len().min(1 + noise.below(longest)));
            rest = behind;
            (!chunk.is_empty()).then_some(chunk)
        });
        let (layout, pool) = (layout(&schema, info.is_some()), BufferPool::new());
        let decoder =
            if is_inline { layout.inline(NO_LIMIT, &pool).unwrap() } else { layout.file(NO_LIMIT, &pool) };
        let found = decoded(decoder, chunks).unwrap();
        sent.retain(|batch| batch.num_rows() > 0);
        assert_eq!(found, sent);
    }
}
