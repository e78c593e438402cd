//! Undocumented fields in a response, as servers use them internally.

use bytes::Bytes;
use dbsql_protocol::wire::{WireType, Writer};

/// The maximum nesting depth of structs, lists and maps; responses never come near it.
const MAX_DEPTH: usize = 64;

/// Adds unknown fields to the end of every struct of a response, with ids from 3329 on and of every
/// type. Ids that a struct already has are skipped. Bytes that are not a message are unchanged.
pub(super) fn add(message: Bytes) -> Bytes {
    let mut copy = Copy { rest: &message, written: Vec::with_capacity(message.len() * 2) };
    match copy.message() {
        Some(()) if copy.rest.is_empty() => copy.written.into(),
        _ => message,
    }
}

/// A message being copied from one buffer to another.
struct Copy<'a> {
    rest: &'a [u8],
    written: Vec<u8>,
}

impl Copy<'_> {
    fn message(&mut self) -> Option<()> {
        // The version, the name of the method and the sequence id.
        self.bytes(4)?;
        self.value(WireType::Binary, 0)?;
        self.bytes(4)?;
        // The struct around the response does not come from the server's code: nothing is added to
        // it.
        loop {
            match self.code()? {
                None => return Some(()),
                Some(wire_type) => {
                    self.bytes(2)?;
                    self.value(wire_type, 0)?;
                }
            }
        }
    }

    fn value(&mut self, wire_type: WireType, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match wire_type {
            WireType::Binary => {
                let length = self.count()?;
                self.bytes(length)?;
            }
            WireType::Struct => self.fields(depth)?,
            WireType::List | WireType::Set => {
                let element = self.code()?;
                for _ in 0..self.count()? {
                    self.value(element?, depth + 1)?;
                }
            }
            WireType::Map => {
                let (key, value) = (self.code()?, self.code()?);
                for _ in 0..self.count()? {
                    self.value(key?, depth + 1)?;
                    self.value(value?, depth + 1)?;
                }
            }
            fixed => {
                self.bytes(fixed.fixed_size()?)?;
            }
        }
        Some(())
    }

    fn fields(&mut self, depth: usize) -> Option<()> {
        let mut taken = Vec::new();
        loop {
            // The stop byte comes after the added fields.
            if self.rest.first() == Some(&0) {
                for (id, field) in unknown() {
                    if !taken.contains(&id) {
                        self.written.extend_from_slice(&field);
                    }
                }
                self.bytes(1)?;
                return Some(());
            }
            let wire_type = self.code()??;
            let id = self.bytes(2)?;
            taken.push(i16::from_be_bytes(id.try_into().ok()?));
            self.value(wire_type, depth + 1)?;
        }
    }

    /// Reads a type code; the inner `None` is a code without a type, such as the stop byte.
    fn code(&mut self) -> Option<Option<WireType>> {
        let [code] = *self.bytes(1)? else { return None };
        Some(WireType::from_code(code))
    }

    fn count(&mut self) -> Option<usize> {
        let count = i32::from_be_bytes(self.bytes(4)?.try_into().ok()?);
        usize::try_from(count).ok()
    }

    fn bytes(&mut self, count: usize) -> Option<&[u8]> {
        let (copied, rest) = self.rest.split_at_checked(count)?;
        self.written.extend_from_slice(copied);
        self.rest = rest;
        Some(copied)
    }
}

/// The fields by id, each with its head.
fn unknown() -> Vec<(i16, Bytes)> {
    let mut fields = Vec::new();
    let mut add = |id: i16, wire_type: WireType, write: &dyn Fn(&mut Writer)| {
        let mut writer = Writer::new();
        writer.field_head(id, wire_type);
        write(&mut writer);
        fields.push((id, writer.finish()));
    };
    add(3329, WireType::Bool, &|writer| writer.bool(true));
    add(3330, WireType::I8, &|writer| writer.i8(-1));
    add(3331, WireType::I16, &|writer| writer.i16(-2));
    add(3332, WireType::I32, &|writer| writer.i32(i32::MIN));
    add(3333, WireType::I64, &|writer| writer.i64(i64::MAX));
    add(3334, WireType::Double, &|writer| writer.f64(f64::NAN));
    add(3335, WireType::Binary, &|writer| writer.binary(b"not \xff text"));
    add(3336, WireType::Struct, &nested);
    add(3337, WireType::List, &|writer| {
        writer.list_head(WireType::Struct, 2);
        nested(writer);
        nested(writer);
    });
    add(3344, WireType::Map, &|writer| {
        writer.map_head(WireType::Binary, WireType::List, 1);
        writer.binary(b"key");
        writer.list_head(WireType::I64, 2);
        writer.i64(1);
        writer.i64(2);
    });
    add(3345, WireType::Map, &|writer| writer.map_head(WireType::Binary, WireType::Binary, 0));
    add(3346, WireType::Set, &|writer| {
        writer.list_head(WireType::I16, 1);
        writer.i16(3);
    });
    add(3347, WireType::List, &|writer| writer.list_head(WireType::Bool, 0));
    fields
}

/// Writes a struct with known ids, which have no meaning inside an unknown one.
fn nested(writer: &mut Writer) {
    writer.field(1, &4711_i32);
    writer.field_head(2, WireType::Struct);
    writer.field_head(1, WireType::List);
    writer.list_head(WireType::Binary, 1);
    writer.binary(b"deep");
    writer.stop();
    writer.stop();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_a_message_are_unchanged() {
        for bytes in [&b""[..], b"\x80\x01", b"<html>", &[0xff; 40], &[0; 40]] {
            assert_eq!(add(Bytes::copy_from_slice(bytes)), bytes);
        }
    }
}
