//! Compares decoding with a baseline: the same blocks decompressed into a reused buffer, and the
//! same messages read without copying.
//!
//! `cargo bench -p dbsql-arrow`; the baseline verifies no checksums and allocates nothing for
//! content.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench stops where a test would fail")]

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::StreamWriter;
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dbsql_arrow::{BufferPool, Decoder, Layout, Step};
use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};

const LIMIT: usize = 64 << 20;

/// The size of the chunks of a response.
const CHUNK: usize = 256 << 10;

/// Rows like those of a fact table: keys, amounts, short strings.
fn batch(rows: i64) -> RecordBatch {
    let mixed = |n: i64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64) >> 20;
    let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    let others: ArrayRef =
        Arc::new(Int64Array::from_iter_values((0..rows).map(|n| mixed(n).rem_euclid(100_000))));
    let amounts: ArrayRef = Arc::new(Float64Array::from_iter_values(
        (0..rows).map(|n| (mixed(n) % 10_000) as f64 / 100.0),
    ));
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values(
        (0..rows).map(|n| format!("customer {} of {}", mixed(n) % 1000, n % 17)),
    ));
    RecordBatch::try_from_iter([("k", keys), ("o", others), ("a", amounts), ("t", texts)]).unwrap()
}

fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.into_inner().unwrap()
}

fn frame(content: &[u8], info: FrameInfo) -> Bytes {
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap().into()
}

fn schema_message(batch: &RecordBatch) -> Bytes {
    let stream = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap().into_inner().unwrap();
    stream.into()
}

/// Decodes one chunk after another and drops each batch.
fn decode(mut decoder: Decoder, bytes: &Bytes, chunk: usize) -> usize {
    let mut rows = 0;
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes.len().min(at + chunk);
        decoder.push(bytes.slice(at..end));
        at = end;
        loop {
            match decoder.step().unwrap() {
                Step::Batch(batch) => rows += black_box(batch).num_rows(),
                Step::Worked => {}
                Step::NeedsInput => break,
            }
        }
    }
    decoder.finish().unwrap();
    rows
}

/// The first part of the baseline: independent blocks without checksums, into one buffer.
fn floor_blocks(frame: &[u8], target: &mut [u8]) -> usize {
    let mut at = 7;
    let mut filled = 0;
    loop {
        let size = u32::from_le_bytes(*frame[at..].first_chunk().unwrap());
        at += 4;
        let length = (size & 0x7fff_ffff) as usize;
        if length == 0 {
            return filled;
        }
        let block = &frame[at..at + length];
        let free = &mut target[filled..];
        if size >> 31 == 1 {
            free[..length].copy_from_slice(block);
            filled += length;
        } else {
            filled += lz4_flex::block::decompress_into(block, free).unwrap();
        }
        at += length;
    }
}

/// The second part of the baseline: messages read in place.
fn floor_messages(schema: Option<&Bytes>, mut stream: Buffer) -> usize {
    let mut decoder = StreamDecoder::new();
    if let Some(schema) = schema {
        let mut schema = Buffer::from(schema.slice(..schema.len() - 8));
        assert!(decoder.decode(&mut schema).unwrap().is_none());
    }
    let mut rows = 0;
    while !stream.is_empty() {
        if let Some(batch) = decoder.decode(&mut stream).unwrap() {
            rows += black_box(batch).num_rows();
        }
    }
    rows
}

/// Lends the target to Arrow and takes it back.
fn floor(frame: &[u8], schema: Option<&Bytes>, target: &mut Vec<u8>) -> usize {
    let filled = floor_blocks(frame, target);
    let buffer = Buffer::from_vec(std::mem::take(target));
    let rows = floor_messages(schema, buffer.slice_with_length(0, filled));
    *target = buffer.into_vec().unwrap();
    rows
}

fn files(criterion: &mut Criterion) {
    let sent = vec![batch(20_000); 11];
    let content = stream(&sent);
    let rows = 11 * 20_000;
    let layout = Layout::new(Some(schema_message(&sent[0])), None, true).unwrap();
    let pool = BufferPool::new();
    for (name, size) in [("64 KiB", BlockSize::Max64KB), ("4 MiB", BlockSize::Max4MB)] {
        let mut group = criterion.benchmark_group(format!("file of {name} blocks"));
        group.throughput(Throughput::Bytes(content.len() as u64));
        let info = FrameInfo::new().block_size(size);
        let plain = frame(&content, info.clone());
        let checked = frame(&content, info.content_checksum(true).block_checksums(true));
        group.bench_function("floor", |bencher| {
            let mut target = vec![0; content.len() + (4 << 20)];
            bencher.iter(|| assert_eq!(floor(&plain, None, &mut target), rows));
        });
        for (label, frames) in [("decoder", &plain), ("decoder with checksums", &checked)] {
            group.bench_function(label, |bencher| {
                bencher.iter(|| assert_eq!(decode(layout.file(LIMIT, &pool), frames, CHUNK), rows));
            });
        }
        group.finish();
    }
}

fn inline(criterion: &mut Criterion) {
    let sent = vec![batch(2_000)];
    let schema = schema_message(&sent[0]);
    let content = stream(&sent);
    let content = &content[schema.len() - 8..content.len() - 8];
    let layout = Layout::new(Some(schema.clone()), None, true).unwrap();
    let pool = BufferPool::new();
    for (name, size) in [("64 KiB", BlockSize::Max64KB), ("4 MiB", BlockSize::Max4MB)] {
        let frames = frame(content, FrameInfo::new().block_size(size));
        let mut group = criterion.benchmark_group(format!("inline batch of {name} blocks"));
        group.throughput(Throughput::Bytes(content.len() as u64));
        group.bench_function("floor", |bencher| {
            let mut target = vec![0; content.len() + (4 << 20)];
            bencher.iter(|| assert_eq!(floor(&frames, Some(&schema), &mut target), 2_000));
        });
        group.bench_function("decoder", |bencher| {
            bencher.iter(|| {
                let decoder = layout.inline(LIMIT, &pool).unwrap();
                assert_eq!(decode(decoder, &frames, CHUNK), 2_000);
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30);
    targets = files, inline
}
criterion_main!(benches);
