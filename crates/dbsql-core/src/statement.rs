//! A statement with its parameters and limits, before it is submitted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use dbsql_protocol::handle::Protocol;

use crate::query_tags::{QueryTag, QueryTags};
use crate::submit_nonce;
use crate::value::Value;
use crate::{Error, ErrorKind, Result};

/// The maximum number of parameters; warehouses reject more.
const MAX_PARAMETERS: usize = 255;

/// Servers store the timeout in an `int` of seconds (about 68 years).
const MAX_TIMEOUT_SECONDS: i64 = i32::MAX as i64;

/// The maximum length of a quoted parameter name in an error, in characters.
const MAX_SHOWN_NAME: usize = 64;

/// SQL text with its parameters and limits. A `&str` or `String` converts into one.
///
/// `Debug` prints neither the text nor the values.
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
    pub(crate) byte_limit: Option<u64>,
    pub(crate) query_tags: QueryTags,
    pub(crate) submit_nonce: Option<String>,
    pub(crate) configuration: BTreeMap<String, String>,
}

/// A bound value, positional when it has no name.
#[derive(Clone, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: Option<String>,
    pub(crate) value: Value,
}

impl Statement {
    /// Creates a statement from SQL text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            parameters: Vec::new(),
            timeout: None,
            row_limit: None,
            byte_limit: None,
            query_tags: QueryTags::default(),
            submit_nonce: None,
            configuration: BTreeMap::new(),
        }
    }

    /// Binds a value to the marker `:name`; the name is given without the colon.
    ///
    /// In the statement, a name that contains anything but letters, digits and underscores is
    /// back-quoted, and a back-quote inside it is doubled. Here the name is given without quotes:
    ///
    /// ```
    /// use dbsql_core::Statement;
    ///
    /// let statement = Statement::new("SELECT :name, :`first-name`, :`p.1`")
    ///     .bind("name", 1)
    ///     .bind("first-name", 2)
    ///     .bind("p.1", 3);
    /// ```
    ///
    /// A statement has at most 255 parameters. Names are case-insensitive.
    ///
    /// Submitting fails with [`ErrorKind::InvalidInput`] when a name is empty, contains a control
    /// character, starts with a colon, includes its back-quotes, or is bound twice.
    pub fn bind(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.push(Parameter { name: Some(name.into()), value: value.into() });
        self
    }

    /// Binds a value to the next `?`. Named and positional parameters cannot be mixed.
    pub fn bind_next(mut self, value: impl Into<Value>) -> Self {
        self.parameters.push(Parameter { name: None, value: value.into() });
        self
    }

    /// Sets the timeout of the statement itself. The server stops the statement at this limit, even
    /// if this client is gone.
    ///
    /// Rounded up to whole seconds. Unset, the default of the server applies: two days on a Databricks
    /// SQL warehouse, which is also its maximum.
    ///
    /// Submitting fails with [`ErrorKind::InvalidInput`] when the limit is zero or more than 2147483647
    /// seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Limits the result to this many rows; the server drops the rest. (Databricks only.)
    ///
    /// Submitting fails with [`ErrorKind::InvalidInput`] when the limit is zero, which servers
    /// interpret as no limit: write `LIMIT 0` in the statement for a result without rows.
    pub fn row_limit(mut self, rows: u64) -> Self {
        self.row_limit = Some(rows);
        self
    }

    /// Limits the result to about this many bytes, measured in the server's internal format; the
    /// server drops the rest, and [`is_truncated`](crate::ResultSet::is_truncated) reports it.
    /// (Statement Execution API only: with Thrift, submitting fails with
    /// [`ErrorKind::Unsupported`].)
    ///
    /// Submitting fails with [`ErrorKind::InvalidInput`] when the limit is zero.
    pub fn byte_limit(mut self, bytes: u64) -> Self {
        self.byte_limit = Some(bytes);
        self
    }

    /// Adds a query tag, which the query history shows with the statement. An empty value means a
    /// tag without a value. (Databricks only: Apache Spark's server ignores it.)
    ///
    /// The tags of the connection and the client are added, except those with the same keys. Tags
    /// are plain text that many users may see: do not put secrets into them.
    ///
    /// ```
    /// use dbsql_core::Statement;
    ///
    /// let statement = Statement::new("SELECT 1").query_tag("team", "data").query_tag("nightly", "");
    /// ```
    ///
    /// A server silently drops tags that it does not accept. So submitting fails with
    /// [`ErrorKind::InvalidInput`] when there are more than 20 tags including those of connection
    /// and client, when a key is duplicated, blank, starts or ends with whitespace, starts with
    /// `@@`, contains one of `,:-/=.`, or is `dbsql_nonce`, and when a key or value contains a
    /// control character or is longer than 128 characters, where each `\`, `:` and `,` of a value
    /// counts as two.
    pub fn query_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query_tags.add(QueryTag::new(key.into(), value.into()));
        self
    }

    /// Adds a nonce to the statement, by which
    /// [`Client::find_submitted`](crate::Client::find_submitted) finds it in the query history when
    /// its submit ends with [`ErrorKind::OutcomeUnknown`], or when this process ends before the
    /// submit does. By default a statement has a nonce only if
    /// [`Config::submit_nonces`](crate::Config::submit_nonces) is set.
    ///
    /// The nonce must be new for each submit, such as a UUID: the server does not check that. It is
    /// sent as the value of the [query tag](Self::query_tag) `dbsql_nonce`, after `sea-` or
    /// `thrift-` for the protocol, and counts as one of the 20 tags. Old servers may ignore tags.
    ///
    /// Submitting fails with [`ErrorKind::InvalidInput`] unless it consists of 1 to 64 ASCII
    /// letters, digits, hyphens and underscores.
    pub fn submit_nonce(mut self, nonce: impl Into<String>) -> Self {
        self.submit_nonce = Some(nonce.into());
        self
    }

    /// Sets a configuration value for this statement only. (Databricks only: Apache Spark's server
    /// ignores it.)
    pub fn configuration(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.configuration.insert(key.into(), value.into());
        self
    }

    /// Rejects what no server accepts, before anything is sent.
    pub(crate) fn check(&self) -> Result<()> {
        self.timeout_seconds()?;
        self.row_limit_sent()?;
        self.byte_limit_sent()?;
        self.check_tags()?;
        if self.parameters.len() > MAX_PARAMETERS {
            return Err(invalid(format!(
                "the statement has {} parameters, and servers accept at most {MAX_PARAMETERS}; bind \
                 arrays, or put the values into a table",
                self.parameters.len()
            )));
        }
        let mut known = BTreeSet::new();
        for (position, parameter) in (1..).zip(&self.parameters) {
            let Some(name) = &parameter.name else { continue };
            if let Some(problem) = name_problem(name) {
                // A rejected name may be anything, even a value, so it is not printed.
                return Err(invalid(format!("the name of parameter {position} {problem}")));
            }
            if !known.insert(name.to_lowercase()) {
                return Err(invalid(format!("the parameter {} is bound twice", shown(name))));
            }
        }
        if !known.is_empty() && known.len() != self.parameters.len() {
            return Err(invalid(
                "named and positional parameters cannot be mixed in one statement",
            ));
        }
        for (position, parameter) in (1..).zip(&self.parameters) {
            parameter.value.check().map_err(|error| match &parameter.name {
                Some(name) => invalid(format!("parameter {}: {error}", shown(name))),
                None => invalid(format!("parameter at position {position}: {error}")),
            })?;
        }
        Ok(())
    }

    fn check_tags(&self) -> Result<()> {
        if let Some(nonce) = &self.submit_nonce {
            submit_nonce::check(nonce)?;
        }
        self.query_tags.check(usize::from(self.submit_nonce.is_some()))?;
        let has_tags = self.submit_nonce.is_some() || !self.query_tags.is_empty();
        let is_tags = |key: &String| key.eq_ignore_ascii_case("query_tags");
        if has_tags && self.configuration.keys().any(is_tags) {
            return Err(invalid(
                "the statement has query tags, and others in its configuration query_tags",
            ));
        }
        Ok(())
    }

    /// Returns the query tags for this protocol. The nonce comes first: it must not be the one that
    /// the server drops, should the session have more tags than this client knows of.
    pub(crate) fn tags_sent(&self, protocol: Protocol) -> QueryTags {
        let nonce = self.submit_nonce.as_ref().map(|nonce| submit_nonce::tag(nonce, protocol));
        nonce.into_iter().chain(self.query_tags.clone()).collect()
    }

    /// The timeout in whole seconds, as it is sent.
    pub(crate) fn timeout_seconds(&self) -> Result<Option<i64>> {
        let Some(timeout) = self.timeout else { return Ok(None) };
        let seconds = timeout.as_secs().saturating_add(u64::from(timeout.subsec_nanos() > 0));
        match i64::try_from(seconds) {
            Ok(seconds @ 1..=MAX_TIMEOUT_SECONDS) => Ok(Some(seconds)),
            Ok(0) => Err(invalid("the timeout of the statement is zero")),
            _ => Err(invalid(format!(
                "the timeout of the statement is more than {MAX_TIMEOUT_SECONDS} seconds"
            ))),
        }
    }

    /// The row limit as it is sent.
    pub(crate) fn row_limit_sent(&self) -> Result<Option<i64>> {
        // Neither protocol can express zero rows: zero means "not set" on the wire.
        limit_sent(self.row_limit, "row limit", "; use LIMIT 0")
    }

    /// The byte limit as it is sent.
    pub(crate) fn byte_limit_sent(&self) -> Result<Option<i64>> {
        limit_sent(self.byte_limit, "byte limit", "")
    }

    /// Returns `true` if the statement leaves the state of its session unchanged. Decided by the
    /// first word: any word that is not known to be harmless counts as changing the session.
    pub(crate) fn leaves_session_alone(&self) -> bool {
        const HARMLESS: [&str; 14] = [
            "select", "with", "values", "table", "from", "show", "describe", "desc", "explain",
            "insert", "update", "delete", "merge", "copy",
        ];
        let word = first_word(&self.text);
        HARMLESS.iter().any(|harmless| word.eq_ignore_ascii_case(harmless))
    }
}

