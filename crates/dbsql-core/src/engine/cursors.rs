//! The results that are being read, on servers that keep one cursor per result.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use dbsql_protocol::handle::QueryId;

/// The results of one client that are being read by cursor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursors(Arc<Mutex<BTreeSet<QueryId>>>);

/// The right to move one result's cursor; released on drop.
#[derive(Debug)]
pub(crate) struct CursorGuard {
    cursors: Cursors,
    query_id: QueryId,
}

impl Cursors {
    /// Takes the cursor of a result; `None` while another reader holds it.
    pub(crate) fn take(&self, query_id: QueryId) -> Option<CursorGuard> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(query_id).then(|| CursorGuard { cursors: self.clone(), query_id })
    }
}

impl Drop for CursorGuard {
    fn drop(&mut self) {
        let mut held = self.cursors.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(&self.query_id);
    }
}
