//! Bytes to Arrow, for the results of Databricks SQL and of Spark's and Hive's Thrift servers.
//!
//! Bytes are pushed into a [`Decoder`] as they arrive, and whole batches come out: LZ4 frames, Arrow
//! IPC messages, in files with a schema of their own or inline without one. Sets of Thrift columns
//! become one batch each ([`Layout::columns`]).
//!
//! No I/O, no async, no clock. Nothing is allocated on the word of a sender: buffers grow with the
//! bytes that really came, one message is at most as large as the limit that the decoder was given,
//! and what still makes the Arrow crates panic becomes an [`Error`].

pub mod batch;
pub mod calendar;
mod columnar;
mod decoder;
mod error;
mod ipc;
mod layout;
mod lz4;
mod pool;
#[cfg(test)]
mod samples;

pub use crate::columnar::row_count;
pub use crate::decoder::{Decoder, Step};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::layout::Layout;
pub use crate::pool::BufferPool;
