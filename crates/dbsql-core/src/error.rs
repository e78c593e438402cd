//! The error of the engine: what failed, for which query, and what may be done next.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use dbsql_protocol::handle::QueryId;
use dbsql_transport::retry::Attempts;

pub(crate) mod blocking;
mod escape;
mod kind;
mod server;

use self::escape::{Escaped, Escaping};
pub use self::kind::{ErrorKind, RetryAdvice};
pub(crate) use self::server::ServerMessage;

/// A `Result` whose error defaults to [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Arc<dyn StdError + Send + Sync>;

/// The error of a call: its [`kind`](Self::kind), and what may safely be done next
/// ([`retry`](Self::retry)).
///
/// `Display` prints this level only; [`source`](StdError::source) returns the cause. The text is one
/// line without a secret, a stack trace, or SQL text beyond what the server quotes in its own
/// message. Control characters and invisible characters in text from outside, such as a column name
/// or the server's message, are escaped (`\n`, `\u{1b}`) in `Display` and `Debug`, also in the text
/// of the causes.
///
/// Cheap to clone.
///
/// ```
/// use dbsql_core::{Error, RetryAdvice};
///
/// fn report(error: &Error) {
///     match error.retry() {
///         RetryAdvice::RepeatCall => println!("{error}: trying again"),
///         RetryAdvice::SafeToResubmit => println!("{error}: submitting the statement again"),
///         _ => println!("{error}"),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    retry: RetryAdvice,
    message: String,
    next_step: Option<Cow<'static, str>>,
    query_id: Option<QueryId>,
    submit_nonce: Option<String>,
    host: Option<String>,
    attempts: Option<Attempts>,
    server: Option<ServerMessage>,
    source: Option<Source>,
}

impl Error {
    /// The advice for a statement with a nonce, which is printed after this.
    const FIND_BY_NONCE: &'static str =
        "before submitting it again, look for it with Client::find_submitted and its nonce";

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns what may safely be done next.
    #[must_use]
    pub fn retry(&self) -> RetryAdvice {
        self.0.retry
    }

    /// Returns the id of the query, if the error concerns one: the key to the query history.
    #[must_use]
    pub fn query_id(&self) -> Option<QueryId> {
        self.0.query_id
    }

    /// Returns the nonce of a submit whose outcome is unknown, if the statement carried one: the
    /// argument of [`Client::find_submitted`](crate::Client::find_submitted).
    #[must_use]
    pub fn submit_nonce(&self) -> Option<&str> {
        self.0.submit_nonce.as_deref()
    }

