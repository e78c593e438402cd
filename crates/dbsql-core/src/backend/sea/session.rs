//! Sessions: those on the server, and those that consist of a catalog and a schema only.

use std::sync::{Mutex, PoisonError};

use dbsql_protocol::sea::{CreateSession, Empty, Session, SessionVersion, path};
use http::Method;

use super::Sea;
use super::call::{Call, written};
use super::fault::About;
use crate::backend::{SessionState, Until};
use crate::config::SessionOptions;
use crate::http::cookies::Cookies;
use crate::http::exchange::Retry;
use crate::http::slots::Class;
use crate::http::turns::Turns;
use crate::{Error, ErrorKind, Result};

/// The session that statements are submitted in.
#[derive(Debug, Default)]
pub(crate) struct SeaSession {
    /// `None` if there is no session on the server: each statement specifies catalog and schema
    /// then.
    pub(super) id: Option<String>,
    pub(super) catalog: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) cookies: Cookies,
    /// Serializes the submits in a session.
    pub(super) turns: Turns,
    version: Mutex<Option<SessionVersion>>,
}

impl SeaSession {
    /// Returns the highest version received from the server.
    pub(super) fn version(&self) -> Option<SessionVersion> {
        *self.version.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a version received from the server.
    pub(super) fn saw(&self, version: Option<SessionVersion>) {
        let version = version.filter(|version| version.version_id.is_some());
        let mut highest = self.version.lock().unwrap_or_else(PoisonError::into_inner);
        *highest = version.max(*highest);
    }
}

/// Opens a session; on the server only if it has state.
pub(super) async fn open(
    sea: &Sea,
    options: &SessionOptions,
    state: SessionState,
    until: Until,
) -> Result<SeaSession> {
    let warehouse_id = sea.warehouse_id()?.to_owned();
    let SessionOptions { catalog, schema, configuration, .. } = options.clone();
    if state == SessionState::Stateless && configuration.is_empty() {
        return Ok(SeaSession { catalog, schema, ..SeaSession::default() });
    }
    let request = CreateSession {
        warehouse_id,
        catalog,
        schema,
        session_confs: configuration,
        execution_mode: None,
    };
    let body = written(&request)?;
    let cookies = Cookies::default();
    let mut call = call("CreateSession", Method::POST, path::SESSIONS.to_owned(), &cookies, until);
    (call.body, call.about, call.retry) = (body, About::Open, Retry::Opening);
    let answer: Session = sea.call(call).await?;
    if answer.session_id.is_empty() {
        let message = "the server opened a session without an id";
        return Err(Error::new(ErrorKind::Protocol, message));
    }
    let session = SeaSession {
        id: Some(answer.session_id),
        cookies,
        turns: Turns::one_by_one(),
        ..SeaSession::default()
    };
    session.saw(answer.session_version);
    Ok(session)
}

pub(super) async fn close(sea: &Sea, session: &SeaSession, until: Until) -> Result<()> {
    let Some(id) = &session.id else { return Ok(()) };
    // An id in an http_path contains no character that must be escaped in a query string.
    let path = format!("{}?warehouse_id={}", path::session(id), sea.warehouse_id()?);
    let mut call = call("DeleteSession", Method::DELETE, path, &session.cookies, until);
    (call.about, call.class) = (About::End, Class::Urgent);
    match sea.call::<Empty>(call).await {
        Err(error) if error.kind() == ErrorKind::SessionExpired => Ok(()),
        ended => ended.map(|_| ()),
    }
}

fn call(name: &'static str, method: Method, path: String, cookies: &Cookies, until: Until) -> Call {
    Call { cookies: cookies.clone(), ..Call::new(name, method, path, About::End, until) }
}
