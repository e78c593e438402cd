//! What comes of a result with the status of its statement.

use dbsql_protocol::sea::{Manifest, ResultData};

/// The manifest of a result and its first chunk.
#[derive(Debug)]
pub(crate) struct FirstChunk {
    pub(super) manifest: Manifest,
    pub(super) data: Option<ResultData>,
    /// The server has forgotten the statement: this is all of the result.
    pub(super) closed: bool,
}

impl FirstChunk {
    /// There are no rows, and no chunk to ask for.
    pub(super) fn is_empty(&self) -> bool {
        let none = |count: Option<u64>| count.unwrap_or(0) == 0;
        self.data.is_none()
            && self.manifest.chunks.is_empty()
            && none(self.manifest.total_row_count)
            && none(self.manifest.total_chunk_count)
    }

    /// It has links, or says that nothing is to be linked to.
    pub(super) fn is_usable(&self) -> bool {
        let has_links = |data: &ResultData| !data.external_links.is_empty();
        let no_rows = self.manifest.total_row_count.unwrap_or(0) == 0;
        self.data.as_ref().is_some_and(|data| has_links(data) || no_rows) || self.is_empty()
    }
}
