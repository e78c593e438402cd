//! The layout of a result: its schema, and the information needed to decode its rows.

use std::collections::HashMap; // tidy: order not visible (Arrow's metadata type)
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema, SchemaRef};
use bytes::Bytes;
use dbsql_protocol::types::{TColumn, TTableSchema};

use self::sql_type::SqlType;
use crate::columnar::SQL_NAME;
use crate::decoder::{Decoder, SchemaPeek};
use crate::ipc::{self, Messages};
use crate::pool::BufferPool;
use crate::{Error, ErrorKind, Result, columnar};

pub(crate) mod announced;
mod sql_type;

/// The maximum total size of the type names of a result.
const MAX_TYPE_TEXTS: usize = 4 << 20;

/// The encoding of the rows of a result.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The columns as they are returned.
    schema: SchemaRef,
    /// The encapsulated schema message, which inline Arrow batches omit.
    schema_message: Option<Bytes>,
    /// The decoder for the messages of such a batch, before the first one.
    inline: Option<Arc<Messages>>,
    /// The types of the columns, if only they were announced: the first file shows which Arrow
    /// types represent them.
    sql_types: Option<Arc<[SqlType]>>,
    /// Whether batches and files are LZ4 frames.
    lz4: bool,
}

impl Layout {
    /// Creates the layout of a result that was announced by an Arrow schema message, by a table of
    /// columns, or by both.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) when the Arrow schema is invalid.
    pub fn new(
        schema_message: Option<Bytes>,
        table: Option<&TTableSchema>,
        lz4: bool,
    ) -> Result<Self> {
        let schema_message = schema_message.filter(|message| !message.is_empty());
        // The Arrow schema has inner types and exact SQL types; the table is for columnar sets.
        let schema = match (&schema_message, table) {
            (Some(message), _) => ipc::schema(message)?,
            (None, Some(table)) => columnar::schema(table),
            (None, None) => Arc::new(Schema::empty()),
        };
        let inline = match &schema_message {
            Some(_) => Some(Arc::new(announced::messages(&schema, Arc::clone(&schema))?)),
            None => None,
        };
        Ok(Self { schema, schema_message, inline, sql_types: None, lz4 })
    }

    /// Creates the layout of a result that was announced by the names of its columns, in order, and
    /// their SQL types: `BIGINT`, `MAP<STRING, DECIMAL(18,2)>` or `INTERVAL DAY TO SECOND`.
    ///
    /// The schema has the Arrow types that Databricks sends, and each column has its SQL type in
    /// the metadata under `Spark:DataType:SqlName`. An unknown type is text. Files may use other
    /// Arrow types for the same values: [`refined_by`](Self::refined_by) adopts those of the first
    /// file.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) when the type names have more than 4 MiB.
    ///
    /// # Examples
    ///
    /// ```
    /// use dbsql_arrow::{BufferPool, Layout, Result};
    ///
    /// /// Returns the layout of all files of a result, the first of which starts with these chunks.
    /// fn refined(announced: &Layout, first_file: impl Iterator<Item = bytes::Bytes>) -> Result<Layout> {
    ///     let mut peek = announced.peek(16 << 20);
    ///     for chunk in first_file {
    ///         peek.push(chunk);
    ///         if let Some(schema) = peek.schema()? {
    ///             return announced.refined_by(&schema);
    ///         }
    ///     }
    ///     // A file that cannot refine the layout is read as announced, and the decoder reports the error.
    ///     Ok(announced.clone())
    /// }
    ///
    /// # use arrow_ipc::writer::StreamWriter;
    /// # use arrow_schema::{DataType, Field, Schema, TimeUnit};
    /// # let times = DataType::Timestamp(TimeUnit::Microsecond, Some("Europe/Berlin".into()));
    /// # let sent = Schema::new(vec![
    /// #     Field::new("id", DataType::Int64, false),
    /// #     Field::new("at", times.clone(), true),
    /// # ]);
    /// # let file = bytes::Bytes::from(StreamWriter::try_new(Vec::new(), &sent).unwrap().into_inner().unwrap());
    /// # let chunks = file.chunks(100).map(bytes::Bytes::copy_from_slice);
    /// let announced = Layout::from_sql_types([("id", "BIGINT"), ("at", "TIMESTAMP")], false)?;
    /// let layout = refined(&announced, chunks)?;
    /// // The first file contains the time zone of the session.
    /// assert_eq!(layout.schema().field(1).data_type(), &times);
    /// let decoder = layout.file(64 << 20, &BufferPool::new());
    /// # Ok::<(), dbsql_arrow::Error>(())
    /// ```
    pub fn from_sql_types(
        columns: impl IntoIterator<Item = (impl Into<String>, impl AsRef<str>)>,
        lz4: bool,
    ) -> Result<Self> {
        let mut length = 0_usize;
        let (mut fields, mut sql_types) = (Vec::new(), Vec::new());
        for (name, text) in columns {
            let text = text.as_ref().trim();
            length = length.saturating_add(text.len());
            if length > MAX_TYPE_TEXTS {
                let message = format!("the column types exceed {MAX_TYPE_TEXTS} bytes");
                return Err(Error::malformed(message));
            }
            let sql_type = SqlType::parse(text);
            let mut field = Field::new(name, sql_type.data_type(), true);
            if !text.is_empty() {
                let metadata = [(SQL_NAME.to_owned(), text.to_owned())];
                field.set_metadata(HashMap::from(metadata)); // tidy: order not visible
            }
            fields.push(field);
            sql_types.push(sql_type);
        }
        let (schema, sql_types) = (Arc::new(Schema::new(fields)), Some(sql_types.into()));
        Ok(Self { schema, schema_message: None, inline: None, sql_types, lz4 })
    }

