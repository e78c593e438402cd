//! A list of texts in wire form.

use std::{fmt, iter::FusedIterator};

use bytes::Bytes;

use crate::wire::{
    BinaryIter, BinaryList, BinaryRanges, DecodeError, Reader, Value, WireType, Writer,
};

/// A list of texts, kept as the body has them: a big-endian length before each.
///
/// The lengths were checked when the list was decoded. That the bytes are UTF-8 was not: who copies all
/// of them into one buffer can check that in one go, and [`iter_str`](StringList::iter_str) checks one by
/// one.
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
    /// How many texts there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The texts as they stand on the wire, each after its length.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        self.items.raw()
    }

    /// The bytes of all texts together, without their lengths.
    #[inline]
    #[must_use]
    pub fn payload_len(&self) -> usize {
        self.items.payload_len()
    }

    /// The texts in order, as bytes that should be UTF-8.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> BinaryIter<'_> {
        self.items.iter()
    }

    /// The places of the texts within [`raw`](StringList::raw), in order.
    #[inline]
    #[must_use]
    pub fn ranges(&self) -> BinaryRanges<'_> {
        self.items.ranges()
    }

    /// The texts in order, each checked. The offset in [`DecodeError::InvalidUtf8`] counts from the
    /// start of [`raw`](StringList::raw).
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

/// Texts longer than 2^31-1 bytes have no place on this wire and panic.
impl<S: AsRef<str>> FromIterator<S> for StringList {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        Self { items: texts.into_iter().map(AsBytes).collect() }
    }
}

/// Text seen as bytes.
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

/// The texts of a [`StringList`].
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
