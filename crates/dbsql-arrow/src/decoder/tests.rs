//! Whole streams, in all chunkings, encodings and lengths.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, NullArray, StringArray};
use arrow_schema::{DataType, Field, Schema};
use lz4_flex::frame::{BlockMode, BlockSize, FrameInfo};

use super::*;
use crate::samples::{
    NO_LIMIT, Noise, aligned_stream, batch, checked, decoded, drain, file, frame, frame_infos,
    layout, messages_of, stream,
};

/// Batches of many lengths, some larger than a block, some of which compress badly.
fn mixed() -> Vec<RecordBatch> {
    let noise = Noise(7).bytes(100_000);
    let texts: Vec<String> = noise
        .chunks(60)
        .map(|bytes| bytes.iter().map(|byte| char::from(byte % 96 + 32)).collect())
        .collect();
    let noisy: ArrayRef = Arc::new(StringArray::from(texts));
    let rows = noisy.len();
    let mut columns = batch(rows as i32).columns().to_vec();
    columns[1] = noisy;
    let noisy = RecordBatch::try_new(batch(0).schema(), columns).unwrap();
    vec![batch(7), batch(1), noisy.clone(), batch(4_000), batch(300), noisy]
}

#[test]
fn batches_are_decoded_from_every_encoding() {
    let sent = mixed();
    for alignment in [8, 16, 64] {
        let bytes = aligned_stream(&sent, alignment);
        assert_eq!(decoded(file(false), [&bytes[..]]).unwrap(), sent);
        assert_eq!(decoded(file(false), bytes.chunks(1000)).unwrap(), sent);
        for info in frame_infos() {
            let label = format!("{alignment} {info:?}");
            // Two frames, split in the middle of a message.
            let (front, back) = bytes.split_at(100_007);
            let frames = [frame(front, info.clone()), frame(back, info)].concat();
            assert_eq!(decoded(file(true), [&frames[..]]).unwrap(), sent, "{label}");
            assert_eq!(decoded(file(true), frames.chunks(10_007)).unwrap(), sent, "{label}");
        }
    }
}

#[test]
fn chunk_length_does_not_affect_the_batches() {
    let sent = [batch(3), batch(2000), batch(50)];
    let plain = stream(&sent);
    let linked = FrameInfo::new().block_mode(BlockMode::Linked).block_size(BlockSize::Max64KB);
    for (lz4, bytes) in [
        (false, plain.clone()),
        (true, frame(&plain, checked())),
        (true, frame(&plain, linked.content_checksum(true).content_size(Some(plain.len() as u64)))),
    ] {
        for length in [1, 2, 3, 7, 64, 4096] {
            assert_eq!(decoded(file(lz4), bytes.chunks(length)).unwrap(), sent, "{lz4} {length}");
        }
        let mut noise = Noise(11);
        for _ in 0..30 {
            let mut rest = &bytes[..];
            let mut chunks = Vec::new();
            while !rest.is_empty() {
                let (chunk, behind) = rest.split_at((noise.below(3000)).min(rest.len()));
                chunks.push(chunk);
                rest = behind;
            }
            assert_eq!(decoded(file(lz4), chunks).unwrap(), sent, "{lz4}");
        }
    }
}

#[test]
fn inline_messages_may_be_in_separate_frames() {
    let sent = [batch(3), batch(2000), batch(50)];
    let layout = layout(sent[0].schema_ref(), true);
    let mut frames = Vec::new();
    for batch in &sent {
        let messages = messages_of(&stream(std::slice::from_ref(batch)));
        frames.extend(frame(&messages, checked()));
        frames.extend(frame(&[], checked()));
    }
    for length in [1, 100, frames.len()] {
        let decoder = layout.inline(NO_LIMIT, &BufferPool::new()).unwrap();
        assert_eq!(decoded(decoder, frames.chunks(length)).unwrap(), sent);
    }
    let decoder = layout.inline(NO_LIMIT, &BufferPool::new()).unwrap();
    assert!(decoded(decoder, []).unwrap().is_empty());
}