fn limit_sent(limit: Option<u64>, name: &str, instead: &str) -> Result<Option<i64>> {
    match limit.map(i64::try_from).transpose() {
        Ok(Some(0)) => {
            Err(invalid(format!("the {name} is zero, which servers take for no limit{instead}")))
        }
        Ok(limit) => Ok(limit),
        Err(_) => Err(invalid(format!("the {name} is more than {}", i64::MAX))),
    }
}

/// Returns why no marker, or most likely not the intended one, has this name. A marker is a colon
/// and an identifier, plain or back-quoted, and a quoted identifier may contain any character.
fn name_problem(name: &str) -> Option<&'static str> {
    let quoted = name.len() > 1 && name.starts_with('`') && name.ends_with('`');
    match name {
        "" => Some("is empty"),
        _ if name.contains(char::is_control) => Some("contains a control character"),
        _ if name.starts_with(':') => Some("begins with a colon: give the name without it"),
        _ if quoted => Some("is quoted: give the name without the back-ticks of the marker"),
        _ => None,
    }
}

/// Formats a name for errors.
fn shown(name: &str) -> String {
    match name.char_indices().nth(MAX_SHOWN_NAME) {
        Some((end, _)) => format!("`{}...`", &name[..end]),
        None => format!("`{name}`"),
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, message.into())
}

