//! Runs a metadata call: over Thrift it is a call of the protocol, over the Statement Execution API
//! a statement, or one per catalog. The rows are collected, shaped and returned as a result.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use dbsql_protocol::handle::QueryId;

use super::rows::{RequestedNames, Rows};
use super::shape::Shape;
use super::sql_types::TYPES;
use crate::backend::{DirectResult, MetadataPlan, Sending, Until};
use crate::error::RetryAdvice;
use crate::execution::AsyncExecution;
use crate::http::retries::{Next, OverBudget};
use crate::metadata_request::{Kind, Request};
use crate::operation::Operation;
use crate::results::{Owner, ResultSet};
use crate::session::ManagedSession;
use crate::telemetry::CallInfo;
use crate::{Error, ErrorKind, Result};

/// The table types of Databricks.
const TABLE_TYPES: [&str; 4] = ["METRIC_VIEW", "SYSTEM TABLE", "TABLE", "VIEW"];

/// The errors of a statement that names an object that does not exist.
const MISSING_OBJECT_STATES: [&str; 3] = ["42704", "42P01", "3F000"];
const MISSING_OBJECT_CLASSES: [&str; 5] = [
    "NO_SUCH_CATALOG_EXCEPTION",
    "CATALOG_NOT_FOUND",
    "SCHEMA_NOT_FOUND",
    "TABLE_OR_VIEW_NOT_FOUND",
    "NO_SUCH_SCHEMA_EXCEPTION",
];

/// The errors of a statement whose syntax the server does not support.
const UNKNOWN_FORM_STATES: [&str; 3] = ["42601", "0A000", "42K0E"];

/// One call in one session.
struct Run {
    session: Arc<ManagedSession>,
    until: Until,
    rows: Rows,
    /// The last query of the call.
    query_id: Option<QueryId>,
}

pub(super) async fn run(
    session: Arc<ManagedSession>,
    request: Request,
    until: Until,
) -> Result<ResultSet> {
    let telemetry = session.engine.telemetry.clone();
    let info = CallInfo::new(name(request.kind)).namespace(session.namespace.clone());
    telemetry.observe(info, carry_out(session, request, until)).await
}

async fn carry_out(
    session: Arc<ManagedSession>,
    mut request: Request,
    until: Until,
) -> Result<ResultSet> {
    let engine = Arc::clone(&session.engine);
    engine.enter()?;
    request.check()?;
    request.query_tags.add_missing(&session.options.query_tags);
    let rows = Rows::new(engine.reading.byte_budget);
    let mut run = Run { session, until, rows, query_id: None };
    if !request.matches_nothing() {
        run.collect(&request).await.map_err(|error| engine.label(repeatable(error), None))?;
    }
    let Run { rows, query_id, .. } = run;
    let batches = rows.into_batches(&request).map_err(|error| engine.label(error, query_id))?;
    ResultSet::ready(&engine, query_id, Shape::of(request.kind).schema(), batches)
}

impl Run {
    async fn collect(&mut self, request: &Request) -> Result<()> {
        match self.session.metadata_plan(request) {
            MetadataPlan::Known => self.add_known(request.kind),
            MetadataPlan::EachCatalog => self.each_catalog(request).await.map(|_| ()),
            MetadataPlan::Ask => match self.request(request).await {
                Err(error) if spans_catalogs(request) && rejects_all_catalogs(&error) => {
                    tracing::debug!(%error, "the server is asked for one catalog at a time");
                    match self.each_catalog(request).await? {
                        0 => Err(error),
                        _ => Ok(()),
                    }
                }
                other => other,
            },
        }
    }

    /// Adds rows that are known without the server.
    fn add_known(&mut self, kind: Kind) -> Result<()> {
        let (name, words): (&str, Vec<&str>) = match kind {
            Kind::TypeInfo => ("TYPE_NAME", TYPES.iter().map(|row| row.name).collect()),
            Kind::TableTypes => ("TABLE_TYPE", TABLE_TYPES.to_vec()),
            _ => return Ok(()),
        };
        let column = Arc::new(StringArray::from(words)) as ArrayRef;
        let batch = RecordBatch::try_from_iter([(name, column)]).map_err(|error| {
            Error::new(ErrorKind::Protocol, "a list of names").with_source(error)
        })?;
        self.rows.add(&batch, &Arc::default())
    }

    /// Requests one catalog after another, and returns their number.
    async fn each_catalog(&mut self, request: &Request) -> Result<usize> {
        let mut catalogs = Run {
            session: Arc::clone(&self.session),
            until: self.until,
            rows: Rows::new(self.session.engine.reading.byte_budget),
            query_id: None,
        };
        let all =
            Request { query_tags: request.query_tags.clone(), ..Request::new(Kind::Catalogs) };
        catalogs.request(&all).await?;
        let names = catalogs.rows.names(Kind::Catalogs)?;
        let count = names.len();
        for catalog in names {
            self.request(&request.within(catalog)).await?;
        }
        Ok(count)
    }

