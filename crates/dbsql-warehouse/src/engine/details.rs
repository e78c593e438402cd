//! What is known of a table or view apart from its columns' types and its rows.

use std::collections::BTreeMap;

use arrow_schema::Field;
use datafusion::sql::sqlparser::ast::{CharacterLength, DataType as SqlType};

use super::errors::Result;
use super::store::TableName;
use super::types::sql_name;
use dbsql_local::engine::SqlError;

/// Comments, properties, keys and the like. Names of columns are in lower case.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    pub(super) comment: Option<String>,
    pub(super) properties: BTreeMap<String, String>,
    /// The columns of `PARTITIONED BY`, for information.
    pub(super) partitioned: Vec<String>,
    /// The columns of `CLUSTER BY`, for information.
    pub(super) clustered: Vec<String>,
    pub(super) columns: BTreeMap<String, ColumnDetails>,
    /// For information, as in Databricks: they are not enforced.
    pub(super) keys: Vec<Key>,
    pub(super) owner: String,
    /// In microseconds since 1970.
    pub(super) created: i64,
    pub(super) altered: i64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct ColumnDetails {
    pub(super) comment: Option<String>,
    pub(super) length: Option<Length>,
}

/// A primary key, or with a parent, a foreign key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) parent: Option<(TableName, Vec<String>)>,
}

/// The type `VARCHAR(n)` or `CHAR(n)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) letters: usize,
    /// `CHAR(n)`: shorter texts are padded with spaces.
    pub(super) padded: bool,
}

impl Length {
    pub(super) fn of(data_type: &SqlType) -> Option<Self> {
        let (length, padded) = match data_type {
            SqlType::Varchar(length)
            | SqlType::CharacterVarying(length)
            | SqlType::CharVarying(length) => (length, false),
            SqlType::Char(length) | SqlType::Character(length) => (length, true),
            _ => return None,
        };
        match length {
            Some(CharacterLength::IntegerLength { length, .. }) => {
                Some(Self { letters: usize::try_from(*length).unwrap_or(usize::MAX), padded })
            }
            _ => None,
        }
    }

    pub(super) fn name(self) -> String {
        format!("{}({})", if self.padded { "char" } else { "varchar" }, self.letters)
    }

    /// Returns the text as stored: without spaces that are too many, and padded if the type says so.
    pub(super) fn fit(self, text: &str) -> Result<String> {
        let letters = text.chars().count();
        if letters > self.letters {
            let end = text.char_indices().nth(self.letters).map_or(text.len(), |(end, _)| end);
            if text[end..].chars().all(|letter| letter == ' ') {
                return Ok(text[..end].to_owned());
            }
            let message = format!(
                "Value \"{text}\" exceeds char/varchar type length limitation: {}.",
                self.letters
            );
            return Err(SqlError::new("DELTA_EXCEED_CHAR_VARCHAR_LIMIT", "22001", message));
        }
        let missing = if self.padded { self.letters - letters } else { 0 };
        Ok(text.to_owned() + &" ".repeat(missing))
    }
}

impl Details {
    pub(super) fn comment_of(&self, column: &str) -> Option<&str> {
        self.columns.get(column)?.comment.as_deref()
    }

    pub(super) fn length_of(&self, column: &str) -> Option<Length> {
        self.columns.get(column)?.length
    }

    /// Returns the SQL type of a column, in lower case.
    pub(super) fn type_of(&self, field: &Field) -> String {
        match self.length_of(&field.name().to_lowercase()) {
            Some(length) => length.name(),
            None => sql_name(field.data_type()),
        }
    }

    /// Returns whether a key or the layout of the table uses a column.
    pub(super) fn uses(&self, column: &str) -> bool {
        let keys = self.keys.iter().flat_map(|key| &key.columns);
        keys.chain(&self.partitioned).chain(&self.clustered).any(|known| known == column)
    }

    pub(super) fn rename_column(&mut self, from: &str, to: &str) {
        if let Some(details) = self.columns.remove(from) {
            self.columns.insert(to.to_owned(), details);
        }
        let keys = self.keys.iter_mut().flat_map(|key| &mut key.columns);
        for column in keys.chain(&mut self.partitioned).chain(&mut self.clustered) {
            if column == from {
                to.clone_into(column);
            }
        }
    }

    pub(super) fn primary_key(&self) -> Option<&Key> {
        self.keys.iter().find(|key| key.parent.is_none())
    }
}
