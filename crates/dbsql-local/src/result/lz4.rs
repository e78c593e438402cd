//! LZ4 frames, one or several in a row.

use std::io::Write;

use bytes::Bytes;
use lz4_flex::frame::{Error, FrameEncoder};

use crate::result::ipc::exact;

/// Compresses into this many frames; with more than one, the second is empty. Readers that stop at
/// the end of the first frame lose the rest.
pub(super) fn compress(plain: &[u8], frames: usize) -> Result<Bytes, Error> {
    let mut out = Vec::new();
    if frames <= 1 {
        frame(&mut out, plain)?;
        return Ok(exact(out));
    }
    let size = plain.len().div_ceil(frames).max(1);
    for (index, part) in plain.chunks(size).enumerate() {
        if index == 1 {
            frame(&mut out, &[])?;
        }
        frame(&mut out, part)?;
    }
    Ok(exact(out))
}

fn frame(out: &mut Vec<u8>, plain: &[u8]) -> Result<(), Error> {
    let mut encoder = FrameEncoder::new(out);
    encoder.write_all(plain)?;
    // Without any byte written the encoder would omit the frame header.
    if plain.is_empty() {
        encoder.flush()?;
    }
    encoder.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn several_frames_equal_one_and_one_of_them_is_empty() {
        const MAGIC: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
        let plain: Vec<u8> = (0..=255).collect();
        let packed = compress(&plain, 3).expect("it is compressed");
        let mut rest = &packed[..];
        let mut lengths = Vec::new();
        let mut all = Vec::new();
        while !rest.is_empty() {
            assert_eq!(rest[..4], MAGIC);
            let mut part = Vec::new();
            let mut decoder = lz4_flex::frame::FrameDecoder::new(&mut rest);
            decoder.read_to_end(&mut part).expect("a good frame");
            lengths.push(part.len());
            all.extend(part);
        }
        assert_eq!(all, plain);
        assert_eq!(lengths, [86, 0, 86, 84]);
    }
}
