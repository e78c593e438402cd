//! Rows, or links to them.

use std::{collections::BTreeMap, fmt};

use crate::{
    redact::hidden,
    sea::{Attachment, Rows, Timestamp, record::record},
};

record! {
    /// A chunk of a result, or links to one or more chunks: part of a
    /// [`StatementResponse`](crate::sea::StatementResponse) and the whole response to `GET`
    /// [`path::chunk`](crate::sea::path::chunk). Zeros may be missing.
    pub struct ResultData {
        /// The index of the chunk, from 0.
        pub chunk_index: Option<u64>,
        /// Its first row.
        pub row_offset: Option<u64>,
        /// The number of rows.
        pub row_count: Option<u64>,
        /// The number of bytes.
        pub byte_count: Option<u64>,
        /// The index of the next chunk; missing at the end. May be present in the last link only.
        pub next_chunk_index: Option<u64>,
        /// The path and query of the next chunk at the workspace.
        pub next_chunk_internal_link: Option<String> => link,
        /// The rows of a `JSON_ARRAY` result.
        pub data_array: Option<Rows>,
        /// Links to files, starting with this chunk.
        pub external_links: Vec<ExternalLink>,
        /// The rows of an inline Arrow result.
        pub attachment: Option<Attachment>,
    }
}

impl ResultData {
    /// Returns the first chunk that is named as next and has no link here; `None` at the end of the
    /// result.
    #[must_use]
    pub fn next_chunk(&self) -> Option<NextChunk<'_>> {
        let own = (self.next_chunk_index, &self.next_chunk_internal_link);
        let links = &self.external_links;
        links
            .iter()
            .map(|link| (link.next_chunk_index, &link.next_chunk_internal_link))
            .chain([own])
            .filter_map(|(index, link)| Some(NextChunk { index: index?, link: link.as_deref() }))
            .filter(|next| links.iter().all(|link| link.chunk_index.unwrap_or(0) != next.index))
            .min_by_key(|next| next.index)
    }
}

/// The next chunk to request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NextChunk<'a> {
    /// The index of the chunk, from 0.
    pub index: u64,
    /// Its path and query, if the server sent them.
    pub link: Option<&'a str>,
}

impl fmt::Debug for NextChunk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = self.link.as_ref().map(hidden);
        f.debug_struct("NextChunk").field("index", &self.index).field("link", &link).finish()
    }
}

record! {
    /// A link to a file with rows.
    ///
    /// Anyone with the link can read the file until it expires, so `Debug` prints neither its query
    /// string nor the values of its headers.
    pub struct ExternalLink {
        /// The signed URL.
        pub external_link: Option<String> => link,
        /// The time of expiry, at most 15 minutes ahead. An invalid time is ignored: the storage
        /// service rejects expired links itself.
        pub expiration: Option<Timestamp> => loose,
        /// The index of the chunk, from 0.
        pub chunk_index: Option<u64>,
        /// Its first row.
        pub row_offset: Option<u64>,
        /// The number of rows. Further rows in the file are padding.
        pub row_count: Option<u64>,
        /// The number of bytes.
        pub byte_count: Option<u64>,
        /// The index of the next chunk; missing at the end.
        pub next_chunk_index: Option<u64>,
        /// The path and query of the next chunk at the workspace.
        pub next_chunk_internal_link: Option<String> => link,
        /// The headers to send with the download.
        pub http_headers: BTreeMap<String, String> => keys,
    }
}
