//! What a server answers to a statement, in a form that two servers can be compared by.

use dbsql_local::engine::{QueryOutput, SqlError};
use dbsql_local::serde_json::{Value, json};

/// The answer to one statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Rows {
        /// The name and the type of each column.
        columns: Vec<(String, String)>,
        /// The values as text; `None` for NULL.
        rows: Vec<Vec<Option<String>>>,
    },
    /// The error class.
    Error(String),
}

impl Answer {
    pub(crate) fn new(answered: Result<QueryOutput, SqlError>) -> Self {
        match answered {
            Ok(output) => {
                let fields = output.schema.fields().iter();
                let names = fields.map(|field| field.name().clone());
                let types = output.type_names().into_iter().map(|name| canonical_type(&name));
                Self::Rows { columns: names.zip(types).collect(), rows: output.rows_as_text() }
            }
            Err(error) => Self::Error(error.error_class.unwrap_or(error.message)),
        }
    }

    /// Reads one line of a file of answers.
    pub(crate) fn from_json(line: &Value) -> Option<Self> {
        if let Some(class) = line["error"].as_str() {
            return Some(Self::Error(class.to_owned()));
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let column = |pair: &Value| Some((text(&pair[0])?, canonical_type(pair[1].as_str()?)));
        let row = |row: &Value| Some(row.as_array()?.iter().map(text).collect());
        Some(Self::Rows {
            columns: line["columns"].as_array()?.iter().map(column).collect::<Option<_>>()?,
            rows: line["rows"].as_array()?.iter().map(row).collect::<Option<_>>()?,
        })
    }

    pub(crate) fn to_json(&self, sql: &str) -> Value {
        match self {
            Self::Rows { columns, rows } => json!({ "sql": sql, "columns": columns, "rows": rows }),
            Self::Error(class) => json!({ "sql": sql, "error": class }),
        }
    }

    /// Whether this says that a thing is not supported, in place of an answer.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Error(class) if class.starts_with("UNSUPPORTED_FEATURE"))
    }

    /// What is different from the answer that is right, if anything is.
    pub(crate) fn difference(&self, right: &Self) -> Option<String> {
        match (self, right) {
            (Self::Error(class), Self::Error(expected)) => {
                // A subclass of it is as good; some errors of Spark have no class yet.
                let same = main_class(class) == main_class(expected) || has_no_class(expected);
                (!same).then(|| format!("the error {class} for {expected}"))
            }
            (Self::Error(class), Self::Rows { .. }) => {
                Some(format!("the error {class} for an answer"))
            }
            (Self::Rows { rows, .. }, Self::Error(expected)) => {
                Some(format!("{rows:?} for the error {expected}"))
            }
            (Self::Rows { columns, rows }, Self::Rows { columns: names, rows: expected }) => {
                if columns != names {
                    Some(format!("the columns {columns:?} for {names:?}"))
                } else if any_rows(expected) {
                    None
                } else if plain(columns, rows) != plain(names, expected) {
                    Some(format!("the rows {rows:?} for {expected:?}"))
                } else {
                    None
                }
            }
        }
    }
}

/// Rows with nested values as Spark's server shows them: without quotation marks, which Databricks has.
fn plain(columns: &[(String, String)], rows: &[Vec<Option<String>>]) -> Vec<Vec<Option<String>>> {
    let is_nested =
        |name: &str| ["array<", "map<", "struct<"].iter().any(|prefix| name.starts_with(prefix));
    let value = |(value, (_, name)): (&Option<String>, &(String, String))| {
        value.as_ref().map(|text| match is_nested(name) {
            true => text.replace('"', ""),
            false => text.clone(),
        })
    };
    rows.iter().map(|row| row.iter().zip(columns).map(value).collect()).collect()
}

/// Rows that depend on the time, such as when a table was made.
fn any_rows(expected: &[Vec<Option<String>>]) -> bool {
    matches!(expected, [row] if matches!(&row[..], [Some(value)] if value == "*"))
}

/// Whether Spark has a message in place of a class, a class to be named later, or an error of its own.
fn has_no_class(expected: &str) -> bool {
    expected.contains(' ')
        || expected.starts_with("_LEGACY_ERROR_TEMP_")
        || expected == "INTERNAL_ERROR"
}

fn main_class(class: &str) -> &str {
    class.split_once('.').map_or(class, |(main, _)| main)
}

/// The type in lower case without spaces; the fields of an interval are not told apart.
pub(crate) fn canonical_type(name: &str) -> String {
    let lower = name.to_lowercase();
    if let Some(unit) = lower.strip_prefix("interval ") {
        let is_long = unit.starts_with("year") || unit.starts_with("month");
        return if is_long { "interval year to month" } else { "interval day to second" }
            .to_owned();
    }
    lower.replace(": ", ":").replace(", ", ",")
}
