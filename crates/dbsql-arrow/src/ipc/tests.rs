//! Streams as servers send them, and streams that lie.

use arrow_array::{ArrayRef, Decimal128Array, Int32Array, NullArray, StringArray};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};

use super::*;
use crate::ErrorKind;

fn batch(rows: i32) -> RecordBatch {
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

fn written(batches: &[RecordBatch], schema: &Schema) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

/// The schema message of a stream, and the messages behind it without the end mark.
fn taken_apart(stream: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let length = i32::from_le_bytes(stream[4..8].try_into().unwrap());
    let (schema, rest) = stream.split_at(8 + length as usize);
    (schema.to_vec(), rest[..rest.len() - END_OF_STREAM.len()].to_vec())
}

#[test]
fn stream_and_messages_after_a_schema_are_equal() {
    let sent = [batch(7), batch(0), batch(1000)];
    let bytes = written(&sent, sent[0].schema_ref());
    assert_eq!(stream(bytes.clone()).unwrap(), sent);
    let (schema_message, messages) = taken_apart(&bytes);
    assert_eq!(batches(&schema_message, messages).unwrap(), sent);
    assert_eq!(&schema(&schema_message).unwrap(), sent[0].schema_ref());
}

#[test]
fn last_batch_without_a_body_is_not_lost() {
    let nulls: ArrayRef = Arc::new(NullArray::new(5));
    let sent = RecordBatch::try_from_iter_with_nullable([("n", nulls, true)]).unwrap();
    let (schema_message, messages) =
        taken_apart(&written(std::slice::from_ref(&sent), sent.schema_ref()));
    assert_eq!(batches(&schema_message, messages).unwrap(), [sent]);
}

#[test]
fn names_come_from_the_result_and_types_must_match() {
    let batch = batch(3);
    let renamed_fields: Vec<_> = batch
        .schema()
        .fields()
        .iter()
        .map(|field| Field::new(format!("{}2", field.name()), field.data_type().clone(), true))
        .collect();
    let other = Arc::new(Schema::new(renamed_fields));
    assert_eq!(renamed(&batch, &other).unwrap().schema_ref(), &other);
    let wrong = Arc::new(Schema::new(vec![Field::new("i", DataType::Int64, true)]));
    assert_eq!(renamed(&batch, &wrong).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn stream_cut_off_anywhere_gives_no_partial_batch() {
    let sent = batch(20);
    let whole = written(std::slice::from_ref(&sent), sent.schema_ref());
    for end in 0..whole.len() {
        match stream(whole[..end].to_vec()) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Malformed, "{end}"),
            // The schema alone, or the batch without its end mark.
            Ok(batches) => assert!(batches.is_empty() || batches == [sent.clone()], "{end}"),
        }
    }
}

#[test]
fn lengths_that_lie_are_refused_before_anything_is_allocated() {
    let mut lies: Vec<Vec<u8>> = vec![
        // A message of 1.2 GiB announced by four bytes.
        vec![0x00, 0x1b, 0x00, 0x48],
        [&[0xff; 4][..], &i32::MAX.to_le_bytes()].concat(),
        [&[0xff; 4][..], &(-5_i32).to_le_bytes(), &[0; 64]].concat(),
        vec![0xff, 0xff, 0xff],
        vec![1, 0, 0, 0, 0],
    ];
    lies.push(b"<html>not arrow</html>".to_vec());
    for lie in lies {
        assert_eq!(stream(lie.clone()).unwrap_err().kind(), ErrorKind::Malformed, "{lie:?}");
    }
    assert_eq!(stream(Vec::new()).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn changed_bytes_are_an_error_or_a_valid_batch() {
    let sent = batch(50);
    let whole = written(&[sent.clone(), sent.clone()], sent.schema_ref());
    let mut state = 1_u64;
    let mut random = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    std::panic::set_hook(Box::new(|_| {}));
    let mut panics = 0;
    for _ in 0..20_000 {
        let mut bent = whole.clone();
        for _ in 0..=random() % 3 {
            let at = random() % bent.len();
            bent[at] ^= 1 << (random() % 8);
        }
        match std::panic::catch_unwind(|| stream(bent)) {
            Ok(Ok(batches)) => assert!(batches.len() <= 2),
            Ok(Err(error)) => assert_eq!(error.kind(), ErrorKind::Malformed),
            // The boundary around every decode turns it into an error.
            Err(_) => panics += 1,
        }
    }
    let _ = std::panic::take_hook();
    // Should the decoder stop panicking altogether, the boundary's text in the docs may go.
    assert!(panics < 20_000);
}
