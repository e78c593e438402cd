//! Reads values from an untrusted body.

use bytes::Bytes;

use crate::wire::{DecodeError, Value, WireType};

/// The maximum nesting depth of structs, lists and maps.
pub const MAX_DEPTH: usize = 64;

/// Memory granted per byte of the body.
const BUDGET_FACTOR: usize = 8;
/// Memory granted to any body, however small.
const BUDGET_BASE: usize = 64 * 1024;

/// A cursor over one body.
///
/// After an error the reader is somewhere inside a value and must not be used further.
///
/// ```
/// use bytes::Bytes;
/// use dbsql_protocol::wire::{DecodeError, Reader};
///
/// let mut reader = Reader::new(Bytes::from_static(&[0, 0, 0, 2, b'h', b'i']));
/// assert_eq!(reader.string()?, "hi");
/// assert!(matches!(reader.i64(), Err(DecodeError::Truncated { at: 6, needed: 8 })));
/// # Ok::<(), DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Reader {
    body: Bytes,
    position: usize,
    budget: usize,
    spent: usize,
    depth: usize,
}

/// The head of a struct field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldHead {
    /// The field's number in the IDL.
    pub id: i16,
    /// The type of the value that follows.
    pub wire_type: WireType,
}

impl Reader {
    /// Creates a reader at the start of `body`.
    #[must_use]
    pub fn new(body: Bytes) -> Self {
        Self::with_budget(body, usize::MAX)
    }

    /// Creates a reader whose values may take at most `budget` bytes, if that is less than the
    /// default of eight times the body plus 64 KiB. Slices of the body cost nothing.
    #[must_use]
    pub fn with_budget(body: Bytes, budget: usize) -> Self {
        let usual = body.len().saturating_mul(BUDGET_FACTOR).saturating_add(BUDGET_BASE);
        Self { body, position: 0, budget: usual.min(budget), spent: 0, depth: 0 }
    }

