//! The query history: the statements of both protocols, newest last.

mod tags;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use crate::history::tags::QueryTag;
use crate::identity::Guid;
use crate::operation::{Live, Operation};
use crate::session::Session;

/// The accepted statements, up to the limit.
#[derive(Debug, Default)]
pub(crate) struct History {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    submitted: VecDeque<Arc<Submitted>>,
    /// The total number of statements ever.
    count: u64,
}

/// An accepted statement and its state.
pub(crate) struct Submitted {
    /// Its number among all statements ever, from 1.
    pub(crate) number: u64,
    pub(crate) guid: Guid,
    /// The session that the client opened for it.
    pub(crate) session: Option<Guid>,
    /// Whether it was submitted with the Statement Execution API.
    pub(crate) is_sea: bool,
    pub(crate) sql: String,
    pub(crate) tags: Vec<QueryTag>,
    pub(crate) user: Option<String>,
    /// The client, as it calls itself.
    pub(crate) agent: Option<String>,
    pub(crate) live: Arc<Live>,
}

/// The maximum length of a stored statement.
const MAX_SQL: usize = 8 * 1024;

/// The maximum number of tags of a statement. Further ones are dropped.
const MAX_TAGS: usize = 20;

impl Submitted {
    pub(crate) fn new(operation: &Operation, mut sql: String, mut tags: Vec<QueryTag>) -> Self {
        let session: &Session = &operation.session;
        let end = (0..=MAX_SQL.min(sql.len())).rev().find(|&at| sql.is_char_boundary(at));
        sql.truncate(end.unwrap_or(0));
        sql.shrink_to_fit();
        tags.truncate(MAX_TAGS);
        Self {
            number: 0,
            guid: operation.identity.guid,
            session: (!session.is_implicit()).then_some(session.identity.guid),
            is_sea: operation.sea.is_some(),
            sql,
            tags,
            user: session.options.user.clone(),
            agent: session.agent.clone(),
            live: Arc::clone(&operation.live),
        }
    }
}

impl History {
    /// Adds a statement, and drops the oldest if there are more than `length`.
    pub(crate) fn push(&self, submitted: Submitted, length: usize) {
        let mut kept = self.kept();
        kept.count += 1;
        let number = kept.count;
        kept.submitted.push_back(Arc::new(Submitted { number, ..submitted }));
        while kept.submitted.len() > length {
            kept.submitted.pop_front();
        }
    }

    /// Returns the total number of statements ever.
    pub(crate) fn count(&self) -> u64 {
        self.kept().count
    }

    /// Returns the statement with this id, searching the newest first.
    pub(crate) fn find(&self, guid: &[u8]) -> Option<Arc<Submitted>> {
        let kept = self.kept();
        kept.submitted.iter().rev().find(|one| one.guid == *guid).cloned()
    }

    /// Returns up to `count` statements with a smaller number than `before` that are `wanted`,
    /// newest first.
    pub(crate) fn page(
        &self,
        before: u64,
        count: usize,
        wanted: impl Fn(&Submitted) -> bool,
    ) -> Vec<Arc<Submitted>> {
        let kept = self.kept();
        let older = kept.submitted.iter().rev().filter(|one| one.number < before);
        older.filter(|one| wanted(one)).take(count).cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Submitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitted").field("number", &self.number).finish_non_exhaustive()
    }
}
