//! What a body may be.

/// What a body may be before it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes.
    pub bytes: usize,
    /// The most objects and lists inside each other.
    pub depth: usize,
    /// The most values: objects, lists, what they contain, and names.
    pub values: usize,
}

impl Limits {
    /// The most objects and lists inside each other, in all of these limits.
    pub const MAX_DEPTH: usize = 64;

    /// For answers without rows: 16 MiB, a million values.
    pub const ANSWER: Self = Self { bytes: 16 << 20, depth: Self::MAX_DEPTH, values: 1_000_000 };

    /// For answers that may hold rows or attachments, which the server limits to 25 MiB before they are
    /// escaped or encoded: 64 MiB, 16 million values.
    pub const RESULT: Self = Self { bytes: 64 << 20, depth: Self::MAX_DEPTH, values: 16_000_000 };

    /// For requests. 16 MiB of SQL, the most that is allowed, can take six times that when escaped.
    pub const REQUEST: Self = Self { bytes: 100 << 20, depth: Self::MAX_DEPTH, values: 100_000 };
}

/// [`Limits::ANSWER`].
impl Default for Limits {
    fn default() -> Self {
        Self::ANSWER
    }
}
