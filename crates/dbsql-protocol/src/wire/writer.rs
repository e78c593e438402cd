//! Writes values.

use bytes::Bytes;

use crate::wire::{Value, WireType};

/// Most requests are shorter than this.
const USUAL_BYTES: usize = 512;

/// A buffer that values are written to.
///
/// Lengths on the wire are 31 bits. Writing longer text, bytes, lists or maps is a bug in the
/// caller and panics.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// Creates an empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self { buffer: Vec::with_capacity(USUAL_BYTES) }
    }

    /// Returns the bytes written.
    #[must_use]
    pub fn finish(self) -> Bytes {
        self.buffer.into()
    }

    /// Writes a value of any type.
    #[inline]
    pub fn value<T: Value>(&mut self, value: &T) {
        value.write_value(self);
    }

    /// Writes the head of a field and its value.
    #[inline]
    pub fn field<T: Value>(&mut self, id: i16, value: &T) {
        self.field_head(id, T::WIRE_TYPE);
        value.write_value(self);
    }

    /// Writes a field unless it is `None`.
    #[inline]
    pub fn optional_field<T: Value>(&mut self, id: i16, value: Option<&T>) {
        if let Some(value) = value {
            self.field(id, value);
        }
    }

    /// Writes the head of a field.
    pub fn field_head(&mut self, id: i16, wire_type: WireType) {
        self.buffer.push(wire_type.code());
        self.buffer.extend_from_slice(&id.to_be_bytes());
    }

    /// Ends a struct.
    pub fn stop(&mut self) {
        self.buffer.push(0);
    }

    /// Writes a bool.
    pub fn bool(&mut self, value: bool) {
        self.buffer.push(u8::from(value));
    }

    /// Writes a signed byte.
    pub fn i8(&mut self, value: i8) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    /// Writes a 16-bit integer.
    pub fn i16(&mut self, value: i16) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    /// Writes a 32-bit integer or an enum.
    pub fn i32(&mut self, value: i32) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    /// Writes a 64-bit integer.
    pub fn i64(&mut self, value: i64) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    /// Writes a double.
    pub fn f64(&mut self, value: f64) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    /// Writes bytes or text with a length prefix.
    pub fn binary(&mut self, value: &[u8]) {
        self.length(value.len());
        self.buffer.extend_from_slice(value);
    }

    /// Writes the head of a list.
    pub fn list_head(&mut self, element: WireType, count: usize) {
        self.buffer.push(element.code());
        self.length(count);
    }

    /// Writes the head of a map.
    pub fn map_head(&mut self, key: WireType, value: WireType, count: usize) {
        self.buffer.push(key.code());
        self.buffer.push(value.code());
        self.length(count);
    }

    /// Writes bytes that are already in wire form.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    fn length(&mut self, length: usize) {
        self.buffer.extend_from_slice(&wire_length(length).to_be_bytes());
    }
}

/// Converts a length to wire form.
pub(crate) fn wire_length(length: usize) -> i32 {
    i32::try_from(length).expect("a Thrift value has at most 2^31-1 bytes or elements")
}
