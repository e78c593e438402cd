//! Parses an input: a few bytes that select options, then the bytes for the decoder.

/// The rest of an input. Bytes beyond its end are zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub(crate) fn number(&mut self) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()]))
    }

    /// Length-prefixed bytes.
    pub(crate) fn section(&mut self) -> &'a [u8] {
        let length = self.number();
        self.take(length)
    }

    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// The inverse of [`Input::section`].
pub(crate) fn section(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a seed is small");
    [&length.to_le_bytes()[..], bytes].concat()
}

/// The lengths of the pieces of an input, deterministic for a seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces {
    state: u32,
    largest: u32,
}

impl Pieces {
    /// Returns `None`, one piece, for zero.
    pub(crate) fn new(seed: u8) -> Option<Self> {
        const LARGEST: [u32; 8] = [1, 2, 7, 16, 64, 300, 4_096, 20_000];
        let largest = LARGEST[usize::from(seed % 8)];
        (seed > 0).then_some(Self { state: u32::from(seed) | 0x1_0000, largest })
    }

    pub(crate) fn split(mut self, bytes: &[u8]) -> Vec<&[u8]> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let length = 1 + (self.state >> 8) % self.largest;
            let (piece, behind) = rest.split_at(rest.len().min(length as usize));
            pieces.push(piece);
            rest = behind;
        }
        pieces
    }
}
