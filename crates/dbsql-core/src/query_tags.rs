//! Query tags: keys and values shown with a statement in the query history.

use std::collections::BTreeSet;
use std::fmt;

use crate::{Error, ErrorKind, Result};

/// Servers keep the first 20 tags of a statement and drop the rest silently.
const MAX_TAGS: usize = 20;

/// The maximum length of a key or value in characters; servers drop longer ones silently.
const MAX_CHARACTERS: usize = 128;

/// Servers drop a tag whose key contains one of these.
const NOT_IN_KEYS: [char; 6] = [',', ':', '-', '/', '=', '.'];

/// The key of the tag with the nonce of a submit.
pub(crate) const NONCE_KEY: &str = "dbsql_nonce";

/// The prefix of the server's own keys.
const RESERVED_PREFIX: &str = "@@";

/// The tags of a statement, or of all statements of a connection or client. `Debug` prints only
/// their number.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct QueryTags(Vec<QueryTag>);

/// A key with an optional value.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct QueryTag {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
}

impl QueryTag {
    /// A blank value means none, as on servers.
    pub(crate) fn new(key: String, value: String) -> Self {
        Self { key, value: Some(value).filter(|value| !value.trim().is_empty()) }
    }
}

impl QueryTags {
    pub(crate) fn add(&mut self, tag: QueryTag) {
        self.0.push(tag);
    }

    /// Adds a tag, replacing those with its key.
    pub(crate) fn replace(&mut self, tag: QueryTag) {
        self.0.retain(|other| other.key != tag.key);
        self.0.push(tag);
    }

    /// Adds the tags whose keys are not present.
    pub(crate) fn add_missing(&mut self, defaults: &Self) {
        let own = self.0.len();
        for tag in &defaults.0 {
            if self.0[..own].iter().all(|own| own.key != tag.key) {
                self.0.push(tag.clone());
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Rejects what servers would drop silently, and what the text form of Thrift cannot represent.
    /// There are `others` in addition to these.
    pub(crate) fn check(&self, others: usize) -> Result<()> {
        let count = self.0.len() + others;
        if count > MAX_TAGS {
            return Err(invalid(format!(
                "{count} query tags are too many: the server would silently drop all but \
                 {MAX_TAGS}"
            )));
        }
        let mut known = BTreeSet::new();
        for (position, QueryTag { key, value }) in (1..).zip(&self.0) {
            // The texts are not printed: a value may have been set as the key.
            if let Some(problem) = key_problem(key) {
                return Err(invalid(format!("the key of query tag {position} {problem}")));
            }
            if let Some(problem) = value.as_deref().and_then(value_problem) {
                return Err(invalid(format!("the value of query tag {position} {problem}")));
            }
            if !known.insert(key) {
                return Err(invalid(format!("the key of query tag {position} is a duplicate")));
            }
        }
        Ok(())
    }

    /// Returns the form that Thrift sends, `key:value,key`. Values have a backslash before each
    /// `\`, `:` and `,`; keys before each `\`.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for QueryTag { key, value } in &self.0 {
            if !text.is_empty() {
                text.push(',');
            }
            escape(key, &['\\'], &mut text);
            if let Some(value) = value {
                text.push(':');
                escape(value, &['\\', ':', ','], &mut text);
            }
        }
        text
    }
}

impl IntoIterator for QueryTags {
    type Item = QueryTag;
    type IntoIter = std::vec::IntoIter<QueryTag>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<QueryTag> for QueryTags {
    fn from_iter<I: IntoIterator<Item = QueryTag>>(tags: I) -> Self {
        Self(tags.into_iter().collect())
    }
}

impl fmt::Debug for QueryTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.len())
    }
}

fn escape(text: &str, escaped: &[char], out: &mut String) {
    for character in text.chars() {
        if escaped.contains(&character) {
            out.push('\\');
        }
        out.push(character);
    }
}

