//! Frames of all kinds, and invalid ones.

use bytes::Bytes;
use lz4_flex::frame::{BlockMode, BlockSize, FrameInfo};

use super::*;
use crate::ErrorKind;
use crate::samples::{Noise, checked, frame, frame_infos};

/// Unpacks one chunk after another.
fn unpacked<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>> {
    let mut frames = Frames::new(BufferPool::new());
    let mut input = Input::default();
    let mut content = Vec::new();
    let mut frame_start = 0;
    for chunk in chunks {
        input.push(Bytes::copy_from_slice(chunk));
        while let Some(block) = frames.next_block(&mut input)? {
            let Some(block) = frames.complete(block, &mut input) else { break };
            if block.is_first {
                frame_start = content.len();
            }
            let history = if block.linked { &content[frame_start..] } else { &[] };
            let mut target = vec![0; block.room];
            let length = frames.decompress(block, &mut input, history, &mut target)?;
            content.extend_from_slice(&target[..length]);
        }
    }
    if frames.is_between_frames() && input.len() == 0 {
        return Ok(content);
    }
    Err(broken("cut off"))
}

fn assert_malformed(bytes: &[u8], why: &str) {
    let error = unpacked([bytes]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Malformed | ErrorKind::Checksum), "{error}");
    assert!(error.to_string().contains(why), "{error}");
}

/// Some of it compresses well, some not at all.
fn content(length: usize) -> Vec<u8> {
    let mut noise = Noise(3);
    let mut content = Vec::new();
    while content.len() < length {
        let piece = noise.below(5000);
        match noise.below(3) {
            0 => content.extend(noise.bytes(piece)),
            1 => content.extend(std::iter::repeat_n(7, piece)),
            _ => {
                let from = noise.below(content.len() + 1);
                let again = content[from..content.len().min(from + piece)].to_vec();
                content.extend(again);
            }
        }
    }
    content.truncate(length);
    content
}

/// A frame header with these flags and block sizes, and a correct checksum.
fn header(flags: u8, sizes: u8, rest: &[u8]) -> Vec<u8> {
    let descriptor = [&[flags, sizes], rest].concat();
    let checksum = xxhash::hash(&descriptor).to_le_bytes()[1];
    [&MAGIC.to_le_bytes()[..], &descriptor, &[checksum]].concat()
}

#[test]
fn frames_of_every_kind_are_unpacked() {
    for length in [0, 1, 12, 13, 1000, 65_536, 65_537, 700_000] {
        let content = content(length);
        for info in frame_infos() {
            let sized = info.clone().content_size(Some(length as u64));
            for info in [info, sized] {
                let bytes = frame(&content, info);
                assert_eq!(unpacked(bytes.chunks(30_000)).unwrap(), content, "{length}");
            }
        }
    }
}

