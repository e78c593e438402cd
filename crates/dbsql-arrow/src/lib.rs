//! Bytes to Arrow, for the results of Databricks SQL and of Spark's and Hive's Thrift servers.
//!
//! ```
//! use dbsql_arrow::{BufferPool, Decoder, Result, Step};
//!
//! /// Returns how many rows a file has. Each batch could be used as soon as its last byte is there.
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
//! // The layout of a result is announced once; its files come in any number.
//! let layout = dbsql_arrow::Layout::new(Some(schema_message.into()), None, false)?;
//! let pool = BufferPool::new();
//! let rows = count(layout.file(64 << 20, &pool), chunks)?;
//! assert_eq!(rows, 1000);
//! # Ok::<(), dbsql_arrow::Error>(())
//! ```
//!
//! Bytes are pushed into a [`Decoder`] as they arrive, and whole batches come out: LZ4 frames, Arrow
//! IPC messages, in files with a schema of their own or inline without one. Sets of Thrift columns
//! become one batch each ([`Layout::columns`]). Where only SQL types were announced, the first file
//! says which Arrow types carry them ([`Layout::from_sql_types`]).
//!
//! - *Memory.* Each LZ4 block is decompressed straight into the buffer that the arrays then point
//!   into. It returns to the [`BufferPool`] when the last of them is dropped, so one array that is kept
//!   keeps the whole buffer, which may hold several messages. A column is copied only where its sender
//!   did not align it.
//! - *Limits.* Nothing is allocated on the word of a sender: buffers grow with the bytes that really
//!   came, and one message is at most as large as the limit that the decoder was given. Between two
//!   rows there are at most as many bytes.
//! - *Names.* Batches come under the announced schema, also when a file calls its columns otherwise,
//!   as one from the server's result cache may. Columns with other types are an error, and so are the
//!   announced names in another order.
//! - *Trust.* Checksums of LZ4 frames are verified where there are any. Lengths and counts are checked
//!   before the Arrow crates see them, values by them, and what still makes them panic becomes an
//!   [`Error`] (unless the program is built with `panic = "abort"`).
//!
//! No I/O, no async, no clock.

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
