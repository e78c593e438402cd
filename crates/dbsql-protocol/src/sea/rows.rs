//! Rows of strings.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
    ser::SerializeSeq,
};

use crate::sea::{
    at::At,
    field::{Field, Item, drain_map, reject_scalars},
};

/// The rows of a `JSON_ARRAY` result: each value is a string or NULL.
///
/// All strings share one buffer, so that a cell takes four bytes in addition to its text. Rows may
/// differ in length: the schema is in the manifest, which not every response repeats.
///
/// ```
/// use dbsql_protocol::sea::Rows;
///
/// let mut rows = Rows::default();
/// rows.push([Some("1"), None])?;
/// assert_eq!(rows.len(), 1);
/// assert_eq!(rows.iter().flatten().collect::<Vec<_>>(), [Some("1"), None]);
/// # Ok::<(), dbsql_protocol::sea::RowsTooLarge>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Rows {
    text: Vec<u8>,
    /// The end of each cell in the text, and whether it is NULL.
    cells: Vec<u32>,
    /// The end of each row in the cells.
    rows: Vec<u32>,
}

/// The flag of a NULL cell.
const NULL: u32 = 1 << 31;

/// The error of rows that exceed 2 GiB of text or 2^31 values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rows exceed 2 GiB of text or 2^31 values")]
pub struct RowsTooLarge;

impl Rows {
    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns `true` if there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the cells of a row.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        (index < self.len()).then(|| self.row_at(index))
    }

    fn row_at(&self, index: usize) -> Row<'_> {
        let cells = end_before(&self.rows, index)..end_before(&self.rows, index + 1);
        let text_start = end_before(&self.cells, cells.start);
        Row { rows: self, cells, text_start }
    }

    /// Iterates over the rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len()).map(|index| self.row_at(index))
    }

    /// Appends a row.
    ///
    /// # Errors
    ///
    /// [`RowsTooLarge`]; nothing is appended in that case.
    pub fn push<'a>(
        &mut self,
        row: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Result<(), RowsTooLarge> {
        let (text, cells) = (self.text.len(), self.cells.len());
        let mut pushed = Ok(());
        for cell in row {
            pushed = pushed.and_then(|()| self.push_cell(cell));
        }
        pushed = pushed.and_then(|()| self.end_row());
        if pushed.is_err() {
            self.text.truncate(text);
            self.cells.truncate(cells);
        }
        pushed
    }

    fn push_cell(&mut self, cell: Option<&str>) -> Result<(), RowsTooLarge> {
        let text = cell.unwrap_or_default();
        let end = u32::try_from(self.text.len() + text.len()).map_err(|_| RowsTooLarge)?;
        if end >= NULL {
            return Err(RowsTooLarge);
        }
        self.text.extend_from_slice(text.as_bytes());
        self.cells.push(if cell.is_none() { end | NULL } else { end });
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), RowsTooLarge> {
        let end = u32::try_from(self.cells.len()).ok().filter(|end| *end < NULL);
        self.rows.push(end.ok_or(RowsTooLarge)?);
        Ok(())
    }
}

/// Returns the end of the previous entry.
fn end_before(ends: &[u32], index: usize) -> usize {
    let end = index.checked_sub(1).and_then(|before| ends.get(before));
    end.map_or(0, |end| (end & !NULL) as usize)
}

/// A row of [`Rows`]: an iterator over its cells.
#[derive(Clone)]
pub struct Row<'a> {
    rows: &'a Rows,
    cells: std::ops::Range<usize>,
    text_start: usize,
}

impl<'a> Iterator for Row<'a> {
    /// `None` is NULL.
    type Item = Option<&'a str>;

    fn next(&mut self) -> Option<Self::Item> {
        let cell = *self.rows.cells.get(self.cells.next()?)?;
        let end = (cell & !NULL) as usize;
        let text = self.rows.text.get(self.text_start..end)?;
        self.text_start = end;
        // Whole strings were appended, so this is valid UTF-8.
        Some(if cell & NULL == 0 { Some(std::str::from_utf8(text).ok()?) } else { None })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.cells.size_hint()
    }
}

impl ExactSizeIterator for Row<'_> {}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} values>", self.len())
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} rows>", self.len())
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Cells<'a>(Row<'a>);

        impl Serialize for Cells<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.clone())
            }
        }

        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for row in self.iter() {
            list.serialize_element(&Cells(row))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Self as Field>::read(deserializer, At::document("Rows", None))
    }
}

impl Item for Rows {
    fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        at: At<'_>,
    ) -> Result<Option<Self>, D::Error> {
        let mut rows = Self::default();
        let list = RowsVisitor { rows: &mut rows, at };
        Ok(deserializer.deserialize_any(list)?.map(|()| rows))
    }
}

const ROWS: &str = "a list of lists of strings or nulls";

struct RowsVisitor<'r, 'a> {
    rows: &'r mut Rows,
    at: At<'a>,
}

impl<'de> Visitor<'de> for RowsVisitor<'_, '_> {
    type Value = Option<()>;

    reject_scalars!(ROWS);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let Self { rows, at } = self;
        while list.next_element_seed(RowSeed { rows, at })?.is_some() {
            at.reserve(&mut rows.rows, 1)?;
            rows.end_row().map_err(|_| at.wrong(ROWS))?;
        }
        Ok(Some(()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let nothing = self.at.mismatch(ROWS)?;
        drain_map(&mut map)?;
        Ok(nothing)
    }
}

/// Reads one row. A null row cannot be omitted without moving the others.
struct RowSeed<'r, 'a> {
    rows: &'r mut Rows,
    at: At<'a>,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let at = self.at;
        deserializer.deserialize_any(self)?.ok_or_else(|| at.wrong(ROWS))
    }
}

impl<'de> Visitor<'de> for RowSeed<'_, '_> {
    type Value = Option<()>;

    reject_scalars!(ROWS);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let Self { rows, at } = self;
        while list.next_element_seed(CellSeed { rows, at })?.is_some() {}
        Ok(Some(()))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(self.at.wrong(ROWS))
    }
}

struct CellSeed<'r, 'a> {
    rows: &'r mut Rows,
    at: At<'a>,
}

impl CellSeed<'_, '_> {
    fn push<E: de::Error>(self, cell: Option<&str>) -> Result<(), E> {
        let Self { rows, at } = self;
        at.reserve(&mut rows.text, cell.map_or(0, str::len))?;
        at.reserve(&mut rows.cells, 1)?;
        rows.push_cell(cell).map_err(|_| at.wrong(ROWS))
    }
}

impl<'de> DeserializeSeed<'de> for CellSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Integers and booleans keep their text from the document. The text of a float may have been
/// changed by parsing, so it is an error.
impl<'de> Visitor<'de> for CellSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ROWS)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.push(Some(text))
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.push(None)
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.push(None)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.push(Some(&number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.push(Some(&number.to_string()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.push(Some(if value { "true" } else { "false" }))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Err(self.at.wrong(ROWS))
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<(), E> {
        Err(self.at.wrong(ROWS))
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<(), E> {
        Err(self.at.wrong(ROWS))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.at.wrong(ROWS))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.at.wrong(ROWS))
    }
}