    /// Returns how many requests were sent for the call that failed: 0 for an error that is not about
    /// a request. Where there was more than one, `Display` says so: `after 4 attempts in 12.3 s`.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts.map_or(0, Attempts::count)
    }

    /// Returns the time from the first of the [`attempts`](Self::attempts) to the failure, with the
    /// pauses between them.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        self.0.attempts.map(Attempts::elapsed)
    }

    /// Returns the SQLSTATE from the server, five letters or digits such as `42P01`.
    #[must_use]
    pub fn sql_state(&self) -> Option<&str> {
        self.0.server.as_ref()?.sql_state()
    }

    /// Returns the error class from the server, such as `TABLE_OR_VIEW_NOT_FOUND`.
    #[must_use]
    pub fn error_class(&self) -> Option<&str> {
        self.0.server.as_ref()?.error_class()
    }

    /// Returns the whole message of the server, with stack trace and query plan.
    ///
    /// This is the raw text: long, of several lines, possibly with terminal codes, and it may quote
    /// the statement. It is meant for a bug report; escape it before printing it.
    #[must_use]
    pub fn server_diagnostics(&self) -> Option<&str> {
        Some(self.0.server.as_ref()?.full_text())
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            retry: kind.usual_advice(),
            message: message.into(),
            next_step: kind.usual_next_step().map(Cow::Borrowed),
            query_id: None,
            submit_nonce: None,
            host: None,
            attempts: None,
            server: None,
            source: None,
        }))
    }

    /// Creates an error with the message `lead` followed by the server's short text.
    pub(crate) fn from_server(kind: ErrorKind, lead: &str, server: ServerMessage) -> Self {
        let text = server.short_text();
        let message = if text.is_empty() { lead.to_owned() } else { format!("{lead}: {text}") };
        Self::new(kind, message).change(|inner| inner.server = Some(server))
    }

    /// Adds the query. The first one added stays.
    pub(crate) fn with_query(self, query_id: Option<QueryId>) -> Self {
        match query_id {
            Some(_) if self.0.query_id.is_none() => self.change(|inner| inner.query_id = query_id),
            _ => self,
        }
    }

    /// Adds the nonce of the statement, if its outcome is unknown.
    pub(crate) fn with_submit_nonce(self, nonce: Option<String>) -> Self {
        match nonce {
            Some(_) if self.kind() == ErrorKind::OutcomeUnknown => {
                self.change(|inner| inner.submit_nonce = nonce)
            }
            _ => self,
        }
    }

    /// Adds the host. The first one added stays: a storage host is not replaced by the workspace's.
    pub(crate) fn with_host(self, host: &str) -> Self {
        match self.0.host {
            Some(_) => self,
            None => self.change(|inner| inner.host = Some(host.to_owned())),
        }
    }

    /// Adds the attempts. The first ones added stay, unless that was a single attempt: then a
    /// sign-in was retried within one attempt of a call.
    pub(crate) fn with_attempts(self, attempts: Attempts) -> Self {
        match self.0.attempts {
            Some(existing) if existing.is_retried() || !attempts.is_retried() => self,
            _ => self.change(|inner| inner.attempts = Some(attempts)),
        }
    }

    pub(crate) fn with_retry(self, retry: RetryAdvice) -> Self {
        self.change(|inner| inner.retry = retry)
    }

    /// Changes the kind, and the advice to that of the kind.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.change(|inner| {
            inner.kind = kind;
            inner.retry = kind.usual_advice();
            inner.next_step = kind.usual_next_step().map(Cow::Borrowed);
        })
    }

    /// Converts to the error of a statement that depended on this call and was not sent.
    pub(crate) fn before_submit(self) -> Self {
        match self.retry() {
            RetryAdvice::RepeatCall => self
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement was not sent: submit it again"),
            _ => self,
        }
    }

    /// Converts to the error of a call that submitted a statement and returns no handle: repeating
    /// that call would submit the statement again.
    pub(crate) fn after_submit(self) -> Self {
        match self.retry() {
            RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_) => {
                self.with_retry(RetryAdvice::Unsafe).with_next_step(
                    "the statement was accepted: look for it in the query history before submitting \
                     it again",
                )
            }
            _ => self,
        }
    }

    pub(crate) fn with_next_step(self, next_step: impl Into<Cow<'static, str>>) -> Self {
        self.change(|inner| inner.next_step = Some(next_step.into()))
    }

    pub(crate) fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = escape::printable(Source::from(source.into()));
        self.change(|inner| inner.source = Some(source))
    }

    /// Adds the first row of a result that was not read.
    pub(crate) fn unread_from(self, row: u64) -> Self {
        self.change(|inner| {
            inner.message.push_str(&format!("; rows from {row} on were not read"));
        })
    }

    /// Advises to repeat the call after this delay, if there is one.
    pub(crate) fn after(self, delay: Option<Duration>) -> Self {
        match delay {
            Some(delay) => self.with_retry(RetryAdvice::RepeatCallAfter(delay)),
            None => self,
        }
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

/// The error as it concerns a result. Only malformed bytes are worth fetching again.
impl From<dbsql_arrow::Error> for Error {
    fn from(error: dbsql_arrow::Error) -> Self {
        let message = error.to_string();
        let converted = match error.kind() {
            dbsql_arrow::ErrorKind::TooLarge => Self::new(ErrorKind::Config, message)
                .with_next_step("raise Config::byte_budget, which one message must fit into"),
            dbsql_arrow::ErrorKind::Value | dbsql_arrow::ErrorKind::Layout => {
                Self::new(ErrorKind::Decode, message)
                    .with_retry(RetryAdvice::Never)
                    .with_next_step("repeating the call does not help: the same rows come again")
            }
            _ => Self::new(ErrorKind::Decode, message),
        };
        match error.into_source() {
            Some(source) => converted.with_source(source),
            None => converted,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = Escaping(f);
        f.write_str(&self.0.message)?;
        let mut details = Details { f: &mut f, any: false };
        match (&self.0.query_id, &self.0.host) {
            (Some(id), Some(host)) => details.add(format_args!("query {id} on {host}"))?,
            (Some(id), None) => details.add(format_args!("query {id}"))?,
            (None, Some(host)) => details.add(format_args!("host {host}"))?,
            (None, None) => {}
        }
        if let Some(attempts) = self.0.attempts.filter(|attempts| attempts.is_retried()) {
            details.add(format_args!("{attempts}"))?;
        }
        details.end()?;
        match (&self.0.submit_nonce, &self.0.next_step) {
            (Some(nonce), _) => write!(f, "; {} {nonce}", Self::FIND_BY_NONCE)?,
            (None, Some(next_step)) => write!(f, "; {next_step}")?,
            (None, None) => {}
        }
        match self.0.retry {
            RetryAdvice::RepeatCallAfter(delay) => {
                let seconds = delay.as_secs().saturating_add(u64::from(delay.subsec_nanos() > 0));
                write!(f, " (in {seconds} s)")
            }
            _ => Ok(()),
        }
    }
}

/// Writes the details in parentheses after the message.
struct Details<'a, W> {
    f: &'a mut W,
    any: bool,
}

impl<W: fmt::Write> Details<'_, W> {
    fn add(&mut self, detail: fmt::Arguments<'_>) -> fmt::Result {
        self.f.write_str(if self.any { ", " } else { " (" })?;
        self.any = true;
        self.f.write_fmt(detail)
    }

    fn end(self) -> fmt::Result {
        if self.any { self.f.write_str(")") } else { Ok(()) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &Escaped(&self.0.message));
        if let Some(id) = &self.0.query_id {
            debug.field("query_id", &format_args!("{id}"));
        }
        if let Some(host) = &self.0.host {
            debug.field("host", &Escaped(host));
        }
        if let Some(state) = self.sql_state() {
            debug.field("sql_state", &state);
        }
        if let Some(attempts) = self.0.attempts {
            debug.field("attempts", &attempts.count()).field("elapsed", &attempts.elapsed());
        }
        debug.field("retry", &self.0.retry);
        // `main` prints this for an error that it returns, so it includes the advice.
        if let Some(nonce) = &self.0.submit_nonce {
            debug.field("submit_nonce", nonce).field("next_step", &Self::FIND_BY_NONCE);
        } else if let Some(next_step) = &self.0.next_step {
            debug.field("next_step", &Escaped(next_step));
        }
        if let Some(source) = &self.0.source {
            debug.field("source", &Escaped(source));
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_query_host_and_next_step() {
        let id: QueryId = "01ef0000-0000-0000-0000-000000000001".parse().unwrap();
        let error = Error::new(ErrorKind::Transport, "the connection was reset while polling")
            .with_query(Some(id))
            .with_host("example.cloud.databricks.com");
        assert_eq!(
            error.to_string(),
            "the connection was reset while polling (query 01ef0000-0000-0000-0000-000000000001 \
             on example.cloud.databricks.com); the handle is still usable: repeat the call"
        );
        assert_eq!(error.query_id(), Some(id));
    }

    #[test]
    fn debug_says_what_to_do_next() {
        let error = Error::new(ErrorKind::OutcomeUnknown, "x");
        assert!(
            format!("{error:?}").contains("in the query history before submitting"),
            "{error:?}"
        );
    }

    #[test]
    fn first_query_and_host_stay() {
        let first: QueryId = "01ef0000-0000-0000-0000-000000000001".parse().unwrap();
        let second: QueryId = "01ef0000-0000-0000-0000-000000000002".parse().unwrap();
        let error = Error::new(ErrorKind::Failed, "x").with_query(Some(first));
        let error = error.with_query(Some(second)).with_host("storage").with_host("workspace");
        assert_eq!(error.query_id(), Some(first));
        assert!(error.to_string().starts_with(&format!("x (query {first} on storage)")), "{error}");
    }

    #[test]
    fn advice_depends_on_whether_the_statement_was_sent() {
        let pause = Duration::from_secs(3);
        let transient = || Error::new(ErrorKind::Transport, "x");
        let throttled = || Error::new(ErrorKind::Throttled, "x").after(Some(pause));
        assert_eq!(transient().retry(), RetryAdvice::RepeatCall);
        assert_eq!(transient().before_submit().retry(), RetryAdvice::SafeToResubmit);
        assert_eq!(transient().after_submit().retry(), RetryAdvice::Unsafe);
        assert_eq!(throttled().before_submit().retry(), RetryAdvice::RepeatCallAfter(pause));
        assert_eq!(throttled().after_submit().retry(), RetryAdvice::Unsafe);
        // Final errors keep their advice.
        for kind in [ErrorKind::Failed, ErrorKind::Config, ErrorKind::OutcomeUnknown] {
            let usual = Error::new(kind, "x").retry();
            assert_eq!(Error::new(kind, "x").after_submit().retry(), usual, "{kind:?}");
        }
    }

    #[test]
    fn only_an_unknown_outcome_names_its_nonce() {
        let nonce = || Some("n1".to_owned());
        let open = Error::new(ErrorKind::OutcomeUnknown, "x").with_submit_nonce(nonce());
        assert_eq!(open.submit_nonce(), Some("n1"));
        assert!(open.to_string().ends_with("Client::find_submitted and its nonce n1"), "{open}");
        assert!(format!("{open:?}").contains("find_submitted"), "{open:?}");
        let refused = Error::new(ErrorKind::Rejected, "x").with_submit_nonce(nonce());
        assert_eq!(refused.submit_nonce(), None);
    }

    #[test]
    fn attempts_are_shown_where_there_was_more_than_one() {
        let attempts = |count| Attempts::new(count, Duration::from_millis(12_345));
        let error = || Error::new(ErrorKind::Failed, "x").with_host("h");
        assert_eq!((error().attempts(), error().elapsed()), (0, None));
        let once = error().with_attempts(attempts(1));
        assert_eq!((once.attempts(), once.to_string().as_str()), (1, "x (host h)"));
        let retried = once.with_attempts(attempts(4));
        assert_eq!(retried.to_string(), "x (host h, after 4 attempts in 12.3 s)");
        assert_eq!(retried.with_attempts(attempts(5)).attempts(), 4, "the first that was retried");
        let bare = Error::new(ErrorKind::Failed, "x").with_attempts(attempts(2));
        assert_eq!(bare.to_string(), "x (after 2 attempts in 12.3 s)");
        assert_eq!(bare.elapsed(), Some(Duration::from_millis(12_345)));
    }

    #[test]
    fn error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
