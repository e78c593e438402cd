//! A string that cannot be printed by accident.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text: a token, a password.
///
/// `Debug` prints a fixed text, whatever the secret is. There is no `Display`, no `Serialize` and
/// no way to the text but [`expose`](Self::expose). The memory is wiped on drop; strings that a
/// secret was copied from are the caller's.
///
/// ```
/// use dbsql_auth::Secret;
///
/// let secret = Secret::from("hunter2");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
///
/// It cannot be formatted:
///
/// ```compile_fail,E0277
/// let secret = dbsql_auth::Secret::from("hunter2");
/// println!("{secret}");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps `text` as a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text. What is done with it is the caller's responsibility.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
