//! What can go wrong, and what may safely be done then.

use std::time::Duration;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The host, path, options or features cannot work; nothing about a query.
    Config,
    /// An argument was refused before anything was sent.
    InvalidInput,
    /// This server, or this version of the crate, cannot do what was asked.
    Unsupported,
    /// The server did not accept the credentials.
    Auth,
    /// The credentials are good, but not for this.
    PermissionDenied,
    /// The network or the server's HTTP layer failed, and repeating did not help in time.
    /// The handle is still good.
    Transport,
    /// The server asks for fewer requests, and went on doing so. The handle is still good.
    Throttled,
    /// The answer does not follow the protocol: damaged on the way, which another call may mend, or
    /// of a kind that this version does not know.
    Protocol,
    /// The server refused the request; nothing ran.
    Rejected,
    /// The server does not know this execution: it never existed there, its secret is wrong, or
    /// it has been gone since before this client asked.
    NotFound,
    /// The statement failed.
    Failed,
    /// The statement was canceled, by this client or by somebody else.
    Canceled,
    /// The statement ran into its own time limit on the server.
    TimedOut,
    /// The execution was there, and its result no longer is: closed, expired, or ended with its
    /// session.
    ResultGone,
    /// There is no handle: the whole result came with the answer to the submit.
    NotResumable,
    /// The statement was sent and no clear answer came back: it may be running, it may not.
    OutcomeUnknown,
    /// The deadline of the call passed. The handle is still good.
    Deadline,
    /// The place where the result's files lie cannot be reached.
    StorageUnreachable,
    /// The result was cut off at a limit.
    Truncated,
    /// The result's bytes are not what they should be: damaged on the way, which another call may
    /// mend, or of a kind that this version cannot read.
    Decode,
    /// The session is gone, and with it what `USE`, `SET` or a temporary view had set up.
    SessionExpired,
}

/// What may safely be done after an error. One `bool` would invite a second INSERT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// Repeat the same call on the same handle.
    RepeatCall,
    /// Repeat the same call, but not before this much time has passed: on the same handle, or, when
    /// it was a submit, which was not taken then, the submit.
    RepeatCallAfter(Duration),
    /// The statement did not run: it may be submitted again once the cause is mended.
    SafeToResubmit,
    /// The statement ran, or may have: submitting it again may do its work twice.
    Unsafe,
    /// Repeating will give the same error.
    Never,
}

impl ErrorKind {
    pub(crate) fn usual_advice(self) -> RetryAdvice {
        match self {
            Self::Transport
            | Self::Throttled
            | Self::Deadline
            | Self::StorageUnreachable
            | Self::Protocol
            | Self::Decode => RetryAdvice::RepeatCall,
            Self::Rejected | Self::Auth | Self::SessionExpired => RetryAdvice::SafeToResubmit,
            Self::Failed
            | Self::Canceled
            | Self::TimedOut
            | Self::ResultGone
            | Self::OutcomeUnknown
            | Self::Truncated => RetryAdvice::Unsafe,
            Self::Config
            | Self::InvalidInput
            | Self::Unsupported
            | Self::PermissionDenied
            | Self::NotFound
            | Self::NotResumable => RetryAdvice::Never,
        }
    }

    pub(crate) fn usual_next_step(self) -> Option<&'static str> {
        Some(match self {
            Self::Auth => "check the token or password and that it is meant for this host",
            Self::PermissionDenied => {
                "ask for the right to use this warehouse or execution, or renew the token"
            }
            Self::Transport | Self::Deadline => "the handle is still good: repeat the call",
            Self::Throttled => "the handle is still good: repeat the call later",
            Self::NotFound => {
                "check the handle, its secret, and that it was made on this host and path; or it was \
                 closed, or has expired"
            }
            Self::ResultGone => {
                "the result cannot be fetched any more; look the query up in the query history \
                 before submitting it again"
            }
            Self::OutcomeUnknown => "look for it in the query history before submitting it again",
            Self::SessionExpired => {
                "connect again and repeat its USE, SET and temporary views before the statement"
            }
            Self::Protocol | Self::Decode => {
                "repeat the call, and report it with the id of the query if it stays so"
            }
            Self::StorageUnreachable => {
                "let this machine reach the host of the result files (firewall, private link), \
                 then repeat the call"
            }
            Self::NotResumable => {
                "read the result from this execution, or submit without allow_direct_result"
            }
            _ => return None,
        })
    }
}