    /// Returns the number of bytes read so far.
    #[inline]
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Returns the number of bytes not read yet.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.body.len() - self.position
    }

    /// Returns the bytes not read yet.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.body[self.position..]
    }

    /// Checks that the body ends here.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TrailingBytes`] if it does not.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            count => Err(DecodeError::TrailingBytes { at: self.position, count }),
        }
    }

    /// Reads a value of the type `T`.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the bytes are malformed.
    #[inline]
    pub fn value<T: Value>(&mut self) -> Result<T, DecodeError> {
        T::read_value(self)
    }

    /// Reads one byte as a bool: 0 is false, anything else true.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`].
    #[inline]
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.array::<1>()?[0] != 0)
    }

    /// Reads a signed byte.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`].
    #[inline]
    pub fn i8(&mut self) -> Result<i8, DecodeError> {
        Ok(i8::from_be_bytes(self.array()?))
    }

    /// Reads a 16-bit integer.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`].
    #[inline]
    pub fn i16(&mut self) -> Result<i16, DecodeError> {
        Ok(i16::from_be_bytes(self.array()?))
    }

    /// Reads a 32-bit integer or an enum.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`].
    #[inline]
    pub fn i32(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    /// Reads a 64-bit integer.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`].
    #[inline]
    pub fn i64(&mut self) -> Result<i64, DecodeError> {
        Ok(i64::from_be_bytes(self.array()?))
    }

    /// Reads a double.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`].
    #[inline]
    pub fn f64(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_be_bytes(self.array()?))
    }

    /// Reads bytes as a slice of the body, without copying them.
    ///
    /// The slice keeps the whole body in memory.
    ///
    /// # Errors
    ///
    /// [`DecodeError::NegativeLength`], [`DecodeError::LengthExceedsBody`], [`DecodeError::Truncated`].
    pub fn binary(&mut self) -> Result<Bytes, DecodeError> {
        let length = self.count(1)?;
        self.slice(length)
    }

    /// Reads text into an owned string.
    ///
    /// # Errors
    ///
    /// As [`Reader::binary`], [`DecodeError::InvalidUtf8`] and [`DecodeError::BudgetExceeded`].
    pub fn string(&mut self) -> Result<String, DecodeError> {
        let length = self.count(1)?;
        self.charge(length)?;
        let at = self.position;
        let bytes = self.take(length)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(DecodeError::InvalidUtf8 { at }),
        }
    }

    /// Enters a struct; [`Reader::next_field`] leaves it.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooDeep`].
    #[inline]
    pub fn begin_struct(&mut self) -> Result<(), DecodeError> {
        self.enter()
    }

    /// Reads the head of the next field, or `None` at the end of the struct.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Truncated`], [`DecodeError::UnknownWireType`].
    #[inline]
    pub fn next_field(&mut self) -> Result<Option<FieldHead>, DecodeError> {
        let at = self.position;
        let [code] = self.array()?;
        if code == 0 {
            self.leave();
            return Ok(None);
        }
        let wire_type =
            WireType::from_code(code).ok_or(DecodeError::UnknownWireType { at, code })?;
        Ok(Some(FieldHead { id: self.i16()?, wire_type }))
    }

    /// Enters a list and returns how many elements follow; [`Reader::end_container`] leaves it.
    ///
    /// The remaining bytes are enough for that many elements. An empty list may declare any element
    /// type: some writers leave it unset.
    ///
    /// # Errors
    ///
    /// [`DecodeError::WrongElementType`], [`DecodeError::UnknownWireType`],
    /// [`DecodeError::NegativeLength`], [`DecodeError::LengthExceedsBody`], [`DecodeError::TooDeep`],
    /// [`DecodeError::Truncated`].
    pub fn begin_list(&mut self, element: WireType) -> Result<usize, DecodeError> {
        self.enter()?;
        let at = self.position;
        let [code] = self.array()?;
        let count = self.count(1)?;
        if count > 0 {
            expect_type(at, code, element)?;
        }
        self.check_count(at + 1, count, element.min_size())?;
        Ok(count)
    }

    /// Enters a map and returns how many pairs follow; [`Reader::end_container`] leaves it.
    ///
    /// # Errors
    ///
    /// As [`Reader::begin_list`].
    pub fn begin_map(&mut self, key: WireType, value: WireType) -> Result<usize, DecodeError> {
        self.enter()?;
        let at = self.position;
        let [key_code, value_code] = self.array()?;
        let count = self.count(1)?;
        if count > 0 {
            expect_type(at, key_code, key)?;
            expect_type(at + 1, value_code, value)?;
        }
        self.check_count(at + 2, count, key.min_size() + value.min_size())?;
        Ok(count)
    }

    /// Leaves a list or a map.
    #[inline]
    pub fn end_container(&mut self) {
        self.leave();
    }

    /// Unwraps a required field.
    ///
    /// # Errors
    ///
    /// [`DecodeError::MissingField`] when it is `None`.
    #[inline]
    pub fn required<T>(
        &self,
        value: Option<T>,
        strct: &'static str,
        field: &'static str,
    ) -> Result<T, DecodeError> {
        value.ok_or(DecodeError::MissingField { strct, field })
    }

    /// Charges `bytes` to the memory budget, before they are allocated.
    ///
    /// # Errors
    ///
    /// [`DecodeError::BudgetExceeded`].
    #[inline]
    pub fn charge(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.spent = self.spent.saturating_add(bytes);
        if self.spent > self.budget {
            return Err(DecodeError::BudgetExceeded { at: self.position, budget: self.budget });
        }
        Ok(())
    }

    /// Reads a length or a count of elements that take at least `min_size` bytes each.
    pub(crate) fn count(&mut self, min_size: usize) -> Result<usize, DecodeError> {
        let at = self.position;
        let length = self.i32()?;
        let count =
            usize::try_from(length).map_err(|_| DecodeError::NegativeLength { at, length })?;
        self.check_count(at, count, min_size)?;
        Ok(count)
    }

    fn check_count(&self, at: usize, count: usize, min_size: usize) -> Result<(), DecodeError> {
        let remaining = self.remaining();
        if count > remaining / min_size {
            return Err(DecodeError::LengthExceedsBody { at, length: count, remaining });
        }
        Ok(())
    }

    /// Returns the next `length` bytes as a slice that shares the body.
    pub(crate) fn slice(&mut self, length: usize) -> Result<Bytes, DecodeError> {
        let start = self.position;
        self.advance(length)?;
        Ok(self.body.slice(start..self.position))
    }

    /// Skips `length` bytes.
    #[inline]
    pub(crate) fn advance(&mut self, length: usize) -> Result<(), DecodeError> {
        self.take(length).map(|_| ())
    }

    /// Descends one level.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<(), DecodeError> {
        if self.depth >= MAX_DEPTH {
            return Err(DecodeError::TooDeep { at: self.position, limit: MAX_DEPTH });
        }
        self.depth += 1;
        Ok(())
    }

    /// Ascends one level.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.body[self.position..].first_chunk() {
            Some(chunk) => {
                self.position += N;
                Ok(*chunk)
            }
            None => Err(self.truncated(N)),
        }
    }

    #[inline]
    fn take(&mut self, length: usize) -> Result<&[u8], DecodeError> {
        if length > self.remaining() {
            return Err(self.truncated(length));
        }
        let start = self.position;
        self.position += length;
        Ok(&self.body[start..self.position])
    }

    #[cold]
    fn truncated(&self, wanted: usize) -> DecodeError {
        DecodeError::Truncated { at: self.position, needed: wanted - self.remaining() }
    }
}

fn expect_type(at: usize, code: u8, expected: WireType) -> Result<(), DecodeError> {
    match WireType::from_code(code) {
        Some(found) if found == expected => Ok(()),
        Some(found) => Err(DecodeError::WrongElementType { at, expected, found }),
        None => Err(DecodeError::UnknownWireType { at, code }),
    }
}
