//! The kinds of errors, and the advice for each.

use std::time::Duration;

/// The kind of an [`Error`](crate::Error).
///
/// After [`Transport`](Self::Transport), [`Throttled`](Self::Throttled) and
/// [`Deadline`](Self::Deadline) a handle is still usable.
///
/// ```
/// use dbsql_core::ErrorKind;
/// # use dbsql_core::{Client, Config};
/// # use dbsql_local::Service;
/// # use dbsql_local::engine::{SqlError, scripted::{Answer, ScriptedEngine}};
/// # use dbsql_local::runtime::Runtime;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), dbsql_core::Error> {
/// # let missing = SqlError::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", "no such table");
/// # let engine = ScriptedEngine::new(Runtime::real());
/// # let engine = engine.on("SELECT * FROM missing", Answer::fail(missing));
/// # let service = Service::builder().engine(engine).build();
/// # let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token("t");
/// # let client = Client::builder(config).transport(service.transport()).build()?;
/// let error = client.execute("SELECT * FROM missing").await.expect_err("there is no such table");
/// match error.kind() {
///     ErrorKind::Failed => assert_eq!(error.error_class(), Some("TABLE_OR_VIEW_NOT_FOUND")),
///     ErrorKind::OutcomeUnknown => println!("it may be running: look in the query history"),
///     _ => println!("{error}"),
/// }
/// # assert_eq!(error.kind(), ErrorKind::Failed);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is invalid: host, path, credentials, options or features of the crate.
    Config,
    /// An argument was rejected before anything was sent.
    InvalidInput,
    /// This server, or this version of the crate, does not support the request.
    Unsupported,
    /// The server did not accept the credentials, or the proxy requires others.
    Auth,
    /// The credentials are valid but lack the permission.
    PermissionDenied,
    /// A network or HTTP error that retries did not resolve. The handle is still usable.
    Transport,
    /// The server is rate limiting this client, and retries did not resolve it. The handle is still
    /// usable.
    Throttled,
    /// The response violates the protocol: corrupted in transit, or in a form unknown to this
    /// version.
    Protocol,
    /// The server rejected the request; the statement did not run.
    Rejected,
    /// The server does not know this execution: it never existed there, the secret is wrong, or it
    /// was gone before this client first asked.
    NotFound,
    /// The statement failed.
    Failed,
    /// The statement was canceled, by this client or another one.
    Canceled,
    /// The statement exceeded its timeout on the server.
    TimedOut,
    /// The result is gone: the execution existed, and was closed, expired, or ended with its session.
    ResultGone,
    /// There is no handle: the whole result came in the response to the submit.
    NotResumable,
    /// The statement was sent and no clear response arrived: it may be running.
    OutcomeUnknown,
    /// The deadline of the call passed. The statement continues, and the handle is still usable.
    Deadline,
    /// The host of the result files cannot be reached.
    StorageUnreachable,
    /// The result, or a search of the query history, was cut off at a limit.
    Truncated,
    /// The result cannot be decoded: corrupted in transit, or in a form that this version does not
    /// support.
    Decode,
    /// The session is gone, and with it the effects of `USE`, `SET` and temporary views.
    SessionExpired,
}

/// What may safely be done after an error.
///
/// The advice is about the call that returned the error. A `bool` would not be enough: repeating a
/// call on a handle is harmless, but submitting the statement again may run an INSERT twice.
///
/// Whether a statement that must not run twice may be submitted again, and after which pause:
///
/// ```
/// use std::time::Duration;
/// use dbsql_core::{Error, RetryAdvice};
/// # use dbsql_core::{Client, Config, ErrorKind};
/// # use dbsql_local::{Service, faults::Step};
///
/// fn pause_before_resubmit(error: &Error) -> Option<Duration> {
///     match error.retry() {
///         RetryAdvice::SafeToResubmit => Some(Duration::from_secs(5)),
///         RetryAdvice::RepeatCallAfter(pause) => Some(pause),
///         _ => None,
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Error> {
/// # let service = Service::builder().build();
/// # let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token("t");
/// # let client = Client::builder(config).transport(service.transport()).build()?;
/// # service.script("ExecuteStatement", [Step::reset().accepted()]);
/// // The connection breaks before the response.
/// let insert = client.execute_async("INSERT INTO t VALUES (1)");
/// let error = insert.await.expect_err("it may have run");
/// assert_eq!(error.retry(), RetryAdvice::Unsafe);
/// assert_eq!(pause_before_resubmit(&error), None);
/// # assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
/// # assert_eq!(service.runs("INSERT INTO t VALUES (1)"), 1);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// Repeat the same call on the same handle. After an error while reading the results of
    /// [`get_results`](crate::AsyncExecution::get_results), that call is `get_results`, or
    /// `get_results_from` with the row after the last one read.
    RepeatCall,
    /// Like [`RepeatCall`](Self::RepeatCall), but not before this much time has passed. If the call
    /// was a submit, the statement was not accepted, and submitting it again is safe.
    RepeatCallAfter(Duration),
    /// The statement did not run: submit it again once the cause is fixed.
    SafeToResubmit,
    /// The statement ran or may have run: submitting it again may do its work twice. This is also
    /// the advice for any failure in [`execute`](crate::Client::execute) and its result after the
    /// server accepted the statement, since repeating `execute` submits it again.
    Unsafe,
    /// Repeating the call returns the same error.
    Never,
}

impl ErrorKind {
    /// The name of the kind in telemetry.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::InvalidInput => "invalid_input",
            Self::Unsupported => "unsupported",
            Self::Auth => "auth",
            Self::PermissionDenied => "permission_denied",
            Self::Transport => "transport",
            Self::Throttled => "throttled",
            Self::Protocol => "protocol",
            Self::Rejected => "rejected",
            Self::NotFound => "not_found",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::TimedOut => "timed_out",
            Self::ResultGone => "result_gone",
            Self::NotResumable => "not_resumable",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Deadline => "deadline",
            Self::StorageUnreachable => "storage_unreachable",
            Self::Truncated => "truncated",
            Self::Decode => "decode",
            Self::SessionExpired => "session_expired",
        }
    }

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
            Self::Auth => "check the token or password, and that it belongs to this host",
            Self::PermissionDenied => {
                "ask for permission to use this warehouse or execution, or renew the token"
            }
            Self::Transport | Self::Deadline => "the handle is still usable: repeat the call",
            Self::Throttled => "the handle is still usable: repeat the call later",
            Self::NotFound => {
                "check the handle, its secret, and that it belongs to this host and path; it may also \
                 have been closed or have expired"
            }
            Self::ResultGone => {
                "the result can no longer be fetched; look for the query in the query history before \
                 submitting it again"
            }
            Self::OutcomeUnknown => "look for it in the query history before submitting it again",
            Self::SessionExpired => {
                "connect again and repeat its USE, SET and temporary views before the statement"
            }
            Self::Protocol | Self::Decode => {
                "repeat the call, and report the error with the id of the query if it persists"
            }
            Self::StorageUnreachable => {
                "allow this machine to connect to the host of the result files (firewall, private \
                 link), then repeat the call"
            }
            Self::NotResumable => {
                "read the result from this execution, or submit without allow_direct_result"
            }
            _ => return None,
        })
    }
}
