//! Sample streams for tests, and helpers that decode them.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, Int32Array, NullArray, RecordBatch, StringArray};
use arrow_ipc::MetadataVersion;
use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};
use arrow_schema::Schema;
use bytes::Bytes;
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

use crate::{BufferPool, Decoder, Layout, Result, Step};

pub(crate) const NO_LIMIT: usize = 1 << 30;

const END_OF_STREAM: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// Rows of four types, with nulls, and decimals that need an alignment of 16.
pub(crate) fn batch(rows: i32) -> RecordBatch {
    let ints: ArrayRef =
        Arc::new((0..rows).map(|n| (n % 3 != 0).then_some(n)).collect::<Int32Array>());
    let texts: ArrayRef =
        Arc::new((0..rows).map(|n| Some(format!("row {n}"))).collect::<StringArray>());
    let decimals: ArrayRef = Arc::new(
        Decimal128Array::from_iter_values((0..rows).map(i128::from))
            .with_precision_and_scale(38, 4)
            .unwrap(),
    );
    let nulls: ArrayRef = Arc::new(NullArray::new(rows as usize));
    RecordBatch::try_from_iter_with_nullable([
        ("i", ints, true),
        ("t", texts, true),
        ("d", decimals, true),
        ("n", nulls, true),
    ])
    .unwrap()
}

/// Encodes the batches as a stream.
pub(crate) fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    aligned_stream(batches, 64)
}

/// Encodes the batches with buffers padded to `alignment`.
pub(crate) fn aligned_stream(batches: &[RecordBatch], alignment: usize) -> Vec<u8> {
    let schema = batches[0].schema();
    let options = IpcWriteOptions::try_new(alignment, false, MetadataVersion::V5).unwrap();
    let mut writer = StreamWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

pub(crate) fn schema_message(schema: &Schema) -> Bytes {
    let stream = StreamWriter::try_new(Vec::new(), schema).unwrap().into_inner().unwrap();
    Bytes::copy_from_slice(stream.strip_suffix(&END_OF_STREAM).unwrap())
}

/// Returns the messages of a stream after its schema, without the end-of-stream mark.
pub(crate) fn messages_of(stream: &[u8]) -> Vec<u8> {
    let length = i32::from_le_bytes(stream[4..8].try_into().unwrap());
    stream[8 + length as usize..stream.len() - END_OF_STREAM.len()].to_vec()
}

pub(crate) fn frame(content: &[u8], info: FrameInfo) -> Vec<u8> {
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// All checksums, and independent blocks of 64 KiB.
pub(crate) fn checked() -> FrameInfo {
    FrameInfo::new().block_size(BlockSize::Max64KB).content_checksum(true).block_checksums(true)
}

/// Every kind of frame.
pub(crate) fn frame_infos() -> Vec<FrameInfo> {
    let mut infos = Vec::new();
    for size in [BlockSize::Max64KB, BlockSize::Max256KB, BlockSize::Max1MB, BlockSize::Max4MB] {
        for mode in [BlockMode::Independent, BlockMode::Linked] {
            for checksums in [false, true] {
                infos.push(
                    FrameInfo::new()
                        .block_size(size)
                        .block_mode(mode)
                        .block_checksums(checksums)
                        .content_checksum(checksums),
                );
            }
        }
    }
    infos
}

/// Returns the layout of a result with the given columns.
pub(crate) fn layout(schema: &Schema, lz4: bool) -> Layout {
    Layout::new(Some(schema_message(schema)), None, lz4).unwrap()
}

/// Returns a decoder for a file with the columns of [`batch`].
pub(crate) fn file(lz4: bool) -> Decoder {
    layout(batch(0).schema_ref(), lz4).file(NO_LIMIT, &BufferPool::new())
}

/// Decodes the available input.
pub(crate) fn drain(decoder: &mut Decoder, batches: &mut Vec<RecordBatch>) -> Result<()> {
    loop {
        let (held, bound) = (decoder.held_bytes(), decoder.next_bytes());
        let step = decoder.step()?;
        let grown = decoder.held_bytes().saturating_sub(held);
        assert!(grown <= bound, "a step added {grown} bytes where {bound} were the most");
        match step {
            Step::Batch(batch) => {
                assert!(batch.num_rows() > 0);
                batches.push(batch);
            }
            Step::Worked => {}
            Step::NeedsInput => return Ok(()),
        }
    }
}

/// Decodes one chunk after another, to the end.
pub(crate) fn decoded<'a>(
    mut decoder: Decoder,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        drain(&mut decoder, &mut batches)?;
    }
    decoder.finish()?;
    drain(&mut decoder, &mut batches)?;
    Ok(batches)
}

/// Repeatable noise.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        const FACTOR: u64 = 6_364_136_223_846_793_005;
        self.0 = self.0.wrapping_mul(FACTOR).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}
