//! Decompresses LZ4 frames, which inline batches and result files come in.
//!
//! One buffer may hold several frames one after the other, some of them empty. Checksums
//! are verified where the frame has them.

use std::io::Read;

use lz4_flex::frame::FrameDecoder;

use crate::{Error, Result};

/// LZ4 expands a byte to at most about this many.
const MAX_RATIO: usize = 255;

/// Returns the content of all frames in `compressed`, at most `limit` bytes.
///
/// # Errors
///
/// `Decode` when the bytes are not LZ4 frames, are cut off, fail a checksum or hold more than
/// `limit`.
pub(crate) fn decompress(compressed: &[u8], limit: usize) -> Result<Vec<u8>> {
    let limit = limit.min(compressed.len().saturating_mul(MAX_RATIO));
    let mut content = Vec::new();
    let mut rest = compressed;
    while !rest.is_empty() {
        // The decoder accepts a frame that is cut off between two blocks, so its length is
        // checked first.
        let length = frame_length(rest).ok_or_else(|| broken("a frame is malformed or cut off"))?;
        let (frame, behind) = rest.split_at(length);
        // One byte more than allowed shows that there is more.
        let room = (limit - content.len()) as u64 + 1;
        FrameDecoder::new(frame)
            .take(room)
            .read_to_end(&mut content)
            .map_err(|error| broken("invalid frame").with_source(error))?;
        if content.len() > limit {
            return Err(broken("the content is over the size limit"));
        }
        rest = behind;
    }
    Ok(content)
}

fn broken(message: &str) -> Error {
    Error::malformed(format!("LZ4: {message}"))
}

/// Returns the length of the frame at the start of `bytes`, from its header and the lengths of its
/// blocks (LZ4 Frame Format, version 1.6.x: "General Structure of LZ4 Frame format").
fn frame_length(bytes: &[u8]) -> Option<usize> {
    const MAGIC: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
    let flags = *bytes.strip_prefix(&MAGIC)?.first()?;
    let flag = |bit: u8| usize::from(flags >> bit & 1);
    let (dictionary, content_checksum, content_size, block_checksum) =
        (flag(0), flag(2), flag(3), flag(4));
    // Magic, flags, block descriptor, optional content size and dictionary id, header checksum.
    let mut at = 4 + 2 + 8 * content_size + 4 * dictionary + 1;
    loop {
        let size = u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
        at += 4;
        if size == 0 {
            at += 4 * content_checksum;
            return (at <= bytes.len()).then_some(at);
        }
        // The highest bit marks a block that is stored uncompressed.
        at = at.checked_add((size & 0x7fff_ffff) as usize + 4 * block_checksum)?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use lz4_flex::frame::{FrameEncoder, FrameInfo};

    use super::*;
    use crate::ErrorKind;

    fn frame(content: &[u8]) -> Vec<u8> {
        let info = FrameInfo::new().content_checksum(true).block_checksums(true);
        let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * at / 7) as u8).collect()
    }

    #[test]
    fn several_frames_are_decoded_in_order() {
        let parts = [content(100_000), vec![], content(1), vec![], content(300)];
        let frames: Vec<u8> = parts.iter().flat_map(|part| frame(part)).collect();
        assert_eq!(decompress(&frames, 1 << 20).unwrap(), parts.concat());
        assert!(decompress(&[], 10).unwrap().is_empty());
        assert!(decompress(&frame(&[]), 0).unwrap().is_empty());
    }

    #[test]
    fn frame_cut_off_anywhere_is_an_error() {
        let whole = frame(&content(5_000));
        for end in 1..whole.len() {
            let error = decompress(&whole[..end], 1 << 20).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed, "{end}");
        }
    }

    #[test]
    fn flipped_byte_never_changes_content() {
        let plain = content(3_000);
        let whole = frame(&plain);
        for at in 0..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 0x10;
            if let Ok(content) = decompress(&bent, 1 << 20) {
                assert_eq!(content, plain, "{at}");
            }
        }
    }

    #[test]
    fn bomb_stops_at_the_limit() {
        let bomb = frame(&vec![0; 64 << 20]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(decompress(&bomb, 1 << 20).unwrap_err().kind(), ErrorKind::Malformed);
        assert_eq!(decompress(b"not a frame", 10).unwrap_err().kind(), ErrorKind::Malformed);
    }
}