#[test]
fn batches_without_rows_are_skipped() {
    let sent = [batch(0), batch(2), batch(0)];
    assert_eq!(decoded(file(false), [&stream(&sent)[..]]).unwrap(), [batch(2)]);

    let nulls: ArrayRef = Arc::new(NullArray::new(5));
    let sent = RecordBatch::try_from_iter_with_nullable([("n", nulls, true)]).unwrap();
    let messages = messages_of(&stream(std::slice::from_ref(&sent)));
    let decoder = layout(sent.schema_ref(), false).inline(NO_LIMIT, &BufferPool::new()).unwrap();
    assert_eq!(decoded(decoder, [&messages[..]]).unwrap(), [sent]);
}

/// Returns the address of a buffer of a column.
fn address(batch: &RecordBatch, column: usize, buffer: usize) -> i64 {
    batch.column(column).to_data().buffers()[buffer].as_ptr() as i64
}

/// Returns the offsets of the buffers of the first batch of a stream in its body.
fn offsets(stream: &[u8]) -> Vec<i64> {
    let messages = messages_of(stream);
    let Framed::Message(extent) = framing::read(&messages, NO_LIMIT).unwrap() else { panic!() };
    let metadata = &messages[extent.prefix..extent.body_start()];
    let message = arrow_ipc::root_as_message(metadata).unwrap();
    let batch = message.header_as_record_batch().unwrap();
    batch.buffers().unwrap().iter().map(arrow_ipc::Buffer::offset).collect()
}

/// Returns the batch with another name for its first column.
fn renamed(batch: &RecordBatch, name: &str) -> RecordBatch {
    let mut fields: Vec<_> = batch.schema().fields().to_vec();
    fields[0] = Arc::new(Field::new(name, DataType::Int32, true));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), batch.columns().to_vec()).unwrap()
}

#[test]
fn arrays_point_into_the_unpacked_buffer() {
    let linked = FrameInfo::new().block_mode(BlockMode::Linked).block_size(BlockSize::Max64KB);
    let large = FrameInfo::new().block_size(BlockSize::Max4MB);
    // Padded to 16 or more, decimals stay where they were unpacked. Padded to 8, so do those of a
    // message that is longer than a block and has them at a multiple of 16: it is moved as it
    // arrives.
    let rows = (8_000..).find(|rows| offsets(&aligned_stream(&[batch(*rows)], 8))[6] % 16 == 0);
    for (alignment, sent, infos) in [
        (16, vec![batch(10); 40], vec![checked(), linked.clone(), large.clone()]),
        (64, vec![batch(8_000); 3], vec![checked(), linked.clone(), large]),
        (8, vec![batch(rows.unwrap()); 4], vec![checked(), linked]),
    ] {
        // The longer name moves all messages by 8 bytes.
        let streams = ["i", "i and more"].map(|name| {
            let renamed: Vec<_> = sent.iter().map(|batch| renamed(batch, name)).collect();
            aligned_stream(&renamed, alignment)
        });
        let [short, long] = streams.each_ref().map(|bytes| bytes.len() - messages_of(bytes).len());
        assert!(alignment > 8 || (long - short) % 16 == 8);
        let offsets = offsets(&streams[0]);
        for bytes in &streams {
            let plain = decoded(file(false), bytes.chunks(50_000)).unwrap();
            let unpacked = infos.iter().map(|info| {
                let frames = frame(bytes, info.clone());
                decoded(file(true), frames.chunks(1 << 16)).unwrap()
            });
            for batches in unpacked.chain([plain]) {
                assert_eq!(batches, sent);
                for (n, batch) in batches.iter().enumerate() {
                    // All buffers of a message have the same distances as in the message. Before
                    // the buffers of the values there are validity bitmaps.
                    let start = address(batch, 0, 0) - offsets[1];
                    assert_eq!(address(batch, 1, 0) - start, offsets[3], "{alignment} {n}");
                    assert_eq!(address(batch, 1, 1) - start, offsets[4], "{alignment} {n}");
                    assert_eq!(address(batch, 2, 0) - start, offsets[6], "{alignment} {n}");
                }
            }
        }
    }
}

