//! False lengths, counts and types.

use bytes::Bytes;
use dbsql_protocol::{
    message::decode_reply,
    rpc::FetchResults,
    types::{
        TBinaryColumn, TBoolColumn, TI64Column, TOpenSessionReq, TRow, TRowSet, TSparkArrowBatch,
        TSparkArrowResultLink, TSparkParameterValueArg, TStatus, TStringColumn, TTypeQualifiers,
    },
    wire::{DecodeError, ThriftStruct, WireType, Writer},
};

use crate::bounded::{bounded, read};

const BINARY: u8 = 11;
const STRUCT: u8 = 12;
const MAP: u8 = 13;
const SET: u8 = 14;
const LIST: u8 = 15;

/// A struct with one field: the head of the field, then `rest`.
fn field(code: u8, id: u8, rest: &[&[u8]]) -> Bytes {
    [&[code, 0, id][..], &rest.concat()].concat().into()
}

#[track_caller]
fn error_of<T: ThriftStruct>(body: &Bytes) -> DecodeError {
    match read::<T>(body) {
        Err(error) => error,
        Ok(_) => panic!("{} decodes", T::NAME),
    }
}

/// Reads a body as each kind of struct whose field 1 it could be, and as one that skips it.
fn errors(code: u8, head: &[u8], length: i32) -> Vec<DecodeError> {
    let body = |id| field(code, id, &[head, &length.to_be_bytes(), b"some bytes"]);
    let known = match code {
        // batch, catalogName
        BINARY => {
            vec![error_of::<TSparkArrowBatch>(&body(1)), error_of::<TOpenSessionReq>(&body(2))]
        }
        // qualifiers
        MAP => vec![error_of::<TTypeQualifiers>(&body(1))],
        // values: numbers, binaries; colVals
        _ => match head {
            [10] => vec![error_of::<TI64Column>(&body(1))],
            [2] => vec![error_of::<TBoolColumn>(&body(1))],
            [BINARY] => {
                vec![error_of::<TStringColumn>(&body(1)), error_of::<TBinaryColumn>(&body(1))]
            }
            _ => vec![error_of::<TRow>(&body(1))],
        },
    };
    known.into_iter().chain([error_of::<TStatus>(&body(99))]).collect()
}

const FORMS: [(u8, &[u8]); 6] = [
    (BINARY, &[]),
    (MAP, &[BINARY, STRUCT]),
    (LIST, &[10]),
    (LIST, &[2]),
    (LIST, &[BINARY]),
    (LIST, &[STRUCT]),
];

#[test]
fn negative_lengths_are_rejected() {
    for (code, head) in FORMS {
        for length in [-1, i32::MIN] {
            for error in errors(code, head, length) {
                let at = 3 + head.len();
                assert_eq!(error, DecodeError::NegativeLength { at, length }, "type {code}");
            }
        }
    }
}

#[test]
fn lengths_beyond_the_body_are_rejected() {
    for (code, head) in FORMS {
        for length in [i32::MAX, 1 << 24, 11] {
            for error in errors(code, head, length) {
                let (at, remaining) = (3 + head.len(), 10);
                let length = usize::try_from(length).expect("positive");
                let expected = DecodeError::LengthExceedsBody { at, length, remaining };
                assert_eq!(error, expected, "type {code}");
            }
        }
    }
}

#[test]
fn items_of_a_column_are_checked() {
    let column = |length: i32| {
        field(LIST, 1, &[&[BINARY], &2_i32.to_be_bytes(), &[0; 4], &length.to_be_bytes(), b"abc"])
    };
    let expected = DecodeError::NegativeLength { at: 12, length: -1 };
    assert_eq!(error_of::<TStringColumn>(&column(-1)), expected);
    let expected = DecodeError::LengthExceedsBody { at: 12, length: 4, remaining: 3 };
    assert_eq!(error_of::<TBinaryColumn>(&column(4)), expected);
    let short = field(LIST, 1, &[&[BINARY], &2_i32.to_be_bytes(), &[0, 0, 0, 2], b"ab", &[0, 0]]);
    assert_eq!(error_of::<TStringColumn>(&short), DecodeError::Truncated { at: 14, needed: 2 });
}

#[test]
fn counts_beyond_the_body_are_rejected() {
    // Twenty bytes hold two i64, not three; ten bytes hold two strings, not three.
    for (element, count, bytes) in [(10, 3, 20), (BINARY, 3, 10), (4, 3, 23), (STRUCT, 3, 2)] {
        for code in [LIST, SET] {
            let rest = vec![0; bytes];
            let body = field(code, 99, &[&[element], &i32::to_be_bytes(count), &rest]);
            let error = error_of::<TStatus>(&body);
            assert!(matches!(error, DecodeError::LengthExceedsBody { at: 4, .. }), "{error}");
        }
    }
    // A pair of strings takes at least eight bytes.
    let body = field(MAP, 4, &[&[BINARY, BINARY], &2_i32.to_be_bytes(), &[0; 15]]);
    let error = error_of::<TOpenSessionReq>(&body);
    let length_exceeds = DecodeError::LengthExceedsBody { at: 5, length: 2, remaining: 15 };
    assert_eq!(error, length_exceeds);
}

