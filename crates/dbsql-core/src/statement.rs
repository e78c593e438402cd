//! A statement with its parameters and limits, before it is submitted.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::value::Value;

/// SQL text with its parameters and limits. Made from text, or with the setters.
///
/// `Debug` shows neither the text nor the values.
///
/// ```
/// use std::time::Duration;
/// use dbsql_core::Statement;
///
/// let statement = Statement::new("SELECT :name AS n, :count AS c")
///     .bind("name", "foo")
///     .bind("count", 3)
///     .timeout(Duration::from_secs(300));
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct Statement {
    pub(crate) text: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) row_limit: Option<u64>,
    pub(crate) configuration: BTreeMap<String, String>,
}

/// One bound value; positional when it has no name.
#[derive(Clone, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: Option<String>,
    pub(crate) value: Value,
}

impl Statement {
    /// A statement of this SQL text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            parameters: Vec::new(),
            timeout: None,
            row_limit: None,
            configuration: BTreeMap::new(),
        }
    }

    /// Binds a value to the marker `:name`; give the name without the colon.
    pub fn bind(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.push(Parameter { name: Some(name.into()), value: value.into() });
        self
    }

    /// Binds a value to the next `?`. Named and positional values cannot be mixed.
    pub fn bind_next(mut self, value: impl Into<Value>) -> Self {
        self.parameters.push(Parameter { name: None, value: value.into() });
        self
    }

    /// The statement's own time budget, kept by the server: it stops the statement, also when this
    /// client is gone. Rounded up to whole seconds; zero is refused on submit.
    ///
    /// Without one the server's default holds: two days on a Databricks SQL warehouse.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// At most this many rows; the server cuts the rest off. (Databricks only.)
    pub fn row_limit(mut self, rows: u64) -> Self {
        self.row_limit = Some(rows);
        self
    }

    /// A configuration value for this statement only. (Databricks only: Apache Spark's server
    /// ignores it.)
    pub fn configuration(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.configuration.insert(key.into(), value.into());
        self
    }

    /// Whether nothing of this statement can outlive it in the session. Decided by its first word
    /// from a list of harmless ones: whatever is not on it counts as changing the session.
    pub(crate) fn leaves_session_alone(&self) -> bool {
        const HARMLESS: [&str; 14] = [
            "select", "with", "values", "table", "from", "show", "describe", "desc", "explain",
            "insert", "update", "delete", "merge", "copy",
        ];
        let word = first_word(&self.text);
        HARMLESS.iter().any(|harmless| word.eq_ignore_ascii_case(harmless))
    }
}

/// The first word after white space, comments and opening parentheses.
fn first_word(sql: &str) -> &str {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            return &rest[..end];
        }
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("text_bytes", &self.text.len())
            .field("parameters", &self.parameters.len())
            .field("timeout", &self.timeout)
            .field("row_limit", &self.row_limit)
            .field("configuration", &self.configuration.keys())
            .finish()
    }
}

impl From<&str> for Statement {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Statement {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&Self> for Statement {
    fn from(statement: &Self) -> Self {
        statement.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_harmless_statements_leave_the_session_alone() {
        for sql in [
            "select 1",
            "  (SELECT 1)",
            "-- note\nWITH a AS (SELECT 1) SELECT * FROM a",
            "/* a */ /* b */ insert into t values (1)",
            "Show tables",
        ] {
            assert!(Statement::new(sql).leaves_session_alone(), "{sql}");
        }
        for sql in [
            "USE main",
            "set x = 1",
            "CREATE TEMPORARY VIEW v AS SELECT 1",
            "create table t (a int)",
            "DECLARE VARIABLE x INT",
            "BEGIN SET x = 1; END",
            "",
            "/* open comment select",
            "selects",
        ] {
            assert!(!Statement::new(sql).leaves_session_alone(), "{sql}");
        }
    }

    #[test]
    fn debug_shows_neither_text_nor_values() {
        let statement = Statement::new("select 'canary'").bind("p", "canary");
        assert!(!format!("{statement:?}").contains("canary"));
    }
}
