//! The difference of two snapshots, and whether it is a breaking change.

use std::{collections::BTreeSet, fmt};

/// The lines that only one of two snapshots has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) removed: Vec<String>,
    pub(crate) added: Vec<String>,
    /// The added lines that are breaking changes.
    pub(crate) breaking_additions: Vec<String>,
}

impl Difference {
    pub(crate) fn between(old: &str, new: &str) -> Self {
        let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
        let owned = |line: &&str| (*line).to_owned();
        let added: Vec<String> = new.difference(&old).map(owned).collect();
        let is_breaking = |line: &&String| breaks(line, &old);
        Self {
            removed: old.difference(&new).map(owned).collect(),
            breaking_additions: added.iter().filter(is_breaking).cloned().collect(),
            added,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    /// Returns the breaking changes, each with its kind.
    pub(crate) fn breaking(&self) -> impl Iterator<Item = String> {
        let removed = self.removed.iter().map(|line| format!("removed or changed: {line}"));
        let added = self.breaking_additions.iter();
        removed.chain(added.map(|line| format!("added to something that others complete: {line}")))
    }
}

/// One line per change, as in `diff`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let removed = self.removed.iter().map(|line| ('-', line));
        let mut lines = removed.chain(self.added.iter().map(|line| ('+', line)));
        lines.try_for_each(|(sign, line)| writeln!(f, "{sign} {line}"))
    }
}

/// Whether an added line is a breaking change: a method of a trait that users may implement, a
/// variant that they do not match, a field that they do not set. A snapshot shows neither whether
/// the method has a body nor whether the type has private fields, so some of these are false
/// positives.
fn breaks(line: &str, old: &BTreeSet<&str>) -> bool {
    const WORDS: [&str; 5] = ["const ", "async ", "unsafe ", "fn ", "type "];
    let Some(mut item) = line.strip_prefix("pub ") else { return false };
    let mut kinds = ["enum", "struct"].as_slice();
    while let Some(rest) = WORDS.iter().find_map(|word| item.strip_prefix(word)) {
        // Such items of types are not breaking.
        (item, kinds) = (rest, &["trait"]);
    }
    let Some((parent, _)) = path(item).rsplit_once("::") else { return false };
    // `#[non_exhaustive]` precedes `pub`: such a type is not found, as intended.
    old.iter().any(|line| {
        kinds.iter().any(|kind| {
            let declared = line.strip_prefix("pub ").and_then(|line| line.strip_prefix(kind));
            declared.is_some_and(|declared| path(declared.trim_start()) == parent)
        })
    })
}

/// Returns the path at the start of a string.
fn path(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
    text[..end.unwrap_or(text.len())].trim_end_matches(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "pub enum a::Open\n\
                       #[non_exhaustive] pub enum a::Kind\n\
                       pub a::Open::One\n\
                       pub fn a::run(u8) -> u8\n\
                       pub struct a::Point\n\
                       pub a::Point::x: u8\n\
                       pub trait a::Send: core::fmt::Debug\n";

    #[track_caller]
    fn breaking(from: &str, to: &str) -> Vec<String> {
        let new = OLD.replace(from, to);
        assert_ne!(new, OLD);
        Difference::between(OLD, &new).breaking().collect()
    }

    #[test]
    fn same_items_are_no_difference() {
        assert!(Difference::between(OLD, OLD).is_empty());
    }

    #[test]
    fn removed_and_changed_items_break() {
        assert_eq!(breaking("pub a::Open::One\n", ""), ["removed or changed: pub a::Open::One"]);
        let changed = breaking("run(u8) -> u8", "run(u16) -> u8");
        assert_eq!(changed, ["removed or changed: pub fn a::run(u8) -> u8"]);
    }

    #[test]
    fn new_items_do_not_break() {
        for line in [
            "pub fn a::walk()\n",
            "pub fn a::Open::name(&self) -> &str\n",
            "pub const fn a::Point::new() -> Self\n",
            "pub a::Kind::Another\n",
            "pub struct a::Sendable\n",
            "pub fn a::Sendable::of(&self)\n",
            "pub a::Sendable::x: u8\n",
            "impl core::fmt::Debug for a::Point\n",
        ] {
            let difference = Difference::between(OLD, &format!("{OLD}{line}"));
            assert_eq!(difference.breaking().count(), 0, "{line}");
            assert_eq!(difference.added.len(), 1, "{line}");
        }
    }

    #[test]
    fn additions_that_users_must_complete_break() {
        for line in
            ["pub a::Open::Two\n", "pub a::Point::y: u8\n", "pub fn a::Send::flush(&self)\n"]
        {
            let found: Vec<_> =
                Difference::between(OLD, &format!("{OLD}{line}")).breaking().collect();
            assert_eq!(found.len(), 1, "{line}: {found:?}");
            assert!(found[0].ends_with(line.trim()), "{found:?}");
        }
    }

    #[test]
    fn difference_is_shown_by_line() {
        let difference = Difference::between("a\nb\n", "b\nc\n");
        assert_eq!(difference.to_string(), "- a\n+ c\n");
    }
}
