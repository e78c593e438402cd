//! The span and the metrics of one call.

use std::fmt;
use std::sync::Arc;

use dbsql_protocol::handle::{ExecutionHandle, Protocol, QueryId};
use tracing::field::{Empty, display};
use tracing::{Instrument, Span};

use super::fields::*;
use super::keyword;
#[cfg(feature = "metrics-024")]
use super::metric::Metric;
use super::{Inner, Telemetry};
use crate::{Error, Result};

/// The properties of a call that are known before it starts.
#[derive(Clone, Debug)]
pub(crate) struct CallInfo<'a> {
    /// The method of this client.
    pub(super) name: &'static str,
    /// The SQL text of a call that sends a statement.
    sql: Option<&'a str>,
    pub(super) namespace: Option<Arc<str>>,
    query: Option<(QueryId, Protocol)>,
}

impl<'a> CallInfo<'a> {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, sql: None, namespace: None, query: None }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Sets the statement that it sends.
    pub(crate) fn statement(self, sql: &'a str) -> Self {
        Self { sql: Some(sql), ..self }
    }

    pub(crate) fn namespace(self, namespace: Option<Arc<str>>) -> Self {
        Self { namespace, ..self }
    }

    /// Sets the existing query that it is about.
    pub(crate) fn query(self, handle: &ExecutionHandle) -> Self {
        Self { query: Some((handle.query_id(), handle.protocol())), ..self }
    }

    /// Returns the name of the operation: the keyword of a statement, else the name of the call.
    pub(super) fn operation(&self) -> Option<&'static str> {
        match self.sql {
            Some(sql) => keyword::operation(sql),
            None => Some(self.name),
        }
    }
}

/// A call in progress. Its outcome is recorded when this is dropped.
#[derive(Debug)]
pub(crate) struct Observation {
    span: Span,
    outcome: Outcome,
    rows: Option<u64>,
    #[cfg(feature = "metrics-024")]
    metric: Metric,
}

#[derive(Debug)]
enum Outcome {
    /// Its future was dropped before it completed.
    Dropped,
    Succeeded,
    Failed(Error),
}

impl Observation {
    pub(super) fn new(telemetry: &Telemetry, info: &CallInfo<'_>) -> Self {
        let inner = &telemetry.0;
        let span = tracing::info_span!(
            "dbsql.call",
            { OTEL_NAME } = display(SpanName { info, inner }),
            { OTEL_KIND } = CLIENT,
            { OTEL_STATUS_CODE } = Empty,
            { DB_SYSTEM_NAME } = SYSTEM,
            { DB_NAMESPACE } = info.namespace.as_deref(),
            { DB_OPERATION_NAME } = info.operation(),
            { DB_QUERY_TEXT } = info.sql.filter(|_| inner.records_query_text),
            { DB_RESPONSE_STATUS_CODE } = Empty,
            { DB_RESPONSE_RETURNED_ROWS } = Empty,
            { ERROR_TYPE } = Empty,
            { SERVER_ADDRESS } = &*inner.address,
            { SERVER_PORT } = inner.port,
            { DATABRICKS_CALL } = info.name,
            { DATABRICKS_PROTOCOL } = Empty,
            { DATABRICKS_QUERY_ID } = Empty,
        );
        if let Some((id, protocol)) = info.query {
            record_query(&span, id, protocol);
        }
        Self {
            span,
            outcome: Outcome::Dropped,
            rows: None,
            #[cfg(feature = "metrics-024")]
            metric: Metric::begin(telemetry, info),
        }
    }

    /// Runs the call in its span.
    pub(crate) async fn finish<T>(self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.finish_with(work, |_| None).await
    }

    pub(super) async fn finish_with<T>(
        mut self,
        work: impl Future<Output = Result<T>>,
        failure: impl FnOnce(&T) -> Option<Error>,
    ) -> Result<T> {
        let outcome = work.instrument(self.span.clone()).await;
        match &outcome {
            Ok(value) => match failure(value) {
                None => self.succeeded(),
                Some(error) => self.failed(&error),
            },
            Err(error) => self.failed(error),
        }
        outcome
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Records the start of a read: if this is dropped from now on, the read is incomplete.
    pub(crate) fn reads(&mut self) {
        self.outcome = Outcome::Dropped;
    }

    pub(crate) fn succeeded(&mut self) {
        self.outcome = Outcome::Succeeded;
    }

    pub(crate) fn failed(&mut self, error: &Error) {
        self.outcome = Outcome::Failed(error.clone());
    }

    /// Records rows that were returned to the caller.
    pub(crate) fn returned_rows(&mut self, rows: u64) {
        self.rows = Some(self.rows.unwrap_or_default().saturating_add(rows));
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        let failure = match &self.outcome {
            Outcome::Succeeded => None,
            Outcome::Dropped => Some(Failure { class: DROPPED, code: None }),
            Outcome::Failed(error) => {
                if let Some(id) = error.query_id() {
                    self.span.record(DATABRICKS_QUERY_ID, display(id));
                }
                Some(Failure::of(error))
            }
        };
        if let Some(failure) = &failure {
            self.span.record(OTEL_STATUS_CODE, ERROR);
            self.span.record(ERROR_TYPE, failure.class);
            self.span.record(DB_RESPONSE_STATUS_CODE, failure.code);
        }
        self.span.record(DB_RESPONSE_RETURNED_ROWS, self.rows);
        #[cfg(feature = "metrics-024")]
        self.metric.end(failure.as_ref(), self.rows);
    }
}

/// The classification of a failure.
pub(super) struct Failure<'a> {
    pub(super) class: &'a str,
    /// The most specific code from the server: its error class, else the SQLSTATE.
    pub(super) code: Option<&'a str>,
}

impl<'a> Failure<'a> {
    fn of(error: &'a Error) -> Self {
        let code = error.error_class().or(error.sql_state());
        Self { class: code.unwrap_or(error.kind().name()), code }
    }
}

/// Records the query of the call of the current span, once its id is known.
pub(crate) fn learned_query(handle: &ExecutionHandle) {
    record_query(&Span::current(), handle.query_id(), handle.protocol());
}

fn record_query(span: &Span, id: QueryId, protocol: Protocol) {
    span.record(DATABRICKS_QUERY_ID, display(id));
    span.record(
        DATABRICKS_PROTOCOL,
        match protocol {
            Protocol::Thrift => Some("thrift"),
            Protocol::Sea => Some("sea"),
            _ => None,
        },
    );
}

/// The name of the span: the operation and its target, which is the namespace or else the server.
struct SpanName<'a> {
    info: &'a CallInfo<'a>,
    inner: &'a Inner,
}

impl fmt::Display for SpanName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.info.operation() {
            write!(f, "{operation} ")?;
        }
        match (&self.info.namespace, self.inner.port) {
            (Some(namespace), _) => f.write_str(namespace),
            (None, Some(port)) => write!(f, "{}:{port}", self.inner.address),
            (None, None) => f.write_str(&self.inner.address),
        }
    }
}
