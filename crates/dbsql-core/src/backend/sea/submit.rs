//! Submits a statement, once.

use std::time::Duration;

use dbsql_protocol::handle::{ExecutionHandle, Protocol};
use dbsql_protocol::sea::json::{self, Limits, ReadError};
use dbsql_protocol::sea::{
    Compression, Disposition, ExecuteStatement, Format, OnWaitTimeout, QueryTag, StatementHead,
    StatementResponse, StatementState, WaitTimeout, path,
};
use http::Method;

use super::Sea;
use super::call::{Call, RESULT_LIMIT, ROWS_LIMIT, written};
use super::fault::About;
use super::inline_results::InlineResults;
use super::operation::status_report;
use super::parameters;
use super::session::SeaSession;
use crate::backend::{DirectResult, Readers, Sending, Submitted, Target, Until, unknown_outcome};
use crate::http::exchange::Retry;
use crate::http::last_error::LastError;
use crate::http::slots::{Class, HeldSlot};
use crate::statement::Statement;
use crate::{Error, ErrorKind, Result};

/// The maximum length of a statement in bytes.
const LONGEST: usize = 16 << 20;

/// How long a submit waits for its statement to end if the result may be returned directly, and is
/// requested as links.
const DIRECT_WAIT: WaitTimeout = WaitTimeout::DEFAULT;

/// How long a later statement of the session waits for the response to a submit that may wait for
/// its statement to end.
const LONGEST_TURN: Duration = Duration::from_secs(1);

/// Sends the statement, once, and reads what the response proves.
pub(super) async fn execute(
    sea: &Sea,
    session: &SeaSession,
    statement: &Statement,
    sending: &Sending,
    until: Until,
) -> Result<Submitted> {
    let request = request(sea, session, statement, sending.direct)?;
    if sea.inline.is_wanted() {
        let inline = InlineResults::ask(request.clone());
        match send(sea, session, &inline, sending, until).await {
            // Nothing ran: the server rejected the request before the statement.
            Err(error) if InlineResults::is_refused(&error) => {
                sending.flight.not_accepted();
                sea.inline.refused(&error);
            }
            sent => return sent,
        }
    }
    send(sea, session, &request, sending, until).await
}

async fn send(
    sea: &Sea,
    session: &SeaSession,
    request: &ExecuteStatement,
    sending: &Sending,
    until: Until,
) -> Result<Submitted> {
    let turns = session.turns.clone();
    let turns = match request.wait_timeout == Some(WaitTimeout::NONE) {
        true => turns,
        false => turns.at_most(LONGEST_TURN),
    };
    let is_linked = request.disposition == Some(Disposition::ExternalLinks);
    let call = Call {
        name: "ExecuteStatement",
        method: Method::POST,
        path: path::STATEMENTS.to_owned(),
        body: written(request)?,
        about: About::Submit { in_session: session.id.is_some() },
        retry: Retry::Once,
        class: Class::Ordinary,
        held_slot: HeldSlot::default(),
        query_id: None,
        until,
        cookies: session.cookies.clone(),
        limit: if is_linked { RESULT_LIMIT } else { ROWS_LIMIT },
        turns,
        flight: sending.flight.clone(),
        last_error: LastError::default(),
    };
    let answer = sea.call_read_by(call, accepted).await?;
    session.saw(answer.session_version);
    session.saw(answer.status.session_version);
    let id =
        answer.statement_id.ok_or_else(|| unknown_outcome("the response has no statement id"))?;
    let handle = ExecutionHandle::sea(id).at(sea.exchange.endpoint.handle_endpoint().clone());
    let cookies = session.cookies.clone();
    let readers = Readers::submitted();
    let target = Target { handle, cookies, readers, operation_type: None, session: None };
    let closed = answer.status.state == Some(StatementState::Closed);
    // A direct result is read soon: fetching it again would cost more than keeping it.
    let mut report = status_report(answer, ROWS_LIMIT);
    let attachment = report.attachment.take();
    Ok(Submitted { target, report, attachment, closed })
}

/// Reads the response to a submit. The statement is running: its id must not be lost because of
/// another field. The parts of the result are requested again with the status.
fn accepted(body: &[u8], limits: &Limits) -> std::result::Result<StatementResponse, ReadError> {
    json::read(body, limits).or_else(|error| {
        let head: StatementHead = json::read(body, limits).map_err(|_| error.clone())?;
        if head.statement_id.is_some() { Ok(head.into()) } else { Err(error) }
    })
}

fn request(
    sea: &Sea,
    session: &SeaSession,
    statement: &Statement,
    direct: DirectResult,
) -> Result<ExecuteStatement> {
    if statement.timeout.is_some() {
        let message = "the Statement Execution API has no timeout for a single statement";
        return Err(Error::new(ErrorKind::Unsupported, message).with_next_step(
            "set STATEMENT_TIMEOUT on the connection: Connect::configuration(\"STATEMENT_TIMEOUT\", \
             \"60\")",
        ));
    }
    if !statement.configuration.is_empty() {
        let message = "the Statement Execution API has no configuration for a single statement";
        return Err(Error::new(ErrorKind::Unsupported, message)
            .with_next_step("set it on the connection: Connect::configuration"));
    }
    if statement.text.len() > LONGEST {
        let message = format!(
            "the statement has {} bytes, the limit of the server is {LONGEST}",
            statement.text.len()
        );
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    let row_limit = statement.row_limit_sent()?.map(i64::unsigned_abs);
    Ok(ExecuteStatement {
        warehouse_id: sea.warehouse_id()?.to_owned(),
        statement: statement.text.clone(),
        session_id: session.id.clone(),
        session_version: session.version(),
        catalog: session.catalog.clone(),
        schema: session.schema.clone(),
        parameters: parameters::sent(&statement.parameters)?,
        row_limit,
        byte_limit: statement.byte_limit_sent()?.map(i64::unsigned_abs),
        disposition: Some(Disposition::ExternalLinks),
        format: Some(Format::ArrowStream),
        result_compression: Some(Compression::Lz4Frame),
        wait_timeout: Some(match direct {
            DirectResult::Allowed => DIRECT_WAIT,
            DirectResult::NotAsked => WaitTimeout::NONE,
        }),
        on_wait_timeout: Some(OnWaitTimeout::Continue),
        query_tags: query_tags(statement),
    })
}

fn query_tags(statement: &Statement) -> Vec<QueryTag> {
    let tags = statement.tags_sent(Protocol::Sea).into_iter();
    tags.map(|tag| QueryTag { key: tag.key, value: tag.value }).collect()
}
