//! What `Debug` prints in place of secrets.

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;

/// Prints nothing of a value.
pub(crate) struct Hidden;

pub(crate) fn hidden<T>(_: &T) -> Hidden {
    Hidden
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

/// Prints a URL up to its query string.
pub(crate) struct WithoutQuery<'a>(pub(crate) &'a String);

impl fmt::Debug for WithoutQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0.split(['?', '#']).next().unwrap_or_default();
        // The part before an `@` in the authority is a password.
        let (scheme, rest) = match url.find("://") {
            Some(end) => url.split_at(end + "://".len()),
            None => ("", url),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = authority.rsplit('@').next().unwrap_or_default();
        let hidden = if url.len() < self.0.len() { "?<redacted>" } else { "" };
        write!(
            f,
            "\"{}{}{}{hidden}\"",
            scheme.escape_debug(),
            host.escape_debug(),
            path.escape_debug()
        )
    }
}

/// Prints the keys of a map.
pub(crate) struct Keys<'a, V>(pub(crate) &'a BTreeMap<String, V>);

impl<V> fmt::Debug for Keys<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.keys().map(|key| (key, Hidden))).finish()
    }
}

/// Prints the length of a value.
pub(crate) struct Size<'a, T>(pub(crate) &'a T);

impl fmt::Debug for Size<'_, Bytes> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

impl<T> fmt::Debug for Size<'_, Vec<T>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} items>", self.0.len())
    }
}
