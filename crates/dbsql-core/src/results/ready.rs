//! A result whose rows this client made: it is read like any other, and the server has no part in it.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use dbsql_arrow::{Layout, batch};
use dbsql_protocol::handle::{ExecutionHandle, QueryId};
use dbsql_transport::BoxFuture;

use super::{Owner, ResultSet};
use crate::backend::pages::{Fetched, Page, PageAccess, PageAt, Pages, Piece};
use crate::backend::{Readers, Submitted, Target, Until};
use crate::engine::Engine;
use crate::http::cookies::Cookies;
use crate::operation::Operation;
use crate::session::open_executions::OpenExecutions;
use crate::status::{ExecutionStatus, StatusReport};
use crate::{Error, ErrorKind, Result};

/// The id of a result that no query had a part in.
const NO_QUERY: [u8; 16] = [0; 16];

/// Rows that are all here.
#[derive(Debug)]
struct ReadyRows {
    layout: Layout,
    batches: Vec<RecordBatch>,
}

impl Pages for ReadyRows {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn access(&self) -> PageAccess {
        PageAccess::AttachedOnly
    }

    fn has_attached(&self) -> bool {
        true
    }

    fn attached(&self) -> Result<Option<Page>> {
        Ok(Some(Page {
            start: Some(0),
            pieces: self.batches.iter().cloned().map(Piece::Batch).collect(),
            more: Some(false),
            rewound: false,
            bytes: self.batches.iter().map(batch::memory_size).sum(),
        }))
    }

    fn fetch(&self, _: PageAt, _: usize, _: Until) -> BoxFuture<'_, Result<Fetched>> {
        Box::pin(std::future::ready(Err(nothing_more())))
    }

    fn fresh_links(&self, _: Range<u64>, _: usize, _: Until) -> BoxFuture<'_, Result<Fetched>> {
        Box::pin(std::future::ready(Err(nothing_more())))
    }

    fn truncated(&self) -> Option<bool> {
        Some(false)
    }
}

fn nothing_more() -> Error {
    Error::new(ErrorKind::ResultGone, "the rows of this result are not on the server")
}

impl ResultSet {
    /// Returns a result of these rows, under the id of the query that they were made from, if there
    /// was one.
    pub(crate) fn ready(
        engine: &Arc<Engine>,
        query_id: Option<QueryId>,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<Self> {
        let query_id = match query_id {
            Some(query_id) => query_id,
            None => QueryId::from_guid(&NO_QUERY).map_err(|error| {
                Error::new(ErrorKind::Protocol, "the id of a result").with_source(error)
            })?,
        };
        // Of no server's operation: it is closed from the beginning, so nothing is ever sent about it.
        let handle = ExecutionHandle::sea(query_id).at(engine.endpoint.handle_endpoint().clone());
        let backend = Arc::clone(engine.backends.of(&handle)?);
        let submitted = Submitted {
            target: Target {
                handle,
                cookies: Cookies::default(),
                readers: Readers::default(),
                operation_type: None,
                session: None,
            },
            report: StatusReport {
                status: ExecutionStatus::Finished,
                raw: ExecutionStatus::Finished.to_string(),
                failure: None,
                progress: None,
                rows_affected: None,
                attachment: None,
            },
            attachment: None,
            closed: true,
        };
        let open = OpenExecutions::default();
        let operation = Operation::submitted(Arc::clone(engine), backend, submitted, open, None);
        let pages = ReadyRows { layout: Layout::of_batches(schema), batches };
        Self::read(Arc::new(operation), Arc::new(pages), 0, Owner::Handle)
    }
}