#[test]
fn several_frames_are_unpacked_in_order() {
    let parts = [content(100_000), vec![], content(1), vec![], content(300)];
    let mut frames = vec![0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0];
    for (part, info) in parts.iter().zip(frame_infos()) {
        frames.extend(frame(part, info));
        frames.extend([0x5f, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);
    }
    for length in [1, 2, 3, 1000, frames.len()] {
        assert_eq!(unpacked(frames.chunks(length)).unwrap(), parts.concat());
    }
    assert!(unpacked([]).unwrap().is_empty());
}

#[test]
fn invalid_frame_errors_are_specific() {
    assert_malformed(b"not a frame", "missing frame");
    // The legacy format.
    assert_malformed(&[0x02, 0x21, 0x4c, 0x18, 0, 0, 0, 0], "missing frame");
    assert_malformed(&header(0x20, 0x40, &[]), "version");
    assert_malformed(&header(0xa0, 0x40, &[]), "version");
    assert_malformed(&header(0x62, 0x40, &[]), "reserved");
    assert_malformed(&header(0x60, 0x41, &[]), "reserved");
    assert_malformed(&header(0x60, 0xc0, &[]), "reserved");
    assert_malformed(&header(0x60, 0x30, &[]), "block size");
    assert_malformed(&header(0x61, 0x40, &[1, 2, 3, 4]), "dictionary");
    assert_malformed(&header(0x69, 0x40, &[0; 12]), "dictionary");
    let mut bent = header(0x60, 0x40, &[]);
    bent[6] ^= 1;
    assert_malformed(&bent, "checksum of a frame header");
}

#[test]
fn invalid_block_errors_are_specific() {
    let with_block = |size: u32, block: &[u8]| {
        [&header(0x60, 0x40, &[])[..], &size.to_le_bytes(), block, &[0; 4]].concat()
    };
    assert_malformed(&with_block(65_537, &[]), "larger than its frame allows");
    assert_malformed(&with_block(65_537 | STORED, &[]), "larger than its frame allows");
    assert_malformed(&with_block(4, &[0xff; 4]), "invalid block");
    // It decompresses to more than the 64 KiB that its frame allows.
    let large = frame(&[0; 100_000], FrameInfo::new().block_size(BlockSize::Max256KB));
    let block = &large[11..large.len() - 4];
    assert_malformed(&with_block(block.len() as u32, block), "invalid block");
    // It refers to content of the previous frame.
    let linked = FrameInfo::new().block_mode(BlockMode::Linked).block_size(BlockSize::Max64KB);
    let whole = frame(&content(1000).repeat(140), linked);
    let size = u32::from_le_bytes(*whole[7..].first_chunk().unwrap());
    let second = 11 + (size & !STORED) as usize;
    let orphan = [&whole[..7], &whole[second..]].concat();
    assert!(unpacked([&whole[..]]).is_ok());
    assert_malformed(&[&whole[..], &orphan].concat(), "invalid block");
    // An empty stored block is ignored, and does not end the frame.
    assert!(unpacked([&with_block(STORED, &[])[..]]).unwrap().is_empty());
}

/// Returns the room for the first block of a frame.
fn room(frame: &[u8], chunk: usize) -> usize {
    let mut frames = Frames::new(BufferPool::new());
    let mut input = Input::default();
    for chunk in frame.chunks(chunk) {
        input.push(Bytes::copy_from_slice(chunk));
        if let Some(block) = frames.next_block(&mut input).unwrap()
            && let Some(block) = frames.complete(block, &mut input)
        {
            return block.room;
        }
    }
    panic!("there is no block");
}

#[test]
fn short_block_gets_exactly_the_room_it_needs() {
    let info = || FrameInfo::new().block_size(BlockSize::Max4MB);
    // Literals and matches whose lengths take one byte, two, and more.
    let contents = [1, 14, 15, 16, 269, 270, 271, 1000, 15_000].map(content);
    let runs = [5, 18, 19, 20, 273, 274, 275, 529, 100_000].map(|length| vec![7; length]);
    for content in contents.iter().chain(&runs) {
        let bytes = frame(content, info());
        for chunk in [1, 9, bytes.len()] {
            assert_eq!(room(&bytes, chunk), content.len());
        }
    }
    let large = frame(&content(200_000), info());
    assert_eq!(room(&large, large.len()), 4 << 20, "not worth looking through");
    // A block without content has no room and is not an error.
    let empty = [&header(0x60, 0x70, &[])[..], &[1, 0, 0, 0], &[0], &[0; 4]].concat();
    assert_eq!(room(&empty, 1), 0);
    assert!(unpacked([&empty[..]]).unwrap().is_empty());
}

#[test]
fn content_size_mismatch_is_an_error() {
    let plain = content(5000);
    let info = |size| FrameInfo::new().content_size(Some(size));
    let whole = frame(&plain, info(5000));
    let claiming = |size: u64| {
        let header = header(whole[4], whole[5], &size.to_le_bytes());
        [&header[..], &whole[header.len()..]].concat()
    };
    assert_eq!(unpacked([&claiming(5000)[..]]).unwrap(), plain);
    assert_malformed(&claiming(4999), "longer");
    assert_malformed(&claiming(5001), "shorter");
    assert_malformed(&claiming(u64::MAX), "shorter");
    let bent = |info, from_end: usize| {
        let mut bent = frame(&plain, info);
        let at = bent.len() - from_end;
        bent[at] ^= 1;
        bent
    };
    assert_malformed(&bent(FrameInfo::new().block_checksums(true), 5), "checksum");
    let whole = bent(FrameInfo::new().content_checksum(true), 1);
    assert_eq!(unpacked([&whole[..]]).unwrap_err().kind(), ErrorKind::Checksum);
}

#[test]
fn truncated_frame_is_an_error() {
    for info in [checked(), checked().block_mode(BlockMode::Linked), FrameInfo::new()] {
        let whole = frame(&content(3_000), info);
        for end in 1..whole.len() {
            assert_malformed(&whole[..end], "LZ4");
        }
    }
}

#[test]
fn flipped_bit_never_changes_checksummed_content() {
    let plain = content(2_000);
    let whole = frame(&plain, checked().content_size(Some(2_000)));
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bent = whole.clone();
            bent[at] ^= 1 << bit;
            if let Ok(content) = unpacked([&bent[..]]) {
                assert_eq!(content, plain, "byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn damage_without_checksums_yields_content_or_an_error() {
    let plain = content(3_000);
    let linked = FrameInfo::new().block_mode(BlockMode::Linked);
    let mut noise = Noise(5);
    for info in [FrameInfo::new(), linked] {
        // Two blocks, the second of which may refer to the first.
        let mut whole = frame(&plain, info.block_size(BlockSize::Max64KB));
        let again = whole[7..whole.len() - 4].to_vec();
        whole.truncate(whole.len() - 4);
        whole.extend([&again[..], &[0; 4]].concat());
        for _ in 0..2_000 {
            let mut bent = whole.clone();
            for _ in 0..=noise.below(4) {
                let at = noise.below(bent.len());
                bent[at] = noise.below(256) as u8;
            }
            let _ = unpacked(bent.chunks(500)).map_err(|error| error.kind());
        }
    }
}
