//! The command line.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

xflags::xflags! {
    /// A warehouse with large results, for benchmarks of clients.
    cmd bench-server {
        /// The number of different result files; 20 unless set. Longer results repeat them.
        optional --files files: usize
        /// The bytes of rows in each file before compression; 10000000 unless set.
        optional --file-bytes bytes: usize
        /// The rows of a columnar result; 1000000 unless set.
        optional --rows rows: usize
        /// The maximum number of links per response; 20 unless set.
        optional --links-per-page links: usize
        /// The blocks of LZ4 frames: independent (unless set) or linked.
        optional --block-mode mode: BlockMode
        /// The size of these blocks: 64k, 256k, 1m or 4m (unless set).
        optional --block-size size: BlockSize
        /// Write checksums of blocks and content.
        optional --checksums
        /// Respond to repeated requests of `SELECT small` from a cache.
        optional --keep-small
        /// Delay the first byte of each file by this long, such as 100ms.
        optional --first-byte duration: Milliseconds
        /// The maximum rate of files on each connection, such as 20MB/s.
        optional --rate rate: Rate
        /// Use TLS with this certificate, a PEM file.
        optional --tls-cert file: PathBuf
        /// The key of the certificate, a PEM file.
        optional --tls-key file: PathBuf
        /// Write a certificate for 127.0.0.1 and its key into these two files first.
        optional --make-cert
        /// Listen on this port of 127.0.0.1; a free one unless set.
        optional --port port: u16
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockMode(pub(crate) lz4_flex::frame::BlockMode);

impl FromStr for BlockMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "independent" => Ok(Self(lz4_flex::frame::BlockMode::Independent)),
            "linked" => Ok(Self(lz4_flex::frame::BlockMode::Linked)),
            _ => Err("expected independent or linked"),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockSize(pub(crate) lz4_flex::frame::BlockSize);

impl FromStr for BlockSize {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        use lz4_flex::frame::BlockSize as Size;
        match text {
            "64k" => Ok(Self(Size::Max64KB)),
            "256k" => Ok(Self(Size::Max256KB)),
            "1m" => Ok(Self(Size::Max1MB)),
            "4m" => Ok(Self(Size::Max4MB)),
            _ => Err("expected 64k, 256k, 1m or 4m"),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Milliseconds(pub(crate) Duration);

impl FromStr for Milliseconds {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_suffix("ms").and_then(|number| number.parse().ok());
        number.map(Duration::from_millis).map(Self).ok_or("expected milliseconds such as 100ms")
    }
}

/// Bytes per second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate(pub(crate) u64);

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_suffix("MB/s").and_then(|number| number.parse::<u64>().ok());
        let rate = number.and_then(|number| number.checked_mul(1_000_000)).filter(|rate| *rate > 0);
        rate.map(Self).ok_or("expected megabytes a second such as 20MB/s")
    }
}
