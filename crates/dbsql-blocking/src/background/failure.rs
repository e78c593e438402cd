//! The errors of calls that ended without a result.

use std::io;

use dbsql::__blocking::{caused_by, error};
use dbsql::{Error, ErrorKind, RetryAdvice};

/// What may be done after a call without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// The call may be repeated.
    Repeat,
    /// The call submits a statement, which may be running.
    Submitted,
    /// The call reads the result of `execute`, and repeating `execute` would run the statement
    /// again.
    Executed,
}

const FIND_THE_PANIC: &str = "look for a panic in the transport or the token provider";
const DO_NOT_BLOCK: &str =
    "let the transport or the token provider await instead of blocking the thread";

impl Afterwards {
    /// Nothing was sent.
    pub(super) fn not_started(self, cause: io::Error) -> Error {
        let retry = match self {
            Self::Submitted => RetryAdvice::SafeToResubmit,
            Self::Repeat | Self::Executed => RetryAdvice::RepeatCall,
        };
        let message = "the background thread of the client cannot be started";
        let next_step = "nothing was sent: repeat the call once the process may start a thread";
        caused_by(error(ErrorKind::Config, retry, message, next_step), cause)
    }

    /// The task of the call ended early.
    pub(crate) fn panicked(self) -> Error {
        let (kind, message) = match self {
            Self::Submitted => (
                ErrorKind::OutcomeUnknown,
                "the call panicked on the background thread, and its statement may have been sent",
            ),
            Self::Repeat | Self::Executed => {
                (ErrorKind::Transport, "the call panicked on the background thread")
            }
        };
        error(kind, self.advice(), message, FIND_THE_PANIC)
    }

    /// The deadline passed while the thread was blocked.
    pub(super) fn blocked(self) -> Error {
        let (kind, message) = match self {
            Self::Submitted => (
                ErrorKind::OutcomeUnknown,
                "the deadline passed while the background thread was blocked, and the statement may have \
                 been sent",
            ),
            Self::Repeat | Self::Executed => {
                (ErrorKind::Deadline, "the deadline passed while the background thread was blocked")
            }
        };
        error(kind, self.advice(), message, DO_NOT_BLOCK)
    }

    fn advice(self) -> RetryAdvice {
        match self {
            Self::Repeat => RetryAdvice::RepeatCall,
            Self::Submitted | Self::Executed => RetryAdvice::Unsafe,
        }
    }
}

/// The caller is application code on the background thread.
pub(super) fn on_own_thread() -> Error {
    let message = "a blocking call from within a transport or token provider of the same client would \
                   wait for itself";
    error(ErrorKind::Config, RetryAdvice::Never, message, "await the async API there")
}

/// The deadline passed while the call waited for a change on the server.
pub(crate) fn deadline_passed() -> Error {
    let message = "the deadline passed before the status changed";
    let next_step = "the handle is still good: repeat the call";
    error(ErrorKind::Deadline, RetryAdvice::RepeatCall, message, next_step)
}
