//! Decodes the results of Databricks SQL, Apache Spark and Apache Hive to Arrow.
//!
//! ```
//! use dbsql_arrow::{BufferPool, Decoder, Result, Step};
//!
//! /// Counts the rows of a file. Each batch is available as soon as its last byte has arrived.
//! fn count(mut decoder: Decoder, chunks: impl Iterator<Item = bytes::Bytes>) -> Result<usize> {
//!     let mut rows = 0;
//!     let mut drain = |decoder: &mut Decoder| loop {
//!         match decoder.step()? {
//!             Step::Batch(batch) => rows += batch.num_rows(),
//!             Step::Worked => {}
//!             Step::NeedsInput => return Ok(()),
//!         }
//!     };
//!     for chunk in chunks {
//!         decoder.push(chunk);
//!         drain(&mut decoder)?;
//!     }
//!     decoder.finish()?;
//!     drain(&mut decoder)?;
//!     Ok(rows)
//! }
//!
//! # use std::sync::Arc;
//! # use arrow_array::{ArrayRef, Int32Array, RecordBatch};
//! # use arrow_ipc::writer::StreamWriter;
//! # let ints: ArrayRef = Arc::new(Int32Array::from_iter_values(0..1000));
//! # let sent = RecordBatch::try_from_iter([("n", ints)]).unwrap();
//! # let schema_message = StreamWriter::try_new(Vec::new(), &sent.schema()).unwrap().into_inner().unwrap();
//! # let mut file = StreamWriter::try_new(Vec::new(), &sent.schema()).unwrap();
//! # file.write(&sent).unwrap();
//! # let file = bytes::Bytes::from(file.into_inner().unwrap());
//! # let chunks = file.chunks(100).map(bytes::Bytes::copy_from_slice);
//! // The layout of a result is announced once and used for any number of files.
//! let layout = dbsql_arrow::Layout::new(Some(schema_message.into()), None, false)?;
//! let pool = BufferPool::new();
//! let rows = count(layout.file(64 << 20, &pool), chunks)?;
//! assert_eq!(rows, 1000);
//! # Ok::<(), dbsql_arrow::Error>(())
//! ```
//!
//! Bytes are pushed into a [`Decoder`] as they arrive, and whole batches come out: LZ4 frames and
//! Arrow IPC messages, in files with a schema or inline without one. Sets of Thrift columns become
//! one batch each ([`Layout::columns`]). If only SQL types were announced, the first file shows
//! which Arrow types represent them ([`Layout::from_sql_types`]).
//!
//! - *Memory.* Each LZ4 block is decompressed directly into the buffer that the arrays then point into.
//!   The buffer returns to the [`BufferPool`] when the last of them is dropped, so one array that is kept
//!   keeps the whole buffer, which may hold several messages. A column is copied only if its sender did
//!   not align it.
//! - *Limits.* Nothing is allocated based on claimed lengths: buffers grow with the bytes that have
//!   arrived, and a message is at most as large as the limit of the decoder. So are the bytes between two
//!   rows.
//! - *Names.* Batches have the announced schema, even if a file names its columns differently, as a file
//!   from the server's result cache may. Columns with other types are an error, and so are the announced
//!   names in another order.
//! - *Validation.* Checksums of LZ4 frames are verified if present. Lengths and counts are checked before
//!   the Arrow crates see them, values are checked by those, and their remaining panics become an
//!   [`Error`] (unless the program is built with `panic = "abort"`).
//!
//! Out of scope: I/O, async and clocks.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod batch;
pub mod calendar;
mod columnar;
mod decoder;
mod error;
mod ipc;
mod layout;
mod lz4;
mod pool;
#[cfg(feature = "rows")]
pub mod rows;
#[cfg(test)]
mod samples;

pub use crate::columnar::row_count;
pub use crate::decoder::{Decoder, SchemaPeek, Step};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::layout::Layout;
pub use crate::pool::BufferPool;

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
