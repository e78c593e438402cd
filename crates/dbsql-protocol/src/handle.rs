//! Handles: the data needed to find a statement again.

mod execution_handle;
mod parse_error;
mod place;
mod query_id;
mod query_secret;
mod quiet;
mod versioned;

pub use crate::handle::{
    execution_handle::{ExecutionHandle, Protocol},
    parse_error::{InvalidIdentifier, ParseHandleError},
    place::Place,
    query_id::QueryId,
    query_secret::QuerySecret,
};
