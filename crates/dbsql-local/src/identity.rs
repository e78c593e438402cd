//! The id of a session or an operation, and the secret that goes with it.

use std::fmt;

use bytes::Bytes;
use dbsql_protocol::handle::QueryId;
use dbsql_protocol::types::THandleIdentifier;
use dbsql_runtime::Runtime;

use crate::credentials::same;

/// The public half: 16 bytes.
pub(crate) type Guid = [u8; 16];

/// Both halves. Who has only the first has nothing.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) guid: Guid,
    secret: Guid,
}

impl Identity {
    pub(crate) fn random(runtime: &Runtime) -> Self {
        Self { guid: random_uuid(runtime), secret: random_uuid(runtime) }
    }

    pub(crate) fn to_wire(&self) -> THandleIdentifier {
        THandleIdentifier {
            guid: Bytes::copy_from_slice(&self.guid),
            secret: Bytes::copy_from_slice(&self.secret),
        }
    }

    /// Whether the handle holds the right secret.
    pub(crate) fn is_proven_by(&self, handle: &THandleIdentifier) -> bool {
        same(&self.secret, &handle.secret)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.guid))
    }
}

/// The id as people see it; whatever it is when it is none.
pub(crate) fn shown(guid: &[u8]) -> String {
    QueryId::from_guid(guid)
        .map_or_else(|_| format!("of {} bytes", guid.len()), |id| id.to_string())
}

/// A version 4 UUID.
fn random_uuid(runtime: &Runtime) -> Guid {
    let mut bytes = random_bytes(runtime);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    bytes
}

/// Random bytes. They can be guessed on a system without randomness, where a warehouse for tests
/// still answers.
pub(crate) fn random_bytes(runtime: &Runtime) -> [u8; 16] {
    runtime.random_bytes().unwrap_or_else(|_| {
        let [high, low] = [(); 2].map(|()| u128::from(runtime.random_u64()));
        (high << 64 | low).to_le_bytes()
    })
}
