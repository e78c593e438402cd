//! Reading and writing documents as bytes.
//!
//! [`read`] is made for untrusted bodies: size, nesting and number of values are checked before
//! anything is parsed, and allocations are counted.

mod error;
mod limits;
mod scan;

use serde::Serialize;

pub use crate::sea::json::{
    error::{ReadError, WriteError},
    limits::Limits,
};
use crate::sea::{
    at::Ledger,
    json::scan::{offset, scan},
    record::{self, Record},
};

/// A request or a response: a type that can be a whole body.
pub trait Document: Record + Serialize {}

impl<T: Record + Serialize> Document for T {}

/// Reads a body.
///
/// Allocates at most ten times the size of the body plus 256 KiB. Errors contain no links, tokens
/// or strings of the body.
///
/// ```
/// use dbsql_protocol::sea::{StatementResponse, StatementState, json::{self, Limits}};
///
/// let body = br#"{"statement_id":"01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b","status":{"state":"PENDING"}}"#;
/// let response: StatementResponse = json::read(body, &Limits::ANSWER)?;
/// assert_eq!(response.status.state, Some(StatementState::Pending));
/// # Ok::<(), json::ReadError>(())
/// ```
///
/// # Errors
///
/// [`ReadError`] if the body is not such a document or exceeds a limit.
pub fn read<T: Document>(body: &[u8], limits: &Limits) -> Result<T, ReadError> {
    scan(body, limits)?;
    let ledger = Ledger::new(body.len().saturating_mul(BUDGET_FACTOR).saturating_add(BUDGET_SLACK));
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    record::document(&mut deserializer, Some(&ledger))
        .and_then(|document| deserializer.end().map(|()| document))
        .map_err(|error| {
            let at = offset(body, error.line(), error.column());
            ReadError::from_parts(ledger.fault(), at, &error)
        })
}

/// The memory that values may take per byte of the body. The parser needs up to three times the
/// longest string with escapes in addition.
const BUDGET_FACTOR: usize = 6;
const BUDGET_SLACK: usize = 256 * 1024;

/// Writes a body.
///
/// # Errors
///
/// [`WriteError`] if serialization fails; no value of these types is known to fail.
pub fn write<T: Document>(document: &T) -> Result<Vec<u8>, WriteError> {
    serde_json::to_vec(document).map_err(WriteError)
}
