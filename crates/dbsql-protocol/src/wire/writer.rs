//! Writes values.

use bytes::{BufMut, Bytes, BytesMut};

use crate::wire::{Value, WireType};

/// Most requests are shorter.
const USUAL_BYTES: usize = 512;

/// A buffer that values are written to.
///
/// Lengths on this wire are 31 bits. Writing text, bytes, a list or a map that is longer is a mistake of
/// the caller, and a panic.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: BytesMut,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self { buffer: BytesMut::with_capacity(USUAL_BYTES) }
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> Bytes {
        self.buffer.freeze()
    }

    /// Writes any value.
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
        self.buffer.put_u8(wire_type.code());
        self.buffer.put_i16(id);
    }

    /// Ends a struct.
    pub fn stop(&mut self) {
        self.buffer.put_u8(0);
    }

    /// Writes a bool.
    pub fn bool(&mut self, value: bool) {
        self.buffer.put_u8(u8::from(value));
    }

    /// Writes a signed byte.
    pub fn i8(&mut self, value: i8) {
        self.buffer.put_i8(value);
    }

    /// Writes a 16-bit integer.
    pub fn i16(&mut self, value: i16) {
        self.buffer.put_i16(value);
    }

    /// Writes a 32-bit integer or an enum.
    pub fn i32(&mut self, value: i32) {
        self.buffer.put_i32(value);
    }

    /// Writes a 64-bit integer.
    pub fn i64(&mut self, value: i64) {
        self.buffer.put_i64(value);
    }

    /// Writes a double.
    pub fn f64(&mut self, value: f64) {
        self.buffer.put_f64(value);
    }

    /// Writes bytes or text, length first.
    pub fn binary(&mut self, value: &[u8]) {
        self.length(value.len());
        self.buffer.put_slice(value);
    }

    /// Writes the head of a list.
    pub fn list_head(&mut self, element: WireType, count: usize) {
        self.buffer.put_u8(element.code());
        self.length(count);
    }

    /// Writes the head of a map.
    pub fn map_head(&mut self, key: WireType, value: WireType, count: usize) {
        self.buffer.put_u8(key.code());
        self.buffer.put_u8(value.code());
        self.length(count);
    }

    /// Writes bytes that are in wire form already.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.buffer.put_slice(bytes);
    }

    fn length(&mut self, length: usize) {
        self.buffer.put_i32(wire_length(length));
    }
}

/// A length as it stands on the wire.
pub(crate) fn wire_length(length: usize) -> i32 {
    i32::try_from(length).expect("a Thrift value has at most 2^31-1 bytes or elements")
}
