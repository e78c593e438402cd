//! A push decoder: bytes of a file or of an inline batch in, record batches out.

use std::collections::VecDeque;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_schema::SchemaRef;
use bytes::Bytes;

use self::content::{ALIGNMENT, Content};
use self::input::Input;
pub use self::peek::SchemaPeek;
use crate::ipc::framing::{self, Extent, Framed};
use crate::ipc::{self, Decoded, Messages};
use crate::layout::announced;
use crate::lz4::{Block, Frames, WINDOW};
use crate::pool::BufferPool;
use crate::{Error, ErrorKind, Result};

mod content;
pub(crate) mod input;
mod peek;

/// How much uncompressed input is copied at a time while the length of the message is unknown.
const COPIED: usize = 64 << 10;

/// The maximum that is copied at a time.
const COPIED_MAX: usize = 1 << 20;

/// Decodes a file or an inline batch as its bytes arrive.
///
/// [`push`](Self::push) some bytes, call [`step`](Self::step) until it needs more, push the next
/// ones, and call [`finish`](Self::finish) after the last.
///
/// ```
/// use dbsql_arrow::{BufferPool, Layout, Step};
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, Int64Array, RecordBatch};
/// # use arrow_ipc::writer::StreamWriter;
///
/// # let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1000));
/// # let sent = RecordBatch::try_from_iter([("id", ids)])?;
/// # let mut file = StreamWriter::try_new(Vec::new(), sent.schema_ref())?;
/// # file.write(&sent)?;
/// # let file = bytes::Bytes::from(file.into_inner()?);
/// let layout = Layout::from_sql_types([("id", "BIGINT")], false)?;
/// let mut decoder = layout.file(64 << 20, &BufferPool::new());
/// decoder.push(file); // or in pieces, as they arrive
/// decoder.finish()?;
/// let mut rows = 0;
/// loop {
///     match decoder.step()? {
///         Step::Batch(batch) => rows += batch.num_rows(),
///         Step::Worked => {}
///         Step::NeedsInput => break,
///     }
/// }
/// assert_eq!(rows, 1000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    /// The schema of the returned rows.
    announced: SchemaRef,
    limit: usize,
    input: Input,
    encoding: Encoding,
    content: Content,
    /// The length of the first message in `content`, once its metadata has arrived.
    first: Option<Extent>,
    /// `None` until the schema is known.
    messages: Option<Messages>,
    /// Whether bodies must be aligned for values of 16 bytes.
    is_wide: bool,
    /// Complete messages that have not been decoded yet.
    whole: VecDeque<(Extent, Buffer)>,
    /// The size of those messages.
    whole_bytes: usize,
    /// Whether rows were returned that are verified only by the checksum at the end of their frame.
    has_unverified_rows: bool,
    /// The size of the messages since the last row.
    rowless_bytes: usize,
    /// The error found after the complete messages.
    error: Option<Error>,
    phase: Phase,
    /// Whether all input has been pushed.
    is_finished: bool,
}

/// The encoding between the input and the content.
#[derive(Debug)]
enum Encoding {
    Plain,
    /// LZ4 frames, and the next block once it is complete.
    Lz4(Frames, Option<Block>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Messages,
    /// The end-of-stream mark was read.
    Ended,
    Failed,
}

/// The result of a [`Decoder::step`].
#[derive(Debug)]
pub enum Step {
    /// Some rows, never zero, under the announced schema.
    Batch(RecordBatch),
    /// Some work was done: call again.
    Worked,
    /// All input has been used.
    NeedsInput,
}

impl Decoder {
    /// `messages` is `None` when the stream contains its schema.
    pub(crate) fn new(
        announced: SchemaRef,
        lz4: bool,
        messages: Option<Messages>,
        limit: usize,
        pool: BufferPool,
    ) -> Self {
        Self {
            announced,
            limit,
            input: Input::default(),
            encoding: if lz4 {
                Encoding::Lz4(Frames::new(pool.clone()), None)
            } else {
                Encoding::Plain
            },
            content: Content::new(pool),
            first: None,
            is_wide: messages.as_ref().is_some_and(Messages::has_wide_values),
            messages,
            whole: VecDeque::new(),
            whole_bytes: 0,
            has_unverified_rows: false,
            rowless_bytes: 0,
            error: None,
            phase: Phase::Messages,
            is_finished: false,
        }
    }

    /// Adds the next bytes. They are kept until [`step`](Self::step) has used them.
    pub fn push(&mut self, bytes: Bytes) {
        self.input.push(bytes);
        self.find_block();
    }

