//! The push decoder: bytes of a file or of an inline batch in, record batches out.

use std::collections::VecDeque;

use arrow_array::RecordBatch;
use bytes::{Bytes, BytesMut};

use crate::layout::Layout;
use crate::pool::BufferPool;
use crate::{Error, ErrorKind, Result};

/// Decodes one file, or one inline batch, as its bytes arrive.
///
/// [`push`](Self::push) some bytes, call [`step`](Self::step) until it wants more, push the next ones,
/// and [`finish`](Self::finish) when there are none.
#[derive(Debug)]
pub struct Decoder {
    layout: Layout,
    source: Source,
    limit: usize,
    _pool: BufferPool,
    input: BytesMut,
    batches: VecDeque<RecordBatch>,
    finished: bool,
}

/// Where the schema of a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the stream itself.
    File,
    /// In the layout.
    Inline,
}

/// What a [`Decoder`] came to.
#[derive(Debug)]
pub enum Step {
    /// Some rows, never none, under the announced schema.
    Batch(RecordBatch),
    /// Some work was done: call again.
    Worked,
    /// All input is used.
    NeedsInput,
}

impl Decoder {
    pub(crate) fn new(layout: Layout, source: Source, limit: usize, pool: BufferPool) -> Self {
        Self {
            layout,
            source,
            limit,
            _pool: pool,
            input: BytesMut::new(),
            batches: VecDeque::new(),
            finished: false,
        }
    }

    /// Takes the next bytes. They are kept until [`step`](Self::step) has used them.
    pub fn push(&mut self, bytes: Bytes) {
        self.input.extend_from_slice(&bytes);
    }

    /// Returns at most how many bytes the next [`step`](Self::step) may add to
    /// [`held_bytes`](Self::held_bytes): about how much work it is.
    #[must_use]
    pub fn next_bytes(&self) -> usize {
        0
    }

    /// Returns how many bytes the decoder holds: input that is not used yet, and the message that is
    /// not complete yet. Batches that were returned are not in it.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.input.len()
    }

    /// Does a bounded piece of work: at most one block is decompressed, one message decoded.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed), [`TooLarge`](ErrorKind::TooLarge) for a message larger
    /// than the limit, [`Layout`](ErrorKind::Layout). After an error nothing else can be decoded.
    pub fn step(&mut self) -> Result<Step> {
        if !self.finished {
            return Ok(Step::NeedsInput);
        }
        Ok(self.batches.pop_front().map_or(Step::NeedsInput, Step::Batch))
    }

    /// Says that no more bytes come. Call [`step`](Self::step) afterwards, until it needs input, for
    /// what was waiting for this.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) when the bytes end in the middle.
    pub fn finish(&mut self) -> Result<()> {
        let bytes = std::mem::take(&mut self.input);
        let decoded = match self.source {
            Source::File => self.layout.decode_file(&bytes, self.limit),
            Source::Inline => self.layout.decode_inline(&bytes, self.limit),
        };
        self.batches = decoded?.into_iter().filter(|batch| batch.num_rows() > 0).collect();
        self.finished = true;
        Ok(())
    }
}

/// The error of a message larger than the limit.
pub(crate) fn too_large(limit: usize) -> Error {
    Error::new(ErrorKind::TooLarge, format!("one message is larger than {limit} bytes"))
}