fn key_problem(key: &str) -> Option<&'static str> {
    match key {
        _ if key.trim().is_empty() => Some("is blank"),
        _ if key.contains(char::is_control) => Some("contains a control character"),
        _ if key.trim() != key => Some("starts or ends with whitespace, which servers remove"),
        _ if key.contains(NOT_IN_KEYS) => Some("contains one of the characters , : - / = ."),
        _ if key.starts_with(RESERVED_PREFIX) => {
            Some("starts with @@, which is reserved for the server")
        }
        NONCE_KEY => Some("is dbsql_nonce, which is reserved for Statement::submit_nonce"),
        _ if key.chars().count() > MAX_CHARACTERS => Some("has more than 128 characters"),
        _ => None,
    }
}

fn value_problem(value: &str) -> Option<&'static str> {
    let is_escaped = |character: &char| matches!(character, '\\' | ':' | ',');
    let characters = value.chars().count() + value.chars().filter(is_escaped).count();
    match value {
        _ if value.contains(char::is_control) => Some("contains a control character"),
        _ if characters > MAX_CHARACTERS => {
            Some("has more than 128 characters, where each \\, : and , counts as two")
        }
        _ => None,
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> QueryTags {
        let tag = |(key, value): &(&str, &str)| QueryTag::new((*key).into(), (*value).into());
        pairs.iter().map(tag).collect()
    }

    #[test]
    fn text_form_escapes_separators() {
        let tags = tags(&[("team", r"a:b,c\d"), (r"k\1", ""), ("größe", "日本"), ("blank", " ")]);
        assert_eq!(tags.text(), r"team:a\:b\,c\\d,k\\1,größe:日本,blank");
        assert_eq!(QueryTags::default().text(), "");
    }

    #[test]
    fn own_tags_precede_and_replace_defaults() {
        let mut own = tags(&[("a", "1"), ("b", "2")]);
        own.add_missing(&tags(&[("b", "3"), ("c", "4")]));
        assert!(own == tags(&[("a", "1"), ("b", "2"), ("c", "4")]));
        own.replace(QueryTag::new("a".into(), "5".into()));
        assert!(own == tags(&[("b", "2"), ("c", "4"), ("a", "5")]));
    }

    #[track_caller]
    fn rejected(tags: &QueryTags) -> String {
        let error = tags.check(0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(!format!("{error} {error:?} {tags:?}").contains("canary"));
        error.to_string()
    }

    #[test]
    fn keys_that_servers_drop_are_rejected() {
        for (key, problem) in [
            ("", "blank"),
            (" ", "blank"),
            ("canary\n", "control"),
            ("\u{85}canary", "control"),
            (" canary", "whitespace"),
            ("canary:1", "characters"),
            ("canary,1", "characters"),
            ("canary-1", "characters"),
            ("canary/1", "characters"),
            ("canary=1", "characters"),
            ("canary.1", "characters"),
            ("@@canary", "@@"),
            (NONCE_KEY, "submit_nonce"),
            (&format!("canary{}", "é".repeat(123)), "128"),
        ] {
            let message = rejected(&tags(&[("good", ""), (key, "x")]));
            assert!(message.contains("query tag 2") && message.contains(problem), "{message}");
        }
        assert!(tags(&[(&"é".repeat(128), "x"), (r"a b\c_@", "x")]).check(0).is_ok());
        assert!(rejected(&tags(&[("canary", "1"), ("canary", "2")])).contains("duplicate"));
        assert!(tags(&[("a", "1"), ("A", "2")]).check(0).is_ok());
    }

    #[test]
    fn values_and_numbers_of_tags_are_limited() {
        let valued = |value: &str| tags(&[("k", value)]);
        assert!(valued(&"日".repeat(128)).check(0).is_ok());
        assert!(rejected(&valued(&"日".repeat(129))).contains("128"));
        assert!(valued(&":".repeat(64)).check(0).is_ok());
        assert!(rejected(&valued(&"\\".repeat(65))).contains("128"));
        assert!(rejected(&valued("canary\0")).contains("control"));
        let many = |count: usize| -> QueryTags {
            (0..count).map(|n| QueryTag::new(format!("k{n}"), String::new())).collect()
        };
        assert!(many(20).check(0).is_ok() && many(20).check(1).is_err());
        assert!(rejected(&many(21)).contains("21 query tags"));
    }
}
