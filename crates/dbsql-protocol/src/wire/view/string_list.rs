//! A list of strings in wire form.

use std::{fmt, iter::FusedIterator};

use bytes::Bytes;

use crate::wire::{
    BinaryIter, BinaryList, BinaryRanges, DecodeError, Reader, Value, WireType, Writer,
};

/// A list of strings, kept in wire form: each has a big-endian length prefix.
///
/// The lengths were checked when the list was decoded, the UTF-8 was not: a caller that copies all
/// strings into one buffer can check it at once, and [`iter_str`](StringList::iter_str) checks one
/// by one.
///
/// ```
/// use dbsql_protocol::wire::{DecodeError, StringList};
///
/// let list: StringList = ["a", "é"].into_iter().collect();
/// assert_eq!(list.payload_len(), 3);
/// assert_eq!(list.iter_str().collect::<Result<Vec<_>, DecodeError>>()?, ["a", "é"]);
/// # Ok::<(), DecodeError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StringList {
    items: BinaryList,
}

impl StringList {
    /// Returns the number of strings.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns `true` if there are no strings.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns the strings in wire form, each after its length.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        self.items.raw()
    }

    /// Returns the size of all strings together, without their lengths.
    #[inline]
    #[must_use]
    pub fn payload_len(&self) -> usize {
        self.items.payload_len()
    }

    /// Iterates over the strings in order, as bytes that are not checked to be UTF-8.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> BinaryIter<'_> {
        self.items.iter()
    }

    /// Iterates over the ranges of the strings within [`raw`](StringList::raw), in order.
    #[inline]
    #[must_use]
    pub fn ranges(&self) -> BinaryRanges<'_> {
        self.items.ranges()
    }

    /// Iterates over the strings in order and checks each. The offset in
    /// [`DecodeError::InvalidUtf8`] counts from the start of [`raw`](StringList::raw).
    #[inline]
    #[must_use]
    pub fn iter_str(&self) -> StrIter<'_> {
        StrIter { items: self.items.iter(), offset: 0 }
    }
}

impl fmt::Debug for StringList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StringList")
            .field("len", &self.len())
            .field("payload_len", &self.payload_len())
            .finish_non_exhaustive()
    }
}

/// Panics on strings longer than 2^31-1 bytes, the limit of the encoding.
impl<S: AsRef<str>> FromIterator<S> for StringList {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        Self { items: texts.into_iter().map(AsBytes).collect() }
    }
}

/// A string as bytes.
struct AsBytes<S>(S);

impl<S: AsRef<str>> AsRef<[u8]> for AsBytes<S> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref().as_bytes()
    }
}

impl<'a> IntoIterator for &'a StringList {
    type Item = &'a [u8];
    type IntoIter = BinaryIter<'a>;

    fn into_iter(self) -> BinaryIter<'a> {
        self.iter()
    }
}

impl Value for StringList {
    const WIRE_TYPE: WireType = WireType::List;

    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self { items: reader.value()? })
    }

    fn write_value(&self, writer: &mut Writer) {
        writer.value(&self.items);
    }
}

/// An iterator over the strings of a [`StringList`].
#[derive(Clone, Debug)]
pub struct StrIter<'a> {
    items: BinaryIter<'a>,
    offset: usize,
}

impl<'a> Iterator for StrIter<'a> {
    type Item = Result<&'a str, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next()?;
        let at = self.offset + 4;
        self.offset = at + item.len();
        Some(std::str::from_utf8(item).map_err(|_| DecodeError::InvalidUtf8 { at }))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl ExactSizeIterator for StrIter<'_> {}

impl FusedIterator for StrIter<'_> {}
