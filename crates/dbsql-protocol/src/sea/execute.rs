//! Submitting a statement.

use crate::sea::{
    QueryTag, SessionVersion, StatementParameter, WaitTimeout, names::names, record::record,
};

record! {
    /// The body of `POST` [`path::STATEMENTS`](crate::sea::path::STATEMENTS), answered by a
    /// [`StatementResponse`](crate::sea::StatementResponse).
    pub struct ExecuteStatement {
        /// The warehouse.
        pub warehouse_id: String,
        /// The SQL, at most 16 MiB.
        pub statement: String => hidden,
        /// The session. With it, `catalog` and `schema` are refused.
        pub session_id: Option<String>,
        /// The highest that the session has told.
        pub session_version: Option<SessionVersion> => loose,
        /// The catalog for names without one.
        pub catalog: Option<String>,
        /// The schema for names without one.
        pub schema: Option<String>,
        /// Values of markers.
        pub parameters: Vec<StatementParameter>,
        /// The most rows of the result; `truncated` in the manifest says if there were more.
        pub row_limit: Option<u64>,
        /// The most bytes of the result in the server's own form. 100 GiB with links, unless given.
        pub byte_limit: Option<u64>,
        /// Where the result is. `None` is [`Inline`](Disposition::Inline).
        pub disposition: Option<Disposition>,
        /// What the result is. `None` is [`JsonArray`](Format::JsonArray).
        pub format: Option<Format>,
        /// How files are compressed. The manifest says how they are in the end.
        pub result_compression: Option<Compression>,
        /// How long the server waits for the end of the statement.
        ///
        /// Not zero together with the hybrid disposition, a result of several chunks is cut short: then
        /// leave it out, or send `0s`.
        pub wait_timeout: Option<WaitTimeout>,
        /// What happens at the end of that time; ignored with `0s`. `None` is
        /// [`Continue`](OnWaitTimeout::Continue).
        pub on_wait_timeout: Option<OnWaitTimeout>,
        /// Tags for the query history.
        pub query_tags: Vec<QueryTag>,
    }
}

names! {
    /// Where a result is.
    pub enum Disposition {
        /// In the response, at most 25 MiB.
        Inline = "INLINE",
        /// In files behind signed links.
        ExternalLinks = "EXTERNAL_LINKS",
        /// In the response if it is small, else in files. Not documented, and refused with status 400 for
        /// clients that the server does not know.
        InlineOrExternalLinks = "INLINE_OR_EXTERNAL_LINKS",
    }
}

names! {
    /// What a result is.
    pub enum Format {
        /// Lists of texts.
        JsonArray = "JSON_ARRAY",
        /// Arrow IPC streams.
        ArrowStream = "ARROW_STREAM",
        /// CSV, the header in the first chunk alone.
        Csv = "CSV",
    }
}

names! {
    /// How result files are compressed.
    pub enum Compression {
        /// Not at all.
        None = "NONE",
        /// In LZ4 frames.
        Lz4Frame = "LZ4_FRAME",
        /// By gzip, which some models list.
        Gzip = "GZIP",
    }
}

names! {
    /// What happens when a statement has not ended after the wait timeout.
    pub enum OnWaitTimeout {
        /// It runs on.
        Continue = "CONTINUE",
        /// It is canceled.
        Cancel = "CANCEL",
    }
}
