//! Arrow IPC: record batches as servers send them, checked before they are decoded.
//!
//! `arrow-ipc` trusts the lengths that a stream claims. They are checked against the bytes first;
//! remaining panics are caught at one boundary. Values are fully validated. Nothing is copied:
//! arrays point into the buffer.

use std::collections::{BTreeMap, HashMap}; // tidy: order not visible (Arrow's argument type)
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{Message, MessageHeader, MetadataVersion, root_as_message};
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};

use self::framing::{Extent, Framed};
use crate::{Error, ErrorKind, Result};

pub(crate) mod framing;
mod guard;

/// Decodes the messages of one stream after its schema.
#[derive(Clone, Debug)]
pub(crate) struct Messages {
    /// The schema used to decode arrays.
    decoded: SchemaRef,
    /// The schema of returned batches: the same, except for names and metadata if there are
    /// dictionaries.
    returned: SchemaRef,
    /// The schema in the stream.
    own: SchemaRef,
    /// Whether some values are read in words of 16 bytes.
    has_wide_values: bool,
    dictionaries: HashMap<i64, ArrayRef>, // tidy: order not visible
    /// The size of the message of each dictionary.
    dictionary_bytes: BTreeMap<i64, usize>,
    rows: usize,
}

/// A decoded message.
#[derive(Debug)]
pub(crate) enum Decoded {
    Batch(RecordBatch),
    /// A dictionary, or a batch without rows.
    NoRows,
}

impl Messages {
    pub(crate) fn new(decoded: SchemaRef, returned: SchemaRef, own: SchemaRef) -> Self {
        let has_wide_values = any_type(&decoded, &|data_type| {
            matches!(
                data_type,
                DataType::Decimal128(..)
                    | DataType::Decimal256(..)
                    | DataType::Utf8View
                    | DataType::BinaryView
            )
        });
        Self {
            decoded,
            returned,
            own,
            has_wide_values,
            dictionaries: HashMap::new(), // tidy: order not visible
            dictionary_bytes: BTreeMap::new(),
            rows: 0,
        }
    }

    /// Returns `true` if some values are read in words of 16 bytes: these require an aligned body.
    pub(crate) fn has_wide_values(&self) -> bool {
        self.has_wide_values
    }

    /// Returns the number of bytes held by dictionaries.
    pub(crate) fn held_bytes(&self) -> usize {
        self.dictionary_bytes.values().sum()
    }

    /// Decodes the message at the start of `buffer`.
    ///
    /// # Errors
    ///
    /// `Malformed`, and `Layout` for nulls in a column announced as non-nullable.
    pub(crate) fn decode(&mut self, buffer: &Buffer, extent: Extent) -> Result<Decoded> {
        without_panics(|| {
            let message = message(buffer, extent)?;
            let body = buffer.slice_with_length(extent.body_start(), extent.body);
            match message.header_type() {
                MessageHeader::RecordBatch => self.batch(message, &body),
                MessageHeader::DictionaryBatch => self.dictionary(message, &body),
                MessageHeader::Schema => Err(malformed("unexpected second schema message")),
                _ => Err(malformed("unknown message type")),
            }
        })
    }

    fn batch(&mut self, message: Message<'_>, body: &Buffer) -> Result<Decoded> {
        let batch = message.header_as_record_batch();
        let batch = batch.ok_or_else(|| malformed("a batch message has no batch"))?;
        let version = message.version();
        guard::check_batch(batch, &self.decoded, version, body.len())?;
        let read = |schema: &SchemaRef| {
            let schema = Arc::clone(schema);
            read_record_batch(body, batch, schema, &self.dictionaries, None, &version)
        };
        let decoded = match read(&self.decoded) {
            Ok(decoded) => decoded,
            // Valid under its own schema: the announced one forbids some nulls.
            Err(error) if self.own != self.decoded && read(&self.own).is_ok() => {
                return Err(unannounced_nulls(error));
            }
            Err(error) => return Err(invalid(error)),
        };
        let rows = decoded.num_rows();
        self.rows = self
            .rows
            .checked_add(rows)
            .ok_or_else(|| malformed("the total number of rows overflows"))?;
        if rows == 0 {
            return Ok(Decoded::NoRows);
        }
        renamed(decoded, &self.returned).map(Decoded::Batch).map_err(unannounced_nulls)
    }

