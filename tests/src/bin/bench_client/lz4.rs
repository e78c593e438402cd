//! LZ4 frames, decoded as they arrive into a reused buffer, without checksums.

use bytes::BytesMut;
use lz4_flex::block::{decompress_into, decompress_into_with_dict};

use crate::Problem;

const MAGIC: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
/// The maximum distance of a reference in a linked block.
const WINDOW: usize = 64 * 1024;

/// One frame.
#[derive(Debug, Default)]
pub(crate) struct FrameDecoder {
    head: Option<Head>,
    /// The received bytes of the next part.
    pending: Vec<u8>,
    /// How much of the output is filled.
    filled: usize,
    ended: bool,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    linked: bool,
    block_checksums: usize,
    block_size: usize,
}

impl FrameDecoder {
    /// Resets the decoder for another frame; buffers are kept.
    pub(crate) fn reset(&mut self) {
        self.head = None;
        self.pending.clear();
        self.filled = 0;
        self.ended = false;
    }

    /// The decoded bytes; an error before the end of the frame.
    pub(crate) fn filled(&self) -> Result<usize, Problem> {
        if self.ended { Ok(self.filled) } else { Err("the frame is cut off".into()) }
    }

    /// Decodes what has arrived.
    pub(crate) fn push(&mut self, mut input: &[u8], output: &mut BytesMut) -> Result<(), Problem> {
        while !self.ended && !input.is_empty() {
            let need = self.need(if self.pending.is_empty() { input } else { &self.pending })?;
            // A part that arrived completely is decoded in place.
            if self.pending.is_empty() && input.len() >= need {
                let (part, rest) = input.split_at(need);
                if self.take(part, output)? {
                    input = rest;
                } else {
                    self.pending.extend_from_slice(part);
                    input = rest;
                }
                continue;
            }
            let missing = need.saturating_sub(self.pending.len()).min(input.len());
            let (part, rest) = input.split_at(missing);
            self.pending.extend_from_slice(part);
            input = rest;
            if self.pending.len() >= need {
                let pending = std::mem::take(&mut self.pending);
                let taken = self.take(&pending, output);
                self.pending = pending;
                if taken? {
                    self.pending.clear();
                }
            }
        }
        Ok(())
    }

    /// The length of the next part as far as its first bytes contain it.
    fn need(&self, seen: &[u8]) -> Result<usize, Problem> {
        let Some(head) = self.head else {
            return Ok(match seen.get(4) {
                Some(flags) if flags & 8 != 0 => 15,
                Some(_) => 7,
                None => 5,
            });
        };
        match seen.first_chunk() {
            None => Ok(4),
            Some(&size) => {
                let size = (u32::from_le_bytes(size) & 0x7fff_ffff) as usize;
                if size > head.block_size {
                    return Err("a block is too large".into());
                }
                Ok(4 + size + head.block_checksums)
            }
        }
    }

    /// Reads a part; false if more of it must arrive first.
    fn take(&mut self, part: &[u8], output: &mut BytesMut) -> Result<bool, Problem> {
        let Some(head) = self.head else {
            let (Some(flags), Some(descriptor)) = (part.get(4), part.get(5)) else {
                return Ok(false);
            };
            if part.len() < if flags & 8 != 0 { 15 } else { 7 } {
                return Ok(false);
            }
            if part[..4] != MAGIC {
                return Err("no LZ4 frame".into());
            }
            let block_size = 1 << (8 + 2 * (descriptor >> 4 & 7));
            let block_checksums = if flags & 0x10 == 0 { 0 } else { 4 };
            self.head = Some(Head { linked: flags & 0x20 == 0, block_checksums, block_size });
            return Ok(true);
        };
        let Some((&size, block)) = part.split_first_chunk() else { return Ok(false) };
        let size = u32::from_le_bytes(size);
        if size == 0 {
            self.ended = true;
            return Ok(true);
        }
        let Some(block_bytes) = block.get(..(size & 0x7fff_ffff) as usize) else {
            return Ok(false);
        };
        if block.len() < block_bytes.len() + head.block_checksums {
            return Ok(false);
        }
        if output.len() < self.filled + head.block_size {
            output.resize(self.filled + head.block_size, 0);
        }
        let (before, room) = output.split_at_mut(self.filled);
        self.filled += if size >> 31 == 1 {
            room[..block_bytes.len()].copy_from_slice(block_bytes);
            block_bytes.len()
        } else if head.linked {
            let window = before.len().saturating_sub(WINDOW);
            decompress_into_with_dict(block_bytes, room, &before[window..])?
        } else {
            decompress_into(block_bytes, room)?
        };
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

    use super::*;

    #[test]
    fn frames_of_any_kind_are_decoded_in_pieces_of_any_size() {
        let content: Vec<u8> = (0..300_000_usize).map(|at| (at * at / 1_000) as u8).collect();
        let mut decoder = FrameDecoder::default();
        let mut output = BytesMut::new();
        for (mode, checksums) in [
            (BlockMode::Independent, false),
            (BlockMode::Independent, true),
            (BlockMode::Linked, false),
            (BlockMode::Linked, true),
        ] {
            let info = FrameInfo::new()
                .block_size(BlockSize::Max64KB)
                .block_mode(mode)
                .block_checksums(checksums)
                .content_checksum(checksums)
                .content_size(checksums.then_some(content.len() as u64));
            let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
            encoder.write_all(&content).unwrap();
            let frame = encoder.finish().unwrap();
            for size in [1, 3, 7, 4_096, frame.len()] {
                decoder.reset();
                for piece in frame.chunks(size) {
                    decoder.push(piece, &mut output).unwrap();
                }
                let filled = decoder.filled().unwrap();
                assert_eq!(output[..filled], content, "{mode:?} {checksums} {size}");
            }
            decoder.reset();
            decoder.push(&frame[..frame.len() / 2], &mut output).unwrap();
            assert!(decoder.filled().is_err());
        }
    }
}
