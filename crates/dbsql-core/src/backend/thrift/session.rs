//! Sessions: opening, set-up on servers that need statements for it, closing.

use std::time::Duration;

use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TCloseSessionReq, TNamespace, TOpenSessionReq, TProtocolVersion, TSessionHandle,
};

use super::fault::{self, About};
use super::rpc::{Call, STATUS_LIMIT};
use super::{Thrift, operation, submit};
use crate::backend::{Asking, Sending, Until};
use crate::config::SessionOptions;
use crate::deadline::earlier;
use crate::http::cookies::Cookies;
use crate::http::exchange::Retry;
use crate::http::last_error::LastError;
use crate::http::slots::{Class, HeldSlot};
use crate::statement::Statement;
use crate::status::ExecutionStatus;
use crate::{Error, ErrorKind, Result};

/// A session on the server.
#[derive(Debug)]
pub(crate) struct ThriftSession {
    pub(super) handle: TSessionHandle,
    /// The cookies that the server set when it was opened, and since.
    pub(super) cookies: Cookies,
    version: TProtocolVersion,
}

impl ThriftSession {
    /// Returns whether the server has Databricks' extensions: their versions start at 42241; those
    /// below are Hive's, which Apache Spark uses.
    pub(super) fn is_databricks(&self) -> bool {
        self.has(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V1)
    }

    /// Returns whether the server supports this version or a later one.
    pub(super) fn has(&self, version: TProtocolVersion) -> bool {
        self.version.0 >= version.0
    }
}

/// The time limit for cleaning up a session whose set-up failed.
const CLEAN_UP: Duration = Duration::from_secs(10);

pub(super) async fn open(
    thrift: &Thrift,
    options: &SessionOptions,
    until: Until,
) -> Result<ThriftSession> {
    let namespace = (options.catalog.is_some() || options.schema.is_some()).then(|| TNamespace {
        catalog_name: options.catalog.clone(),
        schema_name: options.schema.clone(),
    });
    let request = TOpenSessionReq {
        // Sent as a number, since a Hive server does not know Databricks' names; it then falls back
        // to its own newest version.
        client_protocol_i64: Some(i64::from(TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V9.0)),
        configuration: (!options.configuration.is_empty()).then(|| options.configuration.clone()),
        initial_namespace: namespace.clone(),
        can_use_multiple_catalogs: Some(true),
        ..TOpenSessionReq::default()
    };
    let cookies = Cookies::default();
    let call = Call {
        about: About::Session,
        retry: Retry::Opening,
        class: Class::Ordinary,
        held_slot: HeldSlot::default(),
        query_id: None,
        until,
        cookies: cookies.clone(),
        limit: STATUS_LIMIT,
        last_error: LastError::default(),
    };
    let response = thrift.call::<rpc::OpenSession>(call, &request).await?;
    fault::check(&response.status, About::Session)?;
    let handle = response.session_handle.ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "the server opened a session without a handle")
    })?;
    let session = ThriftSession { handle, cookies, version: response.server_protocol_version };
    let understood = response.initial_namespace.is_some() || namespace.is_none();
    if let Err(error) = set_up(thrift, options, &session, understood, until).await {
        // The caller never gets this session: end it, and report why its set-up failed.
        let now = thrift.exchange.runtime.now();
        let soon = now.checked_add(CLEAN_UP);
        if until.is_none_or(|until| now < until) {
            let _ = close(thrift, &session, earlier(until, soon)).await;
        } else if let Ok(lane) = thrift.exchange.lanes.here() {
            // The caller must learn of its deadline now.
            let thrift = thrift.clone();
            lane.tasks.spawn(async move {
                let _ = close(&thrift, &session, soon).await;
            });
        }
        return Err(error);
    }
    Ok(session)
}

/// Runs the set-up statements. They are not the caller's, so their errors are errors of opening.
async fn set_up(
    thrift: &Thrift,
    options: &SessionOptions,
    session: &ThriftSession,
    namespace_understood: bool,
    until: Until,
) -> Result<()> {
    for sql in setup_statements(options, session, namespace_understood)? {
        run(thrift, session, &sql, until).await.map_err(|error| match error.kind() {
            ErrorKind::Failed | ErrorKind::Canceled | ErrorKind::TimedOut => {
                error.with_kind(ErrorKind::Rejected)
            }
            ErrorKind::OutcomeUnknown => {
                Error::new(ErrorKind::Transport, "the session could not be set up")
                    .with_next_step("there is no session yet: try again")
                    .with_source(error)
            }
            _ => error,
        })?;
    }
    Ok(())
}

/// Returns the statements that set what the server did not accept with the request: the namespace,
/// if the response does not confirm it, and the configuration, which Hive's servers ignore
/// silently.
fn setup_statements(
    options: &SessionOptions,
    session: &ThriftSession,
    namespace_understood: bool,
) -> Result<Vec<String>> {
    let mut statements = Vec::new();
    if !session.is_databricks() {
        for (key, value) in &options.configuration {
            statements.push(format!("SET {}={}", quoted(key)?, quoted(value)?));
        }
    }
    if !namespace_understood {
        if let Some(catalog) = &options.catalog {
            statements.push(format!("SET CATALOG {}", quoted(catalog)?));
        }
        if let Some(schema) = &options.schema {
            statements.push(format!("USE SCHEMA {}", quoted(schema)?));
        }
    }
    Ok(statements)
}

fn quoted(name: &str) -> Result<String> {
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "a catalog, schema or configuration entry is empty or contains control characters",
        ));
    }
    Ok(format!("`{}`", name.replace('`', "``")))
}

/// Runs a statement to its end and closes it.
async fn run(thrift: &Thrift, session: &ThriftSession, sql: &str, until: Until) -> Result<()> {
    let statement = Statement::new(sql);
    let sending = Sending::default();
    let submitted = submit::execute_statement(thrift, session, &statement, &sending, until).await?;
    let mut report = submitted.report;
    while matches!(report.status, ExecutionStatus::Pending | ExecutionStatus::Running) {
        // The server holds the call while the statement runs, so this does not spin.
        report = operation::status(thrift, &submitted.target, Asking::Again, until).await?;
        thrift.exchange.runtime.sleep(Duration::from_millis(10)).await;
    }
    operation::close(thrift, &submitted.target, until).await?;
    match (report.status, report.failure) {
        (ExecutionStatus::Finished, _) => Ok(()),
        (_, Some(error)) => Err(error),
        (status, None) => Err(Error::new(
            ErrorKind::Rejected,
            format!("the session could not be set up: a statement for it was {status}"),
        )),
    }
}

pub(super) async fn close(thrift: &Thrift, session: &ThriftSession, until: Until) -> Result<()> {
    let request = TCloseSessionReq { session_handle: session.handle.clone() };
    let call = Call {
        about: About::Session,
        retry: Retry::Alive,
        class: Class::Urgent,
        held_slot: HeldSlot::default(),
        query_id: None,
        until,
        cookies: session.cookies.clone(),
        limit: STATUS_LIMIT,
        last_error: LastError::default(),
    };
    let closed = thrift.call::<rpc::CloseSession>(call, &request).await;
    let result = closed.and_then(|response| fault::check(&response.status, About::Session));
    match result {
        Err(error) if error.kind() == ErrorKind::SessionExpired => Ok(()),
        // The message of Spark's server for an unknown session.
        Err(error) if error.to_string().contains("Session does not exist") => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_safely() {
        assert_eq!(quoted("a`b").unwrap(), "`a``b`");
        assert_eq!(quoted("x; DROP TABLE t").unwrap(), "`x; DROP TABLE t`");
        assert_eq!(quoted("a\nb").unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
