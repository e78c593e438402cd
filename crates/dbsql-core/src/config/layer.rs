//! The settings of one source, and how sources are merged.

use std::collections::BTreeMap;
use std::fmt;

use dbsql_auth::Secret;

use super::origin::Origin;
use super::setting::Key;

/// The settings of one source.
#[derive(Clone, Default)]
pub(crate) struct Layer(BTreeMap<Key, Given>);

/// A value and its origin. All values are kept as secrets: in the wrong variable, any value may be
/// one.
#[derive(Clone)]
pub(crate) struct Given {
    pub(super) value: Secret,
    pub(super) origin: Origin,
}

impl Layer {
    pub(super) fn set(&mut self, key: Key, value: impl Into<Secret>, origin: Origin) {
        self.0.insert(key, Given { value: value.into(), origin });
    }

    pub(super) fn remove(&mut self, key: Key) {
        self.0.remove(&key);
    }

    pub(super) fn get(&self, key: Key) -> Option<&Given> {
        self.0.get(&key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &Given)> {
        self.0.iter().map(|(key, given)| (*key, given))
    }
}

impl Given {
    pub(super) fn text(&self) -> &str {
        self.value.expose()
    }

    /// Returns value and origin, without secrets.
    pub(super) fn shown(&self, key: Key) -> String {
        format!("{} ({})", key.setting().shown.show(self.text()), self.origin)
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, given) in self.iter() {
            map.entry(&format_args!("{}", key.name()), &format_args!("{}", given.shown(key)));
        }
        map.finish()
    }
}