/// Returns the first word after white space, comments and opening parentheses.
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
            .field("byte_limit", &self.byte_limit)
            .field("query_tags", &self.query_tags)
            .field("submit_nonce", &self.submit_nonce.is_some())
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
    fn only_known_statements_leave_the_session_unchanged() {
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

    #[track_caller]
    fn rejected(statement: &Statement) -> String {
        let error = statement.check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        error.to_string()
    }

    #[test]
    fn timeout_is_sent_in_whole_seconds() {
        let seconds = |timeout| Statement::new("select 1").timeout(timeout).timeout_seconds();
        assert_eq!(seconds(Duration::from_millis(1)).unwrap(), Some(1));
        assert_eq!(seconds(Duration::from_secs(60)).unwrap(), Some(60));
        assert_eq!(seconds(Duration::from_millis(60_001)).unwrap(), Some(61));
        let longest = Duration::from_secs(2_147_483_647);
        assert_eq!(seconds(longest).unwrap(), Some(2_147_483_647));
        let above = longest + Duration::from_nanos(1);
        for bad in [Duration::ZERO, above, Duration::from_secs(u64::MAX), Duration::MAX] {
            assert!(rejected(&Statement::new("select 1").timeout(bad)).contains("timeout"));
        }
    }

    #[test]
    fn row_limit_of_zero_is_rejected() {
        let limited = |rows| Statement::new("select 1").row_limit(rows);
        assert!(rejected(&limited(0)).contains("LIMIT 0"));
        assert!(rejected(&limited(u64::MAX)).contains("row limit"));
        assert_eq!(limited(1).row_limit_sent().unwrap(), Some(1));
        assert_eq!(limited(i64::MAX as u64).row_limit_sent().unwrap(), Some(i64::MAX));
        assert_eq!(Statement::new("select 1").row_limit_sent().unwrap(), None);
    }

    #[test]
    fn byte_limit_of_zero_is_rejected() {
        let limited = |bytes| Statement::new("select 1").byte_limit(bytes);
        assert!(rejected(&limited(0)).contains("byte limit"));
        assert!(rejected(&limited(u64::MAX)).contains("byte limit"));
        assert_eq!(limited(7).byte_limit_sent().unwrap(), Some(7));
    }

    #[test]
    fn nonce_is_one_of_the_tags() {
        let select = || Statement::new("select 1").submit_nonce("n1");
        let many = |count: i32| (0..count).fold(select(), |s, n| s.query_tag(format!("k{n}"), ""));
        assert!(many(19).check().is_ok());
        assert!(rejected(&many(20)).contains("21 query tags"));
        assert!(rejected(&select().submit_nonce("a b")).contains("nonce"));
        assert!(select().tags_sent(Protocol::Sea).text() == "dbsql_nonce:sea-n1");
        let twice = select().configuration("QUERY_TAGS", "a:b");
        assert!(rejected(&twice).contains("query_tags"));
        let free = Statement::new("select 1");
        assert!(free.clone().configuration("query_tags", "a:b").check().is_ok());
        assert!(rejected(&free.query_tag("dbsql_nonce", "x")).contains("dbsql_nonce"));
    }

    #[test]
    fn parameters_are_checked_before_the_submit() {
        let select = || Statement::new("select 1");
        let many = |count: i32| (0..count).fold(select(), |s, n| s.bind_next(n));
        assert!(many(255).check().is_ok());
        assert!(rejected(&many(256)).contains("256"));
        assert!(select().bind("a", 1).bind("b_2", 1).bind("größe", 1).check().is_ok());
        assert!(rejected(&select().bind("a", 1).bind_next(2)).contains("mixed"));
        assert!(rejected(&select().bind("a", 1).bind("A", 2)).contains("twice"));
        let bad = Value::array([Value::from(1), Value::from("canary")]);
        let message = rejected(&select().bind("list", bad.clone()));
        assert!(message.contains("list") && message.contains("INT and STRING"), "{message}");
        assert!(rejected(&select().bind_next(1).bind_next(bad)).contains("position 2"));
        assert!(!message.contains("canary"));
    }

    #[test]
    fn any_name_that_can_be_quoted_is_accepted() {
        let long = "x".repeat(10_000);
        for name in [
            "first-name",
            "p.1",
            "a b",
            "1st",
            "größe",
            "数量",
            "a`b",
            "`",
            "a:b",
            "'; DROP TABLE t; --",
            "\u{202e}x",
            &long,
        ] {
            let statement = Statement::new("select 1").bind(name, 1);
            assert!(statement.check().is_ok(), "{name}");
            // The name is sent separately, never inside the text.
            assert_eq!(statement.parameters[0].name.as_deref(), Some(name));
            assert_eq!(statement.text, "select 1");
        }
    }

    #[test]
    fn invalid_marker_name_is_rejected() {
        for (name, problem) in [
            ("", "empty"),
            ("a\nb", "control"),
            ("a\0", "control"),
            ("\u{85}", "control"),
            ("\u{1b}[0m", "control"),
            (":a", "colon"),
            ("`first-name`", "back-ticks"),
            ("``", "back-ticks"),
        ] {
            let message = rejected(&Statement::new("select 1").bind(name, "canary"));
            assert!(message.contains("parameter 1") && message.contains(problem), "{message}");
        }
    }

    #[test]
    fn hostile_name_in_a_message_is_escaped_and_cut() {
        let twice = |name: &str| rejected(&Statement::new("").bind(name, 1).bind(name, 2));
        assert_eq!(twice("a\u{202e}b"), r"the parameter `a\u{202e}b` is bound twice");
        assert_eq!(twice("a\u{200b}b"), r"the parameter `a\u{200b}b` is bound twice");
        assert!(twice(&"é".repeat(10_000)).len() < 300);
    }

    #[test]
    fn debug_prints_neither_text_nor_values() {
        let statement = Statement::new("select 'canary'")
            .bind("p", "canary")
            .query_tag("canary", "canary")
            .submit_nonce("canary");
        assert!(!format!("{statement:?}").contains("canary"));
    }
}
