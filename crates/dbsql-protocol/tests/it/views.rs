//! Lists in wire form read the same as plain lists.

use bytes::Bytes;
use dbsql_protocol::wire::{
    BinaryList, DecodeError, Fixed, FixedList, Reader, StringList, Value, Writer,
};
use proptest::{collection::vec, prelude::*};

fn encode(value: &impl Value) -> Bytes {
    let mut writer = Writer::new();
    writer.value(value);
    writer.finish()
}

fn decode<T: Value>(bytes: Bytes) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes);
    let value = reader.value()?;
    reader.finish().map(|()| value)
}

/// The view and the plain list have the same bytes and the same elements.
fn check<T: Fixed + PartialEq + std::fmt::Debug>(items: &[T]) {
    let list = FixedList::from(items);
    let bytes = encode(&items.to_vec());
    assert_eq!(encode(&list), bytes);
    let read: FixedList<T> = decode(bytes.clone()).expect("decodes");
    assert_eq!(read, list);
    assert_eq!(read.len(), items.len());
    assert_eq!(read.is_empty(), items.is_empty());
    assert!(read.iter().eq(items.iter().copied()));
    assert_eq!(read.to_vec(), items);
    assert!(read.iter().rev().eq(items.iter().rev().copied()));
    assert_eq!(read.get(1), items.get(1).copied());
    assert_eq!(read.get(items.len()), None);
    assert_eq!(read.get(usize::MAX), None);
    assert_eq!(read.iter().nth(2), items.get(2).copied());
    assert_eq!(decode::<Vec<T>>(bytes).expect("decodes"), items);
}

proptest! {
    #[test]
    fn bools(items in vec(any::<bool>(), 0..20)) { check(&items); }

    #[test]
    fn bytes(items in vec(any::<i8>(), 0..20)) { check(&items); }

    #[test]
    fn shorts(items in vec(any::<i16>(), 0..20)) { check(&items); }

    #[test]
    fn ints(items in vec(any::<i32>(), 0..20)) { check(&items); }

    #[test]
    fn longs(items in vec(any::<i64>(), 0..20)) { check(&items); }

    #[test]
    fn doubles(items in vec(-1e300..1e300, 0..20)) { check(&items); }

    #[test]
    fn texts(items in vec(".{0,8}", 0..20)) {
        let list: StringList = items.iter().collect();
        let bytes = encode(&items);
        prop_assert_eq!(&encode(&list), &bytes);
        let read: StringList = decode(bytes).expect("decodes");
        prop_assert_eq!(&read, &list);
        prop_assert_eq!(read.len(), items.len());
        prop_assert_eq!(read.payload_len(), items.iter().map(String::len).sum::<usize>());
        prop_assert_eq!(read.iter().len(), items.len());
        prop_assert!(read.iter().eq(items.iter().map(String::as_bytes)));
        let texts: Vec<_> = read.iter_str().collect::<Result<_, _>>().expect("UTF-8");
        prop_assert_eq!(texts, items);
    }

    #[test]
    fn binaries(items in vec(vec(any::<u8>(), 0..8), 0..20)) {
        let plain: Vec<_> = items.iter().cloned().map(Bytes::from).collect();
        let list: BinaryList = items.iter().collect();
        prop_assert_eq!(encode(&list), encode(&plain));
        let read: BinaryList = decode(encode(&plain)).expect("decodes");
        prop_assert_eq!(read.payload_len(), items.iter().map(Vec::len).sum::<usize>());
        prop_assert!(read.iter().eq(items.iter().map(Vec::as_slice)));
        prop_assert_eq!(read.ranges().len(), items.len());
        prop_assert!(read.ranges().map(|range| &read.raw()[range]).eq(read.iter()));
    }
}

#[test]
fn invalid_utf8_is_found_when_it_is_read() {
    let binaries: BinaryList = [&b"ok"[..], b"\xff"].into_iter().collect();
    let list: StringList = decode(encode(&binaries)).expect("the lengths are right");
    let texts: Vec<_> = list.iter_str().collect();
    assert_eq!(texts, [Ok("ok"), Err(DecodeError::InvalidUtf8 { at: 10 })]);
    assert_eq!(list.iter().len(), 2);
}

#[test]
fn views_share_the_body() {
    let body = encode(&FixedList::from(&[1_i64, 2][..]));
    let list: FixedList<i64> = decode(body.clone()).expect("decodes");
    assert_eq!(list.raw().as_ptr(), body[5..].as_ptr());
}
