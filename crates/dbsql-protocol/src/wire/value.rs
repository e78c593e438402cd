//! The values of fields, lists and maps, and how they are read and written.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::wire::{DecodeError, Reader, WireType, Writer};

/// A struct or a union of the IDL.
pub trait ThriftStruct: Sized {
    /// The name in the IDL.
    const NAME: &'static str;

    /// Reads the fields up to the stop byte. Unknown fields, and known ones with another wire type, are
    /// skipped.
    ///
    /// # Errors
    ///
    /// [`DecodeError::MissingField`], or any other [`DecodeError`] when the bytes are malformed.
    fn read(reader: &mut Reader) -> Result<Self, DecodeError>;

    /// Writes the fields in ascending order, and the stop byte.
    fn write(&self, writer: &mut Writer);
}

/// A type that has a wire type.
pub trait Value: Sized {
    /// The type code of the value.
    const WIRE_TYPE: WireType;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the bytes are malformed.
    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError>;

    /// Writes the value, without a head.
    fn write_value(&self, writer: &mut Writer);
}

impl<T: ThriftStruct> Value for T {
    const WIRE_TYPE: WireType = WireType::Struct;

    #[inline]
    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        T::read(reader)
    }

    #[inline]
    fn write_value(&self, writer: &mut Writer) {
        self.write(writer);
    }
}

macro_rules! scalar {
    ($($scalar:ty, $wire_type:ident, $method:ident;)*) => {$(
        impl Value for $scalar {
            const WIRE_TYPE: WireType = WireType::$wire_type;

            #[inline]
            fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
                reader.$method()
            }

            #[inline]
            fn write_value(&self, writer: &mut Writer) {
                writer.$method(*self);
            }
        }
    )*};
}

scalar! {
    bool, Bool, bool;
    i8, I8, i8;
    i16, I16, i16;
    i32, I32, i32;
    i64, I64, i64;
    f64, Double, f64;
}

impl Value for String {
    const WIRE_TYPE: WireType = WireType::Binary;

    #[inline]
    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        reader.string()
    }

    #[inline]
    fn write_value(&self, writer: &mut Writer) {
        writer.binary(self.as_bytes());
    }
}

impl Value for Bytes {
    const WIRE_TYPE: WireType = WireType::Binary;

    #[inline]
    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        reader.binary()
    }

    #[inline]
    fn write_value(&self, writer: &mut Writer) {
        writer.binary(self);
    }
}

impl<T: Value> Value for Vec<T> {
    const WIRE_TYPE: WireType = WireType::List;

    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        let count = reader.begin_list(T::WIRE_TYPE)?;
        reader.charge(count.saturating_mul(size_of::<T>()))?;
        let mut items = Self::with_capacity(count);
        for _ in 0..count {
            items.push(reader.value()?);
        }
        reader.end_container();
        Ok(items)
    }

    fn write_value(&self, writer: &mut Writer) {
        writer.list_head(T::WIRE_TYPE, self.len());
        for item in self {
            writer.value(item);
        }
    }
}

impl<K: Value + Ord, V: Value> Value for BTreeMap<K, V> {
    const WIRE_TYPE: WireType = WireType::Map;

    fn read_value(reader: &mut Reader) -> Result<Self, DecodeError> {
        let count = reader.begin_map(K::WIRE_TYPE, V::WIRE_TYPE)?;
        reader.charge(map_size(count, size_of::<(K, V)>()))?;
        let mut entries = Self::new();
        for _ in 0..count {
            let key = reader.value()?;
            entries.insert(key, reader.value()?);
        }
        reader.end_container();
        Ok(entries)
    }

    fn write_value(&self, writer: &mut Writer) {
        writer.map_head(K::WIRE_TYPE, V::WIRE_TYPE, self.len());
        for (key, value) in self {
            writer.value(key);
            writer.value(value);
        }
    }
}

/// Returns the maximum size of a `BTreeMap` of `count` entries. A node has room for 11 entries, and
/// every node but the root holds at least 5; an inner node also has 12 pointers to at least 6
/// children.
fn map_size(count: usize, entry: usize) -> usize {
    let node = entry.saturating_mul(11) + 16;
    match count {
        0 => 0,
        1..=11 => node,
        _ => {
            let nodes = count / 5 + 1;
            let inner = nodes / 6 + 1;
            nodes.saturating_mul(node).saturating_add(inner.saturating_mul(12 * 8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_takes_no_more_than_its_charge() {
        for count in [0, 1, 5, 11, 12, 13, 50, 100, 1_000, 20_000] {
            // Ascending, descending and scattered keys split nodes in different ways.
            for step in [1, count.max(1) - 1, 7_919] {
                let used = allocation_counter::measure(|| {
                    let mut map = BTreeMap::new();
                    for index in 0..count {
                        map.insert(index * step % count, [0_u8; 40]);
                    }
                });
                let charge = map_size(count, size_of::<(usize, [u8; 40])>());
                let peak = usize::try_from(used.bytes_max).expect("fits");
                assert!(peak <= charge, "{count} entries take {peak} bytes, charged {charge}");
            }
        }
    }
}
