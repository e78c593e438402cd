//! The part of a result that is returned with the status of its statement.

use dbsql_protocol::sea::{Manifest, ResultData};

use super::chunk_rows;

/// The maximum size of rows that are kept with a status, which lives as long as its execution.
/// Larger ones are fetched again by their readers.
pub(super) const KEPT_BYTES: usize = 8 << 20;

/// The manifest of a result and its first chunk.
#[derive(Debug)]
pub(crate) struct FirstChunk {
    pub(super) manifest: Manifest,
    pub(super) data: ResultData,
    /// Whether the server has forgotten the statement: this is all of the result.
    pub(super) closed: bool,
    /// Whether it has links or rows, or says that there are none.
    pub(super) is_usable: bool,
}

impl FirstChunk {
    /// At most `most` bytes of rows that can be fetched again are kept.
    pub(super) fn new(
        manifest: Manifest,
        data: Option<ResultData>,
        closed: bool,
        most: usize,
    ) -> Self {
        let is_usable = match &data {
            Some(data) => {
                let is_inline = data.attachment.is_some() || chunk_rows::texts(data).is_some();
                let has_rows = is_inline || !data.external_links.is_empty();
                chunk_rows::rows_memory(data) <= most
                    && (has_rows || manifest.total_row_count.unwrap_or(0) == 0)
            }
            None => announces_nothing(&manifest),
        };
        let data = data.filter(|_| is_usable || closed).unwrap_or_default();
        Self { manifest, data, closed, is_usable }
    }
}

/// Returns `true` if there are no rows, and no chunk to request.
fn announces_nothing(manifest: &Manifest) -> bool {
    let none = |count: Option<u64>| count.unwrap_or(0) == 0;
    manifest.chunks.is_empty() && none(manifest.total_row_count) && none(manifest.total_chunk_count)
}
