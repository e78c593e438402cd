//! The limits of a body.

/// The limits that are checked before a body is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of bytes.
    pub bytes: usize,
    /// The maximum nesting depth of objects and lists.
    pub depth: usize,
    /// The maximum number of values: objects, lists, their elements, and keys.
    pub values: usize,
}

impl Limits {
    /// The maximum nesting depth in all of these limits.
    pub const MAX_DEPTH: usize = 64;

    /// For responses without rows: 16 MiB, a million values.
    pub const ANSWER: Self = Self { bytes: 16 << 20, depth: Self::MAX_DEPTH, values: 1_000_000 };

    /// For responses with rows or attachments, which the server limits to 25 MiB before escaping or
    /// encoding: 64 MiB, 16 million values.
    pub const RESULT: Self = Self { bytes: 64 << 20, depth: Self::MAX_DEPTH, values: 16_000_000 };

    /// For requests. 16 MiB of SQL, the maximum, can take six times that when escaped.
    pub const REQUEST: Self = Self { bytes: 100 << 20, depth: Self::MAX_DEPTH, values: 100_000 };
}

/// Returns [`Limits::ANSWER`].
impl Default for Limits {
    fn default() -> Self {
        Self::ANSWER
    }
}
