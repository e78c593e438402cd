//! Documents of the Statement Execution API.

use std::fmt::Debug;

use dbsql_protocol::sea::{
    CreateSession, DeleteSession, Empty, ErrorBody, ExecuteStatement, ListQueries, QueryInfo,
    QueryList, ResultData, Session, StatementResponse, Warehouse, WarehouseList,
    json::{self, Document, Limits, ReadError},
};

/// A body, read as every request and response. Returns whether it is a valid document of a type
/// with fields.
pub(crate) fn json(input: &[u8]) -> bool {
    let is_object = read::<Empty>(input);
    let is_document = [
        read::<StatementResponse>(input),
        read::<ResultData>(input),
        read::<ErrorBody>(input),
        read::<Session>(input),
        read::<Warehouse>(input),
        read::<WarehouseList>(input),
        read::<QueryList>(input),
        read::<QueryInfo>(input),
        read::<ExecuteStatement>(input),
        read::<CreateSession>(input),
        read::<DeleteSession>(input),
        read::<ListQueries>(input),
    ]
    .contains(&true);
    assert!(is_object || !is_document, "a document that is not an object was accepted");
    is_document
}

fn read<T: Document + Debug + PartialEq>(input: &[u8]) -> bool {
    let mut result = None;
    let limit = 10 * input.len() as u64 + 256 * 1024;
    let used = allocation_counter::measure(|| {
        result = Some(json::read::<T>(input, &Limits::RESULT));
    });
    assert!(used.bytes_max <= limit, "{} bytes, more than {limit}", used.bytes_max);
    match result.expect("it was read") {
        Ok(document) => {
            assert!(!format!("{document:?}").is_empty());
            let written = json::write(&document).expect("a document can be written");
            match json::read::<T>(&written, &Limits::RESULT) {
                Ok(again) => assert_eq!(again, document, "what is written is what was read"),
                // Without its unknown fields a body is shorter and has a smaller budget.
                Err(ReadError::BudgetExceeded { .. }) => {}
                Err(error) => panic!("a document that was written cannot be read: {error:?}"),
            }
            true
        }
        Err(error) => {
            assert_repeats_nothing(&error, input);
            false
        }
    }
}

/// Checks that an error quotes no string of a document. Input that is not JSON is shown up to its
/// first quote.
fn assert_repeats_nothing(error: &ReadError, input: &[u8]) {
    const PART: usize = 12;
    if matches!(error, ReadError::NotJson { .. }) {
        return;
    }
    let shown = format!("{error} {error:?}");
    let is_of_text = |part: &[u8]| {
        part.iter().all(u8::is_ascii_alphanumeric) && part.iter().any(u8::is_ascii_digit)
    };
    for part in input.windows(PART).filter(|part| is_of_text(part)) {
        let part = String::from_utf8_lossy(part);
        assert!(!shown.contains(&*part), "the error repeats a part of the input: {shown}");
    }
}
