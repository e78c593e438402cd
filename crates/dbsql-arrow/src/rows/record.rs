//! The deserializers of a row and of structs inside of it.

use std::any::type_name;
use std::borrow::Cow;
use std::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::cell::Cell;
use super::column::{Names, OrderedColumn, Record};
use super::error::{ColumnIndex, Result, RowError, copied};

/// The members of a record in one row, for a struct or a map.
pub(super) struct RecordAccess<'de> {
    record: &'de Record,
    row: usize,
    columns: Cow<'de, [usize]>,
    next: usize,
}

impl<'de> RecordAccess<'de> {
    /// Visits the members with these names, or all members.
    #[inline(always)]
    pub(super) fn visit<const SAMPLE: bool, V: Visitor<'de>>(
        record: &'de Record,
        names: Names,
        row: usize,
        visitor: V,
    ) -> Result<V::Value> {
        match record.ordered(names) {
            Some(columns) => {
                visitor.visit_seq(OrderedAccess::<SAMPLE> { record, row, columns: columns.iter() })
            }
            None => copied(Self::visit_named(record, names, row, visitor)),
        }
    }

    /// Not inlined: it would make reading in order slower.
    #[inline(never)]
    fn visit_named<V: Visitor<'de>>(
        record: &'de Record,
        names: Names,
        row: usize,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_map(Self { record, row, columns: record.named(names)?, next: 0 })
    }
}

impl<'de> MapAccess<'de> for RecordAccess<'de> {
    type Error = RowError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(index) = self.columns.get(self.next) else { return Ok(None) };
        let name = &self.record.names[*index];
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let index = self.columns.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        let read = Cell::new(&self.record.columns[index], self.row).read(seed);
        read.map_err(|error| error.in_column(&self.record.names[index], ColumnIndex::Named(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.columns.len().saturating_sub(self.next))
    }
}

/// The members of a record in one row in the order of the fields of a struct.
struct OrderedAccess<'de, const SAMPLE: bool> {
    record: &'de Record,
    row: usize,
    columns: slice::Iter<'de, OrderedColumn>,
}

impl<'de, const SAMPLE: bool> SeqAccess<'de> for OrderedAccess<'de, SAMPLE> {
    type Error = RowError;

    #[inline(always)]
    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>> {
        self.next_element_seed(std::marker::PhantomData)
    }

    #[inline(always)]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(OrderedColumn { column, index }) = self.columns.next() else { return Ok(None) };
        let read = Cell::new(column, self.row).read(seed);
        // Without a reference to `self`, which can so stay in registers.
        let record = self.record;
        read.map(Some)
            .map_err(|error| error.in_column(&record.names[*index], ColumnIndex::Named(*index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.columns.len())
    }
}

/// The members of a record in one row, in their order.
pub(super) struct PositionalAccess<'de> {
    record: &'de Record,
    row: usize,
    next: usize,
}

impl<'de> PositionalAccess<'de> {
    /// `length` is the number of fields of the type.
    pub(super) fn new(record: &'de Record, length: usize, row: usize) -> Result<Self> {
        let columns = record.columns.len();
        if columns != length {
            return Err(RowError::columns(format!(
                "it has {length} fields, and there are {columns} columns"
            )));
        }
        Ok(Self { record, row, next: 0 })
    }
}

impl<'de> SeqAccess<'de> for PositionalAccess<'de> {
    type Error = RowError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let index = self.next;
        let Some(column) = self.record.columns.get(index) else { return Ok(None) };
        self.next += 1;
        let read = Cell::new(column, self.row).read(seed);
        read.map(Some).map_err(|error| {
            error.in_column(&self.record.names[index], ColumnIndex::Positional(index))
        })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.record.columns.len().saturating_sub(self.next))
    }
}

/// One row of a result.
///
/// A struct, a map or a tuple is read from all columns, any other type from the only one.
///
/// `SAMPLE` does nothing but give the [check](super::check) code of its own: the code that reads rows
/// then has one caller, which the compiler inlines it into.
#[derive(Clone, Copy)]
pub(super) struct Row<'de, const SAMPLE: bool = false> {
    pub(super) record: &'de Record,
    pub(super) row: usize,
}

impl<'de, const SAMPLE: bool> Row<'de, SAMPLE> {
    #[inline(always)]
    pub(super) fn read<T: Deserialize<'de>>(self) -> Result<T> {
        T::deserialize(self).map_err(|error| self.explain(error, type_name::<T>()))
    }

    /// Adds the type of the row to an error of reading it.
    #[cold]
    fn explain(self, error: RowError, row_type: &str) -> RowError {
        let error = match (&*self.record.columns, &*self.record.names) {
            // The type rejected the value of its only column.
            ([column], [name]) if error.is_about_a_value() && error.column().is_none() => {
                let error = Cell::new(column, self.row).explain(error, row_type);
                error.in_column(name, ColumnIndex::Positional(0))
            }
            _ => error,
        };
        error.in_row_type(row_type)
    }

    #[inline(always)]
    fn members<V: Visitor<'de>>(self, names: Names, visitor: V) -> Result<V::Value> {
        RecordAccess::visit::<SAMPLE, _>(self.record, names, self.row, visitor)
    }

    /// Reads the only column with `read`.
    fn only<T>(self, read: impl FnOnce(Cell<'de>) -> Result<T>) -> Result<T> {
        let ([column], [name]) = (&*self.record.columns, &*self.record.names) else {
            let columns = self.record.columns.len();
            return Err(RowError::columns(format!(
                "it is one value, and there are {columns} columns: read a struct or a tuple"
            )));
        };
        let cell = Cell::new(column, self.row);
        read(cell).map_err(|error| {
            cell.explain(error, type_name::<T>()).in_column(name, ColumnIndex::Positional(0))
        })
    }
}

macro_rules! read_only_column {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.only(|cell| cell.$method(visitor))
        })*
    };
}

impl<'de, const SAMPLE: bool> Deserializer<'de> for Row<'de, SAMPLE> {
    type Error = RowError;

    read_only_column! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_option
        deserialize_unit deserialize_seq deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.members(None, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.members(None, visitor)
    }

    #[inline(always)]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.members(Some(fields), visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.only(|cell| cell.deserialize_unit_struct(name, visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(PositionalAccess::new(self.record, len, self.row)?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.only(|cell| cell.deserialize_enum(name, variants, visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}
