//! Arrow data inside a JSON document.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;

use crate::{
    redact::Size,
    sea::scalar::{Scalar, scalar_serde},
};

/// An Arrow IPC stream, in an LZ4 frame if the manifest says so. Base64 on the wire.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attachment(pub Bytes);

impl Attachment {
    fn to_wire(&self) -> String {
        BASE64_STANDARD.encode(&self.0)
    }
}

impl Scalar for Attachment {
    const EXPECTED: &'static str = "base64";

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(BASE64_STANDARD.decode(text).ok()?.into()))
    }
}

scalar_serde!(Attachment);

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Size(&self.0).fmt(f)
    }
}
