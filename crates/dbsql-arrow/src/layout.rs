//! The layout of a result: its schema, and what is needed to decode its rows.

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

/// Type texts of one result have at most this many bytes.
const MAX_TYPE_TEXTS: usize = 4 << 20;

/// How the rows of one result are encoded.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The columns as they are returned.
    schema: SchemaRef,
    /// The encapsulated schema message that inline Arrow batches leave out.
    schema_message: Option<Bytes>,
    /// The reader of the messages of such a batch, of which none was read.
    inline: Option<Arc<Messages>>,
    /// The types of the columns, where they alone were announced: which Arrow types carry them is
    /// known when the first file is.
    sql_types: Option<Arc<[SqlType]>>,
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
        Ok(Self { schema, schema_message, inline, sql_types: None, lz4 })
    }

    /// The layout of a result that was announced by the names of its columns, in their order, and the
    /// texts of their SQL types: `BIGINT`, `MAP<STRING, DECIMAL(18,2)>` or `INTERVAL DAY TO SECOND`.
    ///
    /// The schema has the types that Databricks sends, and the text of each type in the metadata of
    /// its column, under `Spark:DataType:SqlName`. A type that is not known is text. Files may have
    /// other Arrow types for the same values: [`refined_by`](Self::refined_by) takes those of the
    /// first file.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) when the texts have more than 4 MiB.
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
    ///     // What cannot be refined is read as it was announced, and the decoder says what is wrong.
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
    /// // The first file says in which time zone the session was.
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
                let message = format!("the types of the columns have over {MAX_TYPE_TEXTS} bytes");
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
    /// Where only SQL types were announced, this takes from the file what they leave open:
    ///
    /// * names of list items and map entries, labels of time zones, the metadata of the columns, and
    ///   which of the types of Arrow a text, a binary or a list has;
    /// * whether an INTERVAL, a VOID, a VARIANT, a GEOGRAPHY or GEOMETRY, or a nested type came as a
    ///   type of its own or as text;
    /// * all of the types that are not known.
    ///
    /// The names of the columns, and their SQL types, stay the announced ones. Columns may be null
    /// whatever the file says, and so may what is in them, unless it is NOT NULL in both.
    ///
    /// A layout that was announced by an Arrow schema, or was refined before, is returned as it is.
    ///
    /// # Errors
    ///
    /// [`Layout`](ErrorKind::Layout) when the columns are not the announced ones: another number of
    /// them, a type that does not carry the announced one, or the same names in another order.
    pub fn refined_by(&self, own: &Schema) -> Result<Self> {
        let Some(sql_types) = &self.sql_types else {
            announced::check(&self.schema, own)?;
            return Ok(self.clone());
        };
        let schema = announced::refined(sql_types, &self.schema, own)?;
        Ok(Self { schema: Arc::new(schema), sql_types: None, ..self.clone() })
    }

    /// Returns a reader of the schema of a file, which is not compared with the announced one. `limit`
    /// is the most bytes that the schema may have.
    #[must_use]
    pub fn peek(&self, limit: usize) -> SchemaPeek {
        SchemaPeek::new(self.lz4, limit)
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
