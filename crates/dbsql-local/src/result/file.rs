//! A file in the object store: rows as one Arrow stream, or as text.

use std::sync::OnceLock;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use bytes::Bytes;

use crate::engine::SqlError;
use crate::result::{PlainForm, ipc, lz4, not_encoded};
use crate::store::fingerprint;

/// Created when it is first downloaded, and cached then.
#[derive(Debug)]
pub(crate) struct ResultFile {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    form: Form,
    bytes: OnceLock<Result<Bytes, SqlError>>,
    tag: OnceLock<u64>,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    /// An Arrow stream, in this many LZ4 frames.
    Arrow(Option<usize>),
    /// Text; whether the file is the first of its result.
    Plain(PlainForm, bool),
}

impl ResultFile {
    /// An Arrow stream.
    pub(super) fn new(schema: SchemaRef, batches: Vec<RecordBatch>, frames: Option<usize>) -> Self {
        Self::with(schema, batches, Form::Arrow(frames))
    }

    /// Bytes that something else has encoded.
    pub(crate) fn encoded(bytes: Bytes) -> Self {
        let file = Self::with(SchemaRef::new(Schema::empty()), Vec::new(), Form::Arrow(None));
        Self { bytes: OnceLock::from(Ok(bytes)), ..file }
    }

    /// Text.
    pub(super) fn plain(
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
        form: PlainForm,
        is_first: bool,
    ) -> Self {
        Self::with(schema, batches, Form::Plain(form, is_first))
    }

    fn with(schema: SchemaRef, batches: Vec<RecordBatch>, form: Form) -> Self {
        Self { schema, batches, form, bytes: OnceLock::new(), tag: OnceLock::new() }
    }

    /// Returns the contents. This is CPU-bound: call it off the async threads.
    pub(crate) fn bytes(&self) -> Result<Bytes, SqlError> {
        self.bytes.get_or_init(|| self.encode()).clone()
    }

    /// Returns a tag that identifies the contents, whatever link they are behind. CPU-bound as
    /// well.
    pub(crate) fn tag(&self) -> Result<u64, SqlError> {
        let bytes = self.bytes()?;
        Ok(*self.tag.get_or_init(|| fingerprint(&bytes)))
    }

    fn encode(&self) -> Result<Bytes, SqlError> {
        match self.form {
            Form::Arrow(frames) => {
                let plain = ipc::stream(&self.schema, &self.batches).map_err(not_encoded)?;
                match frames {
                    Some(frames) => lz4::compress(&plain, frames).map_err(not_encoded),
                    None => Ok(plain),
                }
            }
            Form::Plain(form, is_first) => Ok(form.encode(&self.schema, &self.batches, is_first)),
        }
    }
}
