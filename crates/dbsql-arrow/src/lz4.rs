//! LZ4 frames, which contain inline batches and result files, read as their bytes arrive.
//!
//! There may be several frames in sequence, some of them empty, and skippable frames between them.
//! Checksums are verified if present, and so is the size of the content if it is specified. The
//! names are those of the LZ4 Frame Format, version 1.6.

use std::{mem, slice};

use lz4_flex::block::{decompress_into, decompress_into_with_dict};

use self::xxhash::XxHash32;
use crate::decoder::input::Input;
use crate::pool::BufferPool;
use crate::{Error, ErrorKind, Result};

mod xxhash;

/// The maximum distance of a reference in a linked block.
pub(crate) const WINDOW: usize = 64 << 10;

/// The maximum number of bytes that a byte of a block expands to.
const MAX_RATIO: usize = 255;

/// Blocks up to this length are scanned for their decompressed size, which costs less than clearing
/// memory for the maximum.
const SHORT: usize = 16 << 10;

/// The minimum length of a match.
const MIN_MATCH: usize = 4;

const MAGIC: u32 = 0x184d_2204;
/// The last four bits of the magic number of a skippable frame are arbitrary.
const SKIPPABLE_MAGIC: u32 = 0x184d_2a50;

/// Marks a block that is stored uncompressed.
const STORED: u32 = 1 << 31;

/// A reader of frames.
#[derive(Debug)]
pub(crate) struct Frames {
    at: At,
    frame: Frame,
    /// The bytes received of a block that is split over several chunks.
    gathered: Vec<u8>,
    pool: BufferPool,
}

/// The next item to read.
#[derive(Clone, Copy, Debug)]
enum At {
    Magic,
    /// The rest of the header, which is `length` bytes long.
    Header {
        length: usize,
    },
    SkippableSize,
    Skippable {
        left: usize,
    },
    BlockSize,
    Block(Block),
    ContentChecksum,
}

/// The current frame.
#[derive(Debug)]
struct Frame {
    linked: bool,
    block_max: usize,
    block_checksum: bool,
    content_checksum: Option<XxHash32>,
    /// The announced size of the content.
    content_size: Option<u64>,
    /// The size of the content so far.
    content: u64,
}

/// A block of known size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    stored: bool,
    length: usize,
    checksum: bool,
    /// The maximum size of its content.
    pub(crate) room: usize,
    /// Whether it may refer to the content before it.
    pub(crate) linked: bool,
    /// Whether the content before it belongs to another frame.
    pub(crate) is_first: bool,
}

impl Frames {
    pub(crate) fn new(pool: BufferPool) -> Self {
        Self { at: At::Magic, frame: Frame::none(), gathered: Vec::new(), pool }
    }

    /// Returns the number of bytes that were taken from the input and not used yet.
    pub(crate) fn held_bytes(&self) -> usize {
        self.gathered.len()
    }

    /// Returns `true` if some content is verified only by the checksum at the end of its frame.
    pub(crate) fn is_unverified(&self) -> bool {
        self.frame.content > 0 && self.frame.content_checksum.is_some()
    }

    /// Returns `true` if the input may end here.
    pub(crate) fn is_between_frames(&self) -> bool {
        matches!(self.at, At::Magic)
    }

    /// Reads up to the bytes of the next block and returns it; `None` when more input is needed.
    ///
    /// # Errors
    ///
    /// `Malformed` for an invalid LZ4 frame, or one whose content does not match its header.
    pub(crate) fn next_block(&mut self, input: &mut Input) -> Result<Option<Block>> {
        loop {
            self.at = match self.at {
                At::Block(block) => return Ok(Some(block)),
                At::Magic => {
                    let Some(magic) = input.array() else { return Ok(None) };
                    match u32::from_le_bytes(magic) {
                        MAGIC => At::Header { length: 3 },
                        magic if magic & !0xf == SKIPPABLE_MAGIC => At::SkippableSize,
                        _ => return Err(broken("missing frame")),
                    }
                }
                At::SkippableSize => {
                    let Some(size) = input.array() else { return Ok(None) };
                    At::Skippable { left: u32::from_le_bytes(size) as usize }
                }
                At::Skippable { left } => match left - input.skip(left) {
                    0 => At::Magic,
                    left => {
                        self.at = At::Skippable { left };
                        return Ok(None);
                    }
                },
                At::Header { length } => {
                    let mut header = [0; 15];
                    let Some(header) = header.get_mut(..length) else {
                        return Err(broken("invalid frame header"));
                    };
                    if input.peek(header) < length {
                        return Ok(None);
                    }
                    let full = header_length(header);
                    if full > length {
                        At::Header { length: full }
                    } else {
                        self.frame = Frame::read(header)?;
                        input.skip(length);
                        At::BlockSize
                    }
                }
                At::BlockSize => {
                    let Some(size) = input.array() else { return Ok(None) };
                    match u32::from_le_bytes(size) {
                        0 if self.frame.content_checksum.is_some() => At::ContentChecksum,
                        0 => self.end(None)?,
                        size => At::Block(self.frame.block(size)?),
                    }
                }
                At::ContentChecksum => {
                    let Some(checksum) = input.array() else { return Ok(None) };
                    self.end(Some(u32::from_le_bytes(checksum)))?
                }
            };
        }
    }

