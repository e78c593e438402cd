//! A statement as an engine receives it.

use std::collections::BTreeMap;
use std::fmt;

/// A statement to run. The texts in it are the user's: `Debug` prints none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The text.
    pub sql: String,
    /// What stands for the markers in the text, in the order in which it came.
    pub parameters: Vec<Parameter>,
    /// The result ends after this many rows. The service cuts as well, so an engine may ignore it
    /// and compute too much. Over the Statement Execution API it is one more than the client asked for,
    /// which shows whether the result is truncated.
    pub row_limit: Option<u64>,
    /// Settings for this statement only.
    pub configuration: BTreeMap<String, String>,
}

/// A value for a marker: for `:name` when it has a name, else for the next `?`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameter {
    /// The name without the colon.
    pub name: Option<String>,
    /// The SQL type as text, such as `INT` or `DECIMAL(10,2)`; `ARRAY` and `MAP` come without the
    /// types of their elements, and `VOID` is the type of a bare NULL.
    pub sql_type: String,
    /// The value as text; `None` is NULL, unless the type is `ARRAY` or `MAP`.
    pub value: Option<String>,
    /// The elements of an `ARRAY`; keys and values in turn of a `MAP`.
    pub arguments: Vec<Parameter>,
}

impl Query {
    /// A statement without parameters.
    #[must_use]
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), ..Self::default() }
    }
}

impl Parameter {
    /// The type, or the usual one: some clients leave it out, of NULLs for example.
    pub(crate) fn type_or_usual(given: Option<String>, value: Option<&String>) -> String {
        let usual = if value.is_some() { "STRING" } else { "VOID" };
        given.filter(|text| !text.is_empty()).unwrap_or_else(|| usual.to_owned())
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("sql", &format_args!("{} bytes", self.sql.len()))
            .field("parameters", &self.parameters)
            .field("row_limit", &self.row_limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter")
            .field("name", &self.name)
            .field("sql_type", &self.sql_type)
            .finish_non_exhaustive()
    }
}
