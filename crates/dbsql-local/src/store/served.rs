//! A file as served by one download: its bytes and their identity.

use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, header};

use crate::store::StoreQuirks;

/// The modification time of the first version of each file: 2024-01-01.
const WRITTEN: Duration = Duration::from_secs(1_704_067_200);

#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) bytes: Bytes,
    etag: Option<String>,
    modified: String,
}

impl Served {
    /// `tag` identifies the original bytes.
    pub(crate) fn new(bytes: Bytes, tag: u64, quirks: &StoreQuirks) -> Self {
        let bytes = match quirks.padding_bytes {
            0 => bytes,
            padding => {
                let mut padded = BytesMut::from(bytes);
                padded.resize(padded.len() + padding, 0);
                padded.freeze()
            }
        };
        let rewritten = quirks.rewritten;
        let etag = (!quirks.no_etags).then(|| format!("\"{tag:016x}-{rewritten}\""));
        let written = SystemTime::UNIX_EPOCH + WRITTEN + Duration::from_secs(rewritten);
        Self { bytes, etag, modified: httpdate::fmt_http_date(written) }
    }

    /// Returns `true` if a range may be sent, according to `If-Range` (RFC 9110, 13.1.5).
    pub(crate) fn allows_range(&self, request: &HeaderMap) -> bool {
        let Some(wanted) = request.get(header::IF_RANGE) else { return true };
        let wanted = wanted.as_bytes();
        self.etag.as_ref().is_some_and(|etag| etag.as_bytes() == wanted)
            || self.modified.as_bytes() == wanted
    }

    /// Adds the headers that identify it.
    pub(crate) fn identify(&self, response: &mut HeaderMap) {
        let mut put = |name, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                response.insert(name, value);
            }
        };
        put(header::LAST_MODIFIED, &self.modified);
        if let Some(etag) = &self.etag {
            put(header::ETAG, etag);
        }
    }
}

/// A hash that rarely collides: FNV-1a over words.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0100_0000_01b3);
    let (words, rest) = bytes.as_chunks::<8>();
    let start = mix(0xcbf2_9ce4_8422_2325, bytes.len() as u64);
    let hash = words.iter().fold(start, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
}
