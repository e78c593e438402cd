//! The patterns of JDBC: `%` for any text, `_` for any character, `\` to escape them.
//!
//! Servers interpret patterns differently: in `SHOW`, a pattern is similar to a regular expression,
//! `|` separates alternatives, spaces at its ends are trimmed, and a `*` cannot be escaped. So an
//! approximation is sent, which matches at least every name that the pattern matches. It consists
//! only of letters, digits, underscores and two wildcards, so it cannot end the literal around it.
//! The client then filters the rows by the exact pattern.

use std::borrow::Cow;

/// A pattern for names. Matching ignores case, as always for names.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Any text.
    Any,
    /// Any character.
    One,
    Exactly(char),
}

/// The wildcards of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wildcards {
    pub(crate) any: char,
    pub(crate) one: char,
}

impl Wildcards {
    /// Those of `SHOW`.
    pub(crate) const SHOW: Self = Self { any: '*', one: '.' };
    /// Those of JDBC, and so of Thrift's metadata calls.
    pub(crate) const JDBC: Self = Self { any: '%', one: '_' };
}

impl Pattern {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let mut characters = text.chars();
        let mut parts = Vec::new();
        while let Some(character) = characters.next() {
            let part = match character {
                '%' => Part::Any,
                '_' => Part::One,
                '\\' => Part::Exactly(characters.next().unwrap_or('\\')),
                other => Part::Exactly(other),
            };
            // Several consecutive `%` match the same as one.
            if part != Part::Any || parts.last() != Some(&Part::Any) {
                parts.push(part);
            }
        }
        Self { text, parts }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether it matches only the empty name.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().map(fold).collect();
        let (mut at, mut read) = (0, 0);
        // The last `%`, and the position in the name where the text after it was tried.
        let mut tried = None;
        while read < name.len() {
            let part = self.parts.get(at);
            if part == Some(&Part::Any) {
                tried = Some((at, read));
                at += 1;
            } else if part.is_some_and(|part| part.admits(name[read])) {
                at += 1;
                read += 1;
            } else {
                let Some((any, from)) = tried else { return false };
                tried = Some((any, from + 1));
                (at, read) = (any + 1, from + 1);
            }
        }
        self.parts[at..].iter().all(|part| *part == Part::Any)
    }

    /// Returns the approximation that is sent to a server; `None` if none is needed.
    pub(crate) fn approximation(&self, wildcards: Wildcards) -> Option<String> {
        let Wildcards { any, one } = wildcards;
        if self.is_empty() || self.parts == [Part::Any] {
            return None;
        }
        let mut sent = String::with_capacity(self.parts.len());
        for part in &self.parts {
            match part {
                Part::Exactly(plain) if plain.is_ascii_alphanumeric() || *plain == '_' => {
                    sent.push(*plain);
                }
                Part::Exactly(other) if other.is_ascii() => sent.push(one),
                Part::One => sent.push(one),
                // Servers may count such a character as two, or fold its case differently.
                Part::Any | Part::Exactly(_) => {
                    if !sent.ends_with(any) {
                        sent.push(any);
                    }
                }
            }
        }
        Some(sent)
    }
}

impl Part {
    fn admits(self, character: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Exactly(wanted) => fold(wanted) == character,
        }
    }
}

/// Returns whether two names are equal, ignoring case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.chars().map(fold).eq(other.chars().map(fold))
}

/// Returns the character in lower case, if that is one character.
fn fold(character: char) -> char {
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

/// Returns the pattern that matches only this name.
pub(crate) fn escaped(name: &str) -> Cow<'_, str> {
    if !name.contains(['%', '_', '\\']) {
        return Cow::Borrowed(name);
    }
    let mut pattern = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    Cow::Owned(pattern)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::new(pattern).matches(name)
    }

    #[test]
    fn patterns_match_as_in_jdbc() {
        let cases = [
            ("%", "anything", true),
            ("%", "", true),
            ("", "", true),
            ("", "x", false),
            ("t_st", "test", true),
            ("t_st", "tst", false),
            ("t\\_st", "test", false),
            ("t\\_st", "T_ST", true),
            ("100\\%", "100%", true),
            ("100\\%", "1000", false),
            ("a\\\\b", "a\\b", true),
            ("a\\b", "ab", true),
            ("tail\\", "tail\\", true),
            ("%a%b", "xaxxab", true),
            ("%a%b", "xaxxac", false),
            ("%%a", "a", true),
            ("abc", "ab", false),
            ("ab", "abc", false),
            ("a|b", "a", false),
            ("a*", "ab", false),
            ("a*", "a*", true),
            (".", "x", false),
            ("_", "Ü", true),
            ("GRÖSSE", "grösse", true),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches(pattern, name), expected, "{pattern} on {name}");
        }
    }

    #[test]
    fn show_gets_its_own_wildcards() {
        let shown = |pattern| Pattern::new(pattern).approximation(Wildcards::SHOW);
        assert_eq!(shown("sales%").as_deref(), Some("sales*"));
        assert_eq!(shown("s_les").as_deref(), Some("s.les"));
        assert_eq!(shown("s\\_l%").as_deref(), Some("s_l*"));
        assert_eq!(shown("it's|b`*\n").as_deref(), Some("it.s.b..."));
        assert_eq!(shown("größe").as_deref(), Some("gr*e"));
        assert_eq!(shown("%%").as_deref(), None);
        assert_eq!(shown("").as_deref(), None);
    }

    /// Whether `SHOW` matches an approximation with a name.
    fn admitted(approximation: &str, name: &str) -> bool {
        let pattern: String =
            approximation.chars().map(|c| if c == '*' { '%' } else { c }).collect();
        let parts = pattern.chars().map(|c| match c {
            '%' => Part::Any,
            '.' => Part::One,
            other => Part::Exactly(other),
        });
        Pattern { text: String::new(), parts: parts.collect() }.matches(name)
    }

    fn letters() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![
                4 => proptest::char::any(),
                8 => prop::sample::select(vec!['a', 'B', 'ü', '_', '%', '\\', '\'', '`', '*', '|', '.', '\n', ' ', '"', '$']),
            ],
            0..12,
        )
        .prop_map(|characters| characters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn approximations_stay_inside_their_literal(pattern in letters()) {
            for wildcards in [Wildcards::SHOW, Wildcards::JDBC] {
                let sent = Pattern::new(pattern.as_str()).approximation(wildcards);
                let is_safe = |c: char| {
                    c.is_ascii_alphanumeric() || c == '_' || c == wildcards.any || c == wildcards.one
                };
                prop_assert!(sent.unwrap_or_default().chars().all(is_safe));
            }
        }

        #[test]
        fn approximations_admit_what_matches(pattern in letters(), name in letters()) {
            let pattern = Pattern::new(pattern);
            if let Some(sent) = pattern.approximation(Wildcards::SHOW) {
                prop_assert!(!pattern.matches(&name) || admitted(&sent, &name));
            }
        }

        #[test]
        fn escaped_name_matches_itself_alone(name in letters(), other in letters()) {
            let pattern = Pattern::new(escaped(&name));
            prop_assert!(pattern.matches(&name));
            prop_assert_eq!(pattern.matches(&other), same(&name, &other));
            if let Some(sent) = pattern.approximation(Wildcards::SHOW) {
                prop_assert!(admitted(&sent, &name));
            }
        }
    }
}
