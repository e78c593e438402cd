//! The id of a session or an operation, and the secret that goes with it.

use std::fmt;

use dbsql_protocol::handle::QueryId;
use dbsql_runtime::Runtime;

use crate::credentials::same;

/// The public half: 16 bytes.
pub(crate) type Guid = [u8; 16];

/// Both halves. The first alone gives no access.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) guid: Guid,
    pub(crate) secret: Guid,
}

impl Identity {
    pub(crate) fn random(runtime: &Runtime) -> Self {
        Self { guid: random_uuid(runtime), secret: random_uuid(runtime) }
    }

    /// Returns `true` if this is the correct secret.
    pub(crate) fn is_proven_by(&self, secret: &[u8]) -> bool {
        same(&self.secret, secret)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.guid))
    }
}

/// Formats the id for messages, whatever it is.
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

/// Returns random bytes. They are predictable on a system without randomness, where a test
/// warehouse still works.
pub(crate) fn random_bytes(runtime: &Runtime) -> [u8; 16] {
    runtime.random_bytes().unwrap_or_else(|_| {
        let [high, low] = [(); 2].map(|()| u128::from(runtime.random_u64()));
        (high << 64 | low).to_le_bytes()
    })
}
