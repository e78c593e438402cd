//! Schemas of files that arrive in parts.

use arrow_schema::{DataType, Field};

use super::*;
use crate::ErrorKind;
use crate::samples::{
    NO_LIMIT, Noise, batch, checked, frame, frame_infos, messages_of, schema_message, stream,
};

/// Returns the schema, and the number of bytes that were needed.
fn peeked<'a>(
    lz4: bool,
    limit: usize,
    chunks: impl Iterator<Item = &'a [u8]>,
) -> Result<Option<(SchemaRef, usize)>> {
    let mut peek = SchemaPeek::new(lz4, limit);
    let mut pushed = 0;
    for chunk in chunks {
        peek.push(Bytes::copy_from_slice(chunk));
        pushed += chunk.len();
        if let Some(schema) = peek.schema()? {
            return Ok(Some((schema, pushed)));
        }
    }
    Ok(None)
}

#[test]
fn schema_is_available_with_the_last_byte_of_its_message() {
    let plain = stream(&[batch(5_000)]);
    let head = schema_message(batch(0).schema_ref()).len();
    for length in [1, 7, 4096, plain.len()] {
        let (schema, needed) = peeked(false, NO_LIMIT, plain.chunks(length)).unwrap().unwrap();
        assert_eq!(schema, batch(0).schema());
        assert_eq!(needed, head.next_multiple_of(length).min(plain.len()));
    }
    assert!(peeked(false, NO_LIMIT, plain[..head - 1].chunks(10)).unwrap().is_none());
}

#[test]
fn schema_is_read_from_every_kind_of_frame() {
    let plain = stream(&[batch(3_000)]);
    for info in frame_infos() {
        // The schema split over two frames, with an empty one between.
        let (front, back) = plain.split_at(100);
        let frames =
            [frame(front, info.clone()), frame(&[], checked()), frame(back, info)].concat();
        for length in [1, 999, frames.len()] {
            let (schema, _) = peeked(true, NO_LIMIT, frames.chunks(length)).unwrap().unwrap();
            assert_eq!(schema, batch(0).schema());
        }
    }
    // Many linked blocks.
    let fields = (0..4_000).map(|n| Field::new(format!("column {n}"), DataType::Int32, true));
    let wide = Schema::new(fields.collect::<Vec<_>>());
    for info in frame_infos() {
        let frames = frame(&schema_message(&wide), info);
        let (schema, _) = peeked(true, NO_LIMIT, frames.chunks(1000)).unwrap().unwrap();
        assert_eq!(schema.as_ref(), &wide);
    }
}

#[test]
fn schema_is_kept_and_further_bytes_are_dropped() {
    let plain = stream(&[batch(10)]);
    let mut peek = SchemaPeek::new(false, NO_LIMIT);
    assert!(peek.schema().unwrap().is_none());
    peek.push(plain.into());
    let schema = peek.schema().unwrap().unwrap();
    peek.push(Bytes::from_static(b"anything"));
    assert_eq!(peek.schema().unwrap().unwrap(), schema);
    assert!(peek.decoder.is_none());
}

#[test]
fn oversized_schema_is_an_error_before_it_has_arrived() {
    let plain = stream(&[batch(10)]);
    let head = schema_message(batch(0).schema_ref()).len();
    assert!(peeked(false, head, plain.chunks(10)).unwrap().is_some());
    let error = peeked(false, head - 1, plain.chunks(10)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(
        peeked(false, head - 1, plain[..8].chunks(8)).unwrap_err().kind(),
        ErrorKind::TooLarge
    );
}

#[test]
fn invalid_file_is_an_error() {
    let plain = stream(&[batch(10)]);
    let rows = messages_of(&plain);
    let frames = frame(&plain, checked());
    let mut damaged = frames.clone();
    damaged[40] ^= 1;
    for (lz4, bytes) in [
        (false, &b"<html></html>"[..]),
        (true, b"<html></html>"),
        (false, &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
        (false, &rows),
        (false, &frames),
        (true, &plain),
        (true, &damaged),
    ] {
        let mut peek = SchemaPeek::new(lz4, NO_LIMIT);
        peek.push(Bytes::copy_from_slice(bytes));
        assert_eq!(peek.schema().unwrap_err().kind(), ErrorKind::Malformed);
        peek.push(Bytes::copy_from_slice(if lz4 { &frames } else { &plain }));
        let error = peek.schema().unwrap_err();
        assert_eq!(error.to_string(), "nothing can be read after an error");
    }
}

#[test]
fn changed_bytes_are_an_error_or_a_schema() {
    let plain = stream(&[batch(10)]);
    let mut noise = Noise(5);
    for (lz4, whole) in [(false, plain.clone()), (true, frame(&plain, checked()))] {
        for _ in 0..2_000 {
            let mut bent = whole.clone();
            for _ in 0..=noise.below(3) {
                let at = noise.below(bent.len().min(600));
                bent[at] ^= 1 << noise.below(8);
            }
            let found = peeked(lz4, 1 << 20, bent.chunks(1 + noise.below(700)));
            assert!(found.map_or_else(|error| error.kind() != ErrorKind::Layout, |_| true));
        }
    }
}
