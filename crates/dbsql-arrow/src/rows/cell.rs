//! The deserializer of one value of a column.

use std::any::type_name;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, SeqAccessDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::column::{Column, Names, Plain, Record, Values, size};
use super::error::{Result, RowError, Wanted, copied};
use super::record::{PositionalAccess, RecordAccess};
use super::text;

/// The value of a column in one row.
#[derive(Clone, Copy)]
pub(super) struct Cell<'de> {
    column: &'de Column,
    row: usize,
}

impl<'de> Cell<'de> {
    #[inline(always)]
    pub(super) fn new(column: &'de Column, row: usize) -> Self {
        Self { column, row }
    }

    /// Reads the value. An error names its types.
    #[inline(always)]
    pub(super) fn read<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self).map_err(|error| self.explain(error, type_name::<S::Value>()))
    }

    /// Adds the types to an error of reading it as a `rust_type`.
    #[cold]
    pub(super) fn explain(self, error: RowError, rust_type: &str) -> RowError {
        let error = if self.is_a_null() { error.or_null() } else { error };
        error.of(&self.column.data_type, rust_type)
    }

    #[inline]
    fn is_null(self) -> bool {
        self.column.is_null(self.row)
    }

    /// Whether it is a NULL in a column that can have values. In a column of type NULL, the type is
    /// the problem.
    fn is_a_null(self) -> bool {
        self.is_null() && !matches!(self.column.values, Values::Null)
    }

    /// Returns the error that the column type, or a NULL, was not expected.
    #[cold]
    fn mismatch<T>(self, expected: &dyn Expected) -> Result<T> {
        Err(match self.is_a_null() {
            true => RowError::null(),
            false => RowError::wrong_type(format!("expected {expected}")),
        })
    }

    /// Returns `None` if the column has no integers.
    #[inline]
    fn integer(self) -> Option<Integer> {
        Some(match &self.column.values {
            Values::Int8(values) => Integer::Signed(values[self.row].into()),
            Values::Int16(values) => Integer::Signed(values[self.row].into()),
            Values::Int32(values) => Integer::Signed(values[self.row].into()),
            Values::Int64(values) => Integer::Signed(values[self.row]),
            Values::UInt8(values) => Integer::Unsigned(values[self.row].into()),
            Values::UInt16(values) => Integer::Unsigned(values[self.row].into()),
            Values::UInt32(values) => Integer::Unsigned(values[self.row].into()),
            Values::UInt64(values) => Integer::Unsigned(values[self.row]),
            Values::Decimal(values, 0) => Integer::from(values[self.row]),
            _ => return None,
        })
    }

    #[inline]
    fn bytes(self) -> Option<&'de [u8]> {
        Some(match &self.column.values {
            Values::Binary(values) => values.value(self.row),
            Values::LargeBinary(values) => values.value(self.row),
            Values::BinaryView(values) => values.value(self.row),
            Values::FixedBinary(values) => values.value(self.row),
            _ => return None,
        })
    }

    #[inline]
    fn text(self) -> Option<&'de str> {
        Some(match &self.column.values {
            Values::Text(values) => values.value(self.row),
            Values::LargeText(values) => values.value(self.row),
            Values::TextView(values) => values.value(self.row),
            _ => return None,
        })
    }

    /// Returns the text of a value for which serde has no type.
    fn formatted(self) -> Option<text::Text> {
        let row = self.row;
        Some(match &self.column.values {
            Values::Decimal(values, scale) => text::decimal(values[row], *scale),
            Values::Date(values) => text::date(values[row]),
            Values::Time(values, unit) => text::time(values[row], *unit),
            Values::Timestamp(values, unit, is_utc) => text::timestamp(values[row], *unit, *is_utc),
            Values::Duration(values, unit) => text::duration(values[row], *unit),
            Values::Months(values) => text::months(values[row]),
            Values::Interval(values) => text::interval(values[row]),
            _ => return None,
        })
    }

    fn items(self) -> Option<Items<'de>> {
        match &self.column.values {
            Values::List(ranges, items) => {
                let (start, end) = ranges.range(self.row);
                Some(Items { column: items, start, next: start, end })
            }
            _ => None,
        }
    }

    fn entries(self) -> Option<Entries<'de>> {
        match &self.column.values {
            Values::Map(offsets, keys, values) => {
                let (next, end) = (size(offsets[self.row]), size(offsets[self.row + 1]));
                Some(Entries { keys, values, next, end })
            }
            _ => None,
        }
    }

    fn members(self) -> Option<&'de Record> {
        match &self.column.values {
            Values::Struct(record) => Some(record),
            _ => None,
        }
    }

    // Inlined whatever the compiler thinks: rows of numbers take less than half of the time then.
    #[inline(always)]
    fn read_integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.column.plain {
            Plain::Int64(values) => visitor.visit_i64(values[self.row]),
            Plain::Int32(values) => visitor.visit_i32(values[self.row]),
            _ => copied(self.read_any_integer(visitor)),
        }
    }

    #[inline(never)]
    fn read_any_integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.integer() {
            Some(integer) if !self.is_null() => integer.visit(visitor),
            _ => self.mismatch(&visitor),
        }
    }

    #[inline]
    fn read_text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_null() {
            return self.mismatch(&visitor);
        }
        if let Some(text) = self.text() {
            return visitor.visit_borrowed_str(text);
        }
        match self.formatted() {
            Some(text) => visitor.visit_str(text.as_str()),
            None => self.mismatch(&visitor),
        }
    }

    #[inline(never)]
    fn read_boolean<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.column.values {
            Values::Boolean(values) if !self.is_null() => {
                visitor.visit_bool(values.value(self.row))
            }
            _ => self.mismatch(&visitor),
        }
    }

    #[inline(never)]
    fn read_any_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.column.values {
            Values::Float32(values) if !self.is_null() => visitor.visit_f32(values[self.row]),
            _ => self.read_float(visitor, Integer::exact_f32),
        }
    }

    #[inline(never)]
    fn read_any_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.column.values {
            Values::Float32(values) if !self.is_null() => visitor.visit_f32(values[self.row]),
            Values::Float64(values) if !self.is_null() => visitor.visit_f64(values[self.row]),
            _ => self.read_float(visitor, Integer::exact_f64),
        }
    }

    /// Reads an integer as a float that equals it.
    fn read_float<V: Visitor<'de>>(
        self,
        visitor: V,
        exact: fn(Integer) -> Option<f64>,
    ) -> Result<V::Value> {
        match self.integer() {
            _ if self.is_null() => self.mismatch(&visitor),
            _ if matches!(self.column.values, Values::Decimal(..)) => Err(RowError::wrong_type(
                "a float cannot hold every DECIMAL: read it as text or as a type for decimals, or CAST \
                 it AS DOUBLE",
            )),
            None => self.mismatch(&visitor),
            Some(integer) => match exact(integer) {
                Some(float) => visitor.visit_f64(float),
                None => Err(RowError::value(format!("no such float equals {integer}"))),
            },
        }
    }

    /// Reads the items of a list, the bytes of a binary or the entries of a map.
    fn read_sequence<V: Visitor<'de>>(self, length: Option<usize>, visitor: V) -> Result<V::Value> {
        if self.is_null() {
            return self.mismatch(&visitor);
        }
        if let Some(items) = self.items() {
            check_length(length, items.end - items.start)?;
            return visitor.visit_seq(items);
        }
        if let Some(bytes) = self.bytes() {
            check_length(length, bytes.len())?;
            return visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied()));
        }
        match self.entries() {
            Some(entries) => {
                check_length(length, entries.end - entries.next)?;
                visitor.visit_seq(entries)
            }
            None => self.mismatch(&visitor),
        }
    }

    /// Reads the members of a struct or the entries of a map.
    fn read_members<V: Visitor<'de>>(self, names: Names, visitor: V) -> Result<V::Value> {
        if self.is_null() {
            return self.mismatch(&visitor);
        }
        if let Some(record) = self.members() {
            return RecordAccess::visit::<false, _>(record, names, self.row, visitor);
        }
        match self.entries() {
            Some(entries) => visitor.visit_map(entries),
            None => self.mismatch(&visitor),
        }
    }
}

