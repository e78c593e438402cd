//! Submits a statement, and waits for it as long as the request says.

use std::sync::Arc;
use std::time::Duration;

use dbsql_protocol::sea::{
    ExecuteStatement, OnWaitTimeout, StatementParameter, StatementResponse, StatementState,
    WaitTimeout,
};

use crate::engine::{Parameter, Query, SqlError};
use crate::faults::Fault;
use crate::history::QueryTag;
use crate::identity::{Identity, shown};
use crate::operation::{Operation, Phase, State};
use crate::registry::NotAdded;
use crate::sea::{Ask, Delivery, Refusal, sessions, status};
use crate::session::{Protocol, Session};
use crate::settings::Settings;
use crate::statement::{self, Statement, guarded};

/// The maximum size of a statement in bytes.
const MAX_STATEMENT: usize = 16 << 20;

pub(super) async fn execute(ask: Ask<'_>) -> Result<StatementResponse, Refusal> {
    let request: ExecuteStatement = ask.read()?;
    let settings = ask.inner.settings();
    ask.check_warehouse(&request.warehouse_id)?;
    if request.statement.len() > MAX_STATEMENT {
        let message = format!("The statement exceeds the limit of {MAX_STATEMENT} bytes");
        return Err(Refusal::invalid(message));
    }
    let mut delivery = Delivery::new(&request, &settings)?;
    let wait = Wait::new(&request)?;
    let options = delivery.options(&request, &settings)?;
    let parameters = parameters(request.parameters, &settings)?;
    let session = session(ask, request.session_id, request.catalog, request.schema)?;

    let query = Query {
        sql: request.statement,
        parameters,
        // One more row shows whether there were more.
        row_limit: request.row_limit.map(|rows| rows.saturating_add(1)),
        ..Query::default()
    };
    let fails = match is_busy(ask, &session) {
        true => Some(busy()),
        false => guarded(|| session.engine.admit(&query)).err(),
    };
    delivery.session_version = match &session.protocol {
        Protocol::Sea(state) if !state.is_implicit() => Some(state.next_version()),
        _ => None,
    };
    let timeout = statement::timeout(ask.inner, &session, &query.configuration, None)?;
    let tags = request.query_tags.into_iter();
    let statement = Statement {
        query,
        options,
        timeout: Some(timeout),
        idle: None,
        tags: tags.map(|tag| QueryTag::new(tag.key, tag.value)).collect(),
        sea: Some(delivery),
        fails,
    };
    let operation = statement::start(ask.inner, &session, statement);
    let operation = operation.map_err(|why| not_added(why, &session, &settings))?;
    let phase = wait.end(ask, &operation).await;
    answer(ask, &operation, &phase).await
}

async fn answer(
    ask: Ask<'_>,
    operation: &Arc<Operation>,
    phase: &Phase,
) -> Result<StatementResponse, Refusal> {
    let mut response = status::report(ask, operation, phase).await?;
    let has_all = response.result.as_ref().is_some_and(|result| result.next_chunk().is_none());
    if ask.inner.settings().quirks.sea.close_early && has_all {
        response.status.state = Some(StatementState::Closed);
        ask.inner.keep_linked(&phase.state);
        ask.inner.registry.evict_operation(&operation.identity.guid, &ask.inner.runtime);
    }
    if ask.fault == Some(&Fault::WrongHandle) {
        let registry = &ask.inner.registry;
        let other = registry.other_operation(&operation.identity.guid);
        let guid = other
            .map_or_else(|| Identity::random(&ask.inner.runtime).guid, |other| other.identity.guid);
        response.statement_id = shown(&guid).parse().ok();
    }
    Ok(response)
}

/// How long the response waits for the end, and what happens then.
struct Wait {
    limit: Duration,
    cancels: bool,
}

impl Wait {
    fn new(request: &ExecuteStatement) -> Result<Self, Refusal> {
        let wait = request.wait_timeout.unwrap_or(WaitTimeout::DEFAULT);
        if !wait.is_allowed() {
            let message = format!("wait_timeout is {wait}: it must be 0s, or from 5s to 50s");
            return Err(Refusal::invalid(message));
        }
        let cancels = match &request.on_wait_timeout {
            None | Some(OnWaitTimeout::Continue) => false,
            Some(OnWaitTimeout::Cancel) => true,
            Some(other) => {
                return Err(Refusal::invalid(format!("{other} is not a valid on_wait_timeout")));
            }
        };
        Ok(Self { limit: Duration::from_secs(wait.seconds.into()), cancels })
    }

    async fn end(self, ask: Ask<'_>, operation: &Operation) -> Phase {
        let runtime = &ask.inner.runtime;
        if self.limit.is_zero() {
            return operation.live.phase();
        }
        let deadline = Some(runtime.now() + self.limit);
        let phase = operation.wait(runtime, deadline, State::is_terminal).await;
        if phase.state.is_terminal() || !self.cancels {
            return phase;
        }
        operation.cancel();
        operation.wait(runtime, None, State::is_terminal).await
    }
}

/// Returns the session of the request, or a new one for this statement.
fn session(
    ask: Ask<'_>,
    id: Option<String>,
    catalog: Option<String>,
    schema: Option<String>,
) -> Result<Arc<Session>, Refusal> {
    match id.filter(|id| !id.is_empty()) {
        None => sessions::implicit(ask, catalog, schema),
        Some(_) if catalog.is_some() || schema.is_some() => {
            let message = "catalog and schema cannot be set together with session_id";
            Err(Refusal::invalid(message))
        }
        Some(id) => sessions::find(ask.inner, &id),
    }
}

/// Returns `true` if the statement fails because another statement of its session is running.
fn is_busy(ask: Ask<'_>, session: &Session) -> bool {
    ask.inner.settings().quirks.sea.busy_sessions
        && ask.inner.registry.is_busy(&session.identity.guid)
}

/// Returns the error of a session that is running a statement already.
fn busy() -> SqlError {
    SqlError {
        message: "requirement failed: sparkSession is null while trying to execute the statement"
            .to_owned(),
        sql_state: None,
        error_class: Some("INTERNAL_ERROR".to_owned()),
    }
}

fn not_added(why: NotAdded, session: &Session, settings: &Settings) -> Refusal {
    match why {
        NotAdded::Full => {
            let limit = settings.max_session_operations;
            Refusal::too_many(&format!("{limit} statements of the session are not closed"))
        }
        NotAdded::NoSession => Refusal::no_session(&shown(&session.identity.guid)),
    }
}

/// Returns named parameters unchanged, and unnamed ones in the order of their ordinals.
fn parameters(
    mut given: Vec<StatementParameter>,
    settings: &Settings,
) -> Result<Vec<Parameter>, Refusal> {
    let is_named = |one: &StatementParameter| one.name.as_ref().is_some_and(|it| !it.is_empty());
    if settings.quirks.sea.refuse_positional && !given.iter().all(is_named) {
        return Err(Refusal::invalid("Parameters must have names: ? is not supported"));
    }
    given.sort_by_key(|one| if is_named(one) { None } else { one.ordinal });
    let parameter = |one: StatementParameter| Parameter {
        name: one.name.filter(|name| !name.is_empty()),
        sql_type: Parameter::type_or_usual(one.sql_type, one.value.as_ref()),
        value: one.value,
        arguments: Vec::new(),
    };
    Ok(given.into_iter().map(parameter).collect())
}
