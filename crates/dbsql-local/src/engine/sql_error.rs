//! The error of a failed statement.

/// The error of a failed statement, classified as in Spark.
///
/// ```
/// use dbsql_local::engine::SqlError;
///
/// let error = SqlError::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", "the table `t` cannot be found");
/// assert_eq!(error.sql_state.as_deref(), Some("42P01"));
/// assert_eq!(error.to_string(), "the table `t` cannot be found");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SqlError {
    /// The message for users. The error class is prepended in square brackets if there is one.
    pub message: String,
    /// The SQLSTATE: five characters, such as `42703`.
    pub sql_state: Option<String>,
    /// The error class, such as `UNRESOLVED_COLUMN.WITH_SUGGESTION`.
    pub error_class: Option<String>,
}

impl SqlError {
    /// Creates an error with an SQLSTATE and a class.
    #[must_use]
    pub fn new(
        error_class: impl Into<String>,
        sql_state: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            message: message.into(),
            sql_state: Some(sql_state.into()),
            error_class: Some(error_class.into()),
        }
    }

    /// Returns the text for users: `[CLASS] message SQLSTATE: state`.
    pub(crate) fn text(&self) -> String {
        let mut text = match &self.error_class {
            Some(class) if !self.message.starts_with('[') => format!("[{class}] {}", self.message),
            _ => self.message.clone(),
        };
        if let Some(state) = &self.sql_state
            && !text.contains("SQLSTATE:")
        {
            text.push_str(&format!(" SQLSTATE: {state}"));
        }
        text
    }

    /// Creates an error of the engine itself: class `INTERNAL_ERROR`, SQLSTATE `XX000`.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new("INTERNAL_ERROR", "XX000", message)
    }
}
