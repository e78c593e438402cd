//! Carrying a metadata call out: over Thrift it is a call of the protocol, over the Statement Execution
//! API a statement, or one for each catalog; the rows are collected, shaped and returned as a result.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use dbsql_protocol::handle::QueryId;

use super::rows::{Asked, Rows};
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

/// The kinds of tables of Databricks.
const TABLE_TYPES: [&str; 4] = ["METRIC_VIEW", "SYSTEM TABLE", "TABLE", "VIEW"];

/// What is wrong with a statement that names something that is not there.
const NOT_THERE_STATES: [&str; 3] = ["42704", "42P01", "3F000"];
const NOT_THERE_CLASSES: [&str; 5] = [
    "NO_SUCH_CATALOG_EXCEPTION",
    "CATALOG_NOT_FOUND",
    "SCHEMA_NOT_FOUND",
    "TABLE_OR_VIEW_NOT_FOUND",
    "NO_SUCH_SCHEMA_EXCEPTION",
];

/// What is wrong with a statement of a form that the server does not know.
const UNKNOWN_FORM_STATES: [&str; 3] = ["42601", "0A000", "42K0E"];

/// One call in one session.
struct Run {
    session: Arc<ManagedSession>,
    until: Until,
    rows: Rows,
    /// The last query that had a part in it.
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
        run.collect(&request).await.map_err(|error| engine.label(harmless(error), None))?;
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
            MetadataPlan::Ask => match self.ask(request).await {
                Err(error) if spans_catalogs(request) && refuses_all_catalogs(&error) => {
                    tracing::debug!(%error, "the server is asked for one catalog at a time");
                    match self.each_catalog(request).await? {
                        0 => Err(error),
                        _ => Ok(()),
                    }
                }
                asked => asked,
            },
        }
    }

    /// Adds what is known without the server.
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

    /// Asks for one catalog after the other, and returns how many there are.
    async fn each_catalog(&mut self, request: &Request) -> Result<usize> {
        let mut catalogs = Run {
            session: Arc::clone(&self.session),
            until: self.until,
            rows: Rows::new(self.session.engine.reading.byte_budget),
            query_id: None,
        };
        let all =
            Request { query_tags: request.query_tags.clone(), ..Request::new(Kind::Catalogs) };
        catalogs.ask(&all).await?;
        let names = catalogs.rows.names(Kind::Catalogs)?;
        let count = names.len();
        for catalog in names {
            self.ask(&request.within(catalog)).await?;
        }
        Ok(count)
    }

    /// Asks the server, and adds the rows. What is not there has none.
    async fn ask(&mut self, request: &Request) -> Result<()> {
        let mark = self.rows.mark();
        let mut retries = self.session.engine.history.retries(self.until);
        loop {
            let asked = self.ask_once(request).await;
            let Err(error) = asked else { return Ok(()) };
            self.rows.truncate(mark);
            if names_catalog(request) && is_not_there(&error) {
                return Ok(());
            }
            if error.kind() != ErrorKind::OutcomeUnknown {
                return Err(explained(error, request));
            }
            // As a statement it is not resent, since it may have been accepted. It does no harm again.
            match retries.after_failure(None, OverBudget::GiveUp) {
                Next::At(at) => self.session.engine.runtime.sleep_until(at).await,
                Next::DeadlineFirst => return Err(error.with_kind(ErrorKind::Deadline)),
                Next::GiveUp => return Err(error),
            }
        }
    }

    async fn ask_once(&mut self, request: &Request) -> Result<()> {
        let engine = Arc::clone(&self.session.engine);
        let until = self.until;
        let sending = Sending { direct: DirectResult::Allowed, ..Sending::default() };
        let submitted = self.session.start_metadata(request, &sending, until).await?;
        self.query_id = Some(submitted.target.query_id());
        let backend = Arc::clone(engine.backends.of(&submitted.target.handle)?);
        let (open, namespace) = (self.session.open.clone(), self.session.namespace.clone());
        let operation = Operation::submitted(engine, backend, submitted, open, namespace);
        let operation = Arc::new(operation);
        // Once it is open, the result closes it.
        let mut guard = CloseOnDrop(Some(Arc::clone(&operation)));
        let execution = AsyncExecution::new(operation);
        let mut results = execution.open_results(0, Owner::Result, until).await?;
        guard.0 = None;
        if let Some(until) = until {
            results = results.deadline(until);
        }
        let asked = Arc::new(Asked::by(request));
        while let Some(batch) = results.next().await? {
            self.rows.add(&batch, &asked)?;
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

/// The method of a connection.
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

/// Whether the call is about all catalogs, of which the server may be asked for one at a time.
fn spans_catalogs(request: &Request) -> bool {
    let by_catalog =
        matches!(request.kind, Kind::Schemas | Kind::Tables | Kind::Columns | Kind::Functions);
    by_catalog && request.catalog.is_none()
}

/// Whether the call names something that may not be there.
fn names_catalog(request: &Request) -> bool {
    request.catalog.is_some() || request.table.is_some()
}

fn is_about_the_statement(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Failed | ErrorKind::Rejected)
}

fn is_not_there(error: &Error) -> bool {
    let state = error.sql_state().is_some_and(|state| NOT_THERE_STATES.contains(&state));
    let class = error.error_class().is_some_and(|class| NOT_THERE_CLASSES.contains(&class));
    is_about_the_statement(error) && (state || class)
}

fn is_unknown_form(error: &Error) -> bool {
    let state = error.sql_state().is_some_and(|state| UNKNOWN_FORM_STATES.contains(&state));
    is_about_the_statement(error) && (state || error.error_class() == Some("PARSE_SYNTAX_ERROR"))
}

/// Older servers take the words `ALL CATALOGS` for a name, or do not understand them.
fn refuses_all_catalogs(error: &Error) -> bool {
    is_not_there(error) || is_unknown_form(error) || error.kind() == ErrorKind::Unsupported
}

/// Says what to do about a call that the server does not know.
fn explained(error: Error, request: &Request) -> Error {
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

/// The advice of an error: these calls change nothing, so they may be repeated.
fn harmless(error: Error) -> Error {
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
