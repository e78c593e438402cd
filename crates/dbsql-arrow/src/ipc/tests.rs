//! Messages with false claims.

use arrow_array::{Array, Int32Array, ListArray, NullArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use bytes::Bytes;

use super::*;
use crate::samples::{
    NO_LIMIT, Noise, batch, decoded, drain, file, layout, messages_of, schema_message, stream,
};
use crate::{BufferPool, Step};

/// A stream with one column without data that claims `rows` rows, `times` times.
fn claimed_nulls(rows: i64, times: usize) -> (Schema, Vec<u8>) {
    let nulls: ArrayRef = Arc::new(NullArray::new(77_777));
    let sent = RecordBatch::try_from_iter_with_nullable([("n", nulls, true)]).unwrap();
    let messages = replaced(&messages_of(&stream(std::slice::from_ref(&sent))), 77_777, rows);
    (sent.schema().as_ref().clone(), messages.repeat(times))
}

/// Replaces every occurrence of a number.
fn replaced(bytes: &[u8], number: i64, by: i64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut found = false;
    for at in 0..bytes.len() - 7 {
        if bytes[at..at + 8] == number.to_le_bytes() {
            bytes[at..at + 8].copy_from_slice(&by.to_le_bytes());
            found = true;
        }
    }
    assert!(found);
    bytes
}

#[test]
fn overflowing_row_counts_are_an_error() {
    for rows in [i64::MAX, i64::MAX / 2, i64::from(i32::MAX) + 1, -1] {
        for times in [1, 3] {
            let (schema, messages) = claimed_nulls(rows, times);
            let decoder = layout(&schema, false).inline(NO_LIMIT, &BufferPool::new()).unwrap();
            let error = decoded(decoder, [&messages[..]]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed);
        }
    }
    let (schema, messages) = claimed_nulls(i64::from(i32::MAX), 3);
    let decoder = layout(&schema, false).inline(NO_LIMIT, &BufferPool::new()).unwrap();
    let rows: usize =
        decoded(decoder, [&messages[..]]).unwrap().iter().map(RecordBatch::num_rows).sum();
    assert_eq!(3 * i32::MAX as usize, rows);
}

#[test]
fn overflowing_inner_row_counts_are_an_error() {
    let item = Arc::new(Field::new("item", DataType::Null, true));
    let offsets = OffsetBuffer::from_lengths([77_777]);
    let lists = ListArray::new(item, offsets, Arc::new(NullArray::new(77_777)), None);
    let lists: ArrayRef = Arc::new(lists);
    let sent = RecordBatch::try_from_iter([("l", lists)]).unwrap();
    let messages = messages_of(&stream(std::slice::from_ref(&sent)));
    let decoder = || layout(sent.schema_ref(), false).inline(NO_LIMIT, &BufferPool::new()).unwrap();
    assert_eq!(decoded(decoder(), [&messages[..]]).unwrap(), std::slice::from_ref(&sent));
    let messages = replaced(&messages, 77_777, i64::MAX);
    let error = decoded(decoder(), [&messages[..]]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[test]
fn columns_over_the_same_bytes_are_an_error() {
    let ints: ArrayRef = Arc::new(Int32Array::from_iter_values(0..1000));
    let sent = RecordBatch::try_from_iter([("a", Arc::clone(&ints)), ("b", ints)]).unwrap();
    let plain = stream(std::slice::from_ref(&sent));
    // The values of `b` start where those of `a` do, after a padded validity bitmap.
    let decoder = || layout(sent.schema_ref(), false).file(NO_LIMIT, &BufferPool::new());
    assert_eq!(decoded(decoder(), [&plain[..]]).unwrap(), std::slice::from_ref(&sent));
    let messages = messages_of(&plain);
    let head = plain.len() - messages.len() - 8;
    let mut bent = plain.clone();
    let length = 4000_i64.to_le_bytes();
    let positions: Vec<usize> =
        (head..head + 500).filter(|at| plain[*at..*at + 8] == length).collect();
    assert_eq!(positions.len(), 2);
    // Both as long as the body, minus the bitmaps.
    for at_length in positions {
        bent[at_length..at_length + 8].copy_from_slice(&5000_i64.to_le_bytes());
        bent[at_length - 8..at_length].copy_from_slice(&0_i64.to_le_bytes());
    }
    assert_eq!(decoded(decoder(), [&bent[..]]).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn batch_with_other_columns_is_an_error() {
    let ints: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let other = RecordBatch::try_from_iter([("a", Arc::clone(&ints)), ("b", ints)]).unwrap();
    let messages = messages_of(&stream(&[other]));
    let decoder =
        layout(batch(0).schema_ref(), false).inline(NO_LIMIT, &BufferPool::new()).unwrap();
    let error = decoded(decoder, [&messages[..]]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    // Excess columns are not ignored.
    let one = Schema::new(vec![Field::new("a", DataType::Int32, true)]);
    let decoder = layout(&one, false).inline(NO_LIMIT, &BufferPool::new()).unwrap();
    let error = decoded(decoder, [&messages[..]]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[test]
fn schema_must_come_first_and_once() {
    let sent = batch(3);
    let plain = stream(std::slice::from_ref(&sent));
    let messages = messages_of(&plain);
    let schema = schema_message(sent.schema_ref());
    let twice = [&schema[..], &schema[..], &messages[..]].concat();
    for bytes in [&messages[..], &twice[..], &[], &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]] {
        assert_eq!(decoded(file(false), [bytes]).unwrap_err().kind(), ErrorKind::Malformed);
    }
    let inline = layout(sent.schema_ref(), false).inline(NO_LIMIT, &BufferPool::new()).unwrap();
    assert_eq!(decoded(inline, [&plain[..]]).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn legacy_messages_without_a_marker_are_read() {
    let sent = [batch(30)];
    let plain = stream(&sent);
    let messages = messages_of(&plain);
    let (schema, _) = plain.split_at(plain.len() - messages.len() - 8);
    let legacy = [&schema[4..], &messages[4..], &[0, 0, 0, 0]].concat();
    for length in [1, 5, legacy.len()] {
        assert_eq!(decoded(file(false), legacy.chunks(length)).unwrap(), sent);
    }
}

#[test]
fn false_lengths_are_rejected_before_allocation() {
    let lies: Vec<Vec<u8>> = vec![
        // A message of 1.2 GiB claimed by four bytes.
        vec![0x00, 0x1b, 0x00, 0x48],
        [&[0xff; 4][..], &i32::MAX.to_le_bytes()].concat(),
        [&[0xff; 4][..], &(-5_i32).to_le_bytes(), &[0; 64]].concat(),
        vec![0xff, 0xff, 0xff],
        vec![1, 0, 0, 0, 0],
        b"<html>not arrow</html>".to_vec(),
    ];
    for lie in lies {
        let error = decoded(file(false), [&lie[..]]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{lie:?}");
    }
}

#[test]
fn changed_bytes_are_an_error_or_a_valid_batch() {
    let whole = stream(&[batch(50), batch(50)]);
    let mut noise = Noise(1);
    for _ in 0..3_000 {
        let mut bent = whole.clone();
        for _ in 0..=noise.below(3) {
            let at = noise.below(bent.len());
            bent[at] ^= 1 << noise.below(8);
        }
        let mut decoder = file(false);
        decoder.push(Bytes::from(bent));
        let mut batches = Vec::new();
        let result = drain(&mut decoder, &mut batches).and_then(|()| decoder.finish());
        assert!(result.is_err() || batches.len() <= 2);
        for batch in batches {
            for column in batch.columns() {
                column.to_data().validate_full().unwrap();
            }
        }
    }
}

#[test]
fn panic_while_decoding_is_an_error() {
    let error = without_panics::<()>(|| panic!("as arrow does")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert_eq!(error.to_string(), "Arrow IPC: decoding a message failed");
}

#[test]
fn memory_is_held_only_for_undecoded_input() {
    let sent = batch(1000);
    let plain = stream(&[sent.clone(), sent]);
    let mut decoder = file(false);
    decoder.push(plain.clone().into());
    assert_eq!(decoder.held_bytes(), plain.len());
    let mut batches = 0;
    while !matches!(decoder.step().unwrap(), Step::NeedsInput) {
        batches += 1;
        assert!(decoder.held_bytes() <= plain.len() + 64);
    }
    assert!(batches >= 2);
    assert!(decoder.held_bytes() < 2000, "{}", decoder.held_bytes());
}
