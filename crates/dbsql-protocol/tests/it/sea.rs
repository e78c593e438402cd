//! Documents of the Statement Execution API.

mod answers;
mod errors;
mod quiet;
mod requests;
mod tolerance;

use std::fmt::Debug;

use dbsql_protocol::sea::json::{self, Document, Limits, ReadError};
use serde::de::DeserializeOwned;

pub(crate) fn read<T: Document>(text: &str) -> Result<T, ReadError> {
    json::read(text.as_bytes(), &Limits::ANSWER)
}

/// Reads a valid document, and checks that it round-trips and that serde alone reads the same.
#[track_caller]
pub(crate) fn good<T: Document + DeserializeOwned + PartialEq + Debug>(text: &str) -> T {
    let document: T = read(text).expect(text);
    let written = json::write(&document).expect("it is written");
    assert_eq!(json::read::<T>(&written, &Limits::ANSWER).as_ref(), Ok(&document));
    assert_eq!(serde_json::from_str::<T>(text).expect("serde reads it"), document);
    let tree: serde_json::Value = serde_json::from_str(text).expect("a tree");
    assert_eq!(serde_json::from_value::<T>(tree).expect("serde reads the tree"), document);
    document
}