    fn end(&mut self, checksum: Option<u32>) -> Result<At> {
        self.frame.end(checksum)?;
        self.frame = Frame::none();
        Ok(At::Magic)
    }

    /// Returns the block that [`next_block`](Self::next_block) returned, with the room that it
    /// needs, once it is complete. The part of an incomplete block that has arrived is taken from
    /// the input.
    pub(crate) fn complete(&mut self, block: Block, input: &mut Input) -> Option<Block> {
        let length = block.encoded_length();
        if self.gathered.is_empty() && input.front_length() >= length {
            return Some(block.measured(input.first()));
        }
        if self.gathered.capacity() == 0 {
            self.gathered = self.pool.take_scratch().unwrap_or_default();
        }
        while let Some(bytes) = input.front(length - self.gathered.len()) {
            self.gathered.extend_from_slice(&bytes);
        }
        (self.gathered.len() == length).then(|| block.measured(&self.gathered))
    }

    /// Decompresses a complete block to the start of `target`, which has at least
    /// [`room`](Block::room) bytes; returns the decompressed size. `history` is the content before
    /// it.
    ///
    /// # Errors
    ///
    /// `Malformed` when the block is invalid or its checksum does not match.
    pub(crate) fn decompress(
        &mut self,
        block: Block,
        input: &mut Input,
        history: &[u8],
        target: &mut [u8],
    ) -> Result<usize> {
        let target = target.get_mut(..block.room).ok_or_else(|| broken("there is no room"))?;
        let whole;
        let bytes = if self.gathered.is_empty() {
            whole = input.whole(block.encoded_length()).unwrap_or_default();
            &whole[..]
        } else {
            &self.gathered
        };
        let length = block.decompress(bytes, history, target)?;
        self.frame.add(&target[..length])?;
        self.gathered.clear();
        self.at = At::BlockSize;
        Ok(length)
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.pool.put_scratch(mem::take(&mut self.gathered));
    }
}

impl Frame {
    fn none() -> Self {
        Self {
            linked: false,
            block_max: 0,
            block_checksum: false,
            content_checksum: None,
            content_size: None,
            content: 0,
        }
    }

    /// Reads a frame header, without its magic number.
    fn read(header: &[u8]) -> Result<Self> {
        let Some((checksum, descriptor)) = header.split_last() else {
            return Err(broken("invalid frame header"));
        };
        // The second byte of the hash.
        if xxhash::hash(descriptor).to_le_bytes()[1] != *checksum {
            return Err(broken("the checksum of a frame header does not match"));
        }
        let (flags, sizes, rest) = match descriptor {
            [flags, sizes, rest @ ..] => (*flags, *sizes, rest),
            _ => return Err(broken("invalid frame header")),
        };
        if flags >> 6 != 1 {
            return Err(broken("unknown frame version"));
        }
        if flags & 1 << 1 != 0 || sizes & 0x8f != 0 {
            return Err(broken("reserved bits set in a frame header"));
        }
        if flags & 1 != 0 {
            return Err(broken("a frame needs a dictionary"));
        }
        let block_max = match sizes >> 4 {
            size @ 4..=7 => 1 << (8 + 2 * u32::from(size)),
            _ => return Err(broken("unknown block size in a frame")),
        };
        Ok(Self {
            linked: flags & 1 << 5 == 0,
            block_max,
            block_checksum: flags & 1 << 4 != 0,
            content_checksum: (flags & 1 << 2 != 0).then(XxHash32::new),
            content_size: rest.first_chunk().map(|size| u64::from_le_bytes(*size)),
            content: 0,
        })
    }

