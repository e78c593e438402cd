//! The secret that a Thrift server asks for with an id.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroize;

use crate::handle::InvalidIdentifier;

/// The second half of a Thrift operation handle: with the id, anyone who has it can read the result.
///
/// It is not printed by accident: there is no `Display`, and `Debug` is redacted.
///
/// ```compile_fail,E0599
/// fn show(secret: &dbsql_protocol::handle::QuerySecret) -> String {
///     secret.to_string()
/// }
/// ```
///
/// The memory is overwritten when it is dropped; copies made by [`expose`](QuerySecret::expose) are not.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct QuerySecret([u8; 16]);

impl QuerySecret {
    /// The secret in the `secret` of an operation handle.
    ///
    /// # Errors
    ///
    /// [`InvalidIdentifier`] unless there are 16 bytes.
    pub fn from_wire(secret: &[u8]) -> Result<Self, InvalidIdentifier> {
        let length = InvalidIdentifier { found: secret.len() };
        secret.try_into().map(Self).map_err(|_| length)
    }

    /// The secret itself, for a wire or a vault. Its text form is the one that handles use.
    #[must_use]
    pub fn expose(&self) -> Uuid {
        Uuid::from_bytes(self.0)
    }
}

impl From<Uuid> for QuerySecret {
    fn from(secret: Uuid) -> Self {
        Self(secret.into_bytes())
    }
}

impl fmt::Debug for QuerySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl Drop for QuerySecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