    fn dictionary(&mut self, message: Message<'_>, body: &Buffer) -> Result<Decoded> {
        let dictionary = message.header_as_dictionary_batch();
        let dictionary =
            dictionary.ok_or_else(|| malformed("a dictionary message has no dictionary"))?;
        let version = message.version();
        guard::check_dictionary(dictionary, &self.decoded, version, body.len())?;
        read_dictionary(body, dictionary, &self.decoded, &mut self.dictionaries, &version)
            .map_err(invalid)?;
        let bytes = self.dictionary_bytes.entry(dictionary.id()).or_default();
        *bytes = body.len() + if dictionary.isDelta() { *bytes } else { 0 };
        Ok(Decoded::NoRows)
    }
}

/// Returns the schema in an encapsulated schema message, which may only be followed by the
/// end-of-stream mark.
///
/// # Errors
///
/// `Malformed` for anything else.
pub(crate) fn schema(bytes: &[u8]) -> Result<SchemaRef> {
    let no_schema = || malformed("incomplete schema message");
    let Framed::Message(extent) = framing::read(bytes, usize::MAX)? else {
        return Err(no_schema());
    };
    let behind = bytes.get(extent.length()..).ok_or_else(no_schema)?;
    match framing::read(behind, usize::MAX)? {
        Framed::Incomplete if behind.is_empty() => {}
        Framed::End(length) if behind.len() == length => {}
        _ => return Err(malformed("unexpected bytes after the schema message")),
    }
    schema_of(bytes, extent)
}

/// Returns the schema in the message at the start of `bytes`.
///
/// # Errors
///
/// `Malformed` for a message of another type.
pub(crate) fn schema_of(bytes: &[u8], extent: Extent) -> Result<SchemaRef> {
    without_panics(|| {
        let message = message(bytes, extent)?;
        let schema = message.header_as_schema();
        let schema = schema.ok_or_else(|| malformed("the stream does not start with a schema"))?;
        if schema.fields().is_none() {
            return Err(malformed("a schema has no columns"));
        }
        Ok(Arc::new(fb_to_schema(schema)))
    })
}

/// Returns `true` if any type in the schema, at any depth, satisfies the predicate.
pub(crate) fn any_type(schema: &Schema, is_like_that: &dyn Fn(&DataType) -> bool) -> bool {
    schema.flattened_fields().iter().any(|field| is_like_that(field.data_type()))
}

fn message(bytes: &[u8], extent: Extent) -> Result<Message<'_>> {
    let metadata = bytes.get(extent.prefix..extent.body_start());
    let message = root_as_message(metadata.unwrap_or_default())
        .map_err(|error| malformed(&format!("invalid message header: {error}")))?;
    if message.version() < MetadataVersion::V4 {
        return Err(malformed("unsupported message version"));
    }
    Ok(message)
}

/// The only panic boundary: `arrow-ipc` panics on some messages that pass all checks.
fn without_panics<T>(decode: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(malformed("decoding a message failed")))
}

/// Returns the same columns with the names and metadata of `schema`.
fn renamed(batch: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    if Arc::ptr_eq(batch.schema_ref(), schema) {
        return Ok(batch);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns().to_vec(), &options)
}

fn unannounced_nulls(error: ArrowError) -> Error {
    let message = "a column announced as non-nullable has nulls";
    Error::new(ErrorKind::Layout, message).with_source(error)
}

fn invalid(error: ArrowError) -> Error {
    malformed("invalid message").with_source(error)
}

fn malformed(message: &str) -> Error {
    Error::malformed(format!("Arrow IPC: {message}"))
}

#[cfg(test)]
mod tests;
