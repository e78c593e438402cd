//! The status of a statement.

use crate::sea::{ErrorCode, SessionVersion, names::names, record::record};

record! {
    /// The status of a statement, with the error of a failed one.
    ///
    /// The first three fields are documented. The others are known from other clients only, so a
    /// value of an unexpected type is ignored.
    pub struct StatementStatus {
        /// The state.
        pub state: Option<StatementState>,
        /// The error of a failed statement. The HTTP status is 200 in that case too.
        pub error: Option<ServiceError>,
        /// The SQLSTATE of the error.
        pub sql_state: Option<String> => loose,
        /// The number of rows that the statement inserted, updated or deleted.
        pub num_modified_rows: Option<i64> => loose,
        /// The version of the session's state.
        pub session_version: Option<SessionVersion> => loose,
        /// A message for users.
        pub display_message: Option<String> => loose,
        /// Details of an error, which may quote the statement.
        pub diagnostic_info: Option<String> => loose_hidden,
        /// Details of an error, as JSON in a string.
        pub error_details_json: Option<String> => loose_hidden,
    }
}

impl StatementStatus {
    /// Returns the SQLSTATE, from the status or from its error, where some servers put it.
    #[must_use]
    pub fn sql_state(&self) -> Option<&str> {
        let of_error = || self.error.as_ref()?.sql_state.as_deref();
        self.sql_state.as_deref().or_else(of_error)
    }
}

record! {
    /// The error of a failed statement.
    pub struct ServiceError {
        /// The class of the error.
        pub error_code: Option<ErrorCode>,
        /// The error message, often `[ERROR_CLASS] text SQLSTATE: xxxxx`.
        pub message: Option<String>,
        /// The SQLSTATE; documented as a field of the status.
        pub sql_state: Option<String> => loose,
    }
}

names! {
    /// The state of a statement.
    pub enum StatementState {
        /// It is queued, or its warehouse is starting.
        Pending = "PENDING",
        /// It is running.
        Running = "RUNNING",
        /// It succeeded.
        Succeeded = "SUCCEEDED",
        /// It failed.
        Failed = "FAILED",
        /// It was canceled, by a user or at the end of its wait timeout.
        Canceled = "CANCELED",
        /// The server has forgotten it. If there is a result, it succeeded, and this is all of the
        /// result.
        Closed = "CLOSED",
    }
}

impl StatementState {
    /// Returns `true` if the state is final. An unknown state is not.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled | Self::Closed)
    }
}