    fn block(&self, size: u32) -> Result<Block> {
        let length = (size & !STORED) as usize;
        if length > self.block_max {
            return Err(broken("a block is larger than its frame allows"));
        }
        let stored = size & STORED != 0;
        let most = if stored { length } else { length.saturating_mul(MAX_RATIO) };
        Ok(Block {
            stored,
            length,
            checksum: self.block_checksum,
            room: most.min(self.block_max),
            linked: self.linked,
            is_first: self.content == 0,
        })
    }

    fn add(&mut self, content: &[u8]) -> Result<()> {
        self.content += content.len() as u64;
        if self.content_size.is_some_and(|size| self.content > size) {
            return Err(broken("the content of a frame is longer than announced"));
        }
        if let Some(hash) = &mut self.content_checksum {
            hash.write(content);
        }
        Ok(())
    }

    fn end(&self, checksum: Option<u32>) -> Result<()> {
        if self.content_size.is_some_and(|size| self.content != size) {
            return Err(broken("the content of a frame is shorter than announced"));
        }
        if self.content_checksum.as_ref().map(XxHash32::finish) != checksum {
            let error = broken("the checksum of the content does not match");
            return Err(error.with_kind(ErrorKind::Checksum));
        }
        Ok(())
    }
}

impl Block {
    /// Returns the length of the block and its checksum.
    pub(crate) fn encoded_length(self) -> usize {
        self.length + if self.checksum { 4 } else { 0 }
    }

    /// Returns the block at the start of `bytes`, with no more room than it needs.
    fn measured(self, bytes: &[u8]) -> Self {
        if self.stored || self.length > SHORT {
            return self;
        }
        // An invalid block is detected when it is decompressed.
        let needed = bytes.get(..self.length).and_then(unpacked_length);
        Self { room: needed.map_or(self.room, |needed| needed.min(self.room)), ..self }
    }

    fn decompress(self, bytes: &[u8], history: &[u8], target: &mut [u8]) -> Result<usize> {
        let (bytes, checksum) =
            bytes.split_at_checked(self.length).ok_or_else(|| broken("a block is cut off"))?;
        if self.checksum && xxhash::hash(bytes).to_le_bytes() != checksum {
            return Err(broken("the checksum of a block does not match"));
        }
        if self.stored {
            target.copy_from_slice(bytes);
            return Ok(bytes.len());
        }
        let decompressed = if history.is_empty() {
            decompress_into(bytes, target)
        } else {
            decompress_into_with_dict(bytes, target, history)
        };
        decompressed.map_err(|error| broken("invalid block").with_source(error))
    }
}

/// Returns the decompressed size of a compressed block, from the lengths of its literals and
/// matches; `None` when it is truncated. The names are those of the LZ4 Block Format.
fn unpacked_length(block: &[u8]) -> Option<usize> {
    let mut bytes = block.iter();
    let mut unpacked = 0;
    loop {
        let token = *bytes.next()?;
        let literals = run_length(token >> 4, &mut bytes)?;
        unpacked += literals;
        if literals > 0 {
            bytes.nth(literals - 1)?;
        }
        // The last sequence has only literals.
        if bytes.len() == 0 {
            return Some(unpacked);
        }
        // The offset of the match.
        bytes.nth(1)?;
        unpacked += MIN_MATCH + run_length(token & 0xf, &mut bytes)?;
    }
}

/// Returns a length that starts with these four bits and continues in the following bytes.
fn run_length(bits: u8, bytes: &mut slice::Iter<'_, u8>) -> Option<usize> {
    let mut length = usize::from(bits);
    let mut goes_on = bits == 0xf;
    while goes_on {
        let more = *bytes.next()?;
        length += usize::from(more);
        goes_on = more == u8::MAX;
    }
    Some(length)
}

/// Returns the length of a frame header without its magic number, given its first byte.
fn header_length(header: &[u8]) -> usize {
    let flag = |bit: u8| header.first().map_or(0, |flags| usize::from(flags >> bit & 1));
    // Flags and block sizes, the content size, a dictionary id, the checksum.
    2 + 8 * flag(3) + 4 * flag(0) + 1
}

fn broken(message: &str) -> Error {
    Error::malformed(format!("LZ4: {message}"))
}

#[cfg(test)]
mod tests;
