//! The settings of a session.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::query_tags::QueryTags;

/// What a session is opened with, applied again whenever it is reopened.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct SessionOptions {
    pub(crate) catalog: Option<String>,
    pub(crate) schema: Option<String>,
    pub(crate) configuration: BTreeMap<String, String>,
    /// For each statement: no session on the server has them.
    pub(crate) query_tags: QueryTags,
}

impl SessionOptions {
    /// The initial catalog and schema, as telemetry names them.
    pub(crate) fn namespace(&self) -> Option<Arc<str>> {
        match (&self.catalog, &self.schema) {
            (Some(catalog), Some(schema)) => Some(format!("{catalog}|{schema}").into()),
            (Some(name), None) | (None, Some(name)) => Some(name.as_str().into()),
            (None, None) => None,
        }
    }
}

/// Shows the keys of the configuration only: values may be keys to a storage account.
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
