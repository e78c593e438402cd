//! How far a statement is.

use crate::sea::{ErrorCode, SessionVersion, names::names, record::record};

record! {
    /// How far a statement is, and why it failed.
    ///
    /// The first three fields are documented. The others were seen in other clients only, so a value of an
    /// unexpected type is ignored.
    pub struct StatementStatus {
        /// The state.
        pub state: Option<StatementState>,
        /// Why it failed. The HTTP status is 200 then, too.
        pub error: Option<ServiceError>,
        /// The SQLSTATE of the error.
        pub sql_state: Option<String> => loose,
        /// Rows that a statement inserted, updated or deleted.
        pub num_modified_rows: Option<i64> => loose,
        /// How far the state of the session is.
        pub session_version: Option<SessionVersion> => loose,
        /// A text for people.
        pub display_message: Option<String> => loose,
        /// More about an error, which may quote the statement.
        pub diagnostic_info: Option<String> => loose_hidden,
        /// More about an error, as JSON in a text.
        pub error_details_json: Option<String> => loose_hidden,
    }
}

impl StatementStatus {
    /// The SQLSTATE, from the status or from its error, where some servers have it.
    #[must_use]
    pub fn sql_state(&self) -> Option<&str> {
        let of_error = || self.error.as_ref()?.sql_state.as_deref();
        self.sql_state.as_deref().or_else(of_error)
    }
}

record! {
    /// Why a statement failed.
    pub struct ServiceError {
        /// The class of the error.
        pub error_code: Option<ErrorCode>,
        /// What went wrong, often as `[ERROR_CLASS] text SQLSTATE: xxxxx`.
        pub message: Option<String>,
        /// The SQLSTATE; documented as a field of the status.
        pub sql_state: Option<String> => loose,
    }
}

names! {
    /// A state of a statement.
    pub enum StatementState {
        /// It waits, or its warehouse starts.
        Pending = "PENDING",
        /// It runs.
        Running = "RUNNING",
        /// It has a result.
        Succeeded = "SUCCEEDED",
        /// It failed.
        Failed = "FAILED",
        /// It was canceled, by a user or at the end of its wait timeout.
        Canceled = "CANCELED",
        /// The server has forgotten it. With a result it succeeded, and this is all of the result.
        Closed = "CLOSED",
    }
}

impl StatementState {
    /// Whether the state is final. One that is not known is not.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled | Self::Closed)
    }
}
