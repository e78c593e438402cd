//! A statement as an engine receives it.

use std::collections::BTreeMap;
use std::fmt;

/// A statement to run. Its texts belong to the user: `Debug` prints none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The SQL text.
    pub sql: String,
    /// The values of the markers in the text, in the order received.
    pub parameters: Vec<Parameter>,
    /// The maximum number of rows. The service truncates the result as well, so an engine may
    /// ignore it. With the Statement Execution API it is one more than the client requested, to
    /// detect truncation.
    pub row_limit: Option<u64>,
    /// Settings for this statement only.
    pub configuration: BTreeMap<String, String>,
}

/// The value of a marker: of `:name` if it has a name, otherwise of the next `?`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameter {
    /// The name without the colon.
    pub name: Option<String>,
    /// The SQL type, such as `INT` or `DECIMAL(10,2)`; `ARRAY` and `MAP` lack the types of their
    /// elements, and `VOID` is the type of a bare NULL.
    pub sql_type: String,
    /// The value as text; `None` is NULL, unless the type is `ARRAY` or `MAP`.
    pub value: Option<String>,
    /// The elements of an `ARRAY`, or alternating keys and values of a `MAP`.
    pub arguments: Vec<Parameter>,
}

impl Query {
    /// Creates a statement without parameters.
    #[must_use]
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), ..Self::default() }
    }
}

impl Parameter {
    /// Returns the type, or the default: some clients omit it, for example for NULL.
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