    /// Returns the maximum number of bytes that the next [`step`](Self::step) may add to
    /// [`held_bytes`](Self::held_bytes), a measure of its work.
    #[must_use]
    pub fn next_bytes(&self) -> usize {
        if !self.whole.is_empty() || self.error.is_some() || self.phase == Phase::Failed {
            return 0;
        }
        match &self.encoding {
            Encoding::Plain => match self.plain_bytes() {
                0 => 0,
                length => length + ALIGNMENT,
            },
            Encoding::Lz4(_, None) => 0,
            Encoding::Lz4(_, Some(block)) => {
                block.room + ALIGNMENT + if block.linked { WINDOW } else { 0 }
            }
        }
    }

    /// Returns the number of bytes that the decoder holds: unused input, and messages that are
    /// incomplete or not decoded yet. Returned batches are not included.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let gathered = match &self.encoding {
            Encoding::Plain => 0,
            Encoding::Lz4(frames, _) => frames.held_bytes(),
        };
        let dictionaries = self.messages.as_ref().map_or(0, Messages::held_bytes);
        self.input.len() + gathered + self.content.held_bytes() + self.whole_bytes + dictionaries
    }

    /// Does a bounded amount of work: decompresses at most one block, or decodes one message.
    ///
    /// # Errors
    ///
    /// - [`Malformed`](ErrorKind::Malformed) for damaged input;
    /// - [`Checksum`](ErrorKind::Checksum) where rows that were returned before may be wrong too;
    /// - [`TooLarge`](ErrorKind::TooLarge) for a message larger than the limit, or as many bytes without a row;
    /// - [`Layout`](ErrorKind::Layout) for columns other than announced.
    ///
    /// Nothing can be decoded after an error.
    pub fn step(&mut self) -> Result<Step> {
        if self.phase == Phase::Failed {
            return Err(Error::malformed("nothing can be decoded after an error"));
        }
        let step = match self.work() {
            Ok(Some(step)) => return Ok(step),
            Ok(None) if self.is_finished => self.check_end(),
            Ok(None) => Ok(()),
            Err(error) => Err(self.with_verdict(error)),
        };
        step.map(|()| Step::NeedsInput).inspect_err(|_| {
            self.phase = Phase::Failed;
            self.whole.clear();
            self.whole_bytes = 0;
        })
    }

    /// Sets the kind of an error, depending on whether it affects rows that were returned.
    fn with_verdict(&self, error: Error) -> Error {
        match (error.kind(), self.has_unverified_rows) {
            (ErrorKind::Checksum, false) => error.with_kind(ErrorKind::Malformed),
            (ErrorKind::Malformed, true) => error.with_kind(ErrorKind::Checksum),
            _ => error,
        }
    }

    /// Marks the end of the input. Call [`step`](Self::step) afterwards, until it needs input, for
    /// the rest.
    ///
    /// # Errors
    ///
    /// [`Malformed`](ErrorKind::Malformed) when the input is incomplete. If some of it has not been
    /// used yet, the last [`step`](Self::step) returns the error instead.
    pub fn finish(&mut self) -> Result<()> {
        self.is_finished = true;
        let is_waiting = !self.whole.is_empty() || self.error.is_some() || self.next_bytes() > 0;
        if is_waiting || self.phase == Phase::Failed { Ok(()) } else { self.check_end() }
    }

    /// Returns `None` when more input is needed.
    fn work(&mut self) -> Result<Option<Step>> {
        // Rows that are known to be wrong are not returned.
        let is_wrong = self.error.as_ref().is_some_and(|error| error.kind() == ErrorKind::Checksum);
        if !is_wrong && let Some((extent, message)) = self.whole.pop_front() {
            self.whole_bytes -= extent.length();
            return self.decode(extent, &message).map(Some);
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if !self.unpack()? {
            return Ok(None);
        }
        self.error = self.find_messages().err();
        self.find_block();
        Ok(Some(Step::Worked))
    }

    fn decode(&mut self, extent: Extent, message: &Buffer) -> Result<Step> {
        let messages = self.messages.as_mut();
        let messages = messages.ok_or_else(|| Error::malformed("the stream has no schema"))?;
        match messages.decode(message, extent)? {
            Decoded::Batch(batch) => {
                self.rowless_bytes = 0;
                if let Encoding::Lz4(frames, _) = &self.encoding {
                    self.has_unverified_rows |= frames.is_unverified();
                }
                Ok(Step::Batch(batch))
            }
            Decoded::NoRows => {
                self.count_rowless(extent)?;
                Ok(Step::Worked)
            }
        }
    }

    /// Appends the next block, or some uncompressed input, to the content; returns `false` if there
    /// is none.
    fn unpack(&mut self) -> Result<bool> {
        let plain = self.plain_bytes();
        let whole = self.first.map(Extent::length);
        match &mut self.encoding {
            Encoding::Plain => {
                let Some(bytes) = self.input.front(plain) else { return Ok(false) };
                self.content.append(bytes.len(), whole, |_, target| {
                    target.copy_from_slice(&bytes);
                    Ok(bytes.len())
                })?;
            }
            Encoding::Lz4(frames, ready) => {
                let Some(block) = ready.take() else { return Ok(false) };
                self.content.link(block.linked, block.is_first);
                self.content.append(block.room, whole, |history, target| {
                    frames.decompress(block, &mut self.input, history, target)
                })?;
            }
        }
        Ok(true)
    }

    /// Returns how many uncompressed bytes to copy next: no more than the message needs, so that
    /// the next message is not copied twice.
    fn plain_bytes(&self) -> usize {
        let missing = self
            .first
            .map_or(0, |first| first.length().saturating_sub(self.content.waiting().len()));
        self.input.front_length().min(missing.max(COPIED)).min(COPIED_MAX)
    }

    /// Reads up to the next complete block, unless there is one.
    fn find_block(&mut self) {
        let Encoding::Lz4(frames, ready @ None) = &mut self.encoding else { return };
        if self.error.is_some() || self.phase == Phase::Failed {
            return;
        }
        match frames.next_block(&mut self.input) {
            Ok(block) => {
                *ready = block.and_then(|block| frames.complete(block, &mut self.input));
                self.has_unverified_rows &= frames.is_unverified();
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// Takes the complete messages out of the content, including those before an error.
    fn find_messages(&mut self) -> Result<()> {
        let mut found = Vec::new();
        let mut length = 0;
        let ending = self.find_next(&mut found, &mut length);
        if !found.is_empty() {
            let body_start = self.first.map_or(0, Extent::body_start);
            let buffer = self.content.take(length, body_start);
            let mut start = 0;
            for extent in found {
                let message = buffer.slice_with_length(start, extent.length());
                self.whole.push_back((extent, message));
                self.whole_bytes += extent.length();
                start += extent.length();
            }
        } else if let Some(first) = self.first.filter(|_| self.is_wide) {
            self.content.align(first.body_start());
        }
        ending
    }

    /// Finds complete messages at the start of the content: `found`, of `length` bytes in total.
    fn find_next(&mut self, found: &mut Vec<Extent>, length: &mut usize) -> Result<()> {
        loop {
            let waiting = self.content.waiting().get(*length..).unwrap_or_default();
            let framed = match self.first.take() {
                Some(extent) => Framed::Message(extent),
                None => framing::read(waiting, self.limit)?,
            };
            match framed {
                Framed::Incomplete => return Ok(()),
                Framed::Message(extent) if extent.length() > waiting.len() => {
                    self.first = Some(extent);
                    return Ok(());
                }
                Framed::Message(extent) if self.messages.is_none() => {
                    let schema = ipc::schema_of(waiting, extent)?;
                    let messages = announced::messages(&self.announced, schema)?;
                    self.is_wide = messages.has_wide_values();
                    self.messages = Some(messages);
                    self.content.skip(extent.length());
                    self.count_rowless(extent)?;
                }
                Framed::Message(extent) => {
                    *length += extent.length();
                    found.push(extent);
                }
                Framed::End(mark) if mark == waiting.len() => {
                    self.phase = Phase::Ended;
                    return Ok(());
                }
                Framed::End(_) => {
                    return Err(Error::malformed("unexpected bytes after the end of the stream"));
                }
            }
        }
    }

    fn count_rowless(&mut self, extent: Extent) -> Result<()> {
        self.rowless_bytes = self.rowless_bytes.saturating_add(extent.length());
        let dictionaries = self.messages.as_ref().map_or(0, Messages::held_bytes);
        let (bytes, limit) = (self.rowless_bytes.max(dictionaries), self.limit);
        if bytes <= limit {
            return Ok(());
        }
        let message = format!("{bytes} bytes of the result contain no row, the limit is {limit}");
        Err(Error::new(ErrorKind::TooLarge, message))
    }

    /// Checks that the input may end here.
    fn check_end(&mut self) -> Result<()> {
        let is_whole = match &self.encoding {
            Encoding::Plain => true,
            Encoding::Lz4(frames, _) => frames.is_between_frames(),
        };
        let is_used = self.input.len() == 0
            && (self.phase == Phase::Ended || self.content.waiting().is_empty());
        let result = if !is_whole || !is_used {
            Err(Error::malformed("unexpected end of the stream"))
        } else if self.messages.is_none() {
            Err(Error::malformed("the stream has no schema"))
        } else {
            Ok(())
        };
        result.inspect_err(|_| self.phase = Phase::Failed)
    }
}

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
