//! Maps the server's errors to those of the engine.

use dbsql_protocol::sea::json::{self, Limits};
use dbsql_protocol::sea::{ErrorBody, ErrorCode};
use http::StatusCode;

use crate::error::{RetryAdvice, ServerMessage};
use crate::http::attempt::Answer;
use crate::http::refusal::{TransientError, Verdict, own_word};
use crate::{Error, ErrorKind};

/// The subject of a request, which determines the meaning of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Opening a session.
    Open,
    /// Ending a session.
    End,
    /// Sending a statement, in a session or without one.
    Submit { in_session: bool },
    /// The status of a statement.
    Statement,
    /// Canceling or closing a statement.
    Stop,
    /// A chunk of a result.
    Chunk,
    /// The query history.
    History,
}

impl About {
    /// Returns `true` if an empty response is valid.
    pub(super) fn may_be_empty(self) -> bool {
        matches!(self, Self::End | Self::Stop)
    }
}

/// Phrases about a session that no longer exists.
const GONE: [&str; 7] =
    ["not found", "does not exist", "invalid", "expired", "closed", "unknown", "no longer"];

/// The message of a server when statements of one session run at the same time.
const BUSY: &str = "sparksession is null";

pub(super) const BUSY_ADVICE: &str = "the server runs one statement per session at a time: wait for each statement to end, \
     or use a separate connection for each";

/// Reads an error status. Only a body with an error code comes from the service itself.
pub(super) fn refusal<T>(answer: &Answer, name: &str, about: About) -> Verdict<T> {
    let status = answer.status;
    let body = json::read::<ErrorBody>(&answer.body, &Limits::ANSWER).unwrap_or_default();
    let Some(code) = body.error_code else {
        let text = own_word(answer).unwrap_or_default();
        let message = ServerMessage::new(Some(&text), None, None, None);
        let lead = format!("the server rejected {name} (HTTP {})", status.as_u16());
        let error = Error::from_server(ErrorKind::Rejected, &lead, message);
        return match about {
            About::Submit { .. } => Verdict::Transient(TransientError::unproven(error)),
            _ => Verdict::Refused(error),
        };
    };
    let text = body.message.as_deref().unwrap_or_default().to_lowercase();
    // A code with another meaning does not say that something does not exist, whatever the status.
    let has_no_place =
        matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE);
    let is_unknown = match code {
        ErrorCode::ResourceDoesNotExist | ErrorCode::NotFound => true,
        ErrorCode::Other(_) => matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE),
        _ => false,
    };
    let message = ServerMessage::new(own_word(answer).as_deref(), None, None, None);
    let no_session = text.contains("session") && GONE.iter().any(|mark| text.contains(mark));
    let is_late = match about {
        // The text may quote the statement, which may mention a timeout.
        About::Submit { .. } => code == ErrorCode::DeadlineExceeded,
        _ => is_timeout(Some(&code), &text),
    };
    Verdict::Refused(match about {
        // It was running: an execution has no timeout but its own.
        About::Submit { .. } | About::Statement | About::Chunk if is_late => {
            let lead = "the statement timed out on the server";
            Error::from_server(ErrorKind::TimedOut, lead, message)
        }
        About::Submit { in_session: true } if no_session => session_expired(message),
        About::End if no_session || is_unknown => session_expired(message),
        About::Submit { .. } if text.contains(BUSY) => {
            let lead = "the session is busy with another statement";
            Error::from_server(ErrorKind::Rejected, lead, message).with_next_step(BUSY_ADVICE)
        }
        About::Open | About::Submit { .. } if is_unknown => {
            let lead = "the workspace has no SQL warehouse with the id in the http_path";
            Error::from_server(ErrorKind::Config, lead, message)
                .with_next_step("copy the HTTP path from the connection details of the warehouse")
        }
        About::History if is_unknown => {
            let lead = "the server has no query history";
            Error::from_server(ErrorKind::Unsupported, lead, message)
        }
        About::Statement | About::Stop | About::Chunk if is_unknown => {
            let lead = "the server does not know this execution";
            Error::from_server(ErrorKind::NotFound, lead, message)
        }
        _ if has_no_place => {
            let code = status.as_u16();
            let lead = format!("the host has no Statement Execution API (HTTP {code})");
            Error::from_server(ErrorKind::Config, &lead, message)
                .with_next_step("check that the host is that of a Databricks workspace")
        }
        About::Open => {
            Error::from_server(ErrorKind::Rejected, "the server rejected the session", message)
        }
        About::Submit { .. } => {
            Error::from_server(ErrorKind::Rejected, "the server rejected the statement", message)
        }
        // It had a result, or no chunk of it would have been requested.
        About::Chunk
            if code == ErrorCode::InvalidState
                || text.contains("closed")
                || text.contains("expired") =>
        {
            Error::from_server(ErrorKind::ResultGone, "the result is gone", message)
        }
        About::History => {
            let lead = format!("the server rejected {name}");
            Error::from_server(ErrorKind::Protocol, &lead, message)
        }
        About::End | About::Statement | About::Stop | About::Chunk => {
            let lead = format!("the server rejected {name} (HTTP {})", status.as_u16());
            Error::from_server(ErrorKind::Rejected, &lead, message)
        }
    })
}

/// Returns `true` if the error of a statement, or of a request about one, says that the statement
/// timed out.
pub(super) fn is_timeout(code: Option<&ErrorCode>, text: &str) -> bool {
    const MARKS: [&str; 5] = [
        "statement_timeout",
        "statement timeout",
        "statement timed out",
        "query timed out",
        "deadline_exceeded",
    ];
    let text = text.to_lowercase();
    code == Some(&ErrorCode::DeadlineExceeded) || MARKS.iter().any(|mark| text.contains(mark))
}

/// Returns `true` if the text of an error says that the session was busy.
pub(super) fn is_busy(text: &str) -> bool {
    text.to_lowercase().contains(BUSY)
}

fn session_expired(message: ServerMessage) -> Error {
    Error::from_server(ErrorKind::SessionExpired, "the session is gone", message)
        .with_retry(RetryAdvice::SafeToResubmit)
}