    /// The layout of a result whose rows are record batches already, with this schema.
    #[must_use]
    pub fn of_batches(schema: SchemaRef) -> Self {
        Self { schema, schema_message: None, inline: None, sql_types: None, lz4: false }
    }

    /// Returns the layout of a result whose first file has its `own` schema. All of its files must
    /// have the same layout.
    ///
    /// If only SQL types were announced, this adopts from the file what they leave open:
    ///
    /// * names of list items and map entries, labels of time zones, the metadata of the columns, and the
    ///   exact Arrow type of strings, binaries and lists;
    /// * whether an INTERVAL, a VOID, a VARIANT, a GEOGRAPHY or GEOMETRY, or a nested type is sent as its
    ///   own type or as text;
    /// * the types of all columns of unknown type.
    ///
    /// The names of the columns and their SQL types stay as announced. Columns are nullable
    /// whatever the file says, and so are nested values, unless they are NOT NULL in both.
    ///
    /// A layout that was announced by an Arrow schema, or was refined before, is returned
    /// unchanged.
    ///
    /// # Errors
    ///
    /// [`Layout`](ErrorKind::Layout) when the columns differ from the announced ones: another
    /// number of columns, a type that does not represent the announced one, or the same names in
    /// another order.
    pub fn refined_by(&self, own: &Schema) -> Result<Self> {
        let Some(sql_types) = &self.sql_types else {
            announced::check(&self.schema, own)?;
            return Ok(self.clone());
        };
        let schema = announced::refined(sql_types, &self.schema, own)?;
        Ok(Self { schema: Arc::new(schema), sql_types: None, ..self.clone() })
    }

    /// Returns a reader for the schema of a file, which is not compared with the announced one.
    /// `limit` is the maximum size of the schema.
    #[must_use]
    pub fn peek(&self, limit: usize) -> SchemaPeek {
        SchemaPeek::new(self.lz4, limit)
    }

    /// Returns `true` if this layout was announced by the same schema message with the same
    /// encoding, and so is the layout of that result too.
    #[must_use]
    pub fn is_announced_by(&self, schema_message: &[u8], lz4: bool) -> bool {
        self.lz4 == lz4 && self.schema_message.as_deref() == Some(schema_message)
    }

    /// Returns the schema of the returned rows.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Returns a decoder for a file, which contains its schema. `limit` is the maximum size of a
    /// message.
    #[must_use]
    pub fn file(&self, limit: usize, pool: &BufferPool) -> Decoder {
        Decoder::new(Arc::clone(&self.schema), self.lz4, None, limit, pool.clone())
    }

    /// Returns a decoder for an inline batch: messages without the schema, which was announced.
    /// `limit` is the maximum size of a message.
    ///
    /// # Errors
    ///
    /// [`Layout`](ErrorKind::Layout) when no Arrow schema was announced.
    pub fn inline(&self, limit: usize, pool: &BufferPool) -> Result<Decoder> {
        let messages = self.inline.as_deref().cloned().ok_or_else(|| {
            let message = "the server sent Arrow batches without announcing a schema";
            Error::new(ErrorKind::Layout, message)
        })?;
        Ok(Decoder::new(Arc::clone(&self.schema), self.lz4, Some(messages), limit, pool.clone()))
    }

    /// Decodes a set of columns; `None` if it has no rows.
    ///
    /// Values that servers send as text are read in every format that they write:
    ///
    /// * A DECIMAL may have an exponent, and leading or trailing zeros. One that would lose digits is an
    ///   error.
    /// * A DATE may have a time, which is cut off, as by a cast.
    /// * A TIMESTAMP may lack its seconds or its time, and may have a `T` before the time. `Z` or an offset
    ///   converts it to UTC. Digits beyond microseconds are cut off, towards the earlier time.
    ///
    /// The values behind nulls are not read.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) for columns that are inconsistent,
    /// [`Layout`](ErrorKind::Layout) for columns other than announced, and
    /// [`Value`](ErrorKind::Value) for a value that cannot be read as its type.
    pub fn columns(&self, columns: &[TColumn]) -> Result<Option<RecordBatch>> {
        if columnar::row_count(columns)? == 0 {
            return Ok(None);
        }
        if self.schema_message.is_some() {
            let message = "the result was announced as Arrow but sent as columns";
            return Err(Error::new(ErrorKind::Layout, message));
        }
        columnar::record_batch(&self.schema, columns).map(Some)
    }
}

#[cfg(test)]
mod tests;
