//! Nested values.

use bytes::Bytes;
use dbsql_protocol::{
    types::{TSparkParameterValueArg, TStatus},
    wire::{DecodeError, MAX_DEPTH, ThriftStruct},
};

use crate::bounded::read;

const DEEP: usize = 200_000;
const STRUCT: u8 = 12;
const MAP: u8 = 13;
const SET: u8 = 14;
const LIST: u8 = 15;

/// The bytes that open one more level, by the type of the level.
const OPENINGS: [(u8, &[u8]); 4] = [
    (STRUCT, &[STRUCT, 0, 9]),
    (LIST, &[LIST, 0, 0, 0, 1]),
    (SET, &[SET, 0, 0, 0, 1]),
    // A map from i8 to map.
    (MAP, &[3, MAP, 0, 0, 0, 1, 0]),
];

fn assert_too_deep<T: ThriftStruct>(body: Vec<u8>, what: &str) {
    match read::<T>(&Bytes::from(body)) {
        Err(DecodeError::TooDeep { limit: MAX_DEPTH, .. }) => {}
        Err(other) => panic!("{what}: {other}"),
        Ok(_) => panic!("{what}: decodes"),
    }
}

#[test]
fn skipped_values_are_limited_in_depth() {
    for (code, opening) in OPENINGS {
        let body = [&[code, 0, 99][..], &opening.repeat(DEEP)].concat();
        assert_too_deep::<TStatus>(body, &format!("type {code}"));
    }
    let mixed: Vec<u8> =
        [&[LIST, 0, 99][..], &[STRUCT, 0, 0, 0, 1, LIST, 0, 1].repeat(DEEP)].concat();
    assert_too_deep::<TStatus>(mixed, "lists of structs of lists");
}

#[test]
fn known_values_are_limited_in_depth() {
    // arguments, a list of one, whose first field is arguments again.
    let body = [LIST, 0, 3, STRUCT, 0, 0, 0, 1].repeat(DEEP);
    assert_too_deep::<TSparkParameterValueArg>(body, "arguments");
}

#[test]
fn depth_limit_is_exact() {
    // The outer struct is a level, each argument is two.
    let levels = |arguments: usize| -> Bytes {
        let mut body = [LIST, 0, 3, STRUCT, 0, 0, 0, 1].repeat(arguments);
        body.extend(vec![0; arguments + 1]);
        body.into()
    };
    let fits = (MAX_DEPTH - 1) / 2;
    assert!(read::<TSparkParameterValueArg>(&levels(fits)).is_ok());
    assert_too_deep::<TSparkParameterValueArg>(levels(fits + 1).to_vec(), "one too many");
}

#[test]
fn siblings_do_not_use_up_the_depth() {
    // A thousand skipped structs, lists and maps side by side.
    let side_by_side = [
        &[STRUCT, 0, 99, 0][..],
        &[LIST, 0, 98, 8, 0, 0, 0, 1, 0, 0, 0, 1],
        &[LIST, 0, 97, LIST, 0, 0, 0, 1, 8, 0, 0, 0, 0],
        &[MAP, 0, 96, 8, 8, 0, 0, 0, 0],
        // infoMessages, empty
        &[LIST, 0, 2, 11, 0, 0, 0, 0],
    ]
    .concat();
    let body = [&side_by_side.repeat(1_000)[..], &[8, 0, 1, 0, 0, 0, 0, 0]].concat();
    assert!(read::<TStatus>(&body.into()).is_ok());
}
