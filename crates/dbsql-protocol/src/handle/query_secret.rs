//! The secret that a Thrift server requires together with an id.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroize;

use crate::handle::InvalidIdentifier;

/// The second half of a Thrift operation handle: anyone who has it and the id can read the result.
///
/// It cannot be printed by accident: there is no `Display`, and `Debug` is redacted.
///
/// ```compile_fail,E0599
/// fn show(secret: &dbsql_protocol::handle::QuerySecret) -> String {
///     secret.to_string()
/// }
/// ```
///
/// The memory is overwritten on drop; copies made by [`expose`](QuerySecret::expose) are not.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct QuerySecret([u8; 16]);

impl QuerySecret {
    /// Creates a secret from the `secret` of an operation handle.
    ///
    /// # Errors
    ///
    /// [`InvalidIdentifier`] unless `secret` is 16 bytes long.
    pub fn from_wire(secret: &[u8]) -> Result<Self, InvalidIdentifier> {
        let length = InvalidIdentifier { found: secret.len() };
        secret.try_into().map(Self).map_err(|_| length)
    }

    /// Returns the secret, to send or to store. Handles contain its text form.
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
