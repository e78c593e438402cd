//! What the server says with an HTTP status that is no success.

use std::collections::BTreeMap;

use crate::sea::{names::names, record::record};

record! {
    /// The body of a response with status 4xx or 5xx. A value of an unexpected type is ignored: the status
    /// says that something is wrong anyway.
    pub struct ErrorBody {
        /// The class of the error. That there is one shows that the service itself refused, and not
        /// something before it.
        pub error_code: Option<ErrorCode> => loose,
        /// What went wrong.
        pub message: Option<String> => loose,
        /// More about it.
        pub details: Vec<ErrorDetail> => loose,
    }
}

record! {
    /// More about an error.
    pub struct ErrorDetail {
        /// What kind of detail it is, such as `type.googleapis.com/google.rpc.ErrorInfo`.
        pub kind as "@type": Option<String> => loose,
        /// Why.
        pub reason: Option<String> => loose,
        /// Whose word `reason` is.
        pub domain: Option<String> => loose,
        /// Names and values.
        pub metadata: BTreeMap<String, String> => loose,
    }
}

names! {
    /// The class of an error, of a statement or of a request.
    pub enum ErrorCode {
        /// The operation was aborted.
        Aborted = "ABORTED",
        /// It exists.
        AlreadyExists = "ALREADY_EXISTS",
        /// The request or the statement is wrong.
        BadRequest = "BAD_REQUEST",
        /// The operation was canceled.
        Cancelled = "CANCELLED",
        /// A timeout passed, such as that of the statement.
        DeadlineExceeded = "DEADLINE_EXCEEDED",
        /// The server failed.
        InternalError = "INTERNAL_ERROR",
        /// The request does not fit the state.
        InvalidState = "INVALID_STATE",
        /// A field of the request is wrong.
        InvalidParameterValue = "INVALID_PARAMETER_VALUE",
        /// The server could not read or write.
        IoError = "IO_ERROR",
        /// There is no such thing.
        NotFound = "NOT_FOUND",
        /// The caller may not do this.
        PermissionDenied = "PERMISSION_DENIED",
        /// There were too many requests.
        RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED",
        /// There is no such statement, session or warehouse.
        ResourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST",
        /// A quota is used up.
        ResourceExhausted = "RESOURCE_EXHAUSTED",
        /// The service is under maintenance.
        ServiceUnderMaintenance = "SERVICE_UNDER_MAINTENANCE",
        /// The service is not available now.
        TemporarilyUnavailable = "TEMPORARILY_UNAVAILABLE",
        /// The caller is not known.
        Unauthenticated = "UNAUTHENTICATED",
        /// The server does not say.
        Unknown = "UNKNOWN",
        /// The workspace is not available now.
        WorkspaceTemporarilyUnavailable = "WORKSPACE_TEMPORARILY_UNAVAILABLE",
    }
}
