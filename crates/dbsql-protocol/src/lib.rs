//! Types and bytes of the protocols that Databricks SQL warehouses and clusters speak, without any I/O.
//!
//! ```
//! use dbsql_protocol::{
//!     message::{self, Call},
//!     rpc,
//!     types::{TExecuteStatementReq, TExecuteStatementResp, TStatus, TStatusCode},
//! };
//!
//! // A client asks; the bytes are the body of a POST.
//! let request = TExecuteStatementReq {
//!     statement: "SELECT 1".to_owned(),
//!     run_async: Some(true),
//!     ..Default::default()
//! };
//! let body = message::encode_call::<rpc::ExecuteStatement>(&request);
//!
//! // A server understands and answers.
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
//! // The client reads the answer.
//! assert_eq!(message::decode_reply::<rpc::ExecuteStatement>(body)?, answer);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is here
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | every struct, union and enum of the IDL, under its wire name |
//! | [`rpc`] | the 21 methods, each a type that names its request and its response |
//! | [`message`] | a call, a reply or an exception as one HTTP body |
//! | [`wire`] | the reader and the writer below them, and lists that stay in wire form |
//! | [`handle`] | the id and secret of a statement, to write down and pick up later |
//! | [`sea`] | requests and answers of the other protocol, the Statement Execution API, which is JSON |
//!
//! # Bytes that nobody vouches for
//!
//! Decoding never panics, and takes at most eight times the memory of the body plus 64 KiB (JSON: ten
//! times plus 256 KiB), whatever the body claims. Thrift binaries are slices of the body and keep all of
//! it in memory. Unknown fields are skipped, unknown numbers and names of enums are kept, a missing
//! required field is an error.
//!
//! # Secrets
//!
//! `Debug` prints no password, secret of a handle, delegation token, statement text, parameter, row, value
//! of a configuration or of a header, or query string of a link.
//!
//! # What it does not do
//!
//! No sockets, no HTTP, no clock, no async, no Arrow.

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
/// Structs have public fields and implement [`Default`]: set what matters and leave the rest to
/// `..Default::default()`. An optional field is an `Option`, and what is `None` is not written; where
/// the IDL has a default, the field's documentation says what the receiver assumes. Enums are numbers
/// with names, so that a number from a newer server survives. A union without a known member is `Unset`.
pub mod types {
    pub use crate::generated::{enums::*, structs::*};
}

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
