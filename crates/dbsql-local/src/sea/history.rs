//! The query history: statements of both protocols.

use dbsql_protocol::sea::json::{self, Limits};
use dbsql_protocol::sea::{
    ListQueries, QueryFilter, QueryInfo, QueryList, QueryMetrics, QueryStatus, QueryTag,
};

use crate::history::Submitted;
use crate::identity::shown;
use crate::operation::{Ended, Outcome, State};
use crate::sea::{Ask, Refusal, query as query_string, statements};
use crate::store::millis;

/// The default number of statements per page.
const PAGE: usize = 100;

/// The exclusive limit of the page size.
const PAGE_LIMIT: u32 = 1000;

/// The maximum time range.
const MAX_RANGE_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Callers are not distinguished: everything belongs to this user.
const USER_ID: i64 = 1;
const USER_NAME: &str = "local";

/// The number of tasks in the metrics of a statement.
const TASKS: f64 = 100.0;

pub(super) fn list(ask: Ask<'_>) -> Result<QueryList, Refusal> {
    let request = request(ask)?;
    let filter = request.filter_by.unwrap_or_default();
    check_range(&filter)?;
    let count = match request.max_results {
        None => PAGE,
        Some(count) if (1..PAGE_LIMIT).contains(&count) => count as usize,
        Some(_) => return Err(Refusal::invalid("max_results must be from 1 to 999")),
    };
    let before = match request.page_token.as_deref() {
        None | Some("") => u64::MAX,
        Some(token) => number(token).ok_or_else(|| Refusal::invalid("page_token is not valid"))?,
    };
    // One more shows whether there is a next page.
    let wanted = |one: &Submitted| is_wanted(ask, &filter, one);
    let mut found = ask.inner.history.page(before, count + 1, wanted);
    let has_next = found.len() > count;
    found.truncate(count);
    let last = found.last().filter(|_| has_next);
    let with_metrics = request.include_metrics.unwrap_or(false);
    Ok(QueryList {
        next_page_token: last.map(|last| token(last.number)),
        has_next_page: Some(has_next),
        res: found.iter().map(|one| info(ask, one, with_metrics)).collect(),
    })
}

pub(super) fn query(ask: Ask<'_>, id: &str) -> Result<QueryInfo, Refusal> {
    let found = statements::guid(id).and_then(|guid| ask.inner.history.find(&guid));
    let found = found.ok_or_else(|| Refusal::no_statement(id))?;
    let wants = |(name, value): &(String, String)| name == "include_metrics" && value == "true";
    let pairs = query_string::pairs(ask.request.uri().query().unwrap_or_default());
    Ok(info(ask, &found, pairs.iter().any(wants)))
}

/// Returns the filter from the query string or, as some clients send it, from the body.
fn request(ask: Ask<'_>) -> Result<ListQueries, Refusal> {
    let pairs = query_string::pairs(ask.request.uri().query().unwrap_or_default());
    if pairs.is_empty() && !ask.request.body().is_empty() {
        return json::read(ask.request.body(), &Limits::REQUEST)
            .map_err(|error| Refusal::bad_request(error.to_string()));
    }
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    ListQueries::from_pairs(pairs).map_err(|error| Refusal::invalid(error.to_string()))
}

/// Returns the page token for a position in the history.
fn token(number: u64) -> String {
    format!("before-{number}")
}

fn number(token: &str) -> Option<u64> {
    token.strip_prefix("before-")?.parse().ok()
}

fn check_range(filter: &QueryFilter) -> Result<(), Refusal> {
    let range = filter.query_start_time_range.unwrap_or_default();
    let length =
        range.start_time_ms.zip(range.end_time_ms).map(|(start, end)| end.saturating_sub(start));
    match length {
        Some(..0) => Err(Refusal::invalid("the time range ends before it starts")),
        Some(length) if length > MAX_RANGE_MS => {
            Err(Refusal::invalid("the time range is longer than 30 days"))
        }
        _ => Ok(()),
    }
}

