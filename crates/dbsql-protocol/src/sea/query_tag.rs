//! Tags of a statement.

use crate::sea::record::record;

record! {
    /// A tag that the query history shows with the statement. The server keeps the first 20.
    pub struct QueryTag {
        /// The key.
        pub key: String,
        /// The value. Null and an empty string both mean a tag without a value.
        pub value: Option<String>,
    }
}

impl QueryTag {
    /// Creates a tag with a value.
    #[must_use]
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: Some(value.into()) }
    }
}
