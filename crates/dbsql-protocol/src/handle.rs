//! Handles: the data needed to find a statement again.

mod endpoint;
mod execution_handle;
mod parse_error;
mod query_id;
mod query_secret;
mod quiet;
mod versioned;

pub use crate::handle::{
    endpoint::HandleEndpoint,
    execution_handle::{ExecutionHandle, Protocol},
    parse_error::{InvalidIdentifier, ParseHandleError},
    query_id::QueryId,
    query_secret::QuerySecret,
};