fn is_wanted(ask: Ask<'_>, filter: &QueryFilter, one: &Submitted) -> bool {
    let range = filter.query_start_time_range.unwrap_or_default();
    let started = millis(one.live.started);
    let settings = ask.inner.settings();
    let own = |id: &String| id == settings.warehouse_id();
    let is_it = |id: &String| statements::guid(id) == Some(one.guid);
    range.start_time_ms.is_none_or(|start| started >= start)
        && range.end_time_ms.is_none_or(|end| started <= end)
        && (filter.statuses.is_empty() || filter.statuses.contains(&status(one)))
        && (filter.warehouse_ids.is_empty() || filter.warehouse_ids.iter().any(own))
        && (filter.statement_ids.is_empty() || filter.statement_ids.iter().any(is_it))
        && (filter.user_ids.is_empty() || filter.user_ids.contains(&USER_ID))
}

fn status(one: &Submitted) -> QueryStatus {
    match (one.live.ended().map(|ended| &ended.outcome), one.live.state()) {
        (Some(Outcome::Finished { .. }), _) => QueryStatus::Finished,
        (Some(Outcome::Failed(_)), _) => QueryStatus::Failed,
        (Some(Outcome::Canceled), _) => QueryStatus::Canceled,
        (None, State::Initialized | State::Pending) => QueryStatus::Queued,
        (None, _) => QueryStatus::Running,
    }
}

fn info(ask: Ask<'_>, one: &Submitted, with_metrics: bool) -> QueryInfo {
    let settings = ask.inner.settings();
    let warehouse = Some(settings.warehouse_id().to_owned());
    let started = millis(one.live.started);
    let ended = one.live.ended();
    let ended_at = ended.map(|ended| millis(ended.since));
    let tag = |tag: &crate::history::QueryTag| QueryTag {
        key: tag.key.clone(),
        value: tag.value.clone(),
    };
    QueryInfo {
        query_id: Some(shown(&one.guid)),
        status: Some(status(one)),
        query_text: Some(one.sql.clone()),
        query_start_time_ms: Some(started),
        execution_end_time_ms: ended_at,
        query_end_time_ms: ended_at,
        duration: ended_at.map(|end| end - started),
        user_id: Some(USER_ID),
        user_name: Some(USER_NAME.to_owned()),
        executed_as_user_id: Some(USER_ID),
        executed_as_user_name: Some(USER_NAME.to_owned()),
        warehouse_id: warehouse.clone(),
        endpoint_id: warehouse,
        session_id: one.session.map(|guid| shown(&guid)),
        error_message: match ended.map(|ended| &ended.outcome) {
            Some(Outcome::Failed(error)) => Some(error.text()),
            _ => None,
        },
        rows_produced: ended.map(rows),
        query_tags: one.tags.iter().map(tag).collect(),
        is_final: Some(ended.is_some()),
        metrics: with_metrics.then(|| Box::new(metrics(ask, one))),
        ..QueryInfo::default()
    }
}

fn rows(ended: &Ended) -> i64 {
    match ended.outcome {
        Outcome::Finished { rows, .. } => i64::try_from(rows).unwrap_or(i64::MAX),
        _ => 0,
    }
}

/// Returns the metrics so far, as reported by the engine.
fn metrics(ask: Ask<'_>, one: &Submitted) -> QueryMetrics {
    let ended = one.live.ended();
    let until = ended.map_or_else(|| ask.inner.runtime.wall_now(), |ended| ended.since);
    let total = millis(until) - millis(one.live.started);
    let mut metrics = QueryMetrics {
        total_time_ms: Some(total),
        compilation_time_ms: Some(0),
        execution_time_ms: Some(total),
        result_from_cache: Some(false),
        ..QueryMetrics::default()
    };
    match (ended, one.live.progress.last()) {
        (Some(ended), _) => {
            metrics.rows_produced_count = Some(rows(ended));
            metrics.remaining_task_count = Some(0);
            metrics.projected_remaining_wallclock_time_ms = Some(0);
        }
        (None, Some(progress)) => {
            let left = 1.0 - progress.fraction;
            metrics.remaining_task_count = Some((left * TASKS).ceil() as i64);
            if progress.fraction > 0.0 {
                let projected = total as f64 / progress.fraction * left;
                metrics.projected_remaining_wallclock_time_ms = Some(projected as i64);
            }
        }
        (None, None) => {}
    }
    metrics
}
