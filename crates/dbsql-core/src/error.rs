//! The one error of the engine: what happened, to which query, and what to do next.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dbsql_protocol::handle::QueryId;

mod kind;
mod server;

pub use self::kind::{ErrorKind, RetryAdvice};
pub(crate) use self::server::ServerMessage;

/// What every fallible call of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Arc<dyn StdError + Send + Sync>;

/// Why a call did not do what was asked.
///
/// [`kind`](Self::kind) says what happened, [`retry`](Self::retry) what may safely be done next.
/// `Display` prints this level only, in one line, and never a secret, a stack trace or SQL text
/// beyond what the server quotes in its own message; [`source`](StdError::source) has the cause.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    retry: RetryAdvice,
    message: String,
    next_step: Option<&'static str>,
    query_id: Option<QueryId>,
    host: Option<String>,
    server: Option<ServerMessage>,
    source: Option<Source>,
}

impl Error {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What may safely be done next.
    #[must_use]
    pub fn retry(&self) -> RetryAdvice {
        self.0.retry
    }

    /// The query that this is about, where there is one: look it up in the query history.
    #[must_use]
    pub fn query_id(&self) -> Option<QueryId> {
        self.0.query_id
    }

    /// The SQLSTATE that the server gave, five characters such as `42P01`.
    #[must_use]
    pub fn sql_state(&self) -> Option<&str> {
        self.0.server.as_ref()?.sql_state()
    }

    /// The error class that the server gave, such as `TABLE_OR_VIEW_NOT_FOUND`.
    #[must_use]
    pub fn error_class(&self) -> Option<&str> {
        self.0.server.as_ref()?.error_class()
    }

    /// All that the server said, stack trace and query plan included. Long, and it may quote the
    /// statement: for a bug report, not for a user.
    #[must_use]
    pub fn server_diagnostics(&self) -> Option<&str> {
        Some(self.0.server.as_ref()?.full_text())
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            retry: kind.usual_advice(),
            message: message.into(),
            next_step: kind.usual_next_step(),
            query_id: None,
            host: None,
            server: None,
            source: None,
        }))
    }

    /// The server's own words become the message.
    pub(crate) fn from_server(kind: ErrorKind, lead: &str, server: ServerMessage) -> Self {
        let text = server.short_text();
        let message = if text.is_empty() { lead.to_owned() } else { format!("{lead}: {text}") };
        Self::new(kind, message).change(|inner| inner.server = Some(server))
    }

    pub(crate) fn with_query(self, query_id: Option<QueryId>) -> Self {
        match query_id {
            Some(_) if self.0.query_id.is_none() => self.change(|inner| inner.query_id = query_id),
            _ => self,
        }
    }

    /// Names the host, unless the error names one: that of a result file stays.
    pub(crate) fn with_host(self, host: &str) -> Self {
        match self.0.host {
            None => self.change(|inner| inner.host = Some(host.to_owned())),
            Some(_) => self,
        }
    }

    pub(crate) fn with_retry(self, retry: RetryAdvice) -> Self {
        self.change(|inner| inner.retry = retry)
    }

    /// The same news as another kind of error, with the advice of that kind.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.change(|inner| {
            inner.kind = kind;
            inner.retry = kind.usual_advice();
            inner.next_step = kind.usual_next_step();
        })
    }

    /// As it concerns a statement that was waiting for this call and was not sent.
    pub(crate) fn before_submit(self) -> Self {
        match self.retry() {
            RetryAdvice::RepeatCall => self
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement was not sent: submit it again"),
            _ => self,
        }
    }

    /// As it concerns somebody who gets no handle of a statement that was sent: repeating their call
    /// would submit it again.
    pub(crate) fn after_submit(self) -> Self {
        match self.retry() {
            RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_) => {
                self.with_retry(RetryAdvice::Unsafe).with_next_step(
                    "the statement was taken: look for it in the query history before submitting it \
                     again",
                )
            }
            _ => self,
        }
    }

    pub(crate) fn with_next_step(self, next_step: &'static str) -> Self {
        self.change(|inner| inner.next_step = Some(next_step))
    }

    pub(crate) fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = Source::from(source.into());
        self.change(|inner| inner.source = Some(source))
    }

    /// The time after which a throttled call may be repeated.
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match (&self.0.query_id, &self.0.host) {
            (Some(id), Some(host)) => write!(f, " (query {id} on {host})")?,
            (Some(id), None) => write!(f, " (query {id})")?,
            (None, Some(host)) => write!(f, " (host {host})")?,
            (None, None) => {}
        }
        if let Some(next_step) = self.0.next_step {
            write!(f, "; {next_step}")?;
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        if let Some(id) = &self.0.query_id {
            debug.field("query_id", &format_args!("{id}"));
        }
        if let Some(host) = &self.0.host {
            debug.field("host", host);
        }
        if let Some(state) = self.sql_state() {
            debug.field("sql_state", &state);
        }
        debug.field("retry", &self.0.retry);
        // What `main` prints of an error that it gives back is this, so the advice stands here, too.
        if let Some(next_step) = self.0.next_step {
            debug.field("next_step", &next_step);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
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
    fn a_message_names_the_query_the_host_and_the_next_step() {
        let id: QueryId = "01ef0000-0000-0000-0000-000000000001".parse().unwrap();
        let error = Error::new(ErrorKind::Transport, "the connection was reset while polling")
            .with_query(Some(id))
            .with_host("example.cloud.databricks.com");
        assert_eq!(
            error.to_string(),
            "the connection was reset while polling (query 01ef0000-0000-0000-0000-000000000001 \
             on example.cloud.databricks.com); the handle is still good: repeat the call"
        );
        assert_eq!(error.query_id(), Some(id));
    }

    #[test]
    fn what_main_prints_of_an_error_says_what_to_do_next() {
        let error = Error::new(ErrorKind::OutcomeUnknown, "x");
        assert!(format!("{error:?}").contains("look for it in the query history"), "{error:?}");
    }

    #[test]
    fn the_first_query_named_stays() {
        let first: QueryId = "01ef0000-0000-0000-0000-000000000001".parse().unwrap();
        let second: QueryId = "01ef0000-0000-0000-0000-000000000002".parse().unwrap();
        let error = Error::new(ErrorKind::Failed, "x").with_query(Some(first));
        assert_eq!(error.with_query(Some(second)).query_id(), Some(first));
    }

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
