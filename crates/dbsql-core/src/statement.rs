//! A statement with its parameters and limits, before it is submitted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use crate::value::Value;
use crate::{Error, ErrorKind, Result};

/// More parameters are refused by warehouses.
const MAX_PARAMETERS: usize = 255;

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

    /// Binds a value to the marker `:name`; give the name without the colon. A statement has at most
    /// 255 parameters, and names that differ only in case are one.
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

    /// Finds what no server takes, before anything is sent.
    pub(crate) fn check(&self) -> Result<()> {
        self.timeout_seconds()?;
        self.row_limit_sent()?;
        if self.parameters.len() > MAX_PARAMETERS {
            return Err(invalid(format!(
                "the statement has {} parameters, and {MAX_PARAMETERS} are the most that a server \
                 takes; bind arrays, or put the values into a table",
                self.parameters.len()
            )));
        }
        let mut known = BTreeSet::new();
        for (position, parameter) in (1..).zip(&self.parameters) {
            let Some(name) = &parameter.name else { continue };
            if !is_marker_name(name) {
                // What was given may be anything, so it is not shown.
                return Err(invalid(format!(
                    "parameter {position} has no name that a marker can have: give letters, digits \
                     and underscores, without the colon of the marker"
                )));
            }
            if !known.insert(name.to_lowercase()) {
                return Err(invalid(format!("the parameter {name} is bound twice")));
            }
        }
        if !known.is_empty() && known.len() != self.parameters.len() {
            return Err(invalid(
                "named and positional parameters cannot be mixed in one statement",
            ));
        }
        for (position, parameter) in (1..).zip(&self.parameters) {
            parameter.value.check().map_err(|error| match &parameter.name {
                Some(name) => invalid(format!("the parameter {name}: {error}")),
                None => invalid(format!("the parameter at position {position}: {error}")),
            })?;
        }
        Ok(())
    }

    /// The time budget in whole seconds, as servers take it.
    pub(crate) fn timeout_seconds(&self) -> Result<Option<i64>> {
        let Some(timeout) = self.timeout else { return Ok(None) };
        let seconds = timeout.as_secs().saturating_add(u64::from(timeout.subsec_nanos() > 0));
        match i64::try_from(seconds) {
            Ok(seconds @ 1..) => Ok(Some(seconds)),
            _ => Err(invalid("the statement's timeout is zero or too long")),
        }
    }

    /// The row limit as servers take it.
    pub(crate) fn row_limit_sent(&self) -> Result<Option<i64>> {
        let limit = self.row_limit.map(i64::try_from).transpose();
        limit.map_err(|_| invalid("the row limit is too large"))
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

/// What may stand behind the colon of a marker.
fn is_marker_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, message.into())
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

    fn refused(statement: &Statement) -> String {
        let error = statement.check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    }

    #[test]
    fn a_timeout_is_whole_seconds_and_never_zero() {
        let seconds = |timeout| Statement::new("select 1").timeout(timeout).timeout_seconds();
        assert_eq!(seconds(Duration::from_millis(1)).unwrap(), Some(1));
        assert_eq!(seconds(Duration::from_secs(60)).unwrap(), Some(60));
        assert_eq!(seconds(Duration::from_millis(60_001)).unwrap(), Some(61));
        for bad in [Duration::ZERO, Duration::MAX] {
            refused(&Statement::new("select 1").timeout(bad));
        }
        refused(&Statement::new("select 1").row_limit(u64::MAX));
    }

    #[test]
    fn names_and_counts_of_parameters_are_checked() {
        let select = || Statement::new("select 1");
        let many = |count: i32| (0..count).fold(select(), |s, n| s.bind_next(n));
        assert!(many(255).check().is_ok());
        assert!(refused(&many(256)).contains("256"));
        assert!(select().bind("a", 1).bind("b_2", 1).bind("größe", 1).check().is_ok());
        assert!(refused(&select().bind("a", 1).bind_next(2)).contains("mixed"));
        assert!(refused(&select().bind("a", 1).bind("A", 2)).contains("twice"));
        for name in [":a", "", "a b", "a`", "a.b"] {
            assert!(refused(&select().bind(name, 1)).contains("the colon"), "{name}");
        }
        let bad = Value::array([Value::from(1), Value::from("canary")]);
        let message = refused(&select().bind("list", bad.clone()));
        assert!(message.contains("list") && message.contains("INT and STRING"), "{message}");
        assert!(refused(&select().bind_next(1).bind_next(bad)).contains("position 2"));
        assert!(!message.contains("canary"));
    }

    #[test]
    fn debug_shows_neither_text_nor_values() {
        let statement = Statement::new("select 'canary'").bind("p", "canary");
        assert!(!format!("{statement:?}").contains("canary"));
    }
}
