//! The live sessions and operations, by id.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dbsql_runtime::Runtime;

use crate::identity::Guid;
use crate::later::later;
use crate::operation::{Operation, State};
use crate::session::{Protocol, Session};
use crate::settings::Settings;

#[derive(Debug, Default)]
pub(crate) struct Registry {
    live: Mutex<Live>,
}

#[derive(Debug, Default)]
struct Live {
    sessions: BTreeMap<Guid, Held>,
    operations: BTreeMap<Guid, Arc<Operation>>,
    /// The number of sessions that belong to a single statement.
    implicit: usize,
}

/// A session with the number of its operations.
#[derive(Debug)]
struct Held {
    session: Arc<Session>,
    operations: usize,
}

/// The reason why something was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAdded {
    /// The limit is reached.
    Full,
    /// The session was closed in the meantime.
    NoSession,
}

impl Registry {
    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a session, unless there are `limit` of its kind: those opened by clients, and those
    /// implicitly created for a single statement.
    pub(crate) fn add_session(&self, session: Arc<Session>, limit: usize) -> Result<(), NotAdded> {
        let mut live = self.live();
        let implicit = live.implicit;
        let count = if session.is_implicit() { implicit } else { live.sessions.len() - implicit };
        if count >= limit {
            return Err(NotAdded::Full);
        }
        live.implicit += usize::from(session.is_implicit());
        live.sessions.insert(session.identity.guid, Held { session, operations: 0 });
        Ok(())
    }

    /// Adds the operation that `start` returns, unless its session has `limit` of them: then
    /// nothing is started.
    pub(crate) fn add_operation(
        &self,
        session: &Session,
        limit: usize,
        start: impl FnOnce() -> Operation,
    ) -> Result<Arc<Operation>, NotAdded> {
        let live = &mut *self.live();
        let held = live.sessions.get_mut(&session.identity.guid).ok_or(NotAdded::NoSession)?;
        if held.operations >= limit {
            return Err(NotAdded::Full);
        }
        let operation = Arc::new(start());
        held.operations += 1;
        live.operations.insert(operation.identity.guid, Arc::clone(&operation));
        Ok(operation)
    }

    /// Returns the session with this id; `None` for a wrong secret, as for a wrong id.
    pub(crate) fn session(&self, guid: &[u8], secret: &[u8]) -> Option<Arc<Session>> {
        let session = self.live().sessions.get(guid)?.session.clone();
        session.identity.is_proven_by(secret).then_some(session)
    }

    /// Returns the operation with this id, likewise.
    pub(crate) fn operation(&self, guid: &[u8], secret: &[u8]) -> Option<Arc<Operation>> {
        let operation = self.live().operations.get(guid).cloned()?;
        let alive = !matches!(operation.live.state(), State::Closed);
        (alive && operation.identity.is_proven_by(secret)).then_some(operation)
    }

    /// Returns the session of the Statement Execution API with this id, for which clients have no
    /// secret.
    pub(crate) fn sea_session(&self, guid: &[u8]) -> Option<Arc<Session>> {
        let session = self.live().sessions.get(guid)?.session.clone();
        let is_open = matches!(session.protocol, Protocol::Sea(_)) && !session.is_implicit();
        is_open.then_some(session)
    }

    /// Returns the statement of the Statement Execution API with this id.
    pub(crate) fn sea_operation(&self, guid: &[u8]) -> Option<Arc<Operation>> {
        let operation = self.live().operations.get(guid).cloned()?;
        let alive = !matches!(operation.live.state(), State::Closed);
        (alive && operation.sea.is_some()).then_some(operation)
    }

    /// Returns the sessions that clients opened, each with the number of its operations.
    pub(crate) fn open_sessions(&self) -> Vec<(Arc<Session>, usize)> {
        let live = self.live();
        let opened = live.sessions.values().filter(|held| !held.session.is_implicit());
        opened.map(|held| (Arc::clone(&held.session), held.operations)).collect()
    }

    /// Returns the operation with this id, without its secret: for the admin endpoint.
    pub(crate) fn any_operation(&self, guid: &[u8]) -> Option<Arc<Operation>> {
        self.live().operations.get(guid).cloned()
    }

    /// Returns `true` if a statement of this session is running.
    pub(crate) fn is_busy(&self, session: &Guid) -> bool {
        let live = self.live();
        live.operations.values().any(|operation| {
            operation.session.identity.guid == *session && !operation.live.state().is_terminal()
        })
    }

    /// Returns any operation but this one.
    pub(crate) fn other_operation(&self, guid: &Guid) -> Option<Arc<Operation>> {
        let live = self.live();
        let mut others = live
            .operations
            .values()
            .filter(|one| one.identity.guid != *guid && !matches!(one.live.state(), State::Closed));
        others.next().cloned()
    }

    /// Removes a session and all its operations, and stops their work.
    pub(crate) fn close_session(&self, guid: &Guid, runtime: &Runtime) {
        self.end_session(guid, |_| {}, runtime);
    }

