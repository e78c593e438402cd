//! What the warehouse is doing, as JSON.

use std::sync::Arc;
use std::time::SystemTime;

use http::HeaderMap;
use serde_json::{Value, json};

use crate::admin::Refusal;
use crate::history::Submitted;
use crate::identity::shown;
use crate::operation::{Outcome, State};
use crate::sea;
use crate::service::Inner;
use crate::session::{Protocol, Session};
use crate::store::millis;
use crate::warehouse::Power;

/// The maximum number of statements and of sessions.
const LISTED: usize = 200;

/// The maximum length of texts in the list, in characters.
const EXCERPT: usize = 300;

pub(super) fn state(inner: &Inner, headers: &HeaderMap) -> Value {
    inner.sweep_now_and_then();
    let settings = inner.settings();
    let now = inner.runtime.now();
    let power = match inner.warehouse.power(&settings, &inner.runtime) {
        Power::Stopped => "STOPPED",
        Power::Starting => "STARTING",
        Power::Running => "RUNNING",
    };
    let statements = inner.history.page(u64::MAX, LISTED, |_| true);
    let wall = inner.runtime.wall_now();
    let mut sessions = inner.registry.open_sessions();
    sessions.sort_by_key(|(session, _)| (std::cmp::Reverse(session.opened), session.identity.guid));
    let session_count = sessions.len();
    let session =
        |(session, operations): &(Arc<Session>, usize)| session_of(inner, session, *operations);
    let flight = inner.counters.in_flight(None);
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "may_change": inner.admin.knows(headers),
        "http_path": settings.http_path,
        "needs_credentials": inner.credentials.is_restricted(),
        "power": power,
        "uptime_ms": (now - inner.built).as_millis() as u64,
        "requests_in_flight": { "now": flight.now, "most": flight.most },
        "statement_count": inner.history.count(),
        "statements": statements.iter().map(|one| row(one, wall)).collect::<Vec<_>>(),
        "session_count": session_count,
        "sessions": sessions.iter().take(LISTED).map(session).collect::<Vec<_>>(),
        "faults": {
            "script": inner.script.remaining(),
            "always": inner.script.standing(),
            "plan": inner.faults.plan().rules().iter().map(|rule| format!("{rule:?}"))
                .collect::<Vec<_>>(),
        },
    })
}

/// How often each statement really ran, and each kind of request was received.
pub(super) fn counts(inner: &Inner) -> Value {
    json!({ "runs": inner.counters.statements(), "requests": inner.counters.requests() })
}

/// One statement with its whole text.
pub(super) fn statement(inner: &Inner, id: &str) -> Result<Value, Refusal> {
    let found = sea::guid(id).and_then(|guid| inner.history.find(&guid));
    let found = found.ok_or_else(|| Refusal::no_statement(id))?;
    let mut value = row(&found, inner.runtime.wall_now());
    value["sql"] = json!(found.sql);
    value["error"] = json!(error(&found));
    let tag = |tag: &crate::history::QueryTag| json!({ "key": tag.key, "value": tag.value });
    value["tags"] = found.tags.iter().map(tag).collect();
    Ok(value)
}

fn row(one: &Submitted, now: SystemTime) -> Value {
    let ended = one.live.ended();
    let outcome = ended.map(|ended| &ended.outcome);
    let started = millis(one.live.started);
    let until = ended.map_or(now, |ended| ended.since);
    let progress = one.live.progress.last();
    let (rows, bytes) = match outcome {
        Some(Outcome::Finished { rows, bytes }) => (Some(rows), Some(bytes)),
        _ => (None, None),
    };
    let phase = one.live.state();
    json!({
        "id": shown(&one.guid),
        "number": one.number,
        "state": match (outcome, &phase) {
            (Some(Outcome::Finished { .. }), _) => "FINISHED",
            (Some(Outcome::Failed(_)), _) => "FAILED",
            (Some(Outcome::Canceled), _) => "CANCELED",
            (None, State::Initialized | State::Pending) => "PENDING",
            (None, _) => "RUNNING",
        },
        "is_closed": matches!(phase, State::Closed),
        "protocol": if one.is_sea { "sea" } else { "thrift" },
        "started_ms": started,
        "age_ms": (millis(now) - started).max(0),
        "duration_ms": (millis(until) - started).max(0),
        "rows": rows,
        "bytes": bytes,
        "session": one.session.map(|guid| shown(&guid)),
        "user": one.user,
        "client": one.agent,
        "sql": excerpt(&one.sql),
        "error": error(one).map(|error| excerpt(&error)),
        "progress": progress.map(|progress| {
            json!({ "fraction": progress.fraction, "summary": excerpt(&progress.summary) })
        }),
    })
}

fn error(one: &Submitted) -> Option<String> {
    match one.live.ended().map(|ended| &ended.outcome) {
        Some(Outcome::Failed(error)) => Some(error.text()),
        _ => None,
    }
}

fn session_of(inner: &Inner, session: &Session, operations: usize) -> Value {
    let now = inner.runtime.now();
    json!({
        "id": shown(&session.identity.guid),
        "protocol": match session.protocol {
            Protocol::Thrift(_) => "thrift",
            Protocol::Sea(_) => "sea",
        },
        "user": session.options.user,
        "client": session.agent,
        "catalog": session.options.catalog,
        "schema": session.options.schema,
        "operations": operations,
        "age_ms": (now - session.opened).as_millis() as u64,
        "idle_ms": (now - session.used.at()).as_millis() as u64,
    })
}

/// Returns the beginning of a text.
fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
