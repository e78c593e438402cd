//! Messages and encodings of the protocols of Databricks SQL warehouses and clusters, without I/O.
//!
//! ```
//! use dbsql_protocol::{
//!     message::{self, Call},
//!     rpc,
//!     types::{TExecuteStatementReq, TExecuteStatementResp, TStatus, TStatusCode},
//! };
//!
//! // The client encodes a call: the body of a POST.
//! let request = TExecuteStatementReq {
//!     statement: "SELECT 1".to_owned(),
//!     run_async: Some(true),
//!     ..Default::default()
//! };
//! let body = message::encode_call::<rpc::ExecuteStatement>(&request);
//!
//! // The server decodes it and encodes the reply.
//! let call = Call::decode(body)?;
//! assert_eq!(call.method(), "ExecuteStatement");
//! let arguments = call.arguments::<rpc::ExecuteStatement>()?;
//! assert_eq!(arguments, request);
//! let answer = TExecuteStatementResp {
//!     status: TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..Default::default() },
//!     ..Default::default()
//! };
//! let body = message::encode_reply::<rpc::ExecuteStatement>(call.sequence_id(), &answer);
//!
//! // The client decodes the reply.
//! assert_eq!(message::decode_reply::<rpc::ExecuteStatement>(body)?, answer);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! | Module | Contents |
//! |---|---|
//! | [`types`] | every struct, union and enum of the IDL, under its wire name |
//! | [`rpc`] | the 21 methods, each a type that names its request and its response |
//! | [`message`] | a call, a reply or an exception as one HTTP body |
//! | [`wire`] | the reader and the writer of the encoding, and lists that stay in wire form |
//! | [`handle`] | the id and secret of a statement, to store and pick up later |
//! | [`sea`] | requests and responses of the Statement Execution API, which is JSON |
//!
//! # Untrusted input
//!
//! Decoding never panics, and allocates at most eight times the size of the body plus 64 KiB (JSON:
//! ten times plus 256 KiB), whatever the body claims. Thrift binaries are slices of the body and
//! keep all of it in memory. Unknown fields are skipped, unknown enum values are kept, and a
//! missing required field is an error.
//!
//! # Secrets
//!
//! `Debug` prints no password, handle secret, delegation token, statement text, parameter, row,
//! configuration or header value, and no query string of a link.
//!
//! # Out of scope
//!
//! Sockets, HTTP, clocks, async and Arrow.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod generated;
pub mod handle;
pub mod message;
mod redact;
pub mod rpc;
pub mod sea;
pub mod wire;

/// Every struct, union and enum of the IDL.
///
/// Structs have public fields and implement [`Default`]: set the fields that matter and leave the
/// rest to `..Default::default()`. An optional field is an `Option`, and `None` is not written;
/// where the IDL has a default, the documentation of the field says what the receiver assumes.
/// Enums are named numbers, so that an unknown number from a newer server is kept. A union without
/// a known member is `Unset`.
pub mod types {
    pub use crate::generated::{enums::*, structs::*};
}

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
