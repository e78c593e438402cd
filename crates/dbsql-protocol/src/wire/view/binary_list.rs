//! A list of binaries in wire form.

use std::{fmt, iter::FusedIterator, ops::Range};

use bytes::{BufMut, Bytes, BytesMut};

use crate::wire::{DecodeError, Reader, Value, WireType, Writer, writer::wire_length};

/// A list of binaries, kept in wire form: each has a big-endian length prefix.
///
/// The lengths were checked when the list was decoded, so reading it cannot fail. `Debug` prints sizes
/// only.
///
/// ```
/// use dbsql_protocol::wire::BinaryList;
///
/// let list: BinaryList = ["a", "bcd"].into_iter().collect();
/// assert_eq!((list.len(), list.payload_len()), (2, 4));
/// assert_eq!(list.iter().last(), Some(&b"bcd"[..]));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BinaryList {
    raw: Bytes,
    len: usize,
}

/// The size of a length prefix.
const PREFIX: usize = 4;

impl BinaryList {
    /// Returns the number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns `true` if there are no items.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the items in wire form, each after its length.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Returns the size of all items together, without their lengths.
    #[inline]
    #[must_use]
    pub fn payload_len(&self) -> usize {
        self.raw.len() - self.len * PREFIX
    }

    /// Iterates over the items in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> BinaryIter<'_> {
        BinaryIter { rest: &self.raw, left: self.len }
    }

    /// Iterates over the ranges of the items within [`raw`](BinaryList::raw), in order. A caller
    /// that reads many short items can load whole words around them.
    ///
    /// ```
    /// use dbsql_protocol::wire::BinaryList;
    ///
    /// let list: BinaryList = ["a", "bcd"].into_iter().collect();
    /// assert_eq!(list.ranges().collect::<Vec<_>>(), [4..5, 9..12]);
    /// ```
    #[inline]
    #[must_use]
    pub fn ranges(&self) -> BinaryRanges<'_> {
        BinaryRanges { raw: &self.raw, end: 0, left: self.len }
    }
}

impl fmt::Debug for BinaryList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinaryList")
            .field("len", &self.len)
            .field("payload_len", &self.payload_len())
            .finish_non_exhaustive()
    }
}

/// Panics on items longer than 2^31-1 bytes, the limit of the encoding.
impl<B: AsRef<[u8]>> FromIterator<B> for BinaryList {
    fn from_iter<I: IntoIterator<Item = B>>(items: I) -> Self {
        let mut raw = BytesMut::new();
        let mut len = 0;
        for item in items {
            let item = item.as_ref();
            raw.put_i32(wire_length(item.len()));
            raw.put_slice(item);
            len += 1;
        }
        Self { raw: raw.freeze(), len }
    }
}

impl<'a> IntoIterator for &'a BinaryList {
    type Item = &'a [u8];
    type IntoIter = BinaryIter<'a>;

    fn into_iter(self) -> BinaryIter<'a> {
        self.iter()
    }
}

impl Value for BinaryList {
    const WIRE_TYPE: WireType = WireType::List;

    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        let len = reader.begin_list(WireType::Binary)?;
        let length = measure(reader, len)?;
        let raw = reader.slice(length)?;
        reader.end_container();
        Ok(Self { raw, len })
    }

    fn write_value(&self, writer: &mut Writer) {
        writer.list_head(WireType::Binary, self.len);
        writer.raw(&self.raw);
    }
}

/// Returns the size of the next `count` items, including their lengths.
fn measure(reader: &Reader, count: usize) -> Result<usize, DecodeError> {
    let bytes = reader.rest();
    let mut offset = 0;
    for _ in 0..count {
        let at = reader.position() + offset;
        let rest = &bytes[offset..];
        let Some(&prefix) = rest.first_chunk::<PREFIX>() else {
            return Err(DecodeError::Truncated { at, needed: PREFIX - rest.len() });
        };
        let length = i32::from_be_bytes(prefix);
        let size =
            usize::try_from(length).map_err(|_| DecodeError::NegativeLength { at, length })?;
        let remaining = rest.len() - PREFIX;
        if size > remaining {
            return Err(DecodeError::LengthExceedsBody { at, length: size, remaining });
        }
        offset += PREFIX + size;
    }
    Ok(offset)
}

/// An iterator over the items of a [`BinaryList`].
#[derive(Clone, Debug)]
pub struct BinaryIter<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Iterator for BinaryIter<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let (prefix, rest) = self.rest.split_first_chunk::<PREFIX>()?;
        // The lengths were checked when the list was decoded, so this neither wraps nor falls
        // short.
        let (item, rest) = rest.split_at_checked(u32::from_be_bytes(*prefix) as usize)?;
        self.rest = rest;
        self.left -= 1;
        Some(item)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for BinaryIter<'_> {}

impl FusedIterator for BinaryIter<'_> {}

/// An iterator over the ranges of the items of a [`BinaryList`].
#[derive(Clone, Debug)]
pub struct BinaryRanges<'a> {
    raw: &'a [u8],
    /// The end of the previous item.
    end: usize,
    left: usize,
}

impl Iterator for BinaryRanges<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        // The lengths were checked when the list was decoded, so this neither wraps nor falls
        // short.
        let prefix = self.raw.get(self.end..)?.first_chunk::<PREFIX>()?;
        let start = self.end + PREFIX;
        self.end = start + u32::from_be_bytes(*prefix) as usize;
        self.left -= 1;
        Some(start..self.end)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for BinaryRanges<'_> {}

impl FusedIterator for BinaryRanges<'_> {}
