//! A string that cannot be printed by accident.

use std::fmt;

use zeroize::Zeroizing;

/// A secret string, such as a token or a password.
///
/// `Debug` prints a fixed text. There is no `Display`, no `Serialize` and no access to the text
/// except by [`expose`](Self::expose). The memory is wiped on drop; copies of the string elsewhere
/// are the caller's responsibility.
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
    /// Wraps `text` as a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text. What happens to it is the caller's responsibility.
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
