//! The handle of a statement.

use std::{fmt, str::FromStr};

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    handle::{
        HandleEndpoint, InvalidIdentifier, ParseHandleError, QueryId, QuerySecret,
        parse_error::{Expected, parse_uuid},
        quiet::or_expected,
    },
    types::THandleIdentifier,
};

/// The data needed to find a statement again from another task, connection, process or machine.
///
/// # Two written forms
///
/// [`serialize`](ExecutionHandle::serialize) and [`FromStr`] use a short text, `<query id>:<query
/// secret>` for Thrift and `sea:<statement id>` for SEA. It names no host and works only at the
/// endpoint that it was created for. `serde` writes a versioned form that also holds the endpoint,
/// if the handle has one; from self-describing formats such as JSON it reads both that form and a
/// string with the short text.
///
/// ```
/// use dbsql_protocol::handle::{ExecutionHandle, Protocol};
///
/// let text = "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b:c2ee5b97-3ea0-41fc-ac16-9bd708ed8f38";
/// let handle: ExecutionHandle = text.parse()?;
/// assert_eq!(handle.protocol(), Protocol::Thrift);
/// assert_eq!(handle.query_id().to_string(), "01ef0a4b-7c2d-1e3f-9a8b-0c1d2e3f4a5b");
/// assert_eq!(handle.serialize(), text);
/// # Ok::<(), dbsql_protocol::handle::ParseHandleError>(())
/// ```
///
/// # A handle is a credential
///
/// Anyone who has a Thrift handle and may use the warehouse can read, cancel and close the
/// statement: store it like a password. It has no `Display`, and `Debug` omits the secret.
///
/// ```compile_fail,E0599
/// fn show(handle: &dbsql_protocol::handle::ExecutionHandle) -> String {
///     handle.to_string()
/// }
/// ```
///
/// # Lifetime
///
/// The server decides how long a handle is valid. The result of an SEA statement is kept for about
/// an hour, and an SEA statement that is not polled may be dropped after about 15 minutes. For
/// Thrift nothing is published; on Databricks an operation ends with its session.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ExecutionHandle {
    pub(super) operation: Operation,
    pub(super) endpoint: Option<HandleEndpoint>,
}

/// The identifiers of a statement on the server.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    Thrift(QueryId, QuerySecret),
    Sea(QueryId),
}

/// The protocol that a statement was submitted with. A handle works with this protocol only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Protocol {
    /// Thrift over HTTP, for warehouses and clusters.
    Thrift,
    /// The Statement Execution API, for warehouses.
    Sea,
}

impl Protocol {
    /// The expected names, for error messages.
    pub(super) const NAMES: &str = "`thrift` or `sea` as protocol";

    /// Returns the protocol that `serde` writes under this name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "thrift" => Some(Self::Thrift),
            "sea" => Some(Self::Sea),
            _ => None,
        }
    }
}

/// Errors never quote the input.
impl<'de> Deserialize<'de> for Protocol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Must match `Protocol`, whose `Serialize` is derived.
        #[derive(Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Known {
            Thrift,
            Sea,
        }
        or_expected(deserializer, Self::NAMES).map(|known| match known {
            Known::Thrift => Self::Thrift,
            Known::Sea => Self::Sea,
        })
    }
}

/// The prefix of an SEA handle.
const SEA_PREFIX: &str = "sea:";

impl ExecutionHandle {
    /// Creates the handle of a Thrift operation.
    #[must_use]
    pub fn thrift(query_id: QueryId, query_secret: QuerySecret) -> Self {
        Self { operation: Operation::Thrift(query_id, query_secret), endpoint: None }
    }

    /// Creates the handle of an SEA statement.
    #[must_use]
    pub fn sea(statement_id: QueryId) -> Self {
        Self { operation: Operation::Sea(statement_id), endpoint: None }
    }

    /// Creates the handle of a Thrift operation from the identifier that the server returned.
    ///
    /// # Errors
    ///
    /// [`InvalidIdentifier`] unless the id and the secret are 16 bytes each.
    pub fn from_identifier(identifier: &THandleIdentifier) -> Result<Self, InvalidIdentifier> {
        let query_id = QueryId::from_guid(&identifier.guid)?;
        Ok(Self::thrift(query_id, QuerySecret::from_wire(&identifier.secret)?))
    }

    /// Returns the identifier of the operation on a Thrift server; `None` for SEA.
    #[must_use]
    pub fn to_identifier(&self) -> Option<THandleIdentifier> {
        let secret = self.query_secret()?.expose();
        Some(THandleIdentifier {
            guid: Bytes::copy_from_slice(self.query_id().as_bytes()),
            secret: Bytes::copy_from_slice(secret.as_bytes()),
        })
    }

    /// Restricts the handle to this endpoint.
    #[must_use]
    pub fn at(self, endpoint: HandleEndpoint) -> Self {
        Self { endpoint: Some(endpoint), ..self }
    }

    /// Returns the id of the statement.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        match self.operation {
            Operation::Thrift(id, _) | Operation::Sea(id) => id,
        }
    }

    /// Returns the secret of the statement; SEA statements have none.
    #[must_use]
    pub fn query_secret(&self) -> Option<&QuerySecret> {
        match &self.operation {
            Operation::Thrift(_, secret) => Some(secret),
            Operation::Sea(_) => None,
        }
    }

    /// Returns the protocol that the statement was submitted with.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        match self.operation {
            Operation::Thrift(..) => Protocol::Thrift,
            Operation::Sea(_) => Protocol::Sea,
        }
    }

    /// Returns the endpoint that the handle is restricted to, if any.
    #[must_use]
    pub fn endpoint(&self) -> Option<&HandleEndpoint> {
        self.endpoint.as_ref()
    }

    /// Returns the short text, including the secret but not the endpoint.
    #[must_use]
    pub fn serialize(&self) -> String {
        match &self.operation {
            Operation::Thrift(id, secret) => format!("{id}:{}", secret.expose().as_hyphenated()),
            Operation::Sea(id) => format!("{SEA_PREFIX}{id}"),
        }
    }
}

/// Accepts exactly what [`ExecutionHandle::serialize`] returns, with hexadecimal digits in either
/// case.
impl FromStr for ExecutionHandle {
    type Err = ParseHandleError;

    /// Whitespace around the text, such as the newline at the end of a file, is ignored.
    fn from_str(text: &str) -> Result<Self, ParseHandleError> {
        let text = text.trim();
        if let Some(id) = text.strip_prefix(SEA_PREFIX) {
            return Ok(Self::sea(parse_uuid(id, Expected::IdOfHandle)?.into()));
        }
        let (id, secret) = text.split_once(':').ok_or(ParseHandleError(Expected::Form))?;
        let id = parse_uuid(id, Expected::IdOfHandle)?;
        let secret = parse_uuid(secret, Expected::SecretOfHandle)?;
        Ok(Self::thrift(id.into(), secret.into()))
    }
}

impl fmt::Debug for ExecutionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecutionHandle")
            .field("protocol", &self.protocol())
            .field("query_id", &self.query_id())
            .field("query_secret", &self.query_secret())
            .field("endpoint", &self.endpoint)
            .finish()
    }
}