#[test]
fn truncated_stream_yields_no_partial_batch() {
    let sent = [batch(20), batch(3)];
    let plain = stream(&sent);
    for end in 0..plain.len() {
        match decoded(file(false), [&plain[..end]]) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Malformed, "{end}"),
            // Cut between two messages: only the row count of the result shows that rows are
            // missing.
            Ok(batches) => assert!(sent.starts_with(&batches), "{end}"),
        }
    }
    for info in [checked(), FrameInfo::new()] {
        let frames = frame(&plain, info);
        for end in 0..frames.len() {
            let error = decoded(file(true), frames[..end].chunks(100)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed, "{end}");
        }
    }
}

#[test]
fn content_after_the_end_of_the_stream_is_an_error() {
    let sent = [batch(3)];
    let plain = stream(&sent);
    let mut more = plain.clone();
    more.push(0);
    for chunks in [1, more.len()] {
        let error = decoded(file(false), more.chunks(chunks)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
    }
    let mut frames = frame(&plain, checked());
    frames.extend(frame(&[], checked()));
    frames.extend([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    assert_eq!(decoded(file(true), [&frames[..]]).unwrap(), sent);
    frames.extend(frame(&[0], checked()));
    assert_eq!(decoded(file(true), [&frames[..]]).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn flipped_bits_never_change_checksummed_rows() {
    let sent = [batch(40), batch(9)];
    let plain = stream(&sent);
    let half = plain.len() / 2;
    let mut frames = frame(&plain[..half], checked());
    frames.extend(frame(&plain[half..], checked().block_mode(BlockMode::Linked)));
    for at in 0..frames.len() {
        for bit in [0, 3, 7] {
            let mut bent = frames.clone();
            bent[at] ^= 1 << bit;
            let mut decoder = file(true);
            let mut found = Vec::new();
            decoder.push(bent.into());
            let result = drain(&mut decoder, &mut found).and_then(|()| decoder.finish());
            assert!(sent.starts_with(&found), "byte {at}, bit {bit}");
            assert!(result.is_err() || found == sent, "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn error_kind_shows_that_returned_rows_may_be_wrong() {
    let sent = [batch(40), batch(9), batch(30)];
    // Only the end of the frame verifies its blocks, and each batch has several.
    let info = FrameInfo::new().block_size(BlockSize::Max64KB).content_checksum(true);
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    for block in stream(&sent).chunks(500) {
        std::io::Write::write_all(&mut encoder, block).unwrap();
        std::io::Write::flush(&mut encoder).unwrap();
    }
    let frame = encoder.finish().unwrap();
    let mut detected = 0;
    for at in 0..frame.len() {
        let mut bent = frame.clone();
        bent[at] ^= 4;
        let mut decoder = file(true);
        let mut found = Vec::new();
        decoder.push(bent.into());
        let result = drain(&mut decoder, &mut found).and_then(|()| decoder.finish());
        match result.map_err(|error| error.kind()) {
            // Some bits of a compressed block make no difference.
            Ok(()) => assert_eq!(found, sent, "byte {at}"),
            Err(ErrorKind::Checksum) => {
                assert!(!found.is_empty(), "byte {at}: no rows that could be wrong");
                detected += 1;
            }
            // It is correct to continue behind them.
            Err(ErrorKind::Malformed) => assert!(sent.starts_with(&found), "byte {at}"),
            Err(_) => {}
        }
    }
    assert!(detected > frame.len() / 4, "{detected}");
}

#[test]
fn rows_with_a_failed_checksum_are_not_returned() {
    let info = FrameInfo::new().content_checksum(true);
    for (frames, returned) in [(1, 0), (2, 40)] {
        let mut bytes = Vec::new();
        let plain = stream(&[batch(40), batch(9)]);
        match frames {
            1 => bytes = frame(&plain, info.clone()),
            _ => {
                // The first batch is in a frame that has been verified.
                let first = stream(&[batch(40)]).len() - 8;
                bytes.extend(frame(&plain[..first], info.clone()));
                bytes.extend(frame(&plain[first..], info.clone()));
            }
        }
        *bytes.last_mut().unwrap() ^= 1;
        let mut decoder = file(true);
        let mut found = Vec::new();
        decoder.push(bytes.into());
        let error = drain(&mut decoder, &mut found).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{frames} frames: {error}");
        let rows: usize = found.iter().map(RecordBatch::num_rows).sum();
        assert_eq!(rows, returned, "{frames} frames");
    }
}

#[test]
fn nothing_is_decoded_after_an_error() {
    let mut decoder = file(true);
    decoder.push(Bytes::from_static(b"<html>not LZ4</html>"));
    assert_eq!(decoder.step().unwrap_err().kind(), ErrorKind::Malformed);
    decoder.push(frame(&stream(&[batch(3)]), checked()).into());
    assert_eq!(decoder.step().unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn message_over_the_limit_is_rejected_by_its_header() {
    let sent = batch(1000);
    let plain = stream(std::slice::from_ref(&sent));
    let length = messages_of(&plain).len();
    let layout = layout(sent.schema_ref(), false);
    let pool = BufferPool::new();
    assert_eq!(decoded(layout.file(length, &pool), [&plain[..]]).unwrap(), [sent]);

    // Only the header, nothing of the body.
    let mut decoder = layout.file(length - 1, &pool);
    decoder.push(Bytes::copy_from_slice(&plain[..plain.len() - length + 500]));
    let error = drain(&mut decoder, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let text = format!("a message of the result has {length} bytes, the limit is {}", length - 1);
    assert_eq!(error.to_string(), text);
}

/// Decodes until an error occurs, and checks that at most about `most` bytes are held.
fn error_within(most: usize, limit: usize, frames: Vec<u8>) -> ErrorKind {
    let mut decoder = layout(batch(0).schema_ref(), true).file(limit, &BufferPool::new());
    let pushed = frames.len();
    decoder.push(frames.into());
    loop {
        match decoder.step() {
            Ok(Step::NeedsInput) => panic!("the bomb was unpacked"),
            Ok(_) => assert!(decoder.held_bytes() < pushed + most),
            Err(error) => return error.kind(),
        }
    }
}

#[test]
fn decompression_bomb_ends_with_little_memory() {
    let limit = 2 << 20;
    let plain = stream(&[batch(0)]);
    let empty = messages_of(&plain);
    let schema = &plain[..plain.len() - empty.len() - 8];
    let bomb = |front: &[u8], again: &[u8]| {
        let content = [schema, front, &again.repeat((16 << 20) / again.len())].concat();
        frame(&content, FrameInfo::new().block_size(BlockSize::Max256KB))
    };
    // Endless batches without rows.
    assert_eq!(error_within(1 << 20, limit, bomb(&[], &empty)), ErrorKind::TooLarge);
    // An endless message: its metadata, its body, and zeros that are the end-of-stream mark.
    let metadata = |length: i32| [&[0xff; 4][..], &length.to_le_bytes()].concat();
    assert_eq!(error_within(1 << 20, limit, bomb(&metadata(15 << 20), &[0])), ErrorKind::TooLarge);
    assert_eq!(error_within(1 << 20, limit, bomb(&metadata(1 << 30), &[0])), ErrorKind::Malformed);
    assert_eq!(error_within(3 << 20, limit, bomb(&metadata(1 << 20), &[0])), ErrorKind::Malformed);
    assert_eq!(error_within(1 << 20, limit, bomb(&[], &[0])), ErrorKind::Malformed);
    let large = messages_of(&stream(&[batch(90_000)]));
    assert!(large.len() > limit);
    assert_eq!(error_within(1 << 20, limit, bomb(&large[..1000], &[0])), ErrorKind::TooLarge);
}

#[test]
fn many_messages_without_a_row_are_too_large() {
    let sent: Vec<_> = std::iter::repeat_n(batch(0), 1000).collect();
    let plain = stream(&sent);
    let layout = layout(sent[0].schema_ref(), false);
    let pool = BufferPool::new();
    assert!(decoded(layout.file(plain.len(), &pool), [&plain[..]]).unwrap().is_empty());
    let error = decoded(layout.file(plain.len() / 2, &pool), [&plain[..]]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    // A row in between makes it a valid result.
    let mut sent = sent;
    sent[500] = batch(1);
    let plain = stream(&sent);
    assert_eq!(
        decoded(layout.file(plain.len() / 2 + 1000, &pool), [&plain[..]]).unwrap(),
        [batch(1)]
    );
}

#[test]
fn decoder_reuses_memory_once_batches_are_dropped() {
    let sent = vec![batch(20_000); 12];
    let pool = BufferPool::new();
    for info in [checked(), checked().block_mode(BlockMode::Linked)] {
        let frames = frame(&stream(&sent), info);
        let mut decoder = layout(sent[0].schema_ref(), true).file(NO_LIMIT, &pool);
        let mut addresses = Vec::new();
        for chunk in frames.chunks(8192) {
            decoder.push(Bytes::copy_from_slice(chunk));
            loop {
                match decoder.step().unwrap() {
                    Step::Batch(batch) => {
                        addresses.push(batch.column(1).to_data().buffers()[1].data_ptr());
                    }
                    Step::Worked => {}
                    Step::NeedsInput => break,
                }
            }
        }
        addresses.drain(..4);
        assert!(addresses.len() > 5);
        addresses.sort();
        addresses.dedup();
        assert!(addresses.len() <= 2, "{addresses:?}");
    }
}

#[test]
fn small_batches_do_not_keep_the_memory_of_a_whole_block() {
    // Large enough that memory for the maximum size of its block is reserved.
    let sent = batch(10_000);
    let messages = messages_of(&stream(std::slice::from_ref(&sent)));
    let frames = frame(&messages, FrameInfo::new().block_size(BlockSize::Max4MB));
    let pool = BufferPool::new();
    let layout = layout(sent.schema_ref(), true);
    let mut kept = Vec::new();
    for _ in 0..10 {
        let found = decoded(layout.inline(NO_LIMIT, &pool).unwrap(), [&frames[..]]).unwrap();
        kept.extend(found);
        // The memory of the unpacked block has returned.
        assert!(pool.idle_bytes() > 0);
    }
    let once = pool.idle_bytes();
    drop(kept);
    // And the batches hold only what they need.
    let kept = pool.idle_bytes() - once;
    assert!(kept <= 10 * (messages.len() + ALIGNMENT), "{kept} bytes were kept");
}

#[test]
fn dictionaries_are_kept_across_batches() {
    use arrow_array::DictionaryArray;
    use arrow_array::types::Int32Type;
    let of = |texts: &[&str]| {
        let texts: DictionaryArray<Int32Type> = texts.iter().copied().collect();
        RecordBatch::try_from_iter([("d", Arc::new(texts) as ArrayRef)]).unwrap()
    };
    let sent = [of(&["a", "b", "a"]), of(&["c", "c", "dd"])];
    let plain = stream(&sent);
    let layout = layout(sent[0].schema_ref(), false);
    for length in [1, plain.len()] {
        let decoder = layout.file(NO_LIMIT, &BufferPool::new());
        assert_eq!(decoded(decoder, plain.chunks(length)).unwrap(), sent);
    }
}

#[test]
fn long_and_wide_results_are_decoded() {
    let columns = (0..500).map(|n| {
        let values: ArrayRef = Arc::new(Int64Array::from_iter_values(n..n + 30));
        (format!("c{n}"), values)
    });
    let sent = vec![RecordBatch::try_from_iter(columns).unwrap(); 5];
    let frames = frame(&stream(&sent), checked());
    let decoder = layout(sent[0].schema_ref(), true).file(NO_LIMIT, &BufferPool::new());
    assert_eq!(decoded(decoder, frames.chunks(5000)).unwrap(), sent);
}
