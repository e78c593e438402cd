//! Reads the schema of a file from its first bytes.

use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use bytes::Bytes;

use super::{Decoder, Phase};
use crate::ipc;
use crate::ipc::framing::{self, Framed};
use crate::pool::BufferPool;
use crate::{Error, Result};

/// Reads the schema of a file as its first bytes arrive, before its layout is known.
///
/// The schema is available as soon as its message has arrived, or the LZ4 blocks that contain it.
/// [`Layout::peek`](crate::Layout::peek) creates one.
#[derive(Debug)]
pub struct SchemaPeek {
    /// `None` once the schema is known.
    decoder: Option<Decoder>,
    schema: Option<SchemaRef>,
}

impl SchemaPeek {
    pub(crate) fn new(lz4: bool, limit: usize) -> Self {
        let announced = Arc::new(Schema::empty());
        let decoder = Decoder::new(announced, lz4, None, limit, BufferPool::new());
        Self { decoder: Some(decoder), schema: None }
    }

    /// Adds the next bytes. They are dropped once the schema is known.
    pub fn push(&mut self, bytes: Bytes) {
        if let Some(decoder) = &mut self.decoder {
            decoder.push(bytes);
        }
    }

    /// Returns the schema of the file; `None` when more bytes are needed.
    ///
    /// # Errors
    ///
    /// [`Malformed`](crate::ErrorKind::Malformed) for input that is not a file, and
    /// [`TooLarge`](crate::ErrorKind::TooLarge) for a schema larger than the limit. Nothing can be
    /// read after an error.
    pub fn schema(&mut self) -> Result<Option<SchemaRef>> {
        if let Some(decoder) = &mut self.decoder {
            let Some(schema) = decoder.peeked()? else { return Ok(None) };
            self.schema = Some(schema);
            self.decoder = None;
        }
        Ok(self.schema.clone())
    }
}

impl Decoder {
    fn peeked(&mut self) -> Result<Option<SchemaRef>> {
        if self.phase == Phase::Failed {
            return Err(Error::malformed("nothing can be read after an error"));
        }
        let peeked = self.peek_schema();
        peeked.map_err(|error| {
            self.phase = Phase::Failed;
            self.with_verdict(error)
        })
    }

    fn peek_schema(&mut self) -> Result<Option<SchemaRef>> {
        loop {
            let waiting = self.content.waiting();
            match framing::read(waiting, self.limit)? {
                Framed::Message(extent) => return ipc::schema_of(waiting, extent).map(Some),
                Framed::End(_) => return Err(Error::malformed("the stream has no schema")),
                Framed::Incomplete => {}
            }
            if let Some(error) = self.error.take() {
                return Err(error);
            }
            if !self.unpack()? {
                return Ok(None);
            }
            self.find_block();
        }
    }
}

#[cfg(test)]
mod tests;