    /// Removes a session, and leaves its operations.
    pub(crate) fn leave_session(&self, guid: &Guid) {
        let session = self.live().remove_session(guid);
        // Without the lock: this runs foreign code, unless an operation still holds the session.
        drop(session);
    }

    /// Removes a session and any memory of its operations, and stops their work.
    pub(crate) fn lose_session(&self, guid: &Guid, runtime: &Runtime) {
        self.end_session(guid, forget_all, runtime);
    }

    fn end_session(&self, guid: &Guid, mark: fn(&[Arc<Operation>]), runtime: &Runtime) {
        let (session, operations) = {
            let mut live = self.live();
            let of_session = |operation: &Operation| operation.session.identity.guid == *guid;
            let operations = live.take(of_session);
            (live.remove_session(guid), operations)
        };
        mark(&operations);
        // Without the lock: this runs foreign code.
        close_all(operations, runtime);
        drop(session);
    }

    /// Removes an operation and stops its work.
    pub(crate) fn close_operation(&self, guid: &Guid, runtime: &Runtime) {
        let operation = self.live().remove(guid);
        close_all(operation, runtime);
    }

    /// Removes an operation and any memory of it, and stops its work.
    pub(crate) fn evict_operation(&self, guid: &Guid, runtime: &Runtime) {
        let operation = self.live().remove(guid);
        forget_all(operation.as_slice());
        close_all(operation, runtime);
    }

    /// Removes what has been idle for too long.
    pub(crate) fn sweep(&self, settings: &Settings, runtime: &Runtime) {
        let session_idle = settings.session_idle;
        let now = runtime.now();
        let (idle, operations) = {
            let mut live = self.live();
            let operations = live.take(|operation| {
                matches!(operation.live.state(), State::Closed)
                    || operation.closes_at(settings).is_some_and(|at| at <= now)
            });
            // A session with an operation in use is in use itself.
            let busy = |session: &Session| {
                live.operations.values().any(|operation| {
                    operation.session.identity.guid == session.identity.guid && operation.is_busy()
                })
            };
            // An implicit session is removed with its statement.
            let is_idle = |session: &Session| {
                later(session.used.at(), session_idle) <= now && !session.is_implicit()
            };
            let idle: Vec<Guid> = live
                .sessions
                .values()
                .map(|held| &held.session)
                .filter(|session| is_idle(session) && !busy(session))
                .map(|session| session.identity.guid)
                .collect();
            (idle, operations)
        };
        close_all(operations, runtime);
        for guid in idle {
            self.close_session(&guid, runtime);
        }
    }

    pub(crate) fn clear_sessions(&self, runtime: &Runtime) {
        let (sessions, operations) = {
            let mut live = self.live();
            let operations = live.take(|_| true);
            live.implicit = 0;
            (std::mem::take(&mut live.sessions), operations)
        };
        forget_all(&operations);
        close_all(operations, runtime);
        drop(sessions);
    }

    pub(crate) fn clear_operations(&self, runtime: &Runtime) {
        let operations = self.live().take(|_| true);
        forget_all(&operations);
        close_all(operations, runtime);
    }

    pub(crate) fn move_cursors(&self, row: u64) {
        for operation in self.live().operations.values() {
            operation.cursor.lock().unwrap_or_else(PoisonError::into_inner).next = row;
        }
    }

    /// Returns the number of sessions opened by clients.
    pub(crate) fn sessions(&self) -> usize {
        let live = self.live();
        live.sessions.len() - live.implicit
    }

    /// Returns the number of operations, and how many of them are running.
    pub(crate) fn operations(&self) -> (usize, usize) {
        let live = self.live();
        let running = live.operations.values().filter(|one| !one.live.state().is_terminal());
        (live.operations.len(), running.count())
    }
}

impl Live {
    fn take(&mut self, which: impl Fn(&Operation) -> bool) -> Vec<Arc<Operation>> {
        let mut taken = Vec::new();
        self.operations.retain(|_, operation| {
            let takes = which(operation);
            if takes {
                taken.push(Arc::clone(operation));
            }
            !takes
        });
        for operation in &taken {
            self.count_out(operation);
        }
        taken
    }

    fn remove(&mut self, guid: &Guid) -> Option<Arc<Operation>> {
        let operation = self.operations.remove(guid)?;
        self.count_out(&operation);
        Some(operation)
    }

    /// The session of the operation is kept alive by it, so no foreign code runs here.
    fn count_out(&mut self, operation: &Operation) {
        let session = &operation.session;
        if session.is_implicit() {
            self.remove_session(&session.identity.guid);
        } else if let Some(held) = self.sessions.get_mut(&session.identity.guid) {
            held.operations -= 1;
        }
    }

    fn remove_session(&mut self, guid: &Guid) -> Option<Held> {
        let held = self.sessions.remove(guid)?;
        self.implicit -= usize::from(held.session.is_implicit());
        Some(held)
    }
}

fn forget_all(operations: &[Arc<Operation>]) {
    for operation in operations {
        operation.live.forget();
    }
}

fn close_all(operations: impl IntoIterator<Item = Arc<Operation>>, runtime: &Runtime) {
    for operation in operations {
        operation.close(runtime);
    }
}
