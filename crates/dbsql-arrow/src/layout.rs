//! The layout of a result: its schema, and what is needed to decode its rows.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use bytes::Bytes;
use dbsql_protocol::types::{TColumn, TTableSchema};

use crate::decoder::Decoder;
use crate::ipc::{self, Messages};
use crate::pool::BufferPool;
use crate::{Error, ErrorKind, Result, columnar};

pub(crate) mod announced;

/// How the rows of one result are encoded.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The columns as they are returned.
    schema: SchemaRef,
    /// The encapsulated schema message that inline Arrow batches leave out.
    schema_message: Option<Bytes>,
    /// The reader of the messages of such a batch, of which none was read.
    inline: Option<Arc<Messages>>,
    /// Batches and files are LZ4 frames.
    lz4: bool,
}

impl Layout {
    /// The layout of a result that was announced by an Arrow schema message, by a table of
    /// columns, or by both.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) when the Arrow schema is.
    pub fn new(
        schema_message: Option<Bytes>,
        table: Option<&TTableSchema>,
        lz4: bool,
    ) -> Result<Self> {
        let schema_message = schema_message.filter(|message| !message.is_empty());
        // The Arrow schema has inner types and real SQL types; the other one is for columns.
        let schema = match (&schema_message, table) {
            (Some(message), _) => ipc::schema(message)?,
            (None, Some(table)) => columnar::schema(table),
            (None, None) => Arc::new(Schema::empty()),
        };
        let inline = match &schema_message {
            Some(_) => Some(Arc::new(announced::messages(&schema, Arc::clone(&schema))?)),
            None => None,
        };
        Ok(Self { schema, schema_message, inline, lz4 })
    }

    /// Returns whether the same schema message, with the same encoding, announced it: then it is the
    /// layout of that result, too.
    #[must_use]
    pub fn is_announced_by(&self, schema_message: &[u8], lz4: bool) -> bool {
        self.lz4 == lz4 && self.schema_message.as_deref() == Some(schema_message)
    }

    /// Returns the columns as they are returned to the reader.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Returns a decoder of one file, which has its own schema. `limit` is the most bytes that one
    /// message may have.
    #[must_use]
    pub fn file(&self, limit: usize, pool: &BufferPool) -> Decoder {
        Decoder::new(Arc::clone(&self.schema), self.lz4, None, limit, pool.clone())
    }

    /// Returns a decoder of one inline batch: messages without a schema, which was announced. `limit`
    /// is the most bytes that one message may have.
    ///
    /// # Errors
    ///
    /// [`Layout`](ErrorKind::Layout) when no Arrow schema was announced.
    pub fn inline(&self, limit: usize, pool: &BufferPool) -> Result<Decoder> {
        let messages = self.inline.as_deref().cloned().ok_or_else(|| {
            let message = "the server sends Arrow batches without a schema";
            Error::new(ErrorKind::Layout, message)
        })?;
        Ok(Decoder::new(Arc::clone(&self.schema), self.lz4, Some(messages), limit, pool.clone()))
    }

    /// Decodes a set of columns; `None` when it has no rows.
    ///
    /// What servers send as text is read in every shape that they write:
    ///
    /// * A DECIMAL may have an exponent, and zeros in front or at its end. One that would lose digits
    ///   is an error.
    /// * A DATE may have a time, which is cut off, as a cast does.
    /// * A TIMESTAMP may lack its seconds or its time, and may have a `T` in front of the time. `Z`
    ///   or an offset converts it to UTC. What is finer than a microsecond is cut off, towards the
    ///   earlier time.
    ///
    /// What stands in the place of a null is not read.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) for columns that do not fit together,
    /// [`Layout`](ErrorKind::Layout) for columns that were not announced, and
    /// [`Value`](ErrorKind::Value) for a value that cannot be read as its type.
    pub fn columns(&self, columns: &[TColumn]) -> Result<Option<RecordBatch>> {
        if columnar::row_count(columns)? == 0 {
            return Ok(None);
        }
        if self.schema_message.is_some() {
            let message = "the result was announced as Arrow and came as columns";
            return Err(Error::new(ErrorKind::Layout, message));
        }
        columnar::record_batch(&self.schema, columns).map(Some)
    }
}

#[cfg(test)]
mod tests;
