//! The public id of a statement.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::handle::{
    InvalidIdentifier, ParseHandleError,
    parse_error::{Expected, parse_uuid},
    quiet::Text,
};

/// The id of a statement on the server, in its query history and in its logs.
///
/// It is not a secret. It prints as a lower-case hyphenated UUID and parses in either case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(Uuid);

impl QueryId {
    /// Creates an id from the `guid` of an operation handle.
    ///
    /// # Errors
    ///
    /// [`InvalidIdentifier`] unless `guid` is 16 bytes long.
    pub fn from_guid(guid: &[u8]) -> Result<Self, InvalidIdentifier> {
        Uuid::from_slice(guid).map(Self).map_err(|_| InvalidIdentifier { found: guid.len() })
    }

    /// Returns the 16 bytes of the `guid`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl From<Uuid> for QueryId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<QueryId> for Uuid {
    fn from(id: QueryId) -> Self {
        id.0
    }
}

impl fmt::Display for QueryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for QueryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryId({self})")
    }
}

impl FromStr for QueryId {
    type Err = ParseHandleError;

    fn from_str(text: &str) -> Result<Self, ParseHandleError> {
        parse_uuid(text, Expected::Id).map(Self)
    }
}

impl Serialize for QueryId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Errors never quote the input, which may be the other half of a handle.
impl<'de> Deserialize<'de> for QueryId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
