//! The body of an error response.

use std::collections::BTreeMap;

use crate::sea::{names::names, record::record};

record! {
    /// The body of a response with status 4xx or 5xx. A value of an unexpected type is ignored: the
    /// status already reports an error.
    pub struct ErrorBody {
        /// The class of the error. Its presence shows that the service itself rejected the request,
        /// not an intermediary.
        pub error_code: Option<ErrorCode> => loose,
        /// The error message.
        pub message: Option<String> => loose,
        /// Further details.
        pub details: Vec<ErrorDetail> => loose,
    }
}

record! {
    /// A detail of an error.
    pub struct ErrorDetail {
        /// The type of the detail, such as `type.googleapis.com/google.rpc.ErrorInfo`.
        pub kind as "@type": Option<String> => loose,
        /// The reason of the error.
        pub reason: Option<String> => loose,
        /// The domain that defines `reason`.
        pub domain: Option<String> => loose,
        /// Further names and values.
        pub metadata: BTreeMap<String, String> => loose,
    }
}

names! {
    /// The class of an error, of a statement or of a request.
    pub enum ErrorCode {
        /// The operation was aborted.
        Aborted = "ABORTED",
        /// The entity already exists.
        AlreadyExists = "ALREADY_EXISTS",
        /// The request or the statement is invalid.
        BadRequest = "BAD_REQUEST",
        /// The operation was canceled.
        Cancelled = "CANCELLED",
        /// A timeout expired, such as that of the statement.
        DeadlineExceeded = "DEADLINE_EXCEEDED",
        /// The server failed.
        InternalError = "INTERNAL_ERROR",
        /// The request is not allowed in the current state.
        InvalidState = "INVALID_STATE",
        /// A field of the request is invalid.
        InvalidParameterValue = "INVALID_PARAMETER_VALUE",
        /// The server could not read or write.
        IoError = "IO_ERROR",
        /// The entity does not exist.
        NotFound = "NOT_FOUND",
        /// The caller lacks the permission.
        PermissionDenied = "PERMISSION_DENIED",
        /// The rate limit for requests was exceeded.
        RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED",
        /// The statement, session or warehouse does not exist.
        ResourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST",
        /// A quota is exhausted.
        ResourceExhausted = "RESOURCE_EXHAUSTED",
        /// The service is under maintenance.
        ServiceUnderMaintenance = "SERVICE_UNDER_MAINTENANCE",
        /// The service is temporarily unavailable.
        TemporarilyUnavailable = "TEMPORARILY_UNAVAILABLE",
        /// The caller is not authenticated.
        Unauthenticated = "UNAUTHENTICATED",
        /// An unknown error.
        Unknown = "UNKNOWN",
        /// The workspace is temporarily unavailable.
        WorkspaceTemporarilyUnavailable = "WORKSPACE_TEMPORARILY_UNAVAILABLE",
    }
}
