//! The query string of a chunk request.

use crate::sea::list_queries::{InvalidPair, parse};

/// The query string of `GET` [`path::chunk`](crate::sea::path::chunk).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChunkQuery {
    /// The first row requested; newer servers accept it.
    pub row_offset: Option<u64>,
}

const ROW_OFFSET: &str = "row_offset";

impl ChunkQuery {
    /// Returns the names and values of the query string.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        self.row_offset.map(|row| (ROW_OFFSET, row.to_string())).into_iter().collect()
    }

    /// Reads the decoded names and values of a query string. Unknown names are ignored.
    ///
    /// # Errors
    ///
    /// [`InvalidPair`] if `row_offset` is not a row number.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidPair> {
        let mut query = Self::default();
        for (_, value) in pairs.into_iter().filter(|(name, _)| *name == ROW_OFFSET) {
            query.row_offset = Some(parse(ROW_OFFSET, value)?);
        }
        Ok(query)
    }
}
