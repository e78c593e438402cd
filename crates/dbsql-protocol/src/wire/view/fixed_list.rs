//! A list of bools or numbers in wire form.

use std::{fmt, iter::FusedIterator, marker::PhantomData, slice::ChunksExact};

use bytes::{Bytes, BytesMut};

use crate::wire::{DecodeError, Reader, Value, WireType, Writer};

/// A list of bools or numbers, kept in wire form as big-endian bytes.
///
/// Two lists are equal when their bytes are. `Debug` prints the length only.
///
/// ```
/// use dbsql_protocol::wire::FixedList;
///
/// let list: FixedList<i32> = [1, -1].into_iter().collect();
/// assert_eq!(list.raw().as_ref(), [0, 0, 0, 1, 255, 255, 255, 255]);
/// assert_eq!(list.iter().sum::<i32>(), 0);
/// ```
pub struct FixedList<T> {
    raw: Bytes,
    element: PhantomData<T>,
}

/// The element of a [`FixedList`]: `bool`, `i8`, `i16`, `i32`, `i64` or `f64`.
pub trait Fixed: Value + Copy + sealed::Sealed {
    /// The size of an element.
    const SIZE: usize;

    /// Decodes the element from the first [`SIZE`](Fixed::SIZE) bytes.
    #[doc(hidden)]
    fn from_wire(bytes: &[u8]) -> Self;

    /// Appends the element.
    #[doc(hidden)]
    fn to_wire(self, buffer: &mut BytesMut);
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for bool {}

impl Fixed for bool {
    const SIZE: usize = 1;

    #[inline]
    fn from_wire(bytes: &[u8]) -> Self {
        bytes[0] != 0
    }

    #[inline]
    fn to_wire(self, buffer: &mut BytesMut) {
        buffer.extend_from_slice(&[u8::from(self)]);
    }
}

macro_rules! fixed {
    ($($number:ty),*) => {$(
        impl sealed::Sealed for $number {}

        impl Fixed for $number {
            const SIZE: usize = size_of::<$number>();

            #[inline]
            fn from_wire(bytes: &[u8]) -> Self {
                let mut array = [0; size_of::<$number>()];
                array.copy_from_slice(bytes);
                Self::from_be_bytes(array)
            }

            #[inline]
            fn to_wire(self, buffer: &mut BytesMut) {
                buffer.extend_from_slice(&self.to_be_bytes());
            }
        }
    )*};
}

fixed!(i8, i16, i32, i64, f64);

impl<T: Fixed> FixedList<T> {
    /// Returns the number of elements.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.len() / T::SIZE
    }

    /// Returns `true` if there are no elements.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Returns the elements in wire form: big-endian, one after another; a bool is one byte.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Returns the element at `index`.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        let start = index.checked_mul(T::SIZE)?;
        self.raw.get(start..start.checked_add(T::SIZE)?).map(T::from_wire)
    }

    /// Returns the elements in native form.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        self.raw.chunks_exact(T::SIZE).map(T::from_wire).collect()
    }

    /// Iterates over the elements in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> FixedIter<'_, T> {
        FixedIter { chunks: self.raw.chunks_exact(T::SIZE), element: PhantomData }
    }
}

impl<T> Clone for FixedList<T> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), element: PhantomData }
    }
}

impl<T> Default for FixedList<T> {
    fn default() -> Self {
        Self { raw: Bytes::new(), element: PhantomData }
    }
}

impl<T> PartialEq for FixedList<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T> Eq for FixedList<T> {}

impl<T: Fixed> fmt::Debug for FixedList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedList").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl<T: Fixed> FromIterator<T> for FixedList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items = items.into_iter();
        let mut buffer = BytesMut::with_capacity(items.size_hint().0.saturating_mul(T::SIZE));
        items.for_each(|item| item.to_wire(&mut buffer));
        Self { raw: buffer.freeze(), element: PhantomData }
    }
}

impl<T: Fixed> From<&[T]> for FixedList<T> {
    fn from(items: &[T]) -> Self {
        items.iter().copied().collect()
    }
}

impl<'a, T: Fixed> IntoIterator for &'a FixedList<T> {
    type Item = T;
    type IntoIter = FixedIter<'a, T>;

    fn into_iter(self) -> FixedIter<'a, T> {
        self.iter()
    }
}

impl<T: Fixed> Value for FixedList<T> {
    const WIRE_TYPE: WireType = WireType::List;

    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        let count = reader.begin_list(T::WIRE_TYPE)?;
        // The count fits the body, so the product cannot overflow.
        let raw = reader.slice(count * T::SIZE)?;
        reader.end_container();
        Ok(Self { raw, element: PhantomData })
    }

    fn write_value(&self, writer: &mut Writer) {
        writer.list_head(T::WIRE_TYPE, self.len());
        writer.raw(&self.raw);
    }
}

/// An iterator over the elements of a [`FixedList`].
#[derive(Clone, Debug)]
pub struct FixedIter<'a, T> {
    chunks: ChunksExact<'a, u8>,
    element: PhantomData<T>,
}

impl<T: Fixed> Iterator for FixedIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.chunks.next().map(T::from_wire)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.chunks.size_hint()
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<T> {
        self.chunks.nth(n).map(T::from_wire)
    }
}

impl<T: Fixed> DoubleEndedIterator for FixedIter<'_, T> {
    #[inline]
    fn next_back(&mut self) -> Option<T> {
        self.chunks.next_back().map(T::from_wire)
    }
}

impl<T: Fixed> ExactSizeIterator for FixedIter<'_, T> {}

impl<T: Fixed> FusedIterator for FixedIter<'_, T> {}
