//! Rows, or links to them.

use std::{collections::BTreeMap, fmt};

use crate::{
    redact::hidden,
    sea::{Attachment, Rows, Timestamp, record::record},
};

record! {
    /// A chunk of a result, or links to one or several: part of a
    /// [`StatementResponse`](crate::sea::StatementResponse) and the whole answer to `GET`
    /// [`path::chunk`](crate::sea::path::chunk). Zeros may be missing.
    pub struct ResultData {
        /// The chunk, from 0.
        pub chunk_index: Option<u64>,
        /// Its first row.
        pub row_offset: Option<u64>,
        /// How many rows it has.
        pub row_count: Option<u64>,
        /// How many bytes it has.
        pub byte_count: Option<u64>,
        /// The chunk after this; missing at the end. May stand in the last link only.
        pub next_chunk_index: Option<u64>,
        /// Where the chunk after this is, as path and query of the workspace.
        pub next_chunk_internal_link: Option<String> => link,
        /// The rows of a `JSON_ARRAY` result.
        pub data_array: Option<Rows>,
        /// Links to files, from this chunk on.
        pub external_links: Vec<ExternalLink>,
        /// The rows of an Arrow result that is in the response.
        pub attachment: Option<Attachment>,
    }
}

impl ResultData {
    /// The first chunk that is named as next and has no link here; `None` at the end of the result.
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

/// The chunk to ask for next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NextChunk<'a> {
    /// The chunk, from 0.
    pub index: u64,
    /// Its path and query, if the server says so.
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
    /// Anyone with the link can read the file until it expires, so `Debug` shows neither its query nor the
    /// values of its headers.
    pub struct ExternalLink {
        /// The signed URL.
        pub external_link: Option<String> => link,
        /// When it expires, at most 15 minutes from now. What is no time is ignored: the storage says it,
        /// too.
        pub expiration: Option<Timestamp> => loose,
        /// The chunk, from 0.
        pub chunk_index: Option<u64>,
        /// Its first row.
        pub row_offset: Option<u64>,
        /// How many rows it has. The file may have more: they are padding.
        pub row_count: Option<u64>,
        /// How many bytes it has.
        pub byte_count: Option<u64>,
        /// The chunk after this; missing at the end.
        pub next_chunk_index: Option<u64>,
        /// Where the chunk after this is, as path and query of the workspace.
        pub next_chunk_internal_link: Option<String> => link,
        /// Headers to send with the download.
        pub http_headers: BTreeMap<String, String> => keys,
    }
}