    /// Sends the request and adds the rows. An object that does not exist has none.
    async fn request(&mut self, request: &Request) -> Result<()> {
        let mark = self.rows.mark();
        let mut retries = self.session.engine.history.retries(self.until);
        loop {
            let result = self.request_once(request).await;
            let Err(error) = result else { return Ok(()) };
            self.rows.truncate(mark);
            if names_catalog(request) && is_missing_object(&error) {
                return Ok(());
            }
            if error.kind() != ErrorKind::OutcomeUnknown {
                return Err(unsupported(error, request));
            }
            // The engine does not resend a statement that may have been accepted. A repetition of
            // this one is harmless.
            match retries.after_failure(None, OverBudget::GiveUp) {
                Next::At(at) => self.session.engine.runtime.sleep_until(at).await,
                Next::DeadlineFirst => return Err(error.with_kind(ErrorKind::Deadline)),
                Next::GiveUp => return Err(error),
            }
        }
    }

    async fn request_once(&mut self, request: &Request) -> Result<()> {
        let engine = Arc::clone(&self.session.engine);
        let until = self.until;
        let sending = Sending { direct: DirectResult::Allowed, ..Sending::default() };
        let submitted = self.session.start_metadata(request, &sending, until).await?;
        self.query_id = Some(submitted.target.query_id());
        let backend = Arc::clone(engine.backends.of(&submitted.target.handle)?);
        let (open, namespace) = (self.session.open.clone(), self.session.namespace.clone());
        let operation = Operation::submitted(engine, backend, submitted, open, namespace);
        let operation = Arc::new(operation);
        // After opening, the result closes it.
        let mut guard = CloseOnDrop(Some(Arc::clone(&operation)));
        let execution = AsyncExecution::new(operation);
        let mut results = execution.open_results(0, Owner::Result, until).await?;
        guard.0 = None;
        if let Some(until) = until {
            results = results.deadline(until);
        }
        let requested = Arc::new(RequestedNames::by(request));
        while let Some(batch) = results.next().await? {
            self.rows.add(&batch, &requested)?;
        }
        if results.is_truncated() == Some(true) {
            let message = "the server cut the metadata off at a limit";
            return Err(Error::new(ErrorKind::Truncated, message)
                .with_query(self.query_id)
                .with_next_step("narrow the call by a catalog and patterns"));
        }
        Ok(())
    }
}

/// Returns the name of the connection's method.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Catalogs => "catalogs",
        Kind::Schemas => "schemas",
        Kind::Tables => "tables",
        Kind::Columns => "columns",
        Kind::Functions => "functions",
        Kind::PrimaryKeys => "primary_keys",
        Kind::ForeignKeys => "foreign_keys",
        Kind::TypeInfo => "type_info",
        Kind::TableTypes => "table_types",
    }
}

/// Closes the operation of a call that failed, or was dropped.
struct CloseOnDrop(Option<Arc<Operation>>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        if let Some(operation) = &self.0 {
            operation.close_later();
        }
    }
}

/// Whether the call covers all catalogs and can be split into one request per catalog.
fn spans_catalogs(request: &Request) -> bool {
    let by_catalog =
        matches!(request.kind, Kind::Schemas | Kind::Tables | Kind::Columns | Kind::Functions);
    by_catalog && request.catalog.is_none()
}

/// Whether the call names an object that may not exist.
fn names_catalog(request: &Request) -> bool {
    request.catalog.is_some() || request.table.is_some()
}

fn is_about_the_statement(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Failed | ErrorKind::Rejected)
}

fn is_missing_object(error: &Error) -> bool {
    let state = error.sql_state().is_some_and(|state| MISSING_OBJECT_STATES.contains(&state));
    let class = error.error_class().is_some_and(|class| MISSING_OBJECT_CLASSES.contains(&class));
    is_about_the_statement(error) && (state || class)
}

fn is_unknown_form(error: &Error) -> bool {
    let state = error.sql_state().is_some_and(|state| UNKNOWN_FORM_STATES.contains(&state));
    is_about_the_statement(error) && (state || error.error_class() == Some("PARSE_SYNTAX_ERROR"))
}

/// Older servers read `ALL CATALOGS` as a name, or reject it.
fn rejects_all_catalogs(error: &Error) -> bool {
    is_missing_object(error) || is_unknown_form(error) || error.kind() == ErrorKind::Unsupported
}

/// Replaces the error of a call that the server does not support with `Unsupported` and advice.
fn unsupported(error: Error, request: &Request) -> Error {
    if !is_unknown_form(&error) && error.kind() != ErrorKind::Unsupported {
        return error;
    }
    let what = name(request.kind).replace('_', " ");
    Error::new(ErrorKind::Unsupported, format!("this server does not list {what}"))
        .with_query(error.query_id())
        .with_next_step(
            "try the other protocol (Config::protocol), or query the information_schema of the \
             catalog",
        )
        .with_source(error)
}

/// Sets the advice of an error: these calls change nothing, so they may be repeated.
fn repeatable(error: Error) -> Error {
    if error.kind() == ErrorKind::OutcomeUnknown {
        return error.with_kind(ErrorKind::Transport).with_next_step("repeat the call");
    }
    let advice = match (error.kind(), error.retry()) {
        (ErrorKind::Rejected | ErrorKind::Failed | ErrorKind::Truncated, _) => RetryAdvice::Never,
        (_, RetryAdvice::Unsafe) => RetryAdvice::RepeatCall,
        (_, advice) => return error.with_retry(advice),
    };
    let next_step = match advice {
        RetryAdvice::Never => return error.with_retry(advice),
        _ => "repeat the call",
    };
    error.with_retry(advice).with_next_step(next_step)
}
