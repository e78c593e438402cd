//! The settings of a session.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::query_tags::QueryTags;

/// The options of a session, applied again whenever it is reopened.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct SessionOptions {
    pub(crate) catalog: Option<String>,
    pub(crate) schema: Option<String>,
    pub(crate) configuration: BTreeMap<String, String>,
    /// Sent with each statement: no session on the server has them.
    pub(crate) query_tags: QueryTags,
}

impl SessionOptions {
    /// The initial catalog and schema, as reported in telemetry.
    pub(crate) fn namespace(&self) -> Option<Arc<str>> {
        match (&self.catalog, &self.schema) {
            (Some(catalog), Some(schema)) => Some(format!("{catalog}|{schema}").into()),
            (Some(name), None) | (None, Some(name)) => Some(name.as_str().into()),
            (None, None) => None,
        }
    }
}

/// Prints only the keys of the configuration: values may be storage keys.
impl fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptions")
            .field("catalog", &self.catalog)
            .field("schema", &self.schema)
            .field("configuration", &self.configuration.keys())
            .field("query_tags", &self.query_tags)
            .finish()
    }
}