fn check_length(wanted: Option<usize>, length: usize) -> Result<()> {
    match wanted {
        Some(wanted) if wanted != length => {
            let message = format!("it has {length} items where {wanted} are needed");
            Err(RowError::value(message).wanting(Wanted::Length(wanted)))
        }
        _ => Ok(()),
    }
}

macro_rules! read_as {
    ($read:ident: $($method:ident)*) => {
        $(#[inline(always)]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.$read(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = RowError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_null() {
            return visitor.visit_unit();
        }
        match &self.column.values {
            Values::Boolean(_) => self.deserialize_bool(visitor),
            Values::Float32(_) | Values::Float64(_) => self.deserialize_f64(visitor),
            Values::List(..) => self.read_sequence(None, visitor),
            Values::Map(..) | Values::Struct(_) => self.read_members(None, visitor),
            // Otherwise the scale would determine whether it is an integer or text.
            Values::Decimal(..) => self.read_text(visitor),
            _ => match (self.integer(), self.bytes()) {
                (Some(integer), _) => integer.visit(visitor),
                (_, Some(bytes)) => visitor.visit_borrowed_bytes(bytes),
                _ => self.read_text(visitor),
            },
        }
    }

    read_as! { read_integer:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    read_as! { read_text: deserialize_char deserialize_str deserialize_string deserialize_identifier }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.column.plain {
            Plain::Boolean(values) => visitor.visit_bool(values.value(self.row)),
            _ => copied(self.read_boolean(visitor)),
        }
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.read_any_f32(visitor)
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match &self.column.plain {
            Plain::Float64(values) => visitor.visit_f64(values[self.row]),
            _ => copied(self.read_any_f64(visitor)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match (self.is_null(), self.bytes(), self.text()) {
            (false, Some(bytes), _) => visitor.visit_borrowed_bytes(bytes),
            (false, _, Some(text)) => visitor.visit_borrowed_str(text),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_null() { visitor.visit_unit() } else { self.mismatch(&visitor) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.read_sequence(None, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        match self.members() {
            Some(record) if !self.is_null() => {
                visitor.visit_seq(PositionalAccess::new(record, len, self.row)?)
            }
            _ => self.read_sequence(Some(len), visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.read_members(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.read_members(Some(fields), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.text() {
            Some(text) if !self.is_null() => visitor.visit_enum(Variant(text)),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}

impl<'de> IntoDeserializer<'de, RowError> for Cell<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// An integer of any width.
#[derive(Clone, Copy)]
enum Integer {
    Signed(i64),
    Unsigned(u64),
    Wide(i128),
}

impl Integer {
    fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Wide(value) => {
                let fits =
                    |error: RowError| error.or_value(|| format!("{value} is out of its range"));
                visitor.visit_i128(value).map_err(fits)
            }
        }
    }

    fn exact_f64(self) -> Option<f64> {
        let value = self.wide();
        let float = value as f64;
        (float as i128 == value).then_some(float)
    }

    fn exact_f32(self) -> Option<f64> {
        let value = self.wide();
        let float = value as f32;
        (float as i128 == value).then_some(float.into())
    }

    fn wide(self) -> i128 {
        match self {
            Self::Signed(value) => value.into(),
            Self::Unsigned(value) => value.into(),
            Self::Wide(value) => value,
        }
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wide().fmt(f)
    }
}

impl From<i128> for Integer {
    fn from(value: i128) -> Self {
        match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => Self::Signed(value),
            (_, Ok(value)) => Self::Unsigned(value),
            _ => Self::Wide(value),
        }
    }
}

/// The items of one list.
struct Items<'de> {
    column: &'de Column,
    start: usize,
    next: usize,
    end: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = RowError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let row = self.next;
        self.next += 1;
        let read = Cell::new(self.column, row).read(seed);
        read.map(Some).map_err(|error| error.in_item(row - self.start))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.end.saturating_sub(self.next))
    }
}

/// The entries of one map.
struct Entries<'de> {
    keys: &'de Column,
    values: &'de Column,
    next: usize,
    end: usize,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = RowError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let read = Cell::new(self.keys, self.next).read(seed);
        read.map(Some).map_err(RowError::in_entry)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let row = self.next;
        self.next += 1;
        Cell::new(self.values, row).read(seed).map_err(RowError::in_entry)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.end.saturating_sub(self.next))
    }
}

/// As pairs.
impl<'de> SeqAccess<'de> for Entries<'de> {
    type Error = RowError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let pair = [self.keys, self.values].map(|column| Cell::new(column, self.next));
        self.next += 1;
        let pair = SeqDeserializer::new(pair.into_iter());
        seed.deserialize(SeqAccessDeserializer::new(pair)).map(Some).map_err(RowError::in_entry)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.end.saturating_sub(self.next))
    }
}

/// A variant of an enum, which has no content.
struct Variant<'de>(&'de str);

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = RowError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.0))?, self))
    }
}

impl Variant<'_> {
    fn has_content<T>(&self) -> Result<T> {
        Err(RowError::value(format!("the variant `{}` has content, and the text has none", self.0)))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = RowError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value> {
        self.has_content()
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value> {
        self.has_content()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value> {
        self.has_content()
    }
}