#[test]
fn many_empty_structs_are_rejected_before_allocation() {
    const COUNT: usize = 10_000_000;
    let structs = vec![0; COUNT];
    let count = i32::try_from(COUNT).expect("fits").to_be_bytes();
    // Each of them is one byte here and several words in memory.
    let arguments = field(LIST, 3, &[&[STRUCT], &count, &structs]);
    let error = error_of::<TSparkParameterValueArg>(&arguments);
    assert!(matches!(error, DecodeError::BudgetExceeded { .. }), "{error}");
    // Skipping them takes time but no memory.
    let skipped = field(LIST, 99, &[&[STRUCT], &count, &structs, &[0]]);
    assert!(read::<TSparkParameterValueArg>(&skipped).is_ok());
}

#[test]
fn small_maps_that_take_much_memory_are_rejected() {
    // A map of one entry takes a node with room for eleven.
    let link = TSparkArrowResultLink {
        http_headers: Some([(String::new(), String::new())].into()),
        ..Default::default()
    };
    let links = TRowSet { result_links: Some(vec![link; 5_000]), ..Default::default() };
    let mut writer = Writer::new();
    links.write(&mut writer);
    let error = error_of::<TRowSet>(&writer.finish());
    assert!(matches!(error, DecodeError::BudgetExceeded { .. }), "{error}");
}

#[test]
fn strings_are_charged_in_addition_to_their_list() {
    // Nine bytes here; three words for each of three fields in memory, and the text.
    let argument = [BINARY, 0, 2, 0, 0, 0, 1, b'x', 0];
    let count = 100_000;
    let rest = argument.repeat(100_000);
    let body = field(LIST, 3, &[&[STRUCT], &i32::to_be_bytes(count), &rest, &[0]]);
    let error = error_of::<TSparkParameterValueArg>(&body);
    assert!(matches!(error, DecodeError::BudgetExceeded { .. }), "{error}");
}

#[test]
fn large_maps_fit_the_budget() {
    for count in [1, 11, 12, 100, 5_000] {
        let entry = |index: i32| {
            let key = format!("{:05}", index * 7_919 % count);
            [&[0, 0, 0, 5][..], key.as_bytes(), &[0, 0, 0, 20], &[b'v'; 20]].concat()
        };
        let entries: Vec<u8> = (0..count).flat_map(entry).collect();
        let body = field(MAP, 4, &[&[BINARY, BINARY], &count.to_be_bytes(), &entries, &[0]]);
        let configuration = read::<TOpenSessionReq>(&body).expect("decodes").configuration;
        assert_eq!(configuration.map(|it| it.len()), usize::try_from(count).ok());
    }
}

#[test]
fn wrong_element_types_are_rejected() {
    let list = |element, id| field(LIST, id, &[&[element], &1_i32.to_be_bytes(), &[0; 16]]);
    for (error, expected) in [
        (error_of::<TI64Column>(&list(8, 1)), WireType::I64),
        (error_of::<TStringColumn>(&list(10, 1)), WireType::Binary),
        (error_of::<TRow>(&list(BINARY, 1)), WireType::Struct),
    ] {
        let DecodeError::WrongElementType { at: 3, expected: found, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(found, expected);
    }
    let map = field(MAP, 4, &[&[BINARY, 10], &1_i32.to_be_bytes(), &[0; 16]]);
    let (expected, found) = (WireType::Binary, WireType::I64);
    let wrong = DecodeError::WrongElementType { at: 4, expected, found };
    assert_eq!(error_of::<TOpenSessionReq>(&map), wrong);
}

#[test]
fn unknown_wire_types_are_rejected() {
    let unknown = |at, code| DecodeError::UnknownWireType { at, code };
    assert_eq!(error_of::<TStatus>(&field(9, 99, &[&[0; 16]])), unknown(0, 9));
    let list = field(LIST, 99, &[&[200], &1_i32.to_be_bytes(), &[0; 16]]);
    assert_eq!(error_of::<TStatus>(&list), unknown(3, 200));
    assert_eq!(error_of::<TI64Column>(&field(LIST, 1, &[&list[3..]])), unknown(3, 200));
    let map = field(MAP, 99, &[&[BINARY, 1], &1_i32.to_be_bytes(), &[0; 16]]);
    assert_eq!(error_of::<TStatus>(&map), unknown(4, 1));
}

#[test]
fn text_that_is_not_utf8_is_rejected() {
    let body = field(BINARY, 3, &[&[0, 0, 0, 3], b"a\xffb", &[0]]);
    assert_eq!(error_of::<TStatus>(&body), DecodeError::InvalidUtf8 { at: 7 });
}

#[test]
fn documents_of_other_formats_are_rejected() {
    for text in ["<html>", "{\"error\":\"no\"}", "\x1f\u{8b}\u{8}", "upstream connect error"] {
        let body = Bytes::from(text.repeat(10_000));
        assert!(bounded(&body, decode_reply::<FetchResults>).is_err());
    }
}
