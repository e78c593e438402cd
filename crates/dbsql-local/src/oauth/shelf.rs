//! A bounded store of secrets with their data.

use std::collections::VecDeque;

use crate::credentials::same;

/// A limited number of entries, found by their secret; the oldest is dropped when there is no more
/// room.
pub(super) struct Shelf<T> {
    entries: VecDeque<(String, T)>,
    room: usize,
}

impl<T> Shelf<T> {
    pub(super) fn new(room: usize) -> Self {
        Self { entries: VecDeque::new(), room }
    }

    pub(super) fn put(&mut self, secret: String, entry: T) {
        if self.entries.len() >= self.room {
            self.entries.pop_front();
        }
        self.entries.push_back((secret, entry));
    }

    pub(super) fn get_mut(&mut self, secret: &str) -> Option<&mut T> {
        let found = self.position(secret)?;
        self.entries.get_mut(found).map(|(_, entry)| entry)
    }

    pub(super) fn take(&mut self, secret: &str) -> Option<T> {
        let found = self.position(secret)?;
        self.entries.remove(found).map(|(_, entry)| entry)
    }

    pub(super) fn retain(&mut self, mut keeps: impl FnMut(&T) -> bool) {
        self.entries.retain(|(_, entry)| keeps(entry));
    }

    /// Compares all of them, in constant time.
    fn position(&self, secret: &str) -> Option<usize> {
        let is = |(known, _): &(String, T)| same(known.as_bytes(), secret.as_bytes());
        let mut found = None;
        for (at, entry) in self.entries.iter().enumerate() {
            if is(entry) {
                found = Some(at);
            }
        }
        found
    }
}

impl<T> std::fmt::Debug for Shelf<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_entry_is_dropped_when_full() {
        let mut shelf = Shelf::new(2);
        for (secret, number) in [("a", 1), ("b", 2), ("c", 3)] {
            shelf.put(secret.to_owned(), number);
        }
        assert_eq!([shelf.take("a"), shelf.take("c"), shelf.take("c")], [None, Some(3), None]);
        assert_eq!(shelf.get_mut("b"), Some(&mut 2));
    }
}
