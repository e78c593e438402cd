//! Submitting a statement.

use crate::sea::{
    QueryTag, SessionVersion, StatementParameter, WaitTimeout, names::names, record::record,
};

record! {
    /// The body of `POST` [`path::STATEMENTS`](crate::sea::path::STATEMENTS); the response is a
    /// [`StatementResponse`](crate::sea::StatementResponse).
    pub struct ExecuteStatement {
        /// The id of the warehouse.
        pub warehouse_id: String,
        /// The SQL, at most 16 MiB.
        pub statement: String => hidden,
        /// The id of the session. With it, `catalog` and `schema` are rejected.
        pub session_id: Option<String>,
        /// The highest version of the session that the client has seen.
        pub session_version: Option<SessionVersion> => loose,
        /// The default catalog.
        pub catalog: Option<String>,
        /// The default schema.
        pub schema: Option<String>,
        /// The values of the parameter markers.
        pub parameters: Vec<StatementParameter>,
        /// The maximum number of rows; `truncated` in the manifest says whether there were more.
        pub row_limit: Option<u64>,
        /// The maximum size of the result in the server's internal format. 100 GiB with links
        /// unless given.
        pub byte_limit: Option<u64>,
        /// How the result is delivered. `None` means [`Inline`](Disposition::Inline).
        pub disposition: Option<Disposition>,
        /// The format of the result. `None` means [`JsonArray`](Format::JsonArray).
        pub format: Option<Format>,
        /// The requested compression of files. The manifest has the actual one.
        pub result_compression: Option<Compression>,
        /// How long the server waits for the statement to end before it responds.
        ///
        /// Unless it is `0s`, a result of several chunks is cut short with the hybrid disposition:
        /// leave it out or send `0s` in that case.
        pub wait_timeout: Option<WaitTimeout>,
        /// What happens after that time; ignored with `0s`. `None` means
        /// [`Continue`](OnWaitTimeout::Continue).
        pub on_wait_timeout: Option<OnWaitTimeout>,
        /// Tags for the query history.
        pub query_tags: Vec<QueryTag>,
    }
}

names! {
    /// How a result is delivered.
    pub enum Disposition {
        /// In the response, up to 25 MiB.
        Inline = "INLINE",
        /// In files behind signed links.
        ExternalLinks = "EXTERNAL_LINKS",
        /// In the response if it is small, otherwise in files. Undocumented, and rejected with
        /// status 400 for clients that the server does not know.
        InlineOrExternalLinks = "INLINE_OR_EXTERNAL_LINKS",
    }
}

names! {
    /// The format of a result.
    pub enum Format {
        /// Arrays of strings.
        JsonArray = "JSON_ARRAY",
        /// Arrow IPC streams.
        ArrowStream = "ARROW_STREAM",
        /// CSV, with the header in the first chunk only.
        Csv = "CSV",
    }
}

names! {
    /// The compression of result files.
    pub enum Compression {
        /// No compression.
        None = "NONE",
        /// LZ4 frames.
        Lz4Frame = "LZ4_FRAME",
        /// Gzip, which some models list.
        Gzip = "GZIP",
    }
}

names! {
    /// What happens to a statement that has not ended after the wait timeout.
    pub enum OnWaitTimeout {
        /// It continues to run.
        Continue = "CONTINUE",
        /// It is canceled.
        Cancel = "CANCEL",
    }
}
