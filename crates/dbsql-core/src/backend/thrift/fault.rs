//! Maps the server's errors to those of the engine.

use dbsql_protocol::types::{TStatus, TStatusCode};

use crate::error::{RetryAdvice, ServerMessage};
use crate::{Error, ErrorKind};

/// The subject of a call, which determines the meaning of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Opening or closing a session.
    Session,
    /// Sending a statement.
    Submit,
    /// A metadata call.
    Metadata,
    /// The status of an operation, canceling or closing it.
    Operation,
    /// Reading an operation's schema or rows.
    Result,
}

/// Returns the error in the status of a response.
pub(super) fn check(status: &TStatus, about: About) -> Result<(), Error> {
    match status.status_code {
        TStatusCode::SUCCESS_STATUS
        | TStatusCode::SUCCESS_WITH_INFO_STATUS
        | TStatusCode::STILL_EXECUTING_STATUS => Ok(()),
        TStatusCode::INVALID_HANDLE_STATUS => Err(match about {
            About::Session | About::Submit | About::Metadata => session_expired(message(status)),
            About::Operation | About::Result => not_found(message(status)),
        }),
        _ => Err(refusal(message(status), about)),
    }
}

fn message(status: &TStatus) -> ServerMessage {
    // Some Java exceptions have an empty message and appear only in the trace.
    let trace = status.info_messages.as_deref().unwrap_or_default().join("\n\tat ");
    let full = match status.error_message.as_deref() {
        Some(text) if trace.is_empty() => text.to_owned(),
        Some(text) => format!("{text}\n\tat {trace}"),
        None => trace,
    };
    ServerMessage::new(
        status.display_message.as_deref().or(status.error_message.as_deref()),
        Some(&full),
        status.sql_state.as_deref(),
        status.error_details_json.as_deref(),
    )
}

/// Returns the error of a rejection that has only a text: of an error status, or of a gateway's
/// 4xx.
pub(super) fn refusal(message: ServerMessage, about: About) -> Error {
    let text = message.full_text();
    let no_session = text.contains("Invalid SessionHandle");
    let gone = ["Invalid OperationHandle", "RESOURCE_DOES_NOT_EXIST", "BufferUnderflowException"];
    match about {
        // An execution ends with its session.
        About::Operation | About::Result
            if no_session || gone.iter().any(|mark| text.contains(mark)) =>
        {
            return not_found(message);
        }
        About::Session | About::Submit | About::Metadata if no_session => {
            return session_expired(message);
        }
        _ => {}
    }
    match about {
        About::Session if message.sql_state() == Some("KP001") => Error::from_server(
            ErrorKind::Unsupported,
            "this warehouse does not support Thrift",
            message,
        ),
        About::Session => {
            Error::from_server(ErrorKind::Rejected, "the server rejected the session", message)
        }
        About::Submit => {
            Error::from_server(ErrorKind::Rejected, "the server rejected the statement", message)
        }
        About::Metadata => {
            let lead = "the server refused the metadata call";
            Error::from_server(ErrorKind::Rejected, lead, message)
        }
        About::Operation => Error::from_server(
            ErrorKind::Protocol,
            "the server failed to report on the execution",
            message,
        ),
        About::Result => {
            let (kind, lead) = by_state_named(text)
                .unwrap_or((ErrorKind::Failed, "the server failed to produce the result"));
            Error::from_server(kind, lead, message)
        }
    }
}

/// Returns the kind for the state in the message of Spark's server when a result cannot be read.
fn by_state_named(text: &str) -> Option<(ErrorKind, &'static str)> {
    let found = text.split("Expected state FINISHED, but found ").nth(1)?;
    Some(if found.starts_with("CANCELED") {
        (ErrorKind::Canceled, "the statement was canceled")
    } else if found.starts_with("TIMEDOUT") {
        (ErrorKind::TimedOut, "the statement timed out")
    } else if found.starts_with("CLOSED") {
        (ErrorKind::ResultGone, "the execution is closed")
    } else if found.starts_with("ERROR") {
        (ErrorKind::Failed, "the statement failed")
    } else {
        return None;
    })
}

pub(super) fn session_expired(message: ServerMessage) -> Error {
    Error::from_server(ErrorKind::SessionExpired, "the session is gone", message)
        .with_retry(RetryAdvice::SafeToResubmit)
}

pub(super) fn not_found(message: ServerMessage) -> Error {
    Error::from_server(ErrorKind::NotFound, "the server does not know this execution", message)
}
